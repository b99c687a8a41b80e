//! GraphiQL at `/`, signed in, without the internet.
//!
//! The assets are built by `crates/server/graphiql/build.mjs` and committed, so that
//! cargo alone builds the server.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

const PAGE: &str = include_str!("page.html");

const OPERATIONS: &str = include_str!("../../../../examples/operations.graphql");

/// Only what this server serves, and the socket it opens. GraphiQL's editor styles
/// itself as it goes and builds a worker from a blob where it has to.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    font-src 'self' data:; img-src 'self' data:; worker-src 'self' blob:; base-uri 'none'; \
    connect-src 'self' ws://localhost:* ws://127.0.0.1:*; form-action 'none'; frame-ancestors 'none'";

/// A file of GraphiQL, compressed as it is sent.
struct Asset {
    name: &'static str,
    kind: &'static str,
    gzipped: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        Asset {
            name: $name,
            kind: $kind,
            gzipped: include_bytes!(concat!("../../graphiql/dist/", $name, ".gz")),
        }
    };
}

static ASSETS: [Asset; 6] = [
    asset!("graphiql.js", "text/javascript; charset=utf-8"),
    asset!("graphiql.css", "text/css; charset=utf-8"),
    asset!("editor.worker.js", "text/javascript; charset=utf-8"),
    asset!("graphql.worker.js", "text/javascript; charset=utf-8"),
    asset!("json.worker.js", "text/javascript; charset=utf-8"),
    asset!("LICENSES.txt", "text/plain; charset=utf-8"),
];

/// GraphiQL, with `token` filled in. Only for who asks for one of `hosts`: a page from
/// elsewhere whose name was made to point here (DNS rebinding) must not get the token.
pub(super) fn router(token: &SecretString, hosts: Vec<String>) -> Router {
    Router::new()
        .route("/", get(page))
        .with_state(render(token))
        .route("/graphiql/{name}", get(asset))
        .layer(from_fn_with_state(hosts, check_host))
}

async fn page(State(page): State<String>) -> Response {
    let headers = HeaderMap::from_iter([
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ]);
    (headers, Html(page)).into_response()
}

async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (CONTENT_ENCODING, HeaderValue::from_static("gzip")),
        (CACHE_CONTROL, HeaderValue::from_static("max-age=3600")),
    ]);
    (headers, asset.gzipped).into_response()
}

async fn check_host(State(hosts): State<Vec<String>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| hosts.iter().any(|known| known == host)) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "This page is for this machine only.\n").into_response()
    }
}

fn render(token: &SecretString) -> String {
    let settings = json!({ "token": token.expose_secret(), "operations": steps() });
    // Inside a script element only this sequence could end it.
    let settings = settings.to_string().replace("</", "<\\/");
    PAGE.replace("{{settings}}", &settings)
}

/// The numbered operations, each complete with the fragments it uses.
fn steps() -> Vec<String> {
    let definitions: Vec<&str> = OPERATIONS.split_inclusive("\n}\n").map(str::trim).collect();
    let is_used = |step: &str, definition: &str| {
        let name = definition.split_once("fragment ").and_then(|(_, rest)| rest.split(' ').next());
        name.is_some_and(|name| step.contains(&format!("...{name}")))
    };
    let is_step = |text: &&&str| text.starts_with("# ") && text.as_bytes()[2].is_ascii_digit();
    let steps = definitions.iter().filter(is_step);
    let complete = |step: &str| {
        let used = definitions.iter().copied().filter(|it| is_used(step, it));
        std::iter::once(step).chain(used).collect::<Vec<_>>().join("\n\n")
    };
    steps.map(|step| complete(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_tour_is_a_document_of_its_own() {
        let steps = steps();
        assert_eq!(steps.len(), 7);
        for step in &steps {
            async_graphql::parser::parse_query(step).unwrap();
        }
        assert!(steps[2].contains("fragment FormParts"));
        assert!(steps[3].contains("fragment InvocationParts"));
    }

    #[test]
    fn nothing_in_the_page_ends_its_script_early() {
        let page = render(&SecretString::from("</script><script>alert(1)</script>"));
        assert_eq!(page.matches("</script>").count(), 2);
    }
}
