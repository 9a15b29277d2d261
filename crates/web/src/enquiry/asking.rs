//! The pages on which somebody asks to be contacted, one question to a page.

use crate::address::{Address as _, Place};
use crate::components::{
    Choice, Choices, Input, Keyboard, Size, Textarea, checkboxes, in_danger, input, inset_text, radios,
    textarea, typed,
};
use crate::form::Form;
use crate::wizard::{Answer, Page, Wizard};
use domain::case::circle::{ContactBy, ContactPreference};
use domain::enquiry::Asked;
use domain::framework::Framework;
use domain::phone::PhoneNumber;
use domain::{AreaId, Line, OrganisationId, Prose};
use maud::{Markup, html};
use service::enquiry::AskedBody;
use std::sync::Arc;

/// What the pages say depends on where there is such a service, and on its
/// framework where there is one alone.
pub struct About {
    pub areas: Vec<(AreaId, String)>,
    /// The bodies of the NHS, of each area that has several.
    pub bodies: Vec<AskedBody>,
    pub framework: Option<Arc<Framework>>,
}

pub fn wizard() -> Wizard<About> {
    Wizard {
        to: Place::Contact.path(),
        pages: vec![
            Page {
                name: "start",
                title: "Ask us to get in touch",
                fields: &["area", "organisation"],
                ask: ask_where,
                read: |about, form| {
                    if let Some(area) = area(about, form) {
                        body(about, area, form);
                    }
                },
                answers: answer_where,
            },
            Page {
                name: "who",
                title: "Who are you?",
                fields: &["name", "about", "person", "relation"],
                ask: ask_who,
                read: |_, form| {
                    who(form);
                },
                answers: answer_who,
            },
            Page {
                name: "how",
                title: "How should we get in touch?",
                fields: &["by", "email", "phone", "text", "address", "visit", "someone", "only"],
                ask: ask_how,
                read: |_, form| {
                    how(form);
                },
                answers: answer_how,
            },
            Page {
                name: "when",
                title: "When is a good time?",
                fields: &["when"],
                ask: ask_when,
                read: |_, form| {
                    when(form);
                },
                answers: answer_when,
            },
            Page {
                name: "words",
                title: "Is there anything you want to say or ask?",
                fields: &["words"],
                ask: ask_words,
                read: |_, form| {
                    words(form);
                },
                answers: answer_words,
            },
        ],
        start: "Start",
        send: "Send",
        before_sending: html! {
            p { "When you send this, we keep it so that we can get in touch with you. " a href=(Place::Privacy.path()) { "How we look after what you tell us" } "." }
        },
    }
}

/// The whole request, where every page can be read.
pub fn asked(about: &About, form: &mut Form) -> Option<Asked> {
    let area = area(about, form)?;
    let sent_to = body(about, area, form)?;
    let (name, about) = who(form)?;
    let preference = ContactPreference { when: when(form), ..how(form)? };
    Some(Asked { area, sent_to, name, about, preference, words: words(form) })
}

fn when(form: &mut Form) -> Option<Line> {
    form.optional_line("when", "when suits you")
}

fn words(form: &mut Form) -> Option<Prose> {
    form.optional_prose("words", "what you want to say")
}

fn area(about: &About, form: &mut Form) -> Option<AreaId> {
    if let [(only, _)] = &about.areas[..] {
        return Some(*only);
    }
    let chosen: AreaId = form.choice("area", "where the person lives")?;
    if about.areas.iter().any(|(id, _)| *id == chosen) {
        return Some(chosen);
    }
    form.wrong("area", "Choose where the person lives")
}

/// What somebody chooses who does not know which body of the NHS it is for.
const NOT_KNOWN: &str = "not-known";

/// The body of the NHS that is asked; the inner none: every one in the area.
fn body(about: &About, area: AreaId, form: &mut Form) -> Option<Option<OrganisationId>> {
    let there: Vec<OrganisationId> =
        about.bodies.iter().filter(|body| body.area == area).map(|body| body.id).collect();
    if there.is_empty() || form.text("organisation") == NOT_KNOWN {
        return Some(None);
    }
    let chosen: OrganisationId =
        form.choice("organisation", "which NHS organisation, or that you do not know")?;
    if there.contains(&chosen) {
        return Some(Some(chosen));
    }
    form.wrong("organisation", "Choose one where the person lives, or that you do not know")
}

fn who(form: &mut Form) -> Option<(Line, Option<(Line, Line)>)> {
    let name = form.line("name", "your name");
    match form.text("about") {
        "me" => Some((name?, None)),
        "someone" => {
            let person = form.line("person", "the name of the person it is about");
            let relation = form.line("relation", "what you are to them");
            Some((name?, Some((person?, relation?))))
        }
        _ => form.wrong("about", "Choose who it is about"),
    }
}

