//! A case with a long life behind it, made quickly: what a page costs there is
//! held against the same page of a short one.

use crate::world::World;
use domain::case::arrangement::spending;
use domain::case::arrangement::{self, By};
use domain::case::notes::{self, ReadBy};
use domain::case::plan::{self, Mode, Section};
use domain::case::{self, Voice};
use domain::testing::{line, prose};
use domain::{BankLineId, CaseId, EntryId, FileId, HoldingId, Pence, StatementId, Timestamp, dates};
use service::Effects;
use store::bank::{BankLine, Statement};
use store::files::NewFile;
use store::{StoreError, bank, files, looks};
use strum::VariantArray;

/// How much there is of everything that grows.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// Payments on statements of the person's own account; nearly all matched.
    pub lines: u32,
    pub notes: u32,
    /// Receipts, each with its file.
    pub receipts: u32,
    /// How often a section of the plan was written anew.
    pub writings: u32,
    pub looks: u32,
}

/// How many of the payments wait to be matched.
const WAITING: u32 = 25;
/// Days that the payments are spread over, back from today.
const DAYS: u32 = 200;
/// How many are put in at once.
const AT_ONCE: usize = 5_000;

impl Life {
    /// The same with `times` as much of everything.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        let Self { lines, notes, receipts, writings, looks } = self;
        Self {
            lines: lines * times,
            notes: notes * times,
            receipts: receipts * times,
            writings: writings * times,
            looks: looks * times,
        }
    }
}

/// Lives a life in Alice's case, whose payments have begun. The marks of it
/// are in the texts: "PAYMENT 7 IN A SHOP", "Note 7", "Receipt 7".
pub async fn live(world: &World, case: CaseId, life: Life) {
    let state = world.case(case).await;
    let own =
        state.plan.open_holdings().find(|h| h.words.mode == Mode::DirectPayment).expect("an account").id;
    let lines = payments(world, case, own, life.lines).await;
    match_them(world, case, &lines).await;
    let note =
        |n| notes::Event::Written { text: prose(&format!("Note {n}")), read_by: ReadBy::Everyone }.into();
    say(world, case, (0..life.notes).map(note).collect()).await;
    let mut based_on =
        world.case(case).await.plan.section(Section::VARIANTS[0]).map_or(0, plan::Written::seq);
    let version = world.case(case).await.version;
    let writing = |n: u32| {
        let text = prose(&format!("Written for the {n}th time"));
        let event = plan::Event::SectionWritten {
            section: Section::VARIANTS[0],
            text,
            voice: Voice::Person,
            based_on,
        };
        based_on = version + u64::from(n) + 1;
        event.into()
    };
    say(world, case, (0..life.writings).map(writing).collect()).await;
    receipts(world, case, life.receipts).await;
    let now = world.app.clock.now().as_second();
    let reader = world.people.coordinator;
    let looked = world.db.write::<_, StoreError>(move |tx| {
        for n in 0..life.looks {
            let at = Timestamp::from_second(now - 900 * i64::from(n + 1)).expect("an instant");
            looks::record_look(tx, case, reader, "plan", at)?;
        }
        Ok(())
    });
    looked.await.expect("the looks are written");
}

async fn say(world: &World, case: CaseId, events: Vec<case::Event>) {
    for some in events.chunks(AT_ONCE) {
        world.record(case, world.people.husband, some.to_vec()).await;
    }
}

async fn payments(world: &World, case: CaseId, holding: HoldingId, count: u32) -> Vec<BankLine> {
    let statement = StatementId(world.app.id());
    let today = world.today();
    let line = |n: u32| BankLine {
        id: BankLineId(world.app.id()),
        statement,
        case,
        holding,
        line_no: n + 1,
        date: dates::days_after(today, -i32::try_from(n % DAYS).expect("few")),
        amount: Pence(-i64::from(100 + n % 5_000)),
        description: format!("PAYMENT {n} IN A SHOP"),
        reference: String::new(),
        dedupe_key: format!("life {n}"),
    };
    let lines: Vec<BankLine> = (0..count).map(line).collect();
    let kept = Statement {
        id: statement,
        case,
        holding,
        file_sha256: [7; 32],
        name: "life.csv".into(),
        format: "csv test".into(),
        opening: None,
        closing: None,
        from: dates::days_after(today, -400),
        to: today,
        imported: world.app.clock.now(),
        by: Some(world.people.husband),
    };
    let (file, all) = (a_file(world, case, FileId(statement.0)), lines.clone());
    let inserted = world.db.write::<_, StoreError>(move |tx| {
        files::put(tx, &file)?;
        bank::insert_statement(tx, &kept, &all).map(|new| new.len())
    });
    inserted.await.expect("the lines are kept");
    for (i, some) in lines.chunks(AT_ONCE).enumerate() {
        let new: Vec<_> = some.iter().map(service::arrangement::spending::movement).collect();
        let state = world.case(case).await;
        let decided = spending::take_in(&state, statement, holding, &new, 0, by(world)).expect("taken in");
        // One statement, however many pieces it is put in by.
        let events = if i == 0 { decided.events } else { vec![] };
        put(world, case, arrangement::Decision { events, ..decided }).await;
    }
    lines
}

async fn match_them(world: &World, case: CaseId, lines: &[BankLine]) {
    let matched = lines.len().saturating_sub(WAITING as usize);
    for some in lines[..matched].chunks(AT_ONCE) {
        let state = world.case(case).await;
        let to = state.plan.current_lines().next().expect("a line").id;
        let mut all = arrangement::Decision::default();
        for line in some {
            let movement = service::arrangement::spending::movement(line);
            let entry = EntryId(world.app.id());
            let one = spending::match_spending(&state, &movement, vec![(to, -line.amount)], by(world), entry);
            let one = one.expect("matched");
            all.events.extend(one.events);
            all.entries.extend(one.entries);
        }
        put(world, case, all).await;
    }
}

async fn receipts(world: &World, case: CaseId, count: u32) {
    let mut events = vec![];
    let mut kept = vec![];
    for n in 0..count {
        let file = FileId(world.app.id());
        kept.push(a_file(world, case, file));
        let what = Some(line(&format!("Receipt {n}")));
        events.push(arrangement::Event::ReceiptAdded { file, bank_line: None, line: None, what }.into());
    }
    for some in kept.chunks(AT_ONCE) {
        let some = some.to_vec();
        let put = world.db.write::<_, StoreError>(move |tx| {
            some.iter().try_for_each(|file| files::put(tx, file).map(drop))
        });
        put.await.expect("the files are kept");
    }
    say(world, case, events).await;
}

fn a_file(world: &World, case: CaseId, id: FileId) -> NewFile {
    NewFile {
        id,
        case,
        name: "receipt.png".into(),
        media_type: "image/png".into(),
        added: world.app.clock.now(),
        by: Some(world.people.husband),
        bytes: b"\x89PNG a receipt".to_vec(),
    }
}

fn by(world: &World) -> By {
    By { who: world.people.husband, now: world.app.clock.now(), today: world.today() }
}

async fn put(world: &World, case: CaseId, decision: arrangement::Decision) {
    let decided = Effects { events: decision.events, entries: decision.entries, mail: vec![] };
    world.record(case, world.people.husband, decided).await;
}
