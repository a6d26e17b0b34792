'use strict';
// Bun, where it is: the same package, the same decisions.

const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const bun = process.env.BUN ?? 'bun';
const skip = spawnSync(bun, ['--version'], { stdio: 'ignore' }).status === 0 ? false : 'there is no Bun here: install it, or name it in BUN';

const SCRIPT = `
import * as casewise from ${JSON.stringify(path.join(__dirname, '..', 'index.mjs'))};
const text = 'model m { language 1 } customer { key id: text; age: int?; n: int? } events buy { amount: decimal } case adults { for age >= 18 }\\nlet spent = sum(buy.amount)\\nlet same = n';
const model = casewise.open(text);
const options = { now: new Date('2026-11-22T00:00:00Z'), events: { buy: [{ at: '2026-11-01T10:00', amount: '0.1' }, { at: new Date('2026-11-02T00:00:00Z'), amount: '0.2' }] } };
const said = [];
const decision = model.decide({ id: 'c1', age: 30, n: 4611686018427387904n }, options);
said.push(decision.offers[0].case, decision.values.spent, typeof decision.values.same, String(decision.values.same));
said.push(model.decide({ id: 'c1' }, options).cases.adults.missing[0]);
try { model.decide({ id: 'c1', age: NaN }, options); } catch (error) { said.push(error.name, error.attribute, error instanceof casewise.InputError); }
try { casewise.open('model {'); } catch (error) { said.push(error.code, error.diagnostics.length > 0); }
const older = Array.from({ length: 100 }, (_, n) => model.decide({ id: 'c' + n, age: n }, options));
said.push(older[0].key, older.filter((one) => one.offers.length > 0).length);
const batch = await model.decideBatch([{ id: 'a', age: 18 }, { id: 'b', age: 'x' }], { now: '2026-11-22', events: { buy: [] } });
said.push(batch.length, batch.rejects[0].attribute);
const fit = await casewise.open('model m { language 1 } customer { key id: text } events buy { amount: decimal } rfm r of buy { monetary sum(amount); bins 2 }')
  .fit([{ id: 'a' }, { id: 'b' }, { id: 'c' }], { now: '2026-11-22', events: { buy: ['a', 'b', 'c'].map((id, n) => ({ id, at: '2026-11-0' + (n + 1) + 'T10:00', amount: n + 1 })) } });
said.push(fit.parameters.startsWith('{'));
console.log(JSON.stringify(said));
`;
const EXPECTED = ['adults', '0.3', 'bigint', '4611686018427387904', 'age', 'InputError', 'age', true, 'CASEWISE_MODEL', true, 'c0', 82, 1, 'age', true];

function run(t, program) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'casewise-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.writeFileSync(path.join(folder, 'run.mjs'), SCRIPT);
  assert.deepEqual(JSON.parse(execFileSync(program, ['run.mjs'], { cwd: folder, encoding: 'utf8' })), EXPECTED);
}

test('the package in Bun', { skip }, (t) => run(t, bun));
test('the same script in Node', (t) => run(t, process.execPath));
