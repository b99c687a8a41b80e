//! Whether everything that accounts are used with can be opened.

use attache_domain::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::Store;
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::schema::{accounts, credentials};

#[derive(Queryable)]
struct SealedRow {
    account_id: Uuid,
    user_id: Uuid,
    service: String,
    generation: i64,
    version: i64,
    kind: String,
    sealed_access: Vec<u8>,
    sealed_refresh: Option<Vec<u8>>,
}

impl Store {
    /// Opens what the accounts of all viewers are used with. Says how many do, and how many
    /// do not.
    pub async fn verify_credentials(&self) -> Result<(u64, u64)> {
        let (mut opened, mut broken, mut after) = (0, 0, Uuid::nil());
        loop {
            let rows: Vec<SealedRow> = credentials::table
                .filter(credentials::account_id.gt(after))
                .inner_join(accounts::table)
                .order(credentials::account_id)
                .limit(500)
                .select((
                    credentials::account_id,
                    credentials::user_id,
                    accounts::service,
                    credentials::generation,
                    credentials::version,
                    credentials::kind,
                    credentials::sealed_access,
                    credentials::sealed_refresh,
                ))
                .load(&mut self.read().await?)
                .await
                .during("read what accounts are used with")?;
            let Some(last) = rows.last() else { return Ok((opened, broken)) };
            after = last.account_id;
            for row in rows {
                match self.verify_row(&row).await {
                    Ok(()) => opened += 1,
                    Err(error) => {
                        tracing::error!(account.id = %row.account_id, ?error, "a credential does not open");
                        broken += 1;
                    }
                }
            }
        }
    }

    async fn verify_row(&self, row: &SealedRow) -> Result<()> {
        let user = UserId::from_uuid(row.user_id);
        let sealed = [row.sealed_access.as_slice()];
        let keys = self.keys_of(user, Purpose::Credentials, sealed).await?;
        let kind = if row.kind == "API_KEY" { Kind::ApiKey } else { Kind::AccessToken };
        let place = Place {
            row: row.account_id,
            generation: row.generation,
            service: &row.service,
            kind,
            version: row.version,
        };
        keys.open("credential", place, &row.sealed_access)?;
        if let Some(refresh) = &row.sealed_refresh {
            let place = Place { kind: Kind::RefreshToken, ..place };
            keys.open("refresh token", place, refresh)?;
        }
        Ok(())
    }
}
