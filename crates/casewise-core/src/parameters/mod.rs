//! What was learned, frozen: the numbers that scoring needs, how they were found, and which declarations they
//! belong to.
//!
//! A fit writes [`Parameters`]; planning reads them. They are data: how they are written as text is the
//! façade's job.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Model, ScoreKind};
use crate::values::lifetime::{BgNbd, GammaGamma};

mod belong;
mod category;

pub use belong::Mismatch;
pub(crate) use category::of_category;
pub use category::{category, number};

/// The version of the file's form.
pub const FORMAT: u32 = 1;

/// Everything that was learned for one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The version of this form: [`FORMAT`].
    pub casewise_parameters: u32,
    /// The model they were learned for.
    pub model: ModelStamp,
    /// The version of casewise that learned them.
    pub tool: Arc<str>,
    /// What they were learned from.
    pub data: DataStamp,
    /// By name of the learned score.
    pub parts: BTreeMap<Arc<str>, Part>,
    /// How every score and attribute was distributed, by name: what drift is measured against.
    pub distributions: BTreeMap<Arc<str>, Distribution>,
}

/// A model at the time of the fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelStamp {
    /// Its name.
    pub name: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
    /// Of the whole model.
    pub fingerprint: Arc<str>,
    /// The version of the language.
    pub language: u32,
}

/// The data of a fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataStamp {
    /// Only what happened strictly before this instant was learned from.
    pub as_of: Arc<str>,
    /// Subjects.
    pub rows: u64,
    /// Rows that could not be read and were left out.
    pub rejected: u64,
    /// Events and rows by table, those at or after `as_of` not counted.
    pub events: BTreeMap<Arc<str>, u64>,
    /// SHA-256 of all subjects and what belongs to them, whatever their order.
    pub fingerprint: Arc<str>,
    /// Version of the time-zone data.
    pub tzdata: Arc<str>,
}

/// One learned score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Of the score's declaration and everything it depends on.
    pub fingerprint: Arc<str>,
    /// Of each of these, by name: shows which one has changed.
    pub depends_on: BTreeMap<Arc<str>, Arc<str>>,
    /// The numbers.
    pub learned: Learned,
}

/// What was learned of one score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learned {
    /// Cuts of an `rfm`.
    Rfm(RfmParameters),
    /// Points of a `scorecard`.
    Scorecard(ScorecardParameters),
    /// Centres of a `cluster`.
    Cluster(ClusterParameters),
    /// Rules of an `affinity`.
    Affinity(AffinityParameters),
    /// The two models of a `lifetime`.
    Lifetime(LifetimeParameters),
    /// The distribution of a `behavior` with `scale percentile`.
    Percentile(PercentileParameters),
}

impl Learned {
    /// The word of the declaration that these numbers belong to.
    pub fn word(&self) -> &'static str {
        match self {
            Learned::Rfm(_) => "rfm",
            Learned::Scorecard(_) => "scorecard",
            Learned::Cluster(_) => "cluster",
            Learned::Affinity(_) => "affinity",
            Learned::Lifetime(_) => "lifetime",
            Learned::Percentile(_) => "behavior",
        }
    }
}

/// Whether a score, or a part of it, must be learned.
pub fn is_learned(kind: &ScoreKind) -> bool {
    use crate::model::{Centers, Cuts, MissingFill};
    match kind {
        ScoreKind::Scorecard(card) => card.learned.is_some(),
        ScoreKind::Behavior(behavior) => behavior.percentile,
        ScoreKind::Rfm(rfm) => [&rfm.recency_cuts, &rfm.frequency_cuts, &rfm.monetary_cuts]
            .iter()
            .any(|cuts| matches!(cuts, Cuts::Learned(_))),
        ScoreKind::Cluster(cluster) => {
            matches!(cluster.centers, Centers::Learned { .. })
                || matches!(cluster.missing, MissingFill::Mean | MissingFill::Median)
        }
        ScoreKind::Affinity(_) | ScoreKind::Lifetime(_) => true,
        ScoreKind::Expression { .. } | ScoreKind::Composite(_) => false,
    }
}

/// The learned scores of a model, in its order.
pub fn learned_scores(model: &Model) -> impl Iterator<Item = (usize, &crate::model::Score)> {
    model.scores.iter().enumerate().filter(|(_, score)| is_learned(&score.kind))
}

/// Learned cuts of recency, frequency and monetary; none where the cuts are written in the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfmParameters {
    /// Subjects with at least one event in the window: those that the cuts are learned from.
    pub customers: u64,
    /// Subjects without.
    pub without_events: u64,
    /// Of the days since the last event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recency: Option<LearnedCuts>,
    /// Of the number of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<LearnedCuts>,
    /// Of the given aggregate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monetary: Option<LearnedCuts>,
}

