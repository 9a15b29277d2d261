//! The guide, in the order in which people ask: what it is, what it can pay
//! for, how money is held, the stages, who helps, questions, disagreeing.
//!
//! What is said here comes from the guides: 003:46-66 (what it is, how it is
//! held), 003:229-261 (voluntary; what is excluded), 001:265-345 (stages and
//! first contact), 000:132-141 (what people need to know first).

use super::guide_page;
use crate::address::{Address as _, GuidePage, Place};
use crate::components::Column;
use crate::components::{
    Details, Table, cell, details, do_list, dont_list, inset_text, own_words, review_date, table,
};
use crate::routes::{Door, Routes};
use crate::visit::Visit;
use domain::Date;
use domain::case::Stage;
use maud::{Markup, html};
use strum::VariantArray;

/// One page of the guide.
pub(super) struct Page {
    pub page: GuidePage,
    pub title: &'static str,
}

const fn at(page: GuidePage, title: &'static str) -> Page {
    Page { page, title }
}

pub(super) const PAGES: &[Page] = &[
    at(GuidePage::About, "What a personal health budget is"),
    at(GuidePage::Uses, "What it can and cannot pay for"),
    at(GuidePage::Holding, "How the money can be held"),
    at(GuidePage::Stages, "The six stages"),
    at(GuidePage::Support, "Who can help you"),
    at(GuidePage::Questions, "Questions people ask"),
    at(GuidePage::Disagree, "If you do not agree with us"),
];

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/about", Door::Anyone, about);
    routes.get("/about/uses", Door::Anyone, uses);
    routes.get("/about/holding", Door::Anyone, holding);
    routes.get("/about/stages", Door::Anyone, stages);
    routes.get("/about/support", Door::Anyone, support);
    routes.get("/about/questions", Door::Anyone, questions);
    routes.get("/about/disagree", Door::Anyone, disagree);
}

/// When these pages were last read through, and when they will be again.
fn reviewed() -> Markup {
    review_date(Date::constant(2026, 11, 22), Date::constant(2027, 11, 22))
}

async fn about(visit: Visit) -> Markup {
    let content = html! {
        p { "A personal health budget is an amount of money for your health and care needs." }
        p { "You and the people who know your health plan together how to use it. You agree the plan with your local NHS team." }
        h2 { "What is different" }
        p { "Without it, the NHS chooses which services you get. With it, you can choose what helps you, who helps you, and when." }
        p { "You can:" }
        ul {
            li { "choose the changes you want in your life" }
            li { "know how much money there is, and how we worked it out" }
            li { "write your own plan, with help if you want it" }
            li { "choose how the money is held" }
            li { "use the money in the ways and at the times that suit you, as your plan says" }
        }
        h2 { "It is your choice" }
        (inset_text(&html! {
            p { "Nobody can make you have one. You can say yes, no, not yet, or only for one part of your care." }
            p { "There is no last day to decide. If you say no, your care goes on as it is. You can ask again later." }
        }))
        h2 { "It is free" }
        p { "NHS care is free. How much money you have yourself makes no difference to the health part of your budget. If part of your care comes from the council, the council has its own rules about paying." }
        h2 { "Someone who does not use words can have one" }
        p { "Some people blink, point, make sounds or use a board to say yes and no. That is enough. We write down how you say things, and everyone uses it." }
        (reviewed())
    };
    guide_page(&visit, GuidePage::About, &content)
}

async fn uses(visit: Visit) -> Markup {
    let content = html! {
        p { "The money can pay for most things that help you reach what you want for your health and wellbeing, when they are agreed in your plan. It does not have to be a usual NHS service." }
        (do_list("It could pay for", &[
            "helpers you choose yourself, day or night",
            "the same small team, so that people get to know you",
            "therapy, like speech therapy or physiotherapy",
            "things that make life easier or safer, like special equipment",
            "getting out, meeting people, learning or exercise that helps your health",
            "a break, for you or for the person who looks after you",
            "training for the people who help you",
        ]))
        (dont_list("It can never pay for", &[
            "alcohol",
            "tobacco",
            "gambling",
            "paying back debts",
            "anything against the law",
            "emergency care, such as an ambulance",
            "seeing your GP, and most care at your GP surgery",
            "NHS prescription charges, eye tests and dental charges",
        ]))
        p { "The first five are in the law about direct payments for health care: the National Health Service (Direct Payments) Regulations 2013. You still get the services in the last three in the usual way, whether you have a budget or not." }
        h2 { "If you are not sure" }
        p { "Ask. Something unusual is not a problem by itself: we look at what it would change for you. If we say not yet, we tell you why, and what would need to be different." }
        (reviewed())
    };
    guide_page(&visit, GuidePage::Uses, &content)
}

