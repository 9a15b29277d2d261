//! The local framework as it stands, what happened to it, and the way that
//! its owner changes it: a form, then what would change, then it is done.

mod bank_holidays;
mod effect;
mod keeping;
mod method;
mod settings;
mod spending;

use super::{Done, InArea, frame};
use crate::address::{Address as _, AreaPage, FrameworkPart, Place};
use crate::answer;
use crate::carried::carried;
use crate::components::{
    Button, Column, Moment, Row, RowLink, SummaryList, Table, button, cell, hidden, summary_list, table,
    timeline, typed,
};
use crate::error_page::Answer;
use crate::form::Form;
use crate::tokens::csrf_field;
use crate::{Door, Me, Routes};
use axum::extract::Query;
use bank_holidays::Published;
use domain::access::Action;
use domain::framework::{Amendment, Framework, Method};
use domain::{AreaId, Refusal, dates};
use keeping::Keeping;
use maud::{Markup, html};
use service::Error;
use service::framework::Told;
use settings::{Agreed, Contacts, Time};
use spending::Kinds;

const OWNERS: Door = Door::Area(&[Action::ChangeFramework]);

pub fn declare(routes: &mut Routes) {
    routes.get("/admin/{area}/framework", Door::Area(&[Action::SeeOffice]), show);
    routes.get("/admin/{area}/framework/limit", OWNERS, change::<Agreed>);
    routes.post("/admin/{area}/framework/limit", OWNERS, send::<Agreed>);
    routes.get("/admin/{area}/framework/words", OWNERS, change::<Contacts>);
    routes.post("/admin/{area}/framework/words", OWNERS, send::<Contacts>);
    routes.get("/admin/{area}/framework/clocks", OWNERS, change::<Time>);
    routes.post("/admin/{area}/framework/clocks", OWNERS, send::<Time>);
    routes.get("/admin/{area}/framework/spending", OWNERS, change::<Kinds>);
    routes.post("/admin/{area}/framework/spending", OWNERS, send::<Kinds>);
    routes.get("/admin/{area}/framework/bank-holidays", OWNERS, change::<Published>);
    routes.post("/admin/{area}/framework/bank-holidays", OWNERS, send::<Published>);
    routes.get("/admin/{area}/framework/retention", OWNERS, change::<Keeping>);
    routes.post("/admin/{area}/framework/retention", OWNERS, send::<Keeping>);
    routes.get("/admin/{area}/framework/method", OWNERS, change::<Method>);
    routes.post("/admin/{area}/framework/method", OWNERS, send::<Method>);
}

/// Something that would change: what, how it is now, how it would be.
pub(super) struct Change {
    pub what: String,
    pub now: String,
    pub then: String,
}

impl Change {
    /// The change of one thing; none where nothing changes.
    fn of(what: impl Into<String>, now: impl ToString, then: impl ToString) -> Option<Self> {
        let (now, then) = (now.to_string(), then.to_string());
        (now != then).then(|| Self { what: what.into(), now, then })
    }
}

/// A part of the framework that its owner changes.
pub(super) trait Setting: Clone + Send + 'static {
    /// Its page.
    const PART: FrameworkPart;
    const TITLE: &'static str;
    /// The button that does it.
    const BUTTON: &'static str;
    /// What is said when it is done.
    const DONE: &'static str;

    fn fill(framework: &Framework) -> Form;
    fn fields(framework: &Framework, form: &Form) -> Markup;
    fn read(form: &mut Form, framework: &Framework) -> Option<Self>;
    /// What is asked for, as its use case takes it.
    fn amendment(self) -> Amendment;
    fn changes(&self, framework: &Framework) -> Vec<Change>;
    /// What else to know before it is done.
    fn means(&self, framework: &Framework) -> Markup;

    /// A refusal, at the field in which that was typed.
    fn placed(&self, _: &Framework, no: Refusal) -> Refusal {
        no
    }

    /// Whether the form is only to be shown again, perhaps with more in it.
    fn stays(form: &mut Form, _: &Framework) -> bool {
        form.values.remove("again").is_some()
    }
}

