//! What is known of tokens that were to be revoked.

use std::collections::HashMap;

use attache_domain::{AccountId, RevocationState, ServiceCode, UserId};
use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{TokenKind, account_ids};
use crate::Store;
use crate::error::{During, Result};
use crate::row;
use crate::schema::revocations;

/// A token that was given up on. It may still work.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// The entry of the outbox.
    pub id: Uuid,
    /// At which service.
    pub service: ServiceCode,
    /// What kind of token.
    pub kind: TokenKind,
    /// How often it was tried.
    pub attempts: i32,
    /// When it entered the outbox.
    pub created_at: DateTime<Utc>,
    /// Whether it is still there to be tried again. A token whose seal is broken is not.
    pub has_token: bool,
}

/// How many tokens are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outbox {
    /// To be revoked.
    pub pending: i64,
    /// Given up on.
    pub dead: i64,
}

impl Store {
    /// What is known of the tokens of these accounts at their services. Holds after
    /// the accounts are gone.
    pub async fn revocation_states(
        &self,
        user: UserId,
        accounts: &[AccountId],
        service: Option<&ServiceCode>,
    ) -> Result<Vec<RevocationState>> {
        let is_asked = revocations::account_id
            .eq_any(account_ids(accounts))
            .or(revocations::service.nullable().eq(service.map(ServiceCode::as_str)));
        let states: Vec<String> = revocations::table
            .filter(revocations::user_id.eq(user.uuid()))
            .filter(revocations::state.ne(row::text_of(&RevocationState::Held)))
            .filter(is_asked.assume_not_null())
            .select(revocations::state)
            .distinct()
            .load(&mut self.read().await?)
            .await
            .during("read the state of revocations")?;
        states.iter().map(|state| row::state("revocations", state)).collect()
    }

    /// What became of what each of these accounts was used with.
    pub async fn revocations_of(
        &self,
        user: UserId,
        accounts: &[AccountId],
    ) -> Result<HashMap<AccountId, (ServiceCode, RevocationState)>> {
        let rows: Vec<(Uuid, String, String)> = revocations::table
            .filter(revocations::user_id.eq(user.uuid()))
            .filter(revocations::account_id.eq_any(account_ids(accounts)))
            .select((revocations::account_id, revocations::service, revocations::state))
            .distinct()
            .load(&mut self.read().await?)
            .await
            .during("read what became of credentials")?;
        let mut of_accounts: HashMap<AccountId, (ServiceCode, Vec<RevocationState>)> =
            HashMap::new();
        for (account, service, state) in rows {
            let service = row::service("revocations", &service)?;
            let entry = of_accounts
                .entry(AccountId::from_uuid(account))
                .or_insert_with(|| (service, Vec::new()));
            entry.1.push(row::state("revocations", &state)?);
        }
        Ok(of_accounts
            .into_iter()
            .filter_map(|(account, (service, states))| {
                Some((account, (service, RevocationState::overall(&states)?)))
            })
            .collect())
    }

    /// Tokens of all viewers that were given up on, oldest first.
    pub async fn dead_letters(
        &self,
        service: Option<&ServiceCode>,
        limit: i64,
    ) -> Result<Vec<DeadLetter>> {
        type Row = (Uuid, String, String, i32, DateTime<Utc>, bool);
        let mut dead = revocations::table
            .filter(revocations::state.eq(row::text_of(&RevocationState::Dead)))
            .order(revocations::created_at)
            .limit(limit)
            .select((
                revocations::id,
                revocations::service,
                revocations::kind,
                revocations::attempts,
                revocations::created_at,
                revocations::sealed_token.is_not_null(),
            ))
            .into_boxed();
        if let Some(service) = service {
            dead = dead.filter(revocations::service.eq(service.as_str()));
        }
        let rows: Vec<Row> =
            dead.load(&mut self.read().await?).await.during("list dead letters")?;
        rows.into_iter()
            .map(|(id, service, kind, attempts, created_at, has_token)| {
                Ok(DeadLetter {
                    id,
                    service: row::service("revocations", &service)?,
                    kind: row::state("revocations", &kind)?,
                    attempts,
                    created_at,
                    has_token,
                })
            })
            .collect()
    }

    /// Has tokens of all viewers tried again that were given up on, for as long as new ones
    /// are. Says how many.
    pub async fn retry_dead_letters(&self, service: Option<&ServiceCode>) -> Result<usize> {
        let now = self.clock().now();
        let mut dead = diesel::update(revocations::table)
            .filter(revocations::state.eq(row::text_of(&RevocationState::Dead)))
            .filter(revocations::sealed_token.is_not_null())
            .set((
                revocations::state.eq(row::text_of(&RevocationState::Pending)),
                revocations::attempts.eq(0),
                revocations::next_attempt_at.eq(now),
                revocations::created_at.eq(now),
                revocations::updated_at.eq(now),
            ))
            .into_boxed();
        if let Some(service) = service {
            dead = dead.filter(revocations::service.eq(service.as_str()));
        }
        dead.execute(&mut self.read().await?).await.during("retry dead letters")
    }

    /// How much is left to revoke of all viewers at a service.
    pub async fn outbox(&self, service: &ServiceCode) -> Result<Outbox> {
        let counts: Vec<(String, i64)> =
            revocations::table
                .filter(revocations::service.eq(service.as_str()))
                .filter(revocations::state.eq_any(
                    [RevocationState::Pending, RevocationState::Dead].iter().map(row::text_of),
                ))
                .group_by(revocations::state)
                .select((revocations::state, count_star()))
                .load(&mut self.read().await?)
                .await
                .during("count what is left to revoke")?;
        let of = |state| {
            let text = row::text_of(&state);
            counts.iter().find(|(it, _)| *it == text).map_or(0, |(_, count)| *count)
        };
        Ok(Outbox { pending: of(RevocationState::Pending), dead: of(RevocationState::Dead) })
    }

    /// Forgets revocations of all viewers that ended before `before`.
    pub async fn forget_revocations(&self, before: DateTime<Utc>) -> Result<usize> {
        // One that is dead and cannot be read is nothing that anybody can do anything about.
        let ended = [
            RevocationState::Done,
            RevocationState::Unsupported,
            RevocationState::Spared,
            RevocationState::Dead,
        ];
        diesel::delete(revocations::table)
            .filter(revocations::sealed_token.is_null())
            .filter(revocations::state.eq_any(ended.iter().map(row::text_of)))
            .filter(revocations::updated_at.lt(before))
            .execute(&mut self.read().await?)
            .await
            .during("forget revocations")
    }
}
