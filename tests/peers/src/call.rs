//! Calling a tool, and answering what it asks, as a frontend would.

use attache_support::{Client, document, eventually};
use serde_json::{Value, json};

/// All that there is to see of a tool beside its form.
const TOOLS: &str = "{ viewer { tools(first: 100) { nodes { id name title outputSchema
    icons { src sizes } app { resourceUri } hints { isReadOnly isDestructive isOpenWorld } } } } }";

/// All that there is to see of a call.
const PARTS: &str = "id state problem { code message } progress { current total message }
    log { level logger text }
    result { isToolError isTruncated structuredContent content { __typename raw
        ... on TextContent { text }
        ... on ImageContent { mimeType data }
        ... on AudioContent { mimeType data }
        ... on ResourceLinkContent { uri name title description mimeType }
        ... on EmbeddedResourceContent { uri mimeType text blob } } }";

/// The tools of a viewer.
pub(crate) async fn tools(client: &Client) -> Vec<Value> {
    let found = client.query(TOOLS, json!({})).await;
    found["viewer"]["tools"]["nodes"].as_array().expect("a list").clone()
}

/// One of them.
pub(crate) async fn tool(client: &Client, name: &str) -> Value {
    let tool = tools(client).await.into_iter().find(|tool| tool["name"] == name);
    tool.unwrap_or_else(|| panic!("there is no {name}"))
}

/// Calls a tool of `tools`, agreed to, and returns the call when it ended or asks something.
pub(crate) async fn call(client: &Client, tool: &Value, arguments: Value) -> Value {
    invoke(client, tool, arguments, 20_000).await
}

/// The same, but returns at once.
pub(crate) async fn begin(client: &Client, tool: &Value) -> Value {
    invoke(client, tool, json!({}), 0).await
}

async fn invoke(client: &Client, tool: &Value, arguments: Value, wait_ms: u32) -> Value {
    let query = format!(
        "mutation ($input: InvokeToolInput!) {{ invokeTool(input: $input) {{
            invocation {{ {PARTS} }} problems {{ code message path }} }} }}"
    );
    let key = attache_domain::Clock::system().uuid().to_string();
    let input = json!({ "toolId": tool["id"], "arguments": arguments, "isConfirmed": true,
        "idempotencyKey": key, "waitMs": wait_ms });
    let invoked = client.query(&query, json!({ "input": input })).await["invokeTool"].clone();
    assert_eq!(invoked["problems"], json!([]), "{invoked}");
    invoked["invocation"].clone()
}

/// The same of one that asks nothing and succeeds.
pub(crate) async fn succeed(client: &Client, tool: &Value, arguments: Value) -> Value {
    let called = call(client, tool, arguments).await;
    assert_eq!(called["state"], "SUCCEEDED", "{called}");
    assert_eq!(called["problem"], Value::Null);
    assert_eq!(called["result"]["isTruncated"], false);
    called["result"].clone()
}

/// What the calls of a viewer ask, once there are so many questions.
pub(crate) async fn questions(client: &Client, count: usize) -> Vec<Value> {
    eventually("questions", async || {
        let viewer = client.run("Questions", json!({})).await;
        let pending = viewer["pendingElicitations"].as_array().cloned().unwrap_or_default();
        (pending.len() == count).then_some(pending)
    })
    .await
}

/// Answers a question, and returns the answer's own answer.
pub(crate) async fn answer(
    client: &Client,
    question: &Value,
    action: &str,
    content: Value,
) -> Value {
    let mut variables = json!({ "elicitationId": question["id"], "action": action });
    if !content.is_null() {
        variables["content"] = content;
    }
    client.query(&document("Answer"), variables).await["answerElicitation"].clone()
}

/// Accepts, which has to do.
pub(crate) async fn accept(client: &Client, question: &Value, content: Value) {
    let accepted = answer(client, question, "ACCEPT", content).await;
    assert_eq!(accepted["problems"], json!([]), "{accepted}");
    assert_eq!(accepted["elicitation"]["state"], "ANSWERED");
}

/// A call, once it is in this state.
pub(crate) async fn until(client: &Client, call: &Value, state: &str) -> Value {
    let query =
        format!("query ($id: ID!) {{ node(id: $id) {{ ... on Invocation {{ {PARTS} }} }} }}");
    eventually(&format!("a call that is {state}"), async || {
        let call = client.query(&query, json!({ "id": call["id"] })).await["node"].clone();
        (call["state"] == state).then_some(call)
    })
    .await
}

/// What kinds of pieces a result has, in their order.
pub(crate) fn kinds(result: &Value) -> Vec<&str> {
    let pieces = result["content"].as_array().expect("a list");
    pieces.iter().map(|piece| word(piece, "__typename")).collect()
}

/// The fields of a question, each as its pointer and its type.
pub(crate) fn fields(question: &Value) -> Vec<(&str, &str)> {
    let fields = question["ask"]["form"]["fields"].as_array().expect("a form");
    fields.iter().map(|field| (word(field, "pointer"), word(field, "__typename"))).collect()
}

/// One of its fields.
pub(crate) fn field<'a>(question: &'a Value, pointer: &str) -> &'a Value {
    let fields = question["ask"]["form"]["fields"].as_array().expect("a form");
    let field = fields.iter().find(|field| field["pointer"] == pointer);
    field.unwrap_or_else(|| panic!("no {pointer} in {question}"))
}

/// What a field lets choose from, each as its value and its label.
pub(crate) fn options(field: &Value) -> Vec<(&str, &str)> {
    let options = field["options"].as_array().expect("a choice");
    options.iter().map(|option| (word(option, "value"), word(option, "label"))).collect()
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}
