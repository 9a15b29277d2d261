//! Questions that help to write each part. They come from person-centred
//! planning; nobody has to answer them.

use domain::case::plan::Section;

/// What helps with one part.
pub struct Prompt {
    /// What it is for, in a sentence or two.
    pub lead: &'static str,
    pub questions: &'static [&'static str],
    /// How somebody else began.
    pub example: &'static str,
}

pub fn of(section: Section) -> Prompt {
    match section {
        Section::ImportantToMe => Prompt {
            lead: "What matters most, in the person's own words. Only they can know. There are no wrong answers.",
            questions: &[
                "What makes a good day? What makes a bad one?",
                "Who do you want near you? What do you never want to miss?",
                "How would you like to live, if you could choose?",
                "Which small things make a big difference?",
            ],
            example: "I like my mornings slow. I want the same two people with me, not a new face each week.",
        },
        Section::WhoIAm => Prompt {
            lead: "A picture of the whole person: what they are good at, who is in their life, what they have done, and their health.",
            questions: &[
                "What do people like about you?",
                "What are you good at? What do you know a lot about?",
                "Who is in your life: family, friends, neighbours, pets?",
                "Which health conditions do you live with, and what are they like for you?",
                "Is there something about your faith or culture that people should know?",
            ],
            example: "I was a music teacher for twenty years. I still conduct, in my head, with my eyes.",
        },
        Section::WhoSpeaks => Prompt {
            lead: "How the person makes decisions, what helps them to, and who speaks for them where they cannot. It also says how that was decided.",
            questions: &[
                "How do you say yes, no, and not now?",
                "What helps you to decide: time, pictures, a quiet room, somebody you trust?",
                "Which decisions do you make yourself?",
                "Where somebody decides for you: who, about what, and how was that agreed?",
            ],
            example: "I blink once for yes and twice for no. Ask one thing at a time, and ask it again the other way round.",
        },
        Section::Working => Prompt {
            lead: "What is good now and should stay. Saying what is good is how it gets kept.",
            questions: &[
                "What works well in a normal week?",
                "Whose help do you trust, and why?",
                "What have you found out for yourself that helps?",
            ],
            example: "The morning carer knows how I breathe. When she is here I do not have to be afraid.",
        },
        Section::NotWorking => Prompt {
            lead: "What is hard, or gets in the way. Saying so does not take any help away.",
            questions: &[
                "What would you stop or change if you could?",
                "What can you not do now that you would like to do?",
                "Are there times of the day or week that are hard?",
                "What do you put up with because it has always been so?",
            ],
            example: "The shift ends at 2 every day, so we can never go out for a whole day.",
        },
        Section::ImportantForMyHealth => Prompt {
            lead: "What keeps the person well and safe. People who work with them can add what they know here.",
            questions: &[
                "What must be watched: breathing, skin, sugar, pain, mood?",
                "What is a good level, and what is too high or too low for you?",
                "What do you do yourself to stay well?",
                "Who do you turn to if it goes past a safe point?",
            ],
            example: "My oxygen should stay above 92. Below that for ten minutes: sit me up, then call the nurse.",
        },
        Section::IfThingsGoWrong => Prompt {
            lead: "What happens if a helper does not come, something breaks, or the person gets ill, and who to call in the health service.",
            questions: &[
                "Who can step in, and how fast?",
                "Who do you call first, by day and by night?",
                "What should people never do in a crisis?",
                "Which equipment needs somebody to ring if it fails?",
            ],
            example: "If nobody comes by 8, my brother stays and rings the team's number. They send somebody I know.",
        },
        Section::HowMoneyIsHeld => Prompt {
            lead: "In a few words: who looks after the money and how. The details come on their own pages.",
            questions: &[
                "Do you want to look after money yourself, or somebody to do it for you?",
                "Which decisions do you want to make yourselves?",
                "Who finds and manages the helpers?",
            ],
            example: "An organisation pays the night carers. We choose them. The rest comes to our own account.",
        },
        Section::HowWeReview => Prompt {
            lead: "How everyone will know that it goes well or badly, and how the outcomes and the money are looked at again.",
            questions: &[
                "What would you see, hear or feel if it goes well?",
                "What would be the first sign that it does not?",
                "Who looks at the money, and how often?",
                "Who should be there when it is looked at, and where is best?",
            ],
            example: "A good sign: I laugh at breakfast. A bad sign: I will not open my eyes for a carer.",
        },
    }
}