async fn holding(visit: Visit) -> Markup {
    let columns = vec![
        Column::text("Way"),
        Column::text("Who has the money"),
        Column::text("Good if"),
        Column::text("What you have to do"),
    ];
    let row = |words: [&str; 4]| words.map(cell).to_vec();
    let rows = vec![
        row([
            "We look after it (notional budget)",
            "The NHS. It buys and arranges what is in your plan",
            "you want choice, and no paperwork",
            "Tell us what you want, and when something is not right",
        ]),
        row([
            "An organisation looks after it (third party)",
            "An organisation that you and we agree on. It pays people for you, and can employ your helpers",
            "you want to choose your helpers, but not be their employer",
            "Tell the organisation what you want. It keeps the records. It may charge for its work, and we tell you how much",
        ]),
        row([
            "You get the money (direct payment)",
            "You, or someone you choose, in a bank account that is only for this",
            "you want to arrange and pay for things yourself",
            "Keep receipts and bank statements. If you employ people: pay them rightly, with insurance and tax. We help you to learn how",
        ]),
    ];
    let content = html! {
        p { "There are three ways to hold the money. You can mix them, and you can change later." }
        (table(&Table { first_names_row: true, ..Table::new("Three ways to hold the money", columns, rows) }))
        h2 { "You still decide" }
        p { "Whoever holds the money, you choose how it is used, as your plan says." }
        h2 { "Start small if you like" }
        p { "Many people begin with the NHS looking after the money, and take on more later. That is fine. So is never taking on more." }
        h2 { "Asking for a direct payment" }
        p { "You have the right to ask for one. For a few people the law does not allow it, for example because of a court order about drugs or alcohol. If we say no, we tell you why, and you can have one of the other ways." }
        (reviewed())
    };
    guide_page(&visit, GuidePage::Holding, &content)
}

/// What happens in a stage, and what you can decide in it.
fn in_stage(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Contact => (
            "You ask, and someone talks with you. They listen, tell you what is possible, and answer your questions. A leaflet alone is not enough.",
            "You decide if you want to go on, and who should be with you.",
        ),
        Stage::Needs => (
            "You say what you need help with, in your health and in your daily life. Someone can do it with you. Each answer keeps who said it.",
            "You decide what matters, and which words are used.",
        ),
        Stage::Money => (
            "We work out how much money there could be. You see every step, in words and numbers. It can still change while you plan.",
            "You can say that it does not look right, before you start your plan.",
        ),
        Stage::Plan => (
            "You write your plan: who you are, what you want to change, what could go wrong, and what the money would pay for. A person from the NHS then says agreed, or not yet and why.",
            "You decide what goes in your plan, and who helps you write it.",
        ),
        Stage::Organise => (
            "The agreement about the money is made, and the money starts. You find the people and things in your plan.",
            "You decide who helps you and when.",
        ),
        Stage::Review => (
            "You see what came in and what is left. Within three months we sit down together and look at what works. After that, at least once a year.",
            "You can change things, and ask for a review whenever you want.",
        ),
    }
}

async fn stages(visit: Visit) -> Markup {
    let content = html! {
        p { "There are six stages. You can go back, or take some steps together. Each stage begins with how it should feel for you, in the words of people who have been through it." }
        @for (number, stage) in (1..).zip(Stage::VARIANTS.iter().copied()) {
            @let (what, you) = in_stage(stage);
            section id={ "stage-" (number) } {
                h2 { (number) ". " (stage.title()) }
                (own_words(&format!("{}.", stage.i_statement()), ""))
                p { strong { "What happens. " } (what) }
                p { strong { "What you decide. " } (you) }
            }
        }
        (reviewed())
    };
    guide_page(&visit, GuidePage::Stages, &content)
}

