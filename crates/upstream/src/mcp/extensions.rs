//! What is said to servers about extensions of MCP. Servers keep what a client does not name to
//! themselves.

use rmcp::model::{ExtensionCapabilities, JsonObject, TASKS_EXTENSION_ID};
use serde_json::json;

/// Pages of servers, for frontends that show them (MCP Apps), and the one kind that there is.
const APPS: &str = "io.modelcontextprotocol/ui";
const PAGE: &str = "text/html;profile=mcp-app";

/// The extensions that are understood. Tasks are of the newest revision; what was called so before
/// is another thing.
pub(super) fn extensions(speaks_modern: bool) -> ExtensionCapabilities {
    let settings = JsonObject::from_iter([("mimeTypes".to_owned(), json!([PAGE]))]);
    let mut extensions = ExtensionCapabilities::from([(APPS.to_owned(), settings)]);
    if speaks_modern {
        extensions.insert(TASKS_EXTENSION_ID.to_owned(), JsonObject::new());
    }
    extensions
}
