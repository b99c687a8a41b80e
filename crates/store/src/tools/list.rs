//! Pages of tools.

use std::collections::HashMap;

use attache_domain::{
    AccountId, Page, PageKey, PageRequest, Tool, ToolFilter, ToolId, UserId, uuids,
};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Store;
use crate::error::{During, Result};

/// Tools are listed by service, account and name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ToolKey {
    service: String,
    account: Uuid,
    name: String,
}

impl PageKey for ToolKey {
    const LIST: &'static str = "tools";
}

impl ToolKey {
    /// Where this tool is in the list.
    pub fn of(tool: &Tool) -> Self {
        Self {
            service: tool.service.to_string(),
            account: tool.account.uuid(),
            name: tool.definition.name.clone(),
        }
    }
}

impl Store {
    /// A page of the viewer's tools, across all accounts.
    pub async fn tools(
        &self,
        user: UserId,
        filter: &ToolFilter,
        page: &PageRequest<ToolKey>,
    ) -> Result<Page<Tool>> {
        let tools = self.tools_in_order(ToolIds::new(user, None, filter, page)).await?;
        Ok(Page::from_probe(tools, page))
    }

    /// The same page of the tools of each of these accounts.
    pub async fn tools_of_accounts(
        &self,
        user: UserId,
        accounts: &[AccountId],
        filter: &ToolFilter,
        page: &PageRequest<ToolKey>,
    ) -> Result<HashMap<AccountId, Page<Tool>>> {
        let tools = self.tools_in_order(ToolIds::new(user, Some(accounts), filter, page)).await?;
        let mut of_account: HashMap<AccountId, Vec<Tool>> =
            accounts.iter().map(|account| (*account, Vec::new())).collect();
        for tool in tools {
            of_account.entry(tool.account).or_default().push(tool);
        }
        Ok(of_account
            .into_iter()
            .map(|(account, tools)| (account, Page::from_probe(tools, page)))
            .collect())
    }

    async fn tools_in_order(&self, query: ToolIds<'_>) -> Result<Vec<Tool>> {
        let user = query.user;
        let ids: Vec<Uuid> = query.load(&mut self.read().await?).await.during("list tools")?;
        let ids: Vec<ToolId> = ids.into_iter().map(ToolId::from_uuid).collect();
        let mut tools: HashMap<ToolId, Tool> =
            self.tools_by_id(user, &ids).await?.into_iter().map(|tool| (tool.id, tool)).collect();
        Ok(ids.iter().filter_map(|id| tools.remove(id)).collect())
    }
}

/// Finds the tools of a page: of everything, or of each of some accounts, in which
/// case one walk down the index per account finds its first tools.
struct ToolIds<'a> {
    user: UserId,
    user_id: Uuid,
    accounts: Option<Vec<Uuid>>,
    search: Option<String>,
    services: Option<Vec<&'a str>>,
    is_enabled: Option<bool>,
    is_pinned: Option<bool>,
    after: Option<&'a ToolKey>,
    limit: i64,
}

impl<'a> ToolIds<'a> {
    fn new(
        user: UserId,
        accounts: Option<&[AccountId]>,
        filter: &'a ToolFilter,
        page: &'a PageRequest<ToolKey>,
    ) -> Self {
        let services = filter.services.as_ref();
        Self {
            user,
            user_id: user.uuid(),
            accounts: accounts.map(uuids),
            search: filter.search.as_deref().map(containing),
            services: services.map(|codes| codes.iter().map(|code| code.as_str()).collect()),
            is_enabled: filter.is_enabled,
            is_pinned: filter.is_pinned,
            after: page.after.as_ref(),
            // One more than the page holds, to know whether there is a next one.
            limit: i64::try_from(page.first).unwrap_or(i64::MAX).saturating_add(1),
        }
    }

    fn push_filter<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Some(search) = &self.search {
            out.push_sql(" AND (t.name ILIKE ");
            out.push_bind_param::<Text, _>(search)?;
            out.push_sql(" OR t.title ILIKE ");
            out.push_bind_param::<Text, _>(search)?;
            out.push_sql(" OR t.description ILIKE ");
            out.push_bind_param::<Text, _>(search)?;
            out.push_sql(")");
        }
        if let Some(services) = &self.services {
            out.push_sql(" AND t.service = ANY(");
            out.push_bind_param::<Array<Text>, _>(services)?;
            out.push_sql(")");
        }
        if let Some(is_enabled) = &self.is_enabled {
            out.push_sql(" AND coalesce(s.is_enabled, true) = ");
            out.push_bind_param::<Bool, _>(is_enabled)?;
        }
        if let Some(is_pinned) = &self.is_pinned {
            out.push_sql(" AND coalesce(s.is_pinned, false) = ");
            out.push_bind_param::<Bool, _>(is_pinned)?;
        }
        Ok(())
    }
}

impl Query for ToolIds<'_> {
    type SqlType = SqlUuid;
}

/// The text of the statement depends on the filter, so it is what is prepared.
impl QueryId for ToolIds<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

const TOOLS: &str = "SELECT t.id, t.service, t.account_id, t.name FROM tools t \
     LEFT JOIN tool_settings s ON s.tool_id = t.id WHERE NOT t.is_removed AND t.user_id = ";

impl QueryFragment<Pg> for ToolIds<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Some(accounts) = &self.accounts {
            out.push_sql("SELECT tool.id FROM unnest(");
            out.push_bind_param::<Array<SqlUuid>, _>(accounts)?;
            out.push_sql(") AS account (id) CROSS JOIN LATERAL (");
        } else {
            out.push_sql("SELECT tool.id FROM (");
        }
        out.push_sql(TOOLS);
        out.push_bind_param::<SqlUuid, _>(&self.user_id)?;
        if self.accounts.is_some() {
            out.push_sql(" AND t.account_id = account.id");
        }
        self.push_filter(&mut out)?;
        if let Some(after) = self.after {
            // One comparison of rows, so that the index finds the place at once.
            out.push_sql(" AND (t.service, t.account_id, t.name) > (");
            out.push_bind_param::<Text, _>(&after.service)?;
            out.push_sql(", ");
            out.push_bind_param::<SqlUuid, _>(&after.account)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&after.name)?;
            out.push_sql(")");
        }
        out.push_sql(" ORDER BY t.service, t.account_id, t.name LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(") AS tool ORDER BY tool.service, tool.account_id, tool.name");
        Ok(())
    }
}

/// A pattern for `ILIKE` that takes the text literally.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_types_is_not_a_pattern() {
        assert_eq!(containing("50%_\\"), "%50\\%\\_\\\\%");
    }
}
