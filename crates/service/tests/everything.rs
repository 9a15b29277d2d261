//! Everything that is held about a person is given, and says what it is.

use domain::{Aggregate, CaseId, Stream, StreamKind, case, of_kind};
use formats::everything::{Event, Everything, SCHEMA};
use service::everything::{Contents, Whole, contents};
use std::collections::BTreeSet;
use std::str::FromStr;
use store::record::Written;
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
                let kind = StreamKind::from_str(&events.kind).expect("a kind");
                let stream = Stream { kind, id: events.id };
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
            assert_eq!(back.looks.len(), contents.looks.len());
            assert_eq!(back.statements.len(), contents.statements.len());
            assert_eq!(back.left_out, []);
        }
    }
}

/// A table that holds something of a case and is not named is not given out, and
/// would not be destroyed either.
#[tokio::test(flavor = "multi_thread")]
async fn no_table_that_holds_something_of_a_case_is_forgotten() {
    let named: BTreeSet<&str> = contents::TABLES.iter().map(|(table, _)| *table).collect();
    let known = include_str!("../../../docs/assurance/data-map.tsv");
    for line in known.lines().filter(|line| line.starts_with("table\t")) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (table, fields, kept) = (columns[1], columns[2], columns[10]);
        let is_of_a_case =
            fields.split(' ').any(|field| field == "case_id") || kept.contains("life of the case");
        assert!(!is_of_a_case || named.contains(table), "{table} holds something of a case");
    }
    let url = testkit::databases::sqlite_url();
    let world = World::new(&url).await;
    for table in named {
        let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}");
        assert!(!testkit::databases::text_of(&url, &sql).is_empty(), "there is a table {table}");
    }
    drop(world);
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
    let kinds = schema["$defs"]["stream"]["properties"]["kind"]["enum"].as_array().expect("kinds").clone();
    for kind in [StreamKind::Case, StreamKind::Team, StreamKind::Enquiry, StreamKind::Account] {
        of_kind!(kind, A => assert!(kinds.contains(&serde_json::json!(A::KIND.into_str()))));
    }
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
                assert!(html.contains(&format!("<h4>{title}</h4>")), "{name}: {title}");
            }
            for words in ["What this is", "People", "Who looked", "Files", "Why we have it"] {
                assert!(html.contains(words), "{name}: {words}");
            }
        }
    }
}
