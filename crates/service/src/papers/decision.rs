//! The decision on a plan, as a letter: what, by whom, why, and what next.

use super::Source;
use super::parts::{contact, facts, heading, money_bar, text, whose};
use domain::case::Case;
use domain::case::signoff::{AppealAnswer, Decided, Outcome, Submission};
use domain::paper::{Block, Paper};
use domain::{Author, Timestamp, dates};

/// The newest sending that was decided.
pub fn decided(case: &Case) -> Option<&Submission> {
    let is_decided =
        |s: &&Submission| s.outcome.as_ref().is_some_and(|decided| decided.outcome != Outcome::TakenBack);
    case.signoff.submissions.iter().rev().find(is_decided)
}

pub fn paper(source: &Source<'_>) -> Option<Paper> {
    let submission = decided(source.case)?;
    let Decided { outcome, by, at } = submission.outcome.as_ref()?;
    let name = source.case.person_name();
    let mut blocks = vec![text(format!(
        "Thank you for the plan that you sent us on {}. We have read it, and this is what we decided.",
        dates::long(dates::london(submission.sent))
    ))];
    match outcome {
        Outcome::Agreed { .. } => blocks.extend(agreed(source, outcome, *by, *at)),
        Outcome::NotYet { .. } => blocks.extend(not_yet(source, outcome, *by, *at)),
        Outcome::TakenBack => return None,
    }
    blocks.extend(appeal(source, submission));
    blocks.push(heading(1, "If you want to talk"));
    blocks.push(text(contact(source)));
    blocks.push(text(
        "You can ask anyone to help you: family, a friend, or an advocate, who does not work for us and costs you nothing.",
    ));
    let title = "Our decision about your plan".to_owned();
    let day = format!("Decided on {}", dates::long(dates::london(*at)));
    Some(super::parts::paper(source, title, &day, format!("Dear {name},"), blocks))
}

fn decider(source: &Source<'_>, by: Author, at: Timestamp) -> Block {
    let name = source.name_of(by);
    let part = by
        .account()
        .and_then(|account| source.case.circle.member_of(account))
        .map_or(String::new(), |m| format!(", {}", m.relation.as_str().to_lowercase()));
    facts(vec![
        ("Decided by", format!("{name}{part}")),
        ("On", dates::long(dates::london(at))),
        ("For", source.framework.nhs_body.to_string()),
    ])
}

fn agreed(source: &Source<'_>, outcome: &Outcome, by: Author, at: Timestamp) -> Vec<Block> {
    let Outcome::Agreed { reasons, nhs, council, start_up, .. } = outcome else { return vec![] };
    let yearly = *nhs + *council;
    let body = if start_up.0 > 0 {
        format!(
            "You have a personal health budget of {yearly} for a year, and {start_up} once to begin with."
        )
    } else {
        format!("You have a personal health budget of {yearly} for a year.")
    };
    let parts = vec![
        (format!("From {}", source.framework.nhs_body), *nhs),
        (format!("From {}", source.framework.council), *council),
        ("Once, to begin with".to_owned(), *start_up),
    ];
    // A first review that was before this decision is not what comes next.
    let next = source.case.plan.first_review.filter(|on| *on >= dates::london(at));
    let review = next.map_or_else(
        || format!("We look at it together within {} months.", source.framework.first_review_months),
        |on| format!("We look at it together by {}, or sooner if you ask.", dates::long(on)),
    );
    vec![
        Block::Callout { title: "We agree to your plan".to_owned(), body },
        decider(source, by, at),
        heading(1, "Why"),
        text(reasons.to_string()),
        heading(1, "The money"),
        money_bar("What was agreed for the first year", parts),
        heading(1, "What happens next"),
        Block::Bullets(vec![
            "We write the agreement about the money. You read it, ask about it, and sign when you are happy with it."
                .to_owned(),
            "Then the money is paid, in the way your plan says.".to_owned(),
            review,
        ]),
        heading(1, "If this is not right"),
        text(source.framework.appeal.to_string()),
    ]
}

fn not_yet(source: &Source<'_>, outcome: &Outcome, by: Author, at: Timestamp) -> Vec<Block> {
    let Outcome::NotYet { reasons, change, appeal } = outcome else { return vec![] };
    vec![
        Block::Callout {
            title: "Not yet".to_owned(),
            body: "We have not agreed to your plan as it is. Below is what would need to change. The care you have now goes on."
                .to_owned(),
        },
        decider(source, by, at),
        heading(1, "Why"),
        text(reasons.to_string()),
        heading(1, "What would need to change"),
        text(change.to_string()),
        heading(1, "What you can do"),
        Block::Bullets(vec![
            "Change the plan and send it again. Nothing you wrote is lost.".to_owned(),
            "Ask us to explain. You can bring anyone you like.".to_owned(),
            "Ask us to look again at the decision. How is below.".to_owned(),
        ]),
        heading(1, "How to appeal"),
        text(appeal.to_string()),
    ]
}

fn appeal(source: &Source<'_>, submission: &Submission) -> Vec<Block> {
    let Some(appeal) = &submission.appeal else { return vec![] };
    let mut blocks = vec![
        heading(1, "The appeal"),
        Block::Quote {
            words: appeal.words.to_string(),
            who: format!(
                "{}, {}",
                whose(source, appeal.voice, appeal.by),
                dates::long(dates::london(appeal.at))
            ),
        },
    ];
    match &appeal.answer {
        None => blocks.push(text("We are looking at the decision again.")),
        Some(AppealAnswer { words, upheld, by, at }) => {
            let result = if *upheld { "The appeal was right." } else { "The decision stands." };
            blocks.push(Block::Callout {
                title: result.to_owned(),
                body: format!("{words}\n\n{}, {}", source.name_of(*by), dates::long(dates::london(*at))),
            });
        }
    }
    blocks
}
