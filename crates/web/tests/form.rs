//! Forms: every class of bad input, and that nothing typed is lost.

use axum::body::Body;
use axum::extract::FromRequest;
use axum::http::{Request, StatusCode};
use domain::{Date, Pence, Refusal};
use std::str::FromStr;
use web::components::{DateInput, Input, Textarea, date_input, input, textarea};
use web::form::{Form, MOST_BYTES};

fn message(text: &str, read: impl Fn(&mut Form)) -> Option<String> {
    let mut form = Form::filled([("f", text)]);
    read(&mut form);
    assert!(form.errors.len() < 2, "one field, one message");
    form.error_for("f").map(str::to_owned)
}

#[test]
fn a_body_is_read_in_order_and_in_any_script() {
    let form = Form::parse(
        "day=mon&a=1+2&day=fri&n=%D9%85%D8%B1%D8%AD%D8%A8%D8%A7&e=%F0%9F%91%A9&bad=%FF&empty=".as_bytes(),
    );
    assert_eq!(form.texts("day").collect::<Vec<_>>(), ["mon", "fri"]);
    assert_eq!(form.text("a"), "1 2");
    assert_eq!(form.text("n"), "مرحبا");
    assert_eq!(form.text("e"), "👩");
    assert_eq!(form.text("bad"), "\u{fffd}");
    assert_eq!((form.text("empty"), form.text("absent")), ("", ""));
    assert_eq!(Form::parse(b"").values.len(), 0);
    assert_eq!(Form::parse(b"&&==&%").text("a"), "");
}

#[test]
fn lines() {
    let read = |text: &str| {
        message(text, |form| {
            form.line("f", "your name");
        })
    };
    assert_eq!(read("").as_deref(), Some("Enter your name"));
    assert_eq!(read(" \t\r\n").as_deref(), Some("Enter your name"));
    assert_eq!(
        read(&"x".repeat(212)).as_deref(),
        Some("Your name must be 200 characters or fewer. It is 12 too long")
    );
    assert_eq!(
        read("a\0b").as_deref(),
        Some("Take out characters that cannot be shown from your name, then try again")
    );
    for fine in ["Ülkü", "👩🏽‍🦽", "مرحبا", "O'Hara", "<b>Alice</b>", &"é".repeat(200)] {
        assert_eq!(read(fine), None, "{fine}");
    }
}

#[test]
fn prose_may_be_long_but_not_endless() {
    let read = |text: &str| {
        message(text, |form| {
            form.prose("f", "your story");
        })
    };
    assert_eq!(read(&"x".repeat(10_000)), None);
    assert_eq!(
        read(&"x".repeat(10_001)).as_deref(),
        Some("Your story must be 10,000 characters or fewer. It is 1 too long")
    );
    assert_eq!(read("").as_deref(), Some("Enter your story"));
}

#[test]
fn optional_fields_may_be_blank_but_not_wrong() {
    let mut form = Form::filled([("a", " "), ("b", "x"), ("d-day", "")]);
    assert_eq!(form.optional_line("a", "a"), None);
    assert_eq!(form.optional_prose("a", "a"), None);
    assert_eq!(form.optional_money("a", "a"), None);
    assert_eq!(form.optional_date("d", "d"), None);
    assert_eq!(form.optional_choice::<Side>("a", "a"), None);
    assert!(form.is_ok());
    form.optional_money("b", "the amount");
    assert_eq!(form.error_for("b"), Some("The amount must be a number of pounds, like 120 or 120.50"));
}

