//! Everything that is held about a person is given, and says what it is.

use domain::{Aggregate as _, CaseId, OfCase as _, Stream, StreamKind, case, of_kind};
use formats::everything::{Event, Everything, SCHEMA};
use service::everything::{Contents, Whole, contents};
use std::collections::BTreeSet;
use store::record::Written;
use strum::VariantArray as _;
use testkit::world::World;

/// The demonstration's people, and their cases.
async fn with_stories(url: &str) -> (World, Vec<CaseId>) {
    let world = World::new(url).await;
    let now = world.app.clock.now();
    testkit::demo::tell_stories(&world.app, world.place, now).await.expect("the stories");
    let found = world.db.read(|tx| store::record::all_streams(tx, StreamKind::Case, None, 50));
    let cases = found.await.expect("cases").into_iter().map(|(id, _)| CaseId(id)).collect();
    (world, cases)
}

async fn of(world: &World, case: CaseId, whole: Whole) -> (Everything, Contents) {
    world.app.everything_in(case, whole).await.expect("everything")
}

fn hash(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).expect("a hash");
    bytes
}

/// The hash that an event has after another, made from nothing but the data.
fn again(before: [u8; 32], stream: Stream, event: &Event) -> [u8; 32] {
    let body = event.body.as_ref().expect("it is not left out").get().to_owned();
    let word = serde_json::from_str::<serde_json::Value>(&body).expect("JSON")["type"].clone();
    let by = match event.by.as_str() {
        "public" => domain::Author::Public,
        "system" => domain::Author::System,
        id => domain::Author::Account(id.parse().expect("an account")),
    };
    let written = Written { seq: event.seq, at: event.at, by, body, hash: [0; 32] };
    store::record::hash_after(before, stream, &written, word.as_str().expect("a word"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_is_as_its_schema_says_and_lacks_nothing() {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    assert!(jsonschema::meta::is_valid(&schema), "the schema is one");
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    for (name, url) in testkit::databases::both() {
        let (world, cases) = with_stories(&url).await;
        assert!(cases.len() >= 3, "{name}");
        for case in cases {
            let (all, contents) = of(&world, case, Whole::WithWhatWasSaidInConfidence).await;
            let text = serde_json::to_string(&all).expect("JSON");
            let value = serde_json::from_str(&text).expect("JSON");
            let wrong: Vec<String> =
                schema.iter_errors(&value).map(|e| format!("{} {e}", e.instance_path())).collect();
            assert_eq!(wrong, [""; 0], "{name}");
            let back: Everything = serde_json::from_str(&text).expect("it is read as it was written");
            assert_eq!(serde_json::to_string(&back).expect("JSON"), text, "{name}: to the byte");

            for events in &back.streams {
                let stream = Stream { kind: events.kind, id: events.id };
                let head = events.events.iter().fold([0; 32], |before, e| again(before, stream, e));
                assert_eq!(head, hash(&events.head), "{name}: {stream}");
                let on_record = world.db.read(move |tx| store::record::version(tx, stream)).await;
                assert_eq!(on_record.expect("a version"), events.events.len() as u64, "{name}: {stream}");
                assert!(events.events.iter().all(|e| e.told.as_ref().is_some_and(|t| !t.title.is_empty())));
                let unknown = |e: &&Event| e.by_name == "Someone";
                assert_eq!(events.events.iter().filter(unknown).count(), 0, "{name}: everybody has a name");
            }
            assert_eq!(back.streams.len(), contents.streams.len() + contents.accounts.len());
            assert_eq!(back.ledger.entries.len() as u64, contents.entries);
            assert_eq!(back.files.len(), contents.files.len());
            let days: usize = contents.sights.iter().map(|sight| sight.days().count()).sum();
            assert_eq!(back.looks.len(), contents.looks.len() + days);
            assert_eq!(back.statements.len(), contents.statements.len());
            assert_eq!(back.left_out, []);
        }
    }
}

/// A table that holds something of a case and is not named is not given out, and
/// would not be destroyed either.
#[tokio::test(flavor = "multi_thread")]
async fn no_table_that_holds_something_of_a_case_is_forgotten() {
    let of_a_case = contents::TABLES.iter().map(|(table, ..)| *table);
    let named: BTreeSet<&str> = of_a_case.chain(contents::OTHERS.iter().map(|(table, _)| *table)).collect();
    let known = include_str!("../../../docs/assurance/data-map.tsv");
    for line in known.lines().filter(|line| line.starts_with("table\t")) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (table, fields, kept) = (columns[1], columns[2], columns[10]);
        let is_of_a_case =
            fields.split(' ').any(|field| field == "case_id") || kept.contains("life of the case");
        assert!(!is_of_a_case || named.contains(table), "{table} holds something of a case");
    }
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let there = columns(&url);
        for (table, column, _) in contents::TABLES {
            assert!(there.contains(&format!("{table}.{column}")), "{name}: there is no {table}.{column}");
        }
        // What has one of these columns has something of a case, or says why not.
        for column in there.iter().filter_map(|name| name.split_once('.')) {
            let is_key = ["case_id", "stream_id", "subject_id", "statement_id"].contains(&column.1);
            assert!(!is_key || named.contains(column.0), "{name}: {}.{} is of a case", column.0, column.1);
        }
        drop(world);
    }
}

/// The columns of all tables of a database, as `table.column`.
fn columns(url: &str) -> BTreeSet<String> {
    let sql = if url.starts_with("postgres") {
        "SELECT string_agg(table_name || '.' || column_name, ' ') FROM information_schema.columns
            WHERE table_schema = current_schema()"
    } else {
        "SELECT group_concat(m.name || '.' || c.name, ' ') FROM sqlite_master m, pragma_table_info(m.name) c
            WHERE m.type = 'table'"
    };
    testkit::databases::text_of(url, sql).split(' ').map(str::to_owned).collect()
}

/// In a database of one case all of these tables' rows are of it, and are given.
#[tokio::test(flavor = "multi_thread")]
async fn as_many_rows_are_given_as_there_are() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(testkit::Stage::Review).await;
        let jo = world.actor(world.people.coordinator).await;
        world.app.see(&jo, case, domain::access::Action::SeePlan, "plan").await.expect("it is seen");
        let (all, contents) = of(&world, case, Whole::WithWhatWasSaidInConfidence).await;
        for (table, _, part) in contents::TABLES {
            let given = match (part, *table) {
                (contents::Part::Statements, "statements") => all.statements.len(),
                (contents::Part::Statements, _) => all.bank_lines.len(),
                (contents::Part::Files, _) => all.files.len(),
                (contents::Part::Looks, _) => contents.looks.len(),
                (contents::Part::Sights, _) => contents.sights.len(),
                (contents::Part::Case, "entries") => all.ledger.entries.len(),
                (contents::Part::Case | contents::Part::Streams | contents::Part::Letters, _) => continue,
            };
            let there =
                testkit::databases::text_of(&url, &format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}"));
            assert_eq!(there, given.to_string(), "{name}: {table}");
        }
        assert!(!all.ledger.entries.is_empty() && !all.looks.is_empty(), "{name}: there is something in it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_in_confidence_is_left_out_and_nothing_else() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(testkit::Stage::Review).await;
        let note = |read_by| case::notes::Event::Written {
            text: testkit::world::prose("Ask her sister first"),
            read_by,
        };
        use case::notes::ReadBy;
        let hidden = world.say(case, world.people.coordinator, note(ReadBy::Professionals)).await;
        world.say(case, world.people.coordinator, note(ReadBy::Everyone)).await;
        let (all, _) = of(&world, case, Whole::Without).await;
        assert_eq!(all.left_out.iter().map(|out| out.seq).collect::<Vec<_>>(), [hidden], "{name}");
        let text = serde_json::to_string(&all).expect("JSON");
        assert_eq!(text.matches("Ask her sister first").count(), 2, "{name}: the event and its words, once");
        let of_case = &all.streams[0];
        let left = &of_case.events[usize::try_from(hidden).expect("few") - 1];
        assert!(left.body.is_none() && left.told.is_none() && left.hash.len() == 64);
    }
}

