//! Channels.

use crate::model::types::{Base, Type};
use crate::model::{Channel, ChannelId, Quiet};
use crate::syntax::ast;

use super::Lowering;
use super::constants::Limits;

impl<'a> Lowering<'a> {
    pub(super) fn lower_channels(&mut self) -> Vec<Channel> {
        let declared: Vec<&'a ast::Channel> = self.declared.channels.clone();
        declared.into_iter().map(|channel| self.channel(channel)).collect()
    }

    /// A channel; without the clauses that are broken.
    fn channel(&mut self, channel: &'a ast::Channel) -> Channel {
        let drafts = self.drafts(channel.conditions.iter(), false);
        let clauses = drafts.and_then(|drafts| self.number_clauses(drafts, channel.named.name.span));
        let quiet: Vec<Option<Quiet>> = channel.quiet.iter().map(|q| self.quiet(q)).collect();
        let capacity =
            channel.capacity.as_ref().map(|e| self.constant(e, &Base::Int, "a capacity", Limits::Positive));
        Channel {
            name: channel.named.name.name.as_str().into(),
            title: super::title(channel.named.title.as_ref()),
            clauses: clauses.unwrap_or_default(),
            quiet: quiet.into_iter().flatten().collect(),
            capacity: capacity.flatten(),
            span: channel.named.name.span,
        }
    }

    fn quiet(&mut self, quiet: &'a ast::Quiet) -> Option<Quiet> {
        let zone = match &quiet.zone {
            Some(zone) => Some(self.typed(zone, &Type::optional(Base::Text), "the zone of quiet hours")?),
            None => None,
        };
        Some(Quiet { from: quiet.from, to: quiet.to, zone, span: quiet.span })
    }

    /// Channels by their names, each once.
    pub(super) fn channel_ids(&mut self, names: &[ast::Ident]) -> Option<Vec<ChannelId>> {
        let mut ids: Vec<ChannelId> = Vec::with_capacity(names.len());
        let mut ok = true;
        for name in names {
            match self.names.channels.find(name, &mut self.report) {
                Some(n) if ids.contains(&ChannelId(n)) => {
                    let message = format!("the channel `{}` is named twice", name.name);
                    self.report.error(crate::diagnostic::Code::DUPLICATE_NAME, name.span, message);
                    ok = false;
                }
                Some(n) => ids.push(ChannelId(n)),
                None => ok = false,
            }
        }
        ok.then_some(ids)
    }
}
