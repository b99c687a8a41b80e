//! The signed-in person.

use async_graphql::{Context, ID, Object, Result};
use attache_domain as domain;
use attache_engine::{AccessKey, InvocationKey, ToolKey};
use chrono::SecondsFormat;
use serde_json::{Map, json};

use crate::access::{Access, AccessFilter};
use crate::account::Account;
use crate::approval::ViewerSettings;
use crate::attempt::ConnectAttempt;
use crate::caller::{Caller, ContextExt};
use crate::elicitation::Elicitation;
use crate::fault;
use crate::invocation::{Invocation, InvocationFilter};
use crate::page::{self, AccessConnection, InvocationConnection, ToolConnection};
use crate::scalars::{EventCursor, Json, Url};
use crate::service::Service;
use crate::tool::{Tool, ToolFilter};
use crate::toolset::{ToolDialect, Toolset};

/// The signed-in person, seen by themselves.
pub(crate) struct Viewer {
    id: domain::UserId,
    /// Read before anything else of the same query.
    cursor: domain::EventCursor,
}

impl Viewer {
    pub(crate) async fn load(caller: &Caller) -> Result<Self> {
        let cursor = caller.engine.event_cursor(&caller.viewer).await;
        Ok(Self { id: caller.user(), cursor: cursor.map_err(|it| fault::error(&it))? })
    }
}

/// The signed-in person, seen by themselves.
#[Object]
impl Viewer {
    /// Globally unique and opaque.
    pub(crate) async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// The position to subscribe from. Ask for it in the same query as the state it
    /// belongs to: it is read first, so an overlap is possible and a gap is not.
    async fn event_cursor(&self) -> EventCursor {
        EventCursor(self.cursor)
    }

