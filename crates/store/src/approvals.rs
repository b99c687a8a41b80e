//! Calls that wait for a person to approve of them.

mod decide;

use std::collections::HashMap;

use attache_domain::{
    Approval, ApprovalDecision, InvocationId, ServiceCode, ToolId, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

pub use decide::{Approved, Approving};

use crate::Store;
use crate::error::{During, Error, Result};
use crate::row;
use crate::schema::{approvals, conversation_approvals, invocations};
use crate::transaction::Transaction;

/// The most calls of a viewer that wait for approval at once.
const MAX_PENDING: i64 = 100;

/// Too many calls of the viewer wait for approval.
pub(crate) struct TooMany;

const TABLE: &str = "approvals";

#[derive(Queryable, Selectable)]
#[diesel(table_name = approvals, check_for_backend(diesel::pg::Pg))]
struct ApprovalRow {
    decision: Option<String>,
    is_edited: bool,
    requested_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
}

impl TryFrom<ApprovalRow> for Approval {
    type Error = Error;

    fn try_from(approval: ApprovalRow) -> Result<Self> {
        let decision: Option<ApprovalDecision> =
            approval.decision.map(|decision| row::state(TABLE, &decision)).transpose()?;
        Ok(Self {
            decision,
            is_edited: approval.is_edited,
            requested_at: approval.requested_at,
            expires_at: approval.expires_at,
            decided_at: approval.decided_at,
        })
    }
}

impl Store {
    /// What these invocations of the viewer were asked about, as far as they were.
    pub async fn approvals(
        &self,
        user: UserId,
        of: &[InvocationId],
    ) -> Result<HashMap<InvocationId, Approval>> {
        let rows: Vec<(Uuid, ApprovalRow)> = approvals::table
            .filter(approvals::user_id.eq(user.uuid()))
            .filter(approvals::invocation_id.eq_any(uuids(of)))
            .select((approvals::invocation_id, ApprovalRow::as_select()))
            .load(&mut self.read().await?)
            .await
            .during("load approvals")?;
        rows.into_iter()
            .map(|(id, row)| Ok((InvocationId::from_uuid(id), row.try_into()?)))
            .collect()
    }

    /// Whether the viewer agreed to this tool, as it is, in this conversation.
    pub async fn is_approved_in(
        &self,
        user: UserId,
        conversation: &str,
        tool: ToolId,
        tool_digest: [u8; 32],
    ) -> Result<bool> {
        let found = conversation_approvals::table
            .find((user.uuid(), conversation, tool.uuid()))
            .filter(conversation_approvals::tool_digest.eq(tool_digest.to_vec()));
        diesel::select(diesel::dsl::exists(found))
            .get_result(&mut self.read().await?)
            .await
            .during("look for what was approved in a conversation")
    }

    /// Remembers that the viewer agreed to this tool, as it is, in this conversation.
    pub async fn approve_in(
        &self,
        user: UserId,
        conversation: &str,
        tool: ToolId,
        tool_digest: [u8; 32],
    ) -> Result<()> {
        let mut tx = self.begin(user).await?;
        approve_in(&mut tx, user, conversation, tool.uuid(), &tool_digest).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Calls of all viewers that nobody approved of in time, with where they would have gone.
    pub async fn lapsed_approvals(
        &self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(UserId, InvocationId, ServiceCode)>> {
        let rows: Vec<(Uuid, Uuid, String)> = approvals::table
            .inner_join(invocations::table.on(invocations::id.eq(approvals::invocation_id)))
            .filter(approvals::decision.is_null())
            .filter(approvals::expires_at.le(now))
            .limit(limit)
            .select((approvals::user_id, approvals::invocation_id, invocations::service))
            .load(&mut self.read().await?)
            .await
            .during("look for calls that nobody approved of")?;
        rows.into_iter()
            .map(|(user, id, service)| {
                let service = row::service("invocations", &service)?;
                Ok((UserId::from_uuid(user), InvocationId::from_uuid(id), service))
            })
            .collect()
    }

    /// Forgets what all viewers approved of in conversations before `before`.
    pub async fn forget_conversation_approvals(&self, before: DateTime<Utc>) -> Result<usize> {
        diesel::delete(conversation_approvals::table)
            .filter(conversation_approvals::approved_at.lt(before))
            .execute(&mut self.read().await?)
            .await
            .during("forget approvals")
    }
}

/// Writes down that a call waits, unless too many of the viewer's do. Whoever accepts another call
/// of theirs comes before or after.
pub(crate) async fn request(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: Uuid,
    tool_digest: [u8; 32],
    expires_at: DateTime<Utc>,
) -> Result<Result<(), TooMany>> {
    let now = tx.now();
    let pending: i64 = approvals::table
        .filter(approvals::user_id.eq(user.uuid()))
        .filter(approvals::decision.is_null())
        .count()
        .get_result(tx.sql())
        .await
        .during("count the calls that wait for approval")?;
    if pending >= MAX_PENDING {
        return Ok(Err(TooMany));
    }
    diesel::insert_into(approvals::table)
        .values((
            approvals::invocation_id.eq(id),
            approvals::user_id.eq(user.uuid()),
            approvals::tool_digest.eq(tool_digest.to_vec()),
            approvals::requested_at.eq(now),
            approvals::expires_at.eq(expires_at),
        ))
        .execute(tx.sql())
        .await
        .during("write down that a call waits for approval")?;
    Ok(Ok(()))
}

async fn approve_in(
    tx: &mut Transaction<'_>,
    user: UserId,
    conversation: &str,
    tool: Uuid,
    tool_digest: &[u8],
) -> Result<()> {
    let now = tx.now();
    let values = (
        conversation_approvals::tool_digest.eq(tool_digest),
        conversation_approvals::approved_at.eq(now),
    );
    diesel::insert_into(conversation_approvals::table)
        .values((
            conversation_approvals::user_id.eq(user.uuid()),
            conversation_approvals::conversation_id.eq(conversation),
            conversation_approvals::tool_id.eq(tool),
            values,
        ))
        .on_conflict((
            conversation_approvals::user_id,
            conversation_approvals::conversation_id,
            conversation_approvals::tool_id,
        ))
        .do_update()
        .set(values)
        .execute(tx.sql())
        .await
        .during("remember an approval")?;
    Ok(())
}

/// Nobody has to decide about these calls any more.
pub(crate) async fn withdraw(
    tx: &mut Transaction<'_>,
    user: UserId,
    invocations: &[Uuid],
) -> Result<()> {
    let now = tx.now();
    diesel::update(approvals::table)
        .filter(approvals::user_id.eq(user.uuid()))
        .filter(approvals::invocation_id.eq_any(invocations))
        .filter(approvals::decision.is_null())
        .set((
            approvals::decision.eq(row::text_of(&ApprovalDecision::Withdrawn)),
            approvals::decided_at.eq(now),
        ))
        .execute(tx.sql())
        .await
        .during("withdraw approvals")?;
    Ok(())
}
