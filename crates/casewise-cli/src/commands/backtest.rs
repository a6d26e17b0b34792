//! `casewise backtest`: scores as of a date against what happened afterwards.

use std::io::{self, Write};

use casewise::{Backtest, BacktestOptions, Forecast, Grouping, Ranking};

use super::input::Input;
use crate::Ended;
use crate::args::{BacktestArgs, TextOrJson};
use crate::exit::Exit;
use crate::terminal::message;
use crate::write::page;
use crate::write::rejects::Rejects;

pub(crate) fn run(args: &BacktestArgs) -> Ended {
    let model = super::open(&args.model)?;
    let files = args.history.input();
    let mut input = Input::open_to_fit(&model, &files)?;
    let mut rejects = Rejects::open(args.history.rejects.as_deref())?;
    let customers = input.all(&mut rejects)?;
    let mut options = BacktestOptions::until(args.until.as_str()).groups(args.groups);
    if let Some(outcome) = &args.outcome {
        options = options.outcome(outcome.as_str());
    }
    if let Some(share) = args.apart {
        options = options.apart(share);
    }
    if let Some(path) = &args.later {
        let mut files = args.history.input();
        files.customers.clone_from(path);
        options = options.later(Input::open_to_fit(&model, &files)?.all(&mut rejects)?);
    }
    let rejected = rejects.count();
    let found = model.backtest(&customers, &input.request()?, &options.rejected(rejected as u64))?;
    if let Some(path) = &args.report {
        page(path, &found.to_html())?.commit()?;
    }
    let mut stdout = io::stdout().lock();
    match args.format {
        TextOrJson::Text => text(&mut stdout, &found)?,
        TextOrJson::Json => writeln!(stdout, "{}", found.to_json())?,
    }
    for warning in found.warnings() {
        message(&format!("warning: {warning}\n"));
    }
    for told in input.of_nobody()? {
        message(&format!("note: {told}\n"));
    }
    rejects.finish()?;
    Ok(if rejected == 0 { Exit::Done } else { Exit::Rejected })
}

fn text(out: &mut impl Write, found: &Backtest) -> io::Result<()> {
    let (rows, measured) = found.counts();
    let learned = if found.is_learned() { "learned and scored" } else { "scored" };
    writeln!(out, "{learned} as of {}, compared with what had happened at {}", found.as_of(), found.until())?;
    writeln!(out, "measured: {measured} of {rows}")?;
    found.forecasts().iter().try_for_each(|of| forecast(out, of))?;
    found.rankings().iter().try_for_each(|of| ranking(out, of))?;
    found.groupings().iter().try_for_each(|of| grouping(out, of))
}

fn ranking(out: &mut impl Write, of: &Ranking) -> io::Result<()> {
    let in_sample = if of.in_sample { ", on the rows learned from" } else { "" };
    writeln!(out, "\n{} tells {}: {} of {}{in_sample}", of.score, of.outcome, of.events, of.rows)?;
    left_out(out, of.left_out)?;
    writeln!(out, "  AUC {:.4}  Gini {:.4}  KS {:.4}", of.auc, of.gini, of.ks)?;
    let first = if of.lowest_first { "lowest" } else { "highest" };
    writeln!(
        out,
        "  {:>7}  {:>7}  {:>9}  {:>7}  {:>6}  {:>7}",
        first, "rows", "events", "rate", "lift", "gain"
    )?;
    for (place, group) in of.lift.iter().enumerate() {
        let (rate, gain) = (group.rate * 100.0, group.gain * 100.0);
        writeln!(
            out,
            "  {:>7}  {:>7}  {:>9.1}  {rate:>5.1} %  {:>6.2}  {gain:>5.1} %",
            place + 1,
            group.rows,
            group.events,
            group.lift
        )?;
    }
    if !of.calibration.is_empty() {
        writeln!(out, "  stated probability against the share that came")?;
        writeln!(out, "  {:>7}  {:>7}  {:>9}  {:>7}", "", "rows", "stated", "came")?;
    }
    for (place, bin) in of.calibration.iter().enumerate() {
        let (stated, came) = (bin.predicted * 100.0, bin.observed * 100.0);
        writeln!(out, "  {:>7}  {:>7}  {stated:>7.1} %  {came:>5.1} %", place + 1, bin.rows)?;
    }
    Ok(())
}

fn grouping(out: &mut impl Write, of: &Grouping) -> io::Result<()> {
    writeln!(out, "\n{} and {}", of.score, of.outcome)?;
    left_out(out, of.left_out)?;
    let width = of.groups.iter().map(|group| group.value.chars().count()).max().unwrap_or(0).max(4);
    writeln!(out, "  {:width$}  {:>7}  {:>7}  {:>7}  {:>6}", "", "rows", "events", "rate", "lift")?;
    for group in &of.groups {
        let rate = group.rate * 100.0;
        writeln!(
            out,
            "  {:width$}  {:>7}  {:>7}  {rate:>5.1} %  {:>6.2}",
            group.value, group.rows, group.events, group.lift
        )?;
    }
    Ok(())
}

fn forecast(out: &mut impl Write, of: &Forecast) -> io::Result<()> {
    writeln!(
        out,
        "\n{}: {:.1} purchases foretold, {} came, of {} who had bought before",
        of.score, of.predicted, of.actual, of.customers
    )?;
    if of.newcomers > 0 {
        writeln!(out, "  {} bought for the first time: nothing was foretold of them", of.newcomers)?;
    }
    if let Some(worth) = &of.worth {
        writeln!(out, "  worth {:.2} foretold, {:.2} came, not discounted", worth.predicted, worth.actual)?;
    }
    writeln!(out, "  {:>10}  {:>9}  {:>7}", "through", "foretold", "came")?;
    for week in &of.weeks {
        writeln!(out, "  {:>10}  {:>9.1}  {:>7}", week.through, week.predicted, week.actual)?;
    }
    writeln!(out, "  a head, by purchases after the first")?;
    writeln!(out, "  {:>10}  {:>9}  {:>9}  {:>7}", "", "customers", "foretold", "came")?;
    for group in &of.by_repeats {
        let repeats = format!("{}{}", group.repeats, if group.or_more { " or more" } else { "" });
        writeln!(
            out,
            "  {repeats:>10}  {:>9}  {:>9.3}  {:>7.3}",
            group.customers, group.predicted, group.actual
        )?;
    }
    writeln!(out, "  a head, by what was foretold")?;
    writeln!(out, "  {:>10}  {:>9}  {:>9}  {:>7}", "", "customers", "foretold", "came")?;
    for (place, bin) in of.calibration.iter().enumerate() {
        writeln!(out, "  {:>10}  {:>9}  {:>9.3}  {:>7.3}", place + 1, bin.rows, bin.predicted, bin.observed)?;
    }
    match &of.ranking {
        Some(found) => ranking(out, found),
        None => Ok(()),
    }
}

fn left_out(out: &mut impl Write, rows: u64) -> io::Result<()> {
    if rows == 0 {
        return Ok(());
    }
    writeln!(out, "  {rows} without a score or a known outcome are left out")
}
