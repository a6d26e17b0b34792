//! The tree of a model's text: what was written and where, before names and types are known.
//!
//! Every declaration of the language has a node, those of later rooms too, so that the parser and the
//! formatter know the whole language. Grammar in the comments: `[x]` optional, `x*` repeated.

use crate::source::Span;

/// A name as written; `quoted` with backticks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ident {
    /// The name without backticks.
    pub name: String,
    /// Where, with backticks.
    pub span: Span,
}

/// A text literal, unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where, with quotes.
    pub span: Span,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// In the order written.
    pub declarations: Vec<Declaration>,
    /// All comments in the order written.
    pub comments: Vec<Comment>,
}

/// `# text` to the end of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// With its `#`, without trailing blanks.
    pub text: String,
    /// Where.
    pub span: Span,
    /// Nothing but blanks before it on its line.
    pub own_line: bool,
}

/// `kind name "title" … { clauses }`
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// What is declared.
    pub kind: DeclarationKind,
    /// The whole declaration.
    pub span: Span,
}

/// The kinds of declaration.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DeclarationKind {
    /// `model telecom "title" { … }`
    Model(ModelHeader),
    /// `include "retention/*.cw"`
    Include(Text),
    /// `customer { … }` (`name` is `customer`) or `subject loan { … }`
    Subject {
        /// `customer`, or the name after `subject`.
        name: Ident,
        /// Written `subject NAME`.
        named: bool,
        /// Its attributes.
        fields: Vec<Field>,
    },
    /// `context { … }`
    Context(Vec<Field>),
    /// `type plan = enum(…)`
    Type {
        /// Its name.
        name: Ident,
        /// What it stands for.
        ty: TypeExpr,
    },
    /// `events NAME { fields }`; `at: date` among the fields makes them dated
    Events {
        /// Its name.
        name: Ident,
        /// Its fields.
        fields: Vec<Field>,
    },
    /// `rows NAME { fields }`
    Rows {
        /// Its name.
        name: Ident,
        /// Its fields.
        fields: Vec<Field>,
    },
    /// `list NAME "title"`
    List(Named),
    /// `param NAME "title": TYPE [in A .. B] = VALUE`
    Param(Param),
    /// `let NAME ["title"] [(x: T, …)] = EXPR`
    Let(Let),
    /// `score NAME ["title"] = EXPR`
    Score(Binding),
    /// `segment NAME ["title"] = EXPR`
    Segment(Binding),
    /// `scorecard NAME ["title"] { … }`
    Scorecard(Scorecard),
    /// `behavior NAME ["title"] of EVENTS { … }`
    Behavior(Behavior),
    /// `rfm NAME ["title"] of EVENTS { … }`
    Rfm(Rfm),
    /// `cluster NAME ["title"] { … }`
    Cluster(Cluster),
    /// `composite NAME ["title"] { … }`
    Composite(Composite),
    /// `affinity NAME ["title"] of SOURCE { … }`
    Affinity(Affinity),
    /// `lifetime NAME ["title"] of EVENTS { … }`
    Lifetime(Lifetime),
    /// `grade NAME ["title"] of EXPR { bands }`
    Grade(Grade),
    /// `table NAME ["title"] by EXPR, EXPR { rows }`
    Table(Table),
    /// `gate NAME ["title"] { require …; exclude … }`
    Gate(GateDeclaration),
    /// `channel NAME ["title"] { … }`
    Channel(Channel),
    /// `contacts { … }`
    Contacts(Vec<ContactRule>),
    /// `properties { owner: text = "", … }`
    Properties(Vec<Property>),
    /// `every case { … }`
    EveryCase(Vec<CaseClause>),
    /// `group NAME ["title"] [in GROUP] { … }`
    Group(CaseDeclaration),
    /// `case NAME ["title"] [in GROUP] { … }`
    Case(CaseDeclaration),
    /// `decide [NAME] [when EXPR] { … }`
    Decide(Decide),
    /// `fixture NAME { … }`
    Fixture {
        /// Its name.
        name: Ident,
        /// `attribute: value`
        values: Vec<RecordEntry>,
    },
    /// `test "title" { … }`
    Test(Test),
}

/// A name and its title, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The name.
    pub name: Ident,
    /// The title.
    pub title: Option<Text>,
}

