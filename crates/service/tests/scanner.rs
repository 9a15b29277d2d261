//! Files and the virus scanner: a small program that speaks the protocol of clamd.

use domain::FileId;
use domain::case::Case;
use domain::{CaseId, HoldingId};
use service::scanner::Scanner;
use service::{App, Error, Settings};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::{Stage, World, databases};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The test file of the European Institute for Computer Antivirus Research, in two
/// halves, so that no scanner stops at this one.
fn eicar() -> String {
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat()
}

/// What a scanner of the test says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    WhatItFinds,
    /// It is full, and has no answer.
    Nonsense,
}

/// A scanner, and how many files it was shown.
async fn scanner(says: Says) -> (Scanner, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("tcp://{}", listener.local_addr().expect("an address"));
    let shown = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&shown);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            look(stream, says).await.ok();
        }
    });
    (address.parse().expect("an address"), shown)
}

async fn look(mut stream: TcpStream, says: Says) -> std::io::Result<()> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut file = vec![];
    loop {
        let mut chunk = vec![0; stream.read_u32().await? as usize];
        if chunk.is_empty() {
            break;
        }
        stream.read_exact(&mut chunk).await?;
        file.append(&mut chunk);
    }
    let is_harmful = String::from_utf8_lossy(&file).contains(&eicar());
    let answer: &[u8] = match (says, is_harmful) {
        (Says::WhatItFinds, true) => b"stream: Eicar-Test-Signature FOUND\0",
        (Says::WhatItFinds, false) => b"stream: OK\0",
        (Says::Nonsense, _) => b"INSTREAM size limit exceeded. ERROR\0",
    };
    stream.write_all(answer).await
}

fn with(world: &World, scanner: Option<Scanner>) -> App {
    let settings = Settings { scanner, ..world.app.settings.as_ref().clone() };
    App::new(world.db.clone(), world.app.clock.clone(), settings)
}

fn pdf(words: &str) -> Vec<u8> {
    format!("%PDF-1.7\n{words}\n%%EOF\n").into_bytes()
}

async fn add(world: &World, app: &App, case: CaseId, words: &str) -> Result<Arc<Case>, Error> {
    let actor = world.actor(world.people.husband).await;
    let file = ("receipt.pdf".to_owned(), pdf(words));
    app.add_receipt(&actor, case, file, (None, None, Some(domain::testing::line("A taxi"))), FileId(app.id()))
        .await
}

async fn take_in(world: &World, app: &App, case: CaseId, what: &str) -> Result<(), Error> {
    let actor = world.actor(world.people.husband).await;
    let holding: HoldingId = world.case(case).await.plan.open_holdings().next().expect("a holding").id;
    let file = format!("Date,Description,Amount\n05/03/2026,{what},-1.25\n");
    app.take_in_statement(&actor, case, holding, "march.csv", file.into_bytes()).await.map(drop)
}

async fn kept(world: &World, case: CaseId) -> usize {
    world.db.read(move |tx| store::files::list(tx, case)).await.expect("files").len()
}

/// The words of a refusal beside the file.
fn said<T>(outcome: Result<T, Error>) -> String {
    match outcome {
        Err(Error::Refused(no)) => no.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_scanner_finds_is_not_kept() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Organise).await;
        let (there, shown) = scanner(Says::WhatItFinds).await;
        let app = with(&world, Some(there));
        let before = kept(&world, case).await;

        assert_eq!(said(add(&world, &app, case, "a receipt").await), "", "{name}");
        assert_eq!(said(take_in(&world, &app, case, "SWIMMING").await), "", "{name}");
        assert_eq!(kept(&world, case).await, before + 2, "{name}");

        let no = said(add(&world, &app, case, &eicar()).await);
        assert!(no.contains("This file may harm a computer"), "{name}: {no}");
        let no = said(take_in(&world, &app, case, &eicar()).await);
        assert!(no.contains("This file may harm a computer"), "{name}: {no}");
        assert_eq!((kept(&world, case).await, shown.load(Ordering::Relaxed)), (before + 2, 4), "{name}");

        // Where none is set, files are kept unseen.
        assert_eq!(said(add(&world, &with(&world, None), case, &eicar()).await), "", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_scanner_cannot_be_asked_nothing_is_kept() {
    let world = World::new(&databases::sqlite_url()).await;
    let case = world.case_at(Stage::Organise).await;
    let before = kept(&world, case).await;
    let (full, _) = scanner(Says::Nonsense).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let gone = format!("tcp://{}", closed.local_addr().expect("an address"));
    drop(closed);
    for scanner in
        [full, gone.parse().expect("an address"), "unix:/nowhere/clamd.ctl".parse().expect("a socket")]
    {
        let no = said(add(&world, &with(&world, Some(scanner.clone())), case, "a receipt").await);
        assert!(no.contains("We cannot check files for viruses just now"), "{scanner:?}: {no}");
    }
    assert_eq!(kept(&world, case).await, before);
}
