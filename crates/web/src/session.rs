//! Around every request: it is given its [`Visit`], and its answer the headers
//! that every answer has.
//!
//! Signing in itself is in `sign_in`.

use crate::browser::browser;
use crate::cookies::{SESSION_COOKIE, VISIT_COOKIE, set_cookie};
use crate::error_page::ErrorPage;
use crate::error_view;
use crate::seats::Seat;
use crate::security::{Told, case_of};
use crate::source::Source;
use crate::state::Web;
use crate::tokens::{csrf_of, random_token};
use crate::visit::Visit;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use service::happened::Origin;
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// What the pages may load: only what this server sends, nothing inline, no
/// frames. Drawings inside style sheets are `data:` addresses, and a picture is
/// shown before it is sent from a `blob:` one.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Around every request: its reference, its visit, its headers.
pub async fn around(State(web): State<Web>, request: Request, next: Next) -> Response {
    let reference = web.app.id().simple().to_string()[20..].to_owned();
    // The pattern, not the address: an address can hold a one-time link.
    let route = request.extensions().get::<MatchedPath>().map(|m| m.as_str().to_owned()).unwrap_or_default();
    // Who and whence are ids: an account's, and a network's under a key.
    let (who, from) = (tracing::field::Empty, tracing::field::Empty);
    let span = tracing::info_span!("request", reference, method = %request.method(), route, who, from);
    async move {
        let started = Instant::now();
        let seat = request.extensions().get::<Seat>().cloned();
        if let Some(seat) = seat.as_ref().filter(|_| request.method() != Method::POST) {
            seat.works();
        }
        let response = answer(&web, (reference, route), request, next).await;
        let took = started.elapsed();
        web.metrics.count(response.status().as_u16(), took);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), micros, "answered");
        if let Some(seat) = seat {
            seat.rests();
        }
        response
    }
    .instrument(span)
    .await
}

async fn answer(
    web: &Web,
    (reference, route): (String, String),
    mut request: Request,
    next: Next,
) -> Response {
    let is_asset = request.uri().path().starts_with("/assets/");
    let source = Source::of_parts(request.headers(), request.extensions(), web.app.settings.behind_proxy);
    let origin = Origin {
        reference: reference.clone(),
        reached: route.clone(),
        browser: browser(web, request.headers(), &source).label,
        source: source.0,
    };
    let network = web.app.network_named(&origin.source);
    tracing::Span::current().record("from", network.as_deref().unwrap_or_default());
    let web = &Web { app: web.app.asked_from(origin), ..web.clone() };
    let written = Told { route, case: case_of(request.uri().path()) };
    let record = record_in(request.uri().path());
    let known = web.cookie(request.headers(), VISIT_COOKIE).filter(|t| t.len() == 64).map(str::to_owned);
    let is_new = known.is_none();
    let token = known.unwrap_or_else(random_token);
    let (visit, response) = match visit(web, request.headers(), reference, &token, is_asset).await {
        Ok(visit) => {
            request.extensions_mut().insert(visit.clone());
            if let Some(account) = visit.account() {
                tracing::Span::current().record("who", tracing::field::display(account));
            }
            let response = written.download(&visit, next.run(request).await).await;
            let response = or_what_is_left(response, &visit, record).await;
            (visit, response)
        }
        Err((visit, trouble)) => (visit, trouble.into_response()),
    };
    written.trouble(&visit, response.extensions().get());
    let mut response = with_page_of_trouble(response, &visit);
    let headers = response.headers_mut();
    security_headers(headers, web, is_asset);
    if let Ok(value) = HeaderValue::from_str(&visit.reference) {
        headers.insert("x-request-id", value);
    }
    if is_new && !is_asset {
        set_cookie(headers, web, VISIT_COOKIE, &token, 60 * 60 * 24 * 30);
    }
    response
}

/// Who is calling; or the trouble that it took to find out, before it is known.
async fn visit(
    web: &Web,
    headers: &HeaderMap,
    reference: String,
    token: &str,
    is_asset: bool,
) -> Result<Visit, (Visit, ErrorPage)> {
    let mut visit = Visit::of_nobody(web.clone(), reference);
    let session = web.cookie(headers, SESSION_COOKIE);
    // Style sheets and pictures are for all: nobody has to be looked up.
    if let Some(session) = session.filter(|_| !is_asset) {
        match web.app.signed_in(session).await {
            Ok(Some(standing)) => {
                visit.lacks_second_factor = standing.lacks_second_factor;
                visit.removal_asked = standing.removal_asked;
                visit.signed_in = Some((standing.actor, standing.session));
            }
            Ok(None) => {}
            Err(no) => return Err((visit, no.into())),
        }
    }
    visit.csrf = csrf_of(token, session.filter(|_| visit.signed_in.is_some()));
    Ok(visit)
}

/// The case or the request that an address is about.
fn record_in(path: &str) -> Option<Uuid> {
    let mut parts = path.split('/').skip(1);
    let is_record = matches!(parts.next(), Some("cases" | "enquiries"));
    parts.next().filter(|_| is_record)?.parse().ok()
}

/// Where a record is hidden because it was destroyed, whoever may know that reads
/// what is left of it; to everybody else it is hidden as ever.
async fn or_what_is_left(response: Response, visit: &Visit, record: Option<Uuid>) -> Response {
    let is_hidden = matches!(response.extensions().get::<ErrorPage>(), Some(ErrorPage::Hidden));
    let Some(id) = record.filter(|_| is_hidden && !visit.lacks_second_factor) else { return response };
    let Some((actor, _)) = &visit.signed_in else { return response };
    if !actor.may_somewhere(&[Action::SeeDisposals]) {
        return response;
    }
    match visit.web.app.was_there(actor, id).await {
        Ok(was) => ErrorPage::Destroyed(Box::new(was)).into_response(),
        Err(_) => response,
    }
}

/// A handler, or what stands before it, says only what the trouble is; the page
/// for it is made here, where it is known who asked for what.
fn with_page_of_trouble(mut response: Response, visit: &Visit) -> Response {
    let Some(trouble) = response.extensions_mut().remove::<ErrorPage>() else { return response };
    let mut page = error_view::show(&trouble, visit);
    for (name, value) in response.headers() {
        page.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    page
}

fn security_headers(headers: &mut HeaderMap, web: &Web, is_asset: bool) {
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(
        header::HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(), microphone=()",
    );
    if web.secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    if !is_asset {
        set(header::CACHE_CONTROL, "no-store");
    }
}
