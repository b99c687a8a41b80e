//! Identities as OpenID Connect has them.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Identity, is_subject, line};
use crate::oauth::{ClientIdentity, OAuthError};

/// How far apart the clocks of an issuer and ours may be.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// A subject means something only together with who says it, and a service may change its
/// authorization server.
pub(super) fn of_issuer(identity: Identity, issuer: &str) -> Identity {
    Identity { subject: format!("{} at {issuer}", identity.subject), ..identity }
}

#[derive(Deserialize)]
struct IdToken {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    email: Option<String>,
    preferred_username: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Reads an ID token that came from the token endpoint itself, over TLS: who it is from needs
/// no signature then (OpenID Connect Core, section 3.1.3.7). Whom it is for does.
pub(super) fn of_id_token(
    token: &SecretString,
    client: &ClientIdentity,
    now: DateTime<Utc>,
) -> Result<Identity, OAuthError> {
    let claims = token.expose_secret().split('.').nth(1);
    let claims = claims.and_then(|claims| BASE64_URL_SAFE_NO_PAD.decode(claims).ok());
    let claims: Option<IdToken> = claims.and_then(|json| serde_json::from_slice(&json).ok());
    let claims = claims.ok_or(OAuthError::Unusable("the ID token cannot be read"))?;
    let is_ours = match &claims.aud {
        Audience::One(audience) => *audience == client.client_id,
        Audience::Many(audiences) => audiences.contains(&client.client_id),
    };
    if claims.iss != client.issuer || !is_ours {
        return Err(OAuthError::Unusable("the ID token is somebody else's"));
    }
    if DateTime::from_timestamp(claims.exp, 0).is_none_or(|expires| expires + LEEWAY < now) {
        return Err(OAuthError::Unusable("the ID token has lapsed"));
    }
    if !is_subject(&claims.sub) {
        return Err(OAuthError::Unusable("the ID token names nobody"));
    }
    let mut label = [claims.email, claims.preferred_username, claims.name].into_iter().flatten();
    let label = label.find_map(|label| line(&label));
    Ok(of_issuer(Identity { subject: claims.sub, label }, &client.issuer))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn id_token(edit: impl FnOnce(&mut Value)) -> Result<Identity, OAuthError> {
        let mut claims = json!({ "iss": "https://as.example", "sub": "7", "aud": "me",
            "exp": 2_000_000_000, "email": "ada@as.example" });
        edit(&mut claims);
        let encoded = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        let client = ClientIdentity {
            issuer: "https://as.example".to_owned(),
            token_endpoint: "https://as.example/token".parse().unwrap(),
            revocation_endpoint: None,
            client_id: "me".to_owned(),
            client_auth: crate::provider::ClientAuth::None,
            resource: "https://mcp.example".to_owned(),
            kind: crate::oauth::ClientKind::Configured,
            dialect: crate::dialect::Dialect::default(),
        };
        let now = DateTime::from_timestamp(1_900_000_000, 0).unwrap();
        of_id_token(&format!("e30.{encoded}.").into(), &client, now)
    }

    #[test]
    fn an_id_token_says_whose_account_it_is() {
        let identity = id_token(|_| {}).unwrap();
        assert_eq!(identity.subject, "7 at https://as.example");
        assert_eq!(identity.label.as_deref(), Some("ada@as.example"));
        assert!(id_token(|claims| claims["aud"] = json!(["other", "me"])).is_ok());
        let named = id_token(|claims| {
            claims["email"] = json!("");
            claims["name"] = json!("Ada");
        });
        assert_eq!(named.unwrap().label.as_deref(), Some("Ada"));
    }

    #[test]
    fn an_id_token_for_somebody_else_is_refused() {
        for (claim, value) in [
            ("iss", json!("https://evil.example")),
            ("iss", json!("https://as.example/")),
            ("aud", json!("other")),
            ("aud", json!([])),
            ("sub", json!("")),
            ("sub", json!(7)),
            ("exp", json!(1_800_000_000)),
        ] {
            assert!(id_token(|claims| claims[claim] = value.clone()).is_err(), "{claim} {value}");
        }
    }
}
