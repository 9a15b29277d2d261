//! A case that comes from another area and goes on here. Its record is written as
//! it was: what follows from it here has the same hashes as in the archive, and that
//! is asked in the transaction that writes it. All of it is taken in, or nothing.

use super::check::Checked;
use crate::stream::{load, rows_again};
use crate::{App, Effects, Error, Steps, directory};
use domain::access::Post;
use domain::account::{self, Account};
use domain::case::circle::{self, CaseRole, NewMember};
use domain::case::offer::{self, CameFrom, GivenOut};
use domain::case::{self, Case};
use domain::ledger::{Balances, Entry};
use domain::{
    AccountId, Aggregate, AreaId, Author, CaseId, EmailAddress, Line, MemberId, Refusal, Stream, StreamKind,
    Timestamp, of_kind,
};
use formats::everything::{Event, EventsOf, Everything};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::bank::{BankLine, Statement};
use store::files::NewFile;
use store::looks::Look;
use store::{StoreError, Tx, accounts, bank, files, ledger, lists, looks, open_lines, outbox, record};
use uuid::Uuid;

/// Where a case is taken in, and by whom.
#[derive(Clone, Debug)]
pub struct TakeIn {
    /// The area: its name, or its id.
    pub area: String,
    /// Who is its care co-ordinator here: they have that post in the area.
    pub coordinator: EmailAddress,
    /// Who takes it in, in words: a command has no account.
    pub by: Line,
}

/// What was taken in, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenIn {
    pub case: CaseId,
    pub reference: String,
    pub from: String,
    pub into: String,
    pub coordinator: String,
    pub events: u64,
    pub streams: usize,
    pub files: usize,
    pub entries: usize,
    pub statements: usize,
    pub bank_lines: usize,
    pub letters: usize,
    pub looks: usize,
    /// Those who are known by name alone from now on.
    pub names: usize,
    /// What the archive has and is not kept here, each in words.
    pub not_kept: Vec<String>,
}

/// Why a transaction is undone.
enum Undone {
    /// It was only to be tried.
    Tried(Box<TakenIn>),
    Failed(Error),
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Refusal> for Undone {
    fn from(no: Refusal) -> Self {
        Self::Failed(no.into())
    }
}

impl App {
    /// Writes on a case that all of it was given to another area, in this archive.
    /// The one that the area gets was made before, so this event is not in it.
    pub async fn note_given_out(&self, id: CaseId, given: GivenOut) -> Result<(), Error> {
        let (app, now) = (self.clone(), self.clock.now());
        self.db
            .write(move |tx| {
                let case = app.case(tx, id)?;
                let events = offer::give_out(&case, given.clone())?;
                app.commit(tx, &case, Author::System, now, &Effects::from(events))?;
                Ok(())
            })
            .await
    }

    /// Takes in a case whose archive was checked. With `is_tried` all is done and
    /// then undone, so that it says what would happen and what would stand in the way.
    ///
    /// # Errors
    /// In words, where it is here already, where there is no such area or nobody with
    /// that post, and where what was written would not be what came.
    pub async fn take_in(&self, checked: Checked, into: TakeIn, is_tried: bool) -> Result<TakenIn, Error> {
        let (app, checked, now) = (self.clone(), Arc::new(checked), self.clock.now());
        let done = self.db.write(move |tx| {
            let taken = Taking { app: &app, checked: &checked, into: &into, now }.all(tx)?;
            if is_tried { Err(Undone::Tried(Box::new(taken))) } else { Ok(taken) }
        });
        match done.await {
            Ok(taken) => Ok(taken),
            Err(Undone::Tried(taken)) => Ok(*taken),
            Err(Undone::Failed(why)) => Err(why),
        }
    }
}

struct Taking<'a> {
    app: &'a App,
    checked: &'a Checked,
    into: &'a TakeIn,
    now: Timestamp,
}

/// The area and the colleague who take it over.
struct Here {
    area: AreaId,
    area_name: String,
    coordinator: NewMember,
}

fn here_already(what: &str) -> Error {
    Refusal::already_done(format!("{what} is here already. Nothing was taken in")).into()
}

/// What was written is not what came: nothing of it is kept.
fn differs(what: &str) -> Error {
    Refusal::not_yet(format!("{what} would not be here as it came. Nothing was taken in"), "").into()
}

fn line(text: &str) -> Result<Line, Error> {
    Line::parse(text).map_err(|why| Refusal::invalid("from", why.to_string()).into())
}

