//! Pages of tools.

use std::collections::HashMap;

use attache_domain::{
    AccountId, Page, PageKey, PageRequest, Tool, ToolFilter, ToolId, UserId, uuids,
};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::search::Search;
use crate::Store;
use crate::error::{During, Result};

/// How many tools a search ranks of those that are named so, and of those that are not. Of what more
/// tools have, which of them these are is for the database to say.
const MAX_RANKED: i64 = 500;

/// Tools are listed by service, account and name; those that are searched for, by how well they
/// fit before that.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ToolKey {
    rank: i32,
    service: String,
    account: Uuid,
    name: String,
}

impl PageKey for ToolKey {
    const LIST: &'static str = "tools";
}

/// A tool, and where it is in its list.
pub type ListedTool = (Tool, ToolKey);

impl Store {
    /// A page of the viewer's tools, across all accounts.
    pub async fn tools(
        &self,
        user: UserId,
        filter: &ToolFilter,
        page: &PageRequest<ToolKey>,
    ) -> Result<Page<ListedTool>> {
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
    ) -> Result<HashMap<AccountId, Page<ListedTool>>> {
        let tools = self.tools_in_order(ToolIds::new(user, Some(accounts), filter, page)).await?;
        let mut of_account: HashMap<AccountId, Vec<ListedTool>> =
            accounts.iter().map(|account| (*account, Vec::new())).collect();
        for (tool, key) in tools {
            of_account.entry(tool.account).or_default().push((tool, key));
        }
        Ok(of_account
            .into_iter()
            .map(|(account, tools)| (account, Page::from_probe(tools, page)))
            .collect())
    }

    async fn tools_in_order(&self, query: ToolIds<'_>) -> Result<Vec<ListedTool>> {
        if query.search == Some(Search::Nothing) {
            return Ok(Vec::new());
        }
        let user = query.user;
        let found: Vec<(Uuid, i32)> =
            query.load(&mut self.read().await?).await.during("list tools")?;
        let ids: Vec<ToolId> = found.iter().map(|(id, _)| ToolId::from_uuid(*id)).collect();
        let mut tools: HashMap<Uuid, Tool> = self
            .tools_by_id(user, &ids)
            .await?
            .into_iter()
            .map(|tool| (tool.id.uuid(), tool))
            .collect();
        let listed = |(id, rank): (Uuid, i32)| {
            let tool = tools.remove(&id)?;
            let key = ToolKey {
                rank,
                service: tool.service.to_string(),
                account: tool.account.uuid(),
                name: tool.definition.name.clone(),
            };
            Some((tool, key))
        };
        Ok(found.into_iter().filter_map(listed).collect())
    }
}

