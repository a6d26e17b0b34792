//! Scores.

use super::super::ast::{
    Affinity, Ahp, AhpPair, Band, Behavior, Center, Cluster, ClusterCount, Composite, Expr, ExprKind,
    FactorScoring, Grade, Lifetime, Pattern, PatternKind, Rfm, Scorecard, ScorecardFactor, Table, Window,
};
use super::super::words;
use super::declarations::AMOUNT;
use super::doc::Doc;
use super::expression::comparison;
use super::{Empty, Formatter, Item, name, named, names};
use crate::source::Span;

impl<'a> Formatter<'a> {
    fn score(&mut self, header: Vec<Doc<'a>>, items: Vec<Item<'a>>, span: Span) -> Doc<'a> {
        let mut docs = header;
        docs.push(self.block("; ", items, span, Empty::Braces));
        Doc::All(docs)
    }

    pub(super) fn scorecard(&mut self, card: &'a Scorecard, span: Span) -> Doc<'a> {
        let mut items: Vec<Item<'a>> = Vec::new();
        Formatter::clauses(&mut items, &[("learn", &card.learn), ("base", &card.base)]);
        if let Some(at) = card.lower_is_better {
            items.push((at, Box::new(|_| Doc::text("lower is better"))));
        }
        for factor in &card.factors {
            items.push((factor.span, Box::new(move |f| f.factor(factor))));
        }
        if let Some(points) = &card.points {
            let build = move |f: &mut Formatter<'a>| {
                Doc::All(vec![
                    Doc::text("points "),
                    f.expr(&points.points, AMOUNT),
                    Doc::text(" at odds "),
                    f.expr(&points.odds, AMOUNT),
                    Doc::text(" doubling "),
                    f.expr(&points.doubling, AMOUNT),
                ])
            };
            items.push((points.span, Box::new(build)));
        }
        self.score(vec![Doc::text(format!("scorecard {}", named(&card.named)))], items, span)
    }

    fn factor(&mut self, factor: &'a ScorecardFactor) -> Doc<'a> {
        let of = Doc::indent(self.expr(&factor.of, 0));
        let scoring = match &factor.scoring {
            FactorScoring::Points(bands) => self.bands(bands, factor.span),
            FactorScoring::BinsAt(cuts) => {
                Doc::All(vec![Doc::text(" bins at "), self.comma_list(cuts, AMOUNT)])
            }
            FactorScoring::Bins(count) => Doc::All(vec![Doc::text(" bins "), self.expr(count, AMOUNT)]),
            FactorScoring::Each => Doc::text(" each"),
        };
        Doc::All(vec![Doc::text("by "), of, scoring])
    }

    fn bands(&mut self, bands: &'a [Band], span: Span) -> Doc<'a> {
        let items = bands
            .iter()
            .map(|b| -> Item<'a> {
                let build = move |f: &mut Formatter<'a>| {
                    let pattern = f.pattern(&b.pattern);
                    let value = Doc::All(vec![f.space(b.value.span.start), f.expr(&b.value, 0)]);
                    Doc::All(vec![pattern, Doc::text(" ->"), Doc::indent(value)])
                };
                (b.span, Box::new(build))
            })
            .collect();
        self.block(", ", items, span, Empty::Braces)
    }

    fn pattern(&mut self, pattern: &'a Pattern) -> Doc<'a> {
        self.in_pattern = true;
        let doc = match &pattern.kind {
            PatternKind::Missing => Doc::text("missing"),
            PatternKind::Any => Doc::text("any"),
            PatternKind::Compare(op, bar) => {
                Doc::All(vec![Doc::text(format!("{} ", comparison(*op))), self.expr(bar, AMOUNT)])
            }
            PatternKind::Range(low, high) => {
                Doc::All(vec![self.expr(low, AMOUNT), Doc::text(" .. "), self.expr(high, AMOUNT)])
            }
            PatternKind::Value(value) => self.expr(value, AMOUNT),
            PatternKind::Values(values) => {
                let values = self.comma_list(values, 0);
                Doc::All(vec![Doc::text("["), values, Doc::text("]")])
            }
        };
        self.in_pattern = false;
        doc
    }

    /// ` where EXPR` in a header.
    fn filter(&mut self, filter: Option<&'a Expr>) -> Doc<'a> {
        match filter {
            None => Doc::text(""),
            Some(filter) => {
                let line = self.line(filter.span.start);
                Doc::group(Doc::indent(Doc::All(vec![line, Doc::text("where "), self.expr(filter, 1)])))
            }
        }
    }

    fn over(items: &mut Vec<Item<'a>>, window: Option<&'a Window>) {
        if let Some(window) = window {
            let build = move |f: &mut Formatter<'a>| Doc::All(vec![Doc::text("over "), f.window(window)]);
            items.push((window.span, Box::new(build)));
        }
    }

    pub(super) fn behavior(&mut self, score: &'a Behavior, span: Span) -> Doc<'a> {
        let mut items = Vec::new();
        Formatter::clauses(&mut items, &[("weight", &score.weight), ("half_life", &score.half_life)]);
        Formatter::over(&mut items, score.window.as_ref());
        Formatter::clauses(&mut items, &[("cap", &score.cap), ("floor", &score.floor)]);
        if let Some(at) = score.percentile {
            items.push((at, Box::new(|_| Doc::text("scale percentile"))));
        }
        let header = format!("behavior {} of {}", named(&score.named), name(&score.of));
        let filter = self.filter(score.filter.as_ref());
        self.score(vec![Doc::text(header), filter], items, span)
    }

    pub(super) fn rfm(&mut self, score: &'a Rfm, span: Span) -> Doc<'a> {
        let mut items = Vec::new();
        Formatter::clauses(&mut items, &[("monetary", &score.monetary)]);
        Formatter::over(&mut items, score.window.as_ref());
        Formatter::clauses(&mut items, &[("bins", &score.bins)]);
        let cuts = [
            ("recency bins at ", &score.recency),
            ("frequency bins at ", &score.frequency),
            ("monetary bins at ", &score.monetary_bins),
        ];
        for (words, cuts) in cuts {
            if let Some(cuts) = cuts {
                items.push(Formatter::list_clause(words, cuts));
            }
        }
        let header = format!("rfm {} of {}", named(&score.named), name(&score.of));
        let filter = self.filter(score.filter.as_ref());
        self.score(vec![Doc::text(header), filter], items, span)
    }

    /// `WORDS a, b`
    fn list_clause(words: &'static str, values: &'a [Expr]) -> Item<'a> {
        let span = match (values.first(), values.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::default(),
        };
        (span, Box::new(move |f| Doc::All(vec![Doc::text(words), f.comma_list(values, AMOUNT)])))
    }

    pub(super) fn cluster(&mut self, cluster: &'a Cluster, span: Span) -> Doc<'a> {
        let mut items: Vec<Item<'a>> = Vec::new();
        if !cluster.features.is_empty() {
            items.push(Formatter::list_clause("features ", &cluster.features));
        }
        if let Some(scale) = &cluster.scale {
            items.push((scale.span, Box::new(move |_| Doc::text(format!("scale {}", name(scale))))));
        }
        Formatter::clauses(&mut items, &[("missing", &cluster.missing)]);
        match &cluster.k {
            None => {}
            Some(ClusterCount::Fixed(k)) => items.push(Formatter::clause("k", k, AMOUNT)),
            Some(ClusterCount::BySilhouette(least, most)) => {
                let build = move |f: &mut Formatter<'a>| {
                    Doc::All(vec![
                        Doc::text("k "),
                        f.expr(least, AMOUNT),
                        Doc::text(" .. "),
                        f.expr(most, AMOUNT),
                        Doc::text(" by silhouette"),
                    ])
                };
                items.push((least.span.to(most.span), Box::new(build)));
            }
        }
        Formatter::clauses(&mut items, &[("seed", &cluster.seed)]);
        if let Some(centers) = &cluster.centers {
            let span = cluster.centers_span.unwrap_or_default();
            items.push((span, Box::new(move |f| f.centers(centers, span))));
        }
        if let Some(all) = &cluster.names {
            let at = all.first().map_or(Span::default(), |n| n.span);
            items.push((at, Box::new(move |_| Doc::text(format!("names {}", names(all))))));
        }
        self.score(vec![Doc::text(format!("cluster {}", named(&cluster.named)))], items, span)
    }

    fn centers(&mut self, centers: &'a [Center], span: Span) -> Doc<'a> {
        let mut docs = Vec::new();
        let last = centers.len().saturating_sub(1);
        for (n, center) in centers.iter().enumerate() {
            docs.push(self.comments_inside(center.span.start).unwrap_or(Doc::Separator(" ")));
            if let Some(of) = &center.name {
                docs.push(Doc::text(format!("{}: ", name(of))));
            }
            docs.push(Doc::text("["));
            docs.push(self.comma_list(&center.at, 0));
            docs.push(Doc::text(if n == last { "]" } else { "]," }));
        }
        if centers.is_empty() {
            return Doc::text("centers []");
        }
        let (comments, end) =
            self.comments_before_closing(span.end).unwrap_or((Doc::text(""), Doc::Separator(" ")));
        docs.push(comments);
        let inside = vec![Doc::text("centers ["), Doc::indent(Doc::All(docs)), end, Doc::text("]")];
        Doc::group_if(Doc::All(inside), !self.on_one_line(span))
    }

    pub(super) fn composite(&mut self, composite: &'a Composite, span: Span) -> Doc<'a> {
        let mut items: Vec<Item<'a>> = Vec::new();
        for (weight, of, at) in &composite.weights {
            let build = move |f: &mut Formatter<'a>| {
                let weight = f.expr(weight, AMOUNT);
                Doc::All(vec![Doc::text("weight "), weight, Doc::text(" of "), Doc::indent(f.expr(of, 0))])
            };
            items.push((*at, Box::new(build)));
        }
        if let Some(ahp) = &composite.ahp {
            items.push((ahp.span, Box::new(move |f| f.ahp(ahp))));
        }
        if let Some((bound, at)) = &composite.consistency {
            let build = move |f: &mut Formatter<'a>| {
                Doc::All(vec![Doc::text("consistency "), f.expr(bound, AMOUNT), Doc::text(" required")])
            };
            items.push((*at, Box::new(build)));
        }
        self.score(vec![Doc::text(format!("composite {}", named(&composite.named)))], items, span)
    }

    fn ahp(&mut self, ahp: &'a Ahp) -> Doc<'a> {
        let pair = |p: &'a AhpPair| -> Item<'a> {
            let build = move |f: &mut Formatter<'a>| {
                let words = format!("{} over {}:", name(&p.over), name(&p.under));
                let value = Doc::All(vec![f.space(p.value.span.start), f.expr(&p.value, 0)]);
                Doc::All(vec![Doc::text(words), Doc::indent(value)])
            };
            (p.span, Box::new(build))
        };
        let items = ahp.pairs.iter().map(pair).collect();
        Doc::All(vec![Doc::text("ahp"), self.block("; ", items, ahp.span, Empty::Braces)])
    }

    pub(super) fn affinity(&mut self, affinity: &'a Affinity, span: Span) -> Doc<'a> {
        let mut items = Vec::new();
        Formatter::over(&mut items, affinity.window.as_ref());
        Formatter::clauses(
            &mut items,
            &[
                ("min_support", &affinity.min_support),
                ("min_confidence", &affinity.min_confidence),
                ("max_size", &affinity.max_size),
            ],
        );
        let header = Doc::text(format!("affinity {} of ", named(&affinity.named)));
        let of = Doc::indent(self.expr(&affinity.of, 0));
        self.score(vec![header, of], items, span)
    }

    pub(super) fn lifetime(&mut self, score: &'a Lifetime, span: Span) -> Doc<'a> {
        let mut items = Vec::new();
        Formatter::clauses(
            &mut items,
            &[
                ("monetary", &score.monetary),
                ("unit", &score.unit),
                ("horizon", &score.horizon),
                ("discount", &score.discount),
            ],
        );
        let header = format!("lifetime {} of {}", named(&score.named), name(&score.of));
        let filter = self.filter(score.filter.as_ref());
        self.score(vec![Doc::text(header), filter], items, span)
    }

    pub(super) fn grade(&mut self, grade: &'a Grade, span: Span) -> Doc<'a> {
        let header = Doc::text(format!("grade {} of ", named(&grade.named)));
        let of = Doc::indent(self.expr(&grade.of, 0));
        Doc::All(vec![header, of, self.bands(&grade.bands, span)])
    }

    pub(super) fn table(&mut self, table: &'a Table, span: Span) -> Doc<'a> {
        let header = Doc::text(format!("table {} by ", named(&table.named)));
        let by = match table.by.split_last() {
            // A line that starts with `contacts {` would start a declaration.
            Some((Expr { kind: ExprKind::Name(last), span }, rest))
                if words::DECLARATIONS.contains(&last.as_str()) =>
            {
                let rest_written = self.comma_list(rest, 0);
                let line = if rest.is_empty() { Doc::text("") } else { self.line(span.start) };
                let comma = Doc::text(if rest.is_empty() { "" } else { "," });
                let last = Doc::group(Doc::indent(Doc::All(vec![line, Doc::text(format!("`{last}`"))])));
                Doc::All(vec![rest_written, comma, last])
            }
            _ => self.comma_list(&table.by, 0),
        };
        let items = table
            .rows
            .iter()
            .map(|row| -> Item<'a> {
                let build = move |f: &mut Formatter<'a>| {
                    let mut docs = Vec::new();
                    for (n, pattern) in row.patterns.iter().enumerate() {
                        if n > 0 {
                            docs.push(Doc::text(","));
                            docs.push(f.space(pattern.span.start));
                        }
                        docs.push(f.pattern(pattern));
                    }
                    docs.push(Doc::text(" ->"));
                    docs.push(f.space(row.value.span.start));
                    docs.push(f.expr(&row.value, 0));
                    Doc::indent(Doc::All(docs))
                };
                (row.span, Box::new(build))
            })
            .collect();
        // A comma separates the patterns of a row, so rows on one line stand apart by `;`.
        Doc::All(vec![header, by, self.block("; ", items, span, Empty::Braces)])
    }
}
