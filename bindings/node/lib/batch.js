'use strict';
// Many subjects: the engine works on threads of the pool, this thread only writes lines of JSON, a chunk at a time.

const { setImmediate: turn } = require('node:timers/promises');
const { types } = require('node:util');
const native = require('./native.js');
const { FitError, InputError, RequestError, call, fromNative } = require('./errors.js');
const { Decision } = require('./decision.js');
const json = require('./json.js');

/** Rows written at most before other work gets its turn, and milliseconds. */
const CHUNK = 500;
const SLICE = 2;
/** Rows of a table that are copied before other work gets its turn. */
const COPIED = 8192;
/** Rejects read at a time. */
const REJECTS = 5000;
/** Milliseconds between two looks at how far the engine is. */
const LOOK = 50;

function isBytes(value) {
  return types.isUint8Array(value) || types.isArrayBuffer(value);
}

/** A table of the package `apache-arrow`, which is asked for only where one is given. */
function isArrowTable(value) {
  return value !== null && typeof value === 'object' && Array.isArray(value.batches) && value.schema !== undefined;
}

/** Arrow IPC of what was given: the bytes themselves, or a stream for every few rows of a table. */
async function bytesOf(value, what, signal) {
  if (types.isUint8Array(value)) return [value];
  if (types.isArrayBuffer(value)) return [new Uint8Array(value)];
  if (!isArrowTable(value)) {
    throw new RequestError(`${what}: expected Arrow IPC bytes or a table of apache-arrow, as the rows are`);
  }
  const { Table, tableToIPC } = require('apache-arrow');
  const streams = [];
  for (const batch of value.batches) {
    for (let from = 0; from < batch.numRows; from += COPIED) {
      streams.push(tableToIPC(new Table([batch.slice(from, Math.min(from + COPIED, batch.numRows))]), 'stream'));
      await turn();
      signal?.throwIfAborted();
    }
  }
  return streams.length > 0 ? streams : [tableToIPC(value, 'stream')];
}

/** The decisions of a batch of rows; each is converted when it is read. */
class BatchResult {
  #native;

  constructor(handle, rejects) {
    this.#native = handle;
    this.length = handle.length();
    this.rejects = rejects;
  }

  at(index) {
    const place = index < 0 ? this.length + index : index;
    if (!Number.isInteger(place) || place < 0 || place >= this.length) return undefined;
    return new Decision(this.#native, place);
  }

  *[Symbol.iterator]() {
    for (let n = 0; n < this.length; n += 1) yield this.at(n);
  }
}

/** Splits options into what is the same for every row, what stands beside the rows, and how to go about it. */
function split(options = {}) {
  if (options === null || typeof options !== 'object') {
    throw new RequestError('expected options such as { now: "2026-11-22" }');
  }
  const { events, lists, signal, progress, ...common } = options;
  const named = (value, what) => {
    if (value === undefined || value === null) return [];
    if (typeof value !== 'object') throw new RequestError(`${what}: expected an object, by name`);
    return value instanceof Map ? [...value] : Object.entries(value);
  };
  if (progress !== undefined && typeof progress !== 'function') throw new RequestError('progress: expected a function');
  return { events: named(events, 'events'), lists: named(lists, 'lists'), signal, progress, common };
}

/** The text of a request without a subject. */
function commonText(encoder, common) {
  return `{${encoder.request(common).slice(1)}}`;
}

/** Chunks of lines from a text of JSON lines. */
function* textChunks(text) {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + 256 * 1024, text.length);
    const end = text.indexOf('\n', to);
    to = end < 0 ? text.length : end + 1;
    yield text.slice(from, to);
    from = to;
  }
}

/** Chunks of lines from rows. A row that cannot be written is an empty line, and told to `refused`. */
async function* chunks(rows, write, refused) {
  if (typeof rows === 'string') {
    yield* textChunks(rows);
    return;
  }
  if (rows === null || typeof rows !== 'object' || isBytes(rows) || !(Symbol.iterator in rows || Symbol.asyncIterator in rows)) {
    throw new RequestError('expected rows: an iterable of objects, or a text of JSON lines');
  }
  let lines = [];
  let row = 0;
  let begun = performance.now();
  const add = (record) => {
    try {
      lines.push(write(record));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      lines.push('');
      refused(row, error);
    }
    row += 1;
  };
  const full = () => lines.length === CHUNK || (lines.length % 16 === 0 && performance.now() - begun > SLICE);
  const take = () => {
    const chunk = `${lines.join('\n')}\n`;
    lines = [];
    return chunk;
  };

  // Over an array, `for await` would wait a turn for every row.
  if (Symbol.asyncIterator in rows) {
    for await (const record of rows) {
      if (lines.length === 0) begun = performance.now();
      add(record);
      if (full()) yield take();
    }
  } else {
    for (const record of rows) {
      if (lines.length === 0) begun = performance.now();
      add(record);
      if (full()) yield take();
    }
  }
  if (lines.length > 0) yield take();
}

