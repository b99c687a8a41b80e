//! Tools that are not any more what their viewers knew.

use std::collections::HashMap;

use attache_domain::{
    EventKind, Tool, ToolChange, ToolDefinition, ToolId, ToolPart, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{During, Result};
use crate::row;
use crate::schema::{tool_changes, tools};
use crate::tools::Touched;
use crate::transaction::Transaction;
use crate::{Store, Written};

/// What came of accepting what became of a tool.
#[derive(Debug)]
pub enum ChangeAcceptance {
    /// It is accepted, now or before.
    Accepted(Box<Written<Tool>>),
    /// The tool is not any more what the viewer saw.
    Moved,
    /// There is no such tool.
    Unknown,
}

impl Store {
    /// How these tools of the viewer were, as far as they are not like that any more.
    pub async fn tool_changes(
        &self,
        user: UserId,
        of: &[ToolId],
    ) -> Result<HashMap<ToolId, ToolChange>> {
        let rows: Vec<(Uuid, Value, DateTime<Utc>)> = tool_changes::table
            .filter(tool_changes::user_id.eq(user.uuid()))
            .filter(tool_changes::tool_id.eq_any(uuids(of)))
            .select((tool_changes::tool_id, tool_changes::former, tool_changes::changed_at))
            .load(&mut self.read().await?)
            .await
            .during("load how tools were")?;
        rows.into_iter()
            .map(|(id, former, changed_at)| {
                let former = row::from_json("tool_changes", former)?;
                Ok((ToolId::from_uuid(id), ToolChange { former, changed_at }))
            })
            .collect()
    }

    /// From now on the viewer knows the tool as it is, if that is what they saw: `digest` is of
    /// its parts.
    pub async fn accept_tool_change(
        &self,
        user: UserId,
        id: ToolId,
        digest: &str,
    ) -> Result<ChangeAcceptance> {
        let Some(touched) = self.touch_tool(user, id).await? else {
            return Ok(ChangeAcceptance::Unknown);
        };
        let Touched { mut tx, tool, revision, .. } = touched;
        if tool.definition.digest_of_parts() != digest {
            tx.rollback().await?;
            return Ok(ChangeAcceptance::Moved);
        }
        if tool.changed_at.is_none() {
            tx.rollback().await?;
            let Some(unchanged) = self.tools_by_id(user, &[id]).await?.pop() else {
                return Ok(ChangeAcceptance::Unknown);
            };
            let cursor = self.event_position(user).await?;
            return Ok(ChangeAcceptance::Accepted(Box::new((unchanged, cursor))));
        }
        diesel::delete(tool_changes::table.find(id.uuid()))
            .execute(tx.sql())
            .await
            .during("accept what became of a tool")?;
        tx.emit(EventKind::ToolUpdated, id.uuid(), revision);
        let tool = Tool { changed_at: None, ..tool };
        Ok(ChangeAcceptance::Accepted(Box::new((tool, tx.commit().await?))))
    }
}

/// Keeps how these tools were that are about to be written anew, unless that is kept already from
/// before. One that is again what the viewer knew did not change.
pub(crate) async fn keep_former(
    tx: &mut Transaction<'_>,
    user: UserId,
    changed: &[(ToolId, ToolDefinition)],
) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let ids: Vec<Uuid> = changed.iter().map(|(id, _)| id.uuid()).collect();
    let known: Vec<(Uuid, Value, Option<Value>)> = tools::table
        .left_join(tool_changes::table)
        .filter(tools::user_id.eq(user.uuid()))
        .filter(tools::id.eq_any(&ids))
        .select((tools::id, tools::definition, tool_changes::former.nullable()))
        .load(tx.sql())
        .await
        .during("read how tools were")?;
    let becoming: HashMap<Uuid, &ToolDefinition> =
        changed.iter().map(|(id, definition)| (id.uuid(), definition)).collect();
    let mut kept = Vec::new();
    let mut settled = Vec::new();
    for (id, definition, former) in known {
        let Some(becoming) = becoming.get(&id) else { continue };
        let former = former.unwrap_or(definition);
        let known: ToolDefinition = row::from_json("tools", former.clone())?;
        if ToolPart::between(&known, becoming).is_empty() {
            settled.push(id);
        } else {
            kept.push((
                tool_changes::tool_id.eq(id),
                tool_changes::user_id.eq(user.uuid()),
                tool_changes::former.eq(former),
                tool_changes::changed_at.eq(now),
            ));
        }
    }
    diesel::delete(tool_changes::table)
        .filter(tool_changes::tool_id.eq_any(settled))
        .execute(tx.sql())
        .await
        .during("forget changes that were undone")?;
    diesel::insert_into(tool_changes::table)
        .values(kept)
        .on_conflict(tool_changes::tool_id)
        .do_update()
        .set(tool_changes::changed_at.eq(excluded(tool_changes::changed_at)))
        .execute(tx.sql())
        .await
        .during("keep how tools were")?;
    Ok(())
}
