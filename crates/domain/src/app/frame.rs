//! What pages ask of their frames.

use serde_json::Value;
use url::{Host, Url};

use crate::described::word;

/// The most origins of one kind.
const MAX_ORIGINS: usize = 32;

/// What a page asks of the frame that it is shown in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AppFrame {
    /// Where it wants to reach.
    pub csp: AppCsp,
    /// What it wants to use of the device. At most one of each.
    pub permissions: Vec<AppPermission>,
    /// The origin or host that it wants to have for itself, in the words of the host it was made
    /// for.
    pub domain: Option<String>,
    /// Whether it wants a border. `None` where it does not care.
    pub prefers_border: Option<bool>,
}

/// Origins that a page wants to reach, by directive of Content Security Policy. Each begins with
/// `https` or `wss` and may have `*.` before its host; at most 32 of a kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AppCsp {
    /// `connect-src`.
    pub connect_domains: Vec<String>,
    /// `img-src`, `script-src`, `style-src`, `font-src`, `media-src`.
    pub resource_domains: Vec<String>,
    /// `frame-src`.
    pub frame_domains: Vec<String>,
    /// `base-uri`.
    pub base_uri_domains: Vec<String>,
}

/// What a page may want to use of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppPermission {
    /// The camera.
    Camera,
    /// The microphone.
    Microphone,
    /// Where the person is.
    Geolocation,
    /// Writing to the clipboard.
    ClipboardWrite,
}

impl AppPermission {
    const NAMED: [(&'static str, Self); 4] = [
        ("camera", Self::Camera),
        ("microphone", Self::Microphone),
        ("geolocation", Self::Geolocation),
        ("clipboardWrite", Self::ClipboardWrite),
    ];
}

impl AppFrame {
    /// Reads `_meta` of the contents of a resource. `None` where it says nothing of a page.
    pub fn read(meta: &Value) -> Option<Self> {
        let ui = meta["ui"].as_object()?;
        let of = |name: &str| ui.get(name).unwrap_or(&Value::Null);
        let (csp, wanted) = (of("csp"), of("permissions"));
        let named = AppPermission::NAMED.into_iter();
        let permissions = named.filter(|(name, _)| wanted[*name].is_object());
        Some(Self {
            csp: AppCsp {
                connect_domains: origins(&csp["connectDomains"]),
                resource_domains: origins(&csp["resourceDomains"]),
                frame_domains: origins(&csp["frameDomains"]),
                base_uri_domains: origins(&csp["baseUriDomains"]),
            },
            permissions: permissions.map(|(_, permission)| permission).collect(),
            domain: word(of("domain"), 253).and_then(|domain| {
                origin(&domain).or_else(|| origin(&format!("https://{domain}")).map(|_| domain))
            }),
            prefers_border: of("prefersBorder").as_bool(),
        })
    }
}

fn origins(raw: &Value) -> Vec<String> {
    let said = raw.as_array().into_iter().flatten().filter_map(Value::as_str);
    said.filter_map(origin).take(MAX_ORIGINS).collect()
}

/// An origin as it is written in a policy: nothing in it can begin another directive.
fn origin(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let (wildcard, rest) = match rest.strip_prefix("*.") {
        Some(rest) => ("*.", rest),
        None => ("", rest),
    };
    let url = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    let is_bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let Some(Host::Domain(host)) = url.host() else { return None };
    // Under a wildcard, a name of one label would be half of the internet.
    let is_name = !host.contains('*') && (wildcard.is_empty() || host.contains('.'));
    if !is_bare || !is_name || !matches!(url.scheme(), "https" | "wss") {
        return None;
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{wildcard}{host}{port}", url.scheme()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_but_origins_gets_into_a_policy() {
        let said = [
            "https://api.example.com",
            "wss://live.example.com:8443/",
            "https://*.example.com",
            "https://*.com",
            "https://*",
            "*",
            "'unsafe-inline'",
            "data:",
            "http://example.com",
            "https://example.com/path",
            "https://example.com; script-src *",
            "https://user@example.com",
            "https://10.0.0.1",
            "https://a.*.example.com",
            "",
        ];
        let kept = origins(&json!(said));
        assert_eq!(
            kept,
            ["https://api.example.com", "wss://live.example.com:8443", "https://*.example.com"]
        );
        assert_eq!(origins(&json!(vec!["https://a.example"; 100])).len(), MAX_ORIGINS);
    }

    #[test]
    fn a_page_says_what_it_wants_and_gets_no_more_than_there_is() {
        let meta = json!({ "ui": {
            "permissions": { "camera": {}, "microphone": true, "usb": {} },
            "domain": "a-9047.example.com",
            "prefersBorder": true,
        } });
        let frame = AppFrame::read(&meta).unwrap();
        assert_eq!(frame.permissions, [AppPermission::Camera]);
        assert_eq!(frame.domain.as_deref(), Some("a-9047.example.com"));
        assert_eq!((frame.csp, frame.prefers_border), (AppCsp::default(), Some(true)));
        assert_eq!(AppFrame::read(&json!({ "ui": 7 })), None);
        let odd = json!({ "ui": { "csp": [], "permissions": [], "domain": "a; b" } });
        assert_eq!(AppFrame::read(&odd), Some(AppFrame::default()));
    }
}
