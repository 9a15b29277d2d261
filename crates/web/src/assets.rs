//! The style sheets, scripts and icons, embedded in the program; and the logo
//! of whoever runs it.
//!
//! Each has its content's hash in its name, so browsers may keep it for ever;
//! `build.rs` makes the list of what is embedded.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use formats::logo::{self, Kind, NotALogo};
use sha2::{Digest, Sha256};

struct Asset {
    /// As the pages ask for it: `main.css`.
    name: &'static str,
    /// As browsers ask for it: `main-1a2b3c4d5e6f.css`.
    hashed: &'static str,
    content_type: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of an asset: `url("main.css")` is `/assets/main-….css`. A name
/// that is not embedded is a mistake in a page, which a test finds; it gives
/// an address that answers 404.
#[must_use]
pub fn url(name: &str) -> &'static str {
    ASSETS.iter().zip(URLS).find(|(asset, _)| asset.name == name).map_or("/assets/missing", |(_, url)| url)
}

/// An organisation's own picture, which stands beside its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// As browsers ask for it: `logo-1a2b3c4d5e6f.svg`.
    hashed: String,
    kind: Kind,
    bytes: Vec<u8>,
}

impl Logo {
    /// The logo in a file.
    ///
    /// # Errors
    /// [`NotALogo`], where it is no small PNG, and no SVG that only draws.
    pub fn of(bytes: Vec<u8>) -> Result<Self, NotALogo> {
        let kind = logo::check(&bytes)?;
        let hash = hex::encode(&Sha256::digest(&bytes)[..6]);
        Ok(Self { hashed: format!("logo-{hash}.{}", kind.extension()), kind, bytes })
    }

    /// Its address on this server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("/assets/{}", self.hashed)
    }

    fn response(&self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.kind.mime()),
            (header::CACHE_CONTROL, FOR_EVER),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // Opened by itself an SVG is a page: it may use its own styles and
            // the pictures in it, and nothing else.
            (header::CONTENT_SECURITY_POLICY, LOGO_POLICY),
        ];
        (headers, self.bytes.clone()).into_response()
    }
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const LOGO_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// Answers `GET /assets/{name}` of a site, which may have a logo.
pub async fn serve_with_logo(logo: Option<&Logo>, name: Path<String>, headers: HeaderMap) -> Response {
    match logo {
        Some(logo) if logo.hashed == *name => logo.response(),
        _ => serve(name, headers).await,
    }
}

/// Answers with what is embedded.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.hashed == name) else {
        return (StatusCode::NOT_FOUND, "There is nothing at this address").into_response();
    };
    let common = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    if takes_gzip(&headers) {
        (common, [(header::CONTENT_ENCODING, "gzip")], asset.gzip).into_response()
    } else {
        (common, asset.plain).into_response()
    }
}

/// Whether `Accept-Encoding` names gzip and does not refuse it with `q=0`.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        let refused = parts.any(|part| {
            part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0)
        });
        named && !refused
    })
}
