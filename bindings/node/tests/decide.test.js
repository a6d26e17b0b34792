'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { inspect } = require('node:util');
const { Worker } = require('node:worker_threads');
const casewise = require('../index.js');

const TEXT = `
model club "The club" { language 1; version "7"; timezone "Europe/Berlin" }
customer {
  key id: text
  joined: time
  arpu: decimal?
  plan: enum(basic "Basic", plus) from "Plan"
  tags: set(text)
  points: int
}
context { touchpoint: enum(counter, app) }
events visit { minutes: float }
list blocked
param often: int in 1 .. 30 = 2
segment regulars = count(visit over last 30 days) >= often
gate grown { require points >= 0 }
score worth = (arpu otherwise 0) * 12
let doubled = points + points
channel counter { require touchpoint == counter }
case upgrade "More for you" { for regulars; require plan == basic; exclude blocked; priority worth; offer { price: 9.90, months: 3 } }
case welcome { require fresh: joined in last 30 days; priority 1 }
test "a plus customer has it already" {
  now 2026-11-22
  customer { id: "c1", joined: 2024-01-01T00:00, plan: plus, tags: [], points: 1 }
  context { touchpoint: app }
  expect not offered upgrade
}
`;

const customer = {
  id: 'c1',
  joined: new Date('2024-01-31T08:00:00Z'),
  arpu: '12.50',
  plan: 'basic',
  tags: new Set(['a', 'b']),
  points: 4611686018427387900n,
  nothing: 'the model declares this not',
};
const options = {
  now: new Date('2026-11-22T10:00:00Z'),
  context: { touchpoint: 'counter' },
  events: { visit: [{ at: '2026-11-01T09:30', minutes: 45 }, { at: new Date('2026-11-08T18:00:00Z'), minutes: 0.1 }] },
  lists: { blocked: new Set(['c7']) },
};

test('a model tells about itself', () => {
  const model = casewise.open(TEXT);
  assert.equal(model.name, 'club');
  assert.equal(model.version, '7');
  assert.equal(model.title, 'The club');
  assert.match(model.fingerprint, /^[0-9a-f]{16}$/);
  assert.equal(model.subjectName, 'customer');
  assert.equal(model.keyName, 'id');
  assert.deepEqual(model.cases, { upgrade: 'More for you', welcome: null });
  assert.equal(inspect(model), "Model('club', version: '7', cases: 2)");
  assert.deepEqual(model.requirements().attributes.map((a) => a.name), ['id', 'joined', 'arpu', 'plan', 'tags', 'points']);
  assert.equal(casewise.languageVersion, 1);
  assert.equal(casewise.version, require('../package.json').version);
});

test('a decision is told part by part', () => {
  const model = casewise.open(TEXT);
  const decision = model.decide(customer, options);
  assert.equal(decision.key, 'c1');
  assert.equal(decision.now, '2026-11-22T10:00:00Z');
  assert.equal(decision.decidedBy, null);
  assert.deepEqual(decision.segments, ['regulars']);
  assert.deepEqual(decision.scores, { worth: '150' });
  assert.deepEqual(decision.values, { doubled: 9223372036854775800n });
  assert.deepEqual(decision.gates, { grown: 'true' });
  assert.deepEqual(decision.offers, [
    { case: 'upgrade', rank: 1, title: 'More for you', channel: 'counter', rank_value: '150', offer: { price: '9.9', months: 3 } },
  ]);
  assert.deepEqual(decision.cases.upgrade, { status: 'offered' });
  assert.deepEqual(decision.case('welcome'), { status: 'ineligible', outcome: 'false', gate: 'require', failed: ['fresh'] });
  assert.equal(decision.case('other'), undefined);
  assert.ok(decision.offers === decision.offers && Object.isFrozen(decision.offers[0]));
  assert.equal(inspect(decision), "Decision('c1', offers: [ 'upgrade' ])");
  assert.deepEqual(decision.toJSON().values, decision.values);
  assert.match(decision.toJsonLine(), /"doubled":9223372036854775800/);
  const why = decision.why('welcome');
  assert.match(String(why), /fresh/);
  assert.equal(typeof why.data, 'object');
  assert.throws(() => decision.why('welcom'), { name: 'RequestError', message: /did you mean `welcome`/ });
});

