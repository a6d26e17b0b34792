//! Points of a scorecard: bins, weights of evidence, regression, scaling.

use std::sync::Arc;

use casewise_core::model::constants::evaluate;
use casewise_core::model::{Expr, FactorScoring, Model, Scorecard, ScorecardFactor};
use casewise_core::parameters::{
    BinParameters, Coefficient, FactorParameters, ScorecardParameters, category, number,
};
use casewise_core::values::Value;

use super::columns::{names, numbers};
use super::{Lesson, Problem};
use crate::binning::{NumericBins, Slot};
use crate::error::FitError;
use crate::evaluation::auc;
use crate::logistic::{self, LogisticFit};
use crate::points::PointsScale;
use crate::woe::{WoeBin, WoeTable, weigh};

/// The bins of one factor, and where every row belongs.
struct Binned {
    bins: Vec<Bin>,
    slots: Vec<Slot>,
}

/// What a bin holds.
#[derive(Default)]
struct Bin {
    from: Option<f64>,
    to: Option<f64>,
    value: Option<Arc<str>>,
}

pub(super) fn learn(lesson: Lesson<'_>, declared: &Scorecard) -> Result<ScorecardParameters, Problem> {
    let Some(learned) = &declared.learned else {
        return Err(FitError::setting("the points are written in the model").into());
    };
    let constant = |e: &Expr| evaluate(e, lesson.model).as_ref().and_then(number);
    let scale = constant(&learned.points).zip(constant(&learned.odds)).zip(constant(&learned.doubling));
    let ((points, odds), doubling) =
        scale.ok_or_else(|| FitError::setting("the scale of points is no number"))?;
    let scale = PointsScale::new(points, odds, doubling)?;

    // Rows whose outcome is not known teach nothing.
    let outcomes = lesson.columns.get(0);
    let known: Vec<usize> = (0..outcomes.len()).filter(|row| outcome(outcomes, *row).is_some()).collect();
    let events: Vec<bool> = known.iter().filter_map(|row| outcome(outcomes, *row)).collect();
    if events.is_empty() {
        return Err(Problem::Said(FitError::NoRows, "the outcome is known of nobody".to_owned()));
    }
    let labels = names(declared.factors.iter().map(|factor| &factor.label));
    let mut binned = Vec::with_capacity(labels.len());
    let mut tables: Vec<WoeTable> = Vec::with_capacity(labels.len());
    for (place, factor) in declared.factors.iter().enumerate() {
        let column = lesson.columns.get(place + 1);
        let column: Vec<&Value> = known.iter().filter_map(|row| column.get(*row)).collect();
        let named = |error: FitError| Problem::Fit(at_column(error, place), labels.clone());
        let found = bin(lesson.model, factor, &column).map_err(named)?;
        tables.push(weigh(found.bins.len(), &found.slots, &events).map_err(named)?);
        binned.push(found);
    }
    let evidence: Vec<Vec<f64>> = binned
        .iter()
        .zip(&tables)
        .map(|(found, table)| found.slots.iter().map(|slot| table.bin(*slot).woe).collect())
        .collect();
    let columns: Vec<&[f64]> = evidence.iter().map(Vec::as_slice).collect();
    let fit = logistic::fit(&columns, &events).map_err(|error| Problem::Fit(error, labels.clone()))?;
    let odds: Vec<f64> = (0..events.len())
        .map(|row| {
            let of_row: Vec<f64> = columns.iter().filter_map(|column| column.get(row).copied()).collect();
            fit.log_odds(&of_row)
        })
        .collect();
    let power = auc(&odds, &events)?;
    Ok(ScorecardParameters {
        base: scale.base(fit.intercept.value),
        factor: scale.factor,
        offset: scale.offset,
        intercept: coefficient(&fit.intercept),
        factors: factors(&labels, &binned, &tables, &fit, &scale),
        rows: fit.rows,
        events: fit.events,
        without_outcome: (outcomes.len() - known.len()) as u64,
        log_likelihood: fit.log_likelihood,
        null_log_likelihood: fit.null_log_likelihood,
        iterations: fit.iterations,
        auc: power.auc,
        gini: power.gini,
    })
}

fn outcome(outcomes: &[Value], row: usize) -> Option<bool> {
    outcomes.get(row).and_then(Value::as_bool)
}

