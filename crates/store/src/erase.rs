//! Everything that is known of a person goes.

use attache_domain::{EventCursor, UserId};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::data_keys::Purpose;
use crate::error::{During, Result};
use crate::schema::{
    accounts, attempt_exchanges, credentials, erasures, event_logs, revocations, viewers,
};
use crate::signal::Signal;
use crate::{Store, own_services, registrations, revocations as outbox};

/// How often somebody else may go first.
const DEADLOCKS: u32 = 5;

/// What came of erasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// Nothing is left, and this was the last position of the log.
    Done(EventCursor),
    /// An account still has credentials, or is about to get some. It has to be disconnected
    /// first.
    Connected,
    /// There was nothing.
    Unknown,
}

impl Store {
    /// Deletes everything of a person whose accounts hold no credentials any more, keys
    /// included, so that no backup of the rows can be read. What stays is that and when it
    /// happened, and tokens until their services have revoked them, in nobody's name.
    pub async fn erase(&self, user: UserId) -> Result<Erasure> {
        let (mut tries, mut deadlocks) = (0, 0);
        loop {
            match self.try_erase(user).await {
                Err(error) if self.has_lost_keys(user, &error, &mut tries) => {}
                // Calls and the outbox lock what they write before the viewer.
                Err(error) if error.is_deadlock() && deadlocks < DEADLOCKS => deadlocks += 1,
                done => return done,
            }
        }
    }

    async fn try_erase(&self, user: UserId) -> Result<Erasure> {
        if !self.is_known(user).await? {
            return Ok(Erasure::Unknown);
        }
        let own = self.fresh_keys(user, Purpose::Credentials).await?;
        let house = self.house_keys().await?;
        let own_content = self.fresh_keys(user, Purpose::Content).await?;
        let mut tx = self.begin(user).await?;
        // In the order of everybody else.
        own_services::lock_all(&mut tx, user).await?;
        let _: Vec<Uuid> = accounts::table
            .filter(accounts::user_id.eq(user.uuid()))
            .select(accounts::id)
            .order(accounts::id)
            .for_update()
            .load(tx.sql())
            .await
            .during("lock the accounts of a viewer")?;
        let _: Vec<Uuid> = revocations::table
            .filter(revocations::user_id.eq(user.uuid()))
            .select(revocations::id)
            .order(revocations::id)
            .for_update()
            .load(tx.sql())
            .await
            .during("lock the outbox of a viewer")?;
        // Nothing new can refer to a row that is locked like this.
        let viewer: Option<Uuid> = viewers::table
            .find(user.uuid())
            .select(viewers::id)
            .for_update()
            .first(tx.sql())
            .await
            .optional()
            .during("lock a viewer")?;
        if viewer.is_none() {
            tx.rollback().await?;
            return Ok(Erasure::Unknown);
        }
        let seq: i64 = event_logs::table
            .find(user.uuid())
            .select(event_logs::last_seq)
            .for_update()
            .first(tx.sql())
            .await
            .during("lock the event log of a viewer")?;
        // A code that is being exchanged brings tokens that somebody has to see to.
        let is_exchanging: bool = diesel::select(exists(
            attempt_exchanges::table
                .filter(attempt_exchanges::user_id.eq(user.uuid()))
                .filter(attempt_exchanges::replica_id.is_not_null()),
        ))
        .get_result(tx.sql())
        .await
        .during("look for exchanges under way")?;
        let is_connected: bool = diesel::select(exists(
            accounts::table
                .inner_join(credentials::table)
                .filter(accounts::user_id.eq(user.uuid())),
        ))
        .get_result(tx.sql())
        .await
        .during("look for credentials that are left")?;
        if is_connected || is_exchanging {
            tx.rollback().await?;
            return Ok(Erasure::Connected);
        }
        outbox::hand_over(&mut tx, user, &own, &house).await?;
        registrations::hand_over(&mut tx, user, &own_content, &house).await?;
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
