//! Reading a resource, filling in a prompt, and completing what is being typed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use attache_domain::{Completion, FilledPrompt, ResourceContents};
use rmcp::model::{
    ArgumentInfo, ClientRequest, CompleteRequest, CompleteRequestParams, CompletionContext,
    GetPromptRequest, GetPromptRequestParams, ReadResourceRequest, ReadResourceRequestParams,
    Reference,
};

use super::ask::{AskError, Question};
use super::error::McpError;
use super::offers::has_resources;
use super::session::Session;

/// The most parts of one resource that are passed on.
const MAX_PARTS: usize = 100;

/// Values by name.
pub type Texts = HashMap<String, String>;

/// Reads the resource with this URI.
pub struct ReadResource(pub String);

/// Fills in a prompt.
pub struct GetPrompt {
    /// Its name.
    pub name: String,
    /// What to fill in.
    pub arguments: Texts,
}

/// Asks what would fit into a blank.
pub struct Complete {
    /// Whose blank.
    pub of: Completable,
    /// Its name.
    pub argument: String,
    /// What was typed so far.
    pub value: String,
    /// What the other blanks were filled with.
    pub context: Texts,
}

/// What has blanks.
pub enum Completable {
    /// The prompt with this name.
    Prompt(String),
    /// The template of resources with these words.
    ResourceTemplate(String),
}

impl Question for ReadResource {
    type Answer = Vec<ResourceContents>;

    async fn ask(
        &self,
        session: &Arc<Session>,
        patience: Duration,
    ) -> Result<Self::Answer, AskError> {
        if !session.offers(has_resources) {
            return Err(AskError::NotOffered);
        }
        let params = ReadResourceRequestParams::new(self.0.clone());
        let request = ClientRequest::ReadResourceRequest(ReadResourceRequest::new(params));
        let result = session.request(request, patience).await?;
        let parts = result["contents"].as_array().ok_or(McpError::Unusable)?;
        if parts.len() > MAX_PARTS {
            return Err(McpError::TooLarge.into());
        }
        let parts: Option<_> = parts.iter().map(ResourceContents::read).collect();
        Ok(parts.ok_or(McpError::Unusable)?)
    }
}

impl Question for GetPrompt {
    type Answer = FilledPrompt;

    async fn ask(
        &self,
        session: &Arc<Session>,
        patience: Duration,
    ) -> Result<Self::Answer, AskError> {
        if !session.offers(|it| it.prompts.is_some()) {
            return Err(AskError::NotOffered);
        }
        let mut params = GetPromptRequestParams::new(self.name.clone());
        if !self.arguments.is_empty() {
            let arguments = self.arguments.iter();
            let arguments = arguments.map(|(name, text)| (name.clone(), text.clone().into()));
            params = params.with_arguments(arguments.collect());
        }
        let request = ClientRequest::GetPromptRequest(GetPromptRequest::new(params));
        let result = session.request(request, patience).await?;
        Ok(FilledPrompt::read(&result).ok_or(McpError::Unusable)?)
    }
}

impl Question for Complete {
    type Answer = Completion;

    async fn ask(
        &self,
        session: &Arc<Session>,
        patience: Duration,
    ) -> Result<Self::Answer, AskError> {
        if !session.offers(|it| it.completions.is_some()) {
            return Err(AskError::NotOffered);
        }
        let of = match &self.of {
            Completable::Prompt(name) => Reference::for_prompt(name),
            Completable::ResourceTemplate(uri) => Reference::for_resource(uri),
        };
        let argument = ArgumentInfo::new(&self.argument, &self.value);
        let mut params = CompleteRequestParams::new(of, argument);
        if !self.context.is_empty() {
            params = params.with_context(CompletionContext::with_arguments(self.context.clone()));
        }
        let request = ClientRequest::CompleteRequest(CompleteRequest::new(params));
        let result = session.request(request, patience).await?;
        Ok(Completion::read(&result).ok_or(McpError::Unusable)?)
    }
}
