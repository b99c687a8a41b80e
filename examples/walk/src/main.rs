//! The seven steps that GraphiQL opens with, taken from Rust: connect an account, see its
//! tools, watch one of them run, look back, disconnect.
#![expect(clippy::print_stdout, reason = "it is there to say what happens")]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use walk::{Attache, hear, text};

const OPERATIONS: &str = include_str!("../../operations.graphql");

#[tokio::main]
async fn main() -> Result<()> {
    let note = std::env::args().nth(1).unwrap_or_else(|| ".attache/dev.json".to_owned());
    let (attache, patience) = (Attache::open(&note)?, std::time::Duration::from_mins(1));
    tokio::time::timeout(patience, walk(attache)).await.context("it took over a minute")?
}

async fn walk(attache: Attache) -> Result<()> {
    // Whoever watches from a position that was taken before acting misses nothing.
    let before = attache.run(&step("History", &json!({}))).await?;
    let mut events =
        attache.watch(&step("Watch", &json!({ "after": before["eventCursor"] }))).await?;

    let begun = attache.run(&step("Connect", &json!({}))).await?["attempt"].take();
    println!("1. Connect: {} asks for consent.", text(&begun, "/authorizationHost")?);
    let ticket = attache.consent(text(&begun, "/authorizationUrl")?).await?;
    let completed = attache.run(&step("Complete", &json!({ "ticket": ticket }))).await?;
    println!("2. Complete: {} is connected.", text(&completed, "/account/label")?);

    let is_read = |it: &Value| matches!(it["catalog"]["state"].as_str(), Some("READY" | "FAILED"));
    while !is_read(&hear(&mut events, "next").await?) {}
    let found = attache.run(&step("Tools", &json!({}))).await?;
    let tools = found["tools"]["nodes"].as_array().context("there are no tools")?;
    println!("3. Tools:");
    for tool in tools {
        println!("   {:<14}{}", text(tool, "/name")?, text(tool, "/title")?);
    }

    let tool = tools.iter().find(|tool| tool["name"] == "countdown").context("no countdown")?;
    let intent = json!({ "toolId": tool["id"], "idempotencyKey": uuid::Uuid::new_v4() });
    let invoked = attache.run(&step("Invoke", &intent)).await?["invocation"].take();
    println!("4. Watch, and 5. Invoke: the countdown is {}.", text(&invoked, "/state")?);
    loop {
        let event = hear(&mut events, "next").await?;
        let invocation = &event["invocation"];
        ensure!(invocation["problem"].is_null(), "{}", text(invocation, "/problem/message")?);
        if event["invocationId"] == invoked["id"] {
            println!("   {}", text(&event, "/progress/message")?);
        } else if invocation["id"] == invoked["id"] && !invocation["result"].is_null() {
            println!("   {}", text(invocation, "/result/content/0/text")?);
            break;
        }
    }

    let viewer = attache.run(&step("History", &json!({}))).await?;
    println!("6. History, newest first:");
    for past in viewer["invocations"]["nodes"].as_array().context("there is no history")? {
        println!("   {:<14}{}", text(past, "/toolName")?, text(past, "/state")?);
    }

    attache.run(&step("Disconnect", &json!({}))).await?;
    while hear(&mut events, "next").await?["accountId"] != completed["account"]["id"] {}
    println!("7. Disconnect: the account is gone.");
    Ok(())
}

/// One of the seven steps, which come first in the file and use every fragment of it.
fn step(operation: &str, variables: &Value) -> Value {
    let mut definitions = OPERATIONS.split("\n\n");
    let mut document: Vec<&str> = definitions.by_ref().take(7).collect();
    document.extend(definitions.filter(|definition| definition.contains("fragment ")));
    json!({ "query": document.join("\n\n"), "operationName": operation, "variables": variables })
}
