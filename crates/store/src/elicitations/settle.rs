//! Questions that nobody answers, or that nobody needs answered any more.

use attache_domain::{
    ElicitationId, ElicitationState, EventKind, Invocation, InvocationState, Problem, ReplicaId,
    ServiceCode, UserId,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::answer::{go_on, lock, waits};
use crate::Store;
use crate::error::{During, Result};
use crate::invocations::hold;
use crate::row;
use crate::schema::elicitations;
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
        let id = invocation.id;
        if !hold(&mut tx, user, id, replica).await? {
            return tx.rollback().await;
        }
        // Whoever was about to ask has asked by now, or finds the call gone.
        withdraw_some(&mut tx, user, &[id.uuid()], only).await?;
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
    withdraw_some(tx, user, invocations, None).await
}

async fn withdraw_some(
    tx: &mut Transaction<'_>,
    user: UserId,
    invocations: &[Uuid],
    only: Option<ElicitationId>,
) -> Result<()> {
    let now = tx.now();
    let mut withdraw = diesel::update(elicitations::table)
        .filter(elicitations::user_id.eq(user.uuid()))
        .filter(elicitations::invocation_id.eq_any(invocations))
        .filter(elicitations::state.eq(row::text_of(&ElicitationState::Pending)))
        .set((
            elicitations::state.eq(row::text_of(&ElicitationState::Withdrawn)),
            elicitations::revision.eq(elicitations::revision + 1),
            elicitations::updated_at.eq(now),
        ))
        .into_boxed();
    if let Some(only) = only {
        withdraw = withdraw.filter(elicitations::id.eq(only.uuid()));
    }
    let withdrawn: Vec<(Uuid, i32)> = withdraw
        .returning((elicitations::id, elicitations::revision))
        .get_results(tx.sql())
        .await
        .during("withdraw questions")?;
    for (id, revision) in withdrawn {
        tx.emit(EventKind::ElicitationUpdated, id, revision);
    }
    Ok(())
}
