//! The plan: its parts, what is still missing, and the way on.
//!
//! Each part of the plan has its own page under `/cases/{id}/plan/…`. The
//! words are the person's; every page says whose words stand there.

mod actions;
mod check;
mod frame;
mod holding;
mod money;
mod outcomes;
mod prompts;
mod risks;
pub mod thread;
mod versions;
pub mod whole;
mod write;

use crate::address::{Address as _, CasePage, PlanList, PlanPage};
use crate::case_page::{At, Opened, how_it_should_feel};
use crate::components::{
    Colour, Details, Status, Tag, Task, action_link, beside, details, inset_text, next_step, page_heading,
    task_list,
};
use crate::routes::{Door, Routes};
use crate::{Answer, Me};
use axum::extract::Query;
use domain::CaseId;
use domain::access::{Action, Actor};
use domain::case::budget::planning_is_open;
use domain::case::plan::changes::pending;
use domain::case::plan::checklist::{BudgetAmounts, Criterion, checklist};
use domain::case::plan::{Section, money as sums};
use domain::case::{Case, Stage};
use frame::{Done, to_read};
use maud::{Markup, html};

pub fn declare(routes: &mut Routes) {
    let (see, write) = (Door::Case(Action::SeePlan), Door::Case(Action::WritePlan));
    routes.get("/cases/{id}/plan", see, show);
    routes.get("/cases/{id}/plan/whole", see, whole::show);
    routes.get("/cases/{id}/plan/thread", see, thread::show);
    routes.get("/cases/{id}/plan/write/{section}", write, write::show);
    routes.post("/cases/{id}/plan/write/{section}", write, write::save);
    outcomes::declare(routes, see, write);
    risks::declare(routes, see, write);
    actions::declare(routes, see, write);
    money::declare(routes, see, write);
    holding::declare(routes, see, write);
}

/// The plan's own page: what is next, its parts, and the nine things.
async fn show(me: Me, At(id): At<CaseId>, Query(done): Query<Done>) -> Answer {
    let opened = to_read(&me, id).await?;
    let title = opened.title();
    let content = overview(&opened, &title);
    Ok(opened.page(&title, done.words(), &content))
}

fn overview(opened: &Opened, title: &str) -> Markup {
    let case = opened.case();
    if let Some(first) = not_open_yet(&opened.me.actor, case) {
        return html! {
            h1 { (title) }
            (how_it_should_feel(&opened.seen, Stage::Plan))
            p class="nhsuk-lede-text" { "A plan says how you want to live, and how the money helps. It is in your own words." }
            (first)
        };
    }
    let criteria = checklist(case, BudgetAmounts::to(&opened.me.actor, case));
    html! {
        (page_heading(case.person_name(), title))
        (how_it_should_feel(&opened.seen, Stage::Plan))
        (waiting(opened))
        (next(opened, &criteria))
        (beside(&all_parts(opened), &check::picture(case.id, &criteria, opened.may_write())))
    }
}

/// What comes before planning, where it is not open yet.
pub fn not_open_yet(reader: &Actor, case: &Case) -> Option<Markup> {
    let not_yet = planning_is_open(case).err()?;
    let words = html! { p { (not_yet.next) "." } };
    let budget = action_link(&CasePage::Budget.of(case.id).path(), "Go to the budget");
    let way = if reader.may(Action::SeeBudget, case) {
        budget
    } else {
        html! {}
    };
    Some(next_step("First", &not_yet.message, &words, &way))
}

fn all_parts(opened: &Opened) -> Markup {
    html! {
        h2 class="nhsuk-heading-m" { "The parts of the plan" }
        p { "Take them in any order. Stop when you like: everything is kept." }
        @for (heading, tasks) in parts(opened) {
            h3 class="nhsuk-heading-s" { (heading.1) }
            (task_list(heading.0, &tasks))
        }
        h2 class="nhsuk-heading-m" { "Read it" }
        (action_link(&opened.path(PlanPage::Whole), "Read the whole plan on one page"))
        (action_link(&opened.path(PlanPage::Thread), "Follow the thread from each need to the money"))
    }
}

/// What of an agreed plan waits to be agreed again, and what needs nobody.
fn waiting(opened: &Opened) -> Markup {
    let case = opened.case();
    if case.signoff.agreed().is_none() {
        return html! {};
    }
    let changes = pending(case);
    let free = html! {
        p { "Words, who does what and when, more help, and moving money between things that were agreed: nobody has to be asked for that." }
        p { "What has to be agreed again: more money, money for something new, a new way of holding it, or taking out a risk we agreed on." }
    };
    if changes.is_empty() {
        return inset_text(&html! {
            @if opened.is_family() { p { strong { "This plan is agreed, and it is yours to change." } } }
            @else { p { strong { "This plan is agreed, and it is theirs to change." } } }
            (free)
        });
    }
    html! {
        (what_waits(opened))
        (details(&Details::new("What needs nobody's permission", free)))
    }
}

/// The changes that wait to be agreed, and why; nothing where none does.
fn what_waits(opened: &Opened) -> Markup {
    let changes = pending(opened.case());
    if changes.is_empty() {
        return html! {};
    }
    html! {
        section class="phb-waiting" aria-labelledby="waiting" {
            h2 class="nhsuk-heading-m" id="waiting" { "Waiting to be agreed" }
            p { "These changes are in the plan. They count once they are agreed. Everything else goes on as it is." }
            ul { @for (what, why) in &changes { li { strong { (what) } ": " (why) "." } } }
            (action_link(&opened.path(CasePage::SignOff), "Send the plan again"))
        }
    }
}

