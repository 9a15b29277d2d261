//! The gallery's pages. The browser test shows them too.

use domain::Pence;
use maud::{Markup, html};
use web::components::*;
use web::form::Form;
use web::look::Look as Installation;
use web::page::{Kind, Shell, WhoAmI, page as document};
use web::picture::{
    Forecast, MoneyBar, Month, Stage, StageStatus, Thread, ThreadLine, budget_split, golden_thread,
    money_bar, path_of_stages, run_out_chart,
};

pub const NAMES: [&str; 6] = ["public", "person", "thread", "form", "errors", "staff"];

/// The page of this name.
pub fn page(name: &str) -> Option<Markup> {
    let look = Installation {
        service_name: "Personal health budgets".into(),
        organisation_name: "Westmarch Care Partnership".into(),
        demo: name != "staff",
        ..Installation::default()
    };
    let who = WhoAmI { name: "Robert Carter".into(), role_words: "family carer".into() };
    let mut shell = Shell { signed_in: Some(who), ..Shell::new(&look, "Gallery") };
    let person_nav = [
        NavItem::new("/person", "My budget", name == "person"),
        NavItem::new("/thread", "My plan", name == "thread"),
        NavItem::new("/money", "My money", false),
        NavItem::new("/people", "My people", false),
        NavItem::new("/history", "What happened", false),
    ];
    let staff_nav = [
        NavItem::new("/staff", "Waiting for me", true),
        NavItem::new("/cases", "All people", false),
        NavItem::new("/money", "Money", false),
    ];
    let crumbs = [("/".to_owned(), "Home".to_owned()), ("/guide".to_owned(), "Guide".to_owned())];
    let content = match name {
        "public" => {
            shell.signed_in = None;
            shell.breadcrumbs = &crumbs;
            public()
        }
        "person" => {
            shell.kind = Kind::Person;
            shell.nav = &person_nav;
            shell.flash = Some("Your answers are saved".into());
            person()
        }
        "thread" => {
            shell.kind = Kind::Person;
            shell.nav = &person_nav;
            thread()
        }
        "form" => {
            shell.kind = Kind::Person;
            shell.back = Some(("/person".into(), "Back to my budget".into()));
            form(&Form::empty())
        }
        "errors" => {
            shell.kind = Kind::Person;
            shell.errors = true;
            shell.back = Some(("/person".into(), "Back to my budget".into()));
            form(&wrong_form())
        }
        "staff" => {
            shell.kind = Kind::Staff;
            shell.nav = &staff_nav;
            shell.signed_in =
                Some(WhoAmI { name: "Mary Osei".into(), role_words: "care co-ordinator".into() });
            staff()
        }
        _ => return None,
    };
    Some(document(&shell, content))
}

fn public() -> Markup {
    let pages = [
        NavItem::new("/a", "What it is", true),
        NavItem::new("/b", "What it can pay for", false),
        NavItem::new("/c", "Ways to hold the money", false),
        NavItem::new("/d", "The six stages", false),
    ];
    html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            (page_heading("Your choices", "What a personal health budget is"))
            (contents_list(&pages))
            p class="nhsuk-lede-text" { "A personal health budget is an amount of money to support your health and wellbeing. You plan how to use it, together with your local NHS team." }
            p { "It is not new money. It is a different way of using money that would be spent on your care, so that you get the care that is right for you." }
            (inset_text(&html! { p { "It is always your choice. Nobody has to have one." } }))
            (action_link("/contact", "Ask us to contact you"))
            (do_list("What it can pay for", &["help at home from people you choose", "a course that helps you stay well", "equipment that makes life easier"]))
            (dont_list("What it cannot pay for", &["It cannot pay for emergency care.", "It cannot pay for medicines on prescription."]))
            (warning_callout("Tell us if things change", 2, &html! { p { "If your health gets worse, tell your care co-ordinator. You do not have to wait for a review." } }))
            (details(&Details::new("What is a care co-ordinator?", html! { p { "Someone who knows the system and helps you through it." } })))
            (details(&Details { expander: true, ..Details::new("Can I have one for my child?", html! { p { "Yes." } }) }))
            (card_group(2, &[
                card(&Card::to("The six stages", "/stages", html! { p class="nhsuk-card__description" { "What happens, and in what order." } })),
                card(&Card::to("Ways to hold the money", "/hold", html! { p class="nhsuk-card__description" { "You choose, and you can change your mind." } })),
            ]))
            (card(&Card { feature: true, ..Card::new("Need help now?", html! { p { "Ring us on weekdays, 9am to 5pm." } }) }))
            (tabs("How money is held", &[
                Tab { id: "notional", label: "We hold it", content: html! { p { "The NHS keeps the money and buys what is in your plan." } } },
                Tab { id: "third", label: "An organisation holds it", content: html! { p { "An organisation you choose does the paperwork." } } },
            ]))
            (pagination(3, 9, |n| format!("/p/{n}")))
            (guide_pagination(None, Some(("/b", "What it can pay for"))))
            (image(web::assets::url("favicon.svg"), "A winding path between two points", Some("The sign of this service")))
            (review_date(domain::Date::constant(2026, 3, 27), domain::Date::constant(2027, 3, 27)))
        } }
    }
}

