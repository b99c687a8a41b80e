//! Reads.

use async_graphql::{Context, ID, Object, Result};
use attache_domain::{Page, PageRequest};

use crate::caller::{Caller, ContextExt};
use crate::fault;
use crate::node::Node;
use crate::page::{self, ServiceConnection};
use crate::service::{Service, ServiceFilter, ServiceKey};
use crate::viewer::Viewer;

/// The most ids that `nodes` takes.
const MAX_IDS: usize = 100;

pub(crate) struct Query;

/// Reads. Every field requires an authenticated viewer.
#[Object]
impl Query {
    /// The person the access token speaks for.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        Viewer::load(ctx.caller()?).await
    }

    /// Refetches one object by its id. Null when it is gone or not yours to see.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Node>> {
        Ok(Box::pin(Node::load(ctx.caller()?, &[id])).await?.pop().flatten())
    }

    /// Refetches many objects, in the order asked. At most 100 ids.
    #[graphql(complexity = "ids.len() * child_complexity + 1")]
    async fn nodes(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Vec<Option<Node>>> {
        if ids.len() > MAX_IDS {
            return Err(async_graphql::Error::new(format!("At most {MAX_IDS} ids.")));
        }
        Box::pin(Node::load(ctx.caller()?, &ids)).await
    }

    /// One service this server can connect to, by its code, for example `GITHUB`.
    async fn service(&self, ctx: &Context<'_>, code: String) -> Result<Option<Service>> {
        let caller = ctx.caller()?;
        let offer = caller.engine.offer_named(caller.user(), &code).await;
        let offer = offer.map_err(|error| fault::error(&error))?;
        Ok(offer.map(|offer| Service(offer.service.clone())))
    }

    /// The services the viewer can connect to, their own among them, ordered by name.
    #[graphql(complexity = "page::size(first, 50) * child_complexity + 1")]
    async fn services(
        &self,
        ctx: &Context<'_>,
        filter: Option<ServiceFilter>,
        #[graphql(default = 50)] first: Option<i32>,
        after: Option<String>,
    ) -> Result<ServiceConnection> {
        let caller = ctx.caller()?;
        let page = page::request(first, 50, after.as_deref())?;
        let page = Box::pin(services(caller, &filter.unwrap_or_default(), &page)).await?;
        Ok(ServiceConnection::new(page, ServiceKey::of, Service))
    }
}

/// Services come from configuration but for a few, so their pages are cut in memory.
async fn services(
    caller: &Caller,
    filter: &ServiceFilter,
    page: &PageRequest<ServiceKey>,
) -> Result<Page<attache_domain::Service>> {
    let selection = match filter.is_selected {
        Some(_) => Some(caller.selection().await?),
        None => None,
    };
    let accounts = match filter.is_connected {
        Some(_) => Some(caller.accounts().await?),
        None => None,
    };
    let offers = caller.engine.offers(caller.user()).await.map_err(|it| fault::error(&it))?;
    let matching = offers.iter().map(|offer| &offer.service).filter(|service| {
        let is_selected = selection.as_ref().map(|codes| codes.contains(&service.code));
        let is_connected = accounts
            .as_ref()
            .map(|accounts| accounts.iter().any(|account| account.service == service.code));
        filter.matches_text(service)
            && is_selected == filter.is_selected
            && is_connected == filter.is_connected
    });
    let is_next = |service: &&attache_domain::Service| match &page.after {
        Some(after) => ServiceKey::of(service).is_after(after),
        None => true,
    };
    let items = matching.filter(is_next).take(page.first + 1).cloned().collect();
    Ok(Page::from_probe(items, page))
}
