//! The checked model: names resolved, types known, everything that can be wrong with a text ruled out.
//! It never sees data. A `Model` that exists is valid.

use std::sync::Arc;

use crate::source::{Sources, Span};
use crate::syntax::ast::{ConditionKind, Unit};
use crate::values::Zone;

pub mod ahp;
pub mod check;
pub mod constants;
mod contact;
pub mod expr;
mod expressions;
pub mod fingerprint;
mod include;
mod lower;
mod open;
mod parts;
pub mod types;
pub mod visit;

pub use expr::{
    Aggregate, AggregateFunction, Expr, ExprKind, Op, Pattern, ScorePart, Select, SelectRow, Then, Window,
};
pub use fingerprint::{Fingerprint, Fingerprints};
pub use include::Loader;
pub(crate) use include::fits;
pub use open::{Checked, Reading, check, open, open_again, open_text};
pub use types::{Base, EnumId, EnumLabel, EnumType, Number, Type};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub usize);
    )*};
}

ids! {
    /// Index into [`Model::tables`].
    TableId;
    /// Index into [`Model::lists`].
    ListId;
    /// Index into [`Model::params`].
    ParamId;
    /// Index into [`Model::lets`].
    LetId;
    /// Index into [`Model::scores`].
    ScoreId;
    /// Index into [`Model::segments`].
    SegmentId;
    /// Index into [`Model::gates`].
    GateId;
    /// Index into [`Model::channels`].
    ChannelId;
    /// Index into [`Model::groups`].
    GroupId;
    /// Index into [`Model::cases`].
    CaseId;
    /// Index into [`Model::properties`].
    PropertyId;
    /// Index into [`Model::exclusive_sets`].
    ExclusiveId;
}

/// A checked model.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its files.
    pub sources: Sources,
    /// `model NAME`
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// `version "…"`, or empty.
    pub version: Arc<str>,
    /// `language 1`
    pub language: u32,
    /// `timezone "…"`; UTC if none is written.
    pub zone: Zone,
    /// What is decided about.
    pub subject: Subject,
    /// What the request brings.
    pub context: Vec<Field>,
    /// Every enum type; number 0 is the built-in weekday (mon … sun, ordered).
    pub enums: Vec<EnumType>,
    /// Events and rows; the built-in `contact` events are the last, always there.
    pub tables: Vec<Table>,
    /// Lists of keys.
    pub lists: Vec<List>,
    /// Params with their values in force.
    pub params: Vec<Param>,
    /// Plain lets (functions are inlined), in the order written.
    pub lets: Vec<Let>,
    /// Scores of every kind, in the order written.
    pub scores: Vec<Score>,
    /// Segments, in the order written.
    pub segments: Vec<Segment>,
    /// Gates.
    pub gates: Vec<Gate>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// The contact policy.
    pub contacts: Vec<ContactRule>,
    /// What cases may carry.
    pub properties: Vec<Property>,
    /// Names of exclusive sets.
    pub exclusive_sets: Vec<Arc<str>>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Cases in declaration order, with what they inherit.
    pub cases: Vec<Case>,
    /// In the order written; empty: rank by priority, nothing is cut.
    pub decides: Vec<Decide>,
    /// Tests.
    pub tests: Vec<Test>,
    /// Of the text with the params in force.
    pub fingerprints: Fingerprints,
}

/// The subject's attributes.
#[derive(Debug, Clone)]
pub struct Subject {
    /// `customer`, or the name after `subject`.
    pub name: Arc<str>,
    /// In the order written.
    pub attributes: Vec<Field>,
    /// Index of the key attribute.
    pub key: usize,
}

/// An attribute, or a field of context, events or rows.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in the model.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its type.
    pub ty: Type,
    /// The column's name in the data; the name itself if none.
    pub from: Option<Arc<str>>,
    /// `bool("Yes", "No")`: the data's words for true and false.
    pub bool_words: Option<(Arc<str>, Arc<str>)>,
    /// Where.
    pub span: Span,
}

/// Events or rows.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: Arc<str>,
    /// Events with times, events with dates, or rows.
    pub kind: TableKind,
    /// Its fields. Events have `at` as field 0, whether written or not.
    pub fields: Vec<Field>,
    /// Where; empty for `contact`.
    pub span: Span,
}

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TableKind {
    /// `at: time`
    Events,
    /// `at: date`
    DatedEvents,
    /// No time.
    Rows,
}

/// `list NAME "title"`
#[derive(Debug, Clone)]
pub struct List {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Where.
    pub span: Span,
}

