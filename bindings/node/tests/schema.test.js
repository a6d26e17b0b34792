'use strict';
// `casewise types --format json-schema` beside the engine: a validator takes what it takes, and refuses what it refuses.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { Ajv2020 } = require('ajv/dist/2020');
const { examples, readExample } = require('./examples.js');

/** What stands for a value that does not fit, or fits by chance: the engine says which. */
const OTHERS = [
  null, true, false, 0, 12, -3, 1.5, 1e300, '', 'x', '12', '1.5', '+7', '1e3', 'true', '2026-11-22', '2026-02-30', '2024-02-29',
  '2026-11-22T10:00', '2026-11-22T10:00:00.123Z', '2026-11-22T10:00:00+08:00', '2026-11-22T25:00', '30 days', '3 months',
  [], ['x'], [12], [null], {}, { a: 1 },
];

/** A validator of one model's inputs and one of its decisions. Formats are stated by ajv only with another package. */
function validators(folder) {
  const command = ['run', '--quiet', '--package', 'casewise-cli', '--', 'types', 'model.cw', '--format', 'json-schema'];
  const schema = JSON.parse(execFileSync(process.env.CARGO ?? 'cargo', command, { cwd: folder, encoding: 'utf8' }));
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: false });
  const isDate = (text) => {
    const date = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
  };
  ajv.addFormat('date', isDate);
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
  assert.ok(ajv.validateSchema(schema), ajv.errorsText());
  return { schema, input: ajv.compile(schema), decision: ajv.compile({ ...schema.$defs.decision, $defs: schema.$defs }) };
}

/** A row of CSV with numbers, truths and lists as JSON has them. */
function typed(record, schema) {
  const value = (text, property) => {
    const ty = property.anyOf?.[0] ?? property;
    const types = [ty.type ?? []].flat();
    if (typeof text !== 'string') return text;
    if (types.includes('array')) return JSON.parse(text);
    if (types.includes('number') && text.trim() !== '') return Number(text);
    return text;
  };
  const known = Object.entries(record).filter(([name]) => name in schema.properties);
  return Object.fromEntries(known.map(([name, text]) => [name, value(text, schema.properties[name])]));
}

for (const folder of examples()) {
  test(`the schema of ${path.basename(folder)} and the engine agree`, () => {
    const { schema, input, decision } = validators(folder);
    const { model, customers, events, lists, now, context, expected, decisionOf } = readExample(folder);
    const subject = model.subjectName;
    const bare = (customer) => ({
      now,
      [subject]: customer,
      ...(context === undefined ? {} : { context }),
      events: Object.fromEntries(Object.keys(schema.properties.events.properties).map((name) => [name, []])),
      lists: Object.fromEntries(Object.keys(schema.properties.lists.properties).map((name) => [name, false])),
    });
    const engine = (document) => {
      try {
        model.decideJson(JSON.stringify(document));
        return null;
      } catch (error) {
        return error.message;
      }
    };
    const agree = (document, what) => {
      const refusal = engine(document);
      const taken = input(document);
      assert.equal(taken, refusal === null, `${what}: the schema ${taken ? 'takes it' : `says ${JSON.stringify(input.errors)}`}, the engine ${refusal ?? 'takes it'}`);
      return taken;
    };

    const good = customers.slice(0, 200).map((customer) => typed(customer, schema.properties[subject]));
    for (const customer of good) assert.ok(agree(bare(customer), JSON.stringify(customer)));
    for (const [table, records] of Object.entries(events)) {
      const items = schema.properties.events.properties[table].items;
      const document = bare(good[0]);
      document.events[table] = records.slice(0, 200).map((record) => typed(record, items));
      assert.ok(agree(document, table));
    }
    for (const { id } of expected.slice(0, 200)) {
      const said = JSON.parse(JSON.stringify(decisionOf(id)));
      assert.ok(decision(said), `${id}: ${JSON.stringify(decision.errors)}`);
    }
    assert.ok(!decision({ ...JSON.parse(JSON.stringify(decisionOf(expected[0].id))), offers: 1 }));

    let [taken, refused] = [0, 0];
    for (const column of Object.keys(schema.properties[subject].properties)) {
      const { [column]: left, ...without } = good[0];
      for (const customer of [without, ...OTHERS.map((value) => ({ ...good[0], [column]: value }))]) {
        if (agree(bare(customer), `${column}: ${JSON.stringify(customer[column])}`)) taken += 1;
        else refused += 1;
      }
      void left;
    }
    assert.ok(taken > 0 && refused > taken, `${taken} ${refused}`);
    for (const wrong of [{ ...bare(good[0]), nowt: 1 }, { [subject]: good[0] }, { now }, [], 'x']) assert.equal(agree(wrong, JSON.stringify(wrong)), false);
    void lists;
  });
}
