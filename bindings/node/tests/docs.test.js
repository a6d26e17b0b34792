'use strict';
// The JavaScript of the pages runs, and prints what its comments say.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { inspect } = require('node:util');
const vm = require('node:vm');
const casewise = require('../index.js');

const ROOT = path.join(__dirname, '..', '..', '..');

function blocks(page, kind) {
  const text = fs.readFileSync(path.join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\S*)\n(.*?)^```$/gms)].filter(([, words]) => words === kind).map(([, , code]) => code);
}

/** What the code prints, and what the comments behind `console.log` say it prints. */
function run(code) {
  const said = [];
  const show = (value) => (typeof value === 'string' ? value : inspect(value));
  const console = { log: (...values) => said.push(values.map(show).join(' ')), error() {} };
  const context = vm.createContext({ require: (name) => (name === 'casewise' ? casewise : require(name)), console, Date, Set, Map, AbortSignal, Promise });
  const functions = ['batch', 'learning'].map((name) => `typeof ${name} === 'function' && ${name}()`);
  const done = vm.runInContext(`${code}\n;Promise.all([${functions}])`, context);
  const expected = code.split('\n').flatMap((line) => {
    const found = /console\.log\(.*\);(?: \/\/ (.*))?$/.exec(line);
    return found === null ? [] : [found[1]];
  });
  return { done, said, expected };
}

function assertSaid({ said, expected }) {
  for (const [n, wanted] of expected.entries()) if (wanted !== undefined) assert.equal(said[n], wanted);
}

test('docs/node.md', async () => {
  const outcome = run(blocks('docs/node.md', 'js').join('\n').replace(/^const watched[^]*/m, ''));
  await outcome.done;
  assertSaid(outcome);
  assert.ok(outcome.said.length > 8);
});

test('bindings/node/README.md', () => assertSaid(run(blocks('bindings/node/README.md', 'js').join('\n'))));

test('README.md', (t) => {
  const [model] = blocks('README.md', 'casewise,append=coffee.cw');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'casewise-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.writeFileSync(path.join(folder, 'coffee.cw'), model);
  const code = blocks('README.md', 'js').join('\n').replace("'coffee.cw'", JSON.stringify(path.join(folder, 'coffee.cw')));
  const outcome = run(code);
  assertSaid(outcome);
  assert.equal(outcome.said.length, 2);
});
