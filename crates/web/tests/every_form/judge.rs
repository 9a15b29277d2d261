//! What an answer must be like, whatever was sent.

use super::fill::Sent;
use super::read::{Form, Kind, css, fields, route_of};
use axum::http::Method;
use scraper::{ElementRef, Html};
use testkit::Page;

/// Forms whose answer is a page and not a way on: the next step of several, or
/// a list of what was looked for.
const ANSWERED_WITH_A_PAGE: [&str; 16] = [
    "/account/printed-codes",
    "/account/prove",
    "/admin/{area}/framework/bank-holidays",
    "/admin/{area}/framework/clocks",
    "/admin/{area}/framework/limit",
    "/admin/{area}/framework/method",
    "/admin/{area}/framework/retention",
    "/admin/{area}/framework/spending",
    "/admin/{area}/framework/words",
    "/cases/{id}/everything/{request}/fetch",
    "/cases/{id}/people/sharing/{with}",
    "/contact",
    "/home",
    "/recover",
    "/sign-in",
    "/sign-in/code",
];

/// Whether an answer says that what was sent is taken.
pub fn is_taken(form: &Form, page: &Page) -> bool {
    page.status == 303 || page.status == 200 && ANSWERED_WITH_A_PAGE.contains(&form.route)
}

/// What is wrong with an answer; nothing where all is well.
pub fn judge(form: &Form, sent: &Sent, page: &Page) -> Result<(), String> {
    let status = page.status.as_u16();
    let hidden_changed = form.fields.iter().any(|f| {
        let now: Vec<&String> = sent.values.iter().filter(|(n, _)| *n == f.name).map(|(_, v)| v).collect();
        f.kind == Kind::Hidden && !now.iter().copied().eq(f.held.iter())
    });
    let typed = words_sent(form, sent);
    match status {
        303 => Ok(()),
        200 if ANSWERED_WITH_A_PAGE.contains(&form.route) => Ok(()),
        422 => shown_again(form, sent, page, hidden_changed),
        // What no page of ours sends may be answered shortly, in words.
        400..=499 if hidden_changed || sent.values.is_empty() || chose_nobodys(form, sent) => in_words(page),
        409 if typed.is_empty() => in_words(page),
        _ => Err(format!("gave {status}: {}", page.main())),
    }
}

/// Whether something is chosen that the page does not offer.
fn chose_nobodys(form: &Form, sent: &Sent) -> bool {
    sent.values.iter().any(|(name, value)| {
        form.field(name).is_some_and(|f| f.kind.is_choice() && !f.offered.contains(value))
    })
}

/// The longer words that somebody typed.
fn words_sent(form: &Form, sent: &Sent) -> Vec<String> {
    let is_long = |name: &str| form.field(name).is_some_and(|f| f.kind == Kind::Long);
    let all = sent.values.iter().filter(|(name, value)| is_long(name) && !value.trim().is_empty());
    all.map(|(_, value)| value.clone()).collect()
}

fn in_words(page: &Page) -> Result<(), String> {
    let is_page = !page.select("h1").is_empty() && !page.select("main p").is_empty();
    if is_page { Ok(()) } else { Err(format!("gave {} without words: {}", page.status, page.text())) }
}

