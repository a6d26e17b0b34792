//! Walks over the tree: every expression of a declaration, and every name that it mentions.

use super::ast::*;

/// What a mentioned name can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mention {
    /// What a bare word of an expression can be: an attribute, a param, a let, a score, events, a label, ….
    Value,
    /// A declared type.
    Type,
    /// A channel.
    Channel,
    /// A group.
    Group,
    /// A case.
    Case,
    /// A fixture of tests.
    Fixture,
}

/// What a declaration declares: as what its name is mentioned, its word, its name. None for what has no name.
pub fn declared(declaration: &Declaration) -> Option<(Mention, &'static str, &Ident)> {
    use DeclarationKind as Kind;
    let value = |word, name| Some((Mention::Value, word, name));
    match &declaration.kind {
        Kind::Model(_)
        | Kind::Include(_)
        | Kind::Subject { .. }
        | Kind::Context(_)
        | Kind::Contacts(_)
        | Kind::Properties(_)
        | Kind::EveryCase(_)
        | Kind::Decide(_)
        | Kind::Test(_) => None,
        Kind::Type { name, .. } => Some((Mention::Type, "type", name)),
        Kind::Events { name, .. } => value("events", name),
        Kind::Rows { name, .. } => value("rows", name),
        Kind::List(named) => value("list", &named.name),
        Kind::Param(param) => value("param", &param.named.name),
        Kind::Let(binding) => value("let", &binding.named.name),
        Kind::Score(binding) => value("score", &binding.named.name),
        Kind::Segment(binding) => value("segment", &binding.named.name),
        Kind::Scorecard(score) => value("scorecard", &score.named.name),
        Kind::Behavior(score) => value("behavior", &score.named.name),
        Kind::Rfm(score) => value("rfm", &score.named.name),
        Kind::Cluster(score) => value("cluster", &score.named.name),
        Kind::Composite(score) => value("composite", &score.named.name),
        Kind::Affinity(score) => value("affinity", &score.named.name),
        Kind::Lifetime(score) => value("lifetime", &score.named.name),
        Kind::Grade(score) => value("grade", &score.named.name),
        Kind::Table(score) => value("table", &score.named.name),
        Kind::Gate(gate) => value("gate", &gate.named.name),
        Kind::Channel(channel) => Some((Mention::Channel, "channel", &channel.named.name)),
        Kind::Group(group) => Some((Mention::Group, "group", &group.named.name)),
        Kind::Case(case) => Some((Mention::Case, "case", &case.named.name)),
        Kind::Fixture { name, .. } => Some((Mention::Fixture, "fixture", name)),
    }
}

/// Calls `visit` with every name that a declaration mentions, its own not counted.
pub fn mentions<'a>(declaration: &'a Declaration, visit: &mut dyn FnMut(Mention, &'a str)) {
    for name in idents(declaration) {
        visit(name.0, name.1);
    }
    expressions(declaration, &mut |expr| match &expr.kind {
        ExprKind::Name(name) => visit(Mention::Value, name),
        // `context.touchpoint` and `customer.plan` mention the second part.
        ExprKind::Path(parts) => parts.iter().take(2).for_each(|part| visit(Mention::Value, &part.name)),
        ExprKind::Call(call) => {
            call.name.first().into_iter().for_each(|name| visit(Mention::Value, &name.name));
            call.then.iter().for_each(|then| visit(Mention::Value, &then.events.name));
        }
        _ => {}
    });
}

