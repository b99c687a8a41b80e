//! The configuration of a test: the same strings an operator would write.

use std::path::Path;

use attache_domain::Clock;
use attache_playground::Playground;
use attache_store::KeyRing;
use secrecy::{ExposeSecret, SecretString};

/// The service that signs people in with OAuth.
pub const NOTES: &str = "NOTES";
/// The service that wants nothing.
pub const OPEN: &str = "OPEN";
/// The service that takes a key.
pub const KEYED: &str = "KEYED";

/// The origin of the frontend, and where people go on.
pub const FRONTEND: &str = "https://app.test";

/// Whose people the tests are about, unless they say otherwise.
pub(crate) const TENANT: &str = "house";

/// How browsers would reach the server, if there were any.
const PUBLIC_URL: &str = "https://attache.test";

/// What is secret in a test.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    pub(crate) ring: SecretString,
    pub(crate) jwt: SecretString,
    pub(crate) client: SecretString,
}

impl Secrets {
    pub(crate) fn new() -> Self {
        let clock = Clock::system();
        let secret = |name: &str| format!("planted-{name}-{}-{}", clock.uuid(), clock.uuid());
        Self {
            ring: KeyRing::generate(&clock),
            jwt: secret("jwt").into(),
            client: secret("client").into(),
        }
    }
}

/// `attache.toml`. `extra` is appended, so it can only say what is not said here.
pub(crate) fn toml(listen: &str, playground: &Playground, journal: &Path, extra: &str) -> String {
    let origin = playground.origin();
    let common = format!(
        r#"
listen = "{listen}"
public_url = "{PUBLIC_URL}"
allow_custom_services = true
[database]
connections = 5
[auth]
issuer = "https://login.test"
audience = "attache"
tenant_claim = "tenant"
[http]
allowed_origins = ["{FRONTEND}"]
[returns]
default = "{FRONTEND}/connections"
chat = "{FRONTEND}/chat?from=attache"
[egress]
allow_loopback = true
[journal]
directory = "{journal}"
[services.{NOTES}]
name = "Notes"
description = "Keeps notes."
mcp_url = "{mcp}"
connect = "oauth"
[services.{NOTES}.oauth]
issuer = "{origin}"
authorization_url = "{origin}/authorize"
token_url = "{origin}/token"
revocation_url = "{origin}/revoke"
userinfo_url = "{origin}/userinfo"
names_itself = true
scopes = ["notes:read"]
allowed_scopes = ["notes:read", "notes:write"]
[services.{NOTES}.oauth.identity]
label = "/email"
[services.{OPEN}]
name = "Open"
mcp_url = "{open}"
connect = "none"
[services.{KEYED}]
name = "Keyed"
mcp_url = "{keyed}"
connect = "api_key"
"#,
        journal = journal.display(),
        mcp = playground.mcp_url(),
        open = playground.open_mcp_url(),
        keyed = playground.keyed_mcp_url(),
    );
    format!("{common}\n{}\n", extra.replace("{playground}", origin))
}

/// The environment.
pub(crate) fn variables(database_url: &SecretString, secrets: &Secrets) -> Vec<(String, String)> {
    let values = [
        ("ATTACHE_DATABASE_URL", database_url),
        ("ATTACHE_KEYS", &secrets.ring),
        ("ATTACHE_JWT_SECRET", &secrets.jwt),
        ("ATTACHE_NOTES_CLIENT_SECRET", &secrets.client),
    ];
    let mut variables: Vec<_> = values
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.expose_secret().to_owned()))
        .collect();
    variables.push(("ATTACHE_NOTES_CLIENT_ID".to_owned(), "attache-test".to_owned()));
    variables
}
