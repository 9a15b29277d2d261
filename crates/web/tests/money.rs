//! Organising and living with the money, as the people involved do it: the
//! agreement, two people for every payment, statements, matching, receipts.

mod held;
mod years;

use domain::case::Voice;
use domain::case::circle::{self, ConsentAbout};
use domain::case::plan::Mode;
use domain::ledger::{Account, Balances, Layer};
use domain::{BankLineId, CaseId, HoldingId, LineId, Pence};
use testkit::World;
use testkit::client::{Client, Page};
use testkit::stages::Stage;
use testkit::world::prose;

/// Alice's case with its plan agreed and her consent to a direct payment.
async fn agreed(world: &World) -> CaseId {
    let case = world.case_at(Stage::Organise).await;
    let consent = circle::Event::ConsentGiven {
        about: ConsentAbout::DirectPayment,
        voice: Voice::Person,
        how: prose("One blink."),
    };
    world.say(case, world.people.husband, consent).await;
    case
}

async fn holding(world: &World, case: CaseId, mode: Mode) -> HoldingId {
    let case = world.case(case).await;
    case.plan.holdings.iter().find(|h| h.words.mode == mode).expect("there is one").id
}

async fn plan_line(world: &World, case: CaseId, what: &str) -> LineId {
    let case = world.case(case).await;
    case.plan.lines.iter().find(|l| l.words.what.as_str().contains(what)).expect("there is one").id
}

async fn balances(world: &World, case: CaseId) -> Balances {
    let state = world.case(case).await;
    let jo = world.actor(world.people.coordinator).await;
    world.app.money(&jo, state).await.expect("the money is read").balances
}

async fn lines(world: &World, case: CaseId) -> Vec<(BankLineId, Pence)> {
    world.bank_lines(case).await.iter().map(|l| (l.id, l.amount)).collect()
}

const TODAY: [(&str, &str); 3] = [("from-day", "2"), ("from-month", "3"), ("from-year", "2026")];

/// The agreement made and signed on both sides, through the pages.
async fn sign(world: &World, case: CaseId) {
    let p = world.people;
    let at = |path: &str| format!("/cases/{case}/agreement{path}");
    let jo = world.client(p.coordinator).await;
    jo.post(&at("/make"), &TODAY).await.leads_to(&at("?done=made"));
    let martin = world.client(p.husband).await;
    martin.get(&at("")).await.expect(200).says("What we all agree to").says("Sign it");
    let how = "Read together, Alice blinked once";
    let read = newest(world, case).await;
    martin
        .post(&at("/sign"), &[("read", &read), ("voice", "person"), ("how", how)])
        .await
        .leads_to(&at("?done=signed"));
    jo.post(&at("/countersign"), &[("read", &read)]).await.leads_to(&at("?done=countersigned"));
}

/// The number of the newest agreement, as its page has it.
async fn newest(world: &World, case: CaseId) -> String {
    world.case(case).await.arrangement.agreements.len().to_string()
}

/// Payments planned into both holdings, with the account approved.
async fn schedule(world: &World, case: CaseId) {
    let fin = world.client(world.people.finance1).await;
    let direct = holding(world, case, Mode::DirectPayment).await.to_string();
    let third = holding(world, case, Mode::ThirdParty).await.to_string();
    let at = |path: &str| format!("/cases/{case}/payments/{path}");
    let account =
        [("account-holding", direct.as_str()), ("account-name", "A Hale care"), ("last-four", "0417")];
    fin.post(&at("account"), &account).await.leads_to(&format!("/cases/{case}/payments?done=account"));
    // Those who look after the money hear of it: a false account does not stay unseen.
    let told = world.letters_to("martin@mail.example").await;
    assert_eq!(told[0].subject, "An account to pay into was approved");
    assert!(told[0].body.contains(&format!("/cases/{case}/history")), "{}", told[0].body);
    assert!(!told[0].body.contains("Hale") && !told[0].body.contains("0417"), "{}", told[0].body);
    for held in [&direct, &third] {
        let form = [
            ("holding", held.as_str()),
            ("due-day", "2"),
            ("due-month", "3"),
            ("due-year", "2026"),
            ("rhythm", "monthly"),
        ];
        fin.post(&at("schedule"), &form).await.leads_to(&format!("/cases/{case}/payments?done=scheduled"));
    }
}

