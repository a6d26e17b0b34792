// Loads the backend on loopback while its model changes under it: node load.mjs [seconds] [connections] [decide|page]
//
// Every second the model is another one, and every tenth second a broken one. Each answer is looked at: its status, whom
// it is for, and which model decided.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { load } from './server.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const telco = path.join(here, '../telco');
const [seconds = 10, connections = 16] = process.argv.slice(2, 4).map(Number);
/** One route alone, or both by turns. */
const only = process.argv[4];
const now = '2026-11-20T10:00';

const folder = mkdtempSync(path.join(tmpdir(), 'casewise-'));
const model = path.join(folder, 'model.cw');
copyFileSync(path.join(telco, 'model.cw'), model);
const text = readFileSync(model, 'utf8');

// The backend has a process of its own, as it would have.
const backend = spawn(process.execPath, [path.join(here, 'server.mjs'), '--port', '0', '--model', model, '--now', now], { stdio: ['ignore', 'pipe', 'ignore'] });
const [address] = await new Promise((resolve) => createInterface({ input: backend.stdout }).once('line', (line) => resolve([line])));
const port = Number(new URL(address).port);
const agent = new Agent({ keepAlive: true, maxSockets: connections + 2 });

function ask(method, where, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path: where, method, agent }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const { customers, contacts, silent } = await load(telco, 'customer_id');
const ids = [...customers.keys()];
const bodies = ids.map((id) =>
  JSON.stringify({ now, customer: customers.get(id), events: { contact: contacts.get(id) ?? [] }, lists: { do_not_disturb: silent.has(id) } }),
);

/** Replaces the file as editors and deployments do: whole, or not at all. */
function put(version) {
  const next = version === null ? text.slice(0, -200) : text.replace('version "2026.11"', `version "${version}"`);
  writeFileSync(`${model}.new`, next);
  renameSync(`${model}.new`, model);
}

const versions = new Set(['2026.11']);
const wrong = new Map();
const count = (what) => wrong.set(what, (wrong.get(what) ?? 0) + 1);
const times = { 'POST /decide': [], 'GET /customers/ID': [] };
const seen = new Set();
const end = performance.now() + seconds * 1000;

async function client(n) {
  for (let k = n; performance.now() < end; k += connections) {
    const at = k % ids.length;
    const decides = only === undefined ? k % 2 === 0 : only === 'decide';
    const route = decides ? 'POST /decide' : 'GET /customers/ID';
    const begun = performance.now();
    try {
      const { status, text: answer } = await (decides ? ask('POST', '/decide', bodies[at]) : ask('GET', `/customers/${ids[at]}`));
      times[route].push(performance.now() - begun);
      const decision = status === 200 ? JSON.parse(answer) : undefined;
      if (status !== 200) count(`${route}: ${status} ${answer.slice(0, 200)}`);
      else if (decision.id !== ids[at]) count(`${route}: the answer is for another customer`);
      else if (!versions.has(decision.model.version)) count(`${route}: decided by ${decision.model.version}`);
      else seen.add(decision.model.version);
    } catch (error) {
      count(`${route}: ${error.code ?? error.message}`);
    }
  }
}

const reloads = { done: 0, refused: 0 };
async function change() {
  for (let n = 1; performance.now() < end; n += 1) {
    const version = n % 10 === 0 ? null : `load-${n}`;
    if (version !== null) versions.add(version);
    put(version);
    try {
      const { status, text: answer } = await ask('POST', '/reload');
      if (status === (version === null ? 409 : 200)) reloads[version === null ? 'refused' : 'done'] += 1;
      else count(`POST /reload: ${status} ${answer.slice(0, 200)}`);
    } catch (error) {
      count(`POST /reload: ${error.code ?? error.message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, Math.max(0, end - performance.now()))));
  }
}

const memory = async () => Math.round(Number(/^process_resident_memory_bytes (\d+)/m.exec((await ask('GET', '/metrics')).text)[1]) / 1e6);
const held = [];
async function watchMemory() {
  for (let n = 1; n <= 10; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, end - (10 - n) * 100 * seconds - performance.now())));
    held.push(await memory());
  }
}
await Promise.all([change(), watchMemory(), ...Array.from({ length: connections }, (_, n) => client(n))]);

// What was begun when the end is asked for is answered.
const last = ids.slice(0, connections).map((id) => ask('GET', `/customers/${id}`).then(({ status }) => status === 200 || count(`at the end: ${status}`), (error) => count(`at the end: ${error.code}`)));
await new Promise((resolve) => setTimeout(resolve, 20));
const ended = new Promise((resolve) => backend.once('exit', resolve));
backend.kill('SIGTERM');
await Promise.all(last);
agent.destroy();
if ((await ended) !== 0) count('the backend did not end well');
rmSync(folder, { recursive: true });

const all = Object.values(times).reduce((sum, of) => sum + of.length, 0);
console.log(`${seconds} s on ${connections} connections: ${Math.round(all / seconds)} requests per second, ${all} in all`);
for (const [route, of] of Object.entries(times).filter(([, of]) => of.length > 0)) {
  of.sort((a, b) => a - b);
  const at = (share) => (of[Math.floor(share * (of.length - 1))] ?? NaN).toFixed(2);
  console.log(`  ${route.padEnd(18)} p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
}
console.log(`  ${reloads.done} reloads, ${reloads.refused} refused, ${seen.size} models decided; resident MB, every tenth of the time: ${held.join(' ')}`);
console.log(`  ${[...wrong.values()].reduce((sum, of) => sum + of, 0)} lost or wrong`);
for (const [what, times_] of wrong) console.log(`    ${times_} × ${what}`);
if (wrong.size > 0) process.exitCode = 1;
