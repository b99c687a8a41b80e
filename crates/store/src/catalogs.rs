//! How fresh the knowledge of each account's tools is.

mod settle;

use attache_domain::{
    AccountId, AccountState, Catalog, CatalogState, EventKind, ReplicaId, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{During, Error, Result};
use crate::replicas::{Sweeper, alive};
use crate::row;
use crate::schema::{accounts, catalogs};
use crate::transaction::Transaction;
use crate::{Store, Written};

/// What came of asking to read a catalog.
#[derive(Debug)]
pub enum Claimed {
    /// Read it now.
    Now(Box<Written<Catalog>>),
    /// Somebody is reading it already.
    Busy,
    /// There is nothing to read: the account is gone or cannot be used.
    Unusable,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = catalogs, check_for_backend(diesel::pg::Pg))]
struct CatalogRow {
    account_id: Uuid,
    state: String,
    tool_count: i32,
    fetched_at: Option<DateTime<Utc>>,
    problem: Option<Value>,
    revision: i32,
    updated_at: DateTime<Utc>,
    rejected_tools: Value,
    fresh_until: Option<DateTime<Utc>>,
}

const TABLE: &str = "catalogs";

impl TryFrom<CatalogRow> for Catalog {
    type Error = Error;

    fn try_from(catalog: CatalogRow) -> Result<Self> {
        let state: CatalogState = row::state(TABLE, &catalog.state)?;
        let problem = row::problem(TABLE, catalog.problem)?;
        if problem.is_some() != (state == CatalogState::Failed) {
            return Err(row::inconsistent(TABLE, format!("{state:?} with problem {problem:?}")));
        }
        Ok(Self {
            account: AccountId::from_uuid(catalog.account_id),
            state,
            tool_count: catalog.tool_count,
            fetched_at: catalog.fetched_at,
            rejected: row::from_json(TABLE, catalog.rejected_tools)?,
            fresh_until: catalog.fresh_until,
            problem,
            revision: catalog.revision,
            updated_at: catalog.updated_at,
        })
    }
}

