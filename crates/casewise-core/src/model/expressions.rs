//! What a model is made of: every expression of its declarations, and expressions without their places.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::expr::{Expr, ExprKind, Pattern, Window};
use super::{Centers, ContactRuleKind, Cuts, FactorScoring, MissingFill, Model, Offer, ScoreKind, constants};
use crate::source::Span;
use crate::values::{Value, ValueKey};

impl Expr {
    /// The expressions directly inside, in the order written.
    pub fn parts(&self) -> Vec<&Expr> {
        let mut parts = Vec::new();
        self.for_each_part(&mut |part| parts.push(part));
        parts
    }

    /// Visits this expression and everything inside, outermost first. References are not followed.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        visit(self);
        self.for_each_part(&mut |part| part.walk(visit));
    }

    /// A number that is equal for expressions that say the same, wherever they stand. Others may share it.
    pub fn likeness(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.hash_likeness(&mut hasher);
        hasher.finish()
    }

    fn hash_likeness(&self, hasher: &mut FxHasher) {
        std::mem::discriminant(&self.kind).hash(hasher);
        match &self.kind {
            ExprKind::Constant(value) => ValueKey(value.clone()).hash(hasher),
            ExprKind::Attribute(place) | ExprKind::Context(place) | ExprKind::Field(place) => {
                place.hash(hasher)
            }
            ExprKind::Param(id) => id.hash(hasher),
            ExprKind::Let(id) => id.hash(hasher),
            ExprKind::Score(id, part) => (id, part).hash(hasher),
            ExprKind::Segment(id) => id.hash(hasher),
            ExprKind::Gate(id) => id.hash(hasher),
            ExprKind::Apply(op, _) => op.hash(hasher),
            _ => {}
        }
        self.for_each_part(&mut |part| part.hash_likeness(hasher));
    }

    /// Whether two expressions say the same, wherever they stand.
    pub fn says_same_as(&self, other: &Expr) -> bool {
        let same =
            |a: &[Expr], b: &[Expr]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_same_as(b));
        match (&self.kind, &other.kind) {
            // Most of what is compared, without a copy.
            (ExprKind::Apply(op, parts), ExprKind::Apply(other_op, other_parts)) => {
                op == other_op && self.ty == other.ty && same(parts, other_parts)
            }
            (ExprKind::Attribute(_) | ExprKind::Constant(_), _) => {
                self.ty == other.ty && self.kind == other.kind
            }
            _ => self.without_spans() == other.without_spans(),
        }
    }

    /// The same expression standing nowhere: equal for all places where the same thing is written.
    pub fn without_spans(&self) -> Expr {
        let mut bare = self.clone();
        bare.clear_spans();
        bare
    }

    fn clear_spans(&mut self) {
        self.span = Span::default();
        match &mut self.kind {
            ExprKind::Apply(_, arguments) => arguments.iter_mut().for_each(Expr::clear_spans),
            ExprKind::Matches(text, _) => text.clear_spans(),
            ExprKind::Aggregate(aggregate) => {
                let parts = [&mut aggregate.value, &mut aggregate.half_life, &mut aggregate.filter];
                parts.into_iter().flatten().for_each(Expr::clear_spans);
                if let Some(then) = &mut aggregate.then {
                    then.within.clear_spans();
                    then.filter.iter_mut().for_each(Expr::clear_spans);
                }
                if let Some(Window::Last(length)) = &mut aggregate.window {
                    length.clear_spans();
                }
            }
            ExprKind::Select(select) => {
                select.of.iter_mut().for_each(Expr::clear_spans);
                for row in &mut select.rows {
                    row.span = Span::default();
                    row.value.clear_spans();
                    row.patterns.iter_mut().for_each(Pattern::clear_spans);
                }
            }
            ExprKind::Constant(_)
            | ExprKind::Param(_)
            | ExprKind::Attribute(_)
            | ExprKind::Context(_)
            | ExprKind::Field(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::Let(_)
            | ExprKind::Score(..)
            | ExprKind::Segment(_)
            | ExprKind::Gate(_)
            | ExprKind::InList(_)
            | ExprKind::CasePriority
            | ExprKind::CaseProperty(_) => {}
        }
    }
}

impl Pattern {
    fn clear_spans(&mut self) {
        match self {
            Pattern::Missing | Pattern::Any => {}
            Pattern::Range { low, high } => {
                [low, high].into_iter().flatten().for_each(|(bound, _)| bound.clear_spans());
            }
            Pattern::Values(values) => values.iter_mut().for_each(Expr::clear_spans),
        }
    }
}

impl Offer {
    /// The values offered.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.fields.iter().chain(self.on.iter().flat_map(|(_, fields)| fields)).map(|(_, value)| value)
    }
}

