//! The tools, and what they do.

mod definitions;
mod questions;
mod showcase;

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;

pub(crate) use self::definitions::plain;
use self::definitions::{export, notebook, slow, toys, trials};
pub(crate) use self::questions::wants_first;
use crate::State;
use crate::mcp::{Answers, Door};

/// Which tools to offer.
#[derive(Clone, Debug)]
pub struct ToolSet {
    guarded: Vec<Value>,
    open: Vec<Value>,
}

impl Default for ToolSet {
    /// What a demo shows: a notebook for who signs in, a few toys for everybody, and for
    /// both something to watch.
    fn default() -> Self {
        let both = [vec![slow()], questions::demo()].concat();
        Self {
            guarded: [notebook(), vec![export()], both.clone()].concat(),
            open: [toys(), showcase::showcase(), both].concat(),
        }
    }
}

impl ToolSet {
    /// Everything, for everybody: what tests need.
    pub fn everything() -> Self {
        let all = [
            notebook(),
            toys(),
            showcase::showcase(),
            vec![slow()],
            questions::demo(),
            trials(),
            questions::trials(),
        ]
        .concat();
        Self { guarded: all.clone(), open: all }
    }

    /// Exactly these definitions. Tools without a behaviour of their own echo.
    pub fn of(definitions: Vec<Value>) -> Self {
        Self { guarded: definitions.clone(), open: definitions }
    }

    /// The definitions, to be edited and offered again.
    pub fn definitions(&self) -> Vec<Value> {
        self.guarded.clone()
    }

    pub(crate) fn behind(&self, door: Door) -> &[Value] {
        if door == Door::Open { &self.open } else { &self.guarded }
    }
}

/// A call to a tool.
pub(crate) struct Call {
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) arguments: Value,
    pub(crate) progress_token: Value,
    pub(crate) answers: Answers,
    pub(crate) notify: mpsc::Sender<Value>,
    /// Whether the client wants to hear what is said on the way.
    pub(crate) is_heard: bool,
}

/// Which scope a call to a tool takes, beyond those that everybody is asked for.
pub(crate) fn scopes() -> HashMap<String, String> {
    HashMap::from([("export_notes".to_owned(), "notes:export".to_owned())])
}

/// Whether a tool answers with a stream.
pub(crate) fn streams(name: &str) -> bool {
    matches!(name, "countdown" | "hang" | "chatter" | "mutter") || questions::asks(name)
}

pub(crate) async fn run(state: &State, call: Call) -> Value {
    let arguments = &call.arguments;
    let text_of = |name: &str| arguments[name].as_str().unwrap_or_default().to_owned();
    match call.name.as_str() {
        "list_notes" => structured(&json!({ "notes": state.notebook.of(&call.person) })),
        "search_notes" => {
            let text = text_of("text").to_lowercase();
            let mut notes = state.notebook.of(&call.person);
            notes.retain(|note| {
                format!("{} {}", note.title, note.body).to_lowercase().contains(&text)
            });
            structured(&json!({ "notes": notes }))
        }
        "add_note" => {
            let color =
                if arguments["color"].is_null() { "yellow".to_owned() } else { text_of("color") };
            let note = state.notebook.add(&call.person, text_of("title"), text_of("body"), color);
            structured(&json!({ "note": note }))
        }
        "delete_note" => {
            let id = arguments["id"].as_u64().unwrap_or_default();
            if state.notebook.delete(&call.person, id) {
                text("Deleted.")
            } else {
                failure(&format!("There is no note {id}."))
            }
        }
        "export_notes" => text(&state.notebook.exported(&call.person)),
        "whoami" => text(&call.person),
        "roll_dice" => structured(&json!({ "rolls": rolls(arguments) })),
        "greet" => text(&greeting(arguments)),
        "countdown" => countdown(&call).await,
        "chatter" => chatter(&call).await,
        "mutter" => mutter(&call).await,
        "hang" => {
            state.script.held().await;
            text("Released.")
        }
        "fail" => failure("This tool always fails."),
        "large" => {
            let bytes = usize::try_from(arguments["bytes"].as_u64().unwrap_or(1)).unwrap_or(1);
            text(&"x".repeat(bytes))
        }
        "content" => every_kind(),
        "plan_trip" => showcase::plan(arguments),
        "show_kinds" => showcase::every_kind(),
        name if questions::asks(name) => {
            questions::run(state, &call).await.unwrap_or_else(|unanswered| unanswered)
        }
        _ => structured(arguments),
    }
}

