// Figures of the Node package, beside other packages: node peers.mjs [small] [many] [backend] [batch] [leak]
//
//   small     one small decision from an object: microseconds, and what the call costs over the same call in Rust
//   many      one customer × 1000 cases of the neutral workload (CASEWISE_PERF, see ../workload.md)
//   backend   requests per second of examples/backend-node on loopback
//   batch     how long other work waits while 1,000,000 customers are decided
//   leak      resident memory over 1,000,000 decisions
//
// Each package is asked the same, and the answers are compared. Figures of one run compare, and no others.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as casewise from '../../bindings/node/index.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const now = '2026-11-01';
const sorted = (times) => [...times].sort((a, b) => a - b);
const at = (times, share) => sorted(times)[Math.floor(share * (times.length - 1))];
const line = (name, ...said) => console.log(`  ${name.padEnd(46)} ${said.join(', ')}`);

/** Microseconds per call in the fastest tenth of rounds over all inputs: when nothing else ran. */
async function microseconds(inputs, decide, rounds = 100) {
  const times = [];
  for (let round = -2; round < rounds; round += 1) {
    const begun = performance.now();
    for (const input of inputs) {
      const answer = decide(input);
      if (answer instanceof Promise) await answer;
    }
    if (round >= 0) times.push(((performance.now() - begun) * 1000) / inputs.length);
  }
  return at(times, 0.1);
}

/** A package of the registry, if it is installed. */
async function peer(name) {
  try {
    const found = await import(name);
    return found.default ?? found;
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    line(name, 'left out: npm install here first');
    return undefined;
  }
}

const zenGraph = (expressions) => ({
  contentType: 'application/vnd.gorules.decision',
  nodes: [
    { id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } },
    { id: 'e', type: 'expressionNode', name: 'e', position: { x: 0, y: 0 }, content: { expressions } },
    { id: 'out', type: 'outputNode', name: 'out', position: { x: 0, y: 0 } },
  ],
  edges: [
    { id: 'a', sourceId: 'in', targetId: 'e', type: 'edge' },
    { id: 'b', sourceId: 'e', targetId: 'out', type: 'edge' },
  ],
});

