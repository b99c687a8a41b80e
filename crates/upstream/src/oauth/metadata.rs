//! The metadata of authorization servers (RFC 8414; OpenID Connect Discovery).

use std::sync::PoisonError;
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;

use super::trail::Trail;
use super::{MAX_ANSWER, OAuthError};
use crate::Upstream;
use crate::egress::Egress;
use crate::provider::Endpoints;

/// How long metadata is believed.
pub(super) const FRESH: Duration = Duration::from_mins(10);

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    revocation_endpoint: Option<Url>,
    userinfo_endpoint: Option<Url>,
    registration_endpoint: Option<Url>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    client_id_metadata_document_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    scopes_supported: Option<Vec<String>>,
}

impl Upstream {
    /// The endpoints of the authorization server with this issuer.
    pub(super) async fn metadata(
        &self,
        issuer: &str,
        trail: &mut Trail,
    ) -> Result<Endpoints, OAuthError> {
        if let Some(known) = self.known_server(issuer) {
            return Ok(known);
        }
        let endpoints = self.fetch_metadata(issuer, trail).await?;
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.put(issuer.to_owned(), (endpoints.clone(), Instant::now()));
        Ok(endpoints)
    }

    fn known_server(&self, issuer: &str) -> Option<Endpoints> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let (endpoints, since) = servers.get(issuer)?;
        (since.elapsed() < FRESH).then(|| endpoints.clone())
    }

    async fn fetch_metadata(
        &self,
        issuer: &str,
        trail: &mut Trail,
    ) -> Result<Endpoints, OAuthError> {
        let base = Url::parse(issuer).map_err(|_| OAuthError::Metadata("the issuer is no URL"))?;
        if base.query().is_some() || base.fragment().is_some() {
            return Err(OAuthError::Metadata("the issuer has a query or a fragment"));
        }
        for place in well_known(&base) {
            let answer = self.egress().fetch(&place, MAX_ANSWER).await?;
            trail.saw(&place, answer.status());
            if answer.status() == StatusCode::OK {
                let endpoints = read(issuer, answer.body(), self.egress());
                trail.judged(&endpoints);
                return endpoints;
            }
        }
        Err(OAuthError::NoMetadata)
    }
}

/// Where metadata may be, in the order in which to look (RFC 8414 section 3.1,
/// OpenID Connect Discovery section 4).
fn well_known(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    let inserted = |name: &str| format!("/.well-known/{name}{path}");
    let appended = format!("{path}/.well-known/openid-configuration");
    let mut paths =
        vec![inserted("oauth-authorization-server"), inserted("openid-configuration"), appended];
    paths.dedup();
    paths
        .into_iter()
        .map(|path| {
            let mut place = issuer.clone();
            place.set_path(&path);
            place.set_query(None);
            place
        })
        .collect()
}

fn read(issuer: &str, body: &[u8], egress: &Egress) -> Result<Endpoints, OAuthError> {
    let metadata: Metadata =
        serde_json::from_slice(body).map_err(|_| OAuthError::Metadata("it cannot be read"))?;
    if metadata.issuer != issuer {
        return Err(OAuthError::Metadata("it names another issuer"));
    }
    if !metadata.code_challenge_methods_supported.iter().any(|method| method == "S256") {
        return Err(OAuthError::Metadata("it does not offer PKCE with S256"));
    }
    let endpoints = Endpoints {
        issuer: metadata.issuer,
        authorization: metadata.authorization_endpoint,
        token: metadata.token_endpoint,
        revocation: metadata.revocation_endpoint,
        userinfo: metadata.userinfo_endpoint,
        registration: metadata.registration_endpoint,
        names_itself: metadata.authorization_response_iss_parameter_supported,
        takes_documents: metadata.client_id_metadata_document_supported,
        auth_methods: metadata.token_endpoint_auth_methods_supported,
        scopes: metadata.scopes_supported,
    };
    // A person's browser is about to go to the first, and ours to the others.
    for url in endpoints.urls() {
        egress.check(url)?;
    }
    Ok(endpoints)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::egress::Policy;

    fn metadata() -> serde_json::Value {
        json!({
            "issuer": "https://as.example",
            "authorization_endpoint": "https://as.example/authorize",
            "token_endpoint": "https://as.example/token",
            "code_challenge_methods_supported": ["S256"],
        })
    }

    fn check(edit: impl FnOnce(&mut serde_json::Value)) -> Result<Endpoints, OAuthError> {
        let mut metadata = metadata();
        edit(&mut metadata);
        let egress = Egress::new(Policy::default());
        read("https://as.example", metadata.to_string().as_bytes(), &egress)
    }

    #[test]
    fn the_issuer_is_compared_byte_for_byte() {
        assert!(check(|_| {}).is_ok());
        for other in ["https://as.example/", "https://AS.example", "https://evil.example"] {
            assert!(check(|metadata| metadata["issuer"] = other.into()).is_err(), "{other}");
        }
    }

    #[test]
    fn a_server_without_s256_is_not_used() {
        for methods in [json!(null), json!([]), json!(["plain"])] {
            let result = check(|metadata| {
                metadata["code_challenge_methods_supported"] = methods;
            });
            assert!(result.is_err());
        }
    }

    #[test]
    fn no_endpoint_leads_where_nobody_should_go() {
        for (field, url) in [
            ("authorization_endpoint", "javascript:alert(1)"),
            ("authorization_endpoint", "data:text/html,x"),
            ("authorization_endpoint", "file:///etc/passwd"),
            ("authorization_endpoint", "http://as.example/authorize"),
            ("authorization_endpoint", "https://user:pass@as.example/authorize"),
            ("token_endpoint", "http://169.254.169.254/latest"),
            ("token_endpoint", "https://127.0.0.1/token"),
            ("registration_endpoint", "https://[::1]/register"),
            ("revocation_endpoint", "https://10.0.0.1/revoke"),
            ("userinfo_endpoint", "ftp://as.example/userinfo"),
        ] {
            assert!(check(|metadata| metadata[field] = url.into()).is_err(), "{field} = {url}");
        }
    }

    #[test]
    fn every_place_is_looked_at_once() {
        let places = |issuer: &str| -> Vec<String> {
            well_known(&issuer.parse().unwrap()).iter().map(|url| url.path().to_owned()).collect()
        };
        assert_eq!(
            places("https://as.example/tenant/1"),
            [
                "/.well-known/oauth-authorization-server/tenant/1",
                "/.well-known/openid-configuration/tenant/1",
                "/tenant/1/.well-known/openid-configuration",
            ]
        );
        assert_eq!(
            places("https://as.example"),
            ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]
        );
    }
}
