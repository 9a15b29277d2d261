//! The body of a form, as browsers send it and as nobody would: without files, and
//! with them.
#![no_main]

use axum::body::Body;
use axum::http::{Request, header};
use web::form::Form;
use web::upload::Upload;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let form = Form::parse(bytes);
    for name in form.values.keys() {
        let _ = form.text(name);
    }
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .body(Body::from(bytes.to_vec()))
        .expect("a request");
    let read = async { Upload::read(request).await.ok() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    if let Some(upload) = runtime.block_on(read) {
        assert!(upload.files.iter().all(|file| !file.name.is_empty()), "a file without a name");
    }
});
