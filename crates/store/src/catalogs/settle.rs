//! Writing what reading a catalog came to.

use std::time::Duration;

use attache_domain::{
    AccountId, CatalogChange, CatalogState, EventKind, KnownTool, Offered, Problem, ProblemCode,
    ReplicaId, ToolId, UserId, new_id, uuids,
};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{CatalogRow, lock_account};
use crate::error::{During, Result};
use crate::row;
use crate::schema::{catalogs, tools};
use crate::tool_changes;
use crate::tools::ToolRow;
use crate::transaction::Transaction;
use crate::{Store, Written};

/// How long a list holds at least and at most, whatever its service says. Who has it read again too
/// often is as much of a burden as who shows what is long gone.
const HOLDS: (Duration, Duration) = (Duration::from_mins(5), Duration::from_hours(24));

/// How long a service is left alone that was out of reach.
const OUTAGE: Duration = Duration::from_mins(1);

impl Store {
    /// Writes what reading a catalog came to: the tools that the service offers, or
    /// why it could not say. `None` when the reader no longer has the catalog, or the
    /// account has moved on.
    pub async fn settle_catalog(
        &self,
        user: UserId,
        id: AccountId,
        generation: i64,
        replica: ReplicaId,
        read: Result<Offered, Problem>,
    ) -> Result<Option<Written<attache_domain::Catalog>>> {
        let mut tx = self.begin(user).await?;
        let account = lock_account(&mut tx, user, id).await?;
        let held: Option<i32> = catalogs::table
            .filter(catalogs::account_id.eq(id.uuid()))
            .filter(catalogs::replica_id.eq(replica.uuid()))
            .select(catalogs::revision)
            .for_update()
            .first(tx.sql())
            .await
            .optional()
            .during("find the catalog that was read")?;
        let (service, revision) = match (account, held) {
            (Some(account), Some(revision)) if account.generation == generation => {
                (account.service, revision)
            }
            _ => {
                tx.rollback().await?;
                return Ok(None);
            }
        };
        let revision = revision + 1;
        let now = tx.now();
        let (state, problem, fresh_until, fetched) = match read {
            Ok(Offered { tools, rejected, holds }) => {
                let known = known_tools(&mut tx, id).await?;
                let change = CatalogChange::between(&known, tools);
                let owner = (user, id, service.as_str());
                self.write_change(&mut tx, owner, revision, change).await?;
                let fresh_until = holds.map(|holds| now + holds.clamp(HOLDS.0, HOLDS.1));
                let fetched = (
                    catalogs::fetched_at.eq(now),
                    catalogs::rejected_tools.eq(row::json(&rejected)),
                );
                (CatalogState::Ready, None, fresh_until, Some(fetched))
            }
            Err(problem) => {
                // What only takes time is tried again. Anything else is for somebody to mend.
                let again =
                    (problem.code == ProblemCode::ServiceUnavailable).then_some(now + OUTAGE);
                (CatalogState::Failed, Some(problem), again, None)
            }
        };
        let tool_count = tools::table
            .filter(tools::account_id.eq(id.uuid()).and(tools::is_removed.eq(false)))
            .count()
            .get_result::<i64>(tx.sql())
            .await
            .during("count tools")?;
        let catalog: CatalogRow = diesel::update(catalogs::table.find(id.uuid()))
            .set((
                catalogs::state.eq(row::text_of(&state)),
                catalogs::tool_count.eq(i32::try_from(tool_count).unwrap_or(i32::MAX)),
                catalogs::problem.eq(problem.as_ref().map(row::json)),
                catalogs::fresh_until.eq(fresh_until),
                fetched,
                catalogs::replica_id.eq(None::<Uuid>),
                catalogs::revision.eq(revision),
                catalogs::updated_at.eq(now),
            ))
            .returning(CatalogRow::as_returning())
            .get_result(tx.sql())
            .await
            .during("write a catalog")?;
        tx.emit(EventKind::CatalogUpdated, id.uuid(), revision);
        let catalog = catalog.try_into()?;
        Ok(Some((catalog, tx.commit().await?)))
    }

    async fn write_change(
        &self,
        tx: &mut Transaction<'_>,
        (user, account, service): (UserId, AccountId, &str),
        revision: i32,
        change: CatalogChange,
    ) -> Result<()> {
        let now = tx.now();
        tool_changes::keep_former(tx, user, &change.changed).await?;
        let added = change.added.into_iter().map(|tool| (new_id(self.clock()), tool));
        let rows: Vec<ToolRow> = added
            .chain(change.changed)
            .map(|(id, tool)| ToolRow::new(id, user, account, service, &tool, revision, now))
            .collect();
        // Sixteen columns a row, and Postgres takes 65,535 parameters a statement.
        for rows in rows.chunks(1000) {
            diesel::insert_into(tools::table)
                .values(rows)
                .on_conflict(tools::id)
                .do_update()
                .set((
                    tools::title.eq(excluded(tools::title)),
                    tools::description.eq(excluded(tools::description)),
                    tools::definition.eq(excluded(tools::definition)),
                    tools::digest.eq(excluded(tools::digest)),
                    tools::catalog_revision.eq(excluded(tools::catalog_revision)),
                    tools::is_removed.eq(false),
                    tools::revision.eq(tools::revision + 1),
                    tools::updated_at.eq(excluded(tools::updated_at)),
                ))
                .execute(tx.sql())
                .await
                .during("write tools")?;
        }
        let removed = uuids(&change.removed);
        diesel::update(tools::table)
            .filter(tools::id.eq_any(removed))
            .set((
                tools::is_removed.eq(true),
                tools::catalog_revision.eq(revision),
                tools::revision.eq(tools::revision + 1),
                tools::updated_at.eq(now),
            ))
            .execute(tx.sql())
            .await
            .during("bury tools")?;
        Ok(())
    }
}

async fn known_tools(tx: &mut Transaction<'_>, account: AccountId) -> Result<Vec<KnownTool>> {
    let rows: Vec<(Uuid, String, Vec<u8>, bool)> = tools::table
        .filter(tools::account_id.eq(account.uuid()))
        .select((tools::id, tools::name, tools::digest, tools::is_removed))
        .load(tx.sql())
        .await
        .during("read the known tools")?;
    rows.into_iter()
        .map(|(id, name, digest, is_removed)| {
            let digest = digest
                .try_into()
                .map_err(|_| row::inconsistent("tools", "a digest is not 32 bytes"))?;
            Ok(KnownTool { id: ToolId::from_uuid(id), name, digest, is_removed })
        })
        .collect()
}
