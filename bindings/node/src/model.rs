//! A model, and subjects that were read for it.

use std::cell::OnceCell;

use casewise::{Decision, Model, Prepared, json};
use napi::bindgen_prelude::{AsyncTask, ObjectFinalize, Uint8Array};
use napi::{Env, Task};
use napi_derive::napi;
use serde::Serialize;

use crate::arrow::{self, Decide, NativeProgress};
use crate::batch::{self, NativeBatch, Purpose, guarded};
use crate::decision::{Kept, tell};
use crate::errors::raise;
use crate::exact::{self, Pairs};
use crate::weight;

/// A model of the engine.
#[napi(custom_finalize)]
pub struct NativeModel {
    model: Model,
    kept: Kept,
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
    files: Vec<&'m str>,
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
    pub fn open(env: Env, path: String) -> napi::Result<NativeModel> {
        NativeModel::new(env, Model::open(path).map_err(raise)?)
    }

    /// Opens a file on a thread of the pool, with other params and with what was learned.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn open_later(
        path: String,
        params: Option<Vec<(String, String)>>,
        parameters: Option<String>,
    ) -> AsyncTask<Open> {
        AsyncTask::new(Open { path, params, parameters })
    }

    /// Opens a text.
    ///
    /// # Errors
    /// It is not a model.
    #[napi(factory, catch_unwind)]
    pub fn from_text(env: Env, name: String, text: String) -> napi::Result<NativeModel> {
        NativeModel::new(env, Model::from_text(name, text).map_err(raise)?)
    }

    /// Opens texts by name, the root first.
    ///
    /// # Errors
    /// They are not a model.
    #[napi(factory, catch_unwind)]
    pub fn from_files(env: Env, files: Vec<(String, String)>) -> napi::Result<NativeModel> {
        let root = files.first().map(|(name, _)| name.clone()).unwrap_or_default();
        NativeModel::new(env, Model::from_files(root, files).map_err(raise)?)
    }

    /// The same model with other params, written as in the text.
    ///
    /// # Errors
    /// There is no such param, or the value does not fit.
    #[napi(catch_unwind)]
    pub fn with_params(&self, env: Env, params: Vec<(String, String)>) -> napi::Result<NativeModel> {
        NativeModel::new(env, self.model.with_params(params).map_err(raise)?)
    }

    /// The same model with what was learned.
    ///
    /// # Errors
    /// The parameters are not those of this model.
    #[napi(catch_unwind)]
    pub fn with_parameters(&self, env: Env, parameters: String) -> napi::Result<NativeModel> {
        NativeModel::new(env, self.model.with_parameters(parameters).map_err(raise)?)
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
            files: model.files().map(|(name, _)| name).collect(),
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

    /// Decides one input of JSON text; the number of the decision.
    ///
    /// # Errors
    /// The input does not fit.
    #[napi(catch_unwind)]
    pub fn decide(&self, input: String) -> napi::Result<i64> {
        json::decision(&self.model, &input).map(|decision| self.kept.keep(decision)).map_err(raise)
    }

    /// One thing that a decision says; nothing if it is no longer kept.
    ///
    /// # Errors
    /// There is no such case.
    #[napi(catch_unwind)]
    pub fn tell(&self, number: i64, what: String, case: String) -> napi::Result<Option<String>> {
        self.kept.get(number).map(|decision| tell(&decision, &what, &case)).transpose()
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
            .map(|prepared| NativePrepared { model: self.model.clone(), prepared, decision: OnceCell::new() })
            .map_err(raise)
    }
}

#[napi]
impl NativeModel {
    /// Starts a batch of rows, to `decide`, to `fit` or to look at their `drift`. `common` is an input without a
    /// subject.
    ///
    /// # Errors
    /// The request does not fit the model.
    #[napi(catch_unwind)]
    pub fn batch(&self, common: String, purpose: String) -> napi::Result<NativeBatch> {
        let purpose = match purpose.as_str() {
            "fit" => Purpose::Fit,
            "drift" => Purpose::Drift,
            _ => Purpose::Decide,
        };
        batch::start(&self.model, common, purpose).map_err(raise)
    }

    /// Decides a batch that is Arrow IPC; decisions and rejects are Arrow IPC too.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn decide_arrow(
        &self,
        common: String,
        customers: Vec<Uint8Array>,
        events: Vec<(String, Vec<Uint8Array>)>,
        lists: Vec<(String, Vec<Uint8Array>)>,
        progress: &NativeProgress,
    ) -> AsyncTask<Decide> {
        let model = self.model.clone();
        arrow::start(Decide { model, common, customers, events, lists, progress: progress.clone() })
    }
}

impl NativeModel {
    fn new(env: Env, model: Model) -> napi::Result<NativeModel> {
        weight::tell(env, 0, weight::of_model(&model))?;
        Ok(NativeModel { model, kept: Kept::default() })
    }
}

impl ObjectFinalize for NativeModel {
    fn finalize(self, env: Env) -> napi::Result<()> {
        weight::tell(env, weight::of_model(&self.model), 0)
    }
}

/// A model that is being opened on a thread of the pool.
pub struct Open {
    path: String,
    params: Option<Vec<(String, String)>>,
    parameters: Option<String>,
}

impl Task for Open {
    type Output = Model;
    type JsValue = NativeModel;

    fn compute(&mut self) -> napi::Result<Model> {
        guarded(|| {
            let mut model = Model::open(&self.path).map_err(raise)?;
            if let Some(params) = self.params.take() {
                model = model.with_params(params).map_err(raise)?;
            }
            if let Some(parameters) = &self.parameters {
                model = model.with_parameters(parameters).map_err(raise)?;
            }
            Ok(model)
        })
    }

    fn resolve(&mut self, env: Env, model: Model) -> napi::Result<NativeModel> {
        NativeModel::new(env, model)
    }
}

/// A subject and its request, read once. Every decision of it is the same one.
#[napi]
pub struct NativePrepared {
    model: Model,
    prepared: Prepared,
    decision: OnceCell<Decision>,
}

#[napi]
impl NativePrepared {
    /// The subject's key.
    #[napi(catch_unwind)]
    #[must_use]
    pub fn key(&self) -> &str {
        self.prepared.key()
    }

    /// Decides; the number of the decision.
    ///
    /// # Errors
    /// A learned part has no parameters.
    #[napi(catch_unwind)]
    pub fn decide(&self) -> napi::Result<i64> {
        if self.decision.get().is_none() {
            let decision = self.model.decide_prepared(&self.prepared).map_err(raise)?;
            self.decision.get_or_init(|| decision);
        }
        Ok(0)
    }

    /// One thing that the decision says.
    ///
    /// # Errors
    /// There is no such case.
    #[napi(catch_unwind)]
    pub fn tell(&self, _number: i64, what: String, case: String) -> napi::Result<Option<String>> {
        self.decision.get().map(|decision| tell(decision, &what, &case)).transpose()
    }
}
