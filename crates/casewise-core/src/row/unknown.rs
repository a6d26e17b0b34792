//! Which conditions can be unknown: never one that asks first whether what it reads is there.
//!
//! Outcomes are followed through a condition once for each choice of inputs that are missing. What is said to be
//! never unknown never is; of values that are computed it is not known which come together.

use std::collections::BTreeMap;

use crate::model::{Base, Expr, ExprKind, Model, Op, ScoreKind};

/// Inputs that may be missing are tried in all combinations, up to this many.
const MOST_INPUTS: usize = 8;

/// What an expression can come to, as bits: a value other than a truth counts as true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Outcomes(u8);

const TRUE: Outcomes = Outcomes(1);
const FALSE: Outcomes = Outcomes(2);
const MISSING: Outcomes = Outcomes(4);
const NEITHER: Outcomes = Outcomes(0);

impl Outcomes {
    fn has(self, other: Outcomes) -> bool {
        self.0 & other.0 != 0
    }

    fn or(self, other: Outcomes) -> Outcomes {
        Outcomes(self.0 | other.0)
    }

    fn when(self, holds: bool) -> Outcomes {
        if holds { self } else { NEITHER }
    }
}

/// An attribute or a field of the context, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Input {
    Attribute(usize),
    Context(usize),
}

/// What is declared under a name and stands in for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Declared {
    Let(usize),
    Segment(usize),
    Gate(usize),
    Score(usize),
}

/// Whether a condition can be unknown.
pub(super) fn can_be_unknown(model: &Model, condition: &Expr) -> bool {
    if !condition.ty.optional {
        return false;
    }
    let mut inputs = Inputs { model, found: Vec::new(), seen: Vec::new() };
    inputs.read(condition);
    let inputs = inputs.found;
    if inputs.len() > MOST_INPUTS {
        return true;
    }
    (0..1_usize << inputs.len()).any(|choice| {
        let missing = inputs.iter().enumerate().filter(|(n, _)| choice >> n & 1 == 1);
        let missing = missing.map(|(_, input)| *input).collect();
        Case { model, missing, known: BTreeMap::new() }.of(condition).has(MISSING)
    })
}

/// Looks for the inputs that may be missing.
struct Inputs<'m> {
    model: &'m Model,
    found: Vec<Input>,
    seen: Vec<Declared>,
}

impl Inputs<'_> {
    fn read(&mut self, expr: &Expr) {
        let input = match &expr.kind {
            ExprKind::Attribute(n) => Input::Attribute(*n),
            ExprKind::Context(n) => Input::Context(*n),
            _ => {
                if let Some(declared) = declared(self.model, expr) {
                    if !self.seen.contains(&declared) {
                        self.seen.push(declared);
                        parts(self.model, declared).into_iter().for_each(|part| self.read(part));
                    }
                    return;
                }
                expr.parts().into_iter().for_each(|part| self.read(part));
                return;
            }
        };
        if expr.ty.optional && !self.found.contains(&input) {
            self.found.push(input);
        }
    }
}

/// The declaration that an expression names, if its parts are conditions or values of one customer.
fn declared(model: &Model, expr: &Expr) -> Option<Declared> {
    Some(match &expr.kind {
        ExprKind::Let(id) => Declared::Let(id.0),
        ExprKind::Segment(id) => Declared::Segment(id.0),
        ExprKind::Gate(id) => Declared::Gate(id.0),
        ExprKind::Score(id, _) => match model.scores.get(id.0).map(|score| &score.kind) {
            Some(ScoreKind::Expression { .. }) => Declared::Score(id.0),
            _ => return None,
        },
        _ => return None,
    })
}

fn parts(model: &Model, declared: Declared) -> Vec<&Expr> {
    let parts: Option<Vec<&Expr>> = match declared {
        Declared::Let(n) => model.lets.get(n).map(|found| vec![&found.value]),
        Declared::Segment(n) => model.segments.get(n).map(|found| vec![&found.condition]),
        Declared::Gate(n) => {
            model.gates.get(n).map(|found| found.clauses.iter().map(|clause| &clause.condition).collect())
        }
        Declared::Score(n) => model.scores.get(n).map(|found| found.kind.expressions()),
    };
    parts.unwrap_or_default()
}

/// Some inputs are missing, all others are there.
struct Case<'m> {
    model: &'m Model,
    missing: Vec<Input>,
    known: BTreeMap<Declared, Outcomes>,
}

