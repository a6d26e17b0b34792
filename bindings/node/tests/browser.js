'use strict';
// A browser without a window, asked over its pipe: Chromium speaks the DevTools protocol there, so nothing is installed.

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** A browser of this machine: the one of `CHROMIUM`, or the first known name that starts. */
exports.findBrowser = () => {
  const names = process.env.CHROMIUM === undefined ? NAMES : [process.env.CHROMIUM];
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0);
};

class Page {
  #browser;
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'casewise-browser-'));
  #asked = new Map();
  #heard = [];
  #session;
  /** What the page wrote to its console, and what it threw. */
  complaints = [];

  static async open(name, address) {
    const page = new Page();
    await page.#start(name, address);
    return page;
  }

  async #start(name, address) {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--remote-debugging-pipe', `--user-data-dir=${this.#folder}`];
    this.#browser = spawn(name, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#browser.once('exit', () => {
      for (const { reject } of this.#asked.values()) reject(new Error('the browser has ended'));
    });
    let rest = '';
    this.#browser.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      for (const message of messages) this.#hear(JSON.parse(message));
    });
    const { targetId } = await this.ask('Target.createTarget', { url: 'about:blank' });
    ({ sessionId: this.#session } = await this.ask('Target.attachToTarget', { targetId, flatten: true }));
    await this.ask('Runtime.enable');
    await this.ask('Page.enable');
    await this.ask('Page.navigate', { url: address });
  }

  #hear({ id, result, error, method, params }) {
    if (id === undefined) {
      if (method === 'Runtime.exceptionThrown') this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      if (method === 'Runtime.consoleAPICalled' && params.type === 'error') this.complaints.push(params.args.map((value) => value.value).join(' '));
      return;
    }
    const { resolve, reject } = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(error.message));
  }

  /** One command of the protocol. */
  ask(method, params = {}) {
    const id = this.#heard.push(method);
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#browser.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.#session })}\0`);
    });
  }

  /** What an expression is in the page. */
  async read(expression) {
    const { result, exceptionDetails } = await this.ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression holds in the page. */
  async until(expression, milliseconds = 30_000) {
    const end = Date.now() + milliseconds;
    while (!(await this.read(expression))) {
      if (Date.now() > end) throw new Error(`never so: ${expression}\n${await this.read('document.body.innerText')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Types as a keyboard does. */
  async type(text) {
    await this.ask('Input.insertText', { text });
    for (const type of ['keyDown', 'keyUp']) {
      await this.ask('Input.dispatchKeyEvent', { type, key: 'Enter', code: 'Enter', text: type === 'keyDown' ? '\r' : undefined, windowsVirtualKeyCode: 13 });
    }
  }

  /** A picture of the page. */
  async picture(file) {
    const { data } = await this.ask('Page.captureScreenshot', { captureBeyondViewport: true });
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
  }

  async close() {
    const ended = new Promise((resolve) => this.#browser.once('exit', resolve));
    this.#browser.kill();
    await ended;
    fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

exports.Page = Page;
