//! What calls sent and what came back, sealed.

use std::collections::HashMap;

use attache_domain::{
    Invocation, InvocationId, InvocationRequest, InvocationResult, UserId, first_uuid_at,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::Store;
use crate::data_keys::{Purpose, UserKeys};
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::invocations::{owned_by, result_place};
use crate::row;
use crate::schema::{invocation_payloads, invocations};

/// What a call sent and, once it answered, what came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// What was sent.
    pub request: InvocationRequest,
    /// What the tool answered.
    pub result: Option<InvocationResult>,
}

/// The tables of what calls carry beside their payloads, by `invocation_id`. Like those, it goes with
/// age, and when a person erases it.
const CARRIED: [&str; 4] = ["elicitations", "continuations", "server_tasks", "invocation_logs"];

/// Calls to delete from what they carry.
#[derive(Clone, Copy)]
pub(crate) enum Carriers {
    /// This one.
    One(Uuid),
    /// Those with smaller ids that are over. However long a call waits for a person, it goes on with
    /// what it began with.
    OverBefore(Uuid),
}

/// Deletes all that calls carry, in one statement. Returns how many payloads went.
pub(crate) async fn delete_carried(
    connection: &mut AsyncPgConnection,
    of: Carriers,
) -> Result<usize> {
    let (which, id) = match of {
        Carriers::One(id) => ("carried.invocation_id = $1", id),
        Carriers::OverBefore(first) => (
            "carried.invocation_id < $1 AND NOT EXISTS (SELECT FROM invocations \
               WHERE invocations.id = carried.invocation_id AND finished_at IS NULL)",
            first,
        ),
    };
    let others =
        CARRIED.map(|table| format!("{table}_gone AS (DELETE FROM {table} carried WHERE {which})"));
    let statement =
        format!("WITH {} DELETE FROM invocation_payloads carried WHERE {which}", others.join(", "));
    diesel::sql_query(statement)
        .bind::<SqlUuid, _>(id)
        .execute(connection)
        .await
        .during("delete what calls carried")
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invocation_payloads, check_for_backend(diesel::pg::Pg))]
struct PayloadRow {
    invocation_id: Uuid,
    sealed_request: Vec<u8>,
    sealed_result: Option<Vec<u8>>,
}

const TABLE: &str = "invocation_payloads";

impl Store {
    /// What these invocations of the viewer carry. Those that were erased are missing.
    pub async fn payloads(
        &self,
        user: UserId,
        of: &[Invocation],
    ) -> Result<HashMap<InvocationId, Payload>> {
        let ids: Vec<Uuid> = of.iter().map(|invocation| invocation.id.uuid()).collect();
        let rows: Vec<PayloadRow> = invocation_payloads::table
            .inner_join(
                invocations::table.on(invocations::id.eq(invocation_payloads::invocation_id)),
            )
            .filter(owned_by(user))
            .filter(invocation_payloads::invocation_id.eq_any(ids))
            .select(PayloadRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load the payloads of invocations")?;
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let sealed = rows.iter().flat_map(|row| {
            [Some(row.sealed_request.as_slice()), row.sealed_result.as_deref()]
                .into_iter()
                .flatten()
        });
        let keys = self.keys_of(user, Purpose::Content, sealed).await?;
        let of: HashMap<Uuid, &Invocation> = of.iter().map(|it| (it.id.uuid(), it)).collect();
        rows.into_iter()
            .filter_map(|row| Some((*of.get(&row.invocation_id)?, row)))
            .map(|(invocation, row)| Ok((invocation.id, row.open(invocation, &keys)?)))
            .collect()
    }

    /// Erases what was carried by invocations older than `before` that are over, of all viewers,
    /// and what was asked in the middle of them.
    pub async fn forget_payloads(&self, before: DateTime<Utc>) -> Result<usize> {
        let connection = &mut self.read().await?;
        delete_carried(connection, Carriers::OverBefore(first_uuid_at(before))).await
    }

    /// Forgets invocations of all viewers that were accepted before `before`, with what
    /// they carried.
    pub async fn forget_invocations(&self, before: DateTime<Utc>) -> Result<usize> {
        let is_old = invocations::id.lt(first_uuid_at(before));
        let is_over = invocations::finished_at.is_not_null();
        let over = invocations::table.filter(is_old).filter(is_over).select(invocations::id);
        let connection = &mut self.read().await?;
        diesel::delete(invocation_payloads::table)
            .filter(invocation_payloads::invocation_id.eq_any(over))
            .execute(connection)
            .await
            .during("forget the payloads of invocations")?;
        diesel::delete(invocations::table)
            .filter(is_old)
            .filter(is_over)
            .execute(connection)
            .await
            .during("forget invocations")
    }
}

impl PayloadRow {
    fn open(self, invocation: &Invocation, keys: &UserKeys) -> Result<Payload> {
        let request = Place::once(self.invocation_id, invocation.service.as_str(), Kind::Request);
        let result = self.sealed_result.as_deref();
        Ok(Payload {
            request: open_json(keys, TABLE, "request", request, &self.sealed_request)?,
            result: result
                .map(|sealed| open_json(keys, TABLE, "result", result_place(invocation), sealed))
                .transpose()?,
        })
    }
}

pub(crate) fn open_json<T: DeserializeOwned>(
    keys: &UserKeys,
    table: &'static str,
    what: &'static str,
    place: Place<'_>,
    sealed: &[u8],
) -> Result<T> {
    let json = keys.open(what, place, sealed)?;
    serde_json::from_slice(&json).map_err(|error| row::inconsistent(table, error))
}
