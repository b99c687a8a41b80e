//! The secrets of attempts that are not over.

use std::collections::HashMap;

use attache_domain::{AttemptState, ConnectAttempt, ConnectAttemptId, ReplicaId, UserId, uuids};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use uuid::Uuid;

use crate::attempts::{self, AttemptRow};
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::replicas::{Sweeper, alive};
use crate::row;
use crate::schema::{attempt_exchanges, connect_attempts};
use crate::{Store, Written};

/// An attempt with what is needed to judge a callback. Its secrets stay sealed.
#[derive(Debug)]
pub struct Exchange {
    /// Whose it is.
    pub user: UserId,
    /// Its state.
    pub attempt: ConnectAttempt,
    /// Issuer, endpoints, client and redirect address, as they were at the beginning.
    pub plan: Value,
    sealed_verifier: Vec<u8>,
    sealed_callback: Option<Vec<u8>>,
    sealed_response: Option<Vec<u8>>,
}

/// The secrets of an exchange, opened.
#[derive(Debug)]
pub struct ExchangeSecrets {
    /// The PKCE verifier.
    pub verifier: SecretString,
    /// The callback, when it came to this server first.
    pub callback: Option<SecretString>,
    /// The token endpoint's answer, when it came before somebody could read it.
    pub response: Option<SecretString>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = attempt_exchanges, check_for_backend(diesel::pg::Pg))]
struct ExchangeRow {
    user_id: Uuid,
    plan: Value,
    sealed_verifier: Vec<u8>,
    sealed_callback: Option<Vec<u8>>,
    sealed_response: Option<Vec<u8>>,
}

impl Exchange {
    fn new(row: ExchangeRow, attempt: AttemptRow) -> Result<Self> {
        Ok(Self {
            user: UserId::from_uuid(row.user_id),
            attempt: attempt.try_into()?,
            plan: row.plan,
            sealed_verifier: row.sealed_verifier,
            sealed_callback: row.sealed_callback,
            sealed_response: row.sealed_response,
        })
    }
}

impl Store {
    /// The viewer's attempt with its secrets, as long as it is not over.
    pub async fn exchange(&self, user: UserId, id: ConnectAttemptId) -> Result<Option<Exchange>> {
        let found: Option<(ExchangeRow, AttemptRow)> = attempt_exchanges::table
            .inner_join(connect_attempts::table)
            .filter(attempt_exchanges::attempt_id.eq(id.uuid()))
            .filter(attempt_exchanges::user_id.eq(user.uuid()))
            .select((ExchangeRow::as_select(), AttemptRow::as_select()))
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("load the secrets of a connect attempt")?;
        found.map(|(row, attempt)| Exchange::new(row, attempt)).transpose()
    }

    /// The attempt that this state belongs to, whoever began it. There is no owner
    /// argument because a redirect carries no session: the state, 256 random bits,
    /// is all the browser brings. Whoever calls this must not tell anybody anything
    /// but that the callback was received.
    pub async fn exchange_by_state(&self, state_hash: &[u8; 32]) -> Result<Option<Exchange>> {
        let found: Option<(ExchangeRow, AttemptRow)> = attempt_exchanges::table
            .inner_join(connect_attempts::table)
            .filter(connect_attempts::state_hash.eq(state_hash.to_vec()))
            .select((ExchangeRow::as_select(), AttemptRow::as_select()))
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("find the secrets of a connect attempt by its state")?;
        found.map(|(row, attempt)| Exchange::new(row, attempt)).transpose()
    }

