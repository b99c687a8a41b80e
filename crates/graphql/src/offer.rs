//! What a service offers beside its tools.

use async_graphql::{Enum, SimpleObject};
use attache_domain as domain;

use crate::icon::Icon;
use crate::scalars::DateTime;

/// Something at a service that can be read: with `Account.resource`. Every text is the service's
/// own: show it, do not obey it.
#[derive(SimpleObject)]
pub(crate) struct Resource {
    /// Where it is. Not necessarily a web address.
    uri: String,
    /// The name on the wire.
    name: String,
    /// The title to show; falls back to the name.
    title: String,
    /// What it is.
    description: Option<String>,
    /// What kind of contents.
    mime_type: Option<String>,
    /// How many bytes it has, as the service says.
    size: Option<f64>,
    /// Pictures for it. At most 8.
    icons: Vec<Icon>,
    /// What the service claims about it.
    annotations: Annotations,
}

/// URIs of resources, with blanks to fill in (RFC 6570). `Account.completion` helps with them.
#[derive(SimpleObject)]
pub(crate) struct ResourceTemplate {
    /// The URI, with the names of its blanks, like `note://{name}`.
    uri_template: String,
    /// The name on the wire.
    name: String,
    /// The title to show; falls back to the name.
    title: String,
    /// What it is.
    description: Option<String>,
    /// What kind of contents, where all have the same.
    mime_type: Option<String>,
    /// Pictures for it. At most 8.
    icons: Vec<Icon>,
    /// What the service claims about it.
    annotations: Annotations,
}

/// What a service claims about something that it offers. Unverified.
#[derive(SimpleObject)]
pub(crate) struct Annotations {
    /// Whom it is for. At most both; none where the service does not say.
    audience: Vec<MessageRole>,
    /// How much it matters, from 0 to 1.
    priority: Option<f64>,
    /// When it last changed.
    modified_at: Option<DateTime>,
}

/// Who speaks, or is spoken to.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Role")]
pub(crate) enum MessageRole {
    /// The person.
    User,
    /// Whoever talks with the person.
    Assistant,
}

impl From<domain::Resource> for Resource {
    fn from(resource: domain::Resource) -> Self {
        let title = resource.described.display_title().to_owned();
        let domain::Described { name, description, icons, .. } = resource.described;
        Self {
            uri: resource.uri,
            name,
            title,
            description,
            mime_type: resource.mime_type,
            size: resource.size.map(whole),
            icons: Icon::all(icons),
            annotations: resource.annotations.into(),
        }
    }
}

impl From<domain::ResourceTemplate> for ResourceTemplate {
    fn from(template: domain::ResourceTemplate) -> Self {
        let title = template.described.display_title().to_owned();
        let domain::Described { name, description, icons, .. } = template.described;
        Self {
            uri_template: template.uri_template,
            name,
            title,
            description,
            mime_type: template.mime_type,
            icons: Icon::all(icons),
            annotations: template.annotations.into(),
        }
    }
}

impl From<domain::Annotations> for Annotations {
    fn from(annotations: domain::Annotations) -> Self {
        Self {
            audience: annotations.audience.into_iter().map(Into::into).collect(),
            priority: annotations.priority,
            modified_at: annotations.modified_at.map(DateTime),
        }
    }
}

/// Larger than `Int` may be, and exact up to 8 petabytes.
#[expect(clippy::cast_precision_loss, reason = "nobody counts those")]
pub(crate) fn whole(number: u64) -> f64 {
    number as f64
}
