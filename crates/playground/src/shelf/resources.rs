//! What there is to read.

use serde_json::{Value, json};

use super::PIXEL;
use crate::State;

pub(super) const TEMPLATE: &str = "note://{name}";

const WELCOME: &str = "notebook://welcome";
const PICTURE: &str = "notebook://picture";
const NOTES: &str = "notebook://notes";
const PAGE: &str = "ui://notebook/notes.html";
const PAGE_TYPE: &str = "text/html;profile=mcp-app";

/// Answers with as many megabytes as it says, and is on no list.
const LARGE: &str = "notebook://large/";

pub(super) fn listed() -> Vec<Value> {
    vec![
        json!({
            "uri": WELCOME,
            "name": "welcome",
            "title": "Welcome",
            "description": "What this notebook is for.",
            "mimeType": "text/markdown",
            "size": welcome().len(),
            "annotations": { "audience": ["user"], "priority": 0.9, "lastModified": "2026-01-12T15:00:58Z" },
            "icons": [
                { "src": format!("data:image/png;base64,{PIXEL}"), "mimeType": "image/png", "sizes": ["1x1"], "theme": "light" },
                { "src": "http://insecure.example/icon.png" },
            ],
        }),
        json!({ "uri": PICTURE, "name": "picture", "mimeType": "image/png" }),
        json!({
            "uri": NOTES,
            "name": "notes",
            "title": "All notes",
            "description": "Changes with every note.",
            "mimeType": "application/json",
        }),
        json!({ "uri": PAGE, "name": "page", "title": "Notes on a page", "mimeType": PAGE_TYPE }),
    ]
}

pub(super) fn templates() -> Vec<Value> {
    vec![json!({
        "uriTemplate": TEMPLATE,
        "name": "note",
        "title": "A note",
        "description": "The note with this title.",
        "mimeType": "text/plain",
    })]
}

pub(super) fn read(state: &State, person: &str, uri: &str) -> Option<Value> {
    let part = match uri {
        WELCOME => json!({ "mimeType": "text/markdown", "text": welcome() }),
        PICTURE => json!({ "mimeType": "image/png", "blob": PIXEL }),
        NOTES => {
            let notes = json!(state.notebook.of(person));
            json!({ "mimeType": "application/json", "text": notes.to_string() })
        }
        PAGE => page(),
        _ => match (uri.strip_prefix("note://"), uri.strip_prefix(LARGE)) {
            (Some(name), _) => {
                let notes = state.notebook.of(person).into_iter();
                let note = notes.rev().find(|note| plain(&note.title) == plain(name))?;
                json!({ "mimeType": "text/plain", "text": note.body })
            }
            (_, Some(megabytes)) => {
                let bytes = megabytes.parse::<usize>().ok()?.min(64) * 1024 * 1024;
                json!({ "mimeType": "text/plain", "text": "x".repeat(bytes) })
            }
            (None, None) => return None,
        },
    };
    let mut part = part;
    part["uri"] = uri.into();
    Some(json!({ "contents": [part] }))
}

fn welcome() -> String {
    "# Welcome\n\nEverything you write down is here.".to_owned()
}

/// A name as it is in a URI, or out of one.
fn plain(name: &str) -> String {
    name.replace("%20", " ").to_lowercase()
}

/// A page for the frame of a frontend, which wants a little more than it should get.
fn page() -> Value {
    json!({
        "mimeType": PAGE_TYPE,
        "text": "<!doctype html><title>Notes</title><p>Your notes, on a page.</p>",
        "_meta": { "ui": {
            "csp": {
                "connectDomains": ["https://api.notes.example", "http://insecure.example"],
                "resourceDomains": ["https://*.notes.example", "'unsafe-inline'"],
            },
            "permissions": { "clipboardWrite": {}, "everything": {} },
            "prefersBorder": true,
        } },
    })
}