/// The first payment into the direct payment account, by two people.
async fn pay_first(world: &World, case: CaseId) -> Pence {
    let direct = holding(world, case, Mode::DirectPayment).await;
    let state = world.case(case).await;
    let first = state.arrangement.instalments.iter().find(|i| i.planned.holding == direct).expect("planned");
    let at = |path: &str| format!("/cases/{case}/payments/{}/{path}", first.planned.id);
    let one = world.client(world.people.finance1).await;
    let two = world.client(world.people.finance2).await;
    one.post(&at("release"), &[]).await.leads_to(&format!("/cases/{case}/payments?done=released"));
    two.post(&at("confirm"), &[]).await.leads_to(&format!("/cases/{case}/payments?done=confirmed"));
    first.planned.amount
}

async fn send(client: &Client, case: CaseId, holding: HoldingId, name: &str, bytes: &[u8]) -> Page {
    let holding = holding.to_string();
    let at = format!("/cases/{case}/money/statement");
    client.upload(&at, &[("holding", &holding)], &[("file", name, "text/csv", bytes)]).await
}

/// A Lloyds statement: one payment of ours and three that went out.
fn statement(ours: Pence) -> String {
    let after = |out: i64| (ours + Pence(100_000) - Pence(out)).plain();
    format!(
        "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance\n\
         05/03/2026,DEB,'30-00-01,12340417,=HYPERLINK(\"http://x\"),5.00,,{}\n\
         04/03/2026,DEB,'30-00-01,12340417,POOLSIDE CAFE 0403,12.50,,{}\n\
         03/03/2026,FPO,'30-00-01,12340417,ASSISTANT WAGES REF 9,400.00,,{}\n\
         02/03/2026,FPI,'30-00-01,12340417,NHS MENDIP VALE,,{},{}\n",
        after(41_750),
        after(41_250),
        after(40_000),
        ours.plain(),
        after(0),
    )
}

#[tokio::test]
async fn from_the_agreement_to_a_receipt() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        let jo = world.client(world.people.coordinator).await;
        let agreement = jo.get(&format!("/cases/{case}/agreement")).await.expect(200);
        agreement.says("Where you hold the money").says("If you employ people").never_says("notional");
        schedule(&world, case).await;
        let paid = pay_first(&world, case).await;
        assert_eq!(balances(&world, case).await.come_in(), paid, "{name}");

        let martin = world.client(world.people.husband).await;
        let money = format!("/cases/{case}/money");
        martin.get(&money).await.expect(200).says("Your money").says(&paid.to_string()).says("has come in");

        let direct = holding(&world, case, Mode::DirectPayment).await;
        let file = statement(paid);
        let kept = send(&martin, case, direct, "march.csv", file.as_bytes()).await;
        let kept = kept.leads_to(&format!("{money}/statements/"));
        let shown = martin.follow(kept).await.expect(200);
        shown.says("4").says("were worked out again and agree").says("Open the file as you sent it");
        let after = balances(&world, case).await;
        assert_eq!(after.come_in(), paid, "{name}: our own payment is not counted twice");
        assert_eq!((after.spent(), after.left()), (Pence(41_750), paid - Pence(41_750)), "{name}");

        let again = send(&martin, case, direct, "again.csv", file.as_bytes()).await;
        again.leads_to(&format!("{money}?done=nothing-new"));
        assert_eq!(lines(&world, case).await.len(), 4, "{name}");

        matching(&world, case, &martin).await;
        receipt(&world, case, &martin).await;
        let facts = balances(&world, case).await;
        assert_eq!(facts.come_in(), facts.spent() + facts.left(), "{name}");
    }
}

