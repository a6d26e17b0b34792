//! A preview as a page to look at.

use casewise_pages::{Bar, BarChart, Cell, Column, Page, Section, Stack, StackedBars, Table, count, percent};

use super::{CasePreview, ChannelPreview, Counts, GatePreview, OverlapPair};

/// As many cases are drawn; the table has all.
const DRAWN: usize = 20;

/// As many names stand in a sentence.
const NAMED: usize = 8;

pub(super) fn render(title: &str, counts: &Counts) -> String {
    let version =
        if counts.model.version.is_empty() { String::new() } else { format!(" {}", counts.model.version) };
    let decide = counts.decide.as_ref().map(|name| format!(", decided by {name}")).unwrap_or_default();
    let subtitle = format!("{}{version} at {}{decide}", counts.model.name, counts.now);
    let mut page = Page::new(format!("Preview: {title}"), subtitle).section(glance(counts));
    if !counts.cases.is_empty() {
        page = page.section(cases(counts));
    }
    if !counts.channels.is_empty() {
        page = page.section(channels(counts));
    }
    if counts.overlap.is_some() {
        page = page.section(overlap(counts));
    }
    if !counts.cases.is_empty() {
        page = page.section(funnels(counts));
    }
    page.render()
}

fn glance(counts: &Counts) -> Section {
    let subjects = format!("{}s", counts.subject);
    let mut section = Section::new("At a glance").facts([
        (subjects.clone(), count(counts.customers)),
        ("with an offer".to_owned(), count(counts.with_offers)),
        ("of all".to_owned(), percent(share(counts.with_offers, counts.customers))),
        ("offers".to_owned(), count(counts.offers)),
        ("cases".to_owned(), count(counts.cases.len() as u64)),
    ]);
    if counts.rejected > 0 {
        let rows = if counts.rejected == 1 { "row was" } else { "rows were" };
        section =
            section.warning(format!("{} {rows} rejected and counted nowhere else.", count(counts.rejected)));
    }
    for channel in counts.channels.iter().filter(|channel| over(channel) > 0) {
        section = section.warning(format!(
            "{}: {} more than its capacity would be offered on it.",
            channel.channel,
            count(over(channel))
        ));
    }
    let nobody = names(counts, |case| case.eligible == 0);
    if !nobody.is_empty() {
        section = section.warning(format!("Nobody is eligible for {nobody}."));
    }
    let never = names(counts, |case| case.eligible > 0 && case.offered + case.held_out == 0);
    if !never.is_empty() {
        section = section.warning(format!("Always outranked: {never}."));
    }
    if counts.shared_limits {
        section = section.text(format!(
            "The {subjects} compete for quotas, capacities or budgets. Demand is what would be offered without them.",
        ));
    }
    section
}

/// The names of some cases in a sentence.
fn names(counts: &Counts, is: impl Fn(&CasePreview) -> bool) -> String {
    let found: Vec<&str> = counts.cases.iter().filter(|case| is(case)).map(|case| &*case.case).collect();
    match found.split_at_checked(NAMED) {
        Some((first, rest)) if !rest.is_empty() => {
            format!("{} and {} more", first.join(", "), count(rest.len() as u64))
        }
        _ => found.join(", "),
    }
}

fn cases(counts: &Counts) -> Section {
    let bounded = counts.shared_limits;
    let grouped = counts.cases.iter().any(|case| case.group.is_some());
    let mut columns = vec![Column::text("case")];
    columns.extend(grouped.then(|| Column::text("group")));
    columns.extend(["audience", "of all", "offered"].map(Column::number));
    columns.extend(bounded.then(|| Column::number("demand")));
    columns.extend(["outranked", "held out", "unknown"].map(Column::number));
    columns.push(Column::text("most are lost only to"));
    let mut table = Table::new(columns);
    for (n, case) in counts.cases.iter().enumerate() {
        let state = if case.status == "live" { String::new() } else { format!(" ({})", case.status) };
        let detail = format!("{}{state}", case.title.as_deref().unwrap_or_default());
        let name = Cell::code(&*case.case).link(anchor(n)).detail(detail.trim());
        let of_all = share(case.eligible, counts.customers);
        let mut cells = vec![name];
        cells.extend(grouped.then(|| Cell::text(case.group.as_deref().unwrap_or_default())));
        cells.extend([
            Cell::count(case.eligible),
            Cell::bar(of_all, percent(of_all)),
            Cell::count(case.offered),
        ]);
        cells.extend(bounded.then(|| Cell::count(case.demand)));
        cells.extend([case.outranked, case.held_out, case.unknown].map(Cell::count));
        cells.push(most_lost(case));
        table.row(cells);
    }
    let mut largest: Vec<&CasePreview> = counts.cases.iter().filter(|case| case.eligible > 0).collect();
    largest.sort_by_key(|case| std::cmp::Reverse(case.eligible));
    let title = if largest.len() > DRAWN {
        format!("what becomes of the {DRAWN} largest audiences")
    } else {
        "what becomes of each audience".to_owned()
    };
    let stacks = largest.iter().take(DRAWN).map(|case| {
        let parts = [case.offered, case.outranked, case.held_out];
        Stack::new(&*case.case, parts.map(|n| n as f64))
    });
    let chart = StackedBars::new(title, ["offered", "outranked by others", "held out"]).stacks(stacks);
    let section = Section::new("Cases").text(
        "The audience of a case is who passes all its gates. They are offered it, or outranked, or held out.",
    );
    let section = section.table(table);
    if largest.is_empty() { section } else { section.figure(chart) }
}

