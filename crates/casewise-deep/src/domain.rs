//! The values of one slot, cut into cells that the tests on it cannot tell apart.

use casewise_core::model::check::domain::{key, value_at};
use casewise_core::model::{Base, Op};
use casewise_core::plan::node::PatternNode;
use casewise_core::plan::{Node, Plan, Slot, semantics};
use casewise_core::values::{Date, Time, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::kleene::{Step, at_distance, bare, constant, is_date, near_now, step, with_value};
use crate::ranges::Ranges;

/// Values that no test of the domain tells apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// One of them, as ordinary as can be.
    pub(crate) sample: Sample,
    /// The truth of each test.
    pub(crate) truths: Vec<Option<bool>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sample {
    Value(Value),
    /// Days or microseconds from now.
    FromNow(i128),
}

/// Something that is asked of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// The truth in a slot.
    Truth(Slot),
    /// Whether the value in a slot matches.
    Pattern(Slot, PatternNode),
}

impl Test {
    /// The truth where the value is this one.
    fn truth(&self, plan: &Plan, of: Slot, value: &Value) -> Option<bool> {
        match self {
            Test::Truth(slot) => with_value(plan, *slot, of, value).as_bool(),
            Test::Pattern(slot, pattern) => Some(pattern.matches(&with_value(plan, *slot, of, value))),
        }
    }

    /// The slots in which the value is compared, widened or not.
    fn sides(&self, plan: &Plan, of: Slot) -> Vec<Slot> {
        match self {
            Test::Truth(slot) => match plan.nodes.get(*slot) {
                Some(Node::Apply(_, args)) => {
                    args.iter().copied().filter(|arg| bare(plan, *arg) == of).collect()
                }
                _ => Vec::new(),
            },
            Test::Pattern(slot, _) => vec![*slot],
        }
    }

    /// The constants that the value is compared with, those of lists one by one.
    fn constants(&self, plan: &Plan, of: Slot) -> Vec<Value> {
        match self {
            Test::Truth(slot) => constants(plan, *slot, of),
            Test::Pattern(_, pattern) => match pattern {
                PatternNode::Missing | PatternNode::Any => Vec::new(),
                PatternNode::Range { low, high } => {
                    [low, high].into_iter().flatten().map(|(end, _)| end.0.clone()).collect()
                }
                PatternNode::Values(values) => values.iter().map(|value| value.0.clone()).collect(),
            },
        }
    }

    /// Whether only the presence of the value is asked.
    fn asks_presence(&self, plan: &Plan) -> bool {
        match self {
            Test::Truth(slot) => {
                matches!(plan.nodes.get(*slot), Some(Node::Apply(Op::IsMissing | Op::IsPresent, _)))
            }
            Test::Pattern(_, pattern) => matches!(pattern, PatternNode::Missing | PatternNode::Any),
        }
    }
}

/// The cells of a value under tests with constants; none if there are too many, or its type is not a line.
fn of_value(plan: &Plan, ranges: &mut Ranges, of: Slot, tests: &[Test]) -> Option<Vec<Cell>> {
    let mut samples: Vec<Value> = Vec::new();
    let base = base_of(plan, of, tests);
    match &base {
        Some(Base::Text | Base::Case) => {
            for test in tests {
                samples.extend(test.constants(plan, of));
            }
            let mut other = "other".to_owned();
            while samples.contains(&Value::Text(other.as_str().into())) {
                other.push('.');
            }
            samples.push(Value::Text(other.into()));
        }
        Some(Base::Set(_)) | None => {
            // Only whether it is there can be asked.
            if !tests.iter().all(|test| test.asks_presence(plan)) {
                return None;
            }
            samples.push(Value::set(Vec::new()));
        }
        Some(base) => samples.extend(on_a_line(plan, ranges, of, base, tests)?),
    }
    let mut cells: Vec<Cell> = Vec::new();
    let truths = |value: &Value| -> Vec<Option<bool>> {
        tests.iter().map(|test| test.truth(plan, of, value)).collect()
    };
    for value in samples {
        let truths = truths(&value);
        if !cells.iter().any(|cell| cell.truths == truths) {
            cells.push(Cell { sample: Sample::Value(value), truths });
        }
    }
    if ranges.may_miss(plan, of) {
        cells.insert(0, Cell { truths: truths(&Value::Missing), sample: Sample::Value(Value::Missing) });
    }
    Some(cells)
}

/// In how many ways a plan looks at a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looks {
    /// By tests with constants only.
    One,
    /// Also at how far it is from now, at its elements, or beside another value.
    Several,
}

