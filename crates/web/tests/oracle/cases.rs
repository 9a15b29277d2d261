//! What is rendered both ways: the template's parameters, and our call.

use domain::Date;
use maud::{Markup, html};
use serde_json::{Value, json};
use web::components::*;

/// One case: a line for `render.mjs`, and our HTML.
pub struct Case {
    pub name: String,
    pub theirs: Value,
    pub ours: Markup,
}

/// `component` is a folder of the design system; its macro has the same name
/// in camel case, but for two.
fn case(component: &str, params: Value, ours: Markup) -> Case {
    let macro_name = match component {
        "do-dont-list" => "list".to_owned(),
        "tables" => "table".to_owned(),
        "images" => "image".to_owned(),
        name => {
            let mut parts = name.split('-');
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |all, part| all + &part[..1].to_uppercase() + &part[1..])
        }
    };
    let theirs = json!({ "component": component, "macro": macro_name, "params": params });
    Case { name: format!("{component} {params}"), theirs, ours }
}

pub fn all() -> Vec<Case> {
    [buttons_and_links(), parts(), typed_fields(), chosen_fields(), notices(), lists(), tables(), pages()]
        .into_iter()
        .flatten()
        .collect()
}

fn buttons_and_links() -> Vec<Case> {
    vec![
        case("button", json!({"text": "Go"}), button(&Button { text: "Go", ..Button::default() })),
        case("button", json!({"text": "Go", "preventDoubleClick": true}), button(&Button::submit("Go"))),
        case("button", json!({"text": "Go", "href": "/x"}), button(&Button::to("Go", "/x"))),
        case(
            "button",
            json!({"text": "Go <b>", "variant": "secondary", "preventDoubleClick": true}),
            button(&Button::secondary("Go <b>")),
        ),
        case(
            "button",
            json!({"text": "Go", "variant": "warning", "name": "n", "value": "v", "small": true}),
            button(&Button {
                text: "Go",
                look: Look::Warning,
                name: Some("n"),
                value: Some("v"),
                small: true,
                ..Button::default()
            }),
        ),
        case(
            "button",
            json!({"text": "Go", "variant": "reverse", "href": "/x"}),
            button(&Button { look: Look::Reverse, ..Button::to("Go", "/x") }),
        ),
        case("back-link", json!({"href": "/b", "text": "Back"}), back_link("/b", "Back")),
        case(
            "back-link",
            json!({"href": "/b", "text": "Back to <Alice>"}),
            back_link("/b", "Back to <Alice>"),
        ),
        case("skip-link", json!({"href": "#maincontent", "text": "Skip to main content"}), skip_link()),
        case("action-link", json!({"href": "/t", "text": "Ask"}), action_link("/t", "Ask")),
        case(
            "action-link",
            json!({"href": "/t?a=1&b=2", "text": "A & B"}),
            action_link("/t?a=1&b=2", "A & B"),
        ),
        case(
            "breadcrumb",
            json!({"items": [{"href": "/a", "text": "A"}, {"href": "/b", "text": "B"}]}),
            breadcrumb(&[("/a".into(), "A".into()), ("/b".into(), "B".into())]),
        ),
        case(
            "breadcrumb",
            json!({"items": [{"href": "/a", "text": "A"}]}),
            breadcrumb(&[("/a".into(), "A".into())]),
        ),
    ]
}

fn parts() -> Vec<Case> {
    let l = |text, size, heading| label(&Label { text, of: "h", size, heading, class: "" });
    vec![
        case("label", json!({"text": "T", "for": "h"}), l("T", Size::Plain, false)),
        case("label", json!({"text": "T", "for": "h", "size": "m"}), l("T", Size::M, false)),
        case(
            "label",
            json!({"text": "T", "for": "h", "size": "l", "isPageHeading": true}),
            l("T", Size::L, true),
        ),
        case("hint", json!({"text": "T & U", "id": "h"}), hint("h", "T & U")),
        case("hint", json!({"text": "<b>", "id": "i"}), hint("i", "<b>")),
        case("error-message", json!({"text": "T", "id": "h"}), error_message("h", "T")),
        case(
            "error-message",
            json!({"text": "Enter \"it\"", "id": "x-error"}),
            error_message("x-error", "Enter \"it\""),
        ),
        case(
            "fieldset",
            json!({"legend": {"text": "L", "size": "l", "isPageHeading": true}, "describedBy": "x", "html": "<p>x</p>"}),
            fieldset(
                &Fieldset { legend: "L", size: Size::L, heading: true, described_by: "x", role: None },
                &html! { p { "x" } },
            ),
        ),
        case(
            "fieldset",
            json!({"legend": {"text": "L"}, "html": "<p>x</p>"}),
            fieldset(&Fieldset { legend: "L", ..Fieldset::default() }, &html! { p { "x" } }),
        ),
    ]
}

