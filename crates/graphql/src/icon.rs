//! Pictures.

use async_graphql::{Enum, SimpleObject};
use attache_domain as domain;

/// A picture for something that a service offers. Untrusted: show it as an image, and in no
/// other way. Who loads one from the web is seen by its server.
#[derive(SimpleObject)]
pub(crate) struct Icon {
    /// An `https:` URL, or a `data:image/` one with the picture itself.
    src: String,
    /// What kind of picture.
    mime_type: Option<String>,
    /// For which sizes, like `48x48`, or `any`. At most 8.
    sizes: Vec<String>,
    /// For which background. Null for any.
    theme: Option<IconTheme>,
}

/// Which background a picture is made for.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::IconTheme")]
pub(crate) enum IconTheme {
    /// A light one.
    Light,
    /// A dark one.
    Dark,
}

impl Icon {
    pub(crate) fn all(icons: Vec<domain::Icon>) -> Vec<Self> {
        let icon = |icon: domain::Icon| Self {
            src: icon.src,
            mime_type: icon.mime_type,
            sizes: icon.sizes,
            theme: icon.theme.map(Into::into),
        };
        icons.into_iter().map(icon).collect()
    }
}
