//! The outbox of tokens to revoke at their services.
//!
//! A token leaves its account and enters the outbox in one transaction, so none is
//! ever forgotten while it lives. It is wiped when its service has confirmed.

mod deliver;
mod discard;
mod outlive;
mod proof;

use std::collections::BTreeSet;

use attache_domain::{
    Account, AccountId, RevocationReach, RevocationState, ServiceCode, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use deliver::Due;
pub(crate) use outlive::hand_over;
pub use proof::{DeadLetter, Outbox};

use crate::credentials::{self, Grant, Taken};
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
    /// A key that the person made there. No service takes those back from us.
    Key,
}

/// Why a token is not wanted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Reason {
    /// Its account was disconnected.
    Disconnected,
    /// Its account was connected again.
    Replaced,
    /// No account came of it.
    Unwanted,
}

/// What services do with tokens that are revoked. It is read off the client that got them,
/// which nobody in this crate understands.
#[derive(Clone, Copy, Debug)]
pub struct GrantRules {
    /// Whether tokens of this kind can be revoked at all.
    pub can_revoke: fn(&Value, TokenKind) -> bool,
    /// What else ends when one is. `None` where nobody knows.
    pub reach: fn(&Value) -> Option<RevocationReach>,
}

impl GrantRules {
    /// Whether to revoke one token might end another one that is of use.
    fn may_reach_others(&self, client: &Value) -> bool {
        (self.reach)(client) != Some(RevocationReach::Consent)
    }
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
    /// Who they speak for there, as far as the service said so.
    pub subject: Option<&'a str>,
    /// Whether they were bought with a token of that generation, and not given for a consent of
    /// their own: ending them may then end what the account is used with.
    pub is_renewed: bool,
}

impl<'a> Origin<'a> {
    /// The account as it is.
    pub(crate) fn of(account: &'a Account) -> Self {
        Self {
            account: account.id,
            generation: account.generation,
            service: &account.service,
            subject: account.subject.as_deref(),
            is_renewed: false,
        }
    }
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
    reason: String,
    subject: Option<String>,
    next_attempt_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Collects what goes into the outbox together.
struct Letter<'a> {
    user: UserId,
    origin: Origin<'a>,
    reason: Reason,
    entries: Vec<Entry>,
}

impl<'a> Letter<'a> {
    fn new(user: UserId, origin: Origin<'a>, reason: Reason) -> Self {
        Self { user, origin, reason, entries: Vec::new() }
    }

    fn add(&mut self, tx: &Transaction<'_>, kind: TokenKind, client: Value) -> &mut Entry {
        let (origin, now) = (self.origin, tx.now());
        self.entries.push(Entry {
            id: tx.uuid(),
            user_id: self.user.uuid(),
            account_id: origin.account.uuid(),
            service: origin.service.to_string(),
            generation: origin.generation,
            kind: row::text_of(&kind),
            sealed_token: None,
            client,
            state: row::text_of(&RevocationState::Unsupported),
            reason: row::text_of(&self.reason),
            subject: origin.subject.map(str::to_owned),
            next_attempt_at: now,
            created_at: now,
            updated_at: now,
        });
        self.entries.last_mut().expect("just pushed")
    }

    /// The tokens of a grant. One that its service cannot revoke is not kept, only the fact.
    fn add_grant(
        &mut self,
        tx: &Transaction<'_>,
        grant: Grant,
        state: RevocationState,
        rules: GrantRules,
        keys: &UserKeys,
    ) {
        let place = |entry: &Entry, origin: Origin<'a>| {
            place(entry.id, origin.generation, origin.service.as_str())
        };
        let origin = self.origin;
        let tokens = [(TokenKind::Refresh, grant.refresh), (TokenKind::Access, Some(grant.access))];
        for (kind, token) in tokens {
            let Some(token) = token else { continue };
            let can_revoke = (rules.can_revoke)(&grant.client, kind);
            let entry = self.add(tx, kind, grant.client.clone());
            if can_revoke {
                let token = token.expose_secret().as_bytes();
                entry.sealed_token = Some(keys.seal(place(entry, origin), token));
                entry.state = row::text_of(&state);
            }
        }
    }

    fn add_taken(
        &mut self,
        tx: &Transaction<'_>,
        taken: Taken,
        state: RevocationState,
        rules: GrantRules,
        keys: &UserKeys,
    ) {
        match taken {
            Taken::Grant(grant) => self.add_grant(tx, grant, state, rules, keys),
            Taken::Key => {
                self.add(tx, TokenKind::Key, Value::Null);
            }
            Taken::Broken(kind, client) => {
                self.add(tx, kind, client).state = row::text_of(&RevocationState::Dead);
            }
        }
    }

    async fn enter(self, tx: &mut Transaction<'_>) -> Result<()> {
        diesel::insert_into(revocations::table)
            .values(self.entries)
            .execute(tx.sql())
            .await
            .during("put tokens into the outbox")?;
        Ok(())
    }
}

