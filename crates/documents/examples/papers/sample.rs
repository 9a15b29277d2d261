//! The four kinds of paper, as they might be for people who do not exist.

use documents::{Block, Checked, Paper};

const BOARD: &str = "Northmoor Integrated Care Board";

fn h(level: u8, words: &str) -> Block {
    Block::Heading(level, words.into())
}

fn p(words: &str) -> Block {
    Block::Paragraph(words.into())
}

fn quote(words: &str, who: &str) -> Block {
    Block::Quote { words: words.into(), who: who.into() }
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|&w| w.to_owned()).collect()
}

fn facts(pairs: &[(&str, &str)]) -> Block {
    Block::Facts(pairs.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect())
}

fn table(caption: &str, head: &[&str], rows: &[&[&str]], numeric: &[usize], total: Option<&[&str]>) -> Block {
    Block::Table {
        caption: caption.into(),
        head: strings(head),
        rows: rows.iter().map(|row| strings(row)).collect(),
        numeric: numeric.to_vec(),
        total: total.map(strings),
    }
}

fn paper(title: &str, reference: &str, as_of: &str, intro: &str, footer: &str, blocks: Vec<Block>) -> Paper {
    Paper {
        title: title.into(),
        organisation: BOARD.into(),
        reference: reference.into(),
        as_of: as_of.into(),
        language: "en-GB".into(),
        intro: (!intro.is_empty()).then(|| intro.to_owned()),
        blocks,
        footer: footer.into(),
        date: (2027, 3, 3),
    }
}

/// A plan in nine sections.
pub fn plan() -> Paper {
    let mut blocks = about_alice();
    blocks.extend(what_alice_wants());
    blocks.extend(actions_and_risks());
    blocks.extend(plan_money());
    paper(
        "Alice Fenwick’s care and support plan",
        "NM-2027-0042",
        "Agreed on 3 March 2027. Next review by 3 June 2027.",
        "This plan says what matters to Alice, what she wants to change, and how her personal health budget helps. It belongs to Alice.",
        "Alice Fenwick’s plan, agreed 3 March 2027. Questions: 01632 960 042",
        blocks,
    )
}

fn about_alice() -> Vec<Block> {
    vec![
        h(1, "1. About me"),
        p("I am 46 and live in Northmoor with my wife, Bea, and an elderly greyhound called Toast. I taught geography for nineteen years. I have multiple sclerosis. I use a powered wheelchair outdoors and two sticks at home.\n\nI am good at planning, terrible at resting, and I would rather be asked than helped by surprise."),
        facts(&[
            ("Name I like", "Alice"),
            ("How to talk with me", "In the morning, face to face or by text. Long phone calls tire me."),
            ("Who helps me plan", "Bea Fenwick (wife) and Sunil Rao (broker, Fernhill Advice)"),
            ("My care coordinator", "Grace Adeyemi, 01632 960 042"),
        ]),
        h(1, "2. What matters to me"),
        quote("I want to be the one who walks Toast to the river, even if “walk” means wheels and takes an hour.", "Alice"),
        Block::Bullets(strings(&[
            "Being up and dressed by nine, so that the day is mine.",
            "Seeing people who knew me before I was ill.",
            "Bea being my wife first, and my carer only when we both choose it.",
            "Not having to explain my condition to a new face every week.",
        ])),
        h(1, "3. My health and what helps"),
        p("My fatigue comes in waves. Heat, infections and bad nights make it worse. Short stretching twice a day keeps my legs from seizing up. My bladder needs watching: an infection can put me in hospital within two days."),
        Block::Callout {
            title: "If I am suddenly muddled or much weaker".into(),
            body: "Think of an infection first. Ring my nurse, Grace Adeyemi, on 01632 960 042. In the evening and at weekends ring 111. If I cannot be woken, ring 999.".into(),
        },
    ]
}