/// The cells of every value under all tests that a plan has on it: made once, when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Domains {
    /// None until looked for.
    tests: Option<Tests>,
    cells: FxHashMap<Slot, Option<Vec<Cell>>>,
    from_now: FxHashMap<Slot, Option<Vec<Cell>>>,
}

/// The tests of a plan by the value that they look at, ascending.
#[derive(Debug, Default)]
struct Tests {
    of_value: FxHashMap<Slot, Vec<Slot>>,
    from_now: FxHashMap<Slot, Vec<Slot>>,
    otherwise: FxHashSet<Slot>,
}

impl Domains {
    /// In how many ways a value is looked at.
    pub(crate) fn looks(&mut self, plan: &Plan, of: Slot) -> Looks {
        let tests = self.tests.get_or_insert_with(|| all_tests(plan));
        let several = tests.from_now.contains_key(&of) || tests.otherwise.contains(&of);
        if several { Looks::Several } else { Looks::One }
    }

    /// The cells of a value under all tests on it, and which of their truths is that of one test.
    pub(crate) fn all_of_value(
        &mut self,
        plan: &Plan,
        ranges: &mut Ranges,
        of: Slot,
        test: Slot,
    ) -> Option<(usize, &[Cell])> {
        let known = self.tests.get_or_insert_with(|| all_tests(plan)).of_value.get(&of)?;
        let column = known.binary_search(&test).ok()?;
        let cells = self.cells.entry(of).or_insert_with(|| {
            let all: Vec<Test> = known.iter().copied().map(Test::Truth).collect();
            of_value(plan, ranges, of, &all)
        });
        Some((column, cells.as_deref()?))
    }

    /// The cells of how far a value is from now, under all tests of that, and which of their truths is that of one.
    pub(crate) fn all_from_now(
        &mut self,
        plan: &Plan,
        ranges: &mut Ranges,
        of: Slot,
        test: Slot,
    ) -> Option<(usize, &[Cell])> {
        let known = self.tests.get_or_insert_with(|| all_tests(plan)).from_now.get(&of)?;
        let column = known.binary_search(&test).ok()?;
        let cells = self.from_now.entry(of).or_insert_with(|| from_now(plan, ranges, of, known));
        Some((column, cells.as_deref()?))
    }

    /// As [`of_value`]: the cells of a value under some of the tests on it.
    pub(crate) fn of_value(
        &mut self,
        plan: &Plan,
        ranges: &mut Ranges,
        of: Slot,
        tests: &[Test],
    ) -> Option<Vec<Cell>> {
        let mut columns = Vec::with_capacity(tests.len());
        for test in tests {
            let column = match test {
                Test::Truth(slot) => self.all_of_value(plan, ranges, of, *slot).map(|(column, _)| column),
                Test::Pattern(..) => None,
            };
            let Some(column) = column else { return of_value(plan, ranges, of, tests) };
            columns.push(column);
        }
        let mut cells: Vec<Cell> = Vec::new();
        for cell in self.cells(of) {
            let truths: Vec<Option<bool>> =
                columns.iter().map(|n| cell.truths.get(*n).copied().flatten()).collect();
            // The missing value stays apart: whether it is there is asked in other ways too.
            let alike = |known: &Cell| known.truths == truths && is_missing(known) == is_missing(cell);
            if !cells.iter().any(alike) {
                cells.push(Cell { sample: cell.sample.clone(), truths });
            }
        }
        Some(cells)
    }

    /// The cells of a value, if they were asked for.
    pub(crate) fn cells(&self, of: Slot) -> &[Cell] {
        self.cells.get(&of).and_then(|cells| cells.as_deref()).unwrap_or_default()
    }

    /// The cells of how far a value is from now, if they were asked for.
    pub(crate) fn cells_from_now(&self, of: Slot) -> &[Cell] {
        self.from_now.get(&of).and_then(|cells| cells.as_deref()).unwrap_or_default()
    }
}

fn all_tests(plan: &Plan) -> Tests {
    let mut tests = Tests::default();
    for (slot, node) in (0_u32..).map(Slot).zip(plan.nodes.iter()) {
        let may_be_test = match node {
            Node::Apply(op, _) => semantics::gives_truth(*op),
            Node::Attribute(_) | Node::Context(_) => matches!(base_of(plan, slot, &[]), Some(Base::Bool)),
            _ => false,
        };
        if !may_be_test {
            continue;
        }
        match step(plan, slot) {
            Step::Value { of } => tests.of_value.entry(of).or_default().push(slot),
            Step::FromNow { of } => tests.from_now.entry(of).or_default().push(slot),
            Step::Elements { set, .. } => drop(tests.otherwise.insert(set)),
            Step::Order { a, b } => tests.otherwise.extend([a, b]),
            _ => {}
        }
    }
    tests
}

