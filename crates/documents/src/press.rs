//! Runs Typst on the template and the prepared paper, in memory.

use std::sync::{Arc, OnceLock};

use comemo::{Track, Tracked};
use typst_layout::PagedDocument;
use typst_library::diag::{FileError, FileResult, SourceDiagnostic, SourceResult};
use typst_library::engine::{Engine, Route, Sink, Traced};
use typst_library::foundations::{
    Bytes, Content, Datetime, Duration, Module, NativeRuleMap, Output, Scope, Smart, StyleChain, Target,
    TargetElem,
};
use typst_library::introspection::{EmptyIntrospector, Introspector, MAX_ITERS};
use typst_library::routines::Routines;
use typst_library::text::{Font, FontBook};
use typst_library::{Feature, Library, LibraryBuilder, World};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst_utils::{LazyHash, Protected};

use crate::CannotRender;
use crate::fonts::Faces;
use crate::view::View;

/// Stack of the threads that set a paper. Typst recurses deeply, more so when
/// it is not optimised. This is address space: only what is touched is used.
const STACK_BYTES: usize = 32 << 20;
/// Threads that set a paper.
const THREADS: usize = 2;

/// What is the same for every paper.
struct Press {
    library: LazyHash<Library>,
    template: Source,
    data: FileId,
    standards: PdfStandards,
}

/// One paper's world, as Typst sees it: a template, a file of data, fonts.
/// There is no disk, no network and no clock in it.
struct Desk {
    press: &'static Press,
    faces: Arc<Faces>,
    data: Bytes,
    date: Datetime,
}

/// Checks a date (year, month, day).
pub fn date((year, month, day): (i32, u8, u8)) -> Result<Datetime, CannotRender> {
    Datetime::from_ymd(year, month, day)
        .ok_or_else(|| CannotRender(format!("{year}-{month}-{day} is not a date")))
}

/// Sets the prepared paper and writes it as PDF.
pub fn print(view: &View, faces: Arc<Faces>, date: Datetime) -> Result<Vec<u8>, CannotRender> {
    let press = press()?;
    let data = serde_json::to_vec(view).map_err(|why| CannotRender(why.to_string()))?;
    let desk = Desk { press, faces, data: Bytes::new(data), date };
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(THREADS)
        .stack_size(STACK_BYTES)
        .build()
        .map_err(|why| CannotRender(why.to_string()))?;
    let work =
        || threads.install(|| compile(&desk).and_then(|set| typst_pdf::pdf(&set, &options(press, date))));
    // A fault in the typesetter must cost this paper only. Nothing of what it
    // was working on is used again.
    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    comemo::evict(0);
    let made = made.map_err(|_| CannotRender("the typesetter broke off".into()))?;
    made.map_err(|faults| in_words(&faults))
}

fn options(press: &Press, date: Datetime) -> PdfOptions {
    PdfOptions {
        creator: Smart::Custom(Some("OpenPHB".into())),
        timestamp: Some(Timestamp::new_utc(date)),
        standards: press.standards.clone(),
        ..PdfOptions::default()
    }
}

fn in_words(faults: &[SourceDiagnostic]) -> CannotRender {
    let said: Vec<&str> = faults.iter().map(|f| f.message.as_str()).collect();
    CannotRender(said.join("; "))
}

fn press() -> Result<&'static Press, CannotRender> {
    static PRESS: OnceLock<Result<Press, CannotRender>> = OnceLock::new();
    PRESS.get_or_init(set_up).as_ref().map_err(Clone::clone)
}

fn set_up() -> Result<Press, CannotRender> {
    let name = |path: &str| {
        VirtualPath::new(path)
            .map(|path| FileId::new(RootedPath::new(VirtualRoot::Project, path)))
            .map_err(|_| CannotRender(format!("{path} is not a path")))
    };
    let library = LibraryBuilder::from_routines(routines())
        .with_features([Feature::A11yExtras].into_iter().collect())
        .build();
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|why| CannotRender(why.message().to_string()))?;
    Ok(Press {
        library: LazyHash::new(library),
        template: Source::new(name("/paper.typ")?, include_str!("paper.typ").into()),
        data: name("/paper.json")?,
        standards,
    })
}

/// The parts of Typst that make pages. Those that would make web pages are left
/// out: this saves a crate, and nothing in the template asks for them.
fn routines() -> &'static Routines {
    static ROUTINES: OnceLock<Routines> = OnceLock::new();
    ROUTINES.get_or_init(|| Routines {
        rules: || {
            let mut rules = NativeRuleMap::new();
            typst_layout::register(&mut rules);
            rules
        },
        eval_string: typst_eval::eval_string,
        eval_closure: typst_eval::eval_closure,
        realize: typst_realize::realize,
        layout_frame: typst_layout::layout_frame,
        html_module: || Module::new("html", Scope::new()),
        html_mathml_body: |_, _| None,
        html_span_filled: |content, _| content,
    })
}

/// Lays the template out until page numbers and totals have settled, as
/// `typst::compile` does, for pages only.
fn compile(desk: &Desk) -> SourceResult<PagedDocument> {
    let world: &dyn World = desk;
    let (world, traced) = (world.track(), Traced::default());
    let library = world.library();
    let mut sink = Sink::new();
    let content = typst_eval::eval(
        world,
        library,
        traced.track(),
        sink.track_mut(),
        Route::default().track(),
        &desk.press.template,
    )?
    .content();
    let base = StyleChain::new(&library.styles);
    let target = TargetElem::target.set(Target::Paged).wrap();
    let styles = base.chain(&target);

    let mut document = lay_out(world, &traced, &mut sink, &content, styles, &EmptyIntrospector)?;
    for _ in 1..MAX_ITERS {
        if document.1 {
            break;
        }
        document = lay_out(world, &traced, &mut sink, &content, styles, Output::introspector(&document.0))?;
    }
    let delayed = sink.delayed();
    if delayed.is_empty() { Ok(document.0) } else { Err(delayed) }
}

/// Lays out once, knowing what `before` tells about page numbers; says whether
/// the outcome agrees with it.
fn lay_out(
    world: Tracked<'_, dyn World + '_>,
    traced: &Traced,
    sink: &mut Sink,
    content: &Content,
    styles: StyleChain<'_>,
    before: &dyn Introspector,
) -> SourceResult<(PagedDocument, bool)> {
    let constraint = comemo::Constraint::new();
    let mut pass = Sink::new();
    let mut engine = Engine {
        library: world.library(),
        world,
        introspector: Protected::new(before.track_with(&constraint)),
        traced: traced.track(),
        sink: pass.track_mut(),
        route: Route::default(),
    };
    let document = PagedDocument::create(&mut engine, content, styles)?;
    let settled = constraint.validate(Output::introspector(&document));
    if settled {
        sink.extend_from_sink(pass);
    }
    Ok((document, settled))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.faces.book
    }

    fn main(&self) -> FileId {
        self.press.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.press.template.id() {
            Ok(self.press.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.press.data { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.faces.get(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        Some(self.date)
    }
}
