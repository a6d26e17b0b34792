import casewise from './index.js';

export const {
  open, watch, check, format, explainCode,
  Model, Prepared, Decision, BatchResult, Watcher, Explanation,
  CasewiseError, ModelError, InputError, RequestError, ParametersError, FitError,
  version, languageVersion,
} = casewise;
