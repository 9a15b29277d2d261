//! Which parts of a crate need each other: a part can be understood, tested and
//! moved where what it stands on does not stand on it.

use super::{below, root};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The circles that there are, each with its reason; no crate has another.
const CIRCLES: [(&str, &[&str]); 2] = [
    // A case is described by its framework, which is a stream as a case is; and
    // what waits in it is on a page of it.
    ("domain", &["case", "framework", "place", "stream"]),
    ("store", &["dialect", "engine"]),
];

type Needs = BTreeMap<String, BTreeSet<String>>;

/// The names that follow `crate::`, one or several in braces.
fn named_after_crate(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.to_string() == word);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                // What tests use is no part of the house.
                let is_of_tests = at >= 3
                    && matches!(&tokens[at - 2], TokenTree::Ident(word) if word == "mod")
                    && tokens[at - 3].to_string().replace(' ', "") == "[cfg(test)]";
                if !is_of_tests {
                    named_after_crate(group.stream(), found);
                }
            }
            TokenTree::Ident(word) if word == "crate" && is(at + 1, ":") && is(at + 2, ":") => {
                match tokens.get(at + 3) {
                    Some(TokenTree::Ident(name)) => drop(found.insert(name.to_string())),
                    Some(TokenTree::Group(group)) => {
                        let mut begins = true;
                        for token in group.stream() {
                            if let TokenTree::Ident(name) = &token
                                && begins
                            {
                                found.insert(name.to_string());
                            }
                            begins = token.to_string() == ",";
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

fn tokens(file: &Path) -> TokenStream {
    let text = fs::read_to_string(file).expect("a file of ours");
    text.parse().unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

/// The parts of a crate, and whence what its front names comes.
fn parts(front: &str) -> (BTreeSet<String>, BTreeMap<String, String>) {
    let words = |line: &str| -> Vec<String> {
        line.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
    };
    let declared = |line: &str| {
        let (_, name) = line.strip_suffix(';')?.split_once("mod ")?;
        Some(name.to_owned())
    };
    let all: BTreeSet<String> = front.lines().filter_map(declared).collect();
    let mut from = BTreeMap::new();
    for used in front.split("pub use ").skip(1).chain(front.split("pub(crate) use ").skip(1)) {
        let used = words(used.split(';').next().unwrap_or_default());
        if let Some((part, names)) = used.split_first().filter(|(part, _)| all.contains(*part)) {
            from.extend(names.iter().map(|name| (name.clone(), part.clone())));
        }
    }
    (all, from)
}

fn needs(source: &Path) -> Needs {
    let front = fs::read_to_string(source.join("lib.rs")).expect("a crate has a front");
    let (all, from) = parts(&front);
    let mut needs: Needs = all.iter().map(|part| (part.clone(), BTreeSet::new())).collect();
    let mut files = vec![];
    below(source, ".rs", &mut files);
    for file in files {
        let place = file.strip_prefix(source).expect("it is below");
        let part = place.iter().next().expect("a name").to_string_lossy().replace(".rs", "");
        let is_of_tests = place.iter().any(|name| ["tests", "tests.rs"].iter().any(|tests| name == *tests));
        if is_of_tests || !all.contains(&part) {
            continue;
        }
        let mut named = BTreeSet::new();
        named_after_crate(tokens(&file), &mut named);
        let parts = named
            .into_iter()
            .filter_map(|name| if all.contains(&name) { Some(name) } else { from.get(&name).cloned() });
        needs.get_mut(&part).expect("a part").extend(parts.filter(|other| *other != part));
    }
    needs
}

/// All that a part stands on, in the end.
fn stands_on(needs: &Needs, part: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left: Vec<&str> = vec![part];
    while let Some(next) = left.pop() {
        left.extend(needs[next].iter().filter(|other| found.insert((*other).clone())).map(String::as_str));
    }
    found
}

fn circles(needs: &Needs) -> BTreeSet<Vec<String>> {
    let on: BTreeMap<&String, BTreeSet<String>> =
        needs.keys().map(|part| (part, stands_on(needs, part))).collect();
    let of = |part: &String| -> Vec<String> {
        needs.keys().filter(|other| on[part].contains(*other) && on[*other].contains(part)).cloned().collect()
    };
    needs.keys().map(of).filter(|circle| circle.len() > 1).collect()
}

#[test]
fn no_part_of_a_crate_stands_on_what_stands_on_it() {
    let mut found: BTreeSet<(String, Vec<String>)> = BTreeSet::new();
    let crates = fs::read_dir(root().join("crates")).expect("our crates").flatten();
    let fronts: Vec<_> = crates.filter(|one| one.path().join("src/lib.rs").exists()).collect();
    assert!(fronts.len() >= 8, "the crates were found");
    for one in fronts {
        let name = one.file_name().to_string_lossy().into_owned();
        let all = circles(&needs(&one.path().join("src")));
        found.extend(all.into_iter().map(|circle| (name.clone(), circle)));
    }
    let known: BTreeSet<(String, Vec<String>)> = CIRCLES
        .iter()
        .map(|(name, all)| ((*name).to_owned(), all.iter().map(|part| (*part).to_owned()).collect()))
        .collect();
    assert_eq!(found, known, "a circle that is new is broken; one that is gone is struck out here");
}

#[test]
fn a_circle_is_found() {
    let needs_of = |all: &[(&str, &[&str])]| -> Needs {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        all.iter().map(|(part, needs)| ((*part).to_owned(), owned(needs))).collect()
    };
    let straight = needs_of(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])]);
    assert!(circles(&straight).is_empty());
    let round = needs_of(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"])]);
    assert_eq!(circles(&round).into_iter().collect::<Vec<_>>(), [["a", "b", "c"]]);
    let code =
        "use crate::{A, b::{c, d}}; html! { (crate::e::f()) } #[cfg(test)] mod tests { use crate::g; }";
    let mut named = BTreeSet::new();
    named_after_crate(code.parse().expect("Rust"), &mut named);
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["A", "b", "e"]);
}
