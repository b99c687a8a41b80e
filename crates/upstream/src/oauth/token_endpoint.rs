//! Where tokens come from: for a code at first, for a refresh token later
//! (RFC 6749, sections 4.1.3 and 6).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{Response, StatusCode, header};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, StandardRevocableToken, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::token::{TokenAnswer, TokenResponse};
use super::{ClientIdentity, MAX_ANSWER, OAuthError, Plan};
use crate::Upstream;
use crate::dialect::answer::printable;
use crate::egress::EgressError;
use crate::mcp::retry_after;
use crate::proof::Proof;
use crate::provider::ClientAuth;

/// Keeps the token endpoint's answer, before anybody tries to read it.
pub type Keep<'a> =
    dyn Fn(SecretString) -> BoxFuture<'static, Result<(), KeepError>> + Send + Sync + 'a;

/// Why an answer could not be kept.
pub type KeepError = Box<dyn std::error::Error + Send + Sync>;

/// What it means that tokens were not renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshFailure {
    /// The service does not accept the grant any more.
    Over,
    /// The service does not accept us, or not in this way. An operator has to look; the
    /// grant is what it was.
    Client,
    /// The service did not do it.
    NotDone {
        /// How long it wants to be left alone.
        after: Option<Duration>,
    },
    /// Nobody knows whether the service did it.
    Unknown,
}

impl Upstream {
    /// Exchanges a code for tokens.
    ///
    /// `keep` is given the answer as it came, before anybody tries to read it; when
    /// it fails, so does the exchange. The code is spent in any case.
    pub async fn exchange(
        &self,
        plan: &Plan,
        proof: &Proof,
        code: &SecretString,
        verifier: &SecretString,
        keep: &Keep<'_>,
    ) -> Result<TokenAnswer, OAuthError> {
        let identity = &plan.client;
        let client = client(identity, proof, &identity.token_endpoint)
            .set_redirect_uri(RedirectUrl::from_url(plan.redirect_uri.clone()));
        let mut request =
            client.exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()));
        if !identity.dialect.refuses_pkce {
            let verifier = PkceCodeVerifier::new(verifier.expose_secret().to_owned());
            request = request.set_pkce_verifier(verifier);
        }
        for (name, value) in self.params(identity, proof)? {
            request = request.add_extra_param(name, value);
        }
        let endpoint = self.endpoint(identity, keep);
        let answer = request.request_async(&endpoint).await;
        let answer = TokenAnswer::check(&answer.map_err(error)?)?;
        let body = endpoint.body.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(answer.with_whole(body.expose_secret().as_bytes()))
    }

    /// Renews tokens. `keep` is given the answer as it came, before anybody tries to read
    /// it.
    pub async fn refresh(
        &self,
        identity: &ClientIdentity,
        proof: &Proof,
        token: &SecretString,
        keep: &Keep<'_>,
    ) -> Result<TokenAnswer, OAuthError> {
        let url = identity.dialect.refresh_url.as_ref().unwrap_or(&identity.token_endpoint);
        let client = client(identity, proof, url);
        let token = RefreshToken::new(token.expose_secret().to_owned());
        let mut request = client.exchange_refresh_token(&token);
        for (name, value) in self.params(identity, proof)? {
            request = request.add_extra_param(name, value);
        }
        let answer = request.request_async(&self.endpoint(identity, keep)).await;
        TokenAnswer::check(&answer.map_err(error)?)
    }

    /// What else goes into each token request.
    fn params(
        &self,
        identity: &ClientIdentity,
        proof: &Proof,
    ) -> Result<Vec<(String, String)>, OAuthError> {
        let dialect = &identity.dialect;
        let mut params: Vec<(String, String)> = dialect
            .token_params
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !dialect.refuses_resource {
            params.push(("resource".to_owned(), identity.resource.clone()));
        }
        params.extend(proof.assertion(identity, &self.clock)?);
        Ok(params)
    }

    fn endpoint<'a>(&'a self, identity: &'a ClientIdentity, keep: &'a Keep<'a>) -> Endpoint<'a> {
        Endpoint { upstream: self, identity, keep, body: Mutex::default() }
    }
}

type TokenClient = Client<
    BasicErrorResponse,
    TokenResponse,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

fn client(identity: &ClientIdentity, proof: &Proof, url: &Url) -> TokenClient {
    let client = Client::new(ClientId::new(identity.client_id.clone()))
        .set_token_uri(TokenUrl::from_url(url.clone()))
        .set_auth_type(match identity.client_auth {
            ClientAuth::Basic => AuthType::BasicAuth,
            ClientAuth::Post | ClientAuth::None | ClientAuth::PrivateKeyJwt => {
                AuthType::RequestBody
            }
        });
    match (identity.client_auth, proof) {
        (ClientAuth::Basic | ClientAuth::Post, Proof::Secret(secret)) => {
            client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
        }
        _ => client,
    }
}

