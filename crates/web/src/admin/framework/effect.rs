//! What a new version of the method changes, in words and numbers, and what it
//! would do to a budget.

use super::Change;
use crate::budget::calm;
use crate::components::{Column, Table, cell, table, warning_callout};
use domain::framework::{Method, Question};
use domain::ledger::Funder;
use domain::{Line, Pence};
use maud::{Markup, html};

/// Each thing that differs, in the order of the form.
pub(super) fn changes(now: Option<&Method>, then: &Method) -> Vec<Change> {
    let Some(now) = now else {
        let whole = Change {
            what: "The method".into(),
            now: "None yet".into(),
            then: format!("{} questions", then.questions.len()),
        };
        return vec![whole];
    };
    let pounds = [
        ("A point of health, for a year", now.nhs_per_point, then.nhs_per_point),
        ("A point of daily life, for a year", now.council_per_point, then.council_per_point),
        ("Once, to get started", now.start_up, then.start_up),
    ];
    let mut found: Vec<Change> =
        pounds.into_iter().filter_map(|(what, now, then)| Change::of(what, now, then)).collect();
    found.extend(Change::of("What the method is, in words", &now.explained, &then.explained));
    for question in &now.questions {
        match then.question(&question.key) {
            Some(then) => found.extend(of_question(question, then)),
            None => found.push(Change {
                what: format!("“{}”", question.title),
                now: in_lines(question),
                then: "Left out".into(),
            }),
        }
    }
    for question in then.questions.iter().filter(|q| now.question(&q.key).is_none()) {
        found.push(Change {
            what: "A new question".into(),
            now: "Not there".into(),
            then: in_lines(question),
        });
    }
    found
}

fn of_question(now: &Question, then: &Question) -> Vec<Change> {
    let title = &now.title;
    let hint = |question: &Question| question.hint.as_ref().map_or("None", Line::as_str).to_owned();
    let mut found = vec![
        Change::of(format!("“{title}”: the question"), title, &then.title),
        Change::of(format!("“{title}”: the hint"), hint(now), hint(then)),
    ];
    for (place, (now, then)) in (1..).zip(now.levels.iter().zip(&then.levels)) {
        let level = |(words, points): &(Line, u32)| format!("{words}: {points} points");
        found.push(Change::of(format!("“{title}”: answer {place}"), level(now), level(then)));
    }
    found.into_iter().flatten().collect()
}

/// Who it counts for, an example of what it does to a budget, and what the
/// words of the method may have forgotten.
pub(super) fn means(now: Option<&Method>, then: &Method) -> Markup {
    html! {
        @if let Some(now) = now {
            @let forgotten = forgotten(now, then);
            @if !forgotten.is_empty() {
                (warning_callout("The words may be out of date", 2, &html! {
                    p { "What the method is, in words, still says " (forgotten.join(" and ")) ". Go back if that should change too." }
                }))
            }
            (examples(now, then))
            p { "Version " (now.version) " stays for everyone who has begun with it. If their needs are opened again, version " (then.version) " is used from then on, and they see what changed. Budgets, plans and payments that are agreed do not change by themselves." }
        }
        p { "From now on, everyone who begins has version " (then.version) ". Anyone can read it at “How a budget is worked out”." }
    }
}

/// Amounts that changed and that the words, which should say them, say as before.
fn forgotten(now: &Method, then: &Method) -> Vec<String> {
    let pairs = [
        (now.nhs_per_point, then.nhs_per_point),
        (now.council_per_point, then.council_per_point),
        (now.start_up, then.start_up),
    ];
    let still_there: Vec<Pence> = pairs.iter().map(|(_, then)| *then).collect();
    let changed = pairs.iter().filter(|(now, then)| now != then && !still_there.contains(now));
    changed.map(|(now, _)| calm(*now)).filter(|amount| says(then.explained.as_str(), amount)).collect()
}

/// Whether a text has this amount, and not a longer one that begins like it.
fn says(text: &str, amount: &str) -> bool {
    text.match_indices(amount).any(|(at, _)| {
        let mut after = text[at + amount.len()..].chars();
        match after.next() {
            Some(c) if c.is_ascii_digit() => false,
            Some(',' | '.') => !after.next().is_some_and(|c| c.is_ascii_digit()),
            _ => true,
        }
    })
}

fn examples(now: &Method, then: &Method) -> Markup {
    let who = [
        ("A little help: the second answer to every question", 1),
        ("More help: the third answer to every question", 2),
        ("The most help: the last answer to every question", usize::MAX),
    ];
    let rows = who
        .into_iter()
        .map(|(who, level)| {
            let (old, new) = (now.example(level), then.example(level));
            vec![
                cell(who),
                html! { (calm(old.yearly())) br; "NHS " (calm(old.nhs)) br; "council " (calm(old.council)) },
                html! { (calm(new.yearly())) br; "NHS " (calm(new.nhs)) br; "council " (calm(new.council)) },
                cell(difference(old.yearly(), new.yearly())),
            ]
        })
        .collect();
    let (before, after) = (format!("Version {}", now.version), format!("Version {}", then.version));
    let columns = vec![
        Column::text("Somebody who needs"),
        Column::number(&before),
        Column::number(&after),
        Column::text("Difference"),
    ];
    table(&Table::new("What it would do to a budget for a year", columns, rows))
}

fn difference(old: Pence, new: Pence) -> String {
    if new > old {
        format!("{} more", calm(new - old))
    } else if new < old {
        format!("{} less", calm(old - new))
    } else {
        "The same".to_owned()
    }
}

/// What a question says, in lines.
pub(super) fn in_lines(question: &Question) -> String {
    let mut lines = vec![question.title.to_string()];
    lines.extend(question.hint.as_ref().map(ToString::to_string));
    lines.push(format!("Paid for by {}", payer(question.funder)));
    lines.extend(question.levels.iter().map(|(words, points)| format!("{words}: {points} points")));
    lines.join("\n")
}

pub(super) fn payer(funder: Funder) -> &'static str {
    match funder {
        Funder::Nhs => "the NHS",
        Funder::Council => "the council",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::demo::method::method;

    #[test]
    fn an_amount_that_the_words_still_say_is_noticed() {
        let now = method();
        let mut then = method();
        assert!(forgotten(&now, &then).is_empty());
        then.nhs_per_point = Pence(32_500);
        assert_eq!(forgotten(&now, &then), ["£310"]);
        assert!(says("it is £310.", "£310") && says("£310, and", "£310") && says("£310", "£310"));
        assert!(!says("£3100", "£310") && !says("£310.50", "£310") && !says("£310,000", "£310"));
        // Where another amount is now what this one was, the words may mean that.
        then.council_per_point = Pence(31_000);
        assert_eq!(forgotten(&now, &then), ["£240"]);
    }

    #[test]
    fn what_differs_is_listed_and_nothing_else() {
        let now = method();
        assert!(changes(Some(&now), &now).is_empty());
        let mut then = method();
        then.start_up = Pence(160_000);
        then.questions[0].levels[2].1 += 1;
        let gone = then.questions.remove(11);
        let found = changes(Some(&now), &then);
        let what: Vec<&str> = found.iter().map(|change| change.what.as_str()).collect();
        let title = &now.questions[0].title;
        let answer = format!("“{title}”: answer 3");
        let left_out = format!("“{}”", gone.title);
        assert_eq!(what, ["Once, to get started", &answer, &left_out]);
        assert_eq!(found[2].then, "Left out");
    }
}
