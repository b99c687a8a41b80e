//! What a test stands on: the peers, and Attaché between them.

use attache_server::config::redirect_uri;
use attache_support::{Client, Setup, TestApp};
use attache_upstream::Access;
use serde_json::{Value, json};
use url::Url;

use crate::browser::{Browser, http_client};
use crate::peer::Peer;

/// The MCP server behind the gate.
pub(crate) const GUARDED: &str = "EVERYTHING";
/// The same MCP server as it is.
pub(crate) const OPEN: &str = "EVERYTHING_OPEN";

/// What the MCP server's tokens allow.
pub(crate) const SCOPE: &str = "tools:use";

const CLIENT_ID: &str = "attache";
const CLIENT_SECRET: &str = "planted-secret-of-attache-at-the-provider";
const GATE_ID: &str = "gate";
const GATE_SECRET: &str = "secret-of-the-gate-at-the-provider";

/// What the provider's tokens are for, and with that how much of it Attaché uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tokens {
    /// For the MCP server alone (RFC 8707), which then says itself whose they are. The
    /// provider is known by its issuer, and described by its metadata.
    ForTheService,
    /// For whatever accepts them. The provider says whose they are, and is known by
    /// its endpoints.
    ForAnything,
}

/// The peers, and Attaché between them.
pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) issuer: String,
    pub(crate) guarded_url: String,
    provider: Peer,
    _everything: Peer,
    http: reqwest::Client,
}

impl Stage {
    pub(crate) async fn start(tokens: Tokens) -> Self {
        let mut provider = Peer::start("provider.mjs");
        let mut everything = Peer::start("everything.mjs");
        let issuer = text(&provider.hear("issuer").await);
        let guarded_url = text(&everything.hear("guarded").await);
        let open_url = text(&everything.hear("open").await);
        let whoami_url = text(&everything.hear("whoami").await);

        let oauth = match tokens {
            Tokens::ForTheService => known_by_its_issuer(&issuer, &whoami_url),
            Tokens::ForAnything => known_by_its_endpoints(&issuer),
        };
        let toml = format!(
            r#"
[services.{GUARDED}]
name = "Everything"
mcp_url = "{guarded_url}"
connect = "oauth"
{oauth}
[services.{OPEN}]
name = "Everything, for anybody"
mcp_url = "{open_url}"
connect = "none"
"#
        );
        let variables = vec![
            (format!("ATTACHE_{GUARDED}_CLIENT_ID"), CLIENT_ID.to_owned()),
            (format!("ATTACHE_{GUARDED}_CLIENT_SECRET"), CLIENT_SECRET.to_owned()),
        ];
        let app = Setup { toml, variables, ..Setup::default() }.start().await;
        app.plant(CLIENT_SECRET);

        let audience = (tokens == Tokens::ForTheService).then_some(&guarded_url);
        provider.tell(&json!({
            "clients": clients(&app),
            "resource": audience,
            "resourceScope": SCOPE,
        }));
        everything.tell(&json!({
            "introspection": introspection(&issuer),
            "clientId": GATE_ID,
            "clientSecret": GATE_SECRET,
            "audience": audience,
        }));
        provider.hear("isReady").await;
        everything.hear("isReady").await;
        let http = http_client();
        Self { app, issuer, guarded_url, provider, _everything: everything, http }
    }

    /// Connects an account behind the gate by consent of `person`, and returns its id
    /// once its tools are there.
    pub(crate) async fn connect(&self, client: &Client, person: &str) -> String {
        let url = begin(client).await;
        let callback = Browser::new().consent(&url, person).await;
        let completed = client.complete(callback.as_str()).await;
        assert_eq!(completed["problems"], json!([]), "{completed}");
        let account = text(&completed["account"]["id"]);
        client.until_catalog(&account, "READY").await;
        account
    }

    /// The codes and tokens that the provider made, by kind.
    pub(crate) fn issued(&self, kind: &str) -> Vec<String> {
        let facts = self.provider.facts();
        facts.iter().filter(|fact| fact["kind"] == kind).map(|fact| text(&fact["issued"])).collect()
    }

    /// What the provider itself says about a token (RFC 7662).
    pub(crate) async fn introspect(&self, token: &str) -> Value {
        let request = self.http.post(introspection(&self.issuer));
        let request = request.basic_auth(GATE_ID, Some(GATE_SECRET)).form(&[("token", token)]);
        let answer = request.send().await.expect("the provider answers");
        answer.json().await.expect("JSON")
    }

    /// How the gate answers somebody who comes with this token.
    pub(crate) async fn knock(&self, token: &str) -> http::StatusCode {
        let request = self.http.get(&self.guarded_url).bearer_auth(token);
        request.send().await.expect("the gate answers").status()
    }
}

/// What the provider made must not turn up in a log or in an answer either.
impl Drop for Stage {
    fn drop(&mut self) {
        for kind in ["authorization_code", "access_token", "refresh_token"] {
            self.issued(kind).iter().for_each(|secret| self.app.plant(secret));
        }
    }
}

/// Begins to connect an account behind the gate, and returns the page to go to.
pub(crate) async fn begin(client: &Client) -> String {
    let begun = client.begin_with(json!({ "target": { "serviceCode": GUARDED } })).await;
    assert_eq!(begun["problems"], json!([]), "{begun}");
    text(&begun["attempt"]["authorizationUrl"])
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// What `url` says under this name.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn introspection(issuer: &str) -> String {
    format!("{issuer}/token/introspection")
}

fn known_by_its_issuer(issuer: &str, whoami_url: &str) -> String {
    // The provider gives refresh tokens to who asks for `offline_access` and for consent.
    format!(
        r#"
[services.{GUARDED}.oauth]
issuer = "{issuer}"
scopes = ["openid", "email", "offline_access", "{SCOPE}"]
[services.{GUARDED}.oauth.authorization_params]
prompt = "consent"
[services.{GUARDED}.oauth.identity]
url = "{whoami_url}"
subject = "/id"
label = "/contact/email"
"#
    )
}

fn known_by_its_endpoints(issuer: &str) -> String {
    format!(
        r#"
[services.{GUARDED}.oauth]
issuer = "{issuer}"
authorization_url = "{issuer}/auth"
token_url = "{issuer}/token"
revocation_url = "{issuer}/token/revocation"
userinfo_url = "{issuer}/me"
names_itself = true
client_auth = "basic"
scopes = ["openid", "email"]
[services.{GUARDED}.oauth.identity]
label = "/email"
"#
    )
}

/// Who may talk to the provider: Attaché as its operator registers it, and the gate,
/// which only asks about tokens.
fn clients(app: &TestApp) -> Value {
    let config = app.config();
    let offer = config.services.iter().find(|offer| offer.service.code.as_str() == GUARDED);
    let Access::OAuth(provider) = &offer.expect("it is configured").provider.access else {
        panic!("it is configured to sign people in");
    };
    json!([
        {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [redirect_uri(GUARDED, provider, &config.callback_base())],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
        },
        {
            "client_id": GATE_ID,
            "client_secret": GATE_SECRET,
            "redirect_uris": [],
            "grant_types": [],
            "response_types": [],
        },
    ])
}
