//! The operations of `chat.graphql`, by name.

use serde_json::{Value, json};

const OPERATIONS: &str = include_str!("../../chat.graphql");

/// A request to run one of them.
pub(crate) fn operation(name: &str, variables: &Value) -> Value {
    let wanted = format!(" {name}");
    let is_wanted = |definition: &&str| {
        let head = definition.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        head.split(['(', '{']).next().is_some_and(|it| it.trim_end().ends_with(&wanted))
    };
    let mut document: Vec<&str> = OPERATIONS.split("\n\n").filter(is_wanted).collect();
    if document.iter().any(|it| it.contains("...QuestionParts")) {
        document.extend(OPERATIONS.split("\n\n").filter(|it| it.starts_with("fragment")));
    }
    json!({ "query": document.join("\n\n"), "variables": variables })
}
