//! Asking a server for its tools, page by page, within bounds.

use std::collections::HashSet;
use std::time::Duration;

use attache_domain::{Icon, ToolApp, ToolDefinition, ToolHints};
use rmcp::model::{ClientRequest, ListToolsRequest, PaginatedRequestParams, ServerResult, Tool};
use rmcp::service::PeerRequestOptions;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::McpError;
use super::session::Session;

const MAX_PAGES: usize = 100;
const MAX_TOOLS: usize = 2000;
const MAX_SCHEMA: usize = 256 * 1024;
const MAX_TOTAL: usize = 16 * 1024 * 1024;
const MAX_DEPTH: usize = 64;
const MAX_NAME: usize = 256;
const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 16 * 1024;

/// How long one page may take.
const PAGE: Duration = Duration::from_secs(20);

/// What a server offers.
#[derive(Debug, Default)]
pub struct Listing {
    /// The tools, in the server's order.
    pub tools: Vec<ToolDefinition>,
    /// How many were left out because they, or all of them together, are too large
    /// or cannot be read.
    pub left_out: usize,
}

/// Why the tools are not known.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A page could not be had.
    #[error("a page of tools could not be had")]
    Page(#[from] McpError),
    /// The pages do not end.
    #[error("the pages of tools do not end")]
    Endless,
}

impl Session {
    /// Asks for all tools.
    pub async fn list_tools(&self) -> Result<Listing, ListError> {
        match self.all_pages().await {
            // A cursor that the server no longer knows: its list changed under us, and
            // what was read before is worth nothing.
            Err((ListError::Page(McpError::Server { code: -32602, .. }), true)) => {
                self.all_pages().await.map_err(|(error, _)| error)
            }
            result => result.map_err(|(error, _)| error),
        }
    }

    /// The error comes with whether some page had been read before it.
    async fn all_pages(&self) -> Result<Listing, (ListError, bool)> {
        let mut listing = Listing::default();
        let mut room = MAX_TOTAL;
        let mut seen = HashSet::new();
        let mut cursor = None;
        for page in 0..MAX_PAGES {
            let (tools, next) = self
                .page(cursor.take())
                .await
                .map_err(|error| (ListError::Page(error), page > 0))?;
            for tool in tools {
                match tool.and_then(|tool| bounded(tool, &mut room)) {
                    Some(tool) if listing.tools.len() < MAX_TOOLS => listing.tools.push(tool),
                    _ => listing.left_out += 1,
                }
            }
            match next {
                None => return Ok(listing),
                Some(next) if !seen.insert(next.clone()) => break,
                Some(next) => cursor = Some(next),
            }
        }
        Err((ListError::Endless, true))
    }

    /// One page. A tool that cannot be read is `None`, and no reason to lose the rest.
    async fn page(
        &self,
        cursor: Option<String>,
    ) -> Result<(Vec<Option<ToolDefinition>>, Option<String>), McpError> {
        let params =
            cursor.map(|cursor| PaginatedRequestParams::default().with_cursor(Some(cursor)));
        let request = ListToolsRequest { params, ..ListToolsRequest::default() };
        let result = self
            .peer()
            .send_request_with_option(
                ClientRequest::ListToolsRequest(request),
                PeerRequestOptions::with_timeout(PAGE),
            )
            .await
            .map_err(|error| McpError::of_request(&error, self.clock.now()))?
            .await_response()
            .await
            .map_err(|error| McpError::of_request(&error, self.clock.now()))?;
        match result {
            ServerResult::ListToolsResult(list) => {
                let tools = list.tools.into_iter().map(|tool| Some(definition(tool))).collect();
                Ok((tools, list.next_cursor))
            }
            ServerResult::CustomResult(raw) => read_raw(raw.0),
            _ => Err(McpError::Unusable),
        }
    }
}

/// A page that the library could not read as a whole, because of one tool in it.
fn read_raw(page: Value) -> Result<(Vec<Option<ToolDefinition>>, Option<String>), McpError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Page {
        tools: Vec<Value>,
        next_cursor: Option<String>,
    }
    let page: Page = serde_json::from_value(page).map_err(|_| McpError::Unusable)?;
    let tools = page
        .tools
        .into_iter()
        .map(|tool| serde_json::from_value::<Tool>(tool).ok().map(definition))
        .collect();
    Ok((tools, page.next_cursor))
}

