'use strict';
// `casewise types` of every example: TypeScript that its compiler takes, and a JSON Schema with every attribute.

const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { examples, readExample } = require('./examples.js');

const HERE = path.join(__dirname, '..');

function declarations(folder, format) {
  const command = ['run', '--quiet', '--package', 'casewise-cli', '--', 'types', 'model.cw', '--format', format];
  return execFileSync(process.env.CARGO ?? 'cargo', command, { cwd: folder, encoding: 'utf8' });
}

test('declarations of models', (t) => {
  fs.mkdirSync(path.join(HERE, 'target'), { recursive: true });
  const into = fs.mkdtempSync(path.join(HERE, 'target', 'types-'));
  t.after(() => fs.rmSync(into, { recursive: true }));
  for (const folder of examples()) {
    const name = path.basename(folder);
    fs.writeFileSync(path.join(into, `${name}.ts`), declarations(folder, 'typescript'));
    const schema = JSON.parse(declarations(folder, 'json-schema'));
    const { model } = readExample(folder);
    const columns = model.requirements().attributes.map((attribute) => attribute.column);
    assert.deepEqual(Object.keys(schema.properties[model.subjectName].properties).sort(), columns.sort());
    assert.deepEqual(Object.keys(schema.$defs.decision.properties.cases.properties).sort(), Object.keys(model.cases).sort());
  }
  fs.writeFileSync(path.join(into, 'telco.test.ts'), `
    import { open } from 'casewise';
    import type { Customer, TelcoModel } from './telco.js';
    const model = open<TelcoModel>('model.cw');
    declare const customer: Customer;
    const decision = model.decide(customer, { now: new Date(), events: { contact: [] }, lists: { do_not_disturb: false } });
    const status: string = decision.cases.shield.status;
    // @ts-expect-error no such case
    decision.why('sheild');
    // @ts-expect-error no such list
    model.decide(customer, { now: '2026-11-22', lists: { disturb: false } });
    // @ts-expect-error not a contract of this model
    const wrong: Customer['contract'] = 'Weekly';
    void [status, wrong];`);
  const config = JSON.parse(fs.readFileSync(path.join(HERE, 'tsconfig.json'), 'utf8'));
  delete config.files;
  config.compilerOptions.paths = { casewise: [path.join(HERE, 'index.d.ts')] };
  config.compilerOptions.typeRoots = [path.join(HERE, 'node_modules', '@types')];
  fs.writeFileSync(path.join(into, 'tsconfig.json'), JSON.stringify(config));
  const tsc = spawnSync(process.execPath, [require.resolve('typescript/package.json').replace('package.json', 'bin/tsc'), '-p', into], { encoding: 'utf8' });
  assert.equal(tsc.status, 0, tsc.stdout + tsc.stderr);
});
