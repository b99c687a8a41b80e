//! Whose account it is, as the service says.

mod id_token;

use http::{HeaderValue, Method, Request, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use self::id_token::{of_id_token, of_issuer};
use super::{MAX_ANSWER, OAuthError, Plan, TokenAnswer};
use crate::Upstream;
use crate::provider::{Endpoints, IdentityCall, IdentitySource};

/// Whose account it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Never changes and never belongs to anybody else.
    pub subject: String,
    /// For people to read. The service's own words.
    pub label: Option<String>,
}

/// Where an attempt asks whose account it is. Kept with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityPlan {
    /// Here, and without an answer there is no account.
    Call(IdentityCall),
    /// In the answer of the token endpoint, and without one there is no account.
    Answer {
        /// JSON Pointer to what never changes.
        subject: String,
        /// JSON Pointer to what people read.
        label: String,
    },
    /// In the ID token, or else here, if the service has them and says so.
    Standard {
        /// The userinfo endpoint.
        userinfo: Option<Url>,
    },
}

impl IdentityPlan {
    pub(super) fn of(source: &IdentitySource, server: &Endpoints) -> Result<Self, OAuthError> {
        Ok(match source {
            IdentitySource::Standard => Self::Standard { userinfo: server.userinfo.clone() },
            IdentitySource::Answer { subject, label } => {
                Self::Answer { subject: subject.clone(), label: label.clone() }
            }
            IdentitySource::Call { url, subject, label } => {
                let url = url.clone().or_else(|| server.userinfo.clone());
                Self::Call(IdentityCall {
                    url: url.ok_or(OAuthError::Metadata("there is no userinfo endpoint"))?,
                    subject: subject.clone(),
                    label: label.clone(),
                })
            }
        })
    }
}

impl Upstream {
    /// Whose tokens these are. `None` where the service has no way to say so.
    pub async fn identify(
        &self,
        plan: &Plan,
        answer: &TokenAnswer,
    ) -> Result<Option<Identity>, OAuthError> {
        match &plan.identity {
            IdentityPlan::Call(call) => self.ask_identity(call, &answer.access).await.map(Some),
            IdentityPlan::Answer { subject, label } => {
                let found = read(answer.whole(), subject, label);
                found.map(Some).ok_or(OAuthError::Unusable("the answer names nobody"))
            }
            IdentityPlan::Standard { userinfo } => {
                if let Some(token) = &answer.id_token {
                    return of_id_token(token, &plan.client, self.clock.now()).map(Some);
                }
                // Only tokens of OpenID Connect are good there.
                let granted = answer.scopes.as_ref().unwrap_or(&plan.scopes);
                let is_openid = granted.iter().any(|scope| scope == "openid");
                let Some(url) = userinfo.clone().filter(|_| is_openid) else {
                    return Ok(None);
                };
                let call =
                    IdentityCall { url, subject: "/sub".to_owned(), label: "/email".to_owned() };
                match self.ask_identity(&call, &answer.access).await {
                    Ok(identity) => Ok(Some(of_issuer(identity, &plan.client.issuer))),
                    // Some take no token there that is bound to a resource.
                    Err(OAuthError::Refused(status)) => {
                        tracing::info!(%status, "a userinfo endpoint does not take the token");
                        Ok(None)
                    }
                    Err(error) => Err(error),
                }
            }
        }
    }

    async fn ask_identity(
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
        read(&answer, &call.subject, &call.label)
            .ok_or(OAuthError::Unusable("the identity names nobody"))
    }
}

impl Identity {
    /// Reads an identity from an answer. A subject of several parts is named by several
    /// pointers, with spaces in between.
    pub fn read(answer: &Value, subject: &str, label: &str) -> Option<Self> {
        read(answer, subject, label)
    }
}

fn read(answer: &Value, subject: &str, label: &str) -> Option<Identity> {
    let text = |pointer: &str| match answer.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let parts: Option<Vec<String>> = subject.split_whitespace().map(text).collect();
    let subject = parts.filter(|parts| parts.iter().all(|part| !part.is_empty()))?.join(":");
    let subject = Some(subject).filter(|it| is_subject(it))?;
    Some(Identity { subject, label: text(label).and_then(|label| line(&label)) })
}

/// What can name somebody (OpenID Connect Core, section 2): not too long, and nothing that no
/// database takes.
fn is_subject(text: &str) -> bool {
    (1..=255).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// What fits on a line, if anything does.
fn line(text: &str) -> Option<String> {
    let line: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
    (!line.trim().is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(answer: &Value) -> Option<Identity> {
        super::read(answer, "/user/id", "/user/login")
    }

    #[test]
    fn a_subject_may_be_a_number_and_a_label_may_be_missing() {
        let identity = read(&json!({"user": {"id": 7}})).unwrap();
        assert_eq!(identity, Identity { subject: "7".to_owned(), label: None });
    }

    #[test]
    fn a_subject_may_have_several_parts_and_needs_all_of_them() {
        let whole = json!({"team": "T1", "user": {"id": "U1"}});
        let read = |answer: &Value| super::read(answer, "/team /user/id", "/name");
        assert_eq!(read(&whole).unwrap().subject, "T1:U1");
        assert_eq!(read(&json!({"user": {"id": "U1"}})), None);
    }

    #[test]
    fn an_answer_that_names_nobody_is_none() {
        for answer in
            [json!({}), json!({"user": {"id": ""}}), json!({"user": {"id": null}}), json!([])]
        {
            assert_eq!(read(&answer), None, "{answer}");
        }
    }

    #[test]
    fn a_label_is_cut_to_what_a_line_can_show() {
        let answer =
            json!({"user": {"id": "x", "login": format!("a\u{1b}[0m{}", "b".repeat(500))}});
        let label = read(&answer).unwrap().label.unwrap();
        assert_eq!(label.chars().count(), 100);
        assert!(!label.contains('\u{1b}'));
    }
}
