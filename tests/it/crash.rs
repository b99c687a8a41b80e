//! The real program, killed in the middle, and started again.

use std::collections::{BTreeMap, BTreeSet};

use attache_playground::{Answer, Endpoint};
use attache_support::{Client, ServerProcess, eventually};
use futures_util::future::join;
use serde_json::{Value, json};

async fn start() -> ServerProcess {
    ServerProcess::start(env!("CARGO_BIN_EXE_attache")).await
}

async fn until_called(server: &ServerProcess, tool: &str, times: usize) {
    eventually("calls at the service", async || {
        (server.playground.calls(tool) == times).then_some(())
    })
    .await;
}

/// What an event is about and how far that had come, where it is about something that
/// has revisions.
fn step(event: &Value) -> Option<(String, i64)> {
    ["attempt", "account", "tool", "invocation"].iter().find_map(|name| {
        let node = event.get(name)?;
        Some((node["id"].as_str()?.to_owned(), node["revision"].as_i64()?))
    })
}

/// Kills the server while it waits for the answer of a service.
async fn kill_while_it_asks(
    server: &mut ServerProcess,
    endpoint: Endpoint,
    request: impl Future<Output = Option<Value>>,
) {
    let (answer, ()) = join(request, async {
        eventually("a service that is asked", async || {
            (server.playground.requests(endpoint).len() == 1).then_some(())
        })
        .await;
        server.kill();
    })
    .await;
    assert!(answer.is_none(), "it never comes");
}

