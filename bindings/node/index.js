'use strict';

const native = require('./lib/native.js');
const errors = require('./lib/errors.js');
const json = require('./lib/json.js');
const { Decision, Explanation } = require('./lib/decision.js');
const { BatchResult } = require('./lib/batch.js');
const { Model, Prepared, pathOf, stringOf } = require('./lib/model.js');
const { Watcher } = require('./lib/watch.js');

const [version, languageVersion] = native.versions();

function open(source, options) {
  return new Model(source, options);
}

function watch(path, options) {
  const model = new Model(path, options);
  const parameters = pathOf(options?.parameters);
  return new Watcher(model, parameters === undefined ? [] : [parameters], options ?? {});
}

function check(text, name = 'model.cw') {
  return json.read(native.check(stringOf(name, 'the name'), stringOf(text, 'the text')));
}

function format(text, name = 'model.cw') {
  return errors.call(() => native.format(stringOf(name, 'the name'), stringOf(text, 'the text')));
}

function explainCode(code) {
  return native.explainCode(stringOf(code, 'the code')) ?? undefined;
}

exports.open = open;
exports.watch = watch;
exports.check = check;
exports.format = format;
exports.explainCode = explainCode;
exports.Model = Model;
exports.Prepared = Prepared;
exports.Decision = Decision;
exports.Watcher = Watcher;
exports.BatchResult = BatchResult;
exports.Explanation = Explanation;
exports.CasewiseError = errors.CasewiseError;
exports.ModelError = errors.ModelError;
exports.InputError = errors.InputError;
exports.RequestError = errors.RequestError;
exports.ParametersError = errors.ParametersError;
exports.FitError = errors.FitError;
exports.version = version;
exports.languageVersion = languageVersion;
