//! Which client used which account, for what and when.

use attache_domain::Clock;
use attache_support::{Client, Setup, TestApp, eventually};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::resources::read;

/// A page of the log, newest first.
async fn log(client: &Client, variables: Value) -> Value {
    let query = "query ($filter: AccessFilter, $first: Int = 20, $after: String) { viewer {
        accessLog(filter: $filter, first: $first, after: $after) {
            nodes { at kind clientId accountId accountLabel account { id } service { code }
                name invocation { id state arguments } }
            pageInfo { hasNextPage endCursor } } } }";
    client.query(query, variables).await["viewer"]["accessLog"].clone()
}

async fn entries(client: &Client, filter: Value) -> Vec<Value> {
    let log = log(client, json!({ "filter": filter })).await;
    assert_eq!(log["pageInfo"]["hasNextPage"], false);
    log["nodes"].as_array().unwrap().clone()
}

/// Reads what there is of each entry.
fn all<'a>(entries: &'a [Value], field: &str) -> Vec<&'a str> {
    entries.iter().map(|entry| entry[field].as_str().unwrap_or("null")).collect()
}

async fn tool_of(client: &Client, account: &str, name: &str) -> String {
    let query = "query ($filter: ToolFilter) { viewer { tools(filter: $filter) {
        nodes { id name } } } }";
    let filter = json!({ "accountIds": [account], "search": name });
    let data = client.query(query, json!({ "filter": filter })).await;
    let tools = data["viewer"]["tools"]["nodes"].as_array().unwrap().clone();
    let tool = tools.iter().find(|tool| tool["name"] == name);
    tool.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_use_says_who_used_what_and_when() {
    let app = TestApp::start().await;
    let (chat, desk) = (app.viewer_with("ada", "chat"), app.viewer_with("ada", "desk"));
    let (open, notes) = (chat.connect_open().await, chat.connect_notes(&app, "ada").await);
    let before = app.clock.now();
    let dice = tool_of(&chat, &open, "roll_dice").await;
    let rolled = chat.invoke(&dice, json!({ "count": 2 })).await;
    read(&desk, &notes, "notebook://welcome").await;
    let prompt = "query ($id: ID!) { node(id: $id) { ... on Account {
        prompt(name: \"describe\") { problem { code } } } } }";
    desk.query(prompt, json!({ "id": notes })).await;
    let whoami = tool_of(&chat, &notes, "whoami").await;
    app.viewer("ada").invoke(&whoami, json!({})).await;

    let found = entries(&chat, json!({})).await;
    assert_eq!(all(&found, "kind"), ["TOOL", "PROMPT", "RESOURCE", "TOOL"]);
    assert_eq!(all(&found, "clientId"), ["null", "desk", "desk", "chat"]);
    assert_eq!(all(&found, "name"), ["whoami", "describe", "null", "roll_dice"]);
    let call = &found[3];
    assert_eq!((&call["accountId"], &call["account"]["id"]), (&json!(open), &json!(open)));
    assert_eq!(call["service"]["code"], "OPEN");
    assert_eq!(call["invocation"]["id"], rolled["id"]);
    assert_eq!(call["invocation"]["state"], "SUCCEEDED");
    assert_eq!(found[1]["invocation"], Value::Null);
    assert_eq!(found[2]["accountLabel"], "ada@playground.example");
    let times: Vec<chrono::DateTime<chrono::Utc>> =
        all(&found, "at").iter().map(|at| at.parse().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older) && times[3] >= before, "{times:?}");

    // Whoever did not get as far as the service used nothing.
    let refused = chat.invoke_with(json!({ "toolId": dice, "arguments": { "count": 99 } })).await;
    assert_eq!(refused["problems"][0]["code"], "ARGUMENTS_INVALID");
    assert_eq!(read(&chat, &notes, "").await["problem"]["code"], "INVALID_INPUT");
    assert_eq!(entries(&chat, json!({})).await, found);

    for (filter, names) in [
        (json!({ "accountIds": [open] }), vec!["roll_dice"]),
        (json!({ "accountIds": [] }), vec![]),
        (json!({ "clientId": "desk" }), vec!["describe", "null"]),
        (json!({ "kinds": ["TOOL", "RESOURCE"] }), vec!["whoami", "null", "roll_dice"]),
        (json!({ "accountIds": [notes], "kinds": ["TOOL"] }), vec!["whoami"]),
        (json!({ "usedAfter": found[1]["at"] }), vec!["whoami"]),
        (json!({ "usedBefore": found[2]["at"] }), vec!["roll_dice"]),
    ] {
        assert_eq!(all(&entries(&chat, filter.clone()).await, "name"), names, "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_it_follow_each_other() {
    let app = TestApp::start().await;
    let ada = app.viewer_with("ada", "chat");
    ada.connect_open().await;
    let dice = ada.tool("roll_dice").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(ada.invoke(&dice, json!({})).await["id"].as_str().unwrap().to_owned());
    }
    made.reverse();
    let (mut found, mut sizes, mut after) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let page = log(&ada, json!({ "first": 2, "after": after })).await;
        let nodes = page["nodes"].as_array().unwrap();
        sizes.push(nodes.len());
        found.extend(nodes.iter().map(|it| it["invocation"]["id"].as_str().unwrap().to_owned()));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!((found, sizes), (made, vec![2, 2, 1]));
    let of_another = "query { viewer { accessLog(after: \"nonsense\") { nodes { at } } } }";
    assert!(ada.execute(of_another, json!({})).await.body["errors"].is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_outlives_account_and_content_and_goes_with_the_person() {
    let app = TestApp::start().await;
    let ada = app.viewer_with("ada", "chat");
    let notes = ada.connect_notes(&app, "ada").await;
    let whoami = ada.tool("whoami").await;
    let invocation = ada.invoke(&whoami, json!({})).await["id"].clone();
    app.viewer_with("grace", "desk").connect_open().await;
    ada.run("Erase", json!({ "invocationId": invocation })).await;
    ada.disconnect(&notes).await;
    eventually("an account that is gone", async || {
        let left = entries(&ada, json!({ "accountIds": [notes] })).await;
        (left[0]["account"] == Value::Null).then_some(left)
    })
    .await;
    let left = entries(&ada, json!({})).await;
    assert_eq!(all(&left, "accountId"), [notes.as_str()]);
    assert_eq!(all(&left, "accountLabel"), ["ada@playground.example"]);
    assert_eq!((all(&left, "name"), all(&left, "clientId")), (vec!["whoami"], vec!["chat"]));
    assert_eq!(left[0]["service"]["code"], "NOTES");
    assert_eq!(left[0]["invocation"]["arguments"], Value::Null);
    assert_eq!(entries(&app.viewer("grace"), json!({})).await, Vec::<Value>::new());

    let erase = "mutation { eraseViewer(input: { isConfirmed: true }) { isErased } }";
    eventually("a person who is erased", async || {
        let erased = ada.query(erase, json!({})).await;
        (erased["eraseViewer"]["isErased"] == true).then_some(())
    })
    .await;
    assert_eq!(app.database.count("accesses").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_kept_as_long_as_the_fact_of_a_call() {
    let clock = Clock::manual(Clock::system().now(), 7);
    let mut app = Setup { clock: clock.clone(), ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    ada.invoke(&ada.tool("roll_dice").await, json!({})).await;
    clock.advance(TimeDelta::days(364));
    app.restart().await;
    let ada = app.viewer("ada");
    ada.invoke(&ada.tool("roll_dice").await, json!({})).await;
    // What calls carried goes first, so that is how far retention got.
    let carried = async || (app.database.count("invocation_payloads").await == 1).then_some(());
    eventually("retention", carried).await;
    assert_eq!(entries(&ada, json!({})).await.len(), 2);
    clock.advance(TimeDelta::days(2));
    app.restart().await;
    let only = async || (app.database.count("accesses").await == 1).then_some(());
    eventually("more retention", only).await;
    assert_eq!(entries(&app.viewer("ada"), json!({})).await.len(), 1);
}
