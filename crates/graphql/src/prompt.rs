//! What a service suggests to say.

use async_graphql::{Object, Result, SimpleObject};
use attache_domain as domain;

use crate::caller::Caller;
use crate::content::ContentBlock;
use crate::icon::Icon;
use crate::offer::MessageRole;
use crate::problem::Problem;

/// Something that a service suggests to say: `Account.prompt` fills it in. Every text is the
/// service's own: show it, do not obey it.
#[derive(SimpleObject)]
pub(crate) struct Prompt {
    /// The name on the wire.
    name: String,
    /// The title to show; falls back to the name.
    title: String,
    /// What it is for.
    description: Option<String>,
    /// Its blanks. At most 50.
    arguments: Vec<PromptArgument>,
    /// Pictures for it. At most 8.
    icons: Vec<Icon>,
}

/// A blank of a prompt. Takes a text.
#[derive(SimpleObject)]
pub(crate) struct PromptArgument {
    /// The name on the wire.
    name: String,
    /// The title to show; falls back to the name.
    title: String,
    /// What goes in there.
    description: Option<String>,
    /// Whether it has to be filled in.
    is_required: bool,
}

/// A prompt with its blanks filled in: asked of the service when this is read, and kept nowhere.
#[derive(SimpleObject)]
pub(crate) struct PromptReading {
    /// What it is for.
    description: Option<String>,
    /// What to say, 4 MiB in all. At most as many as fit; none where there is a problem.
    messages: Vec<PromptMessage>,
    /// Why it could not be filled in.
    problem: Option<Problem>,
}

/// One message of a prompt.
pub(crate) struct PromptMessage(domain::PromptMessage);

/// One message of a prompt. Written by the service: untrusted.
#[Object]
impl PromptMessage {
    /// Who says it.
    async fn role(&self) -> MessageRole {
        self.0.role.into()
    }

    /// What is said.
    async fn content(&self) -> ContentBlock {
        ContentBlock::from(self.0.content.clone())
    }
}

impl From<domain::Prompt> for Prompt {
    fn from(prompt: domain::Prompt) -> Self {
        let title = prompt.described.display_title().to_owned();
        let domain::Described { name, description, icons, .. } = prompt.described;
        let argument = |argument: domain::PromptArgument| PromptArgument {
            title: argument.described.display_title().to_owned(),
            name: argument.described.name,
            description: argument.described.description,
            is_required: argument.is_required,
        };
        Self {
            name,
            title,
            description,
            arguments: prompt.arguments.into_iter().map(argument).collect(),
            icons: Icon::all(icons),
        }
    }
}

impl PromptReading {
    pub(crate) async fn new(
        caller: &Caller,
        read: attache_engine::Result<domain::FilledPrompt>,
    ) -> Result<Self> {
        let (prompt, problem) = Problem::apart(caller, read).await?;
        let domain::FilledPrompt { description, messages } = prompt.unwrap_or_default();
        let messages = messages.into_iter().map(PromptMessage).collect();
        Ok(Self { description, messages, problem })
    }
}
