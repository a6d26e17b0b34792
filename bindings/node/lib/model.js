'use strict';
// A model: opened, asked, and reopened when its files change.

const { inspect } = require('node:util');
const path = require('node:path');
const native = require('./native.js');
const { InputError, RequestError, call } = require('./errors.js');
const { Decision, freeze } = require('./decision.js');
const { Encoder } = require('./encode.js');
const json = require('./json.js');

/** A string with a brace or a line break in it is a text; any other is a path. */
function isText(source) {
  return /[{\n]/.test(source);
}

function stringOf(value, what) {
  if (typeof value === 'string') return value;
  throw new RequestError(`${what}: expected a string, got ${value === null ? 'null' : `a ${typeof value}`}`);
}

/** Params as the engine reads them: each a text, written as in a model. */
function paramsOf(params) {
  const entries = params instanceof Map ? [...params] : Object.entries(params);
  return entries.map(([name, value]) => {
    if (['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return [String(name), String(value)];
    throw new RequestError(`param \`${name}\`: expected a number, or text such as "30 days", got ${value === null ? 'null' : `a ${typeof value}`}`);
  });
}

function openSource(source) {
  if (source instanceof URL) return native.NativeModel.open(require('node:url').fileURLToPath(source));
  if (typeof source === 'string') {
    return isText(source) ? native.NativeModel.fromText('model.cw', source) : native.NativeModel.open(source);
  }
  if (source !== null && typeof source === 'object') {
    const entries = source instanceof Map ? [...source] : Object.entries(source);
    return native.NativeModel.fromFiles(entries.map(([name, text]) => [String(name), stringOf(text, `file \`${name}\``)]));
  }
  throw new RequestError(`expected the path of a model, its text, or texts by name, got a ${typeof source}`);
}

/** Opens a model in the engine. */
function openNative(source, options) {
  return call(() => {
    let opened = openSource(source);
    if (options.params != null) opened = opened.withParams(paramsOf(options.params));
    if (options.parameters != null) {
      const { parameters } = options;
      opened = opened.withParameters(typeof parameters === 'string' ? parameters : JSON.stringify(parameters));
    }
    return opened;
  });
}

/** What a native model says of itself: what changes with a reload changes in one step. */
class Opened {
  constructor(handle) {
    this.handle = handle;
    this.about = freeze(json.read(handle.about()));
    this.encoder = new Encoder(json.read(handle.schema()));
  }
}

class Model {
  #source;
  #options;
  #opened;

  constructor(source, options) {
    this.#source = typeof source === 'string' && !isText(source) ? path.resolve(source) : source;
    this.#options = { ...options };
    this.#opened = new Opened(openNative(source, this.#options));
  }

  get name() {
    return this.#opened.about.name;
  }

  get version() {
    return this.#opened.about.version;
  }

  get title() {
    return this.#opened.about.title;
  }

  get fingerprint() {
    return this.#opened.about.fingerprint;
  }

  get subjectName() {
    return this.#opened.about.subjectName;
  }

  get keyName() {
    return this.#opened.about.keyName;
  }

  get cases() {
    return this.#opened.about.cases;
  }

  get warnings() {
    return this.#opened.about.warnings;
  }

  requirements() {
    return json.read(call(() => this.#opened.handle.requirements()));
  }

  schema() {
    return json.read(this.#opened.handle.schema());
  }

  decide(subject, options) {
    const { handle, encoder } = this.#opened;
    return new Decision(withHints(encoder, subject, options, (text) => handle.decide(text)));
  }

  decideJson(text) {
    return call(() => this.#opened.handle.decideJson(stringOf(text, 'the input')));
  }

  prepare(subject, options) {
    const { handle, encoder } = this.#opened;
    return new Prepared(withHints(encoder, subject, options, (text) => handle.prepare(text)));
  }

  test(filter) {
    return json.read(this.#opened.handle.test(filter == null ? null : String(filter)));
  }

  /** Reads the source again. Where it does not check, the model stays as it is and the error is thrown. */
  reload() {
    const before = this.fingerprint;
    this.#opened = new Opened(openNative(this.#source, this.#options));
    return this.fingerprint !== before;
  }

  toJSON() {
    return this.#opened.about;
  }

  [inspect.custom](_depth, options) {
    const version = this.version === '' ? '' : `, version: ${inspect(this.version, options)}`;
    return `Model(${inspect(this.name, options)}${version}, cases: ${Object.keys(this.cases).length})`;
  }
}

/** Asks the engine; where something was not given, asks again with the names that were, for a better message. */
function withHints(encoder, subject, options, ask) {
  try {
    return call(() => ask(encoder.input(subject, options)));
  } catch (error) {
    if (error instanceof InputError && error.value === null && error.cause === undefined) {
      call(() => ask(encoder.input(subject, options, true)));
    }
    throw error;
  }
}

class Prepared {
  #native;

  constructor(handle) {
    this.#native = handle;
  }

  get key() {
    return this.#native.key();
  }

  decide() {
    return new Decision(call(() => this.#native.decide()));
  }

  [inspect.custom](_depth, options) {
    return `Prepared(${inspect(this.key, options)})`;
  }
}

module.exports = { Model, Prepared, stringOf };
