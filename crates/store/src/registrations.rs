//! Who we are to authorization servers that we registered with by ourselves.

use attache_domain::{ServiceCode, UserId, Viewer};
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bytea, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::Store;
use crate::data_keys::{Purpose, UserKeys};
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::schema::{
    accounts, attempt_exchanges, client_registrations, connect_attempts, own_services, revocations,
};
use crate::transaction::Transaction;

/// For whom a client is.
#[derive(Clone, Copy, Debug)]
pub struct ClientOwner<'a> {
    user: UserId,
    service: &'a str,
}

impl<'a> ClientOwner<'a> {
    /// Everybody, at the services that the operator offers.
    pub fn house() -> Self {
        Self { user: Viewer::house().id, service: "" }
    }

    /// A service that `user` added, and nothing else. After they were erased, that is the
    /// house's for as long as something is to be revoked there.
    pub fn own(user: UserId, service: &'a ServiceCode) -> Self {
        Self { user, service: service.as_str() }
    }

    /// What a person brought is kept as long as their other data, and keeps no key of
    /// credentials alive after the last account.
    fn purpose(self) -> Purpose {
        if self.user == Viewer::house().id { Purpose::Credentials } else { Purpose::Content }
    }
}

/// Who we are to an authorization server.
#[derive(Clone, Debug)]
pub struct StoredRegistration {
    /// Our name there.
    pub client_id: String,
    /// How we prove it, in the words of whoever stored it.
    pub auth: String,
    /// What we prove it with.
    pub secret: Option<SecretString>,
    /// When the secret lapses, if it does.
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = client_registrations, check_for_backend(diesel::pg::Pg))]
struct RegistrationRow {
    id: Uuid,
    client_id: String,
    auth: String,
    sealed_secret: Option<Vec<u8>>,
    expires_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Who we are to this issuer when people are sent back there.
    pub async fn registration(
        &self,
        owner: ClientOwner<'_>,
        issuer: &str,
        redirect_uri: &str,
    ) -> Result<Option<StoredRegistration>> {
        let row: Option<RegistrationRow> = client_registrations::table
            .filter(client_registrations::user_id.eq(owner.user.uuid()))
            .filter(client_registrations::service.eq(owner.service))
            .filter(client_registrations::issuer.eq(issuer))
            .filter(client_registrations::redirect_uri.eq(redirect_uri))
            .order(client_registrations::created_at.desc())
            .select(RegistrationRow::as_select())
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("find a client registration")?;
        self.open_registration(owner, row).await
    }

    /// The client with this name at this issuer, also after another one took its place: the
    /// tokens that it got are its own.
    pub async fn registered_client(
        &self,
        owner: ClientOwner<'_>,
        issuer: &str,
        client_id: &str,
    ) -> Result<Option<StoredRegistration>> {
        let row: Option<RegistrationRow> = client_registrations::table
            .filter(client_registrations::user_id.eq(owner.user.uuid()))
            .filter(client_registrations::service.eq(owner.service))
            .filter(client_registrations::issuer.eq(issuer))
            .filter(client_registrations::client_id.eq(client_id))
            .select(RegistrationRow::as_select())
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("find a registered client")?;
        self.open_registration(owner, row).await
    }

    async fn open_registration(
        &self,
        owner: ClientOwner<'_>,
        row: Option<RegistrationRow>,
    ) -> Result<Option<StoredRegistration>> {
        let Some(row) = row else { return Ok(None) };
        let secret = match &row.sealed_secret {
            None => None,
            Some(sealed) => {
                let sealed_by = [sealed.as_slice()];
                let keys = self.keys_of(owner.user, owner.purpose(), sealed_by).await?;
                Some(keys.open_text("client secret", place(row.id), sealed)?)
            }
        };
        let RegistrationRow { client_id, auth, expires_at, .. } = row;
        Ok(Some(StoredRegistration { client_id, auth, secret, expires_at }))
    }

    /// Keeps a registration. The owner must have been seen.
    pub async fn keep_registration(
        &self,
        owner: ClientOwner<'_>,
        issuer: &str,
        redirect_uri: &str,
        registration: &StoredRegistration,
    ) -> Result<()> {
        let mut tries = 0;
        loop {
            let keys = self.keys(owner.user, owner.purpose()).await?;
            match self.write_registration(owner, issuer, redirect_uri, registration, &keys).await {
                Err(error) if self.has_lost_keys(owner.user, &error, &mut tries) => {}
                done => return done,
            }
        }
    }