impl ScoreKind {
    /// The expressions of a score.
    pub fn expressions(&self) -> Vec<&Expr> {
        let mut all = Vec::new();
        match self {
            ScoreKind::Expression { value, .. } => all.push(value),
            ScoreKind::Scorecard(card) => {
                all.push(&card.base);
                for factor in &card.factors {
                    match &factor.scoring {
                        // Points hold the factor as their column.
                        FactorScoring::Points(points) => all.push(points),
                        FactorScoring::BinsAt(cuts) => {
                            all.push(&factor.of);
                            all.extend(cuts);
                        }
                        FactorScoring::Bins(count) => all.extend([&factor.of, count]),
                        FactorScoring::Each => all.push(&factor.of),
                    }
                }
                if let Some(learned) = &card.learned {
                    all.extend([&learned.outcome, &learned.points, &learned.odds, &learned.doubling]);
                }
            }
            ScoreKind::Behavior(behavior) => {
                all.push(&behavior.sum);
                all.extend(&behavior.cap);
                all.extend(&behavior.floor);
            }
            ScoreKind::Rfm(rfm) => {
                all.extend([&rfm.last, &rfm.frequency]);
                all.extend(&rfm.monetary);
                for cuts in [&rfm.recency_cuts, &rfm.frequency_cuts, &rfm.monetary_cuts] {
                    if let Cuts::At(at) = cuts {
                        all.extend(at);
                    }
                }
            }
            ScoreKind::Cluster(cluster) => {
                all.extend(&cluster.features);
                if let MissingFill::Constant(fill) = &cluster.missing {
                    all.push(fill);
                }
                if let Centers::At(centers) = &cluster.centers {
                    all.extend(centers.iter().flatten());
                }
            }
            ScoreKind::Composite(composite) => {
                all.extend(composite.members.iter().flat_map(|(weight, member, _)| [weight, member]));
            }
            ScoreKind::Affinity(affinity) => {
                all.extend(&affinity.set);
                if let Some(Window::Last(length)) = &affinity.window {
                    all.push(length);
                }
                all.extend([&affinity.min_support, &affinity.min_confidence, &affinity.max_size]);
            }
            ScoreKind::Lifetime(lifetime) => {
                all.extend(&lifetime.filter);
                all.extend(&lifetime.monetary);
                all.extend([&lifetime.unit, &lifetime.horizon, &lifetime.discount]);
            }
        }
        all
    }
}

impl Model {
    /// The value of an expression that reads constants and params only; none for any other.
    pub fn constant(&self, expr: &Expr) -> Option<Value> {
        constants::evaluate(expr, self)
    }

    /// The same for an expression that reads no param: what no override can change.
    pub fn fixed(&self, expr: &Expr) -> Option<Value> {
        constants::evaluate_with(expr, &self.zone, &|_| None)
    }

    /// Every expression of the model but those of its tests, outermost ones only.
    pub fn expressions(&self) -> Vec<&Expr> {
        let mut all: Vec<&Expr> = self.lets.iter().map(|l| &l.value).collect();
        all.extend(self.scores.iter().flat_map(|score| score.kind.expressions()));
        all.extend(self.segments.iter().map(|segment| &segment.condition));
        all.extend(self.gates.iter().flat_map(|gate| &gate.clauses).map(|clause| &clause.condition));
        for channel in &self.channels {
            all.extend(channel.clauses.iter().map(|clause| &clause.condition));
            all.extend(channel.quiet.iter().filter_map(|quiet| quiet.zone.as_ref()));
            all.extend(&channel.capacity);
        }
        for rule in &self.contacts {
            all.extend(rule.kind.expressions());
        }
        for case in &self.cases {
            all.extend(case.clauses.iter().map(|clause| &clause.condition));
            all.extend(case.runs.iter().flat_map(|runs| [&runs.from, &runs.through]));
            all.extend(&case.priority);
            all.extend(case.holdout.iter().map(|holdout| &holdout.share));
            all.extend(&case.quota);
            all.extend(case.budgets.iter().map(|(amount, _)| amount));
            all.extend(&case.properties);
            all.extend(case.offer.expressions());
            for variant in &case.variants {
                all.push(&variant.share);
                all.extend(variant.offer.iter().flat_map(Offer::expressions));
            }
        }
        for decide in &self.decides {
            all.extend(&decide.when);
            all.extend(&decide.rank_by);
            all.extend(&decide.top);
            all.extend(&decide.per_group);
            all.extend(decide.control.iter().map(|control| &control.share));
        }
        all
    }
}

impl ContactRuleKind {
    /// The window of a cap, the length of a pause.
    pub fn length(&self) -> &Expr {
        match self {
            ContactRuleKind::Cap { window, .. } => window,
            ContactRuleKind::Pause { length, .. } | ContactRuleKind::PauseWithout { length, .. } => length,
        }
    }

    /// Count and length.
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            ContactRuleKind::Cap { count, .. } | ContactRuleKind::PauseWithout { count, .. } => {
                vec![count, self.length()]
            }
            ContactRuleKind::Pause { .. } => vec![self.length()],
        }
    }
}
