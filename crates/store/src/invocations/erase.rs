//! Erasing what a call carried, and keeping that it was made.

use std::collections::HashMap;

use attache_domain::{
    EventKind, Invocation, InvocationId, InvocationState, Problem, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::{InvocationRow, TABLE, owned_by};
use crate::error::{During, Result};
use crate::payloads::{Carriers, delete_carried};
use crate::row;
use crate::schema::{idempotency_keys, invocation_erasures, invocations};
use crate::transaction::Transaction;
use crate::{Store, Written};

/// What came of erasing what a call carried.
#[derive(Debug)]
pub enum InvocationErasure {
    /// It is erased, now or before. The call is as it is now.
    Done(Box<Written<Invocation>>),
    /// The call has not ended.
    Open,
    /// There is no such call.
    Unknown,
}

impl Store {
    /// Erases what a call of the viewer carried: what was sent and came back, what was asked in
    /// the middle of it and how it went on, how far it was, and what its problem says of its
    /// arguments. Where it is erased already, nothing changes.
    pub async fn erase_invocation(
        &self,
        user: UserId,
        id: InvocationId,
    ) -> Result<InvocationErasure> {
        let mut tx = self.begin(user).await?;
        let known: Option<InvocationRow> = invocations::table
            .find(id.uuid())
            .filter(owned_by(user))
            .select(InvocationRow::as_select())
            .for_update()
            .first(tx.sql())
            .await
            .optional()
            .during("hold a call to be erased")?;
        let Some(known) = known else {
            tx.rollback().await?;
            return Ok(InvocationErasure::Unknown);
        };
        let state: InvocationState = row::state(TABLE, &known.state)?;
        if !state.is_final() {
            tx.rollback().await?;
            return Ok(InvocationErasure::Open);
        }
        let now = tx.now();
        let is_first = diesel::insert_into(invocation_erasures::table)
            .values((
                invocation_erasures::invocation_id.eq(known.id),
                invocation_erasures::user_id.eq(user.uuid()),
                invocation_erasures::erased_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(tx.sql())
            .await
            .during("write down that a call was erased")?;
        if is_first == 0 {
            let invocation = known.try_into()?;
            tx.rollback().await?;
            let cursor = self.event_position(user).await?;
            return Ok(InvocationErasure::Done(Box::new((invocation, cursor))));
        }
        let problem = row::problem(TABLE, known.problem)?.map(Problem::without_content);
        let erased: InvocationRow = diesel::update(invocations::table.find(known.id))
            .set((
                invocations::progress.eq(None::<Value>),
                invocations::problem.eq(problem.as_ref().map(row::json)),
                invocations::revision.eq(invocations::revision + 1),
                invocations::updated_at.eq(now),
            ))
            .returning(InvocationRow::as_returning())
            .get_result(tx.sql())
            .await
            .during("erase how far a call was")?;
        erase_what_it_carried(&mut tx, user, known.id).await?;
        tx.emit(EventKind::InvocationUpdated, erased.id, erased.revision);
        let invocation = erased.try_into()?;
        let cursor = tx.commit().await?;
        Ok(InvocationErasure::Done(Box::new((invocation, cursor))))
    }

    /// When the viewer erased what these invocations carried, as far as they did.
    pub async fn invocation_erasures(
        &self,
        user: UserId,
        of: &[InvocationId],
    ) -> Result<HashMap<InvocationId, DateTime<Utc>>> {
        let rows: Vec<(Uuid, DateTime<Utc>)> = invocation_erasures::table
            .filter(invocation_erasures::user_id.eq(user.uuid()))
            .filter(invocation_erasures::invocation_id.eq_any(uuids(of)))
            .select((invocation_erasures::invocation_id, invocation_erasures::erased_at))
            .load(&mut self.read().await?)
            .await
            .during("load which calls were erased")?;
        Ok(rows.into_iter().map(|(id, at)| (InvocationId::from_uuid(id), at)).collect())
    }
}

async fn erase_what_it_carried(tx: &mut Transaction<'_>, user: UserId, id: Uuid) -> Result<()> {
    delete_carried(tx.sql(), Carriers::One(id)).await?;
    // The hash of few words tells them to whoever guesses. The key stays taken, so that the same
    // intent, sent late, is refused and does not run again.
    diesel::update(idempotency_keys::table)
        .filter(idempotency_keys::user_id.eq(user.uuid()))
        .filter(idempotency_keys::entity_id.eq(id))
        .set(idempotency_keys::input_hash.eq(Vec::new()))
        .execute(tx.sql())
        .await
        .during("erase what an intent asked for")?;
    Ok(())
}
