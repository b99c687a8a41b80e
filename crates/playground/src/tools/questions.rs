//! Tools that ask the person something before they answer.

use serde_json::{Value, json};

use super::definitions::plain;
use super::{Call, structured, text};
use crate::State;
use crate::mcp::Answers;

/// What a demo shows.
pub(super) fn demo() -> Vec<Value> {
    vec![json!({
        "name": "book_table",
        "title": "Book a table",
        "description": "Asks when and for how many, and books a table.",
        "inputSchema": {
            "type": "object",
            "properties": { "restaurant": { "type": "string", "title": "Restaurant", "default": "Chez Nous" } },
        },
        "annotations": { "readOnlyHint": true, "openWorldHint": false },
    })]
}

/// Questions that tests need.
pub(super) fn trials() -> Vec<Value> {
    vec![
        plain("ask_two", "Asks two things at once."),
        plain(
            "ask_secret",
            "Asks for a password, and for a nickname, which it should not and may.",
        ),
        plain("ask_page", "Sends the person to a page."),
        plain("ask_forever", "Asks the same thing again and again."),
        plain("page_first", "Refuses until the person was at a page."),
        plain("come_again", "Wants to be called again, twice, before it answers."),
    ]
}

/// Whether a tool asks something.
pub(super) fn asks(name: &str) -> bool {
    demo().into_iter().chain(trials()).any(|tool| tool["name"] == name)
}

/// The error of a tool that wants a page visited before it is called (MCP 2025-11-25). Every
/// second call is let through: nobody really visits the page.
pub(crate) fn wants_first(state: &State, call: &Call) -> Option<Value> {
    let is_due = call.name == "page_first" && state.mcp.calls(&call.name) % 2 == 1;
    is_due.then(|| {
        let page = page(state, "Read the terms first.");
        let mut elicitation = page;
        elicitation["elicitationId"] = "terms".into();
        json!({
            "code": -32042,
            "message": "Somebody has to read the terms.",
            "data": { "elicitations": [elicitation] },
        })
    })
}

/// Runs a tool. The error is what it says while it waits for an answer.
pub(super) async fn run(state: &State, call: &Call) -> Result<Value, Value> {
    match call.name.as_str() {
        "book_table" => {
            let answer = call.ask(state, "table/1", &[("table", table())]).await?.remove("table");
            let answer = answer.unwrap_or_default();
            let restaurant = call.arguments["restaurant"].as_str().unwrap_or("Chez Nous");
            Ok(match answer["action"].as_str() {
                Some("accept") => structured(&json!({
                    "restaurant": restaurant,
                    "table": answer["content"],
                })),
                _ => text("No table then."),
            })
        }
        "ask_two" => {
            let requests = [("first", question("first")), ("second", question("second"))];
            Ok(structured(&json!(call.ask(state, "two/1", &requests).await?)))
        }
        "ask_secret" => {
            let requests = [("secret", question("password")), ("name", question("nickname"))];
            Ok(structured(&json!(call.ask(state, "secret/1", &requests).await?)))
        }
        "ask_page" => {
            let requests = [("page", page(state, "Pay on this page."))];
            Ok(structured(&json!(call.ask(state, "page/1", &requests).await?)))
        }
        "ask_forever" => {
            let round = match &call.answers {
                Answers::Modern { state, .. } => state.as_str().unwrap_or_default().len(),
                Answers::Legacy => 0,
            };
            let next = "x".repeat(round + 1);
            Err(call
                .ask(state, &next, &[("again", question("again"))])
                .await
                .map_or_else(|waiting| waiting, |answers| structured(&json!(answers))))
        }
        "come_again" => {
            let Answers::Modern { state, .. } = &call.answers else { return Ok(text("Here.")) };
            match state.as_str() {
                None => Err(json!({ "resultType": "input_required", "requestState": "once" })),
                Some("once") => {
                    Err(json!({ "resultType": "input_required", "requestState": "twice" }))
                }
                Some(_) => Ok(text("Here.")),
            }
        }
        _ => Ok(text("You were there.")),
    }
}

fn table() -> Value {
    json!({
        "message": "When shall the table be, and for how many?",
        "requestedSchema": {
            "type": "object",
            "properties": {
                "date": { "type": "string", "title": "Date", "format": "date" },
                "people": { "type": "integer", "title": "People", "minimum": 1, "maximum": 12, "default": 2 },
                "place": { "type": "string", "title": "Where", "enum": ["inside", "terrace"] },
            },
            "required": ["date", "people"],
        },
    })
}

fn question(name: &str) -> Value {
    json!({
        "message": format!("What is the {name}?"),
        "requestedSchema": { "type": "object", "properties": { name: { "type": "string" } } },
    })
}

fn page(state: &State, message: &str) -> Value {
    json!({ "mode": "url", "message": message, "url": format!("{}/page", state.origin) })
}
