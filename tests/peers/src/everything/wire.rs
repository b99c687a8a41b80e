//! How it is spoken to, and what it makes of that.

use attache_support::eventually;
use serde_json::{Value, json};

use crate::call::{succeed, tool, tools};
use crate::stage::{Stage, Tokens};

/// What is not offered to whoever lets no service use a language model, look into
/// directories, or run what people are asked as a task.
const HELD_BACK: [&str; 4] = [
    "get-roots-list",
    "trigger-sampling-request",
    "trigger-sampling-request-async",
    "trigger-elicitation-request-async",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_an_older_revision_is_greeted_and_offered_no_more_than_there_is() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    stage.connect(&ada, "ada").await;
    succeed(&ada, &tool(&ada, "get-sum").await, json!({ "a": 2, "b": 3 })).await;
    let told = async |method: &str| {
        eventually(method, async || {
            let told = stage.passed_on().into_iter();
            told.rev().find(|it| it["passedOn"]["method"] == method)
        })
        .await
    };
    let greeting = told("initialize").await["passedOn"]["params"].clone();
    assert_eq!(greeting["protocolVersion"], "2025-11-25");
    let offered = &greeting["capabilities"];
    assert!(offered["elicitation"]["form"].is_object(), "{greeting}");
    assert!(offered["elicitation"]["url"].is_object(), "{greeting}");
    for absent in ["sampling", "roots", "tasks"] {
        assert_eq!(offered[absent], Value::Null, "{greeting}");
    }
    // What both agreed on.
    assert_eq!(told("tools/call").await["revision"], "2025-11-25");

    let tools = tools(&ada).await;
    let offers: Vec<&str> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert!(HELD_BACK.iter().all(|name| !offers.contains(name)), "{offers:?}");
    assert!(offers.contains(&"trigger-url-elicitation"), "people can be asked: {offers:?}");
}
