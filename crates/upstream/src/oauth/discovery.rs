//! From the URL of an MCP server to its authorization server (MCP, "Authorization";
//! RFC 9728).
//!
//! The server says who issues tokens for it: in its challenge, or else at a well-known
//! place. What it says must be about itself, because a document about somebody else would
//! make us ask for tokens that are good there.

use std::sync::PoisonError;

use http::{Request, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::challenge::Challenge;
use super::metadata::FRESH;
use super::trail::Trail;
use super::{MAX_ANSWER, OAuthError};
use crate::Upstream;
use crate::provider::Endpoints;

/// Where a service's tokens come from, as the service says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovery {
    /// What tokens are for (RFC 8707).
    pub resource: String,
    /// Who issues them.
    pub server: Endpoints,
    /// What to ask for unless somebody knows better: what the challenge says, or else all
    /// that the resource knows, or nothing.
    pub scopes: Vec<String>,
    /// Everything that may be asked for, where the service says so.
    pub scopes_supported: Option<Vec<String>>,
}

/// RFC 9728, section 2.
#[derive(Debug, Deserialize)]
struct ProtectedResource {
    resource: String,
    #[serde(default)]
    authorization_servers: Vec<String>,
    scopes_supported: Option<Vec<String>>,
}

impl Upstream {
    /// Finds out where the tokens of an MCP server come from. Believed for ten minutes.
    pub async fn discover(
        &self,
        mcp_url: &Url,
        trail: &mut Trail,
    ) -> Result<Discovery, OAuthError> {
        if let Some(known) = self.known_discovery(mcp_url) {
            return Ok(known);
        }
        let found = self.look_for_server(mcp_url, trail).await?;
        let mut known = self.discoveries.lock().unwrap_or_else(PoisonError::into_inner);
        known.put(mcp_url.to_string(), (found.clone(), Instant::now()));
        Ok(found)
    }

    fn known_discovery(&self, mcp_url: &Url) -> Option<Discovery> {
        let mut known = self.discoveries.lock().unwrap_or_else(PoisonError::into_inner);
        let (found, since) = known.get(mcp_url.as_str())?;
        (since.elapsed() < FRESH).then(|| found.clone())
    }

    /// Forgets what was found out about a service that does not hold any more.
    pub fn forget_discovery(&self, mcp_url: &Url) {
        self.discoveries.lock().unwrap_or_else(PoisonError::into_inner).pop(mcp_url.as_str());
    }

    async fn look_for_server(
        &self,
        mcp_url: &Url,
        trail: &mut Trail,
    ) -> Result<Discovery, OAuthError> {
        let challenge = self.provoke(mcp_url, trail).await?;
        let resource = self.protected_resource(mcp_url, &challenge, trail).await?;
        let Some(resource) = resource else {
            // As it was before RFC 9728: the server is its own authorization server.
            let issuer = mcp_url.origin().ascii_serialization();
            trail.note(format!("nothing says who issues tokens; trying {issuer} itself"));
            let server = self.metadata(&issuer, trail).await?;
            let scopes = challenge.scopes.or_else(|| server.scopes.clone()).unwrap_or_default();
            let scopes_supported = server.scopes.clone();
            return Ok(Discovery {
                resource: canonical(mcp_url),
                server,
                scopes,
                scopes_supported,
            });
        };
        let mut tried = Err(OAuthError::Metadata("the resource names no authorization server"));
        for issuer in resource.authorization_servers.iter().take(3) {
            tried = self.metadata(issuer, trail).await;
            if tried.is_ok() {
                break;
            }
        }
        let server = tried?;
        let supported = resource.scopes_supported.or_else(|| server.scopes.clone());
        let mut scopes = challenge.scopes.or_else(|| supported.clone()).unwrap_or_default();
        // Without it, some issue nothing to renew tokens with.
        let offline = "offline_access".to_owned();
        let offers_offline = server.scopes.as_ref().is_some_and(|all| all.contains(&offline));
        if offers_offline && !scopes.contains(&offline) {
            scopes.push(offline);
        }
        Ok(Discovery { resource: resource.resource, server, scopes, scopes_supported: supported })
    }

