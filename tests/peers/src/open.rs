//! The same MCP server without a gate, at which there is nothing to consent to.

use serde_json::{Value, json};

use crate::stage::{OPEN, Stage, Tokens, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_wants_nothing_is_connected_in_one_step() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
        account { id state } problems { code message } } }";
    let input = json!({ "serviceCode": OPEN });
    let connected = ada.query(query, json!({ "input": input })).await["connectWithKey"].clone();
    assert_eq!(connected["problems"], json!([]), "{connected}");
    let account = text(&connected["account"]["id"]);
    let known = ada.until_catalog(&account, "READY").await;
    assert!(known["catalog"]["toolCount"].as_u64().unwrap() > 5, "{known}");

    let echo = ada.tool("echo").await;
    let echoed = ada.invoke(&echo, json!({ "message": "Hello" })).await;
    assert_eq!(echoed["result"]["content"][0]["text"], "Echo: Hello");

    let mut watch = ada.watch_from_now().await;
    let left = ada.disconnect(&account).await;
    assert_eq!(left["disconnectedAccountIds"], json!([account]), "{left}");
    assert_eq!(left["revocation"], Value::Null, "there was nothing to revoke");
    assert_eq!(watch.until_type("AccountRemoved").await["accountId"], account.as_str());
    let refused = ada.invoke_with(json!({ "toolId": echo, "arguments": {} })).await;
    assert_eq!(refused["problems"][0]["code"], "NOT_FOUND", "{refused}");
}
