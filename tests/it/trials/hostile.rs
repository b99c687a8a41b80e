//! Services that say what no service should. Whatever it is costs the call that it is said to, and
//! nobody else.

use attache_playground::{Answer, Endpoint, Era, ToolSet};
use attache_support::{Client, Setup, TestApp};
use serde_json::{Value, json};

const SOON: &str = "[calls]\nidle_timeout = \"1s\"\ntotal_timeout = \"20s\"";

async fn start(era: Era) -> (TestApp, Client, Client) {
    let app = Setup { era, toml: SOON.to_owned(), ..Setup::default() }.start().await;
    let (ada, grace) = (app.open_viewer("ada").await, app.open_viewer("grace").await);
    (app, ada, grace)
}

async fn rolls(client: &Client) -> Value {
    let dice = client.tool("roll_dice").await;
    client.invoke(&dice, json!({})).await["state"].clone()
}

/// The answer of a JSON-RPC server to whatever it was asked.
fn said(body: impl Into<String>) -> Answer {
    Answer::Say(200, "application/json", body.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_to_a_call_is_taken_for_what_it_is_not() {
    const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
    const STREAM: &[(&str, &str)] = &[("content-type", "text/event-stream")];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let result = json!({ "content": [{ "type": "text", "text": "Stolen." }] });
    let answers = [
        said(json!({ "jsonrpc": "2.0", "id": "not-yours", "result": result }).to_string()),
        said(json!({ "jsonrpc": "2.0", "id": null, "result": result }).to_string()),
        said(json!({ "jsonrpc": "2.0", "result": result }).to_string()),
        said(format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{deep}}}")),
        said("x".repeat(10_000_000)),
        said(""),
        said("7"),
        Answer::Send(200, JSON, b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"\xff\xfe\"}".to_vec()),
        Answer::Send(200, STREAM, b"data: \xff\xfe\n\n".to_vec()),
        Answer::Send(200, STREAM, b"data: {}\n\ndata: []\n\ndata: nonsense\n\n".to_vec()),
        Answer::Endless,
        Answer::Drip,
    ];
    for era in [Era::Modern, Era::Legacy] {
        let (app, ada, grace) = start(era).await;
        for answer in &answers {
            assert_eq!(rolls(&ada).await, "SUCCEEDED");
            let calls = app.playground.calls("roll_dice");
            app.playground.answer_next(Endpoint::Mcp, answer.clone());
            let state = rolls(&ada).await;
            assert!(state == "INTERRUPTED" || state == "FAILED", "{state} after {answer:?}");
            assert_eq!(app.playground.calls("roll_dice"), calls, "never sent again");
            assert_eq!(rolls(&grace).await, "SUCCEEDED");
        }
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_without_an_end_and_lists_too_large_leave_the_tools_there_were() {
    for era in [Era::Modern, Era::Legacy] {
        let (app, _, grace) = start(era).await;
        let ada = app.viewer("ada");
        let account = ada.connect_open().await;
        let tools = ToolSet::everything().definitions();
        let one = json!([tools[0]]);
        let wide = "x".repeat(10_000_000);
        for (list, code) in [
            (json!({ "tools": one, "nextCursor": "again" }), "SERVICE_REFUSED"),
            (
                json!({ "tools": one, "nextCursor": Value::Null, "padding": wide }),
                "SERVICE_REFUSED",
            ),
            (json!({ "tools": 7 }), "SERVICE_REFUSED"),
            (json!({}), "SERVICE_REFUSED"),
        ] {
            app.playground.answer_method("tools/list", Some(list));
            ada.run("Refresh", json!({ "accountId": account })).await;
            let failed = ada.until_catalog(&account, "FAILED").await;
            assert_eq!(failed["catalog"]["problem"]["code"], code);
            assert_eq!(failed["catalog"]["toolCount"], tools.len());
            assert_eq!(rolls(&grace).await, "SUCCEEDED");
        }
        app.playground.answer_method("tools/list", None);
        ada.run("Refresh", json!({ "accountId": account })).await;
        ada.until_catalog(&account, "READY").await;
        assert_eq!(rolls(&ada).await, "SUCCEEDED");
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_comes_after_the_call_was_cancelled_changes_nothing() {
    for era in [Era::Modern, Era::Legacy] {
        let (app, ada, _) = start(era).await;
        let dice = ada.tool("roll_dice").await;
        ada.invoke(&dice, json!({})).await;
        app.playground.answer_next(Endpoint::Mcp, Answer::HoldAnswer);
        let call = ada.start(&dice, json!({})).await;
        ada.until_invocation(&call, "RUNNING").await;
        ada.run("Stop", json!({ "invocationId": call })).await;
        ada.until_invocation(&call, "CANCELLED").await;
        app.playground.release();
        assert_eq!(rolls(&ada).await, "SUCCEEDED");
        let after = ada.until_invocation(&call, "CANCELLED").await;
        assert_eq!(after["result"], Value::Null);
        app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_progress_is_told_a_few_times_and_slows_nobody_down() {
    for era in [Era::Modern, Era::Legacy] {
        let (app, ada, grace) = start(era).await;
        let mut watch = ada.watch_from_now().await;
        let call = ada.start(&ada.tool("chatter").await, json!({})).await;
        assert_eq!(rolls(&grace).await, "SUCCEEDED");
        watch.until("the end", |event| event["invocation"]["state"] == "SUCCEEDED").await;
        let told = watch.seen().iter().filter(|it| it["invocationId"] == call.as_str()).count();
        assert!(told < 100, "{told} of 5000 steps were told");
        let done = ada.until_invocation(&call, "SUCCEEDED").await;
        assert!(done["revision"].as_i64().unwrap() < 10, "progress is not a change of the call");
        app.end().await;
    }
}
