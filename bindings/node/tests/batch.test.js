'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { test } = require('node:test');
const casewise = require('../index.js');
const { examples, readExample } = require('./examples.js');

const model = casewise.open(`
model m { language 1 }
customer { key id: int; age: int from "Age" }
events visit { minutes: float }
list blocked
case long { for sum(visit.minutes) > 60; exclude blocked; priority age }
`);
const now = '2026-11-22';
const at = '2026-11-01T00:00';
const rows = [{ id: 1, Age: 30 }, { id: 2, Age: NaN }, { id: '3', age: 40 }, { id: 1, Age: 5 }, { id: 4, Age: 'x' }, { id: 5, Age: 50 }, { id: 6, Age: 60 }];
const events = {
  visit: [{ id: 1, at, minutes: 61 }, { id: 3, at, minutes: 61 }, { id: 5, at, minutes: 'x' }, { id: 6, at, minutes: 59 }, { id: '06', at: new Date(at), minutes: 2 }],
};
const lists = { blocked: new Set(['03']) };

function told(result) {
  return [[...result].map((d) => [d.key, d.offers.length]), result.rejects.map((r) => [r.row, r.key, r.attribute, r.event])];
}

const expected = [
  [['1', 1], ['3', 0], ['6', 1]],
  [[1, '2', 'age', null], [3, '1', null, null], [4, '4', 'age', null], [5, '5', 'minutes', 2]],
];

test('rows are decided, bad rows are rejected with their reason', async () => {
  const seen = [];
  const result = await model.decideBatch(rows, { now, events, lists, progress: (done) => seen.push(done) });
  assert.deepEqual(told(result), expected);
  assert.deepEqual(seen, [7]);
  assert.equal(result.length, 3);
  assert.equal(result.at(-1).key, '6');
  assert.equal(result.at(3), undefined);
  assert.match(result.rejects[1].message, /second row/);
});

test('generators and async generators are rows too', async () => {
  const fresh = (all) => ({ visit: all.visit.values() });
  const sync = await model.decideBatch(rows.values(), { now, events: fresh(events), lists });
  assert.deepEqual(told(sync), expected);
  const slow = async function* () { for (const row of rows) yield row; };
  assert.deepEqual(told(await model.decideBatch(slow(), { now, events, lists })), expected);
});

test('JSON lines are rows', async () => {
  const lines = '{"id":1,"Age":30}\n\nnot json\n{"id":2,"Age":9}';
  const result = await model.decideBatch(lines, { now, events: { visit: '{"id":1,"at":"2026-11-01T00:00","minutes":70.5}' }, lists: { blocked: [] } });
  assert.deepEqual([...result].map((d) => [d.key, d.offers.length]), [['1', 1], ['2', 0]]);
  assert.deepEqual(result.rejects.map((r) => r.row), [2]);
});

test('subjects that compete share what is there', async () => {
  const shared = casewise.open('model m { language 1 } customer { key id: int; worth: int } case gift { quota 2; priority worth }');
  const many = Array.from({ length: 1200 }, (_, n) => ({ id: n, worth: (n * 7) % 1200 }));
  const result = await shared.decideBatch(many, { now });
  const offered = [...result].filter((d) => d.offers.length > 0).map((d) => many[d.key].worth);
  assert.deepEqual(offered.sort(), [1198, 1199]);
  const one = await shared.decideBatch(many, { now, remaining: { quota: { gift: 1 } } });
  assert.equal([...one].filter((d) => d.offers.length > 0).length, 1);
  await assert.rejects(shared.decideBatches([many], { now }).next(), { name: 'RequestError', message: /one batch/ });
});

test('batch after batch, larger than memory', async () => {
  async function* source() {
    for (let n = 0; n < 3; n += 1) yield Array.from({ length: 700 }, (_, k) => ({ id: n * 700 + k, Age: k }));
  }
  let count = 0;
  for await (const result of model.decideBatches(source(), { now, events: { visit: [] }, lists: { blocked: [] } })) count += result.length;
  assert.equal(count, 2100);
});

