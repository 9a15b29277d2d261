//! Who sees the single lines of accounts: every page, paper, file and list
//! that somebody can reach is gone through, and looked for what the bank wrote.

use domain::access::Action;
use domain::case::plan::Mode;
use domain::{AccountId, CaseId, HoldingId};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use testkit::{Client, Stage, World, databases};
use web::Web;
use web::routes::Door;
use web::site;

/// What stands on the statement of the person's own account, on that of the
/// account which the organisation holds, and on a receipt for the first.
pub const OWN: &str = "TOR MUSIC THERAPY";
pub const HELD: &str = "NIGHT AGENCY LTD";
pub const RECEIPT: &str = "Singing lessons";
/// The amount of one payment from the person's own account.
const AMOUNT: &str = "12.37";

/// A press that prints all that is in a paper.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape of a press")]
fn plain(paper: &domain::paper::Paper) -> Result<Vec<u8>, String> {
    Ok(format!("%PDF {paper:?}").into_bytes())
}

async fn client(world: &World, account: AccountId) -> Client {
    let app = world.app.clone().with_pdf_renderer(plain);
    let web = Web::new(app, Arc::default(), false);
    let token = world.app.start_session(account, "A test", true, None).await.expect("a session");
    Client::new(web::router(web), Some(token))
}

async fn holding(world: &World, case: CaseId, mode: Mode) -> HoldingId {
    let state = world.case(case).await;
    state.plan.open_holdings().find(|h| h.words.mode == mode).expect("there is one").id
}

async fn send(client: &Client, case: CaseId, holding: HoldingId, file: &str) {
    let fields = [("holding", &*holding.to_string())];
    let files = [("file", "bank.csv", "text/csv", file.as_bytes())];
    client.upload(&format!("/cases/{case}/money/statement"), &fields, &files).await.expect(303);
}

/// Alice's case with a statement of each account, payments matched, one of
/// them taken back, money in explained, and a receipt.
pub async fn lived(world: &World) -> CaseId {
    let case = world.case_at(Stage::Review).await;
    let martin = client(world, world.people.husband).await;
    let own = holding(world, case, Mode::DirectPayment).await;
    let file = format!(
        "Date,Description,Amount\n02/03/2026,{OWN} A,-12.37\n02/03/2026,{OWN} B,-20.11\n01/03/2026,{OWN} C,-5.00\n\
         01/03/2026,{OWN} D,7.77\n"
    );
    send(&martin, case, own, &file).await;
    let state = world.case(case).await;
    let plan_line = state.plan.current_lines().find(|l| l.words.holding == Some(own)).expect("a line").id;
    let lines = world.bank_lines(case).await;
    let at = |n: usize, verb: &str| format!("/cases/{case}/money/payments/{}/{verb}", lines[n].id);
    for line in lines.iter().filter(|l| l.amount.is_negative()) {
        let field = format!("amount-{plan_line}");
        let split = format!("/cases/{case}/money/payments/{}/split", line.id);
        martin.post(&split, &[(&field, &(-line.amount).plain())]).await.expect(303);
    }
    let five = lines.iter().position(|l| l.amount.0 == -500).expect("it is there");
    martin.post(&at(five, "undo"), &[("why", "It was for the choir")]).await.expect(303);
    let seven = lines.iter().position(|l| l.amount.0 == 777).expect("it is there");
    martin.post(&at(seven, "came-in"), &[("what", "interest")]).await.expect(303);
    let png: &[u8] = &[
        0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60,
        0x82,
    ];
    let twelve = lines.iter().find(|l| l.amount.0 == -1237).expect("it is there").id.to_string();
    let fields = [("bank-line", &*twelve), ("what", RECEIPT)];
    martin
        .upload(&format!("/cases/{case}/money/receipts"), &fields, &[("file", "a.png", "image/png", png)])
        .await;
    assert_eq!(world.case(case).await.arrangement.receipts.len(), 1, "the receipt is kept");
    let holder = client(world, world.people.third_party).await;
    let third = holding(world, case, Mode::ThirdParty).await;
    send(&holder, case, third, &format!("Date,Description,Amount\n02/03/2026,{HELD},-33.00\n")).await;
    case
}