/// A param; `value` is a constant expression.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its type.
    pub ty: Type,
    /// Both ends count; constants.
    pub range: Option<(crate::values::Value, crate::values::Value)>,
    /// The value in force.
    pub value: crate::values::Value,
    /// The value was set from outside the text.
    pub overridden: bool,
    /// Where.
    pub span: Span,
}

/// `let NAME = EXPR`
#[derive(Debug, Clone)]
pub struct Let {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its value.
    pub value: Expr,
    /// Where.
    pub span: Span,
}

/// A score of any kind.
#[derive(Debug, Clone)]
pub struct Score {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// How it is computed.
    pub kind: ScoreKind,
    /// Where.
    pub span: Span,
}

/// The kinds of score.
#[derive(Debug, Clone)]
pub enum ScoreKind {
    /// `score s = EXPR`, `table t by … { … }` (a [`Select`]), `grade g of … { … }` (a [`Select`] of constants)
    Expression {
        /// The expression.
        value: Expr,
        /// Declared by which word: `score`, `table` or `grade`.
        word: &'static str,
    },
    /// `scorecard`
    Scorecard(Scorecard),
    /// `behavior`
    Behavior(Behavior),
    /// `rfm`
    Rfm(Rfm),
    /// `cluster`
    Cluster(Cluster),
    /// `composite`
    Composite(Composite),
    /// `affinity`, learned
    Affinity(Affinity),
    /// `lifetime`, learned
    Lifetime(Lifetime),
}

/// Base plus points.
#[derive(Debug, Clone)]
pub struct Scorecard {
    /// The widest type of the points: every number below has it.
    pub number: Number,
    /// `base N`, 0 if none; a constant
    pub base: Expr,
    /// `lower is better`: reasons are distances from the least points.
    pub lower_is_better: bool,
    /// In the order written.
    pub factors: Vec<ScorecardFactor>,
    /// What is learned, if anything.
    pub learned: Option<LearnedScorecard>,
}

/// One `by` of a scorecard.
#[derive(Debug, Clone)]
pub struct ScorecardFactor {
    /// What is scored.
    pub of: Expr,
    /// Its text, for reasons.
    pub label: Arc<str>,
    /// How.
    pub scoring: FactorScoring,
    /// The clause.
    pub span: Span,
}

/// How a factor is scored.
#[derive(Debug, Clone)]
pub enum FactorScoring {
    /// Points by hand: a [`Select`] of one column with values of the scorecard's number type.
    Points(Expr),
    /// `bins at …`: learned points for these bins, [a, b)
    BinsAt(Vec<Expr>),
    /// `bins N`: learned bins and points
    Bins(Expr),
    /// `each`: a bin per value
    Each,
}

/// `learn OUTCOME; points … at odds … doubling …`
#[derive(Debug, Clone)]
pub struct LearnedScorecard {
    /// The outcome (`bool?`).
    pub outcome: Expr,
    /// Points at these odds; constants (decimals).
    pub points: Expr,
    /// Odds.
    pub odds: Expr,
    /// Points that double the odds.
    pub doubling: Expr,
}

/// Decayed events.
#[derive(Debug, Clone)]
pub struct Behavior {
    /// Σ weight × 2^(−age / half_life): a float [`Aggregate`].
    pub sum: Expr,
    /// `cap N`: a constant float
    pub cap: Option<Expr>,
    /// `floor N`: a constant float
    pub floor: Option<Expr>,
    /// `scale percentile`: learned
    pub percentile: bool,
}

/// Recency, frequency, monetary.
#[derive(Debug, Clone)]
pub struct Rfm {
    /// The events.
    pub table: TableId,
    /// Date of the last event (`date?`).
    pub last: Expr,
    /// Number of events (`int`).
    pub frequency: Expr,
    /// The given aggregate, a number; none without `monetary`: then `m` is missing and does not count in total and code.
    pub monetary: Option<Expr>,
    /// Cuts of recency, ascending, constants of the value's type.
    pub recency_cuts: Cuts,
    /// Cuts of frequency.
    pub frequency_cuts: Cuts,
    /// Cuts of monetary.
    pub monetary_cuts: Cuts,
}

/// Where a score goes up by one.
#[derive(Debug, Clone)]
pub enum Cuts {
    /// By hand: 1 to 8 constants, ascending.
    At(Vec<Expr>),
    /// `bins N`: learned, N is 2 to 9.
    Learned(usize),
}

