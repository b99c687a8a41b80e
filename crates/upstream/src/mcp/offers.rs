//! Lists of what a server offers beside its tools, a page at a time.

use std::sync::Arc;
use std::time::Duration;

use attache_domain::{Prompt, Resource, ResourceTemplate};
use rmcp::model::{
    ClientRequest, ListPromptsRequest, ListResourceTemplatesRequest, ListResourcesRequest,
    PaginatedRequestParams, ServerCapabilities,
};
use serde_json::Value;

use super::ask::{AskError, Question};
use super::error::McpError;
use super::session::Session;

/// The most items of one page.
const MAX_ITEMS: usize = 500;

/// The longest cursor of a server that is passed on, in bytes.
const MAX_CURSOR: usize = 2 * 1024;

/// A page of what a server offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Offers<T> {
    /// The items, in the server's order, at most 500.
    pub items: Vec<T>,
    /// How many were left out because they cannot be read, or are too many.
    pub left_out: usize,
    /// Where the next page begins, in the server's words: at most 2 KiB.
    pub next: Next,
}

/// What comes after a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    End,
    /// The page that begins here.
    Page(String),
    /// Something that cannot be asked for.
    Lost,
}

/// Asks for a page of resources, the first one without a cursor.
pub struct ListResources(pub Option<String>);

/// Asks for a page of templates of resources.
pub struct ListResourceTemplates(pub Option<String>);

/// Asks for a page of prompts.
pub struct ListPrompts(pub Option<String>);

impl Question for ListResources {
    type Answer = Offers<Resource>;

    async fn ask(
        &self,
        session: &Arc<Session>,
        patience: Duration,
    ) -> Result<Self::Answer, AskError> {
        let (params, offered) = (params(self.0.as_deref()), has_resources);
        let request = ListResourcesRequest { params, ..ListResourcesRequest::default() }.into();
        page(session, request, patience, offered, self.0.as_deref(), ("resources", Resource::read))
            .await
    }
}

impl Question for ListResourceTemplates {
    type Answer = Offers<ResourceTemplate>;

    async fn ask(
        &self,
        session: &Arc<Session>,
        patience: Duration,
    ) -> Result<Self::Answer, AskError> {
        let (params, offered) = (params(self.0.as_deref()), has_resources);
        let request =
            ListResourceTemplatesRequest { params, ..ListResourceTemplatesRequest::default() };
        let items = ("resourceTemplates", ResourceTemplate::read as fn(&_) -> _);
        page(session, request.into(), patience, offered, self.0.as_deref(), items).await
    }
}

impl Question for ListPrompts {
    type Answer = Offers<Prompt>;

    async fn ask(
        &self,
        session: &Arc<Session>,
        patience: Duration,
    ) -> Result<Self::Answer, AskError> {
        let (params, offered) =
            (params(self.0.as_deref()), |it: &ServerCapabilities| it.prompts.is_some());
        let request = ListPromptsRequest { params, ..ListPromptsRequest::default() }.into();
        page(session, request, patience, offered, self.0.as_deref(), ("prompts", Prompt::read))
            .await
    }
}

pub(super) fn has_resources(capabilities: &ServerCapabilities) -> bool {
    capabilities.resources.is_some()
}

fn params(cursor: Option<&str>) -> Option<PaginatedRequestParams> {
    let cursor = cursor?.to_owned();
    Some(PaginatedRequestParams::default().with_cursor(Some(cursor)))
}

async fn page<T>(
    session: &Session,
    request: ClientRequest,
    patience: Duration,
    offered: impl FnOnce(&ServerCapabilities) -> bool,
    cursor: Option<&str>,
    (name, item): (&str, impl Fn(&Value) -> Option<T>),
) -> Result<Offers<T>, AskError> {
    if !session.offers(offered) {
        return Err(AskError::NotOffered);
    }
    let result = session.request(request, patience).await?;
    Ok(read(&result, cursor, name, item).ok_or(McpError::Unusable)?)
}

fn read<T>(
    page: &Value,
    cursor: Option<&str>,
    name: &str,
    item: impl Fn(&Value) -> Option<T>,
) -> Option<Offers<T>> {
    let all = page[name].as_array()?;
    let items: Vec<T> = all.iter().filter_map(item).take(MAX_ITEMS).collect();
    let next = match &page["nextCursor"] {
        Value::Null => Next::End,
        // The page that was just read would be read again.
        Value::String(next) if Some(next.as_str()) == cursor => Next::Lost,
        Value::String(next) if next.len() <= MAX_CURSOR => Next::Page(next.clone()),
        _ => Next::Lost,
    };
    Some(Offers { left_out: all.len() - items.len(), items, next })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn prompts(page: &Value, cursor: Option<&str>) -> Option<Offers<Prompt>> {
        read(page, cursor, "prompts", Prompt::read)
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_costs_nothing_else() {
        let page = json!({ "prompts": [{ "name": "a" }, { "name": 7 }, 7, { "name": "b" }] });
        let read = prompts(&page, None).unwrap();
        assert_eq!((read.items.len(), read.left_out, read.next), (2, 2, Next::End));
        let many = json!({ "prompts": vec![json!({ "name": "a" }); 2000] });
        let read = prompts(&many, None).unwrap();
        assert_eq!((read.items.len(), read.left_out), (MAX_ITEMS, 1500));
        assert_eq!(prompts(&json!({ "tools": [] }), None), None);
    }

    #[test]
    fn a_cursor_leads_on_or_nowhere() {
        let after = |next: Value, cursor| {
            prompts(&json!({ "prompts": [], "nextCursor": next }), cursor).unwrap().next
        };
        assert_eq!(after(json!("b"), Some("a")), Next::Page("b".to_owned()));
        assert_eq!(after(json!("a"), Some("a")), Next::Lost);
        assert_eq!(after(json!("x".repeat(MAX_CURSOR + 1)), None), Next::Lost);
        assert_eq!(after(json!(7), None), Next::Lost);
        assert_eq!(after(json!(null), Some("a")), Next::End);
    }
}
