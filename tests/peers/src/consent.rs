//! Accounts come and go by consent at a provider that knows nothing of Attaché.

use attache_support::Client;
use serde_json::{Value, json};
use url::Url;

use crate::browser::Browser;
use crate::stage::{GUARDED, SCOPE, Stage, Tokens, begin, leave, parameter, text};

/// What `viewer` still has, and has done.
async fn world(client: &Client) -> Value {
    let query = "{ viewer { accounts { id } tools { nodes { name } }
        invocations { nodes { toolName state tool { id } } } } }";
    client.query(query, Value::Null).await["viewer"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_becomes_an_account_whose_tokens_are_for_the_service_alone() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    let mut watch = ada.watch_from_now().await;
    let url = begin(&ada).await;
    assert!(url.starts_with(&stage.issuer), "{url}");

    let mut browser = Browser::new();
    let callback = browser.consent(&url, "ada").await;
    let [sign_in, consent] = browser.pages() else { panic!("{:#?}", browser.pages()) };
    assert!(sign_in.contains("Sign-in"), "{sign_in}");
    assert!(consent.contains(&stage.guarded_url) && consent.contains(SCOPE), "{consent}");
    assert_eq!(parameter(&callback, "iss").as_ref(), Some(&stage.issuer));

    let completed = ada.complete(callback.as_str()).await;
    assert_eq!(completed["problems"], json!([]), "{completed}");
    assert_eq!(completed["attempt"]["state"], "SUCCEEDED");
    assert_eq!(completed["account"]["label"], "ada@provider.example");
    assert_eq!(completed["account"]["grantedScopes"], json!([SCOPE]));
    let account = text(&completed["account"]["id"]);

    let updated = watch.until_type("AccountUpdated").await;
    assert_eq!(updated["account"]["label"], "ada@provider.example");
    let catalog = watch.until("tools", |event| event["catalog"]["state"] == "READY").await;
    let tools = catalog["upsertedTools"].as_array().unwrap();
    assert!(tools.len() > 5, "{tools:?}");
    for name in ["echo", "get-sum", "get-structured-content", "trigger-long-running-operation"] {
        assert!(tools.iter().any(|tool| tool["name"] == name), "no {name} in {tools:?}");
    }
    assert_eq!(world(&ada).await["accounts"], json!([{ "id": account }]));

    let tokens = stage.issued("access_token");
    let said = stage.introspect(&tokens[0]).await;
    assert_eq!(said["aud"], stage.guarded_url.as_str());
    assert_eq!((tokens.len(), stage.issued("refresh_token").len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_ends_the_tokens_at_the_provider_and_leaves_history() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    let account = stage.connect(&ada, "ada").await;
    let echo = ada.tool("echo").await;
    assert_eq!(ada.invoke(&echo, json!({ "message": "Hello" })).await["state"], "SUCCEEDED");
    let (access, refresh) = (stage.issued("access_token"), stage.issued("refresh_token"));
    assert_eq!((access.len(), refresh.len()), (1, 1));
    for token in access.iter().chain(&refresh) {
        assert_eq!(stage.introspect(token).await["active"], true);
    }
    assert_ne!(stage.knock(&access[0]).await, 401);

    leave(&ada, &account).await;
    for token in access.iter().chain(&refresh) {
        assert_eq!(stage.introspect(token).await, json!({ "active": false }));
    }
    assert_eq!(stage.knock(&access[0]).await, 401);
    let history = json!([{ "toolName": "echo", "state": "SUCCEEDED", "tool": null }]);
    let left = json!({
        "accounts": [], "tools": { "nodes": [] }, "invocations": { "nodes": history },
    });
    assert_eq!(world(&ada).await, left);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_binds_its_tokens_to_nothing_says_itself_whose_they_are() {
    let stage = Stage::start(Tokens::ForAnything).await;
    let grace = stage.app.viewer("grace");
    let url = begin(&grace).await;
    let asked = parameter(&Url::parse(&url).unwrap(), "resource");
    assert_eq!(asked.as_ref(), Some(&stage.guarded_url), "it is told, and does not care");
    let callback = Browser::new().consent(&url, "grace").await;
    let completed = grace.complete(callback.as_str()).await;
    assert_eq!(completed["account"]["label"], "grace@provider.example", "{completed}");
    assert_eq!(completed["account"]["grantedScopes"], json!(["openid", "email"]));
    let account = text(&completed["account"]["id"]);
    grace.until_catalog(&account, "READY").await;
    // It gives no refresh token to who does not ask for one, and none is needed.
    assert!(stage.issued("refresh_token").is_empty());

    leave(&grace, &account).await;
    let access = stage.issued("access_token");
    assert_eq!(stage.introspect(&access[0]).await, json!({ "active": false }));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declines_at_the_provider_has_no_account() {
    let stage = Stage::start(Tokens::ForTheService).await;
    let ada = stage.app.viewer("ada");
    let callback = Browser::new().decline(&begin(&ada).await).await;
    assert_eq!(parameter(&callback, "error").as_deref(), Some("access_denied"));
    let declined = ada.complete(callback.as_str()).await;
    assert_eq!(declined["attempt"]["state"], "DENIED");
    assert_eq!(declined["attempt"]["problem"]["code"], "AUTHORIZATION_DENIED");
    assert_eq!(world(&ada).await["accounts"], json!([]));
    // The same person may think again.
    stage.connect(&ada, "ada").await;
    let services = ada.query("{ viewer { connectedServices { code } } }", Value::Null).await;
    assert_eq!(services["viewer"]["connectedServices"], json!([{ "code": GUARDED }]));
}