/// Everything that somebody reaches by following links from the case, and by
/// asking for every route with every id that there is.
pub async fn everything(world: &World, who: AccountId, case: CaseId) -> String {
    let client = client(world, who).await;
    let state = world.case(case).await;
    let arrangement = &state.arrangement;
    let lines: Vec<String> = world.bank_lines(case).await.iter().map(|l| l.id.to_string()).collect();
    let statements: Vec<String> = arrangement.statements.keys().map(ToString::to_string).collect();
    let receipts = arrangement.receipts.iter().map(|r| r.file.to_string());
    let files: Vec<String> = statements.iter().cloned().chain(receipts).collect();
    let holdings: Vec<String> = state.plan.holdings.iter().map(|h| h.id.to_string()).collect();
    let payments: Vec<String> = arrangement.instalments.iter().map(|i| i.planned.id.to_string()).collect();
    let ids_of = |part: &str| match part {
        "{line}" => lines.iter().chain(&holdings).cloned().collect(),
        "{statement}" => statements.clone(),
        "{file}" => files.clone(),
        "{holding}" => holdings.clone(),
        "{payment}" => payments.clone(),
        "{paper}" => ["plan.pdf", "budget.pdf", "decision.pdf", "agreement.pdf"].map(str::to_owned).to_vec(),
        // Things that links lead to.
        _ => vec![],
    };
    let mut waiting: VecDeque<String> = [format!("/cases/{case}"), "/home".into(), "/finance".into()].into();
    for route in site::declared().iter().filter(|r| r.method == "GET" && matches!(r.door, Door::Case(_))) {
        let path = route.path.replace("{id}", &case.to_string());
        match path.find('{') {
            None => waiting.push_back(path),
            Some(from) => {
                let to = path[from..].find('}').expect("it is closed") + from + 1;
                let with = |id: &String| format!("{}{id}{}", &path[..from], &path[to..]);
                waiting.extend(ids_of(&path[from..to]).iter().map(with));
            }
        }
    }
    let (mut known, mut all) = (BTreeSet::new(), String::new());
    while let Some(path) = waiting.pop_front() {
        if path.contains("{") || !known.insert(path.clone()) || known.len() > 400 {
            continue;
        }
        let page = client.get(&path).await;
        all.push_str(&format!("\n== {path} {}\n", page.status));
        all.push_str(&String::from_utf8_lossy(&page.bytes));
        let links = page.attributes("a", "href").into_iter();
        waiting.extend(
            links
                .filter(|to| to.starts_with(&format!("/cases/{case}")))
                .map(|to| to.split('#').next().unwrap_or_default().to_owned()),
        );
    }
    all
}

