//! What a service lets people read.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::Value;

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

/// Hints of a service about something it offers (MCP, `Annotations`). Unverified.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// Whom it is for. At most both.
    pub audience: Vec<Role>,
    /// How much it matters, from 0 to 1.
    pub priority: Option<f64>,
    /// When it last changed.
    pub modified_at: Option<DateTime<Utc>>,
}

/// Who speaks, or is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// Whoever talks with the person.
    Assistant,
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

impl Annotations {
    fn read(raw: &Value) -> Self {
        let audience = raw["audience"].as_array();
        let said = audience.into_iter().flatten().flat_map(Role::deserialize);
        let said: Vec<Role> = said.take(2).collect();
        let priority = raw["priority"].as_f64().filter(|it| (0.0..=1.0).contains(it));
        Self {
            audience: [Role::User, Role::Assistant]
                .into_iter()
                .filter(|role| said.contains(role))
                .collect(),
            // The library reads it with less precision than it then seems to have.
            priority: priority.map(|it| (it * 1e4).round() / 1e4),
            modified_at: raw["lastModified"].as_str().and_then(instant),
        }
    }
}

/// An instant, or the beginning of a day.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc());
    let day = || text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    instant.or_else(|_| day()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hints_that_make_no_sense_are_no_hints() {
        let read = Annotations::read(&json!({
            "audience": ["assistant", "user", "assistant", "cat"],
            "priority": 0.9_f32,
            "lastModified": "2025-01-12",
        }));
        assert_eq!(read.audience, [Role::User, Role::Assistant]);
        assert_eq!(read.priority, Some(0.9));
        assert_eq!(read.modified_at, Some("2025-01-12T00:00:00Z".parse().unwrap()));
        let odd = json!({ "audience": "user", "priority": 7, "lastModified": "soon" });
        assert_eq!(Annotations::read(&odd), Annotations::default());
    }

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
