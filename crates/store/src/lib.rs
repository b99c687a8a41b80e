#![doc = include_str!("../README.md")]

mod accesses;
mod accounts;
mod approvals;
mod attempts;
mod catalogs;
mod credentials;
mod data_keys;
mod elicitations;
mod envelope;
mod erase;
mod error;
mod events;
mod exchanges;
mod idempotency;
mod invocation_logs;
mod invocations;
mod journal;
mod listener;
mod migrations;
mod own_services;
mod payloads;
mod pool;
mod refreshes;
mod registrations;
mod replicas;
mod revocations;
mod ring;
mod row;
mod schema;
mod server_tasks;
mod signal;
mod tool_changes;
mod tool_settings;
mod tools;
mod transaction;
mod viewers;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use attache_domain::{Clock, EventCursor};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::bb8::Pool;
use secrecy::SecretString;

pub use accesses::{AccessKey, ListedAccess};
pub use accounts::{AccountDraft, AccountOutcome, Disconnected, Identity};
pub use approvals::{Approved, Approving};
pub use attempts::{AttemptDraft, AttemptPressure, Begun};
pub use catalogs::Claimed;
pub use credentials::{Credential, Tokens};
pub use data_keys::{DataKeyPosition, LoadedKeys};
pub use elicitations::{Answered, Asked, AskedQuestion, Asking, Continuation, Inquiry, Round};
pub use envelope::OpenError;
pub use erase::Erasure;
pub use error::{Error, Result};
pub use exchanges::{Exchange, ExchangeSecrets};
pub use idempotency::{IdempotencyKey, KnownIntent};
pub use invocations::{
    Acceptance, Adopted, CallContext, InvocationDraft, InvocationErasure, InvocationKey, Orphan,
    Outcome, Parked, StepUp, Target,
};
pub use journal::{Journal, OrphanedPage, Page, PageKey};
pub use listener::Listener;
pub use migrations::{check_schema, migrate};
pub use own_services::{OwnService, Removal};
pub use payloads::Payload;
pub use refreshes::{Claim, RefreshEnd, Renewal, Turn};
pub use registrations::{ClientOwner, StoredRegistration};
pub use replicas::{Heartbeat, Sweeper};
pub use revocations::{DeadLetter, Due, GrantRules, Origin, Outbox, TokenKind};
pub use ring::{KeyFacts, KeyRing, KeyState, Material, RingDocument, RingError};
pub use server_tasks::TaskBegun;
pub use signal::Signal;
pub use tool_changes::ChangeAcceptance;
pub use tools::{ListedTool, ToolKey};

use crate::data_keys::Vault;
use crate::pool::{Connection, Database};
use crate::signal::Signals;

/// Everything Attaché remembers.
///
/// Cheap to clone; clones share one pool, one vault and one notifier.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    database: Database,
    pool: Pool<AsyncPgConnection>,
    /// One connection that no request ever takes.
    lifeline: Pool<AsyncPgConnection>,
    vault: Arc<Vault>,
    signals: Signals,
    journal: Journal,
    /// Whether no other process has a lease, so that nobody has to be told anything.
    is_alone: AtomicBool,
    clock: Clock,
}

impl Store {
    /// Connects, and makes sure that the schema and the key ring are the ones this
    /// database was used with before.
    ///
    /// `on_signal` is called at once for everything that this process commits, and
    /// for what other processes announce while a [`Listener`] runs. It must not
    /// block.
    pub async fn open(
        url: &SecretString,
        connections: u32,
        ring: KeyRing,
        journal: Journal,
        clock: Clock,
        on_signal: impl Fn(Signal) + Send + Sync + 'static,
    ) -> Result<Self> {
        let database = Database::parse(url)?;
        check_schema(url).await?;
        let pool = database.pool(connections).await?;
        let lifeline = database.pool(1).await?;
        let vault = Arc::new(Vault::new(ring));
        let on_signal = {
            let vault = vault.clone();
            move |signal| {
                if let Signal::KeysGone(user) = signal {
                    vault.forget(user);
                }
                on_signal(signal);
            }
        };
        let store = Self(Arc::new(Inner {
            database,
            pool,
            lifeline,
            signals: Signals::new(on_signal),
            vault,
            journal,
            is_alone: AtomicBool::new(false),
            clock,
        }));
        store.check_keys().await?;
        Ok(store)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        use diesel_async::RunQueryDsl as _;
        use error::During as _;
        let mut connection = self.read().await?;
        diesel::sql_query("SELECT 1").execute(&mut connection).await.during("ping")?;
        Ok(())
    }

    async fn read(&self) -> Result<Connection<'_>> {
        self.0.pool.get().await.map_err(|error| Error::Unavailable(Box::new(error)))
    }

    async fn lifeline(&self) -> Result<Connection<'_>> {
        self.0.lifeline.get().await.map_err(|error| Error::Unavailable(Box::new(error)))
    }

    fn clock(&self) -> &Clock {
        &self.0.clock
    }

    fn journal(&self) -> &Journal {
        &self.0.journal
    }

    fn vault(&self) -> &Vault {
        &self.0.vault
    }
}

/// A value, and where its effects are in the viewer's event log.
pub type Written<T> = (T, EventCursor);
