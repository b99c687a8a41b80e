//! What a service lets people read.

use serde_json::Value;

use crate::annotations::Annotations;
use crate::app::AppFrame;
use crate::described::{Described, mime_type, uri};

/// Something at a service that can be read by its URI.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Where it is, at most 2,048 characters. Not necessarily a web address.
    pub uri: String,
    /// What it is called.
    pub described: Described,
    /// What it is.
    pub mime_type: Option<String>,
    /// How many bytes it has, as the service says.
    pub size: Option<u64>,
    /// Whom it is for, and since when.
    pub annotations: Annotations,
}

/// URIs of resources, with something left out (RFC 6570).
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceTemplate {
    /// The URI with names for what is left out, at most 2,048 characters.
    pub uri_template: String,
    /// What it is called.
    pub described: Described,
    /// What the resources are, where all are the same.
    pub mime_type: Option<String>,
    /// Whom they are for, and since when.
    pub annotations: Annotations,
}

/// What is in a resource: text, or bytes in base64.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceContents {
    /// Where it is. Perhaps a part of what was asked for.
    pub uri: String,
    /// What it is.
    pub mime_type: Option<String>,
    /// The text.
    pub text: Option<String>,
    /// The bytes, base64.
    pub blob: Option<String>,
    /// What the page asks of its frame, where it is one.
    pub app: Option<AppFrame>,
}

impl Resource {
    /// Reads what a service says of a resource. `None` where it cannot be asked for.
    pub fn read(raw: &Value) -> Option<Self> {
        Some(Self {
            uri: uri(&raw["uri"])?,
            described: Described::read(raw)?,
            mime_type: mime_type(&raw["mimeType"]),
            size: raw["size"].as_u64(),
            annotations: Annotations::read(&raw["annotations"]),
        })
    }
}

impl ResourceTemplate {
    /// Reads what a service says of a template. `None` where it is none.
    pub fn read(raw: &Value) -> Option<Self> {
        Some(Self {
            uri_template: uri(&raw["uriTemplate"])?,
            described: Described::read(raw)?,
            mime_type: mime_type(&raw["mimeType"]),
            annotations: Annotations::read(&raw["annotations"]),
        })
    }
}

impl ResourceContents {
    /// Reads what is in a resource. `None` where it is neither text nor bytes.
    pub fn read(raw: &Value) -> Option<Self> {
        let words = |name: &str| raw[name].as_str().map(str::to_owned);
        let (text, blob) = (words("text"), words("blob"));
        (text.is_some() || blob.is_some()).then_some(Self {
            uri: uri(&raw["uri"])?,
            mime_type: mime_type(&raw["mimeType"]),
            text,
            blob,
            app: AppFrame::read(&raw["_meta"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_asked_for_is_nothing() {
        let fine = json!({ "uri": "note://a", "name": "a", "size": 3 });
        assert_eq!(Resource::read(&fine).unwrap().size, Some(3));
        let odd = json!({ "uri": "note://a", "name": "a", "size": -3, "mimeType": 7 });
        assert_eq!(Resource::read(&odd).unwrap().size, None);
        assert_eq!(Resource::read(&json!({ "name": "a" })), None);
        assert_eq!(Resource::read(&json!({ "uri": "x".repeat(3000), "name": "a" })), None);
        assert_eq!(ResourceContents::read(&json!({ "uri": "note://a" })), None);
        let both = json!({ "uri": "note://a", "text": "" });
        assert_eq!(ResourceContents::read(&both).unwrap().text.as_deref(), Some(""));
    }
}
