//! What a client proves itself with at a token endpoint (RFC 6749, section 2.3).

use std::fmt;
use std::sync::Arc;

use attache_domain::Clock;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::oauth::{ClientIdentity, OAuthError};
use crate::provider::ClientAuth;

/// How long an assertion is good for. It is used at once.
const LIFETIME: TimeDelta = TimeDelta::minutes(1);

/// RFC 7523, section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client proves itself with.
#[derive(Clone, Debug, Default)]
pub enum Proof {
    /// Nothing: a public client.
    #[default]
    None,
    /// A secret that it shares with the service.
    Secret(SecretString),
    /// A key whose public half the service knows.
    Key(SigningKey),
}

/// A private key that signs assertions. Prints nothing of itself.
#[derive(Clone)]
pub struct SigningKey {
    key: Arc<EncodingKey>,
    algorithm: Algorithm,
    id: Option<String>,
}

/// The text is not a private key that can sign.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("it is not a private key in PEM for ES256, ES384, EdDSA or RS256")]
pub struct NotASigningKey;

impl SigningKey {
    /// Reads a key in PEM. What kind it is decides the algorithm. `id` is the `kid` under
    /// which the service knows the public half.
    pub fn parse(pem: &SecretString, id: Option<String>) -> Result<Self, NotASigningKey> {
        let bytes = pem.expose_secret().as_bytes();
        let tries = [
            (Algorithm::ES256, EncodingKey::from_ec_pem(bytes)),
            (Algorithm::ES384, EncodingKey::from_ec_pem(bytes)),
            (Algorithm::EdDSA, EncodingKey::from_ed_pem(bytes)),
            (Algorithm::RS256, EncodingKey::from_rsa_pem(bytes)),
        ];
        for (algorithm, key) in tries {
            let Ok(key) = key else { continue };
            // A curve shows itself only in signing.
            if encode(&Header::new(algorithm), &(), &key).is_ok() {
                return Ok(Self { key: Arc::new(key), algorithm, id });
            }
        }
        Err(NotASigningKey)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// RFC 7523, section 3. The audience is the issuer and nothing else: an assertion with the
/// token endpoint in it could be used by whoever names that endpoint as theirs.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl Proof {
    /// The parameters that prove a client by its key. Nothing for other proofs.
    pub(crate) fn assertion(
        &self,
        identity: &ClientIdentity,
        clock: &Clock,
    ) -> Result<Vec<(String, String)>, OAuthError> {
        let (ClientAuth::PrivateKeyJwt, Self::Key(signing)) = (identity.client_auth, self) else {
            return Ok(Vec::new());
        };
        let now = clock.now();
        let claims = Claims {
            iss: &identity.client_id,
            sub: &identity.client_id,
            aud: &identity.issuer,
            jti: clock.uuid().to_string(),
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        let header = Header { kid: signing.id.clone(), ..Header::new(signing.algorithm) };
        let assertion = encode(&header, &claims, &signing.key)
            .map_err(|_| OAuthError::Configuration("the client's key cannot sign"))?;
        Ok(vec![
            ("client_assertion_type".to_owned(), ASSERTION_TYPE.to_owned()),
            ("client_assertion".to_owned(), assertion),
        ])
    }

    /// The secret, where it is one.
    pub(crate) fn secret(&self) -> Option<&SecretString> {
        match self {
            Self::Secret(secret) => Some(secret),
            Self::None | Self::Key(_) => None,
        }
    }
}
