//! What is put into the fields: something sensible, and everything else.

use super::read::{Field, Form, Kind};
use testkit::demo::people::{PASSPHRASE, SECOND_FACTOR};
use testkit::{Client, Page};

/// What is sent: every field with its value, and a file if there is one.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What was done to it, for the message of a test that fails.
    pub label: String,
    pub values: Vec<(String, String)>,
    pub file: Option<(String, String, Vec<u8>)>,
}

impl Sent {
    pub async fn by(&self, client: &Client, form: &Form) -> Page {
        let fields: Vec<(&str, &str)> = self.values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        if !form.has_files {
            return client.post(&form.action, &fields).await;
        }
        let file: Vec<_> = self
            .file
            .iter()
            .map(|(field, name, bytes)| (field.as_str(), name.as_str(), "text/plain", bytes.as_slice()))
            .collect();
        client.upload(&form.action, &fields, &file).await
    }

    pub fn but(&self, name: &str, values: &[&str]) -> Self {
        let mut sent = self.clone();
        sent.label = format!("{name} = {:?}", values.iter().map(|v| short(v)).collect::<Vec<_>>());
        sent.values.retain(|(n, _)| n != name);
        sent.values.extend(values.iter().map(|v| (name.to_owned(), (*v).to_owned())));
        sent
    }
}

fn short(text: &str) -> String {
    text.chars().take(24).collect()
}

/// Values that a form needs and that cannot be guessed from its fields.
const KNOWN: &[(&str, &str, &str)] = &[
    ("/account/prove", "passphrase", PASSPHRASE),
    ("/sign-in", "email", "martin@mail.example"),
    ("/sign-in", "passphrase", PASSPHRASE),
    ("/admin/{area}/people/invite", "post", "practitioner"),
    ("/admin/{area}/framework/clocks", "contact-days", "2"),
    ("/admin/{area}/framework/limit", "limit", "30000"),
    ("/admin/{area}/framework/retention", "case-years", "9"),
    ("/admin/{area}/keeping/hold", "reference", "MV-2026-0001"),
    ("/admin/{area}/framework/retention", "child-birthday", "25"),
    ("/admin/{area}/framework/retention", "payment-years", "6"),
    ("/cases/{id}/offer", "voluntary", "yes"),
    ("/cases/{id}/people", "role", "family-carer"),
    ("/cases/{id}/people/sharing/{with}", "until", "a-day"),
    ("/cases/{id}/people/sharing/{with}", "last-month", "4"),
    ("/cases/{id}/people/sharing/{with}", "parts", "plan"),
    ("/cases/{id}/payments/account", "last-four", "0417"),
    ("/cases/{id}/payments/one", "one-due-month", "4"),
    ("/cases/{id}/plan/money/add", "own", ""),
    ("/cases/{id}/plan/money/{item}", "own", ""),
    ("/cases/{id}/plan/review-date", "on-month", "4"),
    ("/cases/{id}/plan/holding/add", "organisation", ""),
    ("/cases/{id}/reviews/book", "on-month", "4"),
    // Other amounts than there are: these are refused as there already.
    ("/cases/{id}/budget/adjust", "nhs", "70000"),
    ("/cases/{id}/sign-off/decide", "decision", "not-yet"),
    ("/cases/{id}/sign-off/decide-above", "decision", "not-yet"),
];

/// The form filled in as somebody would who has read it.
pub fn sensible(form: &Form, now: i64) -> Sent {
    let mut values = vec![];
    let mut file = None;
    for field in &form.fields {
        match field.kind {
            Kind::File => {
                let bytes =
                    if form.route.ends_with("/receipts") { crate::money::photograph() } else { statement() };
                file = Some((field.name.clone(), "sent.csv".to_owned(), bytes));
            }
            // Of two ways to end a post, the one that always works.
            Kind::Button if field.name == "now" => values.push((field.name.clone(), "yes".to_owned())),
            Kind::Button => {}
            // What a phone would say, made for what the page asks.
            Kind::Hidden if field.name == "passkey" => {
                let key = testkit::passkey::SoftPasskey::new("http://localhost:8080", 77);
                let answer = form.asked.as_ref().map_or_else(String::new, |asked| key.make(asked));
                values.push((field.name.clone(), answer));
            }
            // As many as there are things on the page.
            Kind::Hidden => values.extend(field.held.iter().map(|value| (field.name.clone(), value.clone()))),
            _ => values.extend(value(form, field, now).map(|value| (field.name.clone(), value))),
        }
    }
    Sent { label: "sensible".into(), values, file }
}

