//! Forgetting what is too old.

use chrono::TimeDelta;

use crate::{Engine, Result};

/// The most keys that are looked after at once.
const AT_ONCE: i64 = 100;

/// How long intents are remembered.
const INTENTS: TimeDelta = TimeDelta::hours(24);

/// How long attempts that are over can be looked up.
const ATTEMPTS: TimeDelta = TimeDelta::days(1);

/// How long a key that nothing is sealed with may be about to seal something.
const KEYS: TimeDelta = TimeDelta::hours(1);

/// How long clients of services that viewers removed are kept, for tokens that come late.
const OWN_CLIENTS: TimeDelta = TimeDelta::days(1);

/// How long it is known that a token was revoked.
const REVOCATIONS: TimeDelta = TimeDelta::days(30);

impl Engine {
    /// Forgets what is too old. Runs every few minutes.
    pub(crate) async fn forget(&self) -> Result<()> {
        let now = self.0.clock.now();
        let retention = &self.0.settings.retention;
        let before =
            |kept: std::time::Duration| now - TimeDelta::from_std(kept).unwrap_or_default();
        let store = &self.0.store;
        while store.prune_events(before(retention.events), 10_000).await? == 10_000 {}
        let payloads = store.forget_payloads(before(retention.payloads)).await?;
        let history = store.forget_invocations(before(retention.history)).await?;
        store.forget_accesses(before(retention.history)).await?;
        store.forget_conversation_approvals(before(retention.history)).await?;
        store.forget_intents(now - INTENTS).await?;
        store.forget_attempts(now - ATTEMPTS).await?;
        store.forget_revocations(now - REVOCATIONS).await?;
        store.forget_own_clients(now - OWN_CLIENTS).await?;
        for user in store.overdue_keys(now - KEYS, AT_ONCE).await? {
            store.release_keys(user).await;
        }
        store.forget_replicas(now - ATTEMPTS).await?;
        if payloads + history > 0 {
            tracing::info!(payloads, history, "old calls were forgotten");
        }
        Ok(())
    }
}