    /// Asks without a token, to see what the server wants instead.
    async fn provoke(&self, mcp_url: &Url, trail: &mut Trail) -> Result<Challenge, OAuthError> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {
            "_meta": { "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {} } } });
        let request = Request::post(mcp_url.as_str())
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::CONTENT_TYPE, "application/json")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "server/discover")
            .body(body.to_string().into_bytes())
            .map_err(|_| OAuthError::Metadata("the URL of the MCP server is no URI"))?;
        let answer = self.egress().send(request, MAX_ANSWER).await?;
        trail.saw(mcp_url, answer.status());
        let challenge = Challenge::of(answer.headers()).unwrap_or_default();
        if let Some(scopes) = &challenge.scopes {
            trail.note(format!("it wants the scopes {}", scopes.join(" ")));
        }
        Ok(challenge)
    }

    /// What the server says about itself; `None` when it says nothing anywhere.
    async fn protected_resource(
        &self,
        mcp_url: &Url,
        challenge: &Challenge,
        trail: &mut Trail,
    ) -> Result<Option<ProtectedResource>, OAuthError> {
        let named = challenge.resource_metadata.as_ref();
        let named = named.map(|text| Url::parse(text)).transpose();
        let named = named
            .map_err(|_| OAuthError::Metadata("the challenge names a place that is no URL"))?;
        for place in named.into_iter().chain(well_known(mcp_url)) {
            let answer = self.egress().fetch(&place, MAX_ANSWER).await?;
            trail.saw(&place, answer.status());
            if answer.status() != StatusCode::OK {
                continue;
            }
            let resource = read(answer.body(), mcp_url);
            trail.judged(&resource);
            return resource.map(Some);
        }
        Ok(None)
    }
}

/// RFC 9728, section 3.1: with the path of the resource, and at the root.
fn well_known(mcp_url: &Url) -> Vec<Url> {
    let path = mcp_url.path().trim_end_matches('/');
    let mut paths = vec![
        format!("/.well-known/oauth-protected-resource{path}"),
        "/.well-known/oauth-protected-resource".to_owned(),
    ];
    paths.dedup();
    paths
        .into_iter()
        .map(|path| {
            let mut place = mcp_url.clone();
            place.set_path(&path);
            place.set_query(None);
            place.set_fragment(None);
            place
        })
        .collect()
}

fn read(body: &[u8], mcp_url: &Url) -> Result<ProtectedResource, OAuthError> {
    let resource: ProtectedResource = serde_json::from_slice(body)
        .map_err(|_| OAuthError::Metadata("what the resource says of itself cannot be read"))?;
    if !is_about(&resource.resource, mcp_url) {
        return Err(OAuthError::Metadata("it is about another resource"));
    }
    Ok(resource)
}

/// Whether a resource is the MCP server, or a part of the same origin that holds it. A
/// query does not make another resource, nor does a slash at the end.
fn is_about(resource: &str, mcp_url: &Url) -> bool {
    let Ok(resource) = Url::parse(resource) else {
        return false;
    };
    if resource.origin() != mcp_url.origin() || resource.fragment().is_some() {
        return false;
    }
    let (whole, part) =
        (mcp_url.path().trim_end_matches('/'), resource.path().trim_end_matches('/'));
    whole.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The resource that tokens are for (RFC 8707): the MCP URL, without a fragment and
/// without the slash that an empty path prints.
pub fn canonical(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    let text = url.to_string();
    if url.path() == "/" && url.query().is_none() {
        text.trim_end_matches('/').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_about_somebody_else_is_not_believed() {
        let mcp: Url = "https://mcp.example/v2/mcp?login".parse().unwrap();
        for resource in [
            "https://mcp.example/v2/mcp",
            "https://mcp.example/v2/mcp/",
            "https://mcp.example/v2",
            "https://mcp.example",
            "https://mcp.example/",
        ] {
            assert!(is_about(resource, &mcp), "{resource}");
        }
        for resource in [
            "https://evil.example/v2/mcp",
            "http://mcp.example/v2/mcp",
            "https://mcp.example:8443/v2/mcp",
            "https://mcp.example/v2/mc",
            "https://mcp.example/v2/mcp/more",
            "https://mcp.example/v1",
            "https://mcp.example/v2/mcp#x",
            "nonsense",
            "",
        ] {
            assert!(!is_about(resource, &mcp), "{resource}");
        }
    }

    #[test]
    fn both_well_known_places_are_looked_at() {
        let places = |url: &str| -> Vec<String> {
            well_known(&url.parse().unwrap()).into_iter().map(String::from).collect()
        };
        assert_eq!(
            places("https://mcp.example/v2/mcp?x=1"),
            [
                "https://mcp.example/.well-known/oauth-protected-resource/v2/mcp",
                "https://mcp.example/.well-known/oauth-protected-resource",
            ]
        );
        assert_eq!(
            places("https://mcp.example"),
            ["https://mcp.example/.well-known/oauth-protected-resource"]
        );
    }

    #[test]
    fn an_empty_path_has_no_slash() {
        let canonical = |url: &str| super::canonical(&url.parse().unwrap());
        assert_eq!(canonical("https://mcp.example"), "https://mcp.example");
        assert_eq!(canonical("https://mcp.example/mcp/"), "https://mcp.example/mcp/");
        assert_eq!(canonical("https://mcp.example/?a=b#c"), "https://mcp.example/?a=b");
    }
}
