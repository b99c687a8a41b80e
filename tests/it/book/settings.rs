//! What is to be written into `attache.toml`: read by what reads it for a server, with nothing to mend.

use std::io;

use attache_domain::Clock;
use attache_server::config::{Config, Variables};
use attache_store::KeyRing;
use secrecy::ExposeSecret;

use super::chapters::blocks;

/// What a fragment is put under, unless it says the same itself.
const BASE: [(&str, &str); 3] = [
    ("public_url", "public_url = \"https://attache.example.com\"\n"),
    ("[auth]", "[auth]\nissuer = \"https://login.example.com\"\naudience = \"attache\"\n"),
    ("[returns]", "[returns]\ndefault = \"https://app.example.com/\"\n"),
];

/// A whole document of what is shown: keys that stand before any table first, then the base.
fn whole(fragment: &str) -> String {
    let is_table = |line: &&str| line.starts_with('[');
    let keys: Vec<&str> = fragment.lines().take_while(|line| !is_table(line)).collect();
    let tables: Vec<&str> = fragment.lines().skip_while(|line| !is_table(line)).collect();
    let says = |start: &str| fragment.lines().any(|line| line.starts_with(start));
    let missing = |of_tables: bool| -> String {
        let base = BASE.iter().filter(|(start, _)| !says(start));
        base.filter(|(start, _)| start.starts_with('[') == of_tables)
            .map(|(_, text)| *text)
            .collect()
    };
    format!("{}{}\n{}{}\n", missing(false), keys.join("\n"), missing(true), tables.join("\n"))
}

/// The environment that goes with it: the one service that is shown and needs a client has one.
fn variables(document: &str) -> Vec<(String, String)> {
    let ring = KeyRing::generate(&Clock::system());
    let mut variables = vec![
        ("ATTACHE_DATABASE_URL".to_owned(), "postgres://attache@127.0.0.1/attache".to_owned()),
        ("ATTACHE_KEYS".to_owned(), ring.expose_secret().to_owned()),
    ];
    if !document.contains("jwks_url") {
        variables.push(("ATTACHE_JWT_SECRET".to_owned(), "x".repeat(32)));
    }
    if document.contains("[services.GITHUB]") {
        variables.push(("ATTACHE_GITHUB_CLIENT_ID".to_owned(), "client".to_owned()));
        variables.push(("ATTACHE_GITHUB_CLIENT_SECRET".to_owned(), "secret".to_owned()));
    }
    variables
}

#[test]
fn every_setting_is_one_that_is_read() {
    let blocks = blocks(&["toml"]);
    assert!(blocks.len() > 5);
    for block in blocks {
        let document = whole(&block.text);
        let no_files = |_: &str| Err(io::Error::other("examples name no files"));
        let variables = Variables::new(variables(&document), &no_files);
        if let Err(invalid) = Config::read(&document, &variables) {
            panic!("{}: {invalid}\n{document}", block.place);
        }
    }
}
