//! Clusters: centres by hand, or learned.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::Base;
use crate::model::{Centers, Cluster, Expr, MissingFill, Scale};
use crate::syntax::ast::{self, ExprKind as Written};

use super::Lowering;
use super::constants::Limits;
use super::report::count;
use super::scores::MAX_CLUSTERS;

impl<'a> Lowering<'a> {
    pub(super) fn cluster(&mut self, cluster: &'a ast::Cluster, index: usize) -> Option<Cluster> {
        let name = &cluster.named.name;
        if cluster.features.is_empty() {
            self.report.push(
                Diagnostic::new(Code::SCORE_CLAUSES, name.span, format!("`{}` has no features", name.name))
                    .help("say what lies near to what: `features arpu, roaming_days`"),
            );
        }
        let features: Vec<Option<Expr>> =
            cluster.features.iter().map(|e| self.float(e, "a feature of a cluster")).collect();
        let scale = self.scale(cluster);
        let missing = self.fill(cluster);
        let names = self.check_names(cluster);
        let centers = match &cluster.centers {
            Some(centers) => self.centers_by_hand(cluster, centers),
            None => self.learned_centers(cluster),
        };
        let features = features.into_iter().collect::<Option<Vec<_>>>()?;
        names?;
        if features.is_empty() {
            return None;
        }
        Some(Cluster {
            features,
            feature_labels: cluster.features.iter().map(|e| self.text_of(e.span)).collect(),
            scale: scale?,
            missing: missing?,
            label_type: *self.score_labels.get(&index)?,
            centers: centers?,
        })
    }

    fn scale(&mut self, cluster: &'a ast::Cluster) -> Option<Scale> {
        let by_hand = cluster.centers.is_some();
        let Some(word) = &cluster.scale else {
            return Some(if by_hand { Scale::None } else { Scale::ZScore });
        };
        let scale = match word.name.as_str() {
            "zscore" => Scale::ZScore,
            "minmax" => Scale::MinMax,
            "robust" => Scale::Robust,
            "none" => Scale::None,
            _ => {
                self.report.unknown("scale", &word.name, word.span, ["zscore", "minmax", "robust", "none"]);
                return None;
            }
        };
        if by_hand && scale != Scale::None {
            self.report.push(
                Diagnostic::new(Code::LEARNED, word.span, "the scale is learned, and the centres are not")
                    .help("write centres in the units of the features, without a scale"),
            );
            return None;
        }
        Some(scale)
    }

    fn fill(&mut self, cluster: &'a ast::Cluster) -> Option<MissingFill> {
        let Some(e) = &cluster.missing else { return Some(MissingFill::None) };
        let fill = match &e.kind {
            Written::Name(word) => match word.as_str() {
                "mean" => MissingFill::Mean,
                "median" => MissingFill::Median,
                "refuse" => return Some(MissingFill::None),
                "zero" => {
                    let zero =
                        super::literals::constant(crate::values::Value::Float(0.0), Base::Float, e.span);
                    return Some(MissingFill::Constant(zero));
                }
                _ => {
                    self.report.unknown("way to fill", word, e.span, ["mean", "median", "zero", "refuse"]);
                    return None;
                }
            },
            _ => MissingFill::Constant(self.constant_float(
                e,
                "what stands in for a missing feature",
                Limits::Any,
            )?),
        };
        if cluster.centers.is_some() && matches!(fill, MissingFill::Mean | MissingFill::Median) {
            self.report.push(
                Diagnostic::new(Code::LEARNED, e.span, "a mean is learned, and the centres are not")
                    .label("expected a number, `zero` or `refuse`"),
            );
            return None;
        }
        Some(fill)
    }

    /// Names are different, and as many as clusters.
    fn check_names(&mut self, cluster: &'a ast::Cluster) -> Option<()> {
        let centers = cluster.centers.as_deref().unwrap_or_default();
        let of_centers: Vec<&ast::Ident> = centers.iter().filter_map(|c| c.name.as_ref()).collect();
        let mut ok = true;
        if let (Some(names), Some(first)) = (&cluster.names, of_centers.first()) {
            let span = names.first().map_or(first.span, |n| n.span);
            self.report.push(
                Diagnostic::new(Code::LEARNED, span, "the clusters are named twice")
                    .related(first.span, "and here"),
            );
            ok = false;
        }
        if !of_centers.is_empty() && of_centers.len() < centers.len() {
            let unnamed =
                centers.iter().find(|c| c.name.is_none()).map_or(cluster.named.name.span, |c| c.span);
            self.report.push(
                Diagnostic::new(Code::LEARNED, unnamed, "this centre has no name, and others have")
                    .help("name all of them or none"),
            );
            ok = false;
        }
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for name in cluster.names.iter().flatten().chain(of_centers) {
            if !seen.insert(&name.name) {
                self.report.error(
                    Code::DUPLICATE_NAME,
                    name.span,
                    format!("two clusters are called `{}`", name.name),
                );
                ok = false;
            }
        }
        ok.then_some(())
    }

