//! What there is to say.

use serde_json::{Value, json};

use super::PIXEL;
use crate::State;

pub(super) fn listed() -> Vec<Value> {
    vec![
        json!({
            "name": "summarize",
            "title": "Summarize my notes",
            "description": "Asks for a summary in a language and a style.",
            "arguments": [
                { "name": "language", "title": "Language", "description": "In which language.", "required": true },
                { "name": "style", "description": "How long, or how funny." },
            ],
        }),
        json!({ "name": "describe", "description": "Asks what is on a picture." }),
    ]
}

pub(super) fn get(state: &State, person: &str, name: &str, arguments: &Value) -> Option<Value> {
    let said = |content: Value| json!({ "role": "user", "content": content });
    match name {
        "summarize" => {
            let language = arguments["language"].as_str()?;
            let style = arguments["style"].as_str().unwrap_or("short");
            let count = state.notebook.of(person).len();
            let text = format!("Summarize my {count} notes in {language}, in a {style} style.");
            let answer = json!({ "role": "assistant", "content": { "type": "text", "text": "With pleasure." } });
            let messages = [said(json!({ "type": "text", "text": text })), answer];
            Some(json!({ "description": "A summary of all notes.", "messages": messages }))
        }
        "describe" => {
            let picture = json!({ "type": "image", "mimeType": "image/png", "data": PIXEL });
            let note = json!({ "type": "resource", "resource": {
                "uri": "notebook://welcome", "mimeType": "text/markdown", "text": "# Welcome",
            } });
            let question = json!({ "type": "text", "text": "What is on this picture?" });
            Some(json!({ "messages": [said(question), said(picture), said(note)] }))
        }
        _ => None,
    }
}

/// What fits into a blank of a prompt. Which styles there are depends on the language.
pub(super) fn values(prompt: &str, argument: &str, others: &Value) -> Option<Vec<String>> {
    let values: &[&str] = match (prompt, argument, others["language"].as_str()) {
        ("summarize", "language", _) => &["English", "Français", "German", "Japanese"],
        ("summarize", "style", Some("Japanese")) => &["haiku", "short"],
        ("summarize", "style", _) => &["limerick", "long", "short"],
        _ => return None,
    };
    Some(values.iter().map(|value| (*value).to_owned()).collect())
}
