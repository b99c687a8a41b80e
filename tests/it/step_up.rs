//! A call that wants more than the account has waits for consent, and goes on.

use attache_playground::{Answer, Document, Endpoint};
use attache_support::{Client, FRONTEND, NOTES, Setup, TestApp, eventually};
use serde_json::{Value, json};
use url::Url;

use crate::connect::{land, ticket};

async fn invocation(client: &Client, id: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Invocation { state availableActions
        problem { code } connectAttempt { id state authorizationUrl } } } }";
    client.query(query, json!({ "id": id })).await["node"].clone()
}

async fn until_waiting(client: &Client, id: &str) -> Value {
    eventually("a call that waits for consent", async || {
        let found = invocation(client, id).await;
        (found["state"] == "AWAITING_AUTHORIZATION").then_some(found)
    })
    .await
}

/// What is asked for at this URL, in alphabetical order.
fn scopes(url: &str) -> Vec<String> {
    let asked = Url::parse(url).unwrap();
    let scope = asked.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    let mut scopes: Vec<String> = scope.split(' ').map(str::to_owned).collect();
    scopes.sort_unstable();
    scopes
}

/// Ada has connected an account, and whoami takes a scope that it has not.
async fn refused() -> (TestApp, Client, String, String) {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    app.playground.take_scope("whoami", "notes:write");
    let tool = ada.tool("whoami").await;
    (app, ada, account, tool)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_wants_more_goes_on_after_consent() {
    let (app, ada, account, tool) = refused().await;
    let mut watch = ada.watch_from_now().await;
    let first = ada.start(&tool, json!({})).await;
    let second = ada.start(&tool, json!({})).await;
    let waiting = until_waiting(&ada, &first).await;
    assert_eq!(waiting["availableActions"], json!(["CANCEL"]));
    let attempt = &waiting["connectAttempt"];
    let same = until_waiting(&ada, &second).await;
    assert_eq!(same["connectAttempt"]["id"], attempt["id"], "one consent for all of them");
    assert_eq!(app.playground.calls("whoami"), 0);

    let url = attempt["authorizationUrl"].as_str().unwrap();
    assert_eq!(scopes(url), ["notes:read", "notes:write"], "what it has, and what it wants");
    let callback = app.playground.consent(url, "ada").unwrap();
    let completed = ada.complete(&callback).await;
    assert_eq!(completed["account"]["id"], account.as_str());
    for id in [&first, &second] {
        let done = ada.until_invocation(id, "SUCCEEDED").await;
        assert_eq!(done["problem"], Value::Null);
    }
    assert_eq!(app.playground.calls("whoami"), 2);
    watch.until("the call that goes on", |event| event["invocation"]["state"] == "SUCCEEDED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_consents_to_more_comes_back_to_where_they_connected_from() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let target = json!({ "serviceCode": NOTES });
    let begun = ada.begin_with(json!({ "target": target, "returnTo": "chat" })).await;
    let url = begun["attempt"]["authorizationUrl"].as_str().unwrap();
    let completed = ada.complete(&app.playground.consent(url, "ada").unwrap()).await;
    ada.until_catalog(completed["account"]["id"].as_str().unwrap(), "READY").await;
    app.playground.take_scope("whoami", "notes:write");

    let call = ada.start(&ada.tool("whoami").await, json!({})).await;
    let waiting = until_waiting(&ada, &call).await;
    let url = waiting["connectAttempt"]["authorizationUrl"].as_str().unwrap();
    let landed = land(&app, &app.playground.consent(url, "ada").unwrap()).await;
    let location = landed.headers["location"].to_str().unwrap();
    assert!(location.starts_with(&format!("{FRONTEND}/chat?from=attache&attempt=")), "{location}");
    ada.run("Complete", json!({ "ticket": ticket(&landed) })).await;
    ada.until_invocation(&call, "SUCCEEDED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_call_wants_counts_though_the_service_lists_less() {
    let toml = r#"
[services.FOUND]
name = "Found"
mcp_url = "{playground}/mcp"
connect = "oauth"
"#;
    let app = Setup { toml: toml.to_owned(), ..Setup::default() }.start().await;
    // MCP: what is listed is what everybody needs, and the rest is asked for when it is wanted.
    let listed = json!({ "scopes_supported": ["notes:read"] });
    app.playground.edit(Document::Resource, listed);
    let offline = json!({ "scopes_supported": ["notes:read", "offline_access"] });
    app.playground.edit(Document::Server, offline);
    let ada = app.viewer("ada");
    let begun = ada.begin_with(json!({ "target": { "serviceCode": "FOUND" } })).await;
    let url = begun["attempt"]["authorizationUrl"].as_str().unwrap();
    let callback = app.playground.consent(url, "ada").unwrap();
    // What the token is good for is no word about what renews it.
    let token = app.playground.issue_access("ada", "notes:read");
    let answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600,
        "scope": "notes:read" });
    let answer = Answer::Say(200, "application/json", answer.to_string());
    app.playground.answer_next(Endpoint::Token, answer);
    let completed = ada.complete(&callback).await;
    assert_eq!(completed["account"]["grantedScopes"], json!(["notes:read"]), "{completed}");
    ada.until_catalog(completed["account"]["id"].as_str().unwrap(), "READY").await;

    app.playground.take_scope("whoami", "notes:write");
    let call = ada.start(&ada.tool("whoami").await, json!({})).await;
    let attempt = until_waiting(&ada, &call).await["connectAttempt"].clone();
    let url = attempt["authorizationUrl"].as_str().unwrap();
    let asked = ["notes:read", "notes:write", "offline_access"];
    assert_eq!(scopes(url), asked, "what was asked for, and what is wanted");
    ada.complete(&app.playground.consent(url, "ada").unwrap()).await;
    ada.until_invocation(&call, "SUCCEEDED").await;

    // Who connects the account again keeps what is listed nowhere.
    let target = json!({ "target": { "accountId": completed["account"]["id"] } });
    let again = ada.begin_with(target).await;
    assert_eq!(scopes(again["attempt"]["authorizationUrl"].as_str().unwrap()), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_want_different_things_ask_for_all_of_it_at_once() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let target = json!({ "target": { "serviceCode": NOTES }, "scopes": [] });
    let begun = ada.begin_with(target).await;
    let url = begun["attempt"]["authorizationUrl"].as_str().unwrap();
    let completed = ada.complete(&app.playground.consent(url, "ada").unwrap()).await;
    ada.until_catalog(completed["account"]["id"].as_str().unwrap(), "READY").await;
    app.playground.take_scope("whoami", "notes:read");
    app.playground.take_scope("roll_dice", "notes:write");
    let [reading, writing] = [ada.tool("whoami").await, ada.tool("roll_dice").await];
    let reading = ada.start(&reading, json!({})).await;
    let narrow = until_waiting(&ada, &reading).await["connectAttempt"].clone();
    let writing = ada.start(&writing, json!({})).await;
    let wide = until_waiting(&ada, &writing).await["connectAttempt"].clone();
    assert_ne!(wide["id"], narrow["id"]);
    assert_eq!(invocation(&ada, &reading).await["connectAttempt"]["id"], wide["id"]);
    let query = "query ($id: ID!) { node(id: $id) { ... on ConnectAttempt { state } } }";
    let before = ada.query(query, json!({ "id": narrow["id"] })).await;
    assert_eq!(before["node"]["state"], "ABANDONED");
    let url = wide["authorizationUrl"].as_str().unwrap();
    ada.complete(&app.playground.consent(url, "ada").unwrap()).await;
    for id in [reading, writing] {
        ada.until_invocation(&id, "SUCCEEDED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_does_not_allow_is_not_asked_for() {
    let (app, ada, _, tool) = refused().await;
    app.playground.take_scope("roll_dice", "notes:admin");
    let dice = ada.tool("roll_dice").await;
    let first = ada.start(&tool, json!({})).await;
    until_waiting(&ada, &first).await;
    // The operator does not allow that one, so there is nothing to ask for.
    let ended = ada.invoke(&dice, json!({})).await;
    assert_eq!(
        (&ended["state"], &ended["problem"]["code"]),
        (&json!("FAILED"), &json!("SERVICE_REFUSED"))
    );
    assert_eq!(invocation(&ada, &first).await["state"], "AWAITING_AUTHORIZATION");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_consent_is_told_and_nothing_hangs() {
    let (_app, ada, account, tool) = refused().await;
    let first = ada.start(&tool, json!({})).await;
    let waiting = until_waiting(&ada, &first).await;
    let query = "mutation ($input: CancelConnectInput!) { cancelConnect(input: $input) {
        attempt { state } } }";
    let input = json!({ "attemptId": waiting["connectAttempt"]["id"] });
    ada.query(query, json!({ "input": input })).await;
    let failed = ada.until_invocation(&first, "FAILED").await;
    assert_eq!(failed["problem"]["code"], "REFUSED");

    let query = "mutation ($input: CancelInvocationInput!) { cancelInvocation(input: $input) {
        invocation { state } } }";
    let second = ada.start(&tool, json!({})).await;
    until_waiting(&ada, &second).await;
    let input = json!({ "input": { "invocationId": second } });
    let cancelled = ada.query(query, input).await;
    assert_eq!(cancelled["cancelInvocation"]["invocation"]["state"], "CANCELLED");

    let third = ada.start(&tool, json!({})).await;
    until_waiting(&ada, &third).await;
    ada.disconnect(&account).await;
    let cut = ada.until_invocation(&third, "CANCELLED").await;
    assert_eq!(cut["problem"]["code"], "ACCOUNT_DISCONNECTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_never_content_is_not_asked_for_ever() {
    let (app, ada, _, tool) = refused().await;
    let id = ada.start(&tool, json!({})).await;
    for _ in 0..2 {
        let waiting = until_waiting(&ada, &id).await;
        let url = waiting["connectAttempt"]["authorizationUrl"].as_str().unwrap().to_owned();
        let callback = app.playground.consent(&url, "ada").unwrap();
        // What is granted is not what was asked for.
        let token = app.playground.issue_access("ada", "notes:read");
        let answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600,
            "scope": "notes:read" });
        let answer = Answer::Say(200, "application/json", answer.to_string());
        app.playground.answer_next(Endpoint::Token, answer);
        ada.complete(&callback).await;
    }
    let ended = ada.until_invocation(&id, "FAILED").await;
    assert_eq!(ended["problem"]["code"], "SERVICE_REFUSED");
}
