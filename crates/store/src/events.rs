//! Reading a viewer's event log after a position.

use attache_domain::{Change, EventCursor, LoggedEvent, UserId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::Store;
use crate::error::{During, Result};
use crate::row;
use crate::schema::{event_logs, events};

#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
struct EventRow {
    seq: i64,
    kind: String,
    entity_id: Uuid,
    revision: i32,
    at: DateTime<Utc>,
}

impl TryFrom<EventRow> for LoggedEvent {
    type Error = crate::Error;

    fn try_from(row: EventRow) -> Result<Self> {
        let kind = row::state("events", &row.kind)?;
        Ok(Self {
            seq: row.seq,
            change: Change::new(kind, row.entity_id, row.revision),
            at: row.at,
        })
    }
}

impl Store {
    /// The last position of the log. The beginning for a viewer never seen.
    pub async fn event_position(&self, user: UserId) -> Result<EventCursor> {
        position(&mut *self.read().await?, user).await
    }

    /// At most `limit` events after `after`, oldest first. `None` when the log no
    /// longer, or does not yet, hold that position: the reader has to start over.
    pub async fn events_after(
        &self,
        user: UserId,
        after: EventCursor,
        limit: i64,
    ) -> Result<Option<Vec<LoggedEvent>>> {
        let mut connection = self.read().await?;
        let rows: Vec<EventRow> = events::table
            .filter(events::user_id.eq(user.uuid()).and(events::seq.gt(after.0)))
            .order(events::seq)
            .limit(limit)
            .select(EventRow::as_select())
            .load(&mut connection)
            .await
            .during("read the event log")?;
        // A gapless log whose next entry is the next number misses nothing. Only
        // otherwise is it worth asking whether the position exists at all.
        if <[EventRow]>::first(&rows).is_none_or(|row| row.seq != after.0 + 1) {
            let bounds: Option<(i64, i64)> = event_logs::table
                .find(user.uuid())
                .select((event_logs::pruned_seq, event_logs::last_seq))
                .first(&mut connection)
                .await
                .optional()
                .during("read the bounds of the event log")?;
            let (pruned, last) = bounds.unwrap_or_default();
            if after.0 < pruned || after.0 > last {
                return Ok(None);
            }
        }
        rows.into_iter().map(LoggedEvent::try_from).collect::<Result<_>>().map(Some)
    }

    /// Forgets events older than `before`, of all viewers, at most `limit` at once.
    /// Returns how many went.
    pub async fn prune_events(&self, before: DateTime<Utc>, limit: i64) -> Result<usize> {
        let mut connection = self.read().await?;
        diesel::sql_query(
            "WITH old AS (\
               SELECT user_id, seq FROM events WHERE at < $1 ORDER BY at LIMIT $2\
             ), gone AS (\
               DELETE FROM events e USING old WHERE e.user_id = old.user_id AND e.seq = old.seq \
               RETURNING e.user_id, e.seq\
             ), last AS (\
               SELECT user_id, max(seq) AS seq FROM gone GROUP BY user_id\
             ), moved AS (\
               UPDATE event_logs SET pruned_seq = greatest(pruned_seq, last.seq) \
               FROM last WHERE event_logs.user_id = last.user_id\
             ) SELECT 1 FROM gone",
        )
        .bind::<diesel::sql_types::Timestamptz, _>(before)
        .bind::<diesel::sql_types::BigInt, _>(limit)
        .execute(&mut connection)
        .await
        .during("prune the event log")
    }

    /// Of these viewers, the ones whose log has grown past the given position.
    pub async fn grown_logs(&self, positions: &[(UserId, EventCursor)]) -> Result<Vec<UserId>> {
        let (ids, seqs): (Vec<Uuid>, Vec<i64>) =
            positions.iter().map(|(user, cursor)| (user.uuid(), cursor.0)).unzip();
        let mut connection = self.read().await?;
        let grown: Vec<GrownRow> = diesel::sql_query(
            "SELECT seen.id FROM event_logs l \
             JOIN unnest($1, $2) AS seen (id, seq) ON seen.id = l.user_id \
             WHERE l.last_seq > seen.seq",
        )
        .bind::<diesel::sql_types::Array<diesel::sql_types::Uuid>, _>(ids)
        .bind::<diesel::sql_types::Array<diesel::sql_types::BigInt>, _>(seqs)
        .load(&mut connection)
        .await
        .during("look for logs that have grown")?;
        Ok(grown.into_iter().map(|row| UserId::from_uuid(row.id)).collect())
    }
}

#[derive(QueryableByName)]
struct GrownRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: Uuid,
}

pub(crate) async fn position(
    connection: &mut AsyncPgConnection,
    user: UserId,
) -> Result<EventCursor> {
    let seq: Option<i64> = event_logs::table
        .find(user.uuid())
        .select(event_logs::last_seq)
        .first(connection)
        .await
        .optional()
        .during("read the position of the event log")?;
    Ok(EventCursor(seq.unwrap_or_default()))
}
