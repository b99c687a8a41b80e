//! Tokens, as they were issued.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use oauth2::basic::BasicTokenType;
use oauth2::{ExtraTokenFields, StandardTokenResponse, TokenResponse as _};
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::OAuthError;
use crate::dialect::Dialect;

/// The longest token that is taken: it has to fit into a header.
const MAX_TOKEN: usize = 16 * 1024;

/// Ten years. What claims to live longer is a mistake.
const MAX_LIFETIME: u64 = 10 * 366 * 24 * 60 * 60;

/// Tokens that were just issued.
#[derive(Debug)]
pub struct TokenAnswer {
    /// Sent with requests.
    pub access: SecretString,
    /// Buys new access tokens.
    pub refresh: Option<SecretString>,
    /// How long the access token lives, when the server says so.
    pub lifetime: Option<Duration>,
    /// What was granted; `None` means what was asked for (RFC 6749, section 5.1).
    pub scopes: Option<Vec<String>>,
    /// Says whose they are (OpenID Connect Core, section 3.1.3.3), where the server says so.
    pub id_token: Option<SecretString>,
    /// The answer as a whole.
    whole: Whole,
}

/// An answer with tokens in it, which prints nothing.
#[derive(Clone, Default)]
struct Whole(Value);

impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

/// Tokens with the one field that the crate does not know.
pub(super) type TokenResponse = StandardTokenResponse<WithIdToken, BasicTokenType>;

/// See [`TokenAnswer::id_token`].
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct WithIdToken {
    id_token: Option<HiddenText>,
}

impl ExtraTokenFields for WithIdToken {}

/// A secret that serde can read. It is written nowhere.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct HiddenText(SecretString);

impl From<String> for HiddenText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Serialize for HiddenText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

impl TokenAnswer {
    /// Reads an answer that was kept as it came, at `now` or a little later.
    pub fn read(dialect: &Dialect, body: &[u8], now: DateTime<Utc>) -> Result<Self, OAuthError> {
        let answer = dialect.read(body, now)?;
        let answer: TokenResponse = serde_json::from_value(answer)
            .map_err(|_| OAuthError::Unusable("the tokens cannot be read"))?;
        Ok(Self::check(&answer)?.with_whole(body))
    }

    /// The same tokens, with the answer that they came in.
    pub(super) fn with_whole(self, body: &[u8]) -> Self {
        Self { whole: Whole(serde_json::from_slice(body).unwrap_or_default()), ..self }
    }

    pub(super) fn whole(&self) -> &Value {
        &self.whole.0
    }

    /// Takes out of an answer what cannot be used as it is: an access token, or whatever
    /// there is instead, and a refresh token. They were issued, so they have to be
    /// revoked.
    pub fn salvage(dialect: &Dialect, body: &[u8]) -> Option<(SecretString, Option<SecretString>)> {
        let answer: Value = serde_json::from_slice(body).ok()?;
        let answer = answer.pointer(dialect.tokens_at.as_deref().unwrap_or_default())?;
        let token = |name: &str| {
            let token = answer.get(name)?.as_str()?;
            (!token.is_empty() && token.len() <= MAX_TOKEN).then(|| SecretString::from(token))
        };
        match (token("access_token"), token("refresh_token")) {
            (Some(access), refresh) => Some((access, refresh)),
            (None, refresh) => Some((refresh?, None)),
        }
    }

    /// Takes an answer that the parser took.
    pub(super) fn check(answer: &TokenResponse) -> Result<Self, OAuthError> {
        if *answer.token_type() != BasicTokenType::Bearer {
            return Err(OAuthError::Unusable("the tokens are not bearer tokens"));
        }
        // One that claims to live for decades, or for no time at all, says nothing about how
        // long it does.
        let is_said = |lifetime: &Duration| (1..=MAX_LIFETIME).contains(&lifetime.as_secs());
        let lifetime = answer.expires_in().filter(is_said);
        let refresh = answer.refresh_token().map(|token| token.secret().as_str());
        Ok(Self {
            access: token(answer.access_token().secret())?,
            refresh: refresh.filter(|token| !token.is_empty()).map(token).transpose()?,
            lifetime,
            scopes: answer
                .scopes()
                .map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()))
                .map(|scopes| scopes.filter(|scope| is_scope(scope)).collect()),
            id_token: answer.extra_fields().id_token.as_ref().map(|it| it.0.clone()),
            whole: Whole::default(),
        })
    }
}

