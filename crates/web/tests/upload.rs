//! Forms with files: what is sent, what is left out, what is too much.

use axum::body::Body;
use axum::extract::FromRequest;
use axum::http::{Request, StatusCode, header};
use web::upload::{MOST_UPLOAD_BYTES, Upload};

fn request(body: Vec<u8>) -> Request<Body> {
    Request::post("/")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(Body::from(body))
        .expect("a request")
}

async fn send(body: Vec<u8>) -> Result<Upload, StatusCode> {
    Upload::read(request(body)).await.map_err(|response| response.status())
}

#[tokio::test]
async fn files_from_nobody_knows_where_are_refused() {
    let mut body = part("name=\"csrf\"", b"");
    body.extend(b"--edge--\r\n");
    let refused = Upload::from_request(request(body), &()).await.map(|_| ()).expect_err("there was no visit");
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

fn part(disposition: &str, bytes: &[u8]) -> Vec<u8> {
    let mut part = format!("--edge\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").into_bytes();
    part.extend_from_slice(bytes);
    part.extend_from_slice(b"\r\n");
    part
}

#[tokio::test]
async fn fields_and_files_are_kept_apart_and_paths_are_dropped() {
    let mut body = part("name=\"note\"", "für Alice".as_bytes());
    body.extend(part("name=\"receipt\"; filename=\"..\\\\..\\\\x/taxi 👩.jpg\"", &[0xff, 0xd8, 0]));
    body.extend(part("name=\"other\"; filename=\"\"", b""));
    body.extend(part("name=\"blank\"; filename=\"blank.csv\"", b""));
    body.extend(b"--edge--\r\n");
    let mut upload = send(body).await.expect("a form");
    assert_eq!(upload.form.text("note"), "für Alice");
    let receipt = upload.file("receipt", "a receipt").expect("a file");
    assert_eq!((receipt.name.as_str(), receipt.bytes.as_slice()), ("taxi 👩.jpg", &[0xff, 0xd8, 0][..]));
    assert_eq!(upload.file("other", "the other file"), None);
    assert_eq!(upload.form.error_for("other"), Some("Choose the other file"));
    assert_eq!(upload.file("blank", "the statement"), None);
    assert_eq!(upload.form.error_for("blank"), Some("The file is empty. Choose another one"));
}

#[tokio::test]
async fn a_files_name_shows_what_it_is() {
    for (sent, kept) in [
        ("receipt\u{202e}fdp.exe", "receiptfdp.exe"),
        ("\u{2066}taxi\u{2069}\u{200b}.jpg\u{feff}", "taxi.jpg"),
        ("\u{200b}\u{202e}", "file"),
    ] {
        let mut body = part(&format!("name=\"receipt\"; filename=\"{sent}\""), b"x");
        body.extend(b"--edge--\r\n");
        let mut upload = send(body).await.expect("a form");
        assert_eq!(upload.file("receipt", "a receipt").expect("a file").name, kept);
    }
}

#[tokio::test]
async fn what_is_cut_off_or_too_much_is_refused() {
    assert_eq!(send(part("name=\"a\"; filename=\"a\"", b"cut")).await.err(), Some(StatusCode::BAD_REQUEST));
    let mut body = part("name=\"a\"; filename=\"a\"", &vec![b'x'; MOST_UPLOAD_BYTES + 1]);
    body.extend(b"--edge--\r\n");
    assert_eq!(send(body).await.err(), Some(StatusCode::PAYLOAD_TOO_LARGE));
}
