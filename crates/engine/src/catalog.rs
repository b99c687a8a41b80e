//! Reading what an account offers.

use std::sync::Arc;

use attache_domain::{
    Account, AccountId, AccountState, Catalog, CatalogState, Offered, Problem, UserId, Viewer,
};
use attache_store::{Claimed, Written};
use attache_upstream::{ListError, McpError, Permit};

use crate::session::{NoSession, Tries, session_key};
use crate::{Engine, Error, Result};

impl Engine {
    /// Asks the service for its tools again. Returns at once; the catalog says how it
    /// goes.
    #[tracing::instrument(name = "engine.refresh_catalog", skip_all, fields(viewer.id = %viewer.id, account.id = %id))]
    pub async fn refresh_catalog(
        &self,
        viewer: &Viewer,
        id: AccountId,
    ) -> Result<Written<Account>> {
        let account = self.accounts_by_id(viewer.id, &[id]).await?.remove(&id);
        let account = account.ok_or_else(|| Problem::not_found("account").at("accountId"))?;
        let cursor = match self.0.store.claim_catalog(viewer.id, id, self.0.replica).await? {
            Claimed::Now(claimed) => {
                // By its id: the account may have been connected again since it was read.
                let (engine, user) = (self.clone(), viewer.id);
                self.0.tasks.spawn(async move { engine.read_claimed_catalog(user, id).await });
                claimed.1
            }
            Claimed::Busy => self.event_cursor(viewer).await?,
            Claimed::Unusable => {
                let name = &self.services().name(&account.service);
                return Err(match account.state {
                    AccountState::NeedsReauthorization => {
                        Problem::reauthorization_required(id, name).into()
                    }
                    _ => Problem::not_found("account").at("accountId").into(),
                });
            }
        };
        Ok((account, cursor))
    }

    /// Reads a catalog that this process has claimed, in the background.
    pub(crate) fn begin_reading_catalog(&self, user: UserId, account: Account) {
        let engine = self.clone();
        self.0.tasks.spawn(async move { engine.read_catalog(user, &account).await });
    }

    /// Reads catalogs again that hold no longer by their services' own account, in the background.
    /// So are those whose service was out of reach for a while.
    pub(crate) fn revalidate(&self, user: UserId, catalogs: &[Catalog]) {
        let now = self.0.clock.now();
        let is_stale = |it: &&Catalog| {
            matches!(it.state, CatalogState::Ready | CatalogState::Failed)
                && it.fresh_until.is_some_and(|until| until <= now)
        };
        for catalog in catalogs.iter().filter(is_stale) {
            self.read_catalog_soon(user, catalog.account);
        }
    }

    /// Reads a catalog again in the background, unless somebody does already.
    pub(crate) fn read_catalog_soon(&self, user: UserId, id: AccountId) {
        let engine = self.clone();
        self.0.tasks.spawn(async move { engine.read_catalog_again(user, id).await });
    }

    /// Reads a catalog whose server says that it changed. `false` when somebody is
    /// reading it already, perhaps from before the change.
    pub(crate) async fn read_catalog_again(&self, user: UserId, id: AccountId) -> bool {
        let claimed = self.0.store.claim_catalog(user, id, self.0.replica).await;
        match claimed {
            Ok(Claimed::Now(_)) => self.read_claimed_catalog(user, id).await,
            Ok(Claimed::Busy) => return false,
            Ok(Claimed::Unusable) => {}
            Err(error) => {
                tracing::error!(account.id = %id, ?error, "a catalog could not be claimed");
            }
        }
        true
    }

    /// Reads a catalog that this process has claimed or adopted.
    pub(crate) async fn read_claimed_catalog(&self, user: UserId, id: AccountId) {
        match self.accounts_by_id(user, &[id]).await {
            Ok(mut found) => {
                if let Some(account) = found.remove(&id) {
                    self.read_catalog(user, &account).await;
                }
            }
            Err(error) => {
                tracing::error!(account.id = %id, ?error, "an account could not be loaded");
            }
        }
    }

    #[tracing::instrument(name = "engine.read_catalog", skip_all, fields(account.id = %account.id, service = %account.service))]
    async fn read_catalog(&self, user: UserId, account: &Account) {
        let _hand = self.0.work.take(account.id.uuid());
        let mut tries = Tries::default();
        let read = match self.offered_tools(user, account, &mut tries).await {
            Ok(offered) => Ok(offered),
            Err(NoSession::Fault(error)) => {
                tracing::error!(?error, "the tools of an account could not be read");
                Err(Problem::service_unavailable(&self.services().name(&account.service)))
            }
            Err(NoSession::NotOffered | NoSession::NoCredential | NoSession::Unavailable) => {
                let name = &self.services().name(&account.service);
                Err(Problem::service_unavailable(name))
            }
            Err(NoSession::Over) => {
                self.mark_unauthorized(user, account, &tries).await;
                Err(self.mcp_problem(account, &McpError::Unauthorized))
            }
            Err(NoSession::Mcp(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a service did not name its tools"
                );
                if matches!(error, McpError::Unauthorized) {
                    self.mark_unauthorized(user, account, &tries).await;
                }
                Err(self.listing_problem(account, &error))
            }
        };
        let (id, generation) = (account.id, account.generation);
        let settled = self.0.store.settle_catalog(user, id, generation, self.0.replica, read).await;
        match settled {
            Ok(Some((catalog, _))) => {
                tracing::info!(state = ?catalog.state, tools = catalog.tool_count, "a catalog was read");
            }
            Ok(None) => tracing::info!("a catalog was read for an account that moved on"),
            Err(error) => tracing::error!(?error, "a catalog could not be written"),
        }
    }

    async fn offered_tools(
        &self,
        user: UserId,
        account: &Account,
        tries: &mut Tries,
    ) -> Result<Offered, NoSession> {
        loop {
            let session = self.session(user, account, tries, &Permit::given()).await?;
            match session.list_tools().await {
                Ok(offered) => {
                    if !offered.rejected.is_empty() {
                        tracing::warn!(
                            rejected = offered.rejected.len(),
                            "some tools are not offered"
                        );
                    }
                    return Ok(offered);
                }
                Err(ListError::Page(error)) if self.can_mend(account, &session, &error, tries) => {}
                // Asking is safe to repeat: once, on a session of its own.
                Err(ListError::Page(McpError::Lost)) if tries.may_read_again() => {
                    self.upstream(&account.service).sessions().close(session_key(account));
                }
                Err(ListError::Page(error)) => return Err(NoSession::Mcp(error)),
                Err(ListError::Endless) => return Err(NoSession::Mcp(McpError::Unusable)),
            }
        }
    }

    /// Reading has no outcome to be unknown: whatever went wrong, nothing was read.
    pub(crate) fn listing_problem(&self, account: &Account, error: &McpError) -> Problem {
        match error {
            McpError::Unauthorized | McpError::Forbidden { .. } | McpError::RateLimited { .. } => {
                self.mcp_problem(account, error)
            }
            McpError::Server { .. } | McpError::Unusable | McpError::TooLarge => {
                Problem::service_refused(&self.services().name(&account.service))
            }
            _ => Problem::service_unavailable(&self.services().name(&account.service)),
        }
    }
}

impl From<Error> for NoSession {
    fn from(error: Error) -> Self {
        Self::Fault(Arc::new(error))
    }
}
