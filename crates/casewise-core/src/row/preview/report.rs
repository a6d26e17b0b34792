//! Counts → what people and programs read.

use std::cmp::Reverse;
use std::sync::Arc;

use super::survey::{Survey, Surveyed};
use super::tally::{CaseCounts, ClauseCounts, Tally};
use super::{
    CaseChannelCount, CasePreview, ChannelPreview, ClausePreview, GatePreview, MissingCount, OutrankedCount,
    OutrankedOf, Overlap, OverlapPair, Preview, VariantCount,
};
use crate::model::{CaseId, Model};
use crate::row::gates::{Gate, clause_id};
use crate::row::report::Provenance;
use crate::row::walk::By;

impl Tally {
    /// The result; of the pairs that overlap the first `pairs` are told.
    pub fn finish(self, rejected: u64, pairs: usize, provenance: Arc<Provenance>) -> Preview {
        let counted = self.finished();
        let survey = &*counted.survey;
        let plan = survey.plan();
        let model = &*plan.model;
        let cases = survey.cases.iter().zip(&counted.cases);
        let channels = model.channels.iter().enumerate().map(|(n, channel)| {
            let (open, unknown) = counted.channels.get(n).copied().unwrap_or_default();
            let on = |offers: &[u64]| offers.get(n).copied().unwrap_or_default();
            let given = survey.request.remaining.capacity.iter().find(|(channel, _)| *channel == n);
            let declared = plan.channels.get(n).and_then(|channel| channel.capacity);
            ChannelPreview {
                channel: channel.name.clone(),
                title: channel.title.clone(),
                open,
                unknown,
                capacity: given.map(|(_, left)| *left).or(declared),
                demand: on(&counted.demand.channels),
                offers: on(&counted.offers.channels),
            }
        });
        let decide = survey.request.decide.and_then(|n| model.decides.get(n));
        Preview {
            now: survey.request.now.to_string(),
            decide: decide.and_then(|decide| decide.name.clone()),
            subject: model.subject.name.clone(),
            customers: counted.customers,
            rejected,
            with_offers: counted.offers.with_offers,
            offers: counted.offers.offers,
            shared_limits: survey.has_shared_limits(),
            cases: cases
                .map(|(case, counts)| case_preview(survey, counted.customers, case, counts))
                .collect(),
            channels: channels.collect(),
            overlap: counted.pairs.map(|found| overlap(model, found.finish(), pairs)),
            model: provenance,
        }
    }
}

fn case_preview(survey: &Survey, customers: u64, case: &Surveyed, counts: &CaseCounts) -> CasePreview {
    let plan = survey.plan();
    let model = &*plan.model;
    let declared = model.cases.get(case.id.0);
    let planned = plan.cases.get(case.id.0);
    let given = survey.request.remaining.quota.iter().find(|(id, _)| *id == case.id.0);
    let name_of_channel = |n: usize| model.channels.get(n).map(|c| c.name.clone()).unwrap_or_default();
    let missing = case.reads.iter().zip(&counts.missing).filter(|(_, count)| **count > 0);
    let mut missing: Vec<((bool, u32), u64)> =
        missing.filter_map(|(input, count)| Some((*survey.inputs.get(*input)?, *count))).collect();
    missing.sort_unstable_by_key(|(input, count)| (Reverse(*count), *input));
    let variants = planned.map(|case| case.variants.as_slice()).unwrap_or_default();
    CasePreview {
        case: name_of_case(model, case.id),
        title: declared.and_then(|case| case.title.clone()),
        group: declared.and_then(|case| model.groups.get(case.group?.0)).map(|group| group.name.clone()),
        status: declared.map_or("", |case| case.status.name()),
        eligible: counts.eligible,
        ineligible: counts.ineligible,
        unknown: counts.unknown,
        offered: counts.offered,
        outranked: counts.outranked.values().sum(),
        held_out: counts.held_out,
        control: counts.control,
        demand: counts.demand,
        quota: given.map(|(_, left)| *left).or(planned.and_then(|case| case.quota)),
        gates: gates(model, customers, case, counts),
        missing: missing
            .into_iter()
            .map(|((of_context, n), customers)| {
                let fields = if of_context { &model.context } else { &model.subject.attributes };
                let input = fields.get(n as usize).map(|field| field.name.clone()).unwrap_or_default();
                MissingCount { input, customers }
            })
            .collect(),
        outranked_by: outranked_by(model, counts),
        channels: case
            .channels
            .iter()
            .zip(&counts.channels)
            .map(|(channel, (offers, demand))| CaseChannelCount {
                channel: name_of_channel(channel.0),
                offers: *offers,
                demand: *demand,
            })
            .collect(),
        variants: variants
            .iter()
            .zip(&counts.variants)
            .map(|(variant, offers)| VariantCount { variant: variant.name.clone(), offers: *offers })
            .collect(),
    }
}

