//! A world in which every form can be found: cases at every stage, and in
//! each what somebody has to have done before a form is there.

use super::fill::sensible;
use super::judge;
use super::names::namesakes;
use super::read::{self, Form, route_of};
use axum::http::Method;
use domain::access::Post;
use domain::case::circle::{self, ConsentAbout};
use domain::case::{Voice, plan};
use domain::{AccountId, CaseId, dates};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use testkit::world::{START, prose};
use testkit::{Client, Frozen, Page, Stage, World, databases};

/// Somebody who looks at every page that they are led to from `starts`.
#[derive(Clone, Debug)]
pub struct Reader {
    pub name: String,
    /// Nobody who is signed in, where there is none.
    pub account: Option<AccountId>,
    pub session: Option<String>,
    /// Whether the code of their second step is still to be given.
    pub is_half: bool,
    pub starts: Vec<String>,
}

/// Every form that was found, and the world that it was found in.
pub struct Found {
    pub frozen: Frozen,
    pub readers: Vec<Reader>,
    pub forms: Vec<Form>,
    /// Forms that nobody could fill in, and what was said.
    pub stubborn: Vec<String>,
    /// Every form that was found, also where there are many that are alike.
    pub all: Vec<Form>,
    /// Addresses of things inside a case that somebody was led to.
    pub inside: BTreeSet<String>,
    /// What is called the same on one page, and is not the same.
    pub namesakes: BTreeSet<String>,
    /// David's, in which Dee has a place and nothing is there yet.
    pub other: CaseId,
    /// One like Alice's, in which the same people have places.
    pub twin: CaseId,
}

impl Found {
    /// The moment at which the clock of the world stands.
    pub fn now(&self) -> i64 {
        START.parse::<domain::Timestamp>().expect("an instant").as_second()
    }

    pub fn client(&self, world: &World, form: &Form) -> Client {
        world.browser(self.readers[form.reader].session.clone())
    }
}

pub async fn find() -> Found {
    let url = databases::sqlite_url();
    let world = World::with(&url, |settings| settings.demo = true).await;
    let mut scenes = Scenes { world: &world, readers: vec![] };
    scenes.first_contact().await;
    scenes.confirming().await;
    scenes.needs().await;
    scenes.budget().await;
    scenes.plan().await;
    scenes.sign_off().await;
    scenes.agreement().await;
    scenes.living().await;
    scenes.outside_cases().await;
    let (other, twin) = (world.other_case().await, world.case_at(Stage::Review).await);
    let readers = scenes.readers;
    let (mut like, mut inside): (BTreeMap<String, Vec<Form>>, BTreeSet<String>) = Default::default();
    let mut namesakes = BTreeSet::new();
    for (number, reader) in readers.iter().enumerate() {
        let walked = walk(&world, reader, number).await;
        inside.extend(walked.pages.into_iter().filter(|path| path.starts_with("/cases/")));
        namesakes.extend(walked.namesakes);
        for form in walked.forms {
            like.entry(form.signature()).or_default().push(form);
        }
    }
    let mut found = Found {
        frozen: Frozen::of(world, &url).await,
        readers,
        forms: vec![],
        stubborn: vec![],
        all: vec![],
        inside,
        namesakes,
        other,
        twin,
    };
    found.all = like.values().flatten().cloned().collect();
    for (signature, forms) in like {
        match found.taken(&forms).await {
            Ok((form, next)) => {
                found.forms.push(form.clone());
                found.forms.extend(next);
            }
            Err(said) => found.stubborn.push(format!("{signature}\n    {said}")),
        }
    }
    found
}

impl Found {
    /// The first of forms that are alike which is taken when it is filled in
    /// sensibly, with the steps that come after it; or what was said of the
    /// last one.
    async fn taken<'a>(&self, forms: &'a [Form]) -> Result<(&'a Form, Vec<Form>), String> {
        let mut said = String::new();
        for form in forms {
            let thawed = self.frozen.thaw().await;
            let client = self.client(&thawed.world, form);
            let now = thawed.world.app.clock.now().as_second();
            let mut page = sensible(form, now).by(&client, form).await;
            if !judge::is_taken(form, &page) {
                said = format!(
                    "{} {}: {} {}",
                    self.readers[form.reader].name,
                    form.page,
                    page.status,
                    page.main()
                );
                continue;
            }
            let (mut steps, mut seen) = (vec![], BTreeSet::from([form.signature()]));
            while let Some(step) = next_step(form, &page).filter(|step| seen.insert(step.signature())) {
                page = sensible(&step, now).by(&client, &step).await;
                if !judge::is_taken(&step, &page) {
                    return Err(format!("step {}: {} {}", seen.len(), page.status, page.main()));
                }
                steps.push(step);
            }
            return Ok((form, steps));
        }
        Err(said)
    }
}

