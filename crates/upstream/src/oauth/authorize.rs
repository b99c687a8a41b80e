//! Where to send a person for consent.

use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{ClientIdentity, OAuthError, Plan, context_id};
use crate::Upstream;
use crate::provider::{Endpoints, IdentityCall, OAuthProvider};

/// What the flow itself puts into the URL. Neither configuration nor metadata may.
const RESERVED: [&str; 9] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "code_challenge",
    "code_challenge_method",
    "resource",
    "nonce",
];

/// A person about to be sent for consent.
#[derive(Debug)]
pub struct AuthorizationRequest<'a> {
    /// The service's code.
    pub service: &'a str,
    /// Where callbacks land; the context is appended to its path.
    pub callback_base: &'a Url,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// 256 random bits, in base64url.
    pub state: SecretString,
    /// 256 more, in base64url.
    pub verifier: SecretString,
    /// Where the frontend goes on, by name.
    pub return_to: String,
    /// The generation of the account to reauthorize.
    pub generation: Option<i64>,
}

/// Where to send the person, and what to remember until they come back.
#[derive(Debug)]
pub struct Authorization {
    /// The URL. Holds the state.
    pub url: SecretString,
    /// What to remember.
    pub plan: Plan,
}

impl Upstream {
    /// Works out where to send a person for consent. Asks the authorization server
    /// for its metadata when only its issuer is known.
    pub async fn authorize(
        &self,
        provider: &OAuthProvider,
        request: AuthorizationRequest<'_>,
    ) -> Result<Authorization, OAuthError> {
        let endpoints = self.endpoints(provider).await?;
        self.check_endpoint(&endpoints.authorization)?;
        let plan = plan(provider, &endpoints, &request)?;
        let client = BasicClient::new(ClientId::new(provider.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(endpoints.authorization))
            .set_redirect_uri(RedirectUrl::from_url(plan.redirect_uri.clone()));
        let verifier = PkceCodeVerifier::new(request.verifier.expose_secret().to_owned());
        let state = CsrfToken::new(request.state.expose_secret().to_owned());
        let dialect = &provider.dialect;
        let mut url = client.authorize_url(|| state);
        if !dialect.refuses_pkce {
            url = url.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        if !request.scopes.is_empty() {
            let scopes = dialect.scopes(&request.scopes);
            url = match &dialect.scope_parameter {
                Some(name) => url.add_extra_param(name.clone(), scopes),
                None => url.add_scope(Scope::new(scopes)),
            };
        }
        if !dialect.refuses_resource {
            url = url.add_extra_param("resource", &provider.resource);
        }
        for (name, value) in &provider.authorization_params {
            url = url.add_extra_param(name, value);
        }
        let (url, _) = url.url();
        Ok(Authorization { url: String::from(url).into(), plan })
    }

    /// An authorization endpoint is opened by the person's browser, so it must be a
    /// web page, and it must not bring parameters that are ours to set.
    fn check_endpoint(&self, endpoint: &Url) -> Result<(), OAuthError> {
        self.egress().check(endpoint)?;
        if endpoint.fragment().is_some() {
            return Err(OAuthError::Metadata("the authorization endpoint has a fragment"));
        }
        if endpoint.query_pairs().any(|(name, _)| is_reserved_param(&name)) {
            return Err(OAuthError::Metadata("the authorization endpoint sets our parameters"));
        }
        Ok(())
    }
}

/// Whether a parameter of the authorization URL is the flow's own to set.
pub fn is_reserved_param(name: &str) -> bool {
    RESERVED.contains(&name)
}

fn plan(
    provider: &OAuthProvider,
    endpoints: &Endpoints,
    request: &AuthorizationRequest<'_>,
) -> Result<Plan, OAuthError> {
    if provider.authorization_params.iter().any(|(name, _)| is_reserved_param(name)) {
        return Err(OAuthError::Configuration("an authorization parameter is reserved"));
    }
    let mut redirect_uri = request.callback_base.clone();
    redirect_uri
        .path_segments_mut()
        .map_err(|()| OAuthError::Configuration("the callback URL has no path"))?
        .pop_if_empty()
        .push(&context_id(request.service, &endpoints.issuer, &provider.client_id));
    let identity = match &provider.identity {
        None => None,
        Some(source) => {
            let url = source.url.clone().or_else(|| endpoints.userinfo.clone());
            Some(IdentityCall {
                url: url.ok_or(OAuthError::Metadata("there is no userinfo endpoint"))?,
                subject: source.subject.clone(),
                label: source.label.clone(),
            })
        }
    };
    Ok(Plan {
        client: ClientIdentity {
            issuer: endpoints.issuer.clone(),
            token_endpoint: endpoints.token.clone(),
            revocation_endpoint: endpoints.revocation.clone(),
            client_id: provider.client_id.clone(),
            client_auth: provider.client_auth,
            resource: provider.resource.clone(),
            dialect: provider.dialect.clone(),
        },
        redirect_uri,
        names_itself: endpoints.names_itself,
        scopes: request.scopes.clone(),
        identity,
        return_to: request.return_to.clone(),
        generation: request.generation,
    })
}