/// Names outside expressions.
fn idents(declaration: &Declaration) -> Vec<(Mention, &str)> {
    let mut names = Vec::new();
    match &declaration.kind {
        DeclarationKind::Subject { fields, .. }
        | DeclarationKind::Context(fields)
        | DeclarationKind::Events { fields, .. }
        | DeclarationKind::Rows { fields, .. } => {
            fields.iter().for_each(|field| type_names(&field.ty, &mut names))
        }
        DeclarationKind::Type { ty, .. } => type_names(ty, &mut names),
        DeclarationKind::Param(param) => type_names(&param.ty, &mut names),
        DeclarationKind::Let(binding) => {
            binding.parameters.iter().flatten().for_each(|(_, ty)| type_names(ty, &mut names));
        }
        DeclarationKind::Properties(properties) => {
            properties.iter().for_each(|p| type_names(&p.ty, &mut names))
        }
        DeclarationKind::Behavior(Behavior { of, .. })
        | DeclarationKind::Rfm(Rfm { of, .. })
        | DeclarationKind::Lifetime(Lifetime { of, .. }) => names.push((Mention::Value, of.name.as_str())),
        DeclarationKind::Composite(composite) => {
            let pairs = composite.ahp.iter().flat_map(|ahp| &ahp.pairs);
            names.extend(
                pairs
                    .flat_map(|pair| [&pair.over, &pair.under])
                    .map(|name| (Mention::Value, name.name.as_str())),
            );
        }
        DeclarationKind::Contacts(rules) => {
            for rule in rules {
                if let ContactRuleKind::Cap { scope: CapScope::On(channels), .. } = &rule.kind {
                    names.extend(channels.iter().map(|channel| (Mention::Channel, channel.name.as_str())));
                }
            }
        }
        DeclarationKind::EveryCase(clauses) => {
            clauses.iter().for_each(|clause| clause_names(clause, &mut names))
        }
        DeclarationKind::Group(case) | DeclarationKind::Case(case) => {
            names.extend(case.group.iter().map(|group| (Mention::Group, group.name.as_str())));
            case.clauses.iter().for_each(|clause| clause_names(clause, &mut names));
        }
        DeclarationKind::Decide(decide) => {
            names.extend(
                decide.channels.iter().flatten().map(|channel| (Mention::Channel, channel.name.as_str())),
            );
        }
        DeclarationKind::Test(test) => {
            for clause in &test.clauses {
                match &clause.kind {
                    TestClauseKind::Subject { base, .. } => {
                        names.extend(base.iter().map(|base| (Mention::Fixture, base.name.as_str())));
                    }
                    TestClauseKind::Remaining(case, _) => names.push((Mention::Case, case.name.as_str())),
                    TestClauseKind::Expect(expectation) => match expectation {
                        Expectation::Offered { case, channel, .. } => {
                            names.push((Mention::Case, case.name.as_str()));
                            names.extend(
                                channel.iter().map(|channel| (Mention::Channel, channel.name.as_str())),
                            );
                        }
                        Expectation::Fails(case, _)
                        | Expectation::Unknown(case, _)
                        | Expectation::Outranked(case)
                        | Expectation::HeldOut(case) => names.push((Mention::Case, case.name.as_str())),
                        Expectation::Condition(_) | Expectation::NoOffers => {}
                    },
                    _ => {}
                }
            }
        }
        _ => {}
    }
    names
}

fn type_names<'a>(ty: &'a TypeExpr, names: &mut Vec<(Mention, &'a str)>) {
    match &ty.kind {
        TypeKind::Name(name) => names.push((Mention::Type, name)),
        TypeKind::Set(inner) => type_names(inner, names),
        TypeKind::Bool { .. } | TypeKind::Enum { .. } => {}
    }
}

fn clause_names<'a>(clause: &'a CaseClause, names: &mut Vec<(Mention, &'a str)>) {
    match &clause.kind {
        CaseClauseKind::Channels(channels) | CaseClauseKind::Offer { on: channels, .. } => {
            names.extend(channels.iter().map(|channel| (Mention::Channel, channel.name.as_str())));
        }
        CaseClauseKind::Variants(variants) => {
            variants.iter().flat_map(|v| &v.clauses).for_each(|clause| clause_names(clause, names));
        }
        _ => {}
    }
}

/// Calls `visit` with every expression of a declaration, each before what is inside it.
pub fn expressions<'a>(declaration: &'a Declaration, visit: &mut dyn FnMut(&'a Expr)) {
    roots(declaration, &mut |root| walk(root, visit));
}

/// Calls `visit` with an expression and everything inside it.
pub fn walk<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    // Without recursion: a chain of operators nests as deeply as it is long.
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        visit(expr);
        match &expr.kind {
            ExprKind::Error | ExprKind::Literal(_) | ExprKind::Name(_) | ExprKind::Path(_) => {}
            ExprKind::Call(call) => {
                open.extend(call.window.as_ref().and_then(length));
                if let Some(then) = &call.then {
                    open.extend(&then.filter);
                    open.push(&then.within);
                }
                open.extend(call.filter.iter().chain(&call.half_life));
                open.extend(call.arguments.iter().rev());
            }
            ExprKind::List(elements) => open.extend(elements.iter().rev()),
            ExprKind::Quantity(inner, _) | ExprKind::Not(inner) | ExprKind::Negate(inner) => open.push(inner),
            ExprKind::Is { item, .. } => open.push(item),
            ExprKind::Binary(_, a, b) | ExprKind::In { item: a, set: b, .. } => open.extend([&**b, a]),
            ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => open.extend([&**c, b, a]),
            ExprKind::InWindow { item, window, .. } => {
                open.extend(length(window));
                open.push(item);
            }
        }
    }
}

