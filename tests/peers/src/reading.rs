//! What an account offers beside its tools, asked for as a frontend would.

use attache_support::Client;
use serde_json::{Value, json};

use crate::stage::text;

/// Every item of a list, page by page.
pub(crate) async fn all(client: &Client, account: &str, operation: &str, list: &str) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "accountId": account, "after": after });
        let page = client.run(operation, variables).await[list].clone();
        assert_eq!(page["problem"], Value::Null, "{page}");
        items.extend(page["nodes"].as_array().expect("a list").iter().cloned());
        after = page["endCursor"].clone();
        if after.is_null() {
            return items;
        }
    }
}

/// What is in a resource.
pub(crate) async fn read(client: &Client, account: &str, uri: &str) -> Value {
    let read = client.run("Read", json!({ "accountId": account, "uri": uri })).await;
    read["resource"].clone()
}

/// A prompt, filled in.
pub(crate) async fn say(client: &Client, account: &str, name: &Value, arguments: &Value) -> Value {
    let variables = json!({ "accountId": account, "name": name, "arguments": arguments });
    client.run("Prompt", variables).await["prompt"].clone()
}

/// What would fit into a blank.
pub(crate) async fn suggest(client: &Client, account: &str, completion: Value) -> Vec<String> {
    let variables = json!({ "accountId": account, "completion": completion });
    let found = client.run("Suggest", variables).await["completion"].clone();
    assert_eq!(found["problem"], Value::Null, "{completion}: {found}");
    found["values"].as_array().expect("a list").iter().map(text).collect()
}
