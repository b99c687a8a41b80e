//! Tries at connecting an account: their states, without their secrets.

mod end;

use attache_domain::{
    AccountId, AttemptState, ConnectAttempt, ConnectAttemptId, EventKind, Problem, ServiceCode,
    UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::dsl::count;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use self::end::{Abandoned, abandon, end};
use crate::data_keys::{Purpose, UserKeys};
use crate::envelope::{Kind, Place};
use crate::error::{During, Error, Result};
use crate::idempotency::{self, IdempotencyKey};
use crate::row;
use crate::schema::{attempt_exchanges, connect_attempts};
use crate::transaction::Transaction;
use crate::{Store, Written};

/// How often a state may be brought by somebody it does not belong to before the
/// attempt is burnt.
const MAX_MISMATCHES: i16 = 3;

/// An attempt about to begin, with its secrets.
pub struct AttemptDraft {
    /// Its id.
    pub id: ConnectAttemptId,
    /// Where.
    pub service: ServiceCode,
    /// The account to reauthorize.
    pub account: Option<AccountId>,
    /// When it lapses.
    pub expires_at: DateTime<Utc>,
    /// SHA-256 of the OAuth state.
    pub state_hash: [u8; 32],
    /// Issuer, endpoints, client and redirect address, as they are now.
    pub plan: Value,
    /// Where to send the person. Holds the state.
    pub url: SecretString,
    /// The PKCE verifier.
    pub verifier: SecretString,
}

/// What came of beginning an attempt.
#[derive(Debug)]
pub enum Begun {
    /// It began.
    New(Box<Written<ConnectAttempt>>),
    /// The idempotency key was taken in the meantime.
    KeyTaken,
}

/// How much a viewer is connecting already.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AttemptPressure {
    /// Pending attempts.
    pub pending: i64,
    /// Pending attempts at the service in question.
    pub pending_at_service: i64,
    /// Attempts begun since the instant in question.
    pub recent: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = connect_attempts, check_for_backend(diesel::pg::Pg))]
pub(crate) struct AttemptRow {
    id: Uuid,
    service: String,
    account_id: Option<Uuid>,
    state: String,
    problem: Option<Value>,
    revision: i32,
    expires_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

const TABLE: &str = "connect_attempts";

impl TryFrom<AttemptRow> for ConnectAttempt {
    type Error = Error;

    fn try_from(attempt: AttemptRow) -> Result<Self> {
        let state: AttemptState = row::state(TABLE, &attempt.state)?;
        let problem = row::problem(TABLE, attempt.problem)?;
        if problem.is_some() != (state.is_final() && state != AttemptState::Succeeded) {
            return Err(row::inconsistent(TABLE, format!("{state:?} with problem {problem:?}")));
        }
        Ok(Self {
            id: ConnectAttemptId::from_uuid(attempt.id),
            service: row::service(TABLE, &attempt.service)?,
            state,
            account: attempt.account_id.map(AccountId::from_uuid),
            problem,
            expires_at: attempt.expires_at,
            revision: attempt.revision,
            updated_at: attempt.updated_at,
        })
    }
}

impl Store {
    /// How much the viewer is connecting already.
    pub async fn attempt_pressure(
        &self,
        user: UserId,
        service: &ServiceCode,
        since: DateTime<Utc>,
    ) -> Result<AttemptPressure> {
        let pending = connect_attempts::state.eq(row::text_of(&AttemptState::Pending));
        let here = connect_attempts::service.eq(service.as_str());
        let recent = connect_attempts::created_at.gt(since);
        let (pending, pending_at_service, recent) = connect_attempts::table
            .filter(connect_attempts::user_id.eq(user.uuid()))
            .filter(pending.clone().or(recent))
            .select((
                count(connect_attempts::id).aggregate_filter(pending.clone()),
                count(connect_attempts::id).aggregate_filter(pending.and(here)),
                count(connect_attempts::id).aggregate_filter(recent),
            ))
            .first(&mut self.read().await?)
            .await
            .during("count connect attempts")?;
        Ok(AttemptPressure { pending, pending_at_service, recent })
    }

