//! Calls whose process is gone.

use attache_domain::{EventKind, InvocationId, InvocationState, Problem, ServiceCode, UserId};
use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::Store;
use crate::error::{During, Result};
use crate::replicas::{Sweeper, alive};
use crate::row;
use crate::schema::{invocations, server_tasks};

/// A call that may have been sent by a process that is gone.
#[derive(Debug)]
pub struct Orphan {
    /// Whose call.
    pub user: UserId,
    /// Which call.
    pub id: InvocationId,
    /// At which service.
    pub service: ServiceCode,
    /// Who was running it.
    replica: Uuid,
}

/// A call that this process took over.
#[derive(Debug)]
pub struct Adopted {
    /// Whose call.
    pub user: UserId,
    /// Which call.
    pub id: InvocationId,
    /// Whether it is still to be sent. Otherwise its service goes on with it.
    pub is_queued: bool,
}

impl Store {
    /// Calls of all viewers that may have been sent by a process that is gone.
    pub async fn orphaned_invocations(
        &self,
        sweeper: &Sweeper,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Orphan>> {
        let me = sweeper.replica.uuid();
        let is_orphaned =
            invocations::replica_id.ne(me).and(invocations::replica_id.ne_all(alive()));
        let is_lost = invocations::replica_id
            .eq(me)
            .and(invocations::id.ne_all(&sweeper.busy))
            .and(invocations::updated_at.lt(Sweeper::cutoff(now)));
        let rows: Vec<(Uuid, Uuid, String, Option<Uuid>)> = invocations::table
            // Says what the condition after it implies, for the index to be found.
            .filter(invocations::replica_id.is_not_null())
            .filter(is_orphaned.or(is_lost))
            .filter(invocations::state.ne(row::text_of(&InvocationState::Queued)))
            // What the service goes on with is not lost with its process.
            .filter(not(exists(server_tasks::table.find(invocations::id))))
            .limit(limit)
            .select((
                invocations::user_id,
                invocations::id,
                invocations::service,
                invocations::replica_id,
            ))
            .load(&mut self.read().await?)
            .await
            .during("look for orphaned invocations")?;
        rows.into_iter()
            .filter_map(|(user, id, service, replica)| Some((user, id, service, replica?)))
            .map(|(user, id, service, replica)| {
                Ok(Orphan {
                    user: UserId::from_uuid(user),
                    id: InvocationId::from_uuid(id),
                    service: row::service("invocations", &service)?,
                    replica,
                })
            })
            .collect()
    }

    /// Gives an orphan up: it may have acted, and nobody will ever know.
    pub async fn interrupt_invocation(&self, orphan: &Orphan, problem: &Problem) -> Result<()> {
        let mut tx = self.begin(orphan.user).await?;
        let now = tx.now();
        let revision: Option<i32> = diesel::update(invocations::table.find(orphan.id.uuid()))
            .filter(invocations::replica_id.eq(orphan.replica))
            .set((
                invocations::state.eq(row::text_of(&InvocationState::Interrupted)),
                invocations::problem.eq(row::json(problem)),
                invocations::replica_id.eq(None::<Uuid>),
                invocations::finished_at.eq(now),
                invocations::revision.eq(invocations::revision + 1),
                invocations::updated_at.eq(now),
            ))
            .returning(invocations::revision)
            .get_result(tx.sql())
            .await
            .optional()
            .during("give an orphaned invocation up")?;
        let Some(revision) = revision else {
            return tx.rollback().await;
        };
        crate::elicitations::withdraw(&mut tx, orphan.user, &[orphan.id.uuid()]).await?;
        tx.emit(EventKind::InvocationUpdated, orphan.id.uuid(), revision);
        tx.commit().await?;
        Ok(())
    }

    /// Takes over calls of all viewers that lose nothing with their process: those that it accepted
    /// and did not live to send, so that sending them now is still the first time, and those that
    /// their service goes on with by itself.
    pub async fn adopt_invocations(
        &self,
        sweeper: &Sweeper,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Adopted>> {
        let me = sweeper.replica.uuid();
        let orphan = diesel::alias!(invocations as orphan);
        let owner = orphan.field(invocations::replica_id);
        let is_lost = owner
            .eq(me)
            .and(orphan.field(invocations::id).ne_all(&sweeper.busy))
            .and(orphan.field(invocations::updated_at).lt(Sweeper::cutoff(now)));
        let queued = row::text_of(&InvocationState::Queued);
        let of_task = server_tasks::invocation_id.eq(orphan.field(invocations::id));
        let is_task = exists(server_tasks::table.filter(of_task));
        let orphans = orphan
            .filter(owner.is_not_null())
            .filter(owner.ne(me).and(owner.ne_all(alive())).or(is_lost))
            .filter(orphan.field(invocations::state).eq(&queued).or(is_task))
            .select(orphan.field(invocations::id))
            .limit(limit)
            .for_update()
            .skip_locked();
        let is_queued = invocations::state.eq(&queued);
        // A queued call for which there is no room is looked for again at once. A task that cannot
        // be asked about is not.
        let updated_at = case_when(is_queued, invocations::updated_at).otherwise(now);
        let rows: Vec<(Uuid, Uuid, bool)> = diesel::update(invocations::table)
            .filter(invocations::id.eq_any(orphans))
            .set((invocations::replica_id.eq(me), invocations::updated_at.eq(updated_at)))
            .returning((invocations::user_id, invocations::id, is_queued))
            .get_results(&mut self.read().await?)
            .await
            .during("adopt invocations")?;
        let adopted = |(user, id, is_queued)| Adopted {
            user: UserId::from_uuid(user),
            id: InvocationId::from_uuid(id),
            is_queued,
        };
        Ok(rows.into_iter().map(adopted).collect())
    }
}
