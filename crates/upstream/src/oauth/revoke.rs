//! Ending a token at its service (RFC 7009).

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Request, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use super::{ClientIdentity, MAX_ANSWER, OAuthError};
use crate::Upstream;
use crate::egress::EgressError;
use crate::mcp::retry_after;
use crate::provider::ClientAuth;

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

impl Upstream {
    /// Revokes a token. A token the service does not know is as good as revoked.
    pub async fn revoke(
        &self,
        client: &ClientIdentity,
        secret: Option<&SecretString>,
        token: &SecretString,
        hint: &str,
    ) -> Result<(), RevokeError> {
        let request = request(client, secret, token, hint)?;
        let answer = self.egress().send(request, MAX_ANSWER).await?;
        match answer.status() {
            status if status.is_success() => Ok(()),
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
}

fn request(
    client: &ClientIdentity,
    secret: Option<&SecretString>,
    token: &SecretString,
    hint: &str,
) -> Result<Request<Vec<u8>>, RevokeError> {
    let endpoint = client.revocation_endpoint.as_ref().ok_or(RevokeError::Unsupported)?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("token", token.expose_secret()).append_pair("token_type_hint", hint);
    let mut request = Request::post(endpoint.as_str())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json");
    match (client.client_auth, secret) {
        (ClientAuth::Basic, Some(secret)) => {
            request = request.header(header::AUTHORIZATION, basic(&client.client_id, secret));
        }
        (ClientAuth::Post, Some(secret)) => {
            form.append_pair("client_id", &client.client_id)
                .append_pair("client_secret", secret.expose_secret());
        }
        _ => {
            form.append_pair("client_id", &client.client_id);
        }
    }
    let body = form.finish().into_bytes();
    request
        .body(body)
        .map_err(|_| RevokeError::Request(OAuthError::Configuration("the endpoint is no URI")))
}

/// HTTP Basic with form-encoded name and secret (RFC 6749, section 2.3.1).
fn basic(id: &str, secret: &SecretString) -> HeaderValue {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(id), encode(secret.expose_secret()));
    let value = format!("Basic {}", BASE64_STANDARD.encode(pair));
    let mut value = HeaderValue::from_str(&value).expect("base64 is a header value");
    value.set_sensitive(true);
    value
}

fn is_unsupported(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Answer {
        error: String,
    }
    serde_json::from_slice::<Answer>(body)
        .is_ok_and(|answer| answer.error == "unsupported_token_type")
}
