//! Random trees: every declaration, clause and form of expression that the language has.
//!
//! What no text can say is left out: an `==` in a band, an unknown operator, a missing value as a pattern.

use casewise_core::source::Span;
use casewise_core::syntax::ast::*;

/// A tree from a seed; the same seed gives the same tree.
pub(crate) struct Generator(u64);

const NAMES: &[&str] = &[
    "a",
    "b",
    "plan",
    "age",
    "客户",
    "高价值",
    "x1",
    "_y",
    "where",
    "in",
    "today",
    "missing",
    "with blank",
    "days",
    "last",
    "next",
    "this",
    "any",
    "case",
    "list",
    "expect",
    "offered",
    "no",
    "when",
    "with",
    "same",
    "sent",
    "key",
    "over",
    "half_life",
    "null",
    "NaN",
    "bins",
    "at",
    "each",
    "of",
    "by",
    "salt",
    "event",
    "line",
    "overlaps",
    "subset",
    "customer",
    "context",
    "contacts",
    "AND",
    "IN",
    "k",
    "set",
    "enum",
    "test",
    "42",
    "percentile",
    "on",
    "per",
    "not",
];
const TEXTS: &[&str] =
    &["", "text", "中文 # no comment", "a \"quoted\" one", "back\\slash", "two\nlines\tand a tab", "\u{1}"];
const UNITS: &[Unit] = &[Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year];

impl Generator {
    pub(crate) fn new(seed: u64) -> Generator {
        Generator(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self) -> bool {
        self.below(2) == 0
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        let n = self.below(all.len());
        all[n].clone()
    }

    fn some<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.chance() { Some(make(self)) } else { None }
    }

