//! Runs Typst on the template and the prepared paper, in memory.

use std::sync::Arc;

use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World, comemo};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::CannotRender;
use crate::fonts::Faces;
use crate::view::View;

/// Stack of the threads that set a paper. Typst recurses deeply, more so when
/// it is not optimised. This is address space: only what is touched is used.
const STACK_BYTES: usize = 32 << 20;
/// Threads that set a paper.
const THREADS: usize = 2;

/// What is the same for every paper.
pub struct Typesetter {
    library: LazyHash<Library>,
    template: Source,
    data: FileId,
    standards: PdfStandards,
}

/// One paper's world, as Typst sees it: a template, a file of data, fonts.
/// There is no disk, no network and no clock in it.
struct OnePaper<'t> {
    typesetter: &'t Typesetter,
    faces: Arc<Faces>,
    data: Bytes,
    date: Datetime,
}

/// Checks a date (year, month, day).
pub fn date((year, month, day): (i32, u8, u8)) -> Result<Datetime, CannotRender> {
    Datetime::from_ymd(year, month, day)
        .ok_or_else(|| CannotRender(format!("{year}-{month}-{day} is not a date")))
}

impl Typesetter {
    /// # Errors
    /// None that a paper could cause: its own parts do not fit together.
    pub fn new() -> Result<Self, CannotRender> {
        let name = |path: &str| {
            VirtualPath::new(path)
                .map(|path| FileId::new(RootedPath::new(VirtualRoot::Project, path)))
                .map_err(|_| CannotRender(format!("{path} is not a path")))
        };
        let features = [Feature::A11yExtras].into_iter().collect();
        let library = Library::builder().with_features(features).build();
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|why| CannotRender(why.message().to_string()))?;
        Ok(Self {
            library: LazyHash::new(library),
            template: Source::new(name("/paper.typ")?, include_str!("paper.typ").into()),
            data: name("/paper.json")?,
            standards,
        })
    }

    /// Sets the prepared paper and writes it as PDF.
    pub fn set(&self, view: &View, faces: Arc<Faces>, date: Datetime) -> Result<Vec<u8>, CannotRender> {
        let data = serde_json::to_vec(view).map_err(|why| CannotRender(why.to_string()))?;
        let paper = OnePaper { typesetter: self, faces, data: Bytes::new(data), date };
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(THREADS)
            .stack_size(STACK_BYTES)
            .build()
            .map_err(|why| CannotRender(why.to_string()))?;
        let work = || {
            let Warned { output, warnings: _ } = typst::compile::<PagedDocument>(&paper);
            typst_pdf::pdf(&output?, &self.options(date))
        };
        let work = || threads.install(work);
        // A fault in the typesetter must cost this paper only. Nothing of what it
        // was working on is used again.
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        comemo::evict(0);
        let made = made.map_err(|_| CannotRender("the typesetter broke off".into()))?;
        made.map_err(|faults| in_words(&faults))
    }

    fn options(&self, date: Datetime) -> PdfOptions {
        PdfOptions {
            creator: Smart::Custom(Some("OpenPHB".into())),
            timestamp: Some(Timestamp::new_utc(date)),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        }
    }
}

fn in_words(faults: &[SourceDiagnostic]) -> CannotRender {
    let said: Vec<&str> = faults.iter().map(|f| f.message.as_str()).collect();
    CannotRender(said.join("; "))
}

impl World for OnePaper<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.typesetter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.faces.book
    }

    fn main(&self) -> FileId {
        self.typesetter.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.typesetter.template.id() {
            Ok(self.typesetter.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.typesetter.data { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.get(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        Some(self.date)
    }
}
