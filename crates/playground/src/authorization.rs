//! An OAuth 2.1 authorization server: consent, tokens, revocation, userinfo.

mod documents;

use std::sync::Arc;

use axum::extract::{Form, Query, State as AxumState};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use self::documents::{metadata, register, resource};
use crate::State;
use crate::consent;
use crate::ledger::{Client, Grant, Issued};
use crate::script::{Endpoint, Request};

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/.well-known/oauth-authorization-server", get(metadata))
        .route("/.well-known/oauth-protected-resource/mcp", get(resource))
        .route("/register", post(register))
        .route("/authorize", get(ask).post(answer))
        .route("/token", post(token))
        .route("/revoke", post(revoke))
        .route("/userinfo", get(userinfo))
}

/// What a client asks a person for (RFC 6749 section 4.1.1, RFC 7636, RFC 8707).
#[derive(Clone, Deserialize)]
pub(crate) struct Ask {
    response_type: String,
    pub(crate) client_id: String,
    redirect_uri: String,
    state: String,
    #[serde(default)]
    pub(crate) scope: String,
    code_challenge: String,
    code_challenge_method: String,
    resource: Option<String>,
}

impl Ask {
    /// Checks everything that must be right before a person is bothered.
    fn check(&self, state: &State) -> Result<(), String> {
        let client: Client = state.ledger.client(&self.client_id).ok_or("unknown client")?;
        if !client.redirect_uris.contains(&self.redirect_uri) {
            return Err(format!("{} is not a redirect URI of this client", self.redirect_uri));
        }
        if self.response_type != "code" {
            return Err("response_type must be code".to_owned());
        }
        if self.code_challenge_method != "S256" || self.code_challenge.len() != 43 {
            return Err("PKCE with S256 is required".to_owned());
        }
        match &self.resource {
            Some(resource) if *resource == format!("{}/mcp", state.origin) => Ok(()),
            other => Err(format!("{other:?} is not a resource of this server")),
        }
    }

    /// Where the person goes with the decision.
    fn redirect(&self, state: &State, person: Option<&str>) -> Result<String, String> {
        let mut url = Url::parse(&self.redirect_uri).map_err(|error| error.to_string())?;
        let mut query = url.query_pairs_mut();
        match person {
            Some(person) => {
                let grant = Grant {
                    person: person.to_owned(),
                    client: self.client_id.clone(),
                    scope: self.scope.clone(),
                };
                let (redirect_uri, challenge) =
                    (self.redirect_uri.clone(), self.code_challenge.clone());
                let code = state.ledger.issue_code(grant, redirect_uri, challenge);
                query.append_pair("code", &code);
            }
            None => {
                query.append_pair("error", "access_denied");
            }
        }
        query.append_pair("state", &self.state).append_pair("iss", &state.origin);
        drop(query);
        Ok(url.into())
    }
}

async fn ask(AxumState(state): AxumState<Arc<State>>, Query(ask): Query<Ask>) -> Response {
    match ask.check(&state) {
        Ok(()) => Html(consent::page(&ask)).into_response(),
        Err(why) => (StatusCode::BAD_REQUEST, why).into_response(),
    }
}

#[derive(Deserialize)]
struct Decision {
    person: Option<String>,
}

async fn answer(
    AxumState(state): AxumState<Arc<State>>,
    Query(ask): Query<Ask>,
    Form(decision): Form<Decision>,
) -> Response {
    let redirect =
        ask.check(&state).and_then(|()| ask.redirect(&state, decision.person.as_deref()));
    match redirect {
        Ok(url) => Redirect::to(&url).into_response(),
        Err(why) => (StatusCode::BAD_REQUEST, why).into_response(),
    }
}

/// Decides without a browser.
pub(crate) fn decide(state: &State, url: &str, person: Option<&str>) -> Result<String, String> {
    let url = Url::parse(url).map_err(|error| error.to_string())?;
    let Query(ask) =
        Query::<Ask>::try_from_uri(&url.as_str().parse().map_err(|_| "not a URI".to_owned())?)
            .map_err(|error| error.to_string())?;
    ask.check(state)?;
    ask.redirect(state, person)
}

async fn token(
    AxumState(state): AxumState<Arc<State>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let request = Request { headers, body };
    let usual = {
        let (state, request) = (state.clone(), request.clone());
        async move { exchange(&state, &request) }
    };
    state.script.answer(Endpoint::Token, request, usual).await
}

fn exchange(state: &State, request: &Request) -> Response {
    let Some(client) = authenticated(state, request) else {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    };
    let field = |name| request.field(name).unwrap_or_default();
    let tokens = match field("grant_type").as_str() {
        "authorization_code" => {
            let (redirect_uri, verifier) = (field("redirect_uri"), field("code_verifier"));
            let tokens = state.ledger.redeem(&field("code"), &client.id, &redirect_uri, &verifier);
            tokens.map(|(access, refresh)| (access, Some(refresh)))
        }
        "refresh_token" => state.ledger.renew(&field("refresh_token"), &client.id),
        _ => return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
    };
    let Some((access, refresh)) = tokens else {
        return refuse(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let Issued { token, grant, .. } = access;
    let mut answer = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": state.ledger.policy().lifetime.as_secs(),
        "scope": grant.scope,
    });
    if let Some(refresh) = refresh {
        answer["refresh_token"] = refresh.token.into();
    }
    Json(answer).into_response()
}

/// RFC 7009. Unknown tokens are fine: they do not work, which is what was asked.
async fn revoke(
    AxumState(state): AxumState<Arc<State>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let request = Request { headers, body };
    let usual = {
        let (state, request) = (state.clone(), request.clone());
        async move {
            if authenticated(&state, &request).is_none() {
                return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
            }
            state.ledger.revoke(&request.field("token").unwrap_or_default());
            StatusCode::OK.into_response()
        }
    };
    state.script.answer(Endpoint::Revoke, request, usual).await
}

async fn userinfo(AxumState(state): AxumState<Arc<State>>, headers: HeaderMap) -> Response {
    let request = Request { headers, body: String::new() };
    let usual = {
        let (state, request) = (state.clone(), request.clone());
        async move {
            match bearer(&request.headers).and_then(|token| state.ledger.authenticate(token)) {
                Some(grant) => Json(json!({
                    "sub": format!("id-of-{}", grant.person),
                    "email": format!("{}@playground.example", grant.person),
                }))
                .into_response(),
                None => StatusCode::UNAUTHORIZED.into_response(),
            }
        }
    };
    state.script.answer(Endpoint::Userinfo, request, usual).await
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The client of a request, by HTTP Basic or by form (RFC 6749, section 2.3.1).
fn authenticated(state: &State, request: &Request) -> Option<Client> {
    let basic = request
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|value| String::from_utf8(BASE64_STANDARD.decode(value).ok()?).ok());
    let (id, secret) = match basic {
        Some(basic) => {
            let (id, secret) = basic.split_once(':')?;
            (decoded(id), Some(decoded(secret)))
        }
        None => (request.field("client_id")?, request.field("client_secret")),
    };
    state.ledger.client(&id).filter(|client| client.secret == secret)
}

/// HTTP Basic carries form-encoded names and secrets.
fn decoded(text: &str) -> String {
    let pair = format!("x={text}");
    let mut fields = url::form_urlencoded::parse(pair.as_bytes());
    fields.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