/// RFC 6749, section 3.3. Whatever else is there is not remembered as granted.
fn is_scope(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"\\".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// A token becomes the value of a header, so it must be able to.
fn token(text: &str) -> Result<SecretString, OAuthError> {
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.is_empty() || text.len() > MAX_TOKEN || !is_visible {
        return Err(OAuthError::Unusable("a token is not visible ASCII of bearable length"));
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    fn read(answer: &Value) -> Result<TokenAnswer, OAuthError> {
        read_bytes(answer.to_string().as_bytes())
    }

    fn read_bytes(body: &[u8]) -> Result<TokenAnswer, OAuthError> {
        TokenAnswer::read(&Dialect::default(), body, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn an_answer_by_the_specification_is_understood() {
        let plain = read(&json!({
            "access_token": "a", "token_type": "Bearer", "expires_in": 3600, "scope": "x y",
            "id_token": "header.claims.signature",
        }))
        .unwrap();
        assert_eq!(plain.lifetime, Some(Duration::from_hours(1)));
        assert_eq!(plain.scopes.unwrap(), ["x", "y"]);
        assert_eq!(plain.id_token.unwrap().expose_secret(), "header.claims.signature");
    }

    #[test]
    fn only_bearer_tokens_are_taken() {
        for kind in ["mac", "DPoP", "N_A"] {
            let answer = json!({ "access_token": "a", "token_type": kind });
            assert!(matches!(read(&answer), Err(OAuthError::Unusable(_))), "{kind}");
        }
        assert!(read(&json!({ "access_token": "a", "token_type": "BEARER" })).is_ok());
    }

    #[test]
    fn a_refusal_is_a_refusal_whatever_its_status() {
        for answer in [
            json!({"error": "bad_verification_code"}),
            json!({"ok": false, "error": "bad_verification_code"}),
        ] {
            assert!(
                matches!(read(&answer), Err(OAuthError::Refused(code)) if code == "bad_verification_code")
            );
        }
        let nasty = read(&json!({"error": "\u{1b}[31m<b>x</b>".to_owned() + &"y".repeat(999)}));
        assert!(
            matches!(nasty, Err(OAuthError::Refused(code)) if code.len() <= 64 && !code.contains('\u{1b}'))
        );
    }

    #[test]
    fn junk_is_unusable() {
        for body in ["", "<html>", "[]", "{}", "{\"access_token\": 7}", "{\"access_token\": \"\"}"]
        {
            assert!(matches!(read_bytes(body.as_bytes()), Err(OAuthError::Unusable(_))), "{body}");
        }
        for answer in [
            json!({"access_token": "line\nbreak"}),
            json!({"access_token": "x".repeat(MAX_TOKEN + 1)}),
        ] {
            assert!(matches!(read(&answer), Err(OAuthError::Unusable(_))));
        }
    }

    #[test]
    fn tokens_are_found_in_answers_that_are_unusable() {
        let found = |answer: &Value| {
            let (access, refresh) =
                TokenAnswer::salvage(&Dialect::default(), answer.to_string().as_bytes())?;
            Some((access.expose_secret().to_owned(), refresh.map(|it| it.expose_secret().into())))
        };
        let both = json!({"access_token": "a", "refresh_token": "line\nbreak"});
        assert_eq!(found(&both), Some(("a".to_owned(), Some("line\nbreak".to_owned()))));
        assert_eq!(found(&json!({"refresh_token": "r"})), Some(("r".to_owned(), None)));
        assert_eq!(found(&json!({"access_token": 7, "error": "no"})), None);
        assert_eq!(found(&json!("a")), None);
    }

    #[test]
    fn an_odd_lifetime_is_no_lifetime() {
        for odd in [json!(-1), json!(1e99), json!(u64::MAX), json!(null), json!("soon"), json!([])]
        {
            assert_eq!(
                read(&json!({"access_token": "a", "expires_in": odd})).unwrap().lifetime,
                None
            );
        }
    }

    proptest! {
        #[test]
        fn no_answer_makes_the_reader_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_bytes(&body);
        }
    }
}
