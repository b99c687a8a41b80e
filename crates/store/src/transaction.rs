//! A transaction on one viewer's data that may append to the viewer's event log.

use attache_domain::{Change, EventCursor, EventKind, UserId};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension, QueryResult};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, TransactionManager};
use uuid::Uuid;

use crate::Store;
use crate::error::{During, Result};
use crate::pool::Connection;
use crate::row::{inconsistent, text_of};
use crate::signal::Signal;

/// An open transaction. Dropping it without an end throws the connection away.
///
/// It never spans the network: between [`Store::begin`] and the end there is SQL
/// and nothing else.
pub(crate) struct Transaction<'a> {
    store: &'a Store,
    connection: Connection<'a>,
    user: UserId,
    changes: Vec<Change>,
    now: DateTime<Utc>,
}

impl Store {
    /// Opens a transaction on `user`'s data.
    pub(crate) async fn begin(&self, user: UserId) -> Result<Transaction<'_>> {
        let mut connection = self.read().await?;
        AnsiTransactionManager::begin_transaction(&mut *connection).await.during("begin")?;
        Ok(Transaction {
            store: self,
            connection,
            user,
            changes: Vec::new(),
            now: self.clock().now(),
        })
    }

    /// Tells everybody that `user`'s event log has grown.
    pub(crate) fn announce(&self, user: UserId) {
        self.0.signals.send(Signal::Changed(user));
    }
}

impl Transaction<'_> {
    pub(crate) fn sql(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
    }

    /// The instant of everything in this transaction.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// A new id.
    pub(crate) fn uuid(&self) -> Uuid {
        self.store.clock().uuid()
    }

    /// Random bytes from the source that everything draws from.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        self.store.clock().random()
    }

    /// Appends to the event log when the transaction commits.
    pub(crate) fn emit(&mut self, kind: EventKind, entity: Uuid, revision: i32) {
        self.changes.push(Change::new(kind, entity, revision));
    }

    /// Commits state and events together, then wakes whoever follows the log.
    pub(crate) async fn commit(mut self) -> Result<EventCursor> {
        let cursor = if self.changes.is_empty() {
            crate::events::position(&mut self.connection, self.user).await?
        } else {
            let append = Append::new(self.user, &self.changes, self.now);
            let seq = append.get_result(&mut self.connection).await.optional();
            let seq = seq
                .during("append to the event log")?
                .ok_or_else(|| inconsistent("viewers", "an event happened to nobody"))?;
            EventCursor(seq)
        };
        AnsiTransactionManager::commit_transaction(&mut *self.connection).await.during("commit")?;
        if !self.changes.is_empty() {
            self.store.announce(self.user);
        }
        Ok(cursor)
    }

    /// Leaves everything as it was, and says where the log stands.
    pub(crate) async fn rollback(mut self) -> Result<()> {
        AnsiTransactionManager::rollback_transaction(&mut *self.connection)
            .await
            .during("roll back")
    }
}

/// Appends events in one statement.
///
/// The update locks the viewer's row until the commit, so positions are handed out
/// in commit order. It comes last in every transaction, which keeps the lock short
/// and puts it in the same place in every order of locks.
#[derive(QueryId)]
struct Append {
    user: Uuid,
    count: i64,
    kinds: Vec<String>,
    entities: Vec<Uuid>,
    revisions: Vec<i32>,
    now: DateTime<Utc>,
}

impl Append {
    fn new(user: UserId, changes: &[Change], now: DateTime<Utc>) -> Self {
        Self {
            user: user.uuid(),
            count: i64::try_from(changes.len()).unwrap_or(i64::MAX),
            kinds: changes.iter().map(|change| text_of(&change.kind)).collect(),
            entities: changes.iter().map(|change| change.entity).collect(),
            revisions: changes.iter().map(|change| change.revision).collect(),
            now,
        }
    }
}

impl Query for Append {
    type SqlType = BigInt;
}

impl QueryFragment<Pg> for Append {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH log AS (UPDATE event_logs SET last_seq = last_seq + ");
        out.push_bind_param::<BigInt, _>(&self.count)?;
        out.push_sql(" WHERE user_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.user)?;
        out.push_sql(
            " RETURNING user_id, last_seq), appended AS (\
               INSERT INTO events (user_id, seq, kind, entity_id, revision, at) \
               SELECT log.user_id, log.last_seq - ",
        );
        out.push_bind_param::<BigInt, _>(&self.count)?;
        out.push_sql(" + change.place, change.kind, change.entity_id, change.revision, ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(" FROM log, unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.kinds)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.entities)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.revisions)?;
        out.push_sql(
            ") WITH ORDINALITY AS change (kind, entity_id, revision, place)) \
             SELECT last_seq FROM log",
        );
        Ok(())
    }
}
