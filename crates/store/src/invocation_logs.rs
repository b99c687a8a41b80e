//! What services say while they work on calls. The words are sealed.

use std::collections::HashMap;

use attache_domain::{
    EventKind, Invocation, InvocationId, LogEntry, LogEntryId, LogMessage, ReplicaId, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Store;
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::invocations::hold;
use crate::payloads::open_json;
use crate::row;
use crate::schema::invocation_logs;

const TABLE: &str = "invocation_logs";

#[derive(Queryable, Selectable)]
#[diesel(table_name = invocation_logs, check_for_backend(diesel::pg::Pg))]
struct LogRow {
    id: Uuid,
    invocation_id: Uuid,
    service: String,
    level: String,
    sealed_message: Vec<u8>,
    logged_at: DateTime<Utc>,
}

/// What is sealed of a message.
#[derive(Serialize, Deserialize)]
struct Words {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logger: Option<String>,
    text: String,
}

impl Store {
    /// Writes down what a service said while it worked on a call of the viewer. What is there
    /// already is left as it is, so that a writer who cannot know writes again.
    pub async fn log_messages(
        &self,
        user: UserId,
        invocation: &Invocation,
        replica: ReplicaId,
        said: &[(LogEntryId, LogMessage)],
    ) -> Result<()> {
        let keys = self.keys(user, Purpose::Content).await?;
        let service = invocation.service.as_str();
        let mut tx = self.begin(user).await?;
        // What is over has no process, and nothing is said of it any more.
        if !hold(&mut tx, user, invocation.id, replica).await? {
            return tx.rollback().await;
        }
        let rows: Vec<_> = said
            .iter()
            .map(|(id, message)| {
                let words = Words { logger: message.logger.clone(), text: message.text.clone() };
                let place = Place::once(id.uuid(), service, Kind::Log);
                (
                    invocation_logs::id.eq(id.uuid()),
                    invocation_logs::user_id.eq(user.uuid()),
                    invocation_logs::invocation_id.eq(invocation.id.uuid()),
                    invocation_logs::service.eq(service),
                    invocation_logs::level.eq(row::text_of(&message.level)),
                    invocation_logs::sealed_message
                        .eq(keys.seal(place, &row::json(&words).to_string().into_bytes())),
                    invocation_logs::logged_at.eq(message.at),
                )
            })
            .collect();
        let mut written: Vec<Uuid> = diesel::insert_into(invocation_logs::table)
            .values(rows)
            .on_conflict_do_nothing()
            .returning(invocation_logs::id)
            .get_results(tx.sql())
            .await
            .during("write down what a service said")?;
        written.sort_unstable();
        for id in written {
            tx.emit(EventKind::InvocationLogged, id, 1);
        }
        tx.commit().await?;
        Ok(())
    }

    /// These things that services said, as far as the viewer may know of them.
    pub async fn log_entries(
        &self,
        user: UserId,
        ids: &[LogEntryId],
    ) -> Result<HashMap<LogEntryId, LogEntry>> {
        let rows: Vec<LogRow> = invocation_logs::table
            .filter(invocation_logs::user_id.eq(user.uuid()))
            .filter(invocation_logs::id.eq_any(uuids(ids)))
            .select(LogRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load what services said")?;
        let entries = self.open_log(user, rows).await?;
        Ok(entries.into_iter().map(|entry| (entry.id, entry)).collect())
    }

    /// All that services said while they worked on these invocations of the viewer, in order.
    pub async fn logs_of(
        &self,
        user: UserId,
        invocations: &[InvocationId],
    ) -> Result<Vec<LogEntry>> {
        let rows: Vec<LogRow> = invocation_logs::table
            .filter(invocation_logs::user_id.eq(user.uuid()))
            .filter(invocation_logs::invocation_id.eq_any(uuids(invocations)))
            .order(invocation_logs::id)
            .select(LogRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load what services said of calls")?;
        self.open_log(user, rows).await
    }

    async fn open_log(&self, user: UserId, rows: Vec<LogRow>) -> Result<Vec<LogEntry>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let sealed: Vec<&[u8]> = rows.iter().map(|row| row.sealed_message.as_slice()).collect();
        let keys = self.keys_of(user, Purpose::Content, sealed).await?;
        rows.into_iter()
            .map(|row| {
                let place = Place::once(row.id, &row.service, Kind::Log);
                let words: Words = open_json(&keys, TABLE, "message", place, &row.sealed_message)?;
                Ok(LogEntry {
                    id: LogEntryId::from_uuid(row.id),
                    invocation: InvocationId::from_uuid(row.invocation_id),
                    message: LogMessage {
                        level: row::state(TABLE, &row.level)?,
                        logger: words.logger,
                        text: words.text,
                        at: row.logged_at,
                    },
                })
            })
            .collect()
    }
}
