//! Each person's own data keys, and sealing with them.
//!
//! Whatever is secret is sealed with a random key of the person it belongs to, and
//! that key is sealed with a key of the ring. So the ring rotates by resealing one
//! small row per key, and whatever a key sealed is erased by deleting that row. A copy
//! of the whole database from before has the row as well, and opens with the ring of its
//! time; copies of the other rows open no more.
//!
//! A person has one key for what their accounts are used with, which goes with the last of
//! it, and one for what they did, which goes with them.

mod lifetime;
mod registry;
mod rotation;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use attache_domain::{Clock, TenantId, UserId, UserKey, Viewer};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use lru::LruCache;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

pub use self::rotation::{DataKeyPosition, LoadedKeys};
use crate::Store;
use crate::envelope::{self, Kind, OpenError, Owner, Place};
use crate::error::{During, Error, Result};
use crate::ring::{KeyBytes, KeyRing};
use crate::row::{self, inconsistent};
use crate::schema::{data_keys, sealing_keys, viewers};

/// How many people's keys are kept at hand. Each is a few hundred bytes; who is not
/// among them costs one query.
const KEPT: usize = 10_000;

/// What a data key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Purpose {
    /// What accounts are used with, and how they come to be.
    Credentials,
    /// What the person did and set.
    Content,
}

/// How long keys are believed to be a person's. Whoever destroys them says so, and what says
/// so may be lost.
const BELIEVED: Duration = Duration::from_mins(1);

type AtHand = LruCache<(UserId, Purpose), (Arc<UserKeys>, Instant)>;

pub(crate) struct Vault {
    ring: RwLock<Arc<KeyRing>>,
    at_hand: Mutex<AtHand>,
}

/// The opened keys of one person: one to seal with, and all to open with.
pub(crate) struct UserKeys {
    owner: Owner,
    current: u32,
    keys: HashMap<u32, KeyBytes>,
    clock: Clock,
}

impl Vault {
    pub(crate) fn new(ring: KeyRing) -> Self {
        let kept = NonZeroUsize::new(KEPT).expect("not zero");
        Self { ring: RwLock::new(Arc::new(ring)), at_hand: Mutex::new(LruCache::new(kept)) }
    }

    fn at_hand(&self) -> MutexGuard<'_, AtHand> {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ring as it is now.
    pub(crate) fn ring(&self) -> Arc<KeyRing> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn believed(&self, user: UserId, purpose: Purpose) -> Option<Arc<UserKeys>> {
        let mut at_hand = self.at_hand();
        let (keys, since) = at_hand.get(&(user, purpose))?;
        (since.elapsed() < BELIEVED).then(|| keys.clone())
    }

    /// Some of a person's keys are no more.
    pub(crate) fn forget(&self, user: UserId) {
        let mut at_hand = self.at_hand();
        at_hand.pop(&(user, Purpose::Credentials));
        at_hand.pop(&(user, Purpose::Content));
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
    purpose: String,
    is_current: bool,
    tenant_id: Uuid,
    user_key: Vec<u8>,
}

impl Store {
    /// The keys of `user`, who must have been seen, to seal for this purpose and to open
    /// everything. The first use makes one.
    ///
    /// Never called inside a transaction: a key that seals must be committed before
    /// anything that it sealed.
    pub(crate) async fn keys(&self, user: UserId, purpose: Purpose) -> Result<Arc<UserKeys>> {
        match self.vault().believed(user, purpose) {
            Some(keys) => Ok(keys),
            None => Box::pin(self.stored_keys(user, purpose)).await,
        }
    }

    async fn stored_keys(&self, user: UserId, purpose: Purpose) -> Result<Arc<UserKeys>> {
        let mut keys = self.load_keys(user, purpose).await?;
        let mut made = 0;
        while keys.is_none() && made < lifetime::TRIES {
            self.make_key(user, purpose).await?;
            made += 1;
            // A key that seals nothing yet may be destroyed again.
            keys = self.load_keys(user, purpose).await?;
        }
        let keys = keys.ok_or_else(|| inconsistent("data_keys", "a key was made and is gone"))?;
        let keys = Arc::new(keys);
        self.vault().at_hand().put((user, purpose), (keys.clone(), Instant::now()));
        Ok(keys)
    }

    /// The same, as they are now and not as they are remembered.
    pub(crate) async fn fresh_keys(&self, user: UserId, purpose: Purpose) -> Result<Arc<UserKeys>> {
        self.vault().forget(user);
        self.keys(user, purpose).await
    }

    /// The keys of `user`, those that sealed these envelopes among them: a process that
    /// remembers others looks again.
    pub(crate) async fn keys_of<'a>(
        &self,
        user: UserId,
        purpose: Purpose,
        envelopes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Arc<UserKeys>> {
        let keys = self.keys(user, purpose).await?;
        let is_known = |envelope: &[u8]| match envelope::key_id(envelope) {
            Ok(id) => keys.keys.contains_key(&id),
            // What is no envelope is no reason to look again.
            Err(_) => true,
        };
        if envelopes.into_iter().all(is_known) {
            return Ok(keys);
        }
        self.fresh_keys(user, purpose).await
    }

