//! Variables that are missing, found before anything runs (GraphQL, section 6.1.2).
//!
//! The executor notices only where a variable is used, when other fields may have
//! been resolved already, and would answer with half of the data.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument};
use async_graphql::{Name, ServerError};

use crate::fault::{self, document_error};

/// The variables that the operation cannot do without.
pub(crate) fn required(document: &ExecutableDocument, operation: Option<&str>) -> Vec<Name> {
    let operation = match (&document.operations, operation) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(_), None) => None,
    };
    let variables = operation.into_iter().flat_map(|it| &it.node.variable_definitions);
    let required = variables.filter(|variable| {
        !variable.node.var_type.node.nullable && variable.node.default_value.is_none()
    });
    required.map(|variable| variable.node.name.node.clone()).collect()
}

pub(crate) fn missing(name: &Name) -> ServerError {
    let message = format!("The variable ${name} is required.");
    document_error(fault::VALIDATION_FAILED, message)
}
