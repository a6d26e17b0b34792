//! What deciding looks up in a plan, found once: names in past contacts, the cases that are walked, what must
//! be supplied.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::node::{Node, Slot};
use super::{OfferPlan, Plan};
use crate::model::{CaseId, ChannelId, GroupId, ListId, Model, Status, TableId};

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct PlanLayout {
    /// Cases by name.
    pub cases: FxHashMap<Arc<str>, CaseId>,
    /// Channels by name.
    pub channels: FxHashMap<Arc<str>, ChannelId>,
    /// Groups by name.
    pub groups: FxHashMap<Arc<str>, GroupId>,
    /// Live and trial cases, in order.
    pub walked: Vec<CaseId>,
    /// What must be supplied.
    pub needs: Needs,
}

/// What a subject must bring beside its attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The context.
    pub context: bool,
    /// Tables, in order.
    pub tables: Vec<TableId>,
    /// Lists, in order.
    pub lists: Vec<ListId>,
}

impl PlanLayout {
    pub(super) fn new(plan: &Plan) -> PlanLayout {
        let model = &plan.model;
        let walked: Vec<CaseId> =
            (0..model.cases.len()).map(CaseId).filter(|id| is_walked(model, *id)).collect();
        PlanLayout {
            cases: model.cases.iter().enumerate().map(|(n, c)| (c.name.clone(), CaseId(n))).collect(),
            channels: model
                .channels
                .iter()
                .enumerate()
                .map(|(n, c)| (c.name.clone(), ChannelId(n)))
                .collect(),
            groups: model.groups.iter().enumerate().map(|(n, g)| (g.name.clone(), GroupId(n))).collect(),
            needs: needs(plan, &walked),
            walked,
        }
    }
}

impl PlanLayout {
    /// Of a plan that computes these slots and nothing else.
    pub(super) fn of_slots(plan: &Plan, slots: &[Slot]) -> PlanLayout {
        PlanLayout { needs: Needs::of(plan, slots.iter().copied()), ..PlanLayout::default() }
    }
}

/// Live and trial cases are walked.
pub fn is_walked(model: &Model, id: CaseId) -> bool {
    model.cases.get(id.0).is_some_and(|case| matches!(case.status, Status::Live | Status::Trial))
}

/// Visits every slot that is read from `roots`, themselves included, once.
pub fn reachable<'p>(
    plan: &'p Plan,
    roots: impl IntoIterator<Item = Slot>,
    mut visit: impl FnMut(Slot, &'p Node),
) {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut open: Vec<Slot> = roots.into_iter().collect();
    while let Some(slot) = open.pop() {
        if seen.insert(slot)
            && let Some(node) = plan.nodes.get(slot)
        {
            visit(slot, node);
            node.arguments(|argument| open.push(argument));
        }
    }
}

/// Every slot that a case reads.
pub fn case_roots(plan: &Plan, id: CaseId) -> Vec<Slot> {
    let mut roots = Vec::new();
    let Some(case) = plan.cases.get(id.0) else { return roots };
    roots.extend(&case.clauses);
    roots.push(case.priority);
    roots.extend(case.properties.iter());
    roots.extend(&case.ranks);
    let mut offer = |offer: &OfferPlan| {
        let fields = offer.fields.iter().chain(offer.on.iter().flat_map(|(_, fields)| fields));
        roots.extend(fields.map(|(_, slot)| *slot));
    };
    offer(&case.offer);
    case.variants.iter().filter_map(|v| v.offer.as_ref()).for_each(&mut offer);
    for channel in &case.channels {
        roots.extend(channel_roots(plan, *channel));
    }
    roots
}

/// Every slot that a channel reads.
pub fn channel_roots(plan: &Plan, id: ChannelId) -> Vec<Slot> {
    let Some(channel) = plan.channels.get(id.0) else { return Vec::new() };
    channel.clauses.iter().copied().chain(channel.quiet.iter().filter_map(|(_, _, zone)| *zone)).collect()
}

/// Every slot that a decision reports or decides by, whatever its cases.
pub fn global_roots(plan: &Plan) -> Vec<Slot> {
    let scores = plan.scores.iter().flatten().map(|(_, slot)| *slot);
    let named = plan.lets.iter().chain(&plan.segments).chain(&plan.gates).copied();
    scores.chain(named).chain(plan.decides.iter().filter_map(|d| d.when)).collect()
}

/// Whether a case can be closed by the contact policy.
pub fn reads_contacts(plan: &Plan, id: CaseId) -> bool {
    !plan.contacts.is_empty() && plan.model.cases.get(id.0).is_some_and(|c| !c.contacts_ignored)
}

fn needs(plan: &Plan, walked: &[CaseId]) -> Needs {
    let roots = global_roots(plan).into_iter().chain(walked.iter().flat_map(|id| case_roots(plan, *id)));
    let mut needs = Needs::of(plan, roots);
    if walked.iter().any(|id| reads_contacts(plan, *id)) {
        needs.tables.extend(plan.model.tables.len().checked_sub(1).map(TableId));
    }
    needs.tables.sort_unstable();
    needs.tables.dedup();
    needs
}

impl Needs {
    /// What must be supplied to compute these slots.
    pub fn of(plan: &Plan, roots: impl IntoIterator<Item = Slot>) -> Needs {
        let mut needs = Needs::default();
        reachable(plan, roots, |_, node| match node {
            Node::Context(_) => needs.context = true,
            Node::InList(list) => needs.lists.push(ListId(*list as usize)),
            Node::Aggregate(aggregate) => {
                needs.tables.push(aggregate.table);
                needs.tables.extend(aggregate.then.as_ref().map(|then| then.table));
            }
            _ => {}
        });
        needs.tables.sort_unstable();
        needs.tables.dedup();
        needs.lists.sort_unstable();
        needs
    }
}