async fn show(me: Me, InArea(area): InArea, Query(done): Query<Done>) -> Answer {
    let kept = me.web().app.area_framework(&me.actor, area).await?;
    let history = me.web().app.framework_history(&me.actor, area).await?;
    let framework = &*kept;
    let owner = me.actor.may_in(Action::ChangeFramework, area);
    let change = |part: FrameworkPart, what: &'static str| {
        let href = Place::Area(area, AreaPage::ChangeFramework(part)).path();
        html! { @if owner { p { a href=(href) { "Change " (what) } } } }
    };
    let content = html! {
        h1 { "Local framework of " (framework.area_name) }
        (summary_list(&SummaryList::new(names(framework))))
        (change(FrameworkPart::Words, "names, contacts and how to appeal"))
        h2 { "Limits and how soon" }
        (summary_list(&SummaryList::new(limits(framework, area, owner))))
        (change(FrameworkPart::Clocks, "how soon things are done"))
        @match framework.method() {
            Some(method) => { (method_content(method)) }
            None => {
                h2 { "How a budget is worked out" }
                p { "No questions and no method have been published yet." }
            }
        }
        (change(FrameworkPart::Method, "the method: questions, points and pounds"))
        (spending(framework))
        (change(FrameworkPart::Spending, "what the money can buy"))
        (bank_holidays::known(framework, me.web().app.clock.today()))
        (change(Published::PART, "bank holidays"))
        (keeping::rules(framework))
        (change(Keeping::PART, "how long records are kept"))
        (what_happened(&history))
    };
    let flash = [
        (Agreed::PART, Agreed::DONE),
        (Contacts::PART, Contacts::DONE),
        (Time::PART, Time::DONE),
        (Kinds::PART, Kinds::DONE),
        (Published::PART, Published::DONE),
        (Keeping::PART, Keeping::DONE),
        (Method::PART, Method::DONE),
    ];
    let flash = flash.into_iter().find(|(part, _)| <&str>::from(*part) == done.done).map(|(_, words)| words);
    Ok(frame(&me, area, "Local framework", "framework", flash, &Form::empty(), &content))
}

fn names(framework: &Framework) -> Vec<Row> {
    vec![
        Row::text("Name over every page", framework.service_name.as_str()),
        Row::text("NHS body", framework.nhs_body.as_str()),
        Row::text("Council", framework.council.as_str()),
        Row::text("Phone", framework.phone.as_str()),
        Row::text("Email", framework.email.as_str()),
        Row::html("How to appeal", typed(framework.appeal.as_str())),
    ]
}

fn limits(framework: &Framework, area: AreaId, owner: bool) -> Vec<Row> {
    let limit =
        Row::text("A clinician may agree, for a first year, up to", framework.clinician_limit.to_string());
    let change = RowLink::new(
        Place::Area(area, AreaPage::ChangeFramework(FrameworkPart::Limit)).path(),
        "Change",
        "the limit",
    );
    let mut rows = vec![if owner { limit.action(change) } else { limit }];
    let clocks = framework.clocks();
    rows.extend(settings::clock_words(&clocks).map(|(_, what, how)| Row::text(what, how)));
    rows
}

fn method_content(method: &Method) -> Markup {
    let rows = method
        .questions
        .iter()
        .map(|question| {
            let levels = html! {
                @for (words, points) in &question.levels { (words) ": " (points) br; }
            };
            vec![cell(&question.title), levels]
        })
        .collect();
    let columns = vec![Column::text("Question"), Column::text("Answers, with their points")];
    html! {
        h2 { "How a budget is worked out (version " (method.version) ")" }
        p { (typed(method.explained.as_str())) }
        (table(&Table::new("The questions", columns, rows)))
    }
}

fn spending(framework: &Framework) -> Markup {
    let rows = framework
        .spending
        .iter()
        .map(|kind| match &kind.excluded {
            None => vec![cell(&kind.name), cell("Yes")],
            Some((why, source)) => vec![cell(&kind.name), html! { "No. " (why) ". " (source) }],
        })
        .collect();
    let columns = vec![Column::text("Kind of spending"), Column::text("Can be bought")];
    html! {
        h2 { "What the money can buy" }
        @if framework.spending.is_empty() { p { "No kinds of spending have been named yet." } }
        @else { (table(&Table::new("Kinds of spending", columns, rows))) }
    }
}

