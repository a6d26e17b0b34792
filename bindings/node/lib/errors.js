'use strict';
// Errors. Their texts are the engine's, the same in every language.

class CasewiseError extends Error {
  constructor(message, code = 'CASEWISE_FILE', known = {}) {
    super(message, known.cause === undefined ? undefined : { cause: known.cause });
    this.code = code;
  }
}

class ModelError extends CasewiseError {
  constructor(message, known = {}) {
    super(message, 'CASEWISE_MODEL', known);
    this.diagnostics = known.diagnostics ?? [];
  }
}

class InputError extends CasewiseError {
  constructor(message, known = {}) {
    super(message, 'CASEWISE_INPUT', known);
    for (const name of ['key', 'table', 'row', 'attribute', 'value', 'expected', 'help']) {
      this[name] = known[name] ?? null;
    }
  }
}

class ParametersError extends CasewiseError {
  constructor(message, known = {}) {
    super(message, 'CASEWISE_PARAMETERS', known);
  }
}

class FitError extends CasewiseError {
  constructor(message, known = {}) {
    super(message, 'CASEWISE_FIT', known);
    this.rejects = known.rejects ?? [];
  }
}

class RequestError extends CasewiseError {
  constructor(message, known = {}) {
    super(message, 'CASEWISE_REQUEST', known);
  }
}

const classes = {
  model: ModelError,
  input: InputError,
  parameters: ParametersError,
  fit: FitError,
  request: RequestError,
};

for (const [name, value] of Object.entries({ CasewiseError, ModelError, InputError, ParametersError, FitError, RequestError })) {
  // Not own properties of every error: they would be printed with it.
  Object.defineProperty(value.prototype, 'name', { value: name, configurable: true, writable: true });
}

/** The error that the engine threw, in its own class; anything else as it is. */
function fromNative(error) {
  if (!(error instanceof Error) || !error.message.startsWith('{"kind":"')) return error;
  const known = JSON.parse(error.message);
  const Class = classes[known.kind];
  const made = Class ? new Class(known.message, known) : new CasewiseError(known.message);
  Error.captureStackTrace?.(made, fromNative);
  return made;
}

/** Calls the engine. */
function call(engine) {
  try {
    return engine();
  } catch (error) {
    throw fromNative(error);
  }
}

module.exports = { CasewiseError, ModelError, InputError, ParametersError, FitError, RequestError, call, fromNative };