    async fn write_registration(
        &self,
        owner: ClientOwner<'_>,
        issuer: &str,
        redirect_uri: &str,
        registration: &StoredRegistration,
        keys: &UserKeys,
    ) -> Result<()> {
        let id = self.clock().uuid();
        let secret = registration.secret.as_ref();
        let sealed = secret.map(|it| keys.seal(place(id), it.expose_secret().as_bytes()));
        diesel::insert_into(client_registrations::table)
            .values((
                client_registrations::id.eq(id),
                client_registrations::user_id.eq(owner.user.uuid()),
                client_registrations::service.eq(owner.service),
                client_registrations::issuer.eq(issuer),
                client_registrations::redirect_uri.eq(redirect_uri),
                client_registrations::client_id.eq(&registration.client_id),
                client_registrations::auth.eq(&registration.auth),
                client_registrations::sealed_secret.eq(sealed),
                client_registrations::expires_at.eq(registration.expires_at),
                client_registrations::created_at.eq(self.clock().now()),
            ))
            .on_conflict_do_nothing()
            .execute(&mut self.read().await?)
            .await
            .during("keep a client registration")?;
        Ok(())
    }

    /// The issuer does not know this client any more: whoever connects next is somebody else
    /// there.
    pub async fn forget_registration(
        &self,
        owner: ClientOwner<'_>,
        issuer: &str,
        client_id: &str,
    ) -> Result<()> {
        diesel::delete(client_registrations::table)
            .filter(client_registrations::user_id.eq(owner.user.uuid()))
            .filter(client_registrations::service.eq(owner.service))
            .filter(client_registrations::issuer.eq(issuer))
            .filter(client_registrations::client_id.eq(client_id))
            .execute(&mut self.read().await?)
            .await
            .during("forget a client registration")?;
        Ok(())
    }

    /// Forgets the clients of own services that were removed before `before`, once nothing is to
    /// be revoked with them any more, nor may be about to.
    pub async fn forget_own_clients(&self, before: DateTime<Utc>) -> Result<usize> {
        let service =
            own_services::table.filter(own_services::code.eq(client_registrations::service));
        let to_revoke = revocations::table
            .filter(revocations::service.eq(client_registrations::service))
            .filter(revocations::sealed_token.is_not_null().or(revocations::updated_at.gt(before)));
        let exchanging = connect_attempts::table
            .inner_join(attempt_exchanges::table)
            .filter(connect_attempts::service.eq(client_registrations::service));
        let connected = accounts::table.filter(accounts::service.eq(client_registrations::service));
        diesel::delete(client_registrations::table)
            .filter(client_registrations::service.ne(""))
            .filter(client_registrations::created_at.lt(before))
            .filter(not(exists(exchanging)))
            .filter(not(exists(connected)))
            .filter(not(exists(service)))
            .filter(not(exists(to_revoke)))
            .execute(&mut self.read().await?)
            .await
            .during("forget the clients of removed services")
    }
}

/// Hands the clients over to the house that are still needed to revoke something: their person's
/// keys are about to be destroyed.
pub(crate) async fn hand_over(
    tx: &mut Transaction<'_>,
    user: UserId,
    own: &UserKeys,
    house: &UserKeys,
) -> Result<()> {
    let is_needed = revocations::table
        .filter(revocations::service.eq(client_registrations::service))
        .filter(revocations::sealed_token.is_not_null());
    let needed: Vec<(Uuid, Option<Vec<u8>>)> = client_registrations::table
        .filter(client_registrations::user_id.eq(user.uuid()))
        .filter(exists(is_needed))
        .select((client_registrations::id, client_registrations::sealed_secret))
        .load(tx.sql())
        .await
        .during("read the clients that outlive their person")?;
    let (mut ids, mut secrets) = (Vec::new(), Vec::new());
    for (id, sealed) in needed {
        let opened = sealed.map(|sealed| own.open("client secret", place(id), &sealed));
        match opened.transpose() {
            Ok(secret) => {
                ids.push(id);
                secrets.push(secret.map(|secret| house.seal(place(id), &secret)));
            }
            // It is not known here yet.
            Err(error) if error.is_unknown_key() => return Err(error),
            Err(error) => tracing::error!(client.id = %id, ?error, "a client's secret is lost"),
        }
    }
    diesel::sql_query(
        "UPDATE client_registrations r SET user_id = $1, sealed_secret = n.secret \
         FROM unnest($2, $3) AS n(id, secret) WHERE r.id = n.id",
    )
    .bind::<SqlUuid, _>(Viewer::house().id.uuid())
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Nullable<Bytea>>, _>(secrets)
    .execute(tx.sql())
    .await
    .during("hand clients over")?;
    Ok(())
}

fn place(id: Uuid) -> Place<'static> {
    Place::once(id, "", Kind::ClientSecret)
}
