//! Rows of bands and decision tables cover every value of their columns once.

use super::Look;
use super::domain::{Describer, Intervals, OTHER, OTHER_TEXT, Texts, cell_starts, extent, key};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Base, Expr, ExprKind, Model, Pattern, Select};
use crate::values::Value;

/// Comparisons of a row with a cell before the search over the columns of one table is given up.
const MOST_STEPS: usize = 5_000_000;
/// Gaps and overlaps of one table that are kept; further ones are counted.
const KEPT: usize = 50;
/// Uncovered rows that are printed.
const SHOWN: usize = 4;

/// Checks every band and table with the params in force.
pub(super) fn rows(model: &Model) -> Look<'_> {
    Box::new(move |expr, out| {
        if let ExprKind::Select(select) = &expr.kind
            && let Some(rows) = Rows::new(model, select)
        {
            rows.check(expr, out);
        }
    })
}

/// One column: its type cut into cells, and what each row takes of them.
struct Column<'m> {
    of: &'m Expr,
    base: &'m Base,
    extent: (i128, i128),
    texts: Texts,
    written: Vec<i128>,
    cells: Vec<Cell>,
    /// Of a column of texts, the rows that take any text.
    any_text: Vec<usize>,
    /// It has too many cells for its rows, and none are made.
    too_large: bool,
}

/// Values that no row tells apart.
#[derive(Clone)]
struct Cell {
    /// Missing if none.
    span: Option<(i128, i128)>,
    /// Which rows take it.
    rows: Vec<usize>,
}

struct Taken {
    present: Intervals,
    missing: bool,
}

struct Rows<'m> {
    model: &'m Model,
    select: &'m Select,
    columns: Vec<Column<'m>>,
}

/// Part of a table: some cells of each column.
type Region = Vec<Vec<Cell>>;

#[derive(Default)]
struct Findings {
    steps: usize,
    gaps: Vec<Region>,
    more_gaps: usize,
    overlaps: Vec<(usize, usize, Region)>,
}

impl Findings {
    fn gap(&mut self, region: impl FnOnce() -> Region) {
        if self.gaps.len() < KEPT {
            self.gaps.push(region());
        } else {
            self.more_gaps += 1;
        }
    }

    fn overlap(&mut self, first: usize, second: usize, region: &Region) {
        let known = self.overlaps.iter().any(|(a, b, _)| (*a, *b) == (first, second));
        if !known && self.overlaps.len() < KEPT {
            self.overlaps.push((first, second, region.clone()));
        }
    }
}