    /// The keys of the installation itself, for what has to be readable when a person's keys
    /// are gone.
    pub(crate) async fn house_keys(&self) -> Result<Arc<UserKeys>> {
        let house = Viewer::house();
        if let Some(keys) = self.vault().believed(house.id, Purpose::Credentials) {
            return Ok(keys);
        }
        self.see(&house).await?;
        self.keys(house.id, Purpose::Credentials).await
    }

    /// The keys of `user`; `None` when there is none to seal with for this purpose.
    async fn load_keys(&self, user: UserId, purpose: Purpose) -> Result<Option<UserKeys>> {
        let rows: Vec<KeyRow> = data_keys::table
            .inner_join(viewers::table)
            .filter(data_keys::user_id.eq(user.uuid()))
            .select((
                data_keys::id,
                data_keys::sealing_key_id,
                data_keys::sealed_key,
                data_keys::purpose,
                data_keys::is_current,
                viewers::tenant_id,
                viewers::user_key,
            ))
            .load(&mut self.read().await?)
            .await
            .during("load data keys")?;
        let is_wanted = |row: &KeyRow| row.is_current && row.purpose == row::text_of(&purpose);
        let Some(current) = rows.iter().find(|row| is_wanted(row)) else {
            return Ok(None);
        };
        let owner = owner(current.tenant_id, &current.user_key)?;
        let current = key_id(current.id)?;
        let mut keys = HashMap::new();
        for row in rows {
            keys.insert(key_id(row.id)?, self.open_key(user, owner, &row)?);
        }
        Ok(Some(UserKeys { owner, current, keys, clock: self.clock().clone() }))
    }

    fn open_key(&self, user: UserId, owner: Owner, row: &KeyRow) -> Result<KeyBytes> {
        let sealed = |source| Error::Sealed { what: "data key", source };
        let sealing_id = key_id(row.sealing_key_id)?;
        let ring = self.vault().ring();
        let sealing_key = ring.get(sealing_id);
        let sealing_key = sealing_key.ok_or(OpenError::KeyMissing(sealing_id)).map_err(sealed)?;
        let place = data_key_place(user, row.id);
        let bytes =
            envelope::open(&sealing_key.bytes, owner, place, &row.sealed_key).map_err(sealed)?;
        let bytes = <[u8; 64]>::try_from(bytes.as_slice())
            .map_err(|_| inconsistent("data_keys", "a data key is not 64 bytes"))?;
        Ok(Zeroizing::new(bytes))
    }

    /// Makes a data key, unless another process was faster.
    async fn make_key(&self, user: UserId, purpose: Purpose) -> Result<()> {
        let mut connection = self.read().await?;
        let (tenant, user_key): (Uuid, Vec<u8>) = viewers::table
            .find(user.uuid())
            .select((viewers::tenant_id, viewers::user_key))
            .first(&mut connection)
            .await
            .during("find the owner of a data key")?;
        let clock = self.clock();
        let id = i64::from(u32::from_be_bytes(clock.random()));
        let ring = self.vault().ring();
        let (sealing_id, sealing_key) = ring.primary();
        let bytes: KeyBytes = Zeroizing::new(clock.random());
        let sealed_key = envelope::seal(
            sealing_id,
            &sealing_key.bytes,
            owner(tenant, &user_key)?,
            data_key_place(user, id),
            clock.random(),
            &*bytes,
        );
        let row = (
            data_keys::user_id.eq(user.uuid()),
            data_keys::id.eq(id),
            data_keys::sealing_key_id.eq(i64::from(sealing_id)),
            data_keys::sealed_key.eq(sealed_key),
            data_keys::purpose.eq(row::text_of(&purpose)),
            data_keys::created_at.eq(clock.now()),
        );
        let kept = connection
            .transaction(async |connection| {
                // A key that was retired meanwhile must not seal anything any more, and none is
                // retired while this goes on.
                let is_retired = is_retired(connection, sealing_id).await?;
                if !is_retired {
                    diesel::insert_into(data_keys::table)
                        .values(row)
                        .on_conflict_do_nothing()
                        .execute(connection)
                        .await
                        .during("keep a data key")?;
                }
                Ok::<_, Error>(!is_retired)
            })
            .await?;
        if !kept {
            return Err(was_retired(&sealing_key.name));
        }
        Ok(())
    }
}

/// Whether a key of the ring must not seal any more. None is retired before the transaction ends.
async fn is_retired(connection: &mut AsyncPgConnection, id: u32) -> Result<bool> {
    sealing_keys::table
        .find(i64::from(id))
        .select(sealing_keys::retired_at.is_not_null())
        .for_share()
        .first(connection)
        .await
        .during("look at a key of the ring")
}

fn was_retired(name: &str) -> Error {
    Error::WrongKeys(format!("the key {name:?} was retired; load the ring again"))
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
