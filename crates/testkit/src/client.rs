//! A browser without a network: cookies, forms and what came back.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use scraper::{Html, Selector};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use web::cookies::{HOST_ONLY, SESSION_COOKIE, VISIT_COOKIE};
use web::tokens::csrf_of;

/// Keeps cookies like a browser, and gives every form its token. Clones share
/// the cookies, like two tabs.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    /// What the names of cookies begin with on this site.
    prefix: &'static str,
    /// Headers that every request carries besides.
    pub headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub html: String,
}

impl Client {
    #[must_use]
    pub fn new(router: Router, session: Option<String>) -> Self {
        Self::with_names(router, session, "")
    }

    /// The same for a site that is reached over https.
    #[must_use]
    pub fn over_https(router: Router, session: Option<String>) -> Self {
        Self::with_names(router, session, HOST_ONLY)
    }

    fn with_names(router: Router, session: Option<String>, prefix: &'static str) -> Self {
        let name = |name: &str| format!("{prefix}{name}");
        let mut cookies = BTreeMap::from([(name(VISIT_COOKIE), service::token::new_token())]);
        cookies.extend(session.map(|token| (name(SESSION_COOKIE), token)));
        Self { router, cookies: Arc::new(Mutex::new(cookies)), prefix, headers: vec![] }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Follows redirects of a page that was answered, as a browser does.
    pub async fn follow(&self, page: Page) -> Page {
        let mut page = page;
        for _ in 0..10 {
            match page.location() {
                Some(to) if page.status.is_redirection() => page = self.get(&to).await,
                _ => break,
            }
        }
        page
    }

    /// Sends a form with the token that our own pages would have put in it.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.csrf();
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post_bare(path, &all).await
    }

    /// Sends a form exactly as given, without a token.
    pub async fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// Sends any bytes as a body of this kind, without a token.
    pub async fn send_body(&self, path: &str, kind: &str, body: Vec<u8>) -> Page {
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind), Body::from(body)).await
    }

    /// Sends a form with files: `(field, file name, media type, bytes)`.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &str, &[u8])],
    ) -> Page {
        const BOUNDARY: &str = "----boundary-of-a-test";
        let token = self.csrf();
        let mut body = Vec::new();
        for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
            let part =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, file, media_type, bytes) in files {
            let part = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: {media_type}\r\n\r\n"
            );
            body.extend_from_slice(part.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind), Body::from(body)).await
    }

    /// The token that our forms carry for this browser now.
    #[must_use]
    pub fn csrf(&self) -> String {
        csrf_of(&self.cookie(VISIT_COOKIE).unwrap_or_default(), self.cookie(SESSION_COOKIE).as_deref())
    }

    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let name = format!("{}{name}", self.prefix);
        self.cookies.lock().expect("the cookies").get(&name).filter(|value| !value.is_empty()).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.keep_cookie(&format!("{}{name}", self.prefix), value);
    }

    fn keep_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("the cookies").insert(name.to_owned(), value.to_owned());
    }

    async fn send(&self, mut request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .lock()
            .expect("the cookies")
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request = request.header(header::COOKIE, cookies.join("; ")).header(header::HOST, "localhost");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(body).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the site always answers");
        let (parts, body) = response.into_parts();
        for value in parts.headers.get_all(header::SET_COOKIE) {
            let text = value.to_str().expect("a cookie in plain text");
            let pair = text.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("name=value");
            let gone = text.contains("Max-Age=0");
            self.keep_cookie(name, if gone { "" } else { value });
        }
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole answer").to_vec();
        let html = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: parts.status, headers: parts.headers, bytes, html }
    }
}

impl Page {
    /// The words of the page, white space put together. Script and style are
    /// not words.
    #[must_use]
    pub fn text(&self) -> String {
        self.words_of("body")
    }

    /// The words of the main part: what is between header and footer.
    #[must_use]
    pub fn main(&self) -> String {
        self.words_of("main")
    }

    fn words_of(&self, selector: &str) -> String {
        let document = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector");
        let words: Vec<String> =
            document.select(&selector).flat_map(|found| found.text().map(str::to_owned)).collect();
        words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The words of every element that a CSS selector picks.
    #[must_use]
    pub fn select(&self, selector: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector");
        let words = |text: Vec<&str>| text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        document.select(&selector).map(|found| words(found.text().collect())).collect()
    }

    /// An attribute of every element that a CSS selector picks.
    #[must_use]
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector");
        document.select(&selector).filter_map(|found| found.value().attr(name)).map(str::to_owned).collect()
    }

    /// What the field of this name holds: an input's value, a text area's
    /// words or what is chosen.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<String> {
        let picked = [
            (format!("input[name='{field}']:not([type=radio]):not([type=checkbox])"), "value"),
            (format!("input[name='{field}'][checked]"), "value"),
            (format!("select[name='{field}'] option[selected]"), "value"),
        ];
        for (selector, attribute) in picked {
            if let Some(value) = self.attributes(&selector, attribute).into_iter().next() {
                return Some(value);
            }
        }
        let document = Html::parse_document(&self.html);
        let selector = Selector::parse(&format!("textarea[name='{field}']")).expect("a selector");
        document.select(&selector).next().map(|found| found.text().collect())
    }

    /// Everything that the page's forms would send, but for the token and what
    /// buttons say: `(field, value)`.
    #[must_use]
    pub fn filled(&self) -> Vec<(String, String)> {
        let document = Html::parse_document(&self.html);
        let selector = Selector::parse("main form input, main form textarea").expect("a selector");
        let mut fields = vec![];
        for found in document.select(&selector) {
            let attribute = |name| found.value().attr(name);
            let name = attribute("name").unwrap_or_default().to_owned();
            let is_choice = matches!(attribute("type"), Some("radio" | "checkbox"));
            if name != "csrf" && (!is_choice || attribute("checked").is_some()) {
                let value = attribute("value").map_or_else(|| found.text().collect(), str::to_owned);
                fields.push((name, value));
            }
        }
        fields
    }

    /// Where a redirect leads.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned)
    }

    /// Fails the test unless the status is this, and shows the page's words.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} {:?}", self.text(), self.location());
        self
    }

    /// Fails the test unless the page leads to an address that begins so.
    #[track_caller]
    pub fn leads_to(self, start: &str) -> Self {
        let to = self.location().unwrap_or_default();
        assert!(
            self.status == StatusCode::SEE_OTHER && to.starts_with(start),
            "{} to {to:?}, not to {start}: {}",
            self.status,
            self.text()
        );
        self
    }

    /// Fails the test unless these words are on the page.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        let text = self.text();
        assert!(text.contains(words), "{words:?} is not in: {text}");
        self
    }

    /// Fails the test if these words are anywhere in what came back.
    #[track_caller]
    pub fn never_says(self, words: &str) -> Self {
        assert!(!self.html.contains(words), "{words:?} is in: {}", self.text());
        self
    }
}
