//! Tools that are not any more what their viewers knew.

use attache_playground::ToolSet;
use attache_support::{Client, Setup, TestApp};
use serde_json::{Value, json};

const HOLD: &str = "[tools]\nhold_changed = true";

/// A server with these settings, and somebody with an account.
async fn start(toml: &str) -> (TestApp, Client) {
    let setup =
        Setup { tools: ToolSet::of(tools(|_| {})), toml: toml.to_owned(), ..Setup::default() };
    let app = setup.start().await;
    let ada = app.open_viewer("ada").await;
    (app, ada)
}

/// What the service offers, with an edit of its first tool.
fn tools(edit: impl FnOnce(&mut Value)) -> Vec<Value> {
    let mut pay = json!({ "name": "pay", "title": "Pay", "description": "Pays a bill.",
        "inputSchema": { "type": "object", "properties": { "amount": { "type": "integer" } } },
        "annotations": { "readOnlyHint": true } });
    edit(&mut pay);
    let hints = json!({ "readOnlyHint": true });
    let other =
        json!({ "name": "other", "inputSchema": { "type": "object" }, "annotations": hints });
    vec![pay, other]
}

/// The service describes its tool anew, and the viewer hears of it, once.
async fn change(app: &TestApp, client: &Client, edit: impl FnOnce(&mut Value)) {
    let mut watch = client.watch_from_now().await;
    app.playground.offer(ToolSet::of(tools(edit)));
    let brings = |event: &Value| event["upsertedTools"].to_string().contains("\"pay\"");
    let event = watch.until("the change", brings).await;
    assert_eq!(event["upsertedTools"].as_array().unwrap().len(), 1, "{event}");
}

async fn shown(client: &Client, tool: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Tool { description revision isHeld
        isInvocable change { parts digest changedAt
            former { title description inputSchema outputSchema hints { isReadOnly } } } } } }";
    client.query(query, json!({ "id": tool })).await["node"].clone()
}

async fn accept(client: &Client, tool: &str, digest: &Value) -> Value {
    client.run("AcceptChange", json!({ "toolId": tool, "digest": digest })).await
}

/// What a model is told of, by name.
async fn toolset(client: &Client, filter: Value) -> Vec<String> {
    let query = "query ($filter: ToolFilter) { viewer { toolset(dialect: MCP, filter: $filter) {
        tools { tool { name } } } } }";
    let data = client.query(query, json!({ "filter": filter })).await;
    let tools = data["viewer"]["toolset"]["tools"].as_array().unwrap().clone();
    tools.iter().map(|it| it["tool"]["name"].as_str().unwrap().to_owned()).collect()
}

