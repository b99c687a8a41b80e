//! Tokens of our own making, for `attache token`, for `attache dev` and for tests.
//! Needs the shared secret, so it works only where that is how tokens are verified.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::claims::CLIENT_CLAIMS;
use crate::config::Auth;

/// Whom a token speaks for, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Claims<'a> {
    /// The person, as the issuer calls them.
    pub subject: &'a str,
    /// The organisation, where the deployment has several.
    pub tenant: Option<&'a str>,
    /// The client that it is for.
    pub client: Option<&'a str>,
    /// When it is issued.
    pub issued_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// Signs a token with `secret` (HS256), with the issuer and the audience of `auth`.
pub fn issue(
    auth: &Auth,
    secret: &SecretString,
    claims: Claims<'_>,
) -> Result<SecretString, jsonwebtoken::errors::Error> {
    let mut payload = json!({
        "iss": auth.issuer,
        "aud": auth.audience,
        "sub": claims.subject,
        "iat": claims.issued_at.timestamp(),
        "exp": claims.expires_at.timestamp(),
    });
    if let (Some(name), Some(tenant)) = (&auth.tenant_claim, claims.tenant) {
        payload[name] = tenant.into();
    }
    if let Some(client) = claims.client {
        payload[auth.client_claim.as_deref().unwrap_or(CLIENT_CLAIMS[0])] = client.into();
    }
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &payload, &key).map(SecretString::from)
}
