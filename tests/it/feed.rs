//! Subscriptions: what was missed, then what happens, each thing once and in order.

use attache_support::{TestApp, Watch, eventually};
use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};

/// What identifies an event: what it is about, and how far that had come.
fn kinds(events: &[Value]) -> Vec<String> {
    events.iter().map(|event| event["__typename"].as_str().unwrap().to_owned()).collect()
}

async fn until_caught_up(watch: &mut Watch) -> Vec<Value> {
    watch.until_type("CaughtUp").await;
    watch.seen().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_gets_what_was_missed_then_what_happens() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let start = ada.cursor().await;
    ada.connect_open().await;
    let tool = ada.tool("roll_dice").await;
    ada.invoke(&tool, json!({})).await;

    let mut watch = ada.watch(&start).await;
    let replayed = until_caught_up(&mut watch).await;
    let seen = kinds(&replayed);
    for kind in ["AccountUpdated", "CatalogUpdated", "InvocationUpdated"] {
        assert!(seen.iter().any(|it| it == kind), "{kind} in {seen:?}");
    }
    let cursors: Vec<&Value> = replayed.iter().map(|event| &event["cursor"]).collect();
    let again = until_caught_up(&mut ada.watch(&start).await).await;
    assert_eq!(kinds(&again), seen, "a log says the same twice");
    assert!(cursors.iter().all(|cursor| cursor.is_string()));

    ada.invoke(&tool, json!({})).await;
    let live = watch.until("the end", |it| it["invocation"]["state"] == "SUCCEEDED").await;
    assert_eq!(live["cursor"], ada.cursor().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_every_position_the_rest_follows_and_nothing_twice() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let start = ada.cursor().await;
    ada.connect_open().await;
    let tool = ada.tool("roll_dice").await;
    for pinned in [true, false] {
        ada.run("Settings", json!({ "toolId": tool, "patch": { "isPinned": pinned } })).await;
    }
    ada.invoke(&tool, json!({})).await;
    let all = until_caught_up(&mut ada.watch(&start).await).await;
    assert!(all.len() > 3, "{all:?}");
    for (index, event) in all.iter().enumerate() {
        let cursor = event["cursor"].as_str().unwrap();
        let rest = until_caught_up(&mut ada.watch(cursor).await).await;
        let expected = all[index + 1..].iter().filter(|it| it["__typename"] != "CaughtUp");
        let mut expected = kinds(&expected.cloned().collect::<Vec<_>>());
        expected.push("CaughtUp".to_owned());
        assert_eq!(kinds(&rest), expected, "after {index}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_and_the_cursor_of_one_query_leave_no_gap() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    let tool = ada.tool("roll_dice").await;
    let write = async {
        for pinned in [true, false].into_iter().cycle().take(40) {
            let patch = json!({ "isPinned": pinned });
            ada.run("Settings", json!({ "toolId": tool, "patch": patch })).await;
        }
    };
    let query = "query ($id: ID!) { viewer { eventCursor } node(id: $id) { ... on Tool {
        revision } } }";
    let read = async {
        let snapshot = ada.query(query, json!({ "id": tool })).await;
        let watch = ada.watch(snapshot["viewer"]["eventCursor"].as_str().unwrap()).await;
        (snapshot, watch)
    };
    let ((), (snapshot, mut watch)) = join(write, read).await;
    let now = ada.query(query, json!({ "id": tool })).await["node"]["revision"].clone();
    // Whatever the snapshot did not hold arrives afterwards.
    let last = ada.cursor().await;
    if snapshot["node"]["revision"] != now {
        watch.until("the last event", |event| event["cursor"] == last.as_str()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_from_nowhere_asks_for_a_new_snapshot() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let start = ada.cursor().await;
    ada.connect_open().await;
    // What retention does, sooner.
    let database = app.database.connect().await;
    let pruned = database.execute("DELETE FROM events WHERE seq < 3", &[]).await.unwrap();
    database.execute("UPDATE event_logs SET pruned_seq = 2", &[]).await.unwrap();
    assert!(pruned > 0);
    let watch = ada.watch(&start).await;
    let events = watch.rest().await;
    assert_eq!(kinds(&events), ["SnapshotRequired"], "and nothing after it");

    let mut socket = ada.socket().await;
    let query = "subscription ($after: EventCursor) { viewerEvents(after: $after) { cursor } }";
    socket.subscribe("1", query, json!({ "after": "nonsense" })).await;
    let said = socket.next().await.unwrap();
    assert_eq!(said["type"], "error", "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_one_replica_is_heard_on_another() {
    let mut app = TestApp::start().await;
    let other = app.add_replica().await;
    let ada = app.viewer("ada");
    let mut watch = ada.at(other).watch_from_now().await;
    ada.connect_open().await;
    watch.until("tools", |event| event["catalog"]["state"] == "READY").await;
    let tool = ada.tool("countdown").await;
    let invocation = ada.start(&tool, json!({ "from": 5, "pauseMs": 400 })).await;
    watch.until_type("InvocationProgressed").await;
    // A call that runs there is stopped from here.
    ada.at(other).run("Stop", json!({ "invocationId": invocation })).await;
    watch.until("the end", |event| event["invocation"]["state"] == "CANCELLED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn following_an_invocation_ends_with_it() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    let tool = ada.tool("hang").await;
    let before = ada.cursor().await;
    let invocation = ada.start(&tool, json!({})).await;
    let mut watch = ada.follow(&invocation, None).await;
    assert_eq!(watch.next().await.unwrap()["invocation"]["state"], "RUNNING");
    app.playground.release();
    let events = watch.rest().await;
    assert_eq!(events.last().unwrap()["invocation"]["state"], "SUCCEEDED");
    // Who comes late sees how it ended, and it is over.
    let late = ada.follow(&invocation, None).await.rest().await;
    assert_eq!(late[0]["invocation"]["state"], "SUCCEEDED");
    let replayed = ada.follow(&invocation, Some(&before)).await.rest().await;
    assert!(
        kinds(&replayed)
            .iter()
            .all(|kind| ["InvocationUpdated", "CaughtUp"].contains(&kind.as_str()))
    );
    let seen_it_all = ada.cursor().await;
    let nothing = ada.follow(&invocation, Some(&seen_it_all)).await.rest().await;
    assert_eq!(kinds(&nothing), ["CaughtUp"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_does_not_read_costs_nobody_anything() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    let tool = ada.tool("large").await;
    let mut slow = ada.socket().await;
    let query = "subscription { viewerEvents { ... on InvocationUpdated { invocation {
        result { content { raw } } } } } }";
    slow.subscribe("1", query, Value::Null).await;
    for _ in 0..8 {
        assert_eq!(ada.invoke(&tool, json!({ "bytes": 900_000 })).await["state"], "SUCCEEDED");
    }
    // It reads at last, and finds what is still true.
    eventually("the last result", async || {
        let said = slow.next().await.unwrap();
        (said["type"] == "next").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_ends_when_the_token_does() {
    let app = TestApp::start().await;
    // Half a minute of leeway is for clocks that disagree, and this is almost all of it.
    let short = app.client(Some(app.token("ada", TimeDelta::seconds(-26))));
    let mut watch = short.watch_from_now().await;
    assert_eq!(watch.closed().await.code, 4403);
}