async fn revision(client: &Client, id: &str) -> i64 {
    let query = "query ($id: ID!) { node(id: $id) { ... on Versioned { revision } } }";
    client.query(query, json!({ "id": id })).await["node"]["revision"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_killed_ends_as_unknown_and_its_follower_misses_nothing() {
    let mut server = start().await;
    let ada = server.viewer("ada");
    let mut watch = ada.watch_from_now().await;
    ada.connect_open().await;
    watch.until("tools", |event| event["catalog"]["state"] == "READY").await;
    let dice = ada.tool("roll_dice").await;
    ada.invoke(&dice, json!({})).await;
    let hang = ada.tool("hang").await;
    let invocation = ada.start(&hang, json!({})).await;
    until_called(&server, "hang", 1).await;
    watch.until("the call", |event| event["invocation"]["id"] == invocation.as_str()).await;
    let before = watch.seen().to_vec();
    let cursor = before.last().unwrap()["cursor"].as_str().unwrap().to_owned();

    server.kill();
    server.launch().await;

    let ada = server.viewer("ada");
    let mut watch = ada.watch(&cursor).await;
    let lost = watch.until("the end", |it| it["invocation"]["state"] == "INTERRUPTED").await;
    assert_eq!(lost["invocation"]["id"], invocation.as_str());
    assert_eq!(lost["invocation"]["problem"]["code"], "OUTCOME_UNKNOWN");
    assert_eq!(server.playground.calls("hang"), 1, "never sent again");

    let all: Vec<Value> = before.into_iter().chain(watch.seen().to_vec()).collect();
    let lasting = all.iter().filter(|event| {
        !["CaughtUp", "InvocationProgressed"].contains(&event["__typename"].as_str().unwrap())
    });
    let cursors: Vec<&str> = lasting.clone().map(|it| it["cursor"].as_str().unwrap()).collect();
    let distinct: BTreeSet<&str> = cursors.iter().copied().collect();
    assert_eq!(distinct.len(), cursors.len(), "nothing twice: {cursors:?}");
    let mut last = BTreeMap::new();
    for (id, revision) in lasting.filter_map(step) {
        assert!(last.insert(id, revision) < Some(revision), "nothing twice: {all:?}");
    }
    assert!(last.len() >= 3, "an account and two calls: {last:?}");
    for (id, seen) in last {
        assert_eq!(revision(&ada, &id).await, seen, "nothing missed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_had_not_been_sent_are_sent_after_all() {
    let mut server = start().await;
    let ada = server.viewer("ada");
    ada.connect_open().await;
    let hang = ada.tool("hang").await;
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(ada.start(&hang, json!({})).await);
    }
    until_called(&server, "hang", 8).await;
    server.kill();
    server.launch().await;
    let ada = server.viewer("ada");
    until_called(&server, "hang", 10).await;
    for lost in &ids[..8] {
        ada.until_invocation(lost, "INTERRUPTED").await;
    }
    server.playground.release();
    for late in &ids[8..] {
        ada.until_invocation(late, "SUCCEEDED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_had_arrived_become_an_account_after_the_restart() {
    let mut server = start().await;
    let ada = server.viewer("ada");
    let begun = ada.begin().await;
    let callback = server.playground.consent(&begun.url, "ada").unwrap();
    // The tokens are here; whose they are is still being asked.
    server.playground.answer_next(Endpoint::Userinfo, Answer::HoldRequest);
    kill_while_it_asks(&mut server, Endpoint::Userinfo, ada.try_complete(&callback)).await;
    server.launch().await;

    let ada = server.viewer("ada");
    let query = "query ($id: ID!) { node(id: $id) { ... on ConnectAttempt {
        state account { id label } } } }";
    let attempt = eventually("an attempt that succeeded", async || {
        let attempt = ada.query(query, json!({ "id": begun.id })).await["node"].clone();
        (attempt["state"] == "SUCCEEDED").then_some(attempt)
    })
    .await;
    assert_eq!(attempt["account"]["label"], "ada@playground.example");
    assert_eq!(server.playground.requests(Endpoint::Token).len(), 1, "a code is used once");
    ada.until_catalog(attempt["account"]["id"].as_str().unwrap(), "READY").await;
    let tool = ada.tool("whoami").await;
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_whose_answer_was_lost_ends_and_can_be_begun_again() {
    let mut server = start().await;
    let ada = server.viewer("ada");
    let begun = ada.begin().await;
    let callback = server.playground.consent(&begun.url, "ada").unwrap();
    server.playground.answer_next(Endpoint::Token, Answer::HoldRequest);
    kill_while_it_asks(&mut server, Endpoint::Token, ada.try_complete(&callback)).await;
    server.launch().await;

    let ada = server.viewer("ada");
    let query = "query ($id: ID!) { node(id: $id) { ... on ConnectAttempt {
        state problem { code } } } }";
    eventually("an attempt that is over", async || {
        let attempt = ada.query(query, json!({ "id": begun.id })).await["node"].clone();
        (attempt["state"] == "FAILED").then_some(())
    })
    .await;
    assert_eq!(server.playground.requests(Endpoint::Token).len(), 1, "a code is used once");
    let begun = ada.begin().await;
    let callback = server.playground.consent(&begun.url, "ada").unwrap();
    assert_eq!(ada.complete(&callback).await["attempt"]["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_that_was_killed_is_finished() {
    let mut server = start().await;
    let ada = server.viewer("ada");
    let begun = ada.begin().await;
    let callback = server.playground.consent(&begun.url, "ada").unwrap();
    let completed = ada.complete(&callback).await;
    let account = completed["account"]["id"].as_str().unwrap();
    ada.until_catalog(account, "READY").await;
    server.playground.answer_next(Endpoint::Revoke, Answer::HoldRequest);
    ada.disconnect(account).await;
    eventually("a service that is asked", async || {
        (server.playground.requests(Endpoint::Revoke).len() == 1).then_some(())
    })
    .await;
    server.kill();
    // What it had claimed lapses in half a minute; here at once.
    let lapse = "UPDATE revocations SET next_attempt_at = now()";
    assert_eq!(server.database.connect().await.execute(lapse, &[]).await.unwrap(), 2);
    server.launch().await;
    eventually("tokens that are dead", async || {
        server.playground.issued().iter().all(|token| !token.is_live).then_some(())
    })
    .await;
}
