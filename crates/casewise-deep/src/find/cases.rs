//! Cases that no one can get, and clauses that leave no one out.

use casewise_core::diagnostic::{Code, Diagnostic};
use casewise_core::input::Subject;
use casewise_core::model::{Case, CaseId, Clause, Status};
use casewise_core::plan::Slot;
use casewise_core::plan::layout::is_walked;
use casewise_core::row::CaseStatus;
use casewise_core::source::Span;
use casewise_core::syntax::ast::ConditionKind;

use super::conditions::conjuncts;
use super::{Deep, Known, beside};
use crate::encode::Goal;
use crate::report::{CaseAnswer, Report};
use crate::write::name;

/// Something that a case asks for: a clause, or a part of one that is a conjunction.
struct Asked {
    goal: Goal,
    /// Place of the clause; none of the channels.
    clause: Option<usize>,
    span: Span,
}

/// That the clauses of a case hold and one of its channels is open.
fn asked(deep: &Deep<'_>, id: CaseId) -> Vec<Asked> {
    let (Some(case), Some(planned)) = (deep.model().cases.get(id.0), deep.plan.cases.get(id.0)) else {
        return Vec::new();
    };
    let mut asked = Vec::new();
    for (place, (clause, slot)) in case.clauses.iter().zip(&planned.clauses).enumerate() {
        let mut parts = Vec::new();
        if clause.kind != ConditionKind::Exclude {
            conjuncts(deep, &clause.condition, &mut parts);
        }
        match parts.as_slice() {
            [] | [_] => {
                asked.push(Asked { goal: Goal::Is(*slot), clause: Some(place), span: clause.span });
            }
            parts => asked.extend(parts.iter().map(|(slot, span, _)| Asked {
                goal: Goal::Is(*slot),
                clause: Some(place),
                span: *span,
            })),
        }
    }
    let open: Vec<Slot> =
        planned.channels.iter().filter_map(|id| deep.plan.channels.get(id.0)).map(|c| c.open).collect();
    if !open.is_empty() {
        asked.push(Asked { goal: Goal::Any(open), clause: None, span: case.span });
    }
    asked
}

/// For every case whether anyone can get it.
pub(super) fn cases(deep: &mut Deep<'_>, report: &mut Report) {
    for (n, case) in deep.model().cases.iter().enumerate() {
        let id = CaseId(n);
        let asked = asked(deep, id);
        let goals: Vec<Goal> = asked.iter().map(|asked| asked.goal.clone()).collect();
        let world = deep.world_of(id);
        let known = had(deep, id, world, &goals);
        let (answer, witness) = match known {
            Known::Never(core) => {
                let core = core.iter().filter_map(|n| asked.get(*n)).collect::<Vec<_>>();
                report.findings.push(never(deep, case, &core));
                ("never", None)
            }
            Known::Can(subject) => {
                if world == 0 {
                    deep.join(&subject);
                }
                let expect = expectations(deep, world, id, &subject);
                let title = format!("{} can be had", case.name);
                ("can", Some(deep.witness(world, &subject, &title, &expect)))
            }
            Known::NotDecided => {
                let message = format!("whether anyone can get `{}` was not decided", case.name);
                report.findings.push(deep.not_decided(case.span, message, &goals));
                ("not decided", None)
            }
        };
        report.cases.push(CaseAnswer { case: case.name.clone(), answer, witness });
    }
}

/// Whether anyone can get a case. Deciding has the last word: runs, the contact policy and quiet hours count too.
fn had(deep: &mut Deep<'_>, id: CaseId, world: usize, goals: &[Goal]) -> Known {
    let known = deep.can(world, goals);
    let Known::Can(subject) = known else { return known };
    if !is_walked(deep.model(), id) {
        return Known::Can(subject);
    }
    // Past contacts, or a zone, of someone who was found by chance may stand in the way.
    let first = passing(deep, id, world, goals, *subject);
    let found = first.or_else(|| {
        let sought = deep.sought(world, goals)?;
        passing(deep, id, world, goals, sought)
    });
    found.map_or(Known::NotDecided, |subject| Known::Can(Box::new(subject)))
}

/// The subject, or the same without past contacts, if it passes the gates of a case.
fn passing(deep: &Deep<'_>, id: CaseId, world: usize, goals: &[Goal], subject: Subject) -> Option<Subject> {
    let world = deep.worlds.get(world)?;
    let mut tried = [deep.without_contacts(&subject), subject].into_iter();
    tried.find(|subject| world.confirmed(subject, goals) && world.decide(subject).outcome(id) == Some(true))
}

