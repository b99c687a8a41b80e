//! Places where a process can be stopped for good: at the service, by its script, or in the
//! database, by a trigger that waits.

use attache_playground::{Answer, Endpoint};
use attache_support::{ServerProcess, eventually};
use tokio_postgres::Client;

/// Names the lock that whoever comes to the place waits for.
const LOCK: i64 = 4242;

/// Who has or wants the lock in this database.
const AT_THE_LOCK: &str = "pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = 4242 \
    AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Where a process is stopped.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// While it waits for an answer.
    Service(Endpoint, Answer),
    /// Before a row is written, which comes to nothing: `event` on a table, and on which rows.
    Write(&'static str, &'static str),
    /// Before a statement that is a transaction by itself is done. It is done nevertheless:
    /// Postgres does not notice that nobody listens.
    WriteDone(&'static str, &'static str),
    /// In the middle of the commit of such a write. The transaction comes to nothing.
    Commit(&'static str, &'static str),
    /// The same, and the transaction is committed: nobody hears of it.
    CommitDone(&'static str, &'static str),
}

/// A step, and what may become of tokens when it is the last.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) place: Place,
    /// Whether the service has issued tokens here whose answer has not arrived: nobody but it
    /// can know them.
    pub(super) is_in_the_dark: bool,
}

impl Step {
    pub(super) fn new(name: &'static str, place: Place) -> Self {
        let is_in_the_dark =
            matches!(place, Place::Service(_, Answer::HoldAnswer | Answer::HoldHalfway));
        Self { name, place, is_in_the_dark }
    }
}

/// A place where whoever comes is held.
pub(super) enum Halt {
    Service { endpoint: Endpoint, before: usize },
    Database { holder: Client, table: String, comes_to_nothing: bool },
}

impl Halt {
    pub(super) async fn at(server: &ServerProcess, place: &Place) -> Self {
        let (kind, row, filter, comes_to_nothing) = match place {
            Place::Service(endpoint, answer) => {
                let before = server.playground.holds(*endpoint);
                server.playground.answer_next(*endpoint, answer.clone());
                return Self::Service { endpoint: *endpoint, before };
            }
            Place::Write(row, filter) => ("TRIGGER halt BEFORE", row, filter, true),
            Place::WriteDone(row, filter) => ("TRIGGER halt BEFORE", row, filter, false),
            Place::Commit(row, filter) => ("CONSTRAINT TRIGGER halt AFTER", row, filter, true),
            Place::CommitDone(row, filter) => ("CONSTRAINT TRIGGER halt AFTER", row, filter, false),
        };
        let is_deferred = kind.starts_with("CONSTRAINT");
        let deferred = if is_deferred { "DEFERRABLE INITIALLY DEFERRED" } else { "" };
        let holder = server.database.connect().await;
        let trigger = format!(
            "CREATE OR REPLACE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               PERFORM pg_advisory_xact_lock_shared({LOCK});
               IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
               RETURN NEW;
             END $$;
             SELECT pg_advisory_lock({LOCK});
             CREATE {kind} {row} {deferred} FOR EACH ROW WHEN ({filter}) EXECUTE FUNCTION halt();"
        );
        holder.batch_execute(&trigger).await.unwrap();
        let table = row.rsplit(' ').next().unwrap_or_default().to_owned();
        Self::Database { holder, table, comes_to_nothing }
    }

    /// Waits until somebody is held there.
    pub(super) async fn until_reached(&self, server: &ServerProcess) {
        match self {
            Self::Service { endpoint, before } => {
                eventually("a request that is held", async || {
                    (server.playground.holds(*endpoint) > *before).then_some(())
                })
                .await;
            }
            Self::Database { holder, .. } => {
                until(holder, &format!("SELECT count(*) > 0 FROM {AT_THE_LOCK} AND NOT granted"))
                    .await;
            }
        }
    }

    /// Whether somebody is held there, in the database.
    pub(super) async fn is_reached(&self) -> bool {
        let Self::Database { holder, .. } = self else { return false };
        let held = format!("SELECT count(*) > 0 FROM {AT_THE_LOCK} AND NOT granted");
        holder.query_one(&held, &[]).await.unwrap().get(0)
    }

    /// Nobody is held there any more. Whoever was is dead, and this decides what became of what
    /// they wrote.
    pub(super) async fn end(self) {
        let Self::Database { holder, table, comes_to_nothing } = self else { return };
        if comes_to_nothing {
            let end =
                format!("SELECT pg_terminate_backend(pid) FROM {AT_THE_LOCK} AND NOT granted");
            holder.query(&end, &[]).await.unwrap();
            until(&holder, &format!("SELECT count(*) = 0 FROM {AT_THE_LOCK} AND NOT granted"))
                .await;
        }
        holder.execute(&format!("SELECT pg_advisory_unlock({LOCK})"), &[]).await.unwrap();
        until(&holder, &format!("SELECT count(*) = 0 FROM {AT_THE_LOCK}")).await;
        holder.batch_execute(&format!("DROP TRIGGER halt ON {table}")).await.unwrap();
    }
}

async fn until(client: &Client, query: &str) {
    eventually(query, async || {
        client.query_one(query, &[]).await.unwrap().get::<_, bool>(0).then_some(())
    })
    .await;
}
