//! Which parts of a crate need each other: a part can be understood, tested and
//! moved where what it stands on does not stand on it. So it is of the parts of a
//! crate, and of the files within a part (a file and the folder of its name are one).

use super::{below, root};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A circle: the crate, the folder within it (none: the crate itself), and who
/// stands in it.
type Circle = (&'static str, &'static str, &'static [&'static str]);

/// The circles that there are, each with its reason; no crate has another, and the
/// list can only become shorter.
const CIRCLES: &[Circle] = &[
    // A case is described by its framework, which is a stream as a case is; and
    // what waits in it is on a page of it.
    ("domain", "", &["case", "framework", "place", "stream"]),
    ("store", "", &["dialect", "engine"]),
    // What is decided in a case is one thing, in sections: a plan is of what the budget
    // has and of whom the circle has, it is agreed, the agreement pays for it; and the
    // history is told by each of them.
    ("domain", "case", &["arrangement", "budget", "circle", "history", "plan", "signoff"]),
    // What is decided of a place asks for the footing and the sign-in that come with
    // it, and both ask who is present.
    ("domain", "case/circle", &["decide", "members", "sign_in"]),
];

/// What stands on what: names of parts.
type Needs = BTreeMap<String, BTreeSet<String>>;

/// A path of modules from the front of its crate.
type Modules = Vec<String>;