/// Nearest centre.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Floats, widened, possibly missing.
    pub features: Vec<Expr>,
    /// Their texts, for explanation.
    pub feature_labels: Vec<Arc<str>>,
    /// `scale …`
    pub scale: Scale,
    /// `missing …`
    pub missing: MissingFill,
    /// Its labels: names, or `c1`, `c2`, ….
    pub label_type: EnumId,
    /// Where the centres come from.
    pub centers: Centers,
}

/// How features are scaled before distances are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As they are.
    None,
    /// Mean 0, population deviation 1.
    ZScore,
    /// 0 to 1.
    MinMax,
    /// Median 0, interquartile range 1.
    Robust,
}

/// What stands in for a missing feature.
#[derive(Debug, Clone, PartialEq)]
pub enum MissingFill {
    /// Nothing: the label is missing; a fit refuses.
    None,
    /// The mean, learned.
    Mean,
    /// The median, learned.
    Median,
    /// A constant float.
    Constant(Expr),
}

/// Centres by hand or learned.
#[derive(Debug, Clone)]
pub enum Centers {
    /// Constant floats, one vector per label.
    At(Vec<Vec<Expr>>),
    /// Learned with k-means.
    Learned {
        /// Fewest clusters.
        least: usize,
        /// Most; equal to `least` without `by silhouette`.
        most: usize,
        /// `seed`, 0 if none
        seed: u64,
        /// Names are bound to the centres.
        named: bool,
    },
}

/// A weighted sum of floats, in the order written.
#[derive(Debug, Clone)]
pub struct Composite {
    /// Constant float weight, float member, the member's text.
    pub members: Vec<(Expr, Expr, Arc<str>)>,
    /// How the weights came about, for `ahp`.
    pub ahp: Option<AhpReport>,
}

/// What AHP found.
#[derive(Debug, Clone, PartialEq)]
pub struct AhpReport {
    /// Principal eigenvalue.
    pub lambda_max: f64,
    /// Consistency ratio.
    pub consistency_ratio: f64,
}

/// Association rules.
#[derive(Debug, Clone)]
pub struct Affinity {
    /// A set attribute, or none for baskets of events.
    pub set: Option<Expr>,
    /// Baskets: the table and the field that names the item.
    pub events: Option<(TableId, usize)>,
    /// Window of the baskets.
    pub window: Option<Window>,
    /// Constant decimal share.
    pub min_support: Expr,
    /// Constant decimal share.
    pub min_confidence: Expr,
    /// Constant int.
    pub max_size: Expr,
}

/// BG/NBD and Gamma-Gamma.
#[derive(Debug, Clone)]
pub struct Lifetime {
    /// The purchases.
    pub table: TableId,
    /// `where …`
    pub filter: Option<Expr>,
    /// The value of a purchase, over the fields of the event (float).
    pub monetary: Option<Expr>,
    /// Constant duration.
    pub unit: Expr,
    /// Constant duration or period.
    pub horizon: Expr,
    /// Constant decimal, a year.
    pub discount: Expr,
}

/// `segment NAME = EXPR` (`bool?`)
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its condition.
    pub condition: Expr,
    /// Where.
    pub span: Span,
}

/// A named conjunction of clauses.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Requires, then excludes; ids as in a case.
    pub clauses: Vec<Clause>,
    /// Where.
    pub span: Span,
}

/// One `for`, `require` or `exclude`.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its name, else gate and place in that gate: `fresh`, `for.1`, `require.2`.
    pub id: Arc<str>,
    /// Which word. An `exclude` holds where its condition is false.
    pub kind: ConditionKind,
    /// The condition as written (not negated for `exclude`).
    pub condition: Expr,
    /// What to tell people where it does not hold.
    pub message: Option<Arc<str>>,
    /// Where it comes from if not from the case itself: `every case`, or a group's name.
    pub inherited_from: Option<Arc<str>>,
    /// The clause.
    pub span: Span,
}

/// A way to reach the subject.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Open while all hold.
    pub clauses: Vec<Clause>,
    /// Closed during these.
    pub quiet: Vec<Quiet>,
    /// `capacity N per day`: a constant int
    pub capacity: Option<Expr>,
    /// Where.
    pub span: Span,
}

/// Closed from `from` up to, not including, `to`; over midnight if `to` is earlier.
#[derive(Debug, Clone)]
pub struct Quiet {
    /// Minutes after midnight.
    pub from: u16,
    /// Minutes after midnight.
    pub to: u16,
    /// A text naming the zone; the model's zone if none. Missing or unknown: closed.
    pub zone: Option<Expr>,
    /// The clause.
    pub span: Span,
}

