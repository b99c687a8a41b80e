//! A model's call, as its vendor writes it.

use serde_json::{Map, Value};

use super::ToolDialect;

/// The longest name that a model may give to its call, in bytes.
const MAX_ID: usize = 256;

/// A model's call.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCall {
    /// The model's own name for the call, where there is one.
    pub id: Option<String>,
    /// The name of the tool.
    pub name: String,
    /// What it passes.
    pub arguments: Map<String, Value>,
}

/// What came is no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACall {
    /// It is not what the vendor writes.
    #[error("this is not a tool call as the dialect writes it")]
    Shape,
    /// Its arguments are no object. Models do that.
    #[error("the arguments of this tool call are not a JSON object")]
    Arguments,
}

impl ModelCall {
    /// Reads a call as it came: an entry of OpenAI's `tool_calls` (or a `function_call` item of its
    /// Responses), Anthropic's `tool_use` block, Gemini's part with a `functionCall`, the
    /// parameters of MCP's `tools/call`.
    pub fn read(dialect: ToolDialect, call: &Value) -> Result<Self, NotACall> {
        let (id, inner, arguments) = match dialect {
            ToolDialect::Openai if call["function"].is_object() => {
                (&call["id"], &call["function"], &call["function"]["arguments"])
            }
            ToolDialect::Openai => (&call["call_id"], call, &call["arguments"]),
            ToolDialect::Anthropic => (&call["id"], call, &call["input"]),
            ToolDialect::Gemini => {
                let inner = call.get("functionCall").unwrap_or(call);
                (&inner["id"], inner, &inner["args"])
            }
            ToolDialect::Mcp => {
                let inner = call.get("params").unwrap_or(call);
                (&call["id"], inner, &inner["arguments"])
            }
        };
        let name = inner["name"].as_str().ok_or(NotACall::Shape)?;
        let id = match id {
            Value::String(id) if id.len() <= MAX_ID => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            Value::Null => None,
            _ => return Err(NotACall::Shape),
        };
        let arguments = match arguments {
            Value::Object(arguments) => arguments.clone(),
            // Tools without arguments are called with nothing, or with an empty text.
            Value::Null => Map::new(),
            Value::String(text) if text.trim().is_empty() => Map::new(),
            Value::String(text) => serde_json::from_str(text).map_err(|_| NotACall::Arguments)?,
            _ => return Err(NotACall::Arguments),
        };
        Ok(Self { id, name: name.to_owned(), arguments })
    }
}
