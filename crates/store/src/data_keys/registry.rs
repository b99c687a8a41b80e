//! Which keys of the ring this database was ever sealed with.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::key_id;
use crate::error::{During, Error, Result};
use crate::schema::{data_keys, sealing_keys};
use crate::{KeyRing, Store};

impl Store {
    /// Makes sure that the ring holds the keys this database was sealed with:
    /// starting with another ring would turn every account into a riddle.
    pub(crate) async fn check_keys(&self) -> Result<()> {
        self.check_ring(&self.vault().ring()).await
    }

    /// The same of a ring that is not in use yet.
    pub(super) async fn check_ring(&self, ring: &KeyRing) -> Result<()> {
        let mut connection = self.read().await?;
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
