//! Which server processes are alive.
//!
//! A process holds one lease for all it works on, and renews it with one heartbeat.
//! Work whose process let its lease lapse is an orphan, and the next sweep of any
//! process settles it.

use attache_domain::{InvocationId, InvocationState, ReplicaId};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::Store;
use crate::error::{During, Result};
use crate::row::text_of;
use crate::schema::{invocations, replicas};

/// How long a lease holds without a heartbeat.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(10);

/// What a heartbeat found out.
#[derive(Debug, Default)]
pub struct Heartbeat {
    /// Invocations of this process that somebody wants to stop.
    pub stops: Vec<InvocationId>,
}

impl Store {
    /// Renews the lease of this process, and picks up requests to stop whose signal
    /// may have been lost.
    pub async fn heartbeat(&self, replica: ReplicaId) -> Result<Heartbeat> {
        let mut connection = self.read().await?;
        let now = self.clock().now();
        diesel::insert_into(replicas::table)
            .values((
                replicas::id.eq(replica.uuid()),
                replicas::started_at.eq(now),
                replicas::lease_until.eq(now + LEASE),
            ))
            .on_conflict(replicas::id)
            .do_update()
            .set(replicas::lease_until.eq(now + LEASE))
            .execute(&mut connection)
            .await
            .during("renew a lease")?;
        let stops: Vec<Uuid> = invocations::table
            .filter(invocations::replica_id.eq(replica.uuid()))
            .filter(invocations::state.eq(text_of(&InvocationState::Cancelling)))
            .select(invocations::id)
            .load(&mut connection)
            .await
            .during("look for invocations to stop")?;
        Ok(Heartbeat { stops: stops.into_iter().map(InvocationId::from_uuid).collect() })
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

/// The processes whose lease holds at `now`. Work of any other process is an orphan.
#[diesel::dsl::auto_type]
pub(crate) fn alive(now: DateTime<Utc>) -> _ {
    replicas::table.filter(replicas::lease_until.gt(now)).select(replicas::id.nullable())
}
