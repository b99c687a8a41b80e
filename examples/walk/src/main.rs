//! The seven steps that GraphiQL opens with, taken from Rust: connect an account, see its
//! tools, watch one of them run, look back, disconnect.
#![expect(clippy::print_stdout, reason = "it is there to say what happens")]

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
const OPERATIONS: &str = include_str!("../../operations.graphql");

#[tokio::main]
async fn main() -> Result<()> {
    let note = std::env::args().nth(1).unwrap_or_else(|| ".attache/dev.json".to_owned());
    let (attache, patience) = (Attache::open(&note)?, std::time::Duration::from_mins(1));
    tokio::time::timeout(patience, walk(attache)).await.context("it took over a minute")?
}

async fn walk(attache: Attache) -> Result<()> {
    // Whoever watches from a position that was taken before acting misses nothing.
    let before = attache.run("History", json!({})).await?;
    let mut events = attache.watch(&before["eventCursor"]).await?;

    let begun = attache.run("Connect", json!({})).await?["attempt"].take();
    println!("1. Connect: {} asks for consent.", text(&begun, "/authorizationHost")?);
    let ticket = attache.consent(text(&begun, "/authorizationUrl")?).await?;
    let completed = attache.run("Complete", json!({ "ticket": ticket })).await?;
    println!("2. Complete: {} is connected.", text(&completed, "/account/label")?);

    let is_read = |it: &Value| matches!(it["catalog"]["state"].as_str(), Some("READY" | "FAILED"));
    while !is_read(&hear(&mut events, "next").await?) {}
    let found = attache.run("Tools", json!({})).await?;
    let tools = found["tools"]["nodes"].as_array().context("there are no tools")?;
    println!("3. Tools:");
    for tool in tools {
        println!("   {:<14}{}", text(tool, "/name")?, text(tool, "/title")?);
    }

    let tool = tools.iter().find(|tool| tool["name"] == "countdown").context("no countdown")?;
    let intent = json!({ "toolId": tool["id"], "idempotencyKey": uuid::Uuid::new_v4() });
    let invoked = attache.run("Invoke", intent).await?["invocation"].take();
    println!("4. Watch, and 5. Invoke: the countdown is {}.", text(&invoked, "/state")?);
    loop {
        let event = hear(&mut events, "next").await?;
        let invocation = &event["invocation"];
        ensure!(invocation["problem"].is_null(), "{}", text(invocation, "/problem/message")?);
        if event["invocationId"] == invoked["id"] {
            println!("   {}", text(&event, "/progress/message")?);
        } else if invocation["id"] == invoked["id"] && !invocation["result"].is_null() {
            println!("   {}", text(invocation, "/result/content/0/text")?);
            break;
        }
    }

    let viewer = attache.run("History", json!({})).await?;
    println!("6. History, newest first:");
    for past in viewer["invocations"]["nodes"].as_array().context("there is no history")? {
        println!("   {:<14}{}", text(past, "/toolName")?, text(past, "/state")?);
    }

    attache.run("Disconnect", json!({})).await?;
    while hear(&mut events, "next").await?["accountId"] != completed["account"]["id"] {}
    println!("7. Disconnect: the account is gone.");
    Ok(())
}

/// Attaché, as one viewer.
struct Attache {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Attache {
    /// Reads where it is, and who we are, from the note that `dev` leaves.
    fn open(note: &str) -> Result<Self> {
        let said = std::fs::read_to_string(note).context("start `cargo run -- dev` first")?;
        let said: Value = serde_json::from_str(&said)?;
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a client of Attaché, not a part of it")]
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { http, url: text(&said, "/url")?.into(), token: text(&said, "/token")?.into() })
    }

    /// Runs an operation, and returns its one field. A fault is an error of GraphQL, a
    /// refusal is a problem in the payload; both are sentences.
    async fn run(&self, operation: &str, variables: Value) -> Result<Value> {
        let request = self.http.post(&self.url).bearer_auth(&self.token);
        let answer = request.json(&step(operation, &variables)).send().await;
        let mut answer: Value = answer.context("nobody answers; does `dev` run?")?.json().await?;
        let field = answer["data"].as_object_mut().and_then(|data| data.values_mut().next());
        let field = field.map(Value::take).unwrap_or_default();
        for said in [&answer["errors"][0], &field["problems"][0]] {
            ensure!(said.is_null(), "{}", text(said, "/message")?);
        }
        Ok(field)
    }

    /// Does what a person does in a browser: opens the page, agrees, and is sent by way
    /// of Attaché to the frontend, whose URL then holds the ticket to complete with.
    async fn consent(&self, page: &str) -> Result<String> {
        let form = self.http.get(page).send().await?.error_for_status()?.text().await?;
        ensure!(form.contains(r#"name="person" value="ada""#), "this asks something else: {form}");
        let agreed = self.http.post(page).form(&[("person", "ada")]).send().await?;
        let page = agreed.error_for_status()?;
        let ticket = page.url().query_pairs().find(|(name, _)| name == "ticket");
        Ok(ticket.context("the page has no ticket in its URL")?.1.into_owned())
    }

    /// Subscribes to what happens to the viewer after a position.
    async fn watch(&self, after: &Value) -> Result<Socket> {
        let request = ClientRequestBuilder::new(self.url.replacen("http", "ws", 1).parse()?)
            .with_sub_protocol("graphql-transport-ws")
            .with_header("authorization", format!("Bearer {}", self.token));
        let (mut socket, _) = connect_async(request).await?;
        socket.send(Message::text(r#"{ "type": "connection_init" }"#)).await?;
        hear(&mut socket, "connection_ack").await?;
        let payload = step("Watch", &json!({ "after": after }));
        let subscribe = json!({ "type": "subscribe", "id": "1", "payload": payload });
        socket.send(Message::text(subscribe.to_string())).await?;
        Ok(socket)
    }
}

/// The next message of a socket, which must be of this type, and the event it carries.
async fn hear(socket: &mut Socket, kind: &str) -> Result<Value> {
    loop {
        let frame = socket.next().await.context("the server closed the socket")??;
        let Message::Text(json) = frame else { continue };
        let mut message: Value = serde_json::from_str(&json)?;
        ensure!(message["type"] == kind, "this is not {kind}: {message}");
        return Ok(message["payload"]["data"]["viewerEvents"].take());
    }
}

/// One of the seven steps, which come first in the file and use every fragment of it.
fn step(operation: &str, variables: &Value) -> Value {
    let mut definitions = OPERATIONS.split("\n\n");
    let mut document: Vec<&str> = definitions.by_ref().take(7).collect();
    document.extend(definitions.filter(|definition| definition.contains("fragment ")));
    json!({ "query": document.join("\n\n"), "operationName": operation, "variables": variables })
}

fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str> {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.with_context(|| format!("there is no text at {pointer} of {value}"))
}