impl Store {
    /// The catalogs of these accounts, as far as they are the viewer's.
    pub async fn catalogs_by_account(
        &self,
        user: UserId,
        ids: &[AccountId],
    ) -> Result<Vec<Catalog>> {
        let ids = uuids(ids);
        let rows: Vec<CatalogRow> = catalogs::table
            .filter(catalogs::user_id.eq(user.uuid()))
            .filter(catalogs::account_id.eq_any(ids))
            .select(CatalogRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load catalogs")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Takes a catalog for reading. Only one reader ever has it.
    pub async fn claim_catalog(
        &self,
        user: UserId,
        id: AccountId,
        replica: ReplicaId,
    ) -> Result<Claimed> {
        let mut tx = self.begin(user).await?;
        let Some(account) = lock_account(&mut tx, user, id).await? else {
            tx.rollback().await?;
            return Ok(Claimed::Unusable);
        };
        let (state, fetched_at): (String, Option<DateTime<Utc>>) = catalogs::table
            .find(id.uuid())
            .select((catalogs::state, catalogs::fetched_at))
            .for_update()
            .first(tx.sql())
            .await
            .during("find a catalog to read")?;
        let state: CatalogState = row::state(TABLE, &state)?;
        let is_being_read = matches!(state, CatalogState::Loading | CatalogState::Refreshing);
        if account.state != AccountState::Connected || is_being_read {
            tx.rollback().await?;
            return Ok(if is_being_read { Claimed::Busy } else { Claimed::Unusable });
        }
        let now = tx.now();
        let state = CatalogState::reading(fetched_at.is_some());
        let catalog: CatalogRow = diesel::update(catalogs::table.find(id.uuid()))
            .set((
                catalogs::state.eq(row::text_of(&state)),
                catalogs::problem.eq(None::<Value>),
                catalogs::replica_id.eq(replica.uuid()),
                catalogs::revision.eq(catalogs::revision + 1),
                catalogs::updated_at.eq(now),
            ))
            .returning(CatalogRow::as_returning())
            .get_result(tx.sql())
            .await
            .during("take a catalog for reading")?;
        tx.emit(EventKind::CatalogUpdated, id.uuid(), catalog.revision);
        let catalog = catalog.try_into()?;
        Ok(Claimed::Now(Box::new((catalog, tx.commit().await?))))
    }

    /// Takes over catalogs of all viewers whose reader is gone.
    pub async fn adopt_catalogs(
        &self,
        sweeper: &Sweeper,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(UserId, AccountId)>> {
        let me = sweeper.replica.uuid();
        let reading = [CatalogState::Loading, CatalogState::Refreshing];
        let orphan = diesel::alias!(catalogs as orphan);
        let owner = orphan.field(catalogs::replica_id);
        let is_lost = owner
            .eq(me)
            .and(orphan.field(catalogs::account_id).ne_all(&sweeper.busy))
            .and(orphan.field(catalogs::updated_at).lt(Sweeper::cutoff(now)));
        let orphans = orphan
            .filter(orphan.field(catalogs::state).eq_any(reading.iter().map(row::text_of)))
            .filter(owner.is_not_null())
            .filter(owner.ne(me).and(owner.ne_all(alive())).or(is_lost))
            .select(orphan.field(catalogs::account_id))
            .limit(limit)
            .for_update()
            .skip_locked();
        let rows: Vec<(Uuid, Uuid)> = diesel::update(catalogs::table)
            .filter(catalogs::account_id.eq_any(orphans))
            .set(catalogs::replica_id.eq(me))
            .returning((catalogs::user_id, catalogs::account_id))
            .get_results(&mut self.read().await?)
            .await
            .during("adopt orphaned catalogs")?;
        Ok(rows
            .into_iter()
            .map(|(user, id)| (UserId::from_uuid(user), AccountId::from_uuid(id)))
            .collect())
    }
}

/// An account as far as its catalog is concerned.
struct LockedAccount {
    state: AccountState,
    service: String,
    generation: i64,
}

/// Keeps an account from being disconnected or connected again while its catalog is
/// being written. Accounts are locked before catalogs everywhere.
async fn lock_account(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: AccountId,
) -> Result<Option<LockedAccount>> {
    let found: Option<(String, String, i64)> = accounts::table
        .filter(accounts::id.eq(id.uuid()))
        .filter(accounts::user_id.eq(user.uuid()))
        .select((accounts::state, accounts::service, accounts::generation))
        .for_share()
        .first(tx.sql())
        .await
        .optional()
        .during("lock the account of a catalog")?;
    found
        .map(|(state, service, generation)| {
            Ok(LockedAccount { state: row::state("accounts", &state)?, service, generation })
        })
        .transpose()
}

/// Opens the catalog of an account that was just connected, to be read by `replica`.
pub(crate) async fn open(
    tx: &mut Transaction<'_>,
    user: UserId,
    account: AccountId,
    replica: ReplicaId,
) -> Result<()> {
    let now = tx.now();
    let fetched_at: Option<Option<DateTime<Utc>>> = catalogs::table
        .find(account.uuid())
        .select(catalogs::fetched_at)
        .first(tx.sql())
        .await
        .optional()
        .during("look for a catalog")?;
    let state = CatalogState::reading(fetched_at.flatten().is_some());
    let revision: i32 = diesel::insert_into(catalogs::table)
        .values((
            catalogs::account_id.eq(account.uuid()),
            catalogs::user_id.eq(user.uuid()),
            catalogs::state.eq(row::text_of(&state)),
            catalogs::replica_id.eq(replica.uuid()),
            catalogs::revision.eq(1),
            catalogs::updated_at.eq(now),
        ))
        .on_conflict(catalogs::account_id)
        .do_update()
        .set((
            catalogs::state.eq(row::text_of(&state)),
            catalogs::problem.eq(None::<Value>),
            catalogs::replica_id.eq(replica.uuid()),
            catalogs::revision.eq(catalogs::revision + 1),
            catalogs::updated_at.eq(now),
        ))
        .returning(catalogs::revision)
        .get_result(tx.sql())
        .await
        .during("open a catalog")?;
    tx.emit(EventKind::CatalogUpdated, account.uuid(), revision);
    Ok(())
}
