//! The HTTP client under a session: the library's own, with the credential that is
//! good at the moment.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use futures_util::stream::BoxStream;
use http::{HeaderName, HeaderValue};
use rmcp::model::{ClientJsonRpcMessage, RequestId};
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
    StreamableHttpResponseLimits,
};
use sse_stream::Sse;

use super::call_headers;
use super::credential::Shown;
use super::logs::{Logs, call_of};
use super::permit;
use super::rejections::{Rejections, asks_for_tools};

/// Adds the credential of a session to each of its requests.
#[derive(Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    shown: Shown,
    rejections: Rejections,
    logs: Logs,
}

/// What a request is about, as far as that matters for its answer.
enum About {
    Tools,
    Call(RequestId),
    SomethingElse,
}

impl About {
    fn of(message: &ClientJsonRpcMessage) -> Self {
        if asks_for_tools(message) {
            return Self::Tools;
        }
        call_of(message).map_or(Self::SomethingElse, Self::Call)
    }
}

type Headers = HashMap<HeaderName, HeaderValue>;
type Result<T> = std::result::Result<T, StreamableHttpError<reqwest::Error>>;

impl Client {
    pub(super) fn new(
        http: reqwest::Client,
        shown: Shown,
        rejections: Rejections,
        logs: Logs,
    ) -> Self {
        Self { http, shown, rejections, logs }
    }

    /// The headers with the credential of this moment, and its version.
    fn with_credential(&self, mut headers: Headers) -> (Headers, i64) {
        let credential = self.shown.now();
        headers.extend(credential.headers.iter().cloned());
        (headers, credential.version)
    }

    /// What a request is sent with, and the version of its credential, as soon as it may be sent.
    async fn prepared(
        &self,
        message: &ClientJsonRpcMessage,
        headers: Headers,
    ) -> Result<(Headers, i64)> {
        if !permit::is_given_to(message).await {
            return Err(io::Error::other("the call was not accepted").into());
        }
        let (mut headers, version) = self.with_credential(headers);
        headers.extend(call_headers::of(message));
        Ok((headers, version))
    }

    /// Listens to an answer for what the library keeps to itself: which tools it leaves out of a
    /// list, and on whose stream a server says something.
    fn overheard(
        &self,
        about: About,
        posted: Result<StreamableHttpPostResponse>,
    ) -> Result<StreamableHttpPostResponse> {
        posted.map(|response| match about {
            About::Tools => self.rejections.watch(response),
            About::Call(call) => self.logs.watch(call, response),
            About::SomethingElse => response,
        })
    }

    /// Remembers which version was refused: by the time anybody asks, another one may be shown.
    fn heard<T>(&self, version: i64, result: Result<T>) -> Result<T> {
        let is_refused = match &result {
            Err(StreamableHttpError::AuthRequired(_)) => true,
            // Without a challenge, the library reports it as text.
            Err(StreamableHttpError::UnexpectedServerResponse(text)) => {
                text.starts_with("HTTP 401")
            }
            _ => false,
        };
        if is_refused {
            self.shown.refuse(version);
        }
        result
    }
}

impl StreamableHttpClient for Client {
    type Error = reqwest::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        auth: Option<String>,
        headers: Headers,
    ) -> Result<StreamableHttpPostResponse> {
        let (headers, version) = self.prepared(&message, headers).await?;
        let about = About::of(&message);
        let posted = self.http.post_message(uri, message, session, auth, headers).await;
        self.overheard(about, self.heard(version, posted))
    }

    // The library's own limits apply in its own client, which the trait's default for this
    // method would go around.
    async fn post_message_with_response_limits(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        auth: Option<String>,
        headers: Headers,
        limits: StreamableHttpResponseLimits,
    ) -> Result<StreamableHttpPostResponse> {
        let (headers, version) = self.prepared(&message, headers).await?;
        let about = About::of(&message);
        let post = self
            .http
            .post_message_with_response_limits(uri, message, session, auth, headers, limits);
        self.overheard(about, self.heard(version, post.await))
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session: Arc<str>,
        auth: Option<String>,
        headers: Headers,
    ) -> Result<()> {
        self.http.delete_session(uri, session, auth, self.with_credential(headers).0).await
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        auth: Option<String>,
        headers: Headers,
    ) -> Result<BoxStream<'static, std::result::Result<Sse, SseError>>> {
        let (headers, _) = self.with_credential(headers);
        self.http.get_stream(uri, session, last_event, auth, headers).await
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        auth: Option<String>,
        headers: Headers,
        limit: usize,
    ) -> Result<BoxStream<'static, std::result::Result<Sse, SseError>>> {
        let (headers, _) = self.with_credential(headers);
        let stream = self
            .http
            .get_stream_with_max_sse_event_size(uri, session, last_event, auth, headers, limit);
        stream.await
    }
}