fn what_alice_wants() -> Vec<Block> {
    vec![
        h(1, "4. What I want to change"),
        h(2, "Outcome 1: I get out of the house four times a week"),
        p("Now I get out about once a week. Being indoors makes my mood and my legs worse."),
        Block::Checklist(vec![
            Checked::new(
                true,
                "Wheelchair assessed and repaired",
                "Done in January by Northmoor wheelchair service.",
            ),
            Checked::new(true, "Assistant chosen", "Alice met three people and chose Marek."),
            Checked::new(
                false,
                "Four outings a week for a month",
                "We look at the diary together on 3 June 2027.",
            ),
        ]),
        h(2, "Outcome 2: I have no unplanned stay in hospital this year"),
        p("Last year I had two, both from infections that were noticed late."),
        h(2, "Outcome 3: Bea sleeps through most nights"),
        p("Bea gets up to turn me three times a night. A turning bed would make that once."),
        h(1, "5. How my week works"),
        table(
            "My usual week",
            &["Day", "Morning", "Afternoon", "Evening"],
            &[
                &["Monday", "Marek, 2 hours", "Rest", "Bea"],
                &["Tuesday", "Marek, 2 hours", "River walk with Marek", "Bea"],
                &["Wednesday", "Bea", "Physiotherapy at home", "Friends, twice a month"],
                &["Thursday", "Marek, 2 hours", "Swimming, warm pool", "Bea"],
                &["Friday", "Marek, 2 hours", "Rest", "Night assistant"],
                &["Weekend", "Bea, with Marek on call", "Family", "Bea"],
            ],
            &[],
            None,
        ),
    ]
}

fn actions_and_risks() -> Vec<Block> {
    let actions: Vec<Vec<String>> = [
        ("Buy and fit the turning bed", "Sunil Rao", "20 March 2027", "£2,150.00"),
        ("Contract with Marek signed, employer’s insurance in place", "Bea", "10 March 2027", "£96.00"),
        ("Train Marek in moving and handling", "Fernhill Advice", "31 March 2027", "£180.00"),
        ("Write the infection checklist for the fridge door", "Grace Adeyemi", "12 March 2027", "£0.00"),
        ("Book the warm pool, Thursdays", "Alice", "15 March 2027", "£468.00"),
        ("Ask the council about the dropped kerb at Mill Lane", "Sunil Rao", "30 April 2027", "£0.00"),
        ("Find a second assistant for holidays and sickness", "Bea and Alice", "30 April 2027", "£240.00"),
        ("Try the voice-controlled lamp for four weeks", "Alice", "1 April 2027", "£59.99"),
        ("Physiotherapist reviews the stretches", "Tom Okafor", "16 April 2027", "£0.00"),
        ("Payroll set up with Countwell", "Sunil Rao", "10 March 2027", "£156.00"),
        ("Night assistant, one night a week, for eight weeks", "Marek’s agency", "5 April 2027", "£1,120.00"),
        ("Check the fire service’s home safety visit", "Bea", "31 March 2027", "£0.00"),
        ("Meet the continence nurse", "Grace Adeyemi", "22 March 2027", "£0.00"),
        ("Keep the outings diary", "Alice", "Every week", "£0.00"),
        ("Review everything together", "Everyone", "3 June 2027", "£0.00"),
    ]
    .iter()
    .map(|&(what, who, by, cost)| strings(&[what, who, by, cost]))
    .collect();
    vec![
        h(1, "6. Who does what, by when"),
        Block::Table {
            caption: "Actions we agreed".into(),
            head: strings(&["What", "Who", "By", "Cost"]),
            rows: actions,
            numeric: vec![3],
            total: Some(strings(&["All actions", "", "", "£4,469.99"])),
        },
        h(1, "7. What could go wrong"),
        table(
            "Risks and what we do about them",
            &["What could happen", "How likely, how bad", "What we do", "Who watches"],
            &[
                &[
                    "An infection is noticed late",
                    "Likely, serious",
                    "Checklist on the fridge; Marek looks each morning; Alice decides whom to ring",
                    "Grace Adeyemi",
                ],
                &[
                    "Marek is ill and nobody comes",
                    "Possible, tiring for Bea",
                    "A second assistant by April; agency as a last resort, paid from the reserve",
                    "Bea",
                ],
                &[
                    "A fall when getting into the pool",
                    "Unlikely, serious",
                    "Hoist and two staff at the pool; Alice accepts what risk is left",
                    "Alice",
                ],
                &[
                    "Money runs low before the year ends",
                    "Unlikely",
                    "Spending looked at every month; eight weeks’ cost kept as a reserve",
                    "Sunil Rao",
                ],
            ],
            &[],
            None,
        ),
    ]
}