fn name_of_case(model: &Model, id: CaseId) -> Arc<str> {
    model.cases.get(id.0).map(|case| case.name.clone()).unwrap_or_default()
}

/// The funnel: gate by gate, and in each clause by clause.
fn gates(model: &Model, customers: u64, case: &Surveyed, counts: &CaseCounts) -> Vec<GatePreview> {
    let mut before = customers;
    let mut gates: Vec<GatePreview> = Vec::new();
    for (clause, count) in case.clauses.iter().zip(&counts.clauses) {
        let ClauseCounts { fails, unknown, left, only } = *count;
        let lost = before.saturating_sub(left);
        before = left;
        let written = clause.which.written(model, case.id);
        let told = ClausePreview {
            id: clause_id(model, case.id, clause.gate, clause.which),
            text: written.text(model),
            place: written.place(model),
            message: written.message,
            inherited_from: written.inherited_from,
            lost,
            left,
            fails,
            unknown,
            only,
        };
        match gates.last_mut().filter(|gate| gate.gate == clause.gate.name()) {
            Some(gate) => {
                gate.lost += lost;
                gate.left = left;
                gate.clauses.push(told);
            }
            None => gates.push(gate(clause.gate, counts, told)),
        }
    }
    gates
}

fn gate(gate: Gate, counts: &CaseCounts, first: ClausePreview) -> GatePreview {
    let own = counts.gates.get(gate as usize).copied().unwrap_or_default();
    GatePreview {
        gate: gate.name(),
        lost: first.lost,
        left: first.left,
        fails: own.fails,
        unknown: own.unknown,
        only: own.only,
        named: own.named,
        clauses: vec![first],
    }
}

fn outranked_by(model: &Model, counts: &CaseCounts) -> Vec<OutrankedCount> {
    let mut found: Vec<((By, Option<CaseId>), u64)> =
        counts.outranked.iter().map(|(key, count)| (*key, *count)).collect();
    found.sort_unstable_by_key(|((by, of), count)| (by.name(), Reverse(*count), *of));
    let mut rules: Vec<OutrankedCount> = Vec::new();
    for ((by, of), customers) in found {
        let of = of.map(|id| OutrankedOf { case: name_of_case(model, id), customers });
        match rules.last_mut().filter(|rule| rule.by == by.name()) {
            Some(rule) => {
                rule.customers += customers;
                rule.of.extend(of);
            }
            None => rules.push(OutrankedCount { by: by.name(), customers, of: of.into_iter().collect() }),
        }
    }
    rules.sort_by_key(|rule| Reverse(rule.customers));
    rules
}

fn overlap(model: &Model, found: Vec<([CaseId; 2], [u64; 2], u64)>, most: usize) -> Overlap {
    let jaccard = |eligible: &[u64; 2], both: u64| {
        let either = eligible.iter().sum::<u64>() - both;
        both as f64 / either as f64
    };
    let pair = |(cases, eligible, both): &([CaseId; 2], [u64; 2], u64)| OverlapPair {
        cases: cases.map(|id| name_of_case(model, id)),
        eligible: *eligible,
        both: *both,
        jaccard: jaccard(eligible, *both),
    };
    let pairs = found.len() as u64;
    let mut found = found;
    found.sort_unstable_by_key(|(cases, _, both)| (Reverse(*both), *cases));
    let largest = found.iter().take(most).map(pair).collect();
    found.sort_unstable_by(|a, b| {
        jaccard(&b.1, b.2).total_cmp(&jaccard(&a.1, a.2)).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0))
    });
    let closest = found.iter().take(most).map(pair).collect();
    Overlap { pairs, largest, closest }
}