/// `model NAME "title" { language N; version "…"; timezone "…" }`
#[derive(Debug, Clone, PartialEq)]
pub struct ModelHeader {
    /// Name and title.
    pub named: Named,
    /// `language 1`
    pub language: Option<(i64, Span)>,
    /// `version "…"`
    pub version: Option<Text>,
    /// `timezone "…"`
    pub timezone: Option<Text>,
}

/// `[key] NAME: TYPE[?] [from "Column"] ["title"]`
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Marked `key`.
    pub key: bool,
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeExpr,
    /// The name of the foreign column.
    pub from: Option<Text>,
    /// The title, for people.
    pub title: Option<Text>,
    /// The whole field.
    pub span: Span,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeExpr {
    /// The type without `?`.
    pub kind: TypeKind,
    /// `?`: may be missing.
    pub optional: bool,
    /// Where, with `?`.
    pub span: Span,
}

/// The forms of types.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `int`, or a declared type's name
    Name(String),
    /// `bool("Yes", "No")`: foreign words for true and false
    Bool {
        /// Word for true.
        yes: Text,
        /// Word for false.
        no: Text,
    },
    /// `enum(a, b "Label B") [ordered]`
    Enum {
        /// Labels in order, each with its foreign word.
        labels: Vec<(Ident, Option<Text>)>,
        /// Its values compare.
        ordered: bool,
    },
    /// `set(T)`
    Set(Box<TypeExpr>),
}

/// `param NAME ["title"]: TYPE [in A .. B] = VALUE`
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Name and title.
    pub named: Named,
    /// Its type.
    pub ty: TypeExpr,
    /// `in A .. B`, both ends count.
    pub range: Option<(Expr, Expr)>,
    /// Its value unless overridden.
    pub value: Expr,
}

/// `let NAME ["title"] [(x: T, …)] = EXPR`
#[derive(Debug, Clone, PartialEq)]
pub struct Let {
    /// Name and title.
    pub named: Named,
    /// `None`: a plain value; `Some`: a function, inlined where used.
    pub parameters: Option<Vec<(Ident, TypeExpr)>>,
    /// Its body.
    pub value: Expr,
}

/// `kind NAME ["title"] = EXPR`
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// Name and title.
    pub named: Named,
    /// The expression.
    pub value: Expr,
}

/// `scorecard NAME { base N; by EXPR { bands }; … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Scorecard {
    /// Name and title.
    pub named: Named,
    /// `base N`
    pub base: Option<Expr>,
    /// `lower is better`
    pub lower_is_better: Option<Span>,
    /// `by …` in the order written.
    pub factors: Vec<ScorecardFactor>,
    /// `learn OUTCOME`
    pub learn: Option<Expr>,
    /// `points 600 at odds 19 doubling 20`
    pub points: Option<Points>,
}

/// `points P at odds O doubling D`
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// P.
    pub points: Expr,
    /// O.
    pub odds: Expr,
    /// D.
    pub doubling: Expr,
    /// The clause.
    pub span: Span,
}

/// `by EXPR …`
#[derive(Debug, Clone, PartialEq)]
pub struct ScorecardFactor {
    /// What is scored.
    pub of: Expr,
    /// How.
    pub scoring: FactorScoring,
    /// The clause.
    pub span: Span,
}

/// How a factor of a scorecard is scored.
#[derive(Debug, Clone, PartialEq)]
pub enum FactorScoring {
    /// `{ bands }`: points by hand
    Points(Vec<Band>),
    /// `bins at 6, 12, 24`
    BinsAt(Vec<Expr>),
    /// `bins 5`
    Bins(Expr),
    /// `each`
    Each,
}

/// `PATTERN -> VALUE`
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Left side.
    pub pattern: Pattern,
    /// Right side.
    pub value: Expr,
    /// Both.
    pub span: Span,
}

/// A pattern and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// What it matches.
    pub kind: PatternKind,
    /// Where.
    pub span: Span,
}

/// What a band or a cell of a table matches.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    /// `missing`
    Missing,
    /// `any` (present values)
    Any,
    /// `< 5`, `>= silver`, …: never `==`
    Compare(BinaryOp, Expr),
    /// `5 .. 10`, from 5 up to, not including, 10
    Range(Expr, Expr),
    /// `basic`, `true`, `3`
    Value(Expr),
    /// `[plus, max]`
    Values(Vec<Expr>),
}