    /// Services the viewer chose to work with, in the order chosen. At most 50.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn selected_services(&self, ctx: &Context<'_>) -> Result<Vec<Service>> {
        let caller = ctx.caller()?;
        let selection = caller.selection().await?;
        caller.services(&selection).await
    }

    /// Whether `addService` is allowed here.
    async fn allows_own_services(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(ctx.caller()?.engine.allows_own_services())
    }

    /// The redirect URI to register at an authorization server, before a client that was made
    /// there is given to `addService`.
    async fn own_client_redirect_uri(&self, ctx: &Context<'_>, issuer: String) -> Result<Url> {
        let caller = ctx.caller()?;
        Ok(Url(caller.engine.brought_redirect_uri(caller.user(), &issuer)))
    }

    /// Services at which the viewer has at least one account, ordered by name. At
    /// most 50.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn connected_services(&self, ctx: &Context<'_>) -> Result<Vec<Service>> {
        let caller = ctx.caller()?;
        let accounts = caller.accounts().await?;
        let codes: Vec<_> = accounts.iter().map(|account| account.service.clone()).collect();
        let mut services = caller.services(&codes).await?;
        services.sort_by_key(|service| (service.0.name.to_lowercase(), service.0.code.clone()));
        services.dedup_by(|one, other| one.0.code == other.0.code);
        Ok(services)
    }

    /// The same facts as one map from service code to connection data, for clients that
    /// keep it whole: `{ "SLACK": { "name": …, "accounts": [ … ] }, "GITHUB": { … } }`.
    /// Never holds a secret.
    #[graphql(complexity = 50)]
    async fn mcp_data(&self, ctx: &Context<'_>) -> Result<Json> {
        let caller = ctx.caller()?;
        let accounts = caller.accounts().await?;
        let ids = accounts.iter().map(|account| account.id);
        let catalogs = caller.loaders().catalogs.load_many(ids).await.map_err(fault::shared)?;
        let mut services = Map::new();
        for account in accounts.iter() {
            let service = caller.service(&account.service).await?;
            let entry = services
                .entry(account.service.to_string())
                .or_insert_with(|| json!({ "name": service.0.name, "accounts": [] }));
            if let Some(list) = entry["accounts"].as_array_mut() {
                list.push(account_data(account, catalogs.get(&account.id)));
            }
        }
        Ok(Json(services.into()))
    }

    /// Accounts the viewer connected, newest first. At most 50.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn accounts(&self, ctx: &Context<'_>) -> Result<Vec<Account>> {
        let accounts = ctx.caller()?.accounts().await?;
        Ok(accounts.iter().cloned().map(Account).collect())
    }

    /// Attempts to connect that are still pending, newest first. At most 10.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn connect_attempts(&self, ctx: &Context<'_>) -> Result<Vec<ConnectAttempt>> {
        let caller = ctx.caller()?;
        let pending = Box::pin(caller.engine.pending_attempts(&caller.viewer)).await;
        let pending = pending.map_err(|error| fault::error(&error))?;
        Ok(pending.into_iter().map(ConnectAttempt).collect())
    }

    /// Tools across all connected accounts, ordered by service, account and name; those that
    /// are searched for, by how well they fit before that.
    #[graphql(complexity = "page::size(first, 50) * child_complexity + 1")]
    async fn tools(
        &self,
        ctx: &Context<'_>,
        filter: Option<ToolFilter>,
        #[graphql(default = 50)] first: Option<i32>,
        after: Option<String>,
    ) -> Result<ToolConnection> {
        let caller = ctx.caller()?;
        let filter = filter.unwrap_or_default().read(caller).await?;
        let page = page::request::<ToolKey>(first, 50, after.as_deref())?;
        let found = Box::pin(caller.engine.tools(&caller.viewer, &filter, &page)).await;
        let found = found.map_err(|error| fault::error(&error))?;
        Ok(ToolConnection::new(found, |(_, key)| key.clone(), |(tool, _)| Tool(tool)))
    }

    /// What the viewer decided for everything of which they said nothing else.
    async fn settings(&self, ctx: &Context<'_>) -> Result<ViewerSettings> {
        let caller = ctx.caller()?;
        let policy = Box::pin(caller.engine.default_confirmation(caller.user())).await;
        Ok(policy.map_err(|error| fault::error(&error))?.into())
    }

    /// Questions that wait for an answer, oldest first. At most 20.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn pending_elicitations(&self, ctx: &Context<'_>) -> Result<Vec<Elicitation>> {
        let caller = ctx.caller()?;
        let pending = Box::pin(caller.engine.pending_elicitations(&caller.viewer)).await;
        let pending = pending.map_err(|error| fault::error(&error))?;
        Ok(pending.into_iter().map(Elicitation).collect())
    }

    /// Tools ready for a language model, ordered by name. Those that can be invoked now, at most
    /// 100: vendors take about as many, and models choose better among fewer.
    #[graphql(complexity = "page::size(first, 64) * 60 + page::size(first, 64) * child_complexity")]
    async fn toolset(
        &self,
        ctx: &Context<'_>,
        dialect: ToolDialect,
        filter: Option<ToolFilter>,
        #[graphql(default = 64)] first: Option<i32>,
    ) -> Result<Toolset> {
        let caller = ctx.caller()?;
        let filter = filter.unwrap_or_default().read(caller).await?;
        let (dialect, first) = (dialect.into(), page::size(first, 64));
        let toolset =
            Box::pin(caller.engine.toolset(&caller.viewer, dialect, &filter, first)).await;
        let toolset = toolset.map_err(|error| fault::error(&error))?;
        Ok(Toolset { dialect, toolset })
    }

    /// Which client used which account, for what and when, newest first. Kept as long as the
    /// fact of a call, also when the account is disconnected.
    #[graphql(complexity = "page::size(first, 20) * child_complexity + 1")]
    async fn access_log(
        &self,
        ctx: &Context<'_>,
        filter: Option<AccessFilter>,
        #[graphql(default = 20)] first: Option<i32>,
        after: Option<String>,
    ) -> Result<AccessConnection> {
        let caller = ctx.caller()?;
        let filter = filter.unwrap_or_default().into();
        let page = page::request::<AccessKey>(first, 20, after.as_deref())?;
        let found = Box::pin(caller.engine.accesses(&caller.viewer, &filter, &page)).await;
        let found = found.map_err(|error| fault::error(&error))?;
        Ok(AccessConnection::new(found, |(_, key)| key.clone(), |(access, _)| Access(access)))
    }

    /// What the viewer ran, newest first.
    #[graphql(complexity = "page::size(first, 20) * child_complexity + 1")]
    async fn invocations(
        &self,
        ctx: &Context<'_>,
        filter: Option<InvocationFilter>,
        #[graphql(default = 20)] first: Option<i32>,
        after: Option<String>,
    ) -> Result<InvocationConnection> {
        let caller = ctx.caller()?;
        let filter = filter.unwrap_or_default().read(caller).await?;
        let page = page::request::<InvocationKey>(first, 20, after.as_deref())?;
        let found = Box::pin(caller.engine.invocations(&caller.viewer, &filter, &page)).await;
        let found = found.map_err(|error| fault::error(&error))?;
        Ok(InvocationConnection::new(found, InvocationKey::of, Invocation::from))
    }
}

fn account_data(account: &domain::Account, catalog: Option<&domain::Catalog>) -> serde_json::Value {
    json!({
        "id": account.id.to_string(),
        "label": account.label,
        "state": account.state,
        "grantedScopes": account.granted_scopes,
        "connectedAt": account.connected_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        "catalogState": catalog.map(|catalog| catalog.state),
        "toolCount": catalog.map_or(0, |catalog| catalog.tool_count),
    })
}
