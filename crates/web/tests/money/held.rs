//! The money held in another way: the same case, nothing lost, and nobody left waiting.

use super::*;

/// David and Dee (000:203-211): the notional way first, a direct payment a
/// year later, in the same case and with nothing lost.
#[tokio::test]
async fn from_notional_to_a_direct_payment_a_year_later() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        let direct = holding(&world, case, Mode::DirectPayment).await;
        let change = format!("/cases/{case}/agreement/change");
        let key = world.app.id().to_string();
        let old = direct.to_string();
        let form = |key: &'static str, value: &'static str| (key, value);
        let mut fields = vec![
            ("key", key.as_str()),
            ("old", old.as_str()),
            form("mode", "notional"),
            form("name", "Our NHS budget"),
            form("on-day", "2"),
            form("on-month", "3"),
            form("on-year", "2026"),
            form("leftover", "move-on"),
            form("why", "We are not ready for more yet"),
        ];
        let jo = world.client(world.people.coordinator).await;
        jo.get(&change).await.expect(200).says("What happens to money that is left?");
        jo.post(&change, &fields[..3]).await.expect(422).says("Enter a name for it");
        for _ in 0..2 {
            jo.post(&change, &fields).await.leads_to(&format!("/cases/{case}/agreement?done=changed"));
        }
        let jo_makes = jo.post(&format!("/cases/{case}/agreement/make"), &TODAY).await;
        jo_makes.expect(422).says("The plan has changed since it was agreed");
        let teller = world.teller(case);
        let sent = teller.sends(world.people.husband, None).await.expect("it is sent");
        teller.agrees(sent, "The same care, held another way.").await.expect("it is agreed");
        sign(&world, case).await;
        let notional = holding(&world, case, Mode::Notional).await.to_string();
        let helper = plan_line(&world, case, "personal assistant").await.to_string();
        let bought_key = world.app.id().to_string();
        let bought = |amount: &'static str, day: &'static str| {
            vec![
                ("key", bought_key.clone()),
                ("holding", notional.clone()),
                ("line", helper.clone()),
                ("what", "Agency, first week".to_owned()),
                ("amount", amount.to_owned()),
                ("on-day", day.to_owned()),
                ("on-month", "3".to_owned()),
                ("on-year", "2026".to_owned()),
            ]
        };
        let at = format!("/cases/{case}/money/notional");
        for (amount, day) in
            [("", "2"), ("-3", "2"), ("0", "2"), ("1e9", "2"), ("42.00", "32"), ("42.00", "3")]
        {
            let fields = bought(amount, day);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            jo.post(&at, &fields).await.expect(422);
        }
        let good = bought("42.00", "2");
        let good: Vec<(&str, &str)> = good.iter().map(|(k, v)| (*k, v.as_str())).collect();
        for _ in 0..2 {
            jo.post(&at, &good).await.leads_to(&format!("/cases/{case}/money?done=bought"));
        }
        assert_eq!(balances(&world, case).await.spent(), Pence(4_200), "{name}: sent twice, spent once");
        let martin = world.client(world.people.husband).await;
        martin.get(&format!("/cases/{case}/money")).await.expect(200).says("Nothing is paid in ahead");

        world.days_later(365);
        let jo = world.client(world.people.coordinator).await;
        let key = world.app.id().to_string();
        fields[0].1 = &key;
        fields[1].1 = &notional;
        fields[2].1 = "direct-payment";
        fields[3].1 = "Our own helpers";
        fields[6].1 = "2027";
        jo.post(&change, &fields).await.leads_to(&format!("/cases/{case}/agreement?done=changed"));
        let state = world.case(case).await;
        let open: Vec<Mode> = state.plan.open_holdings().map(|h| h.words.mode).collect();
        assert_eq!(open, [Mode::ThirdParty, Mode::DirectPayment], "{name}");
        assert_eq!(balances(&world, case).await.spent(), Pence(4_200), "{name}: nothing is lost");
        let page = jo.get(&format!("/cases/{case}/money/entries")).await.expect(200);
        page.says("Bought from the notional budget");
    }
}

