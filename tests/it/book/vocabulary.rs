//! The words of the contract: what has a place in the book keeps it, and what is named exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use async_graphql::parser::types::{TypeDefinition, TypeKind};

use super::chapters::{BOOK, Chapter, pages, read};
use crate::contract::{fields, implements, inputs, root, types};

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
const ENUMS: [(&str, &str); 14] = [
    ("ConnectAttemptState", "connecting.md"),
    ("AccountState", "connecting.md"),
    ("AccountAction", "connecting.md"),
    ("ConnectMethod", "connecting.md"),
    ("RevocationState", "connecting.md"),
    ("CatalogState", "tools.md"),
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
const OTHER_CAPITALS: [&str; 2] = ["OWN_", "TOKIO_WORKER_THREADS"];

/// Words with a hump that are no words of the contract: of libraries, of the example, and of Kubernetes.
const OTHER_HUMPS: [&str; 7] = [
    "functionCall",
    "mapExchange",
    "possibleTypes",
    "preferGetMethod",
    "preStop",
    "selectPhase",
    "terminationGracePeriodSeconds",
];

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

#[test]
fn every_problem_has_its_row() {
    let types = types();
    // Being named in passing is no explanation of a problem.
    let chapter = chapter("errors.md");
    let rows: BTreeSet<&str> = chapter.rows.iter().map(|row| row.cells[0].as_str()).collect();
    let codes = types.iter().find(|it| it.name.node == "ProblemCode").unwrap();
    let kinds = types.iter().filter(|it| implements(it, "Problem"));
    let wanted = values(codes).into_iter().chain(kinds.map(|it| it.name.node.to_string()));
    let wanted = wanted.chain(TOP_LEVEL.map(str::to_owned));
    let missing: Vec<String> = wanted.filter(|it| !rows.contains(it.as_str())).collect();
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
