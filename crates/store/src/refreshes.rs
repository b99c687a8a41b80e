//! Turns at renewing credentials: one process at a time asks the service, and whatever
//! becomes of it, what is stored is either the old tokens or the new ones.
//!
//! A turn is a lease in a row and no lock, because nothing here may span the network.
//! What was asked for is written down under the lease, the credential's version and its
//! generation: who was too slow, or whose account moved on, finds that out by having
//! written nothing.

mod claim;
mod settle;

use attache_domain::{Account, AccountId, Freshness, ServiceCode, UserId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use claim::Claim;
pub use settle::{RefreshEnd, Renewal};

use crate::error::{During, Result};
use crate::row;
use crate::schema::refreshes;
use crate::transaction::Transaction;

/// How long a turn lasts: longer than a service may take to answer, and than the answer
/// takes to be written down. Told by the clock of the database.
const LEASE: &str = "clock_timestamp() + interval '15 seconds'";

/// How the renewal of a credential stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RefreshState {
    /// Nobody is at it.
    Idle,
    /// Somebody is.
    Refreshing,
    /// The service was asked, and nobody knows what it did. The refresh token may be
    /// spent.
    Uncertain,
}

/// A turn at renewing a credential.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Whose credential.
    pub user: UserId,
    /// Of which account.
    pub account: AccountId,
    /// At which service.
    pub service: ServiceCode,
    /// The account's generation.
    pub generation: i64,
    /// The credential's version.
    pub version: i64,
    /// Names the turn.
    pub lease: Uuid,
    /// Buys the new tokens.
    pub refresh: SecretString,
    /// At which endpoints and as whom the tokens were obtained.
    pub client: Value,
    /// Whose account it is there, when the service says so.
    pub subject: Option<String>,
    /// Whether an earlier turn ended without anybody knowing how, so that the refresh
    /// token may be spent already.
    pub is_doubtful: bool,
    /// How often in a row it did not work before.
    pub failures: i32,
}

/// Expects a credential that was just stored to be renewed.
pub(crate) async fn expect(
    tx: &mut Transaction<'_>,
    user: UserId,
    account: &Account,
    issued_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let [jitter] = tx.random();
    let due_at = expires_at.map(|at| Freshness::of(issued_at, at, jitter).due_at);
    let now = tx.now();
    diesel::insert_into(refreshes::table)
        .values((
            refreshes::account_id.eq(account.id.uuid()),
            refreshes::user_id.eq(user.uuid()),
            refreshes::service.eq(account.service.as_str()),
            refreshes::state.eq(row::text_of(&RefreshState::Idle)),
            refreshes::due_at.eq(due_at),
            refreshes::updated_at.eq(now),
        ))
        .execute(tx.sql())
        .await
        .during("expect a renewal")?;
    Ok(())
}
