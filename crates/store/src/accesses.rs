//! Who used accounts, for what, and when. Calls write theirs when they are accepted.

use attache_domain::{
    Access, AccessFilter, AccessKind, Account, AccountId, ClientId, InvocationId, Page, PageKey,
    PageRequest, UserId, uuids,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Store;
use crate::error::{During, Error, Result};
use crate::row;
use crate::schema::accesses;

const TABLE: &str = "accesses";

/// Uses are listed newest first, and their ids begin with the time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccessKey {
    id: Uuid,
}

impl PageKey for AccessKey {
    const LIST: &'static str = "accesses";
}

/// A use of an account, and where it is in the list.
pub type ListedAccess = (Access, AccessKey);

#[derive(Queryable, Selectable)]
#[diesel(table_name = accesses, check_for_backend(diesel::pg::Pg))]
struct AccessRow {
    id: Uuid,
    at: DateTime<Utc>,
    kind: String,
    client: Option<String>,
    account_id: Uuid,
    account_label: Option<String>,
    service: String,
    name: Option<String>,
}

impl TryFrom<AccessRow> for ListedAccess {
    type Error = Error;

    fn try_from(access: AccessRow) -> Result<Self> {
        let kind: AccessKind = row::state(TABLE, &access.kind)?;
        let is_call = kind == AccessKind::Tool;
        let listed = Access {
            at: access.at,
            kind,
            client: access.client,
            account: AccountId::from_uuid(access.account_id),
            account_label: access.account_label,
            service: row::service(TABLE, &access.service)?,
            name: access.name,
            // A call's use has the id of the call.
            invocation: is_call.then(|| InvocationId::from_uuid(access.id)),
        };
        Ok((listed, AccessKey { id: access.id }))
    }
}

impl Store {
    /// Writes down that an account is used for something else than a call. Nothing is written for
    /// somebody who is erased at this moment.
    pub async fn note_access(
        &self,
        user: UserId,
        account: &Account,
        kind: AccessKind,
        client: Option<&ClientId>,
        name: Option<&str>,
    ) -> Result<()> {
        debug_assert!(kind != AccessKind::Tool, "calls write theirs when they are accepted");
        let clock = self.clock();
        diesel::sql_query(
            "INSERT INTO accesses \
               (user_id, id, at, kind, client, account_id, account_label, service, name) \
             SELECT id, $2, $3, $4, $5, $6, $7, $8, $9 FROM viewers WHERE id = $1 FOR KEY SHARE",
        )
        .bind::<SqlUuid, _>(user.uuid())
        .bind::<SqlUuid, _>(clock.uuid())
        .bind::<Timestamptz, _>(clock.now())
        .bind::<Text, _>(row::text_of(&kind))
        .bind::<Nullable<Text>, _>(client.map(ClientId::as_str))
        .bind::<SqlUuid, _>(account.id.uuid())
        .bind::<Nullable<Text>, _>(account.label.as_deref())
        .bind::<Text, _>(account.service.as_str())
        .bind::<Nullable<Text>, _>(name)
        .execute(&mut self.read().await?)
        .await
        .during("write a use of an account down")?;
        Ok(())
    }

    /// A page of what the viewer's accounts were used for.
    pub async fn accesses(
        &self,
        user: UserId,
        filter: &AccessFilter,
        page: &PageRequest<AccessKey>,
    ) -> Result<Page<ListedAccess>> {
        let mut query = accesses::table
            .filter(accesses::user_id.eq(user.uuid()))
            .order(accesses::id.desc())
            .limit(i64::try_from(page.first).unwrap_or(i64::MAX).saturating_add(1))
            .select(AccessRow::as_select())
            .into_boxed();
        if let Some(after) = &page.after {
            query = query.filter(accesses::id.lt(after.id));
        }
        if let Some(accounts) = &filter.accounts {
            query = query.filter(accesses::account_id.eq_any(uuids(accounts)));
        }
        if let Some(client) = &filter.client {
            query = query.filter(accesses::client.eq(client));
        }
        if let Some(kinds) = &filter.kinds {
            query = query.filter(accesses::kind.eq_any(kinds.iter().map(row::text_of)));
        }
        if let Some(after) = filter.after {
            query = query.filter(accesses::at.gt(after));
        }
        if let Some(before) = filter.before {
            query = query.filter(accesses::at.lt(before));
        }
        let rows: Vec<AccessRow> =
            query.load(&mut self.read().await?).await.during("list uses of accounts")?;
        let items = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
        Ok(Page::from_probe(items, page))
    }

    /// Forgets uses of all viewers before `before`. Returns how many went.
    pub async fn forget_accesses(&self, before: DateTime<Utc>) -> Result<usize> {
        diesel::delete(accesses::table)
            .filter(accesses::at.lt(before))
            .execute(&mut self.read().await?)
            .await
            .during("forget uses of accounts")
    }
}
