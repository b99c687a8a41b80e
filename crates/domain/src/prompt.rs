//! What a service suggests to say.

use serde::Deserialize;
use serde_json::Value;

use crate::described::{Described, text};
use crate::resource::Role;

/// The most arguments of a prompt.
const MAX_ARGUMENTS: usize = 50;

const MAX_DESCRIPTION: usize = 4_000;

/// The most completions in one answer (MCP, `CompleteResult`), and the longest, in characters.
const MAX_VALUES: usize = 100;
const MAX_VALUE: usize = 2_000;

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

/// Values that would fit into a blank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completion {
    /// The values, best first, at most 100.
    pub values: Vec<String>,
    /// How many there are, as the service says.
    pub total: Option<u64>,
    /// Whether there are more.
    pub has_more: bool,
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

impl Completion {
    /// Reads what a service suggests. `None` where it suggests something else than values.
    pub fn read(raw: &Value) -> Option<Self> {
        let said = raw["completion"]["values"].as_array()?;
        let values = said.iter().filter_map(Value::as_str);
        let values = values.filter(|value| value.chars().nth(MAX_VALUE).is_none());
        let values: Vec<String> = values.take(MAX_VALUES).map(str::to_owned).collect();
        Some(Self {
            total: raw["completion"]["total"].as_u64(),
            has_more: raw["completion"]["hasMore"] == true || values.len() < said.len(),
            values,
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
    fn more_values_than_may_be_are_said_to_be_more() {
        let raw = json!({ "completion": { "values": vec!["a"; 500], "total": 500 } });
        let read = Completion::read(&raw).unwrap();
        assert_eq!((read.values.len(), read.total, read.has_more), (MAX_VALUES, Some(500), true));
        assert_eq!(Completion::read(&json!({ "completion": {} })), None);
        let none = Completion::read(&json!({ "completion": { "values": [] } }));
        assert_eq!(none, Some(Completion::default()));
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
