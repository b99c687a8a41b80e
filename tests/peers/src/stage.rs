//! What a test stands on: the peers, and Attaché between them.

use attache_domain::Clock;
use attache_server::config::redirect_uri;
use attache_support::{Client, Setup, TestApp, eventually};
use attache_upstream::Access;
use serde_json::{Value, json};
use url::Url;

use crate::browser::{Browser, http_client};
use crate::install::node;
use crate::peer::Peer;

/// The MCP server behind the gate.
pub(crate) const GUARDED: &str = "EVERYTHING";
/// The same MCP server as it is.
pub(crate) const OPEN: &str = "EVERYTHING_OPEN";

/// What the MCP server's tokens allow.
pub(crate) const SCOPE: &str = "tools:use";
/// What one tool wants besides, where the provider was never told of Attaché.
pub(crate) const MORE: &str = "tools:more";
/// That tool.
pub(crate) const WANTS_MORE: &str = "get-sum";
/// How long a token lives there, in seconds.
pub(crate) const BRIEFLY: i64 = 60;

const CLIENT_ID: &str = "attache";
const CLIENT_SECRET: &str = "planted-secret-of-attache-at-the-provider";
const GATE_ID: &str = "gate";
const GATE_SECRET: &str = "secret-of-the-gate-at-the-provider";

/// Where Attaché says who it is.
pub(crate) const DOCUMENT_URL: &str = "https://attache.test/oauth/client.json";

/// What the provider makes that is nobody else's to know.
const SECRETS: [&str; 5] = [
    "authorization_code",
    "access_token",
    "refresh_token",
    "client_secret",
    "registration_access_token",
];

/// How the provider knows Attaché, and what its tokens are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tokens {
    /// For the MCP server alone (RFC 8707), which then says itself whose they are. The
    /// provider is known by its issuer, and described by its metadata.
    ForTheService,
    /// For whatever accepts them. The provider says whose they are, and is known by
    /// its endpoints.
    ForAnything,
    /// For the MCP server alone, too, and for a minute. Nobody told either of the other: the
    /// MCP server says who issues tokens for it (RFC 9728), and Attaché who it is.
    ToAStranger(Introduction),
}

/// How somebody becomes a client of a provider that was never told of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Introduction {
    /// By registering (RFC 7591).
    Registration,
    /// By a document at the URL that is their name (Client ID Metadata Document).
    Document,
}

/// The peers, and Attaché between them.
pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) issuer: String,
    pub(crate) guarded_url: String,
    provider: Peer,
    everything: Peer,
    http: reqwest::Client,
}

