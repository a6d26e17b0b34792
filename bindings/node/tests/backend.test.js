'use strict';
// The example backend, from start to end.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const EXAMPLES = path.join(__dirname, '..', '..', '..', 'examples');

test('examples/backend-node decides, reloads and counts', async (t) => {
  const { start } = await import(path.join(EXAMPLES, 'backend-node', 'server.mjs'));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'casewise-'));
  const model = path.join(folder, 'model.cw');
  fs.copyFileSync(path.join(EXAMPLES, 'telco', 'model.cw'), model);
  const backend = await start({ model, now: '2026-11-20T10:00' });
  t.after(async () => {
    await backend.close();
    fs.rmSync(folder, { recursive: true });
  });
  const ask = async (where, body) => {
    const method = body === undefined ? 'GET' : 'POST';
    const response = await fetch(`http://127.0.0.1:${backend.port}${where}`, { method, ...(body && { body }) });
    return [response.status, await response.text()];
  };
  assert.match((await ask('/'))[1], /<form>/);
  const lines = fs.readFileSync(path.join(EXAMPLES, 'telco', 'expected.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const { differences } = require('./json.js');
  for (const line of lines.slice(0, 20)) {
    const [status, text] = await ask(`/customers/${line.id}`);
    assert.equal(status, 200, text);
    assert.deepEqual(differences(line, JSON.parse(text)), []);
  }
  assert.equal((await ask('/customers/nobody'))[0], 404);
  assert.equal((await ask('/customers/%'))[0], 400);
  const [status, wrong] = await ask('/decide', JSON.stringify({ now: '2026-11-20', customer: { customer_id: '1' } }));
  assert.equal(status, 422);
  assert.equal(JSON.parse(wrong).attribute, 'senior');
  assert.equal((await ask('/decide', '{'))[0], 422);
  assert.equal((await ask('/decide', 'x'.repeat(2 << 20)))[0], 413);
  assert.deepEqual(JSON.parse((await ask('/reload', '-'))[1]).changed, false);
  fs.writeFileSync(model, 'model {');
  assert.equal((await ask('/reload', '-'))[0], 409);
  assert.equal((await ask(`/customers/${lines[0].id}`))[0], 200);
  assert.match((await ask('/metrics'))[1], /casewise_requests_total\{status="200"\} 2\d\n/);
});
