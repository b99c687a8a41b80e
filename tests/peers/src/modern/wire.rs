//! What arrived at the server, told by itself.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Modern;
use crate::call::{call, tool};
use crate::reading::{all, read};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_the_newest_revision_is_spoken_to_without_any_session() {
    let (modern, ada, account) = Modern::connected().await;
    call(&ada, &tool(&ada, "add").await, json!({ "a": 2, "b": 3 })).await;
    all(&ada, &account, "Prompts", "prompts").await;
    read(&ada, &account, "modern://poem").await;

    modern.hear("received", |it| it["headers"]["mcp-name"] == "modern://poem").await;
    let received = modern.told("received");
    let methods = received.iter().map(|it| it["received"].as_str().expect("a method"));
    // Whether it tells of changes is asked beside everything else, whenever that may be.
    let methods: BTreeSet<&str> = methods.filter(|it| *it != "subscriptions/listen").collect();
    let expected =
        ["prompts/list", "resources/read", "server/discover", "tools/call", "tools/list"];
    assert_eq!(methods, BTreeSet::from(expected), "no `initialize`, and nothing after it");
    for message in &received {
        let (headers, claims) = (&message["headers"], &message["claims"]);
        assert_eq!(message["verb"], "POST");
        assert_eq!(headers["mcp-session-id"], Value::Null, "{message}");
        assert_eq!(headers["mcp-protocol-version"], "2026-07-28", "{message}");
        assert_eq!(headers["mcp-method"], message["received"], "{message}");
        assert_eq!(claims["protocolVersion"], "2026-07-28", "{message}");
        assert_eq!(claims["clientInfo"]["name"], "attache", "{message}");
        let offered = &claims["clientCapabilities"];
        assert!(offered["elicitation"]["form"].is_object(), "{message}");
        assert!(offered["elicitation"]["url"].is_object(), "{message}");
        assert_eq!((&offered["sampling"], &offered["roots"]), (&Value::Null, &Value::Null));
    }
    let names = received.iter().map(|it| &it["headers"]["mcp-name"]).filter(|it| !it.is_null());
    assert_eq!(names.collect::<Vec<_>>(), ["add", "modern://poem"]);
}