/// Moves what these accounts are used with into the outbox, and what was held for them. Says
/// of which accounts there is nothing left to do.
pub(crate) async fn take_over(
    tx: &mut Transaction<'_>,
    user: UserId,
    accounts: &[Account],
    keys: &UserKeys,
    rules: GrantRules,
) -> Result<Vec<AccountId>> {
    for (account, taken) in credentials::take(tx, user, accounts, keys).await? {
        let mut letter = Letter::new(user, Origin::of(account), Reason::Disconnected);
        letter.add_taken(tx, taken, RevocationState::Pending, rules, keys);
        letter.enter(tx).await?;
    }
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.id.uuid()).collect();
    let_go(tx, user, &ids).await?;
    let states: Vec<(Uuid, String)> = revocations::table
        .filter(revocations::user_id.eq(user.uuid()))
        .filter(revocations::account_id.eq_any(ids))
        .select((revocations::account_id, revocations::state))
        .distinct()
        .load(tx.sql())
        .await
        .during("look for what is to revoke")?;
    let pending = row::text_of(&RevocationState::Pending);
    let is_pending = |id: &Uuid| states.iter().any(|(of, state)| of == id && *state == pending);
    let ids: BTreeSet<Uuid> =
        states.iter().map(|(id, _)| *id).filter(|id| !is_pending(id)).collect();
    Ok(ids.into_iter().map(AccountId::from_uuid).collect())
}

/// Lets go of what was held for these accounts.
async fn let_go(tx: &mut Transaction<'_>, user: UserId, accounts: &[Uuid]) -> Result<()> {
    diesel::update(revocations::table)
        .filter(revocations::user_id.eq(user.uuid()))
        .filter(revocations::account_id.eq_any(accounts))
        .filter(revocations::state.eq(row::text_of(&RevocationState::Held)))
        .set((
            revocations::state.eq(row::text_of(&RevocationState::Pending)),
            revocations::next_attempt_at.eq(tx.now()),
            // From now on it is tried for three days.
            revocations::created_at.eq(tx.now()),
            revocations::updated_at.eq(tx.now()),
        ))
        .execute(tx.sql())
        .await
        .during("let go of tokens that were held")?;
    Ok(())
}

/// Puts into the outbox what an account was used with before it was connected again. Where
/// to revoke it might end the new grant, it is held for as long as the account lives.
pub(crate) async fn replaced(
    tx: &mut Transaction<'_>,
    user: UserId,
    origin: Origin<'_>,
    taken: Taken,
    keys: &UserKeys,
    rules: GrantRules,
) -> Result<()> {
    let may_reach = match &taken {
        Taken::Grant(grant) => rules.may_reach_others(&grant.client),
        // A person who pastes a new key knows best what to do with the old one.
        Taken::Key => return Ok(()),
        Taken::Broken(..) => false,
    };
    let state = if may_reach { RevocationState::Held } else { RevocationState::Pending };
    if !may_reach {
        // They were held for the sake of the consent that is replaced now.
        let_go(tx, user, &[origin.account.uuid()]).await?;
    }
    let mut letter = Letter::new(user, origin, Reason::Replaced);
    letter.add_taken(tx, taken, state, rules, keys);
    letter.enter(tx).await
}

fn place(id: Uuid, generation: i64, service: &str) -> Place<'_> {
    Place { row: id, generation, service, kind: Kind::Outbox, version: 1 }
}

/// The ids of accounts as the table has them.
fn account_ids(accounts: &[AccountId]) -> Vec<Uuid> {
    uuids(accounts)
}