/** Waits for the engine, or for the signal. */
function orAborted(promise, signal) {
  if (signal === undefined) return promise.catch((error) => Promise.reject(fromNative(error)));
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, (error) => reject(fromNative(error))).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Reads rows for a purpose, and does it. */
async function readRows(opened, rows, options, purpose, earlier = null) {
  const { events, lists, signal, progress, common } = split(options);
  const { handle, encoder } = opened;
  const batch = call(() => handle.batch(commonText(encoder, common), purpose));
  const refused = [];
  const refuse = (row, { key, attribute, value, expected, message }) =>
    refused.push({ row, key, table: null, event: null, attribute, value, expected, message });
  const fail = (_, error) => {
    throw error;
  };
  for (const [table, records] of events) {
    await orAborted(batch.events(table, ''), signal);
    const write = (record) => encoder.event(table, record);
    for await (const lines of chunks(records, write, fail)) await orAborted(batch.events(table, lines), signal);
  }
  for (const [list, keys] of lists) {
    await orAborted(batch.list(list, ''), signal);
    for await (const lines of chunks(keys, (key) => encoder.keyText(list, key), fail)) {
      await orAborted(batch.list(list, lines), signal);
    }
  }
  let done = 0;
  // While the engine decides one chunk, the next is written.
  let working = Promise.resolve();
  try {
    for await (const lines of chunks(rows, (record) => encoder.row(record), refuse)) {
      await working;
      if (done > 0) progress?.(done);
      working = orAborted(batch.customers(lines), signal);
      // Told where it is waited for.
      working.catch(() => {});
      done += countLines(lines);
    }
  } finally {
    await working;
  }
  progress?.(done);
  try {
    const said = await orAborted(batch.finish(earlier, refused.length), signal);
    return { batch, rejects: await rejectsOf(batch, refused), said };
  } catch (error) {
    if (!(error instanceof FitError)) throw error;
    // Where too few rows are left, what was wrong with the others is the reason.
    const rejects = await rejectsOf(batch, refused);
    const why = rejects.length === 0 ? '' : `; ${rejects.length} of ${done} rows were rejected, the first: ${rejects[0].message}`;
    throw new FitError(`${error.message}${why}`, { rejects });
  }
}

async function decideRows(opened, rows, options) {
  const { batch, rejects } = await readRows(opened, rows, options, 'decide');
  return new BatchResult(batch, rejects);
}

async function fit(opened, rows, { earlier, ...options }) {
  const { rejects, said } = await readRows(opened, rows, options, 'fit', earlier ?? null);
  return { ...json.read(said), rejects };
}

async function drift(opened, rows, options) {
  const { rejects, said } = await readRows(opened, rows, options, 'drift');
  return { drift: json.read(said), rejects };
}

/** All rejects in the order of the rows. */
async function rejectsOf(batch, refused) {
  const rejects = [];
  for (let page = json.read(batch.rejects(0, REJECTS)); page.length > 0; page = json.read(batch.rejects(rejects.length, REJECTS))) {
    rejects.push(...page);
    await turn();
  }
  return refused.length === 0 ? rejects : [...refused, ...rejects].sort((a, b) => a.row - b.row);
}

function countLines(text) {
  let count = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

async function decideArrow(opened, rows, options) {
  const { events, lists, signal, progress, common } = split(options);
  const { handle, encoder } = opened;
  signal?.throwIfAborted();
  const text = commonText(encoder, common);
  const named = async (all, what) => {
    const read = [];
    for (const [name, held] of all) read.push([name, await bytesOf(held, `${what} \`${name}\``, signal)]);
    return read;
  };
  const state = new native.NativeProgress();
  const stop = () => state.stop();
  const timer = progress === undefined ? undefined : setInterval(() => progress(state.done()), LOOK);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const beside = [await named(events, 'events'), await named(lists, 'list')];
    const customers = await bytesOf(rows, 'the rows', signal);
    const work = call(() => handle.decideArrow(text, customers, ...beside, state));
    const [decisions, rejects] = await orAborted(work, signal);
    progress?.(state.done());
    if (!isArrowTable(rows)) return { decisions, rejects };
    const { tableFromIPC } = require('apache-arrow');
    return { decisions: tableFromIPC(decisions), rejects: tableFromIPC(rejects) };
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function decideBatch(opened, rows, options) {
  return isBytes(rows) || isArrowTable(rows) ? decideArrow(opened, rows, options) : decideRows(opened, rows, options);
}

async function* decideBatches(opened, source, options) {
  const { common } = split(options);
  const text = commonText(opened.encoder, common);
  if (call(() => opened.handle.batch(text, 'decide')).together()) {
    throw new RequestError('customers compete for a quota, a capacity or a budget: decide them in one batch');
  }
  for await (const rows of source) {
    yield await decideBatch(opened, rows, options);
    await turn();
  }
}

module.exports = { BatchResult, decideBatch, decideBatches, fit, drift };
