#![doc = include_str!("../README.md")]

mod dialect;
mod egress;
mod mcp;
mod oauth;
mod proof;
mod provider;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use attache_domain::Clock;
use lru::LruCache;

pub use dialect::{BodyFormat, Dialect, Method, Reuse, Revocation, RevocationAuth, RevocationBody};
pub use egress::{Egress, EgressError, Policy};
pub use mcp::{
    Call, CallError, CallLimits, ListError, Listing, McpError, Session, SessionCredential,
    SessionKey, Sessions,
};
pub use oauth::{
    Authorization, AuthorizationRequest, Callback, CallbackOutcome, ClientIdentity, Identity, Keep,
    KeepError, Mismatch, OAuthError, Plan, RefreshFailure, RevokeError, TokenAnswer, TokenHint,
    context_id, is_reserved_param, pkce_challenge, state_hash,
};
pub use proof::{NotASigningKey, Proof, SigningKey};
pub use provider::{
    Access, AuthorizationServer, ClientAuth, Endpoints, IdentityCall, IdentitySource,
    OAuthProvider, Provider,
};

use crate::oauth::KnownServers;

/// What Attaché asks of the outside world. Cheap to clone.
#[derive(Clone)]
pub struct Upstream {
    egress: Egress,
    sessions: Arc<Sessions>,
    servers: Arc<KnownServers>,
    clock: Clock,
}

impl Upstream {
    /// Goes out through `egress`.
    pub fn new(egress: Egress, clock: Clock) -> Self {
        let servers = LruCache::new(NonZeroUsize::new(256).expect("not zero"));
        Self {
            sessions: Arc::new(Sessions::new(egress.clone(), clock.clone())),
            servers: Arc::new(Mutex::new(servers)),
            egress,
            clock,
        }
    }

    /// The HTTP client, for whoever else has to go out.
    pub fn egress(&self) -> &Egress {
        &self.egress
    }

    /// The MCP sessions that are open.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }
}
