//! Pictures that services have for what they offer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::described::{mime_type, word};

const MAX_ICONS: usize = 8;
const MAX_SIZES: usize = 8;

/// The longest source on the web, in characters, and the longest that holds the picture itself.
const MAX_URL: usize = 2_048;
const MAX_DATA: usize = 16 * 1024;

/// A picture, as the service names it (MCP, `Icon`). Untrusted: to be shown as an image, and as
/// nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Icon {
    /// Where it is: an `https:` URL, or a `data:image/` one.
    pub src: String,
    /// What kind of picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// For which sizes, like `48x48`, or `any`. At most 8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<String>,
    /// For which background.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<IconTheme>,
}

/// Which background a picture is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IconTheme {
    /// A light one.
    Light,
    /// A dark one.
    Dark,
}

impl Icon {
    /// Reads a list of icons. What has another source than a picture of its own or one on the
    /// web, encrypted, is left out, and so is what comes after the eighth.
    pub fn read_all(raw: &Value) -> Vec<Self> {
        let icons = raw.as_array().into_iter().flatten();
        icons.filter_map(Self::read).take(MAX_ICONS).collect()
    }

    fn read(raw: &Value) -> Option<Self> {
        let sizes = raw["sizes"].as_array().into_iter().flatten();
        Some(Self {
            src: source(raw["src"].as_str()?)?,
            mime_type: mime_type(&raw["mimeType"]),
            sizes: sizes.filter_map(|size| word(size, 20)).take(MAX_SIZES).collect(),
            theme: IconTheme::deserialize(&raw["theme"]).ok(),
        })
    }
}

fn source(src: &str) -> Option<String> {
    if src.len() > MAX_DATA {
        return None;
    }
    let url = Url::parse(src).ok()?;
    let is_picture = match url.scheme() {
        "https" => url.as_str().len() <= MAX_URL && url.username().is_empty(),
        "data" => url.path().to_ascii_lowercase().starts_with("image/"),
        _ => false,
    };
    is_picture.then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_pictures_survive() {
        let sources = [
            "https://example.com/icon.png",
            "data:image/png;base64,AA==",
            "http://example.com/icon.png",
            "javascript:alert(1)",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "https://user@example.com/icon.png",
            "icon.png",
            "",
        ];
        let raw = sources.map(|src| json!({ "src": src, "sizes": ["48x48", 7], "theme": "dark" }));
        let icons = Icon::read_all(&json!(raw));
        let kept: Vec<&str> = icons.iter().map(|icon| icon.src.as_str()).collect();
        assert_eq!(kept, sources[..2]);
        assert_eq!(icons[0].sizes, ["48x48"]);
        assert_eq!(icons[0].theme, Some(IconTheme::Dark));
    }

    #[test]
    fn there_is_an_end_to_them() {
        let one = json!({ "src": "https://example.com/icon.png", "theme": "plaid" });
        let icons = Icon::read_all(&json!(vec![one; 100]));
        assert_eq!((icons.len(), icons[0].theme), (MAX_ICONS, None));
        let huge = format!("data:image/png;base64,{}", "A".repeat(MAX_DATA));
        assert_eq!(Icon::read_all(&json!([{ "src": huge }])), []);
        assert_eq!(Icon::read_all(&json!({ "src": "https://example.com" })), []);
    }
}
