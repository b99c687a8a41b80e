//! A GraphQL client over HTTP.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::DEADLINE;
use crate::socket::{Socket, Watch};

/// Somebody with a token, or without.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    token: Option<SecretString>,
    http: reqwest::Client,
    received: Arc<Mutex<String>>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status of HTTP.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null when it is not JSON.
    pub body: Value,
}

impl Reply {
    /// The data of an answer without errors.
    ///
    /// # Panics
    ///
    /// When there are errors.
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "{} {}", self.status, self.body);
        &self.body["data"]
    }

    /// The code of the first error.
    pub fn error_code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn new(
        address: SocketAddr,
        token: Option<SecretString>,
        received: Arc<Mutex<String>>,
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a client of ours, not a way out of ours")]
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(DEADLINE * 3)
            .build()
            .expect("an HTTP client");
        Self { address, token, http, received }
    }

    /// The same person, at another server.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// A request that has yet to be sent, signed in.
    pub fn request(&self, method: http::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("http://{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        self.try_send(request).await.expect("the server answers")
    }

    /// Sends a request to a server that may be killed.
    pub async fn try_send(&self, request: reqwest::RequestBuilder) -> Option<Reply> {
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.ok()?;
        self.received.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Some(Reply { status, headers, body })
    }

    /// Executes a document.
    pub async fn execute(&self, query: &str, variables: Value) -> Reply {
        self.send(self.operation(query, &variables)).await
    }

    /// Executes a document at a server that may be killed, and returns its data. `None` as well
    /// where there is an error.
    pub async fn try_query(&self, query: &str, variables: Value) -> Option<Value> {
        let reply = self.try_send(self.operation(query, &variables)).await?;
        reply.body.get("errors").is_none().then(|| reply.body["data"].clone())
    }

    /// A document that has yet to be sent.
    pub(crate) fn operation(&self, query: &str, variables: &Value) -> reqwest::RequestBuilder {
        let body = json!({ "query": query, "variables": variables });
        let request = self.request(http::Method::POST, "/graphql").json(&body);
        request.header("accept", "application/graphql-response+json")
    }

    /// Executes a document and returns its data.
    pub async fn query(&self, query: &str, variables: Value) -> Value {
        self.execute(query, variables).await.data().clone()
    }

    /// Runs one of `examples/operations.graphql`, and returns its only field.
    pub async fn run(&self, operation: &str, variables: Value) -> Value {
        let data = self.query(&document(operation), variables).await;
        let field = data.as_object().and_then(|fields| fields.values().next());
        field.cloned().unwrap_or_default()
    }

    /// Opens a WebSocket and signs in.
    pub async fn socket(&self) -> Socket {
        let mut socket = self.silent_socket().await;
        let token = self.token.as_ref().map_or("", |token| token.expose_secret());
        let payload = json!({ "authorization": format!("Bearer {token}") });
        socket.send(json!({ "type": "connection_init", "payload": payload })).await;
        socket.expect("connection_ack").await;
        socket
    }

    /// Opens a WebSocket and says nothing.
    pub async fn silent_socket(&self) -> Socket {
        self.try_socket(Some("graphql-transport-ws"), None).await.expect("the server takes it")
    }

    /// Opens a WebSocket with this subprotocol and this origin.
    pub async fn try_socket(
        &self,
        subprotocol: Option<&'static str>,
        origin: Option<&'static str>,
    ) -> Result<Socket, Box<tokio_tungstenite::tungstenite::Error>> {
        Socket::connect(self.address, subprotocol, origin, self.received.clone()).await
    }

    /// Follows the viewer's events after this cursor.
    pub async fn watch(&self, after: &str) -> Watch {
        Watch::start(self.socket().await, "Watch", json!({ "after": after })).await
    }

    /// Follows the viewer's events from now on.
    pub async fn watch_from_now(&self) -> Watch {
        let mut watch = self.watch(&self.cursor().await).await;
        watch.until_type("CaughtUp").await;
        watch
    }

    /// Follows one invocation.
    pub async fn follow(&self, invocation: &str, after: Option<&str>) -> Watch {
        let variables = json!({ "invocationId": invocation, "after": after });
        Watch::start(self.socket().await, "Follow", variables).await
    }

    /// Listens to a resource of an account.
    pub async fn listen(&self, account: &str, uri: &str) -> Watch {
        let variables = json!({ "accountId": account, "uri": uri });
        Watch::start(self.socket().await, "Listen", variables).await
    }

    /// Where the viewer's event log stands.
    pub async fn cursor(&self) -> String {
        let viewer = self.query("{ viewer { eventCursor } }", Value::Null).await;
        viewer["viewer"]["eventCursor"].as_str().expect("a cursor").to_owned()
    }
}

/// An operation of the examples, with the fragments it uses.
pub fn document(operation: &str) -> String {
    attache_server::operations::document(operation)
        .unwrap_or_else(|| panic!("no operation {operation}"))
}
