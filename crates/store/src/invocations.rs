//! Calls to tools: their states. What they carry is in `payloads`.

mod accept;
mod erase;
mod finish;
mod list;
mod orphans;
mod park;
mod repeats;

use attache_domain::{
    Account, AccountId, EventKind, Invocation, InvocationId, InvocationState, Problem, Progress,
    ReplicaId, ToolId, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::dsl::IsNotDistinctFrom;
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

pub use accept::{Acceptance, CallContext, InvocationDraft, Target};
pub use erase::InvocationErasure;
pub use finish::Outcome;
pub(crate) use finish::result_place;
pub use list::InvocationKey;
pub use orphans::{Adopted, Orphan};
pub use park::{Parked, StepUp};
pub(crate) use park::{fail_parked, resume_parked};

use crate::error::{During, Error, Result};
use crate::row;
use crate::schema::invocations;
use crate::signal::Signal;
use crate::transaction::Transaction;
use crate::{Store, Written};

#[derive(Queryable, Selectable)]
#[diesel(table_name = invocations, check_for_backend(diesel::pg::Pg))]
pub(crate) struct InvocationRow {
    pub(crate) id: Uuid,
    account_id: Uuid,
    tool_id: Uuid,
    service: String,
    tool_name: String,
    conversation_id: Option<String>,
    state: String,
    progress: Option<Value>,
    problem: Option<Value>,
    pub(crate) revision: i32,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

const TABLE: &str = "invocations";

impl TryFrom<InvocationRow> for Invocation {
    type Error = Error;

    fn try_from(invocation: InvocationRow) -> Result<Self> {
        let state: InvocationState = row::state(TABLE, &invocation.state)?;
        if state.is_final() != invocation.finished_at.is_some() {
            return Err(row::inconsistent(TABLE, format!("{state:?} without an end, or with one")));
        }
        let progress = invocation.progress.map(|json| row::from_json(TABLE, json)).transpose()?;
        Ok(Self {
            id: InvocationId::from_uuid(invocation.id),
            account: AccountId::from_uuid(invocation.account_id),
            tool: ToolId::from_uuid(invocation.tool_id),
            service: row::service(TABLE, &invocation.service)?,
            tool_name: invocation.tool_name,
            conversation: invocation.conversation_id,
            state,
            progress,
            problem: row::problem(TABLE, invocation.problem)?,
            created_at: invocation.created_at,
            started_at: invocation.started_at,
            finished_at: invocation.finished_at,
            revision: invocation.revision,
            updated_at: invocation.updated_at,
        })
    }
}

impl Store {
    /// These invocations, as far as they are the viewer's.
    pub async fn invocations_by_id(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<Vec<Invocation>> {
        let ids = uuids(ids);
        let rows: Vec<InvocationRow> = invocations::table
            .filter(owned_by(user))
            .filter(invocations::id.eq_any(ids))
            .select(InvocationRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load invocations")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A queued invocation is about to be sent. `None` when it is no longer this
    /// process's to send.
    pub async fn start_invocation(
        &self,
        user: UserId,
        id: InvocationId,
        replica: ReplicaId,
    ) -> Result<Option<Invocation>> {
        let mut tx = self.begin(user).await?;
        let now = tx.now();
        let row: Option<InvocationRow> = diesel::update(invocations::table.find(id.uuid()))
            .filter(owned_by(user))
            .filter(invocations::replica_id.eq(replica.uuid()))
            .filter(invocations::state.eq(row::text_of(&InvocationState::Queued)))
            .set((
                invocations::state.eq(row::text_of(&InvocationState::Running)),
                invocations::started_at.eq(now),
                invocations::revision.eq(invocations::revision + 1),
                invocations::updated_at.eq(now),
            ))
            .returning(InvocationRow::as_returning())
            .get_result(tx.sql())
            .await
            .optional()
            .during("start an invocation")?;
        let Some(row) = row else {
            tx.rollback().await?;
            return Ok(None);
        };
        tx.emit(EventKind::InvocationUpdated, row.id, row.revision);
        let invocation = row.try_into()?;
        tx.commit().await?;
        Ok(Some(invocation))
    }

    /// Asks an invocation to stop. One that was not sent yet is over at once; one
    /// that is running is told. `None` when it is over, or being stopped, already.
    pub async fn cancel_invocation(
        &self,
        user: UserId,
        id: InvocationId,
    ) -> Result<Option<Written<Invocation>>> {
        let mut tx = self.begin(user).await?;
        let now = tx.now();
        let mine = invocations::table.filter(invocations::id.eq(id.uuid())).filter(owned_by(user));
        let unsent = [
            InvocationState::ApprovalRequired,
            InvocationState::Queued,
            InvocationState::AwaitingAuthorization,
            InvocationState::AwaitingInput,
        ];
        let unsent = invocations::state.eq_any(unsent.iter().map(row::text_of));
        // A service that waits for an answer to what it asked may hold the call open.
        let holds = row::text_of(&InvocationState::AwaitingInput);
        let holds = invocations::state.eq(holds).and(invocations::replica_id.is_not_null());
        let running = invocations::state.eq(row::text_of(&InvocationState::Running)).or(holds);
        let mut row: Option<InvocationRow> = diesel::update(mine.filter(running))
            .set((
                invocations::state.eq(row::text_of(&InvocationState::Cancelling)),
                invocations::revision.eq(invocations::revision + 1),
                invocations::updated_at.eq(now),
            ))
            .returning(InvocationRow::as_returning())
            .get_result(tx.sql())
            .await
            .optional()
            .during("ask an invocation to stop")?;
        if row.is_none() {
            row = diesel::update(mine.filter(unsent))
                .set((
                    invocations::state.eq(row::text_of(&InvocationState::Cancelled)),
                    invocations::replica_id.eq(None::<Uuid>),
                    invocations::finished_at.eq(now),
                    invocations::revision.eq(invocations::revision + 1),
                    invocations::updated_at.eq(now),
                ))
                .returning(InvocationRow::as_returning())
                .get_result(tx.sql())
                .await
                .optional()
                .during("cancel a queued invocation")?;
        }
        let Some(row) = row else {
            tx.rollback().await?;
            return Ok(None);
        };
        stop_waiting(&mut tx, user, &[row.id]).await?;
        tx.emit(EventKind::InvocationUpdated, row.id, row.revision);
        let invocation = row.try_into()?;
        let cursor = tx.commit().await?;
        self.stop(id);
        Ok(Some((invocation, cursor)))
    }

    /// Keeps how far a running invocation is, for whoever asks, and tells everybody
    /// that it moved. Not worth waiting for a disk: the next one replaces it.
    pub async fn note_progress(
        &self,
        user: UserId,
        id: InvocationId,
        replica: ReplicaId,
        progress: &Progress,
    ) -> Result<()> {
        diesel::sql_query(
            "UPDATE invocations SET progress = $1 \
             FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried \
             WHERE id = $2 AND user_id IS NOT DISTINCT FROM $3 AND replica_id = $4",
        )
        .bind::<Jsonb, _>(row::json(progress))
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<SqlUuid, _>(user.uuid())
        .bind::<SqlUuid, _>(replica.uuid())
        .execute(&mut self.read().await?)
        .await
        .during("note the progress of an invocation")?;
        self.0.signals.send(Signal::Progressed(user, id));
        Ok(())
    }

    pub(crate) fn stop(&self, id: InvocationId) {
        self.0.signals.send(Signal::Stop(id));
    }
}

/// Those of this viewer, compared and not searched for (see this crate's README).
pub(crate) fn owned_by(user: UserId) -> IsNotDistinctFrom<invocations::user_id, Uuid> {
    invocations::user_id.is_not_distinct_from(user.uuid())
}

/// Holds a call of the viewer's that this process runs. `false` where it is over or another's: then
/// nothing is written of it.
pub(crate) async fn hold(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: InvocationId,
    replica: ReplicaId,
) -> Result<bool> {
    let held: Option<Uuid> = invocations::table
        .find(id.uuid())
        .filter(owned_by(user))
        .filter(invocations::replica_id.eq(replica.uuid()))
        .select(invocations::id)
        .for_update()
        .first(tx.sql())
        .await
        .optional()
        .during("hold a call")?;
    Ok(held.is_some())
}

/// Ends the open calls of these accounts. Whatever their tools answer from now on
/// finds them over, so it is dropped unread.
pub(crate) async fn cut_short(
    tx: &mut Transaction<'_>,
    user: UserId,
    accounts: &[Account],
    problem: &Problem,
) -> Result<Vec<InvocationId>> {
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.id.uuid()).collect();
    let now = tx.now();
    let waiting = [
        InvocationState::ApprovalRequired,
        InvocationState::AwaitingAuthorization,
        InvocationState::AwaitingInput,
    ];
    let waiting = invocations::state.eq_any(waiting.iter().map(row::text_of));
    let cut: Vec<(Uuid, i32)> = diesel::update(invocations::table)
        .filter(invocations::user_id.eq(user.uuid()))
        .filter(invocations::account_id.eq_any(ids))
        .filter(invocations::replica_id.is_not_null().or(waiting))
        .set((
            invocations::state.eq(row::text_of(&InvocationState::Cancelled)),
            invocations::problem.eq(row::json(problem)),
            invocations::replica_id.eq(None::<Uuid>),
            invocations::finished_at.eq(now),
            invocations::revision.eq(invocations::revision + 1),
            invocations::updated_at.eq(now),
        ))
        .returning((invocations::id, invocations::revision))
        .get_results(tx.sql())
        .await
        .during("cut invocations short")?;
    let over: Vec<Uuid> = cut.iter().map(|(id, _)| *id).collect();
    stop_waiting(tx, user, &over).await?;
    Ok(cut
        .into_iter()
        .map(|(id, revision)| {
            tx.emit(EventKind::InvocationUpdated, id, revision);
            InvocationId::from_uuid(id)
        })
        .collect())
}

/// How calls leave a state in which they waited for a person.
#[derive(Clone, Copy)]
pub(crate) struct Leaving<'a> {
    pub(crate) from: InvocationState,
    pub(crate) to: InvocationState,
    pub(crate) problem: Option<&'a Problem>,
    /// Who goes on with them. Nobody new, where nothing is said.
    pub(crate) replica: Option<ReplicaId>,
}

/// Moves those of these calls of the viewer that wait like that, and tells of it.
pub(crate) async fn leave(
    tx: &mut Transaction<'_>,
    user: UserId,
    ids: &[Uuid],
    leaving: Leaving<'_>,
) -> Result<Vec<InvocationRow>> {
    let Leaving { from, to, problem, replica } = leaving;
    let now = tx.now();
    let moved: Vec<InvocationRow> = diesel::update(invocations::table)
        .filter(owned_by(user))
        .filter(invocations::id.eq_any(ids))
        .filter(invocations::state.eq(row::text_of(&from)))
        .set((
            invocations::state.eq(row::text_of(&to)),
            replica.map(|replica| invocations::replica_id.eq(replica.uuid())),
            invocations::problem.eq(problem.map(row::json)),
            invocations::finished_at.eq(to.is_final().then_some(now)),
            invocations::revision.eq(invocations::revision + 1),
            invocations::updated_at.eq(now),
        ))
        .returning(InvocationRow::as_returning())
        .get_results(tx.sql())
        .await
        .during("move calls that waited for a person")?;
    for row in &moved {
        tx.emit(EventKind::InvocationUpdated, row.id, row.revision);
    }
    Ok(moved)
}

/// These calls are over, or about to be, and wait for nothing any more.
async fn stop_waiting(tx: &mut Transaction<'_>, user: UserId, ids: &[Uuid]) -> Result<()> {
    park::stop_waiting(tx, user, ids).await?;
    crate::approvals::withdraw(tx, user, ids).await?;
    crate::elicitations::withdraw(tx, user, ids).await
}