/// Suggested, decided, split, taken back.
async fn matching(world: &World, case: CaseId, martin: &Client) {
    let at = format!("/cases/{case}/money/match");
    let helper = plan_line(world, case, "personal assistant").await;
    let night = plan_line(world, case, "at night").await;
    let page = martin.get(&at).await.expect(200).says("ASSISTANT WAGES").says("words are like those");
    assert!(page.html.contains("=HYPERLINK(&quot;http://x&quot;)"), "shown as text: {}", page.html);
    let all = lines(world, case).await;
    let find = |pence: i64| all.iter().find(|(_, a)| a.0 == pence).expect("there").0;
    let (wages, cafe) = (find(-40_000), find(-1_250));
    assert_eq!(page.value(&format!("for-{wages}")), Some(helper.to_string()), "chosen for him to check");

    let helper_text = helper.to_string();
    let odd = martin.post(&at, &[(&format!("for-{wages}"), "not an id")]).await;
    odd.expect(422).says("Choose what it was for");
    let saved =
        martin.post(&at, &[(&format!("for-{wages}"), &helper_text), (&format!("for-{cafe}"), "")]).await;
    saved.leads_to(&format!("/cases/{case}/money?done=matched"));
    let spent = |b: &Balances, line| b.get(Layer::Actual, Account::Line(line));
    assert_eq!(spent(&balances(world, case).await, helper), Pence(40_000));

    let one = |path: &str| format!("/cases/{case}/money/payments/{cafe}{path}");
    martin.get(&one("")).await.expect(200).says("POOLSIDE CAFE").says("£12.50");
    let (a, b) = (format!("amount-{helper}"), format!("amount-{night}"));
    for wrong in ["-3", "1e9", "£1,234.5", "💷", "12.499", "مال"] {
        let page = martin.post(&one("/split"), &[(&a, wrong)]).await.expect(422);
        assert_eq!(page.value(&a).as_deref(), Some(wrong), "what was typed is kept");
    }
    martin.post(&one("/split"), &[]).await.expect(422).says("Write how much");
    let off = martin.post(&one("/split"), &[(&a, "5.00"), (&b, "7.49")]).await;
    off.expect(422).says("must come to exactly £12.50");
    martin.post(&one("/split"), &[(&a, "5.00"), (&b, "7.50")]).await.leads_to(&one("?done=split"));
    assert_eq!(spent(&balances(world, case).await, night), Pence(750));
    martin.post(&one("/undo"), &[("why", "")]).await.expect(422);
    martin.post(&one("/undo"), &[("why", "It was swimming")]).await.leads_to(&one("?done=undone"));
    assert_eq!(spent(&balances(world, case).await, night), Pence(0));
    martin.post(&one("/undo"), &[("why", "Twice")]).await.expect(422).says("not matched");
    martin.get(&format!("/cases/{case}/money/entries")).await.expect(200).says("Put right");
}

/// The smallest PNG there is, with a place in it that must go.
pub fn photograph() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8], data: &[u8]| {
        png.extend(u32::try_from(data.len()).expect("small").to_be_bytes());
        let body = [kind, data].concat();
        png.extend(&body);
        let mut crc = flate2::Crc::new();
        crc.update(&body);
        png.extend(crc.sum().to_be_bytes());
    };
    chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    chunk(b"tEXt", b"Location\0at Alice's own house");
    chunk(b"IDAT", &[0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1]);
    chunk(b"IEND", b"");
    png
}

async fn receipt(world: &World, case: CaseId, martin: &Client) {
    let at = format!("/cases/{case}/money/receipts");
    let key = world.app.id().to_string();
    let cafe = lines(world, case).await.iter().find(|(_, a)| a.0 == -1_250).expect("there").0.to_string();
    let fields = [("key", key.as_str()), ("bank-line", &cafe), ("what", "Tea 🫖 and cake")];
    martin.get(&format!("{at}?line={cafe}")).await.expect(200).says("POOLSIDE CAFE");
    let png = photograph();
    for _ in 0..2 {
        let sent = martin.upload(&at, &fields, &[("file", "../../etc/x.png", "image/png", &png)]).await;
        sent.leads_to(&format!("/cases/{case}/money?done=receipt"));
    }
    assert_eq!(world.case(case).await.arrangement.receipts.len(), 1, "sent twice, kept once");
    let page = martin.get(&at).await.expect(200).says("Tea 🫖 and cake");
    let link = page.attributes("table a", "href").into_iter().next().expect("a link");
    let file = martin.get(&link).await.expect(200);
    let header =
        |name: &str| file.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox"));
    assert!(header("content-disposition").contains("receipt.png"));
    assert!(!file.html.contains("own house"), "where it was taken is gone");

    let finance = world.client(world.people.finance1).await;
    finance.get(&link).await.expect(404);
    let stranger = world.client(world.people.stranger).await;
    stranger.get(&link).await.expect(404);
    stranger.get(&at).await.expect(404).never_says("Alice");
    for (name, bytes) in [
        ("statement.png", b"Date,Amount\n1,2\n".as_slice()),
        ("empty.jpg", b""),
        ("cut.png", &png[..png.len() - 9]),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>"),
    ] {
        martin.upload(&at, &[], &[("file", name, "image/png", bytes)]).await.expect(422);
    }
    martin.upload(&at, &[], &[]).await.expect(422).says("Choose a receipt");
    let huge = vec![0u8; 11 * 1024 * 1024];
    martin.upload(&at, &[], &[("file", "huge.jpg", "image/jpeg", &huge)]).await.expect(422);
    let endless = vec![0u8; 21 * 1024 * 1024];
    martin.upload(&at, &[], &[("file", "huge.jpg", "image/jpeg", &endless)]).await.expect(413);
}

