//! Calls that wait for a person to approve of them.

use attache_domain::Clock;
use attache_playground::{Options, ToolSet};
use attache_support::{Client, ServerProcess, Setup, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Asks for a call that may wait, and returns how it stands.
async fn ask_for(
    client: &Client,
    tool: &str,
    arguments: Value,
    conversation: Option<&str>,
) -> Value {
    let invoked = client
        .invoke_with(json!({
            "toolId": tool,
            "arguments": arguments,
            "conversationId": conversation,
            "ifUnconfirmed": "AWAIT_APPROVAL",
            "waitMs": 20_000,
        }))
        .await;
    assert_eq!(invoked["problems"], json!([]), "{invoked}");
    invoked["invocation"].clone()
}

async fn waiting(client: &Client) -> String {
    let tool = client.tool("add_note").await;
    let asked = ask_for(client, &tool, json!({ "title": "Milk" }), None).await;
    assert_eq!(asked["state"], "APPROVAL_REQUIRED", "{asked}");
    asked["id"].as_str().unwrap().to_owned()
}

async fn approve(client: &Client, invocation: &str, arguments: Option<Value>) -> Value {
    let variables = json!({ "invocationId": invocation, "arguments": arguments });
    client.run("Approve", variables).await
}

/// The service describes its tool anew.
async fn change_note(app: &TestApp, client: &Client) {
    let mut changed = ToolSet::everything().definitions();
    let note = changed.iter_mut().find(|tool| tool["name"] == "add_note").unwrap();
    note["description"] = "Writes something down, and tells everybody.".into();
    let mut watch = client.watch_from_now().await;
    app.playground.offer(ToolSet::of(changed));
    watch
        .until("the change", |event| event["upsertedTools"].to_string().contains("add_note"))
        .await;
}

async fn reject(client: &Client, invocation: &str) -> Value {
    client.run("Reject", json!({ "invocationId": invocation })).await
}

async fn approval(client: &Client, invocation: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Invocation { arguments
        availableActions approval { decision isEdited decidedAt } } } }";
    client.query(query, json!({ "id": invocation })).await["node"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_approved_of_is_not_sent_and_then_once() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let mut watch = ada.watch_from_now().await;
    let invocation = waiting(&ada).await;
    let before = approval(&ada, &invocation).await;
    assert_eq!(before["availableActions"], json!(["APPROVE", "REJECT"]));
    assert_eq!(
        before["approval"],
        json!({ "decision": null, "isEdited": false, "decidedAt": null })
    );
    assert_eq!(app.playground.calls("add_note"), 0);

    assert_eq!(approve(&ada, &invocation, None).await["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
    let after = approval(&ada, &invocation).await;
    assert_eq!(
        (&after["approval"]["decision"], &after["approval"]["isEdited"]),
        (&json!("APPROVED"), &json!(false))
    );
    let again = approve(&ada, &invocation, None).await;
    assert_eq!(again["problems"][0]["message"], "This call was approved already.");
    assert_eq!(reject(&ada, &invocation).await["problems"][0]["code"], "REFUSED");
    assert_eq!(app.playground.calls("add_note"), 1);
    for state in ["APPROVAL_REQUIRED", "QUEUED", "SUCCEEDED"] {
        watch.until(state, |event| event["invocation"]["state"] == state).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_what_the_person_made_of_it() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let invocation = waiting(&ada).await;
    let wrong = approve(&ada, &invocation, Some(json!({ "title": "", "colour": "red" }))).await;
    assert_eq!(wrong["problems"][0]["code"], "ARGUMENTS_INVALID", "{wrong}");
    let edited = json!({ "title": "Bread", "color": "pink" });
    assert_eq!(approve(&ada, &invocation, Some(edited.clone())).await["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
    let after = approval(&ada, &invocation).await;
    assert_eq!((&after["approval"]["isEdited"], &after["arguments"]), (&json!(true), &edited));
    let history = ada.run("History", json!({})).await;
    let note = &history["invocations"]["nodes"][0]["result"]["structuredContent"]["note"];
    assert_eq!((&note["title"], &note["color"]), (&json!("Bread"), &json!("pink")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_what_was_asked_about_whatever_presets_came_meanwhile() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let invocation = waiting(&ada).await;
    let patch = json!({ "presetArguments": { "color": "pink" } });
    let tool = ada.tool("add_note").await;
    let settings = ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    assert_eq!(settings["problems"], json!([]));
    assert_eq!(approve(&ada, &invocation, None).await["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
    assert_eq!(approval(&ada, &invocation).await["arguments"], json!({ "title": "Milk" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_wait_for_approval_do_not_pile_up() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("add_note").await;
    let ask = async || {
        let arguments = json!({ "title": "Milk" });
        ada.invoke_with(json!({ "toolId": tool, "arguments": arguments,
            "ifUnconfirmed": "AWAIT_APPROVAL" }))
            .await
    };
    let first = ask().await["invocation"]["id"].as_str().unwrap().to_owned();
    for _ in 1..100 {
        assert_eq!(ask().await["problems"], json!([]));
    }
    assert_eq!(ask().await["problems"][0]["code"], "LIMIT_REACHED");
    reject(&ada, &first).await;
    assert_eq!(ask().await["problems"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_rejected_given_up_or_disconnected_is_never_sent() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let (first, second, third) = (waiting(&ada).await, waiting(&ada).await, waiting(&ada).await);
    assert_eq!(reject(&ada, &first).await["invocation"]["state"], "CANCELLED");
    ada.run("Stop", json!({ "invocationId": second })).await;
    ada.disconnect(&account).await;
    for (invocation, decision) in [(first, "REJECTED"), (second, "WITHDRAWN"), (third, "WITHDRAWN")]
    {
        ada.until_invocation(&invocation, "CANCELLED").await;
        assert_eq!(approval(&ada, &invocation).await["approval"]["decision"], decision);
        assert_eq!(reject(&ada, &invocation).await["problems"][0]["code"], "REFUSED");
    }
    assert_eq!(app.playground.calls("add_note"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_decides_about_expires() {
    let clock = Clock::manual(Clock::system().now(), 7);
    let app = Setup { clock: clock.clone(), ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    let invocation = waiting(&ada).await;
    clock.advance(TimeDelta::hours(24) + TimeDelta::seconds(1));
    let ada = app.viewer("ada");
    let late = approve(&ada, &invocation, None).await;
    assert_eq!(late["problems"][0]["code"], "APPROVAL_EXPIRED", "{late}");
    let done = ada.until_invocation(&invocation, "FAILED").await;
    assert_eq!(done["problem"]["code"], "APPROVAL_EXPIRED");
    assert_eq!(approval(&ada, &invocation).await["approval"]["decision"], "EXPIRED");
    assert_eq!(app.playground.calls("add_note"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn once_per_conversation_is_asked_again_elsewhere_and_when_the_tool_changed() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("add_note").await;
    let patch = json!({ "confirmation": "ONCE_PER_CONVERSATION" });
    ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    let state = async |conversation: Option<&str>| {
        let asked = ask_for(&ada, &tool, json!({ "title": "Milk" }), conversation).await;
        (asked["id"].as_str().unwrap().to_owned(), asked["state"].as_str().unwrap().to_owned())
    };
    let (first, asked) = state(Some("chat")).await;
    assert_eq!(asked, "APPROVAL_REQUIRED");
    approve(&ada, &first, None).await;
    assert_eq!(state(Some("chat")).await.1, "SUCCEEDED", "it was agreed to here");
    assert_eq!(state(Some("other")).await.1, "APPROVAL_REQUIRED");
    assert_eq!(state(None).await.1, "APPROVAL_REQUIRED");

    let confirmed = json!({ "toolId": tool, "arguments": { "title": "Milk" }, "waitMs": 20_000,
        "conversationId": "third", "isConfirmed": true });
    assert_eq!(ada.invoke_with(confirmed).await["problems"], json!([]));
    assert_eq!(state(Some("third")).await.1, "SUCCEEDED", "confirming counts as well");

    change_note(&app, &ada).await;
    assert_eq!(state(Some("chat")).await.1, "APPROVAL_REQUIRED", "it is another tool now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_changed_while_its_call_waited_is_looked_at_again() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let invocation = waiting(&ada).await;
    change_note(&app, &ada).await;
    let refused = approve(&ada, &invocation, None).await;
    assert_eq!(refused["problems"][0]["code"], "TOOL_CHANGED");
    let query = "query ($id: ID!) { node(id: $id) { ... on Tool { revision } } }";
    let tool = json!({ "id": ada.tool("add_note").await });
    let revision = ada.query(query, tool).await["node"]["revision"].clone();
    let variables = json!({ "invocationId": invocation, "expectedToolRevision": revision });
    assert_eq!(ada.run("Approve", variables).await["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_viewer_decides_for_all_tools_holds_at_once_and_everywhere() {
    let mut app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let other = app.add_replica().await;
    let there = ada.at(other);
    let mut watch = ada.watch_from_now().await;
    let dice = ada.tool("roll_dice").await;
    // So that both processes remember the tool as one that needs no asking.
    for client in [&ada, &there] {
        assert_eq!(ask_for(client, &dice, json!({}), None).await["state"], "SUCCEEDED");
    }
    let decide = async |policy: &str| {
        let decided = ada.run("AskMe", json!({ "policy": policy })).await;
        assert_eq!(decided["settings"]["defaultConfirmation"], policy, "{decided}");
    };
    decide("ALWAYS").await;
    watch.until_type("ViewerSettingsUpdated").await;
    assert_eq!(ask_for(&there, &dice, json!({}), None).await["state"], "APPROVAL_REQUIRED");
    let query = "query ($id: ID!) { node(id: $id) { ... on Tool {
        confirmation settings { confirmation } } } }";
    let shown = ada.query(query, json!({ "id": dice })).await["node"].clone();
    assert_eq!(
        shown,
        json!({ "confirmation": "ALWAYS", "settings": { "confirmation": "DEFAULT" } })
    );
    decide("NEVER").await;
    let note = there.tool("add_note").await;
    let sent = ask_for(&there, &note, json!({ "title": "Milk" }), None).await;
    assert_eq!(sent["state"], "SUCCEEDED");
    let patch = json!({ "confirmation": "ALWAYS" });
    ada.run("Settings", json!({ "toolId": note, "patch": patch })).await;
    let asked = ask_for(&there, &note, json!({ "title": "Milk" }), None).await;
    assert_eq!(asked["state"], "APPROVAL_REQUIRED", "a tool's own setting goes before it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_for_approval_also_when_its_process_is_killed() {
    let program = env!("CARGO_BIN_EXE_attache");
    let options = Options { tools: ToolSet::everything(), ..Options::default() };
    let mut server = ServerProcess::start_many(program, 1, options, "").await;
    let ada = server.viewer("ada");
    ada.connect_open().await;
    let invocation = waiting(&ada).await;
    server.kill();
    server.launch().await;
    let ada = server.viewer("ada");
    assert_eq!(approve(&ada, &invocation, None).await["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
    assert_eq!(server.playground.calls("add_note"), 1);
}
