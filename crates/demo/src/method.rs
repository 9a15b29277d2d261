//! The question set, the published method and the kinds of spending of the
//! demonstration's area. All of it is data: another area writes its own.

use domain::Pence;
use domain::framework::{Method, Question, SpendingKind};
use domain::ledger::Funder;
use domain::testing::{line, prose};

/// What the law leaves out, and where that is written.
const LAW: &str = "NHS (Direct Payments) Regulations 2013, regulation 12";

/// A question: key, title, hint, and its four answers from least to most help
/// with their points.
type Asked = (&'static str, &'static str, &'static str, [(&'static str, u32); 4]);

const HEALTH: [Asked; 6] = [
    (
        "breathing",
        "Breathing, medicines and treatment, by day and by night",
        "Think of a usual week, and of the nights too.",
        [
            ("I manage this myself", 0),
            ("Someone reminds me or helps me now and then", 10),
            ("Someone helps me every day", 30),
            ("Someone trained has to be with me all day and all night", 80),
        ],
    ),
    (
        "eating",
        "Eating and drinking",
        "This is about swallowing and being fed. Shopping and cooking come later.",
        [
            ("I eat and drink without help", 0),
            ("I need some help, or special food or drink", 5),
            ("Someone helps me with every meal", 14),
            ("I am fed through a tube, or I could choke without trained help", 36),
        ],
    ),
    (
        "skin",
        "Skin, and going to the toilet",
        "For example sore skin, pads, a catheter or a stoma.",
        [
            ("I need no help with this", 0),
            ("I need help now and then", 5),
            ("I need help every day", 12),
            ("I need trained help, many times a day and at night", 30),
        ],
    ),
    (
        "communicating",
        "Being understood",
        "In whatever way you say things: words, signs, pictures, eyes or sounds.",
        [
            ("People understand me", 0),
            ("People who do not know me need time or a device", 4),
            ("Only people who know me well understand me", 10),
            ("Someone who knows how I say yes and no has to be near me", 24),
        ],
    ),
    (
        "mind",
        "Mind and mood",
        "For example fear, low mood, memory, or getting very upset.",
        [
            ("I feel well most of the time", 0),
            ("I need some help now and then", 5),
            ("I need help most days", 12),
            ("I need someone with me, or I am not safe", 30),
        ],
    ),
    (
        "changes",
        "When your health changes suddenly",
        "For example fits, infections, pain, or days that are much worse than others.",
        [
            ("My health stays much the same", 0),
            ("It changes now and then, and I know what to do", 5),
            ("It changes often, and someone has to help me then", 14),
            ("It can change in minutes, and someone trained has to act", 36),
        ],
    ),
];

const SOCIAL: [Asked; 6] = [
    (
        "washing",
        "Moving about, washing and dressing",
        "Getting up, getting about indoors, washing, dressing and going to bed.",
        [
            ("I do this myself", 0),
            ("I need help with some of it", 5),
            ("I need help with most of it every day", 14),
            ("I need two people, or a hoist, for all of it", 34),
        ],
    ),
    (
        "safety",
        "Being safe at home",
        "For example falls, fire, going out alone by mistake, or people who might harm you.",
        [
            ("I am safe on my own", 0),
            ("I need someone to look in", 4),
            ("I cannot be alone for long", 10),
            ("I can never be alone", 26),
        ],
    ),
    (
        "home",
        "Running your home",
        "Cooking, shopping, cleaning, letters and bills.",
        [
            ("I do this myself", 0),
            ("I need some help each week", 3),
            ("I need help most days", 8),
            ("Someone has to do all of it", 16),
        ],
    ),
    (
        "out",
        "Going out and seeing people",
        "Friends, family, faith, clubs, fresh air: whatever matters to you.",
        [
            ("I go out and see people as I like", 0),
            ("I need some help to plan it or get there", 4),
            ("I need someone with me", 10),
            ("I need two people, or someone trained, with me", 20),
        ],
    ),
    (
        "roles",
        "Being a parent, working, learning or helping others",
        "What you do, or would like to do, for others and for yourself.",
        [
            ("I do what I want to do", 0),
            ("I need some help to do it", 3),
            ("I need help most times", 8),
            ("I can only do it with someone beside me", 16),
        ],
    ),
    (
        "family",
        "Rest for the people who help you without pay",
        "What they do freely takes nothing away from your budget. This adds money so that they can rest.",
        [
            ("They are fine, or nobody helps me without pay", 0),
            ("They need a rest now and then", 4),
            ("They need a rest every week", 10),
            ("They cannot go on without more help", 20),
        ],
    ),
];

/// Version 1 of the method: twelve questions, and pounds for points.
#[must_use]
pub fn method() -> Method {
    let health = HEALTH.into_iter().map(|asked| question(Funder::Nhs, asked));
    let social = SOCIAL.into_iter().map(|asked| question(Funder::Council, asked));
    Method {
        version: 1,
        questions: health.chain(social).collect(),
        nhs_per_point: Pence(31_000),
        council_per_point: Pence(24_000),
        start_up: Pence(150_000),
        explained: prose(EXPLAINED),
    }
}

