//! Connecting an account through an authorization server.

use attache_domain::Clock;
use attache_playground::{Answer, Endpoint, TokenKind};
use attache_support::{Client, FRONTEND, KEYED, NOTES, Reply, Setup, TestApp, eventually};
use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use url::Url;

async fn attempt(client: &Client, id: &str) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on ConnectAttempt {
        state authorizationUrl account { id } problem { code message } } } }";
    client.query(query, json!({ "id": id })).await["node"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_becomes_an_account_with_its_tools() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let mut watch = ada.watch_from_now().await;
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    let completed = ada.complete(&callback).await;
    assert_eq!(completed["problems"], json!([]));
    assert_eq!(completed["attempt"]["state"], "SUCCEEDED");
    assert_eq!(completed["account"]["label"], "ada@playground.example");
    assert_eq!(completed["account"]["grantedScopes"], json!(["notes:read"]));

    let catalog = watch.until("tools", |event| event["catalog"]["state"] == "READY").await;
    assert!(catalog["upsertedTools"].as_array().unwrap().len() > 5);
    let kinds: Vec<String> = watch
        .seen()
        .iter()
        .map(|event| {
            let state = event["attempt"]["state"].as_str().unwrap_or_default();
            format!("{} {state}", event["__typename"].as_str().unwrap_or_default())
        })
        .collect();
    let place = |kind: &str| kinds.iter().position(|it| it == kind);
    let order = [
        "ConnectAttemptUpdated PENDING",
        "ConnectAttemptUpdated EXCHANGING",
        "AccountUpdated ",
        "CatalogUpdated ",
        "ConnectAttemptUpdated SUCCEEDED",
    ]
    .map(place);
    // A follower that is slow may find a later state at once, but never an earlier one
    // after it.
    let seen: Vec<usize> = order.into_iter().flatten().collect();
    assert!(order[2].is_some() && order[4].is_some(), "{kinds:?}");
    assert!(seen.is_sorted(), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorization_url_asks_for_exactly_what_it_should() {
    let app = TestApp::start().await;
    let begun = app.viewer("ada").begin().await;
    let url = Url::parse(&begun.url).unwrap();
    let random = ["state", "code_challenge"];
    let mut pairs: Vec<String> = url
        .query_pairs()
        .map(|(name, value)| {
            let is_random = random.contains(&name.as_ref()) && value.len() == 43;
            format!("{name} = {}", if is_random { "[43 random characters]" } else { &value })
        })
        .collect();
    pairs.insert(0, url.path().to_owned());
    let shape = pairs.join("\n").replace(app.playground.origin(), "[playground]");
    // The context in the redirect URI depends on the issuer, which has a port.
    let shape = without_context(&shape);
    insta::assert_snapshot!(shape, @r"
    /authorize
    response_type = code
    client_id = attache-test
    state = [43 random characters]
    code_challenge = [43 random characters]
    code_challenge_method = S256
    redirect_uri = https://attache.test/oauth/callback/notes-[context]
    scope = notes:read
    resource = [playground]/mcp
    ");
}

/// Replaces what follows `notes-` in a callback path.
fn without_context(text: &str) -> String {
    let (before, after) = text.split_once("/callback/notes-").unwrap();
    let (_, after) = after.split_at(12);
    format!("{before}/callback/notes-[context]{after}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_comes_twice_is_exchanged_once() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    let (one, other) = join(ada.complete(&callback), ada.complete(&callback)).await;
    let states = [&one, &other].map(|it| it["attempt"]["state"].as_str().unwrap().to_owned());
    assert!(states.contains(&"SUCCEEDED".to_owned()), "{states:?}");
    let third = ada.complete(&callback).await;
    assert_eq!(third["attempt"]["state"], "SUCCEEDED");
    assert_eq!(third["account"]["label"], "ada@playground.example");
    assert_eq!(app.playground.requests(Endpoint::Token).len(), 1);
    assert_eq!(app.database.count("accounts").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_worth_nothing_to_anybody_else() {
    let app = TestApp::start().await;
    let (ada, mallory) = (app.viewer("ada"), app.viewer("mallory"));
    // Mallory begins, consents with her own account, and makes Ada open the callback.
    let begun = mallory.begin().await;
    let callback = app.playground.consent(&begun.url, "mallory").unwrap();
    let refused = ada.complete(&callback).await;
    assert_eq!(refused["problems"][0]["code"], "AUTHORIZATION_MISMATCH");
    assert_eq!((&refused["attempt"], &refused["account"]), (&Value::Null, &Value::Null));
    assert_eq!(app.database.count("accounts").await, 0);
    assert!(app.playground.requests(Endpoint::Token).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_was_tampered_with_burns_nothing() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    let edited = |edit: &dyn Fn(&mut Url)| {
        let mut url = Url::parse(&callback).unwrap();
        edit(&mut url);
        url.to_string()
    };
    let with = |name: &str, value: Option<&str>| {
        edited(&|url| {
            let kept: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(key, _)| key != name)
                .map(|(key, value)| (key.into_owned(), value.into_owned()))
                .collect();
            url.query_pairs_mut().clear().extend_pairs(kept);
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        })
    };
    for forged in [
        with("iss", None),
        with("iss", Some("https://evil.test")),
        with("state", None),
        with("state", Some("AAAA")),
        with("code", None),
        format!("{callback}&code=another"),
        format!("{callback}&state=another"),
        edited(&|url| url.set_path("/oauth/callback/github-0123456789ab")),
        edited(&|url| url.set_host(Some("evil.test")).unwrap()),
        "https://attache.test/oauth/callback".to_owned(),
    ] {
        let refused = ada.complete(&forged).await;
        assert_eq!(refused["problems"][0]["code"], "AUTHORIZATION_MISMATCH", "{forged}");
        assert_eq!(attempt(&ada, &begun.id).await["state"], "PENDING", "{forged}");
    }
    assert_eq!(ada.complete(&callback).await["attempt"]["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declines_is_told_so_and_can_start_again() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.decline(&begun.url).unwrap();
    let declined = ada.complete(&callback).await;
    assert_eq!(declined["attempt"]["state"], "DENIED");
    assert_eq!(declined["attempt"]["problem"]["code"], "AUTHORIZATION_DENIED");
    ada.connect_notes(&app, "ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_lapses_after_ten_minutes() {
    let start = Clock::system().now();
    let app = Setup { clock: Clock::manual(start, 1), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    app.clock.advance(TimeDelta::minutes(11));
    let late = ada.complete(&callback).await;
    assert_eq!(late["attempt"]["state"], "ABANDONED");
    assert_eq!(late["attempt"]["problem"]["code"], "AUTHORIZATION_EXPIRED");
    assert!(app.playground.requests(Endpoint::Token).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_token_endpoint_says_the_attempt_ends_and_its_secrets_go() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let json = "application/json";
    for (answer, code) in [
        (Answer::Say(400, json, r#"{"error":"invalid_grant"}"#.into()), "SERVICE_REFUSED"),
        (Answer::Say(200, json, r#"{"error":"bad_verification_code"}"#.into()), "SERVICE_REFUSED"),
        (Answer::Say(500, "text/html", "<h1>Oops</h1>".into()), "SERVICE_UNAVAILABLE"),
        (Answer::Say(200, json, "{".into()), "SERVICE_REFUSED"),
        (Answer::Say(200, json, r#"{"token_type":"bearer"}"#.into()), "SERVICE_REFUSED"),
        (Answer::Break, "SERVICE_UNAVAILABLE"),
    ] {
        let begun = ada.begin().await;
        let callback = app.playground.consent(&begun.url, "ada").unwrap();
        app.playground.answer_next(Endpoint::Token, answer.clone());
        let failed = ada.complete(&callback).await;
        assert_eq!(failed["attempt"]["state"], "FAILED", "{answer:?}");
        assert_eq!(failed["attempt"]["problem"]["code"], code, "{answer:?}");
        assert_eq!(attempt(&ada, &begun.id).await["authorizationUrl"], Value::Null);
    }
    assert_eq!(app.database.count("accounts").await, 0);
    assert_eq!(app.database.count("attempt_exchanges").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_an_account_that_names_nobody_are_revoked() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    app.playground.answer_next(Endpoint::Userinfo, Answer::Say(500, "text/plain", "no".into()));
    let failed = ada.complete(&callback).await;
    assert_eq!(failed["attempt"]["state"], "FAILED");
    eventually("tokens that are revoked", async || {
        let issued = app.playground.issued();
        (!issued.is_empty() && issued.iter().all(|token| !token.is_live)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_lands_here_is_kept_until_the_person_comes_for_it() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let target = json!({ "serviceCode": NOTES });
    let begun = ada.begin_with(json!({ "target": target, "returnTo": "chat" })).await;
    let (id, url) = (&begun["attempt"]["id"], &begun["attempt"]["authorizationUrl"]);

    let callback = app.playground.consent(url.as_str().unwrap(), "ada").unwrap();
    let landed = land(&app, &callback).await;
    assert_eq!(landed.status, 303);
    assert_eq!(landed.headers["referrer-policy"], "no-referrer");
    let location = landed.headers["location"].to_str().unwrap();
    let place = format!("{FRONTEND}/chat?from=attache&attempt={}", id.as_str().unwrap());
    assert!(location.starts_with(&format!("{place}&ticket=")), "{location}");
    assert!(app.playground.requests(Endpoint::Token).is_empty(), "a redirect proves nobody");

    let ticket = ticket(&landed);
    for (client, ticket) in [(app.viewer("mallory"), ticket.as_str()), (ada.clone(), "another")] {
        let stolen = client.run("Complete", json!({ "ticket": ticket })).await;
        assert_eq!(stolen["problems"][0]["code"], "AUTHORIZATION_MISMATCH");
    }
    for _ in 0..2 {
        let completed = ada.run("Complete", json!({ "ticket": ticket })).await;
        assert_eq!(completed["attempt"]["state"], "SUCCEEDED");
    }
    assert_eq!(land(&app, &callback).await.status, 400, "it is over");
    assert_eq!(
        land(&app, "https://attache.test/oauth/callback/x?state=1&code=2").await.status,
        400
    );
}

/// Goes where the service sends a browser back to.
pub(crate) async fn land(app: &TestApp, callback: &str) -> Reply {
    let callback = Url::parse(callback).unwrap();
    let path = format!("{}?{}", callback.path(), callback.query().unwrap());
    let browser = app.anonymous();
    browser.send(browser.request(http::Method::GET, &path)).await
}

/// What the page that a person came back to finds in its URL.
pub(crate) fn ticket(landed: &Reply) -> String {
    let location = Url::parse(landed.headers["location"].to_str().unwrap()).unwrap();
    let ticket = location.query_pairs().find(|(name, _)| name == "ticket");
    ticket.unwrap().1.into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_made_to_consent_to_anothers_attempt_gives_nothing_away() {
    let app = TestApp::start().await;
    let (ada, mallory) = (app.viewer("ada"), app.viewer("mallory"));
    let begun = mallory.begin().await;
    // Ada follows the link that Mallory sent her, and agrees.
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    let landed = land(&app, &callback).await;
    // Mallory knows everything but what is in the URL of Ada's browser.
    let query = "query ($id: ID!) { node(id: $id) { ... on ConnectAttempt { state } } }";
    let attempt = mallory.query(query, json!({ "id": begun.id })).await;
    assert_eq!(attempt["node"]["state"], "PENDING");
    let tried = mallory.run("Complete", json!({ "ticket": begun.id })).await;
    assert_eq!(tried["problems"][0]["code"], "AUTHORIZATION_MISMATCH");
    // And Ada's page, which completes as Ada, is refused as well.
    let refused = ada.run("Complete", json!({ "ticket": ticket(&landed) })).await;
    assert_eq!(refused["problems"][0]["code"], "AUTHORIZATION_MISMATCH");
    assert!(app.playground.requests(Endpoint::Token).is_empty());
    assert_eq!(app.database.count("accounts").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_can_land_on_the_frontend() {
    let toml = format!("[callback]\nlanding = \"frontend\"\nurl = \"{FRONTEND}/connected\"");
    let app = Setup { toml, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    assert!(callback.starts_with(&format!("{FRONTEND}/connected/notes-")), "{callback}");
    assert_eq!(ada.complete(&callback).await["attempt"]["state"], "SUCCEEDED");
    let here = ada.send(ada.request(http::Method::GET, "/oauth/callback/x")).await;
    assert_eq!(here.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_makes_no_sense_is_refused_with_its_path() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let notes = json!({ "serviceCode": NOTES });
    for (input, code, path) in [
        (json!({ "target": { "serviceCode": "NOWHERE" } }), "NOT_FOUND", "serviceCode"),
        (json!({ "target": { "serviceCode": KEYED } }), "INVALID_INPUT", "target"),
        (json!({ "target": notes, "returnTo": "https://evil.test" }), "INVALID_INPUT", "returnTo"),
        (json!({ "target": notes, "scopes": ["notes:delete"] }), "INVALID_INPUT", "scopes"),
        (json!({ "target": notes, "idempotencyKey": "short" }), "INVALID_INPUT", "idempotencyKey"),
    ] {
        let refused = ada.begin_with(input.clone()).await;
        let problem = &refused["problems"][0];
        assert_eq!(problem["code"], code, "{input}");
        let ends = problem["path"].as_array().and_then(|path| path.last()).unwrap();
        assert_eq!(ends, path, "{input}");
        assert_eq!(refused["attempt"], Value::Null);
    }
    assert_eq!(app.database.count("connect_attempts").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_intent_begins_one_attempt() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let input = |scope: &str| {
        json!({ "target": { "serviceCode": NOTES }, "scopes": [scope],
            "idempotencyKey": "0123456789abcdef" })
    };
    let (one, other) =
        join(ada.begin_with(input("notes:read")), ada.begin_with(input("notes:read"))).await;
    assert_eq!(one["attempt"], other["attempt"]);
    assert_eq!(app.database.count("connect_attempts").await, 1);
    let reused = ada.begin_with(input("notes:write")).await;
    assert_eq!(reused["problems"][0]["code"], "IDEMPOTENCY_KEY_REUSED");
    let of_another = app.viewer("grace").begin_with(input("notes:write")).await;
    assert_eq!(of_another["problems"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_was_given_up_cannot_be_completed() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    for _ in 0..2 {
        let given_up = ada.run("GiveUp", json!({ "attemptId": begun.id })).await;
        assert_eq!(given_up["attempt"]["state"], "ABANDONED");
    }
    assert_eq!(ada.complete(&callback).await["attempt"]["state"], "ABANDONED");
    assert!(app.playground.requests(Endpoint::Token).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_attempts_can_be_pending() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    for _ in 0..3 {
        ada.begin().await;
    }
    let one_more = ada.begin_with(json!({ "target": { "serviceCode": NOTES } })).await;
    assert_eq!(one_more["problems"][0]["code"], "LIMIT_REACHED");
    app.viewer("grace").begin().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_account_again_is_the_same_account_with_new_tokens() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    assert_eq!(ada.connect_notes(&app, "ada").await, account);
    assert_ne!(ada.connect_notes(&app, "work").await, account);
    assert_eq!(app.database.count("credentials").await, 2);
    // The tokens from before may be dead by now; nothing uses them any more.
    let issued = app.playground.issued();
    let first = issued.iter().find(|it| it.kind == TokenKind::Access).unwrap();
    app.playground.revoke(&first.token);
    let tool = ada.tool("whoami").await;
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn reauthorizing_an_account_as_somebody_else_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    let begun = ada.begin_with(json!({ "target": { "accountId": account } })).await;
    let url = begun["attempt"]["authorizationUrl"].as_str().unwrap();
    let callback = app.playground.consent(url, "work").unwrap();
    let failed = ada.complete(&callback).await;
    assert_eq!(failed["attempt"]["problem"]["code"], "AUTHORIZATION_MISMATCH");
    let tool = ada.tool("whoami").await;
    let said = ada.invoke(&tool, json!({})).await;
    assert!(said["result"]["content"][0]["text"].as_str().unwrap().contains("ada"), "{said}");
    eventually("the other tokens to be revoked", async || {
        let others = app.playground.issued().into_iter().filter(|it| it.grant.person == "work");
        others.map(|token| token.is_live).all(|is_live| !is_live).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_scopes_can_be_asked_for_later() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let account = ada.connect_notes(&app, "ada").await;
    let input = json!({ "target": { "accountId": account }, "scopes": ["notes:write"] });
    let begun = ada.begin_with(input).await;
    let url = begun["attempt"]["authorizationUrl"].as_str().unwrap();
    let callback = app.playground.consent(url, "ada").unwrap();
    let completed = ada.complete(&callback).await;
    assert_eq!(completed["account"]["id"], account.as_str());
    assert_eq!(completed["account"]["grantedScopes"], json!(["notes:write", "notes:read"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_gives_up_costs_the_person_nothing() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    app.playground.answer_next(Endpoint::Token, Answer::HoldAnswer);
    let asked = eventually("a request for tokens", async || {
        (app.playground.requests(Endpoint::Token).len() == 1).then_some(())
    });
    // Whichever comes first: the page is gone as soon as the code is on its way.
    let completing = std::pin::pin!(ada.try_complete(&callback));
    futures_util::future::select(completing, std::pin::pin!(asked)).await;
    app.playground.release();
    eventually("an account all the same", async || {
        (attempt(&ada, &begun.id).await["state"] == "SUCCEEDED").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_in_an_answer_that_cannot_be_used_are_revoked() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    let odd =
        r#"{"access_token":"planted-access","refresh_token":"planted-refresh","token_type":"mac"}"#;
    app.plant("planted-access");
    app.plant("planted-refresh");
    app.playground.answer_next(Endpoint::Token, Answer::Say(200, "application/json", odd.into()));
    assert_eq!(ada.complete(&callback).await["attempt"]["state"], "FAILED");
    eventually("both of them at the revocation endpoint", async || {
        let asked = app.playground.requests(Endpoint::Revoke);
        let tokens: Vec<String> = asked.iter().filter_map(|it| it.field("token")).collect();
        let is_there = |token: &str| tokens.iter().any(|it| it == token);
        (is_there("planted-access") && is_there("planted-refresh")).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_taken_for_dead_does_not_undo_what_its_successor_did() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let begun = ada.begin().await;
    let callback = app.playground.consent(&begun.url, "ada").unwrap();
    app.playground.answer_next(Endpoint::Userinfo, Answer::HoldRequest);
    let (completed, ()) = join(ada.complete(&callback), async {
        eventually("tokens that were kept", async || {
            (app.playground.requests(Endpoint::Userinfo).len() == 1).then_some(())
        })
        .await;
        // As if this process were another one, which died.
        let forget = "UPDATE attempt_exchanges SET replica_id = gen_random_uuid()";
        assert_eq!(app.database.connect().await.execute(forget, &[]).await.unwrap(), 1);
        eventually("a successor that finished", async || {
            (attempt(&ada, &begun.id).await["state"] == "SUCCEEDED").then_some(())
        })
        .await;
        app.playground.release();
    })
    .await;
    assert_eq!(completed["attempt"]["state"], "SUCCEEDED");
    assert_eq!(app.database.count("revocations").await, 0);
    let account = completed["account"]["id"].as_str().unwrap();
    ada.until_catalog(account, "READY").await;
    let tool = ada.tool("whoami").await;
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
}