impl Stage {
    pub(crate) async fn start(tokens: Tokens) -> Self {
        let mut provider = Peer::start(&node(), "provider.mjs");
        let mut everything = Peer::start(&node(), "everything.mjs");
        let issuer = text(&provider.hear("issuer").await);
        let guarded_url = text(&everything.hear("guarded").await);
        let open_url = text(&everything.hear("open").await);
        let whoami_url = text(&everything.hear("whoami").await);

        let oauth = match tokens {
            Tokens::ForTheService => known_by_its_issuer(&issuer, &whoami_url),
            Tokens::ForAnything => known_by_its_endpoints(&issuer),
            Tokens::ToAStranger(introduction) => known_by_nothing(introduction),
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
        let is_stranger = matches!(tokens, Tokens::ToAStranger(_));
        let mut setup = Setup { toml, ..Setup::default() };
        if is_stranger {
            // Tokens that live for a minute are not waited for.
            setup.clock = Clock::manual(Clock::system().now(), 1);
        } else {
            setup.variables = vec![
                (format!("ATTACHE_{GUARDED}_CLIENT_ID"), CLIENT_ID.to_owned()),
                (format!("ATTACHE_{GUARDED}_CLIENT_SECRET"), CLIENT_SECRET.to_owned()),
            ];
        }
        let app = setup.start().await;
        app.plant(CLIENT_SECRET);

        let audience = (tokens != Tokens::ForAnything).then_some(&guarded_url);
        provider.tell(&json!({
            "clients": clients(&app),
            "resource": audience,
            "resourceScope": format!("{SCOPE} {MORE}"),
            "accessTokenTTL": if is_stranger { BRIEFLY } else { 3600 },
            "strangers": match tokens {
                Tokens::ToAStranger(Introduction::Registration) => "REGISTER",
                Tokens::ToAStranger(Introduction::Document) => "SHOW_A_DOCUMENT",
                _ => "STAY_OUTSIDE",
            },
            "fronts": { origin_of(DOCUMENT_URL): format!("http://{}", app.address()) },
        }));
        everything.tell(&json!({
            "issuer": issuer,
            "introspection": introspection(&issuer),
            "clientId": GATE_ID,
            "clientSecret": GATE_SECRET,
            "audience": audience,
            "scope": SCOPE,
            "scopesOfTools": if is_stranger { json!({ WANTS_MORE: MORE }) } else { json!({}) },
        }));
        provider.hear("isReady").await;
        everything.hear("isReady").await;
        let http = http_client();
        Self { app, issuer, guarded_url, provider, everything, http }
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

    /// What the provider said under this name, in its order.
    pub(crate) fn told(&self, name: &str) -> Vec<Value> {
        let facts = self.provider.facts().into_iter();
        facts.filter(|fact| !fact[name].is_null()).collect()
    }

    /// Waits until this is the token that the gate was shown last.
    pub(crate) async fn until_shown(&self, token: &str) {
        eventually("a token at the gate", async || {
            let mut facts = self.everything.facts().into_iter();
            let last = facts.rfind(|fact| !fact["shown"].is_null())?;
            (last["shown"] == token).then_some(())
        })
        .await;
    }

    /// The messages that the gate let through to the MCP server, each as `passedOn`, with the
    /// `revision` of its header.
    pub(crate) fn passed_on(&self) -> Vec<Value> {
        let facts = self.everything.facts().into_iter();
        facts.filter(|fact| !fact["passedOn"].is_null()).collect()
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
        for kind in SECRETS {
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

/// Disconnects an account, and waits until the provider confirmed it.
pub(crate) async fn leave(client: &Client, account: &str) {
    let mut watch = client.watch_from_now().await;
    let left = client.disconnect(account).await;
    assert_eq!(left["disconnectedAccountIds"], json!([account]), "{left}");
    assert_eq!(watch.until_type("AccountRemoved").await["accountId"], account);
    eventually("a revocation that is done", async || {
        let left = client.disconnect(account).await;
        (left["revocation"] == "DONE").then_some(())
    })
    .await;
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// What `url` says under this name.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn origin_of(url: &str) -> String {
    Url::parse(url).expect("a URL").origin().ascii_serialization()
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

fn known_by_nothing(introduction: Introduction) -> String {
    match introduction {
        Introduction::Registration => String::new(),
        Introduction::Document => format!("[client]\ndocument_url = \"{DOCUMENT_URL}\""),
    }
}

/// Who may talk to the provider: the gate, which only asks about tokens, and Attaché where
/// its operator registers it.
fn clients(app: &TestApp) -> Value {
    let config = app.config();
    let offer = config.services.iter().find(|offer| offer.service.code.as_str() == GUARDED);
    let Access::OAuth(provider) = &offer.expect("it is configured").provider.access else {
        panic!("it is configured to sign people in");
    };
    let gate = json!({
        "client_id": GATE_ID,
        "client_secret": GATE_SECRET,
        "redirect_uris": [],
        "grant_types": [],
        "response_types": [],
    });
    let Some(redirect_uri) = redirect_uri(GUARDED, provider, &config.callback_base()) else {
        return json!([gate]);
    };
    let attache = json!({
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    });
    json!([gate, attache])
}