    fn centers_by_hand(&mut self, cluster: &'a ast::Cluster, centers: &'a [ast::Center]) -> Option<Centers> {
        let mut ok = true;
        if let Some(seed) = &cluster.seed {
            self.report.error(
                Code::LEARNED,
                seed.span,
                "a seed is for learned centres, and these are written",
            );
            ok = false;
        }
        let span = cluster.named.name.span;
        if centers.is_empty() {
            self.report.error(Code::LEARNED, span, "there are no centres");
            return None;
        }
        if let Some(ast::ClusterCount::Fixed(k) | ast::ClusterCount::BySilhouette(k, _)) = &cluster.k {
            let k_span = k.span;
            let found = self.learned_count(k, "the number of clusters", Limits::Between(1, MAX_CLUSTERS))?;
            if found != centers.len() {
                let message = format!("k is {found}, for {}", count(centers.len(), "centre"));
                self.report.push(Diagnostic::new(Code::LEARNED, k_span, message).help("leave `k` out"));
                ok = false;
            }
        }
        if let Some(names) = &cluster.names {
            ok &= self.check_name_count(names, centers.len(), span).is_some();
        }
        let mut vectors = Vec::with_capacity(centers.len());
        for center in centers {
            if center.at.len() != cluster.features.len() {
                let message = format!(
                    "this centre has {}, for {}",
                    count(center.at.len(), "coordinate"),
                    count(cluster.features.len(), "feature")
                );
                self.report.error(Code::LEARNED, center.span, message);
                ok = false;
            }
            let at: Vec<Option<Expr>> =
                center.at.iter().map(|e| self.constant_float(e, "a coordinate", Limits::Any)).collect();
            vectors.push(at.into_iter().collect::<Option<Vec<_>>>());
        }
        let vectors = vectors.into_iter().collect::<Option<Vec<_>>>()?;
        ok.then_some(Centers::At(vectors))
    }

    fn learned_centers(&mut self, cluster: &'a ast::Cluster) -> Option<Centers> {
        let name = &cluster.named.name;
        let limits = Limits::Between(1, MAX_CLUSTERS);
        let (least, most) = match self.clause(cluster.k.as_ref(), name, "k", "k 5")? {
            ast::ClusterCount::Fixed(k) => {
                let k = self.learned_count(k, "the number of clusters", limits)?;
                (k, k)
            }
            ast::ClusterCount::BySilhouette(low, high) => {
                let limits = Limits::Between(2, MAX_CLUSTERS);
                let least = self.learned_count(low, "the least number of clusters", limits);
                let most = self.learned_count(high, "the largest number of clusters", limits);
                let (least, most) = (least?, most?);
                if least > most {
                    let message = format!("the range {least} .. {most} is empty");
                    self.report.error(Code::OUT_OF_RANGE, low.span.to(high.span), message);
                    return None;
                }
                (least, most)
            }
        };
        let seed = match &cluster.seed {
            Some(e) => self.learned_count(e, "a seed", Limits::NotNegative)? as u64,
            None => 0,
        };
        if let Some(names) = &cluster.names {
            self.check_name_count(names, most, name.span)?;
            if least != most {
                self.report.push(
                    Diagnostic::new(
                        Code::LEARNED,
                        names.first().map_or(name.span, |n| n.span),
                        "clusters whose number is learned cannot be named before",
                    )
                    .help("write `k 5`, or leave `names` out"),
                );
                return None;
            }
        }
        Some(Centers::Learned { least, most, seed, named: cluster.names.is_some() })
    }

    fn check_name_count(
        &mut self,
        names: &[ast::Ident],
        clusters: usize,
        span: crate::source::Span,
    ) -> Option<()> {
        if names.len() == clusters {
            return Some(());
        }
        let span = names.first().map_or(span, |n| n.span);
        let message = format!("there are {} for {}", count(names.len(), "name"), count(clusters, "cluster"));
        self.report.error(Code::LEARNED, span, message);
        None
    }
}