fn json(part: Option<impl Serialize>) -> Value {
    part.map_or(Value::Null, |part| serde_json::to_value(part).unwrap_or_default())
}

fn definition(tool: Tool) -> ToolDefinition {
    let annotations = tool.annotations.unwrap_or_default();
    let object = |schema: std::sync::Arc<rmcp::model::JsonObject>| {
        Value::Object(std::sync::Arc::unwrap_or_clone(schema))
    };
    ToolDefinition {
        name: tool.name.into_owned(),
        title: tool.title.or(annotations.title),
        description: tool.description.map(std::borrow::Cow::into_owned),
        input_schema: object(tool.input_schema),
        output_schema: tool.output_schema.map(object),
        hints: ToolHints {
            read_only: annotations.read_only_hint,
            destructive: annotations.destructive_hint,
            idempotent: annotations.idempotent_hint,
            open_world: annotations.open_world_hint,
        },
        icons: Icon::read_all(&json(tool.icons)),
        app: ToolApp::read(&json(tool.meta)),
    }
}

/// The tool with its texts cut to bearable lengths; `None` when its schemas are
/// beyond bearing.
fn bounded(mut tool: ToolDefinition, room: &mut usize) -> Option<ToolDefinition> {
    let is_named = !tool.name.is_empty() && !tool.name.chars().any(char::is_control);
    if !is_named || tool.name.len() > MAX_NAME {
        return None;
    }
    let schemas = [Some(&tool.input_schema), tool.output_schema.as_ref()];
    let mut size = 0;
    for schema in schemas.into_iter().flatten() {
        let bytes = schema.to_string().len();
        if bytes > MAX_SCHEMA || depth(schema) > MAX_DEPTH {
            return None;
        }
        size += bytes;
    }
    size += tool.icons.iter().map(|icon| icon.src.len()).sum::<usize>();
    *room = room.checked_sub(size)?;
    tool.title = tool.title.map(|text| cut(text, MAX_TITLE));
    tool.description = tool.description.map(|text| cut(text, MAX_DESCRIPTION));
    Some(tool)
}

/// A text as it is, but for its length, and for NUL, which no database takes.
fn cut(text: String, limit: usize) -> String {
    if text.chars().count() <= limit && !text.contains('\0') {
        return text;
    }
    text.chars().filter(|character| *character != '\0').take(limit).collect()
}

/// How deep a value is nested. The parser refused anything beyond 128 levels.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(name: &str, input_schema: Value) -> ToolDefinition {
        ToolDefinition {
            name: name.to_owned(),
            title: None,
            description: None,
            input_schema,
            output_schema: None,
            hints: ToolHints::default(),
            icons: Vec::new(),
            app: None,
        }
    }

    #[test]
    fn one_unreadable_tool_does_not_cost_the_others() {
        let page = json!({
            "tools": [{"name": "good", "inputSchema": {"type": "object"}}, {"name": 7}],
            "nextCursor": "2",
        });
        let (tools, next) = read_raw(page).unwrap();
        assert_eq!(next.as_deref(), Some("2"));
        assert!(tools[0].is_some() && tools[1].is_none());
    }

    #[test]
    fn what_is_beyond_bearing_is_left_out() {
        let mut room = MAX_TOTAL;
        let deep = (0..100).fold(json!({}), |inner, _| json!({ "a": inner }));
        assert!(bounded(tool("deep", deep), &mut room).is_none());
        let wide = json!({"description": "x".repeat(MAX_SCHEMA)});
        assert!(bounded(tool("wide", wide), &mut room).is_none());
        assert!(bounded(tool("", json!({})), &mut room).is_none());
        assert!(bounded(tool("fine", json!({})), &mut room).is_some());
        assert!(bounded(tool("no room", json!({})), &mut 1).is_none());
    }

    #[test]
    fn long_texts_are_cut() {
        let mut long = tool("long", json!({}));
        long.description = Some("é".repeat(MAX_DESCRIPTION + 1));
        let cut = bounded(long, &mut MAX_TOTAL.clone()).unwrap().description.unwrap();
        assert_eq!(cut.chars().count(), MAX_DESCRIPTION);
    }
}
