//! Every right that the policy has a row for is asked somewhere: a row that nobody asks
//! says of somebody that they may or may not, and nothing is so.

use super::{below, root};
use domain::access::RULES;
use std::fs;
use std::path::{Path, PathBuf};

/// The policy itself, and its tests, ask each of them.
fn asks(path: &Path) -> bool {
    let path = path.to_string_lossy();
    let is_policy =
        ["policy.rs", "matrix.rs", "sees.rs"].iter().any(|name| path.ends_with(&format!("access/{name}")));
    !is_policy && !path.contains("/tests") && !path.contains("tests.rs")
}

#[test]
fn each_row_of_the_policy_is_asked_by_a_door_or_a_use_case() {
    let mut paths: Vec<PathBuf> = vec![];
    for room in ["domain", "service", "web"] {
        below(&root().join("crates").join(room).join("src"), ".rs", &mut paths);
    }
    let texts = paths.iter().filter(|path| asks(path)).map(|path| fs::read_to_string(path).expect("read"));
    let text: String = texts.collect();
    let is_asked = |name: &str| {
        let asked = format!("Action::{name}");
        text.match_indices(&asked).any(|(at, _)| {
            !text[at + asked.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_')
        })
    };
    let names = RULES.iter().map(|rule| format!("{:?}", rule.action));
    let never: Vec<String> = names.filter(|name| !is_asked(name)).collect();
    assert_eq!(never, [""; 0], "rows that nobody asks");
    assert!(!is_asked("ARightThatIsNotThere"));
}
