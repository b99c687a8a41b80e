//! OAuth 2.1 as a client: where to send people, what came back, and ending it.

mod authorize;
mod callback;
mod challenge;
mod discovery;
mod identity;
mod metadata;
mod registration;
mod revoke;
mod token;
mod token_endpoint;
mod trail;

use std::time::Duration;

use attache_domain::digest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

pub use authorize::{Authorization, AuthorizationRequest, is_reserved_param};
pub use callback::{Callback, CallbackOutcome, Mismatch};
pub use challenge::Challenge;
pub use discovery::{Discovery, canonical};
pub use identity::{Identity, IdentityPlan};
pub use registration::{Introduction, Registration};
pub use revoke::{RevokeError, TokenHint};
pub use token::TokenAnswer;
pub use token_endpoint::{Keep, KeepError, RefreshFailure};
pub use trail::Trail;

use crate::dialect::Dialect;
use crate::egress::EgressError;
use crate::provider::ClientAuth;

/// The most an authorization server may say at once, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// Why an authorization server did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// It could not be asked, or did not answer.
    #[error("the authorization server could not be asked")]
    Egress(#[from] EgressError),
    /// It has no metadata where it should.
    #[error("there is no metadata of the authorization server")]
    NoMetadata,
    /// It does not take clients that introduce themselves.
    #[error("the authorization server wants an operator to register this server")]
    NotRegistered,
    /// Its metadata cannot be trusted or used.
    #[error("the metadata of the authorization server cannot be used: {0}")]
    Metadata(&'static str),
    /// It said no, with an error code (RFC 6749, section 5.2).
    #[error("the authorization server refused: {0:?}")]
    Refused(String),
    /// It answered with a status that says no more.
    #[error("the authorization server answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// How long it wants to be left alone.
        after: Option<Duration>,
    },
    /// It said something that is neither yes nor no.
    #[error("the authorization server gave an unusable answer: {0}")]
    Unusable(&'static str),
    /// What it said could not be kept.
    #[error("the answer could not be kept")]
    Keep(#[source] KeepError),
    /// The configuration does not make a request.
    #[error("the configuration does not make a request: {0}")]
    Configuration(&'static str),
}

/// What an attempt was begun with. Kept with it, so that the person comes back to
/// the server they were sent to, whatever the configuration says by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Who we are, and where tokens come from.
    pub client: ClientIdentity,
    /// Where the person is sent back to, without its query.
    pub redirect_uri: Url,
    /// Whether the server always names itself in callbacks.
    pub names_itself: bool,
    /// What was asked for.
    pub scopes: Vec<String>,
    /// Where to ask whose account it is.
    pub identity: IdentityPlan,
    /// Where the frontend goes on, by the name the operator gave it.
    pub return_to: String,
    /// The generation of the account to reauthorize.
    pub generation: Option<i64>,
    /// Whether that account may become somebody else's.
    #[serde(default)]
    pub allows_other_identity: bool,
}

/// At which endpoints and as whom tokens were obtained. Kept with them, so that they
/// are refreshed and revoked there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientIdentity {
    /// The exact issuer.
    pub issuer: String,
    /// Where tokens come from.
    pub token_endpoint: Url,
    /// Where they end, if anywhere.
    pub revocation_endpoint: Option<Url>,
    /// Who we are there.
    pub client_id: String,
    /// How we prove it. The proof itself stays in the configuration.
    pub client_auth: ClientAuth,
    /// What the tokens are for.
    pub resource: String,
    /// How we became known there, which says where the proof is.
    #[serde(default)]
    pub kind: ClientKind,
    /// How the service departs from the specifications.
    #[serde(default)]
    pub dialect: Dialect,
}

/// How a client became known to an authorization server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// An operator registered it.
    #[default]
    Configured,
    /// By a document that it publishes; its id is the document's URL.
    Document,
    /// It registered itself.
    Registered,
}

/// SHA-256 of a `state`: what is stored of it.
pub fn state_hash(state: &str) -> [u8; 32] {
    Sha256::digest(state).into()
}

/// The S256 challenge of a verifier (RFC 7636, section 4.2).
pub fn pkce_challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The last step of the path of a redirect URI. It is different for each client at
/// each issuer, so that a callback of one server cannot be taken for another's
/// (the mix-up attack), and readable, because operators have to register it.
pub fn context_id(service: &str, issuer: &str, client_id: &str) -> String {
    let hash = digest(&[service.as_bytes(), issuer.as_bytes(), client_id.as_bytes()]);
    let digits: Vec<String> = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}", service.to_ascii_lowercase().replace('_', "-"), digits.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_at_each_issuer_has_a_context_of_its_own() {
        let here = context_id("GITHUB", "https://github.com", "a");
        assert!(here.starts_with("github-"), "{here}");
        assert_ne!(here, context_id("GITHUB", "https://github.com", "b"));
        assert_ne!(here, context_id("GITHUB", "https://evil.example", "a"));
        assert_eq!(here, context_id("GITHUB", "https://github.com", "a"));
    }

    #[test]
    fn the_challenge_is_the_one_of_the_specification() {
        // RFC 7636, appendix B.
        let challenge = pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
