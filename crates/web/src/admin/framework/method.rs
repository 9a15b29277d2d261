//! A new version of the method: the form that holds all of it.

use super::effect::{changes, means, payer};
use super::spending::{is_a_key, unused_key};
use super::{Change, Setting};
use crate::address::FrameworkPart;
use crate::components::{
    Button, Choice, Choices, Details, Input, Keyboard, Select, Textarea, button, details, hidden, input,
    radios, select, textarea,
};
use crate::form::Form;
use domain::Line;
use domain::framework::{Amendment, Framework, Method, Question};
use domain::ledger::Funder;
use maud::{Markup, html};

/// How many answers there is room for in a new question.
const ANSWERS: usize = 6;
/// The most questions that a form can hold.
const MOST_QUESTIONS: usize = 60;

impl Setting for Method {
    const PART: FrameworkPart = FrameworkPart::Method;
    const TITLE: &'static str = "Write a new version of the method";
    const BUTTON: &'static str = "Publish the new version";
    const DONE: &'static str =
        "The new version of the method is published. It counts for everyone who begins from now on.";

    fn fill(framework: &Framework) -> Form {
        let now = framework.method();
        let mut form = Form::filled([("version", (now.map_or(0, |m| m.version) + 1).to_string())]);
        let Some(now) = now else {
            add_question(&mut form, framework);
            return form;
        };
        form.put("explained", now.explained.as_str());
        form.put("nhs-per-point", now.nhs_per_point.plain());
        form.put("council-per-point", now.council_per_point.plain());
        form.put("start-up", now.start_up.plain());
        for question in &now.questions {
            let key = &question.key;
            form.put("key", key.as_str());
            form.put(format!("title-{key}"), question.title.as_str());
            form.put(format!("hint-{key}"), question.hint.as_ref().map_or("", Line::as_str));
            for (place, (words, points)) in question.levels.iter().enumerate() {
                form.put(format!("words-{key}-{place}"), words.as_str());
                form.put(format!("points-{key}-{place}"), points.to_string());
            }
        }
        form
    }

    fn stays(form: &mut Form, framework: &Framework) -> bool {
        let adds = form.values.remove("add").is_some();
        if adds {
            add_question(form, framework);
        }
        adds | form.values.remove("again").is_some()
    }

    fn fields(framework: &Framework, form: &Form) -> Markup {
        html! {
            p { "People who have begun with the version now keep it. Everyone who begins after this is published has the new one." }
            (hidden("version", form.text("version")))
            h2 { "The pounds" }
            (input(&Input::money("nhs-per-point", "A point of a question about health, for a year, from the NHS").with(form)))
            (input(&Input::money("council-per-point", "A point of a question about daily life, for a year, from the council").with(form)))
            (input(&Input::money("start-up", "Once, to get started").with(form)))
            h2 { "The words" }
            (textarea(&Textarea { rows: 12, hint: Some("For families. If you change a number above, change it here too"), ..Textarea::new("explained", "What the method is").with(form) }))
            h2 id="add" { "The questions" }
            p { "Open a question to change its words or its points. The first answer has no points, and a higher answer never has fewer." }
            @for key in questions_of(form, framework) { (question_fields(framework, form, &key)) }
            (button(&Button { name: Some("add"), value: Some("yes"), ..Button::secondary("Add a question") }))
        }
    }

    fn read(form: &mut Form, framework: &Framework) -> Option<Self> {
        let version = form.number("version", "the version", 1, 1_000_000);
        let nhs_per_point = form.money("nhs-per-point", "the amount for a point of health");
        let council_per_point = form.money("council-per-point", "the amount for a point of daily life");
        let start_up = form.money("start-up", "the amount to get started");
        let explained = form.prose("explained", "what the method is");
        let keys: Vec<String> = form.texts("key").map(str::to_owned).collect();
        if keys.len() > MOST_QUESTIONS || keys != questions_of(form, framework) {
            return form.wrong("", "Open this page again: something that belongs to it is missing");
        }
        let mut questions = vec![];
        for key in &keys {
            if !is_left_out(form, framework, key) {
                questions.extend(read_question(form, framework, key));
            }
        }
        if !form.is_ok() {
            return None;
        }
        let method = Self {
            version: version?,
            questions,
            nhs_per_point: nhs_per_point?,
            council_per_point: council_per_point?,
            start_up: start_up?,
            explained: explained?,
        };
        for problem in method.problems() {
            form.refuse(&problem);
        }
        form.is_ok().then_some(method)
    }

    fn amendment(self) -> Amendment {
        Amendment::Method(self)
    }

    fn changes(&self, framework: &Framework) -> Vec<Change> {
        changes(framework.method(), self)
    }

    fn means(&self, framework: &Framework) -> Markup {
        means(framework.method(), self)
    }
}

