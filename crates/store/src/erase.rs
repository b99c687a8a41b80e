//! Everything that is known of a person goes.

use attache_domain::{EventCursor, UserId};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::data_keys::Purpose;
use crate::error::{During, Result};
use crate::schema::{accounts, credentials, erasures, viewers};
use crate::signal::Signal;
use crate::{Store, revocations};

/// What came of erasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// Nothing is left, and this was the last position of the log.
    Done(EventCursor),
    /// An account still has credentials. It has to be disconnected first.
    Connected,
    /// There was nothing.
    Unknown,
}

impl Store {
    /// Deletes everything of a person whose accounts hold no credentials any more, keys
    /// included, so that no backup of the rows can be read. What stays is that and when it
    /// happened, and tokens until their services have revoked them, in nobody's name.
    pub async fn erase(&self, user: UserId) -> Result<Erasure> {
        if !self.is_known(user).await? {
            return Ok(Erasure::Unknown);
        }
        // As they are now: what cannot be opened is lost.
        self.vault().forget(user);
        let own = self.keys(user, Purpose::Credentials).await?;
        let house = self.house_keys().await?;
        let mut tx = self.begin(user).await?;
        // Nothing new can refer to a row that is locked like this.
        let seq: Option<i64> = viewers::table
            .find(user.uuid())
            .select(viewers::event_seq)
            .for_update()
            .first(tx.sql())
            .await
            .optional()
            .during("lock a viewer")?;
        let Some(seq) = seq else {
            tx.rollback().await?;
            return Ok(Erasure::Unknown);
        };
        let is_connected: bool = diesel::select(exists(
            accounts::table
                .inner_join(credentials::table)
                .filter(accounts::user_id.eq(user.uuid())),
        ))
        .get_result(tx.sql())
        .await
        .during("look for credentials that are left")?;
        if is_connected {
            tx.rollback().await?;
            return Ok(Erasure::Connected);
        }
        revocations::hand_over(&mut tx, user, &own, &house).await?;
        let (erased_at, event_seq) =
            (erasures::erased_at.eq(tx.now()), erasures::event_seq.eq(seq));
        diesel::insert_into(erasures::table)
            .values((erasures::viewer_id.eq(user.uuid()), erased_at, event_seq))
            .on_conflict(erasures::viewer_id)
            .do_update()
            .set((erased_at, event_seq))
            .execute(tx.sql())
            .await
            .during("write down an erasure")?;
        diesel::delete(viewers::table.find(user.uuid()))
            .execute(tx.sql())
            .await
            .during("erase a viewer")?;
        tx.commit().await?;
        self.0.signals.send(Signal::KeysGone(user));
        // Whoever follows the log learns that it ends.
        self.announce(user);
        Ok(Erasure::Done(EventCursor(seq)))
    }
}
