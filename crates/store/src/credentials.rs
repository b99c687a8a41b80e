//! What accounts are used with. Nothing here leaves the crate but in a type that
//! cannot be printed.

mod in_use;
mod verify;

use attache_domain::{Account, UserId, fresh_until};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use uuid::Uuid;

use crate::Store;
use crate::data_keys::{Purpose, UserKeys};
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::revocations::{self, GrantRules, Origin, TokenKind};
use crate::schema::credentials;
use crate::transaction::Transaction;
use crate::{refreshes, row};

/// What a service gave, or a person pasted.
#[derive(Clone, Debug)]
pub enum Tokens {
    /// Tokens of an OAuth grant.
    OAuth {
        /// Sent with each request.
        access: SecretString,
        /// Buys new access tokens.
        refresh: Option<SecretString>,
        /// When they were issued.
        issued_at: DateTime<Utc>,
        /// When the access token lapses, when the service said so.
        expires_at: Option<DateTime<Utc>>,
        /// At which endpoints and as whom they were obtained.
        client: Value,
    },
    /// A key that the person made at the service: the values of its form, as a JSON object.
    ApiKey(SecretString),
}

/// What to send with a request right now.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The access token, or the values of a key as a JSON object.
    pub secret: SecretString,
    /// Grows whenever it is replaced.
    pub version: i64,
    /// Until when it can be relied on, where that is known.
    pub fresh_until: Option<DateTime<Utc>>,
    /// When it lapses, where that is known.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it can be renewed without the person.
    pub is_renewable: bool,
    /// Whether it is a key and no token.
    pub is_key: bool,
}

/// What is read of a credential to use it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = credentials, check_for_backend(diesel::pg::Pg))]
struct CredentialRow {
    version: i64,
    kind: String,
    sealed_access: Vec<u8>,
    access_expires_at: Option<DateTime<Utc>>,
    issued_at: DateTime<Utc>,
}

impl Tokens {
    /// The text of its kind in the table, and what kind of secret the first column is.
    fn kind(&self) -> (&'static str, Kind) {
        match self {
            Self::OAuth { .. } => ("OAUTH", Kind::AccessToken),
            Self::ApiKey(_) => ("API_KEY", Kind::ApiKey),
        }
    }
}

impl Store {
    /// What this generation of the account is used with. `None` when the account has
    /// moved on, or needs nothing.
    pub async fn credential(&self, user: UserId, account: &Account) -> Result<Option<Credential>> {
        let row: Option<(CredentialRow, bool)> = credentials::table
            .filter(credentials::account_id.eq(account.id.uuid()))
            .filter(credentials::user_id.eq(user.uuid()))
            .filter(credentials::generation.eq(account.generation))
            .select((CredentialRow::as_select(), credentials::sealed_refresh.is_not_null()))
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("load a credential")?;
        let Some((row, is_renewable)) = row else {
            return Ok(None);
        };
        let kind = match row.kind.as_str() {
            "OAUTH" => Kind::AccessToken,
            "API_KEY" => Kind::ApiKey,
            other => return Err(row::inconsistent("credentials", other)),
        };
        let place = place(account, kind, row.version);
        let sealed = [row.sealed_access.as_slice()];
        let secret = self.keys_of(user, Purpose::Credentials, sealed).await?.open_text(
            "credential",
            place,
            &row.sealed_access,
        )?;
        let expires_at = row.access_expires_at;
        Ok(Some(Credential {
            secret,
            version: row.version,
            fresh_until: expires_at.map(|expires_at| fresh_until(row.issued_at, expires_at)),
            expires_at,
            is_renewable,
            is_key: kind == Kind::ApiKey,
        }))
    }
}

/// Where a secret of an account is sealed.
pub(crate) fn place(account: &Account, kind: Kind, version: i64) -> Place<'_> {
    Place {
        row: account.id.uuid(),
        generation: account.generation,
        service: account.service.as_str(),
        kind,
        version,
    }
}