/// `behavior NAME of EVENTS [where …] { weight F; half_life 30 days; over …; cap N; floor N; scale percentile }`
#[derive(Debug, Clone, PartialEq)]
pub struct Behavior {
    /// Name and title.
    pub named: Named,
    /// The events.
    pub of: Ident,
    /// `where …`
    pub filter: Option<Expr>,
    /// `weight EXPR` (a field, or an expression over the event's fields); 1 if absent
    pub weight: Option<Expr>,
    /// `half_life 30 days`
    pub half_life: Option<Expr>,
    /// `over …`
    pub window: Option<Window>,
    /// `cap N`
    pub cap: Option<Expr>,
    /// `floor N`
    pub floor: Option<Expr>,
    /// `scale percentile` (learned)
    pub percentile: Option<Span>,
}

/// `rfm NAME of EVENTS [where …] { monetary sum(f); over …; bins 5 | recency bins at …; … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Rfm {
    /// Name and title.
    pub named: Named,
    /// The events.
    pub of: Ident,
    /// `where …`
    pub filter: Option<Expr>,
    /// `monetary AGG(field)`: a call with one argument
    pub monetary: Option<Expr>,
    /// `over …`
    pub window: Option<Window>,
    /// `bins 5` (learned)
    pub bins: Option<Expr>,
    /// `recency bins at …`
    pub recency: Option<Vec<Expr>>,
    /// `frequency bins at …`
    pub frequency: Option<Vec<Expr>>,
    /// `monetary bins at …`
    pub monetary_bins: Option<Vec<Expr>>,
}

/// `cluster NAME { features a, b; scale zscore; missing mean; k 5; seed 7; names …; centers […] }`
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Name and title.
    pub named: Named,
    /// `features EXPR, EXPR`
    pub features: Vec<Expr>,
    /// `scale zscore | minmax | robust | none`; by hand also `scale by (offset, factor) …`: not in language 1
    pub scale: Option<Ident>,
    /// `missing mean | median | zero | refuse`, or a number
    pub missing: Option<Expr>,
    /// `k N`, or `k A .. B by silhouette`
    pub k: Option<ClusterCount>,
    /// `seed N`
    pub seed: Option<Expr>,
    /// `centers [ name: [1, 2], name: [3, 4] ]` by hand, names optional
    pub centers: Option<Vec<Center>>,
    /// The clause of the centres.
    pub centers_span: Option<Span>,
    /// `names a, b, c`: bound to learned centres in order
    pub names: Option<Vec<Ident>>,
}

/// How many clusters.
#[derive(Debug, Clone, PartialEq)]
pub enum ClusterCount {
    /// `k 5`
    Fixed(Expr),
    /// `k 2 .. 10 by silhouette`, both ends count
    BySilhouette(Expr, Expr),
}

/// One centre by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Center {
    /// Its name.
    pub name: Option<Ident>,
    /// Coordinates in the order of the features.
    pub at: Vec<Expr>,
    /// Where.
    pub span: Span,
}

/// `composite NAME { weight W of X; … }` or `composite NAME { ahp { … } }`
#[derive(Debug, Clone, PartialEq)]
pub struct Composite {
    /// Name and title.
    pub named: Named,
    /// `weight W of X` in the order written.
    pub weights: Vec<(Expr, Expr, Span)>,
    /// `ahp { a over b: 3; … }`
    pub ahp: Option<Ahp>,
    /// `consistency 0.10 required`
    pub consistency: Option<(Expr, Span)>,
}

/// Pairwise comparisons.
#[derive(Debug, Clone, PartialEq)]
pub struct Ahp {
    /// `a over b: 3`
    pub pairs: Vec<AhpPair>,
    /// The block.
    pub span: Span,
}

/// `a over b: 3`
#[derive(Debug, Clone, PartialEq)]
pub struct AhpPair {
    /// Preferred by `value`.
    pub over: Ident,
    /// The other.
    pub under: Ident,
    /// How much: a number, or `1/3`.
    pub value: Expr,
    /// The pair.
    pub span: Span,
}

/// `affinity NAME of SOURCE { min_support 1%; min_confidence 30%; max_size 3 }`; SOURCE is a set
/// attribute, or `EVENTS.field`
#[derive(Debug, Clone, PartialEq)]
pub struct Affinity {
    /// Name and title.
    pub named: Named,
    /// Where the sets come from.
    pub of: Expr,
    /// `over …`, for baskets of events
    pub window: Option<Window>,
    /// `min_support 1%`
    pub min_support: Option<Expr>,
    /// `min_confidence 30%`
    pub min_confidence: Option<Expr>,
    /// `max_size 3`
    pub max_size: Option<Expr>,
}

