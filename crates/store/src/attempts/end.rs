//! How attempts end, and how they are forgotten.

use attache_domain::{
    Account, AccountId, AttemptState, ConnectAttempt, ConnectAttemptId, EventKind, Problem,
    ServiceCode, UserId,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::AttemptRow;
use crate::error::{During, Result};
use crate::row;
use crate::schema::{attempt_exchanges, connect_attempts};
use crate::transaction::Transaction;
use crate::{Store, invocations};

impl Store {
    /// Pending attempts of all viewers that lapsed before `now`.
    pub async fn lapsed_attempts(
        &self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(UserId, ConnectAttemptId)>> {
        let rows: Vec<(Uuid, Uuid)> = connect_attempts::table
            .filter(connect_attempts::state.eq(row::text_of(&AttemptState::Pending)))
            .filter(connect_attempts::expires_at.lt(now))
            .order(connect_attempts::expires_at)
            .limit(limit)
            .select((connect_attempts::user_id, connect_attempts::id))
            .load(&mut self.read().await?)
            .await
            .during("look for lapsed connect attempts")?;
        Ok(rows
            .into_iter()
            .map(|(user, id)| (UserId::from_uuid(user), ConnectAttemptId::from_uuid(id)))
            .collect())
    }

    /// Forgets attempts of all viewers that are over and older than `before`.
    pub async fn forget_attempts(&self, before: DateTime<Utc>) -> Result<usize> {
        diesel::delete(connect_attempts::table)
            .filter(connect_attempts::created_at.lt(before))
            .filter(connect_attempts::state.ne_all([
                row::text_of(&AttemptState::Pending),
                row::text_of(&AttemptState::Exchanging),
            ]))
            .execute(&mut self.read().await?)
            .await
            .during("forget connect attempts")
    }
}

/// Whether an attempt has no answer of a token endpoint. Until the transaction ends, it gets
/// none: whoever brings one has to see to it otherwise then.
pub(super) async fn is_unanswered(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: ConnectAttemptId,
) -> Result<bool> {
    // In the order in which everybody locks the two.
    let _: Option<Uuid> = connect_attempts::table
        .filter(connect_attempts::id.eq(id.uuid()))
        .filter(connect_attempts::user_id.eq(user.uuid()))
        .select(connect_attempts::id)
        .for_update()
        .first(tx.sql())
        .await
        .optional()
        .during("lock a connect attempt")?;
    let found: Option<Uuid> = attempt_exchanges::table
        .filter(attempt_exchanges::attempt_id.eq(id.uuid()))
        .filter(attempt_exchanges::user_id.eq(user.uuid()))
        .filter(attempt_exchanges::sealed_response.is_null())
        .select(attempt_exchanges::attempt_id)
        .for_update()
        .first(tx.sql())
        .await
        .optional()
        .during("look for a token response")?;
    Ok(found.is_some())
}

/// Moves an attempt inside a transaction; shreds its secrets when it is over.
pub(crate) async fn end(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: ConnectAttemptId,
    from: &[AttemptState],
    to: AttemptState,
    problem: Option<&Problem>,
    account: Option<AccountId>,
) -> Result<Option<ConnectAttempt>> {
    let from: Vec<String> = from.iter().map(row::text_of).collect();
    let now = tx.now();
    let row: Option<AttemptRow> = diesel::update(connect_attempts::table.find(id.uuid()))
        .filter(connect_attempts::user_id.eq(user.uuid()))
        .filter(connect_attempts::state.eq_any(from))
        .set((
            connect_attempts::state.eq(row::text_of(&to)),
            connect_attempts::problem.eq(problem.map(row::json)),
            account.map(|account| connect_attempts::account_id.eq(account.uuid())),
            connect_attempts::revision.eq(connect_attempts::revision + 1),
            connect_attempts::updated_at.eq(now),
        ))
        .returning(AttemptRow::as_returning())
        .get_result(tx.sql())
        .await
        .optional()
        .during("move a connect attempt")?;
    let Some(row) = row else { return Ok(None) };
    if to.is_final() {
        diesel::delete(attempt_exchanges::table.find(id.uuid()))
            .execute(tx.sql())
            .await
            .during("shred the secrets of a connect attempt")?;
    }
    tx.emit(EventKind::ConnectAttemptUpdated, row.id, row.revision);
    if let Some(problem) = problem.filter(|_| to.is_final()) {
        invocations::fail_parked(tx, user, id, problem).await?;
    }
    row.try_into().map(Some)
}

/// Which attempts to give up.
pub(crate) enum Abandoned<'a> {
    /// Those for accounts that go.
    For(&'a [Account]),
    /// Those at a service that goes.
    At(&'a ServiceCode),
}

/// Gives up what is pending for what goes. An attempt whose code is being
/// exchanged finds out by itself, and has its tokens revoked.
pub(crate) async fn abandon(
    tx: &mut Transaction<'_>,
    user: UserId,
    which: Abandoned<'_>,
    problem: &Problem,
) -> Result<()> {
    let (accounts, service) = match which {
        Abandoned::For(accounts) => (accounts, None),
        Abandoned::At(service) => (&[][..], Some(service.as_str())),
    };
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.id.uuid()).collect();
    let is_going = connect_attempts::account_id
        .eq_any(ids)
        .assume_not_null()
        .or(connect_attempts::service.nullable().eq(service).assume_not_null());
    let now = tx.now();
    let over: Vec<(Uuid, i32)> = diesel::update(connect_attempts::table)
        .filter(connect_attempts::user_id.eq(user.uuid()))
        .filter(is_going)
        .filter(connect_attempts::state.eq(row::text_of(&AttemptState::Pending)))
        .set((
            connect_attempts::state.eq(row::text_of(&AttemptState::Abandoned)),
            connect_attempts::problem.eq(row::json(problem)),
            connect_attempts::revision.eq(connect_attempts::revision + 1),
            connect_attempts::updated_at.eq(now),
        ))
        .returning((connect_attempts::id, connect_attempts::revision))
        .get_results(tx.sql())
        .await
        .during("give connect attempts up")?;
    let attempts = over.iter().map(|(id, _)| *id);
    diesel::delete(attempt_exchanges::table)
        .filter(attempt_exchanges::attempt_id.eq_any(attempts))
        .execute(tx.sql())
        .await
        .during("shred the secrets of connect attempts")?;
    for (id, revision) in over {
        tx.emit(EventKind::ConnectAttemptUpdated, id, revision);
    }
    Ok(())
}
