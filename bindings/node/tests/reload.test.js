'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const casewise = require('../index.js');

const text = (cases) => `model m { language 1 }\ncustomer { key id: text }\n${cases}`;
const options = { now: '2026-11-22' };

function file(t, cases) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'casewise-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const name = path.join(folder, 'm.cw');
  fs.writeFileSync(name, text(cases));
  return name;
}

test('a model is reloaded in one step, and stays where the new text is wrong', (t) => {
  const name = file(t, 'case a { }');
  const model = casewise.open(name);
  const before = model.decide({ id: 'c' }, options);
  const prepared = model.prepare({ id: 'c' }, options);
  assert.equal(model.reload(), false);
  fs.writeFileSync(name, text('case b { }'));
  assert.equal(model.reload(), true);
  assert.deepEqual(model.decide({ id: 'c' }, options).offers.map((offer) => offer.case), ['b']);
  assert.deepEqual(before.offers.map((offer) => offer.case), ['a']);
  assert.deepEqual(prepared.decide().offers.map((offer) => offer.case), ['a']);
  fs.writeFileSync(name, text('case b {'));
  assert.throws(() => model.reload(), { name: 'ModelError' });
  fs.rmSync(name);
  assert.throws(() => model.reload(), { code: 'CASEWISE_FILE' });
  assert.deepEqual(Object.keys(model.cases), ['b']);
});

test('a watched model follows its files', async (t) => {
  const name = file(t, 'case a { }');
  let told;
  const next = () => new Promise((resolve) => { told = resolve; });
  const watcher = casewise.watch(name, { onReload: (model) => told(Object.keys(model.cases)), onError: (error) => told(error.name) });
  const alive = setInterval(() => {}, 1000);
  t.after(() => { clearInterval(alive); watcher.close(); });
  let heard = next();
  fs.writeFileSync(name, text('case b { }'));
  assert.deepEqual(await heard, ['b']);
  heard = next();
  fs.writeFileSync(name, text('case b {'));
  assert.equal(await heard, 'ModelError');
  assert.deepEqual(Object.keys(watcher.model.cases), ['b']);
});
