//! From the URL of an MCP server to an account, with nothing else configured.

use attache_playground::{Answer, Client as OAuthClient, Document, Endpoint, Playground};
use attache_support::{Client, Setup, TestApp};
use serde_json::{Value, json};
use url::Url;

/// A service of which nothing is known but where it is.
const FOUND: &str = r#"
[services.FOUND]
name = "Found"
mcp_url = "{playground}/mcp"
connect = "oauth"
"#;

async fn start(more: &str) -> TestApp {
    Setup { toml: format!("{FOUND}{more}"), ..Setup::default() }.start().await
}

async fn begin(client: &Client) -> Value {
    client.begin_with(json!({ "target": { "serviceCode": "FOUND" } })).await
}

fn url(begun: &Value) -> Url {
    let url = begun["attempt"]["authorizationUrl"].as_str();
    url.unwrap_or_else(|| panic!("{begun}")).parse().unwrap()
}

fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Consents, comes back, and returns the account.
async fn connect(app: &TestApp, client: &Client, person: &str) -> String {
    let begun = begin(client).await;
    let callback = app.playground.consent(url(&begun).as_str(), person).unwrap();
    let completed = client.complete(&callback).await;
    let account = completed["account"]["id"].as_str();
    let account = account.unwrap_or_else(|| panic!("{completed}")).to_owned();
    client.until_catalog(&account, "READY").await;
    account
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_is_enough() {
    let app = start("").await;
    let (ada, grace) = (app.viewer("ada"), app.viewer("grace"));
    connect(&app, &ada, "ada").await;
    connect(&app, &grace, "grace").await;
    let tool = ada.tool("whoami").await;
    let said = ada.invoke(&tool, json!({})).await;
    assert_eq!(said["result"]["content"][0]["text"], "ada");
    // One client for everybody, introduced once.
    let introductions = app.playground.requests(Endpoint::Register);
    assert_eq!(introductions.len(), 1);
    let introduction: Value = serde_json::from_str(&introductions[0].body).unwrap();
    assert_eq!(introduction["application_type"], "web");
    assert_eq!(introduction["token_endpoint_auth_method"], "client_secret_basic");
    let redirect_uri = introduction["redirect_uris"][0].as_str().unwrap();
    assert!(redirect_uri.starts_with("https://attache.test/oauth/callback/found-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tokens_are_for_is_said_wherever_they_are_asked_for() {
    let app = start("").await;
    let ada = app.viewer("ada");
    let begun = begin(&ada).await;
    let mcp = app.playground.mcp_url();
    assert_eq!(param(&url(&begun), "resource"), Some(mcp.clone()));
    // What to ask for is what the resource knows.
    assert_eq!(param(&url(&begun), "scope").as_deref(), Some("notes:read notes:write"));
    let callback = app.playground.consent(url(&begun).as_str(), "ada").unwrap();
    let completed = ada.complete(&callback).await;
    ada.until_catalog(completed["account"]["id"].as_str().unwrap(), "READY").await;
    for token in app.playground.issued() {
        if token.token.starts_with("pat_") {
            app.playground.revoke(&token.token);
        }
    }
    let tool = ada.tool("whoami").await;
    assert_eq!(ada.invoke(&tool, json!({})).await["state"], "SUCCEEDED");
    let requests = app.playground.requests(Endpoint::Token);
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.field("resource"), Some(mcp.clone()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_documents_is_shown_ours() {
    let document = "[client]\nname = \"Tester\"\n\
        document_url = \"https://attache.test/oauth/client.json\"";
    let app = start(document).await;
    app.playground.edit(
        Document::Server,
        json!({
        "client_id_metadata_document_supported": true }),
    );
    let ada = app.viewer("ada");
    let shown = app.anonymous();
    let shown = shown.send(shown.request(http::Method::GET, "/oauth/client.json")).await;
    assert_eq!(shown.status, 200);
    assert_eq!(shown.headers["cache-control"], "public, max-age=3600");
    assert_eq!(shown.body["client_name"], "Tester");
    let id = shown.body["client_id"].as_str().unwrap().to_owned();
    assert_eq!(id, "https://attache.test/oauth/client.json");

    let begun = begin(&ada).await;
    assert_eq!(param(&url(&begun), "client_id"), Some(id.clone()));
    // Whoever is shown the document reads it.
    let redirect_uris = shown.body["redirect_uris"].as_array().unwrap();
    let redirect_uris = redirect_uris.iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    app.playground.register(OAuthClient { id, secret: None, redirect_uris });
    let callback = app.playground.consent(url(&begun).as_str(), "ada").unwrap();
    assert_eq!(ada.complete(&callback).await["attempt"]["state"], "SUCCEEDED");
    assert!(app.playground.requests(Endpoint::Register).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn our_document_is_not_shown_where_a_code_could_be_led_astray() {
    let document = "[client]\ndocument_url = \"https://attache.test/oauth/client.json\"";
    let app = start(document).await;
    // It sends people to somebody else for consent, and its callbacks do not say who did.
    app.playground.edit(
        Document::Server,
        json!({
            "client_id_metadata_document_supported": true,
            "authorization_response_iss_parameter_supported": false,
            "authorization_endpoint": "https://honest.test/authorize",
        }),
    );
    let begun = begin(&app.viewer("ada")).await;
    assert_eq!(app.playground.requests(Endpoint::Register).len(), 1, "{begun}");
    assert_ne!(param(&url(&begun), "client_id").unwrap(), "https://attache.test/oauth/client.json");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_wants_an_introduction_is_a_state_of_its_own() {
    let app = start("").await;
    let ada = app.viewer("ada");
    let refusal = r#"{"error":"invalid_redirect_uri","error_description":"not on our list"}"#;
    let refusal = Answer::Say(400, "application/json", refusal.to_owned());
    app.playground.answer_next(Endpoint::Register, refusal);
    let begun = begin(&ada).await;
    assert_eq!(begun["problems"][0]["code"], "REGISTRATION_REFUSED", "{begun}");
    assert!(begun["problems"][0]["message"].as_str().unwrap().contains("register"));
    app.playground.edit(Document::Server, json!({ "registration_endpoint": null }));
    // It is known for ten minutes that there is one, and now it takes us.
    assert_eq!(begin(&ada).await["problems"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_minds_scopes_is_introduced_to_without_them() {
    let app = start("").await;
    let known = json!(["notes:read", "notes:write", "mail:read"]);
    app.playground.edit(Document::Server, json!({ "scopes_supported": known }));
    let ada = app.viewer("ada");
    for error in ["invalid_client_metadata", "insufficient_scope"] {
        let refusal = json!({ "error": error }).to_string();
        let refusal = Answer::Say(400, "application/json", refusal);
        app.playground.answer_next(Endpoint::Register, refusal);
    }
    connect(&app, &ada, "ada").await;
    let introductions = app.playground.requests(Endpoint::Register);
    let scopes = introductions.iter().map(|introduction| {
        let introduction: Value = serde_json::from_str(&introduction.body).unwrap();
        introduction["scope"].clone()
    });
    // What may be asked for some day, what is asked for now, and nothing in particular.
    let all = json!("notes:read notes:write mail:read");
    let expected = [all, json!("notes:read notes:write"), Value::Null];
    assert_eq!(scopes.collect::<Vec<_>>(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_to_renew_tokens_is_asked_for_every_time() {
    let app = start("").await;
    assert_eq!(param(&url(&begin(&app.viewer("grace")).await), "prompt"), None);
    let offline = json!(["notes:read", "notes:write", "offline_access"]);
    app.playground.edit(Document::Server, json!({ "scopes_supported": offline }));
    let mut app = app;
    // What was found out is believed for ten minutes.
    app.restart().await;
    let asked = url(&begin(&app.viewer("ada")).await);
    assert_eq!(param(&asked, "scope").as_deref(), Some("notes:read notes:write offline_access"));
    // Without it the scope is to be ignored (OpenID Connect Core, section 11).
    assert_eq!(param(&asked, "prompt").as_deref(), Some("consent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_could_lead_anywhere_else_are_not_followed() {
    let app = start("").await;
    let ada = app.viewer("ada");
    for (document, fields) in [
        (Document::Resource, json!({ "resource": "https://bank.test/mcp" })),
        (Document::Resource, json!({ "authorization_servers": [] })),
        (Document::Resource, json!({ "authorization_servers": ["https://10.0.0.1"] })),
        (Document::Resource, json!({ "authorization_servers": "x" })),
        (Document::Server, json!({ "issuer": "https://bank.test" })),
        (Document::Server, json!({ "code_challenge_methods_supported": null })),
        (Document::Server, json!({ "code_challenge_methods_supported": ["plain"] })),
        (Document::Server, json!({ "authorization_endpoint": "javascript:alert(1)" })),
        (Document::Server, json!({ "token_endpoint": "http://169.254.169.254/token" })),
        (Document::Server, json!({ "token_endpoint": null })),
    ] {
        app.playground.edit(document, fields.clone());
        let refused = begin(&ada).await;
        let code = refused["problems"][0]["code"].as_str().unwrap_or_default();
        let codes = ["SERVICE_REFUSED", "SERVICE_UNAVAILABLE"];
        assert!(codes.contains(&code), "{fields}: {refused}");
        assert_eq!(refused["attempt"], Value::Null, "{fields}");
        assert_eq!(app.database.count("connect_attempts").await, 0);
        assert!(app.playground.requests(Endpoint::Register).is_empty(), "{fields}");
        app.playground.restore(document);
    }
    assert_eq!(begin(&ada).await["problems"], json!([]), "as it should be");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_changes_its_authorization_server_is_registered_with_anew() {
    let app = start("").await;
    let ada = app.viewer("ada");
    connect(&app, &ada, "ada").await;
    let elsewhere = Playground::start(attache_playground::Options::default()).await.unwrap();
    app.playground.edit(
        Document::Resource,
        json!({
        "authorization_servers": [elsewhere.origin()] }),
    );
    let mut app = app;
    // What was found out is believed for ten minutes.
    app.restart().await;
    let ada = app.viewer("ada");
    let begun = begin(&ada).await;
    assert_eq!(url(&begun).origin().ascii_serialization(), elsewhere.origin());
    assert_eq!(elsewhere.requests(Endpoint::Register).len(), 1);
    let client = param(&url(&begun), "client_id").unwrap();
    assert!(elsewhere.clients().iter().any(|known| known.id == client));
    assert!(
        app.playground.clients().iter().all(|known| known.id != client),
        "shown to nobody else"
    );
}