async fn refusal(client: &Client, tool: &str) -> Value {
    let input = json!({ "toolId": tool, "arguments": {}, "waitMs": 20_000 });
    client.invoke_with(input).await["problems"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_shown_beside_what_was() {
    let (app, ada) = start("").await;
    let tool = ada.tool("pay").await;
    assert_eq!(shown(&ada, &tool).await["change"], Value::Null, "a new tool did not change");
    let described = "Pays a bill, and the bills of others.";
    change(&app, &ada, |pay| {
        pay["description"] = described.into();
        pay["inputSchema"]["properties"]["to"] = json!({ "type": "string" });
        pay["annotations"]["readOnlyHint"] = false.into();
        pay["outputSchema"] = json!({ "type": "object" });
    })
    .await;
    let now = shown(&ada, &tool).await;
    let parts = json!(["DESCRIPTION", "INPUT_SCHEMA", "OUTPUT_SCHEMA", "HINTS"]);
    assert_eq!(now["change"]["parts"], parts);
    assert_eq!(now["description"], described);
    let former = json!({ "title": "Pay", "description": "Pays a bill.", "outputSchema": null,
        "inputSchema": { "type": "object", "properties": { "amount": { "type": "integer" } } },
        "hints": { "isReadOnly": true } });
    assert_eq!(now["change"]["former"], former);
    assert_eq!((&now["isHeld"], &now["isInvocable"]), (&json!(false), &json!(true)));
    // Where nothing is held back, it is a thing to look at, and nothing else.
    let run = ada.invoke_with(json!({ "toolId": tool, "arguments": {}, "isConfirmed": true }));
    assert_eq!(run.await["problems"], json!([]));
    let found = ada.run("Changes", json!({})).await["tools"]["nodes"].clone();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["id"]), (1, &json!(tool)));

    // It is held against what the viewer knew, however often it changes.
    change(&app, &ada, |pay| pay["title"] = "Pay at once".into()).await;
    let again = shown(&ada, &tool).await["change"].clone();
    assert_eq!((&again["parts"], &again["former"]), (&json!(["TITLE"]), &former));
    change(&app, &ada, |_| {}).await;
    assert_eq!(shown(&ada, &tool).await["change"], Value::Null, "it is what it was");
    assert_eq!(app.database.count("tool_changes").await, 0);
    // A picture is nothing to look into.
    change(&app, &ada, |pay| pay["icons"] = json!([{ "src": "https://a.example/1.png" }])).await;
    assert_eq!(shown(&ada, &tool).await["change"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_tool_is_held_back_until_the_person_accepts_what_they_saw() {
    let (mut app, ada) = start(HOLD).await;
    let there = ada.at(app.add_replica().await);
    let (tool, other) = (ada.tool("pay").await, ada.tool("other").await);
    // So that both processes remember the tool as it was.
    for client in [&ada, &there] {
        assert_eq!(client.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    }
    assert_eq!(toolset(&ada, json!({})).await, ["other", "pay"]);
    let names = "{ viewer { toolset(dialect: MCP) { tools { name } } } }";
    let names = ada.query(names, json!({})).await["viewer"]["toolset"]["tools"].clone();
    let name = names[1]["name"].as_str().unwrap();
    assert!(name.contains("pay"), "{names}");
    change(&app, &ada, |pay| pay["description"] = "Pays twice.".into()).await;
    for client in [&ada, &there] {
        let refused = refusal(client, &tool).await;
        assert_eq!(refused["code"], "TOOL_HELD", "{refused}");
        assert_eq!(refused["__typename"], "ToolChanged");
    }
    let calls = app.playground.calls("pay");
    assert_eq!(calls, 2);
    let held = shown(&ada, &tool).await;
    assert_eq!((&held["isHeld"], &held["isInvocable"]), (&json!(true), &json!(false)));
    assert_eq!(toolset(&ada, json!({})).await, ["other"]);
    assert_eq!(toolset(&ada, json!({ "hasChange": true })).await, Vec::<String>::new());
    assert_eq!(ada.tool("pay").await, tool, "the catalogue shows it");
    let by_model =
        "mutation ($call: JSON!) { invokeFromModel(input: { dialect: MCP, call: $call }) {
        problems { code } } }";
    let call = json!({ "call": { "name": name, "arguments": {} } });
    let by_model = ada.query(by_model, call).await["invokeFromModel"].clone();
    assert_eq!(by_model["problems"][0]["code"], "TOOL_HELD", "{by_model}");
    assert_eq!(ada.invoke(&other, json!({})).await["state"], "SUCCEEDED");

    // What changed again after it was shown is not accepted.
    change(&app, &ada, |pay| pay["description"] = "Pays thrice.".into()).await;
    let stale = accept(&ada, &tool, &held["change"]["digest"]).await;
    assert_eq!(stale["problems"][0]["code"], "TOOL_CHANGED", "{stale}");
    assert_eq!(stale["problems"][0]["path"], json!(["input", "digest"]));
    assert_eq!(refusal(&ada, &tool).await["code"], "TOOL_HELD");
    let seen = shown(&ada, &tool).await;
    assert_eq!(seen["change"]["former"]["description"], "Pays a bill.");
    let mut watch = there.watch_from_now().await;
    let accepted = accept(&ada, &tool, &seen["change"]["digest"]).await;
    assert_eq!(accepted["problems"], json!([]));
    let tool_now = &accepted["tool"];
    assert_eq!((&tool_now["isHeld"], &tool_now["change"]), (&json!(false), &Value::Null));
    watch.until_type("ToolUpdated").await;
    for client in [&there, &ada] {
        assert_eq!(client.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    }
    assert_eq!(toolset(&ada, json!({})).await, ["other", "pay"]);
    // Once more is no mistake, and changes nothing.
    let again = accept(&ada, &tool, &seen["change"]["digest"]).await;
    assert_eq!((&again["problems"], &again["tool"]), (&json!([]), tool_now));
    // What is known now is what was accepted.
    change(&app, &ada, |_| {}).await;
    let back = shown(&ada, &tool).await["change"].clone();
    assert_eq!(back["former"]["description"], "Pays thrice.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_went_and_came_back_otherwise_is_held_and_settings_change_nothing_of_it() {
    let (app, ada) = start(HOLD).await;
    let tool = ada.tool("pay").await;
    let mut watch = ada.watch_from_now().await;
    app.playground.offer(ToolSet::of(tools(|_| {})[1..].to_vec()));
    watch.until("the loss", |event| event["removedToolIds"].to_string().contains(&tool)).await;
    change(&app, &ada, |pay| pay["description"] = "Pays twice.".into()).await;
    assert_eq!(refusal(&ada, &tool).await["code"], "TOOL_HELD");
    let seen = shown(&ada, &tool).await["change"]["digest"].clone();
    // What the viewer decides about a tool does not make it another one.
    ada.run("Settings", json!({ "toolId": tool, "patch": { "isPinned": true } })).await;
    assert_eq!(shown(&ada, &tool).await["isHeld"], true);
    assert_eq!(accept(&ada, &tool, &seen).await["problems"], json!([]));
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    let nowhere = accept(&ada, "tool_00000000000000000000000000", &seen).await;
    assert_eq!(nowhere["problems"][0]["code"], "NOT_FOUND");
    assert_eq!(accept(&app.viewer("grace"), &tool, &seen).await["problems"], nowhere["problems"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_for_approval_waits_for_its_tool_as_well() {
    let (app, ada) = start(HOLD).await;
    let tool = ada.tool("pay").await;
    ada.run("Settings", json!({ "toolId": tool, "patch": { "confirmation": "ALWAYS" } })).await;
    let input = json!({ "toolId": tool, "arguments": {}, "ifUnconfirmed": "AWAIT_APPROVAL" });
    let asked = ada.invoke_with(input).await["invocation"].clone();
    assert_eq!(asked["state"], "APPROVAL_REQUIRED");
    change(&app, &ada, |pay| pay["description"] = "Pays twice.".into()).await;
    let seen = shown(&ada, &tool).await;
    let approve = json!({ "invocationId": asked["id"], "expectedToolRevision": seen["revision"] });
    let held = ada.run("Approve", approve).await;
    assert_eq!(held["problems"][0]["code"], "TOOL_HELD", "{held}");
    let accepted = accept(&ada, &tool, &seen["change"]["digest"]).await;
    let revision = &accepted["tool"]["revision"];
    let approve = json!({ "invocationId": asked["id"], "expectedToolRevision": revision });
    assert_eq!(ada.run("Approve", approve).await["problems"], json!([]));
    ada.until_invocation(asked["id"].as_str().unwrap(), "SUCCEEDED").await;
    assert_eq!(app.playground.calls("pay"), 1);
}