/// What each kind of stream is called in the data is what it is called on the record.
#[test]
fn every_stream_of_a_case_has_a_kind_in_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).expect("JSON");
    let kind = &schema["$defs"]["stream"]["properties"]["kind"];
    let validator = jsonschema::validator_for(kind).expect("a schema");
    for kind in StreamKind::VARIANTS {
        let (is_given, word) = of_kind!(*kind, A => (A::IN_A_COPY.is_some(), A::KIND.into_str()));
        assert_eq!(validator.is_valid(&serde_json::json!(word)), is_given, "{kind:?}");
    }
    assert!(!validator.is_valid(&serde_json::json!("anything else")));
}

/// The page opens by itself, says everything, and asks nothing of anybody.
#[tokio::test(flavor = "multi_thread")]
async fn the_archive_has_a_page_to_read_the_data_and_every_file() {
    use formats::everything::archive::unpack;
    use formats::everything::{PAGE, SCHEMA_FILE};
    for (name, url) in testkit::databases::both() {
        let (world, cases) = with_stories(&url).await;
        for case in cases {
            let (all, _) = of(&world, case, Whole::Without).await;
            let copy = world.app.archive_of(case, Whole::Without).await.expect("an archive");
            assert_eq!(copy.version, all.streams[0].version);
            let inside = unpack(&copy.bytes).expect("it is read");
            let data: Everything = serde_json::from_slice(inside.data().expect("data")).expect("JSON");
            assert_eq!(data.about, all.about);
            assert_eq!(inside.get(SCHEMA_FILE), Some(SCHEMA.as_bytes()));
            let files: Vec<&str> = data.files.iter().filter_map(|file| file.path.as_deref()).collect();
            assert_eq!(inside.files().collect::<Vec<_>>(), files, "{name}");
            let html = std::str::from_utf8(inside.get(PAGE).expect("a page")).expect("text");
            assert!(!html.contains("<script") && !html.contains(" src=\"http"), "{name}: nothing is fetched");
            let of_case = &data.streams[0];
            for told in of_case.events.iter().filter_map(|event| event.told.as_ref()) {
                let title = told.title.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;");
                assert!(html.contains(&title), "{name}: {title}");
            }
            for words in ["What this is", "People", "Who looked", "Files", "Why we have it"] {
                assert!(html.contains(words), "{name}: {words}");
            }
        }
    }
}

