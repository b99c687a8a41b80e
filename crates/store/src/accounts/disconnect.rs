//! An account goes.

use attache_domain::{
    Account, AccountId, AccountState, EventCursor, EventKind, InvocationId, Problem, ServiceCode,
    UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::AccountRow;
use crate::attempts::Abandoned;
use crate::data_keys::{Purpose, UserKeys};
use crate::error::{During, Result};
use crate::revocations::GrantRules;
use crate::row;
use crate::schema::accounts;
use crate::transaction::Transaction;
use crate::{Store, Written, attempts, invocations, revocations};

/// What a disconnect set in motion.
#[derive(Debug)]
pub struct Disconnected {
    /// The accounts, disconnecting now and without credentials.
    pub accounts: Vec<Account>,
    /// Calls that were cut short, to be told so.
    pub stopped: Vec<InvocationId>,
    /// Where all this is in the event log.
    pub cursor: EventCursor,
}

impl Store {
    /// Takes the credentials of these accounts away, in one transaction: from here
    /// on no call starts, running calls and pending attempts are over, and what has to
    /// be revoked is in the outbox.
    pub async fn begin_disconnect(
        &self,
        user: UserId,
        ids: &[AccountId],
        problem: &Problem,
        rules: GrantRules,
    ) -> Result<Disconnected> {
        let mut tries = 0;
        loop {
            let keys = self.fresh_keys(user, Purpose::Credentials).await?;
            match self.try_disconnect(user, ids, problem, rules, &keys).await {
                Err(error) if self.has_lost_keys(user, &error, &mut tries) => {}
                done => return done,
            }
        }
    }

    async fn try_disconnect(
        &self,
        user: UserId,
        ids: &[AccountId],
        problem: &Problem,
        rules: GrantRules,
        keys: &UserKeys,
    ) -> Result<Disconnected> {
        let ids = uuids(ids);
        let mut tx = self.begin(user).await?;
        let now = tx.now();
        let rows: Vec<AccountRow> = diesel::update(accounts::table)
            .filter(accounts::user_id.eq(user.uuid()))
            .filter(accounts::id.eq_any(ids))
            .filter(accounts::state.ne(row::text_of(&AccountState::Disconnecting)))
            .set((
                accounts::state.eq(row::text_of(&AccountState::Disconnecting)),
                accounts::problem.eq(None::<Value>),
                accounts::generation.eq(accounts::generation + 1),
                accounts::revision.eq(accounts::revision + 1),
                accounts::updated_at.eq(now),
            ))
            .returning(AccountRow::as_returning())
            .get_results(tx.sql())
            .await
            .during("begin to disconnect accounts")?;
        let accounts: Vec<Account> =
            rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
        let settled = revocations::take_over(&mut tx, user, &accounts, keys, rules).await?;
        let stopped = invocations::cut_short(&mut tx, user, &accounts, problem).await?;
        attempts::abandon(&mut tx, user, Abandoned::For(&accounts), problem).await?;
        for account in &accounts {
            tx.emit(EventKind::AccountUpdated, account.id.uuid(), account.revision);
        }
        for account in settled {
            tx.emit(EventKind::RevocationUpdated, account.uuid(), 1);
        }
        let cursor = tx.commit().await?;
        for invocation in &stopped {
            self.stop(*invocation);
        }
        Ok(Disconnected { accounts, stopped, cursor })
    }

    /// Removes an account that is disconnecting, with its catalog and its tools.
    /// `None` when it is gone already.
    pub async fn remove_account(&self, user: UserId, id: AccountId) -> Result<Option<Written<()>>> {
        let mut tx = self.begin(user).await?;
        if !remove(&mut tx, user, id).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        let cursor = tx.commit().await?;
        self.release_keys(user).await;
        Ok(Some(((), cursor)))
    }

    /// Accounts of all viewers at a service, in the order of their ids, at most `limit` after
    /// `after`. Those that are disconnecting are among them.
    pub async fn accounts_at(
        &self,
        service: &ServiceCode,
        after: Option<AccountId>,
        limit: i64,
    ) -> Result<Vec<(UserId, AccountId)>> {
        let rows: Vec<(Uuid, Uuid)> = accounts::table
            .filter(accounts::service.eq(service.as_str()))
            .filter(accounts::id.gt(after.map_or(Uuid::nil(), |id| id.uuid())))
            .order(accounts::id)
            .limit(limit)
            .select((accounts::user_id, accounts::id))
            .load(&mut self.read().await?)
            .await
            .during("list the accounts at a service")?;
        Ok(rows
            .into_iter()
            .map(|(user, id)| (UserId::from_uuid(user), AccountId::from_uuid(id)))
            .collect())
    }

    /// How many accounts all viewers have at a service.
    pub async fn count_accounts_at(&self, service: &ServiceCode) -> Result<i64> {
        accounts::table
            .filter(accounts::service.eq(service.as_str()))
            .count()
            .get_result(&mut self.read().await?)
            .await
            .during("count the accounts at a service")
    }

    /// Accounts of all viewers that have been disconnecting since before `before`:
    /// whoever was to remove them did not.
    pub async fn overdue_removals(
        &self,
        before: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(UserId, AccountId)>> {
        let rows: Vec<(Uuid, Uuid)> = accounts::table
            .filter(accounts::state.eq(row::text_of(&AccountState::Disconnecting)))
            .filter(accounts::updated_at.lt(before))
            .order(accounts::updated_at)
            .limit(limit)
            .select((accounts::user_id, accounts::id))
            .load(&mut self.read().await?)
            .await
            .during("look for overdue removals")?;
        Ok(rows
            .into_iter()
            .map(|(user, id)| (UserId::from_uuid(user), AccountId::from_uuid(id)))
            .collect())
    }
}

/// Removes an account that is disconnecting. `false` when it is not, or is gone.
pub(crate) async fn remove(tx: &mut Transaction<'_>, user: UserId, id: AccountId) -> Result<bool> {
    let revision: Option<i32> = diesel::delete(accounts::table.find(id.uuid()))
        .filter(accounts::user_id.eq(user.uuid()))
        .filter(accounts::state.eq(row::text_of(&AccountState::Disconnecting)))
        .returning(accounts::revision)
        .get_result(tx.sql())
        .await
        .optional()
        .during("remove an account")?;
    if let Some(revision) = revision {
        tx.emit(EventKind::AccountRemoved, id.uuid(), revision + 1);
    }
    Ok(revision.is_some())
}