fn coefficient(of: &logistic::Coefficient) -> Coefficient {
    Coefficient { value: of.value, standard_error: of.standard_error }
}

/// An error about the only column of a factor, as one about that factor.
fn at_column(error: FitError, column: usize) -> FitError {
    match error {
        FitError::Constant { .. } => FitError::Constant { column },
        FitError::NotFinite { row, .. } => FitError::NotFinite { row, column },
        other => other,
    }
}

/// Finds the bins of a factor and sorts its values into them.
fn bin(model: &Model, factor: &ScorecardFactor, column: &[&Value]) -> Result<Binned, FitError> {
    let place = |slot: Option<usize>, value: &Value| match slot {
        _ if value.is_missing() => Slot::Missing,
        Some(bin) => Slot::Bin(bin),
        None => Slot::Unseen,
    };
    match &factor.scoring {
        FactorScoring::BinsAt(cuts) => {
            let cuts: Option<Vec<Value>> = cuts.iter().map(|cut| evaluate(cut, model)).collect();
            let cuts = cuts.ok_or_else(|| FitError::setting("a cut is no constant"))?;
            // [a, b): the number of cuts at or below, compared in the type of the factor.
            let bin_of =
                |value: &Value| cuts.partition_point(|cut| cut.compare(value).is_some_and(|o| o.is_le()));
            let slots = column.iter().map(|value| place(Some(bin_of(value)), value)).collect();
            Ok(Binned { bins: ranges(cuts.iter().filter_map(number)), slots })
        }
        FactorScoring::Bins(count) => {
            let count = match evaluate(count, model) {
                Some(Value::Int(n)) => usize::try_from(n).unwrap_or(0),
                _ => 0,
            };
            let values = numbers(&column.iter().map(|value| (*value).clone()).collect::<Vec<_>>());
            let bins = NumericBins::by_quantile(&values, count)?;
            let slots = values.iter().map(|value| bins.slot(*value)).collect();
            Ok(Binned { bins: ranges(bins.cuts.iter().copied()), slots })
        }
        FactorScoring::Each => {
            let mut seen: Vec<&Value> = column.iter().copied().filter(|value| !value.is_missing()).collect();
            seen.sort_by(|a, b| a.total_cmp(b));
            seen.dedup_by(|a, b| a.total_cmp(b).is_eq());
            let slots = column
                .iter()
                .map(|value| place(seen.binary_search_by(|known| known.total_cmp(value)).ok(), value))
                .collect();
            let named =
                |value: &&Value| Bin { value: category(model, &factor.of.ty.base, value), ..Bin::default() };
            Ok(Binned { bins: seen.iter().map(named).collect(), slots })
        }
        FactorScoring::Points(_) => Err(FitError::setting("the points are written in the model")),
    }
}

fn ranges(cuts: impl Iterator<Item = f64>) -> Vec<Bin> {
    let mut bins = vec![Bin::default()];
    for cut in cuts {
        if let Some(last) = bins.last_mut() {
            last.to = Some(cut);
        }
        bins.push(Bin { from: Some(cut), ..Bin::default() });
    }
    bins
}

fn factors(
    labels: &[Arc<str>],
    binned: &[Binned],
    tables: &[WoeTable],
    fit: &LogisticFit,
    scale: &PointsScale,
) -> Vec<FactorParameters> {
    let each = labels.iter().zip(binned).zip(tables).zip(&fit.coefficients);
    each.map(|(((label, binned), table), beta)| {
        let bin = |bin: &Bin, counted: &WoeBin| BinParameters {
            from: bin.from,
            to: bin.to,
            value: bin.value.clone(),
            points: scale.bin(beta.value, counted.woe),
            woe: counted.woe,
            iv: counted.iv,
            events: counted.events,
            non_events: counted.non_events,
            adjusted: counted.adjusted,
        };
        FactorParameters {
            of: label.clone(),
            coefficient: coefficient(beta),
            iv: table.iv,
            bins: binned.bins.iter().zip(&table.bins).map(|(b, counted)| bin(b, counted)).collect(),
            missing: bin(&Bin::default(), &table.missing),
            unseen: bin(&Bin::default(), &table.unseen),
        }
    })
    .collect()
}