fn page_of(copy: &service::everything::Copy) -> String {
    use formats::everything::archive::unpack;
    let inside = unpack(&copy.bytes).expect("it is read");
    String::from_utf8(inside.get(formats::everything::PAGE).expect("a page").to_vec()).expect("text")
}

/// What is named in it is there; what is not is said, with how one gets it.
#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_could_not_be_made_is_not_listed() {
    use formats::everything::archive::unpack;
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(testkit::Stage::Review).await;
        let broken = world.app.clone().with_pdf_renderer(|_| Err("no font".into()));
        let copy = broken.archive_of(case, Whole::Without).await.expect("the rest");
        assert!(copy.lacks_paper, "{name}");
        assert_eq!(unpack(&copy.bytes).expect("it").get(formats::everything::PAPER), None, "{name}");
        let html = page_of(&copy);
        assert!(!html.contains("everything.pdf: the same"), "{name}");
        assert!(
            html.contains("It could not be made") && html.contains("Not everything is in here"),
            "{name}"
        );
        assert!(html.contains("or ask for a new copy"), "{name}: how to get it");
        let whole = world.app.clone().with_pdf_renderer(|_| Ok(b"%PDF".to_vec()));
        let copy = whole.archive_of(case, Whole::Without).await.expect("all");
        assert!(!copy.lacks_paper && page_of(&copy).contains("everything.pdf: the same"), "{name}");
        assert!(!page_of(&copy).contains("It could not be made"), "{name}");
    }
}

/// The words of the page that tells who looked, and what the person opened
/// themselves only where nobody else can fetch the copy.
#[tokio::test(flavor = "multi_thread")]
async fn who_looked_is_told_in_words_and_ones_own_looks_are_ones_own() {
    use domain::access::Action;
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(testkit::Stage::Review).await;
        for who in [world.people.coordinator, world.people.alice] {
            let actor = world.actor(who).await;
            world.app.see(&actor, case, Action::SeePlan, "plan").await.expect("it is seen");
        }
        let (all, _) = of(&world, case, Whole::Without).await;
        assert!(all.looks.iter().all(|look| look.by != world.people.alice), "{name}: Martin can fetch it");
        let html = page_of(&world.app.archive_of(case, Whole::Without).await.expect("a copy"));
        assert!(html.contains("looked at your plan once, last on"), "{name}");
        assert!(html.contains("Jo Field, care co-ordinator"), "{name}: in words");
        assert!(html.contains("What you looked at yourself</td>"), "{name}: it is said");
        assert!(!html.contains("list: work") && !html.contains(&world.people.alice.to_string()), "{name}");
        // Where nobody speaks for her, what she opened is in it, apart.
        let husband = world.case(case).await.circle.member_of(world.people.husband).expect("he").id;
        let left = case::circle::Event::MemberLeft { id: husband, why: None };
        world.say(case, world.people.coordinator, left).await;
        let (all, _) = of(&world, case, Whole::Without).await;
        assert!(all.looks.iter().any(|look| look.by == world.people.alice), "{name}");
        let html = page_of(&world.app.archive_of(case, Whole::Without).await.expect("a copy"));
        let (others, own) = html.split_once(">What you looked at yourself</h2>").expect("apart");
        assert!(own.contains("looked at your plan once"), "{name}");
        let looked = others.split_once(">Who looked</h2>").expect("who looked").1;
        assert!(!looked.contains("Alice Hale"), "{name}");
    }
}

