//! What is said to servers about extensions of MCP. Servers keep what a client does not name to
//! themselves.

use rmcp::model::{ExtensionCapabilities, JsonObject, TASKS_EXTENSION_ID};
use serde_json::json;

/// Pages of servers, for frontends that show them (MCP Apps), and the one kind that there is.
const APPS: &str = "io.modelcontextprotocol/ui";
const PAGE: &str = "text/html;profile=mcp-app";

/// The extensions that are understood. Tasks are of the newest revision (what was called so before
/// is another thing), and not for programs: a task outlives calls, sessions and servers of ours,
/// and the process that knows of it does not.
pub(super) fn extensions(has_tasks: bool) -> ExtensionCapabilities {
    let settings = JsonObject::from_iter([("mimeTypes".to_owned(), json!([PAGE]))]);
    let mut extensions = ExtensionCapabilities::from([(APPS.to_owned(), settings)]);
    if has_tasks {
        extensions.insert(TASKS_EXTENSION_ID.to_owned(), JsonObject::new());
    }
    extensions
}
