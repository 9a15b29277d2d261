//! At the door of one route: whether a form is ours, who may come in, how often,
//! and how much of a body is kept meanwhile.
//!
//! Forms without files are read here, up to 2 MB, since nothing that somebody
//! typed may be lost whatever the answer is. Of forms with files nothing is
//! read before it is clear who sends them and that they may.

use crate::account::prove;
use crate::address::{Address as _, Place};
use crate::body::{Pace, SMALL_BYTES, giving_way, is_multipart, paced, read_to_nowhere, said};
use crate::error_page::ErrorPage;
use crate::error_view::sign_in_again;
use crate::form::{self, Form};
use crate::routes::{Declared, Door, Takes};
use crate::seats::Seat;
use crate::source::Source;
use crate::tokens::{CSRF_FIELD, same};
use crate::upload::Upload;
use crate::visit::{Asked, Visit};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::AccountId;
use domain::access::Action;
use service::limit::{Coming, Turn, Work};
use service::rate::Rate;

/// Why somebody does not come in.
enum Outside {
    /// They are not signed in.
    SignIn,
    /// Their second step is still to be given.
    Code,
    ErrorPage(ErrorPage),
}

/// What a request says of itself before its body is read.
struct Call {
    is_get: bool,
    path: String,
    source: Source,
}

impl Call {
    fn of(visit: &Visit, request: &Request) -> Self {
        let behind_proxy = visit.web.app.settings.behind_proxy;
        Self {
            is_get: request.method() == Method::GET,
            path: request.uri().path().to_owned(),
            source: Source::of_parts(request.headers(), request.extensions(), behind_proxy),
        }
    }

    /// Whose share of the limits it is: an account's, or that of where it
    /// comes from.
    fn who(&self, visit: &Visit) -> String {
        account(visit).map_or_else(|| self.source.0.clone(), |account| account.to_string())
    }
}

/// Lets a request in, or answers it.
pub async fn guard(at: Declared, request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return ErrorPage::Hidden.into_response();
    };
    if at.door == Door::Demo && !visit.web.look.demo {
        return ErrorPage::Hidden.into_response();
    }
    if request.method() != Method::POST {
        return page(&at, &visit, request, next).await;
    }
    if !is_from_our_site(&visit, at.door, request.headers()) {
        return ErrorPage::Forged.into_response();
    }
    let size = said(request.body());
    let pace = request.extensions().get::<Pace>().copied().unwrap_or_default();
    let request = request.map(|body| paced(body, pace));
    if at.takes == Takes::Files && is_multipart(request.headers()) {
        form_with_files(&at, &visit, request, next).await
    } else {
        form_with_fields(&at, &visit, size, request, next).await
    }
}

async fn page(at: &Declared, visit: &Visit, request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default();
    visit.keep(Asked { path, ..Asked::default() });
    let call = Call::of(visit, &request);
    match may_come_in(at, visit, &call).await {
        Ok(()) => behind_the_door(at, visit, request, next).await,
        Err(Outside::SignIn) => {
            let next: String =
                form_urlencoded::Serializer::new(String::new()).append_pair("next", &call.path).finish();
            Redirect::to(&Place::SignIn.asking(&next)).into_response()
        }
        Err(Outside::Code) => Redirect::to(&Place::SignInCode.path()).into_response(),
        Err(Outside::ErrorPage(trouble)) => trouble.into_response(),
    }
}

async fn form_with_fields(
    at: &Declared,
    visit: &Visit,
    size: Option<u64>,
    request: Request,
    next: Next,
) -> Response {
    let call = Call::of(visit, &request);
    let (parts, body) = request.into_parts();
    // Held until the form is answered.
    let (_turn, body) = match turn_for(visit, size, &call).await {
        Ok(Some((turn, coming))) => (Some(turn), giving_way(body, coming)),
        Ok(None) => (None, body),
        Err(trouble) => {
            // So that the browser, which still sends, gets to read the answer.
            read_to_nowhere(body, form::MOST_BYTES).await;
            return trouble.into_response();
        }
    };
    let bytes = match to_bytes(body, form::MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(why) => return ErrorPage::unread(&why).into_response(),
    };
    if let Some(seat) = parts.extensions.get::<Seat>() {
        seat.works();
    }
    let typed = Form::parse(&bytes);
    let path = &call.path;
    let is_ours = same(typed.text(CSRF_FIELD), &visit.csrf);
    if !is_ours && visit.signed_in.is_none() && !matches!(at.door, Door::Anyone | Door::Demo) {
        // Either forged or the session ended while they were typing: sign in
        // again and nothing typed is lost, since nothing is done until then.
        return sign_in_again(visit, path, &typed, false);
    }
    if !is_ours {
        return ErrorPage::Stale(Box::new((path.clone(), typed))).into_response();
    }
    visit.keep(Asked { path: path.clone(), typed: Some(typed.clone()), had_file: false });
    let request = Request::from_parts(parts, Body::from(bytes));
    match may_come_in(at, visit, &call).await {
        Ok(()) => behind_the_door(at, visit, request, next).await,
        Err(outside) => stay_outside(outside, visit, path, &typed, false),
    }
}