fn typed_fields() -> Vec<Case> {
    vec![
        case("input", json!({"id": "a", "name": "a", "label": {"text": "A"}}), input(&Input::new("a", "A"))),
        case(
            "input",
            json!({"id": "a", "name": "a", "label": {"text": "Amount", "size": "m", "isPageHeading": true},
                "hint": {"text": "Hint"}, "errorMessage": {"text": "Bad"}, "prefix": "£", "suffix": "a week",
                "width": 5, "inputmode": "decimal", "autocomplete": "off", "spellcheck": false, "value": "12 <\"",
                "type": "text"}),
            input(&Input {
                size: Size::M,
                heading: true,
                hint: Some("Hint"),
                error: Some("Bad"),
                suffix: Some("a week"),
                width: Some(5),
                autocomplete: Some("off"),
                spellcheck: Some(false),
                value: "12 <\"",
                ..Input::money("a", "Amount")
            }),
        ),
        case(
            "input",
            json!({"id": "e", "name": "e", "label": {"text": "E"}, "type": "email", "hint": {"text": "H"}}),
            input(&Input { keyboard: Some(Keyboard::Email), hint: Some("H"), ..Input::new("e", "E") }),
        ),
        case(
            "input",
            json!({"id": "e", "name": "e", "label": {"text": "E"}, "inputmode": "numeric", "errorMessage": {"text": "B"}}),
            input(&Input { keyboard: Some(Keyboard::Numbers), error: Some("B"), ..Input::new("e", "E") }),
        ),
        case(
            "input",
            json!({"id": "e", "name": "e", "label": {"text": "E"}, "type": "tel", "autocomplete": "tel"}),
            input(&Input {
                keyboard: Some(Keyboard::Telephone),
                autocomplete: Some("tel"),
                ..Input::new("e", "E")
            }),
        ),
        case(
            "textarea",
            json!({"id": "a", "name": "a", "label": {"text": "A"}}),
            textarea(&Textarea::new("a", "A")),
        ),
        case(
            "textarea",
            json!({"id": "a", "name": "a", "label": {"text": "A", "size": "s"}, "value": "one\n  two </textarea>", "rows": 8,
                "hint": {"text": "H"}, "errorMessage": {"text": "Bad"}, "spellcheck": true}),
            textarea(&Textarea {
                size: Size::S,
                value: "one\n  two </textarea>",
                rows: 8,
                hint: Some("H"),
                error: Some("Bad"),
                spellcheck: Some(true),
                ..Textarea::new("a", "A")
            }),
        ),
        case(
            "character-count",
            json!({"id": "a", "name": "a", "maxlength": 200, "label": {"text": "A"}}),
            textarea(&Textarea { most: Some(200), ..Textarea::new("a", "A") }),
        ),
        case(
            "character-count",
            json!({"id": "a", "name": "a", "maxlength": 200, "label": {"text": "A"}, "hint": {"text": "H"}, "value": "x",
                "errorMessage": {"text": "Bad"}}),
            textarea(&Textarea {
                most: Some(200),
                hint: Some("H"),
                value: "x",
                error: Some("Bad"),
                ..Textarea::new("a", "A")
            }),
        ),
        case(
            "date-input",
            date_params(json!({"fieldset": {"legend": {"text": "When?"}}}), None),
            date_input(&DateInput::new("dob", "When?")),
        ),
        case(
            "date-input",
            date_params(
                json!({"fieldset": {"legend": {"text": "When?", "size": "m", "isPageHeading": true}}, "hint": {"text": "H"},
                    "errorMessage": {"text": "Bad"}}),
                Some(["27", "3", "2026"]),
            ),
            date_input(&DateInput {
                size: Size::M,
                heading: true,
                hint: Some("H"),
                error: Some("Bad"),
                ..DateInput::new("dob", "When?").on(Date::constant(2026, 3, 27))
            }),
        ),
        case(
            "file-upload",
            json!({"id": "f", "name": "f", "label": {"text": "L"}}),
            file_upload(&FileUpload::new("f", "L")),
        ),
        case(
            "file-upload",
            json!({"id": "f", "name": "f", "label": {"text": "L", "size": "m"}, "hint": {"text": "H"},
                "errorMessage": {"text": "Bad"}, "multiple": true, "attributes": {"accept": ".csv"}}),
            file_upload(&FileUpload {
                size: Size::M,
                hint: Some("H"),
                error: Some("Bad"),
                multiple: true,
                accept: Some(".csv"),
                ..FileUpload::new("f", "L")
            }),
        ),
        case(
            "password-input",
            json!({"id": "p", "name": "p", "label": {"text": "P"}}),
            password(&Password::new("p", "P")),
        ),
        case(
            "password-input",
            json!({"id": "p", "name": "p", "label": {"text": "P"}, "autocomplete": "new-password", "hint": {"text": "H"},
                "errorMessage": {"text": "Bad"}}),
            password(&Password {
                autocomplete: "new-password",
                hint: Some("H"),
                error: Some("Bad"),
                ..Password::new("p", "P")
            }),
        ),
    ]
}

