//! Two people who change the same thing in a list of the plan at once: both
//! versions are shown in full, with who wrote each and when, and the page of
//! the form helps to bring them together. It is the same for outcomes, risks,
//! actions and lines of money.

use super::frame::{BASED_ON, Done, recorder, to_write, who};
use crate::address::{Address as _, PlanItem, PlanList, PlanPage};
use crate::carried::carried;
use crate::case_page::Opened;
use crate::components::{Button, Card, Colour, Tag, action_link, button, buttons, card, hidden, tag, typed};
use crate::form::Form;
use crate::tokens::{KEY_FIELD, csrf_field, key_field};
use crate::{Answer, ErrorPage, Me};
use axum::response::Response;
use domain::case::Case;
use domain::case::history::InFull;
use domain::case::plan::checklist::contested;
use domain::case::plan::{Item, Plan, Version};
use domain::framework::Framework;
use domain::{CaseId, Prose};
use maud::{Markup, html};
use service::plan::Change;

/// It, as it came back. Without a number nothing was seen, so nothing is
/// written over.
pub fn based_on(form: &Form) -> u64 {
    form.text(BASED_ON).parse().unwrap_or(0)
}

type Find<I, W, S> = fn(&Plan, I) -> Option<&Item<I, W, S>>;
type Asked<I, W, S> = fn(&Opened, &Form, Option<&Item<I, W, S>>, Option<&str>) -> Response;

/// A list of the plan, and what is its own about the pages of one thing in it.
pub struct List<I, W, S = ()> {
    pub list: PlanList,
    /// The titles of the pages where one is added, changed and taken out.
    pub add: &'static str,
    pub change: &'static str,
    pub take_out: &'static str,
    pub find: Find<I, W, S>,
    /// A version as its form has it.
    pub filled: fn(&Version<W, S>) -> Form,
    /// The page of the form, to add one or change it, with a word on what was
    /// just done.
    pub asked: Asked<I, W, S>,
    pub remove: fn(I, Prose, u64) -> Change,
}

