'use strict';
// The literate corpus (`tests/README.md` tells its format) and every example, through JavaScript objects.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const casewise = require('../index.js');
const { examples, readExample } = require('./examples.js');
const { differences, missingLines, parseExact } = require('./json.js');

const ROOT = path.join(__dirname, '..', '..', '..');
const SPEC = path.join(ROOT, 'tests', 'spec');

function* blocks(text) {
  for (const found of text.matchAll(/^```([^\n]*)\n(.*?)^```[ \t]*$/gms)) {
    yield [found[1].trim(), found[2], text.slice(0, found.index).split('\n').length];
  }
}

function open(text, { set }) {
  return casewise.open(text, set === undefined ? {} : { params: set });
}

/** Through objects, and through JSON text: the same decision. */
function decide(text, given) {
  const input = parseExact(given);
  const model = open(text, input);
  delete input.set;
  const name = 'customer' in input ? 'customer' : model.subjectName;
  const { [name]: subject, ...options } = input;
  return model.decide(subject, options).toJSON();
}

function decideText(text, given) {
  const input = JSON.parse(given);
  if ('set' in input) return undefined;
  return parseExact(casewise.open(text).decideJson(given));
}

function said(action) {
  try {
    return { decision: action() };
  } catch (error) {
    assert.ok(error instanceof casewise.CasewiseError, error);
    const diagnostics = (error.diagnostics ?? []).map((found) => found.rendered);
    return { error: `${error.message}\n${diagnostics.join('\n')}` };
  }
}

for (const file of fs.readdirSync(SPEC).filter((name) => name.endsWith('.md')).sort()) {
  test(`corpus: ${file}`, () => {
    const failures = [];
    let model;
    let outcomes = [];
    let checked = 0;
    for (const [kind, text, line] of blocks(fs.readFileSync(path.join(SPEC, file), 'utf8'))) {
      const fail = (what) => failures.push(`${file}:${line}: ${what}`);
      if (kind === 'casewise') model = text;
      else if (kind === 'text diagnostics') {
        const rendered = casewise.check(model).map((found) => found.rendered);
        missingLines(text, rendered.join('\n')).forEach(fail);
      } else if (kind === 'json decide') {
        outcomes = [said(() => decide(model, text)), said(() => decideText(model, text))];
        outcomes = outcomes.filter((outcome) => outcome.error !== undefined || outcome.decision !== undefined);
      } else if (kind === 'json expect') {
        checked += 1;
        for (const { decision, error } of outcomes) {
          if (error !== undefined) fail(error);
          else differences(parseExact(text), decision).forEach(fail);
        }
      } else if (kind === 'text error') {
        checked += 1;
        for (const { decision, error } of outcomes) {
          if (error === undefined) fail(`decided: ${JSON.stringify(decision)}`);
          else missingLines(text, error).forEach(fail);
        }
      }
    }
    assert.deepEqual(failures, []);
    assert.ok(checked > 0, 'nothing was checked');
  });
}

for (const folder of examples()) {
  test(`example: ${path.basename(folder)}`, () => {
    const { model, expected, decisionOf } = readExample(folder);
    assert.ok(model.test().every((result) => result.failures.length === 0));
    const failures = expected.flatMap((line) => differences(line, decisionOf(line.id).toJSON(), line.id));
    assert.deepEqual(failures, []);
    assert.ok(expected.length > 0);
  });
}