/// The template names boxes `dob[day]`; ours are `dob-day`, which it takes as
/// each item's own name.
fn date_params(mut params: Value, values: Option<[&str; 3]>) -> Value {
    let item = |i: usize, part: &str, label: &str, width: u8| {
        let mut item = json!({"id": format!("dob-{part}"), "name": format!("dob-{part}"), "label": label, "width": width});
        if let Some(values) = values {
            item["value"] = json!(values[i]);
        }
        item
    };
    params["id"] = json!("dob");
    params["items"] =
        json!([item(0, "day", "Day", 2), item(1, "month", "Month", 2), item(2, "year", "Year", 4)]);
    params
}

fn chosen_fields() -> Vec<Case> {
    let plain = json!([{"value": "yes", "text": "Yes"}, {"value": "no", "text": "No"}]);
    let rich = |checkbox: bool| {
        let mut items = json!([
            {"value": "yes", "text": "Yes", "checked": true, "hint": {"text": "h1"}, "conditional": {"html": "<p>x</p>"}},
            {"value": "b", "text": "B <i>", "conditional": {"html": "<p>y</p>"}},
            {"divider": "or"},
            {"value": "no", "text": "No"}
        ]);
        if checkbox {
            items[3]["exclusive"] = json!(true);
        }
        json!({"idPrefix": "c", "name": "c", "fieldset": {"legend": {"text": "Which?", "size": "l", "isPageHeading": true}},
            "hint": {"text": "H"}, "errorMessage": {"text": "Bad"}, "items": items})
    };
    let ours = |alone| Choices {
        size: Size::L,
        heading: true,
        hint: Some("H"),
        error: Some("Bad"),
        chosen: vec!["yes"],
        ..Choices::new(
            "c",
            "Which?",
            vec![
                Choice::new("yes", "Yes").hint("h1").reveals(html! { p { "x" } }),
                Choice::new("b", "B <i>").reveals(html! { p { "y" } }),
                Choice { alone, ..Choice::new("no", "No").after("or") },
            ],
        )
    };
    let options = [("", "Choose"), ("b", "B & C")];
    vec![
        case(
            "radios",
            json!({"idPrefix": "c", "name": "c", "inline": true, "fieldset": {"legend": {"text": "Q"}}, "items": plain}),
            radios(&Choices::yes_no("c", "Q")),
        ),
        case(
            "radios",
            json!({"idPrefix": "c", "name": "c", "small": true, "items": plain}),
            radios(&Choices { small: true, inline: false, ..Choices::yes_no("c", "") }),
        ),
        case("radios", rich(false), radios(&ours(false))),
        case(
            "checkboxes",
            json!({"idPrefix": "c", "name": "c", "fieldset": {"legend": {"text": "Q"}}, "items": plain}),
            checkboxes(&Choices { inline: false, ..Choices::yes_no("c", "Q") }),
        ),
        case("checkboxes", rich(true), checkboxes(&ours(true))),
        case(
            "checkboxes",
            json!({"idPrefix": "c", "name": "c", "small": true, "hint": {"text": "H"},
                "fieldset": {"legend": {"text": "Q", "size": "s"}}, "items": plain}),
            checkboxes(&Choices {
                small: true,
                inline: false,
                size: Size::S,
                hint: Some("H"),
                ..Choices::yes_no("c", "Q")
            }),
        ),
        case(
            "select",
            json!({"id": "s", "name": "s", "label": {"text": "L"}, "items": [{"value": "", "text": "Choose"}, {"value": "b", "text": "B & C"}]}),
            select(&Select::new("s", "L", &options)),
        ),
        case(
            "select",
            json!({"id": "s", "name": "s", "label": {"text": "L", "size": "m"}, "hint": {"text": "H"}, "errorMessage": {"text": "Bad"},
                "items": [{"value": "", "text": "Choose"}, {"value": "b", "text": "B & C", "selected": true}]}),
            select(&Select {
                size: Size::M,
                hint: Some("H"),
                error: Some("Bad"),
                value: "b",
                ..Select::new("s", "L", &options)
            }),
        ),
    ]
}

