//! Taking a turn.

use attache_domain::{Account, AccountId, ServiceCode, UserId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Bool, Bytea, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::{LEASE, RefreshState, Turn};
use crate::Store;
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::journal::PageKey;
use crate::row;
use crate::schema::{accounts, credentials, refreshes};

/// What came of asking for a turn.
#[derive(Debug)]
pub enum Claim {
    /// It is ours.
    Ours(Box<Turn>),
    /// Somebody else is at it, or looks after what somebody left behind.
    Busy,
    /// It did not work a moment ago; not before then.
    Later(DateTime<Utc>),
    /// The service does not accept the grant any more.
    Over,
    /// There is another credential by now, or none, or one that cannot be renewed.
    Moved,
}

#[derive(QueryableByName)]
struct TurnRow {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    service: String,
    #[diesel(sql_type = BigInt)]
    generation: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = SqlUuid)]
    lease_id: Uuid,
    #[diesel(sql_type = Bytea)]
    sealed_refresh: Vec<u8>,
    #[diesel(sql_type = Jsonb)]
    client: Value,
    #[diesel(sql_type = Nullable<Text>)]
    subject: Option<String>,
    #[diesel(sql_type = Bool)]
    is_doubtful: bool,
    #[diesel(sql_type = Integer)]
    failures: i32,
}

/// Takes the turns that `due` names, as `account_id` and whether the last one's end is
/// unknown.
fn take(due: &str) -> String {
    format!(
        "WITH {due} UPDATE refreshes r SET state = 'REFRESHING', lease_id = gen_random_uuid(), \
           lease_until = {LEASE}, started_at = $1, updated_at = $1 \
         FROM due JOIN credentials c ON c.account_id = due.account_id \
           JOIN accounts a ON a.id = due.account_id \
         WHERE r.account_id = due.account_id AND c.sealed_refresh IS NOT NULL \
         RETURNING r.user_id, r.account_id, r.service, c.generation, c.version, r.lease_id, \
           c.sealed_refresh, c.client, a.subject, due.is_doubtful, r.failures"
    )
}

/// A row whose turn may be taken: by who needs it now, or by the background.
///
/// A turn that lapsed while Postgres was away may be one whose new tokens are in hand and only
/// wait to be stored. Whoever asked for others now would end the grant at many services. So
/// they are given a moment.
const IS_DUE: &str = "(r.state <> 'REFRESHING' AND r.due_at <= $1 \
    OR r.state = 'REFRESHING' AND clock_timestamp() > \
      greatest(r.lease_until, pg_postmaster_start_time() + interval '10 seconds'))";

impl Store {
    /// Takes a turn at renewing this version of an account's credential.
    pub async fn claim_refresh(
        &self,
        user: UserId,
        account: &Account,
        version: i64,
    ) -> Result<Claim> {
        // Who needs a token now need not wait until it is due, but waits out a failure.
        let due = format!(
            "due AS (SELECT r.account_id, r.state <> 'IDLE' AS is_doubtful \
             FROM refreshes r JOIN credentials c ON c.account_id = r.account_id \
             WHERE r.account_id = $2 AND r.user_id = $3 AND c.generation = $4 AND c.version = $5 \
               AND (r.state = 'IDLE' AND r.failures = 0 OR {IS_DUE}) FOR UPDATE OF r)"
        );
        let mut connection = self.read().await?;
        let taken: Option<TurnRow> = diesel::sql_query(take(&due))
            .bind::<Timestamptz, _>(self.clock().now())
            .bind::<SqlUuid, _>(account.id.uuid())
            .bind::<SqlUuid, _>(user.uuid())
            .bind::<BigInt, _>(account.generation)
            .bind::<BigInt, _>(version)
            .get_result(&mut connection)
            .await
            .optional()
            .during("take a turn at renewing a credential")?;
        if let Some(row) = taken {
            drop(connection);
            return Ok(Claim::Ours(Box::new(self.open_turn(row).await?)));
        }
        let standing: Option<(String, i32, Option<DateTime<Utc>>)> = refreshes::table
            .inner_join(credentials::table)
            .filter(refreshes::account_id.eq(account.id.uuid()))
            .filter(refreshes::user_id.eq(user.uuid()))
            .filter(credentials::generation.eq(account.generation))
            .filter(credentials::version.eq(version))
            .select((refreshes::state, refreshes::failures, refreshes::due_at))
            .first(&mut connection)
            .await
            .optional()
            .during("see how a renewal stands")?;
        Ok(match standing {
            None => Claim::Moved,
            Some((state, failures, due_at)) => {
                match (row::state("refreshes", &state)?, failures, due_at) {
                    (RefreshState::Idle, 1.., Some(due_at)) => Claim::Later(due_at),
                    (RefreshState::Idle, 1.., None) => Claim::Over,
                    _ => Claim::Busy,
                }
            }
        })
    }

