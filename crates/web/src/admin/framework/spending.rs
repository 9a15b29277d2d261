//! The kinds of spending: their names, and a new one.

use super::{Change, Setting};
use crate::address::FrameworkPart;
use crate::components::{Choice, Choices, Input, hidden, input, radios};
use crate::form::Form;
use domain::Refusal;
use domain::framework::{Amendment, Framework, SpendingKind};
use maud::{Markup, html};

/// Every kind of spending.
#[derive(Clone)]
pub(super) struct Kinds(Vec<SpendingKind>);

impl Setting for Kinds {
    const PART: FrameworkPart = FrameworkPart::Spending;
    const TITLE: &'static str = "Change what the money can buy";
    const BUTTON: &'static str = "Change them";
    const DONE: &'static str = "The kinds of spending are changed.";

    fn fill(framework: &Framework) -> Form {
        let mut form = Form::filled(
            framework.spending.iter().map(|kind| (format!("name-{}", kind.key), kind.name.to_string())),
        );
        form.put("new", unused_key("kind", |key| framework.spending_kind(key).is_some()));
        form
    }

    fn fields(framework: &Framework, form: &Form) -> Markup {
        let (allowed, not): (Vec<_>, Vec<_>) = framework.spending.iter().partition(|k| k.excluded.is_none());
        let new = form.text("new");
        let why = html! {
            (input(&Input { hint: Some("Like: the NHS gives this to everyone"), ..Input::new("why", "Why it cannot be bought").with(form) }))
            (input(&Input { hint: Some("The law or rule, so that people can look it up"), ..Input::new("source", "Where that is written").with(form) }))
        };
        let choices = vec![Choice::new("yes", "Yes"), Choice::new("no", "No").reveals(why)];
        html! {
            p { "The budget can buy anything that meets an outcome in the plan, unless the law leaves it out. These kinds only sort what is bought." }
            @for kind in allowed {
                (input(&Input::new(&field(&kind.key), &format!("Name of “{}”", kind.name)).with(form)))
            }
            h2 { "Add one" }
            (hidden("new", new))
            (input(&Input { hint: Some("Leave this empty if you do not want to add one"), ..Input::new("new-name", "Name of the new kind (optional)").with(form) }))
            (radios(&Choices::new("bought", "Can it be bought?", choices).with(form)))
            @if !not.is_empty() {
                h2 { "What cannot be bought" }
                p { "These stay as they are: " (not.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join(", ")) "." }
            }
        }
    }

    fn read(form: &mut Form, framework: &Framework) -> Option<Self> {
        let mut spending = framework.spending.clone();
        for kind in spending.iter_mut().filter(|kind| kind.excluded.is_none()) {
            let name = form.line(&field(&kind.key), "the name of each kind");
            kind.name = name.unwrap_or_else(|| kind.name.clone());
        }
        let key = form.text("new").to_owned();
        if !is_a_key(&key) {
            return form.wrong("", "Open this page again: something that belongs to it is missing");
        }
        if let Some(name) = form.optional_line("new-name", "the name of the new kind") {
            let can = form.yes_no("bought", "whether it can be bought")?;
            let excluded = if can {
                None
            } else {
                let why = form.line("why", "why it cannot be bought");
                let source = form.line("source", "where that is written");
                Some((why?, source?))
            };
            spending.push(SpendingKind { key, name, excluded });
        }
        Some(Self(spending))
    }

    fn amendment(self) -> Amendment {
        Amendment::Spending(self.0)
    }

    fn placed(&self, framework: &Framework, no: Refusal) -> Refusal {
        let is_new = |kind: &&SpendingKind| framework.spending_kind(&kind.key).is_none();
        let new = self.0.iter().find(is_new).map(|kind| field(&kind.key)).unwrap_or_default();
        no.renamed(&new, "new-name")
    }

    fn changes(&self, framework: &Framework) -> Vec<Change> {
        let change = |then: &SpendingKind| match framework.spending_kind(&then.key) {
            Some(now) => Change::of("Name of a kind", &now.name, &then.name),
            None => Some(Change {
                what: "A new kind".into(),
                now: "Not there".into(),
                then: match &then.excluded {
                    None => format!("{}: can be bought", then.name),
                    Some((why, source)) => format!("{}: cannot be bought. {why}. {source}", then.name),
                },
            }),
        };
        self.0.iter().filter_map(change).collect()
    }

    fn means(&self, _: &Framework) -> Markup {
        html! {
            p { "Plans keep what they have of each kind, under its new name." }
            p { "A kind cannot be taken away or forbidden later, because plans may have it. You can give it another name." }
        }
    }
}

fn field(key: &str) -> String {
    format!("name-{key}")
}

/// Whether a key that a form sent is one that we could have given it.
pub(super) fn is_a_key(key: &str) -> bool {
    (1..=60).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// A key in small letters that nothing has: `kind-a`, `kind-b`, … `kind-ba`.
pub(super) fn unused_key(start: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let letters = |mut number: u32| {
        let mut text = String::new();
        loop {
            text.insert(0, char::from(b'a' + (number % 26) as u8));
            number /= 26;
            if number == 0 {
                return format!("{start}-{text}");
            }
        }
    };
    (0..).map(letters).find(|key| !is_taken(key)).expect("there are more keys than things")
}