fn length(window: &Window) -> Option<&Expr> {
    match &window.kind {
        WindowKind::Last(length) | WindowKind::Next(length) => Some(length),
        WindowKind::This(_) => None,
    }
}

fn roots<'a>(declaration: &'a Declaration, visit: &mut dyn FnMut(&'a Expr)) {
    match &declaration.kind {
        DeclarationKind::Model(_)
        | DeclarationKind::Include(_)
        | DeclarationKind::Subject { .. }
        | DeclarationKind::Context(_)
        | DeclarationKind::Type { .. }
        | DeclarationKind::Events { .. }
        | DeclarationKind::Rows { .. }
        | DeclarationKind::List(_) => {}
        DeclarationKind::Param(param) => {
            param.range.iter().for_each(|(low, high)| [low, high].into_iter().for_each(&mut *visit));
            visit(&param.value);
        }
        DeclarationKind::Let(binding) => visit(&binding.value),
        DeclarationKind::Score(binding) | DeclarationKind::Segment(binding) => visit(&binding.value),
        DeclarationKind::Scorecard(card) => {
            card.base.iter().chain(&card.learn).for_each(&mut *visit);
            for factor in &card.factors {
                visit(&factor.of);
                match &factor.scoring {
                    FactorScoring::Points(bands) => bands.iter().for_each(|band| band_roots(band, visit)),
                    FactorScoring::BinsAt(cuts) => cuts.iter().for_each(&mut *visit),
                    FactorScoring::Bins(count) => visit(count),
                    FactorScoring::Each => {}
                }
            }
            card.points.iter().flat_map(|p| [&p.points, &p.odds, &p.doubling]).for_each(&mut *visit);
        }
        DeclarationKind::Behavior(behavior) => {
            let parts =
                [&behavior.filter, &behavior.weight, &behavior.half_life, &behavior.cap, &behavior.floor];
            parts.into_iter().flatten().for_each(&mut *visit);
            behavior.window.iter().filter_map(length).for_each(&mut *visit);
        }
        DeclarationKind::Rfm(rfm) => {
            [&rfm.filter, &rfm.monetary, &rfm.bins].into_iter().flatten().for_each(&mut *visit);
            [&rfm.recency, &rfm.frequency, &rfm.monetary_bins]
                .into_iter()
                .flatten()
                .flatten()
                .for_each(&mut *visit);
            rfm.window.iter().filter_map(length).for_each(&mut *visit);
        }
        DeclarationKind::Cluster(cluster) => {
            cluster.features.iter().chain(&cluster.missing).chain(&cluster.seed).for_each(&mut *visit);
            match &cluster.k {
                Some(ClusterCount::Fixed(count)) => visit(count),
                Some(ClusterCount::BySilhouette(least, most)) => {
                    [least, most].into_iter().for_each(&mut *visit)
                }
                None => {}
            }
            cluster.centers.iter().flatten().flat_map(|center| &center.at).for_each(&mut *visit);
        }
        DeclarationKind::Composite(composite) => {
            composite.weights.iter().flat_map(|(weight, of, _)| [weight, of]).for_each(&mut *visit);
            composite.ahp.iter().flat_map(|ahp| &ahp.pairs).for_each(|pair| visit(&pair.value));
            composite.consistency.iter().for_each(|(bound, _)| visit(bound));
        }
        DeclarationKind::Affinity(affinity) => {
            visit(&affinity.of);
            let parts = [&affinity.min_support, &affinity.min_confidence, &affinity.max_size];
            parts.into_iter().flatten().for_each(&mut *visit);
            affinity.window.iter().filter_map(length).for_each(&mut *visit);
        }
        DeclarationKind::Lifetime(lifetime) => {
            let parts =
                [&lifetime.filter, &lifetime.monetary, &lifetime.unit, &lifetime.horizon, &lifetime.discount];
            parts.into_iter().flatten().for_each(&mut *visit);
        }
        DeclarationKind::Grade(grade) => {
            visit(&grade.of);
            // The values are the grade's own names.
            grade.bands.iter().for_each(|band| pattern_roots(&band.pattern, visit));
        }
        DeclarationKind::Table(table) => {
            table.by.iter().for_each(&mut *visit);
            for row in &table.rows {
                row.patterns.iter().for_each(|pattern| pattern_roots(pattern, visit));
                visit(&row.value);
            }
        }
        DeclarationKind::Gate(gate) => gate.clauses.iter().for_each(|clause| visit(&clause.condition)),
        DeclarationKind::Channel(channel) => {
            channel.conditions.iter().for_each(|clause| visit(&clause.condition));
            channel
                .quiet
                .iter()
                .filter_map(|quiet| quiet.zone.as_ref())
                .chain(&channel.capacity)
                .for_each(&mut *visit);
        }
        DeclarationKind::Contacts(rules) => {
            for rule in rules {
                match &rule.kind {
                    ContactRuleKind::Cap { count, window, .. } => {
                        [count, window].into_iter().for_each(&mut *visit)
                    }
                    ContactRuleKind::Pause { length, .. } => visit(length),
                    ContactRuleKind::PauseWithout { length, count, .. } => {
                        [length, count].into_iter().for_each(&mut *visit);
                    }
                }
            }
        }
        DeclarationKind::Properties(properties) => {
            properties.iter().filter_map(|property| property.default.as_ref()).for_each(&mut *visit);
        }
        DeclarationKind::EveryCase(clauses) => clauses.iter().for_each(|clause| clause_roots(clause, visit)),
        DeclarationKind::Group(case) | DeclarationKind::Case(case) => {
            case.clauses.iter().for_each(|clause| clause_roots(clause, visit));
        }
        DeclarationKind::Decide(decide) => {
            [&decide.when, &decide.rank_by, &decide.top, &decide.per_group]
                .into_iter()
                .flatten()
                .for_each(&mut *visit);
            decide.control.iter().for_each(|(share, _)| visit(share));
        }
        DeclarationKind::Fixture { values, .. } => values.iter().for_each(|entry| visit(&entry.value)),
        DeclarationKind::Test(test) => test.clauses.iter().for_each(|clause| test_roots(clause, visit)),
    }
}