/// The money of the copy says what the page about money says.
#[tokio::test(flavor = "multi_thread")]
async fn the_money_of_a_copy_adds_up_as_on_the_page() {
    for (name, url) in testkit::databases::both() {
        let (world, cases) = with_stories(&url).await;
        let mut moved = 0;
        for case in cases {
            let (all, _) = of(&world, case, Whole::Without).await;
            let html = page_of(&world.app.archive_of(case, Whole::Without).await.expect("a copy"));
            if all.ledger.entries.is_empty() {
                continue;
            }
            let coordinator = world.case(case).await.circle.care_coordinator().and_then(|one| one.account);
            let actor = world.actor(coordinator.expect("somebody has it")).await;
            let now = world.case(case).await;
            let money = world.app.money(&actor, now.clone()).await.expect("money");
            let facts = money.all(&now);
            let said = [
                ("Has come in", facts.came_in),
                ("Spent: paid out so far", facts.spent),
                ("Left: there to use for your plan", facts.left),
                ("Promised: agreed, still to come", facts.promised),
            ];
            for (label, amount) in said {
                let pair = format!("<dt>{label}</dt><dd class=\"words\" dir=\"auto\">{amount}</dd>");
                assert!(html.contains(&pair), "{name}: {pair}");
            }
            moved += usize::from(!facts.came_in.is_zero());
            // What a promise is taken off for is no movement of money to the NHS.
            assert!(!html.contains("No longer promised"), "{name}: promises are no movements");
        }
        assert!(moved > 0, "{name}: there is money in one of them");
    }
}

/// A copy with its data changed, packed again.
fn changed(zip: &[u8], change: impl FnOnce(&mut Everything)) -> Vec<u8> {
    let mut all = whole(zip);
    change(&mut all);
    packed(zip, serde_json::to_vec(&all).expect("JSON"))
}

fn whole(zip: &[u8]) -> Everything {
    service::everything::check::check(zip, None).expect("it is sound").all
}

fn packed(zip: &[u8], data: Vec<u8>) -> Vec<u8> {
    use formats::everything::DATA;
    use formats::everything::archive::{pack, unpack};
    let inside = unpack(zip).expect("an archive");
    let mut parts = vec![(DATA.to_owned(), data.into())];
    parts.extend(inside.files().map(|name| (name.to_owned(), inside.get(name).expect("it").into())));
    pack(&parts).expect("packed")
}

fn wrong(zip: &[u8]) -> String {
    service::everything::check::check(zip, None).expect_err("something is wrong").join("\n")
}

/// An entry with something in its JSON changed.
fn entry_with(all: &mut Everything, pointer: &str, value: serde_json::Value) {
    let entry = &mut all.ledger.entries[1].entry;
    let mut json = serde_json::to_value(&*entry).expect("JSON");
    *json.pointer_mut(pointer).expect("it is there") = value;
    *entry = serde_json::from_value(json).expect("an entry");
}

