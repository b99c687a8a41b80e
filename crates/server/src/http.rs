//! GraphQL over HTTP, as its specification has it: POST and JSON, nothing else.
//!
//! A body that is JSON and a client that takes `application/graphql-response+json`
//! get status codes that say what happened. Clients on plain `application/json` get
//! 200 for whatever is well formed, which is what they were written for.

mod negotiation;
mod refusal;

use std::time::Instant;

use async_graphql::{ParseRequestError, Response as GraphqlResponse, Value};
use async_graphql_axum::GraphQLRequest;
use attache_graphql::RequestError;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, StatusCode};

pub(crate) use refusal::Refusal;

use self::negotiation::MediaType;
use crate::app::App;
use crate::wire::Wire;

/// The largest request, in bytes: room for the arguments of any tool.
pub(crate) const MAX_BODY: usize = 256 * 1024;

/// `POST /graphql`.
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    let began = Instant::now();
    let media_type = match negotiation::accept(request.headers()) {
        Ok(media_type) => media_type,
        Err(refusal) => return refusal.into_response(),
    };
    let (status, response) = match answer(&app, request).await {
        Ok(response) => (status(&response, media_type), respond(&response, media_type)),
        Err(refusal) => (refusal.status(), refusal.into_response()),
    };
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(status = status.as_u16(), elapsed_ms, "answered");
    response
}

async fn answer(app: &App, request: Request) -> Result<GraphqlResponse, Refusal> {
    negotiation::content_type(request.headers())?;
    let signed_in = app.sign_in(request.headers()).await.map_err(|_| Refusal::Unauthenticated)?;
    let request = Box::pin(read(request)).await?;
    tracing::Span::current().record("viewer.id", signed_in.viewer.id.to_string());
    Ok(app.contract.execute(request, app.caller(&signed_in)).await)
}

/// Reads one request. Its extractor knows no limit, so the body is read first, under
/// the limit of the route.
async fn read(request: Request) -> Result<async_graphql::Request, Refusal> {
    let body = Bytes::from_request(request, &()).await.map_err(|rejection| {
        let is_too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
        if is_too_large { Refusal::TooLarge } else { Refusal::Malformed("The body broke off.") }
    })?;
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::POST;
    let request = GraphQLRequest::<Refusal>::from_request(request, &()).await?.into_inner();
    if request.query.is_empty() {
        return Err(Refusal::Malformed("The request has no `query`."));
    }
    Ok(request)
}

impl From<ParseRequestError> for Refusal {
    fn from(error: ParseRequestError) -> Self {
        Self::Malformed(match error {
            ParseRequestError::UnsupportedBatch => "Send one operation at a time.",
            _ => "The body is not a GraphQL request in JSON.",
        })
    }
}

fn respond(response: &GraphqlResponse, media_type: MediaType) -> Response {
    let body = serde_json::to_vec(&Wire::new(response)).expect("a response is JSON");
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, media_type.header())]);
    (status(response, media_type), headers, body).into_response()
}

fn status(response: &GraphqlResponse, media_type: MediaType) -> StatusCode {
    if media_type == MediaType::Json {
        return StatusCode::OK;
    }
    match RequestError::of(response) {
        Some(RequestError::Syntax) => StatusCode::BAD_REQUEST,
        Some(RequestError::Validation | RequestError::Complexity) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        None if response.errors.is_empty() => StatusCode::OK,
        None if response.data == Value::Null => StatusCode::INTERNAL_SERVER_ERROR,
        // What the draft gives partial success, for intermediaries to see.
        None => StatusCode::from_u16(294).expect("a number in range"),
    }
}