impl<I, W, S> List<I, W, S>
where
    I: Copy + Into<PlanItem> + Send + 'static,
    W: Clone + PartialEq,
    S: Clone + PartialEq,
    Version<W, S>: InFull,
{
    /// The page to change one, with what stands filled in.
    pub async fn edit(&self, me: Me, id: CaseId, item: I, done: &Done) -> Answer {
        let opened = to_write(&me, id).await?;
        let now = (self.find)(&opened.case().plan, item).filter(|i| !i.removed).ok_or(ErrorPage::Hidden)?;
        Ok((self.asked)(&opened, &self.form_of(&now.newest(), now.seq), Some(now), done.words()))
    }

    /// The same page with everything that was typed, beside what stands now.
    pub async fn again(&self, opened: Opened, item: I, form: &Form) -> Answer {
        let opened = opened.anew().await?;
        let now = (self.find)(&opened.case().plan, item).ok_or(ErrorPage::Hidden)?;
        Ok((self.asked)(&opened, form, Some(now), None))
    }

    /// Where to go after a change was saved: to both versions where somebody
    /// else wrote too, or to the list.
    pub fn saved(&self, opened: &Opened, after: &Case, item: I) -> Response {
        let contested = |case: &Case| (self.find)(&case.plan, item).is_some_and(Item::is_contested);
        if contested(after) {
            opened.go(PlanPage::Item(item.into()), "beside")
        } else {
            let done = if contested(opened.case()) { "together" } else { "changed" };
            opened.go(PlanPage::List(self.list), done)
        }
    }

    pub async fn ask_why(&self, me: Me, id: CaseId, item: I) -> Answer {
        self.removal(&to_write(&me, id).await?, item, &Form::empty())
    }

    pub async fn remove(&self, me: Me, id: CaseId, item: I, mut form: Form) -> Answer {
        let opened = to_write(&me, id).await?;
        (self.find)(&opened.case().plan, item).ok_or(ErrorPage::Hidden)?;
        let Some(why) = form.prose("why", "why you are taking it out") else {
            return self.removal(&opened, item, &form);
        };
        let change = (self.remove)(item, why, based_on(&form));
        let saved = opened.change(&mut form, change).await?;
        match saved {
            Some(_) => Ok(opened.go(PlanPage::List(self.list), "removed")),
            None => self.removal(&opened.anew().await?, item, &form),
        }
    }

    /// The page that asks before something is taken out. It shows all that
    /// stands, and says where that is newer than what the reader had seen.
    fn removal(&self, opened: &Opened, item: I, form: &Form) -> Answer {
        let item = (self.find)(&opened.case().plan, item).ok_or(ErrorPage::Hidden)?;
        let news = !form.text(BASED_ON).is_empty() && based_on(form) < item.seq;
        let standing = item.standing();
        let what = html! {
            @if news { p { strong { "Somebody changed this since you opened the page." } " This is what it says now." } }
            @if item.is_contested() { p { "It stands in two versions, and both go. What differs is bold." } }
            div class="phb-beside-each" {
                @for version in &standing { div class="phb-outcome" { (in_full(opened.case(), opened.seen.framework(), version, &standing)) } }
            }
        };
        let mut form = form.clone();
        form.values.insert(BASED_ON.to_owned(), vec![item.seq.to_string()]);
        Ok(opened.removal(&form, self.take_out, &what, &opened.path(PlanPage::List(self.list))))
    }

    fn form_of(&self, version: &Version<W, S>, seq: u64) -> Form {
        let mut form = (self.filled)(version);
        form.put(BASED_ON, seq.to_string());
        form
    }

    pub fn title(&self, item: Option<&Item<I, W, S>>) -> &'static str {
        match item {
            None => self.add,
            Some(item) if item.is_contested() && !item.removed => "Bring the versions together",
            Some(_) => self.change,
        }
    }

    /// What stands above the fields: what others did meanwhile.
    pub fn meanwhile(&self, opened: &Opened, form: &Form, item: Option<&Item<I, W, S>>) -> Markup {
        let Some(item) = item else { return html! {} };
        if item.removed {
            return taken_out(opened, item);
        }
        html! {
            @if !form.is_ok() && based_on(form) < item.seq {
                div class="phb-waiting" {
                    p { strong { "Somebody else changed this while you did." } " Your words are below, just as you typed them. When you save, both stand side by side." }
                    @if !item.is_contested() { (in_full(opened.case(), opened.seen.framework(), &item.newest(), &[])) }
                }
            }
            @if item.is_contested() { (self.side_by_side(opened, item)) }
        }
    }

    fn side_by_side(&self, opened: &Opened, item: &Item<I, W, S>) -> Markup {
        let (case, framework, standing) = (opened.case(), opened.seen.framework(), item.standing());
        html! {
            p { strong { "Two people changed this at the same time." } " Here is what each of them wrote; what differs is bold. Keep one, or write them into one below. Until then the newest counts." }
            div class="phb-beside-each" {
                @for version in &standing {
                    @let writer = recorder(case, version.by).unwrap_or_else(|| case.circle.name_of(version.voice));
                    (card(&Card::new(writer, html! {
                        @if version.seq == item.seq { p { (tag(&Tag::new("The newest", Colour::AquaGreen))) } }
                        (in_full(case, framework, version, &standing))
                        form method="post" novalidate {
                            (csrf_field(&opened.me.csrf))
                            (carried(&self.form_of(version, item.seq)))
                            (button(&Button { small: true, ..Button::secondary("Keep this version") }))
                        }
                    })))
                }
            }
            h2 class="nhsuk-heading-m" { "Or write one version" }
            p { "The newest is filled in. Add to it what is right in the other." }
        }
    }

    /// The end of the form: what goes with it unseen, and its buttons. What was
    /// taken out meanwhile can be added again with the same words.
    pub fn save(&self, opened: &Opened, form: &Form, item: Option<&Item<I, W, S>>) -> Markup {
        let again = item.is_some_and(|i| i.removed);
        let key = if again { opened.new_key() } else { form.text(KEY_FIELD).to_owned() };
        let add = opened.path(PlanPage::Add(self.list));
        html! {
            (key_field(&key))
            @if item.is_some() { (hidden(BASED_ON, form.text(BASED_ON))) }
            (buttons(&html! {
                @if again { (button(&Button { formaction: Some(&add), ..Button::submit("Add it again, with these words") })) }
                @else if item.is_some_and(Item::is_contested) { (button(&Button::submit("Save as one version"))) }
                @else { (button(&Button::submit("Save"))) }
                a href=(opened.path(PlanPage::List(self.list))) { @if again { "Leave it out" } @else { "Go back" } }
            }))
        }
    }

    /// Below one thing of a list: the versions that stand beside it.
    pub fn beside(&self, opened: &Opened, item: &Item<I, W, S>) -> Markup {
        let page = opened.path(PlanPage::Item(item.id.into()));
        let way = html! { @if opened.may_write() { (action_link(&page, "Bring the versions together")) } };
        others(opened.case(), opened.seen.framework(), item, &way)
    }
}

