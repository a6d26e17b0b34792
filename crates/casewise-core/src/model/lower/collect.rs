//! Sorts declarations by kind, and refuses second ones of what there is one of.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, DeclarationKind as Kind};
use crate::values::{Zone, zone_names};

use super::report::Reporter;

/// Declarations by kind, each in the order written.
#[derive(Default)]
pub(super) struct Declarations<'a> {
    pub(super) header: Option<&'a ast::ModelHeader>,
    pub(super) subject: Option<(&'a ast::Ident, &'a [ast::Field])>,
    pub(super) context: Option<&'a [ast::Field]>,
    pub(super) types: Vec<(&'a ast::Ident, &'a ast::TypeExpr)>,
    pub(super) tables: Vec<TableDeclaration<'a>>,
    pub(super) lists: Vec<&'a ast::Named>,
    pub(super) params: Vec<&'a ast::Param>,
    pub(super) lets: Vec<&'a ast::Let>,
    pub(super) scores: Vec<ScoreDeclaration<'a>>,
    pub(super) segments: Vec<&'a ast::Binding>,
    pub(super) gates: Vec<&'a ast::GateDeclaration>,
    pub(super) channels: Vec<&'a ast::Channel>,
    pub(super) contacts: &'a [ast::ContactRule],
    pub(super) properties: &'a [ast::Property],
    pub(super) every_case: Vec<&'a ast::CaseClause>,
    pub(super) groups: Vec<&'a ast::CaseDeclaration>,
    pub(super) cases: Vec<&'a ast::CaseDeclaration>,
    pub(super) decides: Vec<(&'a ast::Decide, Span)>,
    pub(super) fixtures: Vec<(&'a ast::Ident, &'a [ast::RecordEntry])>,
    pub(super) tests: Vec<(&'a ast::Test, Span)>,
}

/// `events` or `rows`.
pub(super) struct TableDeclaration<'a> {
    pub(super) name: &'a ast::Ident,
    pub(super) fields: &'a [ast::Field],
    pub(super) rows: bool,
}