/// Learned cuts and what they do to the values they were learned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnedCuts {
    /// Ascending, one less than the bins; equal cuts leave empty bins between them.
    pub cuts: Vec<f64>,
    /// How many values fall into each bin, lowest values first.
    pub counts: Vec<u64>,
    /// The empty bins, from 1, lowest values first. Bins are not renumbered.
    pub empty: Vec<usize>,
    /// The value that most rows share.
    pub largest_tie: Tie,
    /// What a reader of the scores should know.
    pub warnings: Vec<CutWarning>,
}

/// A value shared by many rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tie {
    /// The value; of several, the least.
    pub value: f64,
    /// How many rows have it.
    pub count: u64,
    /// Their share of all rows.
    pub share: f64,
}

/// What a reader of learned bins should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutWarning {
    /// Fewer rows than bins.
    FewerThanBins {
        /// The rows.
        rows: u64,
        /// The bins.
        bins: usize,
    },
    /// Every row has the same value, so every row gets the same score.
    AllTied,
}

/// A scorecard in points, and the regression behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScorecardParameters {
    /// Points that everyone has.
    pub base: f64,
    /// Points per unit of log-odds.
    pub factor: f64,
    /// Points at even odds.
    pub offset: f64,
    /// β₀.
    pub intercept: Coefficient,
    /// In the order of the declaration.
    pub factors: Vec<FactorParameters>,
    /// Rows learned from.
    pub rows: u64,
    /// Those with the outcome.
    pub events: u64,
    /// Rows whose outcome is missing.
    pub without_outcome: u64,
    /// ln L at the maximum.
    pub log_likelihood: f64,
    /// ln L of the share of events alone.
    pub null_log_likelihood: f64,
    /// Newton steps made.
    pub iterations: usize,
    /// The area under the ROC curve on the rows learned from.
    pub auc: f64,
    /// 2 × area − 1.
    pub gini: f64,
}

/// A coefficient by maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficient {
    /// Its value.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// One `by` of a learned scorecard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorParameters {
    /// As it is written in the model.
    pub of: Arc<str>,
    /// βⱼ, on the weight of evidence.
    pub coefficient: Coefficient,
    /// Information value.
    pub iv: f64,
    /// Ranges ascending, or values in their order.
    pub bins: Vec<BinParameters>,
    /// Of rows without a value.
    pub missing: BinParameters,
    /// Of values that the fit has not seen.
    pub unseen: BinParameters,
}

/// One bin: [from, to), or one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BinParameters {
    /// Where a range starts; the first has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Where it ends, itself not included; the last has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// The value, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Arc<str>>,
    /// What the bin adds to the score.
    pub points: f64,
    /// Weight of evidence.
    pub woe: f64,
    /// The bin's part of the information value.
    pub iv: f64,
    /// Rows with the outcome.
    pub events: u64,
    /// Rows without it.
    pub non_events: u64,
    /// 0.5 was added to both counts, for one of them is 0.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adjusted: bool,
}

impl BinParameters {
    /// As a reader of scorecards writes it: `[6, 12)`, `"plus"`, `missing` where it is neither.
    pub fn name(&self, otherwise: &str) -> String {
        match (self.from, self.to, &self.value) {
            (_, _, Some(value)) => value.to_string(),
            (None, Some(to), None) => format!("< {to}"),
            (Some(from), Some(to), None) => format!("[{from}, {to})"),
            (Some(from), None, None) => format!(">= {from}"),
            (None, None, None) => otherwise.to_owned(),
        }
    }
}

/// Learned centres with their scaling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterParameters {
    /// In the order of the declaration.
    pub features: Vec<FeatureParameters>,
    /// In the order of their labels.
    pub centers: Vec<CenterParameters>,
    /// Rows learned from.
    pub rows: u64,
    /// Σ squared distance of every row to its centre, scaled.
    pub inertia: f64,
    /// Lloyd iterations of the best start.
    pub iterations: usize,
    /// The last of them changed no label.
    pub converged: bool,
    /// The best start, from 0.
    pub start: usize,
    /// The seed of all starts.
    pub seed: u64,
    /// Mean silhouette; none of one cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silhouette: Option<SilhouetteParameters>,
    /// The numbers of clusters that were tried, where the silhouette chose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trials: Vec<TrialParameters>,
}

