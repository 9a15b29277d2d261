//! Why there is no page: something is not there, not allowed or has gone wrong.
//!
//! A handler gives it with `?`. The page for it is made by `error_view`, where it
//! is known who asked for what (`session`).

use crate::body::{MadeRoom, TooSlow, is_because};
use crate::form::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{Refusal, Why};
use service::Error;
use service::StoreError;

/// What a handler gives: an answer, or a page that says why not.
pub type Answer<T = Response> = Result<T, ErrorPage>;

/// Why there is no page.
#[derive(Clone, Debug)]
pub enum ErrorPage {
    /// It is not there, or they may not know that it is.
    Hidden,
    /// It was destroyed, and they may know that.
    Destroyed(Box<service::keeping::WasThere>),
    /// A rule says no.
    Refused(Refusal),
    /// The form was made for another sign-in: (path, what was typed).
    Stale(Box<(String, Form)>),
    /// The request came from another site.
    Forged,
    /// Too much goes on, or waits, just now.
    Busy,
    /// It was done too often in a short time: seconds to wait.
    TooOften(u64),
    /// What they sent could not be read to its end.
    Unread(Unread),
    /// Something unexpected.
    Broken(StoreError),
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is more than can be taken in.
    TooLarge,
    /// It stops before its end.
    CutOff,
    /// It came too slowly.
    TooSlow,
}

impl From<Error> for ErrorPage {
    fn from(no: Error) -> Self {
        match no {
            Error::Hidden => Self::Hidden,
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Busy => Self::Busy,
            Error::TooOften { seconds } => Self::TooOften(seconds),
            Error::Broken(error) => Self::Broken(error),
        }
    }
}

impl From<Refusal> for ErrorPage {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for ErrorPage {
    fn from(error: StoreError) -> Self {
        Self::Broken(error)
    }
}

impl ErrorPage {
    /// The same for a form that calls this field otherwise.
    #[must_use]
    pub fn renamed(self, field: &str, shown: &str) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(refusal.renamed(field, shown)),
            other => other,
        }
    }

    /// Why a body could not be read.
    #[must_use]
    pub fn unread(why: &(dyn std::error::Error + 'static)) -> Self {
        if is_because::<MadeRoom>(why) {
            Self::Busy
        } else if is_because::<TooSlow>(why) {
            Self::Unread(Unread::TooSlow)
        } else if is_because::<http_body_util::LengthLimitError>(why) {
            Self::Unread(Unread::TooLarge)
        } else {
            Self::Unread(Unread::CutOff)
        }
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Hidden => StatusCode::NOT_FOUND,
            Self::Destroyed(_) => StatusCode::GONE,
            Self::Refused(refusal) if refusal.why == Why::NotAllowed => StatusCode::FORBIDDEN,
            Self::Refused(_) => StatusCode::CONFLICT,
            Self::Stale(_) | Self::Forged => StatusCode::FORBIDDEN,
            Self::Unread(Unread::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unread(Unread::CutOff) => StatusCode::BAD_REQUEST,
            Self::Unread(Unread::TooSlow) => StatusCode::REQUEST_TIMEOUT,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Broken(StoreError::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Busy | Self::Broken(StoreError::Busy | StoreError::Unreachable { .. }) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The status alone, with the trouble beside it.
impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