fn band_roots<'a>(band: &'a Band, visit: &mut dyn FnMut(&'a Expr)) {
    pattern_roots(&band.pattern, visit);
    visit(&band.value);
}

fn pattern_roots<'a>(pattern: &'a Pattern, visit: &mut dyn FnMut(&'a Expr)) {
    match &pattern.kind {
        PatternKind::Missing | PatternKind::Any => {}
        PatternKind::Compare(_, bound) | PatternKind::Value(bound) => visit(bound),
        PatternKind::Range(low, high) => [low, high].into_iter().for_each(visit),
        PatternKind::Values(values) => values.iter().for_each(visit),
    }
}

fn clause_roots<'a>(clause: &'a CaseClause, visit: &mut dyn FnMut(&'a Expr)) {
    match &clause.kind {
        CaseClauseKind::Runs(from, through) => [from, through].into_iter().for_each(visit),
        CaseClauseKind::Condition(condition) => visit(&condition.condition),
        CaseClauseKind::Priority(value) | CaseClauseKind::Quota(value) => visit(value),
        CaseClauseKind::Holdout { share, .. } => visit(share),
        CaseClauseKind::Budget { amount, .. } => visit(amount),
        CaseClauseKind::With(values) => values.iter().for_each(|(_, value)| visit(value)),
        CaseClauseKind::Offer { fields, .. } => fields.iter().for_each(|entry| visit(&entry.value)),
        CaseClauseKind::Variants(variants) => {
            for variant in variants {
                visit(&variant.share);
                variant.clauses.iter().for_each(|clause| clause_roots(clause, visit));
            }
        }
        CaseClauseKind::Status(_)
        | CaseClauseKind::Exclusive(_)
        | CaseClauseKind::Channels(_)
        | CaseClauseKind::Contacts { .. } => {}
    }
}

fn test_roots<'a>(clause: &'a TestClause, visit: &mut dyn FnMut(&'a Expr)) {
    match &clause.kind {
        TestClauseKind::Now(value)
        | TestClauseKind::Set(_, value)
        | TestClauseKind::Given(_, value)
        | TestClauseKind::Remaining(_, value)
        | TestClauseKind::Expect(Expectation::Condition(value)) => visit(value),
        TestClauseKind::Context(values) | TestClauseKind::Subject { values, .. } => {
            values.iter().for_each(|entry| visit(&entry.value));
        }
        TestClauseKind::Table { items, .. } => {
            for item in items {
                match item {
                    TestItem::Record(entries, _) => entries.iter().for_each(|entry| visit(&entry.value)),
                    TestItem::Key(key) => visit(key),
                }
            }
        }
        TestClauseKind::Expect(_) => {}
    }
}
