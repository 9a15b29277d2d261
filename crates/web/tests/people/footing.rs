//! Whoever acts for the person does what their footing is about and no more,
//! whatever their place is called, in whoever's words; on both databases.

use domain::access::Action;
use domain::case::CaseRole;
use domain::case::circle::{ConsentAbout, ConsentState, Matter};
use domain::{AccountId, CaseId, MemberId};
use strum::VariantArray;
use testkit::{Stage, World, databases};

const NORMAN: &str = "norman@mail.example";

/// Norman, in this place, who speaks for Alice about these matters.
async fn norman(world: &World, case: CaseId, place: CaseRole, matters: &[Matter]) -> MemberId {
    let member = world.comes(case, world.people.stranger, "Norman Stray", place).await;
    world.speaks(case, member, matters).await;
    member
}

async fn member_of(world: &World, case: CaseId, account: AccountId) -> MemberId {
    world.case(case).await.circle.member_of(account).expect("they are in the circle").id
}

async fn is_there(world: &World, case: CaseId, account: AccountId) -> bool {
    world.case(case).await.circle.member_of(account).is_some()
}

/// What each decision of the person's is about.
fn decisions() -> Vec<(Action, Matter)> {
    let care = [Action::AnswerOffer, Action::DecideTakingPart, Action::SendPlan, Action::Appeal];
    let money =
        [Action::DecideDirectPayment, Action::SignAgreement, Action::ImportStatement, Action::MatchSpending];
    let sharing = [Action::DecideSharing, Action::AddMember, Action::SeeLooks];
    let about = |matter| move |action| (action, matter);
    let care = care.into_iter().chain([Action::BeginTeam]).map(about(Matter::Care));
    care.chain(money.map(about(Matter::Money))).chain(sharing.map(about(Matter::Sharing))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_about_money_alone_neither_shares_nor_shuts_out() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        for place in [CaseRole::Representative, CaseRole::FamilyCarer] {
            let case = world.case_at(Stage::Organise).await;
            let own = norman(&world, case, place, &[Matter::Money]).await.to_string();
            let (martin, sam) =
                (member_of(&world, case, p.husband).await, member_of(&world, case, p.broker).await);
            let priya = member_of(&world, case, p.nurse).await;
            let me = world.client(p.stranger).await;
            let before = world.case(case).await.version;
            let vale = world.organisations.third_party;
            for voice in ["person", own.as_str()] {
                let said = [("voice", voice), ("how", "One blink"), ("why", "She said so"), ("given", "yes")];
                let team = [("key", "0199bbbb-0000-7000-8000-000000000077")];
                let shares = [("parts", "needs"), ("until", "changed"), ("checked", "yes")];
                let carer = [
                    ("key", "0199bbbb-0000-7000-8000-000000000078"),
                    ("role", "family-carer"),
                    ("name", "Nat Stray"),
                    ("relation", "sister"),
                ];
                let ends = [("ends", "representative")];
                let care =
                    [("footing", "attorney"), ("matters", "care"), ("about", "All"), ("evidence", "A paper")];
                for (path, fields) in [
                    ("consent/sharing-with-council".to_owned(), &[][..]),
                    ("consent/sharing-with-council/withdraw".to_owned(), &[]),
                    ("consent/taking-part".to_owned(), &[]),
                    ("consent/taking-part/withdraw".to_owned(), &[]),
                    (format!("people/sharing/{vale}"), &shares),
                    (format!("people/sharing/{sam}"), &shares),
                    (format!("people/sharing/{sam}/end"), &[]),
                    (format!("people/{martin}/leave"), &[]),
                    (format!("people/{priya}/leave"), &[]),
                    (format!("people/{sam}/leave"), &[]),
                    (format!("people/{martin}/footing-ends"), &ends),
                    (format!("people/{sam}/invite"), &[("email", "sam@elsewhere.example")]),
                    (format!("people/{martin}/footing"), &care),
                    ("people".to_owned(), &carer),
                    ("begin-team".to_owned(), &team),
                ] {
                    let fields = [&said[..], fields].concat();
                    let page = me.post(&format!("/cases/{case}/{path}"), &fields).await;
                    assert_eq!(page.status, 403, "{name}: {place:?} {path} as {voice}: {}", page.main());
                }
            }
            assert_eq!(world.case(case).await.version, before, "{name}: nothing is on the record");
            // Nor is any of it offered.
            let people = me.get(&format!("/cases/{case}/people")).await.expect(200).never_says("Add someone");
            let links = people.attributes("a", "href");
            assert!(
                !links.iter().any(|to| to.ends_with("/consent/sharing-with-council")),
                "{name}: {links:?}"
            );
            assert!(links.iter().any(|to| to.ends_with("/consent/direct-payment")), "{name}: {links:?}");
            for one in [martin, priya, sam] {
                me.get(&format!("/cases/{case}/people/{one}")).await.expect(200).never_says("Take them out");
            }
            me.get(&format!("/cases/{case}/people/{martin}")).await.never_says("This has ended");
            me.get(&format!("/cases/{case}/team")).await.expect(200).never_says("Begin a team");
            // About money he decides, and he may go.
            let direct = format!("/cases/{case}/consent/direct-payment");
            let yes = [("given", "yes"), ("voice", own.as_str()), ("how", "I decided it")];
            me.post(&direct, &yes).await.expect(303);
            me.post(&format!("/cases/{case}/people/{own}/leave"), &[("why", "I move away")])
                .await
                .expect(303);
            assert!(
                !is_there(&world, case, p.stranger).await && is_there(&world, case, p.husband).await,
                "{name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_follows_the_footing_and_not_the_name_of_the_place() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        for place in [CaseRole::Representative, CaseRole::FamilyCarer] {
            for &matter in Matter::VARIANTS {
                let case = world.case_at(Stage::Review).await;
                norman(&world, case, place, &[matter]).await;
                let (actor, state) = (world.actor(p.stranger).await, world.case(case).await);
                for (action, about) in decisions() {
                    assert_eq!(
                        actor.may(action, &state),
                        about == matter,
                        "{name}: {place:?}, {matter:?}: {action:?}"
                    );
                }
                let all = |about: &[Matter]| actor.may_about(Action::EndPlace, &state, about);
                assert_eq!((all(&[matter]), all(Matter::VARIANTS)), (true, false), "{name}");
            }
        }
        // A carer without a footing decides nothing, and reads everything.
        let case = world.other_case().await;
        let (dee, state) = (world.actor(p.dee).await, world.case(case).await);
        assert!(decisions().iter().all(|(action, _)| !dee.may(*action, &state)), "{name}");
        assert!(!dee.may(Action::Decide, &state) && !dee.may_about(Action::EndPlace, &state, &[]), "{name}");
        assert!(dee.may(Action::SeeMoney, &state) && dee.may(Action::SeePeople, &state), "{name}");
    }
}

/// David's wife is his carer, and has a power of attorney.
#[tokio::test(flavor = "multi_thread")]
async fn a_family_carer_with_a_power_of_attorney_decides_in_her_own_voice() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let case = world.other_case().await;
        let dee = member_of(&world, case, p.dee).await;
        world.speaks(case, dee, Matter::VARIANTS).await;
        let (me, own) = (world.client(p.dee).await, dee.to_string());
        let at = |path: &str| format!("/cases/{case}/{path}");
        let said = [("given", "yes"), ("voice", own.as_str()), ("how", "We talked about it")];
        for about in ConsentAbout::ASKED {
            let word: &str = about.into();
            let page = me.get(&at(&format!("consent/{word}"))).await.expect(200);
            assert_eq!(page.value("voice").as_deref(), Some(own.as_str()), "{name}: she is offered");
            me.post(&at(&format!("consent/{word}")), &said).await.expect(303);
            let state = world.case(case).await;
            let given = state.circle.consent_to(about).expect("it is on the record");
            assert_eq!(
                (given.state, given.voice),
                (ConsentState::Given, state.circle.voice_of(p.dee).unwrap())
            );
        }
        me.post(&at("consent/sharing-with-council/withdraw"), &said).await.expect(303);
        // What else she decides is let in at its door: what is not ready yet is
        // said in words, and not as what she may not.
        for path in ["offer/answer", "sign-off/send", "sign-off/appeal", "agreement/sign", "begin-team"] {
            let status = me.post(&at(path), &said).await.status.as_u16();
            assert!(status != 403 && status < 500, "{name}: {path} gave {status}");
        }
        let new = [
            ("key", "0199bbbb-0000-7000-8000-000000000079"),
            ("role", "supporter"),
            ("name", "Pat Long"),
            ("relation", "neighbour"),
        ];
        me.post(&at("people"), &new).await.expect(303);
        let pat = world.case(case).await.circle.members.last().expect("Pat").id;
        let share = [("parts", "plan"), ("until", "changed"), ("checked", "yes")];
        me.post(&at(&format!("people/sharing/{pat}")), &[&said[1..], &share].concat()).await.expect(303);
        me.post(&at(&format!("people/sharing/{pat}/end")), &said[1..]).await.expect(303);
        me.post(&at(&format!("people/{pat}/leave")), &[("why", "He moved away")]).await.expect(303);
        // David is of the circle for himself: nobody takes him out.
        let david = member_of(&world, case, p.david).await;
        me.post(&at(&format!("people/{david}/leave")), &[("why", "No")]).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_out_another_who_speaks_about_more() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let case = world.case_at(Stage::Plan).await;
        let own = norman(&world, case, CaseRole::Representative, &[Matter::Money, Matter::Sharing]).await;
        let (martin, sam) =
            (member_of(&world, case, p.husband).await, member_of(&world, case, p.broker).await);
        let priya = member_of(&world, case, p.nurse).await;
        let me = world.client(p.stranger).await;
        let to = |who: MemberId| format!("/cases/{case}/people/{who}");
        for who in [martin, priya] {
            let page = me.post(&format!("{}/leave", to(who)), &[("why", "Money")]).await.expect(403);
            page.says("you have to speak for Alice Hale about: health and care");
            me.get(&to(who)).await.expect(200).never_says("Take them out");
        }
        let ends = [("ends", "representative")];
        me.post(&format!("{}/footing-ends", to(martin)), &ends).await.expect(403);
        assert!(is_there(&world, case, p.husband).await, "{name}");
        world.client(p.husband).await.get(&format!("/cases/{case}")).await.expect(200);
        // Sam only reads: who speaks about sharing ends that.
        me.get(&to(sam)).await.expect(200).says("Take them out");
        me.post(&format!("{}/leave", to(sam)), &[("why", "It was enough")]).await.expect(303);
        // Martin speaks about all of it, and takes out whoever speaks about some.
        let he = world.client(p.husband).await;
        he.post(&format!("{}/leave", to(own)), &[("why", "It is over")]).await.expect(303);
        me.get(&format!("/cases/{case}")).await.expect(404);
        // Who may not add a colleague is not offered it, and neither is he.
        let new = [
            ("key", "0199bbbb-0000-7000-8000-000000000080"),
            ("role", "clinician"),
            ("colleague", &*p.nurse.to_string()),
            ("relation", "nurse"),
        ];
        he.post(&format!("/cases/{case}/people"), &new).await.expect(403).says("Only the care co-ordinator");
        he.get(&format!("/cases/{case}/people/new")).await.expect(200).never_says("Colleague");
    }
}

