//! Asking a service for one thing: a resource, a prompt, or what would fit into a blank.

use attache_domain::{
    AccessKind, Account, ClientId, Completion, FilledPrompt, Problem, ResourceContents, Viewer,
};
use attache_upstream::{Completable, Complete, GetPrompt, ReadResource};
use serde_json::Value;

use crate::inquire::Unanswered;
use crate::words::{MAX_BYTES, name as named, texts, unusable, uri as located};
use crate::{Engine, Result};

/// What to complete.
pub struct CompletionQuestion {
    /// Whose blank.
    pub of: Completable,
    /// Its name.
    pub argument: String,
    /// What was typed so far.
    pub value: String,
    /// What the other blanks were filled with: texts by name.
    pub context: Option<Value>,
}

impl Engine {
    /// Reads a resource.
    pub async fn resource(
        &self,
        viewer: &Viewer,
        account: &Account,
        uri: String,
        client: Option<&ClientId>,
    ) -> Result<Vec<ResourceContents>> {
        let uri = located("uri", uri)?;
        self.note_access(viewer, account, AccessKind::Resource, client, None).await?;
        match self.inquire(viewer.id, account, ReadResource(uri)).await {
            Ok(contents) => Ok(contents),
            Err(Unanswered::NotOffered | Unanswered::NothingThere) => {
                Err(Problem::not_found("resource").into())
            }
            Err(Unanswered::Because(error)) => Err(error),
        }
    }

    /// Fills in a prompt.
    pub async fn prompt(
        &self,
        viewer: &Viewer,
        account: &Account,
        name: String,
        arguments: Option<&Value>,
        client: Option<&ClientId>,
    ) -> Result<FilledPrompt> {
        let name = named("name", name)?;
        let arguments = texts("arguments", arguments)?;
        self.note_access(viewer, account, AccessKind::Prompt, client, Some(&name)).await?;
        match self.inquire(viewer.id, account, GetPrompt { name, arguments }).await {
            Ok(prompt) => Ok(prompt),
            Err(Unanswered::NotOffered) => Err(Problem::not_found("prompt").into()),
            // The same code stands for both.
            Err(Unanswered::NothingThere) => {
                let message = "There is no such prompt, or it takes other arguments.";
                Err(unusable("arguments", message).into())
            }
            Err(Unanswered::Because(error)) => Err(error),
        }
    }

    /// Asks what would fit into a blank. Nothing, where the service has no idea.
    pub async fn completion(
        &self,
        viewer: &Viewer,
        account: &Account,
        question: CompletionQuestion,
    ) -> Result<Completion> {
        let CompletionQuestion { of, argument, value, context } = question;
        let of = match of {
            Completable::Prompt(name) => Completable::Prompt(named("prompt", name)?),
            Completable::ResourceTemplate(uri) => {
                Completable::ResourceTemplate(located("resourceTemplate", uri)?)
            }
        };
        let argument = named("argument", argument)?;
        if value.len() > MAX_BYTES {
            return Err(unusable("value", "This is too long to be completed.").into());
        }
        let context = texts("context", context.as_ref())?;
        match self.inquire(viewer.id, account, Complete { of, argument, value, context }).await {
            Ok(completion) => Ok(completion),
            Err(Unanswered::NotOffered) => Ok(Completion::default()),
            Err(Unanswered::NothingThere) => Err(Problem::not_found("argument to complete").into()),
            Err(Unanswered::Because(error)) => Err(error),
        }
    }
}
