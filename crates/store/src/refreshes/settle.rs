//! The end of a turn.

use attache_domain::{AccountState, EventKind, Freshness, Problem};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use uuid::Uuid;

use super::{RefreshState, Turn};
use crate::Store;
use crate::accounts::give_up;
use crate::credentials::{Credential, Tokens};
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::row;
use crate::schema::{accounts, credentials, refreshes};
use crate::transaction::Transaction;

/// Tokens that a turn brought.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The new access token.
    pub access: SecretString,
    /// The new refresh token. `None` keeps the old one (RFC 6749, section 6).
    pub refresh: Option<SecretString>,
    /// When they were issued.
    pub issued_at: DateTime<Utc>,
    /// How long the access token lives, when the service said so.
    pub lifetime: Option<TimeDelta>,
    /// What it is good for, when the service said so.
    pub scopes: Option<Vec<String>>,
}

impl Renewal {
    /// When the access token lapses, where that is known.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.issued_at.checked_add_signed(self.lifetime?)
    }

    /// The same, as tokens of the turn's grant that nobody wants any more.
    pub fn into_tokens(self, client: Value) -> Tokens {
        let expires_at = self.expires_at();
        let Self { access, refresh, issued_at, .. } = self;
        Tokens::OAuth { access, refresh, issued_at, expires_at, client }
    }
}

/// How a turn ended without new tokens.
#[derive(Clone, Copy, Debug)]
pub enum RefreshEnd<'a> {
    /// The service did not do it. Not before then.
    Later(DateTime<Utc>),
    /// Nobody knows what the service did. To be found out from then on.
    Uncertain(DateTime<Utc>),
    /// The service does not accept the grant any more: the person has to consent again.
    Over(&'a Problem),
}

impl Store {
    /// Stores what a turn brought. `None` when the turn is over or the credential moved on:
    /// the tokens are nobody's then, and have to be revoked. Tokens that were stored before,
    /// by a commit whose success was not heard of, are stored.
    ///
    /// `is_late` accepts tokens whose turn is over as long as nobody else has one and the
    /// credential is still the one that they were bought with. That is how tokens come home
    /// that outlived their process in a journal.
    pub async fn commit_refresh(
        &self,
        turn: &Turn,
        renewal: &Renewal,
        is_late: bool,
    ) -> Result<Option<Credential>> {
        let keys = self.keys(turn.user, Purpose::Credentials).await?;
        let version = turn.version + 1;
        let seal = |kind, secret: &SecretString| {
            let place = Place {
                row: turn.account.uuid(),
                generation: turn.generation,
                service: turn.service.as_str(),
                kind,
                version,
            };
            keys.seal(place, secret.expose_secret().as_bytes())
        };
        let sealed_access = seal(Kind::AccessToken, &renewal.access);
        let refresh = renewal.refresh.as_ref().unwrap_or(&turn.refresh);
        let sealed_refresh = seal(Kind::RefreshToken, refresh);

        let mut tx = self.begin(turn.user).await?;
        let now = tx.now();
        let Some((state, scopes, revision)) = lock_account(&mut tx, turn).await? else {
            tx.rollback().await?;
            return self.unheard(turn, stored_now(turn, renewal, None)).await;
        };
        let freshness = renewal.expires_at().map(|expires_at| {
            let [jitter] = tx.random();
            Freshness::of(renewal.issued_at, expires_at, jitter)
        });
        let turn_row = refreshes::table
            .filter(refreshes::account_id.eq(turn.account.uuid()))
            .filter(refreshes::user_id.eq(turn.user.uuid()));
        let ended = (
            refreshes::state.eq(row::text_of(&RefreshState::Idle)),
            refreshes::due_at.eq(freshness.map(|it| it.due_at)),
            refreshes::lease_id.eq(None::<Uuid>),
            refreshes::lease_until.eq(None::<DateTime<Utc>>),
            refreshes::started_at.eq(None::<DateTime<Utc>>),
            refreshes::failures.eq(0),
            refreshes::updated_at.eq(now),
        );
        let is_ours = refreshes::lease_id.eq(turn.lease);
        let is_nobodys = refreshes::lease_id.is_null();
        let ending = if is_late {
            diesel::update(turn_row.filter(is_ours.or(is_nobodys).assume_not_null()))
                .set(ended)
                .execute(tx.sql())
                .await
        } else {
            diesel::update(turn_row.filter(is_ours)).set(ended).execute(tx.sql()).await
        };
        let stored = match ending.during("end a turn")? {
            0 => 0,
            _ => diesel::update(credentials::table.find(turn.account.uuid()))
                .filter(credentials::user_id.eq(turn.user.uuid()))
                .filter(credentials::generation.eq(turn.generation))
                .filter(credentials::version.eq(turn.version))
                .set((
                    credentials::version.eq(version),
                    credentials::sealed_access.eq(sealed_access),
                    credentials::sealed_refresh.eq(sealed_refresh),
                    credentials::access_expires_at.eq(renewal.expires_at()),
                    credentials::issued_at.eq(renewal.issued_at),
                    credentials::updated_at.eq(now),
                ))
                .execute(tx.sql())
                .await
                .during("store renewed tokens")?,
        };
        if stored == 0 {
            tx.rollback().await?;
            return self.unheard(turn, stored_now(turn, renewal, freshness)).await;
        }
        let scopes = renewal.scopes.as_deref().and_then(|now| shrunk(&scopes, now));
        let was_given_up = state == row::text_of(&AccountState::NeedsReauthorization);
        if scopes.is_some() || was_given_up {
            let revision = revision + 1;
            diesel::update(accounts::table.find(turn.account.uuid()))
                .set((
                    scopes.map(|scopes| accounts::granted_scopes.eq(scopes)),
                    accounts::state.eq(row::text_of(&AccountState::Connected)),
                    accounts::problem.eq(None::<Value>),
                    accounts::revision.eq(revision),
                    accounts::updated_at.eq(now),
                ))
                .execute(tx.sql())
                .await
                .during("note what renewed tokens are good for")?;
            tx.emit(EventKind::AccountUpdated, turn.account.uuid(), revision);
        }
        tx.commit().await?;
        Ok(Some(stored_now(turn, renewal, freshness)))
    }