test('a signal stops a batch', async () => {
  const options = { now, events: { visit: [] }, lists: { blocked: [] } };
  await assert.rejects(model.decideBatch(rows, { ...options, signal: AbortSignal.abort() }), { name: 'AbortError' });
  const controller = new AbortController();
  const endless = function* () { for (let id = 0; ; id += 1) yield { id, Age: 1 }; };
  const stopped = model.decideBatch(endless(), { ...options, signal: controller.signal, progress: (done) => done >= 2000 && controller.abort(new Error('enough')) });
  await assert.rejects(stopped, { message: 'enough' });
});

test('what is wrong with the whole batch is thrown', async () => {
  const because = (more, error, given = rows) => assert.rejects(model.decideBatch(given, { now, events, lists, ...more }), error);
  await because({ now: 'tomorrow' }, { name: 'RequestError' });
  await because({ events: { visits: [] } }, { name: 'RequestError', message: /did you mean `visit`/ });
  await because({ events: { visit: [{ at }] } }, { name: 'RequestError', message: /event 0 of `visit`/ });
  await because({ events: { visit: [{ id: 1, at, minutes: NaN }] } }, { name: 'InputError', row: null, attribute: 'minutes' });
  await because({ lists: { blocked: [NaN] } }, { name: 'InputError' });
  await because({ lists: { blockd: [] } }, { name: 'RequestError' });
  await because({ limit: 1 }, { name: 'RequestError', message: /no part `limit`/ });
  await because({}, { name: 'RequestError' }, 7);
  await because({}, { name: 'RequestError', message: /Arrow IPC/ }, new Uint8Array([1, 2, 3]));
  const missing = await model.decideBatch(rows, { now, events });
  assert.equal(missing.length, 0);
  assert.match(missing.rejects[0].message + missing.rejects[1].message, /list `blocked`|age/);
});

