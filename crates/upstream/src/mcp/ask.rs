//! Asking a server for what it shows to whoever asks: nothing is changed by it, and nothing of
//! it is kept. What servers say about how long an answer stays good is not used: each question
//! goes out.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{ClientRequest, ServerCapabilities, ServerResult};
use rmcp::service::PeerRequestOptions;
use serde_json::Value;
use tokio::time::timeout;

use super::call::COURTESY;
use super::error::McpError;
use super::session::Session;
use super::written::as_written;

/// JSON-RPC: the server does not know the method.
const NO_SUCH_METHOD: i32 = -32601;

/// Something to ask a server.
pub trait Question: Send + Sync + 'static {
    /// What it is answered with.
    type Answer: Send + 'static;

    /// Asks once. `patience` is how long the answer may take.
    fn ask(
        &self,
        session: &Arc<Session>,
        patience: Duration,
    ) -> impl Future<Output = Result<Self::Answer, AskError>> + Send;
}

/// Why a question brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The server has nothing of the kind, by its own account.
    #[error("the MCP server does not offer this")]
    NotOffered,
    /// The server wants to ask something back first, and nobody is there to be asked.
    #[error("the MCP server wants to ask something back first")]
    WantsInput,
    /// There was no answer.
    #[error("there was no answer")]
    Failed(#[from] McpError),
}

impl Session {
    /// Sends a request that changes nothing, and returns the result as it came.
    pub(super) async fn request(
        &self,
        request: ClientRequest,
        patience: Duration,
    ) -> Result<Value, AskError> {
        match self.answer(request, patience).await.map_err(unanswered)? {
            ServerResult::InputRequiredResult(_) => Err(AskError::WantsInput),
            // What the library could not read as a whole.
            ServerResult::CustomResult(raw) => Ok(raw.0),
            // What it takes for something else is not what was asked for either, and shows that
            // when it is read.
            result => as_written(&result).ok_or_else(|| McpError::Unusable.into()),
        }
    }

    /// Sends a request and waits for what comes back.
    pub(super) async fn answer(
        &self,
        request: ClientRequest,
        patience: Duration,
    ) -> Result<ServerResult, McpError> {
        let options = PeerRequestOptions::with_timeout(patience);
        let answer = async {
            self.peer().send_request_with_option(request, options).await?.await_response().await
        };
        // The library tells the server that nobody waits any more, and waits until that is sent.
        match timeout(patience + COURTESY, answer).await {
            Ok(answer) => answer.map_err(|error| self.error_of(&error)),
            Err(_) => Err(McpError::TimedOut),
        }
    }

    /// Whether the server says that it offers something.
    pub(super) fn offers(&self, what: impl FnOnce(&ServerCapabilities) -> bool) -> bool {
        self.peer().peer_info().is_some_and(|info| what(&info.capabilities))
    }
}

/// What it means for a question that its request failed.
pub(super) fn unanswered(error: McpError) -> AskError {
    match error {
        McpError::Server { code: NO_SUCH_METHOD, .. } => AskError::NotOffered,
        error => AskError::Failed(error),
    }
}