/// `lifetime NAME of EVENTS { monetary sum(amount); unit 1 week; horizon 12 months; discount 10% }`
#[derive(Debug, Clone, PartialEq)]
pub struct Lifetime {
    /// Name and title.
    pub named: Named,
    /// The events.
    pub of: Ident,
    /// `where …`
    pub filter: Option<Expr>,
    /// `monetary sum(amount)`
    pub monetary: Option<Expr>,
    /// `unit 1 week`
    pub unit: Option<Expr>,
    /// `horizon 12 months`
    pub horizon: Option<Expr>,
    /// `discount 10%` a year
    pub discount: Option<Expr>,
}

/// `grade NAME of EXPR { bands }`; values are the grade's names, ascending
#[derive(Debug, Clone, PartialEq)]
pub struct Grade {
    /// Name and title.
    pub named: Named,
    /// What is graded.
    pub of: Expr,
    /// Ascending rows; each value is a bare name.
    pub bands: Vec<Band>,
}

/// `table NAME by a, b { p, q -> value }`
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name and title.
    pub named: Named,
    /// `by a, b`
    pub by: Vec<Expr>,
    /// The rows.
    pub rows: Vec<TableRow>,
}

/// `p, q -> value`
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    /// One per column.
    pub patterns: Vec<Pattern>,
    /// Right side.
    pub value: Expr,
    /// The row.
    pub span: Span,
}

/// `gate NAME { require …; exclude … }`
#[derive(Debug, Clone, PartialEq)]
pub struct GateDeclaration {
    /// Name and title.
    pub named: Named,
    /// In the order written.
    pub clauses: Vec<Condition>,
}

/// `for|require|exclude [NAME:] EXPR ["what to say"]`
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Which clause.
    pub kind: ConditionKind,
    /// `NAME:`, its id in `failed`
    pub name: Option<Ident>,
    /// The condition.
    pub condition: Expr,
    /// What to tell people when it does not hold.
    pub message: Option<Text>,
    /// The clause.
    pub span: Span,
}

/// The three words of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConditionKind {
    /// Target group.
    For,
    /// Must hold.
    Require,
    /// Must not hold.
    Exclude,
}

/// `channel NAME { require …; quiet 21:00 .. 09:00 [in ATTRIBUTE]; capacity N per day }`
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Name and title.
    pub named: Named,
    /// `require` and `exclude` in the order written.
    pub conditions: Vec<Condition>,
    /// `quiet …`, any number
    pub quiet: Vec<Quiet>,
    /// `capacity N per day`
    pub capacity: Option<Expr>,
}

/// `quiet 21:00 .. 09:00 [in ATTRIBUTE]`
#[derive(Debug, Clone, PartialEq)]
pub struct Quiet {
    /// Minutes after midnight, included.
    pub from: u16,
    /// Minutes after midnight, not included.
    pub to: u16,
    /// A text value naming the zone; the model's zone if absent.
    pub zone: Option<Expr>,
    /// The clause.
    pub span: Span,
}

/// A clause of `contacts`.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactRule {
    /// What it says.
    pub kind: ContactRuleKind,
    /// The clause.
    pub span: Span,
}

/// Caps and pauses.
#[derive(Debug, Clone, PartialEq)]
pub enum ContactRuleKind {
    /// `at most N per DURATION [per channel | per group | per case | on a, b]`
    Cap {
        /// N.
        count: Expr,
        /// The window.
        window: Expr,
        /// What is counted together.
        scope: CapScope,
    },
    /// `pause D after OUTCOME [same case | same group | same channel]`
    Pause {
        /// D.
        length: Expr,
        /// An outcome of the built-in `contact` events.
        outcome: Ident,
        /// Which contacts.
        scope: PauseScope,
    },
    /// `pause D after K sent without opened [same …]`
    PauseWithout {
        /// D.
        length: Expr,
        /// K.
        count: Expr,
        /// Which contacts.
        scope: PauseScope,
    },
}

/// What a cap counts together.
#[derive(Debug, Clone, PartialEq)]
pub enum CapScope {
    /// Every contact.
    All,
    /// `per channel`
    PerChannel,
    /// `per group`
    PerGroup,
    /// `per case`
    PerCase,
    /// `on sms, phone`: both together
    On(Vec<Ident>),
}

/// Which contacts a pause follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseScope {
    /// Any.
    All,
    /// `same case`
    SameCase,
    /// `same group`
    SameGroup,
    /// `same channel`: closes that channel only
    SameChannel,
}

