//! Renewing tokens: once, in time, and whatever the service says.

use std::time::Duration;

use attache_domain::Clock;
use attache_playground::{Answer, Counts, Endpoint, Policy, Reuse, TokenKind};
use attache_support::{Client, Setup, TestApp, eventually};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

const JSON: &str = "application/json";

fn says(status: u16, body: &str) -> Answer {
    Answer::Say(status, JSON, body.to_owned())
}

/// Ends the access token that the account uses, as a person can at a service.
fn end_access(app: &TestApp) {
    for token in app.playground.issued() {
        if token.kind == TokenKind::Access {
            app.playground.revoke(&token.token);
        }
    }
}

fn live(app: &TestApp) -> usize {
    app.playground.issued().iter().filter(|token| token.works()).count()
}

async fn account(client: &Client, id: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Account {
        state problem { __typename code message } grantedScopes revision
        catalog { tools { nodes { name isInvocable } } } } } }";
    client.query(query, json!({ "id": id })).await["node"].clone()
}

async fn until_account(client: &Client, id: &str, state: &str) -> Value {
    eventually(&format!("an account that is {state}"), async || {
        let account = account(client, id).await;
        (account["state"] == state).then_some(account)
    })
    .await
}

async fn until_refreshes(app: &TestApp, refreshes: usize) -> Counts {
    eventually(&format!("{refreshes} renewals"), async || {
        let counts = app.playground.counts();
        (counts.refreshes >= refreshes).then_some(counts)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_it_lapses_and_nobody_notices() {
    let clock = Clock::manual(Clock::system().now(), 1);
    let app = Setup { clock, ..Setup::default() }.start().await;
    let policy = Policy { lifetime: Duration::from_mins(1), ..Policy::default() };
    app.playground.set_policy(policy);
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let before = account(&ada, &id).await;
    for renewals in 1..=2 {
        // Not before it is nearly over, and before it is.
        app.clock.advance(TimeDelta::seconds(44));
        assert_eq!(app.playground.counts().refreshes, renewals - 1);
        app.clock.advance(TimeDelta::seconds(9));
        until_refreshes(&app, renewals).await;
    }
    let tool = ada.tool("whoami").await;
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    assert_eq!(account(&ada, &id).await, before, "nothing changed for the person");
    assert_eq!(app.playground.counts().reuses, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_refused_renews_and_goes_on_once() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    ada.invoke(&tool, json!({})).await;
    end_access(&app);
    let invoked = ada.invoke(&tool, json!({})).await;
    assert_eq!(invoked["state"], "SUCCEEDED", "{invoked}");
    assert_eq!(app.playground.calls("whoami"), 2);
    assert_eq!(app.playground.counts().refreshes, 1);
    assert_eq!(account(&ada, &id).await["state"], "CONNECTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_calls_meet_a_dead_token_it_is_renewed_once() {
    let mut app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    let other = app.add_replica().await;
    let elsewhere = app.viewer("ada").at(other);
    for client in [&ada, &elsewhere] {
        client.invoke(&tool, json!({})).await;
    }
    end_access(&app);
    let calls = (0..16).map(|n| {
        let client = if n % 2 == 0 { &ada } else { &elsewhere };
        client.invoke(&tool, json!({}))
    });
    for invoked in join_all(calls).await {
        assert_eq!(invoked["state"], "SUCCEEDED", "{invoked}");
    }
    assert_eq!(app.playground.counts(), Counts { codes: 1, refreshes: 1, reuses: 0 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_over_is_said_and_its_tools_stay_visible() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    let mut watch = ada.watch_from_now().await;
    for token in app.playground.issued() {
        app.playground.revoke(&token.token);
    }
    let failed = ada.invoke(&tool, json!({})).await;
    assert_eq!(failed["problem"]["code"], "REAUTHORIZATION_REQUIRED", "{failed}");
    let event =
        watch.until("the account", |it| it["account"]["state"] == "NEEDS_REAUTHORIZATION").await;
    assert_eq!(event["account"]["id"], id.as_str());
    let account = account(&ada, &id).await;
    assert_eq!(account["problem"]["__typename"], "ReauthorizationRequired");
    let tools = account["catalog"]["tools"]["nodes"].as_array().unwrap();
    assert!(tools.len() > 5 && tools.iter().all(|tool| tool["isInvocable"] == false));

    // Consent gives the same account back, with the same tools.
    assert_eq!(ada.connect_notes(&app, "ada").await, id);
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_operators_fault_ends_no_account() {
    let clock = Clock::manual(Clock::system().now(), 1);
    let app = Setup { clock, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    end_access(&app);
    for fault in ["invalid_client", "unauthorized_client", "access_denied", "made_up"] {
        let answer = says(401, &format!(r#"{{"error":"{fault}"}}"#));
        app.playground.answer_next(Endpoint::Token, answer);
    }
    for asked in 1..=4 {
        // The clock is moved, and bearer tokens lapse as well.
        let ada = app.viewer("ada");
        // Whoever asks, somebody who calls or the background: once, and not again at once.
        for _ in 0..3 {
            let failed = ada.invoke(&tool, json!({})).await;
            assert_eq!(failed["problem"]["code"], "SERVICE_UNAVAILABLE", "{failed}");
        }
        // One request was for the code.
        assert_eq!(app.playground.requests(Endpoint::Token).len(), 1 + asked);
        assert_eq!(account(&ada, &id).await["state"], "CONNECTED");
        app.clock.advance(TimeDelta::minutes(50));
    }
    let invoked = app.viewer("ada").invoke(&tool, json!({})).await;
    assert_eq!(invoked["state"], "SUCCEEDED", "{invoked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_asked_for_again_within_seconds() {
    let app = TestApp::start().await;
    let reuse = Reuse::Leeway(Duration::from_mins(1));
    app.playground.set_policy(Policy { reuse, ..Policy::default() });
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    end_access(&app);
    app.playground.answer_next(Endpoint::Token, Answer::LoseAnswer);
    ada.invoke(&tool, json!({})).await;
    // Nobody calls: it is looked after all the same.
    until_refreshes(&app, 2).await;
    eventually("a call that works", async || {
        (ada.invoke(&tool, json!({})).await["state"] == "SUCCEEDED").then_some(())
    })
    .await;
    assert_eq!(account(&ada, &id).await["state"], "CONNECTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_spent_token_ends_the_grant_the_person_is_told_why() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    end_access(&app);
    app.playground.answer_next(Endpoint::Token, Answer::LoseAnswer);
    ada.invoke(&tool, json!({})).await;
    let account = until_account(&ada, &id, "NEEDS_REAUTHORIZATION").await;
    assert_eq!(account["problem"]["code"], "REFRESH_INTERRUPTED");
    assert_eq!(account["problem"]["__typename"], "ReauthorizationRequired");
    assert_eq!(app.playground.counts().reuses, 1);
    assert_eq!(live(&app), 0, "the service ended what nobody knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_of_a_token_endpoint_costs_an_account() {
    let clock = Clock::manual(Clock::system().now(), 1);
    let app = Setup { clock, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    end_access(&app);
    for answer in [
        Answer::Say(200, "text/html", "<h1>Welcome</h1>".to_owned()),
        says(200, ""),
        says(200, "{"),
        says(200, "[]"),
        says(200, r#"{"ok":false,"error":"ratelimited"}"#),
        says(200, r#"{"access_token":""}"#),
        says(200, r#"{"access_token":"line\nbreak"}"#),
        says(200, r#"{"access_token":"a","token_type":"mac"}"#),
        says(429, r#"{"error":"slow_down"}"#),
        says(500, "oops"),
        says(503, "later"),
        says(302, ""),
        Answer::Say(200, JSON, format!("{{\"x\":\"{}\"}}", "x".repeat(100_000))),
        Answer::Break,
    ] {
        app.playground.answer_next(Endpoint::Token, answer.clone());
        let ada = app.viewer("ada");
        ada.invoke(&tool, json!({})).await;
        // Of the catalog nothing is asked: it would be read again meanwhile, and tokens that are
        // ended as soon as they are new are as good as no account.
        let state = ada.query(
            "query ($id: ID!) { node(id: $id) { ... on Account { state } } }",
            json!({ "id": id }),
        );
        assert_eq!(state.await["node"]["state"], "CONNECTED", "{answer:?}");
        app.clock.advance(TimeDelta::minutes(50));
        let ada = app.viewer("ada");
        eventually("tokens that are renewed after all", async || {
            (ada.invoke(&tool, json!({})).await["state"] == "SUCCEEDED").then_some(())
        })
        .await;
        end_access(&app);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_stays_good_is_kept() {
    let app = TestApp::start().await;
    app.playground.set_policy(Policy { reuse: Reuse::NonRotating, ..Policy::default() });
    let ada = app.viewer("ada");
    ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    for n in 1..=3 {
        end_access(&app);
        assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
        assert_eq!(app.playground.counts().refreshes, n);
    }
    let account = ada.query("{ viewer { accounts { id } } }", Value::Null).await;
    ada.disconnect(account["viewer"]["accounts"][0]["id"].as_str().unwrap()).await;
    eventually("tokens that are dead", async || (live(&app) == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_during_a_renewal_leaves_nothing_alive() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    end_access(&app);
    app.playground.answer_next(Endpoint::Token, Answer::HoldAnswer);
    let invocation = ada.start(&tool, json!({})).await;
    until_refreshes(&app, 1).await;
    ada.disconnect(&id).await;
    ada.until_invocation(&invocation, "CANCELLED").await;
    assert!(live(&app) > 0, "new tokens are on their way");
    app.playground.release();
    eventually("tokens that are dead", async || (live(&app) == 0).then_some(())).await;
    assert_eq!(app.database.count("credentials").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_may_shrink_what_was_granted_and_never_widens_it() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    for (scope, granted) in [("notes:read notes:write", json!(["notes:read"])), ("", json!([]))] {
        end_access(&app);
        let token = app.playground.issue_access("ada", scope);
        let answer = json!({ "access_token": token, "token_type": "Bearer", "scope": scope,
            "expires_in": 3600 });
        app.playground.answer_next(Endpoint::Token, says(200, &answer.to_string()));
        assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
        assert_eq!(account(&ada, &id).await["grantedScopes"], granted);
    }
}