/// The page promises that planned payments to the old way are cancelled.
#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_holding_changes_where_payments_are_planned() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        schedule(&world, case).await;
        let direct = holding(&world, case, Mode::DirectPayment).await;
        let jo = world.client(world.people.coordinator).await;
        let change = format!("/cases/{case}/agreement/change");
        let (key, old) = (world.app.id().to_string(), direct.to_string());
        let fields = [
            ("key", key.as_str()),
            ("old", old.as_str()),
            ("mode", "notional"),
            ("name", "Our NHS budget"),
            ("on-day", "2"),
            ("on-month", "3"),
            ("on-year", "2026"),
            ("leftover", "move-on"),
            ("why", "We are not ready for more yet"),
        ];
        jo.post(&change, &fields).await.leads_to(&format!("/cases/{case}/agreement?done=changed"));
        let state = world.case(case).await;
        let (theirs, others): (Vec<_>, Vec<_>) =
            state.arrangement.instalments.iter().partition(|i| i.planned.holding == direct);
        let is_cancelled = |i: &&domain::case::arrangement::Instalment| {
            i.state == domain::case::arrangement::PaymentState::Cancelled
        };
        assert!(!theirs.is_empty() && theirs.iter().all(is_cancelled), "{name}");
        let other = others.iter().find(|i| !is_cancelled(i)).expect("another account is still paid");
        let cancel = format!("/cases/{case}/payments/{}/cancel", other.planned.id);
        jo.post(&cancel, &[("why", "I would rather not")]).await.expect(403);
    }
}

/// After the first payment nothing but this says that nobody is paid from now on.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_way_of_holding_waits_for_each_in_turn_until_payments_are_planned() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        schedule(&world, case).await;
        pay_first(&world, case).await;
        let p = world.people;
        let home = async |who| world.client(who).await.get("/home").await.expect(200);
        let at = |path: &str| format!("/cases/{case}/agreement{path}");
        let jo = world.client(p.coordinator).await;
        let martin = world.client(p.husband).await;
        home(p.coordinator).await.never_says("Make a new agreement");
        let signed = martin.get(&at("")).await.expect(200).never_says("A new agreement comes next");
        let terms = signed.select("main section ul").remove(0);

        let (key, old) =
            (world.app.id().to_string(), holding(&world, case, Mode::DirectPayment).await.to_string());
        let fields = [
            ("key", key.as_str()),
            ("old", old.as_str()),
            ("mode", "direct-payment"),
            ("name", "The account at the other bank"),
            ("on-day", "2"),
            ("on-month", "3"),
            ("on-year", "2026"),
            ("leftover", "move-on"),
            ("why", "The old bank closes"),
        ];
        jo.post(&at("/change"), &fields).await.leads_to(&at("?done=changed"));
        let told = world.letters_to("martin@mail.example").await;
        assert!(told.iter().any(|l| l.subject == "How the money is held is changing"), "{name}");
        home(p.coordinator).await.says("Make a new agreement");
        let page = martin.get(&at("")).await.expect(200).says("A new agreement comes next");
        assert_eq!(page.select("main section ul").remove(0), terms, "{name}: as signed");

        for _ in 0..2 {
            jo.post(&at("/make"), &TODAY).await.leads_to(&at("?done=made"));
        }
        assert_eq!(world.case(case).await.arrangement.agreements.len(), 2, "{name}: pressed twice");
        let overview = martin.get(&format!("/cases/{case}")).await.expect(200);
        overview.says("Read the agreement and sign it");
        // Another page that was open shows what is not so any more.
        let old = [("read", "1"), ("voice", "person"), ("how", "I read it and agree")];
        martin.post(&at("/sign"), &old).await.expect(422).says("A new agreement was made since");
        let how = [("read", "2"), ("voice", "person"), ("how", "Read together, Alice blinked once")];
        let page = martin.get(&at("")).await.expect(200).says("The account at the other bank");
        page.never_says("The amounts are for the year from");
        martin.post(&at("/sign"), &how).await.leads_to(&at("?done=signed"));
        home(p.coordinator).await.says("Sign the agreement for the NHS");
        home(p.commissioner).await.says("Sign the agreement for the NHS");
        jo.post(&at("/countersign"), &[("read", "1")]).await.expect(422);
        jo.post(&at("/countersign"), &[("read", "2")]).await.leads_to(&at("?done=countersigned"));
        home(p.finance1).await.says("Schedule the payments");
        home(p.coordinator).await.never_says("Sign the agreement for the NHS");
        jo.post(&at("/make"), &[("from-day", "3"), TODAY[1], TODAY[2]])
            .await
            .expect(422)
            .says("There is an agreement about this already, from 2 March 2026");

        // Later in the year, what it pays is still of the year that began.
        world.days_later(60);
        let jo = world.client(p.coordinator).await;
        let state = world.case(case).await;
        let open = state.plan.open_holdings().find(|h| h.words.mode == Mode::DirectPayment).expect("one");
        let (key, old) = (world.app.id().to_string(), open.id.to_string());
        let mut fields = fields;
        (fields[0].1, fields[1].1, fields[3].1) = (&key, &old, "A third account");
        (fields[4].1, fields[5].1) = ("1", "5");
        jo.post(&at("/change"), &fields).await.leads_to(&at("?done=changed"));
        let may = [("from-day", "1"), ("from-month", "5"), ("from-year", "2026")];
        jo.post(&at("/make"), &may).await.leads_to(&at("?done=made"));
        let page = jo.get(&at("")).await.expect(200);
        page.says("1 May 2026").says("The amounts are for the year from 2 March 2026");
    }
}