/// `NAME: TYPE = VALUE` in `properties`
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeExpr,
    /// Its value where no group or case gives one.
    pub default: Option<Expr>,
    /// The whole property.
    pub span: Span,
}

/// `case NAME ["title"] [in GROUP] { … }`, and `group` likewise
#[derive(Debug, Clone, PartialEq)]
pub struct CaseDeclaration {
    /// Name and title.
    pub named: Named,
    /// `in GROUP`
    pub group: Option<Ident>,
    /// In the order written.
    pub clauses: Vec<CaseClause>,
}

/// A clause of a case, a group or `every case`.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseClause {
    /// What it says.
    pub kind: CaseClauseKind,
    /// The clause.
    pub span: Span,
}

/// The clauses of a case.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CaseClauseKind {
    /// `status draft | trial | live | paused | retired`
    Status(Ident),
    /// `runs A through B`
    Runs(Expr, Expr),
    /// `for`, `require`, `exclude`
    Condition(Condition),
    /// `priority EXPR`
    Priority(Expr),
    /// `exclusive NAME`
    Exclusive(Ident),
    /// `channels a, b`
    Channels(Vec<Ident>),
    /// `contacts ignored[, uncounted]`
    Contacts {
        /// Caps and pauses are skipped.
        ignored: bool,
        /// Its own contacts are not to be counted.
        uncounted: bool,
    },
    /// `holdout 5% [salt "x"] [next]`
    Holdout {
        /// The share.
        share: Expr,
        /// The salt.
        salt: Option<Text>,
        /// The following case moves up.
        next: bool,
    },
    /// `quota N`
    Quota(Expr),
    /// `budget N of PROPERTY`
    Budget {
        /// N.
        amount: Expr,
        /// The property whose sum is bounded.
        of: Ident,
    },
    /// `with a = 1, b = 2`
    With(Vec<(Ident, Expr)>),
    /// `offer { … }`, `offer on sms { … }`
    Offer {
        /// `on CHANNEL, …`; empty for every channel.
        on: Vec<Ident>,
        /// The fields.
        fields: Vec<RecordEntry>,
    },
    /// `variants { plain 50%; bonus 50% { offer { … } } }`
    Variants(Vec<Variant>),
}

/// `NAME SHARE [{ offer { … } }]`
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its name.
    pub name: Ident,
    /// Its share.
    pub share: Expr,
    /// `offer` clauses only.
    pub clauses: Vec<CaseClause>,
    /// The whole variant.
    pub span: Span,
}

/// `NAME: EXPR`
#[derive(Debug, Clone, PartialEq)]
pub struct RecordEntry {
    /// The name.
    pub name: Ident,
    /// The value.
    pub value: Expr,
}

/// `decide [NAME] [when EXPR] { rank by …; top N; at most N per group; control …; channels … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Decide {
    /// Its name.
    pub name: Option<Ident>,
    /// `when …`
    pub when: Option<Expr>,
    /// `rank by EXPR`
    pub rank_by: Option<Expr>,
    /// `top N`
    pub top: Option<Expr>,
    /// `at most N per group`
    pub per_group: Option<Expr>,
    /// `control 2% [salt "x"]`
    pub control: Option<(Expr, Option<Text>)>,
    /// `channels a, b`
    pub channels: Option<Vec<Ident>>,
}

/// `test "title" { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// What it shows.
    pub title: Text,
    /// In the order written.
    pub clauses: Vec<TestClause>,
}

/// A clause of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestClause {
    /// What it says.
    pub kind: TestClauseKind,
    /// The clause.
    pub span: Span,
}

/// The clauses of a test.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TestClauseKind {
    /// `now T`
    Now(Expr),
    /// `context { … }`
    Context(Vec<RecordEntry>),
    /// `customer [FIXTURE] [with] { … }` or `NAME { … }` where NAME is the subject
    Subject {
        /// `customer`, or the subject's name.
        name: Ident,
        /// The fixture it starts from.
        base: Option<Ident>,
        /// What it sets.
        values: Vec<RecordEntry>,
    },
    /// `NAME [ { … }, … ]`: events or rows; `NAME [ "key", … ]`: a list
    Table {
        /// Events, rows or list.
        name: Ident,
        /// Records or keys.
        items: Vec<TestItem>,
    },
    /// `set PARAM = VALUE`
    Set(Ident, Expr),
    /// `given NAME[.PART] = VALUE`
    Given(Vec<Ident>, Expr),
    /// `remaining CASE = N`: what is left of its quota
    Remaining(Ident, Expr),
    /// `expect …`
    Expect(Expectation),
}

