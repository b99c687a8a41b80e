//! The request that ends a token: as RFC 7009 has it, or in a service's own way.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Request, header};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::TokenHint;
use crate::dialect::{Method, Revocation, RevocationAuth, RevocationBody};
use crate::oauth::{ClientIdentity, OAuthError};
use crate::proof::Proof;
use crate::provider::ClientAuth;

/// What services that say no with status 200 call a token that does not live any more.
pub(super) const IS_GONE: [&str; 4] =
    ["invalid_auth", "token_revoked", "not_authed", "invalid_token"];

const NO_URI: OAuthError = OAuthError::Configuration("the endpoint is no URI");

/// RFC 7009, section 2.1.
pub(super) fn standard(
    endpoint: &Url,
    client: &ClientIdentity,
    proof: &Proof,
    assertion: &[(String, String)],
    token: &SecretString,
    hint: TokenHint,
) -> Result<Request<Vec<u8>>, OAuthError> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("token", token.expose_secret()).append_pair("token_type_hint", hint.as_str());
    let mut request = Request::post(endpoint.as_str())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json");
    match (client.client_auth, proof.secret()) {
        (ClientAuth::Basic, Some(secret)) => {
            request = request.header(header::AUTHORIZATION, basic(&client.client_id, secret));
        }
        (ClientAuth::Post, Some(secret)) => {
            form.append_pair("client_id", &client.client_id)
                .append_pair("client_secret", secret.expose_secret());
        }
        _ => {
            form.append_pair("client_id", &client.client_id).extend_pairs(assertion);
        }
    }
    request.body(form.finish().into_bytes()).map_err(|_| NO_URI)
}

/// A service's own way.
pub(super) fn own(
    own: &Revocation,
    client: &ClientIdentity,
    proof: &Proof,
    token: &SecretString,
) -> Result<Request<Vec<u8>>, OAuthError> {
    // In a path, a plus is a plus.
    let encoded = |text: &str| {
        form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let url = own
        .url
        .replace("{client_id}", &encoded(&client.client_id))
        .replace("{token}", &encoded(token.expose_secret()));
    let method = match own.method {
        Method::Post => http::Method::POST,
        Method::Delete => http::Method::DELETE,
    };
    let mut request =
        Request::builder().method(method).uri(url).header(header::ACCEPT, "application/json");
    let mut fields = vec![(own.token_field.as_str(), token.expose_secret())];
    match (&own.auth, proof.secret()) {
        (RevocationAuth::Bearer, _) => {
            request = request.header(header::AUTHORIZATION, authorization("Bearer", token)?);
        }
        (RevocationAuth::Basic, Some(secret)) => {
            request = request.header(header::AUTHORIZATION, basic(&client.client_id, secret));
        }
        (RevocationAuth::Client, Some(secret)) if client.client_auth == ClientAuth::Basic => {
            request = request.header(header::AUTHORIZATION, basic(&client.client_id, secret));
        }
        (RevocationAuth::Scheme(scheme), Some(secret)) => {
            fields.push(("client_id", &client.client_id));
            request = request.header(header::AUTHORIZATION, authorization(scheme, secret)?);
        }
        (RevocationAuth::Client, Some(secret)) => {
            fields.push(("client_id", &client.client_id));
            fields.push(("client_secret", secret.expose_secret()));
        }
        (_, None) => fields.push(("client_id", &client.client_id)),
    }
    let (content_type, body) = match own.body {
        RevocationBody::None => (None, Vec::new()),
        RevocationBody::Form => {
            let form =
                form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            (Some("application/x-www-form-urlencoded"), form.into_bytes())
        }
        RevocationBody::Json => {
            let json: serde_json::Map<_, _> = fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), serde_json::Value::from(value)))
                .collect();
            (Some("application/json"), serde_json::Value::Object(json).to_string().into_bytes())
        }
    };
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    request.body(body).map_err(|_| NO_URI)
}

/// HTTP Basic with form-encoded name and secret (RFC 6749, section 2.3.1).
fn basic(id: &str, secret: &SecretString) -> HeaderValue {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(id), encode(secret.expose_secret()));
    let value = format!("Basic {}", BASE64_STANDARD.encode(pair));
    let mut value = HeaderValue::from_str(&value).expect("base64 is a header value");
    value.set_sensitive(true);
    value
}

fn authorization(scheme: &str, secret: &SecretString) -> Result<HeaderValue, OAuthError> {
    let mut value = HeaderValue::from_str(&format!("{scheme} {}", secret.expose_secret()))
        .map_err(|_| OAuthError::Configuration("a credential is no header value"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;
    use crate::oauth::ClientKind;

    fn client(client_auth: ClientAuth) -> ClientIdentity {
        ClientIdentity {
            issuer: "https://as.example".to_owned(),
            token_endpoint: "https://as.example/token".parse().unwrap(),
            revocation_endpoint: None,
            client_id: "me & you".to_owned(),
            client_auth,
            resource: "https://mcp.example".to_owned(),
            kind: ClientKind::Configured,
            dialect: Dialect::default(),
        }
    }

    fn revocation(toml: &str) -> Revocation {
        toml::from_str(toml).unwrap()
    }

    fn shape(request: &Request<Vec<u8>>) -> String {
        let authorization = request.headers().get(header::AUTHORIZATION);
        let authorization = authorization.map_or("-", |it| it.to_str().unwrap());
        let body = String::from_utf8_lossy(request.body());
        format!("{} {} [{authorization}] {body}", request.method(), request.uri())
    }

    #[test]
    fn each_shape_is_sent_as_its_service_wants_it() {
        let (proof, token) = (Proof::Secret("s".to_owned().into()), "t/1".to_owned().into());
        let send = |toml: &str| {
            shape(&own(&revocation(toml), &client(ClientAuth::Post), &proof, &token).unwrap())
        };
        insta::assert_snapshot!([
            send(r#"url = "https://a.example/applications/{client_id}/grant"
                method = "DELETE"
                auth = "basic"
                body = "json"
                token_field = "access_token""#),
            send(r#"url = "https://a.example/auth.revoke"
                auth = "bearer"
                body = "none""#),
            send(r#"url = "https://a.example/revoke"
                body = "json"
                token_field = "refresh_token""#),
            send(r#"url = "https://a.example/tokens/{token}"
                method = "DELETE"
                body = "none""#),
            send(r#"url = "https://a.example/revoke"
                auth = { scheme = "Client" }
                body = "json"
                token_field = "access_token""#),
        ].join("\n"), @r#"
        DELETE https://a.example/applications/me%20%26%20you/grant [Basic bWUrJTI2K3lvdTpz] {"access_token":"t/1"}
        POST https://a.example/auth.revoke [Bearer t/1] 
        POST https://a.example/revoke [-] {"refresh_token":"t/1","client_id":"me & you","client_secret":"s"}
        DELETE https://a.example/tokens/t%2F1 [-] 
        POST https://a.example/revoke [Client s] {"access_token":"t/1","client_id":"me & you"}
        "#);
    }
}
