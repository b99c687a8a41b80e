//! People's accounts at services.

mod connect;
mod disconnect;

use attache_domain::{
    Account, AccountId, AccountState, EventKind, Problem, ServiceCode, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::dsl::count;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

pub use connect::{AccountDraft, AccountOutcome, Identity};
pub use disconnect::Disconnected;

use crate::Store;
use crate::error::{During, Error, Result};
use crate::row;
use crate::schema::{accounts, credentials};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
pub(crate) struct AccountRow {
    id: Uuid,
    service: String,
    subject: Option<String>,
    label: Option<String>,
    state: String,
    problem: Option<Value>,
    granted_scopes: Vec<String>,
    generation: i64,
    revision: i32,
    connected_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    requested_scopes: Vec<String>,
    return_to: Option<String>,
}

const TABLE: &str = "accounts";

impl TryFrom<AccountRow> for Account {
    type Error = Error;

    fn try_from(account: AccountRow) -> Result<Self> {
        let state: AccountState = row::state(TABLE, &account.state)?;
        let problem = row::problem(TABLE, account.problem)?;
        if problem.is_some() != (state == AccountState::NeedsReauthorization) {
            return Err(row::inconsistent(TABLE, format!("{state:?} with problem {problem:?}")));
        }
        Ok(Self {
            id: AccountId::from_uuid(account.id),
            service: row::service(TABLE, &account.service)?,
            subject: account.subject,
            label: account.label,
            state,
            problem,
            granted_scopes: account.granted_scopes,
            requested_scopes: account.requested_scopes,
            return_to: account.return_to,
            generation: account.generation,
            connected_at: account.connected_at,
            revision: account.revision,
            updated_at: account.updated_at,
        })
    }
}

impl Store {
    /// The viewer's accounts, newest first, at most `limit`.
    pub async fn accounts(&self, user: UserId, limit: i64) -> Result<Vec<Account>> {
        let rows: Vec<AccountRow> = accounts::table
            .filter(accounts::user_id.eq(user.uuid()))
            .order((accounts::connected_at.desc(), accounts::id.desc()))
            .limit(limit)
            .select(AccountRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("list accounts")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// These accounts, as far as they are the viewer's.
    pub async fn accounts_by_id(&self, user: UserId, ids: &[AccountId]) -> Result<Vec<Account>> {
        let ids = uuids(ids);
        let rows: Vec<AccountRow> = accounts::table
            .filter(accounts::user_id.is_not_distinct_from(user.uuid()))
            .filter(accounts::id.eq_any(ids))
            .select(AccountRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load accounts")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// How many accounts the viewer has, in all and at one service.
    pub async fn account_counts(&self, user: UserId, service: &ServiceCode) -> Result<(i64, i64)> {
        accounts::table
            .filter(accounts::user_id.eq(user.uuid()))
            .select((
                count(accounts::id),
                count(accounts::id).aggregate_filter(accounts::service.eq(service.as_str())),
            ))
            .first(&mut self.read().await?)
            .await
            .during("count accounts")
    }

    /// The service no longer accepts this version of what the account is used with, or that
    /// it is used with nothing. `false` when there is another one by now, or the account has
    /// moved on.
    pub async fn needs_reauthorization(
        &self,
        user: UserId,
        account: &Account,
        version: Option<i64>,
        problem: &Problem,
    ) -> Result<bool> {
        let mut tx = self.begin(user).await?;
        let locked: Option<Uuid> = accounts::table
            .find(account.id.uuid())
            .filter(accounts::user_id.eq(user.uuid()))
            .filter(accounts::generation.eq(account.generation))
            .select(accounts::id)
            .for_update()
            .first(tx.sql())
            .await
            .optional()
            .during("lock an account whose credential was refused")?;
        let current: Option<i64> = credentials::table
            .find(account.id.uuid())
            .select(credentials::version)
            .first(tx.sql())
            .await
            .optional()
            .during("see which credential was refused")?;
        let is_so = locked.is_some() && current == version;
        if !is_so || !give_up(&mut tx, user, account.id, problem).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// These accounts of whoever they are, as far as they can be used, with their
    /// generations. For sessions that are open: they bear no names.
    pub async fn usable_generations(&self, ids: &[AccountId]) -> Result<Vec<(AccountId, i64)>> {
        let rows: Vec<(Uuid, i64)> = accounts::table
            .filter(accounts::id.eq_any(uuids(ids)))
            .filter(accounts::state.eq(row::text_of(&AccountState::Connected)))
            .select((accounts::id, accounts::generation))
            .load(&mut self.read().await?)
            .await
            .during("look for accounts that can be used")?;
        Ok(rows
            .into_iter()
            .map(|(id, generation)| (AccountId::from_uuid(id), generation))
            .collect())
    }
}

/// Marks an account that is locked as one whose person has to come back. `false` when it
/// is not connected.
pub(crate) async fn give_up(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: AccountId,
    problem: &Problem,
) -> Result<bool> {
    let now = tx.now();
    let revision: Option<i32> = diesel::update(accounts::table.find(id.uuid()))
        .filter(accounts::user_id.eq(user.uuid()))
        .filter(accounts::state.eq(row::text_of(&AccountState::Connected)))
        .set((
            accounts::state.eq(row::text_of(&AccountState::NeedsReauthorization)),
            accounts::problem.eq(row::json(problem)),
            accounts::revision.eq(accounts::revision + 1),
            accounts::updated_at.eq(now),
        ))
        .returning(accounts::revision)
        .get_result(tx.sql())
        .await
        .optional()
        .during("mark an account for reauthorization")?;
    if let Some(revision) = revision {
        tx.emit(EventKind::AccountUpdated, id.uuid(), revision);
    }
    Ok(revision.is_some())
}

/// Locks this generation of an account: whoever connects or disconnects it comes before or after.
/// `false` when it is gone, going, or connected anew.
pub(crate) async fn hold(
    tx: &mut Transaction<'_>,
    user: UserId,
    account: AccountId,
    generation: i64,
) -> Result<bool> {
    let held: Option<Uuid> = accounts::table
        .find(account.uuid())
        .filter(accounts::user_id.eq(user.uuid()))
        .filter(accounts::generation.eq(generation))
        .filter(accounts::state.ne(row::text_of(&AccountState::Disconnecting)))
        .select(accounts::id)
        .for_update()
        .first(tx.sql())
        .await
        .optional()
        .during("lock an account")?;
    Ok(held.is_some())
}
