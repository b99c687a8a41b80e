//! Which media types come in and go out.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

use super::Refusal;

/// What a response is sent as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/graphql-response+json`: status codes mean something.
    GraphqlResponse,
    /// `application/json`: for clients from before there was another.
    Json,
}

impl MediaType {
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// Only JSON in UTF-8 comes in. Anything a web page could send without asking first
/// (RFC 6454 knows three such types) stays outside.
pub(super) fn content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.all(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        !name.eq_ignore_ascii_case("charset")
            || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if is_json && is_utf8 { Ok(()) } else { Err(Refusal::MediaType) }
}

/// The type the client likes best among ours (RFC 9110, section 12.5.1). A client that
/// does not say gets JSON.
pub(super) fn accept(headers: &HeaderMap) -> Result<MediaType, Refusal> {
    let mut best: Option<(MediaType, u16)> = None;
    let mut says_something = false;
    let values = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    for range in values.flat_map(|value| value.split(',')) {
        says_something |= !range.trim().is_empty();
        let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
        let offered = match parts.next().as_deref() {
            Some("application/graphql-response+json") => MediaType::GraphqlResponse,
            Some("application/json" | "application/*" | "*/*") => MediaType::Json,
            _ => continue,
        };
        let quality = parts.find_map(|part| quality(part.strip_prefix("q=")?)).unwrap_or(1000);
        if quality > 0 && best.is_none_or(|(_, so_far)| quality > so_far) {
            best = Some((offered, quality));
        }
    }
    match best {
        Some((media_type, _)) => Ok(media_type),
        None if says_something => Err(Refusal::NotAcceptable),
        None => Ok(MediaType::Json),
    }
}

/// A weight in thousandths.
fn quality(text: &str) -> Option<u16> {
    let number: f32 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    Some((number.clamp(0.0, 1.0) * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(value: &'static str) -> Option<MediaType> {
        accept(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(value))])).ok()
    }

    #[test]
    fn clients_get_the_type_they_like_best() {
        for (value, expected) in [
            ("application/graphql-response+json", Some(MediaType::GraphqlResponse)),
            (
                "application/graphql-response+json, application/json",
                Some(MediaType::GraphqlResponse),
            ),
            (
                "application/json;q=0.9, application/graphql-response+json",
                Some(MediaType::GraphqlResponse),
            ),
            ("application/graphql-response+json;q=0.5, application/json", Some(MediaType::Json)),
            ("application/json; charset=utf-8", Some(MediaType::Json)),
            ("*/*", Some(MediaType::Json)),
            ("", Some(MediaType::Json)),
            ("text/html, */*;q=0.1", Some(MediaType::Json)),
            ("text/html", None),
            ("application/json;q=0", None),
        ] {
            assert_eq!(accepted(value), expected, "{value}");
        }
        assert_eq!(accept(&HeaderMap::new()).ok(), Some(MediaType::Json));
    }

    #[test]
    fn only_json_in_utf_8_comes_in() {
        let is_taken = |value: &'static str| {
            content_type(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(value))]))
                .is_ok()
        };
        for value in
            ["application/json", "Application/JSON; Charset=\"UTF-8\"", "application/json;v=1"]
        {
            assert!(is_taken(value), "{value}");
        }
        for value in [
            "",
            "text/plain",
            "application/jsonp",
            "application/json; charset=utf-16",
            "multipart/form-data; boundary=x",
        ] {
            assert!(!is_taken(value), "{value}");
        }
        assert!(content_type(&HeaderMap::new()).is_err());
    }
}