/// The ways, each with its own field for the details.
const WAYS: [(ContactBy, &str, &str, &str); 6] = [
    (ContactBy::Email, "Email", "email", "Your email address"),
    (ContactBy::Phone, "A phone call", "phone", "Your phone number"),
    (ContactBy::Text, "A text message", "text", "The number to text"),
    (ContactBy::Letter, "A letter", "address", "Your address"),
    (ContactBy::Visit, "A visit", "visit", "The address to come to"),
    (ContactBy::ThroughSomeone, "Through someone I trust", "someone", "Who they are and how to reach them"),
];

fn how(form: &mut Form) -> Option<ContactPreference> {
    let by: Vec<ContactBy> = form.choices("by", "how we should get in touch")?;
    if by.is_empty() {
        return form.wrong("by", "Choose how we should get in touch");
    }
    let mut details: Vec<String> = vec![];
    let mut complete = true;
    for (way, _, field, label) in WAYS {
        if !by.contains(&way) {
            continue;
        }
        let label = lower_first(label);
        let read = match way {
            ContactBy::Email => form.email(field, &label).map(|email| email.to_line()),
            ContactBy::Phone | ContactBy::Text => form.phone(field, &label).map(PhoneNumber::into_line),
            _ => form.line(field, &label),
        };
        match read {
            Some(line) => details.push(line.to_string()),
            None => complete = false,
        }
    }
    if !complete {
        return None;
    }
    match Line::parse(&details.join(", ")) {
        Ok(details) => {
            Some(ContactPreference { by, only: form.ticked("only"), details: Some(details), when: None })
        }
        Err(_) => form.wrong("by", "That is too much to keep. Give us one or two ways to reach you"),
    }
}

