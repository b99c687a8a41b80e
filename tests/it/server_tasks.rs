//! Calls that a service goes on with by itself, as tasks.

use attache_domain::Clock;
use attache_playground::{Era, Options};
use attache_support::{Client, ServerProcess, Setup, TestApp, eventually};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn start() -> (TestApp, Client) {
    let app = Setup { era: Era::Modern, ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    (app, ada)
}

/// Has a report written.
async fn report(client: &Client, arguments: Value) -> String {
    client.start(&client.tool("report").await, arguments).await
}

/// Has one written that takes very long, and waits until that is under way.
async fn endless(client: &Client) -> String {
    let mut watch = client.watch_from_now().await;
    let invocation = report(client, json!({ "steps": 1000, "pauseMs": 100 })).await;
    watch.until("a sign of it", |event| event["invocationId"] == invocation.as_str()).await;
    invocation
}

/// What a report asks.
async fn question(client: &Client) -> Value {
    eventually("a question", async || {
        let viewer = client.run("Questions", json!({})).await;
        viewer["pendingElicitations"].as_array()?.first().cloned()
    })
    .await
}

async fn answer(client: &Client, question: &Value) -> Value {
    let content = json!({ "topic": "rain" });
    let variables =
        json!({ "elicitationId": question["id"], "action": "ACCEPT", "content": content });
    client.run("Answer", variables).await
}

/// What the last call to succeed brought.
async fn written(client: &Client) -> Value {
    let history = client.run("History", json!({})).await;
    history["invocations"]["nodes"][0]["result"]["structuredContent"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_goes_on_by_itself_is_followed_to_its_result() {
    let (app, ada) = start().await;
    let mut watch = ada.watch_from_now().await;
    let invocation = report(&ada, json!({ "steps": 3, "pauseMs": 1000 })).await;
    for step in ["Step 1 of 3", "Step 2 of 3"] {
        watch.until(step, |event| event["progress"]["message"] == step).await;
    }
    watch.until("the end", |event| event["invocation"]["state"] == "SUCCEEDED").await;
    assert_eq!(written(&ada).await["steps"], 3);
    assert_eq!(app.playground.calls("report"), 1);
    let done = ada.until_invocation(&invocation, "SUCCEEDED").await;
    assert_eq!(done["problem"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_task_asks_is_answered_in_the_middle_of_it() {
    let (_app, ada) = start().await;
    let mut watch = ada.watch_from_now().await;
    let invocation = report(&ada, json!({ "pauseMs": 100, "asks": true })).await;
    let asked = question(&ada).await;
    assert_eq!(asked["message"], "What about?");
    ada.until_invocation(&invocation, "AWAITING_INPUT").await;
    assert_eq!(answer(&ada, &asked).await["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
    let accepted = json!({ "action": "accept", "content": { "topic": "rain" } });
    assert_eq!(written(&ada).await["answer"], accepted);
    for state in ["AWAITING_INPUT", "RUNNING", "SUCCEEDED"] {
        watch.until(state, |event| event["invocation"]["state"] == state).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_call_stops_its_task() {
    let (app, ada) = start().await;
    let invocation = report(&ada, json!({ "pauseMs": 100, "asks": true })).await;
    question(&ada).await;
    ada.run("Stop", json!({ "invocationId": invocation })).await;
    ada.until_invocation(&invocation, "CANCELLED").await;
    assert_eq!(app.playground.cancelled_tasks(), 1);
    let viewer = ada.run("Questions", json!({})).await;
    assert_eq!(viewer["pendingElicitations"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_came_to_nothing_or_that_nobody_knows_any_more_says_so() {
    let clock = Clock::manual(Clock::system().now(), 7);
    let setup = Setup { era: Era::Modern, clock: clock.clone(), ..Setup::default() };
    let app = setup.start().await;
    let ada = app.open_viewer("ada").await;
    let failed = report(&ada, json!({ "steps": 1, "pauseMs": 1, "fails": true })).await;
    let failed = ada.until_invocation(&failed, "FAILED").await;
    assert_eq!(failed["result"]["content"][0]["text"], "The printer is on fire.");
    assert_eq!(failed["problem"]["code"], "SERVICE_REFUSED");

    let forgotten = endless(&ada).await;
    app.playground.forget_tasks();
    let forgotten = ada.until_invocation(&forgotten, "INTERRUPTED").await;
    assert_eq!(forgotten["problem"]["code"], "OUTCOME_UNKNOWN");

    let late = endless(&ada).await;
    clock.advance(TimeDelta::hours(25));
    let ada = app.viewer("ada");
    let late = ada.until_invocation(&late, "INTERRUPTED").await;
    assert_eq!(late["problem"]["code"], "OUTCOME_UNKNOWN");
    assert_eq!(app.playground.cancelled_tasks(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_ends_a_call_whatever_its_task_does() {
    let app = Setup { era: Era::Modern, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_open().await;
    let invocation = endless(&ada).await;
    ada.disconnect(&account).await;
    ada.until_invocation(&invocation, "CANCELLED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_an_older_revision_is_not_told_of_tasks() {
    let app = Setup { era: Era::Legacy, ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    let arguments = json!({ "steps": 3 });
    let done = ada.invoke(&ada.tool("report").await, arguments.clone()).await;
    assert_eq!(done["result"]["structuredContent"], arguments);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_and_its_question_survive_a_killed_process() {
    let program = env!("CARGO_BIN_EXE_attache");
    let options = Options { era: Era::Modern, ..Options::default() };
    let mut server = ServerProcess::start_many(program, 1, options, "").await;
    let ada = server.viewer("ada");
    ada.connect_open().await;
    let invocation = report(&ada, json!({ "pauseMs": 100, "asks": true })).await;
    let asked = question(&ada).await;
    server.kill();
    server.launch().await;
    let ada = server.viewer("ada");
    assert_eq!(question(&ada).await["id"], asked["id"]);
    assert_eq!(answer(&ada, &asked).await["problems"], json!([]));
    ada.until_invocation(&invocation, "SUCCEEDED").await;
    assert_eq!(written(&ada).await["answer"]["content"]["topic"], "rain");
    assert_eq!(server.playground.calls("report"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ends_leaves_its_tasks_to_others() {
    let mut app = Setup { era: Era::Modern, ..Setup::default() }.start().await;
    let other = app.add_replica().await;
    let ada = app.open_viewer("ada").await;
    let invocation = report(&ada, json!({ "pauseMs": 100, "asks": true })).await;
    let asked = question(&ada).await;
    app.stop().await;
    let there = ada.at(other);
    assert_eq!(answer(&there, &asked).await["problems"], json!([]));
    there.until_invocation(&invocation, "SUCCEEDED").await;
    assert_eq!(app.playground.calls("report"), 1);
}
