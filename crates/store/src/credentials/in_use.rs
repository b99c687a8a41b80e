//! Whether tokens that turn up are the ones that an account is used with.

use attache_domain::{AccountId, ServiceCode, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};

use crate::Store;
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::schema::credentials;

impl Store {
    /// Whether this generation of an account is used with this very access token. Whoever
    /// stored it may not have heard that it was stored.
    pub async fn is_in_use(
        &self,
        user: UserId,
        account: AccountId,
        generation: i64,
        service: &ServiceCode,
        access: &SecretString,
    ) -> Result<bool> {
        let row: Option<(i64, Vec<u8>)> = credentials::table
            .filter(credentials::account_id.eq(account.uuid()))
            .filter(credentials::user_id.eq(user.uuid()))
            .filter(credentials::generation.eq(generation))
            .filter(credentials::kind.eq("OAUTH"))
            .select((credentials::version, credentials::sealed_access))
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("look for a token that may be in use")?;
        let Some((version, sealed)) = row else {
            return Ok(false);
        };
        let place = Place {
            row: account.uuid(),
            generation,
            service: service.as_str(),
            kind: Kind::AccessToken,
            version,
        };
        let keys = self.keys_of(user, Purpose::Credentials, [sealed.as_slice()]).await?;
        let stored = keys.open_text("access token", place, &sealed)?;
        Ok(stored.expose_secret() == access.expose_secret())
    }
}
