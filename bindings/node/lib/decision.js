'use strict';
// A decision: each part is converted when it is first read.

const { inspect } = require('node:util');
const { call } = require('./errors.js');
const json = require('./json.js');

class Explanation {
  #text;

  constructor([data, text]) {
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
  #source;
  #number;
  #input;
  #parts = null;

  /** `source` keeps the decision under a number; once it does not, it decides again, from `input`. */
  constructor(source, number, input) {
    this.#source = source;
    this.#number = number;
    this.#input = input;
  }

  #tell(what, name = '') {
    const said = call(() => this.#source.tell(this.#number, what, name));
    if (said !== null) return said;
    this.#number = call(() => this.#source.decide(this.#input));
    return call(() => this.#source.tell(this.#number, what, name));
  }

  /** A part, converted once and frozen, since all readers share it. */
  #part(name) {
    this.#parts ??= {};
    return (this.#parts[name] ??= freeze(json.read(this.#tell(name))));
  }

  get key() {
    return this.#tell('key');
  }

  get now() {
    return this.#tell('now');
  }

  get decidedBy() {
    return json.read(this.#tell('decidedBy'));
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
    const text = this.#tell('case', String(name));
    return text === '' ? undefined : json.read(text);
  }

  why(name) {
    return new Explanation(json.read(this.#tell('why', String(name))));
  }

  toJSON() {
    return json.read(this.#tell('all'));
  }

  /** The line of JSON that every language writes. */
  toJsonLine() {
    return this.#tell('line');
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
