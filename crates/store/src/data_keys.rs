//! Each person's own data keys, and sealing with them.
//!
//! Whatever is secret is sealed with a random key of the person it belongs to, and
//! that key is sealed with a key of the ring. So the ring rotates by resealing one
//! small row per person, and a person is forgotten, backups included, by deleting
//! theirs.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::{Clock, TenantId, UserId, UserKey};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lru::LruCache;
use secrecy::SecretString;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::Store;
use crate::envelope::{self, Kind, OpenError, Owner, Place};
use crate::error::{During, Error, Result};
use crate::ring::{KeyBytes, KeyRing};
use crate::row::inconsistent;
use crate::schema::{data_keys, sealing_keys, viewers};

/// How many people's keys are kept at hand. Each is a few hundred bytes; who is not
/// among them costs one query.
const KEPT: usize = 10_000;

pub(crate) struct Vault {
    ring: KeyRing,
    at_hand: Mutex<LruCache<UserId, Arc<UserKeys>>>,
}

/// The opened keys of one person.
pub(crate) struct UserKeys {
    owner: Owner,
    current: u32,
    keys: HashMap<u32, KeyBytes>,
    clock: Clock,
}

impl Vault {
    pub(crate) fn new(ring: KeyRing) -> Self {
        let kept = NonZeroUsize::new(KEPT).expect("not zero");
        Self { ring, at_hand: Mutex::new(LruCache::new(kept)) }
    }
}

impl UserKeys {
    pub(crate) fn seal(&self, place: Place<'_>, plaintext: &[u8]) -> Vec<u8> {
        let key = &self.keys[&self.current];
        envelope::seal(self.current, key, self.owner, place, self.clock.random(), plaintext)
    }

    pub(crate) fn open(
        &self,
        what: &'static str,
        place: Place<'_>,
        envelope: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let sealed = |source| Error::Sealed { what, source };
        let id = envelope::key_id(envelope).map_err(sealed)?;
        let key = self.keys.get(&id).ok_or(OpenError::KeyMissing(id)).map_err(sealed)?;
        envelope::open(key, self.owner, place, envelope).map_err(sealed)
    }

    /// Opens a secret that is text.
    pub(crate) fn open_text(
        &self,
        what: &'static str,
        place: Place<'_>,
        envelope: &[u8],
    ) -> Result<SecretString> {
        let bytes = self.open(what, place, envelope)?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Error::Sealed { what, source: OpenError::Refused })?;
        Ok(text.into())
    }
}

#[derive(Queryable)]
struct KeyRow {
    id: i64,
    sealing_key_id: i64,
    sealed_key: Vec<u8>,
    is_current: bool,
    tenant_id: Uuid,
    user_key: Vec<u8>,
}

impl Store {
    /// The keys of `user`, who must have been seen. The first use makes one.
    ///
    /// Never called inside a transaction: a key that seals must be committed before
    /// anything that it sealed.
    pub(crate) async fn keys(&self, user: UserId) -> Result<Arc<UserKeys>> {
        let vault = self.vault();
        if let Some(keys) = vault.at_hand.lock().unwrap_or_else(PoisonError::into_inner).get(&user)
        {
            return Ok(keys.clone());
        }
        let mut keys = self.load_keys(user).await?;
        if keys.is_none() {
            self.make_key(user).await?;
            keys = self.load_keys(user).await?;
        }
        let keys = keys.ok_or_else(|| inconsistent("data_keys", "a key was made and is gone"))?;
        let keys = Arc::new(keys);
        vault.at_hand.lock().unwrap_or_else(PoisonError::into_inner).put(user, keys.clone());
        Ok(keys)
    }

    async fn load_keys(&self, user: UserId) -> Result<Option<UserKeys>> {
        let rows: Vec<KeyRow> = data_keys::table
            .inner_join(viewers::table)
            .filter(data_keys::user_id.eq(user.uuid()))
            .select((
                data_keys::id,
                data_keys::sealing_key_id,
                data_keys::sealed_key,
                data_keys::is_current,
                viewers::tenant_id,
                viewers::user_key,
            ))
            .load(&mut self.read().await?)
            .await
            .during("load data keys")?;
        let mut opened = None;
        for row in rows {
            let owner = owner(row.tenant_id, &row.user_key)?;
            let sealed = |source| Error::Sealed { what: "data key", source };
            let sealing_id = key_id(row.sealing_key_id)?;
            let sealing_key = self.vault().ring.get(sealing_id);
            let sealing_key =
                sealing_key.ok_or(OpenError::KeyMissing(sealing_id)).map_err(sealed)?;
            let place = data_key_place(user, row.id);
            let bytes = envelope::open(&sealing_key.bytes, owner, place, &row.sealed_key)
                .map_err(sealed)?;
            let bytes = <[u8; 64]>::try_from(bytes.as_slice())
                .map_err(|_| inconsistent("data_keys", "a data key is not 64 bytes"))?;
            let keys = opened.get_or_insert_with(|| UserKeys {
                owner,
                current: 0,
                keys: HashMap::new(),
                clock: self.clock().clone(),
            });
            let id = key_id(row.id)?;
            if row.is_current {
                keys.current = id;
            }
            keys.keys.insert(id, Zeroizing::new(bytes));
        }
        Ok(opened)
    }

