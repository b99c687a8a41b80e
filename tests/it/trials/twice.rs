//! What comes twice.

use std::collections::{BTreeMap, BTreeSet};

use attache_playground::{Answer, Endpoint};
use attache_support::{eventually, report};
use serde_json::json;

use super::{connect, live, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_whose_process_dies_before_it_is_written_down_is_made_again() {
    let mut server = start(2, "").await;
    let ada = server.viewer_at(0, "ada");
    let account = connect(&server, &ada, "ada").await;
    // The service has done it, and the answer never arrives.
    server.playground.answer_next(Endpoint::Revoke, Answer::HoldAnswer);
    ada.disconnect(&account).await;
    eventually("a revocation that was made", async || {
        (server.playground.holds(Endpoint::Revoke) == 1).then_some(())
    })
    .await;
    server.kill_one(0);
    server.playground.release();
    super::lapse_leases(&server).await;
    let again = "UPDATE revocations SET next_attempt_at = clock_timestamp()";
    server.database.connect().await.execute(again, &[]).await.unwrap();
    eventually("an outbox that is done", async || {
        let open = server.database.count("revocations WHERE state <> 'DONE'").await;
        (open == 0 && live(&server).is_empty()).then_some(())
    })
    .await;
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for request in server.playground.requests(Endpoint::Revoke) {
        *asked.entry(request.field("token").unwrap()).or_default() += 1;
    }
    assert!(asked.values().any(|times| *times == 2), "at least once, and once more");
    report(&format!(
        "{} tokens revoked in {} requests",
        asked.len(),
        asked.values().sum::<usize>()
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hears_of_a_change_twice_is_told_of_it_once() {
    let server = start(2, "").await;
    let (here, there) = (server.viewer_at(0, "ada"), server.viewer_at(1, "ada"));
    let mut watch = there.watch_from_now().await;
    connect(&server, &here, "ada").await;
    // Every process is told again and again of changes that it has heard of.
    let database = server.database.connect().await;
    let echo = "SELECT pg_notify('attache', 'v' || replace(id::text, '-', '')), \
        pg_notify('attache', 'k' || replace(id::text, '-', '')), \
        pg_notify('attache', 'hello') FROM viewers";
    for _ in 0..20 {
        database.execute(echo, &[]).await.unwrap();
    }
    let tool = here.tool("whoami").await;
    here.invoke(&tool, json!({})).await;
    let (mut cursors, mut revisions) = (Vec::new(), BTreeSet::new());
    loop {
        let event = watch.next().await.unwrap();
        let kind = event["__typename"].as_str().unwrap().to_owned();
        if kind == "InvocationProgressed" || kind == "CaughtUp" {
            continue;
        }
        cursors.push(event["cursor"].as_str().unwrap().to_owned());
        if kind == "InvocationUpdated" {
            let revision = event["invocation"]["revision"].to_string();
            assert!(revisions.insert(revision), "each revision once: {event}");
            if event["invocation"]["state"] == "SUCCEEDED" {
                break;
            }
        }
    }
    let distinct: BTreeSet<_> = cursors.iter().collect();
    assert_eq!(distinct.len(), cursors.len(), "each position once");
}
