//! Where to send a person for consent.

use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{ClientIdentity, Discovery, IdentityPlan, OAuthError, Plan, Trail, canonical};
use crate::Upstream;
use crate::provider::{AuthorizationServer, Endpoints, OAuthProvider};

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
pub struct AuthorizationRequest {
    /// Where they consent.
    pub server: Endpoints,
    /// Who we are there.
    pub client: ClientIdentity,
    /// Where they are sent back to.
    pub redirect_uri: Url,
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
    /// Whether that account may become somebody else's.
    pub allows_other_identity: bool,
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
    /// Where the tokens of a service come from: as the operator wrote it down, or as the
    /// service says.
    pub async fn destination(
        &self,
        provider: &OAuthProvider,
        mcp_url: &Url,
        trail: &mut Trail,
    ) -> Result<Discovery, OAuthError> {
        let server = match &provider.server {
            AuthorizationServer::Discovered => {
                let mut found = self.discover(mcp_url, trail).await?;
                if let Some(resource) = &provider.resource {
                    found.resource.clone_from(resource);
                }
                return Ok(found);
            }
            AuthorizationServer::Issuer(issuer) => self.metadata(issuer, trail).await?,
            AuthorizationServer::Endpoints(endpoints) => (**endpoints).clone(),
        };
        let resource = provider.resource.clone().unwrap_or_else(|| canonical(mcp_url));
        Ok(Discovery { resource, server, scopes: Vec::new(), scopes_supported: None })
    }

    /// Works out where to send a person for consent.
    pub fn authorize(
        &self,
        provider: &OAuthProvider,
        request: AuthorizationRequest,
    ) -> Result<Authorization, OAuthError> {
        let AuthorizationRequest { server, client, redirect_uri, scopes, state, .. } = request;
        self.check_endpoint(&server.authorization)?;
        if provider.authorization_params.iter().any(|(name, _)| is_reserved_param(name)) {
            return Err(OAuthError::Configuration("an authorization parameter is reserved"));
        }
        let asking = BasicClient::new(ClientId::new(client.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(server.authorization.clone()))
            .set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()));
        let verifier = PkceCodeVerifier::new(request.verifier.expose_secret().to_owned());
        let state = CsrfToken::new(state.expose_secret().to_owned());
        let dialect = &provider.dialect;
        let mut url = asking.authorize_url(|| state);
        if !dialect.refuses_pkce {
            url = url.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        if !scopes.is_empty() {
            let scopes = dialect.scopes(&scopes);
            url = match &dialect.scope_parameter {
                Some(name) => url.add_extra_param(name.clone(), scopes),
                None => url.add_scope(Scope::new(scopes)),
            };
        }
        if !dialect.refuses_resource {
            url = url.add_extra_param("resource", &client.resource);
        }
        for (name, value) in &provider.authorization_params {
            url = url.add_extra_param(name, value);
        }
        if must_ask(provider, &scopes) {
            url = url.add_extra_param("prompt", "consent");
        }
        let (url, _) = url.url();
        let plan = Plan {
            identity: IdentityPlan::of(&provider.identity, &server)?,
            client,
            redirect_uri,
            names_itself: server.names_itself,
            scopes,
            return_to: request.return_to,
            generation: request.generation,
            allows_other_identity: request.allows_other_identity,
        };
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

/// Whether the person has to be asked even if they consented before: `offline_access` counts for
/// nothing otherwise (OpenID Connect Core, section 11). Where an operator wrote the service down,
/// they know what it needs.
fn must_ask(provider: &OAuthProvider, scopes: &[String]) -> bool {
    let is_found = matches!(provider.server, AuthorizationServer::Discovered);
    let is_said = provider.authorization_params.iter().any(|(name, _)| name == "prompt");
    is_found && !is_said && scopes.iter().any(|scope| scope == "offline_access")
}

/// Whether a parameter of the authorization URL is the flow's own to set.
pub fn is_reserved_param(name: &str) -> bool {
    RESERVED.contains(&name)
}