impl<'m> Rows<'m> {
    /// None for columns that are no line and bounds that are no constants: the checker has refused them.
    fn new(model: &'m Model, select: &'m Select) -> Option<Rows<'m>> {
        let columns: Option<Vec<Column<'m>>> =
            (0..select.of.len()).map(|place| Column::new(model, select, place)).collect();
        Some(Rows { model, select, columns: columns? })
    }

    fn check(&self, whole: &Expr, out: &mut Vec<Diagnostic>) {
        if self.columns.iter().any(|column| column.too_large) {
            return out.push(self.beyond(whole));
        }
        self.dead_rows(out);
        let mut findings = Findings::default();
        let every: Vec<usize> = (0..self.select.rows.len()).collect();
        let complete = self.search(&mut Vec::new(), &every, &mut findings);
        for &(first_place, second_place, ref region) in &findings.overlaps {
            let rows = &self.select.rows;
            let Some((first, second)) = rows.get(first_place).zip(rows.get(second_place)) else { continue };
            let also = self.example(region);
            out.push(
                Diagnostic::new(Code::ROWS_OVERLAP, second.span, format!("two rows hold for `{also}`"))
                    .label("this row")
                    .related(first.span, "and this one")
                    .help(if self.yields(second_place, first_place) {
                        "put the row with `any` behind those that name texts"
                    } else {
                        "change the bounds so that every value belongs to one row only"
                    }),
            );
        }
        if !findings.gaps.is_empty() {
            out.push(self.gap(whole, &findings.gaps, findings.more_gaps));
        }
        if !complete {
            out.push(self.beyond(whole));
        }
    }

    /// There is too much to look at.
    fn beyond(&self, whole: &Expr) -> Diagnostic {
        Diagnostic::new(
            Code::TABLE_TOO_LARGE,
            self.caret(whole),
            "the rows have too many combinations to be checked for gaps and overlaps",
        )
        .help("split the table into smaller ones, or use fewer different bounds")
    }

    /// Goes through the columns with the rows that still match; false if it was given up.
    fn search(&self, region: &mut Region, rows: &[usize], findings: &mut Findings) -> bool {
        let Some(column) = self.columns.get(region.len()) else {
            match rows {
                [] => findings.gap(|| region.clone()),
                [_] => {}
                _ => {
                    let pairs = rows
                        .iter()
                        .enumerate()
                        .flat_map(|(n, a)| rows.iter().skip(n + 1).map(move |b| (*a, *b)));
                    if let Some((first, second)) = pairs.into_iter().find(|(a, b)| !self.yields(*a, *b)) {
                        findings.overlap(first, second, region);
                    }
                }
            }
            return true;
        };
        if rows.is_empty() {
            findings.gap(|| {
                let rest = self.columns.iter().skip(region.len()).map(|column| column.cells.clone());
                region.iter().cloned().chain(rest).collect()
            });
            return true;
        }
        findings.steps += column.cells.len() * rows.len();
        if findings.steps > MOST_STEPS {
            return false;
        }
        // Cells that the same rows take are one step.
        let mut kinds: Vec<(Vec<usize>, Vec<Cell>)> = Vec::new();
        for cell in &column.cells {
            let left: Vec<usize> =
                rows.iter().copied().filter(|row| cell.rows.binary_search(row).is_ok()).collect();
            match kinds.iter_mut().find(|(kind, _)| *kind == left) {
                Some((_, cells)) => cells.push(cell.clone()),
                None => kinds.push((left, vec![cell.clone()])),
            }
        }
        let mut complete = true;
        for (left, cells) in kinds {
            region.push(cells);
            complete &= self.search(region, &left, findings);
            region.pop();
        }
        complete
    }

    /// Whether a row stands behind another for what is left: texts cannot all be named, so `any` behind rows that
    /// name some holds for the others.
    fn yields(&self, first: usize, second: usize) -> bool {
        self.columns
            .iter()
            .any(|column| column.any_text.contains(&second) && !column.any_text.contains(&first))
    }

    fn gap(&self, whole: &Expr, gaps: &[Region], more: usize) -> Diagnostic {
        let (what, rows): (String, Vec<String>) = match (self.columns.as_slice(), gaps) {
            ([column], [region]) => {
                let cells = region.first().map_or(&[][..], Vec::as_slice);
                let (values, missing) = column.phrases(self.model, cells);
                let quoted = |phrase: &String| match phrase.as_str() {
                    OTHER => OTHER.to_owned(),
                    phrase => format!("`{phrase}`"),
                };
                let mut phrases: Vec<String> = values.iter().map(quoted).collect();
                phrases.extend(missing.then(|| "missing".to_owned()));
                let text = format!("no row for {}", list(&phrases, more));
                let mut rows = values;
                rows.extend(missing.then(|| "missing".to_owned()));
                (text, rows)
            }
            _ => {
                let rows: Vec<String> = gaps.iter().map(|region| self.example(region)).collect();
                let phrases: Vec<String> = rows.iter().map(|row| format!("`{row}`")).collect();
                (format!("no row for {}", list(&phrases, more)), rows)
            }
        };
        let mut diagnostic =
            Diagnostic::new(Code::ROWS_GAP, self.caret(whole), what).label(match self.columns.len() {
                1 => "some of its values have no row",
                _ => "some combinations have no row",
            });
        if let Some(row) = rows.first() {
            diagnostic = diagnostic.help(match row.as_str() {
                OTHER => "add a row `any -> …` behind the others".to_owned(),
                row if row.contains(" and ") || row.contains(OTHER) => "add a row for them".to_owned(),
                row => format!("add a row such as `{row} -> …`"),
            });
        }
        let params = self.params();
        if params.is_empty() {
            diagnostic
        } else {
            diagnostic.help(format!("with the values in force: {}", params.join(", ")))
        }
    }

    /// The caret stands under what is looked up.
    fn caret(&self, whole: &Expr) -> crate::source::Span {
        let columns = self.columns.iter().map(|column| column.of.span);
        columns.reduce(|first, next| first.to(next)).unwrap_or(whole.span)
    }

    /// `roaming_bar = 5` for each param in the bounds.
    fn params(&self) -> Vec<String> {
        let mut found = Vec::new();
        for pattern in self.select.rows.iter().flat_map(|row| &row.patterns) {
            for bound in bounds(pattern) {
                bound.walk(&mut |part| {
                    if let ExprKind::Param(id) = part.kind
                        && let Some(param) = self.model.params.get(id.0)
                    {
                        let text = format!("`{}` = {}", param.name, param.value.display_plain());
                        if !found.contains(&text) {
                            found.push(text);
                        }
                    }
                });
            }
        }
        found
    }

    /// A region as the left side of a row.
    fn example(&self, region: &Region) -> String {
        let patterns: Vec<String> = self
            .columns
            .iter()
            .zip(region)
            .map(|(column, cells)| {
                let (mut values, missing) = column.phrases(self.model, cells);
                let labels = matches!(column.base, Base::Bool | Base::Enum(_));
                let all = cells.iter().filter(|c| c.span.is_some()).count()
                    == column.cells.iter().filter(|c| c.span.is_some()).count();
                match values.len() {
                    0 if missing => "missing".to_owned(),
                    _ if all && self.columns.len() > 1 => "any".to_owned(),
                    0 | 1 => values.pop().unwrap_or_default(),
                    _ if labels => format!("[{}]", values.join(", ")),
                    _ => values.swap_remove(0),
                }
            })
            .collect();
        patterns.join(", ")
    }

    fn dead_rows(&self, out: &mut Vec<Diagnostic>) {
        for (place, row) in self.select.rows.iter().enumerate() {
            let dead =
                self.columns.iter().any(|column| column.cells.iter().all(|cell| !cell.rows.contains(&place)));
            if dead {
                out.push(
                    Diagnostic::new(Code::DEAD_ROW, row.span, "this row holds for no value")
                        .help("remove it, or correct its bounds"),
                );
            }
        }
    }
}