fn plan_money() -> Vec<Block> {
    let parts = [
        ("Personal assistants and payroll", 1_684_800),
        ("Night assistant", 112_000),
        ("Turning bed and equipment", 220_999),
        ("Warm pool", 46_800),
        ("Training and insurance", 51_600),
        ("Kept for when things change", 183_801),
    ];
    vec![
        h(1, "8. My money"),
        p(
            "The budget is £23,000.00 for the year from 1 April 2027. It is paid into an account only for this plan, each month.",
        ),
        Block::MoneyBar {
            title: "How the year’s £23,000.00 is planned".into(),
            parts: parts.iter().map(|&(name, pence)| (name.to_owned(), pence)).collect(),
        },
        h(1, "9. Agreeing and reviewing"),
        Block::Stages(vec![
            ("Plan written with Alice".into(), true),
            ("Clinical check by Grace Adeyemi".into(), true),
            ("Plan agreed".into(), true),
            ("First review, within three months".into(), false),
            ("Yearly review".into(), false),
        ]),
        p(
            "By signing, we say that this plan is what we agreed. Alice can change her mind at any time and ask for a review.",
        ),
        Block::Signatures(strings(&["Alice Fenwick", "Grace Adeyemi, care coordinator"])),
    ]
}

/// A budget, explained.
pub fn budget() -> Paper {
    paper(
        "How your budget was worked out",
        "NM-2027-0042",
        "Worked out on 18 February 2027, with prices for 2027 to 2028",
        "This paper shows each step from what you told us to the amount. If a step looks wrong to you, tell us. We will look at it again.",
        "Budget explained for Alice Fenwick. Questions: 01632 960 042",
        vec![
            h(1, "The short answer"),
            facts(&[
                ("Your budget for a year", "£23,000.00"),
                ("Paid", "£1,916.67 each month, from 1 April 2027"),
                ("How you have it", "A direct payment to your own account"),
                ("What you pay", "Nothing. The National Health Service does not ask what you earn."),
            ]),
            Block::MoneyBar {
                title: "What it is for".into(),
                parts: vec![
                    ("Help from people you employ".into(), 1_684_800),
                    ("Equipment".into(), 220_999),
                    ("Health and wellbeing".into(), 210_400),
                    ("Kept for when things change".into(), 183_801),
                ],
            },
            h(1, "Step by step"),
            table(
                "From hours to pounds",
                &["Step", "How", "Amount"],
                &[
                    &["Help in the day", "18 hours a week × £16.40 an hour × 52 weeks", "£15,350.40"],
                    &["Holiday and sick pay", "5.6 weeks’ holiday, and two weeks’ sick pay", "£1,341.60"],
                    &["Payroll", "£13.00 a month × 12", "£156.00"],
                    &["Night help", "8 nights × £140.00", "£1,120.00"],
                    &["Turning bed", "Best of three quotes", "£2,150.00"],
                    &["Lamp and small equipment", "Price in the shop", "£59.99"],
                    &["Warm pool", "52 visits × £9.00", "£468.00"],
                    &[
                        "Training and insurance",
                        "Course £180.00, insurance £96.00, second assistant £240.00",
                        "£516.00",
                    ],
                    &["Reserve", "About eight weeks of help", "£1,838.01"],
                ],
                &[2],
                Some(&["Your budget", "", "£23,000.00"]),
            ),
            h(1, "If you disagree"),
            p(
                "You can ask us to look again. You do not need a reason that sounds official: “this is not enough for my nights” is a reason.",
            ),
            Block::Bullets(strings(&[
                "Ring Grace Adeyemi on 01632 960 042, or write to the address on our letter.",
                "Ask within 28 days if you can. If you cannot, tell us why and ask anyway.",
                "Someone who did not work on this budget will look at it.",
            ])),
        ],
    )
}

