//! What happened to a local framework, in words.

use super::{Event, Framework};

/// What changed, in a sentence. `before` is the framework that was there until
/// then.
#[must_use]
pub fn tell(before: Option<&Framework>, event: &Event) -> String {
    let Some(before) = before else { return "The local framework was adopted".to_owned() };
    match event {
        Event::Adopted { .. } => "The local framework was adopted anew".to_owned(),
        Event::MethodPublished { method } => {
            format!("Version {} of the method was published", method.version)
        }
        Event::LimitChanged { clinician_limit } => format!(
            "What a clinician may agree for a first year was changed from {} to {clinician_limit}",
            before.clinician_limit
        ),
        Event::WordsChanged { words } => {
            let now = before.words();
            let parts = [
                ("the name over every page", words.service_name != now.service_name),
                ("the NHS body", words.nhs_body != now.nhs_body),
                ("the council", words.council != now.council),
                ("the phone number", words.phone != now.phone),
                ("the email address", words.email != now.email),
                ("how to appeal", words.appeal != now.appeal),
            ];
            changed(&parts)
        }
        Event::ClocksChanged { clocks } => {
            let now = before.clocks();
            let parts = [
                ("the days until somebody is contacted", clocks.contact_days != now.contact_days),
                ("the days for a decision", clocks.decision_days != now.decision_days),
                ("the months until the first review", clocks.first_review_months != now.first_review_months),
                ("the months between reviews", clocks.review_months != now.review_months),
            ];
            changed(&parts)
        }
        Event::SpendingChanged { spending } => {
            let added: Vec<&str> = spending
                .iter()
                .filter(|kind| before.spending_kind(&kind.key).is_none())
                .map(|kind| kind.name.as_str())
                .collect();
            if added.is_empty() {
                "Kinds of spending were given other names".to_owned()
            } else {
                format!("Added to the kinds of spending: {}", added.join(", "))
            }
        }
        Event::BankHolidaysChanged { bank_holidays } => match bank_holidays.years() {
            Some((first, last)) if first == last => format!("The bank holidays of {first} were taken in"),
            Some((first, last)) => format!("The bank holidays of {first} to {last} were taken in"),
            None => "The bank holidays were taken out".to_owned(),
        },
        Event::RetentionChanged { retention } => {
            let now = &before.retention;
            let parts = [
                ("the years for which a case is kept", retention.case_years != now.case_years),
                ("until when the case of a child is kept", retention.child_birthday != now.child_birthday),
                ("the years for payments", retention.payment_years != now.payment_years),
                ("the years for a request that led to nothing", retention.enquiry_years != now.enquiry_years),
                ("why records are kept so long", retention.why != now.why),
            ];
            changed(&parts)
        }
    }
}

fn changed(parts: &[(&str, bool)]) -> String {
    let names: Vec<&str> = parts.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    format!("Changed: {}", names.join(", "))
}
