//! Who sees what of the record: what the person shares with each who helps, and
//! with organisations that hold money, part by part and until a day.

use crate::address::{Address as _, CasePage};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Column, DateInput, Look, Row, SummaryList, Table, Textarea, button, cell,
    checkboxes, date_input, hidden, inset_text, nothing_yet, page_heading, radios, summary_list, table,
    textarea, typed,
};
use crate::form::{Form, capital};
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::voice;
use crate::{Answer, ErrorPage, Me};
use axum::extract::Query;
use axum::response::Response;
use domain::access::{Action, Extent, Facts, RecordPart, Role, acts, acts_with, extent, sees};
use domain::case::circle::{self, ConsentAbout, Matter, Member, SharedWith, Sharing, Sight};
use domain::case::{Case, CaseRole, Voice};
use domain::dates::{long, moment};
use domain::listed;
use domain::{CaseId, Date, MemberId, OrganisationId};
use maud::{Markup, html};
use service::Seen;
use service::sharing::Sharer;
use std::collections::HashMap;
use strum::VariantArray;
use uuid::Uuid;

pub(super) fn declare(routes: &mut Routes) {
    let decide = Door::Case(Action::DecideSharing);
    routes.get("/cases/{id}/people/sharing", Door::Case(Action::SeePeople), show);
    routes.get("/cases/{id}/people/sharing/{with}", decide, one);
    routes.post("/cases/{id}/people/sharing/{with}", decide, save);
    routes.get("/cases/{id}/people/sharing/{with}/end", decide, end_page);
    routes.post("/cases/{id}/people/sharing/{with}/end", decide, take_back);
}

const TITLE: &str = "Who sees what";

/// With whom it is shared, as an address has it: the id of a member, or of an
/// organisation.
fn with_of(id: Uuid, case: &Case) -> SharedWith {
    match case.circle.member(MemberId(id)) {
        Some(member) => SharedWith::Member(member.id),
        None => SharedWith::Organisation(OrganisationId(id)),
    }
}

async fn show(me: Me, At(id): At<CaseId>, Query(query): Query<HashMap<String, String>>) -> Answer {
    let opened = me.open(id, Action::SeePeople, "people").await?;
    let flash = match query.get("done").map(String::as_str) {
        Some("shared") => Some("It is on the record, and counts from now on."),
        Some("ended") => Some("They see nothing any more, from now on."),
        _ => None,
    };
    let all = me.web().app.sharers(opened.case()).await?;
    Ok(opened.page(TITLE, flash, &overview(&opened, &all)))
}

fn overview(opened: &Opened, all: &[Sharer]) -> Markup {
    let case = opened.case();
    let name = case.person_name();
    let may_change = opened.may(Action::DecideSharing);
    let rows = all.iter().map(|sharer| row(&opened.seen, sharer, may_change)).collect();
    let columns = ["Who", "Sees", "May", "Does not see", "For how long"].map(Column::text).to_vec();
    html! {
        (page_heading(name, TITLE))
        p { @if opened.is_family() { "You decide" } @else { (name) " decides" }
            " what the people who help can see, and the organisations that hold money. It can be changed on any day." }
        @if all.iter().any(|sharer| case.circle.is_from_before(sharer.with)) {
            (inset_text(&html! {
                p { "Before, there was one yes or no for everyone who helps. It still counts for those who were there then, until you say what each of them sees." }
                p { "An organisation that holds money no longer reads the plan because of it." }
            }))
        }
        @if all.is_empty() {
            (nothing_yet("Nobody is here with whom you share part by part. Brokers, advocates and organisations that hold money appear here."))
        } @else {
            (table(&Table { first_names_row: true, ..Table::new("What each of them sees", columns, rows) }))
        }
        (the_rest(&opened.seen))
        p { a href=(CasePage::People.of(case.id).path()) { "Back to people" } }
    }
}

fn row(seen: &Seen, sharer: &Sharer, may_change: bool) -> Vec<Markup> {
    let case = &seen.case;
    let sight = case.circle.sight_of(sharer.with, seen.today);
    let mut cells = vec![html! { div {
        @if may_change { a href=(CasePage::SharingWith(sharer.with).of(case.id).path()) { (sharer.name) } } @else { (sharer.name) }
        br; span class="nhsuk-body-s" { (sharer.relation) }
    } }];
    let (sees, does_not_see) = in_words(sharer.with, sight);
    let may = may_do(sharer.with, sight);
    cells.extend([&sees, &may, &does_not_see].map(|all| one_below_the_other(all)));
    cells.push(cell(until_words(case, sharer.with, sight.something)));
    cells
}

