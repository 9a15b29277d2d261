//! A second step that a colleague has lost: two administrators, and a day.

use super::super::{Id, InArea};
use super::{done, finish, one};
use crate::address::{Address as _, PersonPost, PostTo};
use crate::components::{Button, Input, button, input};
use crate::error_page::Answer;
use crate::form::Form;
use crate::tokens::csrf_field;
use crate::{Door, Me, Routes};
use domain::access::Action;
use domain::account::Lacks;
use domain::{AccountId, AreaId, dates};
use maud::{Markup, html};
use service::lost::{Asked, By};
use service::rate::Rate;

pub(super) fn declare(routes: &mut Routes) {
    let administrators = Door::Area(&[Action::ManageColleagues]);
    let ask = "/admin/{area}/people/{id}/second-step";
    routes.post_proved(Rate::Account, ask, administrators, ask_for_removal);
    let agree = "/admin/{area}/people/{id}/second-step/agree";
    routes.post_proved(Rate::Account, agree, administrators, agree_to_removal);
    routes.post("/admin/{area}/people/{id}/second-step/stop", administrators, stop_removal);
}

/// A second step that was lost: what is asked, who agreed, what is lacking.
pub(super) fn section(
    me: &Me,
    (area, who): (AreaId, AccountId),
    removal: Option<&Asked>,
    changes: bool,
    form: &Form,
) -> Markup {
    let to = |post: PersonPost| PostTo::Person(area, who, post).path();
    let why = Input {
        hint: Some("Say how you know that it is them who asks"),
        ..Input::new("why", "How you know")
    };
    let ask = |post: PersonPost, words: &str| {
        html! {
            form method="post" action=(to(post)) novalidate {
                (csrf_field(&me.csrf))
                (input(&why.clone().with(form)))
                (button(&Button::secondary(words)))
            }
        }
    };
    html! {
        h2 { "If they have lost their phone or app" }
        @match removal {
            None => {
                p { "Their second step can be taken away when they ask you, and you are sure that it is them. It takes two administrators, of all the areas that they work in, and a day at least. We write to them at once, and they can stop it." }
                (ask(PersonPost::AskForRemoval, "Record that they asked"))
            }
            Some(asked) => {
                p {
                    "It was asked on " (dates::moment(asked.at)) ", by "
                    @match &asked.by {
                        By::Owner(why) => { "themselves: " (why) }
                        By::OfThisArea(name, why) => { (name) ": " (why) }
                        By::OfAnother => "an administrator of another area.",
                    }
                }
                @for one in &asked.agreed {
                    p {
                        @match one {
                            By::Owner(how) => { "They agreed: " (how) }
                            By::OfThisArea(name, how) => { (name) " agreed: " (how) }
                            By::OfAnother => "An administrator of another area agreed.",
                        }
                    }
                }
                ul class="nhsuk-list nhsuk-list--bullet" {
                    @for lacks in &asked.lacks { li { (lacking(*lacks)) } }
                    @if asked.lacks.is_empty() { li { "It is done when they next sign in with their passphrase." } }
                }
                @if changes && !asked.i_agreed { (ask(PersonPost::AgreeToRemoval, "I am sure, and agree")) }
                @if changes {
                    form method="post" action=(to(PersonPost::StopRemoval)) {
                        (csrf_field(&me.csrf))
                        (button(&Button { small: true, ..Button::secondary("Stop it") }))
                    }
                }
            }
        }
    }
}

fn lacking(lacks: Lacks) -> &'static str {
    match lacks {
        Lacks::Letter => "They have not used the link that we sent them.",
        Lacks::Administrators => "Another administrator has to agree.",
        Lacks::Areas => "An administrator of every area that they work in has to agree.",
        Lacks::Place => "They help somebody here. That place has to end first.",
        Lacks::Time => "It is less than a day since it was asked.",
    }
}

async fn ask_for_removal(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, mut form: Form) -> Answer {
    let Some(why) = form.line("why", "how you know") else { return one(&me, area, id, None, &form).await };
    let result = me.web().app.ask_for_colleagues_removal(&me.actor, &me.session, area, id, why).await;
    finish(&me, area, id, "second-step", form, result).await
}

async fn agree_to_removal(me: Me, InArea(area): InArea, Id(id): Id<AccountId>, mut form: Form) -> Answer {
    let Some(why) = form.line("why", "how you know") else { return one(&me, area, id, None, &form).await };
    let result = me.web().app.agree_to_colleagues_removal(&me.actor, &me.session, area, id, why).await;
    finish(&me, area, id, "agreed", form, result).await
}

async fn stop_removal(me: Me, InArea(area): InArea, Id(id): Id<AccountId>) -> Answer {
    me.web().app.stop_colleagues_removal(&me.actor, area, id).await?;
    Ok(done(area, id, "stopped"))
}
