// Loads the backend on loopback and reloads it meanwhile: node load.mjs [seconds] [connections]
import { Agent, request } from 'node:http';
import { start } from './server.mjs';

const [seconds = 10, connections = 16] = process.argv.slice(2).map(Number);
const backend = await start({ now: '2026-11-20T10:00' });
const agent = new Agent({ keepAlive: true, maxSockets: connections });

function get(path, method = 'GET') {
  return new Promise((resolve, reject) => {
    const sent = request({ port: backend.port, path, method, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end();
  });
}

const times = [];
const wrong = [];
const end = performance.now() + seconds * 1000;
async function client(n) {
  for (let k = n; performance.now() < end; k += connections) {
    const begun = performance.now();
    const status = await get(`/customers/${1 + (k % 7043)}`).catch((error) => error.code);
    times.push(performance.now() - begun);
    if (status !== 200) wrong.push(status);
  }
}
let reloads = 0;
const timer = setInterval(() => get('/reload', 'POST').then((status) => (status === 200 ? (reloads += 1) : wrong.push(status))), 1000);
await Promise.all(Array.from({ length: connections }, (_, n) => client(n)));
clearInterval(timer);
agent.destroy();
await backend.close();

times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(2);
console.log(`${Math.round(times.length / seconds)} requests per second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${reloads} reloads, ${wrong.length} lost`);
if (wrong.length > 0) process.exitCode = 1;
