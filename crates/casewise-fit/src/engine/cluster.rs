//! Centres of clusters, with their scaling, fill and names.

use std::sync::Arc;

use casewise_core::model::constants::evaluate;
use casewise_core::model::{Centers, Cluster, MissingFill, Scale};
use casewise_core::parameters::{
    CenterParameters, ClusterParameters, FeatureParameters, Learned, SilhouetteParameters, TrialParameters,
};
use casewise_core::values::Value;

use super::columns::{names, numbers};
use super::{Lesson, Problem};
use crate::error::FitError;
use crate::kmeans::{self, Clusters, Options, Points, squared_distance};
use crate::scaling::{ColumnScale, Fill, Method, fill};
use crate::silhouette::{DEFAULT_LIMIT, choose, silhouette};

pub(super) fn learn(mut lesson: Lesson<'_>, declared: &Cluster) -> Result<ClusterParameters, Problem> {
    let Centers::Learned { least, most, seed, named } = declared.centers else {
        return Err(FitError::setting("the centres are written in the model").into());
    };
    let labels = names(&declared.feature_labels);
    let of_column = |error: FitError| Problem::Fit(error, labels.clone());
    let policy = match &declared.missing {
        MissingFill::None => None,
        MissingFill::Mean => Some(Fill::Mean),
        MissingFill::Median => Some(Fill::Median),
        MissingFill::Constant(value) => match evaluate(value, lesson.model) {
            Some(Value::Float(x)) => Some(Fill::Value(x)),
            _ => return Err(FitError::setting("what stands in for a missing feature is no number").into()),
        },
    };
    let method = match declared.scale {
        Scale::None => Method::None,
        Scale::ZScore => Method::Zscore,
        Scale::MinMax => Method::Minmax,
        Scale::Robust => Method::Robust,
    };
    let rows = lesson.subjects.len();
    let mut features = Vec::with_capacity(labels.len());
    let mut scaled = vec![0.0; rows * labels.len()];
    for (place, label) in labels.iter().enumerate() {
        let filled = fill(&numbers(lesson.columns.get(place)), policy, place).map_err(of_column)?;
        let scale = ColumnScale::learn(method, &filled.values, place).map_err(of_column)?;
        if scale.spread <= 0.0 {
            lesson.warn(format!("`{label}` is the same for everyone and tells nobody apart"));
        }
        for (value, to) in filled.values.iter().zip(scaled.iter_mut().skip(place).step_by(labels.len())) {
            *to = scale.apply(*value);
        }
        features.push(FeatureParameters {
            of: label.clone(),
            fill: filled.fill,
            missing: filled.missing,
            center: scale.centre,
            spread: scale.spread,
        });
    }
    let points = Points::new(&scaled, labels.len()).map_err(of_column)?;
    let options = Options { seed, ..Options::default() };
    let (clusters, trials) = if least == most {
        (kmeans::fit(points, least, &options)?, Vec::new())
    } else {
        let choice = choose(points, least..=most, &options, DEFAULT_LIMIT)?;
        (choice.best, choice.trials)
    };
    let silhouette = if clusters.centres.len() > 1 {
        Some(silhouette(points, &clusters.labels, DEFAULT_LIMIT, seed)?)
    } else {
        None
    };
    let centers = centers(&lesson, declared, named, &features, &clusters)?;
    Ok(ClusterParameters {
        features,
        centers,
        rows: rows as u64,
        inertia: clusters.inertia,
        iterations: clusters.iterations,
        converged: clusters.converged,
        start: clusters.start,
        seed,
        silhouette: silhouette.map(|s| SilhouetteParameters {
            mean: s.mean,
            rows: s.rows,
            sampled: s.sampled,
        }),
        trials: trials
            .iter()
            .map(|t| TrialParameters {
                clusters: t.clusters,
                inertia: t.inertia,
                silhouette: t.silhouette.mean,
            })
            .collect(),
    })
}

/// Centres in the order of their labels. The largest cluster comes first, unless names are bound to stored centres.
fn centers(
    lesson: &Lesson<'_>,
    declared: &Cluster,
    named: bool,
    features: &[FeatureParameters],
    clusters: &Clusters,
) -> Result<Vec<CenterParameters>, Problem> {
    let labels: Vec<Arc<str>> = lesson
        .model
        .enums
        .get(declared.label_type.0 as usize)
        .map(|e| e.labels.iter().map(|label| label.name.clone()).collect())
        .unwrap_or_default();
    let mut found: Vec<CenterParameters> = Vec::with_capacity(clusters.centres.len());
    for ((center, size), label) in clusters.centres.iter().zip(&clusters.sizes).zip(&labels) {
        let at =
            center.iter().zip(features).map(|(x, feature)| x * feature.spread + feature.center).collect();
        found.push(CenterParameters { label: label.clone(), size: *size, scaled: center.clone(), at });
    }
    match lesson.earlier {
        Some(Learned::Cluster(earlier)) if named => bind(found, earlier, &labels),
        _ => Ok(found),
    }
}

/// Gives every centre the name of the stored centre nearest to it, in the stored scale.
fn bind(
    found: Vec<CenterParameters>,
    earlier: &ClusterParameters,
    labels: &[Arc<str>],
) -> Result<Vec<CenterParameters>, Problem> {
    let fail = |problem: String| {
        let problem = format!("{problem}: fit without the earlier parameters, and look at the names again");
        Problem::Said(FitError::setting(problem.clone()), problem)
    };
    let same_features = found.iter().all(|center| center.at.len() == earlier.features.len());
    if !same_features || earlier.centers.len() != found.len() {
        return Err(fail("the stored centres have other features, or are of another number".to_owned()));
    }
    let mut bound: Vec<(usize, CenterParameters)> = Vec::with_capacity(found.len());
    for mut center in found {
        let scaled: Vec<f64> =
            center.at.iter().zip(&earlier.features).map(|(x, f)| (x - f.center) * f.multiplier()).collect();
        let distance = |stored: &CenterParameters| squared_distance(&stored.scaled, &scaled);
        let nearest = earlier.centers.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let Some(nearest) = nearest else { return Err(fail("there are no stored centres".to_owned())) };
        let Some(place) = labels.iter().position(|label| *label == nearest.label) else {
            return Err(fail(format!(
                "the stored centres have a name `{}` that the model does not have",
                nearest.label
            )));
        };
        if bound.iter().any(|(taken, _)| *taken == place) {
            return Err(fail(format!(
                "two of the new centres are nearest to the stored `{}`",
                nearest.label
            )));
        }
        center.label = nearest.label.clone();
        bound.push((place, center));
    }
    bound.sort_by_key(|(place, _)| *place);
    Ok(bound.into_iter().map(|(_, center)| center).collect())
}