async fn support(visit: Visit) -> Markup {
    let content = html! {
        p { "You can do as much as you like by yourself, and have help with the rest. You choose who helps." }
        h2 { "Your care co-ordinator" }
        p { "One named person from the NHS who goes with you from beginning to end. Tell them when something is wrong, and when things go well." }
        h2 { "A broker" }
        p { "Someone who helps you find out what is possible, what it costs, and how to set it up. A broker works for you, and can help you write your plan." }
        h2 { "An advocate" }
        p { "Someone who makes sure you are heard, and can speak for you when you want. If you find it hard to take part and have nobody close to you, the council must find you an advocate." }
        h2 { "Other people who have done it" }
        p { "People with a budget of their own can tell you what it was like. You can talk with them before you decide anything. Ask us, and we put you in touch, in person or online." }
        h2 { "Someone you trust" }
        p { "Your husband, your mother, a friend, a carer who knows you well. They can help you say what you want. They do not decide for you, unless the law says that they may." }
        h2 { "Healthwatch" }
        p { "Healthwatch is there in every part of England. It gives information about health and care, is not part of the NHS, and tells services what people think of them." }
        h2 { "If you struggle with a decision" }
        p { "You do not have to decide alone, or today. Talk to any of these people first. " a href=(Place::Contact.path()) { "Ask us to get in touch" } " if you do not know who." }
        (reviewed())
    };
    guide_page(&visit, GuidePage::Support, &content)
}

async fn questions(visit: Visit) -> Markup {
    let asked: [(&str, &str); 10] = [
        (
            "Do I have to leave my home, or move?",
            "No. Good care is not only in a care home. A budget often helps people stay at home.",
        ),
        (
            "Does my care have to come from the NHS?",
            "No. It can come from people or organisations you choose, if your plan says so. You can also keep the NHS services you like, and have both.",
        ),
        (
            "Will I lose my nurse or doctor?",
            "No. You keep your GP, your hospital and everyone who looks after your health. A health professional stays with you and looks at your plan with you.",
        ),
        (
            "Is it safe? What about risks?",
            "You are part of every decision about risk. Together we look at what could go wrong and what would help, and write it down in your plan.",
        ),
        (
            "What if I choose something others think is unwise?",
            "You may. Someone can say that they are worried, but choosing differently from others does not mean that you cannot decide.",
        ),
        (
            "What if I cannot decide something myself?",
            "Everyone helps you first to decide for yourself. If you still cannot decide one thing, someone who knows you speaks for you about that one thing, and it must be best for you.",
        ),
        (
            "Does it change my benefits?",
            "Money from a personal health budget is not income, so it should not change your benefits. Ask a benefits adviser about your own case.",
        ),
        (
            "What if the money runs out?",
            "Your page shows what is left and when it would run out, so that nobody is surprised. If your needs change, ask for a review. You are never left without the care you need.",
        ),
        (
            "How long does it take?",
            "That is different for everyone. You always see what happens next, whose turn it is, and by when. Nobody hurries you.",
        ),
        (
            "Who sees what I say?",
            "Only people who work with you or whom you agree to. You can see who looked, and you can take your agreement back at any time.",
        ),
    ];
    let content = html! {
        p { "These are questions people often bring. Bring your own too: we keep your list, and each question stays open until you say it is answered." }
        @for (question, answer) in asked {
            (details(&Details { expander: true, ..Details::new(question, html! { p { (answer) } }) }))
        }
        (reviewed())
    };
    guide_page(&visit, GuidePage::Questions, &content)
}

async fn disagree(visit: Visit) -> Markup {
    let content = html! {
        p { "You can disagree with anything: how much money there is, what we say about your plan, or how we treat you. It does not make your care worse." }
        h2 { "1. Tell us" }
        p { "Talk to your care co-ordinator, or to the person who decided. Often it is put right there and then." }
        h2 { "2. Ask us to look again" }
        p { "Every decision tells you who made it, when and why, and what would need to change. Where the answer is “not yet”, it also says how to ask us to look again, and in how many days we answer. Someone who did not make the decision looks at it. About anything else, ask your care co-ordinator, or write it down as a question." }
        h2 { "3. Have someone with you" }
        p { "An advocate can help you ask, and speak for you. It costs nothing." }
        h2 { "4. Make a complaint" }
        p { "You can complain to your local NHS organisation or to your council. If you are not happy with their answer, you can go to the Parliamentary and Health Service Ombudsman, or for council care to the Local Government and Social Care Ombudsman. Both are free and do not belong to us." }
        (reviewed())
    };
    guide_page(&visit, GuidePage::Disagree, &content)
}