fn one_below_the_other(parts: &[String]) -> Markup {
    html! {
        @if parts.is_empty() { "Nothing" }
        @else { ul class="nhsuk-list" { @for part in parts { li { (part) } } } }
    }
}

/// What somebody sees of the record and what not, as the policy opens it to them.
fn in_words(with: SharedWith, sight: Sight) -> (Vec<String>, Vec<String>) {
    let role = circle::role_of(with);
    let (mut sees, mut does_not_see) = (Vec::new(), Vec::new());
    for &part in RecordPart::VARIANTS {
        match extent(role, sight.parts, part) {
            Extent::Whole if sight.something => sees.push(part.title().to_owned()),
            Extent::Some if sight.something => sees.push(format!("{}: a part", part.title())),
            _ => does_not_see.push(part.title().to_owned()),
        }
    }
    (sees, does_not_see)
}

/// What somebody may do with what they see.
fn may_do(with: SharedWith, sight: Sight) -> Vec<String> {
    let acts = if sight.something { acts(circle::role_of(with), sight.parts) } else { vec![] };
    acts.into_iter().map(capital).collect()
}

/// What is in a part, and what somebody may do with whom it is shared.
fn comes_with(with: SharedWith, part: RecordPart) -> String {
    let (contains, acts) = (capital(part.contains()), acts_with(circle::role_of(with), part));
    if acts.is_empty() { contains } else { format!("{contains}. They may also {}", listed(&acts)) }
}

fn until_words(case: &Case, with: SharedWith, something: bool) -> String {
    match case.circle.sees_until(with) {
        None => "They see nothing".to_owned(),
        Some(Some(last)) if !something => format!("It ended on {}", long(last)),
        Some(Some(last)) => format!("To the end of {}", long(last)),
        Some(None) => "Until it is changed".to_owned(),
    }
}

/// Those who are not asked about here, and what each of them sees: as the rows
/// of the policy open it.
fn the_rest(seen: &Seen) -> Markup {
    html! {
        h2 { "Everyone else" }
        (summary_list(&SummaryList::new(others(seen))))
        p { "A note that somebody wrote for themselves is seen by nobody else." }
    }
}

fn others(seen: &Seen) -> Vec<Row> {
    let case = &seen.case;
    let person = (case.person_name().to_owned(), sees(Role::Case(CaseRole::Person), Facts::of(case)).words());
    let others = case.circle.present().filter(|m| !matches!(m.role, CaseRole::Person | CaseRole::Supporter));
    let members = others.map(|member| (member.name.to_string(), member_sees(seen, member)));
    let offices = [Role::Commissioner, Role::Auditor, Role::Finance];
    let offices = offices.map(|role| (role.words().to_owned(), sees(role, Facts::of(case)).words()));
    let mut rows: Vec<(Vec<String>, String)> = vec![];
    for (name, what) in std::iter::once(person).chain(members).chain(offices) {
        match rows.iter_mut().find(|(_, words)| *words == what) {
            Some((names, _)) => names.push(name),
            None => rows.push((vec![name], what)),
        }
    }
    rows.into_iter().map(|(names, what)| Row::text(names.join(", "), format!("Sees {what}."))).collect()
}

/// What somebody of the circle sees by their place in it, and why not where they
/// see nothing.
fn member_sees(seen: &Seen, member: &Member) -> String {
    let case = &seen.case;
    let Some(place) = member.place() else {
        return "nothing until it is confirmed that they speak for the person".to_owned();
    };
    let what = sees(Role::Case(place), circle::facts_of(case, member, seen.today)).words();
    match place {
        CaseRole::CouncilWorker if !case.circle.has_consented(ConsentAbout::SharingWithCouncil) => {
            format!("{what}, because it was not agreed to share with the council")
        }
        _ => what,
    }
}

async fn found(opened: &Opened, id: Uuid) -> Answer<Sharer> {
    let with = with_of(id, opened.case());
    let all = opened.app().sharers(opened.case()).await?;
    all.into_iter().find(|sharer| sharer.with == with).ok_or(ErrorPage::Hidden)
}

