//! Attacks on the way back from consent. Each is refused with the same plain answer, costs
//! whoever is attacked nothing, and leaves a line for the operator.

use std::collections::BTreeSet;

use attache_playground::{Endpoint, Options, Playground};
use attache_support::{Client, FRONTEND, NOTES, Setup, TestApp, report};
use serde_json::{Value, json};
use url::Url;

/// A server that does not name itself in callbacks.
const SILENT: &str = r#"
[services.SILENT]
name = "Silent"
mcp_url = "{playground}/mcp"
connect = "oauth"
[services.SILENT.oauth]
issuer = "{playground}"
authorization_url = "{playground}/authorize"
token_url = "{playground}/token"
"#;

async fn start(more: &str) -> TestApp {
    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let variables = vec![
        variable("ATTACHE_SILENT_CLIENT_ID", "silent-client"),
        variable("ATTACHE_SILENT_CLIENT_SECRET", "planted-silent-secret"),
    ];
    Setup { toml: format!("{SILENT}{more}"), variables, ..Setup::default() }.start().await
}

/// Begins at a service, and returns where the person is sent.
async fn begin(client: &Client, code: &str) -> String {
    let begun = client.begin_with(json!({ "target": { "serviceCode": code } })).await;
    let url = begun["attempt"]["authorizationUrl"].as_str();
    url.unwrap_or_else(|| panic!("{begun}")).to_owned()
}

fn edited(url: &str, edit: impl FnOnce(&mut Url)) -> String {
    let mut url = Url::parse(url).unwrap();
    edit(&mut url);
    url.into()
}

/// The URL with this parameter replaced, or left out.
fn with(url: &str, name: &str, value: Option<&str>) -> String {
    edited(url, |url| {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let pairs = pairs.into_iter().filter(|(key, _)| key != name);
        let value = value.map(|value| (name.to_owned(), value.to_owned()));
        url.query_pairs_mut().clear().extend_pairs(pairs.chain(value));
    })
}

/// The URL with one more parameter.
fn and(url: &str, name: &str, value: &str) -> String {
    edited(url, |url| {
        url.query_pairs_mut().append_pair(name, value);
    })
}

