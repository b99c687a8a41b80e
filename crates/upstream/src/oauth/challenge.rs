//! What a server wants to see: `WWW-Authenticate` (RFC 9110, section 11.6.1), as bearer
//! tokens use it (RFC 6750, section 3; RFC 9728, section 5.1).

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// The longest header that is read, in bytes.
const MAX_HEADER: usize = 8 * 1024;

/// The most scopes that a challenge may ask for. Beyond that it is not a person's to
/// consent to.
const MAX_SCOPES: usize = 100;

/// What a server that takes bearer tokens says about the one it wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// What is wrong with the one it got.
    pub error: Option<String>,
    /// What the one it wants must be good for.
    pub scopes: Option<Vec<String>>,
    /// Where it says who issues them.
    pub resource_metadata: Option<String>,
}

impl Challenge {
    /// The challenge for bearer tokens among these headers, if there is one.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        values.filter_map(|value| value.to_str().ok()).find_map(Self::parse)
    }

    /// The challenge for bearer tokens in the value of a header. A header may hold several,
    /// of several schemes.
    pub fn parse(header: &str) -> Option<Self> {
        if header.len() > MAX_HEADER {
            return None;
        }
        let mut found: Option<Self> = None;
        let mut rest = header;
        let mut is_bearer = false;
        while !rest.is_empty() {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            let (name, after) = split_token(rest);
            if name.is_empty() {
                // Not a header that anybody should have sent. What came before counts.
                break;
            }
            let spaces = after.trim_start_matches([' ', '\t']);
            // A name with a value is a parameter; without one it is the next scheme.
            match spaces.strip_prefix('=') {
                Some(value) => {
                    let (value, after) = split_value(value.trim_start_matches([' ', '\t']));
                    if let (true, Some(challenge)) = (is_bearer, &mut found) {
                        challenge.set(name, value);
                    }
                    rest = after;
                }
                None => {
                    if found.is_some() {
                        break;
                    }
                    is_bearer = name.eq_ignore_ascii_case("bearer");
                    found = is_bearer.then(Self::default);
                    rest = after;
                }
            }
        }
        found
    }

    fn set(&mut self, name: &str, value: String) {
        match name.to_ascii_lowercase().as_str() {
            "error" => _ = self.error.get_or_insert(value),
            "resource_metadata" => _ = self.resource_metadata.get_or_insert(value),
            "scope" => {
                let scopes = value.split_ascii_whitespace().take(MAX_SCOPES).map(str::to_owned);
                self.scopes.get_or_insert(scopes.collect());
            }
            _ => {}
        }
    }

    /// Whether the token was understood, and is not good for enough.
    pub fn wants_more_scopes(&self) -> bool {
        self.error.as_deref() == Some("insufficient_scope")
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~/".contains(&byte)
}

fn split_token(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !is_token(byte)).unwrap_or(text.len());
    text.split_at(end)
}

/// A token or a quoted string (RFC 9110, section 5.6.4).
fn split_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = split_token(text);
        // Some send URLs without quotes.
        let end = rest.find([',', ' ', '\t']).unwrap_or(rest.len());
        let (more, rest) = rest.split_at(end);
        return (format!("{value}{more}"), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            char => value.push(char),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(header: &str) -> Challenge {
        Challenge::parse(header).unwrap_or_else(|| panic!("{header}"))
    }

    #[test]
    fn a_challenge_is_read_with_or_without_quotes() {
        let metadata = "https://mcp.example/.well-known/oauth-protected-resource";
        for header in [
            format!(r#"Bearer error="invalid_token", resource_metadata="{metadata}", scope="a b""#),
            format!(r#"bearer scope="a b",resource_metadata={metadata} , error=invalid_token"#),
            format!(
                r#"Bearer realm="x, \"y\"", scope = "a b", error = "invalid_token", resource_metadata = "{metadata}""#
            ),
        ] {
            let challenge = parse(&header);
            assert_eq!(challenge.error.as_deref(), Some("invalid_token"), "{header}");
            assert_eq!(challenge.resource_metadata.as_deref(), Some(metadata), "{header}");
            assert_eq!(challenge.scopes.unwrap(), ["a", "b"], "{header}");
        }
        assert_eq!(parse("Bearer"), Challenge::default());
    }

    #[test]
    fn the_bearer_challenge_is_found_among_others() {
        let challenge = parse(r#"Basic realm="a", Bearer scope="x", DPoP algs="ES256""#);
        assert_eq!(challenge.scopes.unwrap(), ["x"]);
        assert_eq!(Challenge::parse(r#"Basic realm="Bearer scope=\"x\"""#), None);
        assert_eq!(Challenge::parse(""), None);
    }

    #[test]
    fn the_first_of_a_parameter_that_repeats_counts() {
        let challenge = parse(r#"Bearer scope="a", scope="b", error="insufficient_scope""#);
        assert_eq!(challenge.scopes.as_deref(), Some(&["a".to_owned()][..]));
        assert!(challenge.wants_more_scopes());
    }

    #[test]
    fn a_challenge_cannot_ask_without_end() {
        let many = format!("Bearer scope=\"{}\"", "s ".repeat(3000));
        assert_eq!(parse(&many).scopes.unwrap().len(), MAX_SCOPES);
        assert_eq!(Challenge::parse(&format!("Bearer scope=\"{}\"", "s ".repeat(9000))), None);
    }

    proptest! {
        #[test]
        fn no_header_makes_the_parser_panic(header in ".{0,200}") {
            let _ = Challenge::parse(&header);
        }

        #[test]
        fn no_ascii_header_makes_the_parser_panic(
            header in r#"(Bearer |scope|=|"|\\|,| |a|error|resource_metadata){0,40}"#
        ) {
            let _ = Challenge::parse(&header);
        }
    }
}
