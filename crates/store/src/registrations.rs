//! Who we are to authorization servers that we registered with by ourselves.

use attache_domain::{UserId, Viewer};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::Store;
use crate::data_keys::{Purpose, UserKeys};
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::schema::client_registrations;

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
        owner: UserId,
        issuer: &str,
        redirect_uri: &str,
    ) -> Result<Option<StoredRegistration>> {
        let row: Option<RegistrationRow> = client_registrations::table
            .filter(client_registrations::user_id.eq(owner.uuid()))
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
        owner: UserId,
        issuer: &str,
        client_id: &str,
    ) -> Result<Option<StoredRegistration>> {
        let row: Option<RegistrationRow> = client_registrations::table
            .filter(client_registrations::user_id.eq(owner.uuid()))
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
        owner: UserId,
        row: Option<RegistrationRow>,
    ) -> Result<Option<StoredRegistration>> {
        let Some(row) = row else { return Ok(None) };
        let secret = match &row.sealed_secret {
            None => None,
            Some(sealed) => {
                let sealed_by = [sealed.as_slice()];
                let keys = self.keys_of(owner, Purpose::Credentials, sealed_by).await?;
                Some(keys.open_text("client secret", place(row.id), sealed)?)
            }
        };
        let RegistrationRow { client_id, auth, expires_at, .. } = row;
        Ok(Some(StoredRegistration { client_id, auth, secret, expires_at }))
    }

    /// Keeps a registration.
    pub async fn keep_registration(
        &self,
        owner: &Viewer,
        issuer: &str,
        redirect_uri: &str,
        registration: &StoredRegistration,
    ) -> Result<()> {
        self.see(owner).await?;
        let mut tries = 0;
        loop {
            let keys = self.keys(owner.id, Purpose::Credentials).await?;
            match self.write_registration(owner.id, issuer, redirect_uri, registration, &keys).await
            {
                Err(error) if self.has_lost_keys(owner.id, &error, &mut tries) => {}
                done => return done,
            }
        }
    }

    async fn write_registration(
        &self,
        owner: UserId,
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
                client_registrations::user_id.eq(owner.uuid()),
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
        owner: UserId,
        issuer: &str,
        client_id: &str,
    ) -> Result<()> {
        diesel::delete(client_registrations::table)
            .filter(client_registrations::user_id.eq(owner.uuid()))
            .filter(client_registrations::issuer.eq(issuer))
            .filter(client_registrations::client_id.eq(client_id))
            .execute(&mut self.read().await?)
            .await
            .during("forget a client registration")?;
        Ok(())
    }
}

fn place(id: Uuid) -> Place<'static> {
    Place::once(id, "", Kind::ClientSecret)
}
