//! What the person agrees to, how they said it, and taking it back.

use crate::address::{Address as _, CasePage, CasePost};
use crate::answer;
use crate::case_page::{At, Opened};
use crate::components::{
    Button, Choice, Choices, Look, Textarea, button, inset_text, page_heading, radios, textarea, typed,
};
use crate::form::Form;
use crate::routes::{Door, Routes};
use crate::tokens::csrf_field;
use crate::voice;
use crate::{Answer, Me};
use domain::CaseId;
use domain::access::Action;
use domain::case::Case;
use domain::case::circle::{self, ConsentAbout};
use domain::dates::moment;
use maud::{Markup, html};

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/cases/{id}/consent/{about}", Door::Case(Action::Decide), show);
    routes.post("/cases/{id}/consent/{about}", Door::Case(Action::Decide), record);
    routes.post("/cases/{id}/consent/{about}/withdraw", Door::Case(Action::Decide), withdraw);
}

const TITLE: &str = "What was agreed";

type About = At<(CaseId, ConsentAbout)>;

async fn show(me: Me, At((id, about)): About) -> Answer {
    let opened = me.open(id, about.decided_by(), "people").await?;
    let mut form = Form::empty();
    voice::default_among(&mut form, opened.case(), me.actor.account, |voice| {
        circle::may_decide(opened.case(), voice, about.matter())
    });
    Ok(opened.page(TITLE, None, &content(&opened, about, &form)))
}

async fn finish(
    me: &Me,
    id: CaseId,
    about: ConsentAbout,
    done: &str,
    mut form: Form,
    result: Option<crate::visit::Acted>,
) -> Answer {
    if let Some(result) = result
        && form.accepted(result)?.is_some()
    {
        return Ok(answer::see_other(CasePage::People.of(id).done(done)));
    }
    let opened = me.open(id, Action::SeePeople, "people").await?;
    Ok(opened.again(TITLE, &content(&opened, about, &form)))
}

async fn record(me: Me, At((id, about)): About, mut form: Form) -> Answer {
    let given = form.yes_no("given", "whether they agree");
    let voice = voice::read_decider(&mut form, "who decided this");
    let how = form.prose("how", "how they said it");
    let (Some(given), Some(voice), Some(how), true) = (given, voice, how, form.is_ok()) else {
        return finish(&me, id, about, "", form, None).await;
    };
    let result = me.web().app.record_consent(&me.actor, id, about, given, voice, how).await;
    finish(&me, id, about, "consent", form, Some(result)).await
}

async fn withdraw(me: Me, At((id, about)): About, mut form: Form) -> Answer {
    let voice = voice::read_decider(&mut form, "who decided this");
    let how = form.prose("how", "how they said it");
    let (Some(voice), Some(how), true) = (voice, how, form.is_ok()) else {
        return finish(&me, id, about, "", form, None).await;
    };
    let result = me.web().app.withdraw_consent(&me.actor, id, about, voice, how).await;
    finish(&me, id, about, "withdrawn", form, Some(result)).await
}

/// Those who can decide it: the person, or someone who speaks for them.
fn deciders(case: &Case, about: ConsentAbout) -> Vec<(String, String)> {
    voice::among(case, |voice| circle::may_decide(case, voice, about.matter()))
}

/// What agreeing means, and what taking it back means.
fn meaning(about: ConsentAbout) -> &'static str {
    match about {
        ConsentAbout::TakingPart => "We work out and plan a budget together.",
        ConsentAbout::SharingWithCouncil => {
            "The council's workers in the circle can open this record. When it is taken back, they cannot open it any more, from that moment."
        }
        ConsentAbout::SharingWithSupporters => {
            "This was one answer for everyone who helps, before each of them was asked about by name. It counts for those who were there then, until it is said what each of them sees. When it is taken back, they see nothing any more, from that moment, unless it was said by name."
        }
        ConsentAbout::DirectPayment => {
            "Money is paid to the person, or to someone for them, and they look after it."
        }
    }
}

fn content(opened: &Opened, about: ConsentAbout, form: &Form) -> Markup {
    let case = opened.case();
    let name = case.person_name();
    let who = deciders(case, about);
    let given = case.circle.has_consented(about);
    let own = voice::is_the_person(case, opened.me.actor.account);
    let hint = "Like: one blink, asked twice, with the family there. Or: in writing, on 3 March";
    let asked = if own {
        "How did you decide, and who was there?"
    } else {
        "How did they say it, and who was there?"
    };
    let agrees = if own { "Do you agree?".to_owned() } else { format!("Does {name} agree?") };
    let fields = html! {
        (voice::ask("Who decided this?", Some("The person, or someone who speaks for them"), &who, form))
        (textarea(&Textarea { rows: 3, hint: Some(hint), ..Textarea::new("how", asked).with(form) }))
    };
    html! {
        (form.error_summary())
        (page_heading(name, &format!("About {}", about.words())))
        p { (meaning(about)) }
        @if let Some(now) = case.circle.consent_to(about) {
            (inset_text(&html! {
                p { (match now.state { circle::ConsentState::Given => "Agreed", circle::ConsentState::Refused => "Said no", circle::ConsentState::Withdrawn => "Withdrawn" }) " by " (case.circle.whose(now.voice, now.recorded_by)) ", " (moment(now.at)) }
                p { (typed(now.how.as_str())) }
            }))
        }
        @if given && opened.may(about.decided_by()) {
            h2 { "Taking it back" }
            p { "It can be taken back at any time, and for any reason." }
            @if about == ConsentAbout::DirectPayment {
                p { "From then on nothing more is paid into the account. The care goes on: your care co-ordinator talks with you about how, and what is in the account is still for the plan." }
            }
            form method="post" action=(CasePost::WithdrawConsent(about).of(case.id).path()) novalidate {
                (csrf_field(&opened.me.csrf))
                (fields)
                (button(&Button { look: Look::Warning, ..Button::submit("Take it back") }))
            }
        } @else if about == ConsentAbout::SharingWithSupporters {
            p { "What is shared is said for each one who helps now, part by part. " a href=(CasePage::Sharing.of(case.id).path()) { "Who sees what" } }
        } @else if opened.may(about.decided_by()) {
            form method="post" action=(CasePage::Consent(about).of(case.id).path()) novalidate {
                (csrf_field(&opened.me.csrf))
                (radios(&Choices { inline: true, ..Choices::new("given", &agrees, vec![Choice::new("yes", "Yes"), Choice::new("no", "No")]).with(form) }))
                (fields)
                (button(&Button::submit("Save")))
            }
        }
        p { a href=(CasePage::People.of(case.id).path()) { "Back to people" } }
    }
}