impl Taking<'_> {
    fn all(&self, tx: &mut Tx<'_>) -> Result<TakenIn, Error> {
        let all = &self.checked.all;
        let here = self.here(tx)?;
        self.must_be_of_elsewhere(tx)?;
        let of_case = || all.streams.iter().filter(|events| events.kind != StreamKind::Account);
        // Before anything: another's record is not added to.
        for events in of_case() {
            let stream = Stream { kind: events.kind, id: events.id };
            if record::version(tx, stream)? > 0 {
                return Err(here_already(&format!("{} of {}", all.about.reference, all.about.area_name)));
            }
        }
        if ledger::length(tx, all.about.case)? > 0 {
            return Err(here_already("The money of this case"));
        }
        let names = self.names(tx)?;
        for events in of_case() {
            self.stream(tx, events)?;
        }
        self.files(tx)?;
        self.holdings(tx)?;
        self.bank(tx)?;
        self.money(tx)?;
        let looks = self.looks(tx)?;
        let letters = self.letters(tx)?;
        let (area_name, coordinator) = (here.area_name.clone(), here.coordinator.name.to_string());
        self.goes_on_here(tx, here)?;
        open_lines::remake(tx)?;
        for events in of_case().skip(1) {
            let stream = Stream { kind: events.kind, id: events.id };
            let rows = rows_again(tx, stream)?;
            lists::replace(tx, stream, &rows)?;
        }
        Ok(TakenIn {
            case: all.about.case,
            reference: all.about.reference.clone(),
            from: all.about.area_name.clone(),
            into: area_name,
            coordinator,
            events: of_case().map(|events| events.version).sum(),
            streams: of_case().count(),
            files: all.files.len(),
            entries: all.ledger.entries.len(),
            statements: all.statements.len(),
            bank_lines: all.bank_lines.len(),
            letters,
            looks,
            names,
            not_kept: not_kept(all, (looks, letters)),
        })
    }

    /// The area, and who is care co-ordinator there.
    fn here(&self, tx: &mut Tx<'_>) -> Result<Here, Error> {
        let TakeIn { area, coordinator, .. } = self.into;
        let all = directory::areas(tx)?;
        let found = all.into_iter().find(|(id, name)| name == area || id.to_string() == *area);
        let Some((id, area_name)) = found else {
            let message = format!("There is no area {area:?} here. Nothing was taken in");
            return Err(Refusal::not_yet(message, "").into());
        };
        let account = accounts::account_by_email(tx, coordinator)?;
        let actor = account.map(|account| directory::by_posts(self.app, tx, account)).transpose()?.flatten();
        let held =
            actor.as_ref().and_then(|actor| actor.post_for_seat(id, CaseRole::CareCoordinator).cloned());
        let (Some(actor), Some(held)) = (actor, held) else {
            let words = Post::Practitioner.words();
            let message = format!("{coordinator} is no {words} in {area_name}. Nothing was taken in");
            return Err(Refusal::not_yet(message, "").into());
        };
        let coordinator = NewMember {
            id: MemberId(self.app.id()),
            name: line(&actor.name)?,
            relation: line("care co-ordinator")?,
            role: CaseRole::CareCoordinator,
            account: Some(actor.account),
            organisation: Some(held.organisation),
            speaks: None,
        };
        Ok(Here { area: id, area_name, coordinator })
    }

    /// Refuses a reference that is none, and a record in which somebody or some body of
    /// this place stands by their id: a file would put deeds into their mouths, or let
    /// them in. Who is known here by name alone came with another case.
    fn must_be_of_elsewhere(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let all = &self.checked.all;
        if !is_reference(&all.about.reference) {
            let message =
                format!("{:?} is no reference of a case. Nothing was taken in", all.about.reference);
            return Err(Refusal::not_yet(message, "").into());
        }
        let of_case = all.streams.iter().filter(|events| events.kind != StreamKind::Account);
        let mut ids: BTreeSet<Uuid> = all.accounts.iter().map(|known| known.id.0).collect();
        ids.extend(all.looks.iter().map(|look| look.by.0));
        for event in of_case.flat_map(|events| &events.events) {
            ids.extend(event.by.parse::<Uuid>());
            ids.extend(event.body.iter().flat_map(|body| ids_in(body.get())));
        }
        for id in ids {
            let body = Stream { kind: StreamKind::Organisation, id };
            let account: Account = load(tx, AccountId(id))?;
            if account.email.is_some() || record::version(tx, body)? > 0 {
                let message =
                    format!("Somebody of this place stands in it by their id ({id}). Nothing was taken in");
                return Err(Refusal::not_yet(message, "").into());
            }
        }
        Ok(())
    }

    /// Each statement and each line is of a way of holding money in this case.
    fn holdings(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let all = &self.checked.all;
        let case: Case = load(tx, all.about.case)?;
        let mut named = all.statements.iter().map(|one| one.holding);
        let mut of_lines = all.bank_lines.iter().map(|line| line.holding);
        let is_there = |id| case.plan.holding(id).is_some();
        if named.all(is_there) && of_lines.all(is_there) { Ok(()) } else { Err(differs("A bank statement")) }
    }

    /// Whoever did something and is not known here is known by name, and by nothing
    /// else: they have no sign-in and no post.
    fn names(&self, tx: &mut Tx<'_>) -> Result<usize, Error> {
        let all = &self.checked.all;
        let mut new = 0;
        for known in &all.accounts {
            let before: Account = load(tx, known.id)?;
            if before.version() == 0 {
                let (name, from) = (line(&known.name)?, line(&all.about.area_name)?);
                let event = account::Event::KnownFromElsewhere { name, from };
                self.app.append(tx, &before, Author::System, self.now, &[event])?;
                new += 1;
            }
        }
        Ok(new)
    }

    /// A stream as it was, and whether it is that.
    fn stream(&self, tx: &mut Tx<'_>, events: &EventsOf) -> Result<(), Error> {
        let stream = Stream { kind: events.kind, id: events.id };
        of_kind!(events.kind, A => append_all::<A>(tx, stream, &events.events))?;
        let head = record::written(tx, stream)?.last().map(|last| (last.seq, hex::encode(last.hash)));
        if head == Some((events.version, events.head.clone())) {
            Ok(())
        } else {
            Err(differs(&format!("The record ({stream})")))
        }
    }

    fn files(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let all = &self.checked.all;
        for file in &all.files {
            if files::get(tx, file.id)?.is_some() {
                return Err(here_already(&format!("The file {:?}", file.name)));
            }
            let bytes = file.path.as_deref().and_then(|path| self.checked.inside.get(path));
            let new = NewFile {
                id: file.id,
                case: all.about.case,
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                bytes: bytes.ok_or_else(|| differs(&file.name))?.to_vec(),
                added: file.added,
                by: file.by,
            };
            let put = files::put(tx, &new)?;
            if hex::encode(put.sha256) != file.sha256 {
                return Err(differs(&file.name));
            }
        }
        Ok(())
    }

    fn bank(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let all = &self.checked.all;
        for one in &all.statements {
            let mut file_sha256 = [0; 32];
            let is_sum = hex::decode_to_slice(&one.sha256, &mut file_sha256).is_ok();
            if bank::statement(tx, one.id)?.is_some() || !is_sum {
                return Err(here_already(&format!("The statement {:?}", one.name)));
            }
            let statement = Statement {
                id: one.id,
                case: all.about.case,
                holding: one.holding,
                file_sha256,
                name: one.name.clone(),
                format: one.format.clone(),
                opening: one.opening,
                closing: one.closing,
                from: one.from,
                to: one.to,
                imported: one.taken_in,
                by: one.by,
            };
            bank::insert_heading(tx, &statement)?;
            let lines = all.bank_lines.iter().filter(|line| line.statement == one.id);
            let lines: Vec<BankLine> = lines
                .map(|line| BankLine {
                    id: line.id,
                    case: all.about.case,
                    holding: line.holding,
                    statement: line.statement,
                    line_no: line.line,
                    date: line.date,
                    amount: line.amount,
                    description: line.description.clone(),
                    reference: line.reference.clone(),
                    dedupe_key: line.key.clone(),
                })
                .collect();
            let lines: Vec<&BankLine> = lines.iter().collect();
            bank::insert_lines(tx, &lines, one.by, one.taken_in)?;
        }
        Ok(())
    }

    /// The ledger: chain and sums as they came.
    fn money(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let all = &self.checked.all;
        let entries: Vec<Entry> = all.ledger.entries.iter().map(|moved| moved.entry.clone()).collect();
        ledger::post_all(tx, &entries)?;
        let (count, head) = ledger::head(tx, all.about.case)?;
        let sums = Balances::of(entries.iter().flat_map(|entry| entry.postings().iter().copied()));
        let held = ledger::balances(tx, all.about.case)?;
        let is_same = |balances: &Balances| {
            balances.iter().filter(|(.., amount)| !amount.is_zero()).collect::<Vec<_>>()
        };
        let is_whole = count == entries.len() as u64 && hex::encode(head) == all.ledger.head;
        if is_whole && is_same(&sums) == is_same(&held) { Ok(()) } else { Err(differs("The money")) }
    }

    /// Who looked at the case there. In which of their lists it stood stays there.
    fn looks(&self, tx: &mut Tx<'_>) -> Result<usize, Error> {
        let all = &self.checked.all;
        let there = all.looks.iter().filter(|look| is_of_case(&look.part));
        let mut count = 0;
        for look in there {
            let kept = Look {
                case: all.about.case,
                account: look.by,
                section: look.part.clone(),
                first_at: look.first,
                last_at: look.last,
                times: look.times,
            };
            looks::take_in(tx, &kept)?;
            count += 1;
        }
        Ok(count)
    }

    /// When letters to the person went. None of them goes from here.
    fn letters(&self, tx: &mut Tx<'_>) -> Result<usize, Error> {
        let mut count = 0;
        let all = &self.checked.all;
        let person = all.streams.iter().find(|events| events.kind == StreamKind::Account);
        let account = person.map(|events| AccountId(events.id));
        for letter in &all.letters {
            let (Some(sent), Some(_)) = (letter.sent, account) else { continue };
            if outbox::message(tx, letter.id)?.is_some() {
                continue;
            }
            let message = outbox::Message {
                id: letter.id,
                account,
                link: None,
                to_address: String::new(),
                subject: String::new(),
                body: String::new(),
                queued: letter.written,
                attempts: 0,
                sent: None,
                failed: None,
                last_error: None,
            };
            outbox::queue_message(tx, &message)?;
            outbox::mark_sent(tx, letter.id, sent)?;
            count += 1;
        }
        Ok(count)
    }

    /// The case is of this area from now on, and somebody here has it.
    fn goes_on_here(&self, tx: &mut Tx<'_>, here: Here) -> Result<(), Error> {
        let all = &self.checked.all;
        let case: Case = load(tx, all.about.case)?;
        let own = all.streams.first().ok_or_else(|| differs("The record"))?;
        let from = CameFrom {
            area: all.about.area,
            area_name: line(&all.about.area_name)?,
            site: line(&all.about.site)?,
            sha256: self.checked.sha256.clone(),
            made: all.made,
            version: own.version,
            head: own.head.clone(),
            seal: all.about.seal.clone(),
            by: self.into.by.clone(),
        };
        let mut steps = Steps::upon(&case, Author::System, self.now);
        steps.then(|case| offer::take_in(case, here.area, from))?;
        steps.then(|case| circle::join(case, here.coordinator))?;
        let events: Vec<case::Event> = steps.events();
        self.app.commit(tx, &Arc::new(case), Author::System, self.now, &Effects::from(events))?;
        Ok(())
    }
}