#[test]
fn amounts() {
    let read = |text: &str| {
        message(text, |form| {
            form.money("f", "the cost");
        })
        .unwrap_or_default()
    };
    for (text, says) in [
        ("", "Enter the cost"),
        ("£", "Enter the cost"),
        ("£1,234.5", "The cost must have 2 numbers after the point, like 120.50"),
        ("-3", "The cost must be 0 or more, without a minus sign"),
        ("1e9", "The cost must be a number of pounds, like 120 or 120.50"),
        ("ten", "The cost must be a number of pounds, like 120 or 120.50"),
        ("💷", "The cost must be a number of pounds, like 120 or 120.50"),
        ("٣", "The cost must be a number of pounds, like 120 or 120.50"),
        ("NaN", "The cost must be a number of pounds, like 120 or 120.50"),
        ("12,34", "Check the comma in the cost. Use it for thousands only, like 1,200.50, or leave it out"),
        ("99999999999999999999", "The cost must be under £10,000,000"),
    ] {
        assert_eq!(read(text), says, "{text}");
    }
    assert_eq!(Form::filled([("f", "£1,234.50")]).money("f", "the cost"), Some(Pence(123_450)));
}

fn dated(day: &str, month: &str, year: &str) -> Form {
    Form::filled([("d-day", day), ("d-month", month), ("d-year", year)])
}

#[test]
fn dates() {
    for (boxes, says, id) in [
        (["", "", ""], "Enter the start date", "d-day"),
        (["1", "", "2026"], "The start date must have a day, a month and a year", "d-month"),
        (["1", "2", " "], "The start date must have a day, a month and a year", "d-year"),
        (["", "2", "2026"], "The start date must have a day, a month and a year", "d-day"),
        (["29", "2", "2026"], "The start date must be a real date, with all 4 numbers of the year", "d-day"),
        (["31", "4", "2026"], "The start date must be a real date, with all 4 numbers of the year", "d-day"),
        (["0", "0", "0"], "The start date must be a real date, with all 4 numbers of the year", "d-day"),
        (["1", "1", "26"], "The start date must be a real date, with all 4 numbers of the year", "d-day"),
        (["-1", "1", "2026"], "The start date must be numbers, like 27 3 2026", "d-day"),
        (["1e1", "1", "2026"], "The start date must be numbers, like 27 3 2026", "d-day"),
        (["one", "1", "2026"], "The start date must be numbers, like 27 3 2026", "d-day"),
        (["👩", "1", "2026"], "The start date must be numbers, like 27 3 2026", "d-day"),
        (["1", "1", "99999999999"], "The start date must be numbers, like 27 3 2026", "d-day"),
    ] {
        let mut form = dated(boxes[0], boxes[1], boxes[2]);
        assert_eq!(form.date("d", "the start date"), None, "{boxes:?}");
        assert_eq!(form.error_for("d"), Some(says), "{boxes:?}");
        assert_eq!(form.errors[0].id, id, "{boxes:?}");
        let shown = date_input(&DateInput::new("d", "When?").with(&form)).0;
        for typed in boxes.iter().filter(|text| !text.trim().is_empty()) {
            assert!(shown.contains(&format!("value=\"{typed}\"")), "{typed} is still there");
        }
        assert!(shown.contains(&format!("id=\"{id}\"")), "the summary leads to a box that is there");
    }
    assert_eq!(dated("27", "3", "2026").date("d", "it"), Some(Date::constant(2026, 3, 27)));
}

#[test]
fn email_addresses() {
    let read = |text: &str| {
        message(text, |form| {
            form.email("f", "your email address");
        })
    };
    for wrong in [
        "alice",
        "alice@",
        "@example.com",
        "a@b",
        "a b@example.com",
        "a@b@example.com",
        "a@example..com",
        "<a@example.com>",
        "a@example.com\nBcc: b@example.com",
    ] {
        assert_eq!(
            read(wrong).as_deref(),
            Some("Your email address must be like name@example.com"),
            "{wrong}"
        );
    }
    assert_eq!(read("").as_deref(), Some("Enter your email address"));
    for fine in ["alice@example.com", "o'hara+phb@mail.example.co.uk", "ülkü@beispiel.example"] {
        assert_eq!(read(fine), None, "{fine}");
    }
}

