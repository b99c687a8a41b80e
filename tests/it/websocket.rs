//! GraphQL over WebSocket: the protocol, its deadlines and its close codes.

use attache_support::{Client, FRONTEND, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

const EVENTS: &str = "subscription { viewerEvents { __typename } }";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_breaks_the_protocol_is_told_how() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let cases: [(&str, u16); 6] = [
        ("nonsense", 4400),
        (r#"{"type":"start","id":"1"}"#, 4400),
        (r#"{"type":"connection_init"}"#, 4429),
        (r#"{"type":"subscribe","id":"1","payload":{}}"#, 4400),
        (r#"{"type":"subscribe","id":"","payload":{"query":1}}"#, 4400),
        ("[]", 4400),
    ];
    for (message, code) in cases {
        let mut socket = ada.socket().await;
        socket.send_text(message).await;
        assert_eq!(socket.closed().await.code, code, "{message}");
    }
    let mut socket = ada.socket().await;
    socket.send_binary(b"\0").await;
    assert_eq!(socket.closed().await.code, 4400);
    let mut socket = ada.socket().await;
    socket.subscribe("1", EVENTS, Value::Null).await;
    socket.subscribe("1", EVENTS, Value::Null).await;
    assert_eq!(socket.closed().await.code, 4409);
    let mut socket = ada.silent_socket().await;
    socket.subscribe("1", EVENTS, Value::Null).await;
    assert_eq!(socket.closed().await.code, 4401, "before saying who it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_without_a_token() {
    let app = TestApp::start().await;
    let init = async |payload: Value| {
        let mut socket = app.anonymous().silent_socket().await;
        socket.send(json!({ "type": "connection_init", "payload": payload })).await;
        socket.closed().await.code
    };
    assert_eq!(init(Value::Null).await, 4403);
    assert_eq!(init(json!({ "authorization": "Bearer nonsense" })).await, 4403);
    let expired = app.token("ada", TimeDelta::minutes(-10));
    app.client(Some(expired.clone()));
    let bearer = format!("Bearer {}", secrecy::ExposeSecret::expose_secret(&expired));
    assert_eq!(init(json!({ "Authorization": bearer })).await, 4403);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_not_waited_for() {
    let app = TestApp::start().await;
    let mut socket = app.viewer("ada").silent_socket().await;
    assert_eq!(socket.closed().await.code, 4408);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_protocol_we_speak_and_only_from_where_it_is_allowed() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let mut old = ada.try_socket(Some("graphql-ws"), None).await;
    if let Ok(socket) = &mut old {
        assert_eq!(socket.closed().await.code, 4406);
    }
    let protocol = Some("graphql-transport-ws");
    assert!(ada.try_socket(protocol, Some(FRONTEND)).await.is_ok());
    assert!(ada.try_socket(protocol, Some("https://evil.test")).await.is_err());
    assert!(ada.try_socket(protocol, Some("null")).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_are_answered_with_what_they_carry() {
    let app = TestApp::start().await;
    let mut socket = app.viewer("ada").socket().await;
    socket.send(json!({ "type": "ping", "payload": { "a": 1 } })).await;
    assert_eq!(socket.expect("pong").await["payload"], json!({ "a": 1 }));
    socket.send(json!({ "type": "pong" })).await;
    socket.send(json!({ "type": "ping" })).await;
    socket.expect("pong").await;
}

async fn run(client: &Client, document: &str) -> Vec<Value> {
    let mut socket = client.socket().await;
    socket.subscribe("op", document, Value::Null).await;
    let mut said = Vec::new();
    loop {
        let message = socket.next().await.unwrap();
        assert_eq!(message["id"], "op");
        said.push(message);
        if ["complete", "error"].contains(&said.last().unwrap()["type"].as_str().unwrap()) {
            return said;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_and_mutations_run_here_too_and_errors_are_errors() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let said = run(&ada, "{ viewer { id } }").await;
    assert!(said[0]["payload"]["data"]["viewer"]["id"].is_string(), "{said:?}");
    assert_eq!(said[1]["type"], "complete");
    for (document, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { viewerEvents(after: \"x\") { cursor } }", "INVALID_INPUT"),
    ] {
        let said = run(&ada, document).await;
        assert_eq!(said[0]["type"], "error", "{said:?}");
        let given = said[0]["payload"][0]["extensions"]["code"].as_str().unwrap();
        let fits = given == code || given == "GRAPHQL_VALIDATION_FAILED";
        assert!(fits, "{document}: {said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_runs_twenty_operations_and_a_stopped_one_makes_room() {
    let app = TestApp::start().await;
    let mut socket = app.viewer("ada").socket().await;
    for number in 0..20 {
        socket.subscribe(&number.to_string(), EVENTS, Value::Null).await;
        assert_eq!(socket.expect("next").await["id"], number.to_string().as_str());
    }
    socket.subscribe("one more", EVENTS, Value::Null).await;
    let refused = socket.expect("error").await;
    assert_eq!(refused["id"], "one more");
    assert_eq!(refused["payload"][0]["extensions"]["code"], "TOO_COMPLEX");
    socket.complete("7").await;
    socket.subscribe("one more", EVENTS, Value::Null).await;
    assert_eq!(socket.expect("next").await["id"], "one more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_says_good_bye() {
    let mut app = TestApp::start().await;
    let mut watch = app.viewer("ada").watch_from_now().await;
    app.stop().await;
    assert_eq!(watch.closed().await.code, 1001);
}
