//! The words of the contract: what has a place in the book keeps it, and what is named exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use async_graphql::parser::types::{TypeDefinition, TypeKind};

use super::chapters::{BOOK, Chapter, pages, read};
use crate::contract::{fields, inputs, root, types};

/// What a top-level error may have as its code.
pub(super) const TOP_LEVEL: [&str; 6] = [
    "BAD_REQUEST",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "INTERNAL",
    "TOO_COMPLEX",
    "UNAUTHENTICATED",
];

/// Which chapter has a row, or a sentence, for every member of an enum.
const ENUMS: [(&str, &str); 13] = [
    ("ConnectAttemptState", "connecting.md"),
    ("AccountState", "connecting.md"),
    ("AccountAction", "connecting.md"),
    ("ConnectMethod", "connecting.md"),
    ("RevocationState", "connecting.md"),
    ("InvocationState", "calls.md"),
    ("InvocationAction", "calls.md"),
    ("ElicitationState", "calls.md"),
    ("ElicitationAction", "calls.md"),
    ("ApprovalDecision", "calls.md"),
    ("ConfirmationPolicy", "calls.md"),
    ("ToolDialect", "models.md"),
    ("TextFormat", "forms.md"),
];

/// Which chapter has a row for every type of an interface.
const KINDS: [(&str, &str); 2] = [("Event", "store.md"), ("FormField", "forms.md")];

/// Capitals with an underscore that are no words of the contract.
const OTHER_CAPITALS: [&str; 1] = ["OWN_"];

/// Words with a hump that are no words of the contract: of libraries, and of the example.
const OTHER_HUMPS: [&str; 5] =
    ["functionCall", "mapExchange", "possibleTypes", "preferGetMethod", "selectPhase"];

fn chapter(name: &str) -> Chapter {
    read(&root().join(BOOK).join(name))
}

fn names(chapter: &Chapter) -> BTreeSet<&str> {
    chapter.names.iter().map(|(_, name)| name.as_str()).collect()
}

fn values(definition: &TypeDefinition) -> Vec<String> {
    match &definition.kind {
        TypeKind::Enum(it) => it.values.iter().map(|it| it.node.value.node.to_string()).collect(),
        _ => Vec::new(),
    }
}

fn implements(definition: &TypeDefinition, interface: &str) -> bool {
    let TypeKind::Object(object) = &definition.kind else { return false };
    object.implements.iter().any(|it| it.node == interface)
}

/// What begins a row of a table. Being named in passing is no explanation of a problem.
fn rows(file: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(BOOK).join(file)).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    rows.map(str::to_owned).collect()
}

#[test]
fn every_problem_has_its_row() {
    let types = types();
    let rows = rows("errors.md");
    let codes = types.iter().find(|it| it.name.node == "ProblemCode").unwrap();
    let kinds = types.iter().filter(|it| implements(it, "Problem"));
    let wanted = values(codes).into_iter().chain(kinds.map(|it| it.name.node.to_string()));
    let wanted = wanted.chain(TOP_LEVEL.map(str::to_owned));
    let missing: Vec<String> = wanted.filter(|it| !rows.contains(it)).collect();
    assert!(missing.is_empty(), "errors.md has no row for {missing:?}");
}

#[test]
fn what_may_be_met_is_explained() {
    let types = types();
    let mut missing = Vec::new();
    for (name, file) in ENUMS {
        let definition = types.iter().find(|it| it.name.node == name).unwrap();
        let chapter = chapter(file);
        let named = names(&chapter);
        let values = values(definition).into_iter();
        missing.extend(values.filter(|it| !named.contains(it.as_str())).map(|it| (file, it)));
    }
    for (interface, file) in KINDS {
        let chapter = chapter(file);
        let named = names(&chapter);
        let kinds = types.iter().filter(|it| implements(it, interface));
        let kinds = kinds.map(|it| it.name.node.to_string());
        missing.extend(kinds.filter(|it| !named.contains(it.as_str())).map(|it| (file, it)));
    }
    assert!(missing.is_empty(), "without an explanation: {missing:#?}");
}

/// Every code with which a socket is closed, as `ws/message.rs` has them.
#[test]
fn every_close_code_is_explained() {
    let source = root().join("crates/server/src/ws/message.rs");
    let source = fs::read_to_string(source).unwrap();
    let chapter = chapter("errors.md");
    let named = names(&chapter);
    let codes: Vec<&str> = source.split("code: ").skip(1).map(|rest| &rest[..4]).collect();
    let codes: Vec<&&str> = codes.iter().filter(|it| it.parse::<u16>().is_ok()).collect();
    assert!(codes.len() > 5, "{codes:?}");
    for code in codes {
        assert!(named.contains(*code), "{code} is not in errors.md");
    }
}

