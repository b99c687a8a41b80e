//! Asking a server for its tools, page by page, within bounds.

use std::collections::HashSet;
use std::time::Duration;

use attache_domain::{
    Icon, Offered, ParameterHeaders, RejectedTool, ToolApp, ToolDefinition, ToolHints, cut,
};
use rmcp::model::{ClientRequest, ListToolsRequest, PaginatedRequestParams, ServerResult, Tool};
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

/// The most rejected tools that are told of.
const MAX_REJECTED: usize = 100;

/// One page, as it came.
struct Listed {
    tools: Vec<Result<ToolDefinition, RejectedTool>>,
    next: Option<String>,
    holds: Option<Duration>,
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
    pub async fn list_tools(&self) -> Result<Offered, ListError> {
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
    async fn all_pages(&self) -> Result<Offered, (ListError, bool)> {
        let mut offered = Offered::default();
        let mut room = MAX_TOTAL;
        let mut seen = HashSet::new();
        let mut cursor = None;
        let speaks_modern = self.speaks_modern();
        // Older revisions know no such headers, and programs none at all.
        let has_headers = speaks_modern && !self.is_program();
        // Left over from a list that was given up.
        self.rejections.take();
        for page in 0..MAX_PAGES {
            let Listed { tools, next, holds } = self
                .page(cursor.take())
                .await
                .map_err(|error| (ListError::Page(error), page > 0))?;
            // What does not say how long it holds does not (MCP 2026-07-28). Older revisions say
            // when it changes.
            let holds = speaks_modern.then(|| holds.unwrap_or_default());
            offered.holds = if page == 0 { holds } else { offered.holds.min(holds) };
            for tool in tools {
                let tool = tool.and_then(|tool| bounded(tool, has_headers, &mut room));
                match tool {
                    Ok(tool) if offered.tools.len() == MAX_TOOLS => {
                        let reason = format!("there are more than {MAX_TOOLS} tools");
                        reject(&mut offered, RejectedTool::new(&tool.name, reason));
                    }
                    Ok(tool) => offered.tools.push(tool),
                    Err(rejected) => reject(&mut offered, rejected),
                }
            }
            // There the library leaves nothing out.
            for rejected in self.rejections.take().into_iter().filter(|_| has_headers) {
                reject(&mut offered, rejected);
            }
            match next {
                None => return Ok(offered),
                Some(next) if !seen.insert(next.clone()) => break,
                Some(next) => cursor = Some(next),
            }
        }
        Err((ListError::Endless, true))
    }

    /// One page. A tool that cannot be read is no reason to lose the rest.
    async fn page(&self, cursor: Option<String>) -> Result<Listed, McpError> {
        let params =
            cursor.map(|cursor| PaginatedRequestParams::default().with_cursor(Some(cursor)));
        let request = ListToolsRequest { params, ..ListToolsRequest::default() };
        match self.answer(ClientRequest::ListToolsRequest(request), PAGE).await? {
            ServerResult::ListToolsResult(list) => {
                let tools = list.tools.into_iter().map(|tool| Ok(definition(tool))).collect();
                let holds = list.ttl_ms.map(Duration::from_millis);
                Ok(Listed { tools, next: list.next_cursor, holds })
            }
            ServerResult::CustomResult(raw) => read_raw(raw.0),
            _ => Err(McpError::Unusable),
        }
    }
}

fn reject(offered: &mut Offered, rejected: RejectedTool) {
    let is_known = offered.rejected.contains(&rejected);
    if !is_known && offered.rejected.len() < MAX_REJECTED {
        offered.rejected.push(rejected);
    }
}

/// A page that the library could not read as a whole, because of one tool in it.
fn read_raw(page: Value) -> Result<Listed, McpError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Page {
        tools: Vec<Value>,
        next_cursor: Option<String>,
        #[serde(default)]
        ttl_ms: Value,
    }
    let page: Page = serde_json::from_value(page).map_err(|_| McpError::Unusable)?;
    let tool = |tool: Value| {
        let name = tool["name"].as_str().unwrap_or_default().to_owned();
        let unreadable = |_| RejectedTool::new(&name, "it is not described as a tool should be");
        serde_json::from_value::<Tool>(tool).map(definition).map_err(unreadable)
    };
    Ok(Listed {
        tools: page.tools.into_iter().map(tool).collect(),
        next: page.next_cursor,
        holds: page.ttl_ms.as_u64().map(Duration::from_millis),
    })
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

/// The tool with its texts cut to bearable lengths, or why it is beyond bearing.
fn bounded(
    mut tool: ToolDefinition,
    has_headers: bool,
    room: &mut usize,
) -> Result<ToolDefinition, RejectedTool> {
    let reject = |reason: &str| RejectedTool::new(&tool.name, reason);
    let is_named = !tool.name.is_empty() && !tool.name.chars().any(char::is_control);
    if !is_named || tool.name.len() > MAX_NAME {
        return Err(reject("its name is empty, too long, or no text"));
    }
    let schemas = [Some(&tool.input_schema), tool.output_schema.as_ref()];
    let mut size = 0;
    for schema in schemas.into_iter().flatten() {
        let bytes = schema.to_string().len();
        if bytes > MAX_SCHEMA {
            return Err(reject("one of its schemas is too large"));
        }
        if depth(schema) > MAX_DEPTH {
            return Err(reject("one of its schemas is nested too deeply"));
        }
        size += bytes;
    }
    if has_headers && let Err(error) = ParameterHeaders::read(&tool.input_schema) {
        return Err(reject(&error.to_string()));
    }
    size += tool.icons.iter().map(|icon| icon.src.len()).sum::<usize>();
    let left = room.checked_sub(size);
    *room = left.ok_or_else(|| reject("all tools together are too large"))?;
    tool.title = tool.title.map(|text| cut(&text, MAX_TITLE));
    tool.description = tool.description.map(|text| cut(&text, MAX_DESCRIPTION));
    Ok(tool)
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
        let listed = read_raw(page).unwrap();
        assert_eq!(listed.next.as_deref(), Some("2"));
        assert!(listed.tools[0].is_ok() && listed.tools[1].is_err());
    }