impl<'m> Column<'m> {
    fn new(model: &'m Model, select: &'m Select, place: usize) -> Option<Column<'m>> {
        let of = select.of.get(place)?;
        let base = &of.ty.base;
        let mut texts = Texts::default();
        let patterns: Option<Vec<&Pattern>> = select.rows.iter().map(|row| row.patterns.get(place)).collect();
        let patterns = patterns?;
        if matches!(base, Base::Text | Base::Case) {
            // Mentioned before any set is taken, so that "any" holds all of them.
            patterns.iter().flat_map(|p| bounds(p)).for_each(|bound| {
                if let Some(Value::Text(text)) = model.constant(bound) {
                    texts.key(&text);
                }
            });
        }
        let extent = match base {
            Base::Text | Base::Case => texts.extent(),
            _ => extent(model, base)?,
        };
        let mut written = Vec::new();
        let taken: Option<Vec<Taken>> =
            patterns.iter().map(|pattern| take(model, pattern, extent, &mut texts, &mut written)).collect();
        let taken = taken?;
        written.sort_unstable();
        written.dedup();
        let starts = cell_starts(extent, taken.iter().map(|t| &t.present));
        let ends = starts.iter().skip(1).map(|next| next - 1).chain([extent.1]);
        let who = |takes: &dyn Fn(&Taken) -> bool| -> Vec<usize> {
            taken.iter().enumerate().filter(|(_, t)| takes(t)).map(|(row, _)| row).collect()
        };
        let too_large = starts.len().saturating_mul(taken.len()) > MOST_STEPS;
        let mut cells: Vec<Cell> = starts
            .iter()
            .filter(|_| !too_large)
            .zip(ends)
            .map(|(&low, high)| Cell { span: Some((low, high)), rows: who(&|t| t.present.contains(low)) })
            .collect();
        let rows = who(&|t| t.missing);
        if of.ty.optional || !rows.is_empty() {
            cells.push(Cell { span: None, rows });
        }
        let any_text = match base {
            Base::Text | Base::Case => {
                let rows = patterns.iter().enumerate();
                rows.filter(|(_, pattern)| matches!(pattern, Pattern::Any)).map(|(row, _)| row).collect()
            }
            _ => Vec::new(),
        };
        Some(Column { of, base, extent, texts, written, cells, any_text, too_large })
    }

    /// The values of some cells as patterns, and whether missing is among them.
    fn phrases(&self, model: &Model, cells: &[Cell]) -> (Vec<String>, bool) {
        let set = Intervals::union(cells.iter().filter_map(|cell| cell.span));
        let describer = Describer {
            model,
            base: self.base,
            extent: self.extent,
            texts: &self.texts,
            written: &self.written,
        };
        let mut phrases = describer.phrases(&set);
        // Of texts, the ones not mentioned come last.
        if matches!(self.base, Base::Text | Base::Case) && set.contains(OTHER_TEXT) && !phrases.is_empty() {
            phrases.rotate_left(1);
        }
        (phrases, cells.iter().any(|cell| cell.span.is_none()))
    }
}

