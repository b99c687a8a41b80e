//! GraphQL over HTTP, as its specification has it.

use attache_support::{Client, FRONTEND, Reply, TestApp};
use http::Method;
use serde_json::{Value, json};

const RESPONSE: &str = "application/graphql-response+json";

/// Posts a body with these headers.
async fn post(client: &Client, headers: &[(&str, &str)], body: String) -> Reply {
    let mut request = client.request(Method::POST, "/graphql").body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request).await
}

fn query(text: &str) -> String {
    json!({ "query": text }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_wrong_is_in_the_status_for_those_who_understand_it() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let content = ("content-type", "application/json");
    let deep = format!("{{ viewer {}", "{ selectedServices { accounts { service ".repeat(10));
    for (body, modern, legacy, code) in [
        (query("{ viewer { id } }"), 200, 200, ""),
        (query("{ viewer { id "), 400, 200, "GRAPHQL_PARSE_FAILED"),
        (query(&deep), 400, 200, "GRAPHQL_PARSE_FAILED"),
        (query("{ nothing }"), 422, 200, "GRAPHQL_VALIDATION_FAILED"),
        (query("query ($id: ID!) { node(id: $id) { id } }"), 422, 200, "GRAPHQL_VALIDATION_FAILED"),
        (
            json!({ "query": "query ($id: ID!) { node(id: $id) { id } }", "variables": { "id": [] } })
                .to_string(),
            422,
            200,
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (json!({ "query": "" }).to_string(), 400, 400, "BAD_REQUEST"),
        (json!({}).to_string(), 400, 400, "BAD_REQUEST"),
        ("{".to_owned(), 400, 400, "BAD_REQUEST"),
        ("[]".to_owned(), 400, 400, "BAD_REQUEST"),
        (format!("[{}]", query("{ viewer { id } }")), 400, 400, "BAD_REQUEST"),
        (
            json!({ "query": "{ viewer { id } }", "variables": [] }).to_string(),
            400,
            400,
            "BAD_REQUEST",
        ),
        (String::new(), 400, 400, "BAD_REQUEST"),
    ] {
        let new = post(&ada, &[content, ("accept", RESPONSE)], body.clone()).await;
        assert_eq!((new.status.as_u16(), new.error_code()), (modern, code), "{body}");
        let old = post(&ada, &[content, ("accept", "application/json")], body.clone()).await;
        assert_eq!((old.status.as_u16(), old.error_code()), (legacy, code), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_goes_twenty_levels_deep_and_no_deeper() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let nested = |levels: usize, fragments: usize| {
        let inner = "ofType { ".repeat(levels - 2) + &"... on __Type { ".repeat(fragments);
        let ends = "}".repeat(levels - 2 + fragments);
        format!("{{ __type(name: \"ID\") {{ {inner} name {ends} }} }}")
    };
    // A fragment is a level for whoever follows it.
    for (levels, fragments, code) in
        [(20, 0, ""), (20, 13, ""), (20, 14, "GRAPHQL_VALIDATION_FAILED"), (21, 0, "TOO_COMPLEX")]
    {
        let reply = ada.execute(&nested(levels, fragments), Value::Null).await;
        assert_eq!(reply.error_code(), code, "{levels} and {fragments}: {}", reply.body);
    }
}

/// A mutation's field may be null, so its fault leaves data, of which nothing is there. What a viewer is may
/// not.
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_server_is_in_the_status_where_no_data_is_left() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    ada.cursor().await;
    let database = app.database.connect().await;
    database
        .batch_execute("ALTER TABLE viewers RENAME selected_services TO elsewhere")
        .await
        .unwrap();
    let mutation = query("mutation { selectServices(input: { serviceIds: [] }) { cursor } }");
    let reading = query("{ viewer { selectedServices { id } } }");
    let content = ("content-type", "application/json");
    for (body, accept, status, data) in [
        (&mutation, RESPONSE, 294, json!({ "selectServices": null })),
        (&mutation, "application/json", 200, json!({ "selectServices": null })),
        (&reading, RESPONSE, 500, Value::Null),
        (&reading, "application/json", 200, Value::Null),
    ] {
        let reply = post(&ada, &[content, ("accept", accept)], body.clone()).await;
        assert_eq!((reply.status.as_u16(), reply.error_code()), (status, "INTERNAL"), "{body}");
        assert_eq!(reply.body["data"], data, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_json_comes_in_and_only_by_post() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let body = query("{ viewer { id } }");
    for (content_type, status) in [
        ("application/json", 200),
        ("application/json; charset=UTF-8", 200),
        ("application/json; charset=latin1", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/graphql", 415),
        ("", 415),
    ] {
        let reply = post(&ada, &[("content-type", content_type)], body.clone()).await;
        assert_eq!(reply.status, status, "{content_type}");
    }
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::HEAD] {
        let reply = ada.send(ada.request(method.clone(), "/graphql?query={viewer{id}}")).await;
        assert_eq!(reply.status, 405, "{method}");
        assert_eq!(reply.headers["allow"], "POST");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_sent_as_the_client_likes_them() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let json = "application/json";
    for (accept, sent) in [
        (RESPONSE, RESPONSE),
        ("application/graphql-response+json, application/json;q=0.9", RESPONSE),
        ("application/graphql-response+json;q=0.1, application/json", json),
        ("*/*", json),
        ("text/html, */*;q=0.1", json),
    ] {
        let headers = [("content-type", json), ("accept", accept)];
        let reply = post(&ada, &headers, query("{ viewer { id } }")).await;
        assert_eq!(reply.status, 200, "{accept}");
        let expected = format!("{sent}; charset=utf-8");
        assert_eq!(reply.headers["content-type"], expected.as_str(), "{accept}");
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert!(reply.headers.contains_key("x-request-id"));
    }
    let headers = [("content-type", json), ("accept", "text/html")];
    let refused = post(&ada, &headers, query("{ viewer { id } }")).await;
    assert_eq!(refused.status, 406);
    assert_eq!(refused.headers["cache-control"], "no-store");
    assert_eq!(refused.headers["x-content-type-options"], "nosniff");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_too_large_is_not_read() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let padded = |bytes: usize| {
        json!({ "query": "{ viewer { id } }", "variables": { "x": "x".repeat(bytes) } }).to_string()
    };
    let headers = [("content-type", "application/json")];
    assert_eq!(post(&ada, &headers, padded(200_000)).await.status, 200);
    assert_eq!(post(&ada, &headers, padded(300_000)).await.status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_would_keep_the_server_busy_are_refused_at_once() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let mut amplified = "query { viewer { ...F0 } }".to_owned();
    for level in 0..20 {
        let next = format!("...F{} ", level + 1).repeat(10);
        amplified = format!("{amplified} fragment F{level} on Viewer {{ {next} }}");
    }
    amplified.push_str(" fragment F20 on Viewer { id }");
    let aliases = (0..2000).fold(String::new(), |all, n| format!("{all} a{n}: viewer {{ id }}"));
    let wide = "{ viewer { tools(first: 100) { nodes { account { catalog { tools(first: 100) {
        nodes { account { catalog { tools(first: 100) { nodes { id } } } } } } } } } } } }";
    let results = (0..10).fold(String::new(), |all, n| {
        format!("{all} a{n}: invocations(first: 100) {{ nodes {{ result {{ isTruncated }} }} }}")
    });
    let deep = format!(
        "{{ viewer {{ accounts {{ {} id {} }} }} }}",
        "service { accounts { ".repeat(30),
        "} } ".repeat(30)
    );
    let directives = format!("{{ viewer {{ id {} }} }}", "@skip(if: false) ".repeat(1000));
    let cycle = "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }";
    let began = std::time::Instant::now();
    for document in [
        amplified,
        format!("{{ {aliases} }}"),
        wide.to_owned(),
        format!("{{ viewer {{ {results} }} }}"),
        deep,
        directives,
        cycle.to_owned(),
        "{".repeat(50_000),
    ] {
        let reply = ada.execute(&document, Value::Null).await;
        let shown: String = document.chars().take(80).collect();
        assert!([400, 422].contains(&reply.status.as_u16()), "{}: {shown}", reply.status);
        assert!(!reply.error_code().is_empty(), "{shown}: {}", reply.body);
    }
    assert!(began.elapsed().as_secs() < 20, "guards work before the executor does");
    assert_eq!(ada.execute("{ viewer { id } }", Value::Null).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_frontend_may_call_and_others_may_not() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let preflight = async |origin: &'static str| {
        let request = ada.request(Method::OPTIONS, "/graphql").header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        ada.send(request.header("access-control-request-headers", "authorization,content-type"))
            .await
    };
    let allowed = preflight(FRONTEND).await;
    assert_eq!(allowed.headers["access-control-allow-origin"], FRONTEND);
    assert!(!allowed.headers.contains_key("access-control-allow-credentials"));
    assert_eq!(allowed.headers["cache-control"], "no-store");
    let refused = preflight("https://evil.test").await;
    assert!(!refused.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_for_anybody_and_says_nothing() {
    let app = TestApp::start().await;
    let anybody = app.anonymous();
    for path in ["/healthz", "/readyz"] {
        let reply = anybody.send(anybody.request(Method::GET, path)).await;
        assert_eq!(reply.status, 200, "{path}");
    }
    let nowhere = anybody.send(anybody.request(Method::GET, "/nowhere")).await;
    assert_eq!(nowhere.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_keeps_the_id_it_came_with() {
    let app = TestApp::start().await;
    let ada = app.viewer("ada");
    let with = async |id: &str| {
        let request = ada.request(Method::GET, "/healthz").header("x-request-id", id);
        ada.send(request).await.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(with("abc-123").await, "abc-123");
    assert_ne!(with(&"x".repeat(100)).await, "x".repeat(100));
}
