'use strict';
// Whatever is given: the right error with its place, and the process goes on.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const vm = require('node:vm');
const casewise = require('../index.js');

const model = casewise.open(`
model m { language 1 }
customer {
  key id: text
  age: int?
  rate: float
  ratio: float?
  spent: decimal?
  joined: time?
  born: date?
  tags: set(enum(a, b))?
  constructor: int?
  flag: bool?
}
context { place: text? }
events visit { minutes: int }
list blocked
let visits = count(visit)
case gift { for age >= 18 or rate > 1; exclude blocked; require place == "x" }
`);
const good = { id: 'c1', age: 30, rate: 0.5 };
const options = { now: '2026-11-22', context: {}, events: { visit: [] }, lists: { blocked: [] } };

function refused(subject, more, place) {
  let thrown;
  assert.throws(() => model.decide(subject, { ...options, ...more }), (error) => {
    thrown = error;
    return error instanceof casewise.InputError && error instanceof casewise.CasewiseError && error instanceof Error;
  });
  assert.equal(thrown.code, 'CASEWISE_INPUT');
  for (const [name, value] of Object.entries(place)) assert.equal(thrown[name], value, `${name} of: ${thrown.message}`);
  return thrown;
}

const attribute = (name, value, place = {}) => refused({ ...good, [name]: value }, {}, { key: 'c1', attribute: name, ...place });

test('numbers that are none of the type', () => {
  attribute('age', NaN, { value: 'NaN', expected: 'an int such as 12' });
  attribute('age', Infinity, { value: 'Infinity' });
  attribute('age', 1.5, { value: '1.5' });
  attribute('age', 2 ** 53, { value: '9007199254740992' });
  attribute('age', 1e300);
  attribute('age', 2n ** 63n, { value: '9223372036854775808' });
  attribute('rate', NaN);
  attribute('spent', NaN);
  attribute('spent', 1e30);
  attribute('joined', 5);
  assert.equal(model.decide({ ...good, age: -0, rate: -0, ratio: NaN }, options).key, 'c1');
  assert.equal(model.decide({ ...good, age: 2n ** 62n, rate: 1e300 }, options).key, 'c1');
});

test('nothing where something is needed', () => {
  attribute('rate', undefined, { value: null });
  attribute('rate', null, { value: null });
  refused({ id: 'c1', Rate: 1 }, {}, { attribute: 'rate', help: 'there is `Rate`: should it be `rate`?' });
  refused(new Map([['id', 'c1'], ['Rate', 1]]), {}, { attribute: 'rate', help: 'there is `Rate`: should it be `rate`?' });
  refused({ rate: 1 }, {}, { attribute: 'id' });
  assert.equal(model.decide({ ...good, age: undefined, spent: null }, options).key, 'c1');
});

test('values of kinds that no attribute takes', () => {
  attribute('age', () => 1, { value: 'a function' });
  attribute('age', Symbol('x'), { value: 'a symbol' });
  attribute('age', {}, { value: 'a record' });
  attribute('age', [1], { value: 'a sequence' });
  attribute('age', new Map(), { value: 'a sequence' });
  attribute('age', true, { value: 'true' });
  attribute('flag', 1);
  attribute('joined', new Date(NaN), { value: 'an invalid Date' });
  attribute('joined', vm.runInNewContext('new Date(NaN)'), { value: 'an invalid Date' });
  attribute('born', new Date(0), { expected: 'a date such as 2026-11-22' });
  attribute('tags', 'a', {});
  attribute('tags', [undefined], {});
  attribute('tags', ['c'], {});
  attribute('tags', [['a']], { value: 'a sequence' });
});

test('text of every kind', () => {
  attribute('id', '\ud800', { key: '\ud800' });
  attribute('age', 'x'.repeat(50_000_000));
  assert.equal(model.decide({ ...good, id: '\u0000"\\\u2028😀' }, options).key, '\u0000"\\\u2028😀');
});

test('objects that bite', () => {
  const cyclic = { ...good };
  cyclic.self = cyclic;
  assert.equal(model.decide(cyclic, options).key, 'c1');
  attribute('age', cyclic, { value: 'a record' });
  const loop = [];
  loop.push(loop);
  attribute('tags', loop, { value: 'a sequence' });
  const remaining = {};
  remaining.quota = remaining;
  refused(good, { remaining }, {});
  const throwing = Object.defineProperty({ ...good }, 'age', { enumerable: true, get() { throw new Error('no age today'); } });
  const error = refused(throwing, {}, { key: 'c1', attribute: 'age' });
  assert.match(error.message, /no age today/);
  assert.equal(error.cause.message, 'no age today');
  attribute('age', { toJSON() { throw 'a string'; } });
  refused(new Proxy({}, { get() { throw new Error('trap'); }, getPrototypeOf() { throw new Error('trap'); } }), {}, {});
  const endless = { toJSON: () => endless };
  attribute('age', endless, { value: 'a record' });
  let deep = 1;
  for (let n = 0; n < 100_000; n++) deep = { toJSON: ((inner) => () => inner)(deep) };
  attribute('age', deep, {});
});

