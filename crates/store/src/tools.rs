//! The tools that accounts offer, with the viewer's settings for them.

mod list;
mod search;

use std::collections::HashMap;
use std::sync::Arc;

use attache_domain::{
    AccountId, AccountState, Tool, ToolDefinition, ToolId, ToolSettings, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use list::{ListedTool, ToolKey};

use crate::Store;
use crate::data_keys::{Purpose, UserKeys};
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::row;
use crate::schema::{accounts, tool_changes, tool_settings, tools};
use crate::transaction::Transaction;

#[derive(Insertable)]
#[diesel(table_name = tools, check_for_backend(diesel::pg::Pg))]
pub(crate) struct ToolRow {
    id: Uuid,
    user_id: Uuid,
    account_id: Uuid,
    service: String,
    name: String,
    title: String,
    description: Option<String>,
    definition: Value,
    digest: Vec<u8>,
    catalog_revision: i32,
    is_removed: bool,
    revision: i32,
    updated_at: DateTime<Utc>,
}

impl ToolRow {
    pub(crate) fn new(
        id: ToolId,
        user: UserId,
        account: AccountId,
        service: &str,
        tool: &ToolDefinition,
        catalog_revision: i32,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: id.uuid(),
            user_id: user.uuid(),
            account_id: account.uuid(),
            service: service.to_owned(),
            name: tool.name.clone(),
            title: tool.display_title().to_owned(),
            description: tool.description.clone(),
            digest: tool.digest().to_vec(),
            definition: row::json(tool),
            catalog_revision,
            is_removed: false,
            revision: 1,
            updated_at: now,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tool_settings, check_for_backend(diesel::pg::Pg))]
pub(crate) struct SettingsRow {
    is_enabled: bool,
    is_pinned: bool,
    confirmation: String,
    sealed_presets: Option<Vec<u8>>,
}

/// A tool, the state of its account, and its settings where there are any.
#[derive(Queryable, Selectable)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub(crate) struct ToolView {
    #[diesel(select_expression = tools::id)]
    id: Uuid,
    #[diesel(select_expression = tools::account_id)]
    account_id: Uuid,
    #[diesel(select_expression = tools::service)]
    service: String,
    #[diesel(select_expression = tools::definition)]
    definition: Value,
    #[diesel(select_expression = tools::revision)]
    revision: i32,
    #[diesel(select_expression = tools::updated_at)]
    updated_at: DateTime<Utc>,
    #[diesel(select_expression = accounts::state)]
    account_state: String,
    #[diesel(select_expression = tool_changes::changed_at.nullable())]
    changed_at: Option<DateTime<Utc>>,
    #[diesel(embed)]
    settings: Option<SettingsRow>,
}

/// The tools that are there, joined with what is needed to show them.
#[auto_type]
pub(crate) fn views() -> _ {
    tools::table
        .inner_join(accounts::table)
        .left_join(tool_settings::table)
        .left_join(tool_changes::table)
        .filter(tools::is_removed.eq(false))
}

/// A tool in hand, until the transaction ends.
pub(crate) struct Touched<'a> {
    pub(crate) tx: Transaction<'a>,
    pub(crate) keys: Arc<UserKeys>,
    /// As it is now.
    pub(crate) tool: Tool,
    /// What its revision is once the transaction is committed.
    pub(crate) revision: i32,
}

impl Store {
    /// These tools, as far as they are the viewer's and still offered.
    pub async fn tools_by_id(&self, user: UserId, ids: &[ToolId]) -> Result<Vec<Tool>> {
        let rows = load_views(&mut *self.read().await?, user, ids).await?;
        self.tools_from(user, rows).await
    }

    /// The names of the tools of these accounts of the viewer.
    pub async fn tool_names(
        &self,
        user: UserId,
        accounts: &[AccountId],
    ) -> Result<Vec<(ToolId, AccountId, String)>> {
        let rows: Vec<(Uuid, Uuid, String)> = tools::table
            .filter(tools::user_id.eq(user.uuid()))
            .filter(tools::account_id.eq_any(uuids(accounts)))
            .filter(tools::is_removed.eq(false))
            .select((tools::id, tools::account_id, tools::name))
            .load(&mut self.read().await?)
            .await
            .during("load the names of tools")?;
        Ok(rows
            .into_iter()
            .map(|(id, account, name)| (ToolId::from_uuid(id), AccountId::from_uuid(account), name))
            .collect())
    }