fn notices() -> Vec<Case> {
    let tags = [
        ("white", Colour::White),
        ("grey", Colour::Grey),
        ("green", Colour::Green),
        ("aqua-green", Colour::AquaGreen),
        ("blue", Colour::Blue),
        ("purple", Colour::Purple),
        ("pink", Colour::Pink),
        ("red", Colour::Red),
        ("orange", Colour::Orange),
        ("yellow", Colour::Yellow),
    ];
    let mut all: Vec<Case> = tags
        .into_iter()
        .map(|(name, colour)| case("tag", json!({"text": "T", "colour": name}), tag(&Tag::new("T", colour))))
        .collect();
    all.extend([
        case("tag", json!({"text": "<T>"}), tag(&Tag::new("<T>", Colour::Plain))),
        case(
            "error-summary",
            json!({"titleText": "There is a problem", "errorList": [{"text": "A", "href": "#a"}, {"text": "B <b>"}]}),
            error_summary("There is a problem", &[("#a".into(), "A".into()), (String::new(), "B <b>".into())]),
        ),
        case(
            "error-summary",
            json!({"titleText": "T", "errorList": [{"text": "A", "href": "#a-day"}]}),
            error_summary("T", &[("#a-day".into(), "A".into())]),
        ),
        case(
            "warning-callout",
            json!({"heading": "Tell us", "headingLevel": 2, "html": "<p>x</p>"}),
            warning_callout("Tell us", 2, &html! { p { "x" } }),
        ),
        case(
            "warning-callout",
            json!({"heading": "Important things", "html": "<p>x</p>"}),
            warning_callout("Important things", 3, &html! { p { "x" } }),
        ),
        case("inset-text", json!({"html": "<p>x</p>"}), inset_text(&html! { p { "x" } })),
        case("inset-text", json!({"html": "<p>x &amp; y</p><p>z</p>"}), inset_text(&html! { p { "x & y" } p { "z" } })),
        case(
            "details",
            json!({"summaryText": "S", "html": "<p>x</p>"}),
            details(&Details::new("S", html! { p { "x" } })),
        ),
        case(
            "details",
            json!({"summaryText": "S", "html": "<p>x</p>", "open": true}),
            details(&Details { open: true, ..Details::new("S", html! { p { "x" } }) }),
        ),
        case(
            "details",
            json!({"summaryText": "S", "html": "<p>x</p>", "classes": "nhsuk-expander"}),
            details(&Details { expander: true, ..Details::new("S", html! { p { "x" } }) }),
        ),
        case(
            "notification-banner",
            json!({"html": "<p>x</p>"}),
            notification("Important", &html! { p { "x" } }),
        ),
        case(
            "notification-banner",
            json!({"titleText": "News", "html": "<p>x</p>"}),
            notification("News", &html! { p { "x" } }),
        ),
        case(
            "notification-banner",
            json!({"text": "Saved <it>", "variant": "success", "disableAutoFocus": true}),
            success("Saved <it>"),
        ),
        case("panel", json!({"titleText": "T", "html": "<p>x</p>"}), panel("T", &html! { p { "x" } })),
        case("panel", json!({"titleText": "Sent & done", "html": "<p>x</p><p>y</p>"}), panel("Sent & done", &html! { p { "x" } p { "y" } })),
    ]);
    all
}

