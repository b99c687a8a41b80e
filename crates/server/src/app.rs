//! What every handler shares.

use std::sync::Arc;

use attache_domain::Clock;
use attache_engine::Engine;
use attache_graphql::{Caller, Contract};
use http::HeaderMap;
use http::header::{AUTHORIZATION, ORIGIN};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::{Authenticator, Rejected, SignedIn};

/// What every handler shares. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) contract: Contract,
    pub(crate) engine: Engine,
    pub(crate) authenticator: Authenticator,
    /// Web origins that may use the API from a browser.
    pub(crate) origins: Vec<String>,
    /// Ends when the server begins to drain.
    pub(crate) drain: CancellationToken,
    /// The `WebSockets` that are open.
    pub(crate) sockets: TaskTracker,
}

impl App {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn clock(&self) -> &Clock {
        self.engine.clock()
    }

    /// What resolvers get to serve this person.
    pub(crate) fn caller(&self, signed_in: &SignedIn) -> Caller {
        Caller::new(signed_in.viewer, signed_in.client.clone(), self.engine.clone())
    }

    /// The person whose token is in these headers.
    pub(crate) async fn sign_in(&self, headers: &HeaderMap) -> Result<SignedIn, Rejected> {
        let credentials = headers.get(AUTHORIZATION).ok_or(Rejected::Missing)?;
        self.verify(credentials.to_str().map_err(|_| Rejected::Missing)?).await
    }

    /// The person whose token this is. What is wrong with it goes to the log only.
    pub(crate) async fn verify(&self, credentials: &str) -> Result<SignedIn, Rejected> {
        self.authenticator.verify(credentials).await.inspect_err(|rejected| {
            let why = rejected as &dyn std::error::Error;
            tracing::info!(target: "attache::audit", why, "a bearer token was not taken");
        })
    }

    /// Whether a page that says it comes from there may open a socket. Programs other
    /// than browsers send no origin.
    pub(crate) fn admits_origin(&self, headers: &HeaderMap) -> bool {
        headers.get(ORIGIN).is_none_or(|origin| {
            origin.to_str().is_ok_and(|origin| self.origins.iter().any(|known| known == origin))
        })
    }
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
