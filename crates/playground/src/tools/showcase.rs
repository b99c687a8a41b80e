//! Tools that show what forms and answers there are.

use std::f64::consts::TAU;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::structured;

pub(super) fn showcase() -> Vec<Value> {
    vec![trip(), kinds()]
}

/// Every kind of field there is.
fn trip() -> Value {
    let stop = json!({
        "type": "object",
        "properties": {
            "city": { "type": "string", "title": "City", "minLength": 1 },
            "nights": { "type": "integer", "title": "Nights", "minimum": 1, "maximum": 30, "default": 2 },
        },
        "required": ["city"],
    });
    let transport = json!([
        {
            "title": "By train",
            "type": "object",
            "properties": {
                "kind": { "const": "train" },
                "seat": { "type": "string", "title": "Seat", "enum": ["window", "aisle"] },
            },
            "required": ["kind"],
        },
        {
            "title": "By car",
            "type": "object",
            "properties": {
                "kind": { "const": "car" },
                "doors": { "type": "integer", "title": "Doors", "minimum": 3, "maximum": 5 },
            },
            "required": ["kind", "doors"],
        },
    ]);
    json!({
        "name": "plan_trip",
        "title": "Plan a trip",
        "description": "Draws up a plan. Its form has a field of every kind.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "destination": { "type": "string", "title": "Where to", "minLength": 1, "maxLength": 80 },
                "start": { "type": "string", "title": "First day", "format": "date" },
                "travellers": { "type": "integer", "title": "Travellers", "minimum": 1, "maximum": 9, "default": 2 },
                "budget": { "type": "number", "title": "Budget", "minimum": 0 },
                "flexible": { "type": "boolean", "title": "Dates may move", "default": false },
                "class": { "type": "string", "title": "Comfort", "enum": ["simple", "good", "best"], "default": "good" },
                "interests": {
                    "type": "array",
                    "title": "Interests",
                    "items": { "type": "string", "enum": ["food", "museums", "nature", "nightlife"] },
                    "uniqueItems": true,
                },
                "wishes": { "type": "string", "title": "Wishes", "contentMediaType": "text/markdown" },
                "hotel": {
                    "type": "object",
                    "title": "Hotel",
                    "properties": {
                        "name": { "type": "string", "title": "Name of the hotel" },
                        "stars": { "type": "integer", "title": "Stars", "minimum": 1, "maximum": 5 },
                    },
                    "required": ["name"],
                },
                "stops": { "type": "array", "title": "Stops", "items": stop, "maxItems": 5 },
                "transport": { "title": "Transport", "oneOf": transport },
                "extras": { "title": "Anything else", "description": "Whatever the plan should keep, as JSON." },
            },
            "required": ["destination"],
        },
        "annotations": { "readOnlyHint": true, "openWorldHint": false },
    })
}

/// What a plan looks like.
pub(super) fn plan(arguments: &Value) -> Value {
    let destination = arguments["destination"].as_str().unwrap_or("Somewhere");
    let stops = arguments["stops"].as_array().map(Vec::as_slice).unwrap_or_default();
    let stops: Vec<String> = stops
        .iter()
        .map(|stop| {
            let nights = stop["nights"].as_u64().unwrap_or(1);
            format!("- **{}**, {nights} nights", stop["city"].as_str().unwrap_or("?"))
        })
        .collect();
    let stops = stops.join("\n");
    let text = format!("## {destination}\n\n{stops}\n\nHave a good journey!");
    json!({
        "content": [{ "type": "text", "text": text }],
        "structuredContent": arguments,
        "isError": false,
    })
}

fn kinds() -> Value {
    json!({
        "name": "show_kinds",
        "title": "Show every kind of answer",
        "description": "Answers with text, a picture, a sound, a table and more.",
        "inputSchema": { "type": "object", "properties": {} },
        "annotations": { "readOnlyHint": true, "openWorldHint": false },
    })
}

/// An answer with everything that an answer can have, fit to be looked at.
pub(super) fn every_kind() -> Value {
    const PICTURE: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 320 180' width='320' \
        height='180'><defs><linearGradient id='s' x2='0' y2='1'><stop stop-color='#1e3a8a'/><stop \
        offset='1' stop-color='#f59e0b'/></linearGradient></defs><rect width='320' height='180' \
        fill='url(#s)'/><circle cx='220' cy='118' r='26' fill='#fde68a'/><path d='M0 180 90 70l60 \
        70 50-50 120 90z' fill='#0f172a'/></svg>";
    let table = json!({ "rows": [
        { "city": "Lisbon", "nights": 3, "isBooked": true },
        { "city": "Porto", "nights": 2, "isBooked": false },
    ] });
    let mut answer = structured(&table);
    answer["content"] = json!([
        { "type": "text", "text": "## Every kind of answer\n\nThis is **Markdown**, with a list:\n\n- one\n- two" },
        { "type": "image", "mimeType": "image/svg+xml", "data": BASE64_STANDARD.encode(PICTURE) },
        { "type": "audio", "mimeType": "audio/wav", "data": BASE64_STANDARD.encode(tone()) },
        {
            "type": "resource_link",
            "uri": "note:///1",
            "name": "first",
            "title": "First note",
            "description": "Something at the service.",
        },
        { "type": "resource", "resource": { "uri": "note:///2", "mimeType": "text/plain", "text": "Second." } },
    ]);
    answer
}

/// A third of a second of an A, as WAV: 8,000 samples a second of one byte each.
fn tone() -> Vec<u8> {
    const RATE: u32 = 8000;
    const SAMPLES: u32 = RATE / 3;
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + SAMPLES).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    wav.extend([1, 0, 1, 0]);
    wav.extend(RATE.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend([1, 0, 8, 0]);
    wav.extend(b"data");
    wav.extend(SAMPLES.to_le_bytes());
    wav.extend((0..SAMPLES).map(|sample| {
        let swing = (f64::from(sample) * 440.0 * TAU / f64::from(RATE)).sin();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "28 to 228")]
        let level = (128.0 + swing * 100.0) as u8;
        level
    }));
    wav
}