/// Replaces what an account is used with. What it was used with before goes into the outbox.
pub(crate) async fn replace(
    tx: &mut Transaction<'_>,
    user: UserId,
    account: &Account,
    tokens: Option<&Tokens>,
    keys: &UserKeys,
    rules: GrantRules,
) -> Result<()> {
    let before: Option<GrantRow> = diesel::delete(credentials::table.find(account.id.uuid()))
        .returning(GrantRow::as_returning())
        .get_result(tx.sql())
        .await
        .optional()
        .during("drop an old credential")?;
    let mut version = 1;
    if let Some(before) = before {
        version = before.version + 1;
        let origin = Origin { generation: before.generation, ..Origin::of(account) };
        let taken = before.taken(account, keys)?;
        revocations::replaced(tx, user, origin, taken, keys, rules).await?;
    }
    let Some(tokens) = tokens else { return Ok(()) };
    let seal = |kind, secret: &SecretString| {
        keys.seal(place(account, kind, version), secret.expose_secret().as_bytes())
    };
    let now = tx.now();
    let (kind, secret_kind) = tokens.kind();
    let (secret, refresh, issued_at, expires_at, client) = match tokens {
        Tokens::OAuth { access, refresh, issued_at, expires_at, client } => {
            (access, refresh.as_ref(), *issued_at, *expires_at, Some(client))
        }
        Tokens::ApiKey(key) => (key, None, now, None, None),
    };
    diesel::insert_into(credentials::table)
        .values((
            credentials::account_id.eq(account.id.uuid()),
            credentials::user_id.eq(user.uuid()),
            credentials::generation.eq(account.generation),
            credentials::version.eq(version),
            credentials::kind.eq(kind),
            credentials::sealed_access.eq(seal(secret_kind, secret)),
            credentials::sealed_refresh.eq(refresh.map(|it| seal(Kind::RefreshToken, it))),
            credentials::access_expires_at.eq(expires_at),
            credentials::issued_at.eq(issued_at),
            credentials::client.eq(client),
            credentials::created_at.eq(now),
            credentials::updated_at.eq(now),
        ))
        .execute(tx.sql())
        .await
        .during("keep a credential")?;
    if refresh.is_some() {
        refreshes::expect(tx, user, account, issued_at, expires_at).await?;
    }
    Ok(())
}

/// The OAuth tokens of an account, opened, with the client they belong to.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) access: SecretString,
    pub(crate) refresh: Option<SecretString>,
    pub(crate) client: Value,
}

/// What an account was used with.
pub(crate) enum Taken {
    /// Tokens.
    Grant(Grant),
    /// A key, which ends where it was made.
    Key,
    /// Something that does not open, of this kind and of this client.
    Broken(TokenKind, Value),
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = credentials, check_for_backend(diesel::pg::Pg))]
struct GrantRow {
    account_id: Uuid,
    generation: i64,
    version: i64,
    sealed_access: Vec<u8>,
    sealed_refresh: Option<Vec<u8>>,
    client: Option<Value>,
}

/// Takes the credentials of these accounts away.
///
/// A credential that does not open is taken away all the same: a person who wants to
/// disconnect is not to be stopped by one broken seal.
pub(crate) async fn take<'a>(
    tx: &mut Transaction<'_>,
    user: UserId,
    accounts: &'a [Account],
    keys: &UserKeys,
) -> Result<Vec<(&'a Account, Taken)>> {
    let rows: Vec<GrantRow> = diesel::delete(credentials::table)
        .filter(credentials::user_id.eq(user.uuid()))
        .filter(credentials::account_id.eq_any(accounts.iter().map(|it| it.id.uuid())))
        .returning(GrantRow::as_returning())
        .get_results(tx.sql())
        .await
        .during("take credentials away")?;
    let taken = rows.into_iter().filter_map(|row| {
        let account = accounts.iter().find(|account| account.id.uuid() == row.account_id)?;
        Some(row.taken(account, keys).map(|taken| (account, taken)))
    });
    taken.collect()
}

impl GrantRow {
    fn taken(self, account: &Account, keys: &UserKeys) -> Result<Taken> {
        let Some(client) = self.client.clone() else {
            return Ok(Taken::Key);
        };
        Ok(match self.open(account, keys) {
            Ok((access, refresh)) => Taken::Grant(Grant { access, refresh, client }),
            // There is a key, or the row could not be there; it is not known here yet.
            Err(error) if error.is_unknown_key() => return Err(error),
            Err(error) => {
                tracing::error!(account.id = %account.id, ?error, "a credential is lost unrevoked");
                let has_refresh = self.sealed_refresh.is_some();
                let kind = if has_refresh { TokenKind::Refresh } else { TokenKind::Access };
                Taken::Broken(kind, client)
            }
        })
    }

    fn open(
        &self,
        account: &Account,
        keys: &UserKeys,
    ) -> Result<(SecretString, Option<SecretString>)> {
        let open = |what, kind, envelope: &[u8]| {
            let place = Place { generation: self.generation, ..place(account, kind, self.version) };
            keys.open_text(what, place, envelope)
        };
        let refresh = self.sealed_refresh.as_deref();
        Ok((
            open("access token", Kind::AccessToken, &self.sealed_access)?,
            refresh.map(|it| open("refresh token", Kind::RefreshToken, it)).transpose()?,
        ))
    }
}
