//! Catalogs of tools.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use attache_domain as domain;
use attache_engine::ToolKey;

use crate::caller::ContextExt;
use crate::fault;
use crate::loaders::ToolPage;
use crate::page::{self, ToolConnection};
use crate::problem::Problem;
use crate::scalars::DateTime;
use crate::tool::{Tool, ToolFilter};

/// The tools one account offers.
#[derive(Clone)]
pub(crate) struct Catalog(pub(crate) domain::Catalog);

/// Whether a catalog is being read.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::CatalogState")]
pub(crate) enum CatalogState {
    /// Being read for the first time.
    Loading,
    /// What is here is what the service said last.
    Ready,
    /// Being read again; the current tools stay usable.
    Refreshing,
    /// The last read failed; see `problem`.
    Failed,
}

/// The tools one account offers, and how fresh that knowledge is.
#[Object]
impl Catalog {
    /// Whether it is being read.
    async fn state(&self) -> CatalogState {
        self.0.state.into()
    }

    /// How many tools there are.
    async fn tool_count(&self) -> i32 {
        self.0.tool_count
    }

    /// The tools, by name.
    #[graphql(complexity = "page::size(first, 50) * child_complexity + 1")]
    async fn tools(
        &self,
        ctx: &Context<'_>,
        filter: Option<ToolFilter>,
        #[graphql(default = 50)] first: Option<i32>,
        after: Option<String>,
    ) -> Result<ToolConnection> {
        let caller = ctx.caller()?;
        let page = ToolPage {
            account: self.0.account,
            filter: filter.unwrap_or_default().read(caller).await?,
            page: page::request::<ToolKey>(first, 50, after.as_deref())?,
        };
        let empty = || domain::Page { items: Vec::new(), has_next: false, has_previous: false };
        let found = caller.loaders().tool_pages.load_one(page).await.map_err(fault::shared)?;
        Ok(ToolConnection::new(
            found.unwrap_or_else(empty),
            |(_, key)| key.clone(),
            |(tool, _)| Tool(tool),
        ))
    }

    /// Tools that the service lists and that are not offered. At most 100.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn rejected_tools(&self) -> Vec<RejectedTool> {
        self.0.rejected.iter().cloned().map(Into::into).collect()
    }

    /// When the tools were last read from the service. Null before the first time.
    async fn fetched_at(&self) -> Option<DateTime> {
        self.0.fetched_at.map(DateTime)
    }

    /// Why the last read failed. The previous tools stay available.
    async fn problem(&self, ctx: &Context<'_>) -> Result<Option<Problem>> {
        Problem::maybe(ctx.caller()?, self.0.problem.clone()).await
    }

    /// Grows with every change.
    pub(crate) async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// When it last changed.
    pub(crate) async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

/// A tool that a service lists and that is not offered.
#[derive(SimpleObject)]
pub(crate) struct RejectedTool {
    /// Its name, as the service wrote it: untrusted, and perhaps only a part of it.
    name: String,
    /// Why, as a sentence.
    reason: String,
}

impl From<domain::RejectedTool> for RejectedTool {
    fn from(tool: domain::RejectedTool) -> Self {
        Self {
            name: tool.name,
            reason: format!("This tool is not offered because {}.", tool.reason),
        }
    }
}