fn param(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// How often the log says why a callback of this viewer was refused.
fn lines(app: &TestApp, viewer: &str, reason: &str) -> usize {
    let log = app.log();
    let lines = log.lines().filter(|line| line.contains("attache::audit"));
    lines.filter(|line| line.contains(viewer) && line.contains(reason)).count()
}

async fn id(client: &Client) -> String {
    let viewer = client.query("{ viewer { id } }", Value::Null).await;
    viewer["viewer"]["id"].as_str().unwrap().to_owned()
}

/// Refused, without a word about why.
fn assert_plain(refused: &Value, what: &str) {
    let message = "This sign-in could not be matched to a connection you started. Start again.";
    assert_eq!(refused["problems"][0]["code"], "AUTHORIZATION_MISMATCH", "{what}: {refused}");
    assert_eq!(refused["problems"][0]["message"], message, "{what}");
    assert_eq!((&refused["attempt"], &refused["account"]), (&Value::Null, &Value::Null), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_forged_callback_gets_the_same_answer_and_leaves_a_line() {
    let app = start("").await;
    let (ada, mallory) = (app.viewer("ada"), app.viewer("mallory"));
    let viewer = id(&ada).await;
    let callback = app.playground.consent(&begin(&ada, NOTES).await, "ada").unwrap();
    let other = app.playground.consent(&begin(&ada, "SILENT").await, "ada").unwrap();
    let hers = app.playground.consent(&begin(&mallory, NOTES).await, "mallory").unwrap();
    let origin = app.playground.origin().to_owned();
    let (unread, twice) = ("cannot be read", "repeats a parameter");
    let (unknown, place, issuer) = ("state is unknown", "wrong place", "wrong issuer");
    let mut attacks = vec![
        (with(&callback, "state", Some("guessed")), unknown),
        (with(&callback, "state", param(&other, "state").as_deref()), place),
        (with(&callback, "state", None), unread),
        (with(&callback, "state", Some("")), unread),
        (with(&callback, "code", None), unread),
        (with(&callback, "code", Some("")), unread),
        (with(&callback, "code", Some("a\nb")), unread),
        (with(&callback, "code", Some(&"c".repeat(5_000))), unread),
        (and(&callback, "error", "access_denied"), unread),
        (and(&callback, "code", "another"), twice),
        (and(&callback, "state", "another"), twice),
        (and(&callback, "iss", &origin), twice),
        (format!("{callback}#code=another"), unread),
        (format!("{callback}&x={}", "x".repeat(9_000)), unread),
        (edited(&callback, |url| url.set_path("/oauth/callback/notes-000000000000")), place),
        (edited(&callback, |url| url.set_path(Url::parse(&other).unwrap().path())), place),
        (edited(&callback, |url| url.set_host(Some("attache.test.evil.test")).unwrap()), place),
        (edited(&callback, |url| url.set_scheme("http").unwrap()), place),
        // Mallory consented herself, and makes Ada finish: the account would be Mallory's.
        (hers.clone(), unknown),
    ];
    for wrong in ["https://evil.test".to_owned(), format!("{origin}/"), origin.to_uppercase()] {
        attacks.push((with(&callback, "iss", Some(&wrong)), issuer));
    }
    attacks.push((with(&callback, "iss", None), issuer));
    for (attack, reason) in &attacks {
        let before = lines(&app, &viewer, reason);
        assert_plain(&ada.complete(attack).await, attack);
        assert_eq!(lines(&app, &viewer, reason), before + 1, "{attack}");
    }
    assert!(app.playground.requests(Endpoint::Token).is_empty());
    assert_eq!(app.database.count("accounts").await, 0);
    // Nothing of it burnt what was attacked.
    assert_eq!(ada.complete(&callback).await["attempt"]["state"], "SUCCEEDED");
    report(&format!("{} forged callbacks: all refused, none cost anything", attacks.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_rows_of_the_issuer_table_hold() {
    let app = start("").await;
    let origin = app.playground.origin().to_owned();
    let mut row = 0;
    for (service, announced) in [(NOTES, true), ("SILENT", false)] {
        for (issuer, is_right) in
            [(Some(origin.as_str()), true), (Some("https://evil.test"), false), (None, !announced)]
        {
            for consents in [true, false] {
                row += 1;
                let ada = app.viewer(&format!("ada-{row}"));
                let url = begin(&ada, service).await;
                let callback = if consents {
                    app.playground.consent(&url, "ada").unwrap()
                } else {
                    app.playground.decline(&url).unwrap()
                };
                let told = ada.complete(&with(&callback, "iss", issuer)).await;
                let what = format!("{service} {issuer:?} {consents}");
                if !is_right {
                    assert_plain(&told, &what);
                    continue;
                }
                let state = if consents { "SUCCEEDED" } else { "DENIED" };
                assert_eq!(told["attempt"]["state"], state, "{what}: {told}");
            }
        }
    }
    report(&format!("{row} rows of the issuer table"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_server_cannot_have_an_honest_ones_code_brought_to_it() {
    let evil = Playground::start(Options::default()).await.unwrap();
    let hostile = SILENT.replace("SILENT", "EVIL").replace("{playground}", evil.origin());
    let found = format!(
        "[services.TRAP]\nname = \"Trap\"\nmcp_url = \"{}\"\nconnect = \"oauth\"\n",
        evil.mcp_url()
    );
    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let variables = vec![variable("ATTACHE_EVIL_CLIENT_ID", "evil-client")];
    let toml = format!("{hostile}client_auth = \"none\"\n{found}");
    let app = Setup { toml, variables, ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    let honest = begin(&ada, NOTES).await;
    for service in ["EVIL", "TRAP"] {
        let trap = begin(&ada, service).await;
        // The hostile server sends the browser on to the honest one, as the client that this
        // server is there, with the state and the challenge of its own attempt.
        let mut lure = with(&honest, "state", param(&trap, "state").as_deref());
        lure = with(&lure, "code_challenge", param(&trap, "code_challenge").as_deref());
        let mine = with(&lure, "redirect_uri", param(&trap, "redirect_uri").as_deref());
        assert!(app.playground.consent(&mine, "ada").is_err(), "{service}: not where it may");
        let callback = app.playground.consent(&lure, "ada").unwrap();
        assert_plain(&ada.complete(&callback).await, service);
        assert!(evil.requests(Endpoint::Token).is_empty(), "{service} gets no code");
        // Not even when it rewrites where the browser came back to: the honest server names
        // itself, and the hostile one is somebody else.
        let place = Url::parse(&param(&trap, "redirect_uri").unwrap()).unwrap();
        let moved = edited(&callback, |url| url.set_path(place.path()));
        assert_plain(&ada.complete(&moved).await, service);
        assert!(evil.requests(Endpoint::Token).is_empty(), "{service} gets no code");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_place_to_return_to_is_open() {
    let app = start("").await;
    let ada = app.viewer("ada");
    let hosts = ["evil.test", "evil.test/connections", "evil.test#chat", "app.test.evil.test"];
    let mut payloads = BTreeSet::new();
    for host in hosts {
        for scheme in ["https://", "http://", "//", "///", "\\\\", "/\\", "https:", "https:///"] {
            for before in ["", " ", "\t", "%0a", "\u{202e}", "default", "https://app.test@"] {
                payloads.insert(format!("{before}{scheme}{host}"));
            }
        }
    }
    for odd in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", "DEFAULT"] {
        payloads.insert(odd.to_owned());
    }
    for payload in &payloads {
        let begun = ada
            .begin_with(json!({ "target": { "serviceCode": NOTES }, "returnTo": payload }))
            .await;
        assert_eq!(begun["problems"][0]["code"], "INVALID_INPUT", "{payload}");
        assert_eq!(begun["attempt"], Value::Null, "{payload}");
    }
    assert!(payloads.len() >= 200);
    report(&format!("{} places to return to: all refused", payloads.len()));
    // What comes in a callback moves nobody either.
    let callback = app.playground.consent(&begin(&ada, NOTES).await, "ada").unwrap();
    let callback = Url::parse(&and(&callback, "returnTo", "https://evil.test")).unwrap();
    let browser = app.anonymous();
    let path = format!("{}?{}", callback.path(), callback.query().unwrap());
    let landed = browser.send(browser.request(http::Method::GET, &path)).await;
    let location = landed.headers["location"].to_str().unwrap();
    assert!(location.starts_with(&format!("{FRONTEND}/connections?")), "{location}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_says_about_a_refusal_is_shown_to_nobody() {
    let app = start("").await;
    let marker = "planted-in-a-description";
    app.plant(marker);
    for (number, dressed) in [
        format!("<script>{marker}</script>"),
        format!("\u{1b}[31m{marker}\u{1b}[0m"),
        format!("{marker}\r\nlevel=ERROR forged"),
        marker.repeat(100),
    ]
    .into_iter()
    .enumerate()
    {
        let ada = app.viewer(&format!("ada-{number}"));
        let denied = app.playground.decline(&begin(&ada, NOTES).await).unwrap();
        let denied = and(&denied, "error_description", &dressed);
        let told = ada.complete(&and(&denied, "error_uri", &dressed)).await;
        assert_eq!(told["attempt"]["state"], "DENIED", "{told}");
        assert_eq!(told["attempt"]["problem"]["message"], "Access to Notes was not granted.");
    }
    // A megabyte of it is no callback at all. The rest is looked at when the app is dropped:
    // the marker is in no log and no answer.
    let ada = app.viewer("ada");
    let denied = app.playground.decline(&begin(&ada, NOTES).await).unwrap();
    let huge = and(&denied, "error_description", &"x".repeat(100_000));
    assert_plain(&ada.complete(&huge).await, "a huge description");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_consent_at_something_that_is_no_web_page() {
    let found = "[services.FOUND]\nname = \"Found\"\nmcp_url = \"{playground}/mcp\"\n\
        connect = \"oauth\"\n";
    let app = start(found).await;
    let ada = app.viewer("ada");
    for place in [
        "javascript:alert(1)",
        "JavaScript://app.test/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://app.test/authorize",
        "intent://app.test#Intent;end",
        "http://app.test/authorize",
        "//app.test/authorize",
        "/authorize",
        "https://user:password@app.test/authorize",
    ] {
        let edit = json!({ "authorization_endpoint": place });
        app.playground.edit(attache_playground::Document::Server, edit);
        let begun = ada.begin_with(json!({ "target": { "serviceCode": "FOUND" } })).await;
        assert_eq!(begun["attempt"], Value::Null, "{place}");
        assert_eq!(begun["problems"][0]["code"], "SERVICE_REFUSED", "{place}: {begun}");
    }
    assert_eq!(app.database.count("connect_attempts").await, 0);
}