async fn one(me: Me, At((id, with)): At<(CaseId, Uuid)>) -> Answer {
    let opened = me.open(id, Action::DecideSharing, "people").await?;
    let sharer = found(&opened, with).await?;
    let form = as_it_is(&opened, sharer.with);
    Ok(opened.page(TITLE, None, &content(&opened, &sharer, &form)))
}

/// The field with the number of what was said last, when the form was made.
const SEEN: &str = "seen";

fn newest(case: &Case, with: SharedWith) -> u64 {
    case.circle.shared_with(with).map_or(0, |shared| shared.seq)
}

/// The form as what was last said fills it in.
fn as_it_is(opened: &Opened, with: SharedWith) -> Form {
    let case = opened.case();
    let mut form = Form::empty();
    voice::default_among(&mut form, case, opened.me.actor.account, |v| {
        circle::may_decide(case, v, Matter::Sharing)
    });
    let sight = case.circle.sight_of(with, opened.seen.today);
    // Where it ran out, going on means the same parts again.
    let last_said = case.circle.shared_with(with).filter(|now| now.ran_out(opened.seen.today).is_some());
    let parts = last_said.map_or(sight.parts, |now| now.parts.iter().copied().collect());
    for part in RecordPart::VARIANTS.iter().copied().filter(|part| parts.contains(*part)) {
        form.put("parts", part.into_str());
    }
    form.put(SEEN, newest(case, with).to_string());
    match case.circle.sees_until(with).flatten().filter(|last| *last >= opened.seen.today) {
        Some(last) => {
            form.put("until", "a-day");
            form.put_date("last", last);
        }
        None if sight.something => form.put("until", "changed"),
        None => {}
    }
    form
}

fn again(opened: &Opened, sharer: &Sharer, form: &Form) -> Response {
    opened.again(TITLE, &content(opened, sharer, form))
}

/// The last day, which is not over yet.
fn last_day(form: &mut Form, today: Date) -> Option<Date> {
    let last = form.date("last", "the last day")?;
    if last >= today { Some(last) } else { form.wrong("last", "The last day must be today or later") }
}

/// What the form says, where all of it can be read: everything that is wrong is
/// said at once.
fn read(form: &mut Form, with: SharedWith, today: Date) -> Option<Sharing> {
    let parts: Option<Vec<RecordPart>> = form.choices("parts", "from the parts of the record");
    let until = match form.text("until") {
        "changed" => Some(None),
        "a-day" => last_day(form, today).map(Some),
        _ => form.wrong("until", "Choose until when they see it"),
    };
    if matches!((with, &parts), (SharedWith::Member(_), Some(parts)) if parts.is_empty()) {
        form.wrong::<()>("parts", "Choose what they may see");
    }
    let voice = voice::read_decider(form, "who decided this");
    let how = form.prose("how", "how they said it");
    let (parts, until, voice, how) = (parts?, until?, voice?, how?);
    let seen = Some(form.text(SEEN).parse().unwrap_or_default());
    form.is_ok().then_some(Sharing { with, parts, until, voice, how, seen })
}

/// Says what somebody sees: first the answers to check, then for good.
async fn save(me: Me, At((id, with)): At<(CaseId, Uuid)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::DecideSharing, "people").await?;
    let sharer = found(&opened, with).await?;
    let Some(sharing) = read(&mut form, sharer.with, opened.seen.today) else {
        return Ok(again(&opened, &sharer, &form));
    };
    if form.text("change") == "yes" {
        let page = content(&opened, &sharer, &form);
        return Ok(opened.page(TITLE, None, &page));
    }
    if form.text("checked") != "yes" {
        if let Err(refusal) = circle::share(opened.case(), sharing.clone(), opened.seen.today) {
            form.refuse(&refusal);
            return Ok(again(&opened, &sharer, &form));
        }
        let page = check(&opened, &sharer, &sharing, &form);
        return Ok(opened.page(TITLE, None, &page));
    }
    if form.accepted(me.web().app.share_record(&me.actor, id, sharing).await)?.is_none() {
        return Ok(again(&opened, &sharer, &form));
    }
    Ok(back(id, "shared"))
}