    /// Where to send the person for these attempts of the viewer, as long as they
    /// are pending.
    pub async fn authorization_urls(
        &self,
        user: UserId,
        ids: &[ConnectAttemptId],
    ) -> Result<HashMap<ConnectAttemptId, SecretString>> {
        let found: Vec<(AttemptRow, Vec<u8>)> = attempt_exchanges::table
            .inner_join(connect_attempts::table)
            .filter(attempt_exchanges::attempt_id.eq_any(uuids(ids)))
            .filter(attempt_exchanges::user_id.eq(user.uuid()))
            .select((AttemptRow::as_select(), attempt_exchanges::sealed_url))
            .load(&mut self.read().await?)
            .await
            .during("load authorization URLs")?;
        if found.is_empty() {
            return Ok(HashMap::new());
        }
        let sealed = found.iter().map(|(_, sealed)| sealed.as_slice());
        let keys = self.keys_of(user, Purpose::Credentials, sealed).await?;
        let mut urls = HashMap::new();
        for (row, sealed) in found {
            let attempt: ConnectAttempt = row.try_into()?;
            if attempt.state == AttemptState::Pending {
                let place = place(&attempt, Kind::AuthorizationUrl);
                urls.insert(attempt.id, keys.open_text("authorization URL", place, &sealed)?);
            }
        }
        Ok(urls)
    }

    /// Opens the secrets of an exchange.
    pub async fn open_exchange(&self, exchange: &Exchange) -> Result<ExchangeSecrets> {
        let sealed = [exchange.sealed_verifier.as_slice()];
        let keys = self.keys_of(exchange.user, Purpose::Credentials, sealed).await?;
        let open = |what, kind, envelope: &[u8]| {
            keys.open_text(what, place(&exchange.attempt, kind), envelope)
        };
        let callback = exchange.sealed_callback.as_deref();
        let response = exchange.sealed_response.as_deref();
        Ok(ExchangeSecrets {
            verifier: open("verifier", Kind::Verifier, &exchange.sealed_verifier)?,
            callback: callback.map(|it| open("callback", Kind::Callback, it)).transpose()?,
            response: response
                .map(|it| open("token response", Kind::RawResponse, it))
                .transpose()?,
        })
    }

