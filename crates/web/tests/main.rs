//! The site from outside, as one program: every page and form, asked for over
//! HTTP by everyone who may and may not.

mod addresses;
mod admin;
mod asked_once;
mod bodies;
mod budget;
mod connections;
mod contact;
mod documents;
mod doors;
mod every_form;
mod everything;
mod finance;
mod form;
mod framework;
mod guessing;
mod history;
mod keeping;
mod leavers;
mod login_names;
mod mail;
mod money;
mod needs;
mod oracle;
mod overview;
mod pages;
mod people;
mod plan;
mod posts;
mod public;
mod removed;
mod reviews;
mod rights;
mod same_key;
mod scale;
mod second_step;
mod security;
mod sharing;
mod sight;
mod sign_in;
mod signoff;
mod statements;
mod stays_open;
mod team;
mod upload;
mod world;

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
