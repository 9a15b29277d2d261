//! Who is calling: cookies, the signed-in person, forged requests, headers.
//!
//! Signing in itself is in `sign_in`; here a request is given its [`Visit`].

use crate::Web;
use crate::form::{self, Form};
use crate::page::CSRF_FIELD;
use crate::routes::{Door, Takes};
use crate::trouble::{Trouble, keep_words, sign_in_again};
use crate::upload::Upload;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::CaseId;
use domain::access::{Action, Actor, Post};
use service::session::Session;
use service::{Decided, Desk, No, Seen};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;
use subtle::ConstantTimeEq;
use tracing::Instrument;

/// The cookie of a signed-in browser.
pub const SESSION_COOKIE: &str = "phb-session";
/// The cookie of any browser that was sent a form.
pub const VISIT_COOKIE: &str = "phb-visit";
/// The cookie of a browser with which somebody signed in before.
pub const KNOWN_COOKIE: &str = "phb-known";

/// What is known of a request before its handler runs.
#[derive(Clone, Debug)]
pub struct Visit {
    pub web: Web_,
    /// The actor and their session, if the token is good.
    pub signed_in: Option<(Actor, Session)>,
    /// The session is only half: a second factor is still to be given.
    pub lacks_second_factor: bool,
    /// The token that every form of this browser must carry.
    pub csrf: String,
    /// The reference of this request, for the log and the error page.
    pub reference: String,
}

/// The part of [`Web`] that pages need; it can be shown in a log.
#[derive(Clone)]
pub struct Web_(pub Web);

impl std::fmt::Debug for Web_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Web")
    }
}

/// Around every request: its reference, its visit, its headers.
pub async fn around(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let reference = web.app.id().simple().to_string()[20..].to_owned();
    // The pattern, not the address: an address can hold a one-time link.
    let route = request.extensions().get::<MatchedPath>().map(|m| m.as_str().to_owned()).unwrap_or_default();
    let span = tracing::info_span!("request", reference, method = %request.method(), route);
    async move {
        let started = std::time::Instant::now();
        let session = cookie(request.headers(), SESSION_COOKIE).map(str::to_owned);
        let visit_token =
            cookie(request.headers(), VISIT_COOKIE).filter(|t| t.len() == 64).map(str::to_owned);
        let is_new = visit_token.is_none();
        let visit_token = visit_token.unwrap_or_else(random_token);
        let signed_in = match &session {
            Some(token) => match web.app.signed_in(token).await {
                Ok(found) => found,
                Err(no) => return trouble_of_nobody(&web, reference, no),
            },
            None => None,
        };
        let lacks_second_factor = signed_in.as_ref().is_some_and(|s| s.lacks_second_factor);
        let signed_in = signed_in.map(|standing| (standing.actor, standing.session));
        let csrf = csrf_of(&visit_token, session.as_deref().filter(|_| signed_in.is_some()));
        let is_asset = request.uri().path().starts_with("/assets/");
        request.extensions_mut().insert(Visit {
            web: Web_(web.clone()),
            signed_in,
            lacks_second_factor,
            csrf,
            reference: reference.clone(),
        });
        let visit = request.extensions().get::<Visit>().cloned();
        let answered = crate::trouble::WITH_WORDS.scope(OnceLock::new(), next.run(request));
        let mut response = crate::trouble::WITH_VISIT.scope(visit, answered).await;
        let headers = response.headers_mut();
        security_headers(headers, is_asset);
        if let Ok(value) = HeaderValue::from_str(&reference) {
            headers.insert("x-request-id", value);
        }
        if is_new && !is_asset {
            set_cookie(headers, &web, VISIT_COOKIE, &visit_token, 60 * 60 * 24 * 30);
        }
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        crate::metrics::count(response.status().as_u16(), micros);
        tracing::info!(status = response.status().as_u16(), micros, "answered");
        response
    }
    .instrument(span)
    .await
}

/// A page of trouble before it is known who asks, in the look of every other.
fn trouble_of_nobody(web: &Web, reference: String, no: No) -> Response {
    let visit = Visit {
        web: Web_(web.clone()),
        signed_in: None,
        lacks_second_factor: false,
        csrf: String::new(),
        reference,
    };
    crate::trouble::WITH_VISIT.sync_scope(Some(visit), || Trouble::from(no).into_response())
}

fn security_headers(headers: &mut HeaderMap, is_asset: bool) {
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(
        header::HeaderName::from_static("permissions-policy"),
        "camera=(self), geolocation=(), microphone=()",
    );
    if !is_asset {
        set(header::CACHE_CONTROL, "no-store");
    }
}

/// At the door of one route: who may come in, and whether the form is ours.
pub async fn guard(door: Door, takes: Takes, request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return Trouble::Hidden.into_response();
    };
    let demo = visit.web.0.look.demo;
    if door == Door::Demo && !demo {
        return Trouble::Hidden.into_response();
    }
    let request = match check_form(&visit, door, takes, request).await {
        Ok(request) => request,
        Err(response) => return response,
    };
    match (&visit.signed_in, door) {
        (_, Door::Anyone | Door::Demo) => {}
        (None, _) => return send_to_sign_in(&visit, request).await,
        (Some(_), Door::HalfSignedIn) => {}
        (Some(_), _) if visit.lacks_second_factor => {
            return Redirect::to("/sign-in/code").into_response();
        }
        (Some((actor, _)), Door::Post(posts)) if !actor.posts.iter().any(|p| posts.contains(&p.post)) => {
            return Trouble::Hidden.into_response();
        }
        (Some((actor, _)), Door::Case(action)) if must_knock(&request, action) => {
            let case = request.uri().path().split('/').nth(2).and_then(|id| id.parse().ok());
            let Some(case) = case else { return Trouble::Hidden.into_response() };
            if let Err(no) = visit.web.0.app.knock(actor, case, action).await {
                return Trouble::from(no).into_response();
            }
        }
        (Some(_), Door::SignedIn | Door::Case(_) | Door::Post(_)) => {}
    }
    next.run(request).await
}

