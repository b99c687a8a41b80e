#![doc = include_str!("../README.md")]

mod authorization;
mod consent;
mod ledger;
mod mcp;
mod notebook;
mod random;
mod script;
mod session;
mod shelf;
mod stdio;
mod tools;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use ledger::{Client, Counts, Grant, Issued, Policy, Reuse, TokenKind};
pub use script::{Answer, Document, Endpoint, Request};
pub use stdio::Stdio;
pub use tools::ToolSet;

use crate::ledger::Ledger;
use crate::mcp::Mcp;
use crate::notebook::Notebook;
use crate::script::Script;

/// Which revisions of MCP the playground speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Era {
    /// Only sessions that begin with `initialize`.
    Legacy,
    /// Only the stateless revision of 2026-07-28.
    Modern,
    /// Whatever the client asks for.
    #[default]
    Both,
}

/// How to start a playground.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port on loopback; 0 picks one.
    pub port: u16,
    /// Which revisions of MCP to speak.
    pub era: Era,
    /// Which tools to offer.
    pub tools: ToolSet,
    /// Where to keep tokens and notes, so that they survive a restart.
    pub state_file: Option<PathBuf>,
}

/// A third party in a box: an authorization server and an MCP server on one real
/// socket. Stops when dropped.
pub struct Playground {
    state: Arc<State>,
    address: SocketAddr,
    stop: CancellationToken,
}

pub(crate) struct State {
    pub(crate) origin: String,
    pub(crate) ledger: Ledger,
    pub(crate) notebook: Notebook,
    pub(crate) script: Script,
    pub(crate) mcp: Mcp,
    pub(crate) stop: CancellationToken,
}

