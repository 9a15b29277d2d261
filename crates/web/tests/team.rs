//! A person's team: begun once, seen by those who read the case, told in its
//! history, and hidden from everyone else.

use domain::case::Voice;
use domain::case::notes::{Event, ReadBy};
use domain::team::TeamId;
use testkit::world::prose;
use testkit::{Stage, World, databases};

const WHY: &str = "We want to choose who helps, and when 💬";

#[tokio::test(flavor = "multi_thread")]
async fn begun_once_and_told_in_the_history() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Organise).await;
        let team = format!("/cases/{case}/team");
        let begin = format!("/cases/{case}/begin-team");
        let husband = world.client(world.people.husband).await;
        husband.get(&format!("/cases/{case}/people")).await.expect(200).says("The team of personal");
        husband.get(&team).await.expect(200).says("There is no team yet").says("Begin a team");

        world.seconds_later(60);
        let form = husband.get(&begin).await.expect(200);
        let (key, voice) = (form.value("key").expect("a key"), form.value("voice").expect("his own"));
        let page = husband.post(&begin, &[("key", &key), ("why", WHY)]).await.expect(422);
        page.says("Choose whose wish it is").says(WHY);
        let page = husband.post(&begin, &[("key", &key), ("voice", &voice)]).await.expect(422);
        page.says("Enter why you want a team");

        let fields = [("key", key.as_str()), ("voice", voice.as_str()), ("why", WHY)];
        for _ in 0..2 {
            husband.post(&begin, &fields).await.leads_to(&format!("{team}?done=begun"));
        }
        let letters = world.letters_to("jo@mendipvale.example").await;
        let of_it = letters.iter().filter(|one| one.subject == "A team was begun").count();
        assert_eq!(of_it, 1, "{name}: she is told once, though it was sent twice");
        let other = TeamId(world.app.id()).to_string();
        let fields = [("key", other.as_str()), ("voice", "person"), ("why", "Another one")];
        let page = husband.post(&begin, &fields).await.expect(422);
        page.says("There is a team already").says("Another one");
        let page = husband.get(&begin).await.expect(200).says("There is a team already");
        assert!(page.attributes("main a", "href").contains(&team), "{name}: where to go on");
        page.never_says("Why do you want a team?");
        let page = husband.get(&team).await.expect(200).says(WHY).never_says("Begin a team");
        let page = page.says("Nobody yet").says("Jo Field moves next");
        assert!(page.attributes("main a", "href").contains(&format!("/cases/{case}/help")), "a way on");
        let alice = world.client(world.people.alice).await;
        alice.get(&team).await.expect(200).says("people whom you employ");

        let history = format!("/cases/{case}/history");
        world.days_later(1);
        let note = Event::Written { text: prose("A day later"), read_by: ReadBy::Everyone };
        world.say(case, world.people.nurse, note).await;
        let nurse = world.client(world.people.nurse).await;
        let all = nurse.get(&history).await.expect(200);
        let at = |words: &str| all.main().find(words).unwrap_or_else(|| panic!("{name}: {words}"));
        assert!(
            at("A day later") < at("A team of personal assistants was begun"),
            "{name}: the newest first"
        );
        assert!(at("A team of personal assistants was begun") < at("The plan was agreed"), "{name}");
        nurse.get(&format!("{history}?part=plan")).await.expect(200).never_says("A team of personal");
        // Its own place in the history is an address that shows it first.
        let links = all.attributes("li[id^='team-'] a", "href");
        let page = nurse.get(links.first().expect("a link")).await.expect(200);
        page.says("A team of personal assistants was begun").never_says("A day later");
        // An address with the number of an event of the case alone shows what is no newer.
        let seq = world.case(case).await.version;
        let then = nurse.get(&format!("{history}?before={}", seq + 1)).await.expect(200);
        then.says("A day later").says("A team of personal assistants was begun");
        let then = nurse.get(&format!("{history}?before={seq}")).await.expect(200);
        then.never_says("A day later").never_says("A team of personal assistants was begun");
        assert!(world.app.check_lists(|_| {}).await.expect("checked").differences.is_empty(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_before_the_plan_is_agreed_and_hidden_from_strangers() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Plan).await;
        let team = format!("/cases/{case}/team");
        let husband = world.client(world.people.husband).await;
        husband.get(&team).await.expect(200).says("once the plan is agreed").never_says("Begin a team");
        let id = TeamId(world.app.id());
        let fields = [("key", &*id.to_string()), ("voice", "person"), ("why", WHY)];
        let begin = format!("/cases/{case}/begin-team");
        let page = husband.post(&begin, &fields).await.expect(422);
        page.says("The plan has not been agreed yet").says(WHY);
        let page = husband.get(&begin).await.expect(200).says("The plan has not been agreed yet");
        assert!(page.attributes("main a", "href").contains(&format!("/cases/{case}/sign-off")), "{name}");
        page.never_says("Why do you want a team?");
        world.client(world.people.commissioner).await.post(&begin, &fields).await.expect(403);
        world.client(world.people.finance1).await.get(&team).await.expect(403);
        for stranger in [world.people.tim, world.people.framework_owner] {
            let stranger = world.client(stranger).await;
            stranger.get(&team).await.expect(404);
            stranger.post(&begin, &fields).await.expect(404);
        }
        let (app, nurse) = (&world.app, world.actor(world.people.nurse).await);
        let no = app.begin_team(&nurse, case, id, Voice::Person, prose(WHY)).await.expect_err(name);
        assert!(!matches!(no, service::Error::Hidden), "{name}: she knows of the case");
        let (_, found) = app.team(&nurse, case).await.expect("she reads it");
        assert_eq!(found, None, "{name}: nothing was begun");
    }
}