/// Whether a cell is that of the missing value.
pub(crate) fn is_missing(cell: &Cell) -> bool {
    matches!(&cell.sample, Sample::Value(Value::Missing))
}

/// The type of a value: of an attribute its own, otherwise what it is compared with says.
fn base_of(plan: &Plan, of: Slot, tests: &[Test]) -> Option<Base> {
    let field = match plan.nodes.get(of)? {
        Node::Attribute(n) => plan.model.subject.attributes.get(*n as usize),
        Node::Context(n) => plan.model.context.get(*n as usize),
        _ => None,
    };
    if let Some(field) = field {
        return Some(field.ty.base.clone());
    }
    tests.iter().find_map(|test| {
        let constant = test.constants(plan, of).into_iter().next()?;
        let side = test.sides(plan, of).into_iter().next()?;
        let outer = match constant {
            Value::Bool(_) => Base::Bool,
            Value::Int(_) => Base::Int,
            Value::Decimal(_) => Base::Decimal,
            Value::Float(_) => Base::Float,
            Value::Text(_) => Base::Text,
            Value::Date(_) => Base::Date,
            Value::Time(_) => Base::Time,
            Value::Duration(_) => Base::Duration,
            Value::Period(_) => Base::Period,
            Value::Label(_) => Base::Enum(casewise_core::model::EnumId(u32::MAX)),
            Value::Missing | Value::Set(_) | Value::List(_) => return None,
        };
        Some(inner_base(plan, side, of, outer))
    })
}

fn inner_base(plan: &Plan, from: Slot, to: Slot, base: Base) -> Base {
    if from == to {
        return base;
    }
    match plan.nodes.get(from) {
        Some(Node::Apply(op, args)) => {
            let base = match op {
                Op::IntToDecimal | Op::IntToFloat => Base::Int,
                Op::DecimalToFloat => Base::Decimal,
                _ => base,
            };
            args.first().map_or(base.clone(), |inner| inner_base(plan, *inner, to, base))
        }
        _ => base,
    }
}

/// The constants beside a value in a test, those of lists one by one.
pub(crate) fn constants(plan: &Plan, test: Slot, of: Slot) -> Vec<Value> {
    let Some(Node::Apply(_, args)) = plan.nodes.get(test) else { return Vec::new() };
    let mut found = Vec::new();
    for arg in args.iter().filter(|arg| bare(plan, **arg) != of) {
        match plan.nodes.constant(*arg) {
            Some(Value::Set(elements) | Value::List(elements)) => found.extend(elements.iter().cloned()),
            Some(value) => found.push(value.clone()),
            None => {}
        }
    }
    found.retain(|value| !value.is_missing());
    found
}

/// The widest places of a type's line.
fn extent(plan: &Plan, base: &Base) -> Option<(i128, i128)> {
    let places = |low: Value, high: Value| Some((key(&low)?, key(&high)?));
    use casewise_core::values::{Decimal, Duration, Period};
    match base {
        Base::Bool => Some((0, 1)),
        Base::Int => places(Value::Int(i64::MIN), Value::Int(i64::MAX)),
        Base::Float => places(Value::Float(f64::MIN), Value::Float(f64::MAX)),
        Base::Decimal => places(Value::Decimal(Decimal::MIN), Value::Decimal(Decimal::MAX)),
        Base::Date => places(Value::Date(Date::MIN), Value::Date(Date::MAX)),
        Base::Time => places(Value::Time(Time::MIN), Value::Time(Time::MAX)),
        Base::Duration => places(Value::Duration(Duration(i64::MIN)), Value::Duration(Duration(i64::MAX))),
        Base::Period => places(Value::Period(Period(i32::MIN)), Value::Period(Period(i32::MAX))),
        Base::Enum(id) => {
            let labels = plan.model.enums.get(id.0 as usize).map(|of| of.labels.len());
            let last = labels.map_or(i128::from(u32::MAX), |n| i128::try_from(n).unwrap_or(1) - 1);
            Some((0, last))
        }
        Base::Text | Base::Case | Base::Set(_) | Base::List(_) => None,
    }
}

