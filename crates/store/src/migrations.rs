//! Bringing the database to the schema this program was built for.

use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use secrecy::SecretString;

use crate::error::{During, Error, Result};
use crate::pool::Database;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Held while migrating, so that replicas started together take turns.
const LOCK: i64 = 0x6174_7461_6368_6501;

/// Runs what has not run yet, and says what did. Safe to run from several
/// processes at once. Needs the multi-threaded runtime.
pub async fn migrate(url: &SecretString) -> Result<Vec<String>> {
    let mut connection = Database::parse(url)?.connect().await?;
    let lock = format!("SELECT pg_advisory_lock({LOCK})");
    connection.batch_execute(&lock).await.during("wait for other migrations")?;
    // Closing the connection gives the lock back, whatever happens in between.
    let mut harness = AsyncMigrationHarness::new(connection);
    let done = harness.run_pending_migrations(MIGRATIONS).map_err(Error::Migration)?;
    Ok(done.iter().map(ToString::to_string).collect())
}

/// Refuses a database that is behind, or ahead of, this program.
pub async fn check_schema(url: &SecretString) -> Result<()> {
    let known: Vec<MigrationVersion<'static>> = MigrationSource::<Pg>::migrations(&MIGRATIONS)
        .map_err(Error::Migration)?
        .iter()
        .map(|migration| migration.name().version().as_owned())
        .collect();
    let connection = Database::parse(url)?.connect().await?;
    let mut harness = AsyncMigrationHarness::new(connection);
    let applied = harness.applied_migrations().map_err(Error::Migration)?;
    let missing = known.iter().filter(|version| !applied.contains(version)).count();
    if missing > 0 {
        let what = format!("{missing} of its migrations have not run; run `attache migrate`");
        return Err(Error::UnknownSchema(what));
    }
    if let Some(newer) = applied.iter().find(|version| !known.contains(version)) {
        let what = format!("it has the migration {newer}, which a newer version must have run");
        return Err(Error::UnknownSchema(what));
    }
    Ok(())
}