fn bounds(pattern: &Pattern) -> Vec<&Expr> {
    match pattern {
        Pattern::Missing | Pattern::Any => Vec::new(),
        Pattern::Range { low, high } => [low, high].into_iter().flatten().map(|(bound, _)| bound).collect(),
        Pattern::Values(values) => values.iter().collect(),
    }
}

/// What a pattern takes; none if a bound is no constant.
fn take(
    model: &Model,
    pattern: &Pattern,
    extent: (i128, i128),
    texts: &mut Texts,
    written: &mut Vec<i128>,
) -> Option<Taken> {
    let mut place = |bound: &Expr| -> Option<i128> {
        let place = match model.constant(bound)? {
            Value::Text(text) => texts.key(&text),
            value => key(&value)?,
        };
        written.push(place);
        Some(place)
    };
    let present = match pattern {
        Pattern::Missing => return Some(Taken { present: Intervals::default(), missing: true }),
        Pattern::Any => Intervals::span(extent.0, extent.1),
        Pattern::Range { low, high } => {
            let low = match low {
                None => Some(extent.0),
                Some((bound, true)) => Some(place(bound)?),
                Some((bound, false)) => place(bound)?.checked_add(1),
            };
            let high = match high {
                None => Some(extent.1),
                Some((bound, true)) => Some(place(bound)?),
                Some((bound, false)) => place(bound)?.checked_sub(1),
            };
            // A bound beyond the last value leaves nothing.
            low.zip(high).map_or_else(Intervals::default, |(low, high)| Intervals::span(low, high))
        }
        Pattern::Values(values) => {
            let keys: Option<Vec<i128>> = values.iter().map(&mut place).collect();
            Intervals::union(keys?.into_iter().map(|key| (key, key)))
        }
    };
    Some(Taken { present, missing: false })
}

/// `a`, `a and b`, `a, b and c`, `a, b, c and 5 more`, with `more` that were not kept.
fn list(phrases: &[String], more: usize) -> String {
    let shown = phrases.get(..SHOWN).unwrap_or(phrases);
    let more = more + phrases.len() - shown.len();
    match shown.split_last() {
        None => String::new(),
        Some(_) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}
