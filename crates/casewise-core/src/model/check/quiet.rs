//! Quiet hours that leave no instant, or take none.

use super::domain::Intervals;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Channel, Expr, Model, Quiet};
use crate::syntax::ast::File;

const MINUTES_PER_DAY: i128 = 24 * 60;

/// Finds channels that are quiet all day, and quiet hours from a time to itself.
pub(super) fn quiet(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    for channel in &model.channels {
        for quiet in channel.quiet.iter().filter(|quiet| quiet.from == quiet.to) {
            out.push(
                Diagnostic::new(
                    Code::QUIET_EMPTY,
                    quiet.span,
                    "these quiet hours end when they start, so they close nothing",
                )
                .help("to close a channel for good, leave it out of the cases' `channels`"),
            );
        }
        if let Some((last, others)) = all_day(channel).as_deref().and_then(<[_]>::split_last) {
            let message =
                format!("the quiet hours of `{}` leave no instant: the channel is never open", channel.name);
            let mut diagnostic = Diagnostic::new(Code::QUIET_ALL_DAY, last.span, message)
                .label(if others.is_empty() { "closes the whole day" } else { "closes the rest of the day" })
                .help("`quiet a .. b` is closed from a up to, not including, b");
            for other in others {
                diagnostic = diagnostic.related(other.span, "together with these");
            }
            out.push(diagnostic);
        }
    }
}

/// Whether quiet hours alone keep a channel closed.
pub(super) fn closed_all_day(channel: &Channel) -> bool {
    all_day(channel).is_some()
}

/// The quiet hours of one zone that take the whole day together, if any do.
fn all_day(channel: &Channel) -> Option<Vec<&Quiet>> {
    let zone = |quiet: &Quiet| quiet.zone.as_ref().map(Expr::without_spans);
    channel.quiet.iter().find_map(|first| {
        let wanted = zone(first);
        let same: Vec<&Quiet> = channel.quiet.iter().filter(|quiet| zone(quiet) == wanted).collect();
        let closed = Intervals::union(same.iter().flat_map(|quiet| minutes(quiet)));
        closed.complement((0, MINUTES_PER_DAY - 1)).is_empty().then_some(same)
    })
}

/// The closed minutes, both ends included.
fn minutes(quiet: &Quiet) -> [(i128, i128); 2] {
    const NONE: (i128, i128) = (0, -1);
    let (from, to) = (i128::from(quiet.from), i128::from(quiet.to));
    if from <= to { [(from, to - 1), NONE] } else { [(from, MINUTES_PER_DAY - 1), (0, to - 1)] }
}
