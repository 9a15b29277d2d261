//! One address, one person: new databases, and those made when addresses were
//! taken for one that only looked alike. On both databases.

use domain::account::Event;
use domain::case::circle::{self, CaseRole};
use domain::{AccountId, Author, EmailAddress};
use service::App;
use service::login_names::Concern;
use testkit::demo::people::PASSPHRASE;
use testkit::world::line;
use testkit::{Stage, World, databases};

async fn invite(app: &App, name: &'static str, email: &'static str, why: &'static str) -> AccountId {
    let email: EmailAddress = email.parse().expect("an address");
    let invited = app.put_invitation(Author::System, line(name), email, line(why));
    invited.await.expect("they are invited")
}

/// An account as an older program may have opened it.
async fn opened(app: &App, name: &'static str, email: &str, set_up: bool) -> AccountId {
    let (id, email) = (AccountId(app.id()), line(email));
    let mut events = vec![Event::Opened { name: line(name), email }];
    events.extend(set_up.then_some(Event::SetUp));
    app.put_in_account(Author::System, id, events).await.expect("it is opened");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_look_alike_are_given_accounts_of_their_own() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let alike =
            ["ann.lee@nhs.example", "ann-lee@nhs.example", "ann_lee@nhs.example", "ann@lee.nhs.example"];
        let mut accounts =
            vec![world.people.stranger, invite(&world.app, "N", "norman_@mail.example", "x").await];
        for email in alike {
            accounts.push(invite(&world.app, "Ann Lee", email, "x").await);
        }
        accounts.sort_unstable();
        accounts.dedup();
        assert_eq!(accounts.len(), 6, "{name}");
        for (email, status) in [
            ("norman_@mail.example", 422),
            ("norman@mail.example.", 422),
            (" NORMAN@mail.example\u{200b}", 303),
        ] {
            let fields = [("email", email), ("passphrase", PASSPHRASE)];
            world.nobody().post("/sign-in", &fields).await.expect(status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_names_are_made_again_from_the_record_and_it_is_said_what_was_run_together() {
    for (name, url) in databases::both() {
        let world = World::without_key(&url, |_| {}).await;
        let (app, stranger) = (&world.app, world.people.stranger);
        assert_eq!(app.remake_login_names().await.expect(name), None, "{name}: there is nothing to do");
        let case = world.case_at(Stage::Plan).await;
        assert_eq!(app.check_people(|_| {}).await.expect(name), [], "{name}: nobody is run together");
        // What an older program did: it gave Nora the account of Norman, and
        // took two writings of one address for two people.
        let joined = circle::Event::MemberJoined {
            id: domain::MemberId(app.id()),
            name: line("Nora Manning"),
            relation: line("friend"),
            role: CaseRole::FamilyCarer,
            account: Some(stranger),
            organisation: None,
        };
        world.say(case, world.people.coordinator, joined).await;
        let never = opened(app, "José", "jos\u{e9}@mail.example", false).await;
        let used = opened(app, "José", "jose\u{301}@mail.example", true).await;
        let none = opened(app, "Root", "root", true).await;
        let several = invite(app, "Sam Hill", "sam@mail.example", "Finance").await;
        invite(app, "Samir Hilal", "sam@mail.example", "Auditor").await;
        databases::run_sql(&url, "UPDATE login_names SET name = REPLACE(REPLACE(name, '@', ' '), '.', ' ')");
        assert_eq!(app.account_of("norman@mail.example").await.expect(name), None, "{name}");
        let remade = app.remake_login_names().await.expect(name).expect("there is something to do");
        let people = testkit::demo::people::EVERYONE.len() as u64;
        // Everyone's old name goes and their own comes; José's comes too.
        assert_eq!(remade.changed, 2 * (people + 1) + 1, "{name}");
        for testkit::demo::people::MadeUp { email, .. } in testkit::demo::people::EVERYONE {
            assert!(app.account_of(email).await.expect(name).is_some(), "{name}: {email}");
        }
        assert_eq!(app.account_of("jos\u{e9}@mail.example").await.expect(name), Some(used), "{name}");
        for expected in [
            Concern::OneAddress { keeps: used, without: never },
            Concern::NoAddress { account: none },
            Concern::OtherName { account: stranger, case },
            Concern::SeveralInvitations { account: several, whys: vec!["Finance".into(), "Auditor".into()] },
        ] {
            assert!(remade.concerns.contains(&expected), "{name}: {expected}");
            assert!(!expected.to_string().contains("Nor"), "it names nobody");
        }
        assert_eq!(remade.concerns.len(), 4, "{name}: {:?}", remade.concerns);
        // Once is enough, and it can be asked again.
        assert_eq!(app.remake_login_names().await.expect(name), None, "{name}");
        assert_eq!(app.check_people(|_| {}).await.expect(name), remade.concerns, "{name}");
    }
}
