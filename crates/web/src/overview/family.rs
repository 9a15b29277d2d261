//! "My budget": where am I, whose move is it, what next.

use super::Home;
use crate::address::{Address as _, CasePage, CasePost};
use crate::components::{Button, Card, Size, button, card, card_group, inset_text, next_step, page_heading};
use crate::people::questions;
use crate::picture::{Stage as Step, StageStatus, path_of_stages};
use crate::tokens::{csrf_field, key_field};
use domain::access::{Action, Queue, Role};
use domain::case::signoff::Outcome;
use domain::case::{CaseRole, Stage, Turn};
use domain::dates;
use maud::{Markup, html};
use std::collections::BTreeSet;
use strum::VariantArray;

fn by_when(turn: &Turn) -> Markup {
    html! { @if let Some(due) = turn.due { p { "By " strong { (dates::long(due)) } "." } } }
}

impl Home<'_> {
    fn is_the_person(&self) -> bool {
        self.opened.seen.roles.contains(&Role::Case(CaseRole::Person))
    }

    pub(super) fn family_title(&self) -> String {
        if self.is_the_person() {
            "My budget".to_owned()
        } else {
            format!("{}’s budget", self.opened.case().person_name())
        }
    }

    pub(super) fn family(&self) -> Markup {
        html! {
            (page_heading("", &self.family_title()))
            (self.path_so_far())
            (self.what_next())
            (self.asked_of_them())
            (card_group(2, &self.cards()))
        }
    }

    fn path_so_far(&self) -> Markup {
        let here = self.opened.case().stage();
        let step = |stage: Stage| {
            let status = match stage.cmp(&here) {
                std::cmp::Ordering::Less => StageStatus::Done,
                std::cmp::Ordering::Equal => StageStatus::Here,
                std::cmp::Ordering::Greater => StageStatus::Ahead,
            };
            let mut step = Step::new(stage.title(), status, "");
            if status != StageStatus::Ahead {
                step.href = Some(self.opened.path(Self::page_of(stage)));
            }
            step
        };
        path_of_stages(&Stage::VARIANTS.iter().copied().map(step).collect::<Vec<_>>())
    }

    /// News that they have not read, and one clear action, or who moves next.
    fn what_next(&self) -> Markup {
        let news = self.news();
        let mut turns = self.turns();
        // What waits for several is one thing to them.
        let mut told = BTreeSet::new();
        turns.retain(|turn| self.is_mine(turn) || told.insert(turn.words.clone()));
        // What they are asked about their people stands below, so that it does
        // not push away what they are about; and nobody says that nothing waits.
        let is_asked = !questions(self.opened).is_empty();
        if is_asked {
            let is_of_family = |turn: &Turn| self.opened.case().movers(turn).into_iter().any(Role::is_family);
            turns.retain(|turn| turn.page != CasePage::People || !is_of_family(turn));
        }
        let mine = turns.iter().find(|t| self.is_mine(t));
        match (news, mine, turns.first()) {
            (news, Some(turn), _) => {
                html! { @if let Some(news) = news { (news) } (self.their_move(turn)) (self.moves_besides(&turns, turn)) }
            }
            (Some(news), None, _) => html! { (news) (self.moves_besides(&turns, None)) },
            (None, None, Some(turn)) => {
                html! { (self.move_of_others(turn)) (self.moves_besides(&turns, turn)) }
            }
            (None, None, None) if is_asked => html! {},
            (None, None, None) => {
                let words = html! { p { "There is nothing you have to do. Look at your plan, your money or your people whenever you like." } };
                next_step("All is well", "Nothing is waiting", &words, &html! {})
            }
        }
    }

    fn their_move(&self, turn: &Turn) -> Markup {
        let action = html! { (button(&Button::to("Go on", &self.opened.path(turn.page.clone())))) };
        next_step("Your move", turn.words.as_str(), &by_when(turn), &action)
    }

    fn move_of_others(&self, turn: &Turn) -> Markup {
        let who = self.who_moves(turn);
        let words = html! { (by_when(turn)) p { "You do not have to do anything now." } };
        let action = html! { a href=(self.opened.path(turn.page.clone())) { "See how far it is" } };
        next_step(&format!("{who} moves next"), turn.words.as_str(), &words, &action)
    }

    /// What else waits, whoever's move it is, so that one thing hides no other.
    fn moves_besides<'t>(&self, turns: &'t [Turn], shown: impl Into<Option<&'t Turn>>) -> Markup {
        let shown = shown.into();
        let others: Vec<&Turn> = turns.iter().filter(|turn| Some(*turn) != shown).collect();
        html! {
            @if !others.is_empty() {
                h2 class="nhsuk-heading-s" { "What else waits" }
                ul class="nhsuk-list nhsuk-list--bullet" {
                    @for turn in others {
                        li {
                            a href=(self.opened.path(turn.page.clone())) { (turn.words) }
                            @if let Some(due) = turn.due { " By " (dates::long(due)) "." }
                        }
                    }
                }
            }
        }
    }

    /// Questions to the person about who is to speak for them.
    fn asked_of_them(&self) -> Markup {
        let asked = questions(self.opened);
        html! {
            @if !asked.is_empty() {
                (inset_text(&html! {
                    h2 class="nhsuk-heading-m" { "A question for you" }
                    @for (question, page) in &asked { p { a href=(page) { (question) } } }
                    p { "If you do nothing, nothing changes." }
                }))
            }
        }
    }

    /// A decision that this reader has not opened yet comes first.
    fn news(&self) -> Option<Markup> {
        let case = self.opened.case();
        let latest = case.signoff.latest()?;
        let voice = case.circle.voice_of(self.opened.me.actor.account)?;
        if latest.seen.iter().any(|(v, _)| *v == voice) {
            return None;
        }
        let (title, words) = match latest.outcome.as_ref().map(|decided| &decided.outcome) {
            Some(Outcome::Agreed { .. }) => {
                ("The plan is agreed", "See who decided, why, and what happens next.")
            }
            Some(Outcome::NotYet { .. }) => (
                "The answer to the plan is “not yet”",
                "See why, what would need to change, and what you can do if you disagree.",
            ),
            _ => return None,
        };
        let action = html! { (button(&Button::to("Read the answer", &self.opened.path(CasePage::SignOff)))) };
        Some(next_step("News for you", title, &html! { p { (words) } }, &action))
    }

    /// Whoever moves next, by name where one person does.
    fn who_moves(&self, turn: &Turn) -> String {
        let of = self.opened.case().movers(turn);
        let places = of.iter().filter_map(|role| role.place());
        if let Some(member) = places.filter_map(|place| self.mover(turn, place)).next() {
            return format!("{}, {},", member.name, member.relation);
        }
        let first = of.first().copied();
        if let Some(queue) = first.and_then(Queue::of) {
            return queue.told().to_owned();
        }
        match first {
            Some(Role::Case(CaseRole::CareCoordinator)) => "Your care co-ordinator".to_owned(),
            _ => "Somebody else".to_owned(),
        }
    }

    fn cards(&self) -> Vec<Markup> {
        let mut cards = vec![self.plan_card(), self.money_card(), self.people_card(), self.reviews_card()];
        let link = |title: &str, page: CasePage, words: &str| {
            let href = self.opened.path(page);
            card(&Card { size: Size::S, ..Card::to(title, &href, html! { p { (words) } }) })
        };
        cards.push(link("What happened", CasePage::History, "Everything, in words: who, when and why."));
        cards.push(link(
            "My documents",
            CasePage::Documents,
            "Your plan, your budget and your letters, to keep or print.",
        ));
        cards.push(link("Notes", CasePage::Notes, "Your own notes, and notes for everyone."));
        cards.push(link("Ask for help", CasePage::Help, "Ask a question, or find someone to talk to."));
        cards
    }

    fn plan_card(&self) -> Markup {
        let case = self.opened.case();
        let href = self.opened.path(CasePage::Plan);
        let newest = case.signoff.latest().and_then(|s| s.outcome.as_ref()).map(|decided| &decided.outcome);
        let words = if case.signoff.waiting().is_none() && matches!(newest, Some(Outcome::NotYet { .. })) {
            "The answer was “not yet”. You can change your plan and send it again.".to_owned()
        } else if case.signoff.agreed().is_some() && case.signoff.waiting().is_none() {
            "Your plan is agreed. You can still change it.".to_owned()
        } else if case.signoff.waiting().is_some() {
            "Your plan has been sent and is being read.".to_owned()
        } else if case.stage() < Stage::Plan {
            "You can write your plan when you have seen your budget.".to_owned()
        } else {
            let (met, all) = self.criteria();
            format!("{met} of the {all} things that a plan needs are there.")
        };
        card(&Card { size: Size::S, ..Card::to("My plan", &href, html! { p { (words) } }) })
    }

    fn money_card(&self) -> Markup {
        let href = self.opened.path(if self.opened.case().arrangement.first_paid.is_some() {
            CasePage::Money
        } else {
            CasePage::Budget
        });
        let content = if self.opened.case().arrangement.first_paid.is_some() {
            self.money()
        } else if let Some(agreed) = self.agreed_money() {
            agreed
        } else {
            match self.opened.case().budget.amounts().filter(|_| self.opened.case().budget.shared.is_some()) {
                Some(amounts) => html! {
                    p { "About " strong { (amounts.yearly()) } " a year. It is not set in stone." }
                },
                None => {
                    html! { p { "We work out how much money there is after the questions about your needs." } }
                }
            }
        };
        card(&Card { size: Size::S, ..Card::to("My money", &href, content) })
    }

    /// What was agreed with the plan: from then on that is the money.
    fn agreed_money(&self) -> Option<Markup> {
        let decided = self.opened.case().signoff.agreed()?.outcome.as_ref()?;
        let Outcome::Agreed { nhs, council, start_up, .. } = &decided.outcome else { return None };
        Some(html! {
            p { strong { (*nhs + *council) } " is agreed for the first year." }
            @if !start_up.is_zero() { p { "And " strong { (start_up) } " once, to begin with." } }
        })
    }

    fn people_card(&self) -> Markup {
        let case = self.opened.case();
        let href = self.opened.path(CasePage::People);
        let content = html! {
            ul class="nhsuk-list phb-people" {
                @for member in case.circle.present().filter(|m| m.role != CaseRole::Person).take(5) {
                    li { (member.name) ", " (member.relation) }
                }
            }
        };
        card(&Card { size: Size::S, ..Card::to("My people", &href, content) })
    }

    fn reviews_card(&self) -> Markup {
        let case = self.opened.case();
        let open = case.review.open().next();
        let words = match (open.map(|r| &r.booked), case.review_due(self.opened.seen.framework())) {
            (Some(Some((on, _))), _) => format!("The next one is on {}.", dates::long(*on)),
            (Some(None), Some(due)) => {
                format!("One has been asked for and will be booked. It is due by {}.", dates::long(due))
            }
            (Some(None), None) => "One has been asked for and will be booked.".to_owned(),
            (None, Some(due)) => format!("The next one is due by {}.", dates::long(due)),
            (None, None) => "The first one is within 3 months of the first payment.".to_owned(),
        };
        let can_ask =
            open.is_none() && case.signoff.agreed().is_some() && self.opened.may(Action::AskForReview);
        let content = html! {
            p { (words) }
            p { a href=(self.opened.path(CasePage::Reviews)) { "All reviews" } }
            @if can_ask {
                form method="post" action=(CasePost::AskForReview.of(self.opened.case().id).path()) novalidate {
                    (csrf_field(&self.opened.me.csrf)) (key_field(self.key))
                    (button(&Button { small: true, ..Button::secondary("Ask for a review now") }))
                }
            }
        };
        card(&Card { size: Size::S, ..Card::new("My reviews", content) })
    }
}