/// Every path that begins at the crate, at the module above or at its own, made to
/// begin at the crate. `here` is the module in which it is written.
fn named(tokens: TokenStream, here: &[String], found: &mut BTreeSet<Modules>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                // What tests use is no part of the house.
                let is_of_tests = at >= 3
                    && matches!(&tokens[at - 2], TokenTree::Ident(word) if word == "mod")
                    && tokens[at - 3].to_string().replace(' ', "") == "[cfg(test)]";
                if !is_of_tests {
                    named(group.stream(), here, found);
                }
            }
            TokenTree::Ident(word) if is_path(&tokens, at) => {
                let begins = match word.to_string().as_str() {
                    "crate" => Some(vec![]),
                    "self" => Some(here.to_vec()),
                    "super" => Some(here[..here.len().saturating_sub(1)].to_vec()),
                    _ => None,
                };
                if let Some(begins) = begins {
                    path(&tokens[at + 3..], begins, found);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Whether what stands here is followed by `::`.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    [1, 2].iter().all(|next| tokens.get(at + next).is_some_and(|token| token.to_string() == ":"))
}

/// What a path names that goes on with these tokens: one thing, or what stands in
/// its braces.
fn path(tokens: &[TokenTree], mut begins: Modules, found: &mut BTreeSet<Modules>) {
    match tokens.first() {
        Some(TokenTree::Ident(word)) if word == "super" && is_path(tokens, 0) => {
            begins.pop();
            path(&tokens[3..], begins, found);
        }
        Some(TokenTree::Ident(word)) => {
            begins.push(word.to_string());
            if is_path(tokens, 0) {
                path(&tokens[3..], begins, found);
            } else {
                found.insert(begins);
            }
        }
        Some(TokenTree::Group(group)) => {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            for one in inside.split(|token| token.to_string() == ",") {
                path(one, begins.clone(), found);
            }
        }
        _ => drop(found.insert(begins)),
    }
}

fn tokens(text: &str, file: &Path) -> TokenStream {
    text.parse().unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

/// A module that has others below it: which, and whence what it gives on comes.
struct Front {
    parts: BTreeSet<String>,
    from: BTreeMap<String, String>,
}

fn front(text: &str) -> Front {
    let words = |line: &str| -> Vec<String> {
        line.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
    };
    let declared = |line: &str| {
        let (_, name) = line.strip_suffix(';')?.split_once("mod ")?;
        Some(name.to_owned())
    };
    let parts: BTreeSet<String> = text.lines().filter_map(declared).collect();
    let mut from = BTreeMap::new();
    for used in text.split("pub use ").skip(1).chain(text.split("pub(crate) use ").skip(1)) {
        let used = words(used.split(';').next().unwrap_or_default());
        if let Some((part, names)) = used.split_first().filter(|(part, _)| parts.contains(*part)) {
            from.extend(names.iter().map(|name| (name.clone(), part.clone())));
        }
    }
    Front { parts, from }
}

/// The modules that have others below them, and what stands on what in each.
fn needs(source: &Path) -> BTreeMap<Modules, Needs> {
    let mut files = vec![];
    below(source, ".rs", &mut files);
    let (mut fronts, mut uses): (BTreeMap<Modules, Front>, BTreeMap<Modules, BTreeSet<Modules>>) =
        Default::default();
    for file in files {
        let place = file.strip_prefix(source).expect("it is below").with_extension("");
        let mut here: Modules = place.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        if here.iter().any(|name| name == "tests") {
            continue;
        }
        if here.last().is_some_and(|name| ["lib", "main", "mod"].contains(&name.as_str())) {
            here.pop();
        }
        let text = fs::read_to_string(&file).expect("a file of ours");
        named(tokens(&text, &file), &here, uses.entry(here.clone()).or_default());
        fronts.insert(here, front(&text));
    }
    fronts.retain(|_, front| front.parts.len() > 1);
    fronts.iter().map(|(module, front)| (module.clone(), needs_in(module, front, &uses))).collect()
}

/// What stands on what among the parts of a module.
fn needs_in(module: &[String], front: &Front, uses: &BTreeMap<Modules, BTreeSet<Modules>>) -> Needs {
    let part_of = |path: &[String]| -> Option<String> {
        let name = path.strip_prefix(module)?.first()?;
        if front.parts.contains(name) { Some(name.clone()) } else { front.from.get(name).cloned() }
    };
    let mut needs: Needs = front.parts.iter().map(|part| (part.clone(), BTreeSet::new())).collect();
    for (file, named) in uses {
        let Some(part) = file.strip_prefix(module).and_then(|rest| rest.first()) else { continue };
        if let Some(needs) = needs.get_mut(part) {
            needs.extend(named.iter().filter_map(|path| part_of(path)).filter(|other| other != part));
        }
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
fn no_part_stands_on_what_stands_on_it() {
    let mut found: BTreeSet<(String, String, Vec<String>)> = BTreeSet::new();
    let crates = fs::read_dir(root().join("crates")).expect("our crates").flatten();
    let fronts: Vec<_> = crates.filter(|one| one.path().join("src/lib.rs").exists()).collect();
    assert!(fronts.len() >= 8, "the crates were found");
    for one in fronts {
        let name = one.file_name().to_string_lossy().into_owned();
        for (module, needs) in needs(&one.path().join("src")) {
            let all = circles(&needs);
            found.extend(all.into_iter().map(|circle| (name.clone(), module.join("/"), circle)));
        }
    }
    let known: BTreeSet<(String, String, Vec<String>)> = CIRCLES
        .iter()
        .map(|(name, folder, all)| {
            ((*name).to_owned(), (*folder).to_owned(), all.iter().map(|part| (*part).to_owned()).collect())
        })
        .collect();
    let new: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new, to be broken: {new:#?}\ngone, to be struck out: {gone:#?}"
    );
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
    let here = ["x", "y"].map(str::to_owned);
    let mut found = BTreeSet::new();
    let code = "use crate::{A, b::{c, d}}; html! { (crate::e::f()) } super::z::g(); self::h();
        #[cfg(test)] mod tests { use crate::g; }";
    named(code.parse().expect("Rust"), &here, &mut found);
    let found: Vec<String> = found.into_iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["A", "b::c", "b::d", "e::f", "x::y::h", "x::z::g"]);
}

#[test]
fn files_within_a_part_are_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path();
    fs::create_dir(source.join("part")).expect("made");
    for (file, text) in [
        ("lib.rs", "mod other;\nmod part;\n"),
        ("other.rs", "use crate::part::X;"),
        ("part.rs", "mod one;\nmod two;\npub use two::{X};\n"),
        ("part/one.rs", "use super::X;"),
        ("part/two.rs", "fn f() { super::one::g() }"),
    ] {
        fs::write(source.join(file), text).expect("written");
    }
    let found = needs(source);
    assert!(circles(&found[&vec![]]).is_empty());
    let within = circles(&found[&vec!["part".to_owned()]]);
    assert_eq!(within.into_iter().collect::<Vec<_>>(), [["one", "two"]]);
}
