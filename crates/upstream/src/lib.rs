#![doc = include_str!("../README.md")]

mod dialect;
mod egress;
mod mcp;
mod oauth;
mod program;
mod proof;
mod provider;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use attache_domain::Clock;
use lru::LruCache;
use tokio::time::Instant;

pub use dialect::{BodyFormat, Dialect, Method, Reuse, Revocation, RevocationAuth, RevocationBody};
pub use egress::{Egress, EgressError, Policy};
pub use mcp::{
    AnswerTask, Answers, AskError, AskedInCall, Call, CallEnd, CallError, CallLimits, CancelTask,
    Completable, Complete, GetPrompt, GetTask, InputRound, ListError, ListPrompts,
    ListResourceTemplates, ListResources, McpError, Next, NotAHeader, Offers, Permission, Permit,
    Question, ReadResource, ResourceWatch, Session, SessionCredential, SessionKey, Sessions, Task,
    TaskId, TaskState, Texts, WatchResource,
};
pub use oauth::{
    Authorization, AuthorizationRequest, Callback, CallbackOutcome, Challenge, ClientIdentity,
    ClientKind, Discovery, Identity, IdentityPlan, Introduction, Keep, KeepError, Mismatch,
    OAuthError, Plan, RefreshFailure, Registration, RevokeError, TokenAnswer, TokenHint, Trail,
    canonical, context_id, is_reserved_param, pkce_challenge, state_hash,
};
pub use program::{
    Launch, NotStarted, Program, ProgramLimits, ProgramRules, Programs, SystemUser, Variable,
    is_root, shield,
};
pub use proof::{NotASigningKey, Proof, SigningKey};
pub use provider::{
    Access, AuthorizationServer, ClientAuth, ClientSource, Endpoints, IdentityCall, IdentitySource,
    McpServer, OAuthProvider, Provider, RegisteredClient,
};

/// What Attaché asks of the outside world. Cheap to clone.
#[derive(Clone)]
pub struct Upstream {
    egress: Egress,
    sessions: Arc<Sessions>,
    /// Metadata of authorization servers, by issuer, and since when it is known.
    servers: Arc<Known<Endpoints>>,
    /// Where tokens come from, by the URL of the MCP server, and since when it is known.
    discoveries: Arc<Known<Discovery>>,
    clock: Clock,
}

type Known<T> = Mutex<LruCache<String, (T, Instant)>>;

/// How much of what was found out is remembered.
const KNOWN: usize = 1000;

impl Upstream {
    /// Goes out through `egress`, and runs no programs.
    pub fn new(egress: Egress, clock: Clock) -> Self {
        Self::begin(egress, None, clock)
    }

    /// Goes out through `egress`, and to programs on this machine.
    pub fn with_programs(egress: Egress, programs: Programs, clock: Clock) -> Self {
        Self::begin(egress, Some(programs), clock)
    }

    fn begin(egress: Egress, programs: Option<Programs>, clock: Clock) -> Self {
        let known = NonZeroUsize::new(KNOWN).expect("not zero");
        Self {
            sessions: Arc::new(Sessions::new(egress.clone(), programs, clock.clone())),
            servers: Arc::new(Mutex::new(LruCache::new(known))),
            discoveries: Arc::new(Mutex::new(LruCache::new(known))),
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
