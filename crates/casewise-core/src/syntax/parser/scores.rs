//! Scores: scorecard, behavior, rfm, cluster, composite, affinity, lifetime, grade and table.

use super::super::ast::{
    Affinity, Ahp, AhpPair, Band, Behavior, BinaryOp, Center, Cluster, ClusterCount, Composite, Expr,
    ExprKind, FactorScoring, Grade, Lifetime, Pattern, PatternKind, Points, Rfm, Scorecard, ScorecardFactor,
    Table, TableRow,
};
use super::super::token::{Kw, Tok};
use super::super::words;
use super::{Failed, Once, Parsed, Parser, Separated};
use crate::diagnostic::{Code, Diagnostic};

impl Parser<'_> {
    pub(super) fn scorecard(&mut self) -> Parsed<Scorecard> {
        let named = self.named("the name of the scorecard")?;
        let mut card = Scorecard {
            named,
            base: None,
            lower_is_better: None,
            factors: Vec::new(),
            learn: None,
            points: None,
        };
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the scorecard", |p| {
            let start = p.span();
            if p.take_word("base") {
                p.once(&mut seen, "base", start);
                card.base = Some(p.value("a number after `base`"));
            } else if p.take_word("by") {
                let factor = p.factor(start)?;
                card.factors.push(factor);
            } else if p.take_word("lower") {
                p.once(&mut seen, "lower is better", start);
                if !p.take(Tok::Kw(Kw::Is)) || !p.take_word("better") {
                    return Err(p.expected(Code::EXPECTED_SYMBOL, "`lower is better`"));
                }
                card.lower_is_better = Some(p.since(start));
            } else if p.take_word("learn") {
                p.once(&mut seen, "learn", start);
                card.learn = Some(p.value("the outcome after `learn`"));
            } else if p.take_word("points") {
                p.once(&mut seen, "points", start);
                let points = p.amount("a number after `points`")?;
                p.expect_word("at", "`at odds …` after the points")?;
                p.expect_word("odds", "`odds` after `at`")?;
                let odds = p.amount("a number after `odds`")?;
                p.expect_word("doubling", "`doubling` and the points that double the odds")?;
                let doubling = p.amount("a number after `doubling`")?;
                card.points = Some(Points { points, odds, doubling, span: p.since(start) });
            } else {
                return Err(p.unknown_clause("a scorecard", words::SCORECARD));
            }
            Ok(())
        });
        Ok(card)
    }

    fn factor(&mut self, start: super::Span) -> Parsed<ScorecardFactor> {
        let of = self.expression("what is scored, after `by`")?;
        let scoring = if self.take_word("each") {
            FactorScoring::Each
        } else if self.take_word("bins") {
            if self.take_word("at") {
                FactorScoring::BinsAt(self.cuts()?)
            } else {
                FactorScoring::Bins(self.amount("a number of bins, or `at` and the cuts")?)
            }
        } else if self.at_block() {
            FactorScoring::Points(self.bands("the points of the scorecard")?)
        } else {
            return Err(self.expected(Code::EXPECTED_SYMBOL, "`{` and points, `bins …` or `each`"));
        };
        Ok(ScorecardFactor { of, scoring, span: self.since(start) })
    }

    /// `6, 12, 24`
    fn cuts(&mut self) -> Parsed<Vec<Expr>> {
        self.amounts("a cut after `at`")
    }

    fn amounts(&mut self, what: &str) -> Parsed<Vec<Expr>> {
        let mut all = vec![self.amount(what)?];
        while self.take(Tok::Comma) {
            all.push(self.amount("")?);
        }
        Ok(all)
    }

    /// `{ PATTERN -> VALUE, … }`
    pub(super) fn bands(&mut self, what: &str) -> Parsed<Vec<Band>> {
        self.block(Separated::Items, what, |p| {
            let start = p.span();
            let pattern = p.pattern()?;
            p.arrow()?;
            let value = p.item_value("a value after `->`");
            Ok(Band { pattern, value, span: p.since(start) })
        })
    }

    /// `->`, or what people write for it.
    fn arrow(&mut self) -> Parsed<()> {
        if self.is(Tok::Colon) || self.is(Tok::Assign) {
            let word = self.words(self.peek());
            let d = Diagnostic::new(
                Code::EXPECTED_SYMBOL,
                self.span(),
                format!("expected `->` between a pattern and its value, found `{word}`"),
            );
            self.report(d);
            self.pos += 1;
            return Ok(());
        }
        self.expect(Tok::Arrow, "`->` and a value after the pattern")
    }

    fn pattern(&mut self) -> Parsed<Pattern> {
        let start = self.span();
        let token = self.peek();
        let compare = match token.kind {
            Tok::Lt => Some(BinaryOp::Lt),
            Tok::Le => Some(BinaryOp::Le),
            Tok::Gt => Some(BinaryOp::Gt),
            Tok::Ge => Some(BinaryOp::Ge),
            _ => None,
        };
        let kind = if let Some(op) = compare {
            self.pos += 1;
            PatternKind::Compare(op, self.amount("")?)
        } else if token.kind == Tok::Kw(Kw::Missing) {
            self.pos += 1;
            PatternKind::Missing
        } else if token.kind == Tok::Kw(Kw::Otherwise) || token.kind == Tok::Kw(Kw::Else) {
            let word = self.words(token);
            let d = Diagnostic::new(Code::BAD_PATTERN, start, format!("`{word}` is not a pattern"))
                .help("`any` matches every value that is present, `missing` one that is not");
            self.report(d);
            return Err(Failed);
        } else if matches!(token.kind, Tok::EqEq | Tok::NotEq | Tok::Assign) {
            let d = Diagnostic::new(
                Code::BAD_PATTERN,
                start,
                format!("`{}` does not start a pattern", self.words(token)),
            )
            .help("a single value stands as it is: `basic -> 5`; several in brackets: `[basic, plus] -> 5`");
            self.report(d);
            return Err(Failed);
        } else if token.kind == Tok::Word
            && self.words(token) == "any"
            && !matches!(self.next().kind, Tok::Dot | Tok::LParen)
        {
            self.pos += 1;
            PatternKind::Any
        } else if token.kind == Tok::LBrack {
            match self.amount("a value")?.kind {
                ExprKind::List(values) => PatternKind::Values(values),
                kind => PatternKind::Value(Expr { kind, span: self.since(start) }),
            }
        } else {
            let low = self.amount("a pattern such as `< 5`, `5 .. 10`, `basic`, `any` or `missing`")?;
            if self.take(Tok::DotDot) {
                PatternKind::Range(low, self.amount("the upper end after `..`")?)
            } else {
                PatternKind::Value(low)
            }
        };
        Ok(Pattern { kind, span: self.since(start) })
    }

    /// `of EVENTS [where …]`
    fn of_events(&mut self) -> Parsed<(super::Ident, Option<Expr>)> {
        self.expect_word("of", "`of` and the events")?;
        let of = self.name("the events after `of`")?;
        let filter = if self.take(Tok::Kw(Kw::Where)) {
            Some(self.expression("a condition after `where`")?)
        } else {
            None
        };
        Ok((of, filter))
    }

    pub(super) fn behavior(&mut self) -> Parsed<Behavior> {
        let named = self.named("the name of the score")?;
        let (of, filter) = self.of_events()?;
        let mut score = Behavior {
            named,
            of,
            filter,
            weight: None,
            half_life: None,
            window: None,
            cap: None,
            floor: None,
            percentile: None,
        };
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the score", |p| {
            let start = p.span();
            if p.take_word("weight") {
                p.once(&mut seen, "weight", start);
                score.weight = Some(p.value("a value after `weight`"));
            } else if p.take_word("half_life") {
                p.once(&mut seen, "half_life", start);
                score.half_life = Some(p.value("a duration after `half_life`"));
            } else if p.take(Tok::Kw(Kw::Over)) {
                p.once(&mut seen, "over", start);
                score.window = Some(p.window()?);
            } else if p.take_word("cap") {
                p.once(&mut seen, "cap", start);
                score.cap = Some(p.value("a number after `cap`"));
            } else if p.take_word("floor") {
                p.once(&mut seen, "floor", start);
                score.floor = Some(p.value("a number after `floor`"));
            } else if p.take_word("scale") {
                p.once(&mut seen, "scale", start);
                p.expect_word("percentile", "`percentile` after `scale`")?;
                score.percentile = Some(p.since(start));
            } else {
                return Err(p.unknown_clause("a behavior score", words::BEHAVIOR));
            }
            Ok(())
        });
        Ok(score)
    }

    pub(super) fn rfm(&mut self) -> Parsed<Rfm> {
        let named = self.named("the name of the score")?;
        let (of, filter) = self.of_events()?;
        let mut score = Rfm {
            named,
            of,
            filter,
            monetary: None,
            window: None,
            bins: None,
            recency: None,
            frequency: None,
            monetary_bins: None,
        };
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the score", |p| {
            let start = p.span();
            if p.take_word("monetary") {
                if p.is_word("bins") && p.next_is_word("at") {
                    p.once(&mut seen, "monetary bins", start);
                    score.monetary_bins = Some(p.bins_at()?);
                } else {
                    p.once(&mut seen, "monetary", start);
                    score.monetary = Some(p.value("an aggregate such as `sum(amount)` after `monetary`"));
                }
            } else if p.take(Tok::Kw(Kw::Over)) {
                p.once(&mut seen, "over", start);
                score.window = Some(p.window()?);
            } else if p.take_word("bins") {
                p.once(&mut seen, "bins", start);
                score.bins = Some(p.value("a number of bins"));
            } else if p.take_word("recency") {
                p.once(&mut seen, "recency bins", start);
                score.recency = Some(p.bins_at()?);
            } else if p.take_word("frequency") {
                p.once(&mut seen, "frequency bins", start);
                score.frequency = Some(p.bins_at()?);
            } else {
                return Err(p.unknown_clause("an rfm score", words::RFM));
            }
            Ok(())
        });
        Ok(score)
    }

    fn bins_at(&mut self) -> Parsed<Vec<Expr>> {
        self.expect_word("bins", "`bins at` and the cuts")?;
        self.expect_word("at", "`at` and the cuts")?;
        self.cuts()
    }

    pub(super) fn cluster(&mut self) -> Parsed<Cluster> {
        let named = self.named("the name of the clusters")?;
        let mut cluster = Cluster {
            named,
            features: Vec::new(),
            scale: None,
            missing: None,
            k: None,
            seed: None,
            centers: None,
            centers_span: None,
            names: None,
        };
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the cluster", |p| {
            let start = p.span();
            if p.take_word("features") {
                p.once(&mut seen, "features", start);
                cluster.features = p.amounts("a value after `features`")?;
            } else if p.take_word("scale") {
                p.once(&mut seen, "scale", start);
                cluster.scale = Some(p.name("`zscore`, `minmax`, `robust` or `none` after `scale`")?);
            } else if p.take(Tok::Kw(Kw::Missing)) {
                p.once(&mut seen, "missing", start);
                cluster.missing =
                    Some(p.value("`mean`, `median`, `zero`, `refuse` or a number after `missing`"));
            } else if p.take_word("k") {
                p.once(&mut seen, "k", start);
                let count = p.amount("a number after `k`")?;
                cluster.k = Some(if p.take(Tok::DotDot) {
                    let most = p.amount("the greatest number of clusters after `..`")?;
                    p.expect_word("by", "`by silhouette` after a range of `k`")?;
                    p.expect_word("silhouette", "`silhouette` after `by`")?;
                    ClusterCount::BySilhouette(count, most)
                } else {
                    ClusterCount::Fixed(count)
                });
            } else if p.take_word("seed") {
                p.once(&mut seen, "seed", start);
                cluster.seed = Some(p.value("a number after `seed`"));
            } else if p.take_word("centers") {
                p.once(&mut seen, "centers", start);
                cluster.centers = Some(p.centers()?);
                cluster.centers_span = Some(p.since(start));
            } else if p.take_word("names") {
                p.once(&mut seen, "names", start);
                cluster.names = Some(p.names("the name of a cluster")?);
            } else {
                return Err(p.unknown_clause("a cluster", words::CLUSTER));
            }
            Ok(())
        });
        Ok(cluster)
    }

    /// `[ name: [1, 2], [3, 4] ]`
    fn centers(&mut self) -> Parsed<Vec<Center>> {
        if !self.is(Tok::LBrack) {
            return Err(self.expected(Code::EXPECTED_SYMBOL, "`[` and the centres after `centers`"));
        }
        self.open()?;
        let mut centers = Vec::new();
        while !self.is(Tok::RBrack) {
            let start = self.span();
            let name = if self.peek().is_name() && self.next().kind == Tok::Colon {
                let name = self.name("a name")?;
                self.bump();
                Some(name)
            } else {
                None
            };
            if !self.is(Tok::LBrack) {
                return Err(
                    self.expected(Code::EXPECTED_SYMBOL, "a centre such as `[1, 2]` or `name: [1, 2]`")
                );
            }
            let ExprKind::List(at) = self.quantity("a centre")?.kind else { return Err(Failed) };
            centers.push(Center { name, at, span: self.since(start) });
            if !self.take(Tok::Comma) {
                break;
            }
        }
        self.close(Tok::RBrack)?;
        Ok(centers)
    }

    pub(super) fn composite(&mut self) -> Parsed<Composite> {
        let named = self.named("the name of the composite")?;
        let mut composite = Composite { named, weights: Vec::new(), ahp: None, consistency: None };
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the composite", |p| {
            let start = p.span();
            if p.take_word("weight") {
                let weight = p.amount("a number after `weight`")?;
                p.expect_word("of", "`of` and a value after the weight")?;
                let of = p.value("a value after `of`");
                composite.weights.push((weight, of, p.since(start)));
            } else if p.take_word("ahp") {
                p.once(&mut seen, "ahp", start);
                let block = p.span();
                let pairs = p.block(Separated::Items, "the pairs of `ahp`", Parser::ahp_pair)?;
                composite.ahp = Some(Ahp { pairs, span: p.since(block) });
            } else if p.take_word("consistency") {
                p.once(&mut seen, "consistency", start);
                let bound = p.amount("a number after `consistency`")?;
                p.expect_word("required", "`required` after the bound of `consistency`")?;
                composite.consistency = Some((bound, p.since(start)));
            } else {
                return Err(p.unknown_clause("a composite", words::COMPOSITE));
            }
            Ok(())
        });
        Ok(composite)
    }

    fn ahp_pair(&mut self) -> Parsed<AhpPair> {
        let start = self.span();
        let over = self.name("a member of the pair")?;
        self.expect(Tok::Kw(Kw::Over), "`over` and the other member of the pair")?;
        let under = self.name("the other member of the pair")?;
        self.expect(Tok::Colon, "`:` and how much more it counts")?;
        let value = self.item_value("a number after `:`");
        Ok(AhpPair { over, under, value, span: self.since(start) })
    }

    pub(super) fn affinity(&mut self) -> Parsed<Affinity> {
        let named = self.named("the name of the affinity")?;
        self.expect_word("of", "`of` and a set attribute or the field of events")?;
        let of = self.expression("a set attribute or the field of events after `of`")?;
        let mut affinity =
            Affinity { named, of, window: None, min_support: None, min_confidence: None, max_size: None };
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the affinity", |p| {
            let start = p.span();
            if p.take(Tok::Kw(Kw::Over)) {
                p.once(&mut seen, "over", start);
                affinity.window = Some(p.window()?);
            } else if p.take_word("min_support") {
                p.once(&mut seen, "min_support", start);
                affinity.min_support = Some(p.value("a share after `min_support`"));
            } else if p.take_word("min_confidence") {
                p.once(&mut seen, "min_confidence", start);
                affinity.min_confidence = Some(p.value("a share after `min_confidence`"));
            } else if p.take_word("max_size") {
                p.once(&mut seen, "max_size", start);
                affinity.max_size = Some(p.value("a number after `max_size`"));
            } else {
                return Err(p.unknown_clause("an affinity", words::AFFINITY));
            }
            Ok(())
        });
        Ok(affinity)
    }

    pub(super) fn lifetime(&mut self) -> Parsed<Lifetime> {
        let named = self.named("the name of the score")?;
        let (of, filter) = self.of_events()?;
        let mut lifetime =
            Lifetime { named, of, filter, monetary: None, unit: None, horizon: None, discount: None };
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the score", |p| {
            let start = p.span();
            if p.take_word("monetary") {
                p.once(&mut seen, "monetary", start);
                lifetime.monetary = Some(p.value("an aggregate such as `sum(amount)` after `monetary`"));
            } else if p.take_word("unit") {
                p.once(&mut seen, "unit", start);
                lifetime.unit = Some(p.value("a duration after `unit`"));
            } else if p.take_word("horizon") {
                p.once(&mut seen, "horizon", start);
                lifetime.horizon = Some(p.value("a duration after `horizon`"));
            } else if p.take_word("discount") {
                p.once(&mut seen, "discount", start);
                lifetime.discount = Some(p.value("a share after `discount`"));
            } else {
                return Err(p.unknown_clause("a lifetime score", words::LIFETIME));
            }
            Ok(())
        });
        Ok(lifetime)
    }

    pub(super) fn grade(&mut self) -> Parsed<Grade> {
        let named = self.named("the name of the grade")?;
        self.expect_word("of", "`of` and what is graded")?;
        let of = self.expression("what is graded, after `of`")?;
        Ok(Grade { named, of, bands: self.bands("the rows of the grade").unwrap_or_default() })
    }

    pub(super) fn table(&mut self) -> Parsed<Table> {
        let named = self.named("the name of the table")?;
        self.expect_word("by", "`by` and the columns of the table")?;
        let mut by = vec![self.expression("a column of the table after `by`")?];
        while self.take(Tok::Comma) {
            by.push(self.expression("")?);
        }
        let rows = self.body(Separated::Items, "the rows of the table", |p| {
            let start = p.span();
            let mut patterns = vec![p.pattern()?];
            while p.take(Tok::Comma) {
                patterns.push(p.pattern()?);
            }
            p.arrow()?;
            let value = p.item_value("a value after `->`");
            Ok(TableRow { patterns, value, span: p.since(start) })
        });
        Ok(Table { named, by, rows })
    }
}
