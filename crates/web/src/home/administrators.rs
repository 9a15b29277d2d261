//! What waits for administrators, on their home page.

use crate::address::{Address as _, AreaPage, Place};
use crate::components::unseen;
use crate::{ErrorPage, Me};
use domain::access::Action;
use domain::account::REMOVAL_LAPSES_SECONDS;
use domain::dates::{london, long};
use domain::{AccountId, AreaId, Date};
use jiff::SignedDuration;
use maud::{Markup, html};
use service::keeping::ToDestroy;

/// What waits for administrators.
#[derive(Default)]
pub(super) struct ToConfirm {
    /// Posts that wait for a second one of them.
    posts: Vec<(AreaId, service::posts::Waiting)>,
    /// Colleagues who lost their second step and whom the reader can help.
    lost: Vec<LostStep>,
    /// Areas in which nobody answers requests to be contacted, and how many wait.
    unanswered: Vec<(AreaId, usize)>,
    /// Areas in which records wait to be destroyed, also for framework owners.
    destroying: Vec<(AreaId, ToDestroy)>,
    /// Areas in which nobody may look at something again, and how much of it waits.
    nobody_may: Vec<(AreaId, usize)>,
}

/// A colleague who lost their second step, and until when it stands that it was asked.
struct LostStep {
    area: AreaId,
    account: AccountId,
    name: String,
    lapses: Date,
}

impl ToConfirm {
    fn is_nothing(&self) -> bool {
        self.posts.is_empty()
            && self.lost.is_empty()
            && self.unanswered.is_empty()
            && self.nobody_may.is_empty()
    }

    /// How much of it is the reader's to do.
    pub(super) fn count(&self) -> usize {
        let posts = self.posts.iter().filter(|(_, one)| !one.is_own).count();
        let records = self.destroying.iter().map(|(_, waits)| waits.proposed + waits.to_propose);
        posts + self.lost.len() + self.unanswered.len() + self.nobody_may.len() + records.sum::<usize>()
    }
}

/// What each commissioner of an area decided before, or is too close to.
fn nobody_may(all: &[(AreaId, usize)]) -> Markup {
    html! {
        h2 { "Nobody may look at it again" }
        ul class="nhsuk-list nhsuk-list--bullet" {
            @for (area, waiting) in all {
                li { a href=(Place::Area(*area, AreaPage::People).path()) { "People and posts" } ": " (waiting) @if *waiting == 1 { " appeal or request waits" } @else { " appeals or requests wait" } " for a commissioner who did not decide before and is not close to the person, and nobody there is. Give the post to somebody else" }
            }
        }
    }
}

pub(super) async fn to_confirm(me: &Me) -> Result<ToConfirm, ErrorPage> {
    let app = &me.web().app;
    let enough = if app.settings.one_administrator { 1 } else { 2 };
    let mut found = ToConfirm::default();
    for area in me.actor.areas_of(Action::DestroyRecords) {
        let waits = app.waits_to_be_destroyed(&me.actor, area).await?;
        found.destroying.extend(Some((area, waits)).filter(|(_, waits)| *waits != ToDestroy::default()));
    }
    for area in super::administered(me) {
        let all = app.posts_waiting(&me.actor, area).await?;
        found.posts.extend(all.into_iter().filter(|one| one.confirmed_by.is_none()).map(|one| (area, one)));
        let waiting = app.unanswered_requests(&me.actor, area).await?;
        found.unanswered.extend(Some((area, waiting)).filter(|(_, waiting)| *waiting > 0));
        let waiting = app.nobody_may(&me.actor, area).await?;
        found.nobody_may.extend(Some((area, waiting)).filter(|(_, waiting)| *waiting > 0));
        for one in app.who_lost_their_step(&me.actor, area).await? {
            let Some((asked, agreed)) = one.lost_step.filter(|_| one.account != me.actor.account) else {
                continue;
            };
            if agreed.len() < enough && !agreed.contains(&me.actor.account) {
                let lapses = asked.saturating_add(SignedDuration::from_secs(REMOVAL_LAPSES_SECONDS));
                let lapses = london(lapses.unwrap_or(asked));
                found.lost.push(LostStep { area, account: one.account, name: one.name, lapses });
            }
        }
    }
    Ok(found)
}

/// Records that wait for one of two people, with the way there.
fn to_destroy(all: &[(AreaId, ToDestroy)]) -> Markup {
    let at = |area: AreaId, page: AreaPage| Place::Area(area, page).path();
    html! {
        @if !all.is_empty() {
            section id="to-destroy" {
                h2 { "Records to destroy" }
                ul class="nhsuk-list nhsuk-list--bullet" {
                    @for (area, waits) in all {
                        @if waits.proposed > 0 {
                            li { a href=(at(*area, AreaPage::Disposals)) { "Proposed by somebody else: " (waits.proposed) } ". You destroy them, or take it back" }
                        }
                        @if waits.to_propose > 0 {
                            li { a href=(at(*area, AreaPage::Destroy)) { "To be erased, as was granted: " (waits.to_propose) } ". Nobody has proposed it yet" }
                        }
                    }
                }
            }
        }
    }
}

/// For administrators: colleagues who lost their second step, and the posts
/// that wait for a second one of them. For framework owners too: records that wait to
/// be destroyed.
pub(super) fn for_administrators(all: &ToConfirm) -> Markup {
    html! {
        (to_destroy(&all.destroying))
        @if !all.is_nothing() {
            section id="to-confirm" {
                @if !all.nobody_may.is_empty() { (nobody_may(&all.nobody_may)) }
                @if !all.unanswered.is_empty() {
                    h2 { "Nobody answers requests to be contacted" }
                    ul class="nhsuk-list nhsuk-list--bullet" {
                        @for (area, waiting) in &all.unanswered {
                            li { a href=(Place::Area(*area, AreaPage::People).path()) { "People and posts" } ": " (waiting) @if *waiting == 1 { " person waits" } @else { " people wait" } ", and nobody there has the post" }
                        }
                    }
                }
                @if !all.lost.is_empty() {
                    h2 { "Colleagues who lost their second step" }
                    ul class="nhsuk-list nhsuk-list--bullet" {
                        @for LostStep { area, account, name, lapses } in &all.lost {
                            li {
                                a href=(Place::Area(*area, AreaPage::Person(*account)).path()) { (name) (unseen("(lost their second step)")) }
                                ", waits for an administrator who knows that it is them. Lapses on " (long(*lapses))
                            }
                        }
                    }
                }
                @if !all.posts.is_empty() {
                    h2 { "Posts that wait for a second administrator" }
                    ul class="nhsuk-list nhsuk-list--bullet" {
                        @for (area, one) in &all.posts {
                            li {
                                a href=(Place::Area(*area, AreaPage::Proposal(one.proposal)).path()) { (one.name) (unseen(&format!("({}, {})", one.email, one.post.words()))) }
                                ", " (one.post.words()) @if one.is_own { ", proposed by you" } @else { ", proposed by " (one.by) }
                                ". Lapses on " (long(london(one.until)))
                            }
                        }
                    }
                }
            }
        }
    }
}
