//! What tools answer, and what happened so far.

use attache_playground::{Answer, Endpoint, Era, ToolSet};
use attache_support::{Setup, TestApp};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_content_is_typed_and_keeps_its_own_words() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("content").await;
    let id = ada.invoke(&tool, json!({})).await["id"].clone();
    let query = "query ($id: ID!) { node(id: $id) { ... on Invocation { result { content {
        __typename raw
        ... on TextContent { text }
        ... on ImageContent { mimeType data }
        ... on AudioContent { mimeType data }
        ... on ResourceLinkContent { uri name title }
        ... on EmbeddedResourceContent { uri mimeType text blob } } } } } }";
    let node = ada.query(query, json!({ "id": id })).await["node"].clone();
    let content = node["result"]["content"].as_array().unwrap();
    let kinds: Vec<&str> = content.iter().map(|it| it["__typename"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "TextContent",
            "ImageContent",
            "AudioContent",
            "ResourceLinkContent",
            "EmbeddedResourceContent",
            "OtherContent",
        ]
    );
    assert_eq!(content[1]["mimeType"], "image/png");
    assert_eq!(content[3]["uri"], "note:///1");
    assert_eq!(content[4]["text"], "Second.");
    assert_eq!(content[5]["raw"], json!({ "type": "hologram", "depth": 3 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_structured_result_is_what_the_tool_declared_is_told() {
    let object = |name: &str| {
        json!({ "name": name, "inputSchema": { "type": "object" },
            "annotations": { "readOnlyHint": true },
            "outputSchema": { "type": "object", "required": ["count"],
                "properties": { "count": { "type": "integer" } } } })
    };
    let mut plain = object("plain");
    plain.as_object_mut().unwrap().remove("outputSchema");
    // The one without a behaviour of its own echoes, the other says what it likes.
    let tools = ToolSet::of(vec![object("echo"), object("whoami"), object("fail"), plain]);
    let app = Setup { tools, ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Invocation {
        state result { hasDeclaredShape } } } }";
    for (tool, arguments, state, fits) in [
        ("echo", json!({ "count": 3 }), "SUCCEEDED", json!(true)),
        ("echo", json!({ "count": "three" }), "SUCCEEDED", json!(false)),
        ("whoami", json!({}), "SUCCEEDED", json!(false)),
        ("fail", json!({}), "FAILED", Value::Null),
        ("plain", json!({ "count": "three" }), "SUCCEEDED", Value::Null),
    ] {
        let invocation = ada.invoke(&ada.tool(tool).await, arguments).await;
        let node = ada.query(query, json!({ "id": invocation["id"] })).await["node"].clone();
        assert_eq!(node["state"], state, "{tool}");
        assert_eq!(node["result"]["hasDeclaredShape"], fits, "{tool}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_fails_is_believed_and_quoted() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("fail").await;
    let failed = ada.invoke(&tool, json!({})).await;
    assert_eq!(failed["state"], "FAILED");
    assert_eq!(failed["problem"]["code"], "TOOL_REPORTED_ERROR");
    assert_eq!(failed["result"]["isToolError"], true);
    assert_eq!(failed["result"]["content"][0]["text"], "This tool always fails.");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_leaves_an_honest_state_and_a_usable_account() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("break").await;
    let lost = ada.invoke(&tool, json!({})).await;
    assert_eq!(lost["state"], "INTERRUPTED");
    assert_eq!(lost["problem"]["code"], "OUTCOME_UNKNOWN");
    assert_eq!(app.playground.calls("break"), 1, "never sent again");
    let tool = ada.tool("roll_dice").await;
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_the_service_are_told_apart() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("roll_dice").await;
    for (status, code, state) in [
        (401, "REAUTHORIZATION_REQUIRED", "FAILED"),
        (403, "SERVICE_REFUSED", "FAILED"),
        (404, "SERVICE_REFUSED", "FAILED"),
        (429, "RATE_LIMITED", "FAILED"),
        (503, "SERVICE_UNAVAILABLE", "FAILED"),
        (500, "OUTCOME_UNKNOWN", "INTERRUPTED"),
    ] {
        // The session is warm, so that the next request is the call.
        let warm = ada.tool("greet").await;
        ada.invoke(&warm, json!({ "name": "x" })).await;
        app.playground.answer_next(Endpoint::Mcp, Answer::Say(status, "text/plain", "no".into()));
        let failed = ada.invoke(&tool, json!({})).await;
        assert_eq!((&failed["state"], &failed["problem"]["code"]), (&state.into(), &code.into()));
        // At a service that wants no sign-in, connecting again is one click.
        ada.connect_open().await;
    }
    assert_eq!(app.playground.calls("roll_dice"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_beyond_the_limit_is_cut_and_says_so() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("large").await;
    let whole = ada.invoke(&tool, json!({ "bytes": 500_000 })).await;
    assert_eq!(whole["result"]["isTruncated"], false);
    assert_eq!(whole["result"]["content"][0]["text"].as_str().unwrap().len(), 500_000);
    let cut = ada.invoke(&tool, json!({ "bytes": 2_000_000 })).await;
    assert_eq!((&cut["state"], &cut["result"]["isTruncated"]), (&"SUCCEEDED".into(), &true.into()));
    let endless = ada.invoke(&tool, json!({ "bytes": 20_000_000 })).await;
    assert_ne!(endless["state"], "SUCCEEDED", "not even read to its end");
    let small = ada.tool("roll_dice").await;
    assert_eq!(ada.invoke(&small, json!({})).await["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_never_answers_is_given_up() {
    let toml = "[calls]\nidle_timeout = \"1s\"\ntotal_timeout = \"2s\"".to_owned();
    let app = Setup { toml, ..Setup::default() }.start().await;
    let ada = app.open_viewer("ada").await;
    let tool = ada.tool("hang").await;
    let lost = ada.invoke(&tool, json!({})).await;
    assert_eq!(
        (&lost["state"], &lost["problem"]["code"]),
        (&"INTERRUPTED".into(), &"OUTCOME_UNKNOWN".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_newest_first_filtered_and_paged_without_gaps() {
    let app = TestApp::start().await;
    let ada = app.open_viewer("ada").await;
    let (dice, fail) = (ada.tool("roll_dice").await, ada.tool("fail").await);
    for (tool, conversation) in [(&dice, "one"), (&fail, "one"), (&dice, "two"), (&dice, "one")] {
        let input = json!({ "toolId": tool, "arguments": {}, "waitMs": 10_000,
            "conversationId": conversation, "prompt": "Go!" });
        ada.invoke_with(input).await;
    }
    let list = async |filter: Value, first: i32, after: Value| {
        let query = "query ($filter: InvocationFilter, $first: Int, $after: String) { viewer {
            invocations(filter: $filter, first: $first, after: $after) {
                nodes { id toolName state conversationId prompt createdAt }
                pageInfo { hasNextPage endCursor } } } }";
        let variables = json!({ "filter": filter, "first": first, "after": after });
        ada.query(query, variables).await["viewer"]["invocations"].clone()
    };
    let all = list(json!({}), 10, Value::Null).await;
    let all = all["nodes"].as_array().unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!((&all[0]["conversationId"], &all[0]["prompt"]), (&"one".into(), &"Go!".into()));
    let times: Vec<&str> = all.iter().map(|it| it["createdAt"].as_str().unwrap()).collect();
    assert!(times.iter().rev().is_sorted(), "{times:?}");
    let mut paged = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = list(json!({}), 1, after).await;
        paged.extend(page["nodes"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(&paged, all);
    for (filter, count) in [
        (json!({ "conversationId": "one" }), 3),
        (json!({ "states": ["FAILED"] }), 1),
        (json!({ "toolIds": [dice] }), 3),
        (json!({ "toolIds": [dice], "conversationId": "two" }), 1),
        (json!({ "createdAfter": times[1] }), 1),
        (json!({ "createdBefore": times[3] }), 0),
    ] {
        let found = list(filter.clone(), 10, Value::Null).await;
        assert_eq!(found["nodes"].as_array().unwrap().len(), count, "{filter}");
    }
    let odd = ada
        .execute("{ viewer { invocations(after: \"nonsense\") { nodes { id } } } }", Value::Null);
    assert!(odd.await.body["errors"][0]["message"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_says_on_the_way_is_an_event_each_and_goes_when_it_is_erased() {
    for era in [Era::Modern, Era::Legacy] {
        let app = Setup { era, ..Setup::default() }.start().await;
        let ada = app.open_viewer("ada").await;
        let before = ada.cursor().await;
        let mutter = ada.tool("mutter").await;
        let call = ada.invoke(&mutter, json!({ "times": 2 })).await["id"].clone();
        // Replayed or live, it is the same.
        let mut watch = ada.watch(&before).await;
        for said in ["Hm 1.", "Hm 2."] {
            let event = watch.until(said, |event| event["message"]["text"] == said).await;
            assert_eq!(event["__typename"], "InvocationLogged");
            assert_eq!(event["invocationId"], call);
            assert_eq!(event["message"]["level"], "WARNING");
            assert_eq!(event["message"]["logger"], "mutter");
        }
        let query = "query ($id: ID!) { node(id: $id) { ... on Invocation { log { text } } } }";
        let log = async |id: &Value| {
            let node = ada.query(query, json!({ "id": id })).await["node"].clone();
            node["log"].as_array().unwrap().len()
        };
        assert_eq!(log(&call).await, 2);
        let much = ada.invoke(&mutter, json!({ "times": 1000 })).await["id"].clone();
        let kept = log(&much).await;
        assert!(0 < kept && kept <= 100, "{kept} of a thousand are kept");
        ada.run("Erase", json!({ "invocationId": call })).await;
        assert_eq!(log(&call).await, 0);
        app.end().await;
    }
}
