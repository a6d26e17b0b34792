'use strict';
// A decision: each part is converted when it is first read.

const { inspect } = require('node:util');
const { call } = require('./errors.js');
const json = require('./json.js');

class Explanation {
  #text;

  constructor(data, text) {
    this.data = data;
    this.#text = text;
    Object.defineProperty(this, 'data', { enumerable: true, writable: false });
  }

  toString() {
    return this.#text;
  }

  toJSON() {
    return this.data;
  }

  [inspect.custom]() {
    return this.#text;
  }
}

class Decision {
  #native;
  #parts = null;

  constructor(native) {
    this.#native = native;
  }

  /** A part, converted once and frozen, since all readers share it. */
  #part(name) {
    this.#parts ??= Object.create(null);
    return (this.#parts[name] ??= freeze(json.read(this.#native.part(name))));
  }

  get key() {
    return this.#native.key();
  }

  get now() {
    return this.#native.now();
  }

  get decidedBy() {
    return this.#native.decidedBy();
  }

  get offers() {
    return this.#part('offers');
  }

  get scores() {
    return this.#part('scores');
  }

  get values() {
    return this.#part('values');
  }

  get segments() {
    return this.#part('segments');
  }

  get gates() {
    return this.#part('gates');
  }

  get cases() {
    return this.#part('cases');
  }

  case(name) {
    const text = this.#native.case(String(name));
    return text === null ? undefined : json.read(text);
  }

  why(name) {
    const [data, text] = call(() => this.#native.why(String(name)));
    return new Explanation(json.read(data), text);
  }

  toJSON() {
    return json.read(this.#native.all());
  }

  /** The line of JSON that every language writes. */
  toJsonLine() {
    return this.#native.json();
  }

  [inspect.custom](_depth, options) {
    const offers = this.offers.map((offer) => offer.case);
    return `Decision(${inspect(this.key, options)}, offers: ${inspect(offers, options)})`;
  }
}

function freeze(value) {
  if (value !== null && typeof value === 'object') {
    Object.freeze(value);
    for (const held of Object.values(value)) freeze(held);
  }
  return value;
}

module.exports = { Decision, Explanation, freeze };
