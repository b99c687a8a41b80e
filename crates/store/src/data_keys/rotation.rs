//! From one key of the ring to another, while everything runs.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use attache_domain::UserId;
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bytea, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, RunQueryDsl};
use uuid::Uuid;

use super::{KeyRow, data_key_place, key_id, owner};
use crate::error::{During, Error, Result};
use crate::replicas::clock_timestamp;
use crate::schema::{data_keys, replicas, sealing_keys, viewers};
use crate::{KeyRing, Store, envelope};

/// A position among all data keys.
pub type DataKeyPosition = (UserId, i64);

/// What processes that run have loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadedKeys {
    /// How many run.
    pub processes: usize,
    /// How many of them have loaded each key.
    pub loaded: HashMap<u32, usize>,
    /// How many of them seal with each key.
    pub sealing: HashMap<u32, usize>,
}

impl Store {
    /// Uses another ring from now on. One that lacks a key that something is sealed with is
    /// refused, and the old one stays.
    pub async fn replace_ring(&self, ring: KeyRing) -> Result<()> {
        self.check_ring(&ring).await?;
        let vault = self.vault();
        *vault.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// What the processes that run have loaded.
    pub async fn loaded_keys(&self) -> Result<LoadedKeys> {
        let rows: Vec<Vec<i64>> = replicas::table
            .filter(replicas::lease_until.gt(clock_timestamp()))
            .select(replicas::key_ids)
            .load(&mut self.read().await?)
            .await
            .during("see which keys are loaded")?;
        let mut keys = LoadedKeys { processes: rows.len(), ..LoadedKeys::default() };
        for ids in rows {
            let ids = ids.into_iter().map(key_id).collect::<Result<Vec<u32>>>()?;
            if let Some(primary) = <[u32]>::first(&ids) {
                *keys.sealing.entry(*primary).or_default() += 1;
            }
            for id in ids {
                *keys.loaded.entry(id).or_default() += 1;
            }
        }
        Ok(keys)
    }

    /// How many data keys, of all viewers, each key of the ring seals.
    pub async fn sealed_data_keys(&self) -> Result<HashMap<u32, i64>> {
        let rows: Vec<(i64, i64)> = data_keys::table
            .group_by(data_keys::sealing_key_id)
            .select((data_keys::sealing_key_id, count_star()))
            .load(&mut self.read().await?)
            .await
            .during("count what keys seal")?;
        rows.into_iter().map(|(id, count)| Ok((key_id(id)?, count))).collect()
    }

    /// Seals at most `limit` data keys, of all viewers, with the primary that are sealed with
    /// another key, after a position. Says how many, and where to go on: `None` at the end.
    /// Rows that somebody else is at are left to them.
    pub async fn rewrap(
        &self,
        after: Option<DataKeyPosition>,
        limit: i64,
    ) -> Result<(usize, Option<DataKeyPosition>)> {
        let ring = self.vault().ring();
        let (primary, key) = ring.primary();
        let mut connection = self.read().await?;
        connection
            .transaction(async |connection| {
                if super::is_retired(connection, primary).await? {
                    return Err(super::was_retired(&key.name));
                }
                let rows = load(connection, after, limit, Some(i64::from(primary))).await?;
                let last = rows.last().map(|(user, row)| (UserId::from_uuid(*user), row.id));
                let (mut users, mut ids, mut sealed) = (Vec::new(), Vec::new(), Vec::new());
                for (user, row) in rows {
                    let id = UserId::from_uuid(user);
                    let owner = owner(row.tenant_id, &row.user_key)?;
                    let bytes = self.open_key(id, owner, &row)?;
                    let place = data_key_place(id, row.id);
                    let random = self.clock().random();
                    users.push(user);
                    ids.push(row.id);
                    sealed.push(envelope::seal(primary, &key.bytes, owner, place, random, &*bytes));
                }
                let done = diesel::sql_query(
                    "UPDATE data_keys d SET sealing_key_id = $1, sealed_key = n.sealed_key \
                     FROM unnest($2, $3, $4) AS n(user_id, id, sealed_key) \
                     WHERE d.user_id = n.user_id AND d.id = n.id",
                )
                .bind::<BigInt, _>(i64::from(primary))
                .bind::<Array<SqlUuid>, _>(users)
                .bind::<Array<BigInt>, _>(ids)
                .bind::<Array<Bytea>, _>(sealed)
                .execute(connection)
                .await
                .during("seal data keys with another key")?;
                Ok::<_, Error>((done, last))
            })
            .await
    }

    /// Opens at most `limit` data keys of all viewers, after a position. Says how many opened,
    /// which did not, and where to go on: `None` at the end.
    pub async fn verify_data_keys(
        &self,
        after: Option<DataKeyPosition>,
        limit: i64,
    ) -> Result<(usize, Vec<(UserId, Error)>, Option<DataKeyPosition>)> {
        let rows = load(&mut *self.read().await?, after, limit, None).await?;
        let last = rows.last().map(|(user, row)| (UserId::from_uuid(*user), row.id));
        let (mut opened, mut broken) = (0, Vec::new());
        for (user, row) in rows {
            let user = UserId::from_uuid(user);
            let owner = owner(row.tenant_id, &row.user_key)?;
            match self.open_key(user, owner, &row) {
                Ok(_) => opened += 1,
                Err(error) => broken.push((user, error)),
            }
        }
        Ok((opened, broken, last))
    }

    /// Makes sure that a key seals nothing, now and from now on. `false` when it does.
    pub async fn retire_key(&self, key: u32) -> Result<bool> {
        let id = i64::from(key);
        let retired = diesel::update(sealing_keys::table.find(id))
            .filter(not(exists(data_keys::table.filter(data_keys::sealing_key_id.eq(id)))))
            .set(sealing_keys::retired_at.eq(self.clock().now()))
            .execute(&mut self.read().await?)
            .await
            .during("retire a key")?;
        // Whoever sealed with it at that very moment shows now.
        let is_used = self.sealed_data_keys().await?.contains_key(&key);
        if is_used && retired > 0 {
            self.restore_key(key).await?;
        }
        Ok(!is_used)
    }

    /// Lets a key seal that was retired.
    pub async fn restore_key(&self, id: u32) -> Result<()> {
        diesel::update(sealing_keys::table.find(i64::from(id)))
            .set(sealing_keys::retired_at.eq(None::<chrono::DateTime<chrono::Utc>>))
            .execute(&mut self.read().await?)
            .await
            .during("let a key seal again")?;
        Ok(())
    }
}

/// Data keys in the order of their people, with who they belong to. Those that are not sealed
/// with `other_than` are locked.
async fn load(
    connection: &mut diesel_async::AsyncPgConnection,
    after: Option<DataKeyPosition>,
    limit: i64,
    other_than: Option<i64>,
) -> Result<Vec<(Uuid, KeyRow)>> {
    let (user, id) = after.map_or((Uuid::nil(), -1), |(user, id)| (user.uuid(), id));
    let is_after =
        data_keys::user_id.gt(user).or(data_keys::user_id.eq(user).and(data_keys::id.gt(id)));
    let found = data_keys::table
        .inner_join(viewers::table)
        .filter(is_after)
        .order((data_keys::user_id, data_keys::id))
        .limit(limit)
        .select((
            data_keys::user_id,
            (
                data_keys::id,
                data_keys::sealing_key_id,
                data_keys::sealed_key,
                data_keys::purpose,
                data_keys::is_current,
                viewers::tenant_id,
                viewers::user_key,
            ),
        ));
    match other_than {
        None => found.load(connection).await,
        Some(key) => {
            let found = found.filter(data_keys::sealing_key_id.ne(key));
            found.for_update().skip_locked().load(connection).await
        }
    }
    .during("read data keys")
}