fn value(form: &Form, field: &Field, now: i64) -> Option<String> {
    let known = KNOWN.iter().find(|(route, name, _)| *route == form.route && *name == field.name);
    if let Some((.., value)) = known {
        return Some((*value).to_owned());
    }
    let held = field.held.first().filter(|held| !held.is_empty()).cloned();
    let name = field.name.as_str();
    let made = match field.kind {
        Kind::Text => "Words of a test".to_owned(),
        Kind::Long => "Words that somebody typed in a test.".to_owned(),
        Kind::Email => "someone@mail.example".to_owned(),
        Kind::Money => "12.50".to_owned(),
        Kind::Number => "1".to_owned(),
        Kind::Date if name.ends_with("-day") => "2".to_owned(),
        Kind::Date if name.ends_with("-month") => "3".to_owned(),
        Kind::Date => "2026".to_owned(),
        Kind::Secret if name == "code" => {
            service::secrets::code_at(form.secret.as_deref().unwrap_or(SECOND_FACTOR), now)
        }
        Kind::Secret => "a heron on the weir".to_owned(),
        Kind::Radio | Kind::Check => field.offered.first()?.clone(),
        // A question that stands in the method is kept in the next one.
        Kind::Select if name.starts_with("out-") => return Some(String::new()),
        Kind::Select => field.offered.iter().find(|value| !value.is_empty())?.clone(),
        Kind::Hidden | Kind::File | Kind::Button => return None,
    };
    // An edit changes something: what stands there already is added to.
    match (field.kind, held) {
        (Kind::Text | Kind::Long, Some(held)) if !held.contains('@') => Some(format!("{held} And more.")),
        (_, Some(held)) => Some(held),
        (_, None) => Some(made),
    }
}

/// A statement of one line, of an account that nobody has approved.
fn statement() -> Vec<u8> {
    b"Date,Description,Amount\n04/03/2026,POOLSIDE CAFE,-12.50\n".to_vec()
}

/// Words in several scripts, with what could be taken for HTML, over two lines.
pub const ODD: &str = "👩🏽‍🦽 مرحبا \"a\" & 'b' <b>c</b>";
const NOBODYS: &str = "018f0000-0000-7000-8000-000000000000";

/// What is not what a field of this kind asks for.
fn nasty(kind: Kind) -> Vec<String> {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    match kind {
        Kind::Text => [texts(&["", "   ", ODD, "a\0b"]), vec!["é".repeat(201), "x".repeat(70_000)]].concat(),
        Kind::Long => {
            [texts(&["", "\r\n\r\nafter two lines\r\n", ODD, "a\0b"]), vec!["é".repeat(10_001)]].concat()
        }
        Kind::Email => texts(&["", "no-at", "a@b", "ü@x.example\0", ODD]),
        Kind::Money => texts(&[
            "",
            "£1,234.5",
            "-3",
            "1e9",
            "NaN",
            "１２",
            "12,34",
            "99999999999999999999",
            "٣",
            "💷",
            "12.50\0",
        ]),
        Kind::Number => texts(&["", "-1", "1.5", "1e9", "NaN", "１２", "99999999999999999999", "💷", "1\0"]),
        Kind::Secret => [texts(&["", "x", ODD, "a\0b"]), vec!["é".repeat(10_001)]].concat(),
        Kind::Radio | Kind::Check | Kind::Select => texts(&["", "no-such-choice", NOBODYS, "\0", ODD]),
        Kind::Hidden => texts(&["", "no-such", NOBODYS, "\0", "-1", "99999999999999999999"]),
        Kind::Button => texts(&["no-such"]),
        Kind::Date | Kind::File => vec![],
    }
}

