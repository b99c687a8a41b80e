//! The only way out: one HTTP client that goes only where it may.
//!
//! Addresses are judged when a name is resolved, and the connection is made to the
//! very addresses that were judged, so a name cannot resolve to one thing for the
//! guard and to another for the socket.

mod address;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use http::{Request, Response, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect;
use url::{Host, Url};

pub use address::Policy;

/// The longest URL that is followed, in bytes.
const MAX_URL: usize = 2048;

/// How many redirects of a document are followed.
const MAX_HOPS: usize = 3;

const CONNECT: Duration = Duration::from_secs(3);
const TOTAL: Duration = Duration::from_secs(10);

/// How long an MCP stream may be silent. Servers send a comment now and then.
const SILENCE: Duration = Duration::from_mins(10);

/// Why a request did not come back with an answer.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The guard does not let it out. It was not sent.
    #[error("not allowed out: {0}")]
    Refused(&'static str),
    /// Nothing could be connected to. It was not sent.
    #[error("could not connect")]
    Connect(#[source] reqwest::Error),
    /// It was sent, and something went wrong.
    #[error("the exchange failed")]
    Exchange(#[source] reqwest::Error),
    /// The answer is larger than the caller can bear.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// The HTTP client of the house. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    policy: Arc<Policy>,
    /// For exchanges that are over in seconds.
    short: reqwest::Client,
    /// For MCP, whose answers may stream for minutes.
    streaming: reqwest::Client,
}

impl Egress {
    /// A client that goes where `policy` lets it.
    pub fn new(policy: Policy) -> Self {
        // Without a process-wide provider reqwest would pull in a second one. It is
        // fine for it to be installed already: it is the same everywhere.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let policy = Arc::new(policy);
        let short = builder(&policy).timeout(TOTAL).build().expect("a fixed configuration");
        let streaming =
            builder(&policy).read_timeout(SILENCE).build().expect("a fixed configuration");
        Self { policy, short, streaming }
    }

    /// Whether a request to `url` would be let out, as far as its text can tell.
    pub fn check(&self, url: &Url) -> Result<(), EgressError> {
        let host = url.host().ok_or(EgressError::Refused("the URL has no host"))?;
        let is_loopback = match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback && self.policy.allows_loopback => {}
            _ => return Err(EgressError::Refused("only https is allowed")),
        }
        if url.as_str().len() > MAX_URL {
            return Err(EgressError::Refused("the URL is too long"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::Refused("the URL carries a user name"));
        }
        let is_port = match &self.policy.ports {
            Some(ports) => url.port_or_known_default().is_some_and(|port| ports.contains(&port)),
            None => true,
        };
        let is_vouched_for = is_loopback && self.policy.allows_loopback;
        if !is_port && !is_vouched_for {
            return Err(EgressError::Refused("the port is not allowed"));
        }
        // The resolver never sees an address that is written out, so it is judged here.
        let is_allowed = match host {
            Host::Domain(name) => !name.ends_with('.'),
            Host::Ipv4(address) => self.policy.allows(address.into()),
            Host::Ipv6(address) => self.policy.allows(address.into()),
        };
        if is_allowed { Ok(()) } else { Err(EgressError::Refused("the address is not public")) }
    }

    /// Sends a short request and reads at most `limit` bytes of the answer. Follows
    /// no redirect.
    pub async fn send(
        &self,
        request: Request<Vec<u8>>,
        limit: usize,
    ) -> Result<Response<Vec<u8>>, EgressError> {
        let request: reqwest::Request = request
            .try_into()
            .map_err(|_| EgressError::Refused("the request cannot be expressed"))?;
        self.check(request.url())?;
        let mut answer = self.short.execute(request).await.map_err(classify)?;
        let mut response = Response::new(Vec::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        while let Some(chunk) = answer.chunk().await.map_err(classify)? {
            if response.body().len() + chunk.len() > limit {
                return Err(EgressError::TooLarge(limit));
            }
            response.body_mut().extend_from_slice(&chunk);
        }
        Ok(response)
    }

    /// Gets a public document. Follows a few redirects within the same origin, each of which
    /// is judged like the first address.
    pub async fn fetch(&self, url: &Url, limit: usize) -> Result<Response<Vec<u8>>, EgressError> {
        let mut place = url.clone();
        for _ in 0..=MAX_HOPS {
            let request = Request::get(place.as_str())
                .header(header::ACCEPT, "application/json")
                .body(Vec::new())
                .map_err(|_| EgressError::Refused("the URL is no URI"))?;
            let answer = self.send(request, limit).await?;
            if !answer.status().is_redirection() {
                return Ok(answer);
            }
            let location = answer.headers().get(header::LOCATION).and_then(|it| it.to_str().ok());
            let Some(next) = location.and_then(|location| place.join(location).ok()) else {
                return Ok(answer);
            };
            if next.origin() != url.origin() {
                return Err(EgressError::Refused("it redirects to somebody else"));
            }
            place = next;
        }
        Err(EgressError::Refused("it redirects without end"))
    }

    /// The client for MCP, once `url` has passed the guard.
    pub(crate) fn streaming(&self, url: &Url) -> Result<reqwest::Client, EgressError> {
        self.check(url)?;
        Ok(self.streaming.clone())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the client everything else must use")]
fn builder(policy: &Arc<Policy>) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("attache/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .dns_resolver(Arc::new(Guard(policy.clone())))
        .connect_timeout(CONNECT)
        .tcp_nodelay(true)
}

fn classify(error: reqwest::Error) -> EgressError {
    // URLs may carry what must not be logged.
    let error = error.without_url();
    if error.is_connect() { EgressError::Connect(error) } else { EgressError::Exchange(error) }
}

/// Resolves names to addresses that may be connected to, and to no others.
struct Guard(Arc<Policy>);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0.clone();
        async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| policy.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err("the name resolves to no public address".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, allows_loopback: bool) -> Result<(), EgressError> {
        let policy = Policy { allows_loopback, ..Policy::default() };
        Egress::new(policy).check(&url.parse().unwrap())
    }

    #[test]
    fn public_https_is_let_out() {
        check("https://api.example.com/mcp", false).unwrap();
        check("https://93.184.216.34/", false).unwrap();
    }

    #[test]
    fn nothing_else_is() {
        for url in [
            "http://api.example.com/",
            "ftp://api.example.com/",
            "file:///etc/passwd",
            "https://user@api.example.com/",
            "https://api.example.com./",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "http://localhost/",
        ] {
            assert!(check(url, false).is_err(), "{url}");
        }
    }

    #[test]
    fn loopback_needs_the_operators_word_and_nothing_private_comes_with_it() {
        check("http://127.0.0.1:4001/mcp", true).unwrap();
        check("http://localhost:4001/mcp", true).unwrap();
        assert!(check("http://10.0.0.1/", true).is_err());
        assert!(check("https://10.0.0.1/", true).is_err());
    }
}
