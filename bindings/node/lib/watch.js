'use strict';
// A model that follows its files.

const fs = require('node:fs');
const path = require('node:path');

/** Milliseconds of quiet before files are read again: editors write in several steps. */
const QUIET = 50;

class Watcher {
  #folders = new Map();
  #timer = null;
  #closed = false;
  #beside;
  #onReload;
  #onError;

  /** `beside` is what else the model is read from: its learned parameters, where they are a file. */
  constructor(model, beside, { onReload, onError }) {
    this.model = model;
    this.#beside = beside;
    Object.defineProperty(this, 'model', { writable: false });
    this.#onReload = onReload;
    this.#onError = onError;
    this.#follow();
  }

  /** Watches folders, not files: an include may match a new file, and editors replace files. */
  #follow() {
    for (const file of [...this.model.files, ...this.#beside]) {
      const folder = path.dirname(path.resolve(file));
      if (this.#folders.has(folder)) continue;
      const watcher = fs.watch(folder, { persistent: false }, () => this.#changed());
      watcher.on('error', (error) => this.#onError?.(error));
      this.#folders.set(folder, watcher);
    }
  }

  #changed() {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#reload(), QUIET);
    this.#timer.unref();
  }

  async #reload() {
    let other;
    try {
      other = await this.model.reloadAsync();
      if (!this.#closed) this.#follow();
    } catch (error) {
      if (!this.#closed) this.#onError?.(error);
      return;
    }
    if (other && !this.#closed) this.#onReload?.(this.model);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }
}

module.exports = { Watcher };
