//! Checked expressions and scores → nodes. Equal expressions become one node; params become constants;
//! what reads only constants is computed here.

use std::sync::Arc;

use regex::Regex;
use rustc_hash::FxHashMap;

use super::PlanError;
use super::lifetime::LifetimeTable;
use super::node::{
    AggregateNode, Full, NearestPart, Node, Nodes, PatternNode, SelectNode, Slot, ThenNode, WindowNode,
};
use super::semantics::{self, Clock};
use crate::model::{
    Aggregate, Base, Behavior, Centers, Cluster, Cuts, Expr, ExprKind, FactorScoring, GateId, Given, LetId,
    Model, Number, Op, Pattern, PropertyId, Rfm, ScoreId, ScoreKind, ScorePart, Select, TableId, Window,
};
use crate::parameters::Parameters;
use crate::syntax::ast::ConditionKind;
use crate::values::{Date, Decimal, Time, Value, ValueKey};

/// Centres in the scale in which distances are taken.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CenterTable {
    /// Per feature: what is subtracted, and what the difference is multiplied by.
    pub scale: Vec<(f64, f64)>,
    /// Per feature: what stands in for a missing value.
    pub fill: Vec<Option<f64>>,
    /// One vector per label, scaled.
    pub centers: Vec<Vec<f64>>,
}

/// The rules for one item, best first: the items on the left, and what the rule says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleTable {
    /// The first one that fires counts.
    pub rules: Vec<(Vec<Value>, f64)>,
}

impl RuleTable {
    /// What the best rule says whose left side is held.
    pub fn best(&self, held: &Value) -> Option<f64> {
        let fires = |(left, _): &&(Vec<Value>, f64)| left.iter().all(|item| held.contains(item));
        self.rules.iter().find(fires).map(|(_, number)| *number)
    }
}

/// The case whose rank is being lowered.
#[derive(Debug, Clone)]
pub(super) struct RankScope {
    pub(super) priority: Slot,
    pub(super) properties: Arc<[Slot]>,
}

pub(super) struct Lowerer<'m> {
    pub(super) model: &'m Model,
    pub(super) nodes: Nodes,
    pub(super) patterns: Vec<Regex>,
    pub(super) centers: Vec<CenterTable>,
    pub(super) rules: Vec<RuleTable>,
    pub(super) lifetimes: Vec<LifetimeTable>,
    pub(super) parameters: Option<&'m Parameters>,
    /// A learned score without parameters becomes a node that says so, instead of an error.
    pub(super) lenient: bool,
    /// The slot of every expression of the model that stands outside `rank by`, by its place in memory.
    pub(super) places: FxHashMap<usize, Slot>,
    pub(super) scores: FxHashMap<(ScoreId, ScorePart), Slot>,
    pattern_places: FxHashMap<Arc<str>, u32>,
    given: FxHashMap<Given, Value>,
    lets: Vec<Option<Slot>>,
    segments: Vec<Option<Slot>>,
    gates: Vec<Option<Slot>>,
    pub(super) tables: Vec<TableId>,
    rank: Option<RankScope>,
    depth: u32,
}

/// Deepest nesting of declarations and expressions that is followed.
const MAX_RECURSION: u32 = 600;

