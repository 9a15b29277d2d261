//! What of a request is a security event by its answer alone: it was refused, or
//! something was taken out.

use crate::error_page::{ErrorPage, Unread};
use crate::visit::Visit;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::security::Kind;
use domain::{CaseId, Timestamp, Why};
use service::happened::Happened;
use service::security_log::Place;

/// What is known of a request besides who makes it.
pub(crate) struct Told {
    /// Its declared address; empty where there is none.
    pub route: String,
    /// The case that its address names, whether there is one or not.
    pub case: Option<CaseId>,
}

/// A place among security events as it stands in an address.
pub(crate) fn place_text(place: Place) -> String {
    format!("{}.{}.{}", place.at.as_microsecond(), place.log, place.seq)
}

/// The same read; none where it is no place.
pub(crate) fn read_place(text: &str) -> Option<Place> {
    let mut parts = text.splitn(3, '.');
    let (at, log, seq) = (parts.next()?, parts.next()?, parts.next()?);
    let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
    Some(Place { at, log: log.parse().ok()?, seq: seq.parse().ok()? })
}

/// The case that a path names.
pub(crate) fn case_of(path: &str) -> Option<CaseId> {
    let mut parts = path.split('/').skip(1);
    if parts.next() == Some("cases") { parts.next()?.parse().ok() } else { None }
}

impl Told {
    /// Counts what was refused. Addresses that no page has are no event: whoever
    /// tries them finds nothing, and there are very many.
    pub(crate) fn trouble(&self, visit: &Visit, trouble: Option<&ErrorPage>) {
        let Some((kind, detail)) = trouble.and_then(kind_of) else { return };
        if kind == Kind::Hidden && self.route.is_empty() {
            return;
        }
        let what = Happened::new(kind).by(visit.account()).saying(detail);
        // A stranger names any case they like.
        let case = self.case.filter(|_| visit.signed_in.is_some());
        visit.web.app.count_event(what.of_case(case));
    }

    /// Writes down what leaves the program as a file, before it does. Where that
    /// cannot be written down, it does not leave.
    pub(crate) async fn download(&self, visit: &Visit, response: Response) -> Response {
        let Some(detail) = file_in(&response) else { return response };
        let what = Happened::new(Kind::TakenOut).by(visit.account()).of_case(self.case).saying(detail);
        if detail == "picture" {
            // A page shows many, and was recorded as a look.
            visit.web.app.count_event(what);
            return response;
        }
        match visit.web.app.note_now(what).await {
            Ok(()) => response,
            Err(no) => ErrorPage::from(no).into_response(),
        }
    }
}

/// What kind of file an answer is, if it is one.
fn file_in(response: &Response) -> Option<&'static str> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let how = text(header::CONTENT_DISPOSITION).filter(|_| response.status().is_success())?;
    Some(match text(header::CONTENT_TYPE).unwrap_or_default() {
        "application/pdf" => "paper",
        "application/zip" => "copy-of-everything",
        "text/calendar" | "text/calendar; charset=utf-8" => "calendar",
        _ if how.starts_with("inline") => "picture",
        _ => "file",
    })
}

fn kind_of(trouble: &ErrorPage) -> Option<(Kind, &'static str)> {
    match trouble {
        ErrorPage::Hidden => Some((Kind::Hidden, "")),
        ErrorPage::Refused(refusal) if refusal.why == Why::NotAllowed => Some((Kind::Refused, "")),
        ErrorPage::Stale(_) => Some((Kind::FormStale, "")),
        ErrorPage::Forged => Some((Kind::FormForged, "")),
        ErrorPage::TooOften(_) => Some((Kind::TooOften, "")),
        ErrorPage::Unread(Unread::TooLarge) => Some((Kind::UploadRefused, "too-large")),
        ErrorPage::Destroyed(_)
        | ErrorPage::Refused(_)
        | ErrorPage::Unread(_)
        | ErrorPage::Busy
        | ErrorPage::Broken(_) => None,
    }
}
