//! Forms with files.

use crate::form::{Form, MOST_BYTES, cut_off, too_large};
use crate::page::CSRF_FIELD;
use crate::session::{Visit, is_multipart, same};
use crate::trouble::{Trouble, keep_words};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// The most bytes that a form with files may have: a few photographs, or a
/// year of bank statements.
pub const MOST_UPLOAD_BYTES: usize = 20 * 1024 * 1024;

/// One file as it was sent. Its name and its type are only what the sender
/// says; whoever reads the bytes decides what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub field: String,
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// A form with files. A file field that was left empty gives no file.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    pub form: Form,
    pub files: Vec<File>,
}

impl Upload {
    /// The first file of a field, or nothing.
    #[must_use]
    pub fn optional_file(&self, field: &str) -> Option<&File> {
        self.files.iter().find(|file| file.field == field)
    }

    /// The file of a field that must be there and not be empty.
    pub fn file(&mut self, field: &str, label: &str) -> Option<File> {
        match self.optional_file(field) {
            None => self.form.wrong(field, format!("Choose {label}")),
            Some(file) if file.bytes.is_empty() => {
                let message = "The file is empty. Choose another one";
                self.form.wrong(field, message)
            }
            Some(file) => Some(file.clone()),
        }
    }

    /// Reads a request's body, whoever sent it. A refusal is a page in words.
    pub async fn read(mut request: Request) -> Result<Self, Response> {
        DefaultBodyLimit::max(MOST_UPLOAD_BYTES).apply(&mut request);
        if !is_multipart(request.headers()) {
            // Sent again from a page that could not keep the file.
            let form = Form::from_request(request, &()).await?;
            return Ok(Self { form, files: vec![] });
        }
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| cut_off())?;
        let mut upload = Self::default();
        while let Some(field) = parts.next_field().await.map_err(refused)? {
            upload.take(field).await.map_err(refused)?;
        }
        let typed: usize = upload.form.values.values().flatten().map(String::len).sum();
        if typed > MOST_BYTES { Err(too_large()) } else { Ok(upload) }
    }

    async fn take(&mut self, field: Field<'_>) -> Result<(), MultipartError> {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            let bytes = field.bytes().await?;
            self.form.put(name, String::from_utf8_lossy(&bytes));
            return Ok(());
        };
        let content_type = field.content_type().unwrap_or_default().to_owned();
        let bytes = field.bytes().await?.to_vec();
        if !(file_name.is_empty() && bytes.is_empty()) {
            self.files.push(File { field: name, name: base_name(&file_name), content_type, bytes });
        }
        Ok(())
    }
}

/// A file's own name, without folders and without characters that cannot be
/// shown; never empty.
fn base_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if shown.trim().is_empty() { "file".to_owned() } else { shown }
}

/// Taken in by a handler, only if it came from one of our pages: its token is
/// inside the body, so the check that other forms have had is made here.
impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let Some(token) = request.extensions().get::<Visit>().map(|visit| visit.csrf.clone()) else {
            return Err(Trouble::Forged.into_response());
        };
        let path = request.uri().path().to_owned();
        let upload = Self::read(request).await?;
        if same(upload.form.text(CSRF_FIELD), &token) {
            keep_words(&upload.form);
            return Ok(upload);
        }
        Err(Trouble::Stale(Box::new((path, upload.form))).into_response())
    }
}

fn refused(error: MultipartError) -> Response {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { cut_off() }
}
