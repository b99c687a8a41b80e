//! What is shown of other programs: what of it concerns this one is true. Whether they take the rest is theirs
//! to say.

use std::fs;

use super::chapters::{BOOK, blocks, read};
use super::commands;
use crate::contract::root;

fn source(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// A unit of systemd is sections and settings, and starts this program.
#[test]
fn units_start_this_program() {
    let units = blocks(&["ini"]);
    assert!(!units.is_empty(), "no unit is shown");
    for unit in units {
        let mut starts = 0;
        for line in unit.text.lines().filter(|line| !line.is_empty()) {
            if line.starts_with('[') {
                assert!(line.ends_with(']'), "{}: {line}", unit.place);
                continue;
            }
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}"));
            assert!(name.chars().all(char::is_alphanumeric), "{}: {line}", unit.place);
            if name == "ExecStart" {
                let command = value.strip_prefix("/usr/local/bin/").unwrap();
                assert!(command.starts_with("attache "), "{}: {line}", unit.place);
                commands::check(command, &unit.place);
                starts += 1;
            }
        }
        assert_eq!(starts, 1, "{}", unit.place);
    }
}

/// What is in the braces after `start`.
fn inside<'a>(text: &'a str, start: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    rest.split_once('}').unwrap().0
}

/// A proxy passes sockets on and waits for longer than they are silent, and writes no code into a log.
#[test]
fn proxies_pass_on_what_is_needed() {
    let proxies = blocks(&["nginx"]);
    assert!(!proxies.is_empty(), "no proxy is shown");
    let listens = "listen = \"127.0.0.1:4000\"";
    assert!(blocks(&["toml"]).iter().any(|block| block.text.contains(listens)), "{listens}");
    let routes = source("crates/server/src/router.rs");
    assert!(routes.contains("\"/oauth/callback/{context}\""), "the callback is elsewhere");
    assert!(
        source("crates/server/src/ws.rs")
            .contains("const BEAT: Duration = Duration::from_secs(25);")
    );
    for proxy in proxies {
        let text = &proxy.text;
        let count = |sign: char| text.chars().filter(|it| *it == sign).count();
        assert_eq!(count('{'), count('}'), "{}", proxy.place);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            assert!(line.ends_with(['{', '}', ';']), "{}: {line}", proxy.place);
        }
        let (all, callback) =
            (inside(text, "location / {"), inside(text, "location /oauth/callback/ {"));
        for needed in
            ["http://127.0.0.1:4000;", "proxy_http_version 1.1;", "Upgrade ", "Connection "]
        {
            assert!(all.contains(needed), "{}: {needed}", proxy.place);
        }
        let (_, waits) = all.split_once("proxy_read_timeout ").unwrap();
        let waits: u32 = waits.split_once("s;").unwrap().0.parse().unwrap();
        assert!(waits > 25, "{}: {waits}", proxy.place);
        assert!(callback.contains("access_log off;"), "{}", proxy.place);
        assert!(callback.contains("error_log /dev/null;"), "{}", proxy.place);
    }
}

/// Whoever watches for a line has to be told of another wording.
#[test]
fn lines_to_watch_for_are_logged() {
    let chapter = read(&root().join(BOOK).join("operations.md"));
    let lines = chapter.rows.iter().filter(|row| row.under == "What to watch");
    let lines: Vec<&str> = lines.map(|row| row.cells[0].as_str()).collect();
    assert!(lines.len() > 5, "{lines:?}");
    let program = commands::source_in("crates");
    for line in lines {
        assert!(program.contains(&format!("\"{line}\"")), "nothing logs {line:?}");
    }
}
