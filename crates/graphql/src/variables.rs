//! Variables that are missing, found before anything runs (GraphQL, section 6.1.2).
//!
//! The executor notices only where a variable is used, when other fields may have
//! been resolved already, and would answer with half of the data.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition};
use async_graphql::{Name, ServerError};

use crate::fault::{self, document_error};

/// The operation of a document that is meant.
pub(crate) fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a OperationDefinition> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(_), None) => None,
    };
    operation.map(|operation| &operation.node)
}

/// The variables that it cannot do without.
pub(crate) fn required(operation: &OperationDefinition) -> Vec<Name> {
    let required = operation.variable_definitions.iter().filter(|variable| {
        !variable.node.var_type.node.nullable && variable.node.default_value.is_none()
    });
    required.map(|variable| variable.node.name.node.clone()).collect()
}

pub(crate) fn missing(name: &Name) -> ServerError {
    let message = format!("The variable ${name} is required.");
    document_error(fault::VALIDATION_FAILED, message)
}
