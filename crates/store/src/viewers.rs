//! Who was seen, and what they chose.

use attache_domain::{ConfirmationPolicy, EventKind, ServiceCode, UserId, Viewer};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{Bytea, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::error::{During, Result};
use crate::row::{self, inconsistent};
use crate::schema::viewers;
use crate::{Store, Written};

impl Store {
    /// Remembers that this person exists. Everything that gives a person their first
    /// row calls it; it costs nothing the second time but a round trip.
    pub async fn see(&self, viewer: &Viewer) -> Result<()> {
        // Whose data was erased goes on counting after it.
        diesel::sql_query(
            "WITH viewer AS (\
               INSERT INTO viewers (id, tenant_id, user_key, created_at) \
               VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id\
             ), first AS (\
               SELECT viewer.id, coalesce(erasures.event_seq + 1, 0) AS seq \
               FROM viewer LEFT JOIN erasures ON erasures.viewer_id = viewer.id\
             ) INSERT INTO event_logs (user_id, last_seq, pruned_seq) \
               SELECT id, seq, seq FROM first",
        )
        .bind::<SqlUuid, _>(viewer.id.uuid())
        .bind::<SqlUuid, _>(uuid::Uuid::from_bytes(viewer.tenant.0))
        .bind::<Bytea, _>(viewer.key.0.to_vec())
        .bind::<Timestamptz, _>(self.clock().now())
        .execute(&mut self.read().await?)
        .await
        .during("remember a viewer")?;
        Ok(())
    }

    /// Whether there is anything of this person.
    pub(crate) async fn is_known(&self, user: UserId) -> Result<bool> {
        diesel::select(exists(viewers::table.find(user.uuid())))
            .get_result(&mut self.read().await?)
            .await
            .during("look for a viewer")
    }

    /// The services the viewer chose, in their order.
    pub async fn selection(&self, user: UserId) -> Result<Vec<ServiceCode>> {
        let codes: Option<Vec<String>> = viewers::table
            .find(user.uuid())
            .select(viewers::selected_services)
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("read the selection")?;
        codes
            .unwrap_or_default()
            .into_iter()
            .map(|code| code.parse().map_err(|error| inconsistent("viewers", error)))
            .collect()
    }

    /// Replaces the selection. The viewer must have been seen.
    pub async fn select_services(
        &self,
        user: UserId,
        services: &[ServiceCode],
    ) -> Result<Written<()>> {
        let codes: Vec<&str> = services.iter().map(ServiceCode::as_str).collect();
        let mut tx = self.begin(user).await?;
        let revision: Option<i32> = diesel::update(viewers::table.find(user.uuid()))
            .filter(viewers::selected_services.ne(&codes))
            .set((
                viewers::selected_services.eq(&codes),
                viewers::selection_revision.eq(viewers::selection_revision + 1),
            ))
            .returning(viewers::selection_revision)
            .get_result(tx.sql())
            .await
            .optional()
            .during("write the selection")?;
        // Choosing the same again changes nothing, so nobody is told.
        if let Some(revision) = revision {
            tx.emit(EventKind::SelectionUpdated, user.uuid(), revision);
        }
        Ok(((), tx.commit().await?))
    }

    /// How the viewer is asked before tools of which they said nothing else.
    pub async fn default_confirmation(&self, user: UserId) -> Result<ConfirmationPolicy> {
        let (policy, _) = self.settings(user).await?;
        Ok(policy)
    }

    /// The same, and its revision for readers of the event log.
    pub async fn settings(&self, user: UserId) -> Result<(ConfirmationPolicy, i32)> {
        let row: Option<(String, i32)> = viewers::table
            .find(user.uuid())
            .select((viewers::default_confirmation, viewers::settings_revision))
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("read the settings of a viewer")?;
        match row {
            Some((policy, revision)) => Ok((row::state("viewers", &policy)?, revision)),
            None => Ok((ConfirmationPolicy::default(), 0)),
        }
    }

    /// Decides how the viewer is asked. The viewer must have been seen.
    pub async fn set_default_confirmation(
        &self,
        user: UserId,
        policy: ConfirmationPolicy,
    ) -> Result<Written<()>> {
        let text = row::text_of(&policy);
        let mut tx = self.begin(user).await?;
        let revision: Option<i32> = diesel::update(viewers::table.find(user.uuid()))
            .filter(viewers::default_confirmation.ne(&text))
            .set((
                viewers::default_confirmation.eq(&text),
                viewers::settings_revision.eq(viewers::settings_revision + 1),
            ))
            .returning(viewers::settings_revision)
            .get_result(tx.sql())
            .await
            .optional()
            .during("write the settings of a viewer")?;
        if let Some(revision) = revision {
            tx.emit(EventKind::SettingsUpdated, user.uuid(), revision);
        }
        Ok(((), tx.commit().await?))
    }

    /// The revision of the selection, for readers of the event log.
    pub async fn selection_revision(&self, user: UserId) -> Result<i32> {
        let revision: Option<i32> = viewers::table
            .find(user.uuid())
            .select(viewers::selection_revision)
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("read the revision of the selection")?;
        Ok(revision.unwrap_or_default())
    }
}
