//! The outbox of tokens to revoke at their services.
//!
//! A token leaves its account and enters the outbox in one transaction, so none is
//! ever forgotten while it lives. It is wiped when its service has confirmed.

use attache_domain::{Account, AccountId, Clock, ServiceCode, UserId, uuids};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::Store;
use crate::credentials::{self, Grant, Tokens};
use crate::data_keys::UserKeys;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::row;
use crate::schema::revocations;
use crate::transaction::Transaction;

/// What kind of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TokenKind {
    /// Buys new access tokens.
    Refresh,
    /// Is sent with requests.
    Access,
}

/// What is known of a token at its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RevocationState {
    /// To be revoked, and tried until it is.
    Pending,
    /// The service confirmed.
    Done,
    /// The service has no way to revoke.
    Unsupported,
    /// Given up on. The token is kept for the operator to try again.
    Dead,
}

/// A token whose turn it is.
#[derive(Debug)]
pub struct Due {
    /// The entry of the outbox.
    pub id: Uuid,
    /// Whose token.
    pub user: UserId,
    /// At which service.
    pub service: ServiceCode,
    /// What kind of token.
    pub kind: TokenKind,
    /// The token.
    pub token: SecretString,
    /// At which endpoints and as whom it was obtained.
    pub client: Value,
    /// How often it was tried before.
    pub attempts: i32,
    /// When it entered the outbox.
    pub created_at: DateTime<Utc>,
}

/// How long a claimed entry is left alone. Longer than a try may take.
const CLAIM: TimeDelta = TimeDelta::seconds(30);

#[derive(Queryable, Selectable)]
#[diesel(table_name = revocations, check_for_backend(diesel::pg::Pg))]
struct DueRow {
    id: Uuid,
    user_id: Uuid,
    service: String,
    generation: i64,
    kind: String,
    sealed_token: Option<Vec<u8>>,
    client: Value,
    attempts: i32,
    created_at: DateTime<Utc>,
}

/// Where tokens came from. The account may never have come to be.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Which account.
    pub account: AccountId,
    /// With which generation of its credentials.
    pub generation: i64,
    /// At which service.
    pub service: &'a ServiceCode,
}

#[derive(Insertable)]
#[diesel(table_name = revocations, check_for_backend(diesel::pg::Pg))]
struct Entry {
    id: Uuid,
    user_id: Uuid,
    account_id: Uuid,
    service: String,
    generation: i64,
    kind: String,
    sealed_token: Option<Vec<u8>>,
    client: Value,
    state: String,
    next_attempt_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The entries for the tokens of one grant. A token that its service cannot revoke
/// is not kept, only the fact.
fn entries<'a>(
    user: UserId,
    origin: Origin<'a>,
    grant: Grant,
    is_revocable: &'a impl Fn(&Value, TokenKind) -> bool,
    keys: &'a UserKeys,
    clock: &'a Clock,
) -> impl Iterator<Item = Entry> + 'a {
    let now = clock.now();
    let tokens = [(TokenKind::Refresh, grant.refresh), (TokenKind::Access, Some(grant.access))];
    tokens.into_iter().filter_map(move |(kind, token)| {
        let (id, token) = (clock.uuid(), token?);
        let is_revocable = is_revocable(&grant.client, kind);
        let state =
            if is_revocable { RevocationState::Pending } else { RevocationState::Unsupported };
        let place = place(id, origin.generation, origin.service.as_str());
        Some(Entry {
            id,
            user_id: user.uuid(),
            account_id: origin.account.uuid(),
            service: origin.service.to_string(),
            generation: origin.generation,
            kind: row::text_of(&kind),
            sealed_token: is_revocable.then(|| keys.seal(place, token.expose_secret().as_bytes())),
            client: grant.client.clone(),
            state: row::text_of(&state),
            next_attempt_at: now,
            created_at: now,
            updated_at: now,
        })
    })
}

async fn enter(tx: &mut Transaction<'_>, entries: Vec<Entry>) -> Result<()> {
    diesel::insert_into(revocations::table)
        .values(entries)
        .execute(tx.sql())
        .await
        .during("put tokens into the outbox")?;
    Ok(())
}

/// Moves the tokens of these accounts into the outbox.
pub(crate) async fn take_over(
    tx: &mut Transaction<'_>,
    user: UserId,
    accounts: &[Account],
    keys: &UserKeys,
    clock: &Clock,
    is_revocable: impl Fn(&Value, TokenKind) -> bool,
) -> Result<()> {
    let mut rows = Vec::new();
    for (account, grant) in credentials::take(tx, user, accounts, keys).await? {
        let origin = Origin {
            account: account.id,
            generation: account.generation,
            service: &account.service,
        };
        rows.extend(entries(user, origin, grant, &is_revocable, keys, clock));
    }
    enter(tx, rows).await
}

