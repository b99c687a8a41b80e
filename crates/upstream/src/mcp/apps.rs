//! What is said to servers about frontends that show their pages (MCP Apps).

use rmcp::model::{ExtensionCapabilities, JsonObject};
use serde_json::json;

/// The extension, and the one kind of page that there is.
const EXTENSION: &str = "io.modelcontextprotocol/ui";
const PAGE: &str = "text/html;profile=mcp-app";

/// Servers leave pages out for clients that do not say this.
pub(super) fn extensions() -> ExtensionCapabilities {
    let settings = JsonObject::from_iter([("mimeTypes".to_owned(), json!([PAGE]))]);
    ExtensionCapabilities::from([(EXTENSION.to_owned(), settings)])
}
