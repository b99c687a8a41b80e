//! An account goes.

use std::time::Duration;

use attache_domain::{AccountId, EventCursor, Problem, RevocationState, UserId, Viewer};

use crate::discard::RULES;
use crate::{Engine, Result};

/// How long an account stays "disconnecting" for the service's answer. After that it
/// goes, and the outbox keeps trying.
const PATIENCE: Duration = Duration::from_secs(5);

/// What to disconnect.
#[derive(Clone, Debug)]
pub enum DisconnectTarget {
    /// This account.
    Account(AccountId),
    /// Every account at the service with this code.
    Service(String),
}

/// What a disconnect came to.
#[derive(Debug)]
pub struct Disconnected {
    /// Accounts that hold no credentials any more.
    pub accounts: Vec<AccountId>,
    /// What is known of the credentials at the service. `None` where there were none.
    pub revocation: Option<RevocationState>,
    /// Where this is in the event log.
    pub cursor: EventCursor,
}

impl Engine {
    /// Takes an account's credentials away. When this returns, no call starts any
    /// more and what must be revoked is in the outbox; the service itself is asked
    /// afterwards.
    #[tracing::instrument(name = "engine.disconnect", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn disconnect(
        &self,
        viewer: &Viewer,
        target: DisconnectTarget,
    ) -> Result<Disconnected> {
        let (ids, service) = match target {
            DisconnectTarget::Account(id) => (vec![id], None),
            DisconnectTarget::Service(code) => {
                let offer = self.offer_named(viewer.id, &code).await?;
                let offer = offer.ok_or_else(|| Problem::not_found("service").at("serviceCode"))?;
                let accounts = self.accounts(viewer).await?;
                let here = accounts.iter().filter(|it| it.service == offer.service.code);
                (here.map(|account| account.id).collect(), Some(offer.service.code.clone()))
            }
        };
        self.0.store.see(viewer).await?;
        let begun = self.take_away(viewer.id, &ids).await?;
        let gone: Vec<AccountId> = begun.accounts.iter().map(|account| account.id).collect();
        let states = self.0.store.revocation_states(viewer.id, &ids, service.as_ref()).await?;
        if !gone.is_empty() {
            let (engine, user, gone) = (self.clone(), viewer.id, gone.clone());
            self.0.tasks.spawn(async move { engine.finish_disconnect(user, gone).await });
        }
        let revocation = RevocationState::overall(&states);
        Ok(Disconnected { accounts: gone, revocation, cursor: begun.cursor })
    }

    /// Takes the credentials of these accounts away, and their sessions.
    pub(crate) async fn take_away(
        &self,
        user: UserId,
        ids: &[AccountId],
    ) -> Result<attache_store::Disconnected> {
        let problem = Problem::account_disconnected();
        let begun = self.0.store.begin_disconnect(user, ids, &problem, RULES).await?;
        for account in &begun.accounts {
            self.0.ways.close_account(account.id);
            tracing::info!(target: "attache::audit", service = %account.service, viewer.id = %user,
                account.id = %account.id, calls_stopped = begun.stopped.len(), "an account was disconnected");
        }
        Ok(begun)
    }

    /// Asks the service once, and then lets the accounts go whatever it said.
    pub(crate) async fn finish_disconnect(&self, user: UserId, accounts: Vec<AccountId>) {
        // What it began is not cut short with it: it may be somebody else's.
        let engine = self.clone();
        let delivery = self.0.tasks.spawn(async move { engine.deliver_revocations().await });
        if tokio::time::timeout(PATIENCE, delivery).await.is_err() {
            tracing::info!("the service takes its time to revoke; the outbox goes on");
        }
        for account in accounts {
            self.remove(user, account).await;
        }
    }

    /// Removes an account that is disconnecting. What fails is found by the sweep.
    pub(crate) async fn remove(&self, user: UserId, account: AccountId) {
        if let Err(error) = self.0.store.remove_account(user, account).await {
            tracing::error!(account.id = %account, ?error, "an account could not be removed yet");
        }
    }
}
