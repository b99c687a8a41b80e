//! Results of tools.

use async_graphql::{Interface, Object, SimpleObject};
use attache_domain as domain;
use serde_json::Value;

use crate::icon::Icon;
use crate::scalars::Json;

/// What a tool answered.
pub(crate) struct InvocationResult(pub(crate) domain::InvocationResult);

/// What a tool answered. Written by the service: untrusted.
#[Object]
impl InvocationResult {
    /// True when the tool itself reported failure.
    async fn is_tool_error(&self) -> bool {
        self.0.is_tool_error
    }

    /// The pieces, in order. At most as many as fit into a megabyte.
    async fn content(&self) -> Vec<ContentBlock> {
        self.0.content.iter().cloned().map(ContentBlock::from).collect()
    }

    /// The structured form; see `hasDeclaredShape`.
    async fn structured_content(&self) -> Option<Json> {
        self.0.structured_content.clone().map(Json)
    }

    /// Whether `structuredContent` is there and conforms to the tool's `outputSchema`. Null where
    /// the tool has none, or failed.
    async fn has_declared_shape(&self) -> Option<bool> {
        self.0.has_declared_shape
    }

    /// True when content was dropped to respect the size limit.
    async fn is_truncated(&self) -> bool {
        self.0.is_truncated
    }
}

/// A piece of a result. Unknown kinds are still readable through `raw`.
#[derive(Interface)]
#[graphql(field(name = "raw", ty = "&Json", desc = "The piece as the service wrote it."))]
pub(crate) enum ContentBlock {
    Text(TextContent),
    Image(ImageContent),
    Audio(AudioContent),
    ResourceLink(ResourceLinkContent),
    EmbeddedResource(EmbeddedResourceContent),
    Other(OtherContent),
}

/// Plain text.
#[derive(SimpleObject)]
pub(crate) struct TextContent {
    /// The piece as the service wrote it.
    raw: Json,
    /// The text.
    text: String,
}

/// A picture.
#[derive(SimpleObject)]
pub(crate) struct ImageContent {
    /// The piece as the service wrote it.
    raw: Json,
    /// What kind of picture.
    mime_type: String,
    /// Base64.
    data: String,
}

/// Sound.
#[derive(SimpleObject)]
pub(crate) struct AudioContent {
    /// The piece as the service wrote it.
    raw: Json,
    /// What kind of sound.
    mime_type: String,
    /// Base64.
    data: String,
}

/// A pointer to something at the service. The server never follows it.
#[derive(SimpleObject)]
pub(crate) struct ResourceLinkContent {
    /// The piece as the service wrote it.
    raw: Json,
    /// Where it is. Not necessarily a web address.
    uri: String,
    /// What it is called.
    name: String,
    /// The title to show.
    title: Option<String>,
    /// What it says of itself.
    description: Option<String>,
    /// What it is.
    mime_type: Option<String>,
    /// Pictures for it. At most 8.
    icons: Vec<Icon>,
}

/// Something at the service, carried along.
#[derive(SimpleObject)]
pub(crate) struct EmbeddedResourceContent {
    /// The piece as the service wrote it.
    raw: Json,
    /// Where it came from. Not necessarily a web address.
    uri: String,
    /// What it is.
    mime_type: Option<String>,
    /// Its text.
    text: Option<String>,
    /// Base64.
    blob: Option<String>,
}

/// A kind this version does not know.
#[derive(SimpleObject)]
pub(crate) struct OtherContent {
    /// The piece as the service wrote it.
    raw: Json,
}

impl From<Value> for ContentBlock {
    fn from(raw: Value) -> Self {
        let kind = domain::ContentBlock::read(&raw);
        let raw = Json(raw);
        match kind {
            domain::ContentBlock::Text(text) => Self::Text(TextContent { raw, text }),
            domain::ContentBlock::Image(domain::Media { mime_type, data }) => {
                Self::Image(ImageContent { raw, mime_type, data })
            }
            domain::ContentBlock::Audio(domain::Media { mime_type, data }) => {
                Self::Audio(AudioContent { raw, mime_type, data })
            }
            domain::ContentBlock::ResourceLink(link) => Self::ResourceLink(ResourceLinkContent {
                raw,
                uri: link.uri,
                name: link.name,
                title: link.title,
                description: link.description,
                mime_type: link.mime_type,
                icons: Icon::all(link.icons),
            }),
            domain::ContentBlock::EmbeddedResource(resource) => {
                Self::EmbeddedResource(EmbeddedResourceContent {
                    raw,
                    uri: resource.uri,
                    mime_type: resource.mime_type,
                    text: resource.text,
                    blob: resource.blob,
                })
            }
            domain::ContentBlock::Other => Self::Other(OtherContent { raw }),
        }
    }
}
