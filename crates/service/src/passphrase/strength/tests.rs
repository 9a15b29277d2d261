use super::*;

fn martin() -> Owner {
    Owner {
        name: "Martin Hale".into(),
        email: "martin.hale@mail.example".into(),
        organisations: vec!["Mendip Vale Clinic".into()],
    }
}

fn refused(bad: &str) -> Refusal {
    check_new(&mut Place::of_its_own(), bad, &martin()).expect_err(bad)
}

#[test]
fn short_and_long_ones_are_refused() {
    for bad in ["", "short", "elevenchars", "🦦🌊🌙🦦🌊🌙", &"x y".repeat(100), &"🦦".repeat(10_000)]
    {
        let no = refused(bad);
        assert!(no.message.contains(" 12 ") || no.message.contains(" 200 "), "{bad:.40}: {no}");
    }
}

#[test]
fn guessed_ones_are_refused_and_it_says_why() {
    for (bad, why) in [
        ("password1234", "many people use"),
        ("Password 1234!!", "many people use"),
        ("Passw0rd!Passw0rd!", "again and again"),
        ("123456789012", "in their order"),
        ("abcdefghijklmnop", "in their order"),
        ("qwertyuiop[]", "next to each other"),
        ("aaaaaaaaaaaaaaaa", "again and again"),
        ("abcabcabcabc", "again and again"),
        ("manchesterunited", "many people use"),
        ("correct horse battery staple", "many people use"),
        ("personal health budget", "many people use"),
        ("martin.hale@mail.example", "your name, your email"),
        ("Martin Hale 1971", "your name, your email"),
        ("halemartin99!", "your name, your email"),
        ("MendipVale2026!", "where you work"),
        ("19 05 1971 1971", ""),
        ("07700900123456", "numbers alone"),
        ("Otters swim at dusk", "in the demonstration"),
    ] {
        let no = refused(bad);
        assert!(no.message.contains(why) && no.message.contains("Three or four words"), "{bad}: {no}");
        assert_eq!(no.field.as_deref(), Some("passphrase"));
    }
}

/// The words that people put a year behind, and the ways they dress them up.
#[test]
fn one_word_in_a_costume_is_refused() {
    let words = [
        "Summer",
        "autumn",
        "October",
        "Wednesday",
        "Christmas",
        "Liverpool",
        "liverpoolfc",
        "Arsenal",
        "Everton",
        "Tottenham",
        "London",
        "Bristol",
        "password",
        "Passphrase",
        "Welcome",
        "letmein",
        "qwerty",
        "iloveyou",
        "Princess",
        "football",
        "Elizabeth",
        "Mohammed",
        "Charlotte",
        "Williams",
        "kitchen",
        "chocolate",
        "sunshine",
        "NHSbudget",
        "healthcare",
        "Somerset",
        "butterfly",
        "Martin",
        "MendipVale",
        "winterspring",
        "ilovechelsea",
        "mykitchen",
    ];
    let swap =
        |word: &str, from: &[(&str, &str)]| from.iter().fold(word.to_owned(), |w, (a, b)| w.replace(a, b));
    let leet =
        [("a", "@"), ("o", "0"), ("s", "$"), ("e", "3"), ("i", "1"), ("S", "$"), ("E", "3"), ("A", "@")];
    let mut tried = 0;
    for word in words {
        for bad in [
            format!("{word}2026!!!!!!"),
            format!("{word}20261234!"),
            format!("!!{word}1987!!"),
            format!("{word}_{word}_2026"),
            format!("{}2026!!!!", swap(word, &leet)),
            format!("{}#19871123", swap(word, &leet[..2])),
            format!("{}......2026", word.to_uppercase()),
        ] {
            assert!(bad.chars().count() >= LEAST_CHARACTERS, "{bad}");
            let no = refused(&bad);
            assert!(no.message.contains("harder to guess"), "{bad}: {no}");
            tried += 1;
        }
    }
    assert!(tried > 200);
    for bad in ["Summer2026!!!!", "P@ssw0rd2026!!", "liverpoolfc1892", "$ummer2026!!!!", "Summer2026Summer"] {
        refused(bad);
    }
}

#[test]
fn what_was_stolen_elsewhere_is_refused() {
    // No rule sees through these: they are somebody's own, and were in breaches.
    for bad in ["HTT//finestmodels.com/members/", "vwjs7fu1hwgjm", "r2fydgvumtcy"] {
        assert_eq!(judge(bad, &Owner::default()), Ok(()), "{bad}");
        assert!(refused(bad).message.contains("stolen"), "{bad}");
    }
}

#[test]
fn words_of_ones_own_in_any_script_are_good() {
    for good in [
        "herons wade at dusk",
        "لا يوجد شيء أفضل من البيت",
        "🦦 otters 🌊 swim 🌙",
        "c4Nal-b0at-tea",
        "Wednesday kettle violin",
        "martin swims with otters at dusk",
        "blink once for yes",
        "a heron on the weir",
        "three small otters",
        "two blinks for no",
        "kettle harbour violin",
        "purple gravel teaspoon",
        "lantern biscuit orbit",
        "my great big hospital garden",
        "nine owls mend a fence",
        "the sea remembers nothing",
        "copper-tulip-window-41",
        "Gravity likes cold soup",
        "marmalade rocket shelf",
        "seven green umbrellas dance",
        "Tq7vXw2mBz9k",
        "k9#2!84%1*xQ&0",
        "xK4-pW9-mT2-zR7",
        "correct zebra ladder moon",
        "she paints grey radiators",
        "wool socks argue loudly",
        "ponies rarely file taxes",
        "rust teacup meridian",
        "Liverpool fog eats biscuits",
        "October ladder pianist",
        "dim sum before thunder",
        "ein Igel trinkt Tee",
        "mae'r gath ar y to",
        "il gatto suona il violino",
        "le hibou mange du pain",
        "猫が窓から海を見ている夕方",
        "кот смотрит на море вечером",
        "החתול מסתכל על הים",
        "बिल्ली समुद्र को देखती है",
        "고양이가 바다를 바라본다 저녁에",
        "γάτα κοιτάζει τη θάλασσα",
        "kedi denize bakıyor",
        "mèo nhìn ra biển cả",
        "ظلال القطة على الجدار",
        "spoon;anchor;daisy",
        "eleven_quiet_badgers",
        "velvet 3 trombone 8 lentil",
        "nobody waters the cactus",
        "hedgehog.opera.tuesday.glue",
        "grandad's boat leaks jam",
        "fridge moon accordion",
        "tango with a lighthouse",
    ] {
        assert_eq!(check_new(&mut Place::of_its_own(), good, &martin()), Ok(()), "{good}");
    }
    assert_eq!(
        check_new(&mut Place::of_its_own(), "herons wade at dusk", &Owner::default()),
        Ok(()),
        "an account without a name"
    );
}

#[test]
fn no_more_than_the_beginning_is_judged() {
    // The same beginning, and ends that are as hard to judge as can be.
    let start = "otters swim at dusk over harbour";
    assert!(start.chars().count() >= JUDGED);
    let long = format!("{start}{}", "4@8({[<369&#!1|/70$5+%2xX".repeat(6));
    assert_eq!(guessing(start).guesses(), guessing(&long).guesses());
    assert_eq!(check_new(&mut Place::of_its_own(), &long, &martin()), Ok(()));
}