    /// Begins an attempt. The viewer must have been seen.
    pub async fn begin_attempt(
        &self,
        user: UserId,
        draft: &AttemptDraft,
        key: Option<&IdempotencyKey>,
    ) -> Result<Begun> {
        let mut tries = 0;
        loop {
            let keys = self.keys(user, Purpose::Credentials).await?;
            match self.try_begin(user, draft, key, &keys).await {
                Err(error) if self.has_lost_keys(user, &error, &mut tries) => {}
                done => return done,
            }
        }
    }

    async fn try_begin(
        &self,
        user: UserId,
        draft: &AttemptDraft,
        key: Option<&IdempotencyKey>,
        keys: &UserKeys,
    ) -> Result<Begun> {
        let id = draft.id.uuid();
        let mut tx = self.begin(user).await?;
        let now = tx.now();
        if let Some(key) = key
            && !idempotency::take(tx.sql(), user, key, id, now).await?
        {
            tx.rollback().await?;
            return Ok(Begun::KeyTaken);
        }
        let attempt = insert(&mut tx, user, draft, keys).await?;
        Ok(Begun::New(Box::new((attempt, tx.commit().await?))))
    }

    /// These attempts, as far as they are the viewer's.
    pub async fn attempts_by_id(
        &self,
        user: UserId,
        ids: &[ConnectAttemptId],
    ) -> Result<Vec<ConnectAttempt>> {
        let ids = uuids(ids);
        let rows: Vec<AttemptRow> = connect_attempts::table
            .filter(connect_attempts::user_id.eq(user.uuid()))
            .filter(connect_attempts::id.eq_any(ids))
            .select(AttemptRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load connect attempts")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The viewer's pending attempts, newest first, at most `limit`.
    pub async fn pending_attempts(&self, user: UserId, limit: i64) -> Result<Vec<ConnectAttempt>> {
        let rows: Vec<AttemptRow> = connect_attempts::table
            .filter(connect_attempts::user_id.eq(user.uuid()))
            .filter(connect_attempts::state.eq(row::text_of(&AttemptState::Pending)))
            .order((connect_attempts::created_at.desc(), connect_attempts::id.desc()))
            .limit(limit)
            .select(AttemptRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load pending connect attempts")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The viewer's attempt that this state belongs to.
    pub async fn attempt_by_state(
        &self,
        user: UserId,
        state_hash: &[u8; 32],
    ) -> Result<Option<ConnectAttempt>> {
        let row: Option<AttemptRow> = connect_attempts::table
            .filter(connect_attempts::user_id.eq(user.uuid()))
            .filter(connect_attempts::state_hash.eq(state_hash.to_vec()))
            .select(AttemptRow::as_select())
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("find a connect attempt by its state")?;
        row.map(TryInto::try_into).transpose()
    }

    /// The viewer's attempt whose callback was kept for this ticket.
    pub async fn attempt_by_ticket(
        &self,
        user: UserId,
        ticket_hash: &[u8; 32],
    ) -> Result<Option<ConnectAttempt>> {
        let row: Option<AttemptRow> = connect_attempts::table
            .filter(connect_attempts::user_id.eq(user.uuid()))
            .filter(connect_attempts::ticket_hash.eq(ticket_hash.to_vec()))
            .select(AttemptRow::as_select())
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("find a connect attempt by its ticket")?;
        row.map(TryInto::try_into).transpose()
    }

    /// Ends an attempt that is in one of the states `from`, and shreds its secrets.
    /// `None` when it is not.
    pub async fn end_attempt(
        &self,
        user: UserId,
        id: ConnectAttemptId,
        from: &[AttemptState],
        to: AttemptState,
        problem: &Problem,
    ) -> Result<Option<Written<ConnectAttempt>>> {
        debug_assert!(from.iter().all(|state| state.may_become(to)));
        let mut tx = self.begin(user).await?;
        let Some(attempt) = end(&mut tx, user, id, from, to, Some(problem), None).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        let cursor = tx.commit().await?;
        if to.is_final() {
            self.release_keys(user).await;
        }
        Ok(Some((attempt, cursor)))
    }

    /// Gives up an exchange whose answer is nowhere. `false` when it is over, or the answer was
    /// kept meanwhile by whoever found it: the secrets that go with an attempt would be the only
    /// place where it is.
    pub async fn end_unanswered(
        &self,
        user: UserId,
        id: ConnectAttemptId,
        problem: &Problem,
    ) -> Result<bool> {
        let (from, to) = (AttemptState::Exchanging, AttemptState::Failed);
        let mut tx = self.begin(user).await?;
        let is_over = !self::end::is_unanswered(&mut tx, user, id).await?
            || end(&mut tx, user, id, &[from], to, Some(problem), None).await?.is_none();
        if is_over {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.commit().await?;
        self.release_keys(user).await;
        Ok(true)
    }

    /// Somebody brought a state that is not theirs. Its owner's attempt is burnt when
    /// that happens too often. There is no owner argument because the owner is who
    /// has to be found; nothing about them is returned.
    pub async fn note_mismatch(&self, state_hash: &[u8; 32], problem: &Problem) -> Result<()> {
        let noted: Option<(Uuid, Uuid, i16)> = diesel::update(connect_attempts::table)
            .filter(connect_attempts::state_hash.eq(state_hash.to_vec()))
            .filter(connect_attempts::state.eq(row::text_of(&AttemptState::Pending)))
            .set(connect_attempts::mismatches.eq(connect_attempts::mismatches + 1))
            .returning((
                connect_attempts::user_id,
                connect_attempts::id,
                connect_attempts::mismatches,
            ))
            .get_result(&mut self.read().await?)
            .await
            .optional()
            .during("note a mismatch")?;
        if let Some((user, id, mismatches)) = noted
            && mismatches >= MAX_MISMATCHES
        {
            let (user, id) = (UserId::from_uuid(user), ConnectAttemptId::from_uuid(id));
            self.end_attempt(user, id, &[AttemptState::Pending], AttemptState::Failed, problem)
                .await?;
        }
        Ok(())
    }
}

/// Begins an attempt inside a transaction.
pub(crate) async fn insert(
    tx: &mut Transaction<'_>,
    user: UserId,
    draft: &AttemptDraft,
    keys: &UserKeys,
) -> Result<ConnectAttempt> {
    let now = tx.now();
    let id = draft.id.uuid();
    let seal = |kind, secret: &SecretString| {
        let place = Place::once(id, draft.service.as_str(), kind);
        keys.seal(place, secret.expose_secret().as_bytes())
    };
    let (sealed_url, sealed_verifier) =
        (seal(Kind::AuthorizationUrl, &draft.url), seal(Kind::Verifier, &draft.verifier));
    let attempt: AttemptRow = diesel::insert_into(connect_attempts::table)
        .values((
            connect_attempts::id.eq(id),
            connect_attempts::user_id.eq(user.uuid()),
            connect_attempts::service.eq(draft.service.as_str()),
            connect_attempts::account_id.eq(draft.account.map(|account| account.uuid())),
            connect_attempts::state.eq(row::text_of(&AttemptState::Pending)),
            connect_attempts::state_hash.eq(draft.state_hash.to_vec()),
            connect_attempts::revision.eq(1),
            connect_attempts::expires_at.eq(draft.expires_at),
            connect_attempts::created_at.eq(now),
            connect_attempts::updated_at.eq(now),
        ))
        .returning(AttemptRow::as_returning())
        .get_result(tx.sql())
        .await
        .during("begin a connect attempt")?;
    diesel::insert_into(attempt_exchanges::table)
        .values((
            attempt_exchanges::attempt_id.eq(id),
            attempt_exchanges::user_id.eq(user.uuid()),
            attempt_exchanges::plan.eq(&draft.plan),
            attempt_exchanges::sealed_url.eq(sealed_url),
            attempt_exchanges::sealed_verifier.eq(sealed_verifier),
        ))
        .execute(tx.sql())
        .await
        .during("keep the secrets of a connect attempt")?;
    tx.emit(EventKind::ConnectAttemptUpdated, id, 1);
    attempt.try_into()
}
