//! What is not GraphQL: health, and where people land when a service sends them back.

use attache_engine::Error;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use http::{HeaderValue, StatusCode};
use url::Url;

use crate::app::App;

/// `GET /healthz`: this process runs. Says nothing of the database, so that nobody
/// restarts a healthy server because Postgres is away.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: send requests here.
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.drain.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if app.engine.is_ready().await {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
    }
}

/// `GET /oauth/callback/{context}`: keeps what the service sent, and passes the person
/// on to the frontend, which comes for it with `completeOAuth`.
pub(crate) async fn callback(
    State((app, base)): State<(App, Url)>,
    Path(context): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let base = base.as_str().trim_end_matches('/');
    let url = format!("{base}/{context}?{}", query.unwrap_or_default());
    let mut response = match app.engine.receive_callback(&url).await {
        Ok(place) => Redirect::to(place.as_str()).into_response(),
        Err(Error::Refused(problem)) => {
            (StatusCode::BAD_REQUEST, page(&problem.message)).into_response()
        }
        Err(Error::Fault(fault)) => {
            let error = &fault as &dyn std::error::Error;
            tracing::error!(error, "a callback could not be kept");
            let message = "Something went wrong on our side. Try again in a moment.";
            (StatusCode::INTERNAL_SERVER_ERROR, page(message)).into_response()
        }
    };
    // The URL of this page holds an authorization code.
    let headers = response.headers_mut();
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    response
}

/// The document that says who this server is (Client ID Metadata Document). Whoever is
/// asked to take it as a client reads it, and may remember it for a while.
pub(crate) async fn client_document(State(app): State<App>) -> Response {
    match app.engine.client_document() {
        Some(document) => {
            let remembered = HeaderValue::from_static("public, max-age=3600");
            ([(CACHE_CONTROL, remembered)], Json(document)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A page with one sentence of our own.
fn page(sentence: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not connected</title>\
         <h1>Not connected</h1><p>{sentence}</p><p>Close this page and start again where you \
         came from.</p></html>\n"
    ))
}
