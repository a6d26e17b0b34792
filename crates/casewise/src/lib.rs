#![doc = include_str!("../README.md")]

#[cfg(feature = "fit")]
mod backtest;
#[cfg(feature = "columns")]
pub mod batch;
mod decision;
#[cfg(feature = "deep")]
mod deep;
pub mod diff;
mod error;
mod explanation;
mod feed;
mod files;
#[cfg(feature = "fit")]
mod fit;
#[cfg(feature = "ipc")]
pub mod ipc;
pub mod json;
mod model;
mod parameters;
mod prepared;
pub mod preview;
#[cfg(all(feature = "fit", feature = "pages"))]
mod report;
mod request;
mod schema;
mod starter;
mod testing;
mod text;
mod value;
mod workspace;

#[cfg(feature = "fit")]
pub use backtest::{Backtest, BacktestOptions, Forecast, Grouping, Ranking};
pub use decision::{CaseStatus, Decision, Offer, Source, Status};
#[cfg(feature = "deep")]
pub use deep::{Apart, CaseAnswer, DeepReport, SameTarget, Witness};
pub use diff::Diff;
pub use error::Error;
pub use explanation::Explanation;
#[cfg(feature = "fit")]
pub use fit::{Drift, Fit, FitOptions};
pub use model::Model;
pub use prepared::Prepared;
pub use request::Request;
pub use schema::{FieldSchema, Kind, OutputSchema, Schema, TableSchema, TypeSchema};
pub use starter::{DataTable, starting_model};
pub use testing::{Coverage, Covered, CoveredKind, TestFailure, TestResult, TestRun, TestSelection};
pub use text::{check, explain_code, format};
pub use value::Value;
pub use workspace::Workspace;

/// One thing that the checker has to say about a model's text.
///
/// # Examples
/// ```
/// let diagnostics = casewise::check("m.cw", "model m { language 1 }\ncustomer { key id: text; age: it }");
/// let first = &diagnostics[0];
/// assert_eq!((first.severity, first.file.as_str(), first.line), ("error", "m.cw", 2));
/// assert!(first.code.starts_with("CW0"));
/// println!("{}", first.rendered);
/// ```
pub use casewise_core::diagnostic::DiagnosticData as Diagnostic;

/// Another place that a [`Diagnostic`] points at.
///
/// # Examples
/// ```
/// let diagnostics = casewise::check("m.cw", "model m { language 1 } customer { key id: text }\nlet a = 1\nlet a = 2");
/// let twice = diagnostics.iter().find(|d| !d.related.is_empty()).unwrap();
/// assert_eq!(twice.related[0].line, 2);
/// ```
pub use casewise_core::diagnostic::RelatedData as Related;

/// What a caller must supply with a model: attributes, context, events, lists.
///
/// # Examples
/// ```
/// use casewise::Model;
///
/// let model = Model::from_text("m.cw", r#"
///     model m { language 1 }
///     customer { key id: text; age: int? from "Age"; city: text? }
///     events recharge { amount: decimal; note: text? }
///     list blocked
///     case gift { for age >= 18 and sum(recharge.amount over last 30 days) > 50; exclude blocked }
/// "#)?;
/// let required = model.requirements()?;
/// let age = &required.attributes[1];
/// assert_eq!((&*age.name, &*age.column, &*age.ty, age.required), ("age", "Age", "int?", false));
/// assert!(required.attributes[2].used_by.is_empty());
/// assert_eq!(required.tables[0].look_back.as_deref(), Some("30 days"));
/// assert_eq!(&*required.lists[0].name, "blocked");
/// # Ok::<(), casewise::Error>(())
/// ```
pub use casewise_core::row::requirements::Requirements;

/// The parts of [`Requirements`].
///
/// # Examples
/// See [`Requirements`].
pub use casewise_core::row::requirements::{
    InputRequirement, ListRequirement, RemainingRequirement, TableRequirement,
};

/// The version of this crate.
///
/// # Examples
/// ```
/// assert_eq!(casewise::VERSION, env!("CARGO_PKG_VERSION"));
/// ```
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The version of the language that this crate reads: what `language 1` in a model means.
///
/// # Examples
/// ```
/// assert_eq!(casewise::LANGUAGE_VERSION, 1);
/// ```
pub const LANGUAGE_VERSION: u32 = 1;

// The code of the project's own page is compiled and run with the documentation.
#[cfg(doctest)]
#[expect(
    rustdoc::invalid_codeblock_attributes,
    reason = "its other blocks have tags for the tests of the pages"
)]
#[doc = include_str!("../../../README.md")]
struct ProjectPage;