/// `Type.field`, and words in capitals, are of the contract.
#[test]
fn what_is_named_of_the_contract_exists() {
    let types = types();
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut words: BTreeSet<String> = TOP_LEVEL.iter().map(|it| (*it).to_owned()).collect();
    for definition in &types {
        let outputs = fields(definition).iter().map(|it| it.node.name.node.to_string());
        let inputs = inputs(definition).iter().map(|it| it.node.name.node.to_string());
        members.insert(definition.name.node.to_string(), outputs.chain(inputs).collect());
        words.extend(values(definition));
    }
    let arguments = types.iter().flat_map(fields).flat_map(|it| &it.node.arguments);
    let arguments = arguments.map(|it| it.node.name.node.to_string());
    let fields: BTreeSet<String> = members.values().flatten().cloned().chain(arguments).collect();
    let mut unknown = Vec::new();
    for page in pages() {
        for (_, name) in &page.names {
            let has_hump = name.starts_with(|letter: char| letter.is_ascii_lowercase())
                && name.contains(|letter: char| letter.is_ascii_uppercase())
                && name.chars().all(char::is_alphanumeric);
            if has_hump && !fields.contains(name) && !OTHER_HUMPS.contains(&name.as_str()) {
                unknown.push((page.path.clone(), name.clone()));
            }
            if let Some((owner, member)) = name.split_once('.')
                && let Some(known) = members.get(owner)
                && member.chars().all(char::is_alphanumeric)
                && !known.contains(member)
            {
                unknown.push((page.path.clone(), name.clone()));
            }
            let is_capital = |letter: char| letter.is_ascii_uppercase() || letter == '_';
            let is_word = name.contains('_') && name != "_" && name.chars().all(is_capital);
            let is_ours = name.starts_with("ATTACHE_") || OTHER_CAPITALS.contains(&name.as_str());
            if is_word && !is_ours && !words.contains(name) {
                unknown.push((page.path.clone(), name.clone()));
            }
        }
    }
    assert!(unknown.is_empty(), "no such thing in the contract: {unknown:#?}");
}

/// Limits that are constants, and how the chapter about limits writes them.
const LIMITS: [(&str, &str, &str, &str); 28] = [
    ("crates/graphql/src/guard.rs", "MAX_FIELDS", "5_000", "5,000 fields"),
    ("crates/graphql/src/guard.rs", "MAX_DEPTH", "20", "20 levels"),
    ("crates/graphql/src/guard.rs", "MAX_OPERATIONS", "10", "10 operations in a document"),
    ("crates/server/src/http.rs", "MAX_BODY", "256 * 1024", "256 KiB"),
    ("crates/domain/src/page.rs", "MAX_PAGE", "100", "100 items"),
    ("crates/graphql/src/query.rs", "MAX_IDS", "100", "100 ids"),
    ("crates/engine/src/selection.rs", "MAX_SELECTED", "50", "50 selected services"),
    ("crates/engine/src/read.rs", "MAX_ACCOUNTS", "50", "50 accounts"),
    ("crates/engine/src/connect.rs", "MAX_ACCOUNTS_HERE", "10", "10 at one service"),
    ("crates/engine/src/connect.rs", "MAX_PENDING_HERE", "3", "3 at one service"),
    ("crates/engine/src/read.rs", "MAX_PENDING", "10", "10 attempts"),
    ("crates/engine/src/connect.rs", "MAX_PER_MINUTE", "20", "20 begun in a minute"),
    ("crates/engine/src/own_services/add.rs", "MAX_OWN", "20", "20 services of one's own"),
    ("crates/engine/src/own_services/add.rs", "MAX_PER_MINUTE", "10", "10 tries a minute"),
    ("crates/store/src/tools/list.rs", "MAX_RANKED", "500", "500 that are named so"),
    ("crates/domain/src/form/compile.rs", "MAX_FIELDS", "1000", "1,000 fields"),
    ("crates/domain/src/arguments.rs", "MAX_VIOLATIONS", "50", "50 violations"),
    ("crates/engine/src/logging.rs", "MAX_MESSAGES", "100", "100 messages"),
    ("crates/domain/src/log_message.rs", "MAX_TEXT", "4000", "4,000 characters"),
    ("crates/engine/src/run.rs", "MAX_RESULT", "1024 * 1024", "1 MiB is kept"),
    ("crates/engine/src/run.rs", "MAX_ROUNDS", "10", "10 rounds"),
    ("crates/engine/src/elicit.rs", "MAX_ANSWER", "64 * 1024", "64 KiB of JSON"),
    ("crates/engine/src/invoke.rs", "MAX_PROMPT", "4000", "4,000 characters"),
    ("crates/engine/src/invoke.rs", "MAX_CONVERSATION", "64", "64 characters"),
    ("crates/engine/src/invoke.rs", "MAX_WAIT", "Duration::from_secs(30)", "30 seconds"),
    ("crates/engine/src/selection.rs", "MAX_PRESETS", "16 * 1024", "16 KiB"),
    ("crates/engine/src/forget.rs", "INTENTS", "TimeDelta::hours(24)", "24 hours"),
    ("crates/engine/src/outbox.rs", "PATIENCE", "TimeDelta::hours(72)", "three days"),
];

#[test]
fn limits_are_those_of_the_code() {
    let path = root().join(BOOK).join("limits.md");
    let chapter = fs::read_to_string(path).unwrap();
    for (file, name, value, words) in LIMITS {
        let source = fs::read_to_string(root().join(file)).unwrap();
        let line = source.lines().find(|line| line.contains(&format!("const {name}:")));
        let line = line.unwrap_or_else(|| panic!("no {name} in {file}"));
        assert!(line.ends_with(&format!("= {value};")), "{file}: {line}: mend limits.md, and this");
        assert!(chapter.contains(words), "limits.md does not say {words:?} of {name}");
    }
}