/// Days that are not in the calendar, or not days at all.
const NO_DAYS: [[&str; 3]; 13] = [
    // A day that is long over.
    ["1", "3", "2001"],
    ["31", "2", "2026"],
    ["29", "2", "2027"],
    ["1", "1", "0"],
    ["1", "1", "99999"],
    ["0", "0", "0"],
    ["-1", "-1", "-1"],
    ["１", "２", "２０２７"],
    ["one", "March", "2026"],
    ["", "", ""],
    ["2", "", "2026"],
    ["💷", "\0", "NaN"],
    ["1", "1", "1880"],
];

/// Whether a field is not one more of what the page has for each of several
/// things, which it names by their keys.
fn is_the_first_of_its_kind(form: &Form, field: &Field) -> bool {
    let further = form.field("key").map_or(&[][..], |keys| keys.held.get(1..).unwrap_or_default());
    !further.iter().any(|key| field.name.contains(&format!("-{key}")))
}

/// Everything that can be wrong with a form, one thing at a time, and all of
/// it at once.
pub fn all_that_can_be_wrong(form: &Form, good: &Sent) -> Vec<Sent> {
    let mut all = vec![];
    for field in form.fields.iter().filter(|field| is_the_first_of_its_kind(form, field)) {
        for value in nasty(field.kind) {
            all.push(good.but(&field.name, &[&value]));
        }
        all.push(Sent { label: format!("without {}", field.name), ..good.but(&field.name, &[]) });
        let twice: Vec<&str> =
            good.values.iter().filter(|(n, _)| *n == field.name).map(|(_, v)| v.as_str()).collect();
        if let [one] = twice.as_slice() {
            all.push(Sent {
                label: format!("{} twice", field.name),
                ..good.but(&field.name, &[one, "other"])
            });
        }
        // What else the page offers: none of it may break anything.
        for value in field.offered.iter().take(8) {
            all.push(good.but(&field.name, &[value]));
        }
        if field.kind == Kind::Check && field.offered.len() > 1 {
            let every: Vec<&str> = field.offered.iter().map(String::as_str).collect();
            all.push(good.but(&field.name, &every));
        }
        if let Some(name) = field.name.strip_suffix("-day").filter(|_| field.kind == Kind::Date) {
            for parts in NO_DAYS {
                let mut sent = good.clone();
                for (part, value) in ["day", "month", "year"].iter().zip(parts) {
                    sent = sent.but(&format!("{name}-{part}"), &[value]);
                }
                all.push(Sent { label: format!("{name} is {parts:?}"), ..sent });
            }
        }
    }
    all.extend(whole(form, good));
    all
}

/// The form empty, all nasty at once, with much more in it than it has, and
/// with its files left out.
pub fn whole(form: &Form, good: &Sent) -> Vec<Sent> {
    let hidden = |name: &str| form.field(name).is_some_and(|f| f.kind == Kind::Hidden);
    let all_are = |label: &str, text: String| {
        let mut sent = Sent { label: label.to_owned(), file: None, ..good.clone() };
        let typed = sent.values.iter_mut().filter(|(name, _)| !hidden(name));
        typed.for_each(|(_, value)| value.clone_from(&text));
        sent
    };
    let mut more = Sent { label: "more than it has".into(), ..good.clone() };
    more.values.push(("no-such-field".into(), ODD.into()));
    more.values.extend((0..3_000).map(|n| (format!("extra-{n}"), "x".to_owned())));
    let nothing = Sent { label: "nothing at all".into(), values: vec![], file: None };
    let mut all = vec![
        all_are("all empty", String::new()),
        all_are("all odd", format!("\0{ODD}")),
        all_are("all long", "y".repeat(10_050)),
        more,
        nothing,
    ];
    if form.has_files {
        all.push(Sent { label: "no file".into(), file: None, ..good.clone() });
    }
    all
}