/// Whether the policy is asked at the door. A page that is read asks it by
/// itself, in the same step in which it opens the case and records the look.
fn must_knock(request: &Request, action: Action) -> bool {
    request.method() != Method::GET || !action.only_reads()
}

/// Refuses a form that did not come from one of our pages. Forms with files
/// are checked by [`Upload`], which reads them in parts; a route that takes no
/// files is sent none, so that there is no way round the token.
async fn check_form(visit: &Visit, door: Door, takes: Takes, request: Request) -> Result<Request, Response> {
    if request.method() != Method::POST {
        return Ok(request);
    }
    let elsewhere =
        request.headers().get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
    if elsewhere {
        return Err(Trouble::Forged.into_response());
    }
    if takes == Takes::Files && is_multipart(request.headers()) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, form::MOST_BYTES).await else { return Err(form::too_large()) };
    let typed = Form::parse(&bytes);
    let is_ours = same(typed.text(CSRF_FIELD), &visit.csrf);
    if !is_ours && visit.signed_in.is_none() && !matches!(door, Door::Anyone | Door::Demo) {
        // Either forged or the session ended while they were typing: sign in
        // again and nothing typed is lost, since nothing is done until then.
        return Err(sign_in_again(visit, parts.uri.path(), &typed, false));
    }
    if !is_ours {
        return Err(Trouble::Stale(Box::new((parts.uri.path().to_owned(), typed))).into_response());
    }
    keep_words(&typed);
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

async fn send_to_sign_in(visit: &Visit, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if request.method() == Method::GET {
        let next: String =
            form_urlencoded::Serializer::new(String::new()).append_pair("next", &path).finish();
        return Redirect::to(&format!("/sign-in?{next}")).into_response();
    }
    if is_multipart(request.headers()) {
        return match Upload::read(request).await {
            Ok(sent) => sign_in_again(visit, &path, &sent.form, !sent.files.is_empty()),
            Err(refused) => refused,
        };
    }
    let bytes: Bytes = to_bytes(request.into_body(), form::MOST_BYTES).await.unwrap_or_default();
    sign_in_again(visit, &path, &Form::parse(&bytes), false)
}

/// Whether a form comes in parts, as one with files does.
#[must_use]
pub fn is_multipart(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("multipart/form-data"))
}

/// Compares in a time that says nothing about where two texts differ.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// 32 random bytes in hex.
#[must_use]
pub fn random_token() -> String {
    let bytes: [u8; 32] = rand::random();
    hex::encode(bytes)
}

/// A form's token: derived from cookies that no other site can read.
#[must_use]
pub fn csrf_of(visit: &str, session: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update(b"form token\0");
    hash.update(visit.as_bytes());
    hash.update([0]);
    hash.update(session.unwrap_or_default().as_bytes());
    hex::encode(hash.finalize())
}

/// The value of a cookie.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Where a request came from, for counting wrong attempts: the address of the
/// computer, or what our own proxy says it is.
pub struct Source(pub String);

impl FromRequestParts<Web> for Source {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|v| v.to_str().ok());
        // The last one is the one that our proxy added; the others anyone can write.
        let forwarded = forwarded.and_then(|all| all.rsplit(',').next()).map(|one| one.trim().to_owned());
        if let Some(one) = forwarded.filter(|_| web.app.settings.behind_proxy) {
            return Ok(Self(one));
        }
        let peer = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
        Ok(Self(peer.map_or_else(String::new, |peer| peer.0.ip().to_string())))
    }
}

/// Adds a cookie that scripts cannot read and other sites cannot send.
pub fn set_cookie(headers: &mut HeaderMap, web: &Web, name: &str, value: &str, seconds: i64) {
    let secure = if web.secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(header::SET_COOKIE, value);
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::Hidden)
    }
}

/// Whoever is signed in, as a handler has them.
#[derive(Clone, Debug)]
pub struct Me {
    pub actor: Actor,
    pub session: Session,
    pub csrf: String,
    web: Web_,
}

impl FromRequestParts<Web> for Me {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Trouble> {
        let visit = Visit::from_request_parts(parts, web).await?;
        let (actor, session) = visit.signed_in.ok_or(Trouble::Hidden)?;
        Ok(Self { actor, session, csrf: visit.csrf, web: visit.web })
    }
}

impl Me {
    #[must_use]
    pub fn web(&self) -> &Web {
        &self.web.0
    }

    /// Opens a case to show one section of it; the look is recorded.
    pub async fn see(&self, id: CaseId, action: Action, section: &'static str) -> Result<Seen, Trouble> {
        Ok(self.web().app.see(&self.actor, id, action, section).await?)
    }

    /// Acts on a case.
    pub async fn act(
        &self,
        id: CaseId,
        action: Action,
        decide: impl FnMut(&mut Desk<'_, '_>) -> Result<Decided, No> + Send + 'static,
    ) -> Result<u64, No> {
        self.web().app.act(&self.actor, id, action, decide).await
    }

    #[must_use]
    pub fn has_post(&self, post: Post) -> bool {
        self.actor.posts.iter().any(|p| p.post == post)
    }
}
