//! For somebody with whom the person shares part by part: what they do not see,
//! and who can share it.

use super::Home;
use crate::case_page::sees_parts;
use crate::components::inset_text;
use crate::form::capital;
use domain::access::{CaseRole, Extent, RecordPart, extent};
use domain::case::circle::{self, Matter};
use domain::dates;
use maud::{Markup, html};
use strum::VariantArray;

impl Home<'_> {
    /// What is not shared with the reader, and who can share it.
    pub(super) fn not_shared(&self) -> Markup {
        if !sees_parts(&self.opened.seen.roles) {
            return html! {};
        }
        let (case, actor) = (self.opened.case(), &self.opened.me.actor);
        let is_closed = |part: &RecordPart| {
            let mut extents = self
                .opened
                .seen
                .roles
                .iter()
                .map(|role| extent(*role, actor.sight_as(*role, case).parts, *part));
            extents.all(|extent| extent == Extent::Nothing)
        };
        let without: Vec<String> = RecordPart::VARIANTS
            .iter()
            .copied()
            .filter(is_closed)
            .map(|part| part.title().to_lowercase())
            .collect();
        let until = self.shared_until();
        let who = deciders(case);
        let name = case.person_name();
        html! {
            @if !without.is_empty() || until.is_some() {
                (inset_text(&html! {
                    @if let Some(last) = until { p { (capital(name)) " shares with you until " (dates::long(last)) "." } }
                    @if !without.is_empty() {
                        p { "Not shared with you: " (domain::listed(&without)) "." }
                        p { "If you need more, ask " (who) ". They decide what you see." }
                    }
                }))
            }
        }
    }

    fn shared_until(&self) -> Option<domain::Date> {
        let case = self.opened.case();
        let mine = case.circle.present().filter(|m| m.account == Some(self.opened.me.actor.account));
        let as_member = mine.map(|m| circle::SharedWith::Member(m.id));
        let as_holder =
            self.opened.me.actor.posts.iter().map(|p| circle::SharedWith::Organisation(p.organisation));
        as_member.chain(as_holder).find_map(|with| case.circle.sees_until(with).flatten())
    }
}

/// Those who can say what somebody sees: the person, and whoever speaks for them
/// about sharing.
fn deciders(case: &domain::case::Case) -> String {
    let decides = |member: &&circle::Member| {
        member.role != CaseRole::Person && circle::may_decide(case, member.voice(), Matter::Sharing)
    };
    let mut names = vec![case.person_name().to_owned()];
    names.extend(case.circle.present().filter(decides).map(|member| member.name.to_string()));
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.join(""),
    }
}