/// One value of each stretch between the places where a test can change.
fn on_a_line(plan: &Plan, ranges: &mut Ranges, of: Slot, base: &Base, tests: &[Test]) -> Option<Vec<Value>> {
    let (mut low, mut high) = extent(plan, base)?;
    if let Some((least, most)) = ranges.of(plan, of)
        && let (Some(least), Some(most)) = (key(&least), key(&most))
        && value_at(base, least).is_some_and(|value| ranges_agree(&value, ranges, plan, of))
    {
        (low, high) = (low.max(least), high.min(most));
    }
    let mut starts = vec![low];
    // A truth is a test of itself.
    starts.extend((*base == Base::Bool).then_some(1));
    for test in tests {
        for side in test.sides(plan, of) {
            for value in test.constants(plan, of) {
                if side == of
                    && let Some(place) = key(&value)
                    && value_at(base, place)
                        .is_some_and(|same| same.compare(&value).is_some_and(|o| o.is_eq()))
                {
                    starts.extend([Some(place), place.checked_add(1)].into_iter().flatten());
                    continue;
                }
                // Widening keeps the order: what is less, equal and greater are three stretches.
                let order = |place: i128| {
                    let value_here = value_at(base, place)?;
                    widened(plan, side, of, &value_here).compare(&value)
                };
                if order(low).is_none() || order(high).is_none() {
                    return None;
                }
                starts.push(first_place((low, high), |place| {
                    order(place).is_some_and(std::cmp::Ordering::is_lt)
                }));
                starts.push(first_place((low, high), |place| {
                    order(place).is_some_and(std::cmp::Ordering::is_le)
                }));
            }
        }
    }
    starts.retain(|start| (low..=high).contains(start));
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([high]);
    let ordinary = ordinary(base);
    let mut values = Vec::with_capacity(starts.len());
    for (start, end) in starts.iter().zip(ends) {
        values.push(value_at(base, ordinary.clamp(*start, end))?);
    }
    Some(values)
}

/// Whether a range is of the type in which the line is read.
fn ranges_agree(value: &Value, ranges: &mut Ranges, plan: &Plan, of: Slot) -> bool {
    ranges.of(plan, of).is_some_and(|(low, _)| std::mem::discriminant(&low) == std::mem::discriminant(value))
}

/// An unremarkable place of a line, to be near of.
fn ordinary(base: &Base) -> i128 {
    match base {
        // 2020: most dates of a model lie around it.
        Base::Date => 18_262,
        Base::Time => 18_262 * 86_400_000_000,
        _ => 0,
    }
}

/// A value seen through widenings; defaults only stand in for a missing one.
fn widened(plan: &Plan, slot: Slot, of: Slot, value: &Value) -> Value {
    if slot == of {
        return value.clone();
    }
    match plan.nodes.get(slot) {
        Some(Node::Apply(Op::Otherwise, args)) => {
            args.first().map_or(Value::Missing, |inner| widened(plan, *inner, of, value))
        }
        Some(Node::Apply(op, args)) => match args.first() {
            Some(inner) => constant(*op, &[widened(plan, *inner, of, value)]),
            None => Value::Missing,
        },
        _ => Value::Missing,
    }
}

/// The first place of the line where `before` no longer holds; one past the last if it always does.
fn first_place((low, high): (i128, i128), before: impl Fn(i128) -> bool) -> i128 {
    if before(high) {
        return high.saturating_add(1);
    }
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = (low & high) + ((low ^ high) >> 1);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The cells of how far a date or time is from now.
pub(crate) fn from_now(plan: &Plan, ranges: &mut Ranges, of: Slot, tests: &[Slot]) -> Option<Vec<Cell>> {
    let asked: Option<Vec<(Op, Vec<i128>)>> = tests.iter().map(|test| near_now(plan, *test)).collect();
    let asked = asked?;
    let far: i128 = if is_date(plan, of) { 4_000_000 } else { i128::from(i64::MAX) };
    let mut starts = vec![-far];
    for (op, with) in &asked {
        for length in with {
            match op {
                Op::InLast => starts.extend([-*length, 0]),
                Op::InNext => starts.extend([0, *length]),
                _ => starts.extend([*length, *length + 1]),
            }
        }
    }
    starts.retain(|start| (-far..=far).contains(start));
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([far]);
    let mut cells: Vec<Cell> = Vec::new();
    for (start, end) in starts.iter().zip(ends) {
        let sample = 0.clamp(*start, end);
        let truths: Vec<Option<bool>> =
            asked.iter().map(|(op, with)| at_distance(*op, with, sample)).collect();
        if !cells.iter().any(|cell| cell.truths == truths) {
            cells.push(Cell { sample: Sample::FromNow(sample), truths });
        }
    }
    if ranges.may_miss(plan, of) {
        let truths = vec![None; asked.len()];
        cells.insert(0, Cell { sample: Sample::Value(Value::Missing), truths });
    }
    Some(cells)
}