/// How one feature is filled and scaled: (x − center) / spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureParameters {
    /// As it is written in the model.
    pub of: Arc<str>,
    /// What stands in for a missing value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<f64>,
    /// How many were missing.
    pub missing: u64,
    /// What is subtracted.
    pub center: f64,
    /// What is divided by; 0 scales everything to 0.
    pub spread: f64,
}

impl FeatureParameters {
    /// What the difference from the centre is multiplied by.
    pub fn multiplier(&self) -> f64 {
        if self.spread > 0.0 { 1.0 / self.spread } else { 0.0 }
    }
}

/// One centre.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CenterParameters {
    /// Its name.
    pub label: Arc<str>,
    /// Rows of the fit that belong to it.
    pub size: u64,
    /// In the scale in which distances are taken.
    pub scaled: Vec<f64>,
    /// In the units of the features, for readers.
    pub at: Vec<f64>,
}

/// A mean silhouette.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilhouetteParameters {
    /// The mean.
    pub mean: f64,
    /// Rows looked at.
    pub rows: u64,
    /// They are a sample.
    pub sampled: bool,
}

/// A number of clusters that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialParameters {
    /// The number.
    pub clusters: usize,
    /// Its inertia.
    pub inertia: f64,
    /// Its mean silhouette.
    pub silhouette: f64,
}

/// Association rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AffinityParameters {
    /// Subjects with at least one item.
    pub baskets: u64,
    /// Subjects without.
    pub without_items: u64,
    /// Different items.
    pub items: u64,
    /// Sets that were frequent.
    pub frequent_sets: u64,
    /// Smaller rules first, then by their items.
    pub rules: Vec<RuleParameters>,
}

/// Who holds the left side, holds the right side too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleParameters {
    /// One or more items, ascending.
    pub left: Vec<Arc<str>>,
    /// One item.
    pub right: Arc<str>,
    /// Baskets that hold both sides.
    pub count: u64,
    /// Baskets that hold the left side.
    pub left_count: u64,
    /// Baskets that hold the right side.
    pub right_count: u64,
    /// count / left count.
    pub confidence: f64,
    /// Confidence over the share of all baskets that hold the right side.
    pub lift: f64,
}

impl RuleParameters {
    /// Whether this rule counts where both fire: the higher confidence, compared exactly, then the higher count,
    /// then the shorter left side.
    pub fn beats(&self, other: &RuleParameters) -> std::cmp::Ordering {
        let mine = u128::from(self.count) * u128::from(other.left_count);
        let theirs = u128::from(other.count) * u128::from(self.left_count);
        let order = mine.cmp(&theirs).then(self.count.cmp(&other.count));
        order.then(other.left.len().cmp(&self.left.len()))
    }
}

/// BG/NBD, and Gamma-Gamma where the purchases have a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifetimeParameters {
    /// r, α, a, b; time in the declared unit.
    pub purchases: BgNbd,
    /// Their standard errors.
    pub standard_errors: BgNbd,
    /// ln L at the maximum.
    pub log_likelihood: f64,
    /// Customers with at least one purchase.
    pub customers: u64,
    /// Those who came back.
    pub repeaters: u64,
    /// Subjects without a purchase.
    pub without_purchases: u64,
    /// Steps of the search.
    pub iterations: usize,
    /// What a purchase is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<SpendParameters>,
}

/// Gamma-Gamma.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendParameters {
    /// p, q, γ.
    pub model: GammaGamma,
    /// Their standard errors.
    pub standard_errors: GammaGamma,
    /// ln L at the maximum.
    pub log_likelihood: f64,
    /// Customers learned from.
    pub customers: u64,
    /// Correlation of the number of purchases with their mean worth, which the model takes to be 0.
    pub correlation: f64,
    /// Steps of the search.
    pub iterations: usize,
}

/// The percentiles of a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PercentileParameters {
    /// Rows learned from.
    pub rows: u64,
    /// The type-7 quantiles 1 %, 2 %, … 100 %.
    pub quantiles: Vec<f64>,
}

/// How many percentiles are stored.
pub const PERCENTILES: usize = 100;

/// How a score or attribute was distributed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Of numbers: bins [a, b) between cuts.
    Numbers {
        /// Ascending, one less than the bins.
        cuts: Vec<f64>,
        /// Rows per bin.
        counts: Vec<u64>,
        /// Rows without a value.
        missing: u64,
    },
    /// Of labels, truths and few texts.
    Values {
        /// Rows by value.
        counts: BTreeMap<Arc<str>, u64>,
        /// Rows without a value.
        missing: u64,
    },
}
