//! A difference as a page for people.

use casewise_core::diff::{CaseMovement, CaseState, Change, ChangeKind, Flow, Movements, Reason, Sampled};
use casewise_core::row::report::Provenance;
use casewise_pages::{Cell, Column, Page, Section, Stack, StackedBars, Table, count};

use super::Diff;

/// As many cases stand in the chart: those in which most customers move.
const CHARTED: usize = 20;

pub(super) fn html(diff: &Diff) -> String {
    let named = |of: &Provenance| {
        let version = if of.version.is_empty() { String::new() } else { format!(" {}", of.version) };
        format!("{}{version} ({})", of.name, of.fingerprint)
    };
    let subtitle = format!("{} → {}", named(&diff.old), named(&diff.new));
    let mut page = Page::new("What changes", subtitle);
    if let Some(found) = &diff.population {
        page = page.section(summary(found)).section(cases(found));
        if found.cases.iter().any(|case| !case.is_still()) {
            page = page.section(reasons(found));
        }
        if let Some(segments) = segments(found) {
            page = page.section(segments);
        }
    }
    page.section(declarations(diff)).render()
}

fn summary(found: &Movements) -> Section {
    let moving = found.cases.iter().filter(|case| !case.is_still()).count() as u64;
    let mut section = Section::new("Whom it moves").facts([
        ("compared", count(found.compared)),
        ("moved", count(found.moved)),
        ("offers", format!("{} → {}", count(found.offers.before), count(found.offers.after))),
        ("cases in which anybody moves", count(moving)),
    ]);
    for (who, refused) in [("old", &found.refused_by_old), ("new", &found.refused_by_new)] {
        if refused.count > 0 {
            let told =
                format!("{} are refused by the {who} model only: {}", count(refused.count), keys(refused));
            section = section.warning(told);
        }
    }
    if moving == 0 {
        return section.text("Nobody moves in any case.");
    }
    let mut order: Vec<&CaseMovement> = found.cases.iter().filter(|case| !case.is_still()).collect();
    order.sort_by_key(|case| std::cmp::Reverse(case.offered.into.count + case.offered.out.count));
    let parts = ["offered by both", "in: offered now", "out: offered before"];
    let stacks = order.iter().take(CHARTED).map(|case| {
        let flow = &case.offered;
        let both = flow.before - flow.out.count;
        Stack::new(&*case.case, [both as f64, flow.into.count as f64, flow.out.count as f64])
    });
    section.figure(StackedBars::new("Who is offered each case", parts).stacks(stacks))
}

fn cases(found: &Movements) -> Section {
    let numbers = ["eligible", "→", "in", "out", "offered", "→", "in", "out", "other offer"];
    let mut table =
        Table::new([Column::text("case")].into_iter().chain(numbers.into_iter().map(Column::number)));
    for case in found.cases.iter().filter(|case| !case.is_still()) {
        let state = match case.state {
            CaseState::Kept => "",
            CaseState::Added => "new",
            CaseState::Removed => "gone",
        };
        let name = Cell::code(&*case.case);
        let name = if state.is_empty() { name } else { name.detail(state) };
        let flow = |f: &Flow| [f.before, f.after, f.into.count, f.out.count];
        let numbers = flow(&case.eligible).into_iter().chain(flow(&case.offered));
        table.row(std::iter::once(name).chain(numbers.chain([case.other_offer.count]).map(Cell::count)));
    }
    let still = found.cases.iter().filter(|case| case.is_still()).count() as u64;
    Section::new("Case by case")
        .text(
            "A customer is eligible for a case whose gates are all open, and offered it where it is among the \
             offers. “In” are those of the new model only, “out” those of the old one only.",
        )
        .table(table)
        .text(format!("In {} other cases nobody moves.", count(still)))
}

fn reasons(found: &Movements) -> Section {
    let mut section = Section::new("Why").text(
        "What kept out before those who move in, and what keeps out now those who move out. Who is kept out by \
         several clauses counts for each of them.",
    );
    for case in found.cases.iter().filter(|case| !case.is_still()) {
        let mut table = Table::new([
            Column::text("moves"),
            Column::text("because"),
            Column::number("customers"),
            Column::text("such as"),
        ]);
        let parts: [(&str, &[Reason]); 5] = [
            ("into eligible", &case.eligible.in_because),
            ("out of eligible", &case.eligible.out_because),
            ("into offered", &case.offered.in_because),
            ("out of offered", &case.offered.out_because),
            ("offered otherwise", &case.other_offer_because),
        ];
        for (moves, reasons) in parts {
            for reason in reasons {
                let sample = Sampled { count: reason.count, sample: reason.sample.clone() };
                table.row([
                    Cell::text(moves),
                    Cell::text(reason.to_string()),
                    Cell::count(reason.count),
                    Cell::code(keys(&sample)),
                ]);
            }
        }
        section = section.heading(&*case.case).table(table);
    }
    section
}

fn segments(found: &Movements) -> Option<Section> {
    let columns = ["members", "→", "in", "out"].map(Column::number);
    let mut table = Table::new([Column::text("segment")].into_iter().chain(columns));
    let moving: Vec<_> = found.segments.iter().filter(|s| s.into.count > 0 || s.out.count > 0).collect();
    for segment in &moving {
        let numbers = [segment.before, segment.after, segment.into.count, segment.out.count];
        table.row(std::iter::once(Cell::code(&*segment.segment)).chain(numbers.map(Cell::count)));
    }
    (!moving.is_empty()).then(|| Section::new("Segments").table(table))
}

fn declarations(diff: &Diff) -> Section {
    let mut section = Section::new("Declarations");
    if diff.changes.is_empty() {
        section = section.text("No declaration differs.");
    }
    if diff.cases_reordered {
        section =
            section.warning("Cases stand in another order, which settles which of one rank comes first.");
    }
    for change in &diff.changes {
        section = section.heading(heading(change));
        let lines: Vec<String> = change.lines.iter().map(ToString::to_string).collect();
        let mut inner = section;
        if change.change == ChangeKind::Changed {
            inner = inner.code(lines.join("\n"));
        } else if !lines.is_empty() {
            inner = inner.folded(Section::new(format!("{} lines", lines.len())).code(lines.join("\n")));
        }
        if !change.cases.is_empty() {
            let names = change.cases.iter().map(|name| &**name).collect::<Vec<_>>().join(", ");
            inner = match change.cases.len() {
                0..=8 => inner.text(format!("Read by {names}.")),
                many => {
                    inner.folded(Section::new(format!("Read by {} cases", count(many as u64))).text(names))
                }
            };
        }
        section = inner;
    }
    section
}

fn heading(change: &Change) -> String {
    let place = change.new.as_ref().or(change.old.as_ref()).filter(|place| !place.file.is_empty());
    let place = place.map(|place| format!(" · {}:{}", place.file, place.line)).unwrap_or_default();
    let name = if change.name.is_empty() { String::new() } else { format!(" {}", change.name) };
    format!("{}: {}{name}{place}", change.change.as_str(), change.declaration)
}

fn keys(of: &Sampled) -> String {
    let more = if of.sample.len() as u64 == of.count { "" } else { ", …" };
    format!("{}{more}", of.sample.iter().map(|key| &**key).collect::<Vec<_>>().join(", "))
}
