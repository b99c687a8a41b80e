//! Each tool that is listed is called, and what comes back is looked at for what it is.

use attache_support::Client;
use serde_json::{Value, json};

use super::Modern;
use crate::call::{answer, begin, call, kinds, questions, succeed, tool, tools, until};
use crate::reading::read;
use crate::stage::text;

#[tokio::test(flavor = "multi_thread")]
async fn every_tool_answers_with_what_it_is_for() {
    let (modern, ada, account) = Modern::connected().await;
    let tools = tools(&ada).await;
    for tool in &tools {
        drive(&modern, &ada, &account, tool).await;
    }
    // Whatever is new there has no way to be driven, and what is gone is missed here.
    assert_eq!(tools.len(), 19, "{tools:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_cancelled_ends_at_the_server_too() {
    let (modern, ada, _account) = Modern::connected().await;
    cancel(&modern, &ada, &tool(&ada, "ponder").await).await;
}

/// Calls a tool in the way that shows most of it.
async fn drive(modern: &Modern, ada: &Client, account: &str, tool: &Value) {
    match tool["name"].as_str().expect("a name") {
        "forecast" => structured(ada, tool).await,
        "add" => {
            let sum = succeed(ada, tool, json!({ "a": 2, "b": 3 })).await;
            assert_eq!(sum["structuredContent"], json!({ "result": 5 }));
            assert_eq!(sum["content"][0]["text"], "5");
        }
        "draw" => {
            let drawn = succeed(ada, tool, json!({})).await;
            assert_eq!(kinds(&drawn), ["ImageContent"]);
            assert_eq!(drawn["content"][0]["mimeType"], "image/png");
            assert!(text(&drawn["content"][0]["data"]).starts_with("iVBORw0KGgo"), "it is a PNG");
            let icons = json!([{ "src": "https://modern.test/brush.png", "sizes": ["48x48"] }]);
            assert_eq!(tool["icons"], icons);
        }
        "sing" => {
            let sung = succeed(ada, tool, json!({})).await;
            assert_eq!(kinds(&sung), ["AudioContent"]);
            assert_eq!(sung["content"][0]["mimeType"], "audio/wav");
            assert!(text(&sung["content"][0]["data"]).starts_with("UklGR"), "it is a RIFF");
        }
        "point" => link(ada, account, tool).await,
        "carry" => embedded(ada, tool).await,
        "annotate" => {
            let noted = succeed(ada, tool, json!({})).await;
            let claims = json!({ "audience": ["user"], "priority": 0.7 });
            assert_eq!(noted["content"][0]["raw"]["annotations"], claims);
            assert_eq!(noted["structuredContent"], json!({ "notes": 1 }));
        }
        "fail" => {
            let failed = call(ada, tool, json!({})).await;
            assert_eq!(failed["state"], "FAILED", "{failed}");
            assert_eq!(failed["problem"]["code"], "TOOL_REPORTED_ERROR");
            assert_eq!(failed["result"]["isToolError"], true);
            assert_eq!(failed["result"]["content"][0]["text"], "There is no paper left.");
        }
        "route" => header(modern, ada, tool).await,
        // It goes no further before somebody holds the rope.
        "climb" => climb(ada, tool).await,
        "hold_rope" => {
            let held = succeed(ada, tool, json!({})).await;
            assert_eq!(held["content"], json!([]), "it has nothing to say");
        }
        "mutter" => {
            let done = call(ada, tool, json!({})).await;
            let result = json!({ "result": "I said something." });
            assert_eq!(done["result"]["structuredContent"], result);
            let said = done["log"].as_array().expect("a list");
            let texts: Vec<String> = said.iter().map(|it| text(&it["text"])).collect();
            assert!(texts.len() == 1 && texts[0].contains("Hm."), "{said:?}");
            assert_eq!(said[0]["level"], "INFO");
        }
        "ponder" => cancel(modern, ada, tool).await,
        // `ask.rs` says more about these.
        "register" | "visit" | "plan" => decline(ada, tool).await,
        "think" | "look_around" => refused(modern, ada, tool).await,
        "show_board" => {
            assert_eq!(tool["app"]["resourceUri"], "ui://board");
            let shown = succeed(ada, tool, json!({})).await;
            assert_eq!(shown["content"][0]["text"], "a board");
        }
        other => panic!("nothing here calls {other}"),
    }
}

async fn structured(ada: &Client, tool: &Value) {
    assert_eq!(tool["title"], "Weather");
    let hints = json!({ "isReadOnly": true, "isDestructive": null, "isOpenWorld": false });
    assert_eq!(tool["hints"], hints);
    assert_eq!(tool["outputSchema"]["required"], json!(["degrees", "sky"]));
    let told = succeed(ada, tool, json!({ "city": "Rome" })).await;
    let weather = json!({ "degrees": 21.5, "sky": "clear over Rome" });
    assert_eq!(told["structuredContent"], weather);
    let as_text = text(&told["content"][0]["text"]);
    assert_eq!(serde_json::from_str::<Value>(&as_text).expect("JSON"), weather);
}

async fn link(ada: &Client, account: &str, tool: &Value) {
    let pointed = succeed(ada, tool, json!({})).await;
    assert_eq!(kinds(&pointed), ["ResourceLinkContent"]);
    let mut link = pointed["content"][0].clone();
    let read = read(ada, account, &text(&link["uri"])).await;
    assert_eq!(read["contents"][0]["text"], "Roses are red.", "it leads somewhere");
    link["raw"].take();
    let expected = json!({
        "__typename": "ResourceLinkContent", "raw": null, "uri": "modern://poem", "name": "poem",
        "title": "A poem", "description": "Four lines.", "mimeType": "text/plain",
    });
    assert_eq!(link, expected);
}

async fn embedded(ada: &Client, tool: &Value) {
    let carried = succeed(ada, tool, json!({})).await;
    assert_eq!(kinds(&carried), ["EmbeddedResourceContent"; 2]);
    let [words, bytes] = [0, 1].map(|at| carried["content"][at].clone());
    assert_eq!((&words["mimeType"], &words["text"]), (&json!("text/plain"), &json!("Hello")));
    assert_eq!(bytes["mimeType"], "application/octet-stream");
    assert!(text(&bytes["blob"]).starts_with("iVBORw0KGgo"), "{bytes}");
}

/// The library answers with an error where header and argument are not the same.
async fn header(modern: &Modern, ada: &Client, tool: &Value) {
    for (region, sent) in [("eu-west", "eu-west"), ("Zürich", "=?base64?WsO8cmljaA==?=")] {
        let arguments = json!({ "region": region, "query": "milk" });
        let routed = succeed(ada, tool, arguments).await;
        let expected = format!("milk in {region}");
        assert_eq!(routed["structuredContent"]["result"], expected.as_str());
        let fits = |it: &Value| it["headers"]["mcp-param-region"] == sent;
        let received = modern.hear("received", fits).await;
        assert_eq!(received["received"], "tools/call");
    }
}

async fn climb(ada: &Client, climber: &Value) {
    let mut watch = ada.watch_from_now().await;
    let climbing = begin(ada, climber).await;
    let half_way = watch.until_type("InvocationProgressed").await;
    assert_eq!(half_way["invocationId"], climbing["id"]);
    let progress = json!({ "current": 1.0, "total": 2.0, "message": "half way" });
    assert_eq!(half_way["progress"], progress);
    succeed(ada, &tool(ada, "hold_rope").await, json!({})).await;
    let done = until(ada, &climbing, "SUCCEEDED").await;
    assert_eq!(done["result"]["content"][0]["text"], "up there");
}

async fn cancel(modern: &Modern, ada: &Client, tool: &Value) {
    let mut watch = ada.watch_from_now().await;
    let call = begin(ada, tool).await;
    watch.until_type("InvocationProgressed").await;
    assert_eq!(modern.told("gone"), Vec::<Value>::new());
    let stopped = ada.run("Stop", json!({ "invocationId": call["id"] })).await;
    assert_eq!(stopped["problems"], json!([]), "{stopped}");
    until(ada, &call, "CANCELLED").await;
    modern.hear("gone", |it| it["gone"] == "ponder").await;
}

async fn decline(ada: &Client, tool: &Value) {
    let asking = call(ada, tool, json!({})).await;
    assert_eq!(asking["state"], "AWAITING_INPUT", "{asking}");
    let count = if tool["name"] == "plan" { 2 } else { 1 };
    for question in questions(ada, count).await {
        let declined = answer(ada, &question, "DECLINE", Value::Null).await;
        assert_eq!(declined["problems"], json!([]), "{declined}");
    }
    let done = until(ada, &asking, "SUCCEEDED").await;
    let told = done["result"]["structuredContent"].as_object().expect("an object");
    assert!(told.values().all(|it| *it == json!({ "action": "decline" })), "{done}");
}

/// What needs a model or directories, neither of which was offered, ends with a clear word.
async fn refused(modern: &Modern, ada: &Client, tool: &Value) {
    let over = call(ada, tool, json!({})).await;
    assert_eq!(over["state"], "FAILED", "{over}");
    assert_eq!(over["problem"]["code"], "SERVICE_REFUSED", "{over}");
    assert_eq!(over["result"], Value::Null);
    assert_eq!(modern.calls(tool).await, 1, "it is not sent again");
}