/// The HTTP client of the `oauth2` crate: sends, keeps, and hands the answer over as
/// the specification would have it.
struct Endpoint<'a> {
    upstream: &'a Upstream,
    identity: &'a ClientIdentity,
    keep: &'a Keep<'a>,
    /// What was answered.
    body: Mutex<SecretString>,
}

impl<'c> AsyncHttpClient<'c> for Endpoint<'_> {
    type Error = OAuthError;
    type Future = BoxFuture<'c, Result<HttpResponse, OAuthError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

impl Endpoint<'_> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, OAuthError> {
        let dialect = &self.identity.dialect;
        let answer = self.upstream.egress().send(dialect.request(request), MAX_ANSWER).await?;
        let now = self.upstream.clock.now();
        if !answer.status().is_success() {
            return Err(self.refusal(&answer));
        }
        // Tokens are ASCII; what is not text holds none worth keeping.
        let text = String::from_utf8(answer.into_body())
            .map_err(|_| OAuthError::Unusable("the answer is not text"))?;
        let text = SecretString::from(text);
        (self.keep)(text.clone()).await.map_err(OAuthError::Keep)?;
        *self.body.lock().unwrap_or_else(PoisonError::into_inner) = text.clone();
        let body = dialect.read(text.expose_secret().as_bytes(), now)?.to_string().into_bytes();
        let mut answer = Response::new(body);
        *answer.status_mut() = StatusCode::OK;
        Ok(answer)
    }

    fn refusal(&self, answer: &HttpResponse) -> OAuthError {
        let after = answer.headers().get(header::RETRY_AFTER).and_then(|it| it.to_str().ok());
        let after = after.and_then(|text| retry_after(text, self.upstream.clock.now()));
        let status = answer.status();
        let is_about_the_request = !status.is_server_error() && status.as_u16() != 429;
        let body = serde_json::from_slice::<serde_json::Value>(answer.body()).ok();
        let code = body.as_ref().and_then(|body| self.identity.dialect.error(body.as_object()?));
        match code {
            Some(code) if is_about_the_request => OAuthError::Refused(code),
            _ => OAuthError::Status { status: status.as_u16(), after },
        }
    }
}

/// What the crate's error means. Its own text may quote the answer, tokens included,
/// and goes no further than here.
fn error(error: RequestTokenError<OAuthError, BasicErrorResponse>) -> OAuthError {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(response) => {
            OAuthError::Refused(printable(response.error().as_ref()))
        }
        RequestTokenError::Parse(..) => OAuthError::Unusable("the answer cannot be read"),
        RequestTokenError::Other(_) => OAuthError::Unusable("there is no answer"),
    }
}

impl OAuthError {
    /// What it means for a grant that it could not be renewed. The code is compared as a
    /// whole: a client that is refused must never pass for a grant that is over.
    pub fn refresh_failure(&self) -> RefreshFailure {
        match self {
            Self::Refused(code) if code == "invalid_grant" => RefreshFailure::Over,
            Self::Refused(_)
            | Self::NoMetadata
            | Self::NotRegistered
            | Self::Metadata(_)
            | Self::Configuration(_) => RefreshFailure::Client,
            Self::Egress(EgressError::Refused(_) | EgressError::Connect(_)) => {
                RefreshFailure::NotDone { after: None }
            }
            // Whoever says how long to wait knows that it did nothing.
            Self::Status { status, after } if *status < 500 || after.is_some() => {
                RefreshFailure::NotDone { after: *after }
            }
            Self::Status { .. } | Self::Egress(_) | Self::Unusable(_) | Self::Keep(_) => {
                RefreshFailure::Unknown
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_invalid_grant_ends_a_grant() {
        let refused = |code: &str| OAuthError::Refused(code.to_owned()).refresh_failure();
        assert_eq!(refused("invalid_grant"), RefreshFailure::Over);
        for code in ["invalid_client", "invalid_client_invalid_grant", "access_denied", "oops"] {
            assert_eq!(refused(code), RefreshFailure::Client, "{code}");
        }
    }

    #[test]
    fn a_status_that_says_when_to_come_back_did_nothing() {
        let status = |status, after| OAuthError::Status { status, after }.refresh_failure();
        let minute = Some(Duration::from_mins(1));
        assert_eq!(status(503, minute), RefreshFailure::NotDone { after: minute });
        assert_eq!(status(429, None), RefreshFailure::NotDone { after: None });
        assert_eq!(status(500, None), RefreshFailure::Unknown);
        assert_eq!(status(502, None), RefreshFailure::Unknown);
    }
}