impl Playground {
    /// Starts a playground on loopback.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let saved = ledger::load(options.state_file.as_deref())?;
        let state = Arc::new(State {
            origin: format!("http://{address}"),
            notebook: Notebook::new(saved.notes),
            ledger: Ledger::new(saved.issued),
            script: Script::default(),
            mcp: Mcp::new(options.era, options.tools),
            stop: stop.clone(),
        });
        let router: Router = authorization::router().merge(mcp::router()).with_state(state.clone());
        let stopped = stop.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "a third party is not part of the server that is drained"
        )]
        tokio::spawn(async move {
            let server = axum::serve(listener, router);
            tokio::select! {
                result = server => if let Err(error) = result {
                    tracing::error!(%error, "the playground stopped serving");
                },
                () = stopped.cancelled() => {}
            }
        });
        if let Some(file) = options.state_file {
            ledger::keep(&state, file);
        }
        Ok(Self { state, address, stop })
    }

    /// Where it is, for example `http://127.0.0.1:4001`. Also the issuer.
    pub fn origin(&self) -> &str {
        &self.state.origin
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The MCP server that wants a token.
    pub fn mcp_url(&self) -> String {
        format!("{}/mcp", self.state.origin)
    }

    /// The MCP server that wants nothing.
    pub fn open_mcp_url(&self) -> String {
        format!("{}/open/mcp", self.state.origin)
    }

    /// The MCP server that wants the key `pk_<name>` of any name.
    pub fn keyed_mcp_url(&self) -> String {
        format!("{}/keyed/mcp", self.state.origin)
    }

    /// Makes a client known to the authorization server.
    pub fn register(&self, client: Client) {
        self.state.ledger.register(client);
    }

    /// The clients that are known, whoever introduced them.
    pub fn clients(&self) -> Vec<Client> {
        self.state.ledger.clients()
    }

    /// Says these fields of a document otherwise from now on; null leaves one out.
    pub fn edit(&self, document: Document, fields: serde_json::Value) {
        if let serde_json::Value::Object(fields) = fields {
            self.state.script.edit(document, fields);
        }
    }

    /// Says a document as usual again.
    pub fn restore(&self, document: Document) {
        self.state.script.restore(document);
    }

    /// Every token ever issued, oldest first.
    pub fn issued(&self) -> Vec<Issued> {
        self.state.ledger.issued()
    }

    /// What the token endpoint did so far.
    pub fn counts(&self) -> Counts {
        self.state.ledger.counts()
    }

    /// Changes how tokens live and end. Those that were issued keep their end.
    pub fn set_policy(&self, policy: Policy) {
        self.state.ledger.set_policy(policy);
    }

    /// Issues an access token that nobody asked for, for answers made up by a test.
    pub fn issue_access(&self, person: &str, scope: &str) -> String {
        let grant =
            Grant { person: person.to_owned(), client: String::new(), scope: scope.to_owned() };
        self.state.ledger.issue_access(&grant).token
    }

    /// Ends a token without telling anybody, as a person can at a service.
    pub fn revoke(&self, token: &str) {
        self.state.ledger.revoke(token);
    }

    /// Gives consent as `person`, the way a browser would: returns where the person
    /// is redirected to.
    pub fn consent(&self, authorization_url: &str, person: &str) -> Result<String, String> {
        authorization::decide(&self.state, authorization_url, Some(person))
    }

    /// Declines consent: returns where the person is redirected to.
    pub fn decline(&self, authorization_url: &str) -> Result<String, String> {
        authorization::decide(&self.state, authorization_url, None)
    }

    /// The next request to `endpoint` gets this answer. Answers queue up.
    pub fn answer_next(&self, endpoint: Endpoint, answer: Answer) {
        self.state.script.answer_next(endpoint, answer);
    }

    /// Every request to `endpoint` gets this answer from now on, where none is queued; none, the
    /// usual one again.
    pub fn answer_always(&self, endpoint: Endpoint, answer: Option<Answer>) {
        self.state.script.answer_always(endpoint, answer);
    }

    /// How many bytes of [`Answer::Endless`] were taken off so far.
    pub fn streamed(&self) -> usize {
        self.state.script.streamed()
    }

    /// Lets everything go on that was held.
    pub fn release(&self) {
        self.state.script.release();
    }

    /// What was asked of `endpoint` so far: the last thousand requests.
    pub fn requests(&self, endpoint: Endpoint) -> Vec<Request> {
        self.state.script.requests(endpoint)
    }

    /// How many requests to `endpoint` have come to where the script holds them, so far.
    pub fn holds(&self, endpoint: Endpoint) -> usize {
        self.state.script.holds(endpoint)
    }

    /// Each answer of `endpoint` takes so long from now on.
    pub fn slow_down(&self, endpoint: Endpoint, pace: Duration) {
        self.state.script.slow_down(endpoint, pace);
    }

    /// Counts the most requests at once from now on.
    pub fn start_counting(&self, endpoint: Endpoint) {
        self.state.script.start_counting(endpoint);
    }

    /// The most requests that `endpoint` was answering at once.
    pub fn most_at_once(&self, endpoint: Endpoint) -> usize {
        self.state.script.most_at_once(endpoint)
    }

    /// The tools to offer from now on; everybody who listens is told.
    pub fn offer(&self, tools: ToolSet) {
        self.state.mcp.offer(tools);
    }

    /// From now on this method of resources, prompts or completion has this result for everybody;
    /// none, the usual one again. What is said of `capabilities` are those of the server.
    pub fn answer_method(&self, method: &str, result: Option<serde_json::Value>) {
        self.state.mcp.answer_method(method, result);
    }

    /// How many listen to a resource at the moment, in sessions of the legacy era and on streams
    /// of the modern one.
    pub fn listeners(&self, uri: &str) -> usize {
        self.state.mcp.listeners(uri)
    }

    /// From now on a call to this tool takes a token with this scope.
    pub fn take_scope(&self, tool: &str, scope: &str) {
        self.state.mcp.take_scope(tool, scope);
    }

    /// How often a call to this tool was seen.
    pub fn calls(&self, tool: &str) -> usize {
        self.state.mcp.calls(tool)
    }

    /// How many calls were seen to be cancelled.
    pub fn cancelled(&self) -> usize {
        self.state.mcp.cancelled()
    }

    /// Forgets all MCP sessions, as a restarted server does.
    pub fn forget_sessions(&self) {
        self.state.mcp.forget_sessions();
    }

    /// Forgets all tasks, those that are under way included.
    pub fn forget_tasks(&self) {
        self.state.mcp.tasks.forget();
    }

    /// How many tasks a client stopped.
    pub fn cancelled_tasks(&self) -> usize {
        self.state.mcp.tasks.cancelled()
    }
}

impl Drop for Playground {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