/// A record of events or rows, or a key of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum TestItem {
    /// `{ at: …, kind: … }`
    Record(Vec<RecordEntry>, Span),
    /// `"c1"`
    Key(Expr),
}

/// What a test expects.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// `expect EXPR`
    Condition(Expr),
    /// `expect [not] offered CASE [on CHANNEL]`
    Offered {
        /// `not`
        not: bool,
        /// The case.
        case: Ident,
        /// `on CHANNEL`
        channel: Option<Ident>,
    },
    /// `expect CASE fails GATE`; GATE is a gate's word (`for`, `require`, …) or a clause's id
    Fails(Ident, Ident),
    /// `expect CASE unknown GATE`
    Unknown(Ident, Ident),
    /// `expect CASE outranked`
    Outranked(Ident),
    /// `expect CASE held_out`
    HeldOut(Ident),
    /// `expect no offers`
    NoOffers,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Which.
    pub kind: WindowKind,
    /// Where.
    pub span: Span,
}

/// The forms of windows.
#[derive(Debug, Clone, PartialEq)]
pub enum WindowKind {
    /// `last 30 days`; the length is a quantity or a name
    Last(Box<Expr>),
    /// `next 30 days`
    Next(Box<Expr>),
    /// `this day|week|month|year`
    This(Unit),
}

/// Units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 60 seconds
    Minute,
    /// 60 minutes
    Hour,
    /// 24 hours
    Day,
    /// 7 days
    Week,
    /// a calendar month
    Month,
    /// 12 months
    Year,
}

/// An expression and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where, without surrounding parentheses.
    pub span: Span,
}

/// The forms of expressions. Parentheses are not kept: the formatter writes those that are needed.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// What did not parse; its error has been reported, and nothing more is said of it.
    Error,
    /// A literal.
    Literal(Literal),
    /// A bare word.
    Name(String),
    /// `a.b`, `loyalty.total`, `line.plan`; two or more parts
    Path(Vec<Ident>),
    /// `f(x, y)`, `count(call where … over …)`, `basket.confidence("x")`
    Call(Box<Call>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `30 days`, `n days`
    Quantity(Box<Expr>, Unit),
    /// `not x`
    Not(Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `a + b`, `a and b`, `a otherwise b`, …
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x between a and b`
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x [not] in y`
    In {
        /// `not in`
        negated: bool,
        /// Left.
        item: Box<Expr>,
        /// Right: a list, a set.
        set: Box<Expr>,
    },
    /// `d in last 30 days`, `d in this month`
    InWindow {
        /// `not in`
        negated: bool,
        /// Left.
        item: Box<Expr>,
        /// Right.
        window: Window,
    },
    /// `x is missing` (`present` = false), `x is present`
    Is {
        /// `present`
        present: bool,
        /// Left.
        item: Box<Expr>,
    },
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// `f(arguments [half_life Q] [where C] [then within Q F where C] [over WINDOW])`
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `f`, or `basket`, `confidence` for `basket.confidence("x")`.
    pub name: Vec<Ident>,
    /// In order.
    pub arguments: Vec<Expr>,
    /// `half_life 30 days`
    pub half_life: Option<Expr>,
    /// `where …`
    pub filter: Option<Expr>,
    /// `then within 7 days F where …`
    pub then: Option<Then>,
    /// `over …`
    pub window: Option<Window>,
}

/// `then within 7 days F [where …]`
#[derive(Debug, Clone, PartialEq)]
pub struct Then {
    /// At most this much later.
    pub within: Expr,
    /// The events that follow.
    pub events: Ident,
    /// `where …` over the following event.
    pub filter: Option<Expr>,
}

/// Operators between two expressions, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `overlaps`
    Overlaps,
    /// `subset of`
    SubsetOf,
    /// `otherwise`
    Otherwise,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// A literal as written, not yet typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Literal {
    /// `1_000`, `3.5`: digits without `_`, exact
    Number(String),
    /// `5%`: the digits before `%`
    Percent(String),
    /// `"text"`, unescaped
    Text(String),
    /// `true`, `false`
    Bool(bool),
    /// `missing` as a value (in records and offers)
    Missing,
    /// `2026-11-22`
    Date(String),
    /// `2026-11-22T10:00`, with or without seconds, fraction, offset or `Z`
    DateTime(String),
    /// `now`
    Now,
    /// `today`
    Today,
}
