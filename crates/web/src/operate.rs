//! For whoever runs the service: is it ready, and its figures.

use crate::trouble::Answer;
use crate::{Door, Routes, Trouble, Web, metrics};
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;
use std::net::SocketAddr;

pub fn declare(routes: &mut Routes) {
    routes.get("/health", Door::Anyone, health);
    routes.get("/metrics", Door::Anyone, figures);
}

/// 200 when the database answers, 503 when it does not.
async fn health(State(web): State<Web>) -> Response {
    let version = env!("CARGO_PKG_VERSION");
    let (status, word) = match web.app.is_ready().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    };
    let body = serde_json::json!({ "status": word, "version": version }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Only for this computer, unless the settings open it to others.
struct Near;

impl FromRequestParts<Web> for Near {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Trouble> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Behind a proxy everyone seems to come from this computer.
        let is_near = peer.is_some_and(|p| p.0.ip().is_loopback()) && !web.app.settings.behind_proxy;
        if is_near || web.app.settings.open_metrics { Ok(Self) } else { Err(Trouble::Hidden) }
    }
}

async fn figures(_: Near, State(web): State<Web>) -> Answer {
    let health = web.app.health().await?;
    let mut out = metrics::text();
    out.push_str("# HELP phb_rows Rows of each table.\n# TYPE phb_rows gauge\n");
    for (table, rows) in &health.rows {
        let _ = writeln!(out, "phb_rows{{table=\"{table}\"}} {rows}");
    }
    let gauges = [
        ("phb_letters_waiting", "Letters that wait to be sent.", health.letters_waiting),
        ("phb_letters_failed", "Letters that were given up.", health.letters_failed),
        ("phb_jobs_waiting", "Background jobs that wait.", health.jobs_waiting),
        ("phb_jobs_failed", "Background jobs that were given up.", health.jobs_failed),
    ];
    for (name, words, value) in gauges {
        let _ = writeln!(out, "# HELP {name} {words}\n# TYPE {name} gauge\n{name} {value}");
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], out).into_response())
}
