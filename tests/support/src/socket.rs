//! A GraphQL client over WebSocket, which speaks `graphql-transport-ws` word by word.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{SinkExt, StreamExt};
use http::HeaderValue;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::DEADLINE;
use crate::client::document;

/// How a socket was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The code.
    pub code: u16,
    /// The reason.
    pub reason: String,
}

/// An open WebSocket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    received: Arc<Mutex<String>>,
}

impl Socket {
    /// Opens one, with a subprotocol and an origin or without.
    pub(crate) async fn connect(
        address: SocketAddr,
        subprotocol: Option<&'static str>,
        origin: Option<&'static str>,
        received: Arc<Mutex<String>>,
    ) -> Result<Self, Box<Error>> {
        let mut request = format!("ws://{address}/graphql").into_client_request()?;
        let headers = request.headers_mut();
        if let Some(subprotocol) = subprotocol {
            headers.insert("sec-websocket-protocol", HeaderValue::from_static(subprotocol));
        }
        if let Some(origin) = origin {
            headers.insert("origin", HeaderValue::from_static(origin));
        }
        let (stream, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self { stream, received })
    }

    /// Says something.
    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    /// Says something that need not make sense.
    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("the socket is open");
    }

    /// Says something in a frame that the protocol has no use for.
    pub async fn send_binary(&mut self, bytes: &'static [u8]) {
        self.stream.send(Message::binary(bytes)).await.expect("the socket is open");
    }

    /// Starts an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.send(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// Stops an operation.
    pub async fn complete(&mut self, id: &str) {
        self.send(json!({ "type": "complete", "id": id })).await;
    }

    /// The next message, or how the socket was closed.
    pub async fn next(&mut self) -> Result<Value, Closed> {
        loop {
            let frame = timeout(DEADLINE, self.stream.next()).await.expect("waited in vain");
            match frame {
                Some(Ok(Message::Text(text))) => {
                    let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
                    received.push_str(&text);
                    return Ok(serde_json::from_str(&text).expect("messages are JSON"));
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    let reason = frame.reason.to_string();
                    return Err(Closed { code: frame.code.into(), reason });
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return Err(Closed { code: 1006, reason: format!("{other:?}") }),
            }
        }
    }

    /// The next message, which must be of this type.
    pub async fn expect(&mut self, kind: &str) -> Value {
        let message = self.next().await.expect("the socket stays open");
        assert_eq!(message["type"], kind, "{message}");
        message
    }

    /// How the socket is closed, whatever is said before.
    pub async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.next().await {
                return closed;
            }
        }
    }
}

/// A subscription on a socket of its own.
#[derive(Debug)]
pub struct Watch {
    socket: Socket,
    seen: Vec<Value>,
}

impl Watch {
    pub(crate) async fn start(mut socket: Socket, operation: &str, variables: Value) -> Self {
        socket.subscribe("watch", &document(operation), variables).await;
        Self { socket, seen: Vec::new() }
    }

    /// The next event; `None` when the subscription is complete.
    pub async fn next(&mut self) -> Option<Value> {
        let message = self.socket.next().await.expect("the socket stays open");
        match message["type"].as_str() {
            Some("complete") => None,
            Some("next") => {
                let payload = &message["payload"];
                assert!(payload.get("errors").is_none(), "{payload}");
                let event = payload["data"].as_object().and_then(|data| data.values().next());
                let event = event.expect("an event").clone();
                self.seen.push(event.clone());
                Some(event)
            }
            _ => panic!("unexpected: {message}"),
        }
    }

    /// The first event from now on that fits.
    pub async fn until(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("it ended before {what}"));
            if fits(&event) {
                return event;
            }
        }
    }

    /// The first event from now on of this type.
    pub async fn until_type(&mut self, kind: &str) -> Value {
        self.until(kind, |event| event["__typename"] == kind).await
    }

    /// Everything up to the end of the subscription.
    pub async fn rest(mut self) -> Vec<Value> {
        while self.next().await.is_some() {}
        self.seen
    }

    /// Everything that was seen so far.
    pub fn seen(&self) -> &[Value] {
        &self.seen
    }

    /// How the socket under it is closed.
    pub async fn closed(&mut self) -> Closed {
        self.socket.closed().await
    }
}