/// On to the handler: at once, or after they have shown again that it is them.
async fn behind_the_door(at: &Declared, visit: &Visit, request: Request, next: Next) -> Response {
    if !at.proved {
        return next.run(request).await;
    }
    match prove::first(visit, request).await {
        Ok(request) => next.run(request).await,
        Err(response) => response,
    }
}

async fn form_with_files(at: &Declared, visit: &Visit, request: Request, next: Next) -> Response {
    let call = Call::of(visit, &request);
    let outside = match may_come_in(at, visit, &call).await {
        Ok(()) => match visit.web.app.limits.turn_for_body(Work::Upload, &call.who(visit)).await {
            Ok((turn, coming)) => {
                let answer = next.run(request.map(|body| giving_way(body, coming))).await;
                drop(turn);
                return answer;
            }
            Err(no) => Outside::ErrorPage(no.into()),
        },
        Err(outside) => outside,
    };
    let path = call.path;
    let (typed, had_file) = Upload::words(request).await;
    if visit.signed_in.is_some() && !same(typed.text(CSRF_FIELD), &visit.csrf) {
        return ErrorPage::Stale(Box::new((path, typed))).into_response();
    }
    visit.keep(Asked { path: path.clone(), typed: Some(typed.clone()), had_file });
    stay_outside(outside, visit, &path, &typed, had_file)
}

fn stay_outside(outside: Outside, visit: &Visit, path: &str, typed: &Form, had_file: bool) -> Response {
    match outside {
        Outside::SignIn => sign_in_again(visit, path, typed, had_file),
        Outside::Code => Redirect::to(&Place::SignInCode.path()).into_response(),
        Outside::ErrorPage(trouble) => trouble.into_response(),
    }
}

/// Whether this person may come in here now.
async fn may_come_in(at: &Declared, visit: &Visit, call: &Call) -> Result<(), Outside> {
    match (&visit.signed_in, at.door) {
        (_, Door::Anyone | Door::Demo) => {}
        (None, _) => return Err(Outside::SignIn),
        (Some(_), Door::HalfSignedIn) => {}
        (Some(_), _) if visit.lacks_second_factor => return Err(Outside::Code),
        (Some((actor, _)), Door::Area(actions)) if !actor.may_somewhere(actions) => {
            return Err(Outside::ErrorPage(ErrorPage::Hidden));
        }
        (Some((actor, _)), Door::Case(action)) if must_knock(call, action) => {
            let case = call.path.split('/').nth(2).and_then(|id| id.parse().ok());
            let Some(case) = case else { return Err(Outside::ErrorPage(ErrorPage::Hidden)) };
            let knocked = visit.web.app.authorise(actor, case, action).await;
            let allowed = knocked.map_err(|no| Outside::ErrorPage(no.into()))?;
            // With files the body is still to come, which may take long.
            if at.takes == Takes::Fields {
                visit.allow(allowed);
            }
        }
        (Some(_), Door::SignedIn | Door::Case(_) | Door::Area(_)) => {}
    }
    // Signing in counts for itself: a browser that is known is not counted.
    let Some(rate) = at.rate.filter(|rate| *rate != Rate::SignIn) else { return Ok(()) };
    let counted = visit.web.app.rates.count(rate, account(visit), &call.source.0);
    counted.map_err(|no| Outside::ErrorPage(no.into()))
}

/// Whether the policy is asked at the door. A page that is read asks it by
/// itself, in the same step in which it opens the case and records the look.
fn must_knock(call: &Call, action: Action) -> bool {
    !call.is_get || !action.only_reads()
}

/// A turn to keep a form that is larger than most, or that does not say how
/// large it is.
async fn turn_for(
    visit: &Visit,
    size: Option<u64>,
    call: &Call,
) -> Result<Option<(Turn, Coming)>, ErrorPage> {
    if size.is_some_and(|size| size <= SMALL_BYTES) {
        return Ok(None);
    }
    let work = if visit.signed_in.is_some() { Work::LargeForm } else { Work::StrangersLargeForm };
    Ok(Some(visit.web.app.limits.turn_for_body(work, &call.who(visit)).await?))
}

fn account(visit: &Visit) -> Option<AccountId> {
    visit.signed_in.as_ref().map(|(actor, _)| actor.account)
}

/// Whether the browser says that a form comes from a page of ours, as far as it
/// says anything. All browsers of today say it in `Sec-Fetch-Site`; older ones
/// in `Origin`. Where neither is there, the form's token decides, as it does
/// besides in any case. `null` is what pages with a secret in their address
/// send in older browsers (they must not say where they are): only forms that
/// anyone may send are taken from there.
fn is_from_our_site(visit: &Visit, door: Door, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if origin == "null" {
        return door == Door::Anyone;
    }
    let web = &visit.web;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let base = web.app.settings.base_url.as_str();
    let scheme_end = base.find("://").map_or(0, |at| at + 3);
    let path_start = base[scheme_end..].find('/').map_or(base.len(), |at| scheme_end + at);
    let ours = &base[..path_start];
    let said_host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let is_this_host = said_host.is_some_and(|said| !host.is_empty() && said.eq_ignore_ascii_case(host));
    let is_safe = !web.secure || origin.starts_with("https://");
    origin.eq_ignore_ascii_case(ours) || (is_this_host && is_safe)
}