/// The clause that alone keeps most out.
fn most_lost(case: &CasePreview) -> Cell {
    let clauses = case.gates.iter().flat_map(|gate| &gate.clauses);
    let most = clauses.filter(|clause| clause.only > 0).rev().max_by_key(|clause| clause.only);
    most.map_or_else(Cell::empty, |clause| {
        Cell::number(clause.only as f64, format!("{} {}", clause.id, count(clause.only)))
            .detail(words(&clause.text))
    })
}

fn channels(counts: &Counts) -> Section {
    let heads = ["open for", "demand", "offers", "capacity", "used"].map(Column::number);
    let mut table = Table::new([Column::text("channel")].into_iter().chain(heads));
    for channel in &counts.channels {
        let capacity = capacity(channel);
        let used = capacity.map(|capacity| share(channel.offers, capacity));
        table.row([
            Cell::code(&*channel.channel).detail(channel.title.as_deref().unwrap_or_default()),
            Cell::count(channel.open),
            Cell::count(channel.demand),
            Cell::count(channel.offers),
            capacity.map_or_else(|| Cell::number(f64::INFINITY, "unlimited"), Cell::count),
            used.map_or_else(Cell::empty, |used| Cell::bar(used, percent(used))),
        ]);
    }
    let bars = counts.channels.iter().map(|channel| {
        let capacity = capacity(channel).map(|n| format!(" of {}", count(n))).unwrap_or_default();
        let shown = format!("{}{capacity}", count(channel.demand));
        Bar::new(&*channel.channel, channel.demand as f64).shown(shown)
    });
    let title = if counts.channels.iter().any(|channel| channel.capacity.is_some()) {
        "demand by channel, and its capacity"
    } else {
        "demand by channel"
    };
    Section::new("Channels")
        .text(
            "Open for: what the channel requires holds, it has no quiet hours now, and no cap has closed it. Demand: \
             what all cases together would offer on it if no quota, capacity or budget were bounded.",
        )
        .table(table)
        .figure(BarChart::new(title).bars(bars))
}

fn capacity(channel: &ChannelPreview) -> Option<u64> {
    channel.capacity.map(|n| u64::try_from(n).unwrap_or_default())
}

fn over(channel: &ChannelPreview) -> u64 {
    capacity(channel).map_or(0, |capacity| channel.demand.saturating_sub(capacity))
}

fn overlap(counts: &Counts) -> Section {
    let section = Section::new("Overlap");
    let Some(overlap) = counts.overlap.as_ref().filter(|overlap| overlap.pairs > 0) else {
        return section.text("No two audiences share anyone.");
    };
    let table = |caption: &str, pairs: &[OverlapPair]| {
        let numbers = ["in both", "of first", "of second", "Jaccard"].map(Column::number);
        let columns = [Column::text("first"), Column::text("second")].into_iter().chain(numbers);
        let mut table = Table::new(columns).caption(caption);
        for pair in pairs {
            let [first, second] = &pair.cases;
            let [of_first, of_second] = pair.eligible.map(|eligible| share(pair.both, eligible));
            table.row([
                Cell::code(&**first),
                Cell::code(&**second),
                Cell::count(pair.both),
                Cell::bar(of_first, percent(of_first)),
                Cell::bar(of_second, percent(of_second)),
                Cell::number(pair.jaccard, format!("{:.3}", pair.jaccard)),
            ]);
        }
        table
    };
    section
        .text(format!(
            "{} pairs of cases have {}s in both audiences. Jaccard: of those in one audience or the other, the share \
             in both.",
            count(overlap.pairs),
            counts.subject
        ))
        .table(table("the most in both audiences", &overlap.largest))
        .table(table("the most alike audiences", &overlap.closest))
}