test('objects, maps, classes and text say the same', () => {
  const model = casewise.open(TEXT);
  const expected = model.decide(customer, options).toJSON();
  class Row {
    #fields = customer;
    id = 'c1';
    get joined() { return this.#fields.joined; }
    get arpu() { return { toJSON: () => '12.5' }; }
    get plan() { return 'Basic'; }
    get tags() { return ['b', 'a', 'b']; }
    get points() { return '4611686018427387900'; }
  }
  assert.deepEqual(model.decide(new Row(), options).toJSON(), expected);
  const map = new Map(Object.entries(customer));
  const maps = {
    ...options,
    now: '2026-11-22T11:00',
    context: new Map([['touchpoint', 'counter']]),
    events: new Map([['visit', new Set(options.events.visit.map((visit) => new Map(Object.entries(visit))))]]),
    lists: new Map([['blocked', false]]),
  };
  assert.deepEqual(model.decide(map, maps).toJSON(), expected);
  assert.deepEqual(model.decide(Object.assign(Object.create(null), customer), options).toJSON(), expected);
  const json = JSON.stringify({ customer: { ...customer, tags: ['a', 'b'], points: '4611686018427387900' }, ...options, lists: { blocked: [] } });
  assert.equal(model.decideJson(json), model.decide(customer, options).toJsonLine());
});

test('a prepared subject decides again', () => {
  const prepared = casewise.open(TEXT).prepare(customer, options);
  assert.equal(prepared.key, 'c1');
  assert.deepEqual(prepared.decide().toJSON(), prepared.decide().toJSON());
  assert.equal(prepared.decide().offers.length, 1);
});

test('params, what remains, and the named decide', () => {
  const stricter = casewise.open(TEXT, { params: { often: 5 } });
  assert.equal(stricter.decide(customer, options).offers.length, 0);
  assert.deepEqual(stricter.decide(customer, options).toJSON().model.overrides, { often: 5 });
  assert.throws(() => casewise.open(TEXT, { params: { often: 31 } }), { name: 'ModelError' });
  assert.throws(() => casewise.open(TEXT, { params: { often: {} } }), { name: 'RequestError', message: /`often`/ });
  assert.throws(() => casewise.open(TEXT, { parameters: '{}' }), { name: 'ParametersError', code: 'CASEWISE_PARAMETERS' });
  const model = casewise.open('model m { language 1 } customer { key id: text } channel sms {} properties { cost: decimal = 1.5 } case a { quota 5; budget 10 of cost }');
  const status = (remaining) => model.decide({ id: 'c' }, { now: '2026-11-22', remaining }).cases.a;
  assert.deepEqual(status({ quota: { a: 0 } }), { status: 'outranked', by: 'quota' });
  assert.deepEqual(status({ budget: new Map([['a', { cost: '1.4' }]]) }), { status: 'outranked', by: 'budget' });
  assert.deepEqual(status({ capacity: { sms: 1n }, budget: { a: { cost: 1.5 } } }), { status: 'offered' });
});

test('texts are checked, formatted and explained', () => {
  const found = casewise.check('model m { language 1 }\ncustomer { key id: txt }', 'my.cw');
  assert.deepEqual([found[0].file, found[0].line, found[0].severity], ['my.cw', 2, 'error']);
  assert.match(casewise.explainCode(found[0].code), new RegExp(`# ${found[0].code}`));
  assert.equal(casewise.explainCode('CW9999'), undefined);
  assert.match(casewise.format('model m{language 1}\ncustomer{key id:text}'), /key id: text/);
  assert.throws(() => casewise.format('customer {'), { name: 'ModelError' });
  assert.throws(() => casewise.check(7), { name: 'RequestError' });
});

test('the tests of a model run', () => {
  const model = casewise.open(TEXT);
  assert.deepEqual(model.test().map((result) => [result.title, result.failures]), [['a plus customer has it already', []]]);
  assert.equal(model.test('no such title').length, 0);
});

test('models come from files, texts by name, and URLs', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'casewise-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'm.cw');
  fs.writeFileSync(file, 'model m { language 1 }\ninclude "more/*.cw"\ncustomer { key id: text }');
  fs.mkdirSync(path.join(folder, 'more'));
  fs.writeFileSync(path.join(folder, 'more', 'a.cw'), 'case a { }');
  const names = (model) => Object.keys(model.cases);
  assert.deepEqual(names(casewise.open(file)), ['a']);
  assert.deepEqual(names(casewise.open(require('node:url').pathToFileURL(file))), ['a']);
  assert.deepEqual(names(casewise.open({ 'm.cw': fs.readFileSync(file, 'utf8'), 'more/b.cw': 'case b { }' })), ['b']);
  assert.throws(() => casewise.open(path.join(folder, 'none.cw')), { name: 'CasewiseError', code: 'CASEWISE_FILE' });
});

test('an ES module has the same names', async () => {
  const module = await import('../index.mjs');
  assert.deepEqual(Object.keys(module).sort(), Object.keys(casewise).sort());
  assert.equal(module.open, casewise.open);
});

test('worker threads decide on their own', async () => {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const casewise = require(workerData.module);
    const model = casewise.open(workerData.text);
    let offers = 0;
    for (let n = 0; n < 500; n++) offers += model.decide(workerData.customer, workerData.options).offers.length;
    parentPort.postMessage(offers);`;
  const workerData = { module: require.resolve('../index.js'), text: TEXT, customer, options };
  const said = [1, 2, 3].map(() => new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true, workerData });
    worker.once('message', resolve).once('error', reject);
  }));
  assert.deepEqual(await Promise.all(said), [500, 500, 500]);
});

test('a worker thread may end while it decides a batch', async () => {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const model = require(workerData.module).open('model m { language 1 } customer { key id: int; age: int } case a { for age > 3 }');
    function* rows() { for (let n = 0; n < 1_000_000; n += 1) yield { id: n, age: n % 90 }; }
    model.decideBatch(rows(), { now: '2026-11-22' });
    parentPort.postMessage('begun');`;
  for (const milliseconds of [0, 20, 100]) {
    const worker = new Worker(script, { eval: true, workerData: { module: require.resolve('../index.js') } });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await worker.terminate();
  }
  assert.equal(casewise.open(TEXT).name, 'club');
});

test('a decision says the same when it is read late', () => {
  const model = casewise.open(TEXT);
  const decisions = Array.from({ length: 100 }, (_, n) => model.decide({ ...customer, id: `c${n}`, arpu: n }, options));
  const prepared = model.prepare(customer, options);
  const again = Array.from({ length: 100 }, () => prepared.decide());
  model.reload();
  for (const [n, decision] of decisions.entries()) {
    assert.equal(decision.key, `c${n}`);
    assert.deepEqual(decision.toJSON(), model.decide({ ...customer, id: `c${n}`, arpu: n }, options).toJSON());
    assert.match(String(decision.why('welcome')), /fresh/);
  }
  assert.deepEqual(again[0].toJSON(), again[99].toJSON());
});