fn lists() -> Vec<Case> {
    let change = || RowLink::new("/x", "Change", "name");
    let rows = || {
        vec![
            Row::text("K", "V <b>").action(change()).action(RowLink::new("/y", "Remove", "name")),
            Row::html("K2", html! { p { "x" } }),
        ]
    };
    let their_rows = json!([
        {"key": {"text": "K"}, "value": {"text": "V <b>"}, "actions": {"items": [
            {"href": "/x", "text": "Change", "visuallyHiddenText": "name"},
            {"href": "/y", "text": "Remove", "visuallyHiddenText": "name"}]}},
        {"key": {"text": "K2"}, "value": {"html": "<p>x</p>"}}
    ]);
    let task = |title: &str, href: Option<&str>, hint: Option<&str>, status| Task {
        title: title.into(),
        href: href.map(str::to_owned),
        hint: hint.map(str::to_owned),
        status,
    };
    let contents = [NavItem::new("/a", "A", true), NavItem::new("/b", "B", false)];
    vec![
        case("summary-list", json!({"rows": their_rows}), summary_list(&SummaryList::new(rows()))),
        case(
            "summary-list",
            json!({"card": {"heading": "Card", "headingLevel": 3}, "rows": their_rows}),
            summary_list(&SummaryList { card: Some("Card"), level: 3, ..SummaryList::new(rows()) }),
        ),
        case(
            "summary-list",
            json!({"classes": "nhsuk-summary-list--no-border", "rows": [{"key": {"text": "K"}, "value": {"text": "V"},
                "actions": {"items": [{"href": "/x", "text": "Change", "visuallyHiddenText": "name"}]}}]}),
            summary_list(&SummaryList {
                no_border: true,
                ..SummaryList::new(vec![Row::text("K", "V").action(change())])
            }),
        ),
        case(
            "task-list",
            json!({"idPrefix": "t", "items": [
                {"title": {"text": "A"}, "href": "/a", "hint": {"text": "h"},
                    "status": {"text": "Completed", "classes": "nhsuk-task-list__status--completed"}},
                {"title": {"text": "B"}, "href": "/b", "status": {"tag": {"text": "To do", "colour": "blue"}}},
                {"title": {"text": "C"}, "status": {"text": "Cannot start yet", "classes": "nhsuk-task-list__status--cannot-start-yet"}}]}),
            task_list(
                "t",
                &[
                    task("A", Some("/a"), Some("h"), Status::Done("Completed".into())),
                    task("B", Some("/b"), None, Status::Tag(Tag::new("To do", Colour::Blue))),
                    task("C", None, None, Status::Waiting("Cannot start yet".into())),
                ],
            ),
        ),
        case(
            "do-dont-list",
            json!({"title": "Do", "type": "tick", "items": [{"text": "a"}, {"text": "b & c"}]}),
            do_list("Do", &["a", "b & c"]),
        ),
        case(
            "do-dont-list",
            json!({"title": "Don't", "type": "cross", "hidePrefix": true, "items": [{"text": "a"}]}),
            dont_list("Don't", &["a"]),
        ),
        case(
            "contents-list",
            json!({"items": [{"href": "/a", "text": "A", "current": true}, {"href": "/b", "text": "B"}]}),
            contents_list(&contents),
        ),
        case(
            "card",
            json!({"heading": "H", "headingLevel": 2, "headingSize": "m", "descriptionHtml": "<p>x</p>"}),
            card(&Card::new("H", html! { p { "x" } })),
        ),
        case(
            "card",
            json!({"heading": "H", "headingLevel": 3, "headingSize": "m", "href": "/x", "clickable": true, "description": "d"}),
            card(&Card {
                level: 3,
                ..Card::to("H", "/x", html! { p class="nhsuk-card__description" { "d" } })
            }),
        ),
        case(
            "card",
            json!({"heading": "H", "variant": "feature", "description": "d"}),
            card(&Card {
                feature: true,
                size: Size::Plain,
                ..Card::new("H", html! { p class="nhsuk-card__description" { "d" } })
            }),
        ),
        case(
            "images",
            json!({"src": "/a.png", "alt": "A tree", "caption": "c"}),
            image("/a.png", "A tree", Some("c")),
        ),
        case("images", json!({"src": "/a.png", "alt": "A \"tree\""}), image("/a.png", "A \"tree\"", None)),
    ]
}

