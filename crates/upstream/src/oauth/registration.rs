//! Registering with an authorization server that takes anybody (RFC 7591).

use chrono::{DateTime, Utc};
use http::{Request, header};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{MAX_ANSWER, OAuthError};
use crate::Upstream;
use crate::dialect::answer::printable;
use crate::provider::{ClientAuth, Endpoints};

/// Who we say we are.
#[derive(Clone, Debug)]
pub struct Introduction {
    /// The name that people see when they consent.
    pub name: String,
    /// Where people are sent back to.
    pub redirect_uri: Url,
    /// What is about to be asked for, where that is known.
    pub scopes: Vec<String>,
    /// That, and whatever else may have to be asked for later: a client is not given more than
    /// it registered for.
    pub all_scopes: Vec<String>,
}

/// Who we are to a server that took us.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Our name there.
    pub client_id: String,
    /// How we prove it.
    pub auth: ClientAuth,
    /// What we prove it with.
    pub secret: Option<SecretString>,
    /// When the secret lapses, if it does.
    pub secret_expires_at: Option<DateTime<Utc>>,
}

/// RFC 7591, section 2. Whoever leaves the type out is taken for a program on somebody's
/// machine, whose redirect URIs are judged otherwise.
#[derive(Serialize)]
struct Metadata<'a> {
    client_name: &'a str,
    redirect_uris: [&'a str; 1],
    grant_types: [&'a str; 2],
    response_types: [&'a str; 1],
    token_endpoint_auth_method: &'a str,
    application_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// RFC 7591, section 3.2.1.
#[derive(Deserialize)]
struct Answer {
    client_id: String,
    client_secret: Option<String>,
    #[serde(default)]
    client_secret_expires_at: i64,
    token_endpoint_auth_method: Option<String>,
}

impl Upstream {
    /// Registers. The server may refuse, and many that have the endpoint do: to them a
    /// client has to be introduced by an operator.
    pub async fn register(
        &self,
        server: &Endpoints,
        introduction: &Introduction,
    ) -> Result<Registration, OAuthError> {
        let endpoint = server.registration.as_ref().ok_or(OAuthError::NotRegistered)?;
        let method = method(server.auth_methods.as_deref());
        let mut error = String::new();
        for scope in introduction.tries() {
            let metadata = Metadata {
                client_name: &introduction.name,
                redirect_uris: [introduction.redirect_uri.as_str()],
                grant_types: ["authorization_code", "refresh_token"],
                response_types: ["code"],
                token_endpoint_auth_method: method,
                application_type: "web",
                scope,
            };
            match self.try_to_register(endpoint, &metadata).await? {
                Ok(answer) => return registration(answer, method),
                Err(refused) => error = refused,
            }
            if !is_about_scopes(&error) {
                break;
            }
        }
        tracing::warn!(
            %error,
            "an authorization server does not take clients that register by themselves"
        );
        Err(OAuthError::NotRegistered)
    }

    /// Asks once. The inner error is the code of a refusal.
    async fn try_to_register(
        &self,
        endpoint: &Url,
        metadata: &Metadata<'_>,
    ) -> Result<Result<Answer, String>, OAuthError> {
        let request = Request::post(endpoint.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(serde_json::to_vec(metadata).expect("metadata is plain JSON"))
            .map_err(|_| OAuthError::Metadata("the registration endpoint is no URI"))?;
        let answer = self.egress().send(request, MAX_ANSWER).await?;
        let status = answer.status();
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(OAuthError::Status { status: status.as_u16(), after: None });
        }
        if !status.is_success() {
            return Ok(Err(refusal(answer.body())));
        }
        let answer = serde_json::from_slice(answer.body())
            .map_err(|_| OAuthError::Unusable("the registration cannot be read"))?;
        Ok(Ok(answer))
    }
}

impl Introduction {
    /// What to say of scopes, in the order in which to try. Some give a client that names none
    /// nothing, others take none that names what they know only of their resources.
    fn tries(&self) -> Vec<Option<String>> {
        let named = [&self.all_scopes, &self.scopes];
        let named = named.into_iter().filter(|scopes| !scopes.is_empty());
        let mut tries: Vec<_> = named.map(|scopes| Some(scopes.join(" "))).collect();
        tries.dedup();
        tries.push(None);
        tries
    }
}

/// Whether another scope may help: RFC 7591, section 3.2.2, has one code for whatever is wrong
/// with a client, and some have one of their own.
fn is_about_scopes(error: &str) -> bool {
    ["invalid_client_metadata", "invalid_scope", "insufficient_scope"].contains(&error)
}

/// How to prove who we are, of what the server takes: with a secret rather than without.
fn method(supported: Option<&[String]>) -> &'static str {
    let takes = |method: &str| supported.is_some_and(|all| all.iter().any(|it| it == method));
    match supported {
        // RFC 8414, section 2: the default.
        None => "client_secret_basic",
        Some(_) if takes("client_secret_basic") => "client_secret_basic",
        Some(_) if takes("client_secret_post") => "client_secret_post",
        Some(_) => "none",
    }
}

fn registration(answer: Answer, asked: &str) -> Result<Registration, OAuthError> {
    let is_name = |text: &str| {
        !text.is_empty() && text.len() <= 1024 && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if !is_name(&answer.client_id) {
        return Err(OAuthError::Unusable("the registration has no usable client id"));
    }
    let secret = answer.client_secret.filter(|secret| !secret.is_empty());
    let auth = match answer.token_endpoint_auth_method.as_deref().unwrap_or(asked) {
        "client_secret_basic" if secret.is_some() => ClientAuth::Basic,
        "client_secret_post" if secret.is_some() => ClientAuth::Post,
        // Some say so and issue no secret, or issue one to a public client.
        "none" | "client_secret_basic" | "client_secret_post" => ClientAuth::None,
        _ => return Err(OAuthError::Unusable("the registration asks for another kind of proof")),
    };
    let expires_at = (answer.client_secret_expires_at > 0)
        .then(|| DateTime::from_timestamp(answer.client_secret_expires_at, 0))
        .flatten();
    Ok(Registration {
        client_id: answer.client_id,
        auth,
        secret: secret.filter(|_| auth != ClientAuth::None).map(Into::into),
        secret_expires_at: expires_at,
    })
}

fn refusal(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    serde_json::from_slice::<Refusal>(body)
        .map_or_else(|_| "none".to_owned(), |refusal| printable(&refusal.error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(answer: serde_json::Value, asked: &str) -> Result<Registration, OAuthError> {
        registration(serde_json::from_value(answer).unwrap(), asked)
    }

    #[test]
    fn a_secret_is_preferred_to_none() {
        let methods = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(method(None), "client_secret_basic");
        assert_eq!(method(Some(&methods(&["none", "client_secret_post"]))), "client_secret_post");
        assert_eq!(method(Some(&methods(&["none"]))), "none");
        assert_eq!(method(Some(&methods(&["private_key_jwt"]))), "none");
    }

    #[test]
    fn a_client_registers_for_all_it_may_want_and_else_for_less() {
        let tries = |scopes: &[&str], all: &[&str]| {
            let owned = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
            let redirect_uri = "https://app.example/callback".parse().unwrap();
            let (scopes, all_scopes) = (owned(scopes), owned(all));
            Introduction { name: String::new(), redirect_uri, scopes, all_scopes }.tries()
        };
        let some = |scope: &str| Some(scope.to_owned());
        assert_eq!(tries(&["a"], &["a", "b"]), [some("a b"), some("a"), None]);
        assert_eq!(tries(&["a"], &["a"]), [some("a"), None]);
        assert_eq!(tries(&[], &[]), [None]);
    }

    #[test]
    fn what_the_server_says_counts_and_not_what_was_asked() {
        let answer = json!({ "client_id": "a", "client_secret": "s",
            "client_secret_expires_at": 1_900_000_000,
            "token_endpoint_auth_method": "client_secret_post" });
        let registration = read(answer, "client_secret_basic").unwrap();
        assert_eq!(registration.auth, ClientAuth::Post);
        assert_eq!(registration.secret_expires_at.unwrap().timestamp(), 1_900_000_000);

        let public = read(json!({ "client_id": "a" }), "client_secret_basic").unwrap();
        assert_eq!((public.auth, public.secret.is_none()), (ClientAuth::None, true));
        let never =
            json!({ "client_id": "a", "client_secret": "s", "client_secret_expires_at": 0 });
        assert_eq!(read(never, "client_secret_basic").unwrap().secret_expires_at, None);
    }

    #[test]
    fn a_registration_that_cannot_be_used_is_refused() {
        assert!(read(json!({ "client_id": "" }), "none").is_err());
        assert!(read(json!({ "client_id": "a b" }), "none").is_err());
        let other = json!({ "client_id": "a", "token_endpoint_auth_method": "tls_client_auth" });
        assert!(read(other, "none").is_err());
    }
}
