//! Asking to be contacted, without an account, and what staff do with it.
//!
//! One question to a page. The answers travel in hidden fields: nothing is in
//! an address, nothing is kept until the request is sent.

mod staff;

use crate::address::{Address as _, GuidePage, Place};
use crate::answer::{self, invalid};
use crate::carried::carried;
use crate::components::{
    Button, Choice, Choices, Input, Keyboard, Look, Row, Size, SummaryList, Textarea, button, buttons,
    checkboxes, hidden, input, inset_text, panel, radios, summary_list, textarea, typed,
};
use crate::form::Form;
use crate::page::{Shell, page};
use crate::routes::{Door, Routes};
use crate::source::Source;
use crate::tokens::{KEY_FIELD, csrf_field};
use crate::visit::Visit;
use crate::{Answer, Trouble, Web};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::case::circle::{ContactBy, ContactPreference};
use domain::dates::long;
use domain::enquiry::Asked;
use domain::framework::Framework;
use domain::{AreaId, EnquiryId, Line};
use maud::{Markup, html};
use service::enquiry::Asker;
use service::rate::Rate;

pub fn declare(routes: &mut Routes) {
    routes.get("/contact", Door::Anyone, start);
    routes.post_at_most(Rate::Contact, "/contact", Door::Anyone, step);
    routes.get("/contact/sent/{id}", Door::Anyone, sent);
    staff::declare(routes);
}

/// The pages of the request, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Start,
    Who,
    How,
    When,
    Words,
    Check,
}

const STEPS: [(Step, &str); 6] = [
    (Step::Start, "start"),
    (Step::Who, "who"),
    (Step::How, "how"),
    (Step::When, "when"),
    (Step::Words, "words"),
    (Step::Check, "check"),
];

impl Step {
    fn of(name: &str) -> Option<Self> {
        STEPS.iter().find(|(_, text)| *text == name).map(|(step, _)| *step)
    }

    fn name(self) -> &'static str {
        STEPS.iter().find(|(step, _)| *step == self).map_or("", |(_, text)| text)
    }

    fn place(self) -> usize {
        STEPS.iter().position(|(step, _)| *step == self).unwrap_or(0)
    }

    fn next(self) -> Self {
        STEPS.get(self.place() + 1).map_or(Self::Check, |(step, _)| *step)
    }

    fn before(self) -> Self {
        STEPS[self.place().saturating_sub(1)].0
    }

    fn title(self) -> &'static str {
        match self {
            Self::Start => "Ask us to get in touch",
            Self::Who => "Who are you?",
            Self::How => "How should we get in touch?",
            Self::When => "When is a good time?",
            Self::Words => "Is there anything you want to say or ask?",
            Self::Check => "Check your answers",
        }
    }

    /// The fields that this page asks for; every other is carried along.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Start => &["area"],
            Self::Who => &["name", "about", "person", "relation"],
            Self::How => &["by", "email", "phone", "text", "address", "visit", "someone", "only"],
            Self::When => &["when"],
            Self::Words => &["words"],
            Self::Check => &[],
        }
    }
}

/// The names of the fields that say where one is and where one goes.
const AT: &str = "at";
const GO: &str = "go";

async fn start(State(web): State<Web>, visit: Visit) -> Answer {
    let areas = web.app.areas().await?;
    let mut form = Form::empty();
    form.put(KEY_FIELD, web.app.id().to_string());
    Ok(show(&web, &visit, &areas, Step::Start, &form).await?.into_response())
}

