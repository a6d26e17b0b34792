'use strict';
// The folders of `examples/`, as `command.txt` decides them.

const fs = require('node:fs');
const path = require('node:path');
const casewise = require('../index.js');

const EXAMPLES = path.join(__dirname, '..', '..', '..', 'examples');

exports.examples = () =>
  fs
    .readdirSync(EXAMPLES)
    .map((name) => path.join(EXAMPLES, name))
    .filter((folder) => fs.existsSync(path.join(folder, 'command.txt')))
    .sort();

/** A small reader of CSV: quoted cells, and an empty cell is missing. */
function csv(text) {
  const rows = [];
  let row = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? bare || null : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      if (row.length > 1 || row[0] !== null) rows.push(row);
      row = [];
    }
  }
  const [names, ...records] = rows;
  return records.map((cells) => Object.fromEntries(names.map((name, n) => [name, cells[n] ?? null])));
}

function records(file) {
  const text = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  if (file.endsWith('.csv')) return csv(text);
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}

exports.readExample = (folder) => {
  const model = casewise.open(path.join(folder, 'model.cw'));
  const words = fs.readFileSync(path.join(folder, 'command.txt'), 'utf8').trim().split(/\s+/).slice(3);
  const key = model.keyName;
  const given = { customers: [], now: undefined, context: undefined, events: {}, lists: {} };
  for (let n = 0; n < words.length; n += 2) {
    const [option, value] = [words[n].replace('--', ''), words[n + 1]];
    const [name, file] = value.split('=');
    if (option === 'now') given.now = value;
    else if (option === 'customers') given.customers = records(path.join(folder, value));
    else if (option === 'context') given.context = JSON.parse(fs.readFileSync(path.join(folder, value), 'utf8'));
    else if (option === 'events') given.events[name] = records(path.join(folder, file));
    else if (option === 'list') given.lists[name] = new Set(records(path.join(folder, file)).map((row) => row[key]));
    else throw new Error(`--${option} is not read here`);
  }
  const lines = fs.readFileSync(path.join(folder, 'expected.jsonl'), 'utf8').split('\n');
  const expected = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  const keyOf = (record) => String(record[key]);
  const byKey = new Map(given.customers.map((customer) => [keyOf(customer), customer]));
  const grouped = Object.entries(given.events).map(([name, rows]) => {
    const groups = new Map();
    for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
    return [name, groups];
  });
  const decisionOf = (id) => {
    return model.decide(byKey.get(id), {
      now: given.now,
      context: given.context,
      events: Object.fromEntries(grouped.map(([name, groups]) => [name, groups.get(id) ?? []])),
      lists: Object.fromEntries(Object.entries(given.lists).map(([name, keys]) => [name, keys.has(id)])),
    });
  };
  return { ...given, model, expected, decisionOf };
};