const EXPLAINED: &str = "We ask 12 questions. Each answer has points: the more help you need, the more points.\n\
     Six questions are about your health. Each point from them is £310 a year from the NHS.\n\
     Six questions are about your daily life. Each point from them is £240 a year from the council.\n\
     We add the two together. That is your budget for a year. There is also £1,500, once, to get started: for \
     example to find and train people.\n\
     Everyone in this area has the same questions, the same points and the same pounds. We chose the pounds by \
     looking at what good care costs here, and we look at them again every year.\n\
     What your family and friends do for you without pay takes nothing away.\n\
     What you own or earn is not asked, and makes no difference to the NHS part.\n\
     It is a first idea of what is enough. It is not set in stone: if it is not right for you, tell us, and we \
     will look at it with you.";

fn question(funder: Funder, (key, title, hint, levels): Asked) -> Question {
    Question {
        key: key.into(),
        title: line(title),
        hint: Some(line(hint)),
        funder,
        levels: levels.into_iter().map(|(words, points)| (line(words), points)).collect(),
    }
}

/// What money is spent on, and what the law leaves out.
#[must_use]
pub fn spending_kinds() -> Vec<SpendingKind> {
    let allowed = [
        ("assistant", "A personal assistant"),
        ("agency", "Care from an agency"),
        ("therapy", "Therapy or treatment in the plan"),
        ("equipment", "Equipment and things that help"),
        ("training", "Training for you or your helpers"),
        ("activity", "Something that keeps you well"),
        ("break", "A break, for you or your family"),
        ("travel", "Getting there"),
        ("employing", "Costs of employing people"),
        ("support", "Help to plan and manage the money"),
    ];
    let excluded = [
        ("gp", "Seeing your GP", "Your GP is there for you without it"),
        ("screening", "Vaccination, screening and health checks", "The NHS gives these to everyone"),
        ("charges", "Prescription and dental charges", "NHS charges cannot be paid from it"),
        ("emergency", "Emergency and urgent care", "The NHS gives this to everyone"),
        ("surgery", "A planned operation", "The NHS arranges operations"),
        ("alcohol", "Alcohol", "The law leaves it out"),
        ("tobacco", "Tobacco", "The law leaves it out"),
        ("gambling", "Gambling", "The law leaves it out"),
        ("debts", "Paying back a debt", "The law leaves it out, unless it is for care in the plan"),
        ("illegal", "Anything against the law", "The law leaves it out"),
    ];
    let kind = |key: &str, name: &str, why: Option<&str>| SpendingKind {
        key: key.into(),
        name: line(name),
        excluded: why.map(|why| (line(why), line(LAW))),
    };
    let allowed = allowed.into_iter().map(|(key, name)| kind(key, name, None));
    allowed.chain(excluded.into_iter().map(|(key, name, why)| kind(key, name, Some(why)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pence a year: from the NHS, from the council.
    fn budget(levels: [usize; 12]) -> (i64, i64) {
        let method = method();
        let mut pence = (0, 0);
        for (question, level) in method.questions.iter().zip(levels) {
            let amount = method.per_point(question.funder).0 * i64::from(question.levels[level].1);
            match question.funder {
                Funder::Nhs => pence.0 += amount,
                Funder::Council => pence.1 += amount,
            }
        }
        pence
    }

    #[test]
    fn the_method_may_be_published_and_says_its_own_numbers() {
        let method = method();
        assert_eq!(method.check(), Ok(()));
        assert_eq!(method.questions.len(), 12);
        for (words, pence) in [("£310", method.nhs_per_point), ("£240", method.council_per_point)] {
            assert!(EXPLAINED.contains(words) && pence.to_string().starts_with(words));
        }
        assert!(EXPLAINED.contains("£1,500") && method.start_up == Pence(150_000));
    }

    #[test]
    fn two_live_in_carers_come_to_about_95_000_shared_70_to_30() {
        let (nhs, council) = budget([3, 3, 3, 3, 2, 3, 3, 3, 2, 3, 3, 3]);
        let whole = nhs + council;
        assert!((9_300_000..9_900_000).contains(&whole), "{whole}");
        assert!((68..=72).contains(&(nhs * 100 / whole)), "{nhs} of {whole}");
    }

    #[test]
    fn some_help_most_days_comes_to_about_12_000() {
        let (nhs, council) = budget([1, 0, 1, 0, 2, 0, 1, 0, 1, 1, 1, 0]);
        assert!((1_100_000..1_300_000).contains(&(nhs + council)), "{}", nhs + council);
    }

    #[test]
    fn every_kind_that_the_law_leaves_out_names_the_law() {
        let kinds = spending_kinds();
        let keys: std::collections::BTreeSet<_> = kinds.iter().map(|k| &k.key).collect();
        assert_eq!(keys.len(), kinds.len());
        let excluded: Vec<_> = kinds.iter().filter_map(|k| k.excluded.as_ref()).collect();
        assert_eq!(excluded.len(), 10);
        assert!(excluded.iter().all(|(_, source)| source.as_str().contains("regulation 12")));
    }
}