fn shown_again(form: &Form, sent: &Sent, page: &Page, hidden_changed: bool) -> Result<(), String> {
    let document = Html::parse_document(&page.html);
    let title: String = document.select(&css("title")).flat_map(|t| t.text()).collect();
    if !title.starts_with("Error: ") {
        return Err(format!("the title does not say that there is an error: {title:?}"));
    }
    let problems: Vec<ElementRef<'_>> = document.select(&css(".nhsuk-error-summary li")).collect();
    if problems.is_empty() && !hidden_changed {
        return Err(format!("nothing says what is wrong: {}", page.main()));
    }
    for problem in problems.into_iter().filter(|_| !hidden_changed) {
        leads_to_its_field(&document, problem)?;
    }
    // Two forms may lead to one place, each about another thing: the one that
    // has the same fields.
    let post = css("form[method=post]");
    let alike: Vec<ElementRef<'_>> = document
        .select(&post)
        .filter(|f| f.value().attr("action").unwrap_or(&form.action) == form.action)
        .collect();
    let has_all = |own: &&ElementRef<'_>| {
        let shown = fields(**own);
        form.fields.iter().filter(|f| f.kind.is_typed()).all(|f| shown.iter().any(|s| s.name == f.name))
    };
    let Some(own) = alike.iter().find(has_all).or(alike.first()).copied() else {
        // The form is gone, because there is nothing to do any more: then
        // what was typed stands on the page.
        return nothing_lost(form, sent, page);
    };
    kept(form, sent, own)
}

/// What somebody wrote is somewhere on the page: in its field, or to be copied.
pub fn nothing_lost(form: &Form, sent: &Sent, page: &Page) -> Result<(), String> {
    let text = page.text();
    let lost = words_sent(form, sent).into_iter().find(|words| !text.contains(&settled(words)));
    lost.map_or(Ok(()), |words| Err(format!("{} lost {words:?}: {}", page.status, page.main())))
}

/// A link of the summary leads to an element that is there, and the same
/// message stands beside it; or it leads to the page where it can be mended.
fn leads_to_its_field(document: &Html, problem: ElementRef<'_>) -> Result<(), String> {
    let message: String = problem.text().collect();
    let Some(link) = problem.select(&css("a")).next() else { return Ok(()) };
    let href = link.value().attr("href").unwrap_or_default();
    let Some(id) = href.strip_prefix('#') else {
        let known = route_of(&Method::GET, href).is_some();
        return if known { Ok(()) } else { Err(format!("{message:?} leads to {href:?}")) };
    };
    let found: Vec<ElementRef<'_>> =
        document.select(&css("[id]")).filter(|e| e.value().attr("id") == Some(id)).collect();
    let [field] = found.as_slice() else {
        return Err(format!("{message:?} leads to #{id}, which is there {} times", found.len()));
    };
    let element = field.value();
    let takes_focus = match element.name() {
        "input" => element.attr("type") != Some("hidden"),
        "textarea" | "select" | "button" => true,
        _ => element.attr("tabindex").is_some(),
    };
    if !takes_focus {
        return Err(format!("{message:?} leads to #{id}, which takes no focus"));
    }
    let beside = field.ancestors().filter_map(ElementRef::wrap).any(|around| {
        around.select(&css(".nhsuk-error-message")).any(|e| e.text().collect::<String>().contains(&message))
    });
    if beside { Ok(()) } else { Err(format!("{message:?} does not stand beside #{id}")) }
}

/// Every field holds what was typed or chosen in it.
fn kept(form: &Form, sent: &Sent, own: ElementRef<'_>) -> Result<(), String> {
    let shown = fields(own);
    for field in &form.fields {
        let Some((_, typed)) = sent.values.iter().find(|(name, _)| *name == field.name) else { continue };
        let now = shown.iter().find(|f| f.name == field.name);
        if field.kind.is_typed() {
            let held = now.and_then(|f| f.held.first()).cloned().unwrap_or_default();
            if as_browsers_have_it(&held) != as_browsers_have_it(typed) {
                return Err(format!("{} holds {held:.80?}, not {typed:.80?}", field.name));
            }
        }
        let is_chosen = field.kind.is_choice() && field.offered.contains(typed) && !typed.is_empty();
        if is_chosen && !now.is_some_and(|f| f.held.contains(typed)) {
            return Err(format!("{typed:?} is not chosen any more in {}", field.name));
        }
    }
    Ok(())
}

/// Line ends and the one character that HTML has no way to write.
fn as_browsers_have_it(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\0', "\u{fffd}")
}

/// As the words of a page are compared: with single spaces.
fn settled(text: &str) -> String {
    as_browsers_have_it(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
