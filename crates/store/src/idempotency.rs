//! Intents that a client named, so that asking twice acts once.

use attache_domain::UserId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::Store;
use crate::error::{During, Result};
use crate::schema::idempotency_keys;

/// The name a client gave to one intent, and what it asked for under it.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Which mutation.
    pub operation: &'static str,
    /// The client's name for the intent, 16 to 64 characters.
    pub key: String,
    /// SHA-256 of the input.
    pub input_hash: [u8; 32],
}

/// What came of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownIntent {
    /// What it made.
    pub entity: Uuid,
    /// Whether it asked for the same thing.
    pub is_same_input: bool,
}

impl Store {
    /// What came of an intent, if it was heard of before.
    pub async fn known_intent(
        &self,
        user: UserId,
        key: &IdempotencyKey,
    ) -> Result<Option<KnownIntent>> {
        let row: Option<(Uuid, Vec<u8>)> = idempotency_keys::table
            .find((user.uuid(), key.operation, &key.key))
            .select((idempotency_keys::entity_id, idempotency_keys::input_hash))
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("look up an idempotency key")?;
        Ok(row.map(|(entity, hash)| KnownIntent { entity, is_same_input: hash == key.input_hash }))
    }

    /// Forgets intents older than `before`, of all viewers. Returns how many went.
    pub async fn forget_intents(&self, before: DateTime<Utc>) -> Result<usize> {
        diesel::delete(idempotency_keys::table)
            .filter(idempotency_keys::created_at.lt(before))
            .execute(&mut self.read().await?)
            .await
            .during("forget idempotency keys")
    }
}

/// Takes a key for `entity`; false when it is taken.
pub(crate) async fn take(
    connection: &mut AsyncPgConnection,
    user: UserId,
    key: &IdempotencyKey,
    entity: Uuid,
    now: DateTime<Utc>,
) -> Result<bool> {
    let taken = diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::user_id.eq(user.uuid()),
            idempotency_keys::operation.eq(key.operation),
            idempotency_keys::key.eq(&key.key),
            idempotency_keys::input_hash.eq(key.input_hash.to_vec()),
            idempotency_keys::entity_id.eq(entity),
            idempotency_keys::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await
        .during("take an idempotency key")?;
    Ok(taken == 1)
}
