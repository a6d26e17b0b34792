'use strict';
// JSON from the engine. Integers that a number cannot hold come as {"$int":"…"} and become bigints.

function revive(_, value) {
  if (value !== null && typeof value === 'object' && typeof value.$int === 'string') return BigInt(value.$int);
  return value;
}

/** Reads JSON of the engine. */
function read(text) {
  return text.includes('{"$int":"') ? JSON.parse(text, revive) : JSON.parse(text);
}

module.exports = { read };
