//! The house keeps its own rules: who may depend on whom, how long files may be, what
//! must be explained.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::contract::root;

/// No file that somebody wrote is longer.
const MAX_LINES: usize = 600;

/// Half of the files of the product are not longer.
const MEDIAN_LINES: usize = 140;

/// Which crates of the house each crate may use, and which crates of others are its
/// alone. ARCHITECTURE.md draws the same.
const EDGES: [(&str, &[&str], &[&str]); 7] = [
    ("domain", &[], &["jsonschema"]),
    ("store", &["domain"], &["diesel", "diesel-async", "aes-siv", "tokio-postgres", "bb8"]),
    ("upstream", &["domain"], &["rmcp", "oauth2", "reqwest", "rustix"]),
    ("engine", &["domain", "store", "upstream"], &[]),
    ("graphql", &["domain", "engine"], &["async-trait"]),
    (
        "server",
        &["domain", "store", "upstream", "engine", "graphql", "playground"],
        &["clap", "tower-http", "async-graphql-axum", "tracing-subscriber"],
    ),
    ("playground", &[], &[]),
];

/// Crates that only these may use.
const SHARED: [(&str, &[&str]); 4] = [
    ("async-graphql", &["graphql", "server"]),
    ("axum", &["server", "playground"]),
    // Verifying who signs in, and proving who we are with a key.
    ("jsonwebtoken", &["server", "upstream"]),
    ("tokio", &["store", "upstream", "engine", "server", "playground"]),
];

/// Every file in the repository that somebody wrote.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_symlink() {
                continue;
            }
            if !path.is_dir() {
                found.push(path);
            } else if ![".git", "target", "node_modules", "dist", ".attache"].contains(&name) {
                open.push(path);
            }
        }
    }
    found
}

fn is_written_by_hand(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    let is_printed =
        ["schema.graphql", "Cargo.lock", "package-lock.json", "generated.ts"].contains(&name);
    // The contract once more, for people: as long as it is, and held by `book::reference`.
    let is_reference = path.starts_with(root().join("docs/src/reference"));
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let kinds = [
        "rs", "md", "toml", "sql", "sh", "js", "mjs", "html", "graphql", "json", "py", "ts", "tsx",
        "css",
    ];
    !is_printed && !is_reference && kinds.contains(&extension)
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).unwrap().lines().count()
}

#[test]
fn files_are_short() {
    let long: Vec<(PathBuf, usize)> = files()
        .into_iter()
        .filter(|path| is_written_by_hand(path))
        .map(|path| (path.clone(), lines(&path)))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .collect();
    assert!(long.is_empty(), "{long:#?}");

    let is_product = |path: &PathBuf| {
        let is_rust = path.extension().is_some_and(|it| it == "rs");
        // What the root itself is called does not matter.
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap();
        is_rust && path.starts_with("crates/") && path.contains("/src/")
    };
    let mut sizes: Vec<usize> =
        files().into_iter().filter(is_product).map(|path| lines(&path)).collect();
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    assert!(median <= MEDIAN_LINES, "the median of {} files is {median} lines", sizes.len());
}

/// What a crate's program may use: its dependencies, not those of its tests.
fn dependencies(crate_name: &str) -> BTreeSet<String> {
    let path = root().join(format!("crates/{crate_name}/Cargo.toml"));
    let manifest: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    dependencies.keys().map(|name| name.replace('_', "-")).collect()
}

#[test]
fn crates_depend_on_each_other_as_drawn() {
    let on_disk: BTreeSet<String> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let drawn: BTreeSet<String> = EDGES.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(on_disk, drawn);

    let all: BTreeMap<&str, BTreeSet<String>> =
        EDGES.iter().map(|(name, ..)| (*name, dependencies(name))).collect();
    for (name, allowed, _) in EDGES {
        let ours = all[name].iter().filter_map(|it| it.strip_prefix("attache-"));
        for used in ours {
            assert!(allowed.contains(&used), "{name} must not depend on {used}");
        }
    }
    let owned = EDGES.iter().flat_map(|(owner, _, theirs)| {
        theirs.iter().map(move |dependency| (*dependency, vec![*owner]))
    });
    let shared = SHARED.iter().map(|(dependency, users)| (*dependency, users.to_vec()));
    for (dependency, users) in owned.chain(shared) {
        for (name, used) in &all {
            let uses = used.contains(dependency);
            assert!(!uses || users.contains(name), "{dependency} has no place in {name}");
        }
        assert!(
            users.iter().any(|user| all[user].contains(dependency)),
            "nobody uses {dependency} any more: the rule is stale"
        );
    }
}

#[test]
fn every_crate_says_what_it_is_for_and_what_it_leaves_out() {
    for (name, ..) in EDGES {
        let readme = root().join(format!("crates/{name}/README.md"));
        let text = fs::read_to_string(&readme).unwrap_or_else(|_| panic!("no {readme:?}"));
        for heading in ["**Invariants**", "**Deliberately absent**"] {
            assert!(text.contains(heading), "{name}/README.md has no {heading}");
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, dependencies) = manifest.split_once("[workspace.dependencies]").unwrap();
    let (dependencies, _) = dependencies.split_once("\n[").unwrap();
    for line in dependencies.lines().filter(|line| line.contains(" = ")) {
        let is_ours = line.starts_with("attache");
        assert!(is_ours || line.starts_with('#') || line.contains(" # "), "why? {line}");
    }
}

#[test]
fn no_file_is_a_drawer_for_everything() {
    let drawers = ["utils", "util", "helpers", "helper", "common", "manager", "misc", "types"];
    for path in files() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(!drawers.contains(&name), "{path:?} says nothing about what is in it");
    }
}

#[test]
fn what_the_readme_promises_of_a_token_is_tested() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, table) = readme.split_once("## What happens to a token when…").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 20, "{}", rows.len());
    for row in rows {
        let name = row.trim_end_matches(" |").rsplit('`').nth(1).unwrap();
        let (module, test) = name.split_once("::").unwrap_or_else(|| panic!("{row}"));
        let file = root().join(format!("tests/it/{module}.rs"));
        let source = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{row}: {error}"));
        assert!(source.contains(&format!("async fn {test}()")), "{row}");
    }
}
