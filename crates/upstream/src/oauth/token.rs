//! What a token endpoint answers, in all its dialects.
//!
//! The specification (RFC 6749, section 5.1) is followed by few to the letter. All
//! leniency is here, in one function, before the strict parser of the `oauth2` crate
//! sees the answer.

use std::time::Duration;

use oauth2::TokenResponse;
use oauth2::basic::{BasicTokenResponse, BasicTokenType};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::OAuthError;

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
}

impl TokenAnswer {
    /// Reads an answer that was kept as it came.
    pub fn read(body: &[u8]) -> Result<Self, OAuthError> {
        let answer = normalized(body)?;
        let answer: BasicTokenResponse = serde_json::from_value(answer)
            .map_err(|_| OAuthError::Unusable("the tokens cannot be read"))?;
        Self::check(&answer)
    }

    /// Takes out of an answer what cannot be used as it is: an access token, or whatever
    /// there is instead, and a refresh token. They were issued, so they have to be
    /// revoked.
    pub fn salvage(body: &[u8]) -> Option<(SecretString, Option<SecretString>)> {
        let answer: Value = serde_json::from_slice(body).ok()?;
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
    pub(super) fn check(answer: &BasicTokenResponse) -> Result<Self, OAuthError> {
        if *answer.token_type() != BasicTokenType::Bearer {
            return Err(OAuthError::Unusable("the tokens are not bearer tokens"));
        }
        // One that claims to live for decades says nothing about how long it does.
        let lifetime = answer.expires_in().filter(|lifetime| lifetime.as_secs() <= MAX_LIFETIME);
        let refresh = answer.refresh_token().map(|token| token.secret().as_str());
        Ok(Self {
            access: token(answer.access_token().secret())?,
            refresh: refresh.filter(|token| !token.is_empty()).map(token).transpose()?,
            lifetime,
            scopes: answer
                .scopes()
                .map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect()),
        })
    }
}

/// A token becomes the value of a header, so it must be able to.
fn token(text: &str) -> Result<SecretString, OAuthError> {
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.is_empty() || text.len() > MAX_TOKEN || !is_visible {
        return Err(OAuthError::Unusable("a token is not visible ASCII of bearable length"));
    }
    Ok(text.into())
}

/// The answer as the specification would have it: tokens, or an error.
pub(super) fn normalized(body: &[u8]) -> Result<Value, OAuthError> {
    let value: Value =
        serde_json::from_slice(body).map_err(|_| OAuthError::Unusable("the answer is not JSON"))?;
    let Value::Object(mut answer) = value else {
        return Err(OAuthError::Unusable("the answer is not a JSON object"));
    };
    // Slack keeps a person's token one level down.
    if let Some(Value::Object(person)) = answer.remove("authed_user")
        && !answer.contains_key("access_token")
    {
        answer.extend(person);
    }
    // GitHub and Slack say no with status 200.
    if !answer.contains_key("access_token") {
        let code = answer.get("error").and_then(Value::as_str);
        return Err(match code {
            Some(code) => OAuthError::Refused(printable(code)),
            None => OAuthError::Unusable("the answer holds neither tokens nor an error"),
        });
    }
    loosen(&mut answer);
    Ok(Value::Object(answer))
}

fn loosen(answer: &mut Map<String, Value>) {
    // Some leave the type out, some name their own: `bot`, `user`. All mean bearer.
    answer.insert("token_type".to_owned(), "bearer".into());
    let lifetime = match answer.remove("expires_in") {
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Number(number)) => number.as_u64(),
        _ => None,
    };
    if let Some(lifetime) = lifetime {
        answer.insert("expires_in".to_owned(), lifetime.into());
    }
    let scopes = match answer.remove("scope") {
        Some(Value::String(text)) => Some(text.replace(',', " ")),
        Some(Value::Array(scopes)) => {
            Some(scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
        }
        _ => None,
    };
    if let Some(scopes) = scopes {
        answer.insert("scope".to_owned(), scopes.into());
    }
}

/// An error code, fit for a log: it may be anything an attacker likes.
pub(super) fn printable(code: &str) -> String {
    code.chars().filter(char::is_ascii_graphic).take(64).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    fn read(answer: &Value) -> Result<TokenAnswer, OAuthError> {
        TokenAnswer::read(answer.to_string().as_bytes())
    }

    #[test]
    fn every_dialect_is_understood() {
        let plain = read(&json!({
            "access_token": "a", "token_type": "Bearer", "expires_in": 3600, "scope": "x y",
        }))
        .unwrap();
        assert_eq!(plain.lifetime, Some(Duration::from_hours(1)));
        assert_eq!(plain.scopes.unwrap(), ["x", "y"]);

        let github =
            read(&json!({"access_token": "gho", "scope": "repo,gist", "token_type": "bearer"}));
        assert_eq!(github.unwrap().scopes.unwrap(), ["repo", "gist"]);

        let slack = read(
            &json!({"ok": true, "authed_user": {"access_token": "xoxp", "token_type": "user"}}),
        );
        assert_eq!(slack.unwrap().access.expose_secret(), "xoxp");

        let lax = read(&json!({"access_token": "a", "expires_in": "60", "scope": ["x"]})).unwrap();
        assert_eq!(
            (lax.lifetime, lax.scopes.unwrap()),
            (Some(Duration::from_mins(1)), vec!["x".to_owned()])
        );
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
            assert!(
                matches!(TokenAnswer::read(body.as_bytes()), Err(OAuthError::Unusable(_))),
                "{body}"
            );
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
            let (access, refresh) = TokenAnswer::salvage(answer.to_string().as_bytes())?;
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
            let _ = TokenAnswer::read(&body);
        }
    }
}
