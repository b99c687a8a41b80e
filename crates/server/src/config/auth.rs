//! Who signs viewers in.

use std::time::Duration;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::Variables;
use super::reader::{Mistakes, Section};

/// The least bytes of a shared secret: as many as the hash it keys (RFC 7518,
/// section 3.2).
const MIN_SECRET: usize = 32;

/// Who signs viewers in.
#[derive(Clone, Debug)]
pub struct Auth {
    /// The exact issuer of tokens.
    pub issuer: String,
    /// Whom tokens must be for.
    pub audience: String,
    /// What they are verified with.
    pub keys: Keys,
    /// The claim that names the tenant, when there are several.
    pub tenant_claim: Option<String>,
    /// The claim that names the client that a token was issued to, where it is not one of the
    /// standard ones.
    pub client_claim: Option<String>,
    /// The longest a token may live.
    pub max_lifetime: TimeDelta,
}

/// What tokens are verified with.
#[derive(Clone, Debug)]
pub enum Keys {
    /// A secret shared with who signs them (HS256).
    Shared(SecretString),
    /// Public keys at a URL (RFC 7517).
    Jwks(Url),
}

pub(super) fn read(
    section: &Section<'_>,
    variables: &Variables<'_>,
    mistakes: &Mistakes,
) -> Option<Auth> {
    let issuer = section.required_string("issuer");
    let audience = section.required_string("audience");
    let tenant_claim = section.string("tenant_claim");
    let client_claim = section.string("client_claim");
    let max_lifetime = section.duration("max_lifetime").unwrap_or(Duration::from_hours(24));
    let jwks = section.url("jwks_url");
    let secret = variables.get("ATTACHE_JWT_SECRET", mistakes);
    section.report_unknown();
    let keys = match (jwks, secret) {
        (Some(url), None) => Some(Keys::Jwks(url)),
        (None, Some(secret)) => {
            if secret.expose_secret().len() < MIN_SECRET {
                let what = format!("a secret needs at least {MIN_SECRET} bytes");
                mistakes.add("ATTACHE_JWT_SECRET", what);
            }
            Some(Keys::Shared(secret))
        }
        (Some(_), Some(_)) => {
            section.mistake("jwks_url", "set this or ATTACHE_JWT_SECRET, not both");
            None
        }
        (None, None) => {
            section.mistake("jwks_url", "set this, or ATTACHE_JWT_SECRET, to verify tokens with");
            None
        }
    };
    let max_lifetime = TimeDelta::from_std(max_lifetime).ok()?;
    let (issuer, audience, keys) = (issuer?, audience?, keys?);
    Some(Auth { issuer, audience, keys, tenant_claim, client_claim, max_lifetime })
}