#[tokio::test]
async fn files_that_are_not_statements_are_refused_in_words() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        let martin = world.client(world.people.husband).await;
        let direct = holding(&world, case, Mode::DirectPayment).await;
        let png = photograph();
        let good = statement(Pence(50_000));
        let off = good.replace("12.50,", "12.51,");
        let half = &good[..good.len() - 30];
        for (file, bytes) in [
            ("really-a-picture.csv", png.as_slice()),
            ("empty.csv", b"".as_slice()),
            ("words.csv", b"Dear bank,\nhello\n"),
            ("formula.csv", b"=cmd|' /C calc'!A0\n"),
            ("does-not-add-up.csv", off.as_bytes()),
            ("cut-off.csv", half.as_bytes()),
            ("page.csv", b"<html><body>Sign in</body></html>"),
            ("cut.ofx", b"OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS>"),
        ] {
            let page = send(&martin, case, direct, file, bytes).await.expect(422);
            assert!(!page.select(".nhsuk-error-summary").is_empty(), "{name} {file}");
        }
        martin.upload(&format!("/cases/{case}/money/statement"), &[], &[]).await.expect(422);
        let odd = HoldingId(world.app.id());
        send(&martin, case, odd, "a.csv", good.as_bytes()).await.expect(422);
        assert_eq!(lines(&world, case).await, [], "{name}: half a statement is worse than none");
        assert!(world.case(case).await.arrangement.statements.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_statement_of_another_account_is_noticed() {
    let world = World::new(&testkit::databases::sqlite_url()).await;
    let case = agreed(&world).await;
    sign(&world, case).await;
    schedule(&world, case).await;
    let martin = world.client(world.people.husband).await;
    let direct = holding(&world, case, Mode::DirectPayment).await;
    let file = statement(Pence(50_000)).replace("12340417", "12345555");
    let page = send(&martin, case, direct, "other.csv", file.as_bytes()).await;
    page.expect(422).says("ending in 5555").says("ends in 0417");
}

#[tokio::test]
async fn nobody_releases_and_confirms_the_same_payment() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        schedule(&world, case).await;
        let payment = world.case(case).await.arrangement.instalments[0].planned.id;
        let at = |path: &str| format!("/cases/{case}/payments/{payment}/{path}");
        let one = world.client(world.people.finance1).await;
        let two = world.client(world.people.finance2).await;
        two.post(&at("confirm"), &[]).await.expect(409).says("has not been released");
        one.post(&at("release"), &[]).await.expect(303);
        one.post(&at("release"), &[]).await.expect(303);
        one.post(&at("confirm"), &[]).await.expect(403).says("somebody else in finance");
        assert_eq!(balances(&world, case).await.come_in(), Pence(0), "{name}");
        one.get("/finance").await.expect(200).says("You released, waiting for somebody else");
        two.get("/finance").await.expect(200).says("1 waiting for you to confirm");
        two.post(&at("send-back"), &[("why", "")]).await.expect(422);
        two.post(&at("send-back"), &[("why", "Check the account")]).await.expect(303);
        one.get(&format!("/cases/{case}/payments/{payment}")).await.expect(200).says("Check the account");
        one.post(&at("release"), &[]).await.expect(303);

        // Two people at once, and one of them twice: the money moves once.
        let third = world.client(world.people.finance2).await;
        let path = at("confirm");
        let (a, b) = tokio::join!(two.post(&path, &[]), third.post(&path, &[]));
        a.expect(303);
        b.expect(303);
        let state = world.case(case).await;
        let entries = world.db.read::<_, store::StoreError>(move |tx| store::ledger::entries(tx, case)).await;
        let entries = entries.expect("the ledger is read");
        let about = entries.iter().filter(|e| e.about == payment.0);
        assert_eq!(about.count(), 2, "{name}: one promise, one payment");
        let amount = state.arrangement.instalments[0].planned.amount;
        assert_eq!(balances(&world, case).await.come_in(), amount, "{name}");

        let gone = world.app.id();
        one.get(&format!("/cases/{case}/payments/{gone}")).await.expect(404);
        one.post(&format!("/cases/{case}/payments/{gone}/release"), &[]).await.expect(404);
        let martin = world.client(world.people.husband).await;
        martin.post(&at("release"), &[]).await.expect(403);
        martin.get("/finance").await.expect(404);
        martin.get(&format!("/cases/{case}/payments")).await.expect(200).says("Paid");
    }
}

