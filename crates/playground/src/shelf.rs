//! What there is to read, and what there is to say: resources, prompts, and completions.

mod prompts;
mod resources;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::State;
use crate::mcp::{complete, error, reply};
use crate::script::lock;

/// JSON-RPC: the parameters lead to nothing.
const NOTHING_THERE: i32 = -32602;

/// A picture of one pixel.
pub(crate) const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkMPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/// What the shelf adds to the capabilities of the server.
pub(crate) fn capabilities() -> Value {
    json!({ "resources": { "subscribe": true }, "prompts": {}, "completions": {} })
}

/// What `person` is told of the shelf.
pub(crate) fn answer(
    state: &State,
    person: &str,
    is_modern: bool,
    id: &Value,
    method: &str,
    params: &Value,
) -> Option<Response> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let scripted = lock(&state.mcp.scripted).get(method).cloned();
    let result = match method {
        _ if scripted.is_some() => scripted,
        "resources/list" => Some(json!({ "resources": resources::listed() })),
        "resources/templates/list" => Some(json!({ "resourceTemplates": resources::templates() })),
        "resources/read" => resources::read(state, person, &text(&params["uri"])),
        "prompts/list" => Some(json!({ "prompts": prompts::listed() })),
        "prompts/get" => prompts::get(state, person, &text(&params["name"]), &params["arguments"]),
        "completion/complete" => complete_argument(state, person, params),
        _ => return None,
    };
    Some(match result {
        Some(mut result) => {
            if is_modern && result["ttlMs"].is_null() {
                result["ttlMs"] = 0.into();
                result["cacheScope"] = "private".into();
            }
            let is_said = !result["resultType"].is_null();
            reply(id, &complete(is_modern && !is_said, result))
        }
        None => error(StatusCode::OK, id, NOTHING_THERE, "there is no such thing"),
    })
}

/// Whether there is something to listen to.
pub(crate) fn has(state: &State, person: &str, uri: &str) -> bool {
    resources::read(state, person, uri).is_some()
}

/// What `person` would read now.
pub(crate) fn now(state: &State, person: &str, uri: &str) -> Option<Value> {
    resources::read(state, person, uri)
}

fn complete_argument(state: &State, person: &str, params: &Value) -> Option<Value> {
    let (of, argument) = (&params["ref"], params["argument"]["name"].as_str()?);
    let all: Vec<String> = match (of["type"].as_str()?, argument) {
        ("ref/resource", "name") if of["uri"] == resources::TEMPLATE => {
            state.notebook.of(person).into_iter().map(|note| note.title).collect()
        }
        ("ref/prompt", _) => {
            let name = of["name"].as_str()?;
            prompts::values(name, argument, &params["context"]["arguments"])?
        }
        _ => return None,
    };
    let typed = params["argument"]["value"].as_str().unwrap_or_default().to_lowercase();
    let fit = all.into_iter().filter(|value| value.to_lowercase().starts_with(&typed));
    let values: Vec<String> = fit.take(100).collect();
    Some(json!({ "completion": { "total": values.len(), "values": values, "hasMore": false } }))
}
