//! Ending a token at its service (RFC 7009).

mod request;

use std::time::Duration;

use http::{Request, StatusCode, header};
use secrecy::SecretString;

use super::{ClientIdentity, MAX_ANSWER, OAuthError};
use crate::Upstream;
use crate::dialect::answer::printable;
use crate::dialect::{Dialect, Revocable};
use crate::egress::EgressError;
use crate::mcp::retry_after;
use crate::proof::Proof;

/// Why a token may still live.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// The service has no way to revoke tokens of this kind.
    #[error("the service cannot revoke tokens of this kind")]
    Unsupported,
    /// The service could not be asked, or did not answer.
    #[error("the service could not be asked")]
    Egress(#[from] EgressError),
    /// The service does not do it now.
    #[error("the service answered {status}")]
    Later {
        /// The HTTP status.
        status: u16,
        /// How long it wants to be left alone.
        after: Option<Duration>,
    },
    /// The request cannot be made.
    #[error("the request cannot be made")]
    Request(#[source] OAuthError),
}

/// What kind of token it is (RFC 7009, section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenHint {
    /// Buys access tokens.
    Refresh,
    /// Is sent with requests.
    Access,
}

impl TokenHint {
    /// The word of RFC 7009.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refresh => "refresh_token",
            Self::Access => "access_token",
        }
    }
}

impl ClientIdentity {
    /// Whether tokens of this kind can be revoked at all.
    pub fn can_revoke(&self, hint: TokenHint) -> bool {
        let is_taken = match self.dialect.revokes {
            Revocable::All => true,
            Revocable::Access => hint == TokenHint::Access,
            Revocable::Refresh => hint == TokenHint::Refresh,
        };
        is_taken && (self.dialect.revocation.is_some() || self.revocation_endpoint.is_some())
    }
}

impl Upstream {
    /// Revokes a token. A token the service does not know is as good as revoked.
    pub async fn revoke(
        &self,
        client: &ClientIdentity,
        proof: &Proof,
        token: &SecretString,
        hint: TokenHint,
    ) -> Result<(), RevokeError> {
        if !client.can_revoke(hint) {
            return Err(RevokeError::Unsupported);
        }
        let request = match &client.dialect.revocation {
            Some(own) => request::own(own, client, proof, token),
            None => self.standard_request(client, proof, token, hint),
        };
        let answer = self.egress().send(request.map_err(RevokeError::Request)?, MAX_ANSWER).await?;
        let later = answer.headers().get(header::RETRY_AFTER);
        let later = later
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, self.clock.now()));
        client.dialect.revoked(answer.status(), answer.body()).map_err(|error| match error {
            RevokeError::Later { status, .. } => RevokeError::Later { status, after: later },
            error => error,
        })
    }

    fn standard_request(
        &self,
        client: &ClientIdentity,
        proof: &Proof,
        token: &SecretString,
        hint: TokenHint,
    ) -> Result<Request<Vec<u8>>, OAuthError> {
        let endpoint = client
            .revocation_endpoint
            .as_ref()
            .ok_or(OAuthError::Configuration("there is no revocation endpoint"))?;
        let assertion = proof.assertion(client, &self.clock)?;
        request::standard(endpoint, client, proof, &assertion, token, hint)
    }
}

impl Dialect {
    /// What a service meant that was asked to revoke a token. A token it does not know is as
    /// good as revoked.
    pub fn revoked(&self, status: StatusCode, body: &[u8]) -> Result<(), RevokeError> {
        let later = RevokeError::Later { status: status.as_u16(), after: None };
        match status {
            status if status.is_success() => match refused(body) {
                None => Ok(()),
                Some(_) if self.revocation.is_none() => Ok(()),
                Some(code) if request::IS_GONE.contains(&code.as_str()) => Ok(()),
                Some(_) => Err(later),
            },
            // A token that is addressed by its own path and is not there is gone.
            StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY
                if self.revocation.is_some() =>
            {
                Ok(())
            }
            StatusCode::BAD_REQUEST => match error_of(body).as_deref() {
                // RFC 7009, section 2.2.1.
                Some("unsupported_token_type") => Err(RevokeError::Unsupported),
                // RFC 7009, section 2.2, wants 200 for it, and some know better.
                Some("invalid_token") => Ok(()),
                _ => Err(later),
            },
            _ => Err(later),
        }
    }
}

/// The error of an answer whose status is a success: some say no that way.
fn refused(body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Answer {
        ok: bool,
        error: Option<String>,
    }
    let answer: Answer = serde_json::from_slice(body).ok()?;
    (!answer.ok).then(|| printable(&answer.error.unwrap_or_default()))
}

fn error_of(body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Answer {
        error: String,
    }
    serde_json::from_slice::<Answer>(body).ok().map(|answer| answer.error)
}
