//! Which server processes are alive.
//!
//! A process holds one lease for all it works on, and renews it with one heartbeat.
//! Work whose process let its lease lapse is an orphan, and the next sweep of any
//! process settles it.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use attache_domain::{InvocationId, InvocationState, ReplicaId, uuids};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::Store;
use crate::error::{During, Result};
use crate::row::text_of;
use crate::schema::{invocations, replicas};

/// When a lease that is renewed now lapses. Leases are told by the clock of the
/// database, so that hosts whose clocks differ agree on who is alive.
const LEASE: &str = "clock_timestamp() + interval '10 seconds'";

/// How long this process may seem to work on something that it knows nothing of.
const DOUBT: TimeDelta = TimeDelta::seconds(30);

diesel::define_sql_function! {
    /// The time of the database.
    fn clock_timestamp() -> diesel::sql_types::Timestamptz;
}

/// Who looks for orphans, and what it is really working on. What bears its own name
/// and is neither, it lost: to a database that was away, or to a request that was
/// given up between a commit and what was to follow.
#[derive(Debug)]
pub struct Sweeper {
    /// This process.
    pub replica: ReplicaId,
    /// What it works on: invocations, attempts, and accounts whose catalogs it reads.
    pub busy: Vec<Uuid>,
}

impl Sweeper {
    /// What has not moved since then and is nobody's work is lost.
    pub(crate) fn cutoff(now: DateTime<Utc>) -> DateTime<Utc> {
        now - DOUBT
    }
}

/// What a heartbeat found out.
#[derive(Debug, Default)]
pub struct Heartbeat {
    /// Invocations that somebody wants to stop, or that are not this process's any
    /// more.
    pub stops: Vec<InvocationId>,
}

impl Store {
    /// Renews the lease of this process, and picks up what was decided about the calls
    /// it is running and whose signal may have been lost.
    ///
    /// On a connection of its own: however busy the others are, a process that lives
    /// must not be taken for dead.
    pub async fn heartbeat(
        &self,
        replica: ReplicaId,
        running: &[InvocationId],
    ) -> Result<Heartbeat> {
        let mut connection = self.lifeline().await?;
        let lease = || diesel::dsl::sql::<Timestamptz>(LEASE);
        let key_ids = self.vault().ring().ids();
        diesel::insert_into(replicas::table)
            .values((
                replicas::id.eq(replica.uuid()),
                replicas::started_at.eq(self.clock().now()),
                replicas::lease_until.eq(lease()),
                replicas::key_ids.eq(&key_ids),
            ))
            .on_conflict(replicas::id)
            .do_update()
            .set((replicas::lease_until.eq(lease()), replicas::key_ids.eq(&key_ids)))
            .execute(&mut connection)
            .await
            .during("renew a lease")?;
        let alive: i64 = replicas::table
            .filter(replicas::lease_until.gt(clock_timestamp()))
            .count()
            .get_result(&mut connection)
            .await
            .during("count the processes that are alive")?;
        self.0.is_alone.store(alive <= 1, Ordering::Relaxed);
        if running.is_empty() {
            return Ok(Heartbeat::default());
        }
        let wanted: HashSet<Uuid> = invocations::table
            .filter(invocations::id.eq_any(uuids(running)))
            .filter(invocations::replica_id.eq(replica.uuid()))
            .filter(invocations::state.ne(text_of(&InvocationState::Cancelling)))
            .select(invocations::id)
            .load(&mut connection)
            .await
            .during("look for invocations to stop")?
            .into_iter()
            .collect();
        let stops = running.iter().filter(|id| !wanted.contains(&id.uuid()));
        Ok(Heartbeat { stops: stops.copied().collect() })
    }

    /// Gives the lease up: what is still open is an orphan from now on.
    pub async fn retire(&self, replica: ReplicaId) -> Result<()> {
        diesel::delete(replicas::table.find(replica.uuid()))
            .execute(&mut self.read().await?)
            .await
            .during("give up a lease")?;
        Ok(())
    }

    /// Forgets processes whose lease lapsed long ago.
    pub async fn forget_replicas(&self, before: DateTime<Utc>) -> Result<usize> {
        diesel::delete(replicas::table)
            .filter(replicas::lease_until.lt(before))
            .execute(&mut self.read().await?)
            .await
            .during("forget processes")
    }
}

/// The processes whose lease holds. Work of any other process is an orphan.
#[diesel::dsl::auto_type]
pub(crate) fn alive() -> _ {
    replicas::table
        .filter(replicas::lease_until.gt(clock_timestamp()))
        .select(replicas::id.nullable())
}