fn taken_out<I, W, S>(opened: &Opened, item: &Item<I, W, S>) -> Markup {
    let by = recorder(opened.case(), item.by).unwrap_or("Somebody else");
    html! {
        div class="phb-waiting" {
            p { strong { (by) " took this out of the plan while you wrote." } " Your words are below, just as you typed them." }
            @if let Some(why) = &item.why { p { "The reason given: " (typed(why.as_str())) } }
            p { "You can add it again with these words. Or talk about it first, and leave it out." }
        }
    }
}

/// What a version says, whose words they are, and when they were recorded.
/// What not all of `standing` say is bold.
fn in_full<W, S>(
    case: &Case,
    framework: &Framework,
    version: &Version<W, S>,
    standing: &[Version<W, S>],
) -> Markup
where
    Version<W, S>: InFull,
{
    let all: Vec<_> = standing.iter().map(|v| v.in_full(case, framework)).collect();
    html! {
        dl class="phb-version" {
            @for row in version.in_full(case, framework) {
                @let (label, words) = &row;
                div {
                    dt { (label) }
                    @if all.iter().all(|v| v.contains(&row)) { dd { (typed(words)) } }
                    @else { dd { strong { (typed(words)) } } }
                }
            }
        }
        p class="phb-version__who" { (who(case, version.voice, version.by, version.at)) }
    }
}

/// The versions beside the newest, which is shown above, and the way to bring
/// them together; nothing where there is but one.
pub fn others<I, W: Clone + PartialEq, S: Clone + PartialEq>(
    case: &Case,
    framework: &Framework,
    item: &Item<I, W, S>,
    way: &Markup,
) -> Markup
where
    Version<W, S>: InFull,
{
    if !item.is_contested() {
        return html! {};
    }
    let standing = item.standing();
    html! {
        div class="phb-waiting phb-versions" {
            p { strong { "Two people changed this at the same time." } " What is above is the newest, and counts for now. This stands beside it until the versions are brought together; what differs is bold:" }
            @for version in standing.iter().skip(1) { (in_full(case, framework, version, &standing)) }
            (way)
        }
    }
}

/// What of the whole plan waits to be brought together, with the way there.
pub fn waiting(opened: &Opened) -> Markup {
    let all = contested(opened.case());
    html! {
        @if opened.may_write() && !all.is_empty() {
            div class="phb-waiting phb-no-print" {
                p { strong { "Some of this stands in two versions." } }
                ul { @for one in &all { li { a href=(one.page.clone().of(opened.case().id).path()) { (one.words) } } } }
            }
        }
    }
}