/// What one who speaks for the person does is known to the others.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_speaker_does_is_told_to_whoever_else_decides() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let p = world.people;
        let case = world.case_at(Stage::Plan).await;
        norman(&world, case, CaseRole::Representative, &[Matter::Sharing]).await;
        let sam = member_of(&world, case, p.broker).await;
        let me = world.client(p.stranger).await;
        let told = async || {
            let mut counts = vec![];
            for to in ["martin@mail.example", "jo@mendipvale.example", NORMAN] {
                counts.push(world.letters_to(to).await.len());
            }
            counts
        };
        let said = [("voice", "person"), ("how", "Two blinks"), ("why", "Two blinks")];
        let share = [("parts", "plan"), ("until", "changed"), ("checked", "yes")];
        for (path, more) in [
            ("consent/sharing-with-council/withdraw".to_owned(), &[][..]),
            (format!("people/sharing/{sam}"), &share),
            (format!("people/sharing/{sam}/end"), &[]),
            (format!("people/{sam}/leave"), &[]),
        ] {
            let form = me.get(&format!("/cases/{case}/people/sharing/{sam}")).await.expect(200);
            let seen = form.value("seen").unwrap_or_default();
            let before = told().await;
            let fields = [&said[..], more, &[("seen", seen.as_str())]].concat();
            me.post(&format!("/cases/{case}/{path}"), &fields).await.expect(303);
            let expected = [before[0] + 1, before[1] + 1, before[2]];
            assert_eq!(told().await, expected, "{name}: {path} is told to Martin and Jo, once");
        }
        let letter = &world.letters_to("martin@mail.example").await[0];
        assert!(!letter.subject.contains("Alice"), "{name}: a letter names nobody");
    }
}
