//! The hazard log: each hazard with its causes, its controls and the tests that
//! show them, and its risk by the matrix of DCB0129.

use crate::{root, test_is_there};
use std::fmt::Write as _;
use std::fs;

const LIKELIHOODS: [&str; 5] = ["very low", "low", "medium", "high", "very high"];
const SEVERITIES: [&str; 5] = ["minor", "significant", "considerable", "major", "catastrophic"];

/// The risk, from 1 to 5: a row for each likelihood, from very low on.
const RISKS: [[u8; 5]; 5] =
    [[1, 1, 2, 2, 3], [1, 2, 2, 3, 4], [2, 2, 3, 3, 4], [2, 3, 3, 4, 5], [3, 4, 4, 5, 5]];

const NO_CONTROL: &str = "none in the product";

#[derive(Clone)]
struct Hazard {
    id: String,
    what: String,
    cause: String,
    effect: String,
    before: (String, String),
    controls: String,
    tests: Vec<String>,
    organisation: String,
    after: (String, String),
}

fn hazards() -> Vec<Hazard> {
    let text = fs::read_to_string(root().join("docs/assurance/hazards.tsv")).expect("the hazards");
    let hazard = |line: &str| {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let [
            id,
            what,
            cause,
            effect,
            likely,
            severe,
            controls,
            tests,
            organisation,
            likely_after,
            severe_after,
        ] = <[String; 11]>::try_from(cells).unwrap_or_else(|_| panic!("not eleven cells: {line}"));
        let tests = if tests == "-" { vec![] } else { tests.split(" ; ").map(str::to_owned).collect() };
        let (before, after) = ((likely, severe), (likely_after, severe_after));
        Hazard { id, what, cause, effect, before, controls, tests, organisation, after }
    };
    text.lines().skip(1).map(hazard).collect()
}

/// Where a likelihood and a severity stand in their rows; none where one is
/// no word of the matrix.
fn place((likely, severe): &(String, String)) -> Option<(usize, usize)> {
    let likely = LIKELIHOODS.iter().position(|word| word == likely)?;
    let severe = SEVERITIES.iter().position(|word| word == severe)?;
    Some((likely, severe))
}

fn risk(pair: &(String, String)) -> u8 {
    place(pair).map_or(5, |(likely, severe)| RISKS[likely][severe])
}

fn wrong(hazards: &[Hazard]) -> Vec<String> {
    let mut wrong = vec![];
    for (at, hazard) in hazards.iter().enumerate() {
        let Hazard { id, before, after, tests, .. } = hazard;
        let mut say = |why: &str| wrong.push(format!("{id}: {why}"));
        if *id != format!("H-{:02}", at + 1) {
            say("ids go from 01 on without a hole");
        }
        let cells = [&hazard.what, &hazard.cause, &hazard.effect, &hazard.controls, &hazard.organisation];
        if cells.iter().any(|cell| cell.trim().is_empty()) {
            say("a cell is empty");
        }
        match (place(before), place(after)) {
            (Some(was), Some(is)) if is.0 <= was.0 && is.1 <= was.1 => {}
            (Some(_), Some(_)) => say("what remains is more than there was"),
            _ => say("not a word of the matrix"),
        }
        match (hazard.controls == NO_CONTROL, tests.is_empty()) {
            (true, true) if before == after => {}
            (true, true) => say("nothing in the product makes it less"),
            (false, false) => {}
            _ => say("controls without a test, or a test of no control"),
        }
        for why in tests.iter().filter_map(|test| test_is_there(test).err()) {
            say(&why);
        }
    }
    wrong
}

#[test]
fn every_hazard_has_its_controls_and_the_tests_that_show_them() {
    let hazards = hazards();
    assert!(hazards.len() >= 25, "{} hazards", hazards.len());
    let found = wrong(&hazards);
    assert!(found.is_empty(), "docs/assurance/hazards.tsv is not true: {found:#?}");

    let is_named = |change: &dyn Fn(&mut Hazard), why: &str| {
        let mut changed = hazards.clone();
        change(&mut changed[0]);
        let found = wrong(&changed);
        assert!(found.iter().any(|w| w.contains(why)), "{why}: {found:#?}");
    };
    is_named(&|h| h.id = "H-99".into(), "without a hole");
    is_named(&|h| h.effect = " ".into(), "a cell is empty");
    is_named(&|h| h.before.0 = "never".into(), "not a word");
    is_named(&|h| h.after.0 = "very high".into(), "more than there was");
    is_named(&|h| h.tests.clear(), "without a test");
    is_named(&|h| h.tests = vec!["tests/papers.rs::nothing_of_the_kind".into()], "no test");
    is_named(&|h| h.controls = NO_CONTROL.into(), "a test of no control");
}