fn back(id: CaseId, done: &str) -> Response {
    answer::see_other(CasePage::Sharing.of(id).done(done))
}

async fn take_back(me: Me, At((id, with)): At<(CaseId, Uuid)>, mut form: Form) -> Answer {
    let opened = me.open(id, Action::DecideSharing, "people").await?;
    let sharer = found(&opened, with).await?;
    let voice = voice::read_decider(&mut form, "who decided this");
    let how = form.prose("how", "how they said it");
    if let (Some(voice), Some(how)) = (voice, how) {
        let ended = me.web().app.end_sharing(&me.actor, id, sharer.with, voice, how).await;
        if form.accepted(ended)?.is_some() {
            return Ok(back(id, "ended"));
        }
    }
    Ok(opened.again(TITLE, &ending(&opened, &sharer, &form)))
}

async fn end_page(me: Me, At((id, with)): At<(CaseId, Uuid)>) -> Answer {
    let opened = me.open(id, Action::DecideSharing, "people").await?;
    let sharer = found(&opened, with).await?;
    let page = ending(&opened, &sharer, &Form::empty());
    Ok(opened.page(TITLE, None, &page))
}

fn ending(opened: &Opened, sharer: &Sharer, form: &Form) -> Markup {
    let case = opened.case();
    let path = CasePage::SharingWith(sharer.with).of(case.id).path();
    let is_over = ran_out(&opened.seen, sharer).is_some();
    let title = match is_over {
        true => format!("Leave it ended with {}", sharer.name),
        false => format!("Share nothing with {} any more", sharer.name),
    };
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), &title))
        @if is_over { p { "They see nothing now. It stays so, and we do not ask again." } }
        @else { p { "It can be taken back at any time, and for any reason. They see nothing any more, from that moment." } }
        @if matches!(sharer.with, SharedWith::Organisation(_)) { (what_follows()) }
        form method="post" action=(CasePage::EndSharing(sharer.with).of(case.id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            (whose_words(&opened.me, case, form))
            (button(&Button { look: Look::Warning, ..Button::submit(if is_over { "Leave it ended" } else { "Share nothing any more" }) }))
        }
        p { a href=(path) { "Back to what they see" } }
    }
}

/// What it means that an organisation which holds money sees nothing of it.
fn what_follows() -> Markup {
    inset_text(&html! {
        p { "They no longer see the account, its statements and its receipts here, and cannot add any." }
        p { "The money stays where it is until you change who holds it. The care co-ordinator and the finance team are asked to talk about that with you." }
    })
}

fn deciders(case: &Case) -> Vec<(String, String)> {
    voice::among(case, |voice| circle::may_decide(case, voice, Matter::Sharing))
}

/// Who decided, and how they said it.
fn whose_words(me: &Me, case: &Case, form: &Form) -> Markup {
    let who = deciders(case);
    let is_the_person = case.circle.voice_of(me.actor.account) == Some(Voice::Person);
    let how = if is_the_person {
        "How did you decide, and who was there?"
    } else {
        "How did they say it, and who was there?"
    };
    let hint = "Like: one blink for each, asked twice. Or: in writing, on 3 March";
    html! {
        (voice::ask("Who decided this?", Some("The person, or someone who speaks for them about sharing"), &who, form))
        (textarea(&Textarea { rows: 3, hint: Some(hint), ..Textarea::new("how", how).with(form) }))
    }
}

/// The last day of what was shared, where it is over and nothing was said since.
fn ran_out(seen: &Seen, sharer: &Sharer) -> Option<Date> {
    seen.case.circle.shared_with(sharer.with).and_then(|shared| shared.ran_out(seen.today))
}

fn content(opened: &Opened, sharer: &Sharer, form: &Form) -> Markup {
    let case = opened.case();
    let path = CasePage::SharingWith(sharer.with).of(case.id).path();
    let can_end = case.circle.sees_until(sharer.with).is_some() && opened.may(Action::DecideSharing);
    html! {
        (form.error_summary())
        (page_heading(case.person_name(), &format!("What {} sees and does", sharer.name)))
        (as_said(&opened.seen, sharer))
        form method="post" action=(path) novalidate {
            (csrf_field(&opened.me.csrf))
            (hidden(SEEN, &newest(case, sharer.with).to_string()))
            (fields(opened, sharer, form))
            (button(&Button::submit("Go on")))
        }
        @if can_end { p { a href=(CasePage::EndSharing(sharer.with).of(case.id).path()) {
            @if ran_out(&opened.seen, sharer).is_some() { "Leave it ended" } @else { "Share nothing with them any more" }
        } } }
        p { a href=(CasePage::Sharing.of(case.id).path()) { "Back to who sees what" } }
    }
}

