//! What a tool answered.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::icon::Icon;

/// What a tool answered, as it came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InvocationResult {
    /// True when the tool itself reported failure.
    pub is_tool_error: bool,
    /// The pieces, each as the service wrote it.
    pub content: Vec<Value>,
    /// The structured form, when the tool has one.
    pub structured_content: Option<Value>,
    /// Whether the structured form is there and of the shape that the tool declared. Nothing, where
    /// it declared none or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_declared_shape: Option<bool>,
    /// True when something was dropped to respect the size limit.
    pub is_truncated: bool,
}

impl InvocationResult {
    /// Drops pieces from the end, and then the structured form, until the rest
    /// fits into `limit` bytes of JSON. What is dropped is dropped whole: half an
    /// image helps nobody.
    #[must_use]
    pub fn capped(mut self, limit: usize) -> Self {
        let structured = self.structured_content.as_ref().map_or(0, json_len);
        if structured > limit {
            self.structured_content = None;
            self.is_truncated = true;
        }
        let mut room = limit - if structured > limit { 0 } else { structured };
        let kept = self
            .content
            .iter()
            .take_while(|block| match room.checked_sub(json_len(block)) {
                Some(left) => {
                    room = left;
                    true
                }
                None => false,
            })
            .count();
        self.is_truncated |= kept < self.content.len();
        self.content.truncate(kept);
        self
    }
}

fn json_len(value: &Value) -> usize {
    struct Counter(usize);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    serde_json::to_writer(&mut counter, value).expect("a JSON value can be written");
    counter.0
}

/// A piece of a result, by kind (MCP content blocks).
#[derive(Clone, Debug, PartialEq)]
pub enum ContentBlock {
    /// Plain text.
    Text(String),
    /// A picture, base64.
    Image(Media),
    /// Sound, base64.
    Audio(Media),
    /// A pointer to something at the service. Never followed.
    ResourceLink(ResourceLink),
    /// Something at the service, carried along.
    EmbeddedResource(EmbeddedResource),
    /// A kind this version does not know.
    Other,
}

/// Bytes with a type.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// What the bytes are.
    pub mime_type: String,
    /// The bytes, base64.
    pub data: String,
}

/// A pointer to something at the service.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceLink {
    /// Where it is.
    pub uri: String,
    /// What it is called.
    pub name: String,
    /// The title to show.
    pub title: Option<String>,
    /// What it says of itself.
    pub description: Option<String>,
    /// What it is.
    pub mime_type: Option<String>,
    /// Pictures for it, at most 8.
    #[serde(default, deserialize_with = "icons")]
    pub icons: Vec<Icon>,
}

fn icons<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Icon>, D::Error> {
    Ok(Icon::read_all(&Value::deserialize(deserializer)?))
}

/// Something at the service, carried along.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddedResource {
    /// Where it came from.
    pub uri: String,
    /// What it is.
    pub mime_type: Option<String>,
    /// Its text, or
    pub text: Option<String>,
    /// its bytes, base64.
    pub blob: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire {
    Text { text: String },
    Image(Media),
    Audio(Media),
    ResourceLink(ResourceLink),
    Resource { resource: EmbeddedResource },
}

impl ContentBlock {
    /// Reads a piece. What cannot be read stays readable as raw JSON.
    pub fn read(raw: &Value) -> Self {
        match Wire::deserialize(raw) {
            Ok(Wire::Text { text }) => Self::Text(text),
            Ok(Wire::Image(media)) => Self::Image(media),
            Ok(Wire::Audio(media)) => Self::Audio(media),
            Ok(Wire::ResourceLink(link)) => Self::ResourceLink(link),
            Ok(Wire::Resource { resource }) => Self::EmbeddedResource(resource),
            Err(_) => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn known_kinds_are_read_and_unknown_ones_survive() {
        assert_eq!(
            ContentBlock::read(&json!({"type": "text", "text": "hi", "annotations": {}})),
            ContentBlock::Text("hi".to_owned())
        );
        assert!(matches!(
            ContentBlock::read(&json!({"type": "image", "mimeType": "image/png", "data": "AA=="})),
            ContentBlock::Image(_)
        ));
        assert!(matches!(
            ContentBlock::read(
                &json!({"type": "resource", "resource": {"uri": "x:y", "text": "t"}})
            ),
            ContentBlock::EmbeddedResource(_)
        ));
        let link = ContentBlock::read(&json!({
            "type": "resource_link", "uri": "x:y", "name": "n", "description": "d",
            "icons": [{"src": "https://example.com/i.png"}, {"src": "javascript:x"}],
        }));
        let ContentBlock::ResourceLink(link) = link else { panic!("{link:?}") };
        assert_eq!((link.description.as_deref(), link.icons.len()), (Some("d"), 1));
        for odd in [json!({"type": "hologram"}), json!({"type": "text"}), json!(7)] {
            assert_eq!(ContentBlock::read(&odd), ContentBlock::Other);
        }
    }

    #[test]
    fn a_result_that_is_too_large_loses_whole_pieces_and_says_so() {
        let piece = json!({"type": "text", "text": "x".repeat(50)});
        let result = InvocationResult {
            content: vec![piece.clone(), piece.clone(), piece.clone()],
            ..InvocationResult::default()
        };
        let two = json_len(&piece) * 2;
        let capped = result.clone().capped(two + 1);
        assert_eq!((capped.content.len(), capped.is_truncated), (2, true));
        let whole = result.capped(two * 2);
        assert_eq!((whole.content.len(), whole.is_truncated), (3, false));
    }

    #[test]
    fn structure_goes_before_the_limit_is_broken() {
        let result = InvocationResult {
            content: vec![json!({"type": "text", "text": "short"})],
            structured_content: Some(json!("x".repeat(500))),
            ..InvocationResult::default()
        };
        let capped = result.capped(100);
        assert_eq!((capped.content.len(), capped.structured_content), (1, None));
        assert!(capped.is_truncated);
    }
}