#[tokio::test]
async fn bad_input_keeps_what_was_typed() {
    let world = World::new(&testkit::databases::sqlite_url()).await;
    let case = agreed(&world).await;
    let jo = world.client(world.people.coordinator).await;
    let martin = world.client(world.people.husband).await;
    let agreement = format!("/cases/{case}/agreement");
    let impossible = [("from-day", "31"), ("from-month", "2"), ("from-year", "2026")];
    let page = jo.post(&format!("{agreement}/make"), &impossible).await.expect(422);
    assert_eq!(page.value("from-day").as_deref(), Some("31"));
    let far = [("from-day", "1"), ("from-month", "2"), ("from-year", "2099")];
    jo.post(&format!("{agreement}/make"), &far).await.expect(422).says("12 months from today");
    martin.post(&format!("{agreement}/make"), &TODAY).await.expect(403);
    martin
        .post(&format!("{agreement}/sign"), &[("read", "1"), ("voice", "person"), ("how", "x")])
        .await
        .expect(422)
        .says("not been made");
    jo.post(&format!("{agreement}/countersign"), &[]).await.expect(422);
    jo.post(&format!("{agreement}/make"), &TODAY).await.expect(303);
    jo.post(&format!("{agreement}/make"), &TODAY).await.leads_to(&format!("{agreement}?done=made"));
    // A wrong day is put right while nobody has signed.
    let next = [("from-day", "3"), TODAY[1], TODAY[2]];
    for from in [&next, &TODAY] {
        jo.post(&format!("{agreement}/make"), from).await.leads_to(&format!("{agreement}?done=made"));
    }
    let long = "ö".repeat(10_001);
    for (voice, how) in
        [("", "x"), ("person", ""), ("person", &long), ("00000000-0000-0000-0000-000000000000", "x")]
    {
        let page = martin
            .post(&format!("{agreement}/sign"), &[("read", "1"), ("voice", voice), ("how", how)])
            .await
            .expect(422);
        assert_eq!(page.value("how").unwrap_or_default().trim(), how);
    }
    sign_rest(&world, case).await;
    jo.post(&format!("{agreement}/make"), &next).await.expect(422).says("already");
    let fin = world.client(world.people.finance1).await;
    let at = |path: &str| format!("/cases/{case}/payments/{path}");
    let direct = holding(&world, case, Mode::DirectPayment).await.to_string();
    for digits in ["", "12", "12345", "abcd", "١٢٣٤"] {
        let form = [("account-holding", direct.as_str()), ("account-name", "A"), ("last-four", digits)];
        fin.post(&at("account"), &form).await.expect(422).says("last 4 numbers");
    }
    for amount in ["", "0", "-3", "1e9", "£1,234.5", "999999999", "9999999.99"] {
        let form = [
            ("one-holding", direct.as_str()),
            ("funder", "council"),
            ("amount", amount),
            ("one-due-day", "3"),
            ("one-due-month", "3"),
            ("one-due-year", "2026"),
        ];
        let page = fin.post(&at("one"), &form).await.expect(422);
        assert_eq!(page.value("amount").unwrap_or_default(), amount);
    }
    assert!(world.case(case).await.arrangement.instalments.is_empty());
    let past = [
        ("holding", direct.as_str()),
        ("due-day", "1"),
        ("due-month", "3"),
        ("due-year", "2026"),
        ("rhythm", "monthly"),
    ];
    fin.post(&at("schedule"), &past).await.expect(422).says("from today");
    let key = world.app.id().to_string();
    let mut form = past.to_vec();
    form[1].1 = "2";
    form.push(("key", &key));
    fin.post(&at("schedule"), &form).await.expect(303);
    let once = world.case(case).await.arrangement.instalments.len();
    fin.post(&at("schedule"), &form).await.expect(303);
    assert_eq!(world.case(case).await.arrangement.instalments.len(), once, "sent twice, planned once");
}