fn next(opened: &Opened, criteria: &[Criterion]) -> Markup {
    let case = opened.case();
    if case.signoff.waiting().is_some() {
        return next_step(
            "Sent",
            "The plan is being read",
            &html! { p { "You will be told as soon as there is an answer. You can go on writing." } },
            &html! {},
        );
    }
    if !opened.may_write() {
        return html! {};
    }
    // A plan starts from what matters to the person (001:508).
    let all = || criteria.iter().flat_map(|c| &c.missing);
    let first =
        all().find(|m| m.page == PlanPage::Write(Section::ImportantToMe).into()).or_else(|| all().next());
    let met = criteria.iter().filter(|c| c.met).count();
    match first {
        Some(missing) => next_step(
            "Next, if you like",
            &missing.words,
            &html! { p { (met) " of the 9 things that a plan needs are there." } },
            &action_link(&missing.page.clone().of(case.id).path(), "Go there"),
        ),
        None if case.signoff.agreed().is_none() => next_step(
            "Next",
            "Everything is there",
            &html! { p { "Read it through once more. When it feels right, send it to be agreed." } },
            &action_link(&CasePage::SignOff.of(case.id).path(), "Send the plan to be agreed"),
        ),
        None => html! {},
    }
}

/// The parts under their headings: `((id prefix, heading), tasks)`.
fn parts(opened: &Opened) -> Vec<((&'static str, &'static str), Vec<Task>)> {
    use Section as S;
    let plan = &opened.case().plan;
    let written = |section: Section| section_task(opened, section);
    let counted = |title: &str, list: Option<PlanList>, number: usize, hint: &str| Task {
        title: title.to_owned(),
        href: Some(opened.path(list.map_or(PlanPage::Holding, PlanPage::List))),
        hint: Some(hint.to_owned()),
        status: match (number, list.map_or(0, |list| opened.contested(list))) {
            (0, _) => Status::Waiting("Nothing yet".into()),
            (n, 0) => Status::Done(format!("{n} written")),
            (_, contested) => to_bring_together(contested),
        },
    };
    let review = Task {
        title: "The day of the first review".into(),
        href: opened.may_write().then(|| opened.path(PlanPage::ReviewDate)),
        hint: None,
        status: match plan.first_review {
            None => Status::Waiting("Not set yet".into()),
            Some(on) => Status::Done(domain::dates::long(on)),
        },
    };
    vec![
        (
            ("me", "About me"),
            vec![
                written(S::ImportantToMe),
                written(S::WhoIAm),
                written(S::WhoSpeaks),
                written(S::Working),
                written(S::NotWorking),
                written(S::ImportantForMyHealth),
            ],
        ),
        (
            ("change", "What should change"),
            vec![
                counted(
                    "Outcomes",
                    Some(PlanList::Outcomes),
                    plan.current_outcomes().count(),
                    "What will be different in daily life",
                ),
                counted(
                    "Who does what",
                    Some(PlanList::Actions),
                    plan.current_actions().count(),
                    "Paid or not, and by when",
                ),
            ],
        ),
        (
            ("risk", "Staying safe"),
            vec![
                counted(
                    "What could go wrong",
                    Some(PlanList::Risks),
                    plan.current_risks().count(),
                    "And what we do so that it is all right",
                ),
                written(S::IfThingsGoWrong),
            ],
        ),
        (
            ("money", "The money"),
            vec![
                written(S::HowMoneyIsHeld),
                counted("Who holds it", None, plan.open_holdings().count(), "One way, or several"),
                money_task(opened),
            ],
        ),
        (("again", "Looking at it again"), vec![written(S::HowWeReview), review]),
    ]
}

fn section_task(opened: &Opened, section: Section) -> Task {
    let written = opened.case().plan.section(section);
    Task {
        title: section.title().to_owned(),
        href: if opened.may_write() {
            Some(opened.path(PlanPage::Write(section)))
        } else {
            written.map(|_| CasePage::InPlan(PlanPage::Whole).of(opened.case().id).part(section.into_str()))
        },
        hint: written
            .and_then(|w| w.standing.last())
            .map(|w| format!("{}, {}", opened.case().circle.whose(w.voice, w.by), frame::day(w.at))),
        status: match written {
            None => Status::Waiting("Nothing yet".into()),
            Some(w) if w.is_contested() => {
                Status::Tag(Tag::new(format!("{} versions", w.standing.len()), Colour::Yellow))
            }
            Some(_) => Status::Done("Written".into()),
        },
    }
}

fn to_bring_together(number: usize) -> Status {
    Status::Tag(Tag::new(format!("{number} to bring together"), Colour::Yellow))
}

fn money_task(opened: &Opened) -> Task {
    let case = opened.case();
    let number = case.plan.current_lines().count();
    Task {
        title: "What the money buys".into(),
        href: Some(opened.path(PlanPage::List(PlanList::Money))),
        hint: Some("Each thing, and which outcome it is for".into()),
        status: if opened.contested(PlanList::Money) > 0 {
            to_bring_together(opened.contested(PlanList::Money))
        } else if !sums::over(case).is_empty() {
            Status::Tag(Tag::new("Over the budget", Colour::Orange))
        } else if number == 0 {
            Status::Waiting("Nothing yet".into())
        } else {
            Status::Done(format!("{} a year", case.plan.first_year_cost()))
        },
    }
}
