//! Renewing what is due before anybody needs it.

use std::collections::HashSet;

use attache_domain::ServiceCode;
use futures_util::future::join_all;

use crate::refresh::AT_ONCE;
use crate::{Engine, Result};

impl Engine {
    /// Renews what is due, service by service: a slow one keeps nobody else waiting. Runs
    /// every second.
    pub(crate) async fn renew_due(&self) -> Result<()> {
        for service in self.0.store.services_to_refresh().await? {
            let is_offered = if service.is_own() {
                self.allows_own_services()
            } else {
                self.services().get(&service).is_some()
            };
            if !is_offered || !self.begin_renewing(&service) {
                continue;
            }
            let engine = self.clone();
            self.0.tasks.spawn_until_drain(async move {
                if let Err(error) = engine.renew_at(&service).await {
                    tracing::error!(?error, %service, "tokens could not be renewed");
                }
                engine.renewing().remove(&service);
            });
        }
        Ok(())
    }

    fn renewing(&self) -> std::sync::MutexGuard<'_, HashSet<ServiceCode>> {
        self.0.renewing.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// `false` when this process is at it already.
    fn begin_renewing(&self, service: &ServiceCode) -> bool {
        self.renewing().insert(service.clone())
    }

    async fn renew_at(&self, service: &ServiceCode) -> Result<()> {
        while self.0.breakers.open_until(service, self.0.clock.now()).is_none() {
            let room = self.renewal_permits(service).available_permits();
            let at_once = i64::from(AT_ONCE).min(i64::try_from(room).unwrap_or(i64::MAX));
            let turns = self.0.store.claim_due_refreshes(service, at_once).await?;
            if turns.is_empty() {
                break;
            }
            // Each in a task that the drain waits for: a turn that was taken is taken to its
            // end.
            let flights = turns.into_iter().map(|turn| {
                let engine = self.clone();
                self.0.tasks.spawn(async move { engine.fly_turn(turn).await })
            });
            join_all(flights).await;
        }
        Ok(())
    }
}
