//! What a document would grow to, measured before anybody follows it.
//!
//! Validation follows fragment spreads without remembering where it has been, so a
//! few hundred bytes can keep it busy for a minute, whatever the limits on depth and
//! complexity. Here each fragment is measured once, and sums stop at the top of their
//! range instead of wrapping around.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError};

use crate::fault::{self, document_error};

const MAX_FIELDS: u64 = 5_000;
/// How deep an operation may go, in fields. Introspection by the usual tools needs 15.
const MAX_DEPTH: u64 = 20;
const MAX_OPERATIONS: usize = 10;
const MAX_DIRECTIVES: u64 = 50;
const MAX_ROOT_FIELDS: usize = 20;

/// What a selection grows to.
#[derive(Clone, Copy, Default)]
struct Size {
    fields: u64,
    depth: u64,
    directives: u64,
}

impl Size {
    fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            directives: self.directives.saturating_add(other.directives),
        }
    }
}

/// Refuses a document that would grow beyond bearing, or that goes in circles.
pub(crate) fn check(document: &ExecutableDocument) -> Result<(), ServerError> {
    let operations: Vec<&Positioned<SelectionSet>> = match &document.operations {
        DocumentOperations::Single(operation) => vec![&operation.node.selection_set],
        DocumentOperations::Multiple(operations) => {
            operations.values().map(|operation| &operation.node.selection_set).collect()
        }
    };
    if operations.len() > MAX_OPERATIONS {
        return Err(refuse("The document has too many operations."));
    }
    let mut guard = Guard { fragments: &document.fragments, known: HashMap::new() };
    for operation in operations {
        if operation.node.items.len() > MAX_ROOT_FIELDS {
            return Err(refuse("The operation asks for too many things at once."));
        }
        let size = guard.measure(&operation.node, 0)?;
        if size.fields > MAX_FIELDS {
            return Err(refuse("The operation is too large."));
        }
        if size.depth > MAX_DEPTH {
            return Err(refuse("The operation is nested too deep."));
        }
        if size.directives > MAX_DIRECTIVES {
            return Err(refuse("The operation has too many directives."));
        }
    }
    Ok(())
}

fn refuse(message: &str) -> ServerError {
    document_error(fault::TOO_COMPLEX, message.to_owned())
}

struct Guard<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// What a fragment grows to; `None` while it is being measured.
    known: HashMap<&'a str, Option<Size>>,
}

impl<'a> Guard<'a> {
    /// `within` counts how deep the recursion is: the parser bounds it for what is
    /// written down, and fragments in a circle are found by name.
    fn measure(&mut self, set: &'a SelectionSet, within: u64) -> Result<Size, ServerError> {
        if within > MAX_DEPTH * 4 {
            return Err(refuse("The operation is nested too deep."));
        }
        let mut all = Size::default();
        for item in &set.items {
            let (directives, size) = match &item.node {
                Selection::Field(field) => {
                    let inner = self.measure(&field.node.selection_set.node, within + 1)?;
                    let size = Size {
                        fields: inner.fields.saturating_add(1),
                        depth: inner.depth.saturating_add(1),
                        ..inner
                    };
                    (field.node.directives.len(), size)
                }
                Selection::InlineFragment(fragment) => (
                    fragment.node.directives.len(),
                    self.measure(&fragment.node.selection_set.node, within + 1)?,
                ),
                Selection::FragmentSpread(spread) => (
                    spread.node.directives.len(),
                    self.fragment(&spread.node.fragment_name.node, within + 1)?,
                ),
            };
            let directives = u64::try_from(directives).unwrap_or(u64::MAX);
            all = all.beside(size).beside(Size { directives, ..Size::default() });
        }
        Ok(all)
    }

    fn fragment(&mut self, name: &str, within: u64) -> Result<Size, ServerError> {
        // A fragment that is not there is validation's to report.
        let Some((name, fragment)) = self.fragments.get_key_value(name) else {
            return Ok(Size::default());
        };
        match self.known.get(name.as_str()) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let message = "A fragment includes itself.".to_owned();
                return Err(document_error(fault::VALIDATION_FAILED, message));
            }
            None => {}
        }
        self.known.insert(name.as_str(), None);
        let size = self.measure(&fragment.node.selection_set.node, within)?;
        self.known.insert(name.as_str(), Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use async_graphql::parser::parse_query;

    fn check(document: &str) -> Result<(), String> {
        super::check(&parse_query(document).unwrap()).map_err(|error| error.message)
    }

    #[test]
    fn an_ordinary_document_passes() {
        check("{ viewer { accounts { id catalog { tools { nodes { id } } } } } }").unwrap();
        check("query A { viewer { ...V } } fragment V on Viewer { id }").unwrap();
    }

    /// Each fragment spreads the next one several times, so the document doubles at
    /// every level. Followed without memory it would never end.
    #[test]
    fn a_document_that_doubles_at_every_level_is_measured_in_no_time() {
        let mut document = "{ viewer { ...F0 } }".to_owned();
        for n in 0..80 {
            write!(document, " fragment F{n} on Viewer {{ ...F{m} ...F{m} }}", m = n + 1).unwrap();
        }
        document.push_str(" fragment F80 on Viewer { id }");
        assert!(check(&document).is_err());
    }

    #[test]
    fn fragments_in_a_circle_are_refused() {
        let error = check("{ viewer { ...A } } fragment A on V { ...B } fragment B on V { ...A }");
        assert_eq!(error.unwrap_err(), "A fragment includes itself.");
    }

    #[test]
    fn too_much_of_anything_is_refused() {
        let wide = format!("{{ viewer {{ {} }} }}", "id ".repeat(6000));
        let roots = format!("{{ {} }}", "viewer { id } ".repeat(21));
        let directives = format!("{{ viewer {{ id {} }} }}", "@include(if: true) ".repeat(51));
        let operations: String =
            (0..11).fold(String::new(), |all, n| format!("{all} query Q{n} {{ viewer {{ id }} }}"));
        for document in [wide, roots, directives, operations] {
            assert!(check(&document).is_err(), "{}", &document[..40]);
        }
    }
}