impl Store {
    /// Puts tokens into the outbox that were issued and then not wanted: the person
    /// disconnected, or it was somebody else's account.
    pub async fn discard_tokens(
        &self,
        user: UserId,
        origin: Origin<'_>,
        tokens: &Tokens,
        is_revocable: impl Fn(&Value, TokenKind) -> bool,
    ) -> Result<()> {
        let Tokens::OAuth { access, refresh, client, .. } = tokens else {
            return Ok(());
        };
        let grant =
            Grant { access: access.clone(), refresh: refresh.clone(), client: client.clone() };
        let keys = self.keys(user).await?;
        let rows = entries(user, origin, grant, &is_revocable, &keys, self.clock()).collect();
        let mut tx = self.begin(user).await?;
        enter(&mut tx, rows).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Claims entries of all viewers whose turn it is. A claim lapses by itself, so a
    /// process that dies between the service's answer and ours means one more try,
    /// never a lost one.
    pub async fn due_revocations(&self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Due>> {
        let entry = diesel::alias!(revocations as entry);
        let pending = row::text_of(&RevocationState::Pending);
        let due = entry
            .filter(entry.field(revocations::state).eq(pending))
            .filter(entry.field(revocations::next_attempt_at).le(now))
            .order(entry.field(revocations::next_attempt_at))
            .limit(limit)
            .select(entry.field(revocations::id))
            .for_update()
            .skip_locked();
        let rows: Vec<DueRow> = diesel::update(revocations::table)
            .filter(revocations::id.eq_any(due))
            .set((
                revocations::next_attempt_at.eq(now + CLAIM),
                revocations::attempts.eq(revocations::attempts + 1),
                revocations::updated_at.eq(now),
            ))
            .returning(DueRow::as_returning())
            .get_results(&mut self.read().await?)
            .await
            .during("claim revocations")?;
        let mut due = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id;
            match self.read_due(row).await {
                Ok(entry) => due.push(entry),
                // One that cannot be read must not keep the others from being revoked. It
                // comes up again, in case a key was missing.
                Err(error) => {
                    tracing::error!(revocation.id = %id, ?error, "a token to revoke cannot be read");
                }
            }
        }
        Ok(due)
    }

    async fn read_due(&self, row: DueRow) -> Result<Due> {
        let user = UserId::from_uuid(row.user_id);
        let sealed = row
            .sealed_token
            .ok_or_else(|| row::inconsistent("revocations", "pending without a token"))?;
        let place = place(row.id, row.generation, &row.service);
        Ok(Due {
            id: row.id,
            user,
            service: row::service("revocations", &row.service)?,
            kind: row::state("revocations", &row.kind)?,
            token: self.keys(user).await?.open_text("token to revoke", place, &sealed)?,
            client: row.client,
            attempts: row.attempts - 1,
            created_at: row.created_at,
        })
    }

    /// The service answered for good.
    pub async fn settle_revocation(&self, id: Uuid, state: RevocationState) -> Result<()> {
        let keeps_token = matches!(state, RevocationState::Pending | RevocationState::Dead);
        diesel::update(revocations::table.find(id))
            .set((
                revocations::state.eq(row::text_of(&state)),
                (!keeps_token).then_some(revocations::sealed_token.eq(None::<Vec<u8>>)),
                revocations::updated_at.eq(self.clock().now()),
            ))
            .execute(&mut self.read().await?)
            .await
            .during("settle a revocation")?;
        Ok(())
    }

    /// The service did not answer; try again then.
    pub async fn postpone_revocation(&self, id: Uuid, until: DateTime<Utc>) -> Result<()> {
        diesel::update(revocations::table.find(id))
            .set((
                revocations::next_attempt_at.eq(until),
                revocations::updated_at.eq(self.clock().now()),
            ))
            .execute(&mut self.read().await?)
            .await
            .during("postpone a revocation")?;
        Ok(())
    }

    /// What is known of the tokens of these accounts at their services. Holds after
    /// the accounts are gone.
    pub async fn revocation_states(
        &self,
        user: UserId,
        accounts: &[AccountId],
        service: Option<&ServiceCode>,
    ) -> Result<Vec<RevocationState>> {
        let is_asked = revocations::account_id
            .eq_any(uuids(accounts))
            .or(revocations::service.nullable().eq(service.map(ServiceCode::as_str)));
        let states: Vec<String> = revocations::table
            .filter(revocations::user_id.eq(user.uuid()))
            .filter(is_asked.assume_not_null())
            .select(revocations::state)
            .distinct()
            .load(&mut self.read().await?)
            .await
            .during("read the state of revocations")?;
        states.iter().map(|state| row::state("revocations", state)).collect()
    }

    /// Forgets revocations of all viewers that ended before `before`.
    pub async fn forget_revocations(&self, before: DateTime<Utc>) -> Result<usize> {
        let ended = [RevocationState::Done, RevocationState::Unsupported];
        diesel::delete(revocations::table)
            .filter(revocations::state.eq_any(ended.iter().map(row::text_of)))
            .filter(revocations::updated_at.lt(before))
            .execute(&mut self.read().await?)
            .await
            .during("forget revocations")
    }
}

fn place(id: Uuid, generation: i64, service: &str) -> Place<'_> {
    Place { row: id, generation, service, kind: Kind::Outbox, version: 1 }
}
