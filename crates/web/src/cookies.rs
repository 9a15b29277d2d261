//! Our cookies: their names, and how they are read and set.

use crate::address::{Address as _, Place};
use crate::state::Web;
use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

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

/// The value of a cookie: of the first with this name, where there are several.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .flatten()
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| cookie.value_raw())
}

/// Adds a cookie that scripts cannot read and other sites cannot send.
pub fn set_cookie(headers: &mut HeaderMap, web: &Web, name: &str, value: &str, seconds: i64) {
    let cookie = Cookie::build((web.cookie_name(name), value))
        .path(Place::Start.path())
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds))
        .secure(web.secure);
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}