/// What counts now, and who said so.
fn as_said(seen: &Seen, sharer: &Sharer) -> Markup {
    let case = &seen.case;
    html! {
        @if let Some(now) = case.circle.shared_with(sharer.with) {
            (inset_text(&html! {
                p {
                    (case.circle.whose(now.voice, now.recorded_by)) " said "
                    @if now.ended { "that they see nothing any more" } @else { "what they see" }
                    ", " (moment(now.at)) "."
                    @if let Some(last) = now.ran_out(seen.today) { " It ended on " (long(last)) "." }
                }
                p { (typed(now.how.as_str())) }
            }))
        }
    }
}

fn fields(opened: &Opened, sharer: &Sharer, form: &Form) -> Markup {
    let case = opened.case();
    let with: Vec<(RecordPart, String)> =
        RecordPart::VARIANTS.iter().map(|part| (*part, comes_with(sharer.with, *part))).collect();
    let choice = |(part, hint): &'_ (RecordPart, String)| (part.into_str(), part.title(), hint.clone());
    let choices: Vec<_> = with.iter().map(choice).collect();
    let parts = choices.iter().map(|(value, title, hint)| Choice::new(value, title).hint(hint)).collect();
    let least = match sharer.with {
        SharedWith::Member(_) => "Choose one or more. What you do not choose stays closed.".to_owned(),
        SharedWith::Organisation(_) => {
            let acts = listed(&acts(circle::role_of(sharer.with), [].into_iter().collect()));
            format!(
                "They see what they need to hold the money, even if you choose nothing: that account, what it is to buy, and the agreement. They may {acts}. They do not see anything about health unless you choose it."
            )
        }
    };
    let last =
        html! { (date_input(&DateInput::new("last", "The last day on which they see it").with(form))) };
    let until = vec![
        Choice::new("changed", "Until it is changed"),
        Choice::new("a-day", "Until a day").reveals(last),
    ];
    html! {
        (checkboxes(&Choices { hint: Some(&least), ..Choices::new("parts", &format!("What may {} see and do?", sharer.name), parts).with(form) }))
        (radios(&Choices::new("until", "Until when?", until).with(form)))
        (whose_words(&opened.me, case, form))
    }
}

/// The answers before they count.
fn check(opened: &Opened, sharer: &Sharer, sharing: &Sharing, form: &Form) -> Markup {
    let case = opened.case();
    let parts = sharing.parts.iter().copied().collect();
    let sight = Sight { something: true, parts };
    let (sees, does_not_see) = in_words(sharer.with, sight);
    let voice = match sharing.voice {
        Voice::Person => case.person_name().to_owned(),
        voice => case.circle.name_of(voice).to_owned(),
    };
    let until = sharing
        .until
        .map_or_else(|| "Until it is changed".to_owned(), |last| format!("To the end of {}", long(last)));
    let rows = vec![
        Row::html("They see", one_below_the_other(&sees)),
        Row::html("They may", one_below_the_other(&may_do(sharer.with, sight))),
        Row::html("They do not see", one_below_the_other(&does_not_see)),
        Row::text("For how long", until),
        Row::text("Who decided this", voice),
        Row::html("How it was said", typed(sharing.how.as_str())),
    ];
    html! {
        (page_heading(case.person_name(), &format!("Check what {} sees and does", sharer.name)))
        (summary_list(&SummaryList::new(rows)))
        form method="post" action=(CasePage::SharingWith(sharer.with).of(case.id).path()) novalidate {
            (csrf_field(&opened.me.csrf))
            @for name in [SEEN, "parts", "until", "last-day", "last-month", "last-year", "voice", "how"] {
                @for value in form.texts(name) { (hidden(name, value)) }
            }
            (hidden("checked", "yes"))
            (button(&Button::submit("Save"))) " "
            (button(&Button { name: Some("change"), value: Some("yes"), ..Button::secondary("Change it") }))
        }
    }
}
