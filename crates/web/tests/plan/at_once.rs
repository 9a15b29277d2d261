//! Her husband and the broker at the same outcome, risk, action or line.

use super::*;

const LISTS: [&str; 4] = ["outcomes", "risks", "actions", "money"];

/// A plan with one thing in each list that nothing else is for.
struct Lists {
    d: Planning,
    /// What the actions and the money are for.
    outcome: String,
    voices: [String; 2],
}

impl Lists {
    async fn at(url: &str) -> Self {
        let d = Planning::at(url, Stage::Plan).await;
        let outcome = d.outcome("She sleeps").await;
        let voices = [d.husbands().await, d.voice(d.world.people.broker).await];
        Self { d, outcome, voices }
    }

    /// The fields of a list's form, with these words in the field that tells
    /// versions apart.
    fn typed(&self, list: &str, words: &str, voice: usize) -> Vec<(&'static str, String)> {
        let mut fields: Vec<(&str, &str)> = match list {
            "outcomes" => vec![("words", words), ("aim", ["kept", "avoided"][voice])],
            "risks" => vec![("words", "Nobody comes"), ("what-we-do", words), ("who", "Martin")],
            "actions" => vec![
                ("what", "See the therapist"),
                ("who", "Martin"),
                ("paid", "no"),
                ("when", "soon"),
                ("outcomes", &self.outcome),
                ("otherwise", words),
            ],
            _ => vec![
                ("what", words),
                ("kind", "agency"),
                ("funder", "council"),
                ("amount", ["100", "120"][voice]),
                ("every", "once"),
                ("outcomes", &self.outcome),
                ("own", ["5", ""][voice]),
            ],
        };
        fields.push(("voice", &self.voices[voice]));
        fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// Adds one thing to a list and gives the address of its page.
    async fn add(&self, list: &str) -> String {
        let add = self.d.page(&format!("/{list}/add"));
        let key = self.d.husband.get(&add).await.expect(200).value("key").expect("a key");
        let mut fields = self.typed(list, "As it was", 0);
        fields.push(("key", key.clone()));
        post(&self.d.husband, &add, &fields).await.leads_to(&self.d.page(&format!("/{list}?done=added")));
        self.d.page(&format!("/{list}/{key}"))
    }

    /// The same fields, from the version that a page showed.
    fn from(&self, list: &str, words: &str, voice: usize, page: &Page) -> Vec<(&'static str, String)> {
        let mut fields = self.typed(list, words, voice);
        fields.push(("based-on", page.value("based-on").expect("a number")));
        fields
    }
}

async fn post(client: &Client, path: &str, fields: &[(&'static str, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    client.post(path, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_change_the_same_thing_both_stand_until_one_is_kept() {
    for (_, url) in databases::both() {
        let lists = Lists::at(&url).await;
        let d = &lists.d;
        for list in LISTS {
            let item = lists.add(list).await;
            let opened = (d.husband.get(&item).await.expect(200), d.broker.get(&item).await.expect(200));
            let one = lists.from(list, "Martin wrote this", 0, &opened.0);
            let two = lists.from(list, "Sam wrote that", 1, &opened.1);
            let both = tokio::join!(post(&d.husband, &item, &one), post(&d.broker, &item, &two));
            for answer in [&both.0, &both.1] {
                assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
            }
            let told =
                if both.0.location().is_some_and(|to| to.contains("beside")) { both.0 } else { both.1 };
            let together = d.husband.follow(told).await.expect(200).says("Nothing is lost");
            together.says("Bring the versions together").says("Until then the newest counts");
            // A form sent again adds nothing; everywhere both are shown.
            post(&d.husband, &item, &one).await.leads_to(&item);
            for page in [format!("/{list}"), "/whole".to_owned()] {
                let page = d.broker.get(&d.page(&page)).await.expect(200);
                let page = page.says("Two people changed this at the same time").says("Martin wrote this");
                page.says("Sam wrote that").says("Bring the versions");
            }
            d.husband.get(&d.page("")).await.says("1 to bring together").says("they stand side by side");
            // The one that stands beside is kept, by its button.
            let page = d.broker.get(&item).await.expect(200);
            assert_eq!(page.select(".phb-beside-each .phb-version").len(), 2, "both in full");
            let card = ".phb-beside-each .nhsuk-card:nth-child(2)";
            let kept = page.select(&format!("{card} .phb-version")).concat();
            let names = page.attributes(&format!("{card} form input"), "name");
            let values = page.attributes(&format!("{card} form input"), "value");
            let fields: Vec<(&str, &str)> =
                names.iter().zip(&values).map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let list_page = d.page(&format!("/{list}"));
            d.broker.post_bare(&item, &fields).await.leads_to(&format!("{list_page}?done=together"));
            d.broker.post_bare(&item, &fields).await.leads_to(&list_page);
            let (stays, goes) = ("Martin wrote this", "Sam wrote that");
            let (stays, goes) = if kept.contains(stays) { (stays, goes) } else { (goes, stays) };
            let after = d.husband.get(&list_page).await.expect(200).says(stays);
            after.never_says(goes).never_says("Two people changed");
            let history = d.husband.get(&format!("/cases/{}/history?part=plan", d.case)).await.expect(200);
            history.says(goes).says("both versions stood side by side").says("became this one");
            d.husband.get(&d.page("")).await.never_says("they stand side by side");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_can_be_written_into_one_and_what_is_wrong_is_said_beside_the_news() {
    for (_, url) in databases::both() {
        let lists = Lists::at(&url).await;
        let d = &lists.d;
        for list in LISTS {
            let item = lists.add(list).await;
            let opened = d.husband.get(&item).await.expect(200);
            post(&d.broker, &item, &lists.from(list, "Sam wrote that", 1, &opened)).await.expect(303);
            let mut nobodys = lists.from(list, "Martin wrote this", 0, &opened);
            nobodys.retain(|(name, _)| *name != "voice");
            let told = post(&d.husband, &item, &nobodys).await.expect(422);
            let told =
                told.says("Choose whose words these are").says("Somebody else changed this while you did");
            let told = told.says("Sam wrote that");
            let typed = ["words", "what-we-do", "otherwise", "what"].map(|field| told.value(field));
            assert!(typed.contains(&Some("Martin wrote this".into())), "{typed:?}");
            post(&d.husband, &item, &lists.from(list, "Martin wrote this", 0, &told)).await.leads_to(&item);
            let both = d.broker.get(&item).await.expect(200).says("Save as one version");
            post(&d.broker, &item, &lists.from(list, "Both of us", 1, &both))
                .await
                .leads_to(&d.page(&format!("/{list}?done=together")));
            let after = d.husband.get(&d.page(&format!("/{list}"))).await.says("Both of us");
            after.never_says("Sam wrote that").never_says("Martin wrote this");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_out_meanwhile_can_be_added_again_with_the_same_words() {
    for (_, url) in databases::both() {
        let lists = Lists::at(&url).await;
        let d = &lists.d;
        for list in LISTS {
            let item = lists.add(list).await;
            let opened = d.broker.get(&item).await.expect(200);
            let remove = format!("{item}/remove");
            let seen = d.husband.get(&remove).await.expect(200).value("based-on").expect("a number");
            let why = [("why", "We do without"), ("based-on", seen.as_str())];
            d.husband.post(&remove, &why).await.expect(303);
            let typed = lists.from(list, "Sam’s long words", 1, &opened);
            let back = post(&d.broker, &item, &typed).await.expect(422);
            let back = back.says("Martin Hale took this out of the plan while you wrote");
            let back = back.says("We do without").says("Add it again, with these words");
            let add = back.attributes("button[formaction]", "formaction");
            assert_eq!(add, [d.page(&format!("/{list}/add"))]);
            // The page itself has every word, so its one button is enough.
            let mut fields = typed.clone();
            for (name, value) in &fields {
                assert_eq!(back.value(name).as_ref().unwrap_or(&String::new()), value, "{name} came back");
            }
            fields.push(("key", back.value("key").expect("a key")));
            for _ in 0..2 {
                post(&d.broker, &add[0], &fields).await.leads_to(&d.page(&format!("/{list}?done=added")));
            }
            let page = d.husband.get(&d.page(&format!("/{list}"))).await.expect(200);
            let all = page.select(".phb-outcome");
            assert_eq!(all.iter().filter(|one| one.contains("Sam’s long words")).count(), 1, "{all:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_meanwhile_is_shown_before_it_is_taken_out() {
    for (_, url) in databases::both() {
        let lists = Lists::at(&url).await;
        let d = &lists.d;
        for list in LISTS {
            let item = lists.add(list).await;
            let remove = format!("{item}/remove");
            let asked = d.husband.get(&remove).await.expect(200).says("As it was");
            let opened = d.broker.get(&item).await.expect(200);
            post(&d.broker, &item, &lists.from(list, "Sam’s new words", 1, &opened)).await.expect(303);
            let seen = asked.value("based-on").expect("a number");
            let why = [("why", "We do without"), ("based-on", seen.as_str())];
            let told = d.husband.post(&remove, &why).await.expect(422);
            let told = told.says("This was changed since you opened the page").says("Sam’s new words");
            assert_eq!(told.value("why").as_deref(), Some("We do without"), "the reason is kept");
            d.husband.get(&d.page(&format!("/{list}"))).await.says("Sam’s new words");
            let seen = told.value("based-on").expect("a number");
            let why = [("why", "We do without"), ("based-on", seen.as_str())];
            d.husband.post(&remove, &why).await.leads_to(&d.page(&format!("/{list}?done=removed")));
        }
    }
}