fn tables() -> Vec<Case> {
    let columns = || vec![Column::text("A"), Column::number("B")];
    let rows = || vec![vec![cell("a <b>"), cell("1")], vec![cell("c"), cell("22")]];
    let head = json!([{"text": "A"}, {"text": "B", "format": "numeric"}]);
    let plain = json!([[{"text": "a <b>"}, {"text": "1", "format": "numeric"}], [{"text": "c"}, {"text": "22", "format": "numeric"}]]);
    let responsive = json!([
        [{"header": "A", "text": "a <b>"}, {"header": "B", "text": "1", "format": "numeric"}],
        [{"header": "A", "text": "c"}, {"header": "B", "text": "22", "format": "numeric"}]
    ]);
    let table_of = |size, first_names_row, responsive| {
        table(&Table { size, first_names_row, responsive, ..Table::new("C", columns(), rows()) })
    };
    vec![
        case(
            "tables",
            json!({"caption": "C", "head": head, "rows": plain}),
            table_of(Size::Plain, false, false),
        ),
        case(
            "tables",
            json!({"caption": "C", "captionSize": "m", "firstCellIsHeader": true, "head": head, "rows": plain}),
            table_of(Size::M, true, false),
        ),
        case(
            "tables",
            json!({"caption": "C", "responsive": true, "head": head, "rows": responsive}),
            table_of(Size::Plain, false, true),
        ),
        case(
            "tables",
            json!({"caption": "C", "responsive": true, "firstCellIsHeader": true, "head": head, "rows": responsive}),
            table_of(Size::Plain, true, true),
        ),
    ]
}

fn pages() -> Vec<Case> {
    let nav = [NavItem::new("/a", "A", true), NavItem::new("/b", "B", false)];
    let tab = |id, label, words: &str| Tab { id, label, content: html! { p { (words) } } };
    let full = Header {
        service_name: "S",
        organisation_name: "Org",
        logo: Some("/x.png"),
        home: "/",
        account: vec![
            AccountItem::Name("mary".into()),
            AccountItem::Link("/me".into(), "Account".into()),
            AccountItem::Post("/out".into(), html! {}, "Sign out".into()),
        ],
        nav: &nav,
    };
    vec![
        case(
            "header",
            json!({"service": {"text": "S", "href": "/"}, "organisation": {"name": "Org"},
                "logo": {"src": "/x.png", "ariaLabel": "Org S homepage"},
                "account": {"items": [{"text": "mary", "icon": true}, {"href": "/me", "text": "Account"},
                    {"action": "/out", "method": "post", "text": "Sign out"}]},
                "navigation": {"items": [{"href": "/a", "text": "A", "current": true}, {"href": "/b", "text": "B"}]}}),
            header(&full),
        ),
        case(
            "header",
            json!({"service": {"text": "S & T", "href": "/"}, "organisation": {"name": "Org"},
                "logo": {"src": "/x.png", "ariaLabel": "Org S & T homepage"}}),
            header(&Header { service_name: "S & T", account: vec![], nav: &[], ..full.clone() }),
        ),
        case(
            "footer",
            json!({"meta": {"items": [{"href": "/a", "text": "A"}, {"href": "/b", "text": "B"}]}, "copyright": {"text": "c"}}),
            footer(&[("/a", "A"), ("/b", "B")], "c"),
        ),
        case(
            "footer",
            json!({"meta": {"items": [{"href": "/a", "text": "A <"}]}, "copyright": {"text": "c & d"}}),
            footer(&[("/a", "A <")], "c & d"),
        ),
        case(
            "pagination",
            json!({"previousUrl": "/p", "previousPage": "P", "nextUrl": "/n", "nextPage": "N & M"}),
            guide_pagination(Some(("/p", "P")), Some(("/n", "N & M"))),
        ),
        case(
            "pagination",
            json!({"nextUrl": "/n", "nextPage": "N"}),
            guide_pagination(None, Some(("/n", "N"))),
        ),
        case(
            "pagination",
            json!({"previous": {"href": "/2"}, "next": {"href": "/4"}, "items": [
                {"number": 1, "href": "/1"}, {"number": 2, "href": "/2"}, {"number": 3, "href": "/3", "current": true},
                {"number": 4, "href": "/4"}, {"ellipsis": true}, {"number": 9, "href": "/9"}]}),
            pagination(3, 9, |n| format!("/{n}")),
        ),
        case(
            "pagination",
            json!({"next": {"href": "/2"}, "items": [{"number": 1, "href": "/1", "current": true}, {"number": 2, "href": "/2"}]}),
            pagination(1, 2, |n| format!("/{n}")),
        ),
        case(
            "tabs",
            json!({"title": "T", "items": [{"id": "x", "label": "X", "panel": {"html": "<p>x</p>"}},
                {"id": "y", "label": "Y", "panel": {"html": "<p>y</p>"}}]}),
            tabs("T", &[tab("x", "X", "x"), tab("y", "Y", "y")]),
        ),
        case(
            "tabs",
            json!({"title": "T <", "items": [{"id": "x", "label": "X & Z", "panel": {"html": "<p>x</p>"}}]}),
            tabs("T <", &[tab("x", "X & Z", "x")]),
        ),
    ]
}
