//! What a person does about calls that are over.

use attache_playground::Era;
use attache_support::{Client, Setup, TestApp, eventually};
use serde_json::{Value, json};

use crate::secrets::dump;

async fn erase(client: &Client, invocation: &str) -> Value {
    client.run("Erase", json!({ "invocationId": invocation })).await
}

async fn shown(client: &Client, invocation: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Invocation {
        state toolName conversationId prompt arguments progress { message } availableActions
        result { structuredContent } problem { code } elicitations { id } erasedAt revision
        tool { name } } } }";
    client.query(query, json!({ "id": invocation })).await["node"].clone()
}

/// What the database holds of a call that could tell what it was about, as it would show in a
/// dump.
async fn kept(app: &TestApp, invocation: &str) -> Vec<String> {
    let id: attache_domain::InvocationId = invocation.parse().unwrap();
    let query = format!(
        "SELECT encode(kept, 'hex') FROM (
             SELECT unnest(ARRAY[sealed_request, sealed_result]) AS kept
                 FROM invocation_payloads WHERE invocation_id = '{id}'
             UNION ALL SELECT unnest(ARRAY[sealed_question, sealed_answer])
                 FROM elicitations WHERE invocation_id = '{id}'
             UNION ALL SELECT sealed_round FROM continuations WHERE invocation_id = '{id}'
             UNION ALL SELECT input_hash FROM idempotency_keys WHERE entity_id = '{id}'
         ) AS all_of_it WHERE kept IS NOT NULL",
        id = id.uuid()
    );
    let rows = app.database.connect().await.query(&query, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// A call in which something was asked and answered, with everything that a call can carry.
async fn booked(client: &Client, restaurant: &str) -> String {
    let tool = client.tool("book_table").await;
    let invoked = client.invoke_with(json!({ "toolId": tool, "conversationId": "chat",
        "arguments": { "restaurant": restaurant }, "prompt": "a table for us" }));
    let invocation = invoked.await["invocation"]["id"].as_str().unwrap().to_owned();
    client.until_invocation(&invocation, "AWAITING_INPUT").await;
    let pending = client.run("Questions", json!({})).await["pendingElicitations"].clone();
    let table = json!({ "date": "2026-12-24", "people": 3 });
    let variables =
        json!({ "elicitationId": pending[0]["id"], "action": "ACCEPT", "content": table });
    assert_eq!(client.run("Answer", variables).await["problems"], json!([]));
    client.until_invocation(&invocation, "SUCCEEDED").await;
    invocation
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_nowhere_any_more_and_the_fact_stays() {
    let app = Setup { era: Era::Modern, ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    let (invocation, other) = (booked(&ada, "Roma").await, booked(&ada, "Napoli").await);
    let note = "UPDATE invocations SET progress =
        '{\"current\": 1, \"total\": null, \"message\": \"planted progress\"}'";
    app.database.connect().await.execute(note, &[]).await.unwrap();
    let (of_it, of_other) = (kept(&app, &invocation).await, kept(&app, &other).await);
    assert_eq!((of_it.len(), of_other.len()), (6, 6), "request, result, question, answer, round");
    let before = dump(&app).await;
    assert!(of_it.iter().all(|bytes| before.contains(bytes)), "{before}");
    assert_eq!(before.matches("planted progress").count(), 2);
    let first = shown(&ada, &invocation).await;
    assert_eq!(first["availableActions"], json!(["REPEAT", "ERASE"]));
    assert_eq!(first["prompt"], "a table for us");

    let erased = erase(&ada, &invocation).await;
    assert_eq!(erased["problems"], json!([]));
    assert!(erased["invocation"]["erasedAt"].is_string(), "{erased}");
    assert_eq!(kept(&app, &invocation).await, [""], "the key is taken, and says nothing");
    let after = dump(&app).await;
    let left: Vec<_> = of_it.iter().filter(|bytes| after.contains(*bytes)).collect();
    assert_eq!(left, Vec::<&String>::new());
    assert_eq!(after.matches("planted progress").count(), 1);
    assert!(of_other.iter().all(|bytes| after.contains(bytes)), "another call is as it was");

    let now = shown(&ada, &invocation).await;
    for content in ["prompt", "arguments", "progress", "result"] {
        assert_eq!(now[content], Value::Null, "{content}");
    }
    assert_eq!(now["elicitations"], json!([]));
    assert_eq!(now["availableActions"], json!([]));
    for fact in ["state", "toolName", "conversationId", "tool"] {
        assert_eq!(now[fact], first[fact], "{fact}");
    }
    assert_eq!(shown(&ada, &other).await["prompt"], "a table for us");
    // Once more is no mistake, and changes nothing.
    let again = erase(&ada, &invocation).await;
    assert_eq!(again["problems"], json!([]));
    assert_eq!(shown(&ada, &invocation).await, now);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_devices_hear_of_it_and_the_log_brings_nothing_back() {
    let mut app = TestApp::start().await;
    let other = app.add_replica().await;
    let ada = app.open_viewer("ada").await;
    let before = ada.cursor().await;
    let mut watch = ada.at(other).watch(&before).await;
    let tool = ada.tool("greet").await;
    let said = ada.invoke(&tool, json!({ "name": "planted name" })).await;
    let invocation = said["id"].as_str().unwrap();
    let heard = watch.until("the end", |it| it["invocation"]["state"] == "SUCCEEDED").await;
    assert!(heard.to_string().contains("planted name"), "{heard}");
    let erased = erase(&ada, invocation).await;
    let heard = watch
        .until("the erasure", |it| it["invocation"]["revision"] == erased["invocation"]["revision"])
        .await;
    assert_eq!(heard["invocation"]["result"], Value::Null);
    let mut late = ada.watch(&before).await;
    late.until_type("CaughtUp").await;
    let replayed = json!(late.seen()).to_string();
    assert!(replayed.contains(invocation) && !replayed.contains("planted name"), "{replayed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_has_not_ended_is_cancelled_first() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("hang").await;
    let invocation = ada.start(&tool, json!({})).await;
    eventually("a call at the service", async || (app.playground.calls("hang") == 1).then_some(()))
        .await;
    let refused = erase(&ada, &invocation).await;
    assert_eq!(refused["problems"][0]["code"], "INVOCATION_OPEN", "{refused}");
    assert_eq!(refused["problems"][0]["path"], json!(["input", "invocationId"]));
    assert!(refused["problems"][0]["message"].as_str().unwrap().contains("Cancel it first"));
    let running = shown(&ada, &invocation).await;
    assert_eq!((&running["arguments"], &running["erasedAt"]), (&json!({}), &Value::Null));
    ada.run("Stop", json!({ "invocationId": invocation })).await;
    ada.until_invocation(&invocation, "CANCELLED").await;
    assert_eq!(erase(&ada, &invocation).await["problems"], json!([]));
    let nowhere = erase(&ada, "inv_00000000000000000000000000").await;
    assert_eq!(nowhere["problems"][0]["code"], "NOT_FOUND");
    let theirs = erase(&app.viewer("grace"), &invocation).await;
    assert_eq!(theirs["problems"], nowhere["problems"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_is_sent_late_does_not_run_what_was_erased_again() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    let input = json!({ "toolId": tool, "arguments": { "count": 2 }, "waitMs": 20_000,
        "idempotencyKey": "0123456789abcdef" });
    let rolled = ada.invoke_with(input.clone()).await;
    erase(&ada, rolled["invocation"]["id"].as_str().unwrap()).await;
    let late = ada.invoke_with(input).await;
    assert_eq!(late["problems"][0]["code"], "IDEMPOTENCY_KEY_REUSED", "{late}");
    assert_eq!(app.playground.calls("roll_dice"), 1);
}

const KEY: &str = "0123456789abcdef";

async fn repeat_with(client: &Client, input: Value) -> Value {
    let query = "mutation ($input: RepeatInvocationInput!) { repeatInvocation(input: $input) {
        invocation { id state prompt arguments conversationId repeats { id }
            result { structuredContent } }
        problems { __typename code path message } } }";
    let mut input = input;
    if input.get("idempotencyKey").is_none() {
        input["idempotencyKey"] = attache_domain::Clock::system().uuid().to_string().into();
    }
    input["waitMs"] = 20_000.into();
    client.query(query, json!({ "input": input })).await["repeatInvocation"].clone()
}

async fn repeat(client: &Client, invocation: &str) -> Value {
    repeat_with(client, json!({ "invocationId": invocation })).await
}

fn id(invocation: &Value) -> String {
    invocation["id"].as_str().unwrap_or_else(|| panic!("{invocation}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_repeated_is_a_new_one_with_what_it_sent() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("echo").await;
    let sent = json!({ "toolId": tool, "arguments": { "text": "once" }, "prompt": "say it",
        "conversationId": "chat", "waitMs": 20_000 });
    let first = id(&ada.invoke_with(sent).await["invocation"]);
    let input = json!({ "invocationId": first, "idempotencyKey": KEY });
    let again = repeat_with(&ada, input.clone()).await;
    assert_eq!(again["problems"], json!([]));
    let again = again["invocation"].clone();
    assert_ne!(again["id"], first.as_str());
    assert_eq!(again["state"], "SUCCEEDED");
    assert_eq!(again["arguments"], json!({ "text": "once" }));
    assert_eq!((&again["prompt"], &again["conversationId"]), (&json!("say it"), &json!("chat")));
    assert_eq!(again["repeats"]["id"], first.as_str());
    assert_eq!(again["result"]["structuredContent"]["text"], "once");
    // One intent is one call.
    let known = repeat_with(&ada, input).await;
    assert_eq!(known["invocation"]["id"], again["id"]);
    assert_eq!(app.playground.calls("echo"), 2);
    let other = json!({ "invocationId": again["id"], "idempotencyKey": KEY });
    let reused = repeat_with(&ada, other).await;
    assert_eq!(reused["problems"][0]["code"], "IDEMPOTENCY_KEY_REUSED");
    let once_more = repeat(&ada, &id(&again)).await["invocation"].clone();
    assert_eq!(once_more["repeats"]["id"], again["id"], "what was repeated can be repeated");
    // What was repeated goes by retention, and takes nothing along.
    let gone = "DELETE FROM invocations WHERE id = (SELECT min(id::text)::uuid FROM invocations)";
    assert_eq!(app.database.connect().await.execute(gone, &[]).await.unwrap(), 1);
    let query = "query ($id: ID!) { node(id: $id) { ... on Invocation { state repeats { id } } } }";
    let left = ada.query(query, json!({ "id": again["id"] })).await["node"].clone();
    assert_eq!(left, json!({ "state": "SUCCEEDED", "repeats": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn repeating_asks_the_person_like_the_first_time() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("add_note").await;
    let first = ada.invoke_with(json!({ "toolId": tool, "arguments": { "title": "Milk" },
        "isConfirmed": true, "waitMs": 20_000 }));
    let first = id(&first.await["invocation"]);
    let refused = repeat(&ada, &first).await;
    assert_eq!(refused["problems"][0]["__typename"], "ConfirmationRequired", "{refused}");
    let confirmed = repeat_with(&ada, json!({ "invocationId": first, "isConfirmed": true })).await;
    assert_eq!(confirmed["invocation"]["state"], "SUCCEEDED");
    let waits = json!({ "invocationId": first, "ifUnconfirmed": "AWAIT_APPROVAL" });
    let waiting = repeat_with(&ada, waits).await["invocation"].clone();
    assert_eq!(waiting["state"], "APPROVAL_REQUIRED");
    assert_eq!(waiting["repeats"]["id"], first.as_str());
    assert_eq!(app.playground.calls("add_note"), 2);
    let open = repeat(&ada, &id(&waiting)).await;
    assert_eq!(open["problems"][0]["code"], "INVOCATION_OPEN");
    let approved = ada.run("Approve", json!({ "invocationId": waiting["id"] })).await;
    assert_eq!(approved["problems"], json!([]));
    ada.until_invocation(&id(&waiting), "SUCCEEDED").await;
    assert_eq!(app.playground.calls("add_note"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_repeated_is_held_against_the_tool_of_today() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let tool = ada.tool("roll_dice").await;
    let first = id(&ada.invoke(&tool, json!({ "count": 2 })).await);
    let patch = async |patch: Value| {
        ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    };
    let code = async |input: Value| {
        let refused = repeat_with(&ada, input).await;
        let problem = refused["problems"][0].clone();
        (problem["code"].as_str().unwrap_or_default().to_owned(), problem["path"].clone())
    };
    let plain = json!({ "invocationId": first });
    let of_it = json!(["input", "invocationId"]);
    patch(json!({ "presetArguments": { "sides": 20 } })).await;
    let again = repeat(&ada, &first).await;
    assert_eq!(again["invocation"]["arguments"], json!({ "count": 2, "sides": 20 }));
    let stale = json!({ "invocationId": first, "expectedToolRevision": 1 });
    assert_eq!(code(stale).await.0, "TOOL_CHANGED");
    patch(json!({ "isEnabled": false })).await;
    assert_eq!(code(plain.clone()).await.0, "TOOL_DISABLED");
    patch(json!({ "isEnabled": true, "presetArguments": {} })).await;
    let mut changed = attache_playground::ToolSet::everything().definitions();
    let dice = changed.iter_mut().find(|tool| tool["name"] == "roll_dice").unwrap();
    dice["inputSchema"] = json!({ "type": "object", "required": ["colour"] });
    let mut watch = ada.watch_from_now().await;
    app.playground.offer(attache_playground::ToolSet::of(changed));
    watch.until("the change", |it| it["upsertedTools"].to_string().contains("roll_dice")).await;
    assert_eq!(code(plain.clone()).await, ("ARGUMENTS_INVALID".to_owned(), of_it));
    ada.disconnect(&account).await;
    // Its service may be being told still.
    let gone = code(plain).await.0;
    assert!(["NOT_FOUND", "ACCOUNT_DISCONNECTED"].contains(&gone.as_str()), "{gone}");
    assert_eq!(app.playground.calls("roll_dice"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_cannot_be_repeated_and_an_intent_that_ran_is_remembered() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    let first = id(&ada.invoke(&tool, json!({ "count": 2 })).await);
    let input = json!({ "invocationId": first, "idempotencyKey": KEY });
    let again = id(&repeat_with(&ada, input.clone()).await["invocation"]);
    erase(&ada, &first).await;
    let refused = repeat(&ada, &first).await;
    assert_eq!(refused["problems"][0]["code"], "ARGUMENTS_ERASED", "{refused}");
    assert_eq!(refused["problems"][0]["path"], json!(["input", "invocationId"]));
    assert_eq!(id(&repeat_with(&ada, input).await["invocation"]), again, "it ran before");
    assert_eq!(app.playground.calls("roll_dice"), 2);
}