/** What the same calls take in Rust. */
function inRust(model, customers) {
  const folder = mkdtempSync(path.join(tmpdir(), 'casewise-'));
  try {
    writeFileSync(path.join(folder, 'model.cw'), model);
    writeFileSync(path.join(folder, 'customers.jsonl'), customers.map((customer) => JSON.stringify(customer)).join('\n'));
    const files = [path.join(folder, 'model.cw'), path.join(folder, 'customers.jsonl'), now];
    const cargo = ['run', '--quiet', '--release', '--manifest-path', path.join(here, '../Cargo.toml'), '--bin', 'call', '--', ...files];
    const said = process.env.CASEWISE_CALL === undefined ? execFileSync('cargo', cargo) : execFileSync(process.env.CASEWISE_CALL, files);
    return JSON.parse(said);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function beside(name, model, customers) {
  const opened = casewise.open(model);
  const options = { now };
  const rust = inRust(model, customers);
  const json = customers.map((customer) => JSON.stringify({ now, customer }));
  const over = (time, of) => `${time.toFixed(2)} µs, ${(time - of).toFixed(2)} over Rust's ${of.toFixed(2)}`;
  line(`${name}: decide`, over(await microseconds(customers, (customer) => opened.decide(customer, options)), rust.decide));
  line(`${name}: decide, read offers`, over(await microseconds(customers, (customer) => opened.decide(customer, options).offers.length), rust.offers));
  line(`${name}: decideJson, text to text`, over(await microseconds(json, (text) => opened.decideJson(text)), rust.json));
  const prepared = customers.map((customer) => opened.prepare(customer, options));
  line(`${name}: prepared, read offers`, `${(await microseconds(prepared, (one) => one.decide().offers.length)).toFixed(2)} µs`);
  line(`${name}: JSON.stringify of the customer alone`, `${(await microseconds(customers, (customer) => JSON.stringify(customer))).toFixed(2)} µs`);
}

async function small() {
  const model = `model small { language 1 }
customer { key id: text; age: int; plan: enum(basic, plus); arpu: float }
case gift { for age >= 18 and plan == plus and arpu > 20.0 }`;
  const customers = Array.from({ length: 1000 }, (_, n) => ({ id: `c${n}`, age: n % 80, plan: n % 3 ? 'plus' : 'basic', arpu: (n % 50) + 0.5 }));
  const opened = casewise.open(model);
  const expected = customers.map((customer) => opened.decide(customer, { now }).offers.length > 0);
  console.log('one small decision from an object of 4 attributes');
  await beside('casewise', model, customers);
  const others = [];
  const zen = await peer('@gorules/zen-engine');
  if (zen) {
    const expression = 'age >= 18 and plan == "plus" and arpu > 20';
    const decision = new zen.ZenEngine().createDecision(Buffer.from(JSON.stringify(zenGraph([{ id: 'x', key: 'ok', value: expression }]))));
    others.push(['@gorules/zen-engine, Decision.evaluate', async (customer) => (await decision.evaluate(customer)).result.ok]);
    others.push(['@gorules/zen-engine, evaluateExpressionSync', (customer) => zen.evaluateExpressionSync(expression, customer)]);
  }
  const logic = await peer('json-logic-engine');
  if (logic) {
    const rule = { and: [{ '>=': [{ var: 'age' }, 18] }, { '==': [{ var: 'plan' }, 'plus'] }, { '>': [{ var: 'arpu' }, 20] }] };
    others.push(['json-logic-engine, compiled', new logic.LogicEngine().build(rule)]);
  }
  const rules = await peer('json-rules-engine');
  if (rules) {
    const engine = new rules.Engine();
    const all = [['age', 'greaterThanInclusive', 18], ['plan', 'equal', 'plus'], ['arpu', 'greaterThan', 20]].map(([fact, operator, value]) => ({ fact, operator, value }));
    engine.addRule({ conditions: { all }, event: { type: 'gift' } });
    others.push(['json-rules-engine', async (customer) => (await engine.run(customer)).events.length > 0]);
  }
  for (const [name, decide] of others) {
    let wrong = 0;
    for (const [n, customer] of customers.entries()) wrong += ((await decide(customer)) === true) === expected[n] ? 0 : 1;
    line(name, `${(await microseconds(customers, decide)).toFixed(2)} µs`, wrong === 0 ? 'the same answers' : `${wrong} OTHER ANSWERS`);
  }
  console.log('one decision from an object of 40 attributes: texts, numbers, decimals, dates, labels');
  await beside('casewise', ...forty());
}

/** A model that reads ten of forty attributes, and customers. */
function forty() {
  const kinds = [
    ['int', (n) => n % 90], ['float', (n) => (n % 300) / 7], ['decimal', (n) => `${n % 900}.25`], ['date', (n) => `2025-${String(1 + (n % 12)).padStart(2, '0')}-11`],
    ['enum(basic, plus, max)', (n) => ['basic', 'plus', 'max'][n % 3]], ['bool', (n) => n % 2 === 0], ['text', (n) => `text ${n}`], ['int?', (n) => (n % 5 === 0 ? null : n)],
  ];
  const attributes = Array.from({ length: 39 }, (_, n) => [`a${n}`, ...kinds[n % kinds.length]]);
  const model = `model forty { language 1 }
customer { key id: text; ${attributes.map(([name, type]) => `${name}: ${type}`).join('; ')} }
case gift { for a0 >= 18 and a4 == plus and a1 > 20.0 and a2 > 100 }
case other { for a8 < 40 or a5; require a3 in last 400 days; exclude a7 is missing }`;
  const customers = Array.from({ length: 1000 }, (_, n) => Object.fromEntries([['id', `c${n}`], ...attributes.map(([name, , of], k) => [name, of(n * 7 + k)])]));
  return [model, customers];
}

async function many() {
  const folder = process.env.CASEWISE_PERF;
  if (folder === undefined || !existsSync(path.join(folder, 'workload.cw'))) {
    console.log('one customer × 1000 cases: left out, set CASEWISE_PERF (../workload.md)');
    return;
  }
  const read = (name) => readFileSync(path.join(folder, name), 'utf8');
  const rows = read('data/customers_2k.jsonl').trim().split('\n').map((text) => JSON.parse(text));
  const { counts } = JSON.parse(read('expected.json'))['2k'];
  const built = (name) => JSON.parse(read(`build/${name}.json`));
  console.log(`one customer × 1000 cases, ${rows.length} customers of 38 attributes`);
  const report = async (name, decide, tell, rounds = 3, asked = rows) => {
    const found = new Uint32Array(counts.length);
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const row of asked) {
        const begun = performance.now();
        let answer = decide(row);
        if (answer instanceof Promise) answer = await answer;
        times.push((performance.now() - begun) * 1000);
        if (round === 0) tell(answer, found);
      }
    }
    const right = asked === rows ? counts : new Uint32Array(counts.length);
    if (asked !== rows) for (const row of asked) eligible(model.decide(row, options), right);
    const wrong = counts.filter((_, n) => right[n] !== found[n]).length;
    line(name, `p50 ${at(times, 0.5).toFixed(1)} µs`, `p99 ${at(times, 0.99).toFixed(1)} µs`, wrong === 0 ? 'all 1000 counts right' : `${wrong} COUNTS DIFFER`);
  };
  const model = casewise.open(read('workload.cw'));
  const best = casewise.open(`${read('workload.cw')}\ndecide { top 3 }`);
  const places = new Map(Object.keys(model.cases).map((name, n) => [name, n]));
  const options = { now };
  const eligible = (decision, found) => {
    for (const [name, { status }] of Object.entries(decision.cases)) found[places.get(name)] += status === 'ineligible' ? 0 : 1;
  };
  await report('casewise, all offers', (row) => {
    const decision = model.decide(row, options);
    return decision.offers && decision;
  }, eligible);
  await report('casewise, the best three offers', (row) => {
    const decision = best.decide(row, options);
    return decision.offers && decision;
  }, eligible);
  await report('casewise, decide and read nothing', (row) => model.decide(row, options), eligible);
  await report('casewise, what became of every case, and why', (row) => {
    const decision = model.decide(row, options);
    return decision.cases && decision;
  }, eligible, 1);
  const logic = await peer('json-logic-engine');
  if (logic) {
    const engine = new logic.LogicEngine();
    const compiled = built('jsonlogic').map((rule) => engine.build(rule));
    await report('json-logic-engine, compiled', (row) => compiled.map((rule) => rule(row) === true), (answers, found) => answers.forEach((yes, n) => (found[n] += yes ? 1 : 0)), 1);
  }
  const zen = await peer('@gorules/zen-engine');
  if (zen) {
    const expressions = built('zen').map((value, n) => ({ id: `x${n}`, key: `c${n}`, value }));
    const decision = new zen.ZenEngine().createDecision(Buffer.from(JSON.stringify(zenGraph(expressions))));
    await report('@gorules/zen-engine, one decision', (row) => decision.evaluate(row), ({ result }, found) => found.forEach((_, n) => (found[n] += result[`c${n}`] === true ? 1 : 0)), 1);
  }
  const rules = await peer('json-rules-engine');
  if (rules) {
    const engine = new rules.Engine([], { allowUndefinedFacts: true });
    built('jre').forEach((rule, n) => engine.addRule({ conditions: rule.all || rule.any ? rule : { all: [rule] }, event: { type: String(n) } }));
    await report('json-rules-engine, 100 customers', (row) => engine.run(row), ({ events }, found) => events.forEach(({ type }) => (found[Number(type)] += 1)), 1, rows.slice(0, 100));
  }
}

