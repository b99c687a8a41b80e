//! Each tool that is listed is called, and what comes back is looked at for what it is.

use attache_support::Client;
use serde_json::{Value, json};

use super::connected;
use crate::call::{answer, call, kinds, questions, succeed, tools, until};
use crate::reading::read;
use crate::stage::text;

#[tokio::test(flavor = "multi_thread")]
async fn every_tool_answers_with_what_it_is_for() {
    let (_stage, ada, account) = connected().await;
    let tools = tools(&ada).await;
    for tool in &tools {
        drive(&ada, &account, tool).await;
    }
    // Whatever is new there has no way to be driven, and what is gone is missed here.
    assert_eq!(tools.len(), 15, "{tools:?}");
}

/// Calls a tool in the way that shows most of it.
async fn drive(ada: &Client, account: &str, tool: &Value) {
    match tool["name"].as_str().expect("a name") {
        "echo" => {
            let echoed = succeed(ada, tool, json!({ "message": "Grüße" })).await;
            assert_eq!(echoed["content"][0]["text"], "Echo: Grüße");
        }
        "get-sum" => {
            let sum = succeed(ada, tool, json!({ "a": 2, "b": 3 })).await;
            assert_eq!(sum["content"][0]["text"], "The sum of 2 and 3 is 5.");
        }
        "get-env" => {
            let shown = succeed(ada, tool, json!({})).await;
            assert_eq!(shown["content"][0]["text"], "{}", "no peer sees the environment");
        }
        "get-annotated-message" => annotated(ada, tool).await,
        "get-tiny-image" => {
            let result = succeed(ada, tool, json!({})).await;
            assert_eq!(kinds(&result), ["TextContent", "ImageContent", "TextContent"]);
            let image = &result["content"][1];
            assert_eq!(image["mimeType"], "image/png");
            assert!(text(&image["data"]).starts_with("iVBORw0KGgo"), "it is a PNG");
        }
        "get-structured-content" => structured(ada, tool).await,
        "get-resource-links" => links(ada, account, tool).await,
        "get-resource-reference" => embedded(ada, tool).await,
        "gzip-file-as-resource" => compressed(ada, account, tool).await,
        "trigger-long-running-operation" => {
            // `invoke.rs` follows its progress.
            let done = succeed(ada, tool, json!({ "duration": 0.2, "steps": 4 })).await;
            let said = "Long running operation completed. Duration: 0.2 seconds, Steps: 4.";
            assert_eq!(done["content"][0]["text"], said);
        }
        "toggle-simulated-logging" => switch(ada, tool, "logging").await,
        "toggle-subscriber-updates" => switch(ada, tool, "resource update").await,
        // `ask.rs` says more about these two.
        "trigger-elicitation-request" | "trigger-url-elicitation" => {
            let arguments = if tool["name"] == "trigger-url-elicitation" {
                json!({ "url": "https://everything.test/" })
            } else {
                json!({})
            };
            let asking = call(ada, tool, arguments).await;
            assert_eq!(asking["state"], "AWAITING_INPUT", "{asking}");
            answer(ada, &questions(ada, 1).await[0], "DECLINE", Value::Null).await;
            let done = until(ada, &asking, "SUCCEEDED").await;
            assert!(text(&done["result"]["content"][0]["text"]).contains("declined"), "{done}");
        }
        "simulate-research-query" => {
            // It wants to be called as a task of 2025-11-25, which this client never offered.
            let refused = call(ada, tool, json!({ "topic": "tea" })).await;
            assert_eq!(refused["state"], "FAILED", "{refused}");
            assert_eq!(refused["problem"]["code"], "TOOL_REPORTED_ERROR");
            let said = text(&refused["result"]["content"][0]["text"]);
            assert!(said.contains("requires task augmentation"), "{said}");
        }
        other => panic!("nothing here calls {other}"),
    }
}

async fn annotated(ada: &Client, tool: &Value) {
    let arguments = json!({ "messageType": "error", "includeImage": true });
    let result = succeed(ada, tool, arguments).await;
    assert_eq!(kinds(&result), ["TextContent", "ImageContent"]);
    let claims = ["user", "assistant"];
    let first = json!({ "audience": claims, "priority": 1.0 });
    assert_eq!(result["content"][0]["raw"]["annotations"], first, "{result}");
    let second = json!({ "audience": ["user"], "priority": 0.5 });
    assert_eq!(result["content"][1]["raw"]["annotations"], second, "{result}");
}

async fn structured(ada: &Client, tool: &Value) {
    let result = succeed(ada, tool, json!({ "location": "Chicago" })).await;
    let weather =
        json!({ "temperature": 36, "conditions": "Light rain / drizzle", "humidity": 82 });
    assert_eq!(result["structuredContent"], weather);
    let as_text = text(&result["content"][0]["text"]);
    assert_eq!(serde_json::from_str::<Value>(&as_text).expect("JSON"), weather);
    let promised = &tool["outputSchema"]["properties"];
    assert_eq!(promised["humidity"]["type"], "number", "{tool}");
}

async fn links(ada: &Client, account: &str, tool: &Value) {
    let result = succeed(ada, tool, json!({ "count": 2 })).await;
    let link = "ResourceLinkContent";
    assert_eq!(kinds(&result), ["TextContent", link, link]);
    for (at, part) in [(1, "blob"), (2, "text")] {
        let link = &result["content"][at];
        assert_eq!(link["mimeType"], "text/plain", "{link}");
        assert!(text(&link["description"]).starts_with(&format!("Resource {at}: ")), "{link}");
        let read = read(ada, account, &text(&link["uri"])).await;
        assert!(read["contents"][0][part].is_string(), "it leads somewhere: {read}");
    }
}

async fn embedded(ada: &Client, tool: &Value) {
    for (kind, part) in [("Text", "text"), ("Blob", "blob")] {
        let arguments = json!({ "resourceType": kind, "resourceId": 3 });
        let result = succeed(ada, tool, arguments).await;
        assert_eq!(kinds(&result), ["TextContent", "EmbeddedResourceContent", "TextContent"]);
        let resource = &result["content"][1];
        assert_eq!(resource["uri"], format!("demo://resource/dynamic/{part}/3"));
        assert!(resource[part].is_string(), "{resource}");
    }
}

/// What is linked to exists in the session alone: it is read in the one it was made in.
async fn compressed(ada: &Client, account: &str, tool: &Value) {
    let arguments = json!({ "name": "hello.gz", "data": "data:text/plain,hello" });
    let result = succeed(ada, tool, arguments).await;
    assert_eq!(kinds(&result), ["ResourceLinkContent"]);
    let link = &result["content"][0];
    assert_eq!(
        (&link["name"], &link["mimeType"]),
        (&json!("hello.gz"), &json!("application/gzip"))
    );
    let read = read(ada, account, &text(&link["uri"])).await;
    assert!(text(&read["contents"][0]["blob"]).starts_with("H4sI"), "it is compressed: {read}");
}

async fn switch(ada: &Client, tool: &Value, what: &str) {
    for did in ["Started", "Stopped"] {
        let said = succeed(ada, tool, json!({})).await;
        let said = text(&said["content"][0]["text"]);
        assert!(said.starts_with(did) && said.contains(what), "{said}");
    }
}
