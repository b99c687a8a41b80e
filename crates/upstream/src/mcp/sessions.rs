//! The sessions that are open: one for each account and generation of its
//! credentials, kept warm, never shared.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use attache_domain::{AccountId, Clock};
use tokio::sync::OnceCell;

use super::credential::SessionCredential;
use super::error::McpError;
use super::session::Session;
use crate::egress::Egress;
use crate::provider::Provider;

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
    egress: Egress,
    clock: Clock,
    open: Mutex<HashMap<SessionKey, Arc<OnceCell<Arc<Session>>>>>,
}

impl Sessions {
    pub(crate) fn new(egress: Egress, clock: Clock) -> Self {
        Self { egress, clock, open: Mutex::default() }
    }

    /// The session of an account, if one is open.
    pub fn warm(&self, key: SessionKey) -> Option<Arc<Session>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
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
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if open.get(&key).and_then(|cell| cell.get()).is_some_and(|it| it.is_closed()) {
                retire(open.remove(&key).as_ref());
            }
            // With other credentials it is another session, and nobody needs the one before.
            let is_before = |other: &SessionKey| {
                other.account == key.account && other.generation < key.generation
            };
            for (_, before) in open.extract_if(|other, _| is_before(other)) {
                retire(Some(&before));
            }
            make_room(&mut open);
            open.entry(key).or_default().clone()
        };
        let session = cell
            .get_or_try_init(|| async {
                let clock = self.clock.clone();
                Session::open(&self.egress, clock, provider, credential).await.map(Arc::new)
            })
            .await
            .cloned();
        if session.is_err() {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if open.get(&key).is_some_and(|cell| !cell.initialized()) {
                open.remove(&key);
            }
        }
        session
    }

    /// Says hello to a server with nothing in hand, for nobody, to learn whether it wants to
    /// see something.
    pub async fn knock(&self, provider: &Provider) -> Result<(), McpError> {
        let nothing = SessionCredential::default();
        Session::open(&self.egress, self.clock.clone(), provider, nothing).await.map(drop)
    }

    /// Closes the session of an account; the next request opens a new one.
    pub fn close(&self, key: SessionKey) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        retire(open.remove(&key).as_ref());
    }

    /// What sessions are open for.
    pub fn keys(&self) -> Vec<SessionKey> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Closes every session of an account, whatever its generation.
    pub fn close_account(&self, account: AccountId) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, cell) in open.extract_if(|key, _| key.account == account) {
            retire(Some(&cell));
        }
    }

    /// Closes sessions that were idle for `limit`, and forgets those that closed.
    pub fn close_idle(&self, limit: Duration) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, cell| match cell.get() {
            // Somebody is saying hello right now.
            None => true,
            Some(session) => {
                // A session that a call holds is in use, however long the call takes.
                let is_in_use = Arc::strong_count(session) > 1;
                !session.is_closed() && (is_in_use || session.idle() < limit)
            }
        });
    }
}

fn make_room(open: &mut HashMap<SessionKey, Arc<OnceCell<Arc<Session>>>>) {
    if open.len() < MAX_OPEN {
        return;
    }
    let idle = |cell: &OnceCell<Arc<Session>>| cell.get().map(|session| session.idle());
    let longest = open.iter().max_by_key(|(_, cell)| idle(cell)).map(|(key, _)| *key);
    if let Some(longest) = longest {
        retire(open.remove(&longest).as_ref());
    }
}

/// A session that is held elsewhere ends there, too.
fn retire(cell: Option<&Arc<OnceCell<Arc<Session>>>>) {
    if let Some(session) = cell.and_then(|cell| cell.get()) {
        session.retire();
    }
}