function backend() {
  console.log('examples/backend-node on loopback, with a reload every second');
  for (const route of ['decide', 'page']) {
    const load = [path.join(here, '../../examples/backend-node/load.mjs'), '10', '8', route];
    console.log(execFileSync(process.execPath, load, { encoding: 'utf8' }).replace(/^/gm, '  ').trimEnd());
  }
}

/** What other work of this thread waits while something is done. */
async function delay(name, rows, work) {
  const found = monitorEventLoopDelay({ resolution: 1 });
  const begun = performance.now();
  found.enable();
  const told = await work();
  found.disable();
  const seconds = (performance.now() - begun) / 1000;
  const [p99, most] = [found.percentile(99), found.max].map((time) => `${(time / 1e6 - 1).toFixed(1)} ms`);
  line(name, `${seconds.toFixed(1)} s for ${rows} rows`, `other work waits p99 ${p99}`, `at most ${most}`, told);
}

async function batch() {
  console.log('the event loop while 1,000,000 customers are decided');
  const [model, customers] = forty();
  const opened = casewise.open(model);
  const size = 1_000_000;
  function* rows(of) {
    for (let n = 0; n < of; n += 1) yield { ...customers[n % customers.length], id: `c${n}` };
  }
  await delay('objects of 40 attributes, one batch', size, async () => {
    const result = await opened.decideBatch(rows(size), { now });
    return `${result.length} decided`;
  });
  await delay('objects of 40 attributes, batches of 10,000', size, async () => {
    let decided = 0;
    const source = (function* () {
      for (let n = 0; n < size; n += 10_000) yield rows(10_000);
    })();
    for await (const result of opened.decideBatches(source, { now })) decided += result.length;
    return `${decided} decided`;
  });
  const folder = process.env.CASEWISE_PERF;
  const file = folder && path.join(folder, 'data/customers_1m.arrow');
  if (!file || !existsSync(file)) {
    line('Arrow IPC, 1000 cases', 'left out, set CASEWISE_PERF (../workload.md)');
    return;
  }
  const workload = casewise.open(`${readFileSync(path.join(folder, 'workload.cw'), 'utf8')}\ndecide { top 3 }`);
  const bytes = readFileSync(file);
  await delay('Arrow IPC, 1000 cases, the best three offers', size, async () => {
    const { decisions } = await workload.decideBatch(bytes, { now });
    return `${Math.round(decisions.length / 1e6)} MB out`;
  });
}