async fn step(State(web): State<Web>, visit: Visit, source: Source, mut form: Form) -> Answer {
    let areas = web.app.areas().await?;
    let at = Step::of(form.text(AT)).unwrap_or(Step::Start);
    let go = form.text(GO).to_owned();
    if go == "back" {
        let markup = show(&web, &visit, &areas, at.before(), &form).await?;
        return Ok(markup.into_response());
    }
    if let Some(to) = go.strip_prefix("change-").and_then(Step::of) {
        return Ok(show(&web, &visit, &areas, to, &form).await?.into_response());
    }
    if at == Step::Check {
        return send(&web, &visit, &source, &areas, form).await;
    }
    read(at, &areas, &mut form);
    if !form.is_ok() {
        return Ok(invalid(show(&web, &visit, &areas, at, &form).await?));
    }
    // After a change from the last page, straight back to it.
    let to = if form.ticked("checked") { Step::Check } else { at.next() };
    Ok(show(&web, &visit, &areas, to, &form).await?.into_response())
}

/// Reads everything again, whatever came in the hidden fields, and sends it.
async fn send(
    web: &Web,
    visit: &Visit,
    source: &Source,
    areas: &[(AreaId, String)],
    mut form: Form,
) -> Answer {
    let mut asked = None;
    for (step, _) in STEPS {
        asked = read(step, areas, &mut form).or(asked);
        if !form.is_ok() {
            return Ok(invalid(show(web, visit, areas, step, &form).await?));
        }
    }
    let (Some(asked), Ok(id)) = (asked, form.text(KEY_FIELD).parse::<EnquiryId>()) else {
        return Err(Trouble::Hidden);
    };
    let by = Asker { browser: visit.csrf.clone(), source: source.0.clone() };
    if form.accepted(web.app.ask_for_contact(id, asked, by).await)?.is_none() {
        return Ok(invalid(show(web, visit, areas, Step::Check, &form).await?));
    }
    Ok(answer::see_other(Place::ContactSent(id).path()))
}

/// Reads one page's answers. The last page gives the whole request, when the
/// others have been read without a fault.
fn read(step: Step, areas: &[(AreaId, String)], form: &mut Form) -> Option<Asked> {
    match step {
        Step::Start => drop(area(areas, form)),
        Step::Who => drop(who(form)),
        Step::How => drop(how(form)),
        Step::When => drop(form.optional_line("when", "when suits you")),
        Step::Words => drop(form.optional_prose("words", "what you want to say")),
        Step::Check => {
            let area = area(areas, form)?;
            let (name, about) = who(form)?;
            let mut preference = how(form)?;
            preference.when = form.optional_line("when", "when suits you");
            let words = form.optional_prose("words", "what you want to say");
            return Some(Asked { area, name, about, preference, words });
        }
    }
    None
}

fn area(areas: &[(AreaId, String)], form: &mut Form) -> Option<AreaId> {
    if let [(only, _)] = areas {
        return Some(*only);
    }
    let chosen: AreaId = form.choice("area", "where the person lives")?;
    if areas.iter().any(|(id, _)| *id == chosen) {
        return Some(chosen);
    }
    form.wrong("area", "Choose where the person lives")
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
        let read = if way == ContactBy::Email {
            form.email(field, &label).map(|email| email.to_line())
        } else {
            form.line(field, &label)
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

async fn show(
    web: &Web,
    visit: &Visit,
    areas: &[(AreaId, String)],
    step: Step,
    form: &Form,
) -> Result<Markup, Trouble> {
    let framework = match areas {
        [(only, _)] => Some(web.app.framework_of(*only).await?),
        _ => None,
    };
    let mut shell = shell(visit, step.title());
    shell.errors = !form.is_ok();
    if step == Step::Start {
        shell.back = Some((Place::Start.path(), "Back to the start page".into()));
    }
    let was_checked = form.ticked("checked") || step == Step::Check;
    let content = html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            (form.error_summary())
            form method="post" action=(Place::Contact.path()) novalidate {
                (csrf_field(&visit.csrf))
                (hidden(AT, step.name()))
                @if was_checked { (hidden("checked", "yes")) }
                (carried(&without(form, step)))
                @match step {
                    Step::Start => (start_fields(areas, form, framework.as_deref())),
                    Step::Who => (who_fields(form)),
                    Step::How => (how_fields(form)),
                    Step::When => (when_fields(form)),
                    Step::Words => (words_fields(form)),
                    Step::Check => (check(areas, form)),
                }
                (buttons(&html! {
                    (button(&Button::submit(match step {
                        Step::Start => "Start",
                        Step::Check => "Send",
                        _ => "Continue",
                    })))
                    @if step > Step::Start {
                        (button(&Button { look: Look::Link, name: Some(GO), value: Some("back"), once: false, ..Button::submit("Back") }))
                    }
                }))
            }
            @if step > Step::Start && step < Step::Check {
                p class="nhsuk-body-s" { "Step " (step.place()) " of 5. Nothing is sent until you say so." }
            }
        } }
    };
    Ok(page(&shell, content))
}