/// Finds the tools of a page: of everything, or of each of some accounts, in which
/// case one walk down the index per account finds its first tools.
struct ToolIds<'a> {
    user: UserId,
    user_id: Uuid,
    /// A page of each of these.
    accounts: Option<Vec<Uuid>>,
    search: Option<Search>,
    services: Option<Vec<&'a str>>,
    of_accounts: Option<Vec<Uuid>>,
    is_enabled: Option<bool>,
    is_pinned: Option<bool>,
    has_change: Option<bool>,
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
            search: filter.search.as_deref().map(|typed| Search::new(typed, user.uuid())),
            services: services.map(|codes| codes.iter().map(|code| code.as_str()).collect()),
            of_accounts: filter.accounts.as_deref().map(uuids),
            is_enabled: filter.is_enabled,
            is_pinned: filter.is_pinned,
            has_change: filter.has_change,
            after: page.after.as_ref(),
            // One more than the page holds, to know whether there is a next one.
            limit: i64::try_from(page.first).unwrap_or(i64::MAX).saturating_add(1),
        }
    }

    /// The query for these words, in whatever a tool says.
    fn push_query<'b>(words: &'b str, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("to_tsquery('simple', ");
        out.push_bind_param::<Text, _>(words)?;
        out.push_sql(")");
        Ok(())
    }

    /// The query for the same words in a name, where they bear a mark.
    fn push_name_query<'b>(words: &'b str, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("regexp_replace(");
        Self::push_query(words, out)?;
        out.push_sql(r"::text, '''([^'']+)''', '''=\1''', 'g')::tsquery");
        Ok(())
    }

    /// How well a tool fits, as a whole number: a name counts more than a title and that more
    /// than a description, and a name that was typed in full before all else.
    fn push_rank<'b>(
        words: &'b str,
        whole: &'b str,
        out: &mut AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        // What is selected by itself is worked out once, not once for every tool.
        out.push_sql("(ts_rank('{0, 0.1, 0.3, 1}', t.search, (SELECT ");
        Self::push_query(words, out)?;
        out.push_sql(")) * 1000000)::int + CASE WHEN lower(t.name) = lower(");
        out.push_bind_param::<Text, _>(whole)?;
        out.push_sql(") THEN 10000000 ELSE 0 END");
        Ok(())
    }

    /// The tools with these words that are ranked: first those that are named so, and of both so
    /// many that a word which nearly every tool has costs no more than one that many have.
    fn push_candidates<'b>(
        &'b self,
        words: &'b str,
        viewer: &'b str,
        out: &mut AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        for is_named in [true, false] {
            out.push_sql(if is_named { "((" } else { " UNION ALL (" });
            out.push_sql("SELECT t.id, t.service, t.account_id, t.name, t.search");
            self.push_tools(out)?;
            out.push_sql(" AND t.search @@ (");
            out.push_bind_param::<Text, _>(viewer)?;
            out.push_sql("::tsquery && ");
            if is_named {
                Self::push_name_query(words, out)?;
            } else {
                Self::push_query(words, out)?;
                out.push_sql(" && !! ");
                Self::push_name_query(words, out)?;
            }
            // The database may see no word in what looks like one.
            out.push_sql(") AND numnode(");
            Self::push_query(words, out)?;
            out.push_sql(") > 0 LIMIT ");
            out.push_bind_param::<BigInt, _>(&MAX_RANKED)?;
            out.push_sql(")");
        }
        out.push_sql(") AS t");
        Ok(())
    }

    /// The viewer's tools that the filter is for, but for the words.
    fn push_tools<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            " FROM tools t LEFT JOIN tool_settings s ON s.tool_id = t.id \
             WHERE NOT t.is_removed AND t.user_id = ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.user_id)?;
        if self.accounts.is_some() {
            out.push_sql(" AND t.account_id = account.id");
        }
        if let Some(Search::Text(pattern)) = &self.search {
            out.push_sql(" AND (t.name ILIKE ");
            out.push_bind_param::<Text, _>(pattern)?;
            out.push_sql(" OR t.title ILIKE ");
            out.push_bind_param::<Text, _>(pattern)?;
            out.push_sql(" OR t.description ILIKE ");
            out.push_bind_param::<Text, _>(pattern)?;
            out.push_sql(")");
        }
        if let Some(services) = &self.services {
            out.push_sql(" AND t.service = ANY(");
            out.push_bind_param::<Array<Text>, _>(services)?;
            out.push_sql(")");
        }
        if let Some(accounts) = &self.of_accounts {
            out.push_sql(" AND t.account_id = ANY(");
            out.push_bind_param::<Array<SqlUuid>, _>(accounts)?;
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
        if let Some(has_change) = &self.has_change {
            out.push_sql(" AND EXISTS (SELECT FROM tool_changes c WHERE c.tool_id = t.id) = ");
            out.push_bind_param::<Bool, _>(has_change)?;
        }
        Ok(())
    }
}

impl Query for ToolIds<'_> {
    type SqlType = (SqlUuid, Integer);
}

/// The text of the statement depends on the filter, so it is what is prepared.
impl QueryId for ToolIds<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for ToolIds<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Some(accounts) = &self.accounts {
            out.push_sql("SELECT tool.id, tool.rank FROM unnest(");
            out.push_bind_param::<Array<SqlUuid>, _>(accounts)?;
            out.push_sql(") AS account (id) CROSS JOIN LATERAL (");
        } else {
            out.push_sql("SELECT tool.id, tool.rank FROM (");
        }
        let is_ranked = matches!(self.search, Some(Search::Words { .. }));
        if let Some(Search::Words { words, viewer, whole }) = &self.search {
            out.push_sql("SELECT * FROM (SELECT t.id, t.service, t.account_id, t.name, ");
            Self::push_rank(words, whole, &mut out)?;
            out.push_sql(" AS rank FROM ");
            self.push_candidates(words, viewer, &mut out)?;
            out.push_sql(") AS t WHERE true");
        } else {
            out.push_sql("SELECT t.id, t.service, t.account_id, t.name, 0 AS rank");
            self.push_tools(&mut out)?;
        }
        if let Some(after) = self.after {
            // One comparison of rows, so that an index finds the place at once where there is no
            // search, and of how well they fit before that where there is one.
            out.push_sql(if is_ranked { " AND (-t.rank, " } else { " AND (" });
            out.push_sql("t.service, t.account_id, t.name) > (");
            if is_ranked {
                out.push_sql("-");
                out.push_bind_param::<Integer, _>(&after.rank)?;
                out.push_sql("::bigint, ");
            }
            out.push_bind_param::<Text, _>(&after.service)?;
            out.push_sql(", ");
            out.push_bind_param::<SqlUuid, _>(&after.account)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&after.name)?;
            out.push_sql(")");
        }
        out.push_sql(" ORDER BY ");
        out.push_sql(if is_ranked { "t.rank DESC, " } else { "" });
        out.push_sql("t.service, t.account_id, t.name LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(") AS tool ORDER BY tool.rank DESC, tool.service, tool.account_id, tool.name");
        Ok(())
    }
}