    /// Tokens that could not be stored, unless that is because they are.
    async fn unheard(&self, turn: &Turn, credential: Credential) -> Result<Option<Credential>> {
        let (user, account, service) = (turn.user, turn.account, &turn.service);
        let generation = turn.generation;
        let is_stored =
            self.is_in_use(user, account, generation, service, &credential.secret).await?;
        Ok(is_stored.then_some(credential))
    }

    /// Ends a turn without new tokens. `false` when it was over already.
    pub async fn end_refresh(&self, turn: &Turn, end: RefreshEnd<'_>) -> Result<bool> {
        let mut tx = self.begin(turn.user).await?;
        let now = tx.now();
        if let RefreshEnd::Over(_) = end
            && lock_account(&mut tx, turn).await?.is_none()
        {
            tx.rollback().await?;
            return Ok(false);
        }
        let (state, due_at) = match end {
            RefreshEnd::Later(at) => (RefreshState::Idle, Some(at)),
            RefreshEnd::Uncertain(at) => (RefreshState::Uncertain, Some(at)),
            RefreshEnd::Over(_) => (RefreshState::Idle, None),
        };
        let ended = diesel::update(refreshes::table.find(turn.account.uuid()))
            .filter(refreshes::user_id.eq(turn.user.uuid()))
            .filter(refreshes::lease_id.eq(turn.lease))
            .set((
                refreshes::state.eq(row::text_of(&state)),
                refreshes::due_at.eq(due_at),
                refreshes::lease_id.eq(None::<Uuid>),
                refreshes::lease_until.eq(None::<DateTime<Utc>>),
                (state == RefreshState::Idle)
                    .then_some(refreshes::started_at.eq(None::<DateTime<Utc>>)),
                refreshes::failures.eq(refreshes::failures + 1),
                refreshes::updated_at.eq(now),
            ))
            .execute(tx.sql())
            .await
            .during("end a turn")?;
        if ended == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        if let RefreshEnd::Over(problem) = end {
            give_up(&mut tx, turn.user, turn.account, problem).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// A process that had this turn is gone: somebody has to find out what became of it.
    /// Turns of all viewers, because a lease bears no name.
    pub async fn abandon_turn(&self, lease: Uuid) -> Result<()> {
        let now = self.clock().now();
        diesel::update(refreshes::table)
            .filter(refreshes::lease_id.eq(lease))
            .set((
                refreshes::state.eq(row::text_of(&RefreshState::Uncertain)),
                refreshes::due_at.eq(now),
                refreshes::lease_id.eq(None::<Uuid>),
                refreshes::lease_until.eq(None::<DateTime<Utc>>),
                refreshes::updated_at.eq(now),
            ))
            .execute(&mut self.read().await?)
            .await
            .during("abandon a turn")?;
        Ok(())
    }
}

/// What an account is used with once a renewal is stored.
fn stored_now(turn: &Turn, renewal: &Renewal, freshness: Option<Freshness>) -> Credential {
    Credential {
        secret: renewal.access.clone(),
        version: turn.version + 1,
        fresh_until: freshness.map(|it| it.fresh_until),
        expires_at: renewal.expires_at(),
        is_renewable: true,
        is_key: false,
    }
}

/// Locks the account that a turn is about, before its credential is: everybody who
/// changes both does so in this order. `None` when the account moved on.
async fn lock_account(
    tx: &mut Transaction<'_>,
    turn: &Turn,
) -> Result<Option<(String, Vec<String>, i32)>> {
    accounts::table
        .filter(accounts::id.eq(turn.account.uuid()))
        .filter(accounts::user_id.eq(turn.user.uuid()))
        .filter(accounts::generation.eq(turn.generation))
        .filter(accounts::state.ne(row::text_of(&AccountState::Disconnecting)))
        .select((accounts::state, accounts::granted_scopes, accounts::revision))
        .for_update()
        .first(tx.sql())
        .await
        .optional()
        .during("lock the account of a renewal")
}

/// What is left of `granted`, if that is less: a renewal never grants more.
fn shrunk(granted: &[String], now: &[String]) -> Option<Vec<String>> {
    let left: Vec<String> = granted.iter().filter(|scope| now.contains(scope)).cloned().collect();
    (left.len() < granted.len()).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_may_take_scopes_away_and_never_adds_one() {
        let scopes = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(shrunk(&scopes("a b"), &scopes("b a")), None);
        assert_eq!(shrunk(&scopes("a b"), &scopes("b c")), Some(scopes("b")));
        assert_eq!(shrunk(&scopes("a b"), &scopes("a b c")), None);
    }
}
