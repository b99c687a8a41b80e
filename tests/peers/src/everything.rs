//! All that `server-everything` lets people call, as it is: without a gate.

mod ask;
mod tools;
mod wire;

use attache_support::Client;
use serde_json::json;

use crate::stage::{OPEN, Stage, Tokens, text};

/// Somebody with an account there.
async fn connected() -> (Stage, Client, String) {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    let account = connect(&ada, OPEN).await;
    (stage, ada, account)
}

/// Connects an account at a service that wants nothing, and waits for its tools.
pub(crate) async fn connect(client: &Client, service: &str) -> String {
    let query = "mutation ($input: ConnectWithKeyInput!) { connectWithKey(input: $input) {
        account { id } problems { code message } } }";
    let variables = json!({ "input": { "serviceCode": service } });
    let connected = client.query(query, variables).await["connectWithKey"].clone();
    assert_eq!(connected["problems"], json!([]), "{connected}");
    let account = text(&connected["account"]["id"]);
    client.until_catalog(&account, "READY").await;
    account
}
