// A backend that decides: POST /decide, a page for service agents, reload without a pause, metrics, a graceful end.
//
//   node server.mjs [--port 8080] [--model ../telco/model.cw] [--data ../telco] [--now 2026-11-20T10:00]
//
// In a project of its own: import * as casewise from 'casewise'.
import * as casewise from '../../bindings/node/index.mjs';
import { createReadStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const PAGE = readFileSync(path.join(here, 'page.html'));
/** Longest body that is read. */
const LIMIT = 1 << 20;

/** Rows of a CSV file without quoted cells; an empty cell is missing. */
async function* csv(file) {
  let names;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const cells = line.split(',').map((cell) => (cell === '' ? null : cell));
    if (names === undefined) names = cells;
    else yield Object.fromEntries(names.map((name, n) => [name, cells[n]]));
  }
}

/** What a database would answer. */
export async function load(folder, key) {
  const customers = new Map();
  for await (const row of csv(path.join(folder, 'customers.csv'))) customers.set(row[key], row);
  const contacts = new Map();
  for await (const row of csv(path.join(folder, 'contact.csv'))) {
    const own = contacts.get(row[key]);
    if (own === undefined) contacts.set(row[key], [row]);
    else own.push(row);
  }
  const silent = new Set();
  for await (const row of csv(path.join(folder, 'do_not_disturb.csv'))) silent.add(row[key]);
  return { customers, contacts, silent };
}

function readBody(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    let size = 0;
    request.on('data', (part) => {
      size += part.length;
      if (size > LIMIT) reject(Object.assign(new Error('the body is larger than 1 MiB'), { status: 413 }));
      else parts.push(part);
    });
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.on('error', reject);
  });
}

/** Counts and times for Prometheus. */
class Metrics {
  requests = new Map();
  reloads = { done: 0, failed: 0 };
  seconds = 0;
  bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25];
  buckets = this.bounds.map(() => 0);

  observe(status, seconds) {
    this.requests.set(status, (this.requests.get(status) ?? 0) + 1);
    this.seconds += seconds;
    this.bounds.forEach((bound, n) => (this.buckets[n] += seconds <= bound ? 1 : 0));
  }

  text(model) {
    const all = [...this.requests.values()].reduce((sum, count) => sum + count, 0);
    return [
      '# TYPE casewise_requests_total counter',
      ...[...this.requests].map(([status, count]) => `casewise_requests_total{status="${status}"} ${count}`),
      '# TYPE casewise_request_seconds histogram',
      ...this.bounds.map((bound, n) => `casewise_request_seconds_bucket{le="${bound}"} ${this.buckets[n]}`),
      `casewise_request_seconds_bucket{le="+Inf"} ${all}`,
      `casewise_request_seconds_sum ${this.seconds}`,
      `casewise_request_seconds_count ${all}`,
      '# TYPE casewise_reloads_total counter',
      `casewise_reloads_total{outcome="done"} ${this.reloads.done}`,
      `casewise_reloads_total{outcome="failed"} ${this.reloads.failed}`,
      '# TYPE casewise_model_info gauge',
      `casewise_model_info{name="${model.name}",version="${model.version}",fingerprint="${model.fingerprint}"} 1`,
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      '',
    ].join('\n');
  }
}