/// The first page on which a mark stands, and some of what is around it.
pub fn found(all: &str, mark: &str) -> Option<String> {
    let at = all.find(mark)?;
    let page = all[..at].rfind("\n== ").map_or("", |from| all[from..].lines().nth(1).unwrap_or_default());
    Some(format!("{mark} on {page}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_need_them_see_the_lines_of_an_account() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = lived(&world).await;
        let p = world.people;
        for (who, label) in [(p.husband, "family"), (p.coordinator, "co-ordinator"), (p.auditor, "auditor")] {
            let all = everything(&world, who, case).await;
            for mark in [OWN, HELD, RECEIPT, AMOUNT] {
                assert!(found(&all, mark).is_some(), "{name}: the {label} sees {mark}");
            }
        }
        for (who, label) in [
            (p.finance1, "finance"),
            (p.commissioner, "commissioner"),
            (p.council_worker, "council worker"),
            (p.nurse, "clinician"),
        ] {
            let all = everything(&world, who, case).await;
            for mark in [OWN, HELD, RECEIPT, AMOUNT, "It was for the choir"] {
                assert_eq!(found(&all, mark), None, "{name}: {label}");
            }
            assert!(found(&all, "month by month").is_some(), "{name}: the {label} sees sums");
        }
        let all = everything(&world, p.third_party, case).await;
        assert!(found(&all, HELD).is_some(), "{name}: their own account");
        let rate = "too early to say how long it lasts";
        assert!(found(&all, rate).is_some(), "{name}: how long it lasts, by what left that account alone");
        for mark in [OWN, RECEIPT, AMOUNT, "It was for the choir"] {
            assert_eq!(found(&all, mark), None, "{name}: organisation");
        }
        let entries = world.db.read::<_, store::StoreError>(move |tx| store::ledger::entries(tx, case)).await;
        let mut journal = vec![];
        let entries = entries.expect("the ledger");
        formats::journal::write(&mut journal, &entries).expect("written");
        let journal = String::from_utf8(journal).expect("text");
        assert!(
            journal.contains(AMOUNT) && found(&journal, OWN).is_none(),
            "{name}: the journal has ids and sums"
        );
    }
}

/// A case that was opened for one thing gives nothing of what only another opens.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_opened_for_one_thing_gives_nothing_of_another() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = lived(&world).await;
        let (app, husband) = (&world.app, world.actor(world.people.husband).await);
        let open = async |action| app.see(&husband, case, action, "a test").await.expect("he may");
        let people = open(Action::SeePeople).await;
        let nothing = domain::BankLineId(app.id());
        let holding = holding(&world, case, Mode::DirectPayment).await;
        assert!(app.looks(&people, husband.account, None).await.is_err(), "{name}");
        assert!(app.bank_line(&husband, &people, nothing).await.is_err(), "{name}");
        assert!(app.bank_lines(&husband, &people, vec![nothing]).await.is_err(), "{name}");
        assert!(app.money_file(&husband, &people, domain::FileId(app.id())).await.is_err(), "{name}");
        assert!(app.account_page(&husband, &people, holding, None).await.is_err(), "{name}");
        assert!(app.looks(&open(Action::SeeLooks).await, husband.account, None).await.is_ok(), "{name}");
        let money = open(Action::SeeMoney).await;
        assert!(app.bank_line(&husband, &money, nothing).await.is_ok(), "{name}");
        assert!(app.account_page(&husband, &money, holding, None).await.is_ok(), "{name}");
        assert!(
            app.account_page(&husband, &money, domain::HoldingId(app.id()), None).await.is_err(),
            "{name}: not of it"
        );
        // Finance opens the money too, and reads no line of it.
        let finance = world.actor(world.people.finance1).await;
        let sums = app.see(&finance, case, Action::SeeMoney, "a test").await.expect("they may");
        assert!(app.account_page(&finance, &sums, holding, None).await.is_err(), "{name}");
        let all = world.bank_lines(case).await;
        let line = all.iter().find(|line| line.holding == holding).expect("there is one").id;
        assert!(app.bank_line(&husband, &money, line).await.expect("he may").is_some(), "{name}");
        assert!(app.bank_line(&finance, &sums, line).await.expect("hidden").is_none(), "{name}");
        let all = &sums.case.arrangement.statements;
        let (statement, _) = all.iter().find(|(_, s)| s.holding == holding).expect("there is one");
        assert!(app.statement(&husband, &money, *statement).await.expect("he may").is_some(), "{name}");
        assert!(app.statement(&finance, &sums, *statement).await.expect("hidden").is_none(), "{name}");
        let file = domain::FileId(statement.0);
        assert!(app.money_file(&husband, &money, file).await.expect("he may").is_some(), "{name}");
        assert!(app.money_file(&finance, &sums, file).await.expect("hidden").is_none(), "{name}");
    }
}
