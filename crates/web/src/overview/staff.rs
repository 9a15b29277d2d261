//! A case at a glance, for those who work with it.

use super::Home;
use crate::address::CasePage;
use crate::case_page::nothing_here;
use crate::components::{
    Colour, Column, Figure, Row, Size, SummaryList, Table, Tag, beside, cell, figures, page_heading,
    summary_list, table, tag, typed, warning_callout,
};
use domain::access::{Action, Role};
use domain::case::circle::ContactPreference;
use domain::case::{Turn, Voice};
use domain::{Date, dates};
use maud::{Markup, html};

impl Home<'_> {
    pub(super) fn staff(&self) -> Markup {
        let case = self.opened.case();
        let reference = case.offer.opened.as_ref().map_or("", |o| o.reference.as_str());
        let main = html! {
            (self.turns_table())
            @if self.opened.may(Action::SeeMoney) && case.arrangement.first_paid.is_some() { h2 { "Money" } (self.money()) }
            @if !self.glance.newest.is_empty() {
                h2 { "Latest" }
                (crate::history::in_short(case.id, &self.glance.newest))
                p { a href=(self.opened.path(CasePage::History)) { "Everything that happened" } }
            }
        };
        let aside = html! {
            @if self.opened.may(Action::SeePeople) { (self.communication()) (self.people()) }
            @if self.opened.may(Action::SeeNotes) { p { a href=(self.opened.path(CasePage::Notes)) { "Notes" } } }
            @if self.opened.may(Action::SeeLooks) { p { a href=(self.opened.path(CasePage::Looks)) { "Who looked" } } }
        };
        html! {
            (page_heading(reference, case.person_name()))
            (self.contact_only())
            (self.not_shared())
            (figures(&self.numbers()))
            (beside(&main, &aside))
        }
    }

    fn numbers(&self) -> Vec<Figure> {
        let case = self.opened.case();
        let figure = |number: String, words: &str, page: Option<CasePage>| Figure {
            number,
            words: words.to_owned(),
            href: page.map(|page| self.opened.path(page)),
        };
        let mut all = vec![figure(staff_stage(case.stage()).to_owned(), "stage", None)];
        if self.opened.may(Action::SeePlan) {
            let (met, of) = self.criteria();
            all.push(figure(format!("{met} of {of}"), "criteria of the plan met", Some(CasePage::SignOff)));
        }
        let preview = case.budget.newest().filter(|_| self.opened.may(Action::SeePreview));
        let amounts = case.budget.amounts().or(preview);
        if let Some(amounts) = amounts.filter(|_| self.opened.may(Action::SeeBudget)) {
            all.push(figure(amounts.yearly().to_string(), "a year", Some(CasePage::Budget)));
        }
        if self.opened.may(Action::SeeMoney) && case.arrangement.first_paid.is_some() {
            all.push(figure(self.glance.money.left.to_string(), "left", Some(CasePage::Money)));
        }
        if let Some((day, words)) = self.next_review().filter(|_| self.opened.may(Action::SeeReviews)) {
            all.push(figure(dates::long(day), words, Some(CasePage::Reviews)));
        }
        all
    }

    /// The day of the next review, and what about it.
    fn next_review(&self) -> Option<(Date, &'static str)> {
        let case = &self.opened.seen.case;
        let booked = case.review.open().find_map(|review| review.booked.as_ref()).map(|(day, _)| *day);
        let day = booked.or_else(|| case.review_due(self.opened.seen.framework()))?;
        let words = match booked {
            _ if day < self.opened.seen.today => "review is late",
            Some(_) => "review booked",
            None => "review due",
        };
        Some((day, words))
    }

    /// The person may be contacted in one way only: nobody may miss it.
    fn contact_only(&self) -> Markup {
        if !self.opened.may(Action::SeePeople) {
            return html! {};
        }
        let only: Vec<(Voice, &ContactPreference)> =
            self.opened.case().circle.contact.iter().filter(|(_, p)| p.only).map(|(v, p)| (*v, p)).collect();
        html! {
            @for (voice, preference) in only {
                @let name = self.opened.case().circle.name_of(voice);
                (warning_callout(&format!("Contact {name} by {} only", ways(preference)), 2, &html! { (more(preference)) }))
            }
        }
    }

    fn turns_table(&self) -> Markup {
        let turns = self.turns();
        if turns.is_empty() {
            return nothing_here(&self.opened.seen, "Nothing is waiting that you can see.");
        }
        let rows = turns
            .iter()
            .map(|turn| {
                let late = turn.due.is_some_and(|due| due < self.opened.seen.today);
                vec![
                    html! {
                        a href=(self.opened.path(turn.page.clone())) { (turn.task) }
                        @if self.is_mine(turn) { " " (tag(&Tag::new("You", Colour::Blue))) }
                    },
                    cell(self.whose(turn)),
                    html! {
                        @match turn.due { Some(due) => (dates::long(due)), None => "–" }
                        @if late { " " (tag(&Tag::new("Late", Colour::Red))) }
                    },
                ]
            })
            .collect();
        let columns = vec![Column::text("What waits"), Column::text("For whom"), Column::text("By")];
        table(&Table { size: Size::M, ..Table::new("What waits to be done", columns, rows) })
    }

    fn whose(&self, turn: &Turn) -> String {
        let of = self.opened.case().movers(turn);
        let name = |role: &Role| match role {
            Role::Case(place) => self.mover(turn, *place).map(|member| member.name.to_string()),
            other => Some(other.words().to_owned()),
        };
        let names: Vec<String> = of.iter().filter_map(name).collect();
        if names.is_empty() { of.first().map_or("", |r| r.words()).to_owned() } else { names.join(", ") }
    }

    fn communication(&self) -> Markup {
        let Some(how) = &self.opened.case().circle.communication else {
            return html! { h2 class="nhsuk-heading-s" { "Communication" } p { "Not described yet. " a href=(self.opened.path(CasePage::People)) { "Describe it" } } };
        };
        let mut rows = vec![];
        if let Some(yes) = &how.yes {
            rows.push(Row::text("Yes", yes.as_str()));
        }
        if let Some(no) = &how.no {
            rows.push(Row::text("No", no.as_str()));
        }
        rows.push(Row::html("How", typed(how.how.as_str())));
        if let Some(helps) = &how.helps {
            rows.push(Row::html("Helps", typed(helps.as_str())));
        }
        html! { h2 class="nhsuk-heading-s" { "Communication" } (summary_list(&SummaryList { rows, no_border: true, ..SummaryList::default() })) }
    }

    fn people(&self) -> Markup {
        let circle = &self.opened.case().circle;
        let preference = |voice: Voice| circle.contact.iter().find(|(v, _)| *v == voice).map(|(_, p)| p);
        let rows = circle
            .present()
            .map(|member| {
                Row::html(member.name.to_string(), html! {
                    (member.relation)
                    @for speaks in &member.speaks { br; (speaks.words()) }
                    @if let Some(preference) = preference(member.voice()) {
                        br; @if preference.only { strong { "Only " (ways(preference)) } } @else { (ways(preference)) }
                        @if let Some(when) = &preference.when { ", " (when) }
                    }
                })
            })
            .collect();
        html! {
            h2 class="nhsuk-heading-s" { "People" }
            (summary_list(&SummaryList { rows, no_border: true, ..SummaryList::default() }))
            p { a href=(self.opened.path(CasePage::People)) { "The circle, consent and contact" } }
        }
    }
}

fn ways(preference: &ContactPreference) -> String {
    preference.by.iter().map(|by| by.words()).collect::<Vec<_>>().join(" or ")
}

fn more(preference: &ContactPreference) -> Markup {
    html! {
        p {
            @if let Some(details) = &preference.details { (details) ". " }
            @if let Some(when) = &preference.when { "Best: " (when) "." }
        }
    }
}

/// A stage as staff call it.
fn staff_stage(stage: domain::case::Stage) -> &'static str {
    use domain::case::Stage as S;
    match stage {
        S::Contact => "Finding out",
        S::Needs => "Needs",
        S::Money => "Budget",
        S::Plan => "Planning",
        S::Organise => "Organising",
        S::Review => "Living with it",
    }
}
