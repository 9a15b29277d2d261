//! Answering a form.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;

/// The page shown again with what is wrong: status 422.
#[must_use]
pub fn invalid(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