async function leak() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const [text, customers] = forty();
  const model = casewise.open(text);
  const json = customers.map((customer) => JSON.stringify({ now, customer }));
  console.log('resident memory over 1,000,000 decisions: objects, texts, prepared, explained, refused');
  const said = [];
  for (let n = 0; n < 1_000_000; n += 1) {
    const customer = customers[n % customers.length];
    switch (n % 10) {
      case 0:
        model.decideJson(json[n % json.length]);
        break;
      case 1:
        model.prepare(customer, { now }).decide().cases;
        break;
      case 2:
        model.decide(customer, { now }).why('gift');
        break;
      case 3:
        try {
          model.decide({ ...customer, a0: 'x' }, { now });
        } catch (error) {
          if (!(error instanceof casewise.InputError)) throw error;
        }
        break;
      default:
        model.decide(customer, { now }).offers;
    }
    if (n % 100_000 === 99_999) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 20));
      said.push(Math.round(process.memoryUsage.rss() / 1e6));
    }
  }
  line('MB after every 100,000', said.join(' '));
}

const parts = { small, many, backend, batch, leak };
const asked = process.argv.slice(2);
console.log(`Node ${process.version}, casewise ${casewise.version}, ${cpus().length} × ${cpus()[0].model}`);
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  if (!Object.hasOwn(parts, name)) throw new Error(`there is no part ${name}: ${Object.keys(parts).join(', ')}`);
  await parts[name]();
}
