//! Random parameters for the learned scores of a model: what a fit could have found.

use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::model::constants::evaluate;
use casewise_core::model::{
    Base, Centers, Cluster, Cuts, FactorScoring, MissingFill, Model, Rfm, ScoreKind, Scorecard,
    ScorecardFactor,
};
use casewise_core::parameters::{
    AffinityParameters, BinParameters, CenterParameters, ClusterParameters, Coefficient, DataStamp, FORMAT,
    FactorParameters, FeatureParameters, Learned, LearnedCuts, LifetimeParameters, ModelStamp, PERCENTILES,
    Parameters, Part, PercentileParameters, RfmParameters, RuleParameters, ScorecardParameters,
    SpendParameters, Tie, learned_scores,
};
use casewise_core::values::Value;
use casewise_core::values::lifetime::{BgNbd, GammaGamma};

use super::Random;

/// Items of rules; some of them are bought.
pub(super) const ITEMS: [&str; 5] = ["a", "ab", "abc", "呼转", "x y"];

/// Parameters of every learned score.
pub fn parameters(model: &Model, random: &mut Random) -> Parameters {
    let mut parts = BTreeMap::new();
    for (index, score) in learned_scores(model) {
        let learned = match &score.kind {
            ScoreKind::Rfm(rfm) => Learned::Rfm(rfm_cuts(rfm, random)),
            ScoreKind::Scorecard(card) => Learned::Scorecard(points(model, card, random)),
            ScoreKind::Cluster(cluster) => Learned::Cluster(centers(model, cluster, random)),
            ScoreKind::Affinity(_) => Learned::Affinity(rules(random)),
            ScoreKind::Lifetime(lifetime) => Learned::Lifetime(models(lifetime.monetary.is_some(), random)),
            _ => Learned::Percentile(PercentileParameters { rows: 9, quantiles: cuts(PERCENTILES, random) }),
        };
        parts.insert(score.name.clone(), Part::new(&model.fingerprints.scores[index], learned));
    }
    Parameters {
        casewise_parameters: FORMAT,
        model: ModelStamp {
            name: model.name.clone(),
            version: model.version.clone(),
            fingerprint: "".into(),
            language: model.language,
        },
        tool: "".into(),
        data: DataStamp {
            as_of: "".into(),
            rows: 0,
            rejected: 0,
            events: BTreeMap::new(),
            fingerprint: "".into(),
            tzdata: "".into(),
        },
        parts,
        distributions: BTreeMap::new(),
    }
}

/// Ascending; some of them equal.
fn cuts(count: usize, random: &mut Random) -> Vec<f64> {
    let mut at = random.range(-20, 10) as f64;
    (0..count)
        .map(|_| {
            at += *random.pick(&[0.0, 0.5, 1.0, 7.25]);
            at
        })
        .collect()
}

fn number(random: &mut Random) -> f64 {
    random.range(-4_000, 4_000) as f64 / 64.0 + 1.0 / 3.0
}

fn rfm_cuts(rfm: &Rfm, random: &mut Random) -> RfmParameters {
    let mut of = |declared: &Cuts| match declared {
        Cuts::At(_) => None,
        Cuts::Learned(bins) => Some(LearnedCuts {
            cuts: cuts(bins - 1, random),
            counts: Vec::new(),
            empty: Vec::new(),
            largest_tie: Tie { value: 0.0, count: 0, share: 0.0 },
            warnings: Vec::new(),
        }),
    };
    RfmParameters {
        customers: 1,
        without_events: 0,
        recency: of(&rfm.recency_cuts),
        frequency: of(&rfm.frequency_cuts),
        monetary: rfm.monetary.as_ref().and_then(|_| of(&rfm.monetary_cuts)),
    }
}

fn bin(from: Option<f64>, to: Option<f64>, value: Option<Arc<str>>, random: &mut Random) -> BinParameters {
    BinParameters {
        from,
        to,
        value,
        points: number(random),
        woe: 0.0,
        iv: 0.0,
        events: 0,
        non_events: 0,
        adjusted: false,
    }
}