test('keys of prototypes are nobody’s attributes', () => {
  assert.equal(model.decide(good, options).key, 'c1');
  class Customer { id = 'c1'; rate = 1; }
  assert.equal(model.decide(new Customer(), options).key, 'c1');
  attribute('constructor', 'x');
  assert.equal(model.decide(JSON.parse('{"id":"c1","rate":1,"__proto__":{"rate":"x"}}'), options).key, 'c1');
  assert.throws(() => model.decide(good, { ...options, events: JSON.parse('{"visit":[],"__proto__":[]}') }), { name: 'RequestError' });
});

test('what is no subject', () => {
  for (const nothing of [undefined, null, 1, 'c1', [], () => 1, Symbol('x'), new Date()]) refused(nothing, {}, {});
});

test('the place of an event', () => {
  const visits = (visit) => refused(good, { events: { visit }, }, { key: 'c1', table: 'visit' });
  const at = '2026-11-01T00:00';
  assert.equal(visits([{ at, minutes: 1 }, { at, minutes: NaN }]).message, '`visit` number 2, `minutes`: expected an int such as 12, got NaN');
  assert.equal(visits([{ at, minutes: 1 }, { at, minutes: 'x' }]).row, 1);
  assert.equal(visits([{ at, minutes: 1 }, null]).row, 1);
  assert.equal(visits([{ at: new Date(NaN), minutes: 1 }]).attribute, 'at');
  assert.equal(visits((function* () { yield { at, minutes: 1 }; throw new Error('gone'); })()).row, 1);
});

test('the rest of a call', () => {
  const because = (more, error) => assert.throws(() => model.decide(good, { ...options, ...more }), error);
  because({ now: undefined }, { name: 'RequestError', message: /no `now`/ });
  because({ now: new Date(NaN) }, { name: 'InputError', message: /`now`/ });
  because({ now: 'tomorrow' }, { name: 'RequestError' });
  because({ now: 5 }, { name: 'RequestError', message: /`now`/ });
  because({ event: {} }, { name: 'RequestError', message: 'the input has no part `event`; did you mean `events`?' });
  because({ events: { visits: [] } }, { name: 'RequestError', message: /did you mean `visit`/ });
  because({ events: [] }, { name: 'InputError' });
  because({ events: { visit: {} } }, { name: 'InputError' });
  because({ events: { visit: 'x' } }, { name: 'InputError' });
  because({ lists: { blocked: 'c1' } }, { name: 'InputError' });
  because({ lists: { blocked: [NaN, {}] } }, { name: 'InputError' });
  because({ lists: undefined }, { name: 'InputError', message: /list `blocked`/ });
  because({ context: 'x' }, { name: 'InputError' });
  because({ decide: 'none' }, { name: 'RequestError' });
  because({ remaining: { quotas: {} } }, { name: 'RequestError' });
  assert.throws(() => model.decide(good), { name: 'RequestError' });
  assert.throws(() => model.decide(good, 'now'), { name: 'InputError' });
  assert.throws(() => model.decideJson('{'), { name: 'RequestError' });
  assert.throws(() => model.decideJson({}), { name: 'RequestError' });
  for (const text of ['['.repeat(1_000_000), '{"a":'.repeat(100_000), '\u0000', 'null']) {
    assert.throws(() => model.decideJson(text), { name: 'RequestError' });
  }
  assert.throws(() => casewise.open(7), { name: 'RequestError' });
  assert.throws(() => casewise.open({ 'm.cw': 7 }), { name: 'RequestError' });
  assert.throws(() => casewise.open('model m { language 1 }', 7), { name: 'RequestError' });
  assert.throws(() => casewise.open('model m { language 1 } customer { key id: text }', { params: 7 }), { name: 'RequestError' });
  const cyclic = {};
  cyclic.self = cyclic;
  for (const parameters of [cyclic, 7, Symbol('x'), '{']) {
    assert.throws(() => casewise.open('model m { language 1 } customer { key id: text }', { parameters }), { name: 'ParametersError' });
  }
  const broken = () => casewise.open('model m { language 1 }\ncustomer { key id: txt }');
  assert.throws(broken, (error) => error instanceof casewise.ModelError && error.diagnostics[0].line === 2);
});
