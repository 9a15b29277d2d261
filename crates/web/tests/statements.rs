//! Statements as people send them: what is wrong is said with its line, and so
//! is what was and was not taken in.

mod bounds;
mod parts;

use domain::case::plan::Mode;
use domain::{CaseId, HoldingId};
use testkit::{Page, Stage, World, databases};

const HEAD: &str = "Date,Description,Amount\n";

async fn own_account(world: &World) -> (CaseId, HoldingId) {
    let case = world.case_at(Stage::Review).await;
    let state = world.case(case).await;
    let own = state.plan.holdings.iter().find(|h| h.words.mode == Mode::DirectPayment);
    (case, own.expect("an account of their own").id)
}

/// Alice's husband sends a file, and follows where it leads.
async fn send(world: &World, (case, holding): (CaseId, HoldingId), name: &str, bytes: &[u8]) -> Page {
    let client = world.client(world.people.husband).await;
    let path = format!("/cases/{case}/money/statement");
    let files = [("file", name, "text/csv", bytes)];
    let page = client.upload(&path, &[("holding", &holding.to_string())], &files).await;
    client.follow(page).await
}

async fn taken(world: &World, case: CaseId) -> usize {
    world.bank_lines(case).await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_file_is_said_and_none_of_it_is_kept() {
    for (database, url) in databases::both() {
        let world = World::new(&url).await;
        let own = own_account(&world).await;
        let off = "Date,Description,Amount,Balance\n02/03/2026,A,10.00,10.00\n03/03/2026,B,-2.00,8.00\n\
            04/03/2026,C,-1.00,6.00\n";
        let unread = "Date,Description,Amount,Balance\n02/03/2026,A,10.00,10.00\n31/02/2026,B,-2.00,8.00\n\
            04/03/2026,C,-1.00,7.00\n";
        let with_nul = "Date,Descr\0iption,Amount\n02/03/2026,A,1.00\n";
        let utf16_cut: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(HEAD.encode_utf16().flat_map(u16::to_le_bytes))
            .chain([b'x'])
            .collect();
        let bomb = "OFXHEADER:100\n<OFX><!ENTITY a \"&a;&a;\">&a;";
        for (name, bytes, says) in [
            ("a.csv", b"".as_slice(), "The file is empty"),
            ("b.csv", b"\n\n", "“b.csv” is empty"),
            ("c.csv", b"PK\x03\x04rest of it", "a spreadsheet, document or zipped folder"),
            ("d.csv", b"\x89PNG\r\n\x1a\nrest", "“d.csv” is a picture"),
            ("e.ofx", b"%PDF-1.7\nrest", "“e.ofx” is a PDF"),
            ("f.csv", with_nul.as_bytes(), "is not text"),
            ("g.csv", &utf16_cut, "is not text"),
            ("h.csv", b"02/03/2026,A", "could not find the headings"),
            ("i.csv", b"Date,Description,Amount\n02/03/2026,A,1.00\n03/03/2026,B,-12", "may be cut off"),
            ("j.csv", off.as_bytes(), "Line 4: The balances do not add up"),
            ("k.csv", unread.as_bytes(), "Line 3:"),
            ("l.ofx", bomb.as_bytes(), "may be cut off"),
            ("m.csv", b"Date,Description,Amount\n", "no payments under"),
        ] {
            let page = send(&world, own, name, bytes).await.expect(422);
            let summary = page.select(".nhsuk-error-summary").concat();
            assert!(summary.contains(says), "{database} {name}: {says:?} is not in {summary:?}");
        }
        assert_eq!(taken(&world, own.0).await, 0, "{database}");
        assert!(world.case(own.0).await.arrangement.statements.is_empty(), "{database}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_and_was_not_taken_in_is_listed() {
    for (database, url) in databases::both() {
        let world = World::new(&url).await;
        let own = own_account(&world).await;
        let first = format!(
            "{HEAD}05/03/2026,C,-3.00\n02/03/2026,A,-1.00\n31/02/2026,ODD,-9.00\n04/03/2026,ZERO,0.00\n"
        );
        let page = send(&world, own, "first.csv", first.as_bytes()).await.expect(200);
        let page = page
            .says("New payments 2")
            .says("Not taken in")
            .says("is not in the calendar")
            .says("no money moved");
        let rows = page.select("main tbody tr");
        assert!(
            rows.iter().any(|row| row.starts_with("Line 4 ") && row.contains("ODD")),
            "{database}: {rows:?}"
        );
        assert!(
            rows.iter().any(|row| row.starts_with("Line 5 ") && row.contains("ZERO")),
            "{database}: {rows:?}"
        );
        // One that begins before the first has ended, in other bytes.
        let then: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(
                format!("{HEAD}05/03/2026,C,-3.00\n06/03/2026,Café,-4.00\n")
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes),
            )
            .collect();
        let page = send(&world, own, "then.csv", &then).await.expect(200);
        page.says("New payments 1").says("We had already 1");
        send(&world, own, "then-again.csv", &then)
            .await
            .expect(200)
            .says("We had all of that statement already");
        assert_eq!(taken(&world, own.0).await, 3, "{database}");
    }
}