/// A cap or a pause.
#[derive(Debug, Clone)]
pub struct ContactRule {
    /// Which.
    pub kind: ContactRuleKind,
    /// The clause.
    pub span: Span,
}

/// Caps and pauses. Counts are constant ints; lengths are constant durations or periods.
#[derive(Debug, Clone)]
pub enum ContactRuleKind {
    /// `at most N per W …`
    Cap {
        /// N.
        count: Expr,
        /// W.
        window: Expr,
        /// What is counted together.
        scope: CapScope,
    },
    /// `pause D after OUTCOME …`
    Pause {
        /// D.
        length: Expr,
        /// Name of the outcome.
        outcome: Outcome,
        /// Which contacts.
        scope: PauseScope,
    },
    /// `pause D after K sent without opened …`
    PauseWithout {
        /// D.
        length: Expr,
        /// K.
        count: Expr,
        /// Which contacts.
        scope: PauseScope,
    },
}

pub use crate::syntax::ast::PauseScope;

/// What a cap counts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapScope {
    /// Every contact; closes the case.
    All,
    /// Closes the channel.
    PerChannel,
    /// Closes the case.
    PerGroup,
    /// Closes the case.
    PerCase,
    /// Counts these together; closes them.
    On(Vec<ChannelId>),
}

/// Outcomes of the built-in `contact` events, in the order of their enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// `sent`
    Sent,
    /// `delivered`
    Delivered,
    /// `opened`
    Opened,
    /// `accepted`
    Accepted,
    /// `rejected`
    Rejected,
    /// `complained`
    Complained,
}

/// Fields of the built-in `contact` events, as indices into its [`Table::fields`].
pub mod contact_fields {
    /// `at: time`
    pub const AT: usize = 0;
    /// `case: case`
    pub const CASE: usize = 1;
    /// `channel: text`
    pub const CHANNEL: usize = 2;
    /// `group: text?`
    pub const GROUP: usize = 3;
    /// `variant: text?`
    pub const VARIANT: usize = 4;
    /// `outcome: enum(sent, delivered, opened, accepted, rejected, complained)`
    pub const OUTCOME: usize = 5;
    /// `counted: bool?`
    pub const COUNTED: usize = 6;
}

/// `NAME: TYPE = VALUE`
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Where.
    pub span: Span,
}

/// A group: what it gives its cases is already in them.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// The group it is in.
    pub parent: Option<GroupId>,
    /// Where.
    pub span: Span,
}

/// A case with everything it inherits.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Its group.
    pub group: Option<GroupId>,
    /// `status`, live if none.
    pub status: Status,
    /// Both days included; constant dates.
    pub runs: Option<Runs>,
    /// Of the gates `for`, `require` and `exclude`, in this order; in each, inherited first.
    pub clauses: Vec<Clause>,
    /// A number; 0 if none.
    pub priority: Option<Expr>,
    /// At most one case of a set is offered.
    pub exclusive: Vec<ExclusiveId>,
    /// In order of preference; none: every channel declared.
    pub channels: Option<Vec<ChannelId>>,
    /// `contacts ignored`
    pub contacts_ignored: bool,
    /// `contacts uncounted`: its contacts are to be recorded with `counted: false`
    pub contacts_uncounted: bool,
    /// `holdout`
    pub holdout: Option<Holdout>,
    /// Constant int.
    pub quota: Option<Expr>,
    /// Constant number and the property it bounds.
    pub budgets: Vec<(Expr, PropertyId)>,
    /// One per [`Model::properties`], the case's, its group's or the default.
    pub properties: Vec<Expr>,
    /// What is offered.
    pub offer: Offer,
    /// By stable hash; empty without variants.
    pub variants: Vec<Variant>,
    /// Where.
    pub span: Span,
}

/// `runs A through B`
#[derive(Debug, Clone)]
pub struct Runs {
    /// First day: a constant date.
    pub from: Expr,
    /// Last day: a constant date.
    pub through: Expr,
    /// Where.
    pub span: Span,
}

/// Statuses of a case, in the order of a case's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Not ready.
    Draft,
    /// Walked with nothing taken; reports what would be.
    Trial,
    /// In force.
    Live,
    /// Stopped for now.
    Paused,
    /// Stopped for good.
    Retired,
}