fn shell<'a>(visit: &'a Visit, title: &'a str) -> Shell<'a> {
    Shell::of(visit, title).signed_in_if_they_are()
}

/// What is carried unseen: everything but this page's own fields.
fn without(form: &Form, step: Step) -> Form {
    let mut rest = form.clone();
    let own = step.fields();
    rest.values
        .retain(|name, _| !own.contains(&name.as_str()) && name != AT && name != GO && name != "checked");
    rest
}

fn start_fields(areas: &[(AreaId, String)], form: &Form, framework: Option<&Framework>) -> Markup {
    let keys: Vec<(String, &str)> = areas.iter().map(|(id, name)| (id.to_string(), name.as_str())).collect();
    html! {
        h1 { (Step::Start.title()) }
        p { "You can ask for yourself, or for someone you care for. It takes about 3 minutes." }
        p { "You do not need to know anything yet. You do not have to decide anything." }
        @if let Some(framework) = framework {
            p { "We will be in touch within " (framework.contact_days) " working days, in the way you choose." }
            (inset_text(&html! {
                p { "Would you rather talk? Call " strong { (framework.phone) } " or write to " a href={ "mailto:" (framework.email) } { (framework.email) } "." }
                p { "If someone is in danger or very ill now, call 999. For medical help that is not an emergency, call 111." }
            }))
        } @else {
            p { "We will be in touch within a few working days, in the way you choose." }
            (inset_text(&html! { p { "If someone is in danger or very ill now, call 999. For medical help that is not an emergency, call 111." } }))
        }
        @if areas.len() > 1 {
            (radios(&Choices {
                size: Size::M,
                ..Choices::new("area", "Where does the person live?", keys.iter().map(|(id, name)| Choice::new(id, name)).collect()).with(form)
            }))
        }
    }
}

