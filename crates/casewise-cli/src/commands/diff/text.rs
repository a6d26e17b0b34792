//! The view for people: what was declared otherwise, then who moves and why.

use std::io::{self, Write};
use std::sync::Arc;

use casewise::diff::{CaseMovement, CaseState, Change, ChangeKind, Diff, Flow, Movements, Reason, Sampled};
use casewise::{Model, Source};
use comfy_table::Cell;

use crate::terminal::{count, counted};
use crate::write::table::{plain, right, write_table};

/// As many cases that depend on a declaration are named.
const NAMED: usize = 6;

pub(super) fn write(out: &mut impl Write, diff: &Diff, (old, new): (&Model, &Model)) -> io::Result<()> {
    headline(out, "old", diff.before(), old)?;
    headline(out, "new", diff.after(), new)?;
    if diff.changes().is_empty() {
        writeln!(out, "\nno declaration differs")?;
    } else {
        let kinds = [ChangeKind::Added, ChangeKind::Removed, ChangeKind::Changed].map(|kind| {
            let number = diff.changes().iter().filter(|change| change.change == kind).count();
            (number > 0).then(|| format!("{} {}", count(number), kind.as_str()))
        });
        let kinds: Vec<String> = kinds.into_iter().flatten().collect();
        writeln!(out, "\ndeclarations: {}", kinds.join(", "))?;
    }
    for change in diff.changes() {
        declaration(out, change)?;
    }
    if diff.cases_reordered() {
        writeln!(out, "\nnote: cases stand in another order, which settles which of one rank comes first")?;
    }
    if let Some(population) = diff.population() {
        movements(out, population, new.subject_name())?;
    }
    Ok(())
}

fn headline(out: &mut impl Write, word: &str, source: Source<'_>, model: &Model) -> io::Result<()> {
    let file = model.files().next().map(|(name, _)| name).unwrap_or_default();
    let version = if source.version().is_empty() { String::new() } else { format!(" {}", source.version()) };
    write!(out, "{word}  {}{version}  {}  {file}", source.name(), source.fingerprint())?;
    for (name, value) in source.overrides() {
        write!(out, "  {name}={value}")?;
    }
    writeln!(out)
}

fn declaration(out: &mut impl Write, change: &Change) -> io::Result<()> {
    let sign = match change.change {
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        ChangeKind::Changed => '~',
    };
    let name = match change.declaration {
        "test" => format!(" {:?}", change.name),
        _ if change.name.is_empty() => String::new(),
        _ => format!(" {}", change.name),
    };
    let place = change.new.as_ref().or(change.old.as_ref()).filter(|place| !place.file.is_empty());
    let place = place.map(|place| format!("  {}:{}", place.file, place.line)).unwrap_or_default();
    writeln!(out, "\n{sign} {}{name}{place}", change.declaration)?;
    // What is new or gone as a whole stands in its file.
    if change.change == ChangeKind::Changed {
        for line in &change.lines {
            writeln!(out, "    {line}")?;
        }
    }
    match change.cases.as_slice() {
        _ if change.every_case => {}
        [] => {}
        cases => {
            let named = cases.iter().take(NAMED).map(|name| &**name).collect::<Vec<_>>().join(", ");
            let more = match cases.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {} more", count(more)),
            };
            writeln!(out, "    read by {named}{more}")?;
        }
    }
    Ok(())
}

fn movements(out: &mut impl Write, found: &Movements, subject: &str) -> io::Result<()> {
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let compared = counted(usize::try_from(found.compared).unwrap_or(usize::MAX), subject);
    writeln!(
        out,
        "\n{compared} compared, {} moved; offers {} → {}",
        number(found.moved),
        number(found.offers.before),
        number(found.offers.after)
    )?;
    for (who, refused) in [("old", &found.refused_by_old), ("new", &found.refused_by_new)] {
        if refused.count > 0 {
            writeln!(out, "refused by the {who} model only: {}{}", number(refused.count), sample(refused))?;
        }
    }
    let moving: Vec<&CaseMovement> = found.cases.iter().filter(|case| !case.is_still()).collect();
    if moving.is_empty() {
        writeln!(out, "nobody moves in any case")?;
    } else {
        let header = ["case", "eligible", "→", "in", "out", "offered", "→", "in", "out", "other offer"];
        let mut table = plain(&header);
        for case in &moving {
            let name = match case.state {
                CaseState::Kept => case.case.to_string(),
                CaseState::Added => format!("+ {}", case.case),
                CaseState::Removed => format!("- {}", case.case),
            };
            let flow = |f: &Flow| [f.before, f.after, f.into.count, f.out.count];
            let numbers = flow(&case.eligible).into_iter().chain(flow(&case.offered));
            let mut row = vec![Cell::new(name)];
            row.extend(numbers.chain([case.other_offer.count]).map(|n| right(number(n))));
            table.add_row(row);
        }
        write_table(out, &table)?;
        let still = found.cases.len() - moving.len();
        if still > 0 {
            writeln!(out, "{} in which nobody moves", counted(still, "case"))?;
        }
    }
    for case in moving {
        writeln!(out, "\n{}", case.case)?;
        for (word, flow) in [("eligible", &case.eligible), ("offered", &case.offered)] {
            because(out, word, "in, before", &flow.into, &flow.in_because)?;
            because(out, word, "out, now", &flow.out, &flow.out_because)?;
        }
        because(out, "offered", "otherwise", &case.other_offer, &case.other_offer_because)?;
    }
    let segments: Vec<_> = found.segments.iter().filter(|s| s.into.count > 0 || s.out.count > 0).collect();
    if !segments.is_empty() {
        let mut table = plain(&["segment", "members", "→", "in", "out"]);
        for segment in segments {
            let numbers = [segment.before, segment.after, segment.into.count, segment.out.count];
            let mut row = vec![Cell::new(&segment.segment)];
            row.extend(numbers.map(|n| right(number(n))));
            table.add_row(row);
        }
        write_table(out, &table)?;
    }
    Ok(())
}

fn because(
    out: &mut impl Write,
    word: &str,
    how: &str,
    moved: &Sampled,
    reasons: &[Reason],
) -> io::Result<()> {
    if moved.count == 0 {
        return Ok(());
    }
    writeln!(out, "  {word} {how}:")?;
    for reason in reasons {
        let number = count(usize::try_from(reason.count).unwrap_or(usize::MAX));
        writeln!(out, "    {number:>7}  {}{}", reason, sample_of(&reason.sample, reason.count))?;
    }
    Ok(())
}

fn sample(of: &Sampled) -> String {
    sample_of(&of.sample, of.count)
}

fn sample_of(keys: &[Arc<str>], of: u64) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let more = if keys.len() as u64 == of { "" } else { ", …" };
    format!("  [{}{more}]", keys.iter().map(|key| &**key).collect::<Vec<_>>().join(", "))
}
