//! Use cases from outside, as one program.

mod deeds;
mod everything;
mod framework;
mod letters;
mod scanner;
mod seals;
mod search;
mod servers;
mod stories;
mod take_in;
mod within;

#[test]
fn every_file_of_tests_is_in_this_program() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let declared = include_str!("main.rs");
    for entry in std::fs::read_dir(folder).expect("our folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".rs").filter(|name| *name != "main") {
            assert!(declared.lines().any(|line| line == format!("mod {name};")), "{name} is not run");
        }
    }
}
