//! What was agreed to is taken back: somebody has to hear of it, and to act.

use domain::case::Voice;
use domain::case::circle::{self, ConsentAbout};
use testkit::world::prose;
use testkit::{Stage, World, databases};

const TASK: &str = "Consent was taken back to having a direct payment: talk with Alice Hale";

async fn told(world: &World, email: &str, subject: &str) -> usize {
    world.letters_to(email).await.iter().filter(|letter| letter.subject == subject).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_waits_for_the_coordinator_and_is_told() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        for about in [ConsentAbout::DirectPayment, ConsentAbout::TakingPart] {
            let how = prose("One blink.");
            let given = circle::Event::ConsentGiven { about, voice: Voice::Person, how };
            world.say(case, world.people.husband, given).await;
        }
        let jo = world.client(world.people.coordinator).await;
        let martin = world.client(world.people.husband).await;
        jo.get("/home").await.expect(200).never_says("Consent was taken back");
        let back = [("voice", "person"), ("how", "Two blinks, asked twice")];
        let withdraw = |about: &str| format!("/cases/{case}/consent/{about}/withdraw");
        jo.post(&withdraw("direct-payment"), &back).await.expect(303);
        let subject = "Something that was agreed to was taken back";
        assert_eq!(
            told(&world, "martin@mail.example", subject).await,
            1,
            "{name}: somebody else wrote it down"
        );
        assert_eq!(told(&world, "jo@mendipvale.example", subject).await, 0, "{name}: she knows");
        jo.get("/home").await.expect(200).says(TASK);
        jo.get(&format!("/cases/{case}")).await.expect(200).says(TASK);

        martin.post(&withdraw("taking-part"), &back).await.expect(303);
        assert_eq!(told(&world, "jo@mendipvale.example", subject).await, 1, "{name}: she talks with them");
        assert_eq!(told(&world, "martin@mail.example", subject).await, 1, "{name}: his own doing");
        let home = jo.get("/home").await.expect(200);
        home.says("Consent was taken back to having a personal health budget");

        // It waits until it is written down what was decided.
        let no = [("given", "no"), ("voice", "person"), ("how", "We talked: no, two blinks")];
        jo.post(&format!("/cases/{case}/consent/direct-payment"), &no).await.expect(303);
        jo.get(&format!("/cases/{case}")).await.expect(200).never_says(TASK);
        jo.get("/home").await.expect(200).never_says(TASK);
    }
}

/// What the person takes back themselves is between them and whoever works with
/// them; and it is not pushed out of sight by what they are asked besides.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_person_takes_back_is_told_to_nobody_of_theirs() {
    for (name, url) in databases::both() {
        let world = World::new(&url).await;
        let case = world.case_at(Stage::Review).await;
        let about = ConsentAbout::DirectPayment;
        let given = circle::Event::ConsentGiven { about, voice: Voice::Person, how: prose("One blink.") };
        world.say(case, world.people.husband, given).await;
        world.confirm_all(case).await;
        let alice = world.client(world.people.alice).await;
        let back = [("voice", "person"), ("how", "Two blinks")];
        alice.post(&format!("/cases/{case}/consent/direct-payment/withdraw"), &back).await.expect(303);
        let subject = "Something that was agreed to was taken back";
        assert_eq!(told(&world, "martin@mail.example", subject).await, 0, "{name}");
        assert_eq!(told(&world, "jo@mendipvale.example", subject).await, 1, "{name}: she talks with them");
        let jo = world.client(world.people.coordinator).await;
        jo.get("/home").await.expect(200).says(TASK);
        // The decision that she has not read comes before.
        let sent = alice.get(&format!("/cases/{case}/sign-off")).await;
        alice.follow(sent).await.expect(200);
        let page = alice.get(&format!("/cases/{case}")).await.expect(200);
        page.says("It was taken back what was agreed to about having a direct payment");
    }
}