pub fn stages() -> Vec<Stage> {
    vec![
        Stage::new("First talk", StageStatus::Done, "3 March 2026"),
        Stage::new("Your needs", StageStatus::Done, "21 March 2026"),
        Stage::new("How much money", StageStatus::Done, "£18,240.00 to plan with"),
        Stage::new("Your plan", StageStatus::Here, "You and your broker are writing it"),
        Stage::new("Organising care", StageStatus::Ahead, ""),
        Stage::new("Living with it", StageStatus::Ahead, "First review within 3 months"),
    ]
}

pub fn money() -> MoneyBar {
    MoneyBar {
        came_in: Pence(912_000),
        spent: Pence(388_415),
        promised: Pence(142_000),
        left: Pence(381_585),
    }
}

pub fn forecast() -> Forecast {
    let month = |name: &str, left| Month { name: name.into(), left: Pence(left) };
    Forecast {
        past: vec![
            month("April 2026", 912_000),
            month("May 2026", 781_000),
            month("June 2026", 690_500),
            month("July 2026", 523_585),
        ],
        ahead: vec![
            month("August 2026", 394_000),
            month("September 2026", 265_000),
            month("October 2026", 136_000),
            month("November 2026", 7_000),
        ],
        sentence: "At this rate the money lasts until the end of November 2026".into(),
    }
}

fn person() -> Markup {
    html! {
        (page_heading("Alice Carter", "My budget"))
        (path_of_stages(&stages()))
        (next_step("Your move", "Finish the part about what a good week looks like",
            &html! { p { "You have written 7 of 9 parts. When all are there, Mary will look at the plan with you." } },
            &button(&Button::to("Go on with my plan", "/plan"))))
        h2 { "My money" }
        (money_bar(&money()))
        (run_out_chart(&forecast()))
        h2 { "Where the money comes from" }
        (budget_split(Pence(1_276_800), Pence(547_200)))
        h2 { "My plan so far" }
        (task_list("plan", &[
            Task { title: "Who I am".into(), href: Some("/1".into()), hint: None, status: Status::Done("Completed".into()) },
            Task { title: "What is and is not working".into(), href: Some("/2".into()), hint: Some("Robert and Mary have both written here".into()), status: Status::Done("Completed".into()) },
            Task { title: "What a good week looks like".into(), href: Some("/3".into()), hint: None, status: Status::Tag(Tag::new("To do", Colour::Blue)) },
            Task { title: "Agreeing the plan".into(), href: None, hint: None, status: Status::Waiting("Cannot start yet".into()) },
        ]))
        h2 { "What Alice said" }
        (own_words("I want to be in the garden when the sun is out.\nNot behind the window.", "Alice, by blinking once for yes, with Robert, 12 April 2026"))
        h2 { "What happened" }
        (timeline(&[
            Moment { when: "12 April 2026 at 2:05pm".into(), title: "The plan was changed".into(), who: "Robert Carter, family carer".into(), more: html! { p { "A new outcome: “Out in the garden most days”." } } },
            Moment { when: "21 March 2026 at 10:30am".into(), title: "The amount to plan with was shown to you".into(), who: "Mary Osei, care co-ordinator".into(), more: html! {} },
        ]))
    }
}

pub fn threads() -> Vec<Thread> {
    let line = |action: &str, line: &str, planned, paid| ThreadLine {
        action: action.into(),
        line: line.into(),
        planned: Pence(planned),
        paid: Some(Pence(paid)),
        href: None,
    };
    vec![
        Thread {
            need: "Somebody with me at all times who knows how I breathe and how I say yes and no".into(),
            outcome: "I am safe at home with people I know".into(),
            lines: vec![
                line(
                    "Three personal assistants take turns, trained by the nurse",
                    "Personal assistants",
                    1_310_400,
                    302_400,
                ),
                line("Robert is there every evening", "", 0, 0),
                line("Training with the ventilator nurse, twice a year", "Training", 96_000, 48_000),
            ],
        },
        Thread {
            need: "To be outside and among people".into(),
            outcome: "I am in the garden most days and at the choir each week".into(),
            lines: vec![line("A ramp from the back door", "Equipment and changes at home", 124_000, 38_015)],
        },
        Thread {
            need: "Rest for Robert".into(),
            outcome: "Robert sleeps through three nights a week".into(),
            lines: vec![],
        },
    ]
}

fn thread() -> Markup {
    html! {
        (page_heading("My plan", "What the money is for"))
        p class="nhsuk-lede-text" { "Follow each need to what should change, what is done about it and what is paid." }
        (golden_thread(&threads()))
    }
}

