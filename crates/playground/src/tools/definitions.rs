//! What the tools are called, and what they take.

use serde_json::{Value, json};

pub(super) fn notebook() -> Vec<Value> {
    vec![
        json!({
            "name": "list_notes",
            "title": "List notes",
            "description": "Shows everything you wrote down.",
            "icons": [{ "src": "https://notes.example/list.svg", "sizes": ["any"] }],
            "inputSchema": { "type": "object", "properties": {} },
            "_meta": { "ui": { "resourceUri": "ui://notebook/notes.html", "visibility": ["model", "app"] } },
            "annotations": { "readOnlyHint": true },
        }),
        json!({
            "name": "search_notes",
            "title": "Search notes",
            "description": "Finds notes that contain a text.",
            "inputSchema": {
                "type": "object",
                "properties": { "text": { "type": "string", "title": "Text", "minLength": 1 } },
                "required": ["text"],
            },
            "annotations": { "readOnlyHint": true },
        }),
        json!({
            "name": "add_note",
            "title": "Add a note",
            "description": "Writes something down.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "title": { "type": "string", "title": "Title", "minLength": 1, "maxLength": 100 },
                    "body": { "type": "string", "title": "Text", "contentMediaType": "text/markdown" },
                    "color": { "type": "string", "title": "Color", "enum": ["yellow", "green", "pink"], "default": "yellow" },
                },
                "required": ["title"],
                "additionalProperties": false,
            },
            "annotations": { "readOnlyHint": false, "destructiveHint": false },
        }),
        json!({
            "name": "delete_note",
            "title": "Delete a note",
            "description": "Removes a note for good.",
            "inputSchema": {
                "type": "object",
                "properties": { "id": { "type": "integer", "title": "Number", "minimum": 1 } },
                "required": ["id"],
            },
            "annotations": { "readOnlyHint": false, "destructiveHint": true, "idempotentHint": true },
        }),
        json!({
            "name": "whoami",
            "title": "Who am I?",
            "description": "Says who the service takes you for.",
            "inputSchema": { "type": "object" },
            "annotations": { "readOnlyHint": true },
        }),
    ]
}

/// What takes a permission that is only asked for once somebody needs it.
pub(super) fn export() -> Value {
    json!({
        "name": "export_notes",
        "title": "Export notes",
        "description": "Puts all your notes into one text. Asks for your permission the first time.",
        "inputSchema": { "type": "object", "properties": {} },
        "annotations": { "readOnlyHint": true },
    })
}

pub(super) fn toys() -> Vec<Value> {
    vec![
        json!({
            "name": "roll_dice",
            "title": "Roll dice",
            "description": "Rolls some dice.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "sides": { "type": "integer", "title": "Sides", "minimum": 2, "maximum": 100, "default": 6 },
                    "count": { "type": "integer", "title": "How many", "minimum": 1, "maximum": 20, "default": 2 },
                },
            },
            "annotations": { "readOnlyHint": true, "openWorldHint": false },
        }),
        json!({
            "name": "greet",
            "title": "Greet",
            "description": "Says hello.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "name": { "type": "string", "title": "Name" },
                    "language": { "type": "string", "title": "Language", "enum": ["en", "fr", "de", "ja"] },
                    "loud": { "type": "boolean", "title": "Shout", "default": false },
                },
                "required": ["name"],
            },
            "annotations": { "readOnlyHint": true, "openWorldHint": false },
        }),
    ]
}

pub(super) fn slow() -> Value {
    json!({
        "name": "countdown",
        "title": "Count down",
        "description": "Counts down and tells how far it is.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "from": { "type": "integer", "title": "From", "minimum": 1, "maximum": 60, "default": 5 },
                "pauseMs": { "type": "integer", "title": "Pause in milliseconds", "minimum": 0, "maximum": 5000, "default": 500 },
            },
        },
        "annotations": { "readOnlyHint": true, "openWorldHint": false },
    })
}

/// Tools that misbehave, and one that answers with everything there is.
pub(super) fn trials() -> Vec<Value> {
    vec![
        plain("echo", "Answers with its arguments."),
        plain("fail", "Reports an error."),
        plain("hang", "Answers when it is released."),
        plain("large", "Answers with as many bytes as asked for."),
        plain("break", "Breaks the connection while it answers."),
        plain("content", "Answers with every kind of content."),
        plain("chatter", "Says thousands of times how far it is."),
        plain("mutter", "Says what it does while it does it."),
        plain("report", "Writes a report, by itself where the client waits for that."),
    ]
}

/// A tool that takes whatever it is given and changes nothing.
pub(crate) fn plain(name: &str, description: &str) -> Value {
    json!({
        "name": name,
        "description": description,
        "inputSchema": { "type": "object" },
        "annotations": { "readOnlyHint": true },
    })
}