impl Status {
    /// As the model writes it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Trial => "trial",
            Status::Live => "live",
            Status::Paused => "paused",
            Status::Retired => "retired",
        }
    }
}

/// `holdout SHARE [salt "…"] [next]`
#[derive(Debug, Clone)]
pub struct Holdout {
    /// Constant decimal, 0 to 1.
    pub share: Expr,
    /// The case's name unless written.
    pub salt: Arc<str>,
    /// The following case moves up.
    pub next: bool,
    /// Where.
    pub span: Span,
}

/// Named fields of an offer, in the order written.
pub type Fields<T> = Vec<(Arc<str>, T)>;

/// What is offered, by channel.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// On every channel not named below.
    pub fields: Fields<Expr>,
    /// `offer on sms { … }` replaces it there.
    pub on: Vec<(ChannelId, Fields<Expr>)>,
}

impl Offer {
    /// The fields on a channel.
    pub fn on(&self, channel: Option<ChannelId>) -> &[(Arc<str>, Expr)] {
        self.on.iter().find(|(c, _)| Some(*c) == channel).map_or(&self.fields, |(_, fields)| fields)
    }
}

/// `NAME SHARE { offer { … } }`
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its name.
    pub name: Arc<str>,
    /// Constant decimal; the shares of a case add up to 1.
    pub share: Expr,
    /// Replaces the case's offer.
    pub offer: Option<Offer>,
}

/// `decide …`
#[derive(Debug, Clone)]
pub struct Decide {
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Counts where this is true (`bool?`); always without.
    pub when: Option<Expr>,
    /// A number, over the case's priority and properties too; the priority if none.
    pub rank_by: Option<Expr>,
    /// Constant int.
    pub top: Option<Expr>,
    /// Constant int.
    pub per_group: Option<Expr>,
    /// `control SHARE salt "…"`
    pub control: Option<Holdout>,
    /// Restricts every case's channels.
    pub channels: Option<Vec<ChannelId>>,
    /// Where.
    pub span: Span,
}

/// `test "title" { … }`; every expression is a constant but those of [`Expectation::Condition`].
#[derive(Debug, Clone)]
pub struct Test {
    /// What it shows.
    pub title: Arc<str>,
    /// `now`: a constant time
    pub now: Expr,
    /// Values of context fields.
    pub context: Vec<(usize, Expr)>,
    /// `context { … }` was written.
    pub has_context: bool,
    /// Values of attributes, the fixture's included.
    pub subject: Vec<(usize, Expr)>,
    /// Records of events and rows.
    pub tables: Vec<(TableId, Vec<TestRecord>)>,
    /// Keys of lists.
    pub lists: Vec<(ListId, Vec<Expr>)>,
    /// `set`
    pub set: Vec<(ParamId, Expr)>,
    /// `given`
    pub given: Vec<(Given, Expr)>,
    /// `remaining`
    pub remaining: Vec<(CaseId, Expr)>,
    /// What must hold.
    pub expect: Vec<(Expectation, Span)>,
    /// Where.
    pub span: Span,
}

/// Field indices and constants.
pub type TestRecord = Vec<(usize, Expr)>;

/// What a `given` stands in for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Given {
    /// A let.
    Let(LetId),
    /// A score's part.
    Score(ScoreId, ScorePart),
}

/// What a test expects.
#[derive(Debug, Clone)]
pub enum Expectation {
    /// A condition over everything a case can see.
    Condition(Expr),
    /// The case is, or is not, among the offers.
    Offered {
        /// `not`
        not: bool,
        /// The case.
        case: CaseId,
        /// On this channel.
        channel: Option<ChannelId>,
    },
    /// Ineligible with outcome false, and the gate or clause id is among what failed.
    Fails(CaseId, Arc<str>),
    /// Ineligible with outcome unknown at this gate or clause id.
    Unknown(CaseId, Arc<str>),
    /// Outranked.
    Outranked(CaseId),
    /// Held out.
    HeldOut(CaseId),
    /// Nothing is offered.
    NoOffers,
}

/// Elapsed microseconds of a unit; none for months and years.
pub fn unit_micros(unit: Unit) -> Option<i64> {
    const MINUTE: i64 = 60_000_000;
    match unit {
        Unit::Minute => Some(MINUTE),
        Unit::Hour => Some(60 * MINUTE),
        Unit::Day => Some(24 * 60 * MINUTE),
        Unit::Week => Some(7 * 24 * 60 * MINUTE),
        Unit::Month | Unit::Year => None,
    }
}
