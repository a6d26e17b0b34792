//! AST → checked model. Every declaration is lowered, also where another is broken: what failed keeps its
//! name, and nothing more is said of it where it is used.

mod aggregates;
mod bands;
mod behavior;
mod cases;
mod channels;
mod cluster;
mod collect;
mod composite;
mod constants;
mod contacts;
mod decides;
mod expressions;
mod finish;
mod functions;
mod gates;
mod groups;
mod lazy;
mod learned;
mod literals;
mod names;
mod offers;
mod operators;
mod order;
mod overrides;
mod params;
mod parts;
mod paths;
mod records;
mod report;
mod rfm;
mod scope;
mod scorecard;
mod scores;
mod test_blocks;
mod types;
mod unify;
mod values;
mod windows;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Expr, Gate, Let, Model, Param, Property, Score, Segment};
use crate::diagnostic::Diagnostic;
use crate::source::{Sources, Span};
use crate::syntax::ast;
use crate::values::Zone;

use collect::Declarations;
use lazy::{Node, State};
use names::Names;
use records::{Record, TableRecord};
use report::Reporter;
use scope::{Frame, Scope};
use types::Enums;

/// The most nodes that all expressions of a model may have after functions and groups are written out.
const MAX_NODES: usize = 2_000_000;

/// The deepest expression, functions written out.
const MAX_DEPTH: usize = 200;

/// Everything known while a model is checked.
pub(crate) struct Lowering<'a> {
    declared: Declarations<'a>,
    names: Names<'a>,
    report: Reporter<'a>,
    enums: Enums<'a>,
    zone: Zone,
    subject: Record<'a>,
    context: Record<'a>,
    tables: Vec<TableRecord<'a>>,
    params: Vec<Option<Param>>,
    overrides: FxHashMap<&'a str, &'a str>,
    lets: Vec<Option<Let>>,
    /// Per let as written, its place among those that are not functions.
    let_ids: Vec<usize>,
    scores: Vec<Option<Score>>,
    /// Enums of the labels of grades and clusters, by score.
    score_labels: FxHashMap<usize, super::EnumId>,
    segments: Vec<Option<Segment>>,
    gates: Vec<Option<Gate>>,
    properties: Vec<Option<(Property, Option<Expr>)>>,
    exclusive_sets: Vec<Arc<str>>,
    /// What `priority` is inside `rank by`.
    priority_type: super::Type,
    states: Vec<State>,
    /// The declarations being lowered on demand, and where each was mentioned.
    path: Vec<(Node, Span)>,
    scope: Scope,
    frames: Vec<Frame<'a>>,
    depth: usize,
    nodes: usize,
}

/// What came of checking.
pub(crate) struct Lowered {
    /// Whole if no diagnostic is an error. Else what is broken stands in it as missing, or not at all: good
    /// for finding more errors in what is not.
    pub(crate) model: Model,
    /// Nothing in the model stands for something broken.
    pub(crate) whole: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Checks declarations in their final order.
pub(crate) fn lower<'a>(
    declarations: &[&'a ast::Declaration],
    sources: &'a Sources,
    overrides: &'a [(String, String)],
) -> Lowered {
    let mut report = Reporter::new(sources);
    let declared = collect::collect(declarations, &mut report);
    let zone = declared.zone(&mut report);
    let names = names::register(&declared, &mut report);
    let mut lowering = Lowering {
        params: vec![None; declared.params.len()],
        lets: vec![None; declared.lets.len()],
        let_ids: values::let_ids(&declared),
        scores: vec![None; declared.scores.len()],
        segments: vec![None; declared.segments.len()],
        gates: vec![None; declared.gates.len()],
        states: vec![State::Waiting; lazy::count(&declared)],
        overrides: overrides.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        declared,
        names,
        report,
        enums: Enums::default(),
        zone,
        subject: Record::default(),
        context: Record::default(),
        tables: Vec::new(),
        score_labels: FxHashMap::default(),
        properties: Vec::new(),
        exclusive_sets: Vec::new(),
        priority_type: super::Type::required(super::Base::Int),
        path: Vec::new(),
        scope: Scope::default(),
        frames: Vec::new(),
        depth: 0,
        nodes: 0,
    };
    let (model, whole) = lowering.run();
    Lowered { model, whole, diagnostics: lowering.report.finish() }
}

impl Lowering<'_> {
    /// All declarations, schema first; and whether none is broken.
    fn run(&mut self) -> (Model, bool) {
        self.declare_types();
        self.lower_schema();
        self.lower_overrides();
        self.lower_values();
        let properties = self.lower_properties();
        let channels = self.lower_channels();
        let contacts = self.lower_contacts();
        let (groups, inherited) = self.lower_groups();
        let cases = self.lower_cases(&inherited);
        let decides = self.lower_decides();
        let tests = self.lower_tests(&cases);
        let header = self.declared.header;
        let whole = self.states.iter().all(|state| *state == State::Ready)
            && cases.iter().all(Option::is_some)
            && self.subject.key.is_some();
        let model = Model {
            sources: self.report.sources.clone(),
            name: header.map_or("", |h| &h.named.name.name).into(),
            title: title(header.and_then(|h| h.named.title.as_ref())),
            version: header.and_then(|h| h.version.as_ref()).map_or("", |v| &v.value).into(),
            language: 1,
            zone: self.zone.clone(),
            subject: self.finish_subject(),
            context: std::mem::take(&mut self.context.fields),
            tables: std::mem::take(&mut self.tables).into_iter().map(TableRecord::into_table).collect(),
            lists: self.finish_lists(),
            params: self.finish_params(),
            lets: self.finish_lets(),
            scores: self.finish_scores(),
            segments: self.finish_segments(),
            gates: self.finish_gates(),
            channels,
            contacts,
            properties,
            exclusive_sets: std::mem::take(&mut self.exclusive_sets),
            groups,
            cases: cases.into_iter().flatten().collect(),
            decides,
            tests,
            fingerprints: super::Fingerprints::default(),
            enums: std::mem::take(&mut self.enums).into_types(),
        };
        (model, whole)
    }

    /// The text of a piece of the model, for labels.
    fn text_of(&self, span: Span) -> Arc<str> {
        self.report.sources.text(span).into()
    }
}

/// A title as the model keeps it.
fn title(text: Option<&ast::Text>) -> Option<Arc<str>> {
    text.map(|t| t.value.as_str().into())
}
