//! Tools as a language model is told of them, and its calls as they come back.
//!
//! Every vendor takes a part of JSON Schema. What a vendor does not take is left out and said to
//! be; nothing is lost by that, because arguments are checked against the whole schema when the
//! model calls.

mod call;
mod merge;
mod names;
mod reduce;
mod rules;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use call::{ModelCall, NotACall};
pub use names::{ModelName, service_name};
pub use reduce::SchemaLoss;

use crate::{InvocationResult, ToolDefinition, ToolHints};
use rules::Rules;

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ToolDialect {
    /// OpenAI's Chat Completions, which many others speak.
    Openai,
    /// Anthropic's Messages.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// MCP's own `tools/list`.
    Mcp,
}

/// A tool as a model is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelTool {
    /// What the vendor takes.
    pub definition: Value,
    /// What of the schema is not in it.
    pub losses: Vec<SchemaLoss>,
}

impl ToolDialect {
    /// A tool under this name.
    pub fn tool(self, name: &str, tool: &ToolDefinition) -> ModelTool {
        let rules = Rules::of(self);
        let described = tool.description.as_deref().unwrap_or(tool.display_title());
        let description: String = described.chars().take(rules.max_description).collect();
        let (schema, losses) = reduce::reduce(&tool.input_schema, rules);
        let definition = match self {
            Self::Openai => json!({
                "type": "function",
                "function": { "name": name, "description": description, "parameters": schema },
            }),
            Self::Anthropic => {
                json!({ "name": name, "description": description, "input_schema": schema })
            }
            Self::Gemini => {
                json!({ "name": name, "description": description, "parameters": schema })
            }
            Self::Mcp => mcp(name, tool, &description, &schema),
        };
        ModelTool { definition, losses }
    }

    /// The definitions as they stand in a request.
    pub fn request(self, definitions: Vec<Value>) -> Value {
        match self {
            Self::Gemini => json!([{ "functionDeclarations": definitions }]),
            Self::Openai | Self::Anthropic | Self::Mcp => Value::Array(definitions),
        }
    }

    /// What a tool answered, as the model is told. `call` is the model's own name for its call,
    /// `name` the tool's.
    pub fn reply(self, call: Option<&str>, name: &str, result: &InvocationResult) -> Value {
        match self {
            Self::Openai => {
                json!({ "role": "tool", "tool_call_id": call, "content": text(result) })
            }
            Self::Anthropic => json!({
                "type": "tool_result",
                "tool_use_id": call,
                "content": text(result),
                "is_error": result.is_tool_error,
            }),
            Self::Gemini => {
                let outcome = if result.is_tool_error { "error" } else { "output" };
                let said = result.structured_content.clone().unwrap_or_else(|| text(result).into());
                let mut response =
                    json!({ "functionResponse": { "name": name, "response": { outcome: said } } });
                if let Some(call) = call {
                    response["functionResponse"]["id"] = call.into();
                }
                response
            }
            Self::Mcp => json!({
                "content": result.content,
                "structuredContent": result.structured_content,
                "isError": result.is_tool_error,
            }),
        }
    }
}

fn mcp(name: &str, tool: &ToolDefinition, description: &str, schema: &Value) -> Value {
    let ToolHints { read_only, destructive, idempotent, open_world } = tool.hints;
    let mut definition = json!({
        "name": name,
        "title": tool.display_title(),
        "description": description,
        "inputSchema": schema,
    });
    if let Some(schema) = &tool.output_schema {
        definition["outputSchema"] = schema.clone();
    }
    for (hint, claim) in [
        ("readOnlyHint", read_only),
        ("destructiveHint", destructive),
        ("idempotentHint", idempotent),
        ("openWorldHint", open_world),
    ] {
        if let Some(claim) = claim {
            definition["annotations"][hint] = claim.into();
        }
    }
    definition
}

/// What a tool answered in words. Pictures and sounds are named, not spelled out.
fn text(result: &InvocationResult) -> String {
    let piece = |block: &Value| match block["type"].as_str() {
        Some("text") => block["text"].as_str().unwrap_or_default().to_owned(),
        Some("resource") if block["resource"]["text"].is_string() => {
            block["resource"]["text"].as_str().unwrap_or_default().to_owned()
        }
        Some("resource_link") => block["uri"].as_str().unwrap_or_default().to_owned(),
        Some(kind) => format!("[{kind}]"),
        None => "[something]".to_owned(),
    };
    let pieces: Vec<String> = result.content.iter().map(piece).collect();
    match (&result.structured_content, pieces.is_empty()) {
        (Some(structured), true) => structured.to_string(),
        _ => pieces.join("\n"),
    }
}

#[cfg(test)]
#[path = "toolset/tests.rs"]
mod tests;
