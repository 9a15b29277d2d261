//! The frame of every page outside a case, for someone signed in; and what
//! lists on such pages share.

use crate::address::{Address as _, Place};
use crate::components::NavItem;
use crate::form::Form;
use crate::page::{Kind, Shell, WhoAmI, page};
use crate::visit::Me;
use domain::Date;
use domain::access::Action;
use domain::dates::{days_between, long};
use maud::{Markup, html};
use service::worklist::Cursor;

/// The frame of a page outside any case, for someone signed in.
#[must_use]
pub fn frame(me: &Me, title: &str, kind: Kind, content: &Markup) -> Markup {
    frame_with(me, title, kind, None, false, None, content)
}

/// The same with news, with errors, or with a way back.
#[must_use]
pub fn frame_with(
    me: &Me,
    title: &str,
    kind: Kind,
    flash: Option<&str>,
    errors: bool,
    back: Option<(&str, &str)>,
    content: &Markup,
) -> Markup {
    let mut nav = vec![NavItem::new(Place::Home.path(), "Your work", title == "Your work")];
    if me.may_somewhere(Action::OpenCase) {
        nav.push(NavItem::new(Place::NewCase.path(), "Open a case", title == "Open a case"));
    }
    if me.may_somewhere(Action::SeePaymentsDue) {
        nav.push(NavItem::new(Place::Finance.path(), "Payments", false));
    }
    if me.may_somewhere(Action::SeeOffice) {
        nav.push(NavItem::new(Place::Admin.path(), "Administration", false));
    }
    let mut shell = Shell::of(&me.visit, title);
    shell.kind = kind;
    if kind == Kind::Staff {
        shell.nav = &nav;
    }
    shell.flash = flash.map(str::to_owned);
    shell.errors = errors;
    shell.back = back.map(|(href, text)| (href.to_owned(), text.to_owned()));
    let role_words =
        me.actor.posts.first().map_or_else(String::new, |posting| posting.post.words().to_owned());
    shell.signed_in = Some(WhoAmI { name: me.actor.name.clone(), role_words });
    page(&shell, html! { (content) })
}

/// A day in words that say whether it is late.
#[must_use]
pub fn when(due: Option<Date>, today: Date) -> Markup {
    let Some(due) = due else { return html! { "No date" } };
    let days = days_between(today, due);
    html! {
        @match days {
            i32::MIN..=-2 => { strong { (-days) " days late" } },
            -1 => { strong { "1 day late" } },
            0 => { strong { "Today" } },
            1 => "Tomorrow",
            2..=6 => { "In " (days) " days" },
            _ => (long(due)),
        }
    }
}

/// A place in a list as it stands in an address; [`place`] reads it.
pub(crate) fn place_words(after: &Cursor) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("after-sort", &after.sort)
        .append_pair("after-id", &after.id.to_string())
        .append_pair("after-row", &after.row_no.to_string())
        .finish()
}

pub(crate) fn place(form: &Form) -> Option<Cursor> {
    let id = form.text("after-id").parse().ok()?;
    let row_no = form.text("after-row").parse().ok()?;
    Some(Cursor { sort: form.text("after-sort").to_owned(), id, row_no })
}