impl Case<'_> {
    fn of(&mut self, expr: &Expr) -> Outcomes {
        if let Some(declared) = declared(self.model, expr) {
            if let Some(known) = self.known.get(&declared) {
                return *known;
            }
            let of_parts: Vec<Outcomes> =
                parts(self.model, declared).into_iter().map(|part| self.of(part)).collect();
            let outcomes = match (declared, of_parts.as_slice()) {
                // What is excluded is turned round; whether it is unknown stays the same.
                (Declared::Gate(_), parts) => {
                    TRUE.or(FALSE).or(MISSING.when(parts.iter().any(|part| part.has(MISSING))))
                }
                (_, [one]) => *one,
                _ => there(expr).or(MISSING.when(expr.ty.optional)),
            };
            self.known.insert(declared, outcomes);
            return outcomes;
        }
        let input = match &expr.kind {
            ExprKind::Attribute(n) => Some(Input::Attribute(*n)),
            ExprKind::Context(n) => Some(Input::Context(*n)),
            _ => None,
        };
        match (&expr.kind, input) {
            (_, Some(input)) if self.missing.contains(&input) => MISSING,
            (_, Some(_)) => there(expr),
            (ExprKind::Constant(value), _) => match (value.is_missing(), value.as_bool()) {
                (true, _) => MISSING,
                (_, Some(false)) => FALSE,
                _ => TRUE,
            },
            (ExprKind::Apply(op, args), _) => self.operator(*op, args, expr),
            (ExprKind::Matches(text, _), _) => {
                let text = self.of(text);
                there(expr).when(text.has(TRUE)).or(MISSING.when(text.has(MISSING)))
            }
            _ => there(expr).or(MISSING.when(expr.ty.optional)),
        }
    }

    fn operator(&mut self, op: Op, args: &[Expr], expr: &Expr) -> Outcomes {
        let of: Vec<Outcomes> = args.iter().map(|arg| self.of(arg)).collect();
        let any = |outcome: Outcomes| of.iter().any(|arg| arg.has(outcome));
        let all = |outcomes: Outcomes| of.iter().all(|arg| arg.has(outcomes));
        match (op, of.as_slice()) {
            (Op::Not, [x]) => {
                TRUE.when(x.has(FALSE)).or(FALSE.when(x.has(TRUE))).or(MISSING.when(x.has(MISSING)))
            }
            // Unknown if one part is and no other one settles it.
            (Op::And, _) => TRUE
                .when(all(TRUE))
                .or(FALSE.when(any(FALSE)))
                .or(MISSING.when(any(MISSING) && all(TRUE.or(MISSING)))),
            (Op::Or, _) => FALSE
                .when(all(FALSE))
                .or(TRUE.when(any(TRUE)))
                .or(MISSING.when(any(MISSING) && all(FALSE.or(MISSING)))),
            (Op::IsMissing, [x]) => TRUE.when(x.has(MISSING)).or(FALSE.when(x.has(TRUE.or(FALSE)))),
            (Op::IsPresent, [x]) => FALSE.when(x.has(MISSING)).or(TRUE.when(x.has(TRUE.or(FALSE)))),
            (Op::If, [condition, then, otherwise]) => {
                let then = if condition.has(TRUE) { *then } else { NEITHER };
                let otherwise = if condition.has(FALSE) { *otherwise } else { NEITHER };
                then.or(otherwise).or(MISSING.when(condition.has(MISSING)))
            }
            (Op::Otherwise, [first, second]) => {
                let first_there = Outcomes(first.0 & !MISSING.0);
                if first.has(MISSING) { first_there.or(*second) } else { first_there }
            }
            // A missing argument makes these unknown or, beside what settles them, not.
            (Op::In | Op::InSet | Op::Overlaps | Op::SubsetOf | Op::List, _) => {
                there(expr).or(MISSING.when(any(MISSING)))
            }
            _ => {
                // Of itself: a quotient, a logarithm.
                let itself = expr.ty.optional
                    && (matches!(op, Op::Divide(_) | Op::Log | Op::Sqrt | Op::Pow)
                        || !args.iter().any(|arg| arg.ty.optional));
                let there = there(expr).when(all(TRUE.or(FALSE)));
                there.or(MISSING.when(any(MISSING) || itself))
            }
        }
    }
}

/// What an expression comes to where it is not missing.
fn there(expr: &Expr) -> Outcomes {
    if expr.ty.base == Base::Bool { TRUE.or(FALSE) } else { TRUE }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::model::open_text;

    fn unknown(condition: &str) -> bool {
        let text = format!(
            "model m {{ language 1 }}\ncustomer {{ key id: text; d: date?; n: int?; b: bool?; s: set(text)?; age: int }}\n\
             context {{ place: enum(a, b)? }}\nevents buy {{ amount: decimal }}\n\
             let half = n / 2\nlet part = age / n\nsegment soon = d is present and d in next 7 days\n\
             segment any_n = n > 5\nsegment probe = {condition}\n"
        );
        let model = open_text("m.cw", &text, &[]).model.unwrap();
        can_be_unknown(&model, &model.segments.last().unwrap().condition)
    }

    #[test]
    fn what_asks_whether_it_is_there_is_never_unknown() {
        for condition in [
            "age > 5",
            "d is present and d in next 7 days",
            "soon",
            "soon and age > 3",
            "not soon",
            "n is missing or n > 5",
            "n otherwise 3 > 2",
            "(n > 5) otherwise false",
            "if n is present then n > 5 else age > 3",
            "b is present and n is present and (b or n > 5)",
            "half is present and n > 5",
            "count(buy) > 3",
            "s is missing or \"x\" in s",
            "place is present and place == a",
            "any_n is present and any_n",
        ] {
            assert!(!unknown(condition), "{condition}");
        }
        for condition in [
            "n > 5",
            "any_n",
            "not any_n",
            "n is present and b",
            "n is present or n > 5",
            "d is present and n > 5",
            "half > 5",
            "n is present and part > 2",
            "b",
            "if b then age > 3 else age > 5",
            "\"x\" in s",
            "avg(buy.amount) > 3",
            "place == a",
        ] {
            assert!(unknown(condition), "{condition}");
        }
    }
}
