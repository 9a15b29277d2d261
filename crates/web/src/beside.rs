//! What stands on every page of a record that it is about: that its use is
//! restricted, and the person's own words beside what was not put right.

use crate::components::{own_words, warning_callout};
use domain::access::Action;
use domain::case::Case;
use domain::case::rights::{About, Ask};
use domain::{Date, dates};
use maud::{Markup, html};

/// For everybody who opens the record, at its top, while it holds: what may
/// still be done is the law's (UK GDPR, article 18(2)).
#[must_use]
pub fn restricted(case: &Case, today: Date) -> Markup {
    let Some(asked) = case.rights.restriction(today) else { return html! {} };
    let until = match &asked.ask {
        Ask::Restrict { until: Some(last), .. } => format!(" until {}", dates::long(*last)),
        _ => String::new(),
    };
    let words = html! {
        p { "The use of this record is restricted" (until) ", because " (case.person_name()) " asked for it." }
        p { "It may be kept. It may be used where they agree, for a claim under the law, to protect somebody’s rights, or where the public badly needs it. Nothing else." }
    };
    warning_callout("Restricted", 2, &words)
}

/// Which part a section of the menu shows.
fn about(section: &str) -> Option<About> {
    Some(match section {
        "people" | "communication" | "sharing" => About::People,
        "needs" => About::Needs,
        "budget" => About::Budget,
        "plan" | "sign-off" => About::Plan,
        "money" | "payments" | "agreement" => About::Money,
        "reviews" => About::Reviews,
        "notes" => About::Notes,
        "home" => About::SomethingElse,
        _ => return None,
    })
}

/// The person's own words about what stands on a page of this section, for those who
/// may read the part that they are about.
#[must_use]
pub fn statements(case: &Case, section: &str, may: impl Fn(Action) -> bool) -> Markup {
    let about = about(section).filter(|about| may(about.read_with()));
    let said: Vec<_> = about.into_iter().flat_map(|about| case.rights.statements(about)).collect();
    html! {
        @if !said.is_empty() {
            section aria-label="What they say about it themselves" {
                @for one in said {
                    (own_words(one.words.as_str(), &format!("{}, about what stands here, {}", case.circle.whose(one.voice, one.by), dates::long(dates::london(one.at)))))
                }
            }
        }
    }
}
