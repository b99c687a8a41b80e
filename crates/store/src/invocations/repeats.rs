//! Calls that repeat others.

use std::collections::HashMap;

use attache_domain::{Invocation, InvocationId, UserId, uuids};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{InvocationRow, owned_by};
use crate::Store;
use crate::error::{During, Result};
use crate::schema::{invocation_repeats, invocations};
use crate::transaction::Transaction;

impl Store {
    /// The calls that these invocations of the viewer repeat, as far as they do and the former
    /// are still known.
    pub async fn repeated_invocations(
        &self,
        user: UserId,
        by: &[InvocationId],
    ) -> Result<HashMap<InvocationId, Invocation>> {
        let rows: Vec<(Uuid, InvocationRow)> = invocation_repeats::table
            .inner_join(invocations::table.on(invocations::id.eq(invocation_repeats::repeats)))
            .filter(invocation_repeats::user_id.eq(user.uuid()))
            .filter(invocation_repeats::invocation_id.eq_any(uuids(by)))
            .filter(owned_by(user))
            .select((invocation_repeats::invocation_id, InvocationRow::as_select()))
            .load(&mut self.read().await?)
            .await
            .during("load which calls were repeated")?;
        rows.into_iter()
            .map(|(id, row)| Ok((InvocationId::from_uuid(id), row.try_into()?)))
            .collect()
    }
}

/// Writes down which call a new one repeats.
pub(super) async fn note(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: Uuid,
    former: InvocationId,
) -> Result<()> {
    diesel::insert_into(invocation_repeats::table)
        .values((
            invocation_repeats::invocation_id.eq(id),
            invocation_repeats::user_id.eq(user.uuid()),
            invocation_repeats::repeats.eq(former.uuid()),
        ))
        .execute(tx.sql())
        .await
        .during("write down which call is repeated")?;
    Ok(())
}
