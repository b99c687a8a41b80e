//! Pages that services bring along (MCP Apps).

use async_graphql::{Enum, SimpleObject};
use attache_domain as domain;

/// The page that shows a tool's calls and results.
#[derive(SimpleObject)]
pub(crate) struct ToolApp {
    /// A `ui://` URI: read it with `Account.resource`.
    resource_uri: String,
    /// Who may call the tool. At most both.
    visibility: Vec<AppAudience>,
}

/// Who may call a tool.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::AppAudience")]
pub(crate) enum AppAudience {
    /// Whoever talks with the person.
    Model,
    /// The page itself.
    App,
}

/// What a page asks of the frame that it is shown in. The frontend decides, and isolates the
/// page whatever it asks for.
#[derive(SimpleObject)]
pub(crate) struct AppFrame {
    /// Where it wants to reach: nowhere, unless it says so.
    csp: AppCsp,
    /// What it wants to use of the device. At most one of each.
    permissions: Vec<AppPermission>,
    /// The origin or host that it wants for itself, in the words of the frontend it was made
    /// for.
    domain: Option<String>,
    /// Whether it wants a border. Null where it does not care.
    has_border: Option<bool>,
}

/// Origins that a page wants to reach, by directive of Content Security Policy. Each is `https`
/// or `wss`, may have `*.` before its host, and can be written into a policy as it is.
#[derive(SimpleObject)]
#[graphql(name = "AppCSP")]
#[expect(clippy::struct_field_names, reason = "the words of the specification")]
pub(crate) struct AppCsp {
    /// For `connect-src`. At most 32.
    connect_domains: Vec<String>,
    /// For `img-src`, `script-src`, `style-src`, `font-src` and `media-src`. At most 32.
    resource_domains: Vec<String>,
    /// For `frame-src`. At most 32.
    frame_domains: Vec<String>,
    /// For `base-uri`. At most 32.
    base_uri_domains: Vec<String>,
}

/// What a page may want to use of the device.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::AppPermission")]
pub(crate) enum AppPermission {
    /// The camera.
    Camera,
    /// The microphone.
    Microphone,
    /// Where the person is.
    Geolocation,
    /// Writing to the clipboard.
    ClipboardWrite,
}

impl From<domain::ToolApp> for ToolApp {
    fn from(app: domain::ToolApp) -> Self {
        let visibility = app.visibility.into_iter().map(Into::into).collect();
        Self { resource_uri: app.resource_uri, visibility }
    }
}

impl From<domain::AppFrame> for AppFrame {
    fn from(frame: domain::AppFrame) -> Self {
        Self {
            csp: AppCsp {
                connect_domains: frame.csp.connect_domains,
                resource_domains: frame.csp.resource_domains,
                frame_domains: frame.csp.frame_domains,
                base_uri_domains: frame.csp.base_uri_domains,
            },
            permissions: frame.permissions.into_iter().map(Into::into).collect(),
            domain: frame.domain,
            has_border: frame.prefers_border,
        }
    }
}