fn rolls(arguments: &Value) -> Vec<u64> {
    let sides = arguments["sides"].as_u64().unwrap_or(6).max(1);
    let count = arguments["count"].as_u64().unwrap_or(1).min(100);
    (0..count).map(|_| rand::random::<u64>() % sides + 1).collect()
}

fn greeting(arguments: &Value) -> String {
    let hello = match arguments["language"].as_str() {
        Some("fr") => "Bonjour",
        Some("de") => "Guten Tag",
        Some("ja") => "こんにちは",
        _ => "Hello",
    };
    let greeting = format!("{hello}, {}!", arguments["name"].as_str().unwrap_or("you"));
    if arguments["loud"] == true { greeting.to_uppercase() } else { greeting }
}

async fn countdown(call: &Call) -> Value {
    let from = call.arguments["from"].as_u64().unwrap_or(5);
    let pause = Duration::from_millis(call.arguments["pauseMs"].as_u64().unwrap_or(500));
    for done in 1..=from {
        tokio::time::sleep(pause).await;
        if call.progress_token.is_null() {
            continue;
        }
        tell(call, done, from).await;
    }
    text("Lift-off!")
}

/// Tells as fast as it can how far it is, and that is most of what it does.
async fn chatter(call: &Call) -> Value {
    const STEPS: u64 = 5000;
    for done in 1..=STEPS {
        tell(call, done, STEPS).await;
    }
    text("That was it.")
}

/// Says what it does: as often as it is told to, where the client listens.
async fn mutter(call: &Call) -> Value {
    let times = call.arguments["times"].as_u64().unwrap_or(2);
    for time in 1..=times {
        let said = json!({
            "jsonrpc": "2.0",
            "method": "notifications/message",
            "params": { "level": "warning", "logger": "mutter", "data": format!("Hm {time}.") },
        });
        if call.is_heard {
            let _ = call.notify.send(said).await;
        }
    }
    text("Done.")
}

async fn tell(call: &Call, done: u64, of: u64) {
    let progress = json!({
        "jsonrpc": "2.0",
        "method": "notifications/progress",
        "params": {
            "progressToken": call.progress_token,
            "progress": done,
            "total": of,
            "message": format!("{}…", of - done),
        },
    });
    let _ = call.notify.send(progress).await;
}

fn text(text: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": text }], "isError": false })
}

pub(crate) fn failure(message: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": message }], "isError": true })
}

/// Structured content, and the same as text for clients that know no better.
pub(crate) fn structured(value: &Value) -> Value {
    json!({
        "content": [{ "type": "text", "text": value.to_string() }],
        "structuredContent": value,
        "isError": false,
    })
}

/// A pixel, a moment of silence, and two ways to point at a resource.
fn every_kind() -> Value {
    const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    json!({
        "content": [
            { "type": "text", "text": "Everything at once." },
            { "type": "image", "mimeType": "image/png", "data": PIXEL },
            { "type": "audio", "mimeType": "audio/wav", "data": "UklGRiQAAABXQVZF" },
            { "type": "resource_link", "uri": "note:///1", "name": "first", "title": "First note" },
            { "type": "resource", "resource": { "uri": "note:///2", "mimeType": "text/plain", "text": "Second." } },
            { "type": "hologram", "depth": 3 },
        ],
        "isError": false,
    })
}
