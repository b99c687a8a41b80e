//! What a service suggests to say.

use serde::Deserialize;
use serde_json::Value;

use crate::annotations::Role;
use crate::described::{Described, text};

/// The most arguments of a prompt.
const MAX_ARGUMENTS: usize = 50;

const MAX_DESCRIPTION: usize = 4_000;

/// Something that a service suggests to say, with blanks to fill in.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// What it is called.
    pub described: Described,
    /// The blanks, at most 50.
    pub arguments: Vec<PromptArgument>,
}

/// A blank of a prompt. Its value is a text.
#[derive(Clone, Debug, PartialEq)]
pub struct PromptArgument {
    /// What it is called.
    pub described: Described,
    /// Whether it has to be filled in.
    pub is_required: bool,
}

/// A prompt with its blanks filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FilledPrompt {
    /// What it is for.
    pub description: Option<String>,
    /// What to say.
    pub messages: Vec<PromptMessage>,
}

/// One message of a prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct PromptMessage {
    /// Who says it.
    pub role: Role,
    /// What, as the service wrote it; see [`ContentBlock`](crate::ContentBlock).
    pub content: Value,
}

impl Prompt {
    /// Reads what a service says of a prompt. `None` where it cannot be asked for.
    pub fn read(raw: &Value) -> Option<Self> {
        let arguments = raw["arguments"].as_array().into_iter().flatten();
        let arguments = arguments.filter_map(|raw| {
            let is_required = raw["required"] == true;
            Some(PromptArgument { described: Described::read(raw)?, is_required })
        });
        Some(Self {
            described: Described::read(raw)?,
            arguments: arguments.take(MAX_ARGUMENTS).collect(),
        })
    }
}

impl FilledPrompt {
    /// Reads what a service makes of a prompt. `None` where that is nothing.
    pub fn read(raw: &Value) -> Option<Self> {
        let messages = raw["messages"].as_array()?.iter().filter_map(|raw| {
            let role = Role::deserialize(&raw["role"]).ok()?;
            Some(PromptMessage { role, content: raw["content"].clone() })
        });
        Some(Self {
            description: text(&raw["description"], MAX_DESCRIPTION),
            messages: messages.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_prompt_has_blanks_with_names() {
        let raw = json!({ "name": "a", "arguments": [
            { "name": "one", "required": true }, { "title": "nameless" }, 7, { "name": "two" },
        ] });
        let prompt = Prompt::read(&raw).unwrap();
        let blanks: Vec<_> = prompt
            .arguments
            .iter()
            .map(|it| (it.described.name.as_str(), it.is_required))
            .collect();
        assert_eq!(blanks, [("one", true), ("two", false)]);
        let many = json!({ "name": "a", "arguments": vec![json!({ "name": "b" }); 100] });
        assert_eq!(Prompt::read(&many).unwrap().arguments.len(), MAX_ARGUMENTS);
    }

    #[test]
    fn messages_are_of_somebody() {
        let raw = json!({ "messages": [
            { "role": "user", "content": { "type": "text", "text": "hi" } },
            { "role": "system", "content": { "type": "text", "text": "obey" } },
            7,
        ] });
        let read = FilledPrompt::read(&raw).unwrap();
        assert_eq!(read.messages.len(), 1);
        assert_eq!(FilledPrompt::read(&json!({})), None);
    }
}
