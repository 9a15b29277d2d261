//! For whoever runs the service: is it ready, and its figures.

use crate::error_page::Answer;
use crate::tokens::same;
use crate::{Door, ErrorPage, Routes, Web};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

pub fn declare(routes: &mut Routes) {
    routes.get("/health", Door::Anyone, health);
    routes.get("/metrics", Door::Anyone, figures);
}

/// 200 when the database answers, 503 when it does not.
async fn health(State(web): State<Web>) -> Response {
    let (status, word) = match web.app.is_ready().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    };
    let body = serde_json::json!({ "status": word }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Whoever brings the token that the settings name, or anyone where they open
/// the figures to all. Where somebody comes from says nothing: behind a proxy
/// everyone seems to come from this computer.
struct Reader;

impl FromRequestParts<Web> for Reader {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ErrorPage> {
        let settings = &web.app.settings;
        let brought = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let brought = brought.and_then(|value| value.strip_prefix("Bearer "));
        let is_right = settings.metrics_token.as_deref().zip(brought).is_some_and(|(ours, t)| same(ours, t));
        if is_right || settings.open_metrics { Ok(Self) } else { Err(ErrorPage::Hidden) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTable {
    table: &'static str,
}

/// A figure that is never below nothing.
type Count = Gauge<u64, AtomicU64>;

async fn figures(_: Reader, State(web): State<Web>) -> Answer {
    let health = web.app.health().await?;
    let mut registry = Registry::default();
    web.metrics.register(&mut registry);
    let rows = Family::<OfTable, Count>::default();
    registry.register("phb_rows", "Rows of each table", rows.clone());
    for (table, count) in health.rows {
        rows.get_or_create(&OfTable { table }).set(count);
    }
    for (name, words, value) in [
        ("phb_letters_waiting", "Letters that wait to be sent", health.letters_waiting),
        ("phb_letters_failed", "Letters that were given up", health.letters_failed),
        ("phb_jobs_waiting", "Background jobs that wait", health.jobs_waiting),
        ("phb_jobs_failed", "Background jobs that were given up", health.jobs_failed),
        ("phb_works_in_background", "1 at the server that works in the background", health.is_runner.into()),
    ] {
        let gauge = Count::default();
        gauge.set(value);
        registry.register(name, words, gauge);
    }
    let mut out = String::new();
    encode(&mut out, &registry).expect("text takes all that is written to it");
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], out).into_response())
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
