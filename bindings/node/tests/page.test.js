'use strict';
// The page for service agents, in a real browser where there is one.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { Page, findBrowser } = require('./browser.js');

const EXAMPLES = path.join(__dirname, '..', '..', '..', 'examples');
const browser = findBrowser();
const skip = browser === undefined ? 'there is no Chromium here: install it, or name it in CHROMIUM' : false;

test('a service agent types a customer id, and reads offers and reasons', { skip }, async (t) => {
  const { start } = await import(path.join(EXAMPLES, 'backend-node', 'server.mjs'));
  const backend = await start({ now: '2026-11-20T10:00' });
  t.after(() => backend.close());
  const page = await Page.open(browser, `http://127.0.0.1:${backend.port}/`);
  t.after(() => page.close());
  await page.until("document.activeElement?.name === 'id'");

  const lines = fs.readFileSync(path.join(EXAMPLES, 'telco', 'expected.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const line = lines.find(({ offers, cases }) => offers.length > 1 && Object.keys(cases).length > offers.length);
  await page.type(line.id);
  await page.until(`document.querySelector('h2')?.textContent === 'Offers for ${line.id}'`);
  const shown = await page.read("[...document.querySelectorAll('article')].map((article) => article.innerText)");
  assert.equal(shown.length, line.offers.length);
  line.offers.forEach((offer, n) => {
    assert.match(shown[n], new RegExp(`^${offer.rank}\\. ${backend.model.cases[offer.case]}`));
    if (offer.channel !== undefined) assert.match(shown[n], new RegExp(`on ${offer.channel}`));
  });

  const others = await page.read("document.querySelectorAll('details').length");
  assert.equal(others, Object.values(line.cases).filter(({ status }) => status !== 'offered').length);
  assert.ok(await page.read("[...document.querySelectorAll('summary small')].every((said) => /^[a-z ]+: ./.test(said.textContent))"));
  await page.read("document.querySelector('summary').click()");
  assert.ok(await page.read("document.querySelector('details').open && /^[✓✗?]/m.test(document.querySelector('details pre').innerText)"));
  assert.ok(await page.read('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), 'the page is too wide');
  if (process.env.PICTURE !== undefined) await page.picture(process.env.PICTURE);

  await page.read("document.querySelector('input').select(); document.querySelector('input').focus()");
  await page.type('nobody');
  await page.until("document.querySelector('main').innerText === 'there is no customer nobody'");
  await page.read("document.querySelector('input').select(); document.querySelector('input').focus()");
  await page.type('<b>x</b>');
  await page.until("document.querySelector('main').innerText === 'there is no customer <b>x</b>'");
  assert.deepEqual(page.complaints, []);
});
