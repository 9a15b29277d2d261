//! "On what footing does somebody speak for the person, and about what?": the
//! same questions wherever it is recorded.

use crate::components::{Choice, Choices, Input, Textarea, checkboxes, input, radios, textarea};
use crate::form::Form;
use domain::case::circle::{Footing, Matter, Speaking};
use maud::{Markup, html};

/// The names of the fields.
pub const FIELDS: [&str; 4] = ["footing", "matters", "about", "evidence"];

/// The questions, for the footings that may be chosen and what they may be about.
pub fn fields(offered: &[Footing], about: &[Matter], form: &Form) -> Markup {
    let footings: Vec<(&str, &str)> = offered.iter().map(|f| (f.into_str(), f.words())).collect();
    let needs_paper = offered.iter().any(|f| matches!(f, Footing::Attorney | Footing::Deputy));
    let evidence = if needs_paper {
        "For a power of attorney or a deputy, which paper you saw, and when. For others you can leave it empty"
    } else {
        "Like: they told me with their board"
    };
    let leave_empty = match offered.iter().all(|footing| footing.decides()) {
        true => "",
        false => {
            ". Leave it empty for somebody who helps the person say what they want, or looks after a direct payment"
        }
    };
    let only = format!("Tick what the paper or the decision says. They decide nothing else{leave_empty}");
    let matters: Vec<(&str, &str)> = about.iter().map(|m| (m.into_str(), hint(*m))).collect();
    let matter = |(value, words)| Choice::new(value, words);
    html! {
        (radios(&Choices { small: true, ..Choices::new("footing", "On what footing?", footings.iter().map(|(k, t)| Choice::new(k, t)).collect()).with(form) }))
        @if offered.iter().any(|f| f.decides()) {
            (checkboxes(&Choices {
                small: true,
                hint: Some(&only),
                ..Choices::new("matters", "What may they decide about?", matters.iter().map(|(k, t)| matter((k, *t))).collect()).with(form)
            }))
        }
        (textarea(&Textarea { rows: 2, hint: Some("Which decisions. Each decision stands by itself: nobody speaks for everything for ever"), ..Textarea::new("about", "About what?").with(form) }))
        (input(&Input { hint: Some(evidence), ..Input::new("evidence", "What shows it").with(form) }))
    }
}

fn hint(matter: Matter) -> &'static str {
    match matter {
        Matter::Care => "Health and care: the offer, the plan and appeals",
        Matter::Money => "Money: the direct payment, the agreement and what is spent",
        Matter::Sharing => "Sharing: who may read the record",
    }
}

/// Reads the answers; what is missing is said at its field.
pub fn read(form: &mut Form) -> Option<Speaking> {
    let footing: Option<Footing> = form.choice("footing", "on what footing they speak for the person");
    let decides = footing.is_some_and(Footing::decides);
    let matters: Option<Vec<Matter>> =
        if decides { form.choices("matters", "what they may decide about") } else { Some(vec![]) };
    let about = form.prose("about", "what it is about");
    let evidence = form.optional_line("evidence", "what shows it");
    if !form.is_ok() {
        return None;
    }
    Some(Speaking { footing: footing?, about: about?, evidence, matters: matters? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::case::CaseRole;
    use domain::case::circle::{footings_of, footings_to_join};
    use strum::VariantArray as _;

    #[test]
    fn nobody_is_told_of_a_footing_that_cannot_be_chosen() {
        let asked = |offered: &[Footing]| fields(offered, Matter::VARIANTS, &Form::empty()).into_string();
        assert!(!asked(&footings_to_join(CaseRole::Representative)).contains("Leave it empty"));
        assert!(asked(&footings_of(CaseRole::FamilyCarer)).contains("Leave it empty"));
    }
}
