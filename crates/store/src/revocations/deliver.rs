//! Taking tokens out of the outbox, one by one, until it is empty.

use attache_domain::{AccountId, AccountState, EventKind, RevocationState, ServiceCode, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use super::{Reason, TokenKind, place};
use crate::Store;
use crate::data_keys::Purpose;
use crate::error::{During, Result};
use crate::row;
use crate::schema::{accounts, credentials, revocations};

/// A token whose turn it is.
#[derive(Debug)]
pub struct Due {
    /// The entry of the outbox.
    pub id: Uuid,
    /// Whose token.
    pub user: UserId,
    /// Of which account.
    pub account: AccountId,
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
    /// Whom it speaks for at the service.
    pub subject: Option<String>,
}

/// How long a claimed entry is left alone. Longer than a try may take.
const CLAIM: TimeDelta = TimeDelta::seconds(30);

#[derive(Queryable, Selectable)]
#[diesel(table_name = revocations, check_for_backend(diesel::pg::Pg))]
struct DueRow {
    id: Uuid,
    user_id: Uuid,
    account_id: Uuid,
    service: String,
    generation: i64,
    kind: String,
    sealed_token: Option<Vec<u8>>,
    client: Value,
    attempts: i32,
    created_at: DateTime<Utc>,
    subject: Option<String>,
}

impl Store {
    /// Claims entries of all viewers whose turn it is, at services that viewers added or at the
    /// others. A claim lapses by itself, so a
    /// process that dies between the service's answer and ours means one more try,
    /// never a lost one.
    pub async fn due_revocations(
        &self,
        at_own: bool,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Due>> {
        let entry = diesel::alias!(revocations as entry);
        let pending = row::text_of(&RevocationState::Pending);
        let due = entry
            .filter(entry.field(revocations::state).eq(pending))
            .filter(entry.field(revocations::next_attempt_at).le(now))
            .filter(entry.field(revocations::service).like("OWN\\_%").eq(at_own))
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
        let keys = self.keys_of(user, Purpose::Credentials, [sealed.as_slice()]).await?;
        Ok(Due {
            id: row.id,
            user,
            account: AccountId::from_uuid(row.account_id),
            service: row::service("revocations", &row.service)?,
            kind: row::state("revocations", &row.kind)?,
            token: keys.open_text("token to revoke", place, &sealed)?,
            client: row.client,
            attempts: row.attempts - 1,
            created_at: row.created_at,
            subject: row.subject,
        })
    }

    /// Whether a connected account, of whoever it is, lives on the grant of this token.
    /// `is_same` says of a credential's client whether it is the one that got the token.
    pub async fn is_grant_in_use(
        &self,
        due: &Due,
        is_same: impl Fn(&Value) -> bool,
    ) -> Result<bool> {
        let Some(subject) = &due.subject else {
            return Ok(false);
        };
        let clients: Vec<Option<Value>> = accounts::table
            .inner_join(credentials::table)
            .filter(accounts::service.eq(due.service.as_str()))
            .filter(accounts::subject.eq(subject))
            .filter(accounts::state.ne(row::text_of(&AccountState::Disconnecting)))
            .select(credentials::client)
            .distinct()
            .load(&mut self.read().await?)
            .await
            .during("look for accounts on the same grant")?;
        Ok(clients.iter().flatten().any(is_same))
    }

    /// The service answered for good. When that is the last of what an account was used
    /// with, its person hears of it.
    pub async fn settle_revocation(&self, due: &Due, state: RevocationState) -> Result<()> {
        let keeps_token = matches!(state, RevocationState::Pending | RevocationState::Dead);
        let of_account = || {
            revocations::table
                .filter(revocations::user_id.eq(due.user.uuid()))
                .filter(revocations::account_id.eq(due.account.uuid()))
        };
        let mut tx = self.begin(due.user).await?;
        // All of the account's, so that of two that are settled at the same time one is last.
        let _: Vec<Uuid> = of_account()
            .select(revocations::id)
            .order(revocations::id)
            .for_update()
            .load(tx.sql())
            .await
            .during("lock the revocations of an account")?;
        let settled = diesel::update(revocations::table.find(due.id))
            .filter(revocations::state.eq(row::text_of(&RevocationState::Pending)))
            .set((
                revocations::state.eq(row::text_of(&state)),
                (!keeps_token).then_some((
                    revocations::sealed_token.eq(None::<Vec<u8>>),
                    revocations::subject.eq(None::<String>),
                )),
                revocations::updated_at.eq(tx.now()),
            ))
            .execute(tx.sql())
            .await
            .during("settle a revocation")?;
        if settled == 0 {
            // Somebody else was faster.
            return tx.rollback().await;
        }
        let pending = row::text_of(&RevocationState::Pending);
        let disconnected = row::text_of(&Reason::Disconnected);
        let (is_pending, is_told): (bool, bool) = diesel::select((
            exists(of_account().filter(revocations::state.eq(pending))),
            exists(of_account().filter(revocations::reason.eq(disconnected))),
        ))
        .get_result(tx.sql())
        .await
        .during("look for what is left to revoke")?;
        if is_told && !is_pending {
            tx.emit(EventKind::RevocationUpdated, due.account.uuid(), 1);
        }
        tx.commit().await?;
        self.release_keys(due.user).await;
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
}
