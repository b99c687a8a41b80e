//! Bringing home what a process that is gone left in its journal.

use attache_domain::UserId;
use attache_store::{Origin, OrphanedPage, PageKey, Turn};
use attache_upstream::{ClientIdentity, TokenAnswer};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;

use crate::refresh::renewal;
use crate::{Engine, Fault, Result};

impl Engine {
    /// Brings home what processes of this machine that are gone left in their journals. Runs
    /// at the start and every two seconds.
    pub(crate) async fn recover_pages(&self) -> Result<()> {
        for page in self.0.store.orphaned_pages().await? {
            // One that cannot be brought home keeps no other from it.
            match self.recover_page(&page).await {
                Ok(true) => self.0.store.remove_page(page).await?,
                Ok(false) => {}
                Err(error) => tracing::error!(?error, "a page of the journal waits"),
            }
        }
        Ok(())
    }

    /// `false` when the page is to be kept for later.
    async fn recover_page(&self, page: &OrphanedPage) -> Result<bool> {
        let answer = self.0.store.read_page(page).await?;
        match &page.key {
            PageKey::Exchange { user, attempt, service, client } => {
                let Some(answer) = answer else { return Ok(true) };
                let kept = self.0.store.keep_late_response(*user, *attempt, &answer).await?;
                if !kept && !self.has_use_of(*user, *attempt).await? {
                    let origin = self.no_account(service);
                    self.discard_answer(*user, origin, client, &answer).await?;
                }
                Ok(true)
            }
            PageKey::Refresh {
                user,
                account,
                service,
                generation,
                lease,
                client,
                asked_at,
                ..
            } => {
                let Some(answer) = answer else {
                    self.0.store.abandon_turn(*lease).await?;
                    return Ok(true);
                };
                let (account, generation) = (*account, *generation);
                let Some(turn) = self.0.store.turn_of(&page.key).await? else {
                    let origin =
                        Origin { account, generation, service, subject: None, is_renewed: true };
                    if self.is_in_use(*user, origin, client, &answer).await? {
                        // Its process died between the commit and the end of the page.
                        return Ok(true);
                    }
                    tracing::warn!(target: "attache::audit", service = %service, account.id = %account,
                        "tokens came home too late, and are revoked");
                    self.discard_answer(*user, origin, client, &answer).await?;
                    return Ok(true);
                };
                self.recover_renewal(&turn, &answer, *asked_at).await
            }
        }
    }

    /// Whether an account is used with the tokens of this answer.
    async fn is_in_use(
        &self,
        user: UserId,
        origin: Origin<'_>,
        client: &Value,
        answer: &SecretString,
    ) -> Result<bool> {
        let client = ClientIdentity::deserialize(client).map_err(Fault::Stored)?;
        let body = answer.expose_secret().as_bytes();
        let Some((access, _)) = TokenAnswer::salvage(&client.dialect, body) else {
            return Ok(false);
        };
        let Origin { account, generation, service, .. } = origin;
        Ok(self.0.store.is_in_use(user, account, generation, service, &access).await?)
    }

    async fn recover_renewal(
        &self,
        turn: &Turn,
        answer: &SecretString,
        asked_at: DateTime<Utc>,
    ) -> Result<bool> {
        let client = ClientIdentity::deserialize(&turn.client).map_err(Fault::Stored)?;
        let read = TokenAnswer::read(&client.dialect, answer.expose_secret().as_bytes(), asked_at);
        let Ok(answer) = read else {
            // The service said something else than tokens, so the old ones may still be good.
            self.0.store.abandon_turn(turn.lease).await?;
            return Ok(true);
        };
        let renewal = renewal(answer, asked_at);
        let service = &turn.service;
        let stored = self.0.store.commit_refresh(turn, &renewal, true).await?;
        if stored.is_some() {
            tracing::warn!(target: "attache::audit", service = %service, account.id = %turn.account,
                "tokens of a process that is gone came home");
        }
        // Otherwise somebody is asking for others right now. What becomes of that decides.
        Ok(stored.is_some())
    }
}
