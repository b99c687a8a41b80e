//! Questions in the middle of calls: their states. What is asked and answered is sealed.

mod answer;
mod ask;
mod settle;

use std::collections::HashMap;

use attache_domain::{
    Elicitation, ElicitationAction, ElicitationId, ElicitationState, InvocationId, Question,
    UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use answer::{Answered, Continuation};
pub use ask::{Asked, AskedQuestion, Asking, Round};
pub(crate) use settle::withdraw;

use crate::Store;
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Error, Result};
use crate::payloads::open_json;
use crate::row;
use crate::schema::elicitations;

const TABLE: &str = "elicitations";

#[derive(Queryable, Selectable)]
#[diesel(table_name = elicitations, check_for_backend(diesel::pg::Pg))]
struct ElicitationRow {
    id: Uuid,
    invocation_id: Uuid,
    service: String,
    state: String,
    action: Option<String>,
    revision: i32,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<ElicitationRow> for Elicitation {
    type Error = Error;

    fn try_from(elicitation: ElicitationRow) -> Result<Self> {
        let action: Option<ElicitationAction> =
            elicitation.action.map(|action| row::state(TABLE, &action)).transpose()?;
        Ok(Self {
            id: ElicitationId::from_uuid(elicitation.id),
            invocation: InvocationId::from_uuid(elicitation.invocation_id),
            service: row::service(TABLE, &elicitation.service)?,
            state: row::state(TABLE, &elicitation.state)?,
            action,
            created_at: elicitation.created_at,
            expires_at: elicitation.expires_at,
            revision: elicitation.revision,
            updated_at: elicitation.updated_at,
        })
    }
}

/// A question as it is sealed: with the service's own name for it, by which the answer goes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Inquiry {
    /// The service's name for it. Untrusted, and a secret of the service's.
    pub name: String,
    /// What it asks.
    pub question: Question,
    /// Whether a task asks it, whose names for its questions are its own.
    #[serde(default)]
    pub is_of_task: bool,
}

impl Store {
    /// These questions, as far as they are the viewer's.
    pub async fn elicitations_by_id(
        &self,
        user: UserId,
        ids: &[ElicitationId],
    ) -> Result<Vec<Elicitation>> {
        let rows: Vec<ElicitationRow> = elicitations::table
            .filter(elicitations::user_id.eq(user.uuid()))
            .filter(elicitations::id.eq_any(uuids(ids)))
            .select(ElicitationRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load questions")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// All that was asked in the middle of these invocations of the viewer, in order.
    pub async fn elicitations_of(
        &self,
        user: UserId,
        invocations: &[InvocationId],
    ) -> Result<Vec<Elicitation>> {
        let rows: Vec<ElicitationRow> = elicitations::table
            .filter(elicitations::user_id.eq(user.uuid()))
            .filter(elicitations::invocation_id.eq_any(uuids(invocations)))
            .order(elicitations::id)
            .select(ElicitationRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load the questions of invocations")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The viewer's questions that wait for an answer, oldest first.
    pub async fn pending_elicitations(&self, user: UserId, limit: i64) -> Result<Vec<Elicitation>> {
        let rows: Vec<ElicitationRow> = elicitations::table
            .filter(elicitations::user_id.eq(user.uuid()))
            .filter(elicitations::state.eq(row::text_of(&ElicitationState::Pending)))
            .order(elicitations::id)
            .limit(limit)
            .select(ElicitationRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load pending questions")?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// What these questions of the viewer ask.
    pub async fn inquiries(
        &self,
        user: UserId,
        of: &[ElicitationId],
    ) -> Result<HashMap<ElicitationId, Inquiry>> {
        let rows: Vec<(Uuid, String, Vec<u8>)> = elicitations::table
            .filter(elicitations::user_id.eq(user.uuid()))
            .filter(elicitations::id.eq_any(uuids(of)))
            .select((elicitations::id, elicitations::service, elicitations::sealed_question))
            .load(&mut self.read().await?)
            .await
            .during("load what is asked")?;
        if rows.is_empty() {
            // Who was never asked anything need not have keys.
            return Ok(HashMap::new());
        }
        let sealed = rows.iter().map(|(_, _, sealed)| sealed.as_slice());
        let keys = self.keys_of(user, Purpose::Content, sealed).await?;
        rows.into_iter()
            .map(|(id, service, sealed)| {
                let place = Place::once(id, &service, Kind::Question);
                let inquiry = open_json(&keys, TABLE, "question", place, &sealed)?;
                Ok((ElicitationId::from_uuid(id), inquiry))
            })
            .collect()
    }
}
