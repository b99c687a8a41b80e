//! GraphQL over WebSocket: the `graphql-transport-ws` protocol, with its deadlines
//! and close codes.
//!
//! One task owns one socket. It reads, it takes what running operations have to say
//! in turn, and it writes; while a slow client keeps it from writing, it asks nothing
//! of the operations, so nothing piles up.

mod message;
mod operations;

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use self::message::{Close, FromClient, ToClient};
use self::operations::Operations;
use crate::app::App;
use crate::auth::SignedIn;
use crate::http::{MAX_BODY, Refusal};

const PROTOCOL: &str = "graphql-transport-ws";

/// How long a client may take to say who it is.
const INIT_PATIENCE: Duration = Duration::from_secs(5);

/// How long a message may take to leave, before the client counts as gone.
const SEND_PATIENCE: Duration = Duration::from_secs(10);

/// How often a silent client is asked whether it is there. Twice this without a sign,
/// and it is not.
const BEAT: Duration = Duration::from_secs(25);

/// `GET /graphql`.
pub(crate) async fn upgrade(
    State(app): State<App>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else { return Refusal::Method.into_response() };
    if !app.admits_origin(&headers) {
        return Refusal::Origin.into_response();
    }
    // Browsers cannot set headers on a WebSocket; everybody else can.
    let credentials = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let credentials = credentials.map(str::to_owned);
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(MAX_BODY).max_frame_size(MAX_BODY);
    upgrade.on_upgrade(async move |socket| {
        // The drain waits for as long as this is held.
        let _tracked = app.sockets.token();
        let drain = app.drain.clone();
        let mut connection = Connection::new(app, socket);
        let end = tokio::select! {
            end = connection.converse(credentials) => end,
            () = drain.cancelled() => End::Close(Close::GOING_AWAY),
        };
        connection.close(end).await;
    })
}

/// Why a connection ends.
enum End {
    /// The other side is not there any more.
    Gone,
    /// We say good-bye.
    Close(Close),
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

struct Connection {
    app: App,
    socket: WebSocket,
    operations: Operations,
    /// Whether anything arrived since the last beat.
    heard: bool,
}

impl Connection {
    fn new(app: App, socket: WebSocket) -> Self {
        Self { app, socket, operations: Operations::default(), heard: true }
    }

    async fn converse(&mut self, credentials: Option<String>) -> End {
        match self.conversation(credentials).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn conversation(
        &mut self,
        credentials: Option<String>,
    ) -> Result<std::convert::Infallible, End> {
        if self.socket.protocol().is_none() {
            return Err(Close::SUBPROTOCOL.into());
        }
        let init = timeout(INIT_PATIENCE, self.init(credentials.as_deref()));
        let signed_in = init.await.map_err(|_| Close::INIT_TIMEOUT)??;
        self.send(&ToClient::ConnectionAck).await?;
        let left = signed_in.until - self.app.clock().now();
        let expiry = sleep(left.to_std().unwrap_or_default());
        tokio::pin!(expiry);
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                message = receive(&mut self.socket, &mut self.heard) => {
                    self.handle(message?, &signed_in).await?;
                }
                Some(said) = self.operations.next() => self.send(&said).await?,
                () = &mut expiry => return Err(Close::EXPIRED.into()),
                _ = beat.tick() => self.beat().await?,
            }
        }
    }

    /// Waits for `connection_init`, and for nothing else.
    async fn init(&mut self, credentials: Option<&str>) -> Result<SignedIn, End> {
        loop {
            match receive(&mut self.socket, &mut self.heard).await? {
                FromClient::ConnectionInit { payload } => {
                    let credentials =
                        payload.as_ref().and_then(message::credentials).or(credentials);
                    let credentials = credentials.ok_or(Close::FORBIDDEN)?;
                    let verified = self.app.verify(credentials).await;
                    return Ok(verified.map_err(|_| Close::FORBIDDEN)?);
                }
                FromClient::Ping { payload } => self.send(&ToClient::Pong { payload }).await?,
                FromClient::Pong {} | FromClient::Complete { .. } => {}
                FromClient::Subscribe { .. } => return Err(Close::UNAUTHORIZED.into()),
            }
        }
    }

    async fn handle(&mut self, message: FromClient, signed_in: &SignedIn) -> Result<(), End> {
        match message {
            FromClient::ConnectionInit { .. } => return Err(Close::SECOND_INIT.into()),
            FromClient::Ping { payload } => self.send(&ToClient::Pong { payload }).await?,
            FromClient::Pong {} => {}
            FromClient::Complete { id } => self.operations.stop(&id),
            FromClient::Subscribe { id, payload } => {
                if self.operations.is_running(&id) {
                    return Err(Close::DUPLICATE.into());
                }
                if self.operations.is_full() {
                    return self.send(&operations::too_many(id)).await;
                }
                let caller = self.app.caller(signed_in);
                self.operations.start(id, self.app.contract.execute_stream(payload, caller));
            }
        }
        Ok(())
    }

    async fn beat(&mut self) -> Result<(), End> {
        if !std::mem::take(&mut self.heard) {
            return Err(End::Gone);
        }
        self.send_frame(Message::Ping(axum::body::Bytes::new())).await
    }

    async fn send(&mut self, message: &ToClient) -> Result<(), End> {
        let text = serde_json::to_string(message).expect("a message is JSON");
        self.send_frame(Message::Text(text.into())).await
    }

    async fn send_frame(&mut self, frame: Message) -> Result<(), End> {
        match timeout(SEND_PATIENCE, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => {
                tracing::info!("a client does not read what it asked for");
                Err(End::Gone)
            }
        }
    }

    async fn close(&mut self, end: End) {
        let End::Close(close) = end else { return };
        tracing::debug!(code = close.code, reason = close.reason, "closing a socket");
        let frame = CloseFrame { code: close.code, reason: close.reason.into() };
        if self.send_frame(Message::Close(Some(frame))).await.is_ok() {
            // The answer to it ends the handshake. Whether it comes is up to them.
            let _ = timeout(Duration::from_secs(1), async {
                while let Some(Ok(_)) = self.socket.recv().await {}
            })
            .await;
        }
    }
}

/// The next message. Frames that carry none only show that somebody is there.
async fn receive(socket: &mut WebSocket, heard: &mut bool) -> Result<FromClient, End> {
    loop {
        let frame = socket.recv().await.ok_or(End::Gone)?;
        *heard = true;
        match frame {
            Ok(Message::Text(text)) => return Ok(message::read(&text)?),
            Ok(Message::Binary(_)) => return Err(Close::INVALID.into()),
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Ok(Message::Close(_)) | Err(_) => return Err(End::Gone),
        }
    }
}
