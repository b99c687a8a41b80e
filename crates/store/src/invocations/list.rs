//! Pages of invocations.

use attache_domain::{Invocation, InvocationFilter, Page, PageKey, PageRequest, UserId, uuids};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::InvocationRow;
use crate::Store;
use crate::error::{During, Result};
use crate::row;
use crate::schema::invocations;

/// Invocations are listed newest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InvocationKey {
    created_at: DateTime<Utc>,
    id: Uuid,
}

impl PageKey for InvocationKey {
    const LIST: &'static str = "invocations";
}

impl InvocationKey {
    /// Where this invocation is in the list.
    pub fn of(invocation: &Invocation) -> Self {
        Self { created_at: invocation.created_at, id: invocation.id.uuid() }
    }
}

impl Store {
    /// A page of what the viewer ran.
    pub async fn invocations(
        &self,
        user: UserId,
        filter: &InvocationFilter,
        page: &PageRequest<InvocationKey>,
    ) -> Result<Page<Invocation>> {
        let mut query = invocations::table
            .filter(invocations::user_id.eq(user.uuid()))
            .order((invocations::created_at.desc(), invocations::id.desc()))
            .limit(i64::try_from(page.first).unwrap_or(i64::MAX).saturating_add(1))
            .select(InvocationRow::as_select())
            .into_boxed();
        if let Some(after) = &page.after {
            // One comparison of rows, so that the index finds the place at once.
            query = query.filter(
                sql::<Bool>("(created_at, id) < (")
                    .bind::<Timestamptz, _>(after.created_at)
                    .sql(", ")
                    .bind::<SqlUuid, _>(after.id)
                    .sql(")"),
            );
        }
        if let Some(conversation) = &filter.conversation {
            query = query.filter(invocations::conversation_id.eq(conversation));
        }
        if let Some(states) = &filter.states {
            query = query.filter(invocations::state.eq_any(states.iter().map(row::text_of)));
        }
        if let Some(services) = &filter.services {
            let codes = services.iter().map(|code| code.as_str());
            query = query.filter(invocations::service.eq_any(codes));
        }
        if let Some(tools) = &filter.tools {
            query = query.filter(invocations::tool_id.eq_any(uuids(tools)));
        }
        if let Some(after) = filter.created_after {
            query = query.filter(invocations::created_at.gt(after));
        }
        if let Some(before) = filter.created_before {
            query = query.filter(invocations::created_at.lt(before));
        }
        let rows: Vec<InvocationRow> =
            query.load(&mut self.read().await?).await.during("list invocations")?;
        let items = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
        Ok(Page::from_probe(items, page))
    }
}
