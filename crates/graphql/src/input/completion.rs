//! What to complete.

use async_graphql::{InputObject, OneofObject};
use attache_engine::{Completable, CompletionQuestion};

use crate::scalars::Json;

/// What to complete.
#[derive(InputObject)]
pub(crate) struct CompletionInput {
    /// What has the blank.
    reference: CompletionReferenceInput,
    /// The name of the blank.
    argument: String,
    /// What was typed so far.
    value: String,
    /// What the other blanks were filled with: texts by name. Some services suggest better then.
    context: Option<Json>,
}

/// What has a blank. Exactly one.
#[derive(OneofObject)]
pub(crate) enum CompletionReferenceInput {
    /// The prompt with this name.
    Prompt(String),
    /// The template with this `uriTemplate`.
    ResourceTemplate(String),
}

impl From<CompletionInput> for CompletionQuestion {
    fn from(input: CompletionInput) -> Self {
        Self {
            of: match input.reference {
                CompletionReferenceInput::Prompt(name) => Completable::Prompt(name),
                CompletionReferenceInput::ResourceTemplate(template) => {
                    Completable::ResourceTemplate(template)
                }
            },
            argument: input.argument,
            value: input.value,
            context: input.context.map(|context| context.0),
        }
    }
}