fn lower_first(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn ask_where(about: &About, title: &str, form: &Form) -> Markup {
    let areas = &about.areas;
    let keys: Vec<(String, &str)> = areas.iter().map(|(id, name)| (id.to_string(), name.as_str())).collect();
    html! {
        h1 { (title) }
        (in_danger())
        p { "You can ask for yourself, or for someone you care for. It takes about 3 minutes." }
        p { "You do not need to know anything yet. You do not have to decide anything." }
        @if let Some(framework) = &about.framework {
            p { "We will be in touch within " (framework.contact_days) " working days, in the way you choose." }
            (inset_text(&html! {
                p { "Would you rather talk? Call " strong { (framework.phone) } " or write to " a href={ "mailto:" (framework.email) } { (framework.email) } "." }
            }))
        } @else {
            p { "We will be in touch within a few working days, in the way you choose." }
        }
        @if areas.len() > 1 {
            (radios(&Choices {
                size: Size::M,
                ..Choices::new("area", "Where does the person live?", keys.iter().map(|(id, name)| Choice::new(id, name)).collect()).with(form)
            }))
        }
        @if !about.bodies.is_empty() { (ask_body(about, form)) }
    }
}

fn ask_body(about: &About, form: &Form) -> Markup {
    let keys: Vec<(String, &str)> =
        about.bodies.iter().map(|body| (body.id.to_string(), body.name.as_str())).collect();
    let known = keys.iter().map(|(id, name)| Choice::new(id, name));
    let all = known.chain([Choice::new(NOT_KNOWN, "I do not know, or it is not here")]).collect();
    radios(&Choices {
        size: Size::M,
        hint: Some(
            "Only they read what you send, while anybody works there. If you do not know, all of them where the person lives can",
        ),
        ..Choices::new("organisation", "Which NHS organisation do you want to ask?", all).with(form)
    })
}

fn ask_who(_: &About, title: &str, form: &Form) -> Markup {
    let other = html! {
        (input(&Input { spellcheck: Some(false), ..Input::new("person", "Their name").with(form) }))
        (input(&Input { hint: Some("Like husband, daughter, friend or nurse"), width: Some(20), ..Input::new("relation", "What are you to them?").with(form) }))
    };
    html! {
        h1 { (title) }
        (input(&Input {
            autocomplete: Some("name"),
            spellcheck: Some(false),
            ..Input::new("name", "Your name").with(form)
        }))
        (radios(&Choices {
            size: Size::M,
            ..Choices::new("about", "Who is it about?", vec![
                Choice::new("me", "Me"),
                Choice::new("someone", "Someone else").reveals(other),
            ]).with(form)
        }))
    }
}

fn ask_how(_: &About, title: &str, form: &Form) -> Markup {
    let details = |way: ContactBy, field: &'static str, label: &'static str| {
        let keyboard = match way {
            ContactBy::Email => Some(Keyboard::Email),
            ContactBy::Phone | ContactBy::Text => Some(Keyboard::Telephone),
            _ => None,
        };
        let autocomplete = match way {
            ContactBy::Email => Some("email"),
            ContactBy::Phone | ContactBy::Text => Some("tel"),
            ContactBy::Letter | ContactBy::Visit => Some("street-address"),
            _ => None,
        };
        input(&Input { keyboard, autocomplete, ..Input::new(field, label).with(form) })
    };
    let choices = WAYS.iter().map(|(way, text, field, label)| {
        Choice::new(way.into_str(), text).reveals(details(*way, field, label))
    });
    html! {
        h1 { (title) }
        (checkboxes(&Choices {
            hint: Some("Choose every way that is fine for you"),
            ..Choices::new("by", "Ways to get in touch", choices.collect()).with(form)
        }))
        (checkboxes(&Choices::new("only", "", vec![
            Choice::new("yes", "Please use only what I have chosen").hint("Then we will not call you if you chose email"),
        ]).with(form)))
    }
}

fn ask_when(_: &About, title: &str, form: &Form) -> Markup {
    html! {
        (input(&Input {
            size: Size::L,
            heading: true,
            hint: Some("Like: mornings, or after 4pm, but not on Tuesdays. You can leave this empty."),
            ..Input::new("when", title).with(form)
        }))
    }
}

fn ask_words(_: &About, title: &str, form: &Form) -> Markup {
    html! {
        (textarea(&Textarea {
            size: Size::L,
            heading: true,
            rows: 8,
            hint: Some("You can leave this empty. You can also bring a list of questions: put each one on its own line."),
            ..Textarea::new("words", title).with(form)
        }))
        (in_danger())
    }
}

fn answer_where(about: &About, form: &Form) -> Vec<Answer> {
    let mut answers = vec![];
    if about.areas.len() > 1 {
        let chosen = about.areas.iter().find(|(id, _)| id.to_string() == form.text("area"));
        let name = chosen.map_or("", |(_, name)| name);
        answers.push(Answer { name: "Where", value: html! { p { (name) } }, what: "where the person lives" });
    }
    if !about.bodies.is_empty() {
        let chosen = about.bodies.iter().find(|body| body.id.to_string() == form.text("organisation"));
        let name = chosen.map_or("Any of them", |body| &body.name);
        answers.push(Answer { name: "Whom you ask", value: html! { p { (name) } }, what: "whom you ask" });
    }
    answers
}

fn answer_who(_: &About, form: &Form) -> Vec<Answer> {
    let about = match form.text("about") {
        "someone" => format!("{}. You are their {}", form.text("person"), form.text("relation")),
        _ => "You".to_owned(),
    };
    vec![
        Answer { name: "Your name", value: in_words(form.text("name")), what: "your name" },
        Answer { name: "Who it is about", value: in_words(&about), what: "who it is about" },
    ]
}

fn answer_how(_: &About, form: &Form) -> Vec<Answer> {
    let chosen = WAYS.iter().filter(|(way, ..)| form.texts("by").any(|chosen| chosen == way.into_str()));
    let value = html! {
        ul { @for (_, way, field, _) in chosen {
            @let details = form.text(field);
            li { @if details.is_empty() { (typed(way)) } @else { (typed(&format!("{way}: {details}"))) } }
        } }
        @if form.ticked("only") { p { strong { "Only in this way" } } }
    };
    vec![Answer { name: "How to get in touch", value, what: "how to get in touch" }]
}

fn answer_when(_: &About, form: &Form) -> Vec<Answer> {
    let value = in_words(or(form.text("when"), "Any time"));
    vec![Answer { name: "When", value, what: "when suits you" }]
}

fn answer_words(_: &About, form: &Form) -> Vec<Answer> {
    let value = in_words(or(form.text("words"), "Nothing yet"));
    vec![Answer { name: "What you want to say", value, what: "what you want to say" }]
}

fn in_words(text: &str) -> Markup {
    html! { p { (typed(text)) } }
}

fn or<'a>(text: &'a str, nothing: &'a str) -> &'a str {
    if text.trim().is_empty() { nothing } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::{Html, Selector};
    use std::collections::BTreeSet;

    /// A field that a page asks for and does not name would be sent twice: as
    /// it was carried along, and as it was typed now.
    #[test]
    fn each_page_names_the_fields_that_it_asks_for() {
        let areas = [1, 2].map(|n| (AreaId(uuid::Uuid::from_u128(n)), format!("Area {n}")));
        let body = |n| AskedBody {
            area: areas[0].0,
            id: OrganisationId(uuid::Uuid::from_u128(n)),
            name: format!("Body {n}"),
        };
        let bodies = [1, 2].map(body);
        let about = About { areas: areas.into(), bodies: bodies.into(), framework: None };
        for page in wizard().pages {
            let html = Html::parse_fragment(&(page.ask)(&about, page.title, &Form::empty()).0);
            let named = Selector::parse("[name]").expect("a selector");
            let asked: BTreeSet<&str> = html.select(&named).filter_map(|field| field.attr("name")).collect();
            assert_eq!(asked, page.fields.iter().copied().collect(), "{}", page.name);
        }
    }
}