    #[test]
    fn what_is_beyond_bearing_is_left_out() {
        let deep = (0..100).fold(json!({}), |inner, _| json!({ "a": inner }));
        let wide = json!({"description": "x".repeat(MAX_SCHEMA)});
        let bad_header =
            json!({ "properties": { "a": { "type": "number", "x-mcp-header": "A" } } });
        let why = |name: &str, schema: &Value, has_headers: bool, room: usize| {
            let bounded = bounded(tool(name, schema.clone()), has_headers, &mut room.clone());
            bounded.err().map(|rejected| rejected.reason)
        };
        let said = |name: &str, schema: &Value| why(name, schema, true, MAX_TOTAL);
        assert_eq!(said("deep", &deep).unwrap(), "one of its schemas is nested too deeply");
        assert_eq!(said("wide", &wide).unwrap(), "one of its schemas is too large");
        assert!(said("", &json!({})).is_some());
        assert_eq!(said("fine", &json!({})), None);
        assert!(why("no room", &json!({}), true, 1).is_some());
        assert!(said("header", &bad_header).unwrap().contains("whole number"));
        assert_eq!(why("older", &bad_header, false, MAX_TOTAL), None);
    }

    #[test]
    fn long_texts_are_cut() {
        let mut long = tool("long", json!({}));
        long.description = Some("é".repeat(MAX_DESCRIPTION + 1));
        let cut = bounded(long, true, &mut MAX_TOTAL.clone()).unwrap().description.unwrap();
        assert_eq!(cut.chars().count(), MAX_DESCRIPTION);
    }
}
