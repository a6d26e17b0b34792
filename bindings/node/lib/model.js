'use strict';
// A model: opened, asked, and reopened when its files change.

const { inspect } = require('node:util');
const fs = require('node:fs');
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const native = require('./native.js');
const { CasewiseError, InputError, ParametersError, RequestError, call, fromNative } = require('./errors.js');
const { Decision, freeze } = require('./decision.js');
const { decideBatch, decideBatches, drift, fit } = require('./batch.js');
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
  if (typeof params !== 'object') throw new RequestError(`params: expected an object such as { often: 5 }, got a ${typeof params}`);
  const entries = params instanceof Map ? [...params] : Object.entries(params);
  return entries.map(([name, value]) => {
    if (['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return [String(name), String(value)];
    throw new RequestError(`param \`${name}\`: expected a number, or text such as "30 days", got ${value === null ? 'null' : `a ${typeof value}`}`);
  });
}

function openSource(source) {
  if (source instanceof URL) return native.NativeModel.open(fileURLToPath(source));
  if (typeof source === 'string') {
    return isText(source) ? native.NativeModel.fromText('model.cw', source) : native.NativeModel.open(source);
  }
  if (source !== null && typeof source === 'object') {
    const entries = source instanceof Map ? [...source] : Object.entries(source);
    return native.NativeModel.fromFiles(entries.map(([name, text]) => [String(name), stringOf(text, `file \`${name}\``)]));
  }
  throw new RequestError(`expected the path of a model, its text, or texts by name, got a ${typeof source}`);
}

/** Learned parameters as text: what was given, what the object says, or what stands in the file. */
function parametersOf(parameters) {
  if (parameters == null) return null;
  const file = pathOf(parameters);
  if (file === undefined) {
    if (typeof parameters === 'string') return parameters;
    try {
      return String(JSON.stringify(parameters));
    } catch (cause) {
      throw new ParametersError(`the parameters are not JSON: ${cause.message}`, { cause });
    }
  }
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CasewiseError(`cannot read \`${file}\`: ${cause.message}`, 'CASEWISE_FILE', { cause });
  }
}

/** Params and learned parameters as the engine reads them. */
function settingsOf({ params, parameters }) {
  return [params == null ? null : paramsOf(params), parametersOf(parameters)];
}

/** Opens a model in the engine. */
function openNative(source, options) {
  return call(() => {
    const [params, parameters] = settingsOf(options);
    let opened = openSource(source);
    if (params !== null) opened = opened.withParams(params);
    if (parameters !== null) opened = opened.withParameters(parameters);
    return opened;
  });
}

/** The path that something is read from, if it is from one. */
function pathOf(source) {
  if (source instanceof URL) return fileURLToPath(source);
  return typeof source === 'string' && !isText(source) ? path.resolve(source) : undefined;
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
  /** How often a reload was begun, and which was the last to be in force. */
  #reloads = { begun: 0, last: 0 };

  constructor(source, given) {
    const options = given ?? {};
    if (typeof options !== 'object') throw new RequestError(`expected options such as { params: { often: 5 } }, got a ${typeof options}`);
    // Where it is now: a process may change its folder.
    this.#source = pathOf(source) ?? source;
    this.#options = { ...options, parameters: pathOf(options.parameters) ?? options.parameters };
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

  get files() {
    return this.#opened.about.files;
  }

  get warnings() {
    return this.#opened.about.warnings;
  }

  requirements() {
    return json.read(call(() => this.#opened.handle.requirements()));
  }

  decide(subject, options) {
    const { handle, encoder } = this.#opened;
    let input;
    const number = withHints(encoder, subject, options, (text) => handle.decide((input = text)));
    return new Decision(handle, number, input);
  }

  decideJson(text) {
    return call(() => this.#opened.handle.decideJson(stringOf(text, 'the input')));
  }

  prepare(subject, options) {
    const { handle, encoder } = this.#opened;
    return new Prepared(withHints(encoder, subject, options, (text) => handle.prepare(text)));
  }

  async decideBatch(rows, options) {
    return decideBatch(this.#opened, rows, options);
  }

  decideBatches(source, options) {
    return decideBatches(this.#opened, source, options);
  }

  async fit(rows, options) {
    return fit(this.#opened, rows, { earlier: undefined, ...options });
  }

  async drift(rows, options) {
    return drift(this.#opened, rows, options);
  }

  test(filter) {
    return json.read(this.#opened.handle.test(filter == null ? null : String(filter)));
  }

  /** Reads the source again. Where it does not check, the model stays as it is and the error is thrown. */
  reload() {
    const turn = (this.#reloads.begun += 1);
    return this.#swap(turn, openNative(this.#source, this.#options));
  }

  /** As `reload`, but reads and checks off this thread. */
  async reloadAsync() {
    const file = pathOf(this.#source);
    if (file === undefined) return this.reload();
    const turn = (this.#reloads.begun += 1);
    let handle;
    try {
      handle = await call(() => native.NativeModel.openLater(file, ...settingsOf(this.#options)));
    } catch (error) {
      throw fromNative(error);
    }
    return this.#swap(turn, handle);
  }

  /** Puts a model in force, unless one that was read later is. */
  #swap(turn, handle) {
    if (turn < this.#reloads.last) return false;
    const before = this.fingerprint;
    const opened = new Opened(handle);
    this.#reloads.last = turn;
    this.#opened = opened;
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
    return new Decision(this.#native, call(() => this.#native.decide()));
  }

  [inspect.custom](_depth, options) {
    return `Prepared(${inspect(this.key, options)})`;
  }
}

module.exports = { Model, Prepared, pathOf, stringOf };
