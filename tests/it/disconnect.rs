//! Disconnecting: nothing works any more, nothing is kept, and the service knows.

use attache_domain::Clock;
use attache_playground::{Answer, Endpoint};
use attache_support::{Client, NOTES, Setup, TestApp, eventually};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Disconnects everything at a service.
async fn leave(client: &Client, code: &str) -> Value {
    let query = "mutation ($input: DisconnectInput!) { disconnect(input: $input) {
        disconnectedAccountIds revocation problems { code path } } }";
    let input = json!({ "serviceCode": code });
    client.query(query, json!({ "input": input })).await["disconnect"].clone()
}

async fn until_all_tokens_are_dead(app: &TestApp) {
    eventually("tokens that are all dead", async || {
        app.playground.issued().iter().all(|token| !token.is_live).then_some(())
    })
    .await;
}

async fn until_gone(app: &TestApp) {
    eventually("an account that is gone", async || {
        (app.database.count("accounts").await == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_the_account_goes_here_and_at_the_service() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    let invocation = ada.invoke(&tool, json!({})).await["id"].clone();
    let mut watch = ada.watch_from_now().await;

    let left = ada.disconnect(&account).await;
    assert_eq!(left["disconnectedAccountIds"], json!([account]));
    assert_eq!(left["revocation"], "PENDING");
    assert_eq!(left["problems"], json!([]));
    assert_eq!(app.database.count("credentials").await, 0, "gone before the answer");
    let removed = watch.until_type("AccountRemoved").await;
    assert_eq!(removed["accountId"], account.as_str());

    until_all_tokens_are_dead(&app).await;
    until_gone(&app).await;
    for table in ["tools", "catalogs", "credentials"] {
        assert_eq!(app.database.count(table).await, 0, "{table}");
    }
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Invocation {
        toolName tool { id } arguments result { content { raw } } } } }";
    let nodes = ada.query(query, json!({ "ids": [account, tool, invocation] })).await;
    assert_eq!((&nodes["nodes"][0], &nodes["nodes"][1]), (&Value::Null, &Value::Null));
    assert_eq!(nodes["nodes"][2]["toolName"], "whoami", "history stays");
    assert_eq!(nodes["nodes"][2]["tool"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_again_succeeds_and_tells_how_the_revocation_went() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    ada.disconnect(&account).await;
    until_all_tokens_are_dead(&app).await;
    let again = eventually("a revocation that is done", async || {
        let again = ada.disconnect(&account).await;
        (again["revocation"] == "DONE").then_some(again)
    })
    .await;
    assert_eq!(again["problems"], json!([]));
    assert_eq!(again["disconnectedAccountIds"], json!([]));
    assert_eq!(leave(&ada, NOTES).await["problems"], json!([]));
    assert_eq!(leave(&ada, "NOWHERE").await["problems"][0]["code"], "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_down_is_asked_until_it_answers() {
    let start = Clock::system().now();
    let app = Setup { clock: Clock::manual(start, 2), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    for _ in 0..2 {
        app.playground.answer_next(Endpoint::Revoke, Answer::Break);
        let down = Answer::Say(503, "text/plain", "later".to_owned());
        app.playground.answer_next(Endpoint::Revoke, down);
    }
    ada.disconnect(&account).await;
    // The account does not wait for the service.
    until_gone(&app).await;
    let asked = || app.playground.requests(Endpoint::Revoke).len();
    eventually("all tokens to be revoked", async || {
        app.clock.advance(TimeDelta::seconds(5));
        app.playground.issued().iter().all(|token| !token.is_live).then_some(())
    })
    .await;
    assert!(asked() >= 6, "three times for each of two tokens");
    eventually("an outbox that says so", async || {
        (app.database.count("revocations WHERE state = 'PENDING'").await == 0).then_some(())
    })
    .await;
    // Hours have passed for the clock, and so for the token.
    assert_eq!(app.viewer("ada").disconnect(&account).await["revocation"], "DONE");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_revoked_before_a_restart_is_revoked_after_it() {
    let start = Clock::system().now();
    let mut app = Setup { clock: Clock::manual(start, 3), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    for _ in 0..2 {
        let down = Answer::Say(503, "text/plain", "later".to_owned());
        app.playground.answer_next(Endpoint::Revoke, down);
    }
    ada.disconnect(&account).await;
    until_gone(&app).await;
    app.restart().await;
    app.clock.advance(TimeDelta::hours(1));
    until_all_tokens_are_dead(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_are_under_way_are_stopped() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("hang").await;
    let invocation = ada.start(&tool, json!({})).await;
    eventually("a call at the service", async || (app.playground.calls("hang") > 0).then_some(()))
        .await;
    ada.disconnect(&account).await;
    let stopped = ada.until_invocation(&invocation, "CANCELLED").await;
    assert_eq!(stopped["problem"]["code"], "ACCOUNT_DISCONNECTED");
    eventually("a service that was told", async || (app.playground.cancelled() > 0).then_some(()))
        .await;
    let refused = ada.invoke_with(json!({ "toolId": tool, "arguments": {} })).await;
    let code = refused["problems"][0]["code"].as_str().unwrap();
    assert!(["NOT_FOUND", "ACCOUNT_DISCONNECTED"].contains(&code), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_for_the_account_ends_with_it() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    let begun = ada.begin_with(json!({ "target": { "accountId": account } })).await;
    let url = begun["attempt"]["authorizationUrl"].as_str().unwrap();
    let callback = app.playground.consent(url, "ada").unwrap();
    ada.disconnect(&account).await;
    until_gone(&app).await;
    let late = ada.complete(&callback).await;
    assert_eq!(late["attempt"]["state"], "ABANDONED");
    assert_eq!(late["attempt"]["problem"]["code"], "ACCOUNT_DISCONNECTED");
    assert_eq!(app.playground.requests(Endpoint::Token).len(), 1, "no code is exchanged for it");
    assert_eq!(app.database.count("accounts").await, 0);
    until_all_tokens_are_dead(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_need_not_wait_for_the_service_to_revoke() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    app.playground.answer_next(Endpoint::Revoke, Answer::HoldRequest);
    ada.disconnect(&account).await;
    assert_eq!(ada.until_catalog(&account, "READY").await["state"], "DISCONNECTING");
    let another = ada.connect_notes(&app, "ada").await;
    assert_ne!(another, account);
    let accounts = ada.query("{ viewer { accounts { id state } } }", Value::Null).await;
    assert_eq!(accounts["viewer"]["accounts"], json!([{ "id": another, "state": "CONNECTED" }]));
    app.playground.release();
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_others_and_other_services_stay() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
    ada.connect_notes(&app, "ada").await;
    ada.connect_notes(&app, "work").await;
    let open = ada.connect_open().await;
    grace.connect_notes(&app, "grace").await;
    let left = leave(&ada, NOTES).await;
    assert_eq!(left["disconnectedAccountIds"].as_array().unwrap().len(), 2);
    eventually("two accounts that are left", async || {
        (app.database.count("accounts").await == 2).then_some(())
    })
    .await;
    let live = || app.playground.issued().into_iter().filter(|token| token.is_live);
    eventually("Ada's tokens to be dead", async || {
        live().all(|token| token.grant.person == "grace").then_some(())
    })
    .await;
    assert_eq!(live().count(), 2, "an access and a refresh token of Grace");
    assert_eq!(ada.until_catalog(&open, "READY").await["state"], "CONNECTED");
    let tool = grace.tool("whoami").await;
    assert_eq!(grace.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_erased_and_the_person_is_told_that_it_still_works_there() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let keyed = ada.connect_keyed(&app, "ada").await;
    assert_eq!(ada.disconnect(&keyed).await["revocation"], "UNSUPPORTED");
    assert_eq!(app.database.count("credentials").await, 0);
    let open = ada.connect_open().await;
    assert_eq!(ada.disconnect(&open).await["revocation"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_read_keeps_no_other_from_being_revoked() {
    let start = Clock::system().now();
    let app = Setup { clock: Clock::manual(start, 4), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    for _ in 0..2 {
        app.playground.answer_next(Endpoint::Revoke, Answer::Break);
    }
    ada.disconnect(&account).await;
    until_gone(&app).await;
    // Its head stays what it was, or it could not be stored.
    let spoil = "UPDATE revocations SET sealed_token = substring(sealed_token for 7) || 'spoilt'
        WHERE kind = 'ACCESS'";
    assert_eq!(app.database.connect().await.execute(spoil, &[]).await.unwrap(), 1);
    eventually("the other token to be revoked", async || {
        app.clock.advance(TimeDelta::seconds(5));
        (app.database.count("revocations WHERE state = 'DONE'").await == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_revocation_is_told_whenever_it_comes() {
    let start = Clock::system().now();
    let app = Setup { clock: Clock::manual(start, 5), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    let keyed = ada.connect_keyed(&app, "ada").await;
    for _ in 0..2 {
        let down = Answer::Say(503, "text/plain", "later".to_owned());
        app.playground.answer_next(Endpoint::Revoke, down);
    }
    let mut watch = ada.watch_from_now().await;
    ada.disconnect(&account).await;
    ada.disconnect(&keyed).await;
    until_gone(&app).await;
    let first = watch.until_type("RevocationUpdated").await;
    assert_eq!((&first["accountId"], &first["revocation"]), (&json!(keyed), &json!("UNSUPPORTED")));
    eventually("all tokens to be revoked", async || {
        app.clock.advance(TimeDelta::seconds(5));
        app.playground.issued().iter().all(|token| !token.is_live).then_some(())
    })
    .await;
    let then = watch.until_type("RevocationUpdated").await;
    assert_eq!((&then["accountId"], &then["revocation"]), (&json!(account), &json!("DONE")));
    assert_eq!(then["service"]["code"], NOTES);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_last_account_goes_the_key_that_sealed_its_tokens() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let database = app.database.connect().await;
    let [first, last] = [ada.connect_notes(&app, "ada").await, ada.connect_keyed(&app, "a").await];
    let tool = ada.tool("add_note").await;
    let input = json!({ "toolId": tool, "arguments": { "title": "Bread" }, "isConfirmed": true });
    let invocation = ada.invoke_with(input).await["invocation"]["id"].clone();
    database.batch_execute("CREATE TABLE backup AS SELECT * FROM credentials").await.unwrap();
    let of_ada = "data_keys WHERE purpose = 'CREDENTIALS' AND user_id IN
        (SELECT user_id FROM invocations)";
    ada.disconnect(&first).await;
    until_all_tokens_are_dead(&app).await;
    assert_eq!(app.database.count(of_ada).await, 1, "an account is left");
    ada.disconnect(&last).await;
    eventually("a key that is destroyed", async || {
        (app.database.count(of_ada).await == 0).then_some(())
    })
    .await;
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Invocation { arguments } } }";
    let nodes = ada.query(query, json!({ "ids": [invocation] })).await;
    assert_eq!(nodes["nodes"][0]["arguments"]["title"], "Bread", "history stays readable");
    // Whoever comes back gets another key, and a backup of the rows is worth nothing with it.
    ada.connect_notes(&app, "ada").await;
    assert_eq!(app.database.count(of_ada).await, 1);
    let restore = "UPDATE credentials SET sealed_access = backup.sealed_access FROM backup";
    let refused = database.execute(restore, &[]).await.unwrap_err();
    assert!(format!("{refused:?}").contains("credentials_data_key"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_connecting_again_replaced_goes_with_the_account() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    assert_eq!(ada.connect_notes(&app, "ada").await, account);
    let live = || app.playground.issued().into_iter().filter(|token| token.is_live).count();
    // At a service of which nobody knows whether that would end the new grant as well, the old
    // tokens have to wait.
    assert_eq!(live(), 4);
    assert_eq!(app.database.count("revocations WHERE state = 'HELD'").await, 2);
    let tool = ada.tool("whoami").await;
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    ada.disconnect(&account).await;
    until_all_tokens_are_dead(&app).await;
}

/// A playground of which it is known what else ends with a token.
async fn reaching(reach: &str) -> TestApp {
    let toml = format!("[services.NOTES.oauth.dialect]\nrevocation_reach = \"{reach}\"\n");
    Setup { toml, ..Setup::default() }.start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_others_live_on_is_spared_until_the_last_of_them_goes() {
    let app = reaching("account").await;
    let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
    let of_ada = ada.connect_notes(&app, "work").await;
    let of_grace = grace.connect_notes(&app, "work").await;
    let mut watch = ada.watch_from_now().await;
    ada.disconnect(&of_ada).await;
    let end = watch.until_type("RevocationUpdated").await;
    assert_eq!(end["revocation"], "SPARED");
    assert_eq!(app.playground.requests(Endpoint::Revoke).len(), 0);
    assert_eq!(app.database.count("revocations WHERE sealed_token IS NOT NULL").await, 0);
    let tool = grace.tool("whoami").await;
    assert_eq!(grace.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    grace.disconnect(&of_grace).await;
    let last = eventually("the end of the grant", async || {
        let again = grace.disconnect(&of_grace).await;
        (again["revocation"] != "PENDING").then_some(again)
    })
    .await;
    assert_eq!(last["revocation"], "DONE");
    assert_eq!(app.playground.requests(Endpoint::Revoke).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_token_ends_alone_connecting_again_ends_the_old_ones_at_once() {
    let app = reaching("consent").await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    assert_eq!(ada.connect_notes(&app, "ada").await, account);
    eventually("two tokens that are left", async || {
        (app.playground.issued().iter().filter(|token| token.is_live).count() == 2).then_some(())
    })
    .await;
    let tool = ada.tool("whoami").await;
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
}