fn what_happened(history: &[Told]) -> Markup {
    let moment = |told: &Told| Moment {
        when: dates::moment(told.at),
        title: told.what.clone(),
        who: told.who.clone(),
        more: html! {},
    };
    html! {
        h2 { "What happened to it" }
        (timeline(&history.iter().map(moment).collect::<Vec<_>>()))
    }
}

async fn change<S: Setting>(me: Me, InArea(area): InArea) -> Answer {
    let (framework, _) = me.web().app.framework_to_amend(&me.actor, area).await?;
    Ok(form_page::<S>(&me, area, &framework, &S::fill(&framework)))
}

async fn send<S: Setting>(me: Me, InArea(area): InArea, mut form: Form) -> Answer {
    let app = &me.web().app;
    let (framework, version) = app.framework_to_amend(&me.actor, area).await?;
    let sure = form.values.remove("sure").is_some();
    let based_on = form.values.remove(BASED_ON).and_then(|all| all.first()?.parse().ok());
    if S::stays(&mut form, &framework) {
        return Ok(form_page::<S>(&me, area, &framework, &form));
    }
    let Some(setting) = S::read(&mut form, &framework).filter(|_| form.is_ok()) else {
        return Ok(form_page::<S>(&me, area, &framework, &form));
    };
    let amendment = setting.clone().amendment();
    let result = if sure {
        app.amend_framework(&me.actor, area, amendment, based_on.unwrap_or(version)).await
    } else {
        app.try_amendment(&me.actor, area, amendment).await
    };
    let result = result.map_err(|why| match why {
        Error::Refused(no) => Error::Refused(setting.placed(&framework, no)),
        other => other,
    });
    if form.accepted(result)?.is_none() {
        return Ok(form_page::<S>(&me, area, &framework, &form));
    }
    if sure {
        return Ok(answer::see_other(Place::Area(area, AreaPage::Framework).done(S::PART.into())));
    }
    Ok(check_page(&me, area, (&framework, version), &form, &setting))
}

/// The field with the version of the framework that was looked at before
/// something is done.
const BASED_ON: &str = "based-on";

fn form_page<S: Setting>(
    me: &Me,
    area: AreaId,
    framework: &Framework,
    form: &Form,
) -> axum::response::Response {
    let content = html! {
        h1 { (S::TITLE) }
        form method="post" action=(Place::Area(area, AreaPage::ChangeFramework(S::PART)).path()) novalidate {
            (csrf_field(&me.csrf))
            (S::fields(framework, form))
            (button(&Button::submit("Go on")))
            p { "You see what would change before it does." }
        }
        p { a href=(Place::Area(area, AreaPage::Framework).path()) { "Back to the local framework" } }
    };
    frame(me, area, S::TITLE, "framework", None, form, &content)
}

/// What would change, before it does.
fn check_page<S: Setting>(
    me: &Me,
    area: AreaId,
    (framework, version): (&Framework, u64),
    form: &Form,
    setting: &S,
) -> axum::response::Response {
    let rows = setting
        .changes(framework)
        .iter()
        .map(|change| vec![cell(&change.what), typed(&change.now), typed(&change.then)])
        .collect();
    let columns = vec![Column::text("What"), Column::text("Now"), Column::text("From now on")];
    let title = "Check before you change it";
    let content = html! {
        h1 { (title) }
        (table(&Table::new("What changes", columns, rows)))
        (setting.means(framework))
        form method="post" action=(Place::Area(area, AreaPage::ChangeFramework(S::PART)).path()) {
            (csrf_field(&me.csrf))
            (carried(form))
            (hidden(BASED_ON, &version.to_string()))
            (button(&Button { name: Some("sure"), value: Some("yes"), ..Button::submit(S::BUTTON) }))
            " "
            (button(&Button { name: Some("again"), value: Some("yes"), ..Button::secondary("Change something") }))
        }
        p { a href=(Place::Area(area, AreaPage::Framework).path()) { "Leave it as it is" } }
    };
    frame(me, area, title, "framework", None, &Form::empty(), &content)
}