fn wrong_form() -> Form {
    let mut form = Form::filled([
        ("name", "<b>Alice</b> \"O'Hara\" 👩🏽‍🦽"),
        ("story", "\nمرحبا بالعالم\n<script>alert(1)</script>"),
        ("start-day", "31"),
        ("start-month", "2"),
        ("start-year", "2026"),
        ("amount", "£1,234.5"),
        ("contact", "email"),
        ("email", "alice at home"),
    ]);
    form.line("name", "your name");
    form.wrong::<()>("story", "Your story must be 10,000 characters or fewer. It is 12 too long");
    form.date("start", "the date it starts");
    form.money("amount", "the amount");
    form.email("email", "your email address");
    form.choice::<bool>("hold", "how the money is held");
    form.wrong::<()>("days", "Choose at least one day");
    form.wrong::<()>("area", "Choose your area");
    form.wrong::<()>("receipt", "The file must be a picture or a PDF");
    form.wrong::<()>("secret", "Enter your passphrase");
    form
}

fn form(form: &Form) -> Markup {
    html! {
        div class="nhsuk-grid-row" { div class="nhsuk-grid-column-two-thirds" {
            (form.error_summary())
            (page_heading("Alice Carter", "Tell us about you"))
            form method="post" novalidate {
                (web::tokens::csrf_field("token"))
                (input(&Input { autocomplete: Some("name"), spellcheck: Some(false), ..Input::new("name", "Your name").with(form) }))
                (textarea(&Textarea { most: Some(10_000), hint: Some("Use your own words. Short is fine."), ..Textarea::new("story", "What is a good day like?").with(form) }))
                (date_input(&DateInput { hint: Some("For example, 27 3 2026"), ..DateInput::new("start", "When should it start?").with(form) }))
                (input(&Input { suffix: Some("a week"), hint: Some("Before tax"), ..Input::money("amount", "How much does it cost?").with(form) }))
                (radios(&Choices { hint: Some("We only use this to answer you."), ..Choices::new("contact", "How should we contact you?", vec![
                    Choice::new("email", "Email").reveals(input(&Input { keyboard: Some(Keyboard::Email), ..Input::new("email", "Your email address").with(form) })),
                    Choice::new("phone", "Phone").hint("Weekdays, 9am to 5pm"),
                    Choice::new("none", "Do not contact me").after("or"),
                ]).with(form) }))
                (radios(&Choices::yes_no("hold", "Do you want somebody else to hold the money?").with(form)))
                (checkboxes(&Choices::new("days", "Which days suit you?", vec![Choice::new("mon", "Monday"), Choice::new("tue", "Tuesday"), Choice { alone: true, ..Choice::new("none", "None of these").after("or") }]).with(form)))
                (select(&Select::new("area", "Your area", &[("", "Choose your area"), ("north", "North"), ("south", "South")]).with(form)))
                (file_upload(&FileUpload { accept: Some("image/*,.pdf"), hint: Some("A photo is fine"), ..FileUpload::new("receipt", "Receipt").with(form) }))
                (password(&Password::new("secret", "Your passphrase").with(form)))
                (buttons(&html! {
                    (button(&Button::submit("Save and go on")))
                    (button(&Button::secondary("Save and come back later")))
                    (button(&Button { look: Look::Warning, ..Button::submit("Take back my consent") }))
                    (button(&Button { look: Look::Link, ..Button::submit("Leave without saving") }))
                }))
            }
        } }
    }
}

fn staff() -> Markup {
    let columns = vec![
        Column::text("Person"),
        Column::text("What is waiting"),
        Column::text("Since"),
        Column::text("State"),
        Column::number("A year"),
    ];
    let link = |text: &str| html! { a href="/case" { (text) } };
    let rows = vec![
        vec![
            link("Alice Carter"),
            cell("Plan to read before signing off"),
            cell("2 days"),
            tag(&Tag::new("Due today", Colour::Orange)),
            cell(Pence(1_824_000)),
        ],
        vec![
            link("David Hale"),
            cell("Review is due"),
            cell("9 days"),
            tag(&Tag::new("Overdue", Colour::Red)),
            cell(Pence(942_050)),
        ],
        vec![
            link("Tim Abara"),
            cell("3 of his questions are open"),
            cell("Today"),
            tag(&Tag::new("New", Colour::Blue)),
            cell(""),
        ],
    ];
    let aside = html! {
        (summary_list(&SummaryList { card: Some("Alice Carter"), level: 2, ..SummaryList::new(vec![
            Row::text("How she says yes", "Blinks once").action(RowLink::new("/c", "Change", "how she says yes")),
            Row::text("Who speaks for her", "Robert Carter").action(RowLink::new("/c", "Change", "who speaks for her")).action(RowLink::new("/d", "End", "this role")),
            Row::text("Consent", "Given 3 March 2026"),
        ]) }))
    };
    let main = html! {
        (table(&Table { size: Size::M, ..Table::new("Waiting for you", columns, rows) }))
        (nothing_yet("Nothing else is waiting for you."))
    };
    html! {
        (page_heading("", "Who is waiting for me?"))
        (figures(&[
            Figure { number: "3".into(), words: "waiting for you".into(), href: Some("/a".into()) },
            Figure { number: "1".into(), words: "overdue".into(), href: Some("/b".into()) },
            Figure { number: "14".into(), words: "people you support".into(), href: None },
            Figure { number: "£4,120.00".into(), words: "to release this week".into(), href: None },
        ]))
        (beside(&main, &aside))
        (path_of_stages(&stages()))
    }
}
