//! Questions that nobody answers, or that nobody needs answered any more.

use attache_domain::{
    ElicitationId, ElicitationState, EventKind, Invocation, InvocationId, InvocationState, Problem,
    ReplicaId, ServiceCode, UserId,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::answer::{go_on, lock, waits};
use crate::Store;
use crate::error::{During, Result};
use crate::row;
use crate::schema::{elicitations, invocations};
use crate::signal::Signal;
use crate::transaction::Transaction;

impl Store {
    /// Questions of all viewers that nobody answered in time, with who asked.
    pub async fn lapsed_elicitations(
        &self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(UserId, ElicitationId, ServiceCode)>> {
        let rows: Vec<(Uuid, Uuid, String)> = elicitations::table
            .filter(elicitations::state.eq(row::text_of(&ElicitationState::Pending)))
            .filter(elicitations::expires_at.le(now))
            .limit(limit)
            .select((elicitations::user_id, elicitations::id, elicitations::service))
            .load(&mut self.read().await?)
            .await
            .during("look for questions that nobody answered")?;
        rows.into_iter()
            .map(|(user, id, service)| {
                let service = row::service(super::TABLE, &service)?;
                Ok((UserId::from_uuid(user), ElicitationId::from_uuid(id), service))
            })
            .collect()
    }

    /// Nobody answers a question any more. A call that it had ended fails with this problem;
    /// one that the service holds open goes on without an answer.
    pub async fn expire_elicitation(
        &self,
        user: UserId,
        id: ElicitationId,
        replica: ReplicaId,
        problem: &Problem,
    ) -> Result<()> {
        let mut tx = self.begin(user).await?;
        let Some((invocation, is_held)) = lock(&mut tx, user, id).await? else {
            return tx.rollback().await;
        };
        let now = tx.now();
        let revision: Option<i32> = diesel::update(elicitations::table.find(id.uuid()))
            .filter(elicitations::state.eq(row::text_of(&ElicitationState::Pending)))
            .filter(elicitations::expires_at.le(now))
            .set((
                elicitations::state.eq(row::text_of(&ElicitationState::Expired)),
                elicitations::revision.eq(elicitations::revision + 1),
                elicitations::updated_at.eq(now),
            ))
            .returning(elicitations::revision)
            .get_result(tx.sql())
            .await
            .optional()
            .during("let a question lapse")?;
        let Some(revision) = revision else {
            return tx.rollback().await;
        };
        tx.emit(EventKind::ElicitationUpdated, id.uuid(), revision);
        if !is_held {
            withdraw(&mut tx, user, &[invocation.uuid()]).await?;
            let failed = InvocationState::Failed;
            go_on(&mut tx, user, invocation, failed, Some(problem), replica).await?;
        } else if !waits(&mut tx, invocation).await? {
            go_on(&mut tx, user, invocation, InvocationState::Running, None, replica).await?;
        }
        tx.commit().await?;
        if is_held {
            self.0.signals.send(Signal::Answered(invocation));
        }
        Ok(())
    }

    /// The service wants an answer to a question of a call that it holds open no more, or to
    /// none of them.
    pub async fn withdraw_questions(
        &self,
        user: UserId,
        invocation: &Invocation,
        replica: ReplicaId,
        only: Option<ElicitationId>,
    ) -> Result<()> {
        let mut tx = self.begin(user).await?;
        let mine: Option<Uuid> = invocations::table
            .find(invocation.id.uuid())
            .filter(invocations::user_id.eq(user.uuid()))
            .filter(invocations::replica_id.eq(replica.uuid()))
            .select(invocations::id)
            .for_update()
            .first(tx.sql())
            .await
            .optional()
            .during("hold a call that wants no answers")?;
        let Some(id) = mine else { return tx.rollback().await };
        // Whoever was about to ask has asked by now, or finds the call gone.
        match only {
            Some(only) => withdraw_these(&mut tx, user, vec![only.uuid()]).await?,
            None => withdraw(&mut tx, user, &[id]).await?,
        }
        let id = InvocationId::from_uuid(id);
        if !waits(&mut tx, id).await? {
            go_on(&mut tx, user, id, InvocationState::Running, None, replica).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// These calls need no answers any more.
pub(crate) async fn withdraw(
    tx: &mut Transaction<'_>,
    user: UserId,
    invocations: &[Uuid],
) -> Result<()> {
    let ids = elicitations::table
        .filter(elicitations::invocation_id.eq_any(invocations))
        .filter(elicitations::user_id.eq(user.uuid()))
        .filter(elicitations::state.eq(row::text_of(&ElicitationState::Pending)))
        .select(elicitations::id)
        .load(tx.sql())
        .await
        .during("look for questions to withdraw")?;
    withdraw_these(tx, user, ids).await
}

async fn withdraw_these(tx: &mut Transaction<'_>, user: UserId, ids: Vec<Uuid>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let withdrawn: Vec<(Uuid, i32)> = diesel::update(elicitations::table)
        .filter(elicitations::user_id.eq(user.uuid()))
        .filter(elicitations::id.eq_any(ids))
        .filter(elicitations::state.eq(row::text_of(&ElicitationState::Pending)))
        .set((
            elicitations::state.eq(row::text_of(&ElicitationState::Withdrawn)),
            elicitations::revision.eq(elicitations::revision + 1),
            elicitations::updated_at.eq(now),
        ))
        .returning((elicitations::id, elicitations::revision))
        .get_results(tx.sql())
        .await
        .during("withdraw questions")?;
    for (id, revision) in withdrawn {
        tx.emit(EventKind::ElicitationUpdated, id, revision);
    }
    Ok(())
}
