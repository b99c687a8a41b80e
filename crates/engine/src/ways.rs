//! The ways out.

use attache_domain::{AccountId, ServiceCode};
use attache_upstream::{SessionKey, Upstream};

use crate::Engine;

/// The ways out. What is found out on one is not believed on the other, so that a server which
/// somebody added cannot say anything about a service that the operator vouches for.
#[derive(Clone)]
pub struct Ways {
    /// To services that the operator offers.
    pub offered: Upstream,
    /// To services that viewers added: to fewer places.
    pub own: Upstream,
}

impl Ways {
    pub(crate) fn both(&self) -> [&Upstream; 2] {
        [&self.offered, &self.own]
    }

    /// What sessions are open for.
    pub(crate) fn open_sessions(&self) -> Vec<SessionKey> {
        self.both().into_iter().flat_map(|upstream| upstream.sessions().keys()).collect()
    }

    pub(crate) fn close(&self, key: SessionKey) {
        for upstream in self.both() {
            upstream.sessions().close(key);
        }
    }

    /// Ends all sessions, and waits for what runs because of them.
    pub(crate) async fn end(&self) {
        for upstream in self.both() {
            upstream.sessions().end().await;
        }
    }

    pub(crate) fn close_account(&self, account: AccountId) {
        for upstream in self.both() {
            upstream.sessions().close_account(account);
        }
    }
}

impl Engine {
    /// The way to a service.
    pub(crate) fn upstream(&self, service: &ServiceCode) -> &Upstream {
        if service.is_own() { &self.0.ways.own } else { &self.0.ways.offered }
    }
}
