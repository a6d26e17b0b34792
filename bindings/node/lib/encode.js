'use strict';
// JavaScript values as the JSON text that the engine reads. Only what the model declares is looked at, so that
// an object may carry whatever else it likes. What JSON has no word for is refused here, with its place.

const { isDate } = require('node:util').types;
const { InputError } = require('./errors.js');

/** A value that cannot be said in JSON. */
class Misfit {
  constructor(value, expected, help) {
    this.value = value;
    this.expected = expected;
    this.help = help;
  }
}

const isWellFormed = String.prototype.isWellFormed
  ? (text) => text.isWellFormed()
  : (text) => !/\p{Surrogate}/u.test(text);
const SHORT = 60;

function shorten(text) {
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

/** JSON text that no value of JavaScript is the same as: digits beyond a number. */
class Raw {
  constructor(text) {
    this.text = text;
  }
}

/** Whether something has several values; text is one value. */
function isSequence(value) {
  return typeof value === 'object' && value !== null && typeof value[Symbol.iterator] === 'function';
}

/** One value that is not a set, as JSON has it. `type` may be absent: then a number is a number. */
function scalar(value, type, expected) {
  switch (typeof value) {
    case 'string':
      if (!isWellFormed(value)) throw new Misfit('text with half of a character (a lone surrogate)', expected);
      return value;
    case 'number':
      if (Number.isFinite(value)) {
        if (type?.kind === 'int' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
          throw new Misfit(String(value), expected, 'a number this large is not exact: give a bigint, or text');
        }
        return value;
      }
      if (type?.kind === 'float' && type.optional) return null;
      throw new Misfit(String(value), expected);
    case 'boolean':
      return value;
    case 'bigint':
      return new Raw(value.toString());
    case 'undefined':
      return null;
    case 'object':
      break;
    default:
      throw new Misfit(`a ${typeof value}`, expected);
  }
  if (value === null) return null;
  if (isDate(value)) {
    const instant = value.getTime();
    if (Number.isNaN(instant)) throw new Misfit('an invalid Date', expected);
    return new Date(instant).toISOString();
  }
  if (typeof value.toJSON === 'function') {
    // Decimal libraries, Temporal, moments: they say themselves how they are written.
    const said = value.toJSON();
    if (said === null || typeof said !== 'object') return scalar(said, type, expected);
  }
  if (isSequence(value)) throw new Misfit('a sequence', expected);
  return {};
}

/** One value of a field, as JSON has it. */
function valueOf(value, { type, expected }) {
  if (type.kind !== 'set') return scalar(value, type, expected);
  if (isSequence(value)) return Array.from(value, (element) => scalar(element, type.of, expected));
  // A set in a cell of a CSV file is a JSON array.
  return typeof value === 'string' && isArrayText(value) ? new Raw(value) : scalar(value, type, expected);
}

function isArrayText(text) {
  try {
    return text.trimStart().startsWith('[') && Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

/** JSON text of what `scalar` and `valueOf` gave. */
function write(value) {
  if (value instanceof Raw) return value.text;
  return Array.isArray(value) ? `[${value.map(write).join(',')}]` : JSON.stringify(value);
}

const isRaw = (value) => value instanceof Raw || (Array.isArray(value) && value.some(isRaw));
/** The same name as the keys of objects are kept: finding it in one is faster. */
const interned = (name) => Object.keys({ [name]: 0 })[0];

/** What records of one kind look like. */
class Shape {
  constructor(fields) {
    this.slots = [];
    const columns = new Set(fields.map((field) => field.column));
    for (const field of fields) {
      const names = [field.column];
      if (field.name !== field.column && !columns.has(field.name)) names.push(field.name);
      for (const name of names) {
        this.slots.push({ name: interned(name), field, inherited: name in Object.prototype });
      }
    }
    this.names = new Set(this.slots.map((slot) => slot.name));
  }

  /** One record as JSON. With `hints` it has the names of everything else too, for the engine's message. */
  encode(record, place, hints) {
    let at = null;
    try {
      if (record === null || typeof record !== 'object') return write(scalar(record, undefined, 'a record: names and values'));
      const map = record instanceof Map;
      if (!map && isSequence(record)) return '[]';
      const prototype = Object.getPrototypeOf(record);
      const plain = prototype === Object.prototype || prototype === null;
      const written = {};
      let raw = false;
      for (const { name, field, inherited } of this.slots) {
        at = field;
        if (!map && (plain || inherited) && !Object.hasOwn(record, name)) continue;
        const value = map ? record.get(name) : record[name];
        if (value === undefined) continue;
        const said = valueOf(value, field);
        if (typeof said === 'object' && said !== null) raw ||= isRaw(said);
        if (name === '__proto__') Object.defineProperty(written, name, { value: said, enumerable: true });
        else written[name] = said;
      }
      at = null;
      if (hints) {
        for (const name of map ? record.keys() : Object.keys(record)) {
          if (typeof name === 'string' && !this.names.has(name) && name !== '__proto__') written[name] = null;
        }
      }
      if (!raw) return JSON.stringify(written);
      return `{${Object.entries(written).map(([name, value]) => `${JSON.stringify(name)}:${write(value)}`).join(',')}}`;
    } catch (error) {
      throw refuse(error, place, at);
    }
  }
}

/** The place as the engine writes it. */
function placeName({ table = null, row = null, what = null }, attribute) {
  const whole = table === null ? what : row === null ? `events \`${table}\`` : `\`${table}\` number ${row + 1}`;
  if (attribute === null) return whole ?? 'input';
  return whole === null ? `\`${attribute}\`` : `${whole}, \`${attribute}\``;
}

/** The input error for what a value did. */
function refuse(error, place, field) {
  if (error instanceof InputError) return error;
  const attribute = field?.name ?? null;
  const { table = null, row = null } = place;
  const named = placeName(place, attribute);
  if (error instanceof Misfit) {
    const { value, expected, help } = error;
    const tail = help === undefined ? '' : `; ${help}`;
    return new InputError(`${named}: expected ${expected}, got ${value}${tail}`, {
      table, row, attribute, value, expected, help,
    });
  }
  const said = shorten(error instanceof Error ? error.message : String(error));
  return new InputError(`${named}: reading it failed: ${said}`, {
    table, row, attribute, expected: field?.expected, cause: error,
  });
}

/** Everything else of an input, which has few kinds of value: names, numbers, text. */
function encodePlain(value, what, depth = 0) {
  if (depth > 8) throw new Misfit('something that does not end', what);
  if (value === null || typeof value !== 'object' || isDate(value)) return write(scalar(value, undefined, what));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const encoded = entries
    .filter(([, held]) => held !== undefined)
    .map(([name, held]) => `${JSON.stringify(String(name))}:${encodePlain(held, what, depth + 1)}`);
  return `{${encoded.join(',')}}`;
}

/** Parts under names of the model. */
function byName(value, expected, encode) {
  const map = value instanceof Map;
  if (typeof value !== 'object') throw new Misfit(`a ${typeof value}`, `an object: ${expected}`);
  if (isSequence(value) && !map) throw new Misfit('a sequence', `an object: ${expected}`);
  const entries = map ? [...value] : Object.entries(value);
  const encoded = entries
    .filter(([, held]) => held !== undefined && held !== null)
    .map(([name, held]) => `${JSON.stringify(String(name))}:${encode(String(name), held)}`);
  return `{${encoded.join(',')}}`;
}

const SUBJECT = {};
const CONTEXT = { what: 'context' };

/** Writes inputs for one model. */
class Encoder {
  constructor(schema) {
    this.key = schema.key;
    this.subjectName = schema.subject;
    this.prefix = `{${JSON.stringify(schema.subject)}:`;
    this.subject = new Shape(schema.attributes);
    this.context = new Shape(schema.context);
    this.keyField = schema.attributes.find((field) => field.name === schema.key);
    this.fields = new Map(schema.tables.map((table) => [table.name, table.fields]));
    this.keyed = new Map();
    this.tables = new Map(schema.tables.map((table) => [table.name, new Shape(table.fields)]));
  }

  /** One subject with what comes with it. */
  input(subject, options, hints = false) {
    try {
      return `${this.prefix}${this.subject.encode(subject, SUBJECT, hints)}${this.request(options, hints)}}`;
    } catch (error) {
      if (error instanceof InputError) error.key ??= this.keyOf(subject);
      throw error;
    }
  }

  /** What comes with a subject: the rest of an input. */
  request(options, hints = false) {
    if (options === undefined || options === null) return '';
    let text = '';
    let place = { what: 'the options' };
    try {
      if (typeof options !== 'object') throw new Misfit(`a ${typeof options}`, 'an object such as { now: "2026-11-22" }');
      for (const name of Object.keys(options)) {
        place = { what: name === 'now' ? '`now`' : name };
        const value = options[name];
        if (value === undefined || value === null) continue;
        text += `,${JSON.stringify(name)}:${this.part(name, value, hints)}`;
      }
      return text;
    } catch (error) {
      throw refuse(error, place, null);
    }
  }

  part(name, value, hints) {
    switch (name) {
      case 'context':
        return this.context.encode(value, CONTEXT, hints);
      case 'events':
        return byName(value, 'sequences of events by name', (table, records) => this.records(table, records, hints));
      case 'lists':
        return byName(value, 'keys by name of the list', (list, keys) => this.list(list, keys));
      case 'remaining':
        return encodePlain(value, 'what remains, such as { quota: { gift: 100 } }');
      case 'now':
        return write(scalar(value, undefined, 'a time such as 2026-11-22T10:00, or a Date'));
      case 'decide':
        return write(scalar(value, undefined, 'a name'));
      default:
        // The engine tells an unknown name, and what is near.
        return 'null';
    }
  }

  /** The records of one table. */
  records(table, records, hints) {
    const shape = this.tables.get(table);
    if (shape === undefined) return '[]';
    if (!isSequence(records) || records instanceof Map) return write(scalar(records, undefined, 'a sequence'));
    let text = '[';
    const place = { table, row: 0 };
    try {
      for (const record of records) {
        text += (place.row === 0 ? '' : ',') + shape.encode(record, place, hints);
        place.row += 1;
      }
    } catch (error) {
      throw refuse(error, place, null);
    }
    return `${text}]`;
  }

  /** One list: its keys, or whether this subject is in it. */
  list(list, keys) {
    if (typeof keys === 'boolean') return keys ? 'true' : 'false';
    if (!isSequence(keys) || keys instanceof Map) return write(scalar(keys, undefined, 'a sequence'));
    const { type, expected } = this.keyField;
    const encoded = [];
    try {
      for (const key of keys) encoded.push(write(scalar(key, type, expected)));
    } catch (error) {
      throw refuse(error, { what: `list \`${list}\`, key number ${encoded.length + 1}` }, null);
    }
    return `[${encoded.join(',')}]`;
  }

  /** One subject of a batch. */
  row(subject) {
    try {
      return this.subject.encode(subject, SUBJECT, false);
    } catch (error) {
      if (error instanceof InputError) error.key ??= this.keyOf(subject);
      throw error;
    }
  }

  /** One event of a batch, with the key of its subject. */
  event(table, record) {
    const shape = this.keyed.get(table) ?? this.keyed.set(table, this.withKey(table)).get(table);
    return shape.encode(record, { table }, false);
  }

  withKey(table) {
    const fields = this.fields.get(table) ?? [];
    const has = fields.some(({ name, column }) => column === this.keyField.column || name === this.keyField.column);
    return new Shape(has ? fields : [...fields, this.keyField]);
  }

  /** One key of a list of a batch. */
  keyText(list, key) {
    try {
      return write(scalar(key, this.keyField.type, this.keyField.expected));
    } catch (error) {
      throw refuse(error, { what: `list \`${list}\`` }, null);
    }
  }

  /** The key of a subject for messages, if it is readable. */
  keyOf(subject) {
    try {
      const of = (name) => {
        if (subject instanceof Map) return subject.get(name);
        return Object.hasOwn(subject, name) ? subject[name] : undefined;
      };
      const key = of(this.keyField.column) ?? of(this.keyField.name);
      return typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' ? shorten(String(key)) : null;
    } catch {
      return null;
    }
  }
}

module.exports = { Encoder };
