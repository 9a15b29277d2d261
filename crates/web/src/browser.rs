//! The browser that somebody signs in with, and where it may be sent.

use crate::cookies::{KNOWN_COOKIE, SESSION_COOKIE, set_cookie};
use crate::source::Source;
use crate::state::Web;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use service::browser::{Browser, KNOWN_SECONDS};
use service::session::LONGEST_SECONDS;
use service::sign_in::Entered;

/// An address inside this site, and nothing that a browser would read as
/// another site's.
#[must_use]
pub fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '#'])
        && !path.chars().any(|c| c.is_control() || c.is_whitespace())
        && !path.starts_with("/sign-")
        && path.len() < 500
}

/// The browser of a request, as signing in knows it.
#[must_use]
pub fn browser(web: &Web, headers: &HeaderMap, source: &Source) -> Browser {
    let token = |name| web.cookie(headers, name).filter(|t| t.len() == 64).map(str::to_owned);
    let agent = headers.get("user-agent").and_then(|v| v.to_str().ok()).unwrap_or_default();
    Browser {
        source: source.0.clone(),
        known: token(KNOWN_COOKIE),
        label: label(agent),
        session: token(SESSION_COOKIE),
    }
}

/// A browser in words that its owner would know it by.
fn label(agent: &str) -> String {
    let first = |all: &[(&str, &'static str)]| all.iter().find(|(sign, _)| agent.contains(sign)).map(|f| f.1);
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let machine = first(&[
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "an Android phone or tablet"),
        ("Windows", "Windows"),
        ("Mac OS", "a Mac"),
        ("CrOS", "a Chromebook"),
        ("Linux", "Linux"),
    ]);
    match (browser, machine) {
        (Some(browser), Some(machine)) => format!("{browser} on {machine}"),
        (Some(browser), None) => browser.to_owned(),
        _ => "A browser".to_owned(),
    }
}

/// Puts the cookies of somebody who has just signed in on an answer.
pub fn with_session(web: &Web, entered: &Entered, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    set_cookie(response.headers_mut(), web, SESSION_COOKIE, &entered.token, LONGEST_SECONDS);
    if !entered.lacks_code {
        set_cookie(response.headers_mut(), web, KNOWN_COOKIE, &entered.known, KNOWN_SECONDS);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_addresses() {
        for good in ["/home", "/cases/018f/plan?done=saved"] {
            assert!(is_own_path(good), "{good}");
        }
        for bad in [
            "",
            "home",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/ok\nSet-Cookie: x",
            "/\t/evil.example",
            "/sign-out",
            "/sign-in?next=/",
        ] {
            assert!(!is_own_path(bad), "{bad}");
        }
        assert!(!is_own_path(&format!("/{}", "x".repeat(600))));
    }

    #[test]
    fn browsers_in_words() {
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:135.0) Gecko/20100101 Firefox/135.0";
        assert_eq!(label(firefox), "Firefox on Windows");
        assert_eq!(label(""), "A browser");
        assert_eq!(label("<script>"), "A browser");
    }
}
