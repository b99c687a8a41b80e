//! Calling tools: accepted once, sent at most once, and always with an end.

use attache_playground::{Endpoint, Era};
use attache_support::{Client, Setup, TestApp, eventually};
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn refusal(client: &Client, input: Value) -> Value {
    let refused = client.invoke_with(input).await;
    assert_eq!(refused["invocation"], Value::Null, "{refused}");
    refused["problems"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_answers_at_once_and_ends_as_an_event() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.open_viewer("ada").await;
        let tool = ada.tool("greet").await;
        let mut watch = ada.watch_from_now().await;
        let invoked = ada.invoke_with(json!({ "toolId": tool, "arguments": { "name": "Ada" } }));
        let invoked = invoked.await;
        assert_eq!(invoked["invocation"]["arguments"], json!({ "name": "Ada" }));
        assert!(
            ["RUNNING", "SUCCEEDED"].contains(&invoked["invocation"]["state"].as_str().unwrap())
        );
        let end = watch.until("the end", |it| it["invocation"]["state"] == "SUCCEEDED").await;
        let text = &end["invocation"]["result"]["content"][0]["text"];
        assert_eq!(text, "Hello, Ada!", "{era:?}");
        let revisions: Vec<i64> = watch
            .seen()
            .iter()
            .filter_map(|event| event["invocation"]["revision"].as_i64())
            .collect();
        assert!(revisions.is_sorted(), "{revisions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_would_rather_wait_gets_the_result_at_once() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    let ended = ada.invoke(&tool, json!({ "count": 3 })).await;
    assert_eq!(ended["state"], "SUCCEEDED");
    assert_eq!(ended["result"]["structuredContent"]["rolls"].as_array().unwrap().len(), 3);
    let hang = ada.tool("hang").await;
    let waited = ada.invoke_with(json!({ "toolId": hang, "arguments": {}, "waitMs": 50 })).await;
    assert_eq!(waited["invocation"]["state"], "RUNNING", "waiting ends, the call goes on");
    app.playground.release();
    ada.until_invocation(waited["invocation"]["id"].as_str().unwrap(), "SUCCEEDED").await;
}

/// Makes a call that is accepted, or is not, only when whoever holds its account lets go of it, having
/// made this change. And says what had been sent by then.
async fn hold(
    app: &TestApp,
    change: &str,
    call: impl Future<Output = Value>,
    sent: impl FnOnce() -> usize,
) -> (Value, usize) {
    let database = app.database.connect().await;
    let hold = format!("BEGIN; SELECT FROM accounts FOR UPDATE; {change}");
    database.batch_execute(&hold).await.unwrap();
    let waiting = "pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock'";
    let release = async {
        eventually("a call that waits to be written down", async || {
            (app.database.count(waiting).await > 0).then_some(())
        })
        .await;
        let sent = sent();
        database.batch_execute("COMMIT").await.unwrap();
        sent
    };
    tokio::join!(call, release)
}

/// What whoever disconnects an account changes first.
const DISCONNECT: &str = "UPDATE accounts SET state = 'DISCONNECTING'";

/// Makes calls of which the second is accepted and the third is not, and sees that neither is sent
/// before that is known. `calls` says how many the service has heard of.
pub(crate) async fn calls_are_held_back(app: &TestApp, ada: &Client, calls: impl Fn() -> usize) {
    let tool = ada.tool("roll_dice").await;
    ada.invoke(&tool, json!({ "count": 1 })).await;
    let input = json!({ "toolId": tool, "arguments": { "count": 1 }, "waitMs": 5000 });
    let (accepted, sent) = hold(app, "", ada.invoke_with(input.clone()), &calls).await;
    assert_eq!((sent, calls()), (1, 2), "{accepted}");
    assert_eq!(accepted["invocation"]["state"], "SUCCEEDED");
    let (refused, sent) = hold(app, DISCONNECT, ada.invoke_with(input), &calls).await;
    assert_eq!(refused["problems"][0]["code"], "ACCOUNT_DISCONNECTED", "{refused}");
    assert_eq!((sent, calls()), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_before_a_call_is_written_down() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.open_viewer("ada").await;
        calls_are_held_back(&app, &ada, || app.playground.calls("roll_dice")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_has_no_session_is_not_greeted_before_a_call_is_written_down() {
    for era in [Era::Legacy, Era::Modern] {
        let mut app = Setup { era, ..Setup::default() }.start().await;
        let tool = app.open_viewer("ada").await.tool("roll_dice").await;
        let input = json!({ "toolId": tool, "arguments": { "count": 1 }, "waitMs": 5000 });
        let accepted = ("", "/invocation/state", "SUCCEEDED");
        let refused = (DISCONNECT, "/problems/0/code", "ACCOUNT_DISCONNECTED");
        for (change, pointer, expected) in [accepted, refused] {
            app.restart().await;
            let requests = || app.playground.requests(Endpoint::Mcp).len();
            let before = requests();
            let ada = app.viewer("ada");
            let call = ada.invoke_with(input.clone());
            let (answer, heard) = hold(&app, change, call, requests).await;
            assert_eq!(heard, before, "{era:?}: {answer}");
            assert_eq!(answer.pointer(pointer), Some(&json!(expected)), "{era:?}: {answer}");
            assert_eq!(requests() > before, change.is_empty(), "{era:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_intent_is_one_call_however_often_it_is_sent() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    let input = |count: i32| {
        json!({ "toolId": tool, "arguments": { "count": count }, "waitMs": 5000,
            "idempotencyKey": "0123456789abcdef" })
    };
    let all = join_all((0..8).map(|_| ada.invoke_with(input(2)))).await;
    let ids: std::collections::BTreeSet<&str> =
        all.iter().map(|it| it["invocation"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 1, "{all:?}");
    assert_eq!(app.playground.calls("roll_dice"), 1);
    let again = ada.invoke_with(input(2)).await;
    assert_eq!(again["invocation"]["id"].as_str(), ids.first().copied());
    assert!(again["invocation"]["result"]["structuredContent"]["rolls"].is_array());
    assert_eq!(refusal(&ada, input(3)).await["code"], "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(app.playground.calls("roll_dice"), 1);
    // A key is the viewer's own.
    let grace = app.viewer("grace");
    grace.connect_open().await;
    let mut theirs = input(2);
    theirs["toolId"] = grace.tool("roll_dice").await.into();
    assert_eq!(grace.invoke_with(theirs).await["problems"], json!([]));
    assert_eq!(app.playground.calls("roll_dice"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_do_not_fit_are_pointed_at_and_not_sent() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    let arguments = json!({ "sides": "six", "count": 99 });
    let problem = refusal(&ada, json!({ "toolId": tool, "arguments": arguments })).await;
    assert_eq!(problem["__typename"], "ArgumentsInvalid");
    assert_eq!(problem["path"], json!(["input", "arguments"]));
    let violations = problem["violations"].as_array().unwrap();
    let mut pointers: Vec<&str> =
        violations.iter().map(|it| it["pointer"].as_str().unwrap()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/count", "/sides"]);
    let greet = ada.tool("greet").await;
    let missing = refusal(&ada, json!({ "toolId": greet, "arguments": {} })).await;
    assert_eq!(missing["violations"][0]["pointer"], "/name", "at the field that is missing");
    assert_eq!(app.playground.calls("roll_dice") + app.playground.calls("greet"), 0);
    assert_eq!(app.database.count("invocations").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn input_beyond_its_bounds_is_refused_by_name() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    for (field, value) in [
        ("arguments", json!([1])),
        ("idempotencyKey", json!("short")),
        ("idempotencyKey", json!("x".repeat(65))),
        ("conversationId", json!("x".repeat(65))),
        ("prompt", json!("x".repeat(4001))),
        ("waitMs", json!(30_001)),
        ("waitMs", json!(-1)),
    ] {
        let mut input = json!({ "toolId": tool, "arguments": {} });
        input[field] = value;
        let problem = refusal(&ada, input).await;
        assert_eq!(problem["code"], "INVALID_INPUT", "{field}");
        assert_eq!(problem["path"], json!(["input", field]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_may_change_something_is_confirmed_first() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("delete_note").await;
    let mut input = json!({ "toolId": tool, "arguments": { "id": 1 }, "waitMs": 5000 });
    assert_eq!(refusal(&ada, input.clone()).await["__typename"], "ConfirmationRequired");
    input["isConfirmed"] = true.into();
    assert_eq!(ada.invoke_with(input.clone()).await["problems"], json!([]));
    let patch = json!({ "confirmation": "NEVER" });
    ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    input["isConfirmed"] = false.into();
    assert_eq!(ada.invoke_with(input).await["problems"], json!([]));
    let harmless = ada.tool("roll_dice").await;
    ada.run("Settings", json!({ "toolId": harmless, "patch": { "confirmation": "ALWAYS" } })).await;
    let input = json!({ "toolId": harmless, "arguments": {} });
    assert_eq!(refusal(&ada, input).await["code"], "CONFIRMATION_REQUIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn presets_fill_in_what_is_left_out_and_nothing_else() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("greet").await;
    let patch = json!({ "presetArguments": { "language": "fr", "name": "you" } });
    ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    let said = ada.invoke(&tool, json!({ "name": "Ada" })).await;
    assert_eq!(said["result"]["content"][0]["text"], "Bonjour, Ada!");
    assert_eq!(said["arguments"], json!({ "language": "fr", "name": "Ada" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_changed_since_it_was_shown_is_not_run() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Tool { revision } } }";
    let revision = ada.query(query, json!({ "id": tool })).await["node"]["revision"].clone();
    ada.run("Settings", json!({ "toolId": tool, "patch": { "isPinned": true } })).await;
    let stale = json!({ "toolId": tool, "arguments": {}, "expectedToolRevision": revision });
    assert_eq!(refusal(&ada, stale).await["__typename"], "ToolChanged");
    assert_eq!(app.playground.calls("roll_dice"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_was_called_before_is_called_as_it_is_now() {
    let mut app = TestApp::start().await;
    let (ada, other) = (app.open_viewer("ada").await, app.add_replica().await);
    let elsewhere = ada.at(other);
    let tool = ada.tool("greet").await;
    let decide = async |patch: Value| {
        elsewhere.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
    };
    let call = json!({ "toolId": tool, "arguments": { "name": "Ada" } });
    assert_eq!(ada.invoke(&tool, json!({ "name": "Ada" })).await["state"], "SUCCEEDED");
    decide(json!({ "isEnabled": false })).await;
    assert_eq!(refusal(&ada, call.clone()).await["code"], "TOOL_DISABLED");
    decide(json!({ "isEnabled": true, "confirmation": "ALWAYS" })).await;
    assert_eq!(refusal(&ada, call.clone()).await["code"], "CONFIRMATION_REQUIRED");
    decide(json!({ "confirmation": "NEVER", "presetArguments": { "language": "fr" } })).await;
    let said = ada.invoke(&tool, json!({ "name": "Ada" })).await;
    assert_eq!(said["result"]["content"][0]["text"], "Bonjour, Ada!");
    decide(json!({ "presetArguments": {} })).await;
    let said = ada.invoke(&tool, json!({ "name": "Ada" })).await;
    assert_eq!(said["result"]["content"][0]["text"], "Hello, Ada!");
    let account = ada.query("{ viewer { accounts { id } } }", json!({})).await;
    elsewhere.disconnect(account["viewer"]["accounts"][0]["id"].as_str().unwrap()).await;
    let code = refusal(&ada, call).await["code"].clone();
    assert!(["NOT_FOUND", "ACCOUNT_DISCONNECTED"].contains(&code.as_str().unwrap()), "{code}");
    assert_eq!(app.playground.calls("greet"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_while_the_call_runs() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.open_viewer("ada").await;
        let tool = ada.tool("countdown").await;
        let invocation = ada.start(&tool, json!({ "from": 4, "pauseMs": 150 })).await;
        let events = ada.follow(&invocation, None).await.rest().await;
        let current: Vec<f64> =
            events.iter().filter_map(|event| event["progress"]["current"].as_f64()).collect();
        let grows = current.is_sorted_by(|one, next| one < next);
        assert!(!current.is_empty() && grows, "{era:?}: {events:?}");
        let last = events.last().unwrap();
        assert_eq!(last["invocation"]["state"], "SUCCEEDED", "{era:?}: the end is the last event");
        assert_eq!(last["invocation"]["result"]["content"][0]["text"], "Lift-off!");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_a_call_tells_the_service_and_the_viewer() {
    for era in [Era::Legacy, Era::Modern] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.open_viewer("ada").await;
        let tool = ada.tool("hang").await;
        let invocation = ada.start(&tool, json!({})).await;
        eventually("a call at the service", async || {
            (app.playground.calls("hang") == 1).then_some(())
        })
        .await;
        let stopping = ada.run("Stop", json!({ "invocationId": invocation })).await;
        let state = stopping["invocation"]["state"].as_str().unwrap();
        assert!(["CANCELLING", "CANCELLED"].contains(&state), "{stopping}");
        let cancelled = ada.until_invocation(&invocation, "CANCELLED").await;
        assert_eq!(cancelled["problem"], Value::Null);
        eventually("a service that was told", async || {
            (app.playground.cancelled() == 1).then_some(())
        })
        .await;
        let again = ada.run("Stop", json!({ "invocationId": invocation })).await;
        assert_eq!(again["invocation"]["state"], "CANCELLED");
        assert_eq!(again["problems"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_calls_than_may_run_wait_their_turn_and_the_line_ends() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("hang").await;
    let mut ids = Vec::new();
    for _ in 0..40 {
        ids.push(ada.start(&tool, json!({})).await);
    }
    let input = json!({ "toolId": tool, "arguments": {} });
    assert_eq!(refusal(&ada, input).await["code"], "LIMIT_REACHED");
    let running = "invocations WHERE state = 'RUNNING'";
    assert_eq!(app.database.count(running).await, 8);
    assert_eq!(app.database.count("invocations WHERE state = 'QUEUED'").await, 32);
    let queued = ids.last().unwrap();
    let stopped = ada.run("Stop", json!({ "invocationId": queued })).await;
    assert_eq!(stopped["invocation"]["state"], "CANCELLED", "what was not sent is over at once");
    // Nobody else stands in this line.
    let grace = app.viewer("grace");
    grace.connect_open().await;
    let theirs = grace.tool("roll_dice").await;
    assert_eq!(grace.invoke(&theirs, json!({})).await["state"], "SUCCEEDED");
    let over = "invocations WHERE state IN ('SUCCEEDED', 'CANCELLED')";
    eventually("all of them to end", async || {
        app.playground.release();
        (app.database.count(over).await == 41).then_some(())
    })
    .await;
    assert_eq!(app.playground.calls("hang"), 39);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_says_so_of_the_calls_it_takes_with_it() {
    let mut app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("hang").await;
    let invocation = ada.start(&tool, json!({})).await;
    eventually("a call at the service", async || (app.playground.calls("hang") == 1).then_some(()))
        .await;
    app.restart().await;
    let ada = app.viewer("ada");
    let lost = ada.until_invocation(&invocation, "INTERRUPTED").await;
    assert_eq!(lost["problem"]["code"], "OUTCOME_UNKNOWN");
    assert_eq!(app.playground.calls("hang"), 1, "never sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_works_on_any_more_has_an_end() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    let id = ada.invoke(&tool, json!({})).await["id"].as_str().unwrap().to_owned();
    // As a database that was away for too long leaves it behind: running, under the name
    // of a process that lives.
    let lose = "UPDATE invocations SET state = 'RUNNING', finished_at = NULL,
        updated_at = now() - interval '1 minute', replica_id = (SELECT id FROM replicas LIMIT 1)";
    assert_eq!(app.database.connect().await.execute(lose, &[]).await.unwrap(), 1);
    let lost = ada.until_invocation(&id, "INTERRUPTED").await;
    assert_eq!(lost["problem"]["code"], "OUTCOME_UNKNOWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_is_known_is_waited_for_like_a_new_one() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("countdown").await;
    let input = |wait: i32| {
        json!({ "toolId": tool, "arguments": { "from": 2, "pauseMs": 200 }, "waitMs": wait,
            "idempotencyKey": "0123456789abcdef" })
    };
    assert_eq!(ada.invoke_with(input(0)).await["invocation"]["state"], "RUNNING");
    let again = ada.invoke_with(input(20_000)).await;
    assert_eq!(again["invocation"]["state"], "SUCCEEDED");
    assert_eq!(again["invocation"]["result"]["content"][0]["text"], "Lift-off!");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_call_is_not_searched_for_among_all_that_came_before() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    let database = app.database.connect().await;
    let count = async |query: &str| database.query_one(query, &[]).await.unwrap().get::<_, i64>(0);
    // Postgres tells what it counted once in a while, so every look is another call.
    eventually("the ends of twenty calls", async || {
        ada.invoke(&tool, json!({})).await;
        let ended = "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'invocations'";
        (count(ended).await >= 20).then_some(())
    })
    .await;
    let searched = "SELECT idx_tup_read FROM pg_stat_user_indexes \
                    WHERE indexrelname = 'invocations_newest'";
    assert_eq!(count(searched).await, 0);
}