/// The form of the same route on the page that answers one.
fn next_step(form: &Form, page: &Page) -> Option<Form> {
    let forms = read::forms(&page.html, &form.page, form.reader);
    forms.into_iter().find(|next| page.status == 200 && next.action == form.action)
}

/// How many pages of one kind somebody looks at: the next would be like them.
const ALIKE: usize = 5;

/// What somebody found.
#[derive(Default)]
struct Walked {
    pages: Vec<String>,
    forms: Vec<Form>,
    namesakes: Vec<String>,
}

/// Every page that somebody is led to, from one to the next.
async fn walk(world: &World, reader: &Reader, number: usize) -> Walked {
    let client = world.browser(reader.session.clone());
    let in_case = reader.starts.first().filter(|s| s.starts_with("/cases/")).cloned();
    let mut waiting: VecDeque<String> = reader.starts.iter().cloned().collect();
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    let mut walked = Walked::default();
    while let Some(path) = waiting.pop_front() {
        let Some(route) = route_of(&Method::GET, &path) else { panic!("{path} leads nowhere") };
        let count = alike.entry(route).or_default();
        *count += 1;
        if *count > ALIKE {
            continue;
        }
        let page = client.get(&path).await;
        assert!(page.status.as_u16() < 500, "{}: {path} gave {}", reader.name, page.status);
        let (forms, links) = read::forms_and_links(&page.html, &path, number);
        walked.forms.extend(forms);
        walked.namesakes.extend(namesakes(&page.html, route));
        for to in page.location().into_iter().chain(links) {
            let to = to.split(['?', '#']).next().unwrap_or_default().to_owned();
            let near = match &in_case {
                Some(case) => to.starts_with(case.as_str()),
                None => to.starts_with('/') && !to.starts_with("/cases/0"),
            };
            let is_page =
                !to.contains("/documents/") && !to.contains("/files/") && !to.starts_with("/assets/");
            if near && is_page && seen.insert(to.clone()) {
                waiting.push_back(to);
            }
        }
        walked.pages.push(path);
    }
    walked
}

/// Somebody who has no sign-in yet.
const FRIEND: [(&str, &str); 1] = [("role", "family-carer")];

struct Scenes<'a> {
    world: &'a World,
    readers: Vec<Reader>,
}

