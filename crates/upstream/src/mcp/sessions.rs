//! The sessions that are open: one for each account and generation of its
//! credentials, kept warm, never shared.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use attache_domain::{AccountId, Clock};
use tokio::sync::OnceCell;

use super::credential::SessionCredential;
use super::eras::Eras;
use super::error::McpError;
use super::session::{Reach, Session};
use crate::egress::Egress;
use crate::program::{NotStarted, Programs};
use crate::provider::{McpServer, Provider};

/// The most sessions kept open. Beyond it the longest idle one goes.
const MAX_OPEN: usize = 2000;

/// What a session belongs to. Another generation of the account's credentials is
/// another session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey {
    /// Whose.
    pub account: AccountId,
    /// With which credentials.
    pub generation: i64,
}

/// The sessions that are open.
pub struct Sessions {
    reach: Reach,
    open: Mutex<Open>,
}

type Open = HashMap<SessionKey, Arc<OnceCell<Arc<Session>>>>;

impl Sessions {
    pub(crate) fn new(egress: Egress, programs: Option<Programs>, clock: Clock) -> Self {
        let eras = Eras::new(clock.clone());
        Self { reach: Reach { egress, programs, clock, eras }, open: Mutex::default() }
    }

    fn opened(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of an account, if one is open.
    pub fn warm(&self, key: SessionKey) -> Option<Arc<Session>> {
        let open = self.opened();
        open.get(&key)?.get().filter(|session| !session.is_closed()).cloned()
    }

    /// Opens the session of an account. Callers that come together share one
    /// handshake.
    pub async fn open(
        &self,
        key: SessionKey,
        provider: &Provider,
        credential: SessionCredential,
    ) -> Result<Arc<Session>, McpError> {
        let cell = {
            let mut open = self.opened();
            if open.get(&key).and_then(|cell| cell.get()).is_some_and(|it| it.is_closed()) {
                retire(open.remove(&key).as_ref());
            }
            if open.len() >= MAX_OPEN {
                // The process of a call that goes on would end in the middle of it.
                close_longest_idle(&mut open, |it| !it.is_program() || is_unused(it));
            }
            open.entry(key).or_default().clone()
        };
        let session = cell.get_or_try_init(|| self.begin(key, provider, credential)).await.cloned();
        let mut open = self.opened();
        if session.is_err() {
            if open.get(&key).is_some_and(|cell| !cell.initialized()) {
                open.remove(&key);
            }
            return session;
        }
        // With other credentials it is another session, and nobody needs the one before. Those
        // that nobody accepts replace none.
        let is_before =
            |it: &SessionKey| it.account == key.account && it.generation < key.generation;
        for (_, cell) in open.extract_if(|it, _| is_before(it)) {
            retire(Some(&cell));
        }
        drop(open);
        session
    }

    async fn begin(
        &self,
        key: SessionKey,
        provider: &Provider,
        credential: SessionCredential,
    ) -> Result<Arc<Session>, McpError> {
        let (McpServer::Program(_), Some(programs)) = (&provider.server, &self.reach.programs)
        else {
            return Session::open(&self.reach, provider, None, credential).await.map(Arc::new);
        };
        programs.check(key.account)?;
        if programs.is_full() {
            close_longest_idle(&mut self.opened(), |it| it.is_program() && is_unused(it));
        }
        let account = Some(key.account);
        let session = Session::open(&self.reach, provider, account, credential).await;
        // That nothing may be started at the moment is not the program's fault.
        let is_ours = |error: &McpError| {
            matches!(
                error,
                McpError::Program(NotStarted::NotHere | NotStarted::NoPlace | NotStarted::Resting)
            )
        };
        if session.as_ref().is_err_and(|error| !is_ours(error)) {
            programs.failed(key.account);
        }
        session.map(Arc::new)
    }

    /// Ends everything, and waits until the processes have ended that belong to it.
    pub async fn end(&self) {
        for cell in std::mem::take(&mut *self.opened()).into_values() {
            retire(Some(&cell));
        }
        if let Some(programs) = &self.reach.programs {
            programs.end().await;
        }
    }

    /// Says hello to a server with nothing in hand, for nobody, to learn whether it wants to
    /// see something.
    pub async fn knock(&self, provider: &Provider) -> Result<(), McpError> {
        let nothing = SessionCredential::default();
        Session::open(&self.reach, provider, None, nothing).await.map(drop)
    }

    /// Closes the session of an account; the next request opens a new one.
    pub fn close(&self, key: SessionKey) {
        let mut open = self.opened();
        retire(open.remove(&key).as_ref());
    }

    /// What sessions are open for.
    pub fn keys(&self) -> Vec<SessionKey> {
        self.opened().keys().copied().collect()
    }

    /// Closes every session of an account, whatever its generation.
    pub fn close_account(&self, account: AccountId) {
        let mut open = self.opened();
        for (_, cell) in open.extract_if(|key, _| key.account == account) {
            retire(Some(&cell));
        }
    }

    /// Closes sessions that were idle for `limit`, or as long as is said of their program, and
    /// forgets those that closed.
    pub fn close_idle(&self, limit: Duration) {
        let mut open = self.opened();
        open.retain(|_, cell| match cell.get() {
            // Somebody is saying hello right now.
            None => true,
            Some(session) => {
                // A session that a call holds is in use, however long the call takes.
                let limit = session.patience().unwrap_or(limit);
                !session.is_closed() && (!is_unused(session) || session.idle() < limit)
            }
        });
    }
}

/// Closes the session that was idle the longest, of those that may be closed.
fn close_longest_idle(open: &mut Open, may_go: impl Fn(&Arc<Session>) -> bool) {
    let idle = |cell: &OnceCell<Arc<Session>>| {
        cell.get().filter(|session| may_go(session)).map(|session| session.idle())
    };
    let longest = open.iter().filter_map(|(key, cell)| Some((*key, idle(cell)?)));
    if let Some((key, _)) = longest.max_by_key(|(_, idle)| *idle) {
        retire(open.remove(&key).as_ref());
    }
}

/// A session that is held elsewhere ends there, too.
fn retire(cell: Option<&Arc<OnceCell<Arc<Session>>>>) {
    if let Some(session) = cell.and_then(|cell| cell.get()) {
        session.retire();
    }
}

/// Whether no call, and nobody else, holds it.
fn is_unused(session: &Arc<Session>) -> bool {
    Arc::strong_count(session) == 1
}