fn never(deep: &Deep<'_>, case: &Case, core: &[&Asked]) -> Diagnostic {
    let model = deep.model();
    let clauses: Vec<(&Clause, Span)> = core
        .iter()
        .filter_map(|asked| Some((asked.clause.and_then(|n| case.clauses.get(n))?, asked.span)))
        .collect();
    let of_channels = core.iter().any(|asked| asked.clause.is_none());
    // What the case says itself is where it can be corrected.
    let own = clauses
        .iter()
        .rposition(|(clause, _)| clause.inherited_from.is_none())
        .or(clauses.len().checked_sub(1));
    let main = own.and_then(|own| clauses.get(own));
    let alone = core.len() == 1;
    let what = if alone { "this is never true" } else { "these cannot hold together" };
    let message = format!("no one can get `{}`: {what}", case.name);
    let mut diagnostic =
        Diagnostic::new(Code::CASE_NEVER, main.map_or(case.span, |(_, span)| *span), message)
            .label(if alone { "is true for no one" } else { "without any one of these it could be had" })
            .help("correct one of them, or retire the case");
    for (_, (clause, span)) in clauses.iter().enumerate().filter(|(place, _)| Some(*place) != own) {
        diagnostic = diagnostic.related(*span, beside("and this", clause));
    }
    if of_channels {
        let channels: Vec<_> = match &case.channels {
            Some(channels) => channels.clone(),
            None => (0..model.channels.len()).map(casewise_core::model::ChannelId).collect(),
        };
        for channel in channels.iter().filter_map(|id| model.channels.get(id.0)) {
            diagnostic = diagnostic.related(channel.span, format!("the channel `{}`", channel.name));
        }
    }
    diagnostic
}

/// What a test can expect of a witness.
fn expectations(
    deep: &Deep<'_>,
    world: usize,
    id: CaseId,
    subject: &casewise_core::input::Subject,
) -> Vec<String> {
    let Some(case) = deep.model().cases.get(id.0) else { return Vec::new() };
    let Some(world) = deep.worlds.get(world) else { return Vec::new() };
    let decision = world.decide(subject);
    let case_name = name(&case.name);
    if let (false, Some(key)) =
        (deep.unlearned.is_empty(), deep.model().subject.attributes.get(deep.model().subject.key))
    {
        // Who is offered what depends on scores that are not there.
        return vec![format!("{} is present", name(&key.name))];
    }
    vec![match (decision.status(id), case.status) {
        (CaseStatus::Offered, Status::Live) => format!("offered {case_name}"),
        (CaseStatus::Outranked, _) => format!("{case_name} outranked"),
        (CaseStatus::HeldOut, _) => format!("{case_name} held_out"),
        (CaseStatus::Offered, _) => format!("not offered {case_name}"),
        // Draft, paused or retired: nothing but its status keeps it from being had.
        (CaseStatus::Ineligible, _) => format!("{case_name} fails status"),
    }]
}

/// Own clauses that hold wherever the others do.
pub(super) fn always(deep: &mut Deep<'_>, report: &mut Report) {
    for (n, case) in deep.model().cases.iter().enumerate() {
        if report.cases.get(n).is_some_and(|answer| answer.answer == "never") {
            continue;
        }
        let Some(planned) = deep.plan.cases.get(n) else { continue };
        let mut left: Vec<usize> = (0..case.clauses.len()).collect();
        // Of two clauses that say the same, the later one is spoken of.
        for place in (0..case.clauses.len()).rev() {
            let (Some(clause), Some(slot)) = (case.clauses.get(place), planned.clauses.get(place)) else {
                continue;
            };
            if clause.inherited_from.is_some() {
                continue;
            }
            let others: Vec<usize> = left.iter().copied().filter(|other| *other != place).collect();
            let mut goals: Vec<Goal> =
                others.iter().filter_map(|n| planned.clauses.get(*n)).map(|slot| Goal::Is(*slot)).collect();
            goals.push(Goal::IsNot(*slot));
            let Some(core) = deep.never(&goals) else { continue };
            left.retain(|other| *other != place);
            let because: Vec<_> =
                core.iter().filter_map(|n| others.get(*n)).filter_map(|n| case.clauses.get(*n)).collect();
            let message = if because.is_empty() {
                format!("`{}` of `{}` holds for everyone", clause.id, case.name)
            } else {
                format!(
                    "`{}` of `{}` holds for everyone whom its other clauses let pass",
                    clause.id, case.name
                )
            };
            let mut diagnostic = Diagnostic::new(Code::CLAUSE_ALWAYS, clause.span, message)
                .label("leaves no one out")
                .help("remove it, or correct it");
            for other in because {
                diagnostic = diagnostic.related(other.span, beside("because of this", other));
            }
            report.findings.push(diagnostic);
        }
    }
}
