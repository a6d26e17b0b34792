'use strict';

/** Objects may hold more than is expected of them; everything else is the same, floats to the bit. */
exports.differences = function differences(expected, found, place = 'the decision') {
  const isObject = (value) => value !== null && typeof value === 'object';
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    return expected.flatMap((one, n) => differences(one, found[n], `${place}[${n}]`));
  }
  if (isObject(expected) && isObject(found) && !Array.isArray(expected) && !Array.isArray(found)) {
    return Object.entries(expected).flatMap(([name, value]) =>
      name in found ? differences(value, found[name], `${place}.${name}`) : [`${place}.${name}: found nothing`],
    );
  }
  const same = typeof found === 'bigint' ? String(found) === String(expected) : Object.is(expected, found);
  const show = (value) => (typeof value === 'bigint' ? `${value}n` : JSON.stringify(value));
  return same ? [] : [`${place}: expected ${show(expected)}, found ${show(found)}`];
};

/** The expected lines that are nowhere in a text. */
exports.missingLines = (expected, found) =>
  expected
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !found.includes(line))
    .map((line) => `expected to find \`${line}\` in:\n${found}`);

/** JSON whose integers beyond what a number holds are bigints. */
exports.parseExact = (text) => {
  const marked = text.replace(/("(?:[^"\\]|\\.)*")|(-?\d{16,})(?![\d.eE])/g, (whole, string, digits) =>
    string === undefined && !Number.isSafeInteger(Number(digits)) ? `"\\u0001${digits}"` : whole,
  );
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith('\u0001') ? BigInt(value.slice(1)) : value,
  );
};