async fn sign_rest(world: &World, case: CaseId) {
    let agreement = format!("/cases/{case}/agreement");
    let martin = world.client(world.people.husband).await;
    let read = newest(world, case).await;
    let blink = [("read", &*read), ("voice", "person"), ("how", "One blink")];
    martin.post(&format!("{agreement}/sign"), &blink).await.expect(303);
    let jo = world.client(world.people.coordinator).await;
    jo.post(&format!("{agreement}/countersign"), &[("read", &read)]).await.expect(303);
}

#[tokio::test]
async fn an_organisation_sees_only_the_money_that_it_holds() {
    for (_, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        schedule(&world, case).await;
        let (direct, third) =
            (holding(&world, case, Mode::DirectPayment).await, holding(&world, case, Mode::ThirdParty).await);
        let file = statement(Pence(50_000));
        let martin = world.client(world.people.husband).await;
        send(&martin, case, direct, "own.csv", file.as_bytes()).await.expect(303);
        let (own, _) = lines(&world, case).await[1];
        let holder = world.client(world.people.third_party).await;
        send(&holder, case, direct, "theirs.csv", file.as_bytes()).await.expect(422);
        let other = file.replace("12340417", "99991234");
        send(&holder, case, third, "theirs.csv", other.as_bytes()).await.expect(303);
        let page = holder.get(&format!("/cases/{case}/money/match")).await.expect(200);
        assert!(!page.html.contains(&own.to_string()), "not the family's own account");
        holder.get(&format!("/cases/{case}/money/payments/{own}")).await.expect(404);
        let split = format!("/cases/{case}/money/payments/{own}/split");
        holder.post(&split, &[]).await.expect(404);
        let kept = *world.case(case).await.arrangement.statements.keys().next().expect("one was kept");
        holder.get(&format!("/cases/{case}/money/statements/{kept}")).await.expect(404);
        holder.get(&format!("/cases/{case}/money/files/{kept}")).await.expect(404);
    }
}

#[tokio::test]
async fn a_case_of_somebody_else_is_not_there() {
    let world = World::new(&testkit::databases::sqlite_url()).await;
    let case = agreed(&world).await;
    let stranger = world.client(world.people.stranger).await;
    for page in
        ["money", "money/entries", "money/match", "money/statement", "payments", "agreement", "payments/plan"]
    {
        stranger.get(&format!("/cases/{case}/{page}")).await.expect(404).never_says("Alice");
    }
    stranger.post(&format!("/cases/{case}/agreement/make"), &TODAY).await.expect(404);
    world.nobody().get("/finance").await.expect(303);
}

/// Where there is more to pay than a page has, the page says how much more.
#[tokio::test(flavor = "multi_thread")]
async fn finance_is_told_how_many_payments_there_are_in_all() {
    for (_, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let stream = store::Stream { kind: store::StreamKind::Case, id: case.0 };
        let today = world.today();
        let fill = world.db.write(move |tx| {
            let mut rows: Vec<_> =
                store::lists::of_stream(tx, stream)?.into_iter().map(|listed| listed.row).collect();
            let one = rows.iter().find(|row| row.list == "payments").cloned().expect("a payment");
            rows.retain(|row| row.list != "payments");
            for (state, days, many) in [("planned", -3, 40), ("planned", 3, 490), ("released", 1, 505)] {
                let due = domain::dates::days_after(today, days);
                rows.extend((0..many).map(|no| store::lists::ListRow {
                    due: Some(due),
                    state: Some(state.into()),
                    sort: Some(format!("{due} {no:04}")),
                    body: one.body.replacen(&one.due.expect("a day").to_string(), &due.to_string(), 1),
                    ..one.clone()
                }));
            }
            store::lists::replace(tx, stream, &rows).map(drop)
        });
        fill.await.expect("written");
        let farid = world.client(world.people.finance1).await;
        let page = farid.get("/finance").await.expect(200);
        let ways = page.attributes("main a[rel=next]", "href");
        page.says("40 overdue")
            .says("490 due in the next 7 days")
            .says("Here are 60 of 490")
            .says("505 payments are released and not confirmed. Here are the first 100")
            .says("100 or more");
        // Each list leads on until all of it was shown, once.
        for (way, all) in ways.iter().zip([505, 530]) {
            let (mut next, mut shown) = (Some(way.clone()), 100);
            while let Some(way) = next {
                let page = farid.get(&way).await.expect(200);
                shown += page.select("main tbody tr").len();
                next = page.attributes("main a[rel=next]", "href").first().cloned();
            }
            assert_eq!(shown, all, "{way}");
        }
        let away = world.client(world.people.commissioner).await;
        away.get(&ways[0]).await.expect(404);
        let elsewhere = format!("/finance/due/{}", world.further_area().await.0);
        farid.get(&elsewhere).await.expect(404);
    }
}