/// The keys of the questions on the form: those that stand now, and after them
/// what was added.
fn questions_of(form: &Form, framework: &Framework) -> Vec<String> {
    let now = framework.method().map_or(&[][..], |method| &method.questions);
    let mut keys: Vec<String> = now.iter().map(|question| question.key.clone()).collect();
    for key in form.texts("key").filter(|key| is_a_key(key)) {
        if !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
    keys
}

/// The question of a key as it was published last; none if it is new.
fn published<'f>(framework: &'f Framework, key: &str) -> Option<&'f Question> {
    framework.methods.iter().rev().find_map(|method| method.question(key))
}

fn add_question(form: &mut Form, framework: &Framework) {
    let known: Vec<String> = form.texts("key").map(str::to_owned).collect();
    if known.len() < MOST_QUESTIONS {
        let taken = |key: &str| published(framework, key).is_some() || known.iter().any(|k| k == key);
        form.put("key", unused_key("question", taken));
    }
}

/// Whether a question is not to be in the new version: its owner says so, or
/// it is new and nothing was typed.
fn is_left_out(form: &Form, framework: &Framework, key: &str) -> bool {
    let blank = |field: String| form.text(&field).trim().is_empty();
    let nothing = blank(format!("title-{key}"))
        && (0..ANSWERS).all(|at| blank(format!("words-{key}-{at}")) && blank(format!("points-{key}-{at}")));
    form.ticked(&format!("out-{key}")) || (published(framework, key).is_none() && nothing)
}

/// How a question is spoken of in what is wrong with it.
fn name_of(before: Option<&Question>) -> String {
    before.map_or_else(|| "the new question".to_owned(), |question| format!("“{}”", question.title))
}

fn read_question(form: &mut Form, framework: &Framework, key: &str) -> Option<Question> {
    let before = published(framework, key);
    let name = name_of(before);
    let title = form.line(&format!("title-{key}"), &format!("what is asked in {name}"));
    let hint = form.optional_line(&format!("hint-{key}"), &format!("the hint of {name}"));
    let funder = match before {
        Some(question) => Some(question.funder),
        None => form.choice(&format!("funder-{key}"), &format!("what {name} is about")),
    };
    let mut levels = vec![];
    for at in 0..before.map_or(ANSWERS, |question| question.levels.len()) {
        let (words, points) = (format!("words-{key}-{at}"), format!("points-{key}-{at}"));
        let blank = form.text(&words).trim().is_empty() && form.text(&points).trim().is_empty();
        if before.is_some() || !blank {
            let answer = format!("answer {} to {name}", at + 1);
            let words = form.line(&words, &answer);
            let points = form.number(&points, &format!("the points of {answer}"), 0, 10_000);
            levels.extend(words.zip(points));
        }
    }
    Some(Question { key: key.to_owned(), title: title?, hint, funder: funder?, levels })
}

fn question_fields(framework: &Framework, form: &Form, key: &str) -> Markup {
    let before = published(framework, key);
    let (title, hint, out) = (format!("title-{key}"), format!("hint-{key}"), format!("out-{key}"));
    let answers = before.map_or(ANSWERS, |question| question.levels.len());
    let keep_or_not = [("", "Keep it"), ("yes", "Leave it out from now on")];
    let is_wrong = form.errors.iter().any(|error| {
        [&title, &hint, &format!("funder-{key}")].contains(&&error.field)
            || (0..answers).any(|at| {
                error.field == format!("words-{key}-{at}") || error.field == format!("points-{key}-{at}")
            })
    });
    let content = html! {
        (hidden("key", key))
        (input(&Input::new(&title, "The question").with(form)))
        (input(&Input::new(&hint, "Hint below it (optional)").with(form)))
        @match before {
            Some(question) => p { "It is paid for by " (payer(question.funder)) "." },
            None => (about(form, key)),
        }
        @for at in 0..answers { (answer_fields(form, key, at)) }
        @if before.is_some() { (select(&Select::new(&out, "This question in the new version", &keep_or_not).with(form))) }
        @else { p { "Leave answers empty that you do not need." } }
    };
    let name = before.map_or("A new question", |question| question.title.as_str());
    let open = is_wrong || before.is_none() || form.ticked(&out);
    details(&Details { open, expander: true, ..Details::new(name, content) })
}

fn about(form: &Form, name: &str) -> Markup {
    let choices = vec![
        Choice::new(Funder::Nhs.into_str(), "Health, paid for by the NHS"),
        Choice::new(Funder::Council.into_str(), "Daily life, paid for by the council"),
    ];
    radios(&Choices::new(&format!("funder-{name}"), "What it is about", choices).with(form))
}

fn answer_fields(form: &Form, key: &str, at: usize) -> Markup {
    let (words, points) = (format!("words-{key}-{at}"), format!("points-{key}-{at}"));
    let (answer, worth) = (format!("Answer {}", at + 1), format!("Points for answer {}", at + 1));
    let keyboard = Some(Keyboard::Numbers);
    html! {
        div class="nhsuk-grid-row" {
            div class="nhsuk-grid-column-two-thirds" { (input(&Input::new(&words, &answer).with(form))) }
            div class="nhsuk-grid-column-one-third" {
                (input(&Input { width: Some(5), keyboard, ..Input::new(&points, &worth).with(form) }))
            }
        }
    }
}