/// A letter with a decision.
pub fn letter() -> Paper {
    paper(
        "Our decision about your personal health budget",
        "NM-2027-0042",
        "3 March 2027",
        "Dear Alice,",
        "Northmoor Integrated Care Board, 1 Moor Row, Northmoor NM1 0AA. 01632 960 042",
        vec![
            p("Thank you for the plan you sent us on 12 February. We have read it with Grace Adeyemi, and we have talked with you about two parts of it."),
            Block::Callout {
                title: "We agree to your plan, except for one part".into(),
                body: "You will have a personal health budget of £23,000.00 a year from 1 April 2027. We did not agree to the second wheelchair.".into(),
            },
            h(1, "What we agreed, and why"),
            p("Your plan shows how regular help, the turning bed and the warm pool keep you well and out of hospital. Each of them meets a need that your assessment found, and costs less than what it replaces."),
            h(1, "What we did not agree, and why"),
            p("You asked for £3,400.00 for a second powered wheelchair to keep at your sister’s house. We see why that would be easier. We did not agree, because the wheelchair service can lend you a travelling chair for visits, at no cost to your budget. Grace will arrange it with you."),
            h(1, "What you can do"),
            table(
                "Your choices",
                &["If you", "Then", "By"],
                &[
                    &["are content", "sign the agreement that comes with this letter", "24 March 2027"],
                    &["want to talk first", "ring Grace Adeyemi on 01632 960 042", "any time"],
                    &["disagree", "ask for a review; you can add anything we have not seen", "31 March 2027"],
                    &["are not content with how we treated you", "make a complaint; it will not affect your budget", "within 12 months"],
                ],
                &[],
                None,
            ),
            p("You can ask anyone to help you: family, a friend, or an advocate, who is free and does not work for us."),
            p("Yours sincerely,"),
            Block::Signatures(strings(&["Hugh Pemberton, head of personalised care"])),
        ],
    )
}

/// An agreement about direct payments.
pub fn agreement() -> Paper {
    paper(
        "Direct payment agreement",
        "NM-2027-0042/A1",
        "Between Northmoor Integrated Care Board (“we”) and Alice Fenwick (“you”), from 1 April 2027",
        "This says what we do, what you do, and what happens if something changes. Please ask about anything that is not clear before you sign.",
        "Direct payment agreement, version 1, 3 March 2027",
        vec![
            h(1, "What we do"),
            Block::Bullets(strings(&[
                "Pay £1,916.67 into your account by the first working day of each month.",
                "Give you a named person, Grace Adeyemi, who knows your plan.",
                "Review your plan with you within three months, and then at least once a year.",
                "Tell you in writing before we change or stop a payment, and say why.",
            ])),
            h(1, "What you do"),
            Block::Bullets(strings(&[
                "Spend the money on what your plan says.",
                "Keep it in an account only for this money, and keep receipts for six years.",
                "Tell us if your health, your address or your helpers change.",
                "Be a good employer: contracts, payslips, holidays, and insurance.",
            ])),
            h(1, "What the money cannot buy"),
            p(
                "Alcohol, tobacco, gambling, paying off debts, or anything against the law. It also cannot pay for care that the National Health Service gives anyway, such as seeing your doctor or emergency care.",
            ),
            h(1, "If something goes wrong"),
            p(
                "Mistakes happen. If money went to the wrong thing, tell us and we will sort it out together. We ask for money back only if it was spent on something that is not in the plan and you knew it was not, or if it was not needed. We will look at your reasons first.",
            ),
            h(2, "Ending this agreement"),
            p(
                "You can end it at any time. We can end it with eight weeks’ notice, sooner only if you or someone else is in danger or if money is being taken. Your care goes on either way: we then arrange it for you.",
            ),
            facts(&[
                ("Amount", "£23,000.00 a year"),
                ("Account", "Ends in 4417, Northmoor Building Society"),
                ("Managed by", "You, with Countwell for payroll"),
                ("First review", "By 3 June 2027"),
            ]),
            h(1, "Signing"),
            Block::Checklist(vec![
                Checked::new(true, "I have read this, or someone has read it to me", ""),
                Checked::new(true, "I could ask questions", ""),
                Checked::new(false, "I have a copy to keep", ""),
            ]),
            Block::Signatures(strings(&["Alice Fenwick", "For Northmoor Integrated Care Board"])),
        ],
    )
}