    /// Keeps a callback for whoever has the ticket to come for. One that comes again
    /// replaces both. `false` once the attempt is not pending any more.
    pub async fn keep_callback(
        &self,
        exchange: &Exchange,
        callback: &SecretString,
        ticket_hash: &[u8; 32],
    ) -> Result<bool> {
        let sealed = [exchange.sealed_verifier.as_slice()];
        let keys = self.keys_of(exchange.user, Purpose::Credentials, sealed).await?;
        let (user, id) = (exchange.user, exchange.attempt.id.uuid());
        let place = place(&exchange.attempt, Kind::Callback);
        let sealed = keys.seal(place, callback.expose_secret().as_bytes());
        let mut tx = self.begin(user).await?;
        let kept = diesel::update(connect_attempts::table.find(id))
            .filter(connect_attempts::user_id.eq(user.uuid()))
            .filter(connect_attempts::state.eq(row::text_of(&AttemptState::Pending)))
            .set(connect_attempts::ticket_hash.eq(ticket_hash.to_vec()))
            .execute(tx.sql())
            .await
            .during("give out a ticket")?;
        if kept == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        diesel::update(attempt_exchanges::table.find(id))
            .set(attempt_exchanges::sealed_callback.eq(sealed))
            .execute(tx.sql())
            .await
            .during("keep a callback")?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes a pending attempt for exchange. Only one caller ever gets it, whatever
    /// was clicked twice.
    pub async fn claim_exchange(
        &self,
        user: UserId,
        id: ConnectAttemptId,
        replica: ReplicaId,
    ) -> Result<Option<Written<ConnectAttempt>>> {
        let mut tx = self.begin(user).await?;
        let (from, to) = (AttemptState::Pending, AttemptState::Exchanging);
        let Some(attempt) = attempts::end(&mut tx, user, id, &[from], to, None, None).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        diesel::update(attempt_exchanges::table.find(id.uuid()))
            .set(attempt_exchanges::replica_id.eq(replica.uuid()))
            .execute(tx.sql())
            .await
            .during("claim an exchange")?;
        Ok(Some((attempt, tx.commit().await?)))
    }

    /// Keeps the token endpoint's answer before anybody tries to read it, so that
    /// neither a crash nor a parser can lose tokens that were just issued.
    pub async fn keep_response(
        &self,
        user: UserId,
        attempt: &ConnectAttempt,
        body: &SecretString,
    ) -> Result<()> {
        // As they are: what is sealed here is known to nobody else.
        let keys = self.fresh_keys(user, Purpose::Credentials).await?;
        let sealed = keys.seal(place(attempt, Kind::RawResponse), body.expose_secret().as_bytes());
        let kept = diesel::update(attempt_exchanges::table.find(attempt.id.uuid()))
            .filter(attempt_exchanges::user_id.eq(user.uuid()))
            .set(attempt_exchanges::sealed_response.eq(sealed))
            .execute(&mut self.read().await?)
            .await
            .during("keep a token response")?;
        if kept == 0 {
            // Whoever has the answer still has to see to it.
            return Err(row::inconsistent("attempt_exchanges", "the exchange is gone"));
        }
        Ok(())
    }

    /// Keeps an answer whose process is gone, as [`keep_response`](Self::keep_response) would
    /// have. `false` when the attempt is over, or an answer was kept.
    pub async fn keep_late_response(
        &self,
        user: UserId,
        id: ConnectAttemptId,
        body: &SecretString,
    ) -> Result<bool> {
        let Some(exchange) = self.exchange(user, id).await? else {
            return Ok(false);
        };
        let keys = self.fresh_keys(user, Purpose::Credentials).await?;
        let place = place(&exchange.attempt, Kind::RawResponse);
        let sealed = keys.seal(place, body.expose_secret().as_bytes());
        let kept = diesel::update(attempt_exchanges::table.find(id.uuid()))
            .filter(attempt_exchanges::user_id.eq(user.uuid()))
            .filter(attempt_exchanges::sealed_response.is_null())
            .set(attempt_exchanges::sealed_response.eq(sealed))
            .execute(&mut self.read().await?)
            .await
            .during("keep a late token response")?;
        Ok(kept == 1)
    }

    /// Takes over exchanges of all viewers whose process is gone.
    pub async fn adopt_exchanges(
        &self,
        sweeper: &Sweeper,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(UserId, ConnectAttemptId)>> {
        let me = sweeper.replica.uuid();
        let orphan = diesel::alias!(attempt_exchanges as orphan);
        let owner = orphan.field(attempt_exchanges::replica_id);
        let id = orphan.field(attempt_exchanges::attempt_id);
        let stuck = connect_attempts::table
            .filter(connect_attempts::updated_at.lt(Sweeper::cutoff(now)))
            .select(connect_attempts::id);
        let is_lost = owner.eq(me).and(id.ne_all(&sweeper.busy)).and(id.eq_any(stuck));
        let orphans = orphan
            .filter(owner.is_not_null())
            .filter(owner.ne(me).and(owner.ne_all(alive())).or(is_lost))
            .select(id)
            .limit(limit)
            .for_update()
            .skip_locked();
        let rows: Vec<(Uuid, Uuid)> = diesel::update(attempt_exchanges::table)
            .filter(attempt_exchanges::attempt_id.eq_any(orphans))
            .set(attempt_exchanges::replica_id.eq(me))
            .returning((attempt_exchanges::user_id, attempt_exchanges::attempt_id))
            .get_results(&mut self.read().await?)
            .await
            .during("adopt orphaned exchanges")?;
        Ok(rows
            .into_iter()
            .map(|(user, id)| (UserId::from_uuid(user), ConnectAttemptId::from_uuid(id)))
            .collect())
    }
}

fn place(attempt: &ConnectAttempt, kind: Kind) -> Place<'_> {
    Place::once(attempt.id.uuid(), attempt.service.as_str(), kind)
}
