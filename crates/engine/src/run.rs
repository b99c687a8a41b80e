//! Running a call that was accepted: send it once, and write down what became of it.

use std::time::Duration;

use attache_domain::{
    Account, EventCursor, Invocation, InvocationId, InvocationRequest, InvocationResult,
    InvocationState, Problem, ProblemCode, Progress, UserId,
};
use attache_store::{Outcome, Written};
use attache_upstream::{Call, CallError, McpError};
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::Engine;
use crate::session::{NoSession, Tries, session_key};
use crate::slots::{Place, Slot};

/// The largest result that is kept, in bytes of JSON.
const MAX_RESULT: usize = 1024 * 1024;

/// How often progress is passed on, at most.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// How often, and for how long, the end of a call is offered to a database that is away.
const FINISH_TRIES: u32 = 30;
const FINISH_PAUSE: Duration = Duration::from_secs(1);

/// The service refused a call, and did nothing, for want of these scopes.
struct Wants(Vec<String>);

/// A call that is over, or waits for a person.
pub(crate) struct Ended {
    pub(crate) invocation: Invocation,
    pub(crate) result: Option<InvocationResult>,
    pub(crate) cursor: EventCursor,
}

impl Engine {
    /// Runs a call whose slot is free. `None` when somebody else ended it.
    pub(crate) async fn run(
        &self,
        user: UserId,
        invocation: Invocation,
        account: &Account,
        request: InvocationRequest,
        _slot: Slot,
    ) -> Option<Ended> {
        let _hand = self.0.work.take(invocation.id.uuid());
        let running = self.0.hub.run(invocation.id);
        let progress = watch::Sender::new(None);
        let left = {
            let call = self.call(user, &invocation, account, request, &running.stop, &progress);
            let telling = self.tell_progress(user, invocation.id, progress.subscribe());
            tokio::select! {
                left = call => left,
                () = telling => unreachable!("progress is told for as long as there is a sender"),
            }
        };
        let outcome = match left {
            Ok(outcome) => outcome,
            Err(Wants(scopes)) => {
                match self.ask_for_more(user, &invocation, account, &scopes).await {
                    Ok(Some((invocation, cursor))) => {
                        return Some(Ended { invocation, result: None, cursor });
                    }
                    Ok(None) => return None,
                    Err(outcome) => *outcome,
                }
            }
        };
        let last = progress.borrow().clone();
        let outcome = Outcome { progress: last, ..outcome };
        match self.finish(user, &invocation, &outcome).await {
            Ok(Some((invocation, cursor))) => {
                tracing::info!(invocation.id = %invocation.id, state = ?invocation.state, "a call ended");
                Some(Ended { invocation, result: outcome.result, cursor })
            }
            Ok(None) => {
                tracing::info!(invocation.id = %invocation.id, "a call ended after it was given up");
                None
            }
            Err(error) => {
                // Nobody has it in hand any more, so the sweep will say that nobody knows.
                tracing::error!(invocation.id = %invocation.id, ?error, "the end of a call could not be written");
                None
            }
        }
    }

    /// Writes the end of a call down. A database that is away for a while must not cost
    /// the person a result that is already here.
    async fn finish(
        &self,
        user: UserId,
        invocation: &Invocation,
        outcome: &Outcome,
    ) -> Result<Option<Written<Invocation>>, attache_store::Error> {
        let mut tries = 0;
        loop {
            let finished =
                self.0.store.finish_invocation(user, invocation, self.0.replica, outcome).await;
            match finished {
                Err(error) if error.is_temporary() && tries < FINISH_TRIES => {
                    tracing::warn!(invocation.id = %invocation.id, ?error, "the end of a call is not written yet");
                    tries += 1;
                    tokio::time::sleep(FINISH_PAUSE).await;
                }
                finished => return finished,
            }
        }
    }

    /// Runs a call that has to wait for a slot.
    pub(crate) async fn run_later(
        &self,
        user: UserId,
        invocation: Invocation,
        account: &Account,
        request: InvocationRequest,
        place: Place,
    ) -> Option<Ended> {
        let _hand = self.0.work.take(invocation.id.uuid());
        let slot = place.slot().await?;
        if self.0.tasks.is_draining() {
            // It was not sent yet, so a process that stays can still send it.
            return None;
        }
        let started = self.0.store.start_invocation(user, invocation.id, self.0.replica).await;
        match started {
            Ok(Some(invocation)) => self.run(user, invocation, account, request, slot).await,
            // Cancelled while it waited.
            Ok(None) => None,
            Err(error) => {
                tracing::error!(invocation.id = %invocation.id, ?error, "a queued call could not be started");
                None
            }
        }
    }

