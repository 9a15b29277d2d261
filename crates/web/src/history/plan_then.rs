//! The plan as it stood once, and what changed since.

use crate::case_page::Opened;
use crate::components::{nothing_yet, page_heading};
use crate::plan::whole::whole_plan;
use domain::access::Action;
use maud::{Markup, html};
use service::history::AsItStood;

/// The plan as it stood, with what changed since below it.
#[must_use]
pub fn plan_as_it_stood(opened: &Opened, stood: &AsItStood, title: &str) -> Markup {
    let caption = if opened.is_family() { "" } else { opened.case().person_name() };
    html! {
        (page_heading(caption, title))
        @if stood.case.plan.changed == 0 { (nothing_yet("There was no plan yet.")) }
        @else { (whole_plan(&stood.case, opened.seen.framework(), opened.may(Action::SeePeople))) }
        h2 { "What changed since" }
        @if stood.changes_since.is_empty() { (nothing_yet("Nothing has changed since.")) }
        @else {
            @if stood.more_changes > 0 {
                p { "Here are the newest " (stood.changes_since.len()) ". " (stood.more_changes) " more came before them: they are all in the history." }
            }
            (super::entries(&opened.me, opened.case(), &stood.changes_since))
        }
    }
}
