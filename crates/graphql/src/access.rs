//! Who used the viewer's accounts, for what, and when.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use attache_domain as domain;

use crate::account::Account;
use crate::caller::{ContextExt, MAX_FILTER_IDS};
use crate::fault;
use crate::invocation::Invocation;
use crate::scalars::DateTime;
use crate::service::Service;

/// One use of an account.
pub(crate) struct Access(pub(crate) domain::Access);

/// What an account was used for.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::AccessKind")]
pub(crate) enum AccessKind {
    /// A call to a tool was accepted; `invocation` says what became of it.
    Tool,
    /// A resource was asked for.
    Resource,
    /// A prompt was asked for.
    Prompt,
}

/// Which uses to list.
#[derive(Default, InputObject)]
pub(crate) struct AccessFilter {
    /// Only of these accounts, also of those that are gone. At most 50 ids; more are ignored.
    account_ids: Option<Vec<ID>>,
    /// Only by this client.
    client_id: Option<String>,
    /// Only for these. At most as many as there are.
    kinds: Option<Vec<AccessKind>>,
    /// Only after this instant.
    used_after: Option<DateTime>,
    /// Only before this instant.
    used_before: Option<DateTime>,
}

impl From<AccessFilter> for domain::AccessFilter {
    /// Ids of what does not exist match nothing.
    fn from(filter: AccessFilter) -> Self {
        Self {
            accounts: filter.account_ids.map(|ids| {
                ids.iter().take(MAX_FILTER_IDS).filter_map(|id| id.parse().ok()).collect()
            }),
            client: filter.client_id,
            kinds: filter.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
            after: filter.used_after.map(|at| at.0),
            before: filter.used_before.map(|at| at.0),
        }
    }
}

/// One use of an account by a client of the viewer. Nothing of what was sent or read is kept
/// here, and so it stays when that is erased.
#[Object]
impl Access {
    /// When: a call when it was accepted, and everything else just before the service was asked.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// For what.
    async fn kind(&self) -> AccessKind {
        self.0.kind.into()
    }

    /// The client, as the token that it came with names it. Null where that names none.
    async fn client_id(&self) -> Option<&str> {
        self.0.client.as_deref()
    }

    /// Where the account is, or was.
    async fn service(&self, ctx: &Context<'_>) -> Result<Service> {
        ctx.caller()?.service(&self.0.service).await
    }

    /// The account's id, also when it is gone.
    async fn account_id(&self) -> ID {
        ID(self.0.account.to_string())
    }

    /// What the account was called then.
    async fn account_label(&self) -> Option<&str> {
        self.0.account_label.as_deref()
    }

    /// The account. Null when it is gone.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        let found = ctx.caller()?.loaders().accounts.load_one(self.0.account).await;
        Ok(found.map_err(fault::shared)?.map(Account))
    }

    /// The tool or the prompt, by its name on the wire. Null for resources, because where they
    /// are is not kept.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The call. Null for what is none, and when it is gone by retention.
    async fn invocation(&self, ctx: &Context<'_>) -> Result<Option<Invocation>> {
        let Some(id) = self.0.invocation else { return Ok(None) };
        let found = ctx.caller()?.loaders().invocations.load_one(id).await;
        Ok(found.map_err(fault::shared)?.map(Into::into))
    }
}