/** Starts the backend; `close` ends it once what was begun is answered. */
export async function start({ port = 0, model: file = path.join(here, '../telco/model.cw'), data = path.join(here, '../telco'), now } = {}) {
  const metrics = new Metrics();
  const watcher = casewise.watch(file, {
    onReload: () => (metrics.reloads.done += 1),
    onError: (error) => {
      metrics.reloads.failed += 1;
      console.error(error.message);
    },
  });
  // On request, as a deployment does that has put a new file there.
  const reload = () => {
    try {
      const changed = model.reload();
      metrics.reloads.done += changed ? 1 : 0;
      return json(200, { changed, fingerprint: model.fingerprint });
    } catch (error) {
      metrics.reloads.failed += 1;
      throw error;
    }
  };
  const { model } = watcher;
  const { customers, contacts, silent } = await load(data, model.keyName);

  const answer = {
    'GET /': () => [200, 'text/html; charset=utf-8', PAGE],
    'GET /metrics': () => [200, 'text/plain; version=0.0.4', metrics.text(model)],
    'GET /healthz': () => [200, 'text/plain', 'ok\n'],
    'POST /reload': reload,
    'POST /decide': async (request) => [200, 'application/json', model.decideJson(await readBody(request))],
  };

  function json(status, value) {
    return [status, 'application/json', JSON.stringify(value)];
  }

  /** What stands in the way of a case, in words: what the model tells people, else the clause as it is written. */
  function reasons({ gates, walk }) {
    if (walk !== undefined) return [walk.reason];
    const closed = gates.flatMap((gate) => gate.clauses).filter((clause) => clause.outcome !== 'true');
    return closed.map(({ id, message, text, condition, outcome }) => {
      const missing = condition?.missing ?? [];
      const said = message ?? (text || id);
      return outcome === 'unknown' && missing.length > 0 ? `${said}: ${missing.join(', ')} is missing` : said;
    });
  }

  /** What the page shows: the offers with their titles, and why the other cases are none. */
  function forAgent(id) {
    const customer = customers.get(id);
    if (customer === undefined) return json(404, { message: `there is no customer ${id}` });
    const decision = model.decide(customer, {
      now: now ?? new Date(),
      events: { contact: contacts.get(id) ?? [] },
      lists: { do_not_disturb: silent.has(id) },
    });
    const others = Object.entries(decision.cases).filter(([, told]) => told.status !== 'offered');
    const told = others.map(([name, { status, outcome }]) => {
      const why = decision.why(name);
      const { title = name, earliest } = why.data;
      return { case: name, title, status: outcome === 'unknown' ? 'unknown' : status, reasons: reasons(why.data), earliest, text: String(why) };
    });
    return json(200, { ...decision.toJSON(), others: told });
  }

  async function respond(request) {
    const { pathname } = new URL(request.url, 'http://localhost');
    const agent = /^\/customers\/([^/]+)$/.exec(pathname);
    if (request.method === 'GET' && agent !== null) return forAgent(decodeURIComponent(agent[1]));
    const route = answer[`${request.method} ${pathname}`];
    return route === undefined ? json(404, { message: `there is no ${request.method} ${pathname}` }) : route(request);
  }

  const server = createServer(async (request, response) => {
    const begun = process.hrtime.bigint();
    let told;
    try {
      told = await respond(request);
    } catch (error) {
      if (error instanceof casewise.CasewiseError) {
        // What is wrong with an input is the caller's to know; a model that does not check is a conflict.
        const { code, message, attribute, expected, key } = error;
        told = json(error instanceof casewise.ModelError ? 409 : 422, { code, message, attribute, expected, key });
      } else if (error instanceof URIError || error instanceof TypeError) {
        told = json(400, { message: 'the address cannot be read' });
      } else {
        told = json(error.status ?? 500, { message: error.message });
      }
    }
    const [status, type, body] = told;
    // A client that keeps its connection is told that it ends.
    if (!server.listening) response.setHeader('connection', 'close');
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
    metrics.observe(status, Number(process.hrtime.bigint() - begun) / 1e9);
  });
  // Longer than a proxy or a client keeps a connection that is not used: else one is closed while a request is under way.
  server.keepAliveTimeout = 75_000;
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));

  return {
    port: server.address().port,
    model,
    close: () =>
      new Promise((resolve) => {
        watcher.close();
        server.close(resolve);
        server.closeIdleConnections();
      }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8080' }, model: { type: 'string' }, data: { type: 'string' }, now: { type: 'string' } },
  });
  const backend = await start({ ...values, port: Number(values.port) });
  console.log(`http://127.0.0.1:${backend.port}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => backend.close().then(() => process.exit(0)));
}