/// Whether it is like `MV-2026-0042`.
fn is_reference(text: &str) -> bool {
    let mut parts = text.split('-');
    let (series, year, number) = (parts.next(), parts.next(), parts.next());
    let is = |part: Option<&str>, most: usize, each: fn(&u8) -> bool| {
        part.is_some_and(|part| (1..=most).contains(&part.len()) && part.as_bytes().iter().all(each))
    };
    is(series, 4, u8::is_ascii_uppercase)
        && is(year, 4, u8::is_ascii_digit)
        && is(number, 9, u8::is_ascii_digit)
        && parts.next().is_none()
}

/// Every id that stands in an event.
fn ids_in(body: &str) -> impl Iterator<Item = Uuid> {
    let texts = body.split('"').skip(1).step_by(2);
    texts.filter(|text| text.len() == 36).filter_map(|text| text.parse().ok())
}

/// Whether a look is at a part of the case, and not at a list or a request.
fn is_of_case(part: &str) -> bool {
    !part.contains(' ')
}

fn not_kept(all: &Everything, (looks, letters): (usize, usize)) -> Vec<String> {
    let mut words = vec![];
    let in_lists = all.looks.len() - looks;
    if in_lists > 0 {
        words.push(format!(
            "{in_lists} days on which the name stood in a list there, or the request was opened"
        ));
    }
    let not_sent = all.letters.len() - letters;
    if not_sent > 0 {
        words.push(format!("{not_sent} letters that had not been sent there: they are not sent from here"));
    }
    words.push("sign-ins: everybody in the circle is invited anew".to_owned());
    words
}

/// Adds the events of a stream one after another, each by whoever recorded it and
/// when.
fn append_all<A: Aggregate>(tx: &mut Tx<'_>, stream: Stream, events: &[Event]) -> Result<(), Error> {
    let mut seen = 0;
    for some in events.chunk_by(|a, b| (&a.by, a.at) == (&b.by, b.at)) {
        let Some(first) = some.first() else { continue };
        let by = super::check::author(&first.by).ok_or_else(|| differs("Who recorded something"))?;
        let read = |event: &Event| {
            let body = event.body.as_ref()?;
            serde_json::from_str::<A::Event>(body.get()).ok()
        };
        let read: Option<Vec<A::Event>> = some.iter().map(read).collect();
        let read = read.ok_or_else(|| differs("The record"))?;
        seen = record::append(tx, stream, seen, by, first.at, &read)?;
    }
    Ok(())
}
