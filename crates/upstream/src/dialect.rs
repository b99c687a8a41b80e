//! How a service departs from the specifications, as data.
//!
//! The default is the specification. Whatever is here is applied in one place each:
//! what is sent in [`request`], what comes back in [`answer`].

pub(crate) mod answer;
pub(crate) mod request;

use std::collections::BTreeMap;
use std::time::Duration;

use attache_domain::RevocationReach;
use serde::{Deserialize, Serialize};
use url::Url;

/// How a service departs from the specifications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// What separates scopes, where it is not a space (RFC 6749, section 3.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_separator: Option<String>,
    /// What the parameter with the scopes is called, where it is not `scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_parameter: Option<String>,
    /// What the body of a token request is.
    #[serde(skip_serializing_if = "is_default")]
    pub token_body: BodyFormat,
    /// What else goes into a token request.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub token_params: BTreeMap<String, String>,
    /// Where tokens are renewed, where that is not the token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_url: Option<Url>,
    /// JSON Pointer to the object that holds the tokens, where it is not the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_at: Option<String>,
    /// Whether the type of tokens is something else than "bearer" and means the same.
    #[serde(skip_serializing_if = "is_default")]
    pub any_token_type: bool,
    /// The field with the instant at which the access token lapses (RFC 3339), where there
    /// is no `expires_in`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at_field: Option<String>,
    /// What the service's own error codes mean in those of RFC 6749, section 5.2.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, String>,
    /// Whether PKCE has to be left out, because the service refuses it.
    #[serde(skip_serializing_if = "is_default")]
    pub refuses_pkce: bool,
    /// Whether the `resource` parameter (RFC 8707) has to be left out.
    #[serde(skip_serializing_if = "is_default")]
    pub refuses_resource: bool,
    /// What becomes of a refresh token that was used.
    #[serde(skip_serializing_if = "is_default")]
    pub reuse: Reuse,
    /// How long access tokens live where the answer does not say so, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_seconds: Option<u64>,
    /// How tokens are revoked, where it is not as RFC 7009 has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Revocation>,
    /// Which tokens can be revoked. The others end with them.
    #[serde(skip_serializing_if = "is_default")]
    pub revokes: Revocable,
    /// What else ends when one token is revoked, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_reach: Option<RevocationReach>,
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// `application/x-www-form-urlencoded`.
    #[default]
    Form,
    /// `application/json`.
    Json,
}

/// What becomes of a refresh token that was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reuse {
    /// It is spent, and using it again may end the grant (RFC 9700, section 4.14.2).
    #[default]
    Refused,
    /// It can be used again for so many seconds.
    Leeway(u32),
    /// It stays good.
    NonRotating,
}

/// Which tokens can be revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocable {
    /// All of them.
    #[default]
    All,
    /// Access tokens only.
    Access,
    /// Refresh tokens only.
    Refresh,
}

/// How tokens are revoked by a service that does it in its own way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Where. `{client_id}` and `{token}` stand for what they name.
    pub url: String,
    /// The method of the request.
    #[serde(default)]
    pub method: Method,
    /// Who is asking.
    #[serde(default)]
    pub auth: RevocationAuth,
    /// What the body is.
    #[serde(default)]
    pub body: RevocationBody,
    /// What the field with the token is called.
    #[serde(default = "token_field")]
    pub token_field: String,
}

/// The method of a revocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// As in RFC 7009.
    #[default]
    Post,
    /// The token as a thing that is deleted.
    Delete,
}

/// Who asks for a revocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationAuth {
    /// The client, as it does at the token endpoint.
    #[default]
    Client,
    /// The client, by HTTP Basic whatever it does at the token endpoint.
    Basic,
    /// Whoever holds the token.
    Bearer,
    /// The client, by its secret after this word in the `Authorization` header.
    Scheme(String),
}

/// What the body of a revocation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationBody {
    /// A form.
    #[default]
    Form,
    /// JSON.
    Json,
    /// Nothing.
    None,
}

fn token_field() -> String {
    "token".to_owned()
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Dialect {
    /// How long a refresh token can be used again after it was used.
    pub fn leeway(&self) -> Option<Duration> {
        match self.reuse {
            Reuse::Refused => Some(Duration::ZERO),
            Reuse::Leeway(seconds) => Some(Duration::from_secs(seconds.into())),
            Reuse::NonRotating => None,
        }
    }

    /// The scopes as one parameter.
    pub fn scopes(&self, scopes: &[String]) -> String {
        scopes.join(self.scope_separator.as_deref().unwrap_or(" "))
    }
}