/// A score of any kind.
#[derive(Clone, Copy)]
pub(super) enum ScoreDeclaration<'a> {
    Score(&'a ast::Binding),
    Scorecard(&'a ast::Scorecard),
    Behavior(&'a ast::Behavior),
    Rfm(&'a ast::Rfm),
    Cluster(&'a ast::Cluster),
    Composite(&'a ast::Composite),
    Affinity(&'a ast::Affinity),
    Lifetime(&'a ast::Lifetime),
    Grade(&'a ast::Grade),
    Table(&'a ast::Table),
}

impl<'a> ScoreDeclaration<'a> {
    pub(super) fn named(self) -> &'a ast::Named {
        match self {
            Self::Score(d) => &d.named,
            Self::Scorecard(d) => &d.named,
            Self::Behavior(d) => &d.named,
            Self::Rfm(d) => &d.named,
            Self::Cluster(d) => &d.named,
            Self::Composite(d) => &d.named,
            Self::Affinity(d) => &d.named,
            Self::Lifetime(d) => &d.named,
            Self::Grade(d) => &d.named,
            Self::Table(d) => &d.named,
        }
    }

    /// The keyword it is declared with.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Score(_) => "score",
            Self::Scorecard(_) => "scorecard",
            Self::Behavior(_) => "behavior",
            Self::Rfm(_) => "rfm",
            Self::Cluster(_) => "cluster",
            Self::Composite(_) => "composite",
            Self::Affinity(_) => "affinity",
            Self::Lifetime(_) => "lifetime",
            Self::Grade(_) => "grade",
            Self::Table(_) => "table",
        }
    }
}

/// Spans of declarations that there may be one of.
#[derive(Default)]
struct Once {
    header: Option<Span>,
    subject: Option<Span>,
    context: Option<Span>,
    contacts: Option<Span>,
    properties: Option<Span>,
}

pub(super) fn collect<'a>(
    declarations: &[&'a ast::Declaration],
    report: &mut Reporter<'a>,
) -> Declarations<'a> {
    let mut out = Declarations::default();
    let mut once = Once::default();
    for declaration in declarations {
        let span = declaration.span;
        match &declaration.kind {
            Kind::Model(header) => {
                if first(&mut once.header, header.named.name.span, "model", report) {
                    out.header = Some(header);
                }
            }
            // Files have been put in place of their includes before.
            Kind::Include(_) => {}
            Kind::Subject { name, fields, .. } => {
                if first(&mut once.subject, name.span, "subject", report) {
                    out.subject = Some((name, fields));
                }
            }
            Kind::Context(fields) => {
                if first(&mut once.context, span, "context", report) {
                    out.context = Some(fields);
                }
            }
            Kind::Type { name, ty } => out.types.push((name, ty)),
            Kind::Events { name, fields } => out.tables.push(TableDeclaration { name, fields, rows: false }),
            Kind::Rows { name, fields } => out.tables.push(TableDeclaration { name, fields, rows: true }),
            Kind::List(named) => out.lists.push(named),
            Kind::Param(param) => out.params.push(param),
            Kind::Let(binding) => out.lets.push(binding),
            Kind::Score(d) => out.scores.push(ScoreDeclaration::Score(d)),
            Kind::Segment(d) => out.segments.push(d),
            Kind::Scorecard(d) => out.scores.push(ScoreDeclaration::Scorecard(d)),
            Kind::Behavior(d) => out.scores.push(ScoreDeclaration::Behavior(d)),
            Kind::Rfm(d) => out.scores.push(ScoreDeclaration::Rfm(d)),
            Kind::Cluster(d) => out.scores.push(ScoreDeclaration::Cluster(d)),
            Kind::Composite(d) => out.scores.push(ScoreDeclaration::Composite(d)),
            Kind::Affinity(d) => out.scores.push(ScoreDeclaration::Affinity(d)),
            Kind::Lifetime(d) => out.scores.push(ScoreDeclaration::Lifetime(d)),
            Kind::Grade(d) => out.scores.push(ScoreDeclaration::Grade(d)),
            Kind::Table(d) => out.scores.push(ScoreDeclaration::Table(d)),
            Kind::Gate(d) => out.gates.push(d),
            Kind::Channel(d) => out.channels.push(d),
            Kind::Contacts(rules) => {
                if first(&mut once.contacts, span, "contacts", report) {
                    out.contacts = rules;
                }
            }
            Kind::Properties(properties) => {
                if first(&mut once.properties, span, "properties", report) {
                    out.properties = properties;
                }
            }
            Kind::EveryCase(clauses) => out.every_case.extend(clauses),
            Kind::Group(d) => out.groups.push(d),
            Kind::Case(d) => out.cases.push(d),
            Kind::Decide(d) => out.decides.push((d, span)),
            Kind::Fixture { name, values } => out.fixtures.push((name, values)),
            Kind::Test(d) => out.tests.push((d, span)),
        }
    }
    require_header_and_subject(&out, report);
    out
}

fn first<'a>(place: &mut Option<Span>, span: Span, word: &str, report: &mut Reporter<'a>) -> bool {
    if let Some(before) = *place {
        report.push(
            Diagnostic::new(Code::DUPLICATE_NAME, span, format!("`{word}` is declared a second time"))
                .related(before, "first declared here")
                .help(format!("a model has one `{word}`: put both together")),
        );
        return false;
    }
    *place = Some(span);
    true
}

fn require_header_and_subject(out: &Declarations<'_>, report: &mut Reporter<'_>) {
    if out.header.is_none() {
        report.push(
            Diagnostic::new(Code::MODEL_HEADER, Span::default(), "the model has no name")
                .help("start with `model NAME { language 1 }`"),
        );
    }
    if out.subject.is_none() {
        let span = out.header.map_or(Span::default(), |h| h.named.name.span);
        report.push(
            Diagnostic::new(Code::SUBJECT, span, "nothing says what is decided about")
                .help("declare `customer { key id: text }`, or `subject NAME { … }`"),
        );
    }
    if let Some((language, span)) = out.header.and_then(|h| h.language)
        && language != 1
    {
        report.push(
            Diagnostic::new(Code::MODEL_HEADER, span, format!("language {language} is not known"))
                .label("expected 1"),
        );
    }
}

impl Declarations<'_> {
    /// The model's zone; UTC where none is written.
    pub(super) fn zone(&self, report: &mut Reporter<'_>) -> Zone {
        let Some(text) = self.header.and_then(|h| h.timezone.as_ref()) else { return Zone::utc() };
        Zone::named(&text.value).unwrap_or_else(|_| {
            let names: Vec<&str> = zone_names().collect();
            let mut diagnostic = Diagnostic::new(
                Code::MODEL_HEADER,
                text.span,
                format!("there is no time zone \"{}\"", text.value),
            )
            .label("expected a name such as \"Asia/Shanghai\"");
            if let Some(near) = report.suggest(&text.value, &names) {
                diagnostic = diagnostic.help(format!("did you mean \"{near}\"?"));
            }
            report.push(diagnostic);
            Zone::utc()
        })
    }
}
