//! Screens that services bring along (MCP Apps, SEP-1865, of 2026-01-26). Whatever they ask for,
//! it is the frontend that decides and isolates.

mod frame;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::frame::{AppCsp, AppFrame, AppPermission};
use crate::described::uri;

/// What shows a tool's calls and results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolApp {
    /// The resource with the page: a `ui://` URI, to be read from the same account.
    pub resource_uri: String,
    /// Who may call the tool. At most both.
    pub visibility: Vec<AppAudience>,
}

/// Who may call a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppAudience {
    /// Whoever talks with the person.
    Model,
    /// The page itself.
    App,
}

impl ToolApp {
    /// Reads `_meta` of a tool, in which `ui/resourceUri` is an older way to say it.
    pub fn read(meta: &Value) -> Option<Self> {
        let ui = &meta["ui"];
        let resource_uri = uri(&ui["resourceUri"]).or_else(|| uri(&meta["ui/resourceUri"]))?;
        if !resource_uri.starts_with("ui://") {
            return None;
        }
        let both = [AppAudience::Model, AppAudience::App];
        let visibility = match ui["visibility"].as_array() {
            None => both.to_vec(),
            Some(said) => {
                let said: Vec<_> = said.iter().flat_map(AppAudience::deserialize).collect();
                both.into_iter().filter(|audience| said.contains(audience)).collect()
            }
        };
        Some(Self { resource_uri, visibility })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tool_names_its_page_in_either_way() {
        let new = ToolApp::read(&json!({ "ui": { "resourceUri": "ui://a/b" } })).unwrap();
        let old = ToolApp::read(&json!({ "ui/resourceUri": "ui://a/b" })).unwrap();
        assert_eq!(new, old);
        assert_eq!(new.visibility, [AppAudience::Model, AppAudience::App]);
        let hidden = json!({ "ui": { "resourceUri": "ui://a", "visibility": ["app", "cat", 7] } });
        assert_eq!(ToolApp::read(&hidden).unwrap().visibility, [AppAudience::App]);
        for odd in [json!({}), json!({ "ui": { "resourceUri": "https://a" } }), json!(null)] {
            assert_eq!(ToolApp::read(&odd), None, "{odd}");
        }
    }
}
