import casewise from './index.js';

export const {
  open, check, format, explainCode,
  Model, Prepared, Decision, Explanation,
  CasewiseError, ModelError, InputError, RequestError, ParametersError, FitError,
  version, languageVersion,
} = casewise;
