//! What the tests never reach, for people.

use std::io::{self, Write};

use casewise::{Coverage, Covered, CoveredKind};

use crate::terminal::count;

pub(super) fn write(out: &mut impl Write, coverage: &Coverage) -> io::Result<()> {
    let (reached, of) = coverage.reached();
    let percent = (reached * 100).checked_div(of).unwrap_or(100);
    writeln!(out, "\n{percent} % covered: {} of {} outcomes", count(reached), count(of))?;
    let kinds = [
        ("never true", CoveredKind::Clause, never_true as fn(&Covered) -> bool),
        ("never false", CoveredKind::Clause, |item| item.was_false == Some(false)),
        ("never unknown", CoveredKind::Clause, |item| item.was_unknown == Some(false)),
        ("rows that never match", CoveredKind::Row, never_true),
        ("variants that are never offered", CoveredKind::Variant, never_true),
    ];
    for (title, kind, is_missed) in kinds {
        let of_kind = coverage.items.iter().filter(|item| item.kind == kind);
        let missed: Vec<&Covered> = of_kind.filter(|item| is_missed(item)).collect();
        if missed.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}")?;
        for item in missed {
            writeln!(out, "  {}:{}  {}: {}", item.file, item.line, item.of, item.text)?;
        }
    }
    Ok(())
}

fn never_true(item: &Covered) -> bool {
    !item.was_true
}