    /// Makes a data key, unless another process was faster.
    async fn make_key(&self, user: UserId) -> Result<()> {
        let mut connection = self.read().await?;
        let (tenant, user_key): (Uuid, Vec<u8>) = viewers::table
            .find(user.uuid())
            .select((viewers::tenant_id, viewers::user_key))
            .first(&mut connection)
            .await
            .during("find the owner of a data key")?;
        let clock = self.clock();
        let id = i64::from(u32::from_be_bytes(clock.random()));
        let (sealing_id, sealing_key) = self.vault().ring.primary();
        let bytes: KeyBytes = Zeroizing::new(clock.random());
        let sealed_key = envelope::seal(
            sealing_id,
            &sealing_key.bytes,
            owner(tenant, &user_key)?,
            data_key_place(user, id),
            clock.random(),
            &*bytes,
        );
        diesel::insert_into(data_keys::table)
            .values((
                data_keys::user_id.eq(user.uuid()),
                data_keys::id.eq(id),
                data_keys::sealing_key_id.eq(i64::from(sealing_id)),
                data_keys::sealed_key.eq(sealed_key),
                data_keys::created_at.eq(clock.now()),
            ))
            .on_conflict_do_nothing()
            .execute(&mut connection)
            .await
            .during("keep a data key")?;
        Ok(())
    }

    /// Makes sure that the ring holds the keys this database was sealed with:
    /// starting with another ring would turn every account into a riddle.
    pub(crate) async fn check_keys(&self) -> Result<()> {
        let mut connection = self.read().await?;
        let ring = &self.vault().ring;
        let known: Vec<(i64, String, Vec<u8>)> = sealing_keys::table
            .select((sealing_keys::id, sealing_keys::name, sealing_keys::check_value))
            .load(&mut connection)
            .await
            .during("read the key registry")?;
        for (id, name, check_value) in known {
            let Some(key) = ring.get(key_id(id)?) else {
                let people: i64 = data_keys::table
                    .filter(data_keys::sealing_key_id.eq(id))
                    .count()
                    .get_result(&mut connection)
                    .await
                    .during("count the uses of a missing key")?;
                if people > 0 {
                    let what =
                        format!("the key {name:?} ({id}) is missing; {people} people need it");
                    return Err(Error::WrongKeys(what));
                }
                continue;
            };
            if key.check_value() != check_value.as_slice() {
                let what =
                    format!("the key {name:?} ({id}) is not the one that was used here before");
                return Err(Error::WrongKeys(what));
            }
        }
        let now = self.clock().now();
        let rows: Vec<_> = ring
            .iter()
            .map(|(id, key)| {
                (
                    sealing_keys::id.eq(i64::from(id)),
                    sealing_keys::name.eq(&key.name),
                    sealing_keys::check_value.eq(key.check_value().to_vec()),
                    sealing_keys::first_seen_at.eq(now),
                    sealing_keys::last_seen_at.eq(now),
                )
            })
            .collect();
        diesel::insert_into(sealing_keys::table)
            .values(rows)
            .on_conflict(sealing_keys::id)
            .do_update()
            .set(sealing_keys::last_seen_at.eq(now))
            .execute(&mut connection)
            .await
            .during("write the key registry")?;
        Ok(())
    }
}

/// A data key is sealed at its own place: its person's row, its own id as version.
fn data_key_place(user: UserId, id: i64) -> Place<'static> {
    Place { row: user.uuid(), generation: 0, service: "", kind: Kind::DataKey, version: id }
}

fn owner(tenant: Uuid, user_key: &[u8]) -> Result<Owner> {
    let user =
        user_key.try_into().map_err(|_| inconsistent("viewers", "a user key is not 32 bytes"))?;
    Ok(Owner { tenant: TenantId(tenant.into_bytes()), user: UserKey(user) })
}

fn key_id(id: i64) -> Result<u32> {
    u32::try_from(id).map_err(|_| inconsistent("sealing_keys", "a key id is not 32 bits"))
}