fn funnels(counts: &Counts) -> Section {
    let section = Section::new("Funnels").text(
        "Lost and left are in the order of the gates, one clause after the other. False and unknown are of all, \
         whatever the other clauses say. Only this: who passes everything else, and would be won without it.",
    );
    let folded = counts.cases.iter().enumerate();
    folded.fold(section, |section, (n, case)| section.folded(funnel(counts, n, case)))
}

fn funnel(counts: &Counts, n: usize, case: &CasePreview) -> Section {
    let title = case.title.as_ref().map(|title| format!(" “{title}”")).unwrap_or_default();
    let of_all = percent(share(case.eligible, counts.customers));
    let head =
        format!("{}{title}: {} of {}, {of_all}", case.case, count(case.eligible), count(counts.customers));
    let passed = case.gates.iter().filter(|gate| gate.clauses.iter().any(|clause| clause.lost > 0));
    let bars =
        passed.map(|gate| Bar::new(format!("after {}", gate.gate), gate.left as f64).shown(count(gate.left)));
    let all =
        Bar::new(format!("all {}s", counts.subject), counts.customers as f64).shown(count(counts.customers));
    let mut section = Section::new(head)
        .id(anchor(n))
        .figure(BarChart::new("who is left after each gate").bars([all].into_iter().chain(bars)))
        .table(clauses(case));
    let idle =
        case.gates.iter().flat_map(|gate| &gate.clauses).filter(|clause| clause.fails + clause.unknown == 0);
    let idle: Vec<&str> = idle.map(|clause| &*clause.id).collect();
    if !idle.is_empty() {
        section = section.text(format!("True of everyone, and left out above: {}.", idle.join(", ")));
    }
    fate(case, section)
}

fn clauses(case: &CasePreview) -> Table {
    let numbers = ["lost", "left", "false", "unknown", "only this"].map(Column::number);
    let columns = [Column::text("gate"), Column::text("clause")].into_iter().chain(numbers);
    let mut table = Table::new(columns);
    let lossy = |gate: &GatePreview| {
        gate.clauses.iter().filter(|clause| clause.fails + clause.unknown > 0).cloned().collect::<Vec<_>>()
    };
    for gate in &case.gates {
        for clause in lossy(gate) {
            let from =
                clause.inherited_from.as_ref().map(|from| format!(" (from {from})")).unwrap_or_default();
            let text = format!("{}{from}", words(&clause.text));
            let numbers =
                [clause.lost, clause.left, clause.fails, clause.unknown, clause.only].map(Cell::count);
            let head = [Cell::text(gate.gate), Cell::code(&*clause.id).detail(text.trim())];
            table.row(head.into_iter().chain(numbers));
        }
    }
    table
}

/// What becomes of the audience, and what the unknown lack.
fn fate(case: &CasePreview, mut section: Section) -> Section {
    let list = |items: Vec<String>| {
        if items.is_empty() { String::new() } else { format!(" ({})", items.join(", ")) }
    };
    let on = case.channels.iter().filter(|on| on.offers > 0);
    let on = on.map(|on| format!("{} {}", on.channel, count(on.offers)));
    let variants =
        case.variants.iter().map(|variant| format!("{} {}", variant.variant, count(variant.offers)));
    let mut told = vec![format!("Offered {}{}.", count(case.offered), list(on.chain(variants).collect()))];
    if let Some(quota) = case.quota {
        told.push(format!("Demand {}, quota {quota}.", count(case.demand)));
    }
    if case.held_out > 0 {
        let control = (case.control > 0).then(|| format!("control {}", count(case.control)));
        told.push(format!("Held out {}{}.", count(case.held_out), list(control.into_iter().collect())));
    }
    section = section.text(told.join(" "));
    if !case.outranked_by.is_empty() {
        let mut table =
            Table::new([Column::text("outranked by"), Column::number("times"), Column::text("of")]);
        for rule in &case.outranked_by {
            let named = rule.of.iter().take(NAMED).map(|of| format!("{} {}", of.case, count(of.customers)));
            let rest: u64 = rule.of.iter().skip(NAMED).map(|of| of.customers).sum();
            let others = (rest > 0).then(|| format!("others {}", count(rest)));
            let named: Vec<String> = named.chain(others).collect();
            table.row([Cell::code(rule.by), Cell::count(rule.customers), Cell::text(named.join(", "))]);
        }
        section = section.table(table);
    }
    if !case.missing.is_empty() {
        let bars = case.missing.iter().map(|missing| {
            Bar::new(&*missing.input, missing.customers as f64).shown(count(missing.customers))
        });
        let title = format!("what the {} unknown lack", count(case.unknown));
        section = section.figure(BarChart::new(title).bars(bars));
    }
    section
}

fn anchor(n: usize) -> String {
    format!("case-{n}")
}

/// Text over several lines in one.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Of nothing there is no share.
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
