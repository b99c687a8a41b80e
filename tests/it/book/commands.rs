//! What is to be typed into a shell: each line is a command line that this program takes, or one of those of
//! other programs that are listed here, letter for letter. None is carried out here.

use std::fs;

use attache_server::command::Cli;
use clap::Parser as _;

use super::chapters::{BOOK, README, blocks, files, pages};
use crate::contract::root;

/// Commands that are not ours. Whoever adds one has tried it.
const OTHERS: [&str; 11] = [
    "apt-get install -y postgresql",
    "cargo build --release --locked",
    "cargo run -p walk",
    "cargo test",
    "cd examples/redux-chat",
    "node examples/node-backend/backend.mjs",
    "npm ci",
    "npm run dev",
    // Looking at a server that runs.
    "curl -f http://127.0.0.1:4000/healthz",
    "curl -f http://127.0.0.1:4000/readyz",
    // What a dump of the database gives away is tried in `secrets.rs`.
    "pg_dump --format=custom --file=attache.dump \"$ATTACHE_DATABASE_URL\"",
];

/// The words of a command line, as a shell takes them apart: what is in quotes is one word.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quote) = (vec![String::new()], None);
    for letter in line.chars() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            (' ', None) => words.push(String::new()),
            (letter, _) => words.last_mut().unwrap().push(letter),
        }
    }
    assert!(quote.is_none(), "a quote that does not end: {line}");
    words.retain(|word| !word.is_empty());
    words
}

/// The arguments of `attache`, where that is what is run.
fn ours(line: &str) -> Option<Vec<String>> {
    let rest = ["cargo run -- ", "cargo run --release -- ", "attache "]
        .iter()
        .find_map(|start| line.strip_prefix(start))?;
    // Where the output goes is the shell's business.
    let rest = rest.split_once(" > ").map_or(rest, |(rest, _)| rest);
    Some(std::iter::once("attache".to_owned()).chain(words(rest)).collect())
}

pub(super) fn check(line: &str, place: &str) {
    for part in line.split(" && ").map(str::trim) {
        match ours(part) {
            Some(arguments) => {
                if let Err(error) = Cli::try_parse_from(arguments) {
                    panic!("{place}: {part}\n{error}");
                }
            }
            None => assert!(OTHERS.contains(&part), "{place}: who tries this? {part}"),
        }
    }
}

#[test]
fn every_command_is_one_that_is_taken() {
    for block in blocks(&["sh"]) {
        for line in block.text.lines() {
            let line = line.split(" # ").next().unwrap().trim();
            if !line.is_empty() && !line.starts_with('#') {
                check(line, &block.place);
            }
        }
    }
}

/// Also those in the middle of a sentence.
#[test]
fn every_command_that_is_named_is_one() {
    let mut count = 0;
    for page in pages() {
        for (_, name) in &page.names {
            let Some(rest) = name.strip_prefix("attache ") else { continue };
            count += 1;
            // What a reader has to put in stands there in capitals, or as an ellipsis.
            let rest = rest.replace('…', "X").replace("CODE", "GITHUB");
            let mut arguments = vec!["attache".to_owned()];
            arguments.extend(words(&rest));
            if let Err(error) = Cli::try_parse_from(&arguments) {
                let is_prefix = matches!(
                    error.kind(),
                    clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                        | clap::error::ErrorKind::MissingRequiredArgument
                        | clap::error::ErrorKind::MissingSubcommand
                );
                assert!(is_prefix, "{}: `{name}`\n{error}", page.path);
            }
        }
    }
    assert!(count > 10, "{count}");
}

/// Every variable that is named is one that something reads.
#[test]
fn every_variable_that_is_named_means_something() {
    let folders = ["crates/server/src", "tests/support/src", "crates/domain/tests"];
    let mut source = folders.map(source_in).concat();
    source.push_str(&fs::read_to_string(root().join(".ci/run")).unwrap());
    // Those of a service are put together from its code, and that of a key has the name that the ring says.
    let made = ["_CLIENT_ID", "_CLIENT_SECRET", "_KEY_THREE"];
    for page in pages() {
        let text = fs::read_to_string(root().join(&page.path)).unwrap();
        for (at, _) in text.match_indices("ATTACHE_") {
            let is_name =
                |letter: &char| letter.is_ascii_uppercase() || "_0123456789".contains(*letter);
            let name: String = text[at..].chars().take_while(is_name).collect();
            let plain = name.strip_suffix("_FILE").unwrap_or(&name);
            let is_made = made.iter().any(|end| plain.ends_with(end));
            let is_prefix = name == "ATTACHE_";
            let is_read =
                source.contains(&format!("\"{plain}\"")) || source.contains(&format!("{{{plain}"));
            assert!(is_made || is_prefix || is_read, "{}: nothing reads {name}", page.path);
        }
    }
}

/// All of the Rust in a folder.
pub(super) fn source_in(folder: &str) -> String {
    files(folder, "rs").iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// A list that only grows would let anything through in the end.
#[test]
fn no_command_is_allowed_that_nobody_shows() {
    let shown: String = blocks(&["sh"]).into_iter().map(|block| block.text).collect();
    for other in OTHERS {
        assert!(shown.contains(other), "{other} is neither in {BOOK} nor in {README}");
    }
}
