'use strict';
// Learning from rows, and what is said where it cannot be.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');
const casewise = require('../index.js');
const { differences } = require('./json.js');

const TEXT = `
model club { language 1 }
customer { key id: text }
events buy { amount: decimal }
rfm loyalty of buy { monetary sum(amount); bins 3 }
case thanks { for loyalty.total >= 8 }
`;
const now = '2026-11-22';
const customers = Array.from({ length: 9 }, (_, n) => ({ id: `c${n + 1}` }));
const buy = customers.map(({ id }, n) => ({ id, at: `2026-10-0${n + 1}T10:00`, amount: `${n + 1}0` }));

test('what is learned decides, here and on the command line', async (t) => {
  const model = casewise.open(TEXT);
  assert.throws(() => model.decide({ id: 'c1' }, { now, events: { buy: [] } }), { name: 'ParametersError' });
  let seen = 0;
  const fit = await model.fit([...customers, { id: NaN }, { id: 'c1' }], { now, events: { buy }, progress: (rows) => { seen = rows; } });
  assert.equal(seen, 11);
  assert.deepEqual(fit.rejects.map(({ row, attribute }) => [row, attribute]), [[9, 'id'], [10, null]]);
  assert.ok(Array.isArray(fit.warnings));
  const learned = casewise.open(TEXT, { parameters: fit.parameters });
  const best = learned.decide({ id: 'new' }, { now, events: { buy: [{ at: '2026-10-09T10:00', amount: 90 }] } });
  assert.equal(best.scores.loyalty.r, 3);
  assert.match(best.toJSON().model.parameters, /^[0-9a-f]{16}/);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'casewise-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'parameters.json');
  assert.throws(() => casewise.open(TEXT, { parameters: file }), { code: 'CASEWISE_FILE' });
  fs.writeFileSync(file, fit.parameters);
  const { parameters: fingerprint } = best.toJSON().model;
  for (const parameters of [file, pathToFileURL(file), JSON.parse(fit.parameters)]) {
    const opened = casewise.open(TEXT, { parameters });
    assert.equal(opened.decide({ id: 'new' }, { now, events: { buy: [] } }).toJSON().model.parameters, fingerprint);
  }
  const again = await model.fit(customers, { now, events: { buy }, earlier: fit.parameters });
  assert.equal(typeof again.parameters, 'string');
  const { drift, rejects } = await learned.drift(customers, { now, events: { buy } });
  assert.deepEqual(rejects, []);
  assert.ok(drift.some(({ name, psi }) => name.startsWith('loyalty') && psi < 0.1), JSON.stringify(drift));
});

test('an example is learned as the command line learns it', async () => {
  const folder = path.join(__dirname, '..', '..', '..', 'examples', 'cdnow');
  const words = fs.readFileSync(path.join(folder, 'fit.txt'), 'utf8').trim().split(/\s+/);
  const at = words[words.indexOf('--now') + 1];
  const rows = (name) => {
    const [names, ...lines] = fs.readFileSync(path.join(folder, name), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
    return lines.map((cells) => Object.fromEntries(names.map((column, n) => [column, cells[n] === '' ? null : cells[n]])));
  };
  const model = casewise.open(path.join(folder, 'model.cw'));
  const { parameters } = await model.fit(rows('customers.csv'), { now: at, events: { buy: rows('buy.csv') } });
  const expected = JSON.parse(fs.readFileSync(path.join(folder, 'parameters.json'), 'utf8'));
  assert.deepEqual(differences(expected, JSON.parse(parameters)), []);
});

test('what cannot be learned is said', async () => {
  const model = casewise.open(TEXT);
  await assert.rejects(model.fit([], { now, events: { buy: [] } }), { name: 'FitError', code: 'CASEWISE_FIT' });
  const dated = buy.map((event) => ({ ...event, at: event.at.slice(0, 10) }));
  await assert.rejects(model.fit(customers, { now, events: { buy: dated } }), (error) => error.rejects.length === 9 && /9 of 9 rows were rejected, the first: .*`at`/.test(error.message));
  await assert.rejects(model.fit(customers, { now }), (error) => error instanceof casewise.CasewiseError && /buy/.test(error.message));
  await assert.rejects(model.fit(new Uint8Array(8), { now, events: { buy } }), { name: 'RequestError' });
  await assert.rejects(model.fit(customers, { now, events: { buy }, earlier: '{}' }), { name: 'ParametersError' });
  await assert.rejects(model.fit(customers, { now, events: { buy }, signal: AbortSignal.abort() }), { name: 'AbortError' });
  await assert.rejects(model.drift(customers, { now, events: { buy } }), { name: 'ParametersError' });
});
