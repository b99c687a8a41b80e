//! The operations of `examples/`, which GraphiQL shows and tests run.

const OPERATIONS: [&str; 5] = [
    include_str!("../../../examples/operations.graphql"),
    include_str!("../../../examples/models.graphql"),
    include_str!("../../../examples/reading.graphql"),
    include_str!("../../../examples/history.graphql"),
    include_str!("../../../examples/chat.graphql"),
];

/// The numbered operations, each a document of its own.
pub fn tour() -> Vec<String> {
    let is_step = |text: &&str| text.starts_with("# ") && text.as_bytes()[2].is_ascii_digit();
    definitions().into_iter().filter(is_step).map(complete).collect()
}

/// The operation of this name as a document of its own.
pub fn document(name: &str) -> Option<String> {
    let is_it = |definition: &&str| {
        ["query", "mutation", "subscription"].iter().any(|kind| {
            let (_, rest) = definition.split_once(&format!("{kind} {name}")).unwrap_or_default();
            rest.starts_with(['(', ' '])
        })
    };
    definitions().into_iter().find(is_it).map(complete)
}

fn definitions() -> Vec<&'static str> {
    OPERATIONS.iter().flat_map(|all| all.split_inclusive("\n}\n")).map(str::trim).collect()
}

/// A definition with the fragments that it uses and does not bring along, and those that they use.
pub fn complete(definition: &str) -> String {
    let mut document = definition.to_owned();
    let fragments: Vec<(&str, &str)> =
        definitions().into_iter().filter_map(|it| Some((fragment(it)?, it))).collect();
    let is_missing = |document: &str, name: &str| {
        document.contains(&format!("...{name}\n"))
            && !document.contains(&format!("fragment {name} on "))
    };
    while let Some((_, text)) = fragments.iter().find(|(name, _)| is_missing(&document, name)) {
        document.push_str("\n\n");
        document.push_str(text);
    }
    document
}

/// The name of a fragment, if it is one.
fn fragment(definition: &str) -> Option<&str> {
    let line = definition.lines().find(|line| !line.starts_with('#') && !line.is_empty())?;
    line.strip_prefix("fragment ")?.split(' ').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_tour_is_a_document_of_its_own() {
        let steps = tour();
        assert_eq!(steps.len(), 7);
        for step in &steps {
            async_graphql::parser::parse_query(step).unwrap();
        }
        assert!(steps[3].contains("fragment InvocationParts"));
    }

    #[test]
    fn an_operation_is_found_by_its_whole_name() {
        assert!(document("Watch").unwrap().contains("subscription Watch"));
        assert!(document("Wat").is_none());
    }
}
