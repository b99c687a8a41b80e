//! Answers of providers that are no answers. Each gives a typed problem, costs no account and no
//! token, and needs no more memory than an answer may.

use std::time::Duration;

use attache_domain::Clock;
use attache_playground::{Answer, Endpoint, Policy, TokenKind, ToolSet};
use attache_support::{Client, Setup, TestApp, eventually_within, report};
use chrono::TimeDelta;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(1);

/// How much of an endless answer may be taken off the socket: what is read, and what the kernel
/// and the HTTP library hold meanwhile.
const MAX_TAKEN: usize = 8 * 1024 * 1024;

fn says(status: u16, body: &str) -> Answer {
    Answer::Say(status, "application/json", body.to_owned())
}

/// Answers that hold nothing of use.
fn junk() -> Vec<(&'static str, Answer)> {
    const GZIP: &[(&str, &str)] =
        &[("content-type", "application/json"), ("content-encoding", "gzip")];
    const METADATA: &[(&str, &str)] = &[("location", "http://169.254.169.254/latest/meta-data")];
    const TOMORROW: &[(&str, &str)] = &[("retry-after", "86400")];
    vec![
        ("a page", Answer::Say(200, "text/html", "<h1>Welcome</h1>".to_owned())),
        ("an error that is no error", says(200, r#"{"ok":false,"error":"ratelimited"}"#)),
        ("nothing", says(200, "")),
        ("half of it", says(200, r#"{"access_token":"cut"#)),
        ("a list", says(200, "[]")),
        ("no token", says(200, r#"{"token_type":"bearer"}"#)),
        ("an empty token", says(200, r#"{"access_token":"","token_type":"bearer"}"#)),
        ("a number for a token", says(200, r#"{"access_token":7,"token_type":"bearer"}"#)),
        ("a token of two lines", says(200, r#"{"access_token":"a\nb","token_type":"bearer"}"#)),
        ("another type", says(200, r#"{"access_token":"a","token_type":"mac"}"#)),
        ("nested where nobody expects it", says(200, r#"{"authed_user":{"access_token":"a"}}"#)),
        ("compressed", Answer::Send(200, GZIP, vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])),
        ("a way to somewhere else", Answer::Send(302, METADATA, Vec::new())),
        ("a way to somewhere else, again", Answer::Send(307, METADATA, Vec::new())),
        ("too large", says(200, &format!("{{\"x\":\"{}\"}}", "x".repeat(300_000)))),
        ("deeply nested", says(200, &"[".repeat(50_000))),
        ("not text", Answer::Send(200, &[], vec![0xff; 100])),
        ("too many requests", Answer::Send(429, TOMORROW, Vec::new())),
        ("down", says(503, "later")),
        ("broken", Answer::Break),
        ("endless", Answer::Endless),
        ("dripping", Answer::Drip),
    ]
}

async fn account(client: &Client, id: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Account { state problem { code } } } }";
    client.query(query, json!({ "id": id })).await["node"].clone()
}

fn end_access(app: &TestApp) {
    for token in app.playground.issued() {
        if token.kind == TokenKind::Access {
            app.playground.revoke(&token.token);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_to_a_code_is_more_than_a_typed_problem() {
    let app = TestApp::start().await;
    let codes = ["SERVICE_REFUSED", "SERVICE_UNAVAILABLE"];
    let all = junk();
    let count = all.len();
    for (number, (what, answer)) in all.into_iter().enumerate() {
        let ada = app.viewer(&format!("ada-{number}"));
        let begun = ada.begin().await;
        let callback = app.playground.consent(&begun.url, "ada").unwrap();
        app.playground.answer_next(Endpoint::Token, answer);
        let told = ada.complete(&callback).await;
        assert_eq!(told["attempt"]["state"], "FAILED", "{what}: {told}");
        let code = told["attempt"]["problem"]["code"].as_str().unwrap();
        assert!(codes.contains(&code), "{what}: {code}");
    }
    assert_eq!(app.database.count("accounts").await, 0);
    assert_eq!(app.database.count("attempt_exchanges").await, 0, "nothing is left of any");
    let taken = app.playground.streamed();
    assert!(taken < MAX_TAKEN, "{taken} bytes were taken");
    report(&format!(
        "{count} answers to a code: {count} typed problems, {taken} bytes of endless ones"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_words_about_a_token_do_not_cost_it() {
    let app = TestApp::start().await;
    for (number, odd) in [
        r#""expires_in":-1"#,
        r#""expires_in":0"#,
        r#""scope":"notes:read \u0000 a\u0000b""#,
        r#""expires_in":"3600""#,
        r#""expires_in":1e99"#,
        r#""expires_in":null"#,
        r#""expires_in":{}"#,
        r#""refresh_token":null"#,
        r#""scope":null"#,
        r#""token_type":"BEARER""#,
        r#""scope":"notes:read","scope":"notes:read""#,
    ]
    .into_iter()
    .enumerate()
    {
        let ada = app.viewer(&format!("ada-{number}"));
        let begun = ada.begin().await;
        let callback = app.playground.consent(&begun.url, "ada").unwrap();
        let token = app.playground.issue_access(&format!("ada-{number}"), "notes:read");
        let body = format!(r#"{{"access_token":"{token}",{odd}}}"#);
        app.playground.answer_next(Endpoint::Token, says(200, &body));
        let told = ada.complete(&callback).await;
        // Used, or given back: nothing in between.
        if told["attempt"]["state"] == "FAILED" {
            eventually_within(PATIENCE, "a token that is given back", async || {
                let issued = app.playground.issued();
                let is_dead = issued.iter().any(|it| it.token == token && !it.is_live);
                is_dead.then_some(())
            })
            .await;
            continue;
        }
        assert_eq!(told["attempt"]["state"], "SUCCEEDED", "{odd}: {told}");
        ada.until_catalog(told["account"]["id"].as_str().unwrap(), "READY").await;
        let tool = ada.tool("whoami").await;
        assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED", "{odd}");
    }
}

/// What Postgres takes in no text.
#[tokio::test(flavor = "multi_thread")]
async fn a_nul_in_what_a_service_says_holds_nothing_up() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    app.playground.answer_next(Endpoint::Userinfo, says(200, r#"{"sub":"a\u0000b"}"#));
    assert_eq!(ada.complete(&callback).await["attempt"]["state"], "FAILED");
    eventually_within(PATIENCE, "tokens that are given back", async || {
        app.playground.issued().iter().all(|token| !token.is_live).then_some(())
    })
    .await;
    let mut tools = ToolSet::everything().definitions();
    let count = tools.len();
    tools[0]["name"] = "a\0b".into();
    tools[1]["description"] = "before\0after".into();
    app.playground.offer(ToolSet::of(tools));
    let account = ada.connect_notes(&app, "ada").await;
    let catalog = ada.until_catalog(&account, "READY").await["catalog"].clone();
    assert_eq!(catalog["toolCount"], count - 1, "one has no name that can be said");
    let erased = "mutation { eraseViewer(input: { isConfirmed: true }) { isErased } }";
    assert_eq!(ada.query(erased, Value::Null).await["eraseViewer"]["isErased"], true);
}

/// Anybody may run a server that a viewer adds.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_live_no_time_are_not_renewed_all_the_time() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let policy = Policy { lifetime: Duration::from_secs(1), ..Policy::default() };
    app.playground.set_policy(policy);
    ada.connect_notes(&app, "ada").await;
    let overdue = "refreshes WHERE due_at < clock_timestamp() + interval '20 seconds'";
    assert_eq!(app.database.count(overdue).await, 0);
    assert_eq!(app.database.count("refreshes WHERE due_at IS NOT NULL").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_to_a_renewal_costs_an_account() {
    let clock = Clock::manual(Clock::system().now(), 27);
    let app = Setup { clock, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let id = ada.connect_notes(&app, "ada").await;
    let tool = ada.tool("whoami").await;
    let all = junk();
    let count = all.len();
    for (what, answer) in all {
        end_access(&app);
        app.playground.answer_next(Endpoint::Token, answer);
        let ada = app.viewer("ada");
        ada.invoke(&tool, json!({})).await;
        assert_eq!(account(&ada, &id).await["state"], "CONNECTED", "{what}");
        // A day and more: some ask for that long.
        app.clock.advance(TimeDelta::hours(25));
        let ada = app.viewer("ada");
        eventually_within(PATIENCE, &format!("tokens after {what}"), async || {
            (ada.invoke(&tool, json!({})).await["state"] == "SUCCEEDED").then_some(())
        })
        .await;
    }
    assert_eq!(app.playground.counts().reuses, 0, "no token was used twice");
    let taken = app.playground.streamed();
    assert!(taken < MAX_TAKEN, "{taken} bytes were taken");
    report(&format!("{count} answers to a renewal: 0 accounts and 0 tokens lost"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_service_says_to_a_revocation_it_ends_within_three_days() {
    let mut ends = Vec::new();
    for (what, answer, end) in [
        ("done", None, "DONE"),
        ("no such token", Some(says(404, "")), "DEAD"),
        ("a bad request", Some(says(400, r#"{"error":"invalid_request"}"#)), "DEAD"),
        (
            "not of this type",
            Some(says(400, r#"{"error":"unsupported_token_type"}"#)),
            "UNSUPPORTED",
        ),
        ("down", Some(says(503, "later")), "DEAD"),
        ("broken", Some(Answer::Break), "DEAD"),
    ] {
        let clock = Clock::manual(Clock::system().now(), 28);
        let mut app = Setup { clock, ..Setup::default() }.start().await;
        let ada = app.viewer("ada");
        let account = ada.connect_notes(&app, "ada").await;
        app.playground.answer_always(Endpoint::Revoke, answer);
        ada.disconnect(&account).await;
        let open = "revocations WHERE state = 'PENDING'";
        eventually_within(PATIENCE, &format!("the end of a revocation: {what}"), async || {
            if app.database.count(open).await == 0 {
                return Some(());
            }
            app.clock.advance(TimeDelta::hours(20));
            None
        })
        .await;
        let asked = app.playground.requests(Endpoint::Revoke).len();
        let other = app.database.count(&format!("revocations WHERE state <> '{end}'")).await;
        assert_eq!(other, 0, "{what}");
        // Only what an operator may still want to try is kept.
        let kept = app.database.count("revocations WHERE sealed_token IS NOT NULL").await;
        assert_eq!(kept > 0, end == "DEAD", "{what}");
        app.stop().await;
        ends.push(format!("{what}: {end} after {asked} requests"));
    }
    report(&ends.join("; "));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_of_a_wrong_client_secret_ends_no_account() {
    let clock = Clock::manual(Clock::system().now(), 29);
    let app = Setup { clock, ..Setup::default() }.start().await;
    let mut accounts = Vec::new();
    for number in 0..5 {
        let person = format!("person-{number}");
        accounts.push((person.clone(), app.viewer(&person).connect_notes(&app, &person).await));
    }
    let before = app.playground.requests(Endpoint::Token).len();
    let wrong = says(401, r#"{"error":"invalid_client"}"#);
    app.playground.answer_always(Endpoint::Token, Some(wrong));
    end_access(&app);
    for minute in 0..60 {
        let (person, _) = &accounts[minute % accounts.len()];
        let client = app.viewer(person);
        let tool = client.tool("whoami").await;
        let told = client.invoke(&tool, json!({})).await;
        assert_eq!(told["problem"]["code"], "SERVICE_UNAVAILABLE", "{told}");
        app.clock.advance(TimeDelta::minutes(1));
    }
    let asked = app.playground.requests(Endpoint::Token).len() - before;
    for (person, id) in &accounts {
        assert_eq!(account(&app.viewer(person), id).await["state"], "CONNECTED", "{person}");
    }
    app.playground.answer_always(Endpoint::Token, None);
    app.clock.advance(TimeDelta::hours(1));
    for (person, _) in &accounts {
        let client = app.viewer(person);
        let tool = client.tool("whoami").await;
        eventually_within(PATIENCE, "an account that works again", async || {
            (client.invoke(&tool, json!({})).await["state"] == "SUCCEEDED").then_some(())
        })
        .await;
    }
    report(&format!("an hour of invalid_client: 5 accounts, 60 calls, {asked} requests, 0 ended"));
    assert!(
        asked <= 20,
        "a service that does not take us is left alone, and was asked {asked} times"
    );
}