    fn many<T>(&mut self, least: usize, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..least + self.below(4)).map(|_| make(self)).collect()
    }

    fn ident(&mut self) -> Ident {
        Ident { name: self.pick(NAMES).to_owned(), span: Span::default() }
    }

    fn text(&mut self) -> Text {
        Text { value: self.pick(TEXTS).to_owned(), span: Span::default() }
    }

    fn named(&mut self) -> Named {
        Named { name: self.ident(), title: self.some(Self::text) }
    }

    // Expressions.

    fn expr(&mut self) -> Expr {
        let depth = self.below(5);
        self.expr_at(depth)
    }

    fn boxed(&mut self, depth: usize) -> Box<Expr> {
        let depth = if depth == 0 { 0 } else { self.below(depth) };
        Box::new(self.expr_at(depth))
    }

    fn expr_at(&mut self, depth: usize) -> Expr {
        let kind = if depth == 0 { self.leaf() } else { self.node(depth) };
        Expr { kind, span: Span::default() }
    }

    fn leaf(&mut self) -> ExprKind {
        match self.below(5) {
            0 | 1 => ExprKind::Literal(self.literal()),
            2 => ExprKind::Path(self.many(2, Self::ident)),
            _ => ExprKind::Name(self.ident().name),
        }
    }

    fn literal(&mut self) -> Literal {
        match self.below(9) {
            0 => Literal::Percent(self.pick(&["5", "0.25", "100"]).to_owned()),
            1 => Literal::Text(self.pick(TEXTS).to_owned()),
            2 => Literal::Bool(self.chance()),
            3 => Literal::Date("2024-02-29".to_owned()),
            4 => Literal::DateTime(
                self.pick(&["2026-11-22T10:00", "2026-11-22T10:00:59.5Z", "2026-01-01T00:00-05:30"])
                    .to_owned(),
            ),
            5 => Literal::Now,
            6 => Literal::Today,
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Literal {
        Literal::Number(self.pick(&["0", "1", "12.50", "1000000", "007"]).to_owned())
    }

    fn node(&mut self, depth: usize) -> ExprKind {
        const OPERATORS: &[BinaryOp] = &[
            BinaryOp::Or,
            BinaryOp::And,
            BinaryOp::Eq,
            BinaryOp::Ne,
            BinaryOp::Lt,
            BinaryOp::Le,
            BinaryOp::Gt,
            BinaryOp::Ge,
            BinaryOp::Overlaps,
            BinaryOp::SubsetOf,
            BinaryOp::Otherwise,
            BinaryOp::Add,
            BinaryOp::Subtract,
            BinaryOp::Multiply,
            BinaryOp::Divide,
        ];
        match self.below(16) {
            0 => ExprKind::Not(self.boxed(depth)),
            1 => ExprKind::Negate(self.boxed(depth)),
            2 => ExprKind::Between(self.boxed(depth), self.boxed(depth), self.boxed(depth)),
            3 => ExprKind::In { negated: self.chance(), item: self.boxed(depth), set: self.boxed(depth) },
            4 => {
                ExprKind::InWindow { negated: self.chance(), item: self.boxed(depth), window: self.window() }
            }
            5 => ExprKind::Is { present: self.chance(), item: self.boxed(depth) },
            6 => ExprKind::If(self.boxed(depth), self.boxed(depth), self.boxed(depth)),
            7 => ExprKind::List(self.many(0, |g| *g.boxed(depth))),
            8 => ExprKind::Quantity(self.boxed(depth), self.pick(UNITS)),
            9 | 10 => ExprKind::Call(Box::new(self.call(depth))),
            _ => {
                let op = self.pick(OPERATORS);
                // `x == missing` is an error of its own, and leaves make no `missing`.
                ExprKind::Binary(op, self.boxed(depth), self.boxed(depth))
            }
        }
    }

    fn call(&mut self, depth: usize) -> Call {
        Call {
            name: self.many(1, Self::ident),
            arguments: self.many(1, |g| *g.boxed(depth)),
            half_life: self.some(Self::length),
            filter: self.some(|g| *g.boxed(depth)),
            then: self.some(|g| Then {
                within: g.length(),
                events: g.ident(),
                filter: g.some(|g| *g.boxed(depth)),
            }),
            window: self.some(Self::window),
        }
    }

    /// A duration as a window takes it: a name, or a number or name with a unit.
    fn length(&mut self) -> Expr {
        let kind =
            if self.chance() { ExprKind::Name(self.ident().name) } else { ExprKind::Literal(self.number()) };
        let inner = Expr { kind, span: Span::default() };
        if self.chance() {
            return inner;
        }
        Expr { kind: ExprKind::Quantity(Box::new(inner), self.pick(UNITS)), span: Span::default() }
    }

    fn window(&mut self) -> Window {
        let kind = match self.below(3) {
            0 => WindowKind::Last(Box::new(self.length())),
            1 => WindowKind::Next(Box::new(self.length())),
            _ => WindowKind::This(self.pick(UNITS)),
        };
        Window { kind, span: Span::default() }
    }

    // Types and fields.

    fn type_expr(&mut self) -> TypeExpr {
        let kind = match self.below(6) {
            0 => TypeKind::Bool { yes: self.text(), no: self.text() },
            1 => TypeKind::Set(Box::new(self.type_expr_flat())),
            2 => TypeKind::Enum {
                labels: self.many(1, |g| (g.ident(), g.some(Self::text))),
                ordered: self.chance(),
            },
            _ => return self.type_expr_flat(),
        };
        TypeExpr { kind, optional: self.chance(), span: Span::default() }
    }

    fn type_expr_flat(&mut self) -> TypeExpr {
        let kind =
            TypeKind::Name(self.pick(&["int", "text", "plan", "日期", "with blank", "bool"]).to_owned());
        TypeExpr { kind, optional: self.chance(), span: Span::default() }
    }

    fn field(&mut self) -> Field {
        Field {
            key: self.chance(),
            name: self.ident(),
            ty: self.type_expr(),
            from: self.some(Self::text),
            title: self.some(Self::text),
            span: Span::default(),
        }
    }

    fn entry(&mut self) -> RecordEntry {
        let value = if self.below(5) == 0 {
            Expr { kind: ExprKind::Literal(Literal::Missing), span: Span::default() }
        } else {
            self.expr()
        };
        RecordEntry { name: self.ident(), value }
    }

    fn record(&mut self) -> Vec<RecordEntry> {
        self.many(0, Self::entry)
    }

    // Scores.

    fn pattern(&mut self) -> Pattern {
        let kind = match self.below(7) {
            0 => PatternKind::Missing,
            1 => PatternKind::Any,
            2 => {
                let op = self.pick(&[BinaryOp::Lt, BinaryOp::Le, BinaryOp::Gt, BinaryOp::Ge]);
                PatternKind::Compare(op, self.expr())
            }
            3 => PatternKind::Range(self.plain(), self.plain()),
            4 => PatternKind::Values(self.many(1, Self::expr)),
            _ => PatternKind::Value(self.plain()),
        };
        Pattern { kind, span: Span::default() }
    }

    /// An expression that starts no list, which would start a list of values.
    fn plain(&mut self) -> Expr {
        let kind = match self.below(3) {
            0 => ExprKind::Negate(Box::new(self.expr())),
            1 => ExprKind::Quantity(
                Box::new(Expr { kind: ExprKind::Literal(self.number()), span: Span::default() }),
                Unit::Day,
            ),
            _ => self.leaf(),
        };
        Expr { kind, span: Span::default() }
    }

    fn band(&mut self) -> Band {
        Band { pattern: self.pattern(), value: self.expr(), span: Span::default() }
    }

    fn scorecard(&mut self) -> Scorecard {
        Scorecard {
            named: self.named(),
            base: self.some(Self::expr),
            lower_is_better: self.some(|_| Span::default()),
            factors: self.many(0, |g| ScorecardFactor {
                of: g.expr(),
                scoring: match g.below(4) {
                    0 => FactorScoring::BinsAt(g.many(1, Self::expr)),
                    1 => FactorScoring::Bins(g.bins_count()),
                    2 => FactorScoring::Each,
                    _ => FactorScoring::Points(g.many(0, Self::band)),
                },
                span: Span::default(),
            }),
            learn: self.some(Self::expr),
            points: self.some(|g| Points {
                points: g.expr(),
                odds: g.expr(),
                doubling: g.expr(),
                span: Span::default(),
            }),
        }
    }

    /// A number of bins; a name `at` would start the cuts.
    fn bins_count(&mut self) -> Expr {
        Expr { kind: ExprKind::Literal(self.number()), span: Span::default() }
    }

    fn behavior(&mut self) -> Behavior {
        Behavior {
            named: self.named(),
            of: self.ident(),
            filter: self.some(Self::expr),
            weight: self.some(Self::expr),
            half_life: self.some(Self::expr),
            window: self.some(Self::window),
            cap: self.some(Self::expr),
            floor: self.some(Self::expr),
            percentile: self.some(|_| Span::default()),
        }
    }

    fn rfm(&mut self) -> Rfm {
        Rfm {
            named: self.named(),
            of: self.ident(),
            filter: self.some(Self::expr),
            monetary: self.some(Self::expr),
            window: self.some(Self::window),
            bins: self.some(Self::expr),
            recency: self.some(|g| g.many(1, Self::expr)),
            frequency: self.some(|g| g.many(1, Self::expr)),
            monetary_bins: self.some(|g| g.many(1, Self::expr)),
        }
    }

    fn cluster(&mut self) -> Cluster {
        Cluster {
            named: self.named(),
            features: self.many(0, Self::expr),
            scale: self.some(Self::ident),
            missing: self.some(Self::expr),
            k: self.some(|g| {
                if g.chance() {
                    ClusterCount::Fixed(g.expr())
                } else {
                    ClusterCount::BySilhouette(g.expr(), g.expr())
                }
            }),
            seed: self.some(Self::expr),
            centers: self.some(|g| {
                g.many(1, |g| Center {
                    name: g.some(Self::ident),
                    at: g.many(0, Self::expr),
                    span: Span::default(),
                })
            }),
            centers_span: None,
            names: self.some(|g| g.many(1, Self::ident)),
        }
    }

    fn composite(&mut self) -> Composite {
        let pair = |g: &mut Self| AhpPair {
            over: g.ident(),
            under: g.ident(),
            value: g.expr(),
            span: Span::default(),
        };
        Composite {
            named: self.named(),
            weights: self.many(0, |g| (g.expr(), g.expr(), Span::default())),
            ahp: self.some(|g| Ahp { pairs: g.many(0, pair), span: Span::default() }),
            consistency: self.some(|g| (g.expr(), Span::default())),
        }
    }

    // Cases.

    fn condition(&mut self, kinds: &[ConditionKind]) -> Condition {
        Condition {
            kind: self.pick(kinds),
            name: self.some(Self::ident),
            condition: self.expr(),
            message: self.some(Self::text),
            span: Span::default(),
        }
    }

    fn channel(&mut self) -> Channel {
        Channel {
            named: self.named(),
            conditions: self.many(0, |g| g.condition(&[ConditionKind::Require, ConditionKind::Exclude])),
            quiet: self.many(0, |g| Quiet {
                from: g.below(1440) as u16,
                to: g.below(1440) as u16,
                zone: g.some(Self::expr),
                span: Span::default(),
            }),
            capacity: self.some(Self::expr),
        }
    }

    fn contact_rule(&mut self) -> ContactRule {
        const SCOPES: &[PauseScope] =
            &[PauseScope::All, PauseScope::SameCase, PauseScope::SameGroup, PauseScope::SameChannel];
        let kind = match self.below(3) {
            0 => ContactRuleKind::Cap {
                count: self.expr(),
                window: self.expr(),
                scope: match self.below(5) {
                    0 => CapScope::PerChannel,
                    1 => CapScope::PerGroup,
                    2 => CapScope::PerCase,
                    3 => CapScope::On(self.many(1, Self::ident)),
                    _ => CapScope::All,
                },
            },
            1 => ContactRuleKind::Pause {
                length: self.expr(),
                outcome: self.ident(),
                scope: self.pick(SCOPES),
            },
            _ => ContactRuleKind::PauseWithout {
                length: self.expr(),
                count: self.expr(),
                scope: self.pick(SCOPES),
            },
        };
        ContactRule { kind, span: Span::default() }
    }

    fn offer(&mut self) -> CaseClause {
        let on = if self.chance() { self.many(1, Self::ident) } else { Vec::new() };
        CaseClause { kind: CaseClauseKind::Offer { on, fields: self.record() }, span: Span::default() }
    }

    fn case_clause(&mut self) -> CaseClause {
        let kind = match self.below(13) {
            0 => CaseClauseKind::Status(self.ident()),
            1 => CaseClauseKind::Runs(self.expr(), self.expr()),
            2 => CaseClauseKind::Priority(self.expr()),
            3 => CaseClauseKind::Exclusive(self.ident()),
            4 => CaseClauseKind::Channels(self.many(1, Self::ident)),
            5 => {
                let ignored = self.chance();
                CaseClauseKind::Contacts { ignored, uncounted: !ignored || self.chance() }
            }
            6 => CaseClauseKind::Holdout {
                share: self.expr(),
                salt: self.some(Self::text),
                next: self.chance(),
            },
            7 => CaseClauseKind::Quota(self.expr()),
            8 => CaseClauseKind::Budget { amount: self.expr(), of: self.ident() },
            9 => CaseClauseKind::With(self.many(1, |g| (g.ident(), g.expr()))),
            10 => return self.offer(),
            11 => CaseClauseKind::Variants(self.many(0, |g| Variant {
                name: g.ident(),
                share: g.expr(),
                clauses: g.many(0, Self::offer),
                span: Span::default(),
            })),
            _ => CaseClauseKind::Condition(self.condition(&[
                ConditionKind::For,
                ConditionKind::Require,
                ConditionKind::Exclude,
            ])),
        };
        CaseClause { kind, span: Span::default() }
    }

    fn case(&mut self) -> CaseDeclaration {
        CaseDeclaration {
            named: self.named(),
            group: self.some(Self::ident),
            clauses: self.many(0, Self::case_clause),
        }
    }

    fn decide(&mut self) -> Decide {
        Decide {
            name: self.some(Self::ident),
            when: self.some(Self::expr),
            rank_by: self.some(Self::expr),
            top: self.some(Self::expr),
            per_group: self.some(Self::expr),
            control: self.some(|g| (g.expr(), g.some(Self::text))),
            channels: self.some(|g| g.many(1, Self::ident)),
        }
    }

    // Tests.

    fn test_clause(&mut self) -> TestClause {
        let kind = match self.below(8) {
            0 => TestClauseKind::Now(self.expr()),
            1 => TestClauseKind::Context(self.record()),
            2 => {
                let name = if self.chance() {
                    Ident { name: "customer".to_owned(), span: Span::default() }
                } else {
                    self.ident()
                };
                TestClauseKind::Subject { name, base: self.some(Self::ident), values: self.record() }
            }
            3 => TestClauseKind::Table {
                name: self.ident(),
                items: self.many(0, |g| {
                    if g.chance() {
                        TestItem::Record(g.record(), Span::default())
                    } else {
                        TestItem::Key(g.expr())
                    }
                }),
            },
            4 => TestClauseKind::Set(self.ident(), self.expr()),
            5 => TestClauseKind::Given(self.many(1, Self::ident), self.expr()),
            6 => TestClauseKind::Remaining(self.ident(), self.expr()),
            _ => TestClauseKind::Expect(match self.below(7) {
                0 => Expectation::Offered {
                    not: self.chance(),
                    case: self.ident(),
                    channel: self.some(Self::ident),
                },
                1 => Expectation::Fails(self.ident(), self.ident()),
                2 => Expectation::Unknown(self.ident(), self.ident()),
                3 => Expectation::Outranked(self.ident()),
                4 => Expectation::HeldOut(self.ident()),
                5 => Expectation::NoOffers,
                _ => Expectation::Condition(self.expr()),
            }),
        };
        TestClause { kind, span: Span::default() }
    }

    // Declarations.

    fn binding(&mut self) -> Binding {
        Binding { named: self.named(), value: self.expr() }
    }

    fn declaration(&mut self) -> Declaration {
        let kind = match self.below(32) {
            0 => DeclarationKind::Model(ModelHeader {
                named: self.named(),
                language: self.some(|g| (g.below(9) as i64, Span::default())),
                version: self.some(Self::text),
                timezone: self.some(Self::text),
            }),
            1 => DeclarationKind::Include(self.text()),
            2 => DeclarationKind::Subject {
                name: self.ident(),
                named: true,
                fields: self.many(0, Self::field),
            },
            3 => DeclarationKind::Subject {
                name: Ident { name: "customer".to_owned(), span: Span::default() },
                named: false,
                fields: self.many(0, Self::field),
            },
            4 => DeclarationKind::Context(self.many(0, Self::field)),
            5 => DeclarationKind::Type { name: self.ident(), ty: self.type_expr() },
            6 => DeclarationKind::Events { name: self.ident(), fields: self.many(0, Self::field) },
            7 => DeclarationKind::Rows { name: self.ident(), fields: self.many(0, Self::field) },
            8 => DeclarationKind::List(self.named()),
            9 => DeclarationKind::Param(Param {
                named: self.named(),
                ty: self.type_expr(),
                range: self.some(|g| (g.expr(), g.expr())),
                value: self.expr(),
            }),
            10 => DeclarationKind::Let(Let {
                named: self.named(),
                parameters: self.some(|g| g.many(0, |g| (g.ident(), g.type_expr()))),
                value: self.expr(),
            }),
            11 => DeclarationKind::Score(self.binding()),
            12 => DeclarationKind::Segment(self.binding()),
            13 => DeclarationKind::Scorecard(self.scorecard()),
            14 => DeclarationKind::Behavior(self.behavior()),
            15 => DeclarationKind::Rfm(self.rfm()),
            16 => DeclarationKind::Cluster(self.cluster()),
            17 => DeclarationKind::Composite(self.composite()),
            18 => DeclarationKind::Affinity(Affinity {
                named: self.named(),
                of: self.expr(),
                window: self.some(Self::window),
                min_support: self.some(Self::expr),
                min_confidence: self.some(Self::expr),
                max_size: self.some(Self::expr),
            }),
            19 => DeclarationKind::Lifetime(Lifetime {
                named: self.named(),
                of: self.ident(),
                filter: self.some(Self::expr),
                monetary: self.some(Self::expr),
                unit: self.some(Self::expr),
                horizon: self.some(Self::expr),
                discount: self.some(Self::expr),
            }),
            20 => DeclarationKind::Grade(Grade {
                named: self.named(),
                of: self.expr(),
                bands: self.many(0, Self::band),
            }),
            21 => DeclarationKind::Table(Table {
                named: self.named(),
                by: self.many(1, Self::expr),
                rows: self.many(0, |g| TableRow {
                    patterns: g.many(1, Self::pattern),
                    value: g.expr(),
                    span: Span::default(),
                }),
            }),
            22 => DeclarationKind::Gate(GateDeclaration {
                named: self.named(),
                clauses: self.many(0, |g| g.condition(&[ConditionKind::Require, ConditionKind::Exclude])),
            }),
            23 => DeclarationKind::Channel(self.channel()),
            24 => DeclarationKind::Contacts(self.many(0, Self::contact_rule)),
            25 => DeclarationKind::Properties(self.many(0, |g| Property {
                name: g.ident(),
                ty: g.type_expr(),
                default: g.some(Self::expr),
                span: Span::default(),
            })),
            26 => DeclarationKind::EveryCase(self.many(0, Self::case_clause)),
            27 => DeclarationKind::Group(self.case()),
            28 => DeclarationKind::Case(self.case()),
            29 => DeclarationKind::Decide(self.decide()),
            30 => DeclarationKind::Fixture { name: self.ident(), values: self.record() },
            _ => DeclarationKind::Test(Test { title: self.text(), clauses: self.many(0, Self::test_clause) }),
        };
        Declaration { kind, span: Span::default() }
    }

    pub(crate) fn file(&mut self) -> File {
        File { declarations: self.many(1, Self::declaration), comments: Vec::new() }
    }

    /// A valid text cut, doubled and mixed up: most of what people type on the way to one.
    pub(crate) fn damaged(&mut self, text: &str) -> String {
        const PIECES: &[&str] = &[
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ",",
            ";",
            "\n",
            "\"",
            "'",
            "`",
            "#",
            "//",
            "/*",
            "*/",
            "--",
            "=",
            "==",
            "->",
            "..",
            ".",
            "case x {",
            "segment y = ",
            "and",
            " or ",
            " not ",
            "if ",
            "then ",
            "else ",
            "（",
            "，",
            "“",
            "”",
            "\u{feff}",
            "\u{200b}",
            "\0",
            "\r\n",
            "\r",
            "-",
            "- ",
            "%",
            "30 days",
            "21:00",
            "2026-02-30",
            "é",
            "🙂",
            "over last",
            "where",
            "missing",
            "{ a: 1, b: 2 }",
            "\\",
            "\u{2028}",
        ];
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..1 + self.below(12) {
            let at = self.below(chars.len() + 1);
            match self.below(4) {
                0 => {
                    let end = (at + self.below(40)).min(chars.len());
                    chars.drain(at..end);
                }
                1 => {
                    let end = (at + self.below(80)).min(chars.len());
                    let copy: Vec<char> = chars[at..end].to_vec();
                    let to = self.below(chars.len() + 1);
                    chars.splice(to..to, copy);
                }
                _ => {
                    let piece = self.pick(PIECES);
                    chars.splice(at..at, piece.chars());
                }
            }
        }
        chars.into_iter().collect()
    }

    /// Comments put where a line ends, or on lines of their own where one may stand.
    pub(crate) fn commented(&mut self, text: &str) -> (String, usize) {
        let mut out = String::new();
        let mut count = 0;
        for line in text.lines() {
            if self.below(4) == 0 {
                count += 1;
                out.push_str(&format!("# own {count}\n"));
            }
            if self.below(6) == 0 {
                out.push('\n');
            }
            out.push_str(line);
            if self.below(4) == 0 {
                count += 1;
                out.push_str(&format!(" # behind {count}"));
            }
            out.push('\n');
        }
        (out, count)
    }
}