#[derive(Debug, PartialEq)]
enum Side {
    Left,
    Right,
}

impl FromStr for Side {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "left" => Ok(Self::Left),
            "right" => Ok(Self::Right),
            _ => Err(()),
        }
    }
}

#[test]
fn closed_sets() {
    let read = |text: &str| {
        message(text, |form| {
            form.choice::<Side>("f", "a side");
        })
    };
    assert_eq!(read(""), Some("Choose a side".into()));
    assert_eq!(read("up"), Some("Choose a side".into()), "a value that was never offered");
    assert_eq!(read("left"), None);
    let mut form = Form::parse(b"s=left&s=right&t=left&t=up&y=perhaps");
    assert_eq!(form.choices::<Side>("s", "sides"), Some(vec![Side::Left, Side::Right]));
    assert_eq!(form.choices::<Side>("none", "sides"), Some(vec![]));
    assert_eq!(form.choices::<Side>("t", "sides"), None);
    assert_eq!(form.yes_no("y", "the offer"), None);
    assert_eq!(form.error_for("y"), Some("Choose yes or no for the offer"));
}

#[test]
fn whole_numbers() {
    let read = |text: &str| {
        message(text, |form| {
            form.number("f", "hours a week", 0, 168);
        })
    };
    assert_eq!(read(""), Some("Enter hours a week".into()));
    for wrong in ["-1", "+1", "1.5", "1e1", "169", "99999999999", "x", "٣"] {
        assert_eq!(read(wrong), Some("Hours a week must be a whole number from 0 to 168".into()), "{wrong}");
    }
    assert_eq!(read(" 168 "), None);
}

#[test]
fn a_refusal_is_put_beside_its_field_or_in_the_summary() {
    let mut form = dated("1", "2", "2026");
    form.refuse(&Refusal::invalid("d", "This is before the plan starts"));
    form.refuse(&Refusal::not_yet("The plan has no outcomes", "Add one first"));
    assert_eq!(form.error_for("d"), Some("This is before the plan starts"));
    let summary = form.error_summary().0;
    assert!(summary.contains("href=\"#d-day\""), "{summary}");
    assert!(summary.contains("<li>The plan has no outcomes. Add one first</li>"), "{summary}");
    assert_eq!(Form::empty().error_summary().0, "", "nothing is wrong, nothing is said");
}

#[test]
fn what_was_typed_is_shown_again_as_text() {
    let typed = "<script>alert(1)</script>\" onfocus=\"x";
    let form = Form::filled([("f", typed), ("g", "\nfirst line is blank"), ("h", "</textarea><img src=x>")]);
    let line = input(&Input::new("f", "F").with(&form)).0;
    let page = scraper::Html::parse_fragment(&line);
    let all: Vec<_> = page.select(&scraper::Selector::parse("input").expect("css")).collect();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].value().attr("value"), Some(typed));
    assert_eq!(all[0].value().attr("onfocus"), None);
    for (field, text) in [("g", "\nfirst line is blank"), ("h", "</textarea><img src=x>")] {
        let page = scraper::Html::parse_fragment(&textarea(&Textarea::new(field, "T").with(&form)).0);
        let area =
            page.select(&scraper::Selector::parse("textarea").expect("css")).next().expect("it is there");
        assert_eq!(area.text().collect::<String>(), text, "not a character is lost");
    }
}

#[tokio::test]
async fn a_body_within_the_limit_is_read_and_a_longer_one_is_refused() {
    let send = |size: usize| {
        Request::builder().body(Body::from(format!("f={}", "x".repeat(size)))).expect("a request")
    };
    let form = Form::from_request(send(MOST_BYTES - 2), &()).await.expect("within the limit");
    assert_eq!(form.text("f").len(), MOST_BYTES - 2);
    let refused = Form::from_request(send(MOST_BYTES - 1), &()).await.expect_err("over the limit");
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
}