/// The page, made from the table.
fn page(hazards: &[Hazard]) -> String {
    let with =
        |risk_is: &dyn Fn(&Hazard) -> u8, level: u8| hazards.iter().filter(|h| risk_is(h) == level).count();
    let before = |h: &Hazard| risk(&h.before);
    let after = |h: &Hazard| risk(&h.after);
    let counts =
        |of: &dyn Fn(&Hazard) -> u8| (1..=5).map(|n| with(of, n).to_string()).collect::<Vec<_>>().join(" | ");
    let uncontrolled = hazards.iter().filter(|h| h.tests.is_empty()).count();
    let mut text = format!(
        "# Hazards of OpenPHB\n\n\
        A start of the hazard log that DCB0129 asks of a maker and DCB0160 of whoever deploys. **It is not a clinical safety case:** no clinical safety officer has read or signed it, likelihood and severity are the makers' own judgement, and nobody has used the product with real people. Whoever deploys it has to judge each row anew with their clinical safety officer, and add what their own work brings.\n\n\
        There are **{all} hazards**; of **{uncontrolled}** the product controls nothing. The table is [hazards.tsv](hazards.tsv), which a spreadsheet opens. Each test that a control names is in the code: `cargo test --test documents` fails when one is not, and runs with all others in `make test`.\n\n\
        Risk by the matrix of DCB0129: 5 and 4 are not acceptable, 3 is undesirable and needs a reason why it cannot be made less, 2 is tolerable where more would cost more than it helps, 1 is acceptable.\n\n\
        | likelihood | minor | significant | considerable | major | catastrophic |\n|---|--:|--:|--:|--:|--:|\n",
        all = hazards.len(),
    );
    for (row, likelihood) in RISKS.iter().zip(LIKELIHOODS).rev() {
        let cells: Vec<String> = row.iter().map(u8::to_string).collect();
        let _ = writeln!(text, "| {likelihood} | {} |", cells.join(" | "));
    }
    text.push_str("\n| hazards with risk | 1 | 2 | 3 | 4 | 5 |\n|---|--:|--:|--:|--:|--:|\n");
    let _ =
        writeln!(text, "| before controls | {} |\n| what remains | {} |", counts(&before), counts(&after));
    let grave: Vec<String> =
        hazards.iter().filter(|h| after(h) > 3).map(|h| format!("{} ({})", h.id, h.what)).collect();
    if !grave.is_empty() {
        let _ = write!(
            text,
            "\n**Not acceptable without controls of the organisation's own**, since the product alone leaves risk 4 or 5: {}.\n",
            grave.join("; "),
        );
    }
    for hazard in hazards {
        let Hazard { id, what, cause, effect, before, controls, tests, organisation, after } = hazard;
        let _ = write!(
            text,
            "\n## {id} {what}\n\n\
            - **Cause:** {cause}.\n- **Effect:** {effect}.\n\
            - **Before:** {} likelihood, {}: risk {}.\n- **In the product:** {controls}.\n",
            before.0,
            before.1,
            risk(before),
        );
        for test in tests {
            let _ = writeln!(text, "  - `{test}`");
        }
        let _ = write!(
            text,
            "- **The organisation:** {}.\n- **What remains:** {} likelihood, {}: risk {}.\n",
            if organisation == "-" { "nothing special" } else { organisation },
            after.0,
            after.1,
            risk(after),
        );
    }
    text
}

/// `UPDATE_MAP=1` writes the page anew.
#[test]
fn the_checked_in_page_says_what_the_hazards_say() {
    let text = page(&hazards());
    let path = root().join("docs/assurance/hazard-log.md");
    if std::env::var_os("UPDATE_MAP").is_some() {
        fs::write(&path, &text).expect("the page can be written");
    }
    let kept = fs::read_to_string(&path).expect("docs/assurance/hazard-log.md is checked in");
    assert!(kept == text, "the hazards have changed: UPDATE_MAP=1 cargo test --test documents, and read it");
}
