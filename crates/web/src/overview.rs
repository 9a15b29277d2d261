//! The first page of a case: "my budget" for the person and family, and
//! everything at a glance for staff.

mod family;
mod shared;
mod staff;

use crate::address::CasePage;
use crate::case_page::{At, Opened, is_family};
use crate::error_page::Answer;
use crate::form::Form;
use crate::{Door, Me, Routes};
use axum::extract::RawQuery;
use domain::CaseId;
use domain::access::Action;
use domain::case::circle::Member;
use domain::case::plan::checklist::{BudgetAmounts, checklist};
use domain::case::{CaseRole, Stage, Turn};
use maud::{Markup, html};
use service::Seen;
use service::arrangement::money::Facts;
use service::overview::Glance;

/// The route of a case's first page.
pub fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}", Door::Case(Action::SeeCase), show);
}

/// How many of the newest events are shown.
const NEWEST: usize = 8;
const NEWEST_FOR_FAMILY: usize = 3;

async fn show(me: Me, At(id): At<CaseId>, RawQuery(query): RawQuery) -> Answer {
    let most = |seen: &Seen| if is_family(&seen.roles) { NEWEST_FOR_FAMILY } else { NEWEST };
    let (seen, glance) = me.web().app.see_at_a_glance(&me.actor, id, most).await?;
    let opened = Opened::of(&me, seen, "home");
    let key = me.web().app.id().to_string();
    let home = Home { opened: &opened, glance: &glance, key: &key };
    let (title, content) = if opened.is_family() {
        (home.family_title(), home.family())
    } else {
        (opened.case().person_name().to_owned(), home.staff())
    };
    // For a family of one case this is the first page after signing in.
    let offered = opened.is_family() && me.web().app.is_to_be_offered(me.actor.account).await?;
    let content = html! { (content) @if offered { (crate::account::second_step::offer(&me)) } };
    let flash = match Form::parse(query.unwrap_or_default().as_bytes()).text("done") {
        "asked" => Some("You asked for a review. The care co-ordinator has been told and will book it."),
        "opened" => Some("The case is open."),
        _ => None,
    };
    Ok(opened.page(&title, flash, &content))
}

/// What the page is made from.
pub(crate) struct Home<'a> {
    opened: &'a Opened,
    glance: &'a Glance,
    /// A fresh id for a review that is asked for.
    key: &'a str,
}

impl Home<'_> {
    /// What waits, as far as the reader can open the pages of it.
    fn turns(&self) -> Vec<Turn> {
        let mut turns = self.opened.case().turns(self.opened.seen.framework());
        turns.retain(|turn| turn.waits(self.opened.seen.today) && self.opened.may(turn.page.opened_by()));
        turns
    }

    fn is_mine(&self, turn: &Turn) -> bool {
        self.opened.me.actor.is_to_move(turn, self.opened.case())
    }

    /// Whoever of the circle in this place makes the move, if somebody does.
    fn mover(&self, turn: &Turn, place: CaseRole) -> Option<&Member> {
        let case = self.opened.case();
        let mut there = case.circle.present().filter(|member| member.role == place);
        there.find(|member| case.is_move_of_member(turn, member))
    }

    /// How many of the nine criteria the plan meets, and how many there are.
    fn criteria(&self) -> (usize, usize) {
        let all = checklist(self.opened.case(), BudgetAmounts::Withheld);
        (all.iter().filter(|c| c.met).count(), all.len())
    }

    fn money(&self) -> Markup {
        let Facts { came_in, spent, promised, left } = self.glance.money;
        crate::picture::money_bar(&crate::picture::MoneyBar { came_in, spent, promised, left })
    }

    /// The page that belongs to a stage.
    fn page_of(stage: Stage) -> CasePage {
        match stage {
            Stage::Contact => CasePage::Offer,
            Stage::Needs => CasePage::Needs,
            Stage::Money => CasePage::Budget,
            Stage::Plan => CasePage::Plan,
            Stage::Organise => CasePage::Agreement,
            Stage::Review => CasePage::Money,
        }
    }
}