    /// Sends the call. At most once: again only if the service says that it did not
    /// take it the first time.
    async fn call(
        &self,
        user: UserId,
        invocation: &Invocation,
        account: &Account,
        request: InvocationRequest,
        stop: &CancellationToken,
        progress: &watch::Sender<Option<Progress>>,
    ) -> Result<Outcome, Wants> {
        let mut tries = Tries::default();
        let error = loop {
            let session = tokio::select! {
                session = self.session(user, account, &mut tries) => session,
                () = stop.cancelled() => return Ok(self.stopped()),
            };
            let session = match session {
                Ok(session) => session,
                Err(NoSession::Mcp(McpError::Forbidden { scopes })) => {
                    return Err(Wants(scopes));
                }
                Err(no_session) => {
                    let over = self.without_session(user, account, no_session, &tries).await;
                    return Ok(over);
                }
            };
            let call = Call {
                tool: &invocation.tool_name,
                arguments: request.arguments.clone(),
                progress: progress.clone(),
                stop: stop.clone(),
                limits: self.0.settings.call_limits,
            };
            match session.call(call).await {
                Ok(result) => return Ok(self.answered(account, result)),
                Err(CallError::Stopped) => return Ok(self.stopped()),
                Err(CallError::Unsupported) => return Ok(self.unsupported(account)),
                Err(CallError::Failed(McpError::Forbidden { scopes })) => {
                    return Err(Wants(scopes));
                }
                Err(CallError::Failed(error))
                    if self.can_mend(account, &session, &error, &mut tries) => {}
                Err(CallError::Failed(error)) => break error,
            }
        };
        Ok(self.failed(user, account, error, &tries).await)
    }

    fn answered(&self, account: &Account, result: InvocationResult) -> Outcome {
        let result = result.capped(MAX_RESULT);
        if !result.is_tool_error {
            return outcome(InvocationState::Succeeded, None, Some(result));
        }
        let name = &self.services().name(&account.service);
        let message = format!("The tool reported an error. See what {name} says in the result.");
        let problem = Problem::new(ProblemCode::ToolReportedError, message);
        outcome(InvocationState::Failed, Some(problem), Some(result))
    }

    /// Stopped because a person asked, or because this process has to go.
    fn stopped(&self) -> Outcome {
        if self.0.tasks.is_draining() {
            let message =
                "The server was restarted while the call ran; it may or may not have acted.";
            let problem = Problem::new(ProblemCode::OutcomeUnknown, message);
            return outcome(InvocationState::Interrupted, Some(problem), None);
        }
        outcome(InvocationState::Cancelled, None, None)
    }

    fn unsupported(&self, account: &Account) -> Outcome {
        let name = &self.services().name(&account.service);
        let message =
            format!("{name} asked for something in between that this server cannot pass on yet.");
        let problem = Problem::new(ProblemCode::ServiceRefused, message);
        outcome(InvocationState::Failed, Some(problem), None)
    }

    async fn without_session(
        &self,
        user: UserId,
        account: &Account,
        no_session: NoSession,
        tries: &Tries,
    ) -> Outcome {
        let name = &self.services().name(&account.service);
        let problem = match no_session {
            NoSession::Over | NoSession::Mcp(McpError::Unauthorized) => {
                self.mark_unauthorized(user, account, tries).await;
                self.mcp_problem(account, &McpError::Unauthorized)
            }
            // The handshake failed, so the call was not sent: there is no outcome that
            // could be unknown.
            NoSession::Mcp(error) if !error.may_have_acted() => self.mcp_problem(account, &error),
            NoSession::Mcp(_) | NoSession::NotOffered | NoSession::Unavailable => {
                Problem::service_unavailable(name)
            }
            NoSession::NoCredential => Problem::account_disconnected(),
            NoSession::Fault(error) => {
                tracing::error!(?error, "a call could not be sent");
                Problem::service_unavailable(name)
            }
        };
        outcome(InvocationState::Failed, Some(problem), None)
    }

    async fn failed(
        &self,
        user: UserId,
        account: &Account,
        error: McpError,
        tries: &Tries,
    ) -> Outcome {
        tracing::warn!(service = %account.service, error = &error as &dyn std::error::Error, "a call brought no result");
        if matches!(error, McpError::Unauthorized) {
            self.mark_unauthorized(user, account, tries).await;
        }
        if matches!(error, McpError::Lost | McpError::SessionGone) {
            self.upstream(&account.service).sessions().close(session_key(account));
        }
        let problem = self.mcp_problem(account, &error);
        let state = match problem.code {
            ProblemCode::OutcomeUnknown => InvocationState::Interrupted,
            _ => InvocationState::Failed,
        };
        // The server's own words are worth more to the person than ours.
        let result = match error {
            McpError::Server { message, .. } if !message.is_empty() => Some(InvocationResult {
                is_tool_error: true,
                content: vec![json!({ "type": "text", "text": message })],
                ..InvocationResult::default()
            }),
            _ => None,
        };
        outcome(state, Some(problem), result.map(|result| result.capped(MAX_RESULT)))
    }

    /// Passes progress on, the newest only, and not too often.
    async fn tell_progress(
        &self,
        user: UserId,
        id: InvocationId,
        mut progress: watch::Receiver<Option<Progress>>,
    ) {
        while progress.changed().await.is_ok() {
            let newest = progress.borrow_and_update().clone();
            let Some(newest) = newest else { continue };
            let noted = self.0.store.note_progress(user, id, self.0.replica, &newest).await;
            if let Err(error) = noted {
                tracing::warn!(invocation.id = %id, ?error, "progress could not be noted");
            }
            tokio::time::sleep(PROGRESS_EVERY).await;
        }
        std::future::pending::<()>().await;
    }
}

pub(crate) fn outcome(
    state: InvocationState,
    problem: Option<Problem>,
    result: Option<InvocationResult>,
) -> Outcome {
    Outcome { state, problem, result, progress: None }
}