impl<'m> Lowerer<'m> {
    pub(super) fn new(
        model: &'m Model,
        given: &[(Given, Value)],
        parameters: Option<&'m Parameters>,
    ) -> Lowerer<'m> {
        Lowerer {
            model,
            nodes: Nodes::default(),
            patterns: Vec::new(),
            centers: Vec::new(),
            rules: Vec::new(),
            lifetimes: Vec::new(),
            parameters,
            lenient: false,
            places: FxHashMap::default(),
            scores: FxHashMap::default(),
            pattern_places: FxHashMap::default(),
            given: given.iter().cloned().collect(),
            lets: vec![None; model.lets.len()],
            segments: vec![None; model.segments.len()],
            gates: vec![None; model.gates.len()],
            tables: Vec::new(),
            rank: None,
            depth: 0,
        }
    }

    pub(super) fn add(&mut self, node: Node) -> Result<Slot, PlanError> {
        self.nodes.intern(node).map_err(|full| match full {
            Full::Nodes => PlanError::too_large(),
            Full::Depth => PlanError::too_deep(),
        })
    }

    pub(super) fn constant(&mut self, value: Value) -> Result<Slot, PlanError> {
        self.add(Node::Constant(ValueKey(value)))
    }

    /// An operator, computed now if everything it reads is constant.
    pub(super) fn apply(&mut self, op: Op, args: Vec<Slot>) -> Result<Slot, PlanError> {
        let constants: Option<Vec<&Value>> = args.iter().map(|slot| self.nodes.constant(*slot)).collect();
        if let Some(constants) = constants.filter(|_| !semantics::reads_clock(op)) {
            static NOTHING: Value = Value::Missing;
            let clock = Clock { now: Time(0), today: Date(0), zone: &self.model.zone };
            let value = semantics::value(
                op,
                constants.len(),
                |n| constants.get(n).copied().unwrap_or(&NOTHING),
                &clock,
            );
            return self.constant(value);
        }
        self.add(Node::Apply(op, args.into()))
    }

    /// The constant value of an expression over constants and params.
    pub(super) fn constant_value(&mut self, expr: &'m Expr) -> Result<Value, PlanError> {
        let slot = self.expr(expr)?;
        self.nodes
            .constant(slot)
            .cloned()
            .ok_or_else(|| PlanError::internal("a clause that must be constant is not"))
    }

    pub(super) fn ranked(&mut self, expr: &'m Expr, scope: RankScope) -> Result<Slot, PlanError> {
        self.rank = Some(scope);
        let slot = self.expr(expr);
        self.rank = None;
        slot
    }

    /// The slot of an expression.
    pub(super) fn expr(&mut self, expr: &'m Expr) -> Result<Slot, PlanError> {
        self.depth += 1;
        if self.depth > MAX_RECURSION {
            return Err(PlanError::too_deep());
        }
        let slot = self.kind(expr)?;
        self.depth -= 1;
        if self.rank.is_none() {
            self.places.insert(std::ptr::from_ref(expr).addr(), slot);
        }
        Ok(slot)
    }

    fn exprs(&mut self, exprs: &'m [Expr]) -> Result<Vec<Slot>, PlanError> {
        exprs.iter().map(|e| self.expr(e)).collect()
    }

    fn kind(&mut self, expr: &'m Expr) -> Result<Slot, PlanError> {
        let index = |n: usize| n as u32;
        match &expr.kind {
            ExprKind::Constant(value) => self.constant(value.clone()),
            ExprKind::Param(id) => {
                let value = self.model.params.get(id.0).map(|p| p.value.clone()).unwrap_or_default();
                self.constant(value)
            }
            ExprKind::Attribute(n) => self.add(Node::Attribute(index(*n))),
            ExprKind::Context(n) => self.add(Node::Context(index(*n))),
            ExprKind::Field(n) => {
                let table = self
                    .tables
                    .last()
                    .copied()
                    .ok_or_else(|| PlanError::internal("a field outside events"))?;
                self.add(Node::Field(table, index(*n)))
            }
            ExprKind::Now => self.add(Node::Now),
            ExprKind::Today => self.add(Node::Today),
            ExprKind::Let(id) => self.let_value(*id),
            ExprKind::Score(id, part) => self.score(*id, part),
            ExprKind::Segment(id) => self.segment(id.0),
            ExprKind::Gate(id) => self.gate(*id),
            ExprKind::InList(id) => self.add(Node::InList(index(id.0))),
            ExprKind::CasePriority => self
                .rank
                .as_ref()
                .map(|r| r.priority)
                .ok_or_else(|| PlanError::internal("priority outside rank")),
            ExprKind::CaseProperty(PropertyId(n)) => self
                .rank
                .as_ref()
                .and_then(|r| r.properties.get(*n).copied())
                .ok_or_else(|| PlanError::internal("a property outside rank")),
            ExprKind::Apply(op, args) => {
                let args = self.exprs(args)?;
                self.apply(*op, args)
            }
            ExprKind::Matches(text, pattern) => {
                let text = self.expr(text)?;
                let pattern = self.pattern(pattern)?;
                self.add(Node::Matches(text, pattern))
            }
            ExprKind::Aggregate(aggregate) => {
                let zero = match expr.ty.base {
                    Base::Decimal => Value::Decimal(Decimal::from_i64(0)),
                    Base::Float => Value::Float(0.0),
                    _ => Value::Int(0),
                };
                self.aggregate(aggregate, zero)
            }
            ExprKind::Select(select) => self.select(select),
        }
    }

    fn pattern(&mut self, pattern: &Arc<str>) -> Result<u32, PlanError> {
        if let Some(place) = self.pattern_places.get(pattern) {
            return Ok(*place);
        }
        let regex =
            Regex::new(pattern).map_err(|_| PlanError::internal("a pattern that does not compile"))?;
        let place = self.patterns.len() as u32;
        self.patterns.push(regex);
        self.pattern_places.insert(pattern.clone(), place);
        Ok(place)
    }

    pub(super) fn let_value(&mut self, id: LetId) -> Result<Slot, PlanError> {
        if let Some(Some(slot)) = self.lets.get(id.0) {
            return Ok(*slot);
        }
        let model = self.model;
        let declared = model.lets.get(id.0).ok_or_else(|| PlanError::internal("an unknown let"))?;
        let slot = match self.given.get(&Given::Let(id)).cloned() {
            Some(value) => self.constant(value)?,
            None => self.global(|lowerer| lowerer.expr(&declared.value))?,
        };
        if let Some(place) = self.lets.get_mut(id.0) {
            *place = Some(slot);
        }
        Ok(slot)
    }

    /// Lowers what stands outside any event and any rank, whoever asks for it.
    fn global<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, PlanError>) -> Result<T, PlanError> {
        let rank = self.rank.take();
        let tables = std::mem::take(&mut self.tables);
        let result = f(self);
        self.rank = rank;
        self.tables = tables;
        result
    }

    pub(super) fn segment(&mut self, n: usize) -> Result<Slot, PlanError> {
        if let Some(Some(slot)) = self.segments.get(n) {
            return Ok(*slot);
        }
        let model = self.model;
        let declared = model.segments.get(n).ok_or_else(|| PlanError::internal("an unknown segment"))?;
        let slot = self.global(|lowerer| lowerer.expr(&declared.condition))?;
        if let Some(place) = self.segments.get_mut(n) {
            *place = Some(slot);
        }
        Ok(slot)
    }

    pub(super) fn gate(&mut self, id: GateId) -> Result<Slot, PlanError> {
        if let Some(Some(slot)) = self.gates.get(id.0) {
            return Ok(*slot);
        }
        let model = self.model;
        let declared = model.gates.get(id.0).ok_or_else(|| PlanError::internal("an unknown gate"))?;
        let slot = self.global(|lowerer| {
            let clauses: Result<Vec<Slot>, PlanError> =
                declared.clauses.iter().map(|c| lowerer.clause(c)).collect();
            lowerer.conjunction(clauses?)
        })?;
        if let Some(place) = self.gates.get_mut(id.0) {
            *place = Some(slot);
        }
        Ok(slot)
    }

    pub(super) fn conjunction(&mut self, clauses: Vec<Slot>) -> Result<Slot, PlanError> {
        match clauses.as_slice() {
            [one] => Ok(*one),
            _ => self.apply(Op::And, clauses),
        }
    }

    /// The slot of "this clause holds".
    pub(super) fn clause(&mut self, clause: &'m crate::model::Clause) -> Result<Slot, PlanError> {
        let condition = self.expr(&clause.condition)?;
        match clause.kind {
            ConditionKind::Exclude => self.apply(Op::Not, vec![condition]),
            ConditionKind::For | ConditionKind::Require => Ok(condition),
        }
    }

    fn aggregate(&mut self, aggregate: &'m Aggregate, zero: Value) -> Result<Slot, PlanError> {
        let half_life = self.micros(aggregate.half_life.as_ref())?;
        let window = self.window(aggregate.window.as_ref())?;
        self.tables.push(aggregate.table);
        let value = aggregate.value.as_ref().map(|e| self.expr(e)).transpose()?;
        let filter = aggregate.filter.as_ref().map(|e| self.expr(e)).transpose()?;
        self.tables.pop();
        let then = match &aggregate.then {
            Some(then) => {
                let within = self.micros(Some(&then.within))?.unwrap_or_default();
                self.tables.push(then.table);
                let filter = then.filter.as_ref().map(|e| self.expr(e)).transpose()?;
                self.tables.pop();
                Some(ThenNode { within, table: then.table, kind: self.table_kind(then.table)?, filter })
            }
            None => None,
        };
        let mut reads = Vec::new();
        let roots = [value, filter, then.as_ref().and_then(|t| t.filter)];
        roots.into_iter().flatten().for_each(|root| self.outside_event(root, &mut reads));
        let kind = self.table_kind(aggregate.table)?;
        self.add(Node::Aggregate(Box::new(AggregateNode {
            function: aggregate.function,
            table: aggregate.table,
            kind,
            value,
            zero: ValueKey(zero),
            half_life,
            filter,
            window,
            then,
            reads: reads.into(),
        })))
    }

    pub(super) fn table_kind(&self, id: TableId) -> Result<crate::model::TableKind, PlanError> {
        self.model.tables.get(id.0).map(|t| t.kind).ok_or_else(|| PlanError::internal("an unknown table"))
    }

    fn micros(&mut self, length: Option<&'m Expr>) -> Result<Option<i64>, PlanError> {
        match length.map(|e| self.constant_value(e)).transpose()? {
            Some(Value::Duration(d)) => Ok(Some(d.0)),
            Some(_) => Err(PlanError::internal("a length that is not a duration")),
            None => Ok(None),
        }
    }

    pub(super) fn window(&mut self, window: Option<&'m Window>) -> Result<Option<WindowNode>, PlanError> {
        Ok(match window {
            Some(Window::Last(length)) => Some(WindowNode::Last(ValueKey(self.constant_value(length)?))),
            Some(Window::This(unit)) => Some(WindowNode::This(*unit)),
            None => None,
        })
    }

    /// The largest parts below `root` that read no field of an event.
    pub(super) fn outside_event(&self, root: Slot, out: &mut Vec<Slot>) {
        if !self.nodes.in_event(root) {
            if !out.contains(&root) {
                out.push(root);
            }
            return;
        }
        if let Some(node) = self.nodes.get(root) {
            node.arguments(|slot| self.outside_event(slot, out));
        }
    }

    fn select(&mut self, select: &'m Select) -> Result<Slot, PlanError> {
        let of = self.exprs(&select.of)?;
        let mut rows = Vec::with_capacity(select.rows.len());
        for row in &select.rows {
            let patterns: Result<Box<[PatternNode]>, PlanError> =
                row.patterns.iter().map(|p| self.pattern_node(p)).collect();
            rows.push((patterns?, self.expr(&row.value)?));
        }
        self.add(Node::Select(Box::new(SelectNode { of: of.into(), rows: rows.into() })))
    }

    fn pattern_node(&mut self, pattern: &'m Pattern) -> Result<PatternNode, PlanError> {
        let end = |lowerer: &mut Self, end: &'m Option<(Expr, bool)>| match end {
            Some((bound, included)) => {
                lowerer.constant_value(bound).map(|value| Some((ValueKey(value), *included)))
            }
            None => Ok(None),
        };
        Ok(match pattern {
            Pattern::Missing => PatternNode::Missing,
            Pattern::Any => PatternNode::Any,
            Pattern::Range { low, high } => {
                PatternNode::Range { low: end(self, low)?, high: end(self, high)? }
            }
            Pattern::Values(values) => {
                let values: Result<Box<[ValueKey]>, PlanError> =
                    values.iter().map(|v| self.constant_value(v).map(ValueKey)).collect();
                PatternNode::Values(values?)
            }
        })
    }

    /// The slot of a part of a score.
    pub(super) fn score(&mut self, id: ScoreId, part: &ScorePart) -> Result<Slot, PlanError> {
        let key = (id, part.clone());
        if let Some(slot) = self.scores.get(&key) {
            return Ok(*slot);
        }
        let model = self.model;
        let declared = model.scores.get(id.0).ok_or_else(|| PlanError::internal("an unknown score"))?;
        let slot = match self.given.get(&Given::Score(id, part.clone())).cloned() {
            Some(value) => self.constant(value)?,
            None => {
                let depth = self.depth;
                match self.global(|lowerer| lowerer.score_part(id, &declared.kind, part)) {
                    Err(error) if self.lenient && error.missing_parameters().is_some() => {
                        self.depth = depth;
                        let reads = self.global(|lowerer| lowerer.lessons(id))?.into();
                        self.add(Node::Unlearned { score: id.0 as u32, reads })?
                    }
                    other => other?,
                }
            }
        };
        self.scores.insert(key, slot);
        Ok(slot)
    }

    fn score_part(&mut self, id: ScoreId, kind: &'m ScoreKind, part: &ScorePart) -> Result<Slot, PlanError> {
        match kind {
            ScoreKind::Expression { value, .. } => self.expr(value),
            ScoreKind::Scorecard(card) if card.learned.is_some() => self.learned_scorecard(id, card),
            ScoreKind::Scorecard(card) => {
                let mut terms = vec![self.expr(&card.base)?];
                for factor in &card.factors {
                    match &factor.scoring {
                        FactorScoring::Points(points) => terms.push(self.expr(points)?),
                        _ => {
                            return Err(PlanError::internal(
                                "learned points in a scorecard that is not learned",
                            ));
                        }
                    }
                }
                self.apply(Op::Add(card.number), terms)
            }
            ScoreKind::Behavior(behavior) => {
                let sum = self.bounded_sum(behavior)?;
                if behavior.percentile { self.percentile(id, sum) } else { Ok(sum) }
            }
            ScoreKind::Rfm(rfm) => self.rfm_part(id, rfm, part),
            ScoreKind::Cluster(cluster) => self.cluster_part(id, cluster, part),
            ScoreKind::Composite(composite) => {
                let mut terms = Vec::with_capacity(composite.members.len());
                for (weight, member, _) in &composite.members {
                    let pair = vec![self.expr(weight)?, self.expr(member)?];
                    terms.push(self.apply(Op::Multiply(Number::Float), pair)?);
                }
                self.apply(Op::Add(Number::Float), terms)
            }
            ScoreKind::Affinity(affinity) => self.best_rule(id, affinity, part),
            ScoreKind::Lifetime(lifetime) => self.lifetime_part(id, lifetime, part),
        }
    }

    /// The decayed sum within its bounds.
    pub(super) fn bounded_sum(&mut self, behavior: &'m Behavior) -> Result<Slot, PlanError> {
        let mut slot = self.expr(&behavior.sum)?;
        if let Some(cap) = &behavior.cap {
            let cap = self.expr(cap)?;
            slot = self.apply(Op::Min, vec![slot, cap])?;
        }
        if let Some(floor) = &behavior.floor {
            let floor = self.expr(floor)?;
            slot = self.apply(Op::Max, vec![slot, floor])?;
        }
        Ok(slot)
    }

    fn rfm_part(&mut self, id: ScoreId, rfm: &'m Rfm, part: &ScorePart) -> Result<Slot, PlanError> {
        let frequency = self.expr(&rfm.frequency)?;
        let zero = self.constant(Value::Int(0))?;
        match part {
            ScorePart::Frequency => Ok(frequency),
            ScorePart::Recency => {
                let last = self.expr(&rfm.last)?;
                let today = self.add(Node::Today)?;
                self.apply(Op::DaysBetween, vec![last, today])
            }
            ScorePart::Monetary => {
                let Some(monetary) = &rfm.monetary else { return self.constant(Value::Missing) };
                let nothing = match monetary.ty.base {
                    Base::Decimal => Value::Decimal(Decimal::from_i64(0)),
                    Base::Float => Value::Float(0.0),
                    _ => Value::Int(0),
                };
                let nothing = self.constant(nothing)?;
                let monetary = self.expr(monetary)?;
                let none = self.apply(Op::Eq, vec![frequency, zero])?;
                self.apply(Op::If, vec![none, nothing, monetary])
            }
            ScorePart::R => {
                let value = self.score(id, &ScorePart::Recency)?;
                self.cut_score(id, rfm, part, value)
            }
            ScorePart::F | ScorePart::M => {
                let of = if *part == ScorePart::F { ScorePart::Frequency } else { ScorePart::Monetary };
                if *part == ScorePart::M && rfm.monetary.is_none() {
                    return self.constant(Value::Missing);
                }
                let value = self.score(id, &of)?;
                let score = self.cut_score(id, rfm, part, value)?;
                let none = self.apply(Op::Eq, vec![frequency, zero])?;
                let missing = self.constant(Value::Missing)?;
                self.apply(Op::If, vec![none, missing, score])
            }
            ScorePart::Total | ScorePart::Code => {
                let mut digits = vec![self.score(id, &ScorePart::R)?, self.score(id, &ScorePart::F)?];
                if rfm.monetary.is_some() {
                    digits.push(self.score(id, &ScorePart::M)?);
                }
                match part {
                    ScorePart::Total => self.apply(Op::Add(Number::Int), digits),
                    _ => self.add(Node::Code(digits.into())),
                }
            }
            _ => Err(PlanError::internal("a part that an rfm does not have")),
        }
    }

    fn cut_score(
        &mut self,
        id: ScoreId,
        rfm: &'m Rfm,
        part: &ScorePart,
        value: Slot,
    ) -> Result<Slot, PlanError> {
        let (cuts, reversed) = match part {
            ScorePart::R => (&rfm.recency_cuts, true),
            ScorePart::F => (&rfm.frequency_cuts, false),
            _ => (&rfm.monetary_cuts, false),
        };
        match cuts {
            Cuts::At(cuts) => {
                let cuts: Result<Vec<ValueKey>, PlanError> =
                    cuts.iter().map(|c| self.constant_value(c).map(ValueKey)).collect();
                self.add(Node::CutScore { value, cuts: cuts?.into(), reversed })
            }
            Cuts::Learned(_) => self.learned_cut_score(id, rfm, part, value),
        }
    }

    fn cluster_part(
        &mut self,
        id: ScoreId,
        cluster: &'m Cluster,
        part: &ScorePart,
    ) -> Result<Slot, PlanError> {
        let table = match &cluster.centers {
            Centers::At(centers) => self.centers_by_hand(cluster, centers)?,
            Centers::Learned { .. } => self.learned_centers(id, cluster)?,
        };
        let features = self.exprs(&cluster.features)?;
        let place = match self.centers.iter().position(|t| *t == table) {
            Some(place) => place,
            None => {
                self.centers.push(table);
                self.centers.len() - 1
            }
        };
        let part = match part {
            ScorePart::Label => NearestPart::Label,
            ScorePart::Distance => NearestPart::Distance,
            _ => return Err(PlanError::internal("a part that a cluster does not have")),
        };
        self.add(Node::Nearest { features: features.into(), centers: place as u32, part })
    }

    fn centers_by_hand(
        &mut self,
        cluster: &'m Cluster,
        centers: &'m [Vec<Expr>],
    ) -> Result<CenterTable, PlanError> {
        let mut table =
            CenterTable { scale: vec![(0.0, 1.0); cluster.features.len()], ..CenterTable::default() };
        for center in centers {
            let center: Result<Vec<f64>, PlanError> =
                center.iter().map(|c| self.constant_value(c).and_then(float)).collect();
            table.centers.push(center?);
        }
        let fill = match &cluster.missing {
            crate::model::MissingFill::None => None,
            crate::model::MissingFill::Constant(fill) => Some(float(self.constant_value(fill)?)?),
            crate::model::MissingFill::Mean | crate::model::MissingFill::Median => {
                return Err(PlanError::internal("a learned fill beside centres by hand"));
            }
        };
        table.fill = vec![fill; cluster.features.len()];
        Ok(table)
    }
}

fn float(value: Value) -> Result<f64, PlanError> {
    match value {
        Value::Float(x) => Ok(x),
        _ => Err(PlanError::internal("a number of a cluster that is not a float")),
    }
}