    /// The services, of all viewers, that have credentials to renew.
    pub async fn services_to_refresh(&self) -> Result<Vec<ServiceCode>> {
        let query = format!("SELECT DISTINCT r.service FROM refreshes r WHERE {IS_DUE}");
        let found: Vec<DueService> = diesel::sql_query(query)
            .bind::<Timestamptz, _>(self.clock().now())
            .load(&mut self.read().await?)
            .await
            .during("look for credentials to renew")?;
        found.iter().map(|due| row::service("refreshes", &due.service)).collect()
    }

    /// The turn that a page of a process that is gone was about, as long as the account still
    /// has the credential that was to be renewed. Somebody else may have a turn at it.
    pub async fn turn_of(&self, key: &PageKey) -> Result<Option<Turn>> {
        let PageKey::Refresh { user, account, service, generation, version, lease, client, .. } =
            key
        else {
            return Ok(None);
        };
        let found: Option<(Option<Vec<u8>>, Option<String>)> = credentials::table
            .inner_join(accounts::table)
            .filter(credentials::account_id.eq(account.uuid()))
            .filter(credentials::user_id.eq(user.uuid()))
            .filter(credentials::generation.eq(generation))
            .filter(credentials::version.eq(version))
            .select((credentials::sealed_refresh, accounts::subject))
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("find what a page is about")?;
        let Some((Some(sealed_refresh), subject)) = found else {
            return Ok(None);
        };
        let row = TurnRow {
            user_id: user.uuid(),
            account_id: account.uuid(),
            service: service.to_string(),
            generation: *generation,
            version: *version,
            lease_id: *lease,
            sealed_refresh,
            client: client.clone(),
            subject,
            is_doubtful: true,
            failures: 0,
        };
        self.open_turn(row).await.map(Some)
    }

    /// Takes turns at credentials of all viewers at one service that are due, the longest
    /// overdue first, so that at most `at_once` are being renewed there, whoever does it.
    pub async fn claim_due_refreshes(
        &self,
        service: &ServiceCode,
        at_once: i64,
    ) -> Result<Vec<Turn>> {
        let due = format!(
            "room AS (SELECT greatest($3 - count(*), 0) AS room FROM refreshes r \
               WHERE r.service = $2 AND r.state = 'REFRESHING' \
                 AND r.lease_until >= clock_timestamp()), \
             due AS (SELECT r.account_id, r.state <> 'IDLE' AS is_doubtful \
               FROM refreshes r JOIN accounts a ON a.id = r.account_id \
               WHERE r.service = $2 AND a.state = 'CONNECTED' AND {IS_DUE} \
               ORDER BY r.due_at LIMIT (SELECT room FROM room) FOR UPDATE OF r SKIP LOCKED)"
        );
        let mut connection = self.read().await?;
        // Whoever counts has to see what was taken by who counted before.
        let turns = diesel_async::AsyncConnection::transaction(
            &mut *connection,
            async |connection| -> Result<Vec<TurnRow>> {
                diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 7))")
                    .bind::<Text, _>(service.as_str())
                    .execute(connection)
                    .await
                    .during("wait for others who take turns")?;
                diesel::sql_query(take(&due))
                    .bind::<Timestamptz, _>(self.clock().now())
                    .bind::<Text, _>(service.as_str())
                    .bind::<BigInt, _>(at_once)
                    .load(connection)
                    .await
                    .during("take turns at renewing credentials")
            },
        )
        .await?;
        drop(connection);
        let mut opened = Vec::with_capacity(turns.len());
        for row in turns {
            let account = row.account_id;
            match self.open_turn(row).await {
                Ok(turn) => opened.push(turn),
                // One that cannot be read must not keep the others from being renewed. Its
                // lease lapses, in case a key was missing.
                Err(error) => {
                    tracing::error!(account.id = %AccountId::from_uuid(account), ?error,
                        "a refresh token cannot be read");
                }
            }
        }
        Ok(opened)
    }

    async fn open_turn(&self, row: TurnRow) -> Result<Turn> {
        let user = UserId::from_uuid(row.user_id);
        let place = Place {
            row: row.account_id,
            generation: row.generation,
            service: &row.service,
            kind: Kind::RefreshToken,
            version: row.version,
        };
        let sealed = [row.sealed_refresh.as_slice()];
        let keys = self.keys_of(user, Purpose::Credentials, sealed).await?;
        Ok(Turn {
            user,
            account: AccountId::from_uuid(row.account_id),
            service: row::service("refreshes", &row.service)?,
            generation: row.generation,
            version: row.version,
            lease: row.lease_id,
            refresh: keys.open_text("refresh token", place, &row.sealed_refresh)?,
            client: row.client,
            subject: row.subject,
            is_doubtful: row.is_doubtful,
            failures: row.failures,
        })
    }
}

#[derive(QueryableByName)]
struct DueService {
    #[diesel(sql_type = Text)]
    service: String,
}
