//! Services that a viewer adds by the URL of an MCP server, for themselves alone.

mod add;
mod look_up;
mod remove;

pub(crate) use add::MAX_PER_MINUTE;
use attache_domain::{ConnectMethod, KeyField, ProtocolEra};
use secrecy::SecretString;
use url::Url;

use crate::Engine;

/// What viewers may add.
#[derive(Clone, Debug, Default)]
pub struct OwnServiceRules {
    /// The hosts whose MCP servers may be added, where not all may: `mcp.example.com`, or
    /// `*.example.com` for everything below it.
    pub hosts: Option<Vec<String>>,
}

impl OwnServiceRules {
    fn allows(&self, url: &Url) -> bool {
        let Some(hosts) = &self.hosts else { return true };
        let host = url.host_str().unwrap_or_default();
        hosts.iter().any(|allowed| match allowed.strip_prefix('*') {
            Some(domain) => host.ends_with(domain),
            None => host == allowed,
        })
    }
}

/// What to add.
#[derive(Debug)]
pub struct AddService {
    /// The name to show.
    pub name: String,
    /// Where the MCP server is.
    pub mcp_url: String,
    /// How an account is connected. The server is asked when it is left out.
    pub connect_method: Option<ConnectMethod>,
    /// Which revisions of MCP it speaks. The server is asked when it is left out.
    pub protocol_era: Option<ProtocolEra>,
    /// What is entered at a server that takes a key: one key, when it is empty.
    pub key_fields: Vec<KeyField>,
    /// A client that the viewer registered there.
    pub client: Option<BroughtClient>,
}

/// A client that a viewer registered at an authorization server.
#[derive(Debug)]
pub struct BroughtClient {
    /// To whom it is known, exactly.
    pub issuer: String,
    /// Its name there.
    pub id: String,
    /// What it proves itself with.
    pub secret: Option<SecretString>,
    /// Whether the secret is carried in the form and not in a header.
    pub is_secret_in_form: bool,
}

impl Engine {
    /// Whether viewers may add services.
    pub fn allows_own_services(&self) -> bool {
        self.0.settings.own_services.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_allowed_by_its_name_or_by_the_domain_it_is_in() {
        let hosts = Some(vec!["mcp.example.com".to_owned(), "*.example.org".to_owned()]);
        let rules = OwnServiceRules { hosts };
        let allows = |url: &str| rules.allows(&url.parse().expect("a URL"));
        assert!(allows("https://mcp.example.com/mcp"));
        assert!(allows("https://a.b.example.org/"));
        for other in
            ["https://example.com", "https://example.org", "https://xexample.org", "https://a.b"]
        {
            assert!(!allows(other), "{other}");
        }
    }
}