/// What comes back is checked, all of it, and what is wrong has a name.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_comes_back_is_believed_only_where_it_is_sound() {
    use serde_json::json;
    use service::everything::check::check;
    for (name, url) in testkit::databases::both() {
        let (world, cases) = with_stories(&url).await;
        let mut copies = vec![];
        for case in cases {
            let copy = world.app.archive_of(case, Whole::WithWhatWasSaidInConfidence).await;
            copies.push(copy.expect("an archive").bytes);
        }
        for copy in &copies {
            let checked = check(copy, None).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
            let again = check(copy, Some(&checked.sha256.to_uppercase()));
            assert!(again.is_ok(), "{name}: with the sum that was told");
            assert!(check(copy, Some("00")).expect_err("another sum")[0].contains("its sum is"));
        }
        let has_all = |copy: &&Vec<u8>| {
            let data = whole(copy);
            data.ledger.entries.len() > 2 && data.streams.len() > 1 && !data.files.is_empty()
        };
        let copy = copies.iter().find(has_all).expect("one with everything in it");
        let theirs = whole(copies.iter().find(|one| *one != copy).expect("another"));
        type Change = Box<dyn FnOnce(&mut Everything)>;
        let made_up = r#"{"type":"circle.made-up"}"#;
        let body = |text: &str| serde_json::value::RawValue::from_string(text.to_owned()).expect("JSON");
        let (body, others, other_case) = (body(made_up), theirs.streams[0].clone(), theirs.about.case);
        let changes: Vec<(&str, Change)> = vec![
            (
                "event 4: it was changed",
                Box::new(|all| all.streams[0].events[3].at = "2020-01-01T00:00:00Z".parse().expect("it")),
            ),
            ("event 4: it was changed", Box::new(|all| all.streams[0].events[3].by = "system".into())),
            ("event 4: it was changed", Box::new(|all| all.streams[0].events[3].hash = "0".repeat(64))),
            ("event 4: the rules do not know it", Box::new(|all| all.streams[0].events[3].body = Some(body))),
            ("event 4: it is left out", Box::new(|all| all.streams[0].events[3].body = None)),
            ("event 4 is missing", Box::new(|all| drop(all.streams[0].events.remove(3)))),
            (
                "event 4: it was changed",
                Box::new(|all| {
                    let events = &mut all.streams[0].events;
                    let (third, fourth) = (events[2].body.clone(), events[3].body.clone());
                    (events[2].body, events[3].body) = (fourth, third);
                }),
            ),
            ("it says that it has", Box::new(|all| drop(all.streams[0].events.pop()))),
            ("it does not end as it says", Box::new(|all| all.streams[0].head = "0".repeat(64))),
            ("is in it twice", Box::new(|all| all.streams.push(all.streams[1].clone()))),
            ("is another case", Box::new(|all| all.streams.push(others))),
            ("it does not begin with the record of case", Box::new(move |all| all.about.case = other_case)),
            (
                "ledger, entry 2: the postings of layer",
                Box::new(|all| entry_with(all, "/postings/0/amount", json!(-7))),
            ),
            (
                "ledger: something in it was changed",
                Box::new(|all| entry_with(all, "/happened", json!("2020-01-01"))),
            ),
            ("ledger: something in it was changed", Box::new(|all| drop(all.ledger.entries.pop()))),
            ("is not the one that was added", Box::new(|all| all.files[0].sha256 = "0".repeat(64))),
            ("nothing says what it is", Box::new(|all| drop(all.files.remove(0)))),
            ("this program reads", Box::new(|all| all.version = 2)),
        ];
        for (expected, change) in changes {
            let said = wrong(&changed(copy, change));
            assert!(said.contains(expected), "{name}: {expected}: {said}");
        }
        let text = serde_json::to_string(&whole(copy)).expect("JSON").replacen('{', r#"{"more":1,"#, 1);
        assert!(wrong(&packed(copy, text.into_bytes())).contains("not as its schema says"), "{name}");
        // Cut off, and nothing at all.
        assert!(wrong(&copy[..copy.len() / 2]).contains("not a zip file"), "{name}");
        assert!(wrong(b"").contains("not a zip file"), "{name}");
    }
}

/// Whose a copy is and what is in it stands on the record: a row that somebody
/// changed or put there is given to nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_given_only_with_its_sum() {
    use sha2::{Digest, Sha256};
    use store::copies::{self, Kept};
    for (name, url) in testkit::databases::both() {
        let db = store::Db::open(&url).await.expect("it opens");
        let id = |n: u128| uuid::Uuid::from_u128(n);
        let until = "2026-03-16".parse().expect("a day");
        let kept = Kept {
            id: id(1).into(),
            case: id(2).into(),
            request: id(3).into(),
            until,
            bytes: b"all of it".to_vec(),
        };
        let sum: [u8; 32] = Sha256::digest(b"all of it").into();
        let (first, newer) = (kept.clone(), Kept { id: id(4).into(), ..kept });
        let given = db.write::<_, store::StoreError>(move |tx| {
            copies::keep(tx, &first)?;
            let theirs = copies::get(tx, first.case, first.id, sum)?;
            let others = copies::get(tx, id(9).into(), first.id, sum)?;
            let changed = copies::get(tx, first.case, first.id, [0; 32]).is_err();
            copies::keep(tx, &newer)?;
            let replaced = copies::get(tx, first.case, first.id, sum)?;
            Ok((theirs, others, changed, replaced))
        });
        assert_eq!(given.await, Ok((Some(b"all of it".to_vec()), None, true, None)), "{name}");
    }
}