/// Whoever was chosen to look after a direct payment brings in its statements
/// and says what was bought, and decides nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_nominee_looks_after_the_payment_and_decides_nothing() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        let direct = holding(&world, case, Mode::DirectPayment).await;
        let member = domain::MemberId(world.app.id());
        let joined = circle::Event::MemberJoined {
            id: member,
            name: testkit::world::line("Dee Lowe"),
            relation: testkit::world::line("sister"),
            role: domain::case::CaseRole::FamilyCarer,
            account: Some(world.people.dee),
            organisation: None,
        };
        world.say(case, world.people.coordinator, joined).await;
        let dee = world.client(world.people.dee).await;
        let (statement_page, matching) =
            (format!("/cases/{case}/money/statement"), format!("/cases/{case}/money/match"));
        for page in [&statement_page, &matching] {
            dee.get(page).await.expect(403);
        }
        let footing = circle::Footing::Nominee;
        let about = prose("The direct payment");
        let speaks = circle::Event::SpeakerRecognised { member, footing, about, evidence: None };
        world.say(case, world.people.commissioner, speaks).await;

        dee.get(&statement_page).await.expect(200);
        send(&dee, case, direct, "march.csv", statement(Pence(50_000)).as_bytes()).await.expect(303);
        dee.get(&matching).await.expect(200);
        let spent = lines(&world, case).await.into_iter().find(|(_, amount)| amount.is_negative());
        let (spent, _) = spent.expect("something went out");
        let line = plan_line(&world, case, "personal assistant").await.to_string();
        let field = format!("for-{spent}");
        dee.post(&matching, &[(field.as_str(), line.as_str())]).await.expect(303);
        assert!(world.case(case).await.arrangement.match_of(spent).is_some(), "{name}");
        // What an organisation holds is not hers to look after.
        let third = holding(&world, case, Mode::ThirdParty).await;
        let file = statement(Pence(50_000)).replace("12340417", "99991234");
        let page = dee.get(&statement_page).await.expect(200);
        assert!(!page.html.contains(&third.to_string()), "{name}: it is not offered");
        send(&dee, case, third, "theirs.csv", file.as_bytes()).await.expect(422).says("Choose which account");
        let holder = world.client(world.people.third_party).await;
        send(&holder, case, third, "theirs.csv", file.as_bytes()).await.expect(303);
        let kept = world.bank_lines(case).await;
        let theirs = kept.iter().find(|line| line.holding == third && line.amount.is_negative());
        let theirs = theirs.expect("something went out of it").id;
        let page = dee.get(&matching).await.expect(200);
        assert!(!page.html.contains(&theirs.to_string()), "{name}: nor is it asked");
        let one = format!("/cases/{case}/money/payments/{theirs}");
        assert!(!dee.get(&one).await.expect(200).html.contains("/split"), "{name}");
        let amount = format!("amount-{line}");
        dee.post(&format!("{one}/split"), &[(amount.as_str(), "95")]).await.expect(403);
        assert!(world.case(case).await.arrangement.match_of(theirs).is_none(), "{name}");
        let yes = [("voice", "person"), ("how", "She said so")];
        for decided in ["agreement/sign", "consent/direct-payment/withdraw", "sign-off/send"] {
            dee.post(&format!("/cases/{case}/{decided}"), &yes).await.expect(403);
        }
    }
}