fn bins(model: &Model, factor: &ScorecardFactor, random: &mut Random) -> Vec<BinParameters> {
    let count = match &factor.scoring {
        FactorScoring::BinsAt(cuts) => cuts.len(),
        FactorScoring::Bins(_) => 2,
        FactorScoring::Each | FactorScoring::Points(_) => {
            let names: Vec<String> = match &factor.of.ty.base {
                Base::Enum(id) => {
                    model.enums[id.0 as usize].labels.iter().map(|l| l.name.to_string()).collect()
                }
                Base::Bool => vec!["false".to_owned(), "true".to_owned()],
                Base::Int => (0..9).map(|n: i32| n.to_string()).collect(),
                _ => ITEMS.iter().map(ToString::to_string).collect(),
            };
            // Some values have not been seen.
            let seen = names.into_iter().filter(|_| random.chance(70)).collect::<Vec<_>>();
            return seen.into_iter().map(|name| bin(None, None, Some(name.into()), random)).collect();
        }
    };
    let mut at = random.range(-10, 5) as f64;
    let edges: Vec<f64> = (0..count)
        .map(|_| {
            at += random.range(1, 20) as f64 / 2.0;
            at
        })
        .collect();
    (0..=count)
        .map(|n| bin(n.checked_sub(1).map(|n| edges[n]), edges.get(n).copied(), None, random))
        .collect()
}

fn points(model: &Model, card: &Scorecard, random: &mut Random) -> ScorecardParameters {
    let coefficient = Coefficient { value: -1.0, standard_error: 0.1 };
    let factor = |factor: &ScorecardFactor, random: &mut Random| FactorParameters {
        of: factor.label.clone(),
        coefficient,
        iv: 0.0,
        bins: bins(model, factor, random),
        missing: bin(None, None, None, random),
        unseen: bin(None, None, None, random),
    };
    ScorecardParameters {
        base: number(random),
        factor: 1.0,
        offset: 0.0,
        intercept: coefficient,
        factors: card.factors.iter().map(|f| factor(f, random)).collect(),
        rows: 2,
        events: 1,
        without_outcome: 0,
        log_likelihood: 0.0,
        null_log_likelihood: 0.0,
        iterations: 1,
        auc: 0.5,
        gini: 0.0,
    }
}

fn centers(model: &Model, cluster: &Cluster, random: &mut Random) -> ClusterParameters {
    let Centers::Learned { most, seed, .. } = cluster.centers else { panic!("centres by hand") };
    let features = cluster
        .feature_labels
        .iter()
        .map(|of| FeatureParameters {
            of: of.clone(),
            fill: match &cluster.missing {
                MissingFill::None => None,
                MissingFill::Constant(fill) => match evaluate(fill, model) {
                    Some(Value::Float(x)) => Some(x),
                    other => panic!("a fill of {other:?}"),
                },
                MissingFill::Mean | MissingFill::Median => Some(number(random)),
            },
            missing: 0,
            center: number(random),
            spread: *random.pick(&[0.0, 1.0, 3.0, 17.5]),
        })
        .collect();
    let labels = &model.enums[cluster.label_type.0 as usize].labels;
    let center = |n: usize, random: &mut Random| CenterParameters {
        label: labels[n].name.clone(),
        size: 1,
        scaled: cluster.features.iter().map(|_| number(random) / 20.0).collect(),
        at: Vec::new(),
    };
    ClusterParameters {
        features,
        centers: (0..most).map(|n| center(n, random)).collect(),
        rows: 1,
        inertia: 0.0,
        iterations: 1,
        converged: true,
        start: 0,
        seed,
        silhouette: None,
        trials: Vec::new(),
    }
}

fn rules(random: &mut Random) -> AffinityParameters {
    let rule = |random: &mut Random| {
        let mut left: Vec<Arc<str>> =
            (0..1 + random.below(2)).map(|_| Arc::from(*random.pick(&ITEMS))).collect();
        left.sort();
        left.dedup();
        let (count, more) = (random.range(1, 5).unsigned_abs(), random.range(0, 4).unsigned_abs());
        RuleParameters {
            left,
            right: (*random.pick(&ITEMS)).into(),
            count,
            left_count: count + more,
            right_count: 10,
            confidence: count as f64 / (count + more) as f64,
            lift: number(random).abs(),
        }
    };
    let rules = (0..4 + random.below(20)).map(|_| rule(random)).collect();
    AffinityParameters { baskets: 20, without_items: 0, items: 4, frequent_sets: 9, rules }
}

fn models(with_worth: bool, random: &mut Random) -> LifetimeParameters {
    let shape = |random: &mut Random| random.range(1, 400) as f64 / 64.0;
    let purchases =
        BgNbd { r: shape(random), alpha: 1.0 + shape(random), a: shape(random), b: shape(random) };
    let spend = with_worth.then(|| {
        let model = GammaGamma { p: shape(random), q: 1.0 + shape(random), gamma: shape(random) };
        SpendParameters {
            model,
            standard_errors: model,
            log_likelihood: 0.0,
            customers: 1,
            correlation: 0.0,
            iterations: 1,
        }
    });
    LifetimeParameters {
        purchases,
        standard_errors: purchases,
        log_likelihood: 0.0,
        customers: 1,
        repeaters: 1,
        without_purchases: 0,
        iterations: 1,
        spend,
    }
}
