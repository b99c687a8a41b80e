//! Bearer tokens (RFC 6750, RFC 7519): who is asking.
//!
//! Tokens are somebody else's to issue and ours to doubt. The signature is checked by
//! `jsonwebtoken`; what it lets through (a list as the issuer, an empty subject,
//! extensions marked critical) is refused here, and time is read from our own clock.

mod claims;
mod issue;
mod jwks;
mod recent;

use attache_domain::{ClientId, Clock, Viewer};
use attache_upstream::Egress;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::ExposeSecret;
use serde::Deserialize;

pub use issue::{Claims, issue};
pub(crate) use jwks::Jwks;

use self::recent::Recent;
use crate::config::{Auth, Keys};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;

/// How far apart the clocks of issuers and ours may be.
pub(crate) const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// Somebody who signed in, until when.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who it is.
    pub viewer: Viewer,
    /// The client that the token was issued to, where it says so.
    pub client: Option<ClientId>,
    /// When the token stops being good, leeway included.
    pub until: DateTime<Utc>,
}

/// Why a token is not taken. For logs: whoever sent it learns only that it was not.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    /// There is none, or it is not a bearer token.
    #[error("there is no bearer token")]
    Missing,
    /// Larger than any honest one.
    #[error("the token is larger than {MAX_TOKEN} bytes")]
    TooLong,
    /// Not a JWS in compact form with a JSON header.
    #[error("the token's header cannot be read")]
    Header,
    /// It asks for extensions (RFC 7515, section 4.1.11) or a proof (RFC 7800) that
    /// nobody here understands.
    #[error("the token demands {0}")]
    Demands(&'static str),
    /// Signed with something else than what is configured.
    #[error("the token is signed with an algorithm that is not allowed")]
    Algorithm,
    /// No key has this name.
    #[error("the token names no key of its issuer")]
    UnknownKey,
    /// The signature or a registered claim is wrong.
    #[error("the token does not verify")]
    Invalid(#[source] jsonwebtoken::errors::Error),
    /// A claim is missing, of the wrong type, or out of bounds.
    #[error("the claim `{0}` is not acceptable")]
    Claim(&'static str),
}

/// Tells who is asking by their bearer token.
pub struct Authenticator {
    auth: Auth,
    source: Source,
    recent: Recent,
    clock: Clock,
}

enum Source {
    Shared(DecodingKey),
    Jwks(Jwks),
}

/// The part of a header (RFC 7515, section 4.1) that decides how to verify.
#[derive(Deserialize)]
struct Header {
    alg: Algorithm,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

impl Authenticator {
    /// Verifies tokens as `auth` says.
    pub fn new(auth: Auth, egress: Egress, clock: Clock) -> Self {
        let source = match &auth.keys {
            Keys::Shared(secret) => {
                Source::Shared(DecodingKey::from_secret(secret.expose_secret().as_bytes()))
            }
            Keys::Jwks(url) => Source::Jwks(Jwks::new(url.clone(), egress, clock.clone())),
        };
        Self { auth, source, recent: Recent::default(), clock }
    }

    /// Keeps the issuer's public keys fresh, where there are any. Never returns.
    pub async fn keep_fresh(&self) {
        match &self.source {
            Source::Shared(_) => std::future::pending().await,
            Source::Jwks(jwks) => jwks.keep_fresh().await,
        }
    }

    /// The person whose token this is. `credentials` is the value of an
    /// `Authorization` header.
    pub async fn verify(&self, credentials: &str) -> Result<SignedIn, Rejected> {
        let (scheme, token) = credentials.split_once(' ').ok_or(Rejected::Missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Rejected::Missing);
        }
        if token.len() > MAX_TOKEN {
            return Err(Rejected::TooLong);
        }
        // Asked before the keys are used: should they change meanwhile, the next request verifies
        // the token again.
        let (reading, name) = (self.reading(), Recent::name(token));
        if let Some(signed_in) =
            reading.and_then(|it| self.recent.find(&name, it, self.clock.now()))
        {
            return Ok(signed_in);
        }
        let signed_in = self.verify_anew(token).await?;
        if let Some(reading) = reading {
            self.recent.keep(name, reading, &signed_in);
        }
        Ok(signed_in)
    }

    /// Which keys are good now; `None` where there are none.
    fn reading(&self) -> Option<u64> {
        match &self.source {
            Source::Shared(_) => Some(0),
            Source::Jwks(jwks) => jwks.reading(),
        }
    }

    async fn verify_anew(&self, token: &str) -> Result<SignedIn, Rejected> {
        let header = header(token)?;
        if header.crit.is_some() {
            return Err(Rejected::Demands("extensions"));
        }
        let claims = match &self.source {
            Source::Shared(key) if header.alg == Algorithm::HS256 => {
                self.decode(token, header.alg, key)?
            }
            Source::Jwks(jwks) => {
                let key = jwks.find(header.kid.as_deref(), header.alg).await?;
                self.decode(token, header.alg, &key)?
            }
            Source::Shared(_) => return Err(Rejected::Algorithm),
        };
        claims::check(&claims, &self.auth, self.clock.now())
    }

    fn decode(
        &self,
        token: &str,
        algorithm: Algorithm,
        key: &DecodingKey,
    ) -> Result<serde_json::Value, Rejected> {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.auth.issuer]);
        validation.set_audience(&[&self.auth.audience]);
        // Only our own clock tells the time; see `claims`.
        validation.validate_exp = false;
        jsonwebtoken::decode(token, key, &validation)
            .map(|data| data.claims)
            .map_err(Rejected::Invalid)
    }
}

fn header(token: &str) -> Result<Header, Rejected> {
    let (header, _) = token.split_once('.').ok_or(Rejected::Header)?;
    let json = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| Rejected::Header)?;
    serde_json::from_slice(&json).map_err(|_| Rejected::Header)
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
