//! Every account at a service goes: a client's secret leaked, or somebody practises for that.

use std::time::Duration;

use attache_domain::ServiceCode;
use attache_store::DeadLetter;
use tokio::time::{Instant, MissedTickBehavior};

use crate::{Engine, Result};

/// How a drill stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drill {
    /// Accounts that this drill disconnected.
    pub disconnected: u64,
    /// Accounts that are left.
    pub left: u64,
    /// Tokens that the service has not answered for yet.
    pub pending: u64,
    /// Tokens that were given up on.
    pub dead: u64,
}

impl Engine {
    /// Disconnects the accounts of all viewers at a service, so many a second, and asks the
    /// service to revoke what they were used with, until it has answered for everything or
    /// `patience` is over. Whoever begins again goes on; several may do it at once.
    ///
    /// Accounts that are connected meanwhile may be left out: pause the service first.
    pub async fn disconnect_everybody(
        &self,
        service: &ServiceCode,
        per_second: u16,
        patience: Duration,
        mut tell: impl FnMut(Drill),
    ) -> Result<Drill> {
        let mut drill = Drill::default();
        let mut after = None;
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            second.tick().await;
            let batch = self.0.store.accounts_at(service, after, per_second.into()).await?;
            let Some(last) = batch.last() else { break };
            after = Some(last.1);
            for (user, account) in &batch {
                let begun = self.take_away(*user, &[*account]).await?;
                drill.disconnected += begun.accounts.len() as u64;
            }
            self.deliver_revocations().await;
            for (user, account) in batch {
                self.remove(user, account).await;
            }
            self.look(service, &mut drill).await?;
            tell(drill);
        }
        let began = Instant::now();
        self.look(service, &mut drill).await?;
        while drill.pending > 0 && began.elapsed() < patience {
            second.tick().await;
            self.deliver_revocations().await;
            self.look(service, &mut drill).await?;
            tell(drill);
        }
        Ok(drill)
    }

    async fn look(&self, service: &ServiceCode, drill: &mut Drill) -> Result<()> {
        let outbox = self.0.store.outbox(service).await?;
        let left = self.0.store.count_accounts_at(service).await?;
        drill.left = left.unsigned_abs();
        drill.pending = outbox.pending.unsigned_abs();
        drill.dead = outbox.dead.unsigned_abs();
        Ok(())
    }

    /// Tokens of all viewers that were given up on, oldest first.
    pub async fn dead_letters(
        &self,
        service: Option<&ServiceCode>,
        limit: i64,
    ) -> Result<Vec<DeadLetter>> {
        Ok(self.0.store.dead_letters(service, limit).await?)
    }

    /// Has those tokens tried again, for as long as new ones are. Says how many.
    pub async fn retry_dead_letters(&self, service: Option<&ServiceCode>) -> Result<usize> {
        Ok(self.0.store.retry_dead_letters(service).await?)
    }
}
