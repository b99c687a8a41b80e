//! How to reach a service, as the operator configured it.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::dialect::Dialect;
use crate::proof::Proof;

/// How to reach a service.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Where its MCP server is.
    pub mcp_url: Url,
    /// What it wants to see.
    pub access: Access,
}

/// What a service wants to see with each request.
#[derive(Clone, Debug)]
pub enum Access {
    /// A token of an OAuth grant.
    OAuth(Box<OAuthProvider>),
    /// A key that the person made there.
    ApiKey,
    /// Nothing.
    Open,
}

/// An authorization server, and who we are to it.
#[derive(Clone, Debug)]
pub struct OAuthProvider {
    /// Where it is.
    pub server: AuthorizationServer,
    /// Who we are to it.
    pub client_id: String,
    /// What we prove it with.
    pub proof: Proof,
    /// How the proof is carried.
    pub client_auth: ClientAuth,
    /// What the tokens are for (RFC 8707). The MCP URL unless configured otherwise.
    pub resource: String,
    /// What else goes into the authorization URL.
    pub authorization_params: Vec<(String, String)>,
    /// Where to ask whose account it is.
    pub identity: Option<IdentitySource>,
    /// How the service departs from the specifications.
    pub dialect: Dialect,
}

/// How an authorization server is known.
#[derive(Clone, Debug)]
pub enum AuthorizationServer {
    /// By its issuer; the rest is in its metadata (RFC 8414).
    Issuer(String),
    /// By its endpoints.
    Endpoints(Box<Endpoints>),
}

/// The endpoints of an authorization server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The exact issuer, as the server writes it.
    pub issuer: String,
    /// Where people consent.
    pub authorization: Url,
    /// Where codes become tokens.
    pub token: Url,
    /// Where tokens are revoked (RFC 7009), if anywhere.
    pub revocation: Option<Url>,
    /// Whose token it is (OpenID Connect), if anywhere.
    pub userinfo: Option<Url>,
    /// Whether the server always names itself in its callbacks (RFC 9207).
    pub names_itself: bool,
}

/// How a client proves who it is at the token endpoint (RFC 6749, section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// In an `Authorization: Basic` header.
    Basic,
    /// In the form.
    Post,
    /// Not at all: a public client.
    None,
    /// By an assertion that its key signed (RFC 7523).
    PrivateKeyJwt,
}

/// Where a service says whose account it is.
#[derive(Clone, Debug)]
pub struct IdentitySource {
    /// Where to ask. The userinfo endpoint unless configured otherwise.
    pub url: Option<Url>,
    /// JSON Pointer to what never changes.
    pub subject: String,
    /// JSON Pointer to what people read.
    pub label: String,
}

/// A request whose JSON answer says whose account it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCall {
    /// Where to ask.
    pub url: Url,
    /// JSON Pointer to what never changes.
    pub subject: String,
    /// JSON Pointer to what people read.
    pub label: String,
}
