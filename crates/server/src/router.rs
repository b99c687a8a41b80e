//! Which path leads where, and what surrounds every request.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;
use url::Url;

use crate::app::App;
use crate::http::{self as graphql, Refusal};
use crate::{pages, ws};

/// How long a request may take: longer than `invokeTool` waits for a result at most.
const PATIENCE: Duration = Duration::from_secs(45);

/// How long a browser may remember what another origin may do.
const PREFLIGHT: Duration = Duration::from_mins(10);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id that is taken from a client, in bytes.
const MAX_REQUEST_ID: usize = 64;

/// Everything the server answers. `callback` is where people land, when they land here;
/// `document` is where it says who it is, when it says so itself; `pages` are whatever else
/// is served.
pub(crate) fn router(
    app: App,
    callback: Option<Url>,
    document: Option<&str>,
    pages: Router,
) -> Router {
    let graphql = get(ws::upgrade).post(graphql::post).fallback(|| async { Refusal::Method });
    let mut router = Router::new()
        .route("/graphql", graphql.layer(DefaultBodyLimit::max(graphql::MAX_BODY)))
        .route("/healthz", get(pages::health))
        .route("/readyz", get(pages::ready))
        .with_state(app.clone())
        .merge(pages);
    if let Some(base) = callback {
        let pages = Router::new()
            .route("/oauth/callback/{context}", get(pages::callback))
            .with_state((app.clone(), base));
        router = router.merge(pages);
    }
    if let Some(path) = document {
        let page = get(pages::client_document).with_state(app.clone());
        router = router.route(path, page);
    }
    let origins = app.origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, REQUEST_ID])
        .expose_headers([REQUEST_ID])
        .max_age(PREFLIGHT);
    let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE);
    let panics = CatchPanicLayer::custom(panicked);
    // Nothing of this belongs into a cache, and nothing is to be guessed at.
    let no_store = HeaderValue::from_static("no-store");
    let uncached = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, no_store);
    let nosniff = HeaderValue::from_static("nosniff");
    let unguessed = SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, nosniff);
    let observed = from_fn_with_state(app, observe);
    // From the outside in, and as one: a router puts each layer of its own into a box.
    router.layer((observed, uncached, unguessed, cors, panics, timeout))
}

/// The panic hook has logged it. The client learns that it was not its fault.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Refusal::Internal.into_response()
}

/// Gives every request an id, in the logs and in the answer. A proxy may have given it
/// one before.
async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let id = match given {
        Some(id)
            if id.len() <= MAX_REQUEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic()) =>
        {
            id.to_owned()
        }
        _ => app.clock().uuid().to_string(),
    };
    // The path and never the query, which may hold an authorization code.
    let span = tracing::info_span!(
        "http.request",
        request.id = id,
        method = %request.method(),
        path = request.uri().path(),
        viewer.id = tracing::field::Empty,
    );
    let mut response = next.run(request).instrument(span).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