/// An account is ended in the plan with money in it: whoever ends it is told, and it is
/// somebody's turn until that money is somewhere.
#[tokio::test(flavor = "multi_thread")]
async fn money_in_an_account_that_ends_is_not_stranded() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        schedule(&world, case).await;
        let paid = pay_first(&world, case).await.to_string();
        let (direct, third) =
            (holding(&world, case, Mode::DirectPayment).await, holding(&world, case, Mode::ThirdParty).await);
        let p = world.people;
        let fin = world.client(p.finance1).await;
        let state = world.case(case).await;
        for i in state.arrangement.instalments.iter().filter(|i| i.planned.holding == direct && i.waits()) {
            let cancel = format!("/cases/{case}/payments/{}/cancel", i.planned.id);
            fin.post(&cancel, &[("why", "It is held elsewhere")]).await.expect(303);
        }
        let martin = world.client(p.husband).await;
        let third = third.to_string();
        let of_it = state.plan.current_lines().filter(|l| l.words.holding == Some(direct));
        let lines: Vec<String> = of_it.map(|l| format!("line-{}", l.id)).collect();
        let lines: Vec<(&str, &str)> = lines.iter().map(|name| (name.as_str(), third.as_str())).collect();
        martin.post(&format!("/cases/{case}/plan/holding/assign"), &lines).await.expect(303);

        let end = format!("/cases/{case}/plan/holding/{direct}/end");
        martin.get(&end).await.expect(200).says(&format!("{paid} is still in it"));
        let told = martin.post(&end, &[("why", "It is too much work")]).await;
        told.leads_to(&format!("/cases/{case}/plan/holding?done=left"));
        let money = format!("/cases/{case}/money");
        martin.get(&money).await.expect(200).says(&format!("{paid} is left in"));
        let turn = "Say what becomes of money that is left";
        let jo = world.client(p.coordinator).await;
        jo.get("/home").await.expect(200).says(turn);
        let left = format!("/cases/{case}/agreement/left/{direct}");
        jo.get(&money).await.expect(200).says("Say what becomes of it");
        jo.get(&left).await.expect(200).says(&paid);
        jo.post(&left, &[]).await.expect(422).says("Choose what becomes of it");
        martin.post(&left, &[("into", "give-back")]).await.expect(403);
        jo.post(&left, &[("into", "give-back")]).await.leads_to(&format!("{money}?done=left-settled"));
        let in_it = balances(&world, case).await.get(Layer::Actual, Account::Holding(direct));
        assert_eq!(in_it, Pence(0), "{name}");
        jo.get("/home").await.expect(200).never_says(turn);
        jo.get(&left).await.expect(200).never_says("What becomes of it?");
        martin.get(&money).await.expect(200).never_says("is left in");
    }
}

/// Another account that one person entered is taken back, with a reason, on its page.
#[tokio::test(flavor = "multi_thread")]
async fn another_account_that_waits_is_taken_back() {
    for (name, url) in testkit::databases::both() {
        let world = World::new(&url).await;
        let case = agreed(&world).await;
        sign(&world, case).await;
        schedule(&world, case).await;
        let direct = holding(&world, case, Mode::DirectPayment).await.to_string();
        let (plan, account) =
            (format!("/cases/{case}/payments/plan"), format!("/cases/{case}/payments/account"));
        let fin = world.client(world.people.finance1).await;
        let other =
            [("account-holding", direct.as_str()), ("account-name", "Savings"), ("last-four", "6666")];
        fin.post(&account, &other).await.leads_to(&format!("/cases/{case}/payments?done=entered"));
        let two = world.client(world.people.finance2).await;
        two.get(&plan).await.expect(200).says("Another account was entered").says("by 16 March 2026");
        let back = format!("{account}/take-back");
        let of_it = ("taken-back", direct.as_str());
        let page = two.post(&back, &[of_it, ("why", "")]).await.expect(422);
        page.says("Enter why it is taken back");
        let done = two.post(&back, &[of_it, ("why", "The letter was false")]).await;
        done.leads_to(&format!("/cases/{case}/payments?done=taken-back"));
        two.get(&plan).await.expect(200).never_says("Another account was entered");
        assert!(world.case(case).await.arrangement.entered.is_empty(), "{name}");
    }
}