impl Scenes<'_> {
    /// These people look at all of this case.
    async fn readers_of(&mut self, case: CaseId, who: &[AccountId]) {
        self.readers_at(&format!("/cases/{case}"), who).await;
    }

    /// These people look at a page, and at those below it.
    async fn readers_at(&mut self, page: &str, who: &[AccountId]) {
        for account in who {
            self.reader(*account, vec![page.to_owned()]).await;
        }
    }

    async fn reader(&mut self, account: AccountId, starts: Vec<String>) {
        let session = self.world.session(account).await;
        self.reader_in(account, session, false, starts);
    }

    fn reader_in(&mut self, account: AccountId, session: String, is_half: bool, starts: Vec<String>) {
        let all = self.world.people.all();
        let name = all.iter().find(|p| p.0 == account).map_or("Somebody", |p| p.1).to_owned();
        self.readers.push(Reader { name, account: Some(account), session: Some(session), is_half, starts });
    }

    /// Somebody opens a page and sends the form on it that goes to `route`,
    /// sensibly filled in but for these fields.
    async fn send(&self, who: AccountId, page: &str, route: &str, but: &[(&str, &str)]) -> Page {
        let client = self.world.client(who).await;
        let shown = client.follow(client.get(page).await).await;
        let forms = read::forms(&shown.html, page, 0);
        let form = forms.iter().find(|f| f.route == route);
        let form = form.unwrap_or_else(|| panic!("{page} has no form for {route}: {}", shown.main()));
        let mut sent = sensible(form, self.world.app.clock.now().as_second());
        for (name, value) in but {
            sent = sent.but(name, &[value]);
        }
        let answer = sent.by(&client, form).await;
        assert_eq!(answer.status, 303, "{page} {route}: {}", answer.main());
        answer
    }

    /// Somebody is to look after the money and to sign in: it waits.
    async fn confirming(&mut self) {
        let p = self.world.people;
        let case = self.world.case_at(Stage::Contact).await;
        let new = format!("/cases/{case}/people/new");
        self.send(p.coordinator, &new, "/cases/{id}/people", &FRIEND).await;
        let friend = self.world.case(case).await.circle.members.last().expect("a friend").id;
        let page = format!("/cases/{case}/people/{friend}");
        let nominee = [("footing", "nominee")];
        self.send(p.coordinator, &page, "/cases/{id}/people/{who}/footing", &nominee).await;
        // Somebody who works in the area, so that this is asked too.
        let own = [("email", "tess@valesupported.example")];
        self.send(p.coordinator, &page, "/cases/{id}/people/{who}/invite", &own).await;
        self.readers_at(&page, &[p.coordinator, p.nurse, p.alice]).await;
        // Somebody whom one colleague alone has let in, and who is not set up.
        let case = self.world.case_at(Stage::Contact).await;
        let new = format!("/cases/{case}/people/new");
        self.send(p.coordinator, &new, "/cases/{id}/people", &FRIEND).await;
        let friend = self.world.case(case).await.circle.members.last().expect("a friend").id;
        let page = format!("/cases/{case}/people/{friend}");
        let own = [("email", "let-in@mail.example")];
        self.send(p.coordinator, &page, "/cases/{id}/people/{who}/invite", &own).await;
        self.readers_at(&page, &[p.coordinator, p.nurse, p.alice]).await;
    }

    async fn first_contact(&mut self) {
        let p = self.world.people;
        let new = self.world.case_at(Stage::Contact).await;
        self.send(p.husband, &format!("/cases/{new}/people/new"), "/cases/{id}/people", &FRIEND).await;
        let route = "/cases/{id}/consent/{about}/withdraw";
        self.send(p.husband, &format!("/cases/{new}/consent/direct-payment"), route, &[]).await;
        let friend = self.world.case(new).await.circle.members.last().expect("a friend").id;
        let (friend, route) = (format!("/cases/{new}/people/{friend}"), "/cases/{id}/people/{who}/footing");
        self.send(p.husband, &friend, route, &[("footing", "helps-to-communicate")]).await;
        self.readers_at(&friend, &[p.husband]).await;
        self.crowd(new).await;
        self.readers_of(new, &[p.coordinator, p.husband]).await;
        let offered = self.world.case_at(Stage::Contact).await;
        let at = |page: &str| format!("/cases/{offered}/{page}");
        self.send(p.coordinator, &at("offer"), "/cases/{id}/offer", &[]).await;
        for _ in 0..2 {
            self.send(p.husband, &at("questions"), "/cases/{id}/questions", &[]).await;
        }
        let answered = self.world.case(offered).await.offer.questions[0].id;
        let question = at(&format!("questions/{answered}"));
        self.send(p.coordinator, &question, "/cases/{id}/questions/{question}/answer", &[]).await;
        self.crowd(offered).await;
        self.readers_of(offered, &[p.coordinator, p.husband]).await;
    }

    async fn needs(&mut self) {
        let p = self.world.people;
        let case = self.world.case_at(Stage::Needs).await;
        let framework = testkit::demo::area::framework(self.world.place.area);
        let questions = &framework.method().expect("a method").questions;
        for (who, level) in [(p.husband, "1"), (p.coordinator, "0")] {
            let page = format!("/cases/{case}/needs/questions/{}", questions[0].key);
            let route = "/cases/{id}/needs/questions/{key}";
            let voice = self.world.case(case).await.circle.voice_of(who).expect("a voice");
            let voice = web::voice::value(voice);
            self.send(who, &page, route, &[("level", level), ("voice", &voice)]).await;
        }
        self.send(p.husband, &format!("/cases/{case}/needs/add"), "/cases/{id}/needs/add", &[]).await;
        self.crowd(case).await;
        self.readers_of(case, &[p.husband, p.coordinator]).await;
    }

    async fn budget(&mut self) {
        let p = self.world.people;
        let assessed = self.world.case_at(Stage::Money).await;
        self.readers_of(assessed, &[p.coordinator, p.husband]).await;
        let worked_out = self.world.case_at(Stage::Money).await;
        let budget = format!("/cases/{worked_out}/budget");
        self.send(p.coordinator, &budget, "/cases/{id}/budget/work-out", &[]).await;
        self.readers_at(&budget, &[p.coordinator]).await;
        let open_again = self.world.case_at(Stage::Money).await;
        let reopen = format!("/cases/{open_again}/needs/reopen");
        self.send(p.coordinator, &reopen, "/cases/{id}/needs/reopen", &[]).await;
        self.readers_at(&format!("/cases/{open_again}/needs"), &[p.coordinator]).await;
    }

    async fn plan(&mut self) {
        let p = self.world.people;
        let case = self.world.case_at(Stage::Plan).await;
        let at = |page: &str| format!("/cases/{case}/{page}");
        self.send(p.husband, &at("budget/question"), "/cases/{id}/budget/question", &[]).await;
        self.send(p.husband, &at("plan/outcomes/add"), "/cases/{id}/plan/outcomes/add", &[]).await;
        self.send(p.husband, &at("plan/risks/add"), "/cases/{id}/plan/risks/add", &[]).await;
        self.send(p.husband, &at("plan/actions/add"), "/cases/{id}/plan/actions/add", &[]).await;
        let notional = [("mode", "notional")];
        self.send(p.husband, &at("plan/holding/add"), "/cases/{id}/plan/holding/add", &notional).await;
        self.send(p.husband, &at("plan/money/add"), "/cases/{id}/plan/money/add", &[]).await;
        // One of each that nothing else hangs on.
        self.send(p.husband, &at("plan/outcomes/add"), "/cases/{id}/plan/outcomes/add", &[]).await;
        let own = [("mode", "direct-payment"), ("name", "Our own helpers")];
        self.send(p.husband, &at("plan/holding/add"), "/cases/{id}/plan/holding/add", &own).await;
        self.crowd(case).await;
        self.readers_of(case, &[p.husband, p.coordinator, p.nurse, p.broker]).await;
    }

    /// Others come to the circle who speak for the person about something else,
    /// or do not decide for them at all.
    async fn crowd(&self, case: CaseId) {
        let footings = [
            ("Mona Hale", circle::Footing::Attorney, &[circle::Matter::Money][..]),
            ("Carl Hale", circle::Footing::Attorney, &[circle::Matter::Care][..]),
            ("Nia Hale", circle::Footing::Nominee, &[]),
            ("Hal Hale", circle::Footing::HelpsToCommunicate, &[]),
        ];
        for (name, footing, matters) in footings {
            let (member, by) = (domain::MemberId(self.world.app.id()), self.world.people.coordinator);
            let role = circle::CaseRole::FamilyCarer;
            let (name, relation) = (testkit::world::line(name), testkit::world::line("cousin"));
            let (account, organisation) = (None, None);
            let joined =
                circle::Event::MemberJoined { id: member, name, relation, role, account, organisation };
            let named = circle::Event::MattersNamed { member, footing, matters: matters.to_vec() };
            let (about, evidence) = (prose("What the paper says"), Some(testkit::world::line("The paper")));
            let speaks = circle::Event::SpeakerRecognised { member, footing, about, evidence };
            self.world.say(case, by, joined).await;
            if footing.decides() {
                self.world.say(case, by, named).await;
            }
            self.world.say(case, by, speaks).await;
        }
    }

    /// A plan that was agreed and changed since, so that it can be sent.
    async fn to_be_sent(&self) -> CaseId {
        let case = self.world.case_at(Stage::Organise).await;
        let on = dates::months_after(self.world.today(), 1);
        self.world.say(case, self.world.people.husband, plan::Event::FirstReviewSet { on }).await;
        case
    }

    async fn sign_off(&mut self) {
        let p = self.world.people;
        let ready = self.to_be_sent().await;
        self.readers_of(ready, &[p.husband]).await;
        let mut cases = vec![];
        for _ in 0..5 {
            let case = self.to_be_sent().await;
            let page = format!("/cases/{case}/sign-off");
            self.send(p.husband, &page, "/cases/{id}/sign-off/send", &[]).await;
            cases.push((case, page));
        }
        self.readers_at(&cases[0].1, &[p.nurse, p.husband]).await;
        for (_, page) in &cases[1..3] {
            self.send(p.nurse, page, "/cases/{id}/sign-off/decide", &[]).await;
        }
        self.crowd(cases[1].0).await;
        self.readers_at(&cases[1].1, &[p.husband]).await;
        self.send(p.husband, &cases[2].1, "/cases/{id}/sign-off/appeal", &[]).await;
        self.readers_at(&cases[2].1, &[p.commissioner]).await;
        for (number, (case, page)) in cases[3..].iter().enumerate() {
            self.make_dear(*case).await;
            self.readers_at(page, &[p.nurse]).await;
            if number == 1 {
                self.send(p.nurse, page, "/cases/{id}/sign-off/pass-on", &[]).await;
                self.readers_at(page, &[p.commissioner]).await;
            }
        }
    }

    /// More than the nurse may agree to.
    async fn make_dear(&self, case: CaseId) {
        let p = self.world.people;
        let (nhs, council) = (domain::Pence(9_000_000), domain::Pence(9_000_000));
        let why = prose("It costs more here.");
        let event = domain::case::budget::Event::Adjusted { nhs, council, start_up: domain::Pence(0), why };
        self.world.say(case, p.coordinator, event).await;
        let route = "/cases/{id}/plan/money/add";
        let much = [("amount", "60000"), ("every", "year")];
        self.send(p.husband, &format!("/cases/{case}/plan/money/add"), route, &much).await;
    }

    async fn agreement(&mut self) {
        let p = self.world.people;
        let mut cases = vec![];
        for _ in 0..4 {
            let case = self.world.case_at(Stage::Organise).await;
            let consent = circle::Event::ConsentGiven {
                about: ConsentAbout::DirectPayment,
                voice: Voice::Person,
                how: prose("One blink."),
            };
            self.world.say(case, p.husband, consent).await;
            cases.push((case, format!("/cases/{case}/agreement")));
        }
        let change = format!("{}/change", cases[3].1);
        let notional = [("mode", "notional")];
        self.send(p.coordinator, &change, "/cases/{id}/agreement/change", &notional).await;
        let teller = self.world.teller(cases[3].0);
        let sent = teller.sends(p.husband, None).await.expect("it is sent");
        teller.agrees(sent, "The same care, held another way.").await.expect("it is agreed");
        for (_, page) in &cases[1..] {
            self.send(p.coordinator, page, "/cases/{id}/agreement/make", &[]).await;
        }
        for (_, page) in &cases[2..] {
            self.send(p.husband, page, "/cases/{id}/agreement/sign", &[]).await;
        }
        self.send(p.coordinator, &cases[3].1, "/cases/{id}/agreement/countersign", &[]).await;
        self.readers_of(cases[3].0, &[p.finance1]).await;
        self.reader(p.coordinator, vec![format!("/cases/{}/money/notional", cases[3].0)]).await;
        self.readers_at(&cases[0].1, &[p.coordinator]).await;
        self.crowd(cases[1].0).await;
        self.readers_at(&cases[1].1, &[p.husband]).await;
        self.readers_at(&cases[2].1, &[p.coordinator, p.commissioner]).await;
    }

    async fn living(&mut self) {
        let p = self.world.people;
        let quiet = self.world.case_at(Stage::Review).await;
        self.readers_of(quiet, &[p.husband, p.third_party, p.finance1]).await;
        let case = self.world.case_at(Stage::Review).await;
        let at = |page: &str| format!("/cases/{case}/{page}");
        let client = self.world.client(p.husband).await;
        let own = self.world.case(case).await;
        let own = own.plan.holdings.iter().find(|h| h.words.mode == plan::Mode::DirectPayment);
        let own = own.expect("a holding").id.to_string();
        let file = b"Date,Description,Amount\n03/03/2026,CAFE,-12.50\n03/03/2026,WAGES,-25.00\n\
            04/03/2026,A GIFT,33.00\n";
        let files = [("file", "march.csv", "text/csv", file.as_slice())];
        client.upload(&at("money/statement"), &[("holding", &own)], &files).await.expect(303);
        let lines = self.world.bank_lines(case).await;
        let cafe = lines.iter().find(|l| l.amount.0 == -1_250).expect("a line").id;
        let line = self.world.case(case).await.plan.lines[0].id.to_string();
        client.post(&at("money/match"), &[(&format!("for-{cafe}"), &line)]).await.expect(303);
        let first = self.world.case(case).await;
        let planned = first
            .arrangement
            .instalments
            .iter()
            .filter(|i| i.state == domain::case::arrangement::PaymentState::Planned);
        let due = planned.min_by_key(|i| i.planned.due).expect("a payment").planned.id;
        let finance = self.world.client(p.finance1).await;
        finance.post(&at(&format!("payments/{due}/release")), &[]).await.expect(303);
        self.send(p.husband, &at("reviews"), "/cases/{id}/reviews/ask", &[]).await;
        self.crowd(case).await;
        self.copy_asked_for(case).await;
        self.rights_used(case).await;
        self.readers_of(case, &[p.husband, p.coordinator, p.finance1, p.finance2, p.third_party]).await;
        for line in lines {
            self.reader(p.husband, vec![at(&format!("money/payments/{}", line.id))]).await;
        }
        self.accounts().await;
    }

    /// One account waits for a second person, and one was ended with money in it.
    async fn accounts(&mut self) {
        use domain::case::arrangement::Event as E;
        let p = self.world.people;
        let (waits, ended) =
            (self.world.case_at(Stage::Review).await, self.world.case_at(Stage::Review).await);
        let own = |case: &domain::case::Case| {
            let own = case.plan.holdings.iter().find(|h| h.words.mode == plan::Mode::DirectPayment);
            own.expect("a holding").id
        };
        let holding = own(self.world.case(waits).await.as_ref());
        let (name, last_four) = (testkit::world::line("Another account"), "1234".to_owned());
        self.world.say(waits, p.finance1, E::AccountChangeEntered { holding, name, last_four }).await;
        self.reader(p.finance2, vec![format!("/cases/{waits}/payments/plan")]).await;
        let holding = own(self.world.case(ended).await.as_ref());
        let why = prose("It is too much work.");
        self.world
            .say(ended, p.husband, plan::Event::HoldingEnded { id: holding, on: self.world.today(), why })
            .await;
        self.world.say(ended, p.husband, E::MoneyLeft { holding, left: domain::Pence(12_050) }).await;
        self.reader(p.coordinator, vec![format!("/cases/{ended}/agreement/left/{holding}")]).await;
    }

    /// A copy of everything is ready, and something that was said in confidence
    /// is still to be looked at.
    async fn copy_asked_for(&self, case: CaseId) {
        use domain::case::notes::{Event, ReadBy};
        let (text, read_by) = (prose("Ring the sister first."), ReadBy::Professionals);
        self.world.say(case, self.world.people.coordinator, Event::Written { text, read_by }).await;
        let (page, route) = (format!("/cases/{case}/everything"), "/cases/{id}/everything");
        self.send(self.world.people.coordinator, &page, route, &[("voice", "person")]).await;
        self.world.app.work_once(None).await.expect("it is put together");
    }

    /// Of what may be asked about the record, one thing waits, one was refused and
    /// one holds.
    async fn rights_used(&self, case: CaseId) {
        let (coordinator, route) = (self.world.people.coordinator, "/cases/{id}/rights/ask/{right}");
        for right in ["object", "put-right", "restrict"] {
            let page = format!("/cases/{case}/rights/ask/{right}");
            self.send(coordinator, &page, route, &[("voice", "person"), ("until-year", "2027")]).await;
        }
        let asked = self.world.case(case).await;
        for (asked, answer) in asked.rights.asks[1..].iter().zip(["no", "yes"]) {
            let page = format!("/cases/{case}/rights/{}/answer", asked.id);
            self.send(coordinator, &page, "/cases/{id}/rights/{request}/answer", &[("answer", answer)]).await;
        }
        self.stated(case).await;
        let number = &asked.offer.opened.as_ref().expect("it is opened").reference;
        let page = format!("/admin/{}/keeping/hold", self.world.place.area);
        let route = "/admin/{area}/keeping/hold";
        self.send(self.world.people.admin, &page, route, &[("reference", number)]).await;
    }

    /// Their own words stand beside what was not put right.
    async fn stated(&self, case: CaseId) {
        let (coordinator, voice) = (self.world.people.coordinator, ("voice", "person"));
        let page = format!("/cases/{case}/rights/ask/put-right");
        self.send(coordinator, &page, "/cases/{id}/rights/ask/{right}", &[voice]).await;
        let asked = self.world.case(case).await.rights.asks.last().expect("it was asked").id;
        let page = |what: &str| format!("/cases/{case}/rights/{asked}/{what}");
        let route = "/cases/{id}/rights/{request}/answer";
        self.send(coordinator, &page("answer"), route, &[("answer", "no")]).await;
        let route = "/cases/{id}/rights/{request}/statement";
        self.send(coordinator, &page("statement"), route, &[voice]).await;
    }

    /// A case all of which is to be erased, as was granted.
    async fn erased(&self) -> CaseId {
        let case = self.world.case_at(Stage::Contact).await;
        // Who wrote it down does not grant that all of it is erased.
        let (coordinator, husband) = (self.world.people.coordinator, self.world.people.husband);
        let page = format!("/cases/{case}/rights/ask/erase");
        self.send(husband, &page, "/cases/{id}/rights/ask/{right}", &[("voice", "person")]).await;
        let asked = self.world.case(case).await.rights.asks[0].id;
        let page = format!("/cases/{case}/rights/{asked}/answer");
        let all = [("answer", "yes"), ("all", "yes")];
        self.send(coordinator, &page, "/cases/{id}/rights/{request}/answer", &all).await;
        case
    }

    /// One record is to be chosen, and another waits for a second person.
    async fn destroying(&mut self) {
        let (p, area) = (self.world.people, self.world.place.area);
        let case = self.erased().await;
        let (page, route) = (format!("/admin/{area}/keeping/destroy"), "/admin/{area}/keeping/destroy");
        self.send(p.admin, &page, route, &[("records", &format!("case:{case}"))]).await;
        self.erased().await;
        self.readers_at(&format!("/admin/{area}/disposals"), &[p.admin, p.framework_owner]).await;
    }

    async fn outside_cases(&mut self) {
        let (world, p) = (self.world, self.world.people);
        self.destroying().await;
        let taken = world.enquiry().await;
        self.send(p.coordinator, &format!("/enquiries/{taken}"), "/enquiries/{id}/take-on", &[]).await;
        world.enquiry().await;
        let offered = self.proposed("new@mail.example").await;
        self.confirmed(&offered).await;
        let invitation = self.newest_link().await;
        self.posts().await;
        world.nobody().post("/recover", &[("email", "dee@mail.example")]).await.expect(200);
        world.app.work_once(None).await.expect("the work is done");
        let recovery = self.newest_link().await;
        let invited = world.app.account_of("new@mail.example").await.expect("read").expect("an account");
        world.give_post(world.organisations.nhs, invited, Post::Practitioner).await;
        let invited = format!("/admin/{}/people/{invited}", world.place.area);
        self.reader(p.admin, vec![invited, offered]).await;
        for account in [p.coordinator, p.finance1, p.admin, p.framework_owner, p.husband] {
            self.reader(account, vec!["/home".into(), "/account".into()]).await;
        }
        self.second_steps().await;
        let half = world.app.start_session(p.finance2, "A test", false, None).await.expect("a session");
        self.readers.push(Reader {
            name: "Fay, without her code".into(),
            account: Some(p.finance2),
            session: Some(half),
            is_half: true,
            starts: vec!["/sign-in/code".into()],
        });
        let starts = ["/", "/demo", "/sign-in", &invitation, &recovery].map(str::to_owned).to_vec();
        self.readers.push(Reader {
            name: "Nobody".into(),
            account: None,
            session: None,
            is_half: false,
            starts,
        });
    }

    /// A proposal of Anna's that waits; gives its page.
    async fn proposed(&self, email: &str) -> String {
        let (world, p) = (self.world, self.world.people);
        let invite = format!("/admin/{}/people/invite", world.place.area);
        self.send(p.admin, &invite, "/admin/{area}/people/invite", &[("email", email)]).await;
        let anna = world.actor(p.admin).await;
        let all = world.app.posts_waiting(&anna, world.place.area).await.expect("what waits");
        let found = all.iter().find(|one| one.email == email).expect("the proposal");
        format!("/admin/{}/people/proposals/{}", world.place.area, found.proposal)
    }

    async fn confirmed(&self, page: &str) {
        let route = "/admin/{area}/people/proposals/{proposal}/confirm";
        self.send(self.world.people.admin2, page, route, &[]).await;
    }

    /// Posts that wait and are offered, somebody who left with a seat, and
    /// accounts that are closed.
    async fn posts(&mut self) {
        let (world, p, nhs) = (self.world, self.world.people, self.world.organisations.nhs);
        let waits = self.proposed("waits@mail.example").await;
        self.readers_at(&waits, &[p.admin, p.admin2]).await;
        let dees = self.proposed("dee@mail.example").await;
        self.confirmed(&dees).await;
        self.readers_at("/home", &[p.dee]).await;
        // Tim worked at the council once, and still has a seat on the record.
        let (case, council) = (world.other_case().await, world.organisations.council);
        world.give_post(council, p.tim, Post::Practitioner).await;
        let joined = circle::Event::MemberJoined {
            id: domain::MemberId(world.app.id()),
            name: testkit::world::line("Tim Ashby"),
            relation: testkit::world::line("social worker"),
            role: circle::CaseRole::CouncilWorker,
            account: Some(p.tim),
            organisation: Some(council),
        };
        world.say(case, p.coordinator, joined).await;
        let ended = domain::organisation::Event::PostEnded { account: p.tim, post: Post::Practitioner };
        let system = domain::Author::System;
        world.app.record_organisation(system, council, vec![ended]).await.expect("recorded");
        let people = format!("/admin/{}/people", world.place.area);
        self.readers_at(&format!("{people}/{}/hand-over", p.tim), &[p.admin]).await;
        // Two accounts are closed; for one of them somebody has asked to open it again.
        for (email, is_asked_for) in [("old@mail.example", false), ("back@mail.example", true)] {
            self.proposed(email).await;
            let account = world.app.account_of(email).await.expect("read").expect("an account");
            world.give_post(nhs, account, Post::Auditor).await;
            let page = format!("{people}/{account}");
            if is_asked_for {
                let closed = domain::account::Event::Closed { why: testkit::world::line("Left") };
                let asked =
                    domain::account::Event::ReopeningProposed { why: testkit::world::line("Is back") };
                let by = domain::Author::Account(p.admin);
                world.app.put_in_account(by, account, vec![closed, asked]).await.expect("recorded");
                self.readers_at(&page, &[p.admin2]).await;
            } else {
                self.send(p.admin, &page, "/admin/{area}/people/{id}/close", &[]).await;
                self.readers_at(&page, &[p.admin]).await;
            }
        }
    }

    /// Somebody without a post who has every second step, and has lost it; a
    /// colleague who has lost theirs; and somebody who is asked who they are.
    async fn second_steps(&mut self) {
        let (world, p) = (self.world, self.world.people);
        world.give_app(p.david).await;
        let client = world.client(p.david).await;
        let page = client.get("/account/passkeys").await;
        let asked = page.attributes("[data-phb-passkey]", "data-phb-asked").remove(0);
        let key = testkit::passkey::SoftPasskey::new("http://localhost:8080", 70);
        let fields = [("name", "His phone"), ("passkey", &key.make(&asked))];
        client.post("/account/passkeys", &fields).await.expect(303);
        for lost in [p.david, p.commissioner] {
            let half = world.half(lost).await;
            half.post("/sign-in/code/lost", &[]).await.expect(303);
        }
        let link = world.link_in_letter(Some("david@mail.example")).await;
        self.reader(p.david, vec!["/account/second-step".into(), link]).await;
        let lost = format!("/admin/{}/people/{}", world.place.area, p.commissioner);
        self.reader(p.admin, vec![lost]).await;
        let plain = world.app.start_session(p.husband, "A test", true, None).await.expect("a session");
        self.reader_in(p.husband, plain, false, vec!["/account/prove".into()]);
    }

    async fn newest_link(&self) -> String {
        self.world.link_in_letter(None).await
    }
}
