//! The metadata of authorization servers (RFC 8414).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::{Request, StatusCode, header};
use lru::LruCache;
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;

use super::{MAX_ANSWER, OAuthError};
use crate::Upstream;
use crate::provider::{AuthorizationServer, Endpoints, OAuthProvider};

/// What is known of authorization servers, by issuer, and since when.
pub(crate) type KnownServers = Mutex<LruCache<String, (Endpoints, Instant)>>;

/// How long metadata is believed.
const FRESH: Duration = Duration::from_mins(10);

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    revocation_endpoint: Option<Url>,
    userinfo_endpoint: Option<Url>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Upstream {
    /// The endpoints of a provider's authorization server.
    pub(super) async fn endpoints(
        &self,
        provider: &OAuthProvider,
    ) -> Result<Endpoints, OAuthError> {
        let issuer = match &provider.server {
            AuthorizationServer::Endpoints(endpoints) => return Ok((**endpoints).clone()),
            AuthorizationServer::Issuer(issuer) => issuer,
        };
        let known = self.known_server(issuer);
        if let Some(known) = known {
            return Ok(known);
        }
        let endpoints = self.fetch_metadata(issuer).await?;
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.put(issuer.clone(), (endpoints.clone(), Instant::now()));
        Ok(endpoints)
    }

    fn known_server(&self, issuer: &str) -> Option<Endpoints> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let (endpoints, since) = servers.get(issuer)?;
        (since.elapsed() < FRESH).then(|| endpoints.clone())
    }

    async fn fetch_metadata(&self, issuer: &str) -> Result<Endpoints, OAuthError> {
        let base = Url::parse(issuer).map_err(|_| OAuthError::Metadata("the issuer is no URL"))?;
        for place in well_known(&base) {
            let request = Request::get(place.as_str())
                .header(header::ACCEPT, "application/json")
                .body(Vec::new())
                .map_err(|_| OAuthError::Metadata("the issuer is no URI"))?;
            let answer = self.egress().send(request, MAX_ANSWER).await?;
            if answer.status() == StatusCode::OK {
                return read(issuer, answer.body());
            }
        }
        Err(OAuthError::Metadata("there is none"))
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

fn read(issuer: &str, body: &[u8]) -> Result<Endpoints, OAuthError> {
    let metadata: Metadata =
        serde_json::from_slice(body).map_err(|_| OAuthError::Metadata("it cannot be read"))?;
    if metadata.issuer != issuer {
        return Err(OAuthError::Metadata("it names another issuer"));
    }
    if !metadata.code_challenge_methods_supported.iter().any(|method| method == "S256") {
        return Err(OAuthError::Metadata("it does not offer PKCE with S256"));
    }
    Ok(Endpoints {
        issuer: metadata.issuer,
        authorization: metadata.authorization_endpoint,
        token: metadata.token_endpoint,
        revocation: metadata.revocation_endpoint,
        userinfo: metadata.userinfo_endpoint,
        names_itself: metadata.authorization_response_iss_parameter_supported,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
        read("https://as.example", metadata.to_string().as_bytes())
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
