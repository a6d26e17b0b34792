//! A model, and subjects that were read for it.

use casewise::{Model, Prepared, json};
use napi_derive::napi;
use serde::Serialize;

use crate::decision::NativeDecision;
use crate::errors::raise;
use crate::exact::{self, Pairs};

/// A model of the engine.
#[napi]
pub struct NativeModel {
    pub(crate) model: Model,
}

/// What JavaScript shows of a model.
#[derive(Serialize)]
struct About<'m> {
    name: &'m str,
    version: &'m str,
    title: Option<&'m str>,
    fingerprint: &'m str,
    #[serde(rename = "subjectName")]
    subject: &'m str,
    #[serde(rename = "keyName")]
    key: &'m str,
    cases: Pairs<Option<&'m str>>,
    warnings: Vec<casewise::Diagnostic>,
}

#[napi]
impl NativeModel {
    /// Opens a file.
    ///
    /// # Errors
    /// It cannot be read, or is not a model.
    #[napi(factory, catch_unwind)]
    pub fn open(path: String) -> napi::Result<NativeModel> {
        Model::open(path).map(NativeModel::new).map_err(raise)
    }

    /// Opens a text.
    ///
    /// # Errors
    /// It is not a model.
    #[napi(factory, catch_unwind)]
    pub fn from_text(name: String, text: String) -> napi::Result<NativeModel> {
        Model::from_text(name, text).map(NativeModel::new).map_err(raise)
    }

    /// Opens texts by name, the root first.
    ///
    /// # Errors
    /// They are not a model.
    #[napi(factory, catch_unwind)]
    pub fn from_files(files: Vec<(String, String)>) -> napi::Result<NativeModel> {
        let root = files.first().map(|(name, _)| name.clone()).unwrap_or_default();
        Model::from_files(root, files).map(NativeModel::new).map_err(raise)
    }

    /// The same model with other params, written as in the text.
    ///
    /// # Errors
    /// There is no such param, or the value does not fit.
    #[napi(catch_unwind)]
    pub fn with_params(&self, params: Vec<(String, String)>) -> napi::Result<NativeModel> {
        self.model.with_params(params).map(NativeModel::new).map_err(raise)
    }

    /// The same model with what was learned.
    ///
    /// # Errors
    /// The parameters are not those of this model.
    #[napi(catch_unwind)]
    pub fn with_parameters(&self, parameters: String) -> napi::Result<NativeModel> {
        self.model.with_parameters(parameters).map(NativeModel::new).map_err(raise)
    }

    /// Names, version, fingerprint, cases with titles, warnings: as JSON.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn about(&self) -> String {
        let model = &self.model;
        exact::write(&About {
            name: model.name(),
            version: model.version(),
            title: model.title(),
            fingerprint: model.fingerprint(),
            subject: model.subject_name(),
            key: model.key_name(),
            cases: model.cases().map(|case| (case, model.case_title(case))).collect(),
            warnings: model.warnings(),
        })
    }

    /// What goes in and what comes out, with types: as JSON.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn schema(&self) -> String {
        exact::write(&self.model.schema())
    }

    /// What a caller must supply: as JSON.
    ///
    /// # Errors
    /// A learned part has no parameters.
    #[napi(catch_unwind)]
    pub fn requirements(&self) -> napi::Result<String> {
        self.model.requirements().map(|required| exact::write(&required)).map_err(raise)
    }

    /// Runs the tests inside the model: as JSON.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn test(&self, filter: Option<String>) -> String {
        exact::write(&self.model.run_tests(filter.as_deref()))
    }

    /// Decides one input of JSON text.
    ///
    /// # Errors
    /// The input does not fit.
    #[napi(catch_unwind)]
    pub fn decide(&self, input: String) -> napi::Result<NativeDecision> {
        json::decision(&self.model, &input).map(|decision| NativeDecision { decision }).map_err(raise)
    }

    /// Decides one input of JSON text; the answer is JSON text.
    ///
    /// # Errors
    /// The input does not fit.
    #[napi(catch_unwind)]
    pub fn decide_json(&self, input: String) -> napi::Result<String> {
        json::decide(&self.model, &input).map_err(raise)
    }

    /// Reads one input of JSON text.
    ///
    /// # Errors
    /// The input does not fit.
    #[napi(catch_unwind)]
    pub fn prepare(&self, input: String) -> napi::Result<NativePrepared> {
        json::prepare(&self.model, &input)
            .map(|prepared| NativePrepared { model: self.model.clone(), prepared })
            .map_err(raise)
    }
}

impl NativeModel {
    fn new(model: Model) -> NativeModel {
        NativeModel { model }
    }
}

/// A subject and its request, read once.
#[napi]
pub struct NativePrepared {
    model: Model,
    prepared: Prepared,
}

#[napi]
impl NativePrepared {
    /// The subject's key.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn key(&self) -> &str {
        self.prepared.key()
    }

    /// Decides.
    ///
    /// # Errors
    /// A learned part has no parameters.
    #[napi(catch_unwind)]
    pub fn decide(&self) -> napi::Result<NativeDecision> {
        self.model.decide_prepared(&self.prepared).map(|decision| NativeDecision { decision }).map_err(raise)
    }
}
