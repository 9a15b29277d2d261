//! Forms as they come in, with files and without.

use crate::body::{MadeRoom, TooSlow, is_because, is_multipart, read_to_nowhere};
use crate::error_page::{ErrorPage, Unread};
use crate::form::{Form, MOST_BYTES};
use crate::seats::Seat;
use crate::tokens::{CSRF_FIELD, same};
use crate::visit::{Asked, Visit};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use futures_util::StreamExt as _;
use futures_util::future::ready;
use futures_util::stream::once;

/// The most bytes that a form with files may have: a few photographs, or a
/// year of bank statements.
pub const MOST_UPLOAD_BYTES: usize = 20 * 1024 * 1024;

/// The most bytes that are kept of a form with files which cannot be
/// taken in now.
const MOST_WORDS: usize = 64 * 1024;

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
    pub async fn read(mut request: Request) -> Result<Self, ErrorPage> {
        DefaultBodyLimit::max(MOST_UPLOAD_BYTES).apply(&mut request);
        if !is_multipart(request.headers()) {
            // Sent again from a page that could not keep the file.
            let form = Form::from_request(request, &()).await?;
            return Ok(Self { form, files: vec![] });
        }
        let path = request.uri().path().to_owned();
        let visit = request.extensions().get::<Visit>().cloned();
        let mut parts =
            Multipart::from_request(request, &()).await.map_err(|_| ErrorPage::Unread(Unread::CutOff))?;
        let mut upload = Self::default();
        if let Err(why) = upload.take_all(&mut parts).await {
            // What was typed stands before the files.
            if let Some(visit) = visit.filter(|visit| same(upload.form.text(CSRF_FIELD), &visit.csrf)) {
                visit.keep(Asked { path, typed: Some(upload.form), had_file: true });
            }
            return Err(refused(&why));
        }
        let typed: usize = upload.form.values.values().flatten().map(String::len).sum();
        if typed > MOST_BYTES { Err(ErrorPage::Unread(Unread::TooLarge)) } else { Ok(upload) }
    }

    /// What of a form with files is text, as far as it stands in the first
    /// [`MOST_WORDS`] bytes and before the first file; and whether there was a
    /// file. For those who cannot come in: the rest is read and not kept, so
    /// that their browser gets to read the answer.
    pub async fn words(request: Request) -> (Form, bool) {
        let (parts, body) = request.into_parts();
        let (mut body, mut start, mut more) = (body.into_data_stream(), vec![], false);
        while let Some(Ok(chunk)) = body.next().await {
            let room = MOST_WORDS.saturating_sub(start.len());
            start.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                more = true;
                break;
            }
        }
        let boundary = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let mut found = (Form::empty(), false);
        if let Some(boundary) = boundary.and_then(|v| multer::parse_boundary(v).ok()) {
            found = texts(start, boundary).await;
        }
        if more {
            read_to_nowhere(Body::from_stream(body), MOST_UPLOAD_BYTES).await;
        }
        (found.0, found.1 || more)
    }

    async fn take_all(&mut self, parts: &mut Multipart) -> Result<(), MultipartError> {
        while let Some(field) = parts.next_field().await? {
            self.take(field).await?;
        }
        Ok(())
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

/// The texts that stand before the first file in the start of a form, and
/// whether there was one. Where it breaks off, what is there of a text counts.
async fn texts(start: Vec<u8>, boundary: String) -> (Form, bool) {
    let start = once(ready(Ok::<_, std::io::Error>(Bytes::from(start))));
    let mut fields = multer::Multipart::new(start, boundary);
    let mut form = Form::empty();
    while let Ok(Some(mut field)) = fields.next_field().await {
        if field.file_name().is_some() {
            return (form, field.file_name().is_some_and(|name| !name.is_empty()));
        }
        let (name, mut text) = (field.name().unwrap_or_default().to_owned(), vec![]);
        while let Ok(Some(chunk)) = field.chunk().await {
            text.extend_from_slice(&chunk);
        }
        form.put(name, String::from_utf8_lossy(&text));
    }
    (form, false)
}

/// A file's own name, without folders and without signs that nobody can see:
/// one that turns the direction makes `exe` at the end look like `pdf`. Never
/// empty.
fn base_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = domain::words::as_one_line(last).chars().take(200).collect();
    if shown.is_empty() { "file".to_owned() } else { shown }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ErrorPage;

    async fn from_request(request: Request, _: &S) -> Result<Self, ErrorPage> {
        match to_bytes(request.into_body(), MOST_BYTES).await {
            Ok(body) => Ok(Self::parse(&body)),
            Err(why) => Err(ErrorPage::unread(&why)),
        }
    }
}

/// Taken in by a handler, only if it came from one of our pages: its token is
/// inside the body, so the check that other forms have had is made here.
impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = ErrorPage;

    async fn from_request(request: Request, _: &S) -> Result<Self, ErrorPage> {
        let Some(visit) = request.extensions().get::<Visit>().cloned() else {
            return Err(ErrorPage::Forged);
        };
        let path = request.uri().path().to_owned();
        let seat = request.extensions().get::<Seat>().cloned();
        let upload = Self::read(request).await?;
        if let Some(seat) = seat {
            seat.works();
        }
        if same(upload.form.text(CSRF_FIELD), &visit.csrf) {
            let typed = Some(upload.form.clone());
            visit.keep(Asked { path, typed, had_file: !upload.files.is_empty() });
            return Ok(upload);
        }
        Err(ErrorPage::Stale(Box::new((path, upload.form))))
    }
}

fn refused(error: &MultipartError) -> ErrorPage {
    if is_because::<MadeRoom>(error) {
        return ErrorPage::Busy;
    }
    ErrorPage::Unread(if is_because::<TooSlow>(error) {
        Unread::TooSlow
    } else if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Unread::TooLarge
    } else {
        Unread::CutOff
    })
}
