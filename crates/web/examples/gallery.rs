//! Every component and picture on pages to look at, in all three looks:
//!
//! ```text
//! cargo run -p phb-web --example gallery -- 127.0.0.1:8099
//! ```
//!
//! Served with the same content security policy as the program itself.

#[path = "gallery/pages.rs"]
mod pages;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8099".to_owned());
    let app = Router::new()
        .route("/", get(|| async { show(Path("public".to_owned())).await }))
        .route("/{name}", get(show))
        .route("/assets/{name}", get(web::assets::serve));
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("http://{}/{{{}}}", listener.local_addr()?, pages::NAMES.join(","));
    axum::serve(listener, app).await
}

async fn show(Path(name): Path<String>) -> Response {
    let Some(page) = pages::page(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    ([(header::CONTENT_SECURITY_POLICY, web::session::CONTENT_SECURITY_POLICY)], page).into_response()
}
