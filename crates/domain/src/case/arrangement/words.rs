//! What each part of the agreement says, in plain words: the same on the page
//! that is signed and on paper.

use super::Part;
use crate::Pence;
use crate::framework::Framework;

#[must_use]
pub fn title(part: Part) -> &'static str {
    match part {
        Part::Everyone => "What we all agree to",
        Part::Notional => "Where we hold the money (a notional budget)",
        Part::ThirdParty => "Where an organisation holds the money",
        Part::DirectPayment => "Where you hold the money (a direct payment)",
        Part::EmployingPeople => "If you employ people",
    }
}

/// That something had been paid once in the year before an agreement was made.
#[must_use]
pub fn once_before(paid: Pence) -> String {
    format!("{paid} was paid once in this year before this agreement was made. It is not paid again.")
}

/// The promises of one part, with the area's own clocks.
#[must_use]
pub fn promises(framework: &Framework, part: Part) -> Vec<String> {
    let (months, year) = (framework.first_review_months, framework.review_months);
    let reviews = format!(
        "We look at the plan and the money together within {months} months of starting, and then at least every {year} months. You can ask sooner."
    );
    let mut all: Vec<String> = fixed(part).iter().map(|promise| (*promise).to_owned()).collect();
    if part == Part::Everyone {
        all.insert(4, reviews);
    }
    all
}

fn fixed(part: Part) -> &'static [&'static str] {
    match part {
        Part::Everyone => &[
            "The money is yours to use for what is in your plan, and for nothing that the law leaves out. You decide how, within the plan.",
            "The plan can be changed. Small changes within it need nobody’s permission. For others, talk to us first.",
            "It must be enough for everything in the plan. If it is not, tell us and we must look again.",
            "You can see at any time what came in, what is promised, what was spent and what is left.",
            "Keep bills, receipts and bank statements. A photograph is enough. We look only at as much as is needed.",
            "You tell us when something important changes: where you live, your health, who helps you.",
            "We keep what we know about you private, and share it only as you agreed or as the law asks.",
            "Seeing your GP, emergency care and everything else the NHS gives to everyone stay as they are, and cost you nothing.",
            "If a mistake happens, tell us. We put it right together. If money is to be paid back, we write to you first and say why, and you can ask us to look again.",
        ],
        Part::Notional => &[
            "We look after this money and pay for the care that you chose.",
            "The choice stays yours: we buy what is in your plan, from whom you chose, where the law lets us.",
            "We write down each thing we buy, so that you can see it.",
        ],
        Part::ThirdParty => &[
            "The organisation that you chose is independent of you and of the NHS. It holds your money in an account used only for you.",
            "It pays for what is in your plan. Every decision about your life and your support is yours.",
            "You and the organisation say together who chooses, supervises and trains staff. What you want to do yourself is handed to you, and you can hand it back.",
            "It shows you and us all records of the money, with its own fee and anything it keeps.",
            "Anyone who works for you can speak up about something wrong, to you, to the organisation or to us, and is safe in doing so.",
            "If you want another organisation, tell us. We help you to change.",
        ],
        Part::DirectPayment => &[
            "The money goes into a bank account that is used only for this, which we checked first. Only the people named for it can use it.",
            "You may add money of your own to the council’s part. Nothing can be added to the NHS part: if it is not enough, tell us.",
            "Keep bank statements and receipts. You can show them to us on this service as you go.",
            "Money that is not needed stays in the account until we have talked about it. We may ask for what has built up to be paid back, after asking you why.",
            "We may ask for money back if it was used for something that is not in the plan, or by fraud. An honest mistake is not fraud.",
            "You can stop having a direct payment at any time. Your care goes on in another way.",
        ],
        Part::EmployingPeople => &[
            "You are the employer, with a contract, at least the legal minimum wage, payslips, holiday and sick pay, pension and insurance. The plan must have money for all of that: if it has not, tell us before you employ anybody.",
            "People who help you are checked before they start, and are shown how to do what needs to be done safely.",
            "Do not employ someone of your family who lives with you, unless we have agreed that it is needed.",
            "You can have help with all of it, and with finding people. Ask us who gives it.",
        ],
    }
}