fn who_fields(form: &Form) -> Markup {
    let other = html! {
        (input(&Input { spellcheck: Some(false), ..Input::new("person", "Their name").with(form) }))
        (input(&Input { hint: Some("Like husband, daughter, friend or nurse"), width: Some(20), ..Input::new("relation", "What are you to them?").with(form) }))
    };
    html! {
        h1 { (Step::Who.title()) }
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

fn how_fields(form: &Form) -> Markup {
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
        h1 { (Step::How.title()) }
        (checkboxes(&Choices {
            hint: Some("Choose every way that is fine for you"),
            ..Choices::new("by", "Ways to get in touch", choices.collect()).with(form)
        }))
        (checkboxes(&Choices::new("only", "", vec![
            Choice::new("yes", "Please use only what I have chosen").hint("Then we will not call you if you chose email"),
        ]).with(form)))
    }
}

fn when_fields(form: &Form) -> Markup {
    html! {
        (input(&Input {
            size: Size::L,
            heading: true,
            hint: Some("Like: mornings, or after 4pm, but not on Tuesdays. You can leave this empty."),
            ..Input::new("when", Step::When.title()).with(form)
        }))
    }
}

fn words_fields(form: &Form) -> Markup {
    html! {
        (textarea(&Textarea {
            size: Size::L,
            heading: true,
            rows: 8,
            hint: Some("You can leave this empty. You can also bring a list of questions: put each one on its own line."),
            ..Textarea::new("words", Step::Words.title()).with(form)
        }))
    }
}

fn check(areas: &[(AreaId, String)], form: &Form) -> Markup {
    let change = |step: Step, what: &str| {
        html! {
            button class="phb-button--link nhsuk-link" type="submit" name=(GO) value={ "change-" (step.name()) } {
                "Change" span class="nhsuk-u-visually-hidden" { " " (what) }
            }
        }
    };
    let or =
        |text: &str, nothing: &str| if text.trim().is_empty() { nothing.to_owned() } else { text.to_owned() };
    let about = match form.text("about") {
        "someone" => format!("{}. You are their {}", form.text("person"), form.text("relation")),
        _ => "You".to_owned(),
    };
    let ways: Vec<String> = WAYS
        .iter()
        .filter(|(way, ..)| form.texts("by").any(|chosen| chosen == way.into_str()))
        .map(|(_, text, field, _)| {
            let details = form.text(field);
            if details.is_empty() { (*text).to_owned() } else { format!("{text}: {details}") }
        })
        .collect();
    let row = |name: &str, value: Markup, step: Step, what: &str| {
        Row::html(name, html! { (value) " " (change(step, what)) })
    };
    let mut rows = vec![];
    if areas.len() > 1 {
        let name =
            areas.iter().find(|(id, _)| id.to_string() == form.text("area")).map_or("", |(_, name)| name);
        rows.push(row("Where", html! { p { (name) } }, Step::Start, "where the person lives"));
    }
    rows.push(row("Your name", html! { p { (typed(form.text("name"))) } }, Step::Who, "your name"));
    rows.push(row("Who it is about", html! { p { (typed(&about)) } }, Step::Who, "who it is about"));
    rows.push(row(
        "How to get in touch",
        html! {
            ul { @for way in &ways { li { (typed(way)) } } }
            @if form.ticked("only") { p { strong { "Only in this way" } } }
        },
        Step::How,
        "how to get in touch",
    ));
    rows.push(row(
        "When",
        html! { p { (typed(&or(form.text("when"), "Any time"))) } },
        Step::When,
        "when suits you",
    ));
    rows.push(row(
        "What you want to say",
        html! { p { (typed(&or(form.text("words"), "Nothing yet"))) } },
        Step::Words,
        "what you want to say",
    ));
    html! {
        h1 { (Step::Check.title()) }
        (summary_list(&SummaryList::new(rows)))
        p { "When you send this, we keep it so that we can get in touch with you. " a href=(Place::Privacy.path()) { "How we look after what you tell us" } "." }
    }
}

async fn sent(
    State(web): State<Web>,
    visit: Visit,
    crate::case_page::At(id): crate::case_page::At<EnquiryId>,
) -> Answer<Response> {
    let receipt = web.app.receipt(id).await?;
    let framework = web.app.framework_of(receipt.area).await?;
    let shell = shell(&visit, "We have your request");
    let content = html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            (panel("We have your request", &html! { "Your reference is" br; strong { (receipt.reference) } }))
            h2 { "What happens next" }
            p { "Someone will be in touch with you " strong { "by " (long(receipt.answer_by)) } ", in the way you asked for." }
            p { "They will ask what matters to you, and answer your questions. It is a conversation: nothing is decided, and you can say no at any time." }
            @if receipt.by_email {
                p { "We send your reference to your email address too." }
            } @else if receipt.wants_email {
                p { "We could not send your reference to your email address this time. Please write it down." }
            }
            p { "If you have not heard from us by then, or want to tell us something sooner, call " strong { (framework.phone) } " and say your reference." }
            p { a href=(Place::Guide(GuidePage::About).path()) { "Read about personal health budgets while you wait" } }
        } }
    };
    Ok(page(&shell, content).into_response())
}
