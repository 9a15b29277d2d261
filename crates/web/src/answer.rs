//! The one way to answer a form.
//!
//! A handler reads the form. What cannot be read, and what a rule says no to
//! ([`Form::accepted`]), leads to the same page again, with everything typed:
//! [`page`]. What was done leads on to a page that says so: [`see_other`].

use crate::error_page::{Answer, ErrorPage};
use crate::form::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Why;
use maud::Markup;

/// The page of a form: status 422 where something in it is wrong.
#[must_use]
pub fn page(form: &Form, page: Markup) -> Response {
    if form.is_ok() { page.into_response() } else { invalid(page) }
}

/// The page shown again with what is wrong: status 422.
#[must_use]
pub fn invalid(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// On to another page: status 303. Reloading that one sends nothing again.
#[must_use]
pub fn see_other(to: impl AsRef<str>) -> Response {
    Redirect::to(to.as_ref()).into_response()
}

impl Form {
    /// What came of what the form asked for. None where a rule said no: why not
    /// stands beside its field then, and the page is shown again. That somebody
    /// may not do it at all is no answer to a form, but a page of its own.
    pub fn accepted<T>(&mut self, result: Result<T, impl Into<ErrorPage>>) -> Answer<Option<T>> {
        match result.map_err(Into::into) {
            Ok(done) => Ok(Some(done)),
            Err(ErrorPage::Refused(refusal)) if refusal.why != Why::NotAllowed => {
                if refusal.why == Why::AlreadyDone {
                    self.deal_anew();
                }
                self.refuse(&refusal);
                Ok(None)
            }
            Err(trouble) => Err(trouble),
        }
    }
}
