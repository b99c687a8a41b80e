//! Connecting with a key or with nothing, and choosing services.

use attache_playground::{Answer, Endpoint, ToolSet};
use attache_support::{Client, KEYED, NOTES, OPEN, TestApp, eventually};
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn connect(client: &Client, input: Value) -> Value {
    let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
        account { id state } problems { code path } } }";
    client.query(query, json!({ "input": input })).await["connectWithKey"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_connects_and_is_what_the_service_gets() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_keyed(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    let said = ada.invoke(&tool, json!({})).await;
    assert_eq!(said["result"]["content"][0]["text"], "ada");
}

/// However it came to be connected, and however it goes.
#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_reads_which_accounts_came_and_went() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    for account in [ada.connect_keyed(&app, "ada").await, ada.connect_notes(&app, "ada").await] {
        let input = json!({ "accountId": account });
        let query = "mutation ($input: DisconnectInput!) { disconnect(input: $input) {
            disconnectedAccountIds } }";
        ada.query(query, json!({ "input": input })).await;
        let log = app.log();
        let lines = log.lines().filter(|it| it.contains("attache::audit") && it.contains(&account));
        let lines: Vec<&str> = lines.collect();
        for said in ["an account was connected", "an account was disconnected"] {
            assert!(lines.iter().any(|line| line.contains(said)), "{said}: {lines:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_takes_a_key_is_listened_to_like_any_other() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_keyed(&app, "ada").await;
    let offered = ToolSet::everything().definitions().split_off(3);
    let count = offered.len();
    app.playground.offer(ToolSet::of(offered));
    eventually("a catalogue that follows", async || {
        let catalog = ada.until_catalog(&account, "READY").await["catalog"].clone();
        (catalog["toolCount"] == count).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_service_does_not_take_is_not_kept() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    for (key, code) in [
        (json!("wrong"), "SERVICE_REFUSED"),
        (json!("pk_a b"), "INVALID_INPUT"),
        (json!(""), "INVALID_INPUT"),
        (json!("k\u{e9}y"), "INVALID_INPUT"),
        (json!("x".repeat(20_000)), "INVALID_INPUT"),
        (Value::Null, "INVALID_INPUT"),
    ] {
        let refused = connect(&ada, json!({ "serviceCode": KEYED, "apiKey": key })).await;
        assert_eq!(refused["problems"][0]["code"], code, "{key}");
        assert_eq!(refused["problems"][0]["path"], json!(["input", "apiKey"]));
        assert_eq!(refused["account"], Value::Null);
    }
    assert_eq!(app.database.count("accounts").await, 0);
    assert_eq!(app.database.count("credentials").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_is_connected_in_its_own_way() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    for (input, code) in [
        (json!({ "serviceCode": NOTES, "apiKey": "pk_ada" }), "INVALID_INPUT"),
        (json!({ "serviceCode": OPEN, "apiKey": "pk_ada" }), "INVALID_INPUT"),
        (json!({ "serviceCode": "NOWHERE" }), "NOT_FOUND"),
    ] {
        assert_eq!(connect(&ada, input.clone()).await["problems"][0]["code"], code, "{input}");
    }
    assert!(app.playground.requests(Endpoint::Mcp).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_wants_nothing_is_connected_once_however_often_it_is_clicked() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let click = || connect(&ada, json!({ "serviceCode": OPEN }));
    let clicks = join_all((0..6).map(|_| click())).await;
    let accounts: std::collections::BTreeSet<String> =
        clicks.iter().filter_map(|it| Some(it["account"]["id"].as_str()?.to_owned())).collect();
    assert!(!accounts.is_empty());
    assert_eq!(app.database.count("accounts").await, 1, "{clicks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_can_be_replaced_and_the_old_one_is_not_used_any_more() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_keyed(&app, "ada").await;
    let input = json!({ "serviceCode": KEYED, "apiKey": "pk_work", "accountId": account });
    let replaced = connect(&ada, input).await;
    assert_eq!(replaced["account"]["id"], account.as_str());
    ada.until_catalog(&account, "READY").await;
    let tool = ada.tool("whoami").await;
    let said = ada.invoke(&tool, json!({})).await;
    assert_eq!(said["result"]["content"][0]["text"], "work");
    assert_eq!(app.database.count("credentials").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_service_never_saw_is_not_kept_while_it_looks_at_another() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_keyed(&app, "ada").await;
    let with = |key: &str| json!({ "serviceCode": KEYED, "apiKey": key, "accountId": account });
    app.playground.answer_next(Endpoint::Mcp, Answer::HoldRequest);
    let first = connect(&ada, with("pk_first"));
    let second = async {
        eventually("a service that looks at a key", async || {
            (app.playground.holds(Endpoint::Mcp) == 1).then_some(())
        })
        .await;
        let refused = connect(&ada, with("wrong")).await;
        app.playground.release();
        refused
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(second["problems"][0]["code"], "REFUSED");
    assert_eq!(first["account"]["id"], account.as_str());
    ada.until_catalog(&account, "READY").await;
    let said = ada.invoke(&ada.tool("whoami").await, json!({})).await;
    assert_eq!(said["result"]["content"][0]["text"], "first");
}

async fn select(client: &Client, ids: &[Value]) -> Value {
    client.run("Select", json!({ "serviceIds": ids })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_kept_in_order_and_told_to_other_windows() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let mut watch = ada.watch_from_now().await;
    let services = ada.query("{ services { nodes { id code } } }", Value::Null).await;
    let services = services["services"]["nodes"].as_array().unwrap().clone();
    let id =
        |code: &str| services.iter().find(|service| service["code"] == code).unwrap()["id"].clone();
    let chosen = select(&ada, &[id(OPEN), id(KEYED), id(OPEN)]).await;
    assert_eq!(chosen["selectedServices"], json!([{ "code": OPEN }, { "code": KEYED }]));
    watch.until_type("SelectionUpdated").await;
    let query = "{ viewer { selectedServices { code } }
        services(filter: { isSelected: true }) { nodes { code } } }";
    let now = ada.query(query, Value::Null).await;
    assert_eq!(now["viewer"]["selectedServices"], chosen["selectedServices"]);
    assert_eq!(now["services"]["nodes"], json!([{ "code": KEYED }, { "code": OPEN }]));

    let unknown = select(&ada, &[id(OPEN), json!("svc_00000000000000000000000000")]).await;
    assert_eq!(unknown["problems"][0]["code"], "NOT_FOUND");
    let many: Vec<Value> = (0..51).map(|_| json!("svc_00000000000000000000000000")).collect();
    assert_ne!(select(&ada, &many).await["problems"], json!([]));
    let now = ada.query(query, Value::Null).await;
    assert_eq!(now["viewer"]["selectedServices"], chosen["selectedServices"]);

    select(&ada, &[]).await;
    let now = ada.query(query, Value::Null).await;
    assert_eq!(now["viewer"]["selectedServices"], json!([]));
}
