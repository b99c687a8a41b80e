//! Whose account it is, as the service says.

use http::{HeaderValue, Method, Request, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{MAX_ANSWER, OAuthError};
use crate::Upstream;
use crate::provider::IdentityCall;

/// Whose account it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Never changes and never belongs to anybody else.
    pub subject: String,
    /// For people to read. The service's own words.
    pub label: Option<String>,
}

impl Upstream {
    /// Asks the service whose token this is.
    pub async fn identity(
        &self,
        call: &IdentityCall,
        token: &SecretString,
    ) -> Result<Identity, OAuthError> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
            .map_err(|_| OAuthError::Unusable("the token is no header value"))?;
        bearer.set_sensitive(true);
        let request = Request::builder()
            .method(Method::GET)
            .uri(call.url.as_str())
            .header(header::AUTHORIZATION, bearer)
            .header(header::ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| OAuthError::Configuration("the identity URL is no URI"))?;
        let answer = self.egress().send(request, MAX_ANSWER).await?;
        if !answer.status().is_success() {
            return Err(OAuthError::Refused(answer.status().as_u16().to_string()));
        }
        let answer: Value = serde_json::from_slice(answer.body())
            .map_err(|_| OAuthError::Unusable("the identity is not JSON"))?;
        read(&answer, call).ok_or(OAuthError::Unusable("the identity names nobody"))
    }
}

fn read(answer: &Value, call: &IdentityCall) -> Option<Identity> {
    let text = |pointer: &str| match answer.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let subject = text(&call.subject).filter(|it| !it.is_empty() && it.len() <= 255)?;
    let label = text(&call.label)
        .map(|label| label.chars().filter(|c| !c.is_control()).take(100).collect())
        .filter(|label: &String| !label.trim().is_empty());
    Some(Identity { subject, label })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call() -> IdentityCall {
        IdentityCall {
            url: "https://as.example/userinfo".parse().unwrap(),
            subject: "/user/id".to_owned(),
            label: "/user/login".to_owned(),
        }
    }

    #[test]
    fn a_subject_may_be_a_number_and_a_label_may_be_missing() {
        let identity = read(&json!({"user": {"id": 7}}), &call()).unwrap();
        assert_eq!(identity, Identity { subject: "7".to_owned(), label: None });
    }

    #[test]
    fn an_answer_that_names_nobody_is_none() {
        for answer in
            [json!({}), json!({"user": {"id": ""}}), json!({"user": {"id": null}}), json!([])]
        {
            assert_eq!(read(&answer, &call()), None, "{answer}");
        }
    }

    #[test]
    fn a_label_is_cut_to_what_a_line_can_show() {
        let answer =
            json!({"user": {"id": "x", "login": format!("a\u{1b}[0m{}", "b".repeat(500))}});
        let label = read(&answer, &call()).unwrap().label.unwrap();
        assert_eq!(label.chars().count(), 100);
        assert!(!label.contains('\u{1b}'));
    }
}
