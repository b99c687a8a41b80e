//! What a token endpoint answers, in all its dialects.
//!
//! The specification (RFC 6749, section 5.1) is followed by few to the letter. All
//! leniency is here, in one function, before the strict parser of the `oauth2` crate
//! sees the answer.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::Dialect;
use crate::oauth::OAuthError;

impl Dialect {
    /// An answer as the specification would have it: tokens, or an error. `now` is when it
    /// came.
    pub(crate) fn read(&self, body: &[u8], now: DateTime<Utc>) -> Result<Value, OAuthError> {
        let value: Value = serde_json::from_slice(body)
            .map_err(|_| OAuthError::Unusable("the answer is not JSON"))?;
        let Value::Object(whole) = &value else {
            return Err(OAuthError::Unusable("the answer is not a JSON object"));
        };
        let tokens = match &self.tokens_at {
            Some(pointer) => value.pointer(pointer).and_then(Value::as_object),
            None => Some(whole),
        };
        let holds_tokens = |tokens: &&Map<String, Value>| tokens.contains_key("access_token");
        let Some(mut answer) = tokens.filter(holds_tokens).cloned() else {
            // Some say no with status 200.
            return Err(match self.error(whole) {
                Some(code) => OAuthError::Refused(code),
                None => OAuthError::Unusable("the answer holds neither tokens nor an error"),
            });
        };
        self.settle_type(&mut answer);
        self.settle_lifetime(&mut answer, now);
        self.settle_scopes(&mut answer);
        Ok(Value::Object(answer))
    }

    /// The error of an answer, in the words of the specification where the service has
    /// its own.
    pub(crate) fn error(&self, answer: &Map<String, Value>) -> Option<String> {
        let code = answer.get("error")?;
        // A few put an object there, with the code inside.
        let code = code.as_str().or_else(|| code.get("code")?.as_str())?;
        Some(printable(self.errors.get(code).map_or(code, String::as_str)))
    }

    fn settle_type(&self, answer: &mut Map<String, Value>) {
        if self.any_token_type || !answer.contains_key("token_type") {
            answer.insert("token_type".to_owned(), "bearer".into());
        }
    }

    fn settle_lifetime(&self, answer: &mut Map<String, Value>, now: DateTime<Utc>) {
        let said = match answer.remove("expires_in") {
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(Value::Number(number)) => number.as_u64(),
            _ => None,
        };
        let instant = || {
            let text = answer.get(self.expires_at_field.as_ref()?)?.as_str()?;
            let at = DateTime::parse_from_rfc3339(text).ok()?;
            u64::try_from((at.with_timezone(&Utc) - now).num_seconds()).ok()
        };
        if let Some(lifetime) = said.or_else(instant).or(self.lifetime_seconds) {
            answer.insert("expires_in".to_owned(), lifetime.into());
        }
    }

    fn settle_scopes(&self, answer: &mut Map<String, Value>) {
        // Some have a list, by a name of its own.
        let said = answer.remove("scope").or_else(|| answer.remove("scopes"));
        let scopes = match said {
            Some(Value::String(text)) => Some(match &self.scope_separator {
                Some(separator) => text.replace(separator.as_str(), " "),
                None => text,
            }),
            Some(Value::Array(scopes)) => {
                Some(scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
            }
            _ => None,
        };
        if let Some(scopes) = scopes {
            answer.insert("scope".to_owned(), scopes.into());
        }
    }
}

/// An error code, fit for a log: it may be anything an attacker likes.
pub(crate) fn printable(code: &str) -> String {
    code.chars().filter(char::is_ascii_graphic).take(64).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(dialect: &Dialect, answer: &Value) -> Result<Value, OAuthError> {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        dialect.read(answer.to_string().as_bytes(), now)
    }

    #[test]
    fn the_specification_passes_as_it_is() {
        let answer = json!({ "access_token": "a", "token_type": "Bearer", "scope": "x y",
            "expires_in": 3600 });
        let read = read(&Dialect::default(), &answer).unwrap();
        assert_eq!(read, answer);
    }

    #[test]
    fn harmless_laxness_needs_no_data() {
        let answer = json!({ "access_token": "a", "expires_in": "60", "scope": ["x", "y"] });
        let read = read(&Dialect::default(), &answer).unwrap();
        assert_eq!(read["expires_in"], 60);
        assert_eq!(read["scope"], "x y");
        assert_eq!(read["token_type"], "bearer");
    }

    #[test]
    fn a_type_that_is_not_bearer_stays_what_it_is_unless_the_dialect_says_so() {
        let answer = json!({ "access_token": "a", "token_type": "user" });
        assert_eq!(read(&Dialect::default(), &answer).unwrap()["token_type"], "user");
        let lax = Dialect { any_token_type: true, ..Dialect::default() };
        assert_eq!(read(&lax, &answer).unwrap()["token_type"], "bearer");
    }

    #[test]
    fn scopes_are_split_where_the_service_splits_them() {
        let answer = json!({ "access_token": "a", "scope": "repo,gist" });
        assert_eq!(read(&Dialect::default(), &answer).unwrap()["scope"], "repo,gist");
        let comma = Dialect { scope_separator: Some(",".to_owned()), ..Dialect::default() };
        assert_eq!(read(&comma, &answer).unwrap()["scope"], "repo gist");
    }

    #[test]
    fn tokens_are_taken_from_where_they_are() {
        let nested = Dialect { tokens_at: Some("/authed_user".to_owned()), ..Dialect::default() };
        let answer = json!({ "ok": true, "authed_user": { "access_token": "xoxp" } });
        assert_eq!(read(&nested, &answer).unwrap()["access_token"], "xoxp");
        let bot = json!({ "ok": true, "access_token": "xoxb" });
        assert!(matches!(read(&nested, &bot), Err(OAuthError::Unusable(_))), "not the person's");
    }

    #[test]
    fn an_instant_becomes_a_lifetime() {
        let square =
            Dialect { expires_at_field: Some("expires_at".to_owned()), ..Dialect::default() };
        let answer = json!({ "access_token": "a", "expires_at": "2027-01-15T09:00:00Z" });
        assert_eq!(read(&square, &answer).unwrap()["expires_in"], 3600);
        let past = json!({ "access_token": "a", "expires_at": "2007-01-15T09:00:00Z" });
        assert_eq!(read(&square, &past).unwrap().get("expires_in"), None);
        let hinted = Dialect { lifetime_seconds: Some(7200), ..Dialect::default() };
        assert_eq!(read(&hinted, &json!({ "access_token": "a" })).unwrap()["expires_in"], 7200);
    }

    #[test]
    fn a_services_own_errors_mean_what_the_dialect_says() {
        let errors = [("invalid_refresh_token".to_owned(), "invalid_grant".to_owned())];
        let dialect = Dialect { errors: errors.into(), ..Dialect::default() };
        for answer in [
            json!({ "ok": false, "error": "invalid_refresh_token" }),
            json!({ "error": { "code": "invalid_refresh_token" } }),
        ] {
            let error = read(&dialect, &answer).unwrap_err();
            assert!(matches!(error, OAuthError::Refused(code) if code == "invalid_grant"));
        }
    }
}