test('columns in, columns out', async () => {
  const { tableFromArrays, tableFromIPC, tableToIPC } = require('apache-arrow');
  const table = tableFromArrays({ id: ['1', '3', '4', '6'], Age: Int32Array.from([30, 40, 50, 60]) });
  const visits = tableFromArrays({ id: ['1', '3'], at: [at, at], minutes: Float64Array.from([61, 62]) });
  const blocked = tableFromArrays({ id: ['3'] });
  const result = await model.decideBatch(table, { now, events: { visit: visits }, lists: { blocked } });
  assert.deepEqual(result.decisions.toArray().map((row) => [row.id, row.status.long]), [['1', 1], ['3', 0], ['4', 0], ['6', 0]]);
  assert.equal(result.rejects.numRows, 0);
  const bytes = (of) => tableToIPC(of, 'file');
  const raw = await model.decideBatch(bytes(table), { now, events: { visit: bytes(visits) }, lists: { blocked: bytes(blocked) } });
  assert.deepEqual(String(tableFromIPC(raw.decisions).toArray()), String(result.decisions.toArray()));
  await assert.rejects(model.decideBatch(table, { now, lists: { blocked } }), { name: 'InputError', message: /visit/ });
  await assert.rejects(model.decideBatch(table, { now, events: { visit: [] }, lists: { blocked } }), { name: 'RequestError' });
  await assert.rejects(model.decideBatch(table, { now, signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('damaged Arrow IPC is read or refused, whichever byte it is', async () => {
  const { tableFromArrays, tableToIPC } = require('apache-arrow');
  const table = tableFromArrays({ id: ['1', '3', '4', '6'], Age: Int32Array.from([30, 40, 50, 60]) });
  const options = { now, events: { visit: tableFromArrays({ id: ['1'], at: [at], minutes: [61] }) }, lists: { blocked: tableFromArrays({ id: ['3'] }) } };
  let refused = 0;
  const tried = async (bytes) => {
    try {
      await model.decideBatch(bytes, options);
    } catch (error) {
      refused += 1;
      assert.ok(error instanceof casewise.CasewiseError, error.stack);
      assert.ok(!/a bug of casewise/.test(error.message), error.message);
    }
  };
  for (const format of ['stream', 'file']) {
    const whole = tableToIPC(table, format);
    for (let place = 0; place < whole.length; place += 1) {
      const changed = whole.slice();
      changed[place] ^= 0xff;
      await tried(changed);
    }
    // As much as no machine has, wherever a length can stand.
    for (let place = 0; place + 8 <= whole.length; place += 4) {
      const changed = whole.slice();
      new DataView(changed.buffer, changed.byteOffset).setBigInt64(place, 1n << 44n, true);
      await tried(changed);
    }
    const cut = model.decideBatch(whole.slice(0, whole.length / 2), options);
    await assert.rejects(cut, { name: 'RequestError', message: /^the rows: expected an Arrow IPC stream or file: .*ends before/ });
  }
  assert.ok(refused > 1000, `${refused} refused`);
});

test('a large table is handed over in pieces, and nothing of it is lost', async () => {
  const { tableFromArrays } = require('apache-arrow');
  const opened = casewise.open('model m { language 1 }\ncustomer { key id: text; age: int?; plan: enum(basic, plus) }\ncase a { for age >= 18 and plan == plus; priority age }');
  const many = Array.from({ length: 20_000 }, (_, n) => ({ id: `c${n}`, age: n % 7 === 0 ? null : n % 90, plan: n % 3 === 0 ? 'plus' : n % 1000 === 1 ? 'none' : 'basic' }));
  const table = tableFromArrays({ id: many.map(({ id }) => id), age: many.map(({ age }) => age), plan: many.map(({ plan }) => plan) });
  const columns = await opened.decideBatch(table, { now });
  const result = await opened.decideBatch(many, { now });
  assert.deepEqual([...columns.decisions.getChild('id')], [...result].map((decision) => decision.key));
  const offered = columns.decisions.toArray().filter((row) => row.status.a === 1).map((row) => row.id);
  const others = [...result].filter((decision) => decision.offers.length > 0).map((decision) => decision.key);
  assert.ok(others.length > 3000);
  assert.equal(columns.rejects.numRows, result.rejects.length);
  assert.deepEqual([...columns.rejects.getChild('row')].map(Number), result.rejects.map(({ row }) => row));
  assert.deepEqual(offered, others);
  const batches = [];
  const { tableToIPC } = require('apache-arrow');
  const source = [0, 10_000].map((from) => tableToIPC(table.slice(from, from + 10_000), 'stream'));
  for await (const { decisions } of opened.decideBatches(source, { now })) batches.push(decisions.length);
  assert.equal(batches.length, 2);
});

test('a batch says what single decisions say', async () => {
  for (const folder of examples()) {
    const { model: opened, customers, now: at, context, events: tables, lists: listed, expected: lines } = readExample(folder);
    const result = await opened.decideBatch(customers, { now: at, context, events: tables, lists: listed });
    assert.deepEqual(result.rejects, [], path.basename(folder));
    const byKey = new Map([...result].map((decision) => [decision.key, decision]));
    const { differences } = require('./json.js');
    for (const line of lines) assert.deepEqual(differences(line, byKey.get(line.id).toJSON(), line.id), []);
  }
});

test('other work goes on while a batch is decided', async () => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const many = Array.from({ length: 20_000 }, (_, n) => ({ id: n, Age: n % 90 }));
  await model.decideBatch(many, { now, events: { visit: [] }, lists: { blocked: [] } });
  delay.disable();
  // Generous: the machine of the test may be busy. The figures are in the guide.
  assert.ok(delay.percentile(90) / 1e6 < 100, `${delay.percentile(90) / 1e6} ms`);
});
