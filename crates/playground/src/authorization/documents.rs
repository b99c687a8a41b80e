//! What the server says of itself, and how clients introduce themselves.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as AxumState;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refuse;
use crate::State;
use crate::ledger::Client;
use crate::random;
use crate::script::{Document, Endpoint, Request};

/// RFC 8414.
pub(super) async fn metadata(AxumState(state): AxumState<Arc<State>>) -> Json<Value> {
    let origin = &state.origin;
    let usual = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "revocation_endpoint": format!("{origin}/revoke"),
        "userinfo_endpoint": format!("{origin}/userinfo"),
        "registration_endpoint": format!("{origin}/register"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "scopes_supported": ["notes:read", "notes:write"],
        "authorization_response_iss_parameter_supported": true,
    });
    Json(state.script.edited(Document::Server, usual))
}

/// RFC 9728.
pub(super) async fn resource(AxumState(state): AxumState<Arc<State>>) -> Json<Value> {
    let usual = json!({
        "resource": format!("{}/mcp", state.origin),
        "authorization_servers": [state.origin],
        "scopes_supported": ["notes:read", "notes:write"],
    });
    Json(state.script.edited(Document::Resource, usual))
}

/// RFC 7591. Takes anybody.
pub(super) async fn register(
    AxumState(state): AxumState<Arc<State>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    #[derive(Deserialize)]
    struct Introduction {
        redirect_uris: Vec<String>,
        token_endpoint_auth_method: String,
    }
    let request = Request { headers, body: body.clone() };
    let usual = {
        let state = state.clone();
        async move {
            let Ok(introduction) = serde_json::from_str::<Introduction>(&body) else {
                return refuse(StatusCode::BAD_REQUEST, "invalid_client_metadata");
            };
            let is_public = introduction.token_endpoint_auth_method == "none";
            let secret = (!is_public).then(|| random::token("pcs_"));
            let client = Client {
                id: random::token("pci_"),
                secret: secret.clone(),
                redirect_uris: introduction.redirect_uris,
            };
            let mut answer = json!({ "client_id": client.id,
                "token_endpoint_auth_method": introduction.token_endpoint_auth_method });
            if let Some(secret) = secret {
                answer["client_secret"] = secret.into();
                answer["client_secret_expires_at"] = 0.into();
            }
            state.ledger.register(client);
            (StatusCode::CREATED, Json(answer)).into_response()
        }
    };
    state.script.answer(Endpoint::Register, request, usual).await
}
