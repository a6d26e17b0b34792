'use strict';
// What the declarations name is there, and nothing else is.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const casewise = require('../index.js');

const text = fs.readFileSync(path.join(__dirname, '..', 'index.d.ts'), 'utf8');

test('every name declared is exported, and every name exported is declared', () => {
  const declared = [...text.matchAll(/^export (?:function|const|class) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(declared)].sort(), Object.keys(casewise).sort());
});

test('every member declared is one, and every member is declared', () => {
  const errors = new Set(['code', 'diagnostics', 'key', 'table', 'row', 'attribute', 'value', 'expected', 'help', 'rejects']);
  const own = { Watcher: ['model'], BatchResult: ['length', 'rejects'], Explanation: ['data'] };
  for (const [, name, body] of text.matchAll(/^export class (\w+)[^]*?\{\n([^]*?)^\}/gm)) {
    const declared = new Set([...body.matchAll(/^  (?:readonly )?(\w+)[(:<?]/gm)].map(([, member]) => member));
    const ofPrototype = Object.getOwnPropertyNames(casewise[name].prototype);
    const found = new Set([...ofPrototype, ...(own[name] ?? [])].filter((member) => !['constructor', 'name'].includes(member) || name === 'Model'));
    declared.delete('constructor');
    found.delete('constructor');
    if (casewise[name].prototype instanceof Error) for (const field of declared) assert.ok(errors.has(field), field);
    else assert.deepEqual([...declared].sort(), [...found].sort(), name);
  }
});

test('every declaration is documented', () => {
  const bare = [...text.matchAll(/(?<!\*\/\n)^export (?:declare )?(?:function|class|interface|const|type) (\w+)/gm)].map(([, name]) => name);
  // Of an overload the first is.
  assert.deepEqual(bare, []);
});
