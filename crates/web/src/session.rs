//! Who is calling: cookies, the signed-in person, forged requests, headers.
//!
//! Signing in itself is in `sign_in`; here a request is given its [`Visit`].

use crate::Web;
use crate::serve::Seat;
use crate::trouble::Trouble;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::CaseId;
use domain::access::{Action, Actor};
use domain::case::Case;
use service::session::Session;
use service::{No, Seen};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::OnceLock;
use subtle::ConstantTimeEq;
use tracing::Instrument;

/// The cookie of a signed-in browser. Over https its name, and those of the
/// others, begin with [`HOST_ONLY`].
pub const SESSION_COOKIE: &str = "phb-session";
/// The cookie of any browser that was sent a form.
pub const VISIT_COOKIE: &str = "phb-visit";
/// The cookie of a browser with which somebody signed in before.
pub const KNOWN_COOKIE: &str = "phb-known";

/// What names of cookies begin with where the site is reached over https:
/// browsers take such a cookie from this very host alone, over https, for all
/// of it. Cookies with the bare name are then not read.
pub const HOST_ONLY: &str = "__Host-";

/// What is known of a request before its handler runs.
#[derive(Clone, Debug)]
pub struct Visit {
    pub web: Web_,
    /// The actor and their session, if the token is good.
    pub signed_in: Option<(Actor, Session)>,
    /// The session is only half: a second factor is still to be given.
    pub lacks_second_factor: bool,
    /// It is asked that their second step be taken away.
    pub removal_asked: bool,
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
        let seat = request.extensions().get::<Seat>().cloned();
        if let Some(seat) = seat.as_ref().filter(|_| request.method() != Method::POST) {
            seat.works();
        }
        let session = web.cookie(request.headers(), SESSION_COOKIE).map(str::to_owned);
        let visit_token =
            web.cookie(request.headers(), VISIT_COOKIE).filter(|t| t.len() == 64).map(str::to_owned);
        let is_new = visit_token.is_none();
        let visit_token = visit_token.unwrap_or_else(random_token);
        let is_asset = request.uri().path().starts_with("/assets/");
        let signed_in = match &session {
            // Style sheets and pictures are for all: nobody has to be looked up.
            Some(token) if !is_asset => match web.app.signed_in(token).await {
                Ok(found) => found,
                Err(no) => {
                    let mut response = trouble_of_nobody(&web, reference, no);
                    security_headers(response.headers_mut(), &web, is_asset);
                    return response;
                }
            },
            _ => None,
        };
        let lacks_second_factor = signed_in.as_ref().is_some_and(|s| s.lacks_second_factor);
        let removal_asked = signed_in.as_ref().is_some_and(|s| s.removal_asked);
        let signed_in = signed_in.map(|standing| (standing.actor, standing.session));
        let csrf = csrf_of(&visit_token, session.as_deref().filter(|_| signed_in.is_some()));
        request.extensions_mut().insert(Visit {
            web: Web_(web.clone()),
            signed_in,
            lacks_second_factor,
            removal_asked,
            csrf,
            reference: reference.clone(),
        });
        let visit = request.extensions().get::<Visit>().cloned();
        let answered = crate::trouble::WITH_WORDS.scope(OnceLock::new(), next.run(request));
        let mut response = crate::trouble::WITH_VISIT.scope(visit, answered).await;
        let headers = response.headers_mut();
        security_headers(headers, &web, is_asset);
        if let Ok(value) = HeaderValue::from_str(&reference) {
            headers.insert("x-request-id", value);
        }
        if is_new && !is_asset {
            set_cookie(headers, &web, VISIT_COOKIE, &visit_token, 60 * 60 * 24 * 30);
        }
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        crate::metrics::count(response.status().as_u16(), micros);
        tracing::info!(status = response.status().as_u16(), micros, "answered");
        if let Some(seat) = seat {
            seat.rests();
        }
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
        removal_asked: false,
        csrf: String::new(),
        reference,
    };
    crate::trouble::WITH_VISIT.sync_scope(Some(visit), || Trouble::from(no).into_response())
}

fn security_headers(headers: &mut HeaderMap, web: &Web, is_asset: bool) {
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
    if web.secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    if !is_asset {
        set(header::CACHE_CONTROL, "no-store");
    }
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

/// A mark of a sign-in and a browser that is no secret: a page that the browser
/// kept compares it with the one of now, before it shows itself again.
#[must_use]
pub fn mark_of(csrf: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"mark of a page\0");
    hash.update(csrf.as_bytes());
    hex::encode(&hash.finalize()[..8])
}

impl Web {
    /// The name under which a cookie goes over the line.
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        if self.secure { format!("{HOST_ONLY}{name}") } else { name.to_owned() }
    }

    /// The value of one of our cookies. Over https only that of the strict name
    /// is read, which nobody but this host can have set.
    #[must_use]
    pub fn cookie<'a>(&self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        cookie(headers, &self.cookie_name(name))
    }
}

/// The value of a cookie.
#[must_use]
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Adds a cookie that scripts cannot read and other sites cannot send.
pub fn set_cookie(headers: &mut HeaderMap, web: &Web, name: &str, value: &str, seconds: i64) {
    let secure = if web.secure { "; Secure" } else { "" };
    let name = web.cookie_name(name);
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

/// The case after what was done to it, or why not.
pub(crate) type Acted = Result<Arc<Case>, No>;

impl Me {
    #[must_use]
    pub fn web(&self) -> &Web {
        &self.web.0
    }

    /// Opens a case to show one section of it; the look is recorded.
    pub async fn see(&self, id: CaseId, action: Action, section: &'static str) -> Result<Seen, Trouble> {
        Ok(self.web().app.see(&self.actor, id, action, section).await?)
    }

    /// Whether they may do this in some area.
    #[must_use]
    pub fn may_somewhere(&self, action: Action) -> bool {
        self.actor.may_somewhere(&[action])
    }
}