    /// What one revision of each of these catalogs changed: the tools as they are
    /// now, and the ids of those that went.
    pub async fn tools_of_changes(
        &self,
        user: UserId,
        changes: &[(AccountId, i32)],
    ) -> Result<HashMap<(AccountId, i32), (Vec<Tool>, Vec<ToolId>)>> {
        let mut found: HashMap<_, (Vec<Tool>, Vec<ToolId>)> = HashMap::new();
        if changes.is_empty() {
            return Ok(found);
        }
        let ids: Vec<Uuid> = changes.iter().map(|(id, _)| id.uuid()).collect();
        let revisions: Vec<i32> = changes.iter().map(|(_, revision)| *revision).collect();
        let touched: Vec<(Uuid, Uuid, i32, bool)> = tools::table
            .filter(tools::user_id.eq(user.uuid()))
            .filter(tools::account_id.eq_any(ids))
            .filter(tools::catalog_revision.eq_any(revisions))
            .select((tools::id, tools::account_id, tools::catalog_revision, tools::is_removed))
            .order(tools::name)
            .load(&mut self.read().await?)
            .await
            .during("load what catalogs changed")?;
        let mut here = HashMap::new();
        for (tool, account, revision, is_removed) in touched {
            let (tool, change) =
                (ToolId::from_uuid(tool), (AccountId::from_uuid(account), revision));
            if !changes.contains(&change) {
                continue;
            }
            if is_removed {
                found.entry(change).or_default().1.push(tool);
            } else {
                here.insert(tool, change);
            }
        }
        let ids: Vec<ToolId> = here.keys().copied().collect();
        let mut tools = self.tools_by_id(user, &ids).await?;
        tools.sort_by(|a, b| a.definition.name.cmp(&b.definition.name));
        for tool in tools {
            found.entry(here[&tool.id]).or_default().0.push(tool);
        }
        Ok(found)
    }

    /// Takes a tool in hand to write something about it, under its next revision. The row of the
    /// tool is the lock: whoever decides about it meanwhile, or reads its catalogue, comes before
    /// and is seen, or after. `None` when there is no such tool.
    pub(crate) async fn touch_tool(&self, user: UserId, id: ToolId) -> Result<Option<Touched<'_>>> {
        if load_views(&mut *self.read().await?, user, &[id]).await?.is_empty() {
            return Ok(None);
        }
        let keys = self.keys(user, Purpose::Content).await?;
        let mut tx = self.begin(user).await?;
        let now = tx.now();
        let revision: Option<i32> = diesel::update(tools::table.find(id.uuid()))
            .filter(tools::user_id.eq(user.uuid()))
            .filter(tools::is_removed.eq(false))
            .set((tools::revision.eq(tools::revision + 1), tools::updated_at.eq(now)))
            .returning(tools::revision)
            .get_result(tx.sql())
            .await
            .optional()
            .during("touch a tool")?;
        let tool = load_views(tx.sql(), user, &[id]).await?.pop();
        let (Some(revision), Some(tool)) = (revision, tool) else {
            tx.rollback().await?;
            return Ok(None);
        };
        let tool = tool.into_tool(Some(&keys))?;
        Ok(Some(Touched { tx, keys, tool, revision }))
    }

    /// Opens what is sealed in the rows, and makes tools of them.
    pub(crate) async fn tools_from(&self, user: UserId, rows: Vec<ToolView>) -> Result<Vec<Tool>> {
        let is_sealed = |row: &ToolView| {
            row.settings.as_ref().is_some_and(|settings| settings.sealed_presets.is_some())
        };
        let keys = if rows.iter().any(is_sealed) {
            Some(self.keys(user, Purpose::Content).await?)
        } else {
            None
        };
        rows.into_iter().map(|row| row.into_tool(keys.as_deref())).collect()
    }
}

/// Loads tools inside or outside a transaction; presets stay sealed.
pub(crate) async fn load_views(
    connection: &mut AsyncPgConnection,
    user: UserId,
    ids: &[ToolId],
) -> Result<Vec<ToolView>> {
    let ids = uuids(ids);
    views()
        .filter(tools::user_id.eq(user.uuid()))
        .filter(tools::id.eq_any(ids))
        .select(ToolView::as_select())
        .load(connection)
        .await
        .during("load tools")
}

impl ToolView {
    pub(crate) fn into_tool(self, keys: Option<&UserKeys>) -> Result<Tool> {
        let definition: ToolDefinition = row::from_json("tools", self.definition)?;
        let account_state: AccountState = row::state("accounts", &self.account_state)?;
        let settings = match self.settings {
            None => ToolSettings::default(),
            Some(settings) => {
                let presets = match (&settings.sealed_presets, keys) {
                    (Some(sealed), Some(keys)) => {
                        let place = presets_place(self.id, &self.service);
                        let json = keys.open("preset arguments", place, sealed)?;
                        serde_json::from_slice(&json)
                            .map_err(|error| row::inconsistent("tool_settings", error))?
                    }
                    _ => Map::new(),
                };
                ToolSettings {
                    is_enabled: settings.is_enabled,
                    is_pinned: settings.is_pinned,
                    confirmation: row::state("tool_settings", &settings.confirmation)?,
                    preset_arguments: presets,
                }
            }
        };
        Ok(Tool {
            id: ToolId::from_uuid(self.id),
            account: AccountId::from_uuid(self.account_id),
            service: row::service("tools", &self.service)?,
            definition,
            settings,
            changed_at: self.changed_at,
            is_account_connected: account_state == AccountState::Connected,
            revision: self.revision,
            updated_at: self.updated_at,
        })
    }
}

pub(crate) fn presets_place(tool: Uuid, service: &str) -> Place<'_> {
    Place::once(tool, service, Kind::Presets)
}
