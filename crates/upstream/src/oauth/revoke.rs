//! Ending a token at its service (RFC 7009).

mod request;

use std::time::Duration;

use http::{Request, StatusCode, header};
use secrecy::SecretString;

use super::{ClientIdentity, MAX_ANSWER, OAuthError};
use crate::Upstream;
use crate::dialect::answer::printable;
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
        match &self.dialect.revocation {
            Some(own) => hint == TokenHint::Access || !own.access_only,
            None => self.revocation_endpoint.is_some(),
        }
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
        match answer.status() {
            status if status.is_success() => match refused(answer.body()) {
                None => Ok(()),
                Some(_) if client.dialect.revocation.is_none() => Ok(()),
                Some(code) if request::IS_GONE.contains(&code.as_str()) => Ok(()),
                Some(_) => Err(RevokeError::Later { status: 200, after: None }),
            },
            // A token that is addressed by its own path and is not there is gone.
            StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY
                if client.dialect.revocation.is_some() =>
            {
                Ok(())
            }
            StatusCode::BAD_REQUEST if is_unsupported(answer.body()) => {
                Err(RevokeError::Unsupported)
            }
            status => {
                let after = answer.headers().get(header::RETRY_AFTER);
                let after = after
                    .and_then(|value| value.to_str().ok())
                    .and_then(|value| retry_after(value, self.clock.now()));
                Err(RevokeError::Later { status: status.as_u16(), after })
            }
        }
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

fn is_unsupported(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Answer {
        error: String,
    }
    serde_json::from_slice::<Answer>(body)
        .is_ok_and(|answer| answer.error == "unsupported_token_type")
}
