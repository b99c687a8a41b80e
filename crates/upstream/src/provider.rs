//! How to reach a service, as the operator configured it or the viewer who added it said.

use std::sync::Arc;

use attache_domain::ProtocolEra;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::dialect::Dialect;
use crate::program::Program;
use crate::proof::Proof;

/// How to reach a service.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Where its MCP server is.
    pub server: McpServer,
    /// Which revisions of MCP it speaks, where somebody knows; otherwise it is asked.
    pub protocol_era: Option<ProtocolEra>,
    /// What it wants to see.
    pub access: Access,
}

/// Where an MCP server is.
#[derive(Clone, Debug)]
pub enum McpServer {
    /// At a URL.
    At(Url),
    /// On this machine: a program of the operator's, in a process of its own for each account.
    Program(Arc<Program>),
}

impl Provider {
    /// Where its MCP server is, if that is at a URL.
    pub fn mcp_url(&self) -> Option<&Url> {
        match &self.server {
            McpServer::At(url) => Some(url),
            McpServer::Program(_) => None,
        }
    }

    /// The program that it is, if it is one.
    pub fn program(&self) -> Option<&Program> {
        match &self.server {
            McpServer::At(_) => None,
            McpServer::Program(program) => Some(program),
        }
    }
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
    pub client: ClientSource,
    /// What the tokens are for (RFC 8707), where it is not what the service says, or its MCP
    /// URL.
    pub resource: Option<String>,
    /// What else goes into the authorization URL.
    pub authorization_params: Vec<(String, String)>,
    /// Where to ask whose account it is.
    pub identity: IdentitySource,
    /// How the service departs from the specifications.
    pub dialect: Dialect,
}

/// How an authorization server is known.
#[derive(Clone, Debug)]
pub enum AuthorizationServer {
    /// By what the MCP server says of itself (RFC 9728).
    Discovered,
    /// By its issuer; the rest is in its metadata (RFC 8414).
    Issuer(String),
    /// By its endpoints.
    Endpoints(Box<Endpoints>),
}

/// Who we are to an authorization server.
#[derive(Clone, Debug)]
pub enum ClientSource {
    /// Whom the operator introduced us as.
    Registered(RegisteredClient),
    /// Whom we introduce ourselves as: by a document that we publish, or by registering.
    Automatic,
    /// Whom the viewer who added the service introduced us as.
    Brought,
}

/// A client that an operator registered.
#[derive(Clone, Debug)]
pub struct RegisteredClient {
    /// Our name there.
    pub id: String,
    /// How the proof is carried.
    pub auth: ClientAuth,
    /// What we prove it with.
    pub proof: Proof,
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
    /// Where clients register by themselves (RFC 7591), if anywhere.
    pub registration: Option<Url>,
    /// Whether the server always names itself in its callbacks (RFC 9207).
    pub names_itself: bool,
    /// Whether it takes clients that are known by a document they publish.
    pub takes_documents: bool,
    /// How clients may prove who they are, where the server says so.
    pub auth_methods: Option<Vec<String>>,
    /// What may be asked for, where the server says so.
    pub scopes: Option<Vec<String>>,
}

impl Endpoints {
    /// Endpoints that somebody wrote down, with nothing beyond them.
    pub fn new(issuer: String, authorization: Url, token: Url) -> Self {
        Self {
            issuer,
            authorization,
            token,
            revocation: None,
            userinfo: None,
            registration: None,
            names_itself: false,
            takes_documents: false,
            auth_methods: None,
            scopes: None,
        }
    }

    /// All of them.
    pub fn urls(&self) -> impl Iterator<Item = &Url> {
        [&self.authorization, &self.token]
            .into_iter()
            .chain([&self.revocation, &self.userinfo, &self.registration].into_iter().flatten())
    }

    /// Whether a client that every server takes may be used here. A hostile server could
    /// send people to an honest one for consent, as the same client, and have the code
    /// brought to itself. It cannot where callbacks name who sent them, and it is none where
    /// everything is in one place.
    pub fn is_safe_for_documents(&self) -> bool {
        let is_one_place = self.authorization.origin() == self.token.origin();
        self.takes_documents && (self.names_itself || is_one_place)
    }
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
pub enum IdentitySource {
    /// Here. An account that nobody answers for is not connected.
    Call {
        /// Where to ask. The userinfo endpoint unless configured otherwise.
        url: Option<Url>,
        /// JSON Pointer to what never changes; several, with spaces in between, where only
        /// together they never belong to anybody else.
        subject: String,
        /// JSON Pointer to what people read.
        label: String,
    },
    /// In the answer of the token endpoint. An account that it does not name is not
    /// connected.
    Answer {
        /// JSON Pointer to what never changes; several, with spaces in between, where only
        /// together they never belong to anybody else.
        subject: String,
        /// JSON Pointer to what people read.
        label: String,
    },
    /// In the ID token, or at the userinfo endpoint, if the service has them.
    Standard,
}

/// A request whose JSON answer says whose account it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCall {
    /// Where to ask.
    pub url: Url,
    /// JSON Pointer to what never changes; several, with spaces in between, where only
    /// together they never belong to anybody else.
    pub subject: String,
    /// JSON Pointer to what people read.
    pub label: String,
}
