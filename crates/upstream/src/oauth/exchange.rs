//! A code becomes tokens.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{Response, StatusCode};
use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClientId, ClientSecret, HttpRequest,
    HttpResponse, PkceCodeVerifier, RedirectUrl, RequestTokenError, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};

use super::token::{TokenAnswer, normalized, printable};
use super::{MAX_ANSWER, OAuthError, Plan};
use crate::Upstream;
use crate::egress::Egress;
use crate::provider::ClientAuth;

/// Keeps the token endpoint's answer, before anybody tries to read it.
pub type Keep<'a> =
    dyn Fn(SecretString) -> BoxFuture<'static, Result<(), KeepError>> + Send + Sync + 'a;

/// Why an answer could not be kept.
pub type KeepError = Box<dyn std::error::Error + Send + Sync>;

impl Upstream {
    /// Exchanges a code for tokens.
    ///
    /// `keep` is given the answer as it came, before anybody tries to read it; when
    /// it fails, so does the exchange. The code is spent in any case.
    pub async fn exchange(
        &self,
        plan: &Plan,
        secret: Option<&SecretString>,
        code: &SecretString,
        verifier: &SecretString,
        keep: &Keep<'_>,
    ) -> Result<TokenAnswer, OAuthError> {
        let mut client = BasicClient::new(ClientId::new(plan.client.client_id.clone()))
            .set_token_uri(TokenUrl::from_url(plan.client.token_endpoint.clone()))
            .set_redirect_uri(RedirectUrl::from_url(plan.redirect_uri.clone()))
            .set_auth_type(match plan.client.client_auth {
                ClientAuth::Basic => AuthType::BasicAuth,
                ClientAuth::Post | ClientAuth::None => AuthType::RequestBody,
            });
        if let (Some(secret), ClientAuth::Basic | ClientAuth::Post) =
            (secret, plan.client.client_auth)
        {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        let answer = client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()))
            .add_extra_param("resource", plan.client.resource.clone())
            .request_async(&Keeper { egress: self.egress(), keep })
            .await
            .map_err(error)?;
        TokenAnswer::check(&answer)
    }
}

/// The HTTP client of the `oauth2` crate: sends, keeps, and hands the answer over as
/// the specification would have it.
struct Keeper<'a> {
    egress: &'a Egress,
    keep: &'a Keep<'a>,
}

impl<'c> AsyncHttpClient<'c> for Keeper<'_> {
    type Error = OAuthError;
    type Future = BoxFuture<'c, Result<HttpResponse, OAuthError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

impl Keeper<'_> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, OAuthError> {
        let answer = self.egress.send(request, MAX_ANSWER).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        // Tokens are ASCII; what is not text holds none worth keeping.
        let text = String::from_utf8(answer.into_body())
            .map_err(|_| OAuthError::Unusable("the answer is not text"))?;
        let text = SecretString::from(text);
        (self.keep)(text.clone()).await.map_err(OAuthError::Keep)?;
        let body = normalized(text.expose_secret().as_bytes())?.to_string().into_bytes();
        let mut answer = Response::new(body);
        *answer.status_mut() = StatusCode::OK;
        Ok(answer)
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
