//! Tools that somebody else wrote, called through the gate.

use attache_support::{Client, Watch};
use serde_json::{Value, json};

use crate::stage::{Stage, Tokens};

/// Calls a tool and waits for how it ends.
async fn call(client: &Client, tool: &str, arguments: Value) -> Value {
    client.invoke(&client.tool(tool).await, arguments).await
}

/// What a follower sees next of one invocation in this state.
async fn until_state(watch: &mut Watch, id: &str, state: &str) -> Value {
    let fits =
        |event: &Value| event["invocation"]["id"] == id && event["invocation"]["state"] == state;
    watch.until(state, fits).await["invocation"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_followed_from_running_through_its_progress_to_its_result() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    stage.connect(&ada, "ada").await;
    let mut watch = ada.watch_from_now().await;

    let echo = ada.start(&ada.tool("echo").await, json!({ "message": "Grüße" })).await;
    let echoed = until_state(&mut watch, &echo, "SUCCEEDED").await;
    assert_eq!(echoed["result"]["content"], json!([{ "text": "Echo: Grüße" }]));

    let long = ada.tool("trigger-long-running-operation").await;
    let long = ada.start(&long, json!({ "duration": 2, "steps": 8 })).await;
    until_state(&mut watch, &long, "RUNNING").await;
    let ended = until_state(&mut watch, &long, "SUCCEEDED").await;
    let said = ended["result"]["content"][0]["text"].as_str().unwrap();
    assert!(said.contains("2 seconds, Steps: 8"), "{said}");
    let steps: Vec<f64> = watch
        .seen()
        .iter()
        .filter(|event| event["__typename"] == "InvocationProgressed")
        .inspect(|event| {
            assert_eq!(event["invocationId"], long.as_str());
            assert_eq!(event["progress"]["total"], 8.0);
        })
        .map(|event| event["progress"]["current"].as_f64().unwrap())
        .collect();
    // Some may be left out and some come twice, but none comes late.
    assert!(!steps.is_empty() && steps.is_sorted_by(|one, next| one < next), "{steps:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_cancelled_ends_long_before_its_tool_would() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    stage.connect(&ada, "ada").await;
    let mut watch = ada.watch_from_now().await;
    let long = ada.tool("trigger-long-running-operation").await;
    let long = ada.start(&long, json!({ "duration": 300, "steps": 3000 })).await;
    watch.until_type("InvocationProgressed").await;

    let stopped = ada.run("Stop", json!({ "invocationId": long })).await;
    assert_eq!(stopped["problems"], json!([]), "{stopped}");
    let ended = until_state(&mut watch, &long, "CANCELLED").await;
    assert_eq!((&ended["problem"], &ended["result"]), (&Value::Null, &Value::Null));
    // The session is still good for the next call.
    let sum = call(&ada, "get-sum", json!({ "a": 2, "b": 3 })).await;
    assert_eq!(sum["result"]["content"][0]["text"], "The sum of 2 and 3 is 5.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_fails_says_so_itself() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    stage.connect(&ada, "ada").await;
    let nonsense = json!({ "resourceType": "Text", "resourceId": -1 });
    let failed = call(&ada, "get-resource-reference", nonsense).await;
    assert_eq!(failed["state"], "FAILED", "{failed}");
    assert_eq!(failed["problem"]["code"], "TOOL_REPORTED_ERROR");
    assert_eq!(failed["result"]["isToolError"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_do_not_fit_are_refused_before_the_tool_sees_them() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    stage.connect(&ada, "ada").await;
    let sum = ada.tool("get-sum").await;
    let arguments = json!({ "a": "two", "b": 3 });
    let refused = ada.invoke_with(json!({ "toolId": sum, "arguments": arguments })).await;
    assert_eq!(refused["invocation"], Value::Null, "{refused}");
    assert_eq!(refused["problems"][0]["code"], "ARGUMENTS_INVALID");
    assert_eq!(refused["problems"][0]["violations"][0]["pointer"], "/a");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_does_more_than_read_asks_first() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    stage.connect(&ada, "ada").await;
    let gzip = ada.tool("gzip-file-as-resource").await;
    let arguments = json!({
        "name": "hello.gz", "data": "data:text/plain,hello", "outputType": "resource",
    });
    let mut input = json!({ "toolId": gzip, "arguments": arguments, "waitMs": 20_000 });
    let refused = ada.invoke_with(input.clone()).await;
    assert_eq!(refused["problems"][0]["code"], "CONFIRMATION_REQUIRED", "{refused}");

    input["isConfirmed"] = true.into();
    let invoked = ada.invoke_with(input).await["invocation"].clone();
    assert_eq!(invoked["state"], "SUCCEEDED", "{invoked}");
    let file = &invoked["result"]["content"][0];
    assert_eq!(file["__typename"], "EmbeddedResourceContent");
    assert_eq!(file["raw"]["resource"]["mimeType"], "application/gzip");
}
