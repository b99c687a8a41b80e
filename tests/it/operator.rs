//! What an operator does beside the servers that run, with the real program.

use std::process::Output;

use attache_domain::Viewer;
use attache_playground::{Answer, Endpoint, Options};
use attache_support::{Client, NOTES, ServerProcess, TestApp, eventually};
use serde_json::{Value, json};

async fn start() -> ServerProcess {
    ServerProcess::start(env!("CARGO_BIN_EXE_attache")).await
}

fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    format!("{out}{err}")
}

async fn connect(server: &ServerProcess, person: &str) -> Client {
    let client = server.viewer(person);
    let attempt = client.begin().await;
    let callback = server.playground.consent(&attempt.url, person).unwrap();
    let completed = client.complete(&callback).await;
    let account = completed["account"]["id"].as_str().unwrap();
    client.until_catalog(account, "READY").await;
    client
}

fn live(server: &ServerProcess) -> usize {
    server.playground.issued().iter().filter(|token| token.is_live).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_disconnected_from_a_service_that_leaked() {
    let server = start().await;
    for person in ["ada", "grace", "edsger"] {
        connect(&server, person).await;
    }
    server.viewer("ada").connect_open().await;
    assert_eq!(live(&server), 6);
    let drill = ["accounts", "revoke", "--service", NOTES, "--per-second", "2"];
    let done = server.run(&drill).await;
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("3 accounts were disconnected, 0 are left."), "{}", said(&done));
    assert_eq!(live(&server), 0);
    assert_eq!(server.database.count("accounts").await, 1, "another service's stay");
    // Whoever does it again has nothing left to do.
    let again = server.run(&drill).await;
    assert!(said(&again).contains("0 accounts were disconnected"), "{}", said(&again));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_on_is_listed_and_tried_again() {
    let server = start().await;
    let ada = connect(&server, "ada").await;
    let accounts = ada.query("{ viewer { accounts { id } } }", Value::Null).await;
    let account = accounts["viewer"]["accounts"][0]["id"].as_str().unwrap();
    let none = server.run(&["revocations", "list"]).await;
    assert!(said(&none).contains("No token was given up on."), "{}", said(&none));
    for _ in 0..4 {
        let down = Answer::Say(503, "text/plain", "later".to_owned());
        server.playground.answer_next(Endpoint::Revoke, down);
    }
    ada.disconnect(account).await;
    eventually("two tokens that were refused", async || {
        let tried = "revocations WHERE state = 'PENDING' AND next_attempt_at > now()";
        (server.database.count(tried).await == 2).then_some(())
    })
    .await;
    let database = server.database.connect().await;
    let three_days = "UPDATE revocations SET created_at = created_at - interval '73 hours',
        next_attempt_at = now()";
    database.batch_execute(three_days).await.unwrap();
    let dead = eventually("two tokens that were given up on", async || {
        let dead = server.run(&["revocations", "list", "--service", NOTES]).await;
        (said(&dead).lines().filter(|line| line.contains("tried")).count() == 2).then_some(dead)
    })
    .await;
    assert!(said(&dead).contains("NOTES  refresh token"), "{}", said(&dead));
    let retried = server.run(&["revocations", "retry"]).await;
    assert!(said(&retried).contains("2 tokens will be tried again."), "{}", said(&retried));
    eventually("tokens that are dead", async || (live(&server) == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_can_be_tried_before_anybody_connects() {
    let found = "[services.FOUND]\nname = \"Found\"\nmcp_url = \"{playground}/mcp\"\n\
        connect = \"oauth\"\n";
    let program = env!("CARGO_BIN_EXE_attache");
    let server = ServerProcess::start_many(program, 0, Options::default(), found).await;
    let tried = server.run(&["services", "try", "FOUND"]).await;
    assert!(tried.status.success(), "{}", said(&tried));
    let issuer = server.playground.origin();
    for what in [
        format!("{issuer}/mcp answered 401"),
        format!("token endpoint           {issuer}/token"),
        format!("registers itself at {issuer}/register"),
    ] {
        assert!(said(&tried).contains(&what), "{what} in {}", said(&tried));
    }
    assert_eq!(server.playground.requests(Endpoint::Register).len(), 0, "nothing is left behind");
    let listed = server.run(&["services", "list"]).await;
    assert!(said(&listed).contains("FOUND"), "{}", said(&listed));
    assert!(said(&listed).contains("  github\n"), "{}", said(&listed));
    let shown = server.run(&["services", "show", NOTES]).await;
    assert!(said(&shown).contains("[services.NOTES.oauth]"), "{}", said(&shown));
    let shown = server.run(&["services", "show", "github"]).await;
    assert!(said(&shown).contains("api.githubcopilot.com"), "{}", said(&shown));
}

async fn rows(server: &attache_support::Database) -> i64 {
    let (house, mut rows) = (Viewer::house().id.uuid(), 0);
    for table in
        ["viewers", "accounts", "credentials", "connect_attempts", "tools", "invocations", "events"]
    {
        let column = if table == "viewers" { "id" } else { "user_id" };
        rows += server.count(&format!("{table} WHERE {column} <> '{house}'")).await;
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_be_erased_by_an_operator() {
    let server = start().await;
    let ada = connect(&server, "ada").await;
    let tool = ada.tool("whoami").await;
    ada.invoke(&tool, json!({})).await;
    server.playground.answer_next(Endpoint::Revoke, Answer::Break);
    let erase = ["viewers", "erase", "--subject", "ada", "--tenant", "house"];
    let done = server.run(&erase).await;
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("Everything was erased."), "{}", said(&done));
    assert_eq!(rows(&server.database).await, 0);
    assert_eq!(server.database.count("erasures").await, 1);
    // What was not revoked yet is revoked by the servers, in nobody's name.
    eventually("tokens that are dead", async || (live(&server) == 0).then_some(())).await;
    let again = server.run(&erase).await;
    assert!(said(&again).contains("There was nothing to erase."), "{}", said(&again));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_erase_everything_and_begin_anew() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.connect_notes(&app, "ada").await;
    ada.connect_keyed(&app, "ada").await;
    let mut watch = ada.watch_from_now().await;
    let query = "mutation ($input: EraseViewerInput!) { eraseViewer(input: $input) {
        isErased cursor problems { code path } } }";
    let asked = json!({ "input": { "isConfirmed": false } });
    let asked = ada.query(query, asked).await["eraseViewer"].clone();
    assert_eq!(asked["problems"][0]["code"], "INVALID_INPUT");
    assert_eq!(asked["isErased"], Value::Null);
    let confirmed = json!({ "input": { "isConfirmed": true } });
    let erased = ada.query(query, confirmed.clone()).await["eraseViewer"].clone();
    assert_eq!((&erased["isErased"], &erased["problems"]), (&json!(true), &json!([])));
    watch.until_type("SnapshotRequired").await;
    assert_eq!(rows(&app.database).await, 0);
    eventually("tokens that are dead", async || {
        app.playground.issued().iter().all(|token| !token.is_live).then_some(())
    })
    .await;
    // Nothing to erase is no mistake, and whoever comes back begins anew.
    assert_eq!(ada.query(query, confirmed).await["eraseViewer"]["isErased"], true);
    ada.connect_notes(&app, "ada").await;
    let mut late = ada.watch(erased["cursor"].as_str().unwrap()).await;
    late.until_type("SnapshotRequired").await;
}
