//! A client of Attaché in a hundred lines: run an operation, and follow what happens.

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A socket that tells what happens.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Attaché, as one viewer.
pub struct Attache {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Attache {
    /// Reads where it is, and who we are, from the note that `dev` leaves.
    pub fn open(note: &str) -> Result<Self> {
        let said = std::fs::read_to_string(note).context("start `cargo run -- dev` first")?;
        let said: Value = serde_json::from_str(&said)?;
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a client of Attaché, not a part of it")]
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { http, url: text(&said, "/url")?.into(), token: text(&said, "/token")?.into() })
    }

    /// Runs an operation, and returns its one field. A fault is an error of GraphQL, a
    /// refusal is a problem in the payload; both are sentences.
    pub async fn run(&self, request: &Value) -> Result<Value> {
        let posted = self.http.post(&self.url).bearer_auth(&self.token);
        let answer = posted.json(request).send().await;
        let mut answer: Value = answer.context("nobody answers; does `dev` run?")?.json().await?;
        let field = answer["data"].as_object_mut().and_then(|data| data.values_mut().next());
        let field = field.map(Value::take).unwrap_or_default();
        for said in [&answer["errors"][0], &field["problems"][0]] {
            ensure!(said.is_null(), "{}{}", text(said, "/message")?, violations(said));
        }
        Ok(field)
    }

    /// Does what a person does in a browser: opens the page, agrees, and is sent by way
    /// of Attaché to the frontend, whose URL then holds the ticket to complete with.
    pub async fn consent(&self, page: &str) -> Result<String> {
        let form = self.http.get(page).send().await?.error_for_status()?.text().await?;
        ensure!(form.contains(r#"name="person" value="ada""#), "this asks something else: {form}");
        let agreed = self.http.post(page).form(&[("person", "ada")]).send().await?;
        let page = agreed.error_for_status()?;
        let ticket = page.url().query_pairs().find(|(name, _)| name == "ticket");
        Ok(ticket.context("the page has no ticket in its URL")?.1.into_owned())
    }

    /// Subscribes to what happens to the viewer.
    pub async fn watch(&self, request: &Value) -> Result<Socket> {
        let upgrade = ClientRequestBuilder::new(self.url.replacen("http", "ws", 1).parse()?)
            .with_sub_protocol("graphql-transport-ws")
            .with_header("authorization", format!("Bearer {}", self.token));
        let (mut socket, _) = connect_async(upgrade).await?;
        socket.send(Message::text(r#"{ "type": "connection_init" }"#)).await?;
        hear(&mut socket, "connection_ack").await?;
        let subscribe = json!({ "type": "subscribe", "id": "1", "payload": request });
        socket.send(Message::text(subscribe.to_string())).await?;
        Ok(socket)
    }
}

/// The next message of a socket, which must be of this type, and the event it carries.
pub async fn hear(socket: &mut Socket, kind: &str) -> Result<Value> {
    loop {
        let frame = socket.next().await.context("the server closed the socket")??;
        let Message::Text(json) = frame else { continue };
        let mut message: Value = serde_json::from_str(&json)?;
        ensure!(message["type"] == kind, "this is not {kind}: {message}");
        return Ok(message["payload"]["data"]["viewerEvents"].take());
    }
}

/// What does not fit, and where.
fn violations(problem: &Value) -> String {
    let all = problem["violations"].as_array().into_iter().flatten();
    let lines: Vec<String> =
        all.map(|it| format!("\n  {} {}", it["pointer"], it["message"])).collect();
    lines.concat()
}

/// The text at a JSON Pointer.
pub fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str> {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.with_context(|| format!("there is no text at {pointer} of {value}"))
}
