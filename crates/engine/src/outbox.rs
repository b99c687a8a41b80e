//! Revoking tokens at their services, until they are revoked.

use attache_domain::{Clock, RevocationReach, RevocationState};
use attache_store::{Due, TokenKind};
use attache_upstream::{ClientIdentity, RevokeError};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::Value;

use crate::discard::hint;
use crate::{Engine, Result};

/// How many tokens are revoked at once.
const AT_ONCE: i64 = 16;

/// How long a token is tried for.
const PATIENCE: TimeDelta = TimeDelta::hours(72);

/// The longest pause between two tries.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

impl Engine {
    /// Delivers what is due, in the background.
    pub(crate) fn deliver_soon(&self) {
        let engine = self.clone();
        self.0.tasks.spawn(async move { engine.deliver_revocations().await });
    }

    /// Delivers everything that is due. What is slow at services that anybody may add keeps
    /// nothing else waiting.
    pub(crate) async fn deliver_revocations(&self) {
        tokio::join!(self.deliver_at(false), self.deliver_at(true));
    }

    /// Delivers what is due at services that viewers added, or at the others.
    async fn deliver_at(&self, own: bool) {
        loop {
            let due = match self.0.store.due_revocations(own, self.0.clock.now(), AT_ONCE).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::error!(?error, "the outbox cannot be read");
                    return;
                }
            };
            if due.is_empty() {
                return;
            }
            // Refresh tokens first: they are worth more, and many services end the grant
            // as a whole with them.
            let (refresh, access): (Vec<_>, Vec<_>) =
                due.iter().partition(|due| due.kind == TokenKind::Refresh);
            for of_a_kind in [refresh, access] {
                let delivered = join_all(of_a_kind.into_iter().map(|due| self.deliver(due)));
                for error in delivered.await.into_iter().filter_map(Result::err) {
                    tracing::error!(?error, "a revocation could not be settled");
                }
            }
        }
    }

    async fn deliver(&self, due: &Due) -> Result<()> {
        let Ok(client) = ClientIdentity::deserialize(&due.client) else {
            tracing::error!(revocation.id = %due.id, "the client of a token cannot be read");
            return Ok(self.0.store.settle_revocation(due, RevocationState::Dead).await?);
        };
        if self.is_shared(due, &client).await? {
            tracing::info!(target: "attache::audit", service = %due.service, account.id = %due.account,
                "a token is left alive, because another account lives on the same grant");
            return Ok(self.0.store.settle_revocation(due, RevocationState::Spared).await?);
        }
        // A client that the operator has removed may still be let in without a secret.
        let proof = self.proof(due.user, &due.service, &client).await?.unwrap_or_default();
        let hint = hint(due.kind);
        let result = self.upstream(&due.service).revoke(&client, &proof, &due.token, hint).await;
        let settled = match result {
            Ok(()) => RevocationState::Done,
            Err(RevokeError::Unsupported) => RevocationState::Unsupported,
            Err(error) => return self.postpone(due, &error).await,
        };
        tracing::info!(target: "attache::audit", service = %due.service, token = hint.as_str(), state = ?settled, "a token was revoked");
        Ok(self.0.store.settle_revocation(due, settled).await?)
    }

    /// Whether to revoke this would take the grant from under another account.
    async fn is_shared(&self, due: &Due, client: &ClientIdentity) -> Result<bool> {
        if client.dialect.revocation_reach != Some(RevocationReach::Account) {
            return Ok(false);
        }
        let is_same = |other: &Value| {
            ClientIdentity::deserialize(other)
                .is_ok_and(|it| it.issuer == client.issuer && it.client_id == client.client_id)
        };
        Ok(self.0.store.is_grant_in_use(due, is_same).await?)
    }

    async fn postpone(&self, due: &Due, error: &RevokeError) -> Result<()> {
        let now = self.0.clock.now();
        let service = &due.service;
        if now - due.created_at > PATIENCE {
            tracing::error!(%service, revocation.id = %due.id, error = error as &dyn std::error::Error,
                "a token could not be revoked in three days; it may still work");
            return Ok(self.0.store.settle_revocation(due, RevocationState::Dead).await?);
        }
        let asked = match error {
            RevokeError::Later { after: Some(after), .. } => TimeDelta::from_std(*after).ok(),
            _ => None,
        };
        let pause = pause(&self.0.clock, due.attempts).max(asked.unwrap_or_default());
        tracing::warn!(%service, error = error as &dyn std::error::Error, pause_s = pause.num_seconds(), "a token is not revoked yet");
        Ok(self.0.store.postpone_revocation(due.id, now + pause).await?)
    }
}

/// 5 s, 10 s, 20 s … up to an hour, each up to a quarter longer, so that what failed
/// together does not come back together.
pub(crate) fn pause(clock: &Clock, attempts: i32) -> TimeDelta {
    let doubled = 5_i64.saturating_mul(1 << attempts.clamp(0, 20));
    let pause = TimeDelta::seconds(doubled).min(LONGEST_PAUSE);
    let [jitter] = clock.random::<1>();
    pause + pause * i32::from(jitter) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stop_growing() {
        let clock = Clock::system();
        for attempts in 0..60 {
            let pause = pause(&clock, attempts);
            let least = TimeDelta::seconds(5 << attempts.min(9)).min(LONGEST_PAUSE);
            assert!(pause >= least && pause <= LONGEST_PAUSE * 5 / 4, "{attempts}: {pause}");
        }
    }
}
