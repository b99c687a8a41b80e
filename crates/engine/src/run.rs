//! Running a call that was accepted: send it once, and write down what became of it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use attache_domain::{
    Account, ArgumentSchema, EventCursor, Invocation, InvocationId, InvocationRequest,
    InvocationResult, InvocationState, LogMessage, Problem, ProblemCode, Progress, Tool, UserId,
};
use attache_store::{Continuation, Outcome, Written};
use attache_upstream::{AskedInCall, Call, CallEnd, CallError, InputRound, McpError, Permit, Task};
use serde_json::json;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::Engine;
use crate::ask::without_answers;
use crate::hub::Running;
use crate::logging;
use crate::session::{NoSession, Tries, session_key};
use crate::slots::{Place, Slot};

/// The largest result that is kept, in bytes of JSON.
const MAX_RESULT: usize = 1024 * 1024;

/// How often progress is passed on, at most.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// How often, and for how long, what became of a call is offered to a database that is away.
const WRITE_TRIES: u32 = 30;
const WRITE_PAUSE: Duration = Duration::from_secs(1);

/// How often a call goes on at once that a server ended with nothing to ask.
const MAX_ROUNDS: u32 = 10;

/// How long to wait before that.
const ROUND_PAUSE: Duration = Duration::from_millis(500);

/// The error for a call whose headers are not what the server expects (MCP 2026-07-28). It did
/// nothing.
const HEADER_MISMATCH: i32 = -32020;

/// How many questions of one call may wait to be written down.
const QUESTIONS: usize = 4;

/// A call to run.
pub(crate) struct Errand<'a> {
    pub(crate) user: UserId,
    /// Given when the call is written down. Until then it is only made ready.
    pub(crate) permit: Permit,
    pub(crate) invocation: Invocation,
    pub(crate) account: &'a Account,
    /// The tool as it is known, where it still is.
    pub(crate) tool: Option<&'a Tool>,
    /// What the tool says that its results look like.
    pub(crate) shape: Option<Arc<ArgumentSchema>>,
    pub(crate) request: InvocationRequest,
    /// What it goes on with, where it ended with questions before.
    pub(crate) continuation: Option<Continuation>,
    /// Rung when the service asks the person something.
    pub(crate) asked: Arc<Notify>,
}

/// How a call left the service.
pub(crate) enum Left {
    /// It is over.
    Ended(Outcome),
    /// The service refused it, and did nothing, for want of these scopes.
    Wants(Vec<String>),
    /// The service wants to know something before it goes on.
    Asks(InputRound),
    /// The service goes on with it by itself.
    Began(Task),
    /// So it does, and another process asks what becomes of it.
    Adrift,
}

/// A call that is over, or waits for a person.
pub(crate) struct Ended {
    pub(crate) invocation: Invocation,
    pub(crate) result: Option<InvocationResult>,
    pub(crate) cursor: EventCursor,
}

impl Engine {
    /// Makes a call ready whose slot is free, and runs it as soon as it is written down. `None` when
    /// somebody else ended it.
    pub(crate) async fn run(&self, errand: Errand<'_>, slot: Slot) -> Option<Ended> {
        let (user, id) = (errand.user, errand.invocation.id);
        let _hand = self.0.work.take(id.uuid());
        let running = self.0.hub.prepare(id);
        let progress = watch::Sender::new(None);
        let (questions, asked) = mpsc::channel(QUESTIONS);
        let has_asked = AtomicBool::new(false);
        let (sayer, said) = logging::channel();
        let calling = async {
            let call = self.call(&errand, &running.stop, &progress, questions, sayer);
            let telling = self.tell_progress(user, id, progress.subscribe());
            let asking = self.put_questions(&errand, asked, &running.answered, &has_asked);
            // What most calls have no need of takes no room in all of them.
            let asking = Box::pin(asking);
            tokio::select! {
                // It is registered before anything comes of it.
                biased;
                () = begun(&errand, &running) => unreachable!("it has begun for good"),
                left = call => left,
                () = telling => unreachable!("progress is told for as long as there is a sender"),
                () = asking => unreachable!("questions are put for as long as the call runs"),
            }
        };
        // The call is the only one who has something to say.
        let (left, ()) = tokio::join!(calling, Box::pin(self.write_log(&errand, said)));
        if !errand.permit.is_given().await {
            return None;
        }
        if has_asked.into_inner() {
            Box::pin(self.withdraw_questions(&errand)).await;
        }
        let left = match left {
            Left::Began(task) => {
                // Tasks may take a day, in which nothing of ours is busy.
                drop(slot);
                Box::pin(self.follow_task(&errand, task, &running, &progress)).await
            }
            left => left,
        };
        self.settle_call(&errand, left, &progress).await
    }

    /// Writes down how a call left the service, unless it waits.
    pub(crate) async fn settle_call(
        &self,
        errand: &Errand<'_>,
        left: Left,
        progress: &watch::Sender<Option<Progress>>,
    ) -> Option<Ended> {
        let (user, id) = (errand.user, errand.invocation.id);
        let waiting = match left {
            Left::Ended(outcome) => Err(Box::new(outcome)),
            Left::Wants(scopes) => {
                let Errand { invocation, account, .. } = errand;
                Box::pin(self.ask_for_more(user, invocation, account, &scopes)).await
            }
            Left::Asks(round) => Box::pin(self.ask(errand, round)).await,
            Left::Began(_) | Left::Adrift => {
                tracing::info!(invocation.id = %id, "a task is left to another process");
                return None;
            }
        };
        let outcome = match waiting {
            Ok(waits) => {
                let (invocation, cursor) = waits?;
                return Some(Ended { invocation, result: None, cursor });
            }
            Err(outcome) => *outcome,
        };
        let last = progress.borrow().clone();
        let outcome = Outcome { progress: last, ..outcome };
        match Box::pin(self.finish(user, &errand.invocation, &outcome)).await {
            Ok(Some((invocation, cursor))) => {
                tracing::info!(invocation.id = %id, state = ?invocation.state, "a call ended");
                Some(Ended { invocation, result: outcome.result, cursor })
            }
            Ok(None) => {
                tracing::info!(invocation.id = %id, "a call ended after it was given up");
                None
            }
            Err(error) => {
                // Nobody has it in hand any more, so the sweep will say that nobody knows.
                tracing::error!(invocation.id = %id, ?error, "the end of a call could not be written");
                None
            }
        }
    }

    async fn finish(
        &self,
        user: UserId,
        invocation: &Invocation,
        outcome: &Outcome,
    ) -> Result<Option<Written<Invocation>>, attache_store::Error> {
        let mut tries = 0;
        loop {
            let replica = self.0.replica;
            match self.0.store.finish_invocation(user, invocation, replica, outcome).await {
                Err(error) if writes_again(&error, &mut tries).await => {}
                finished => return finished,
            }
        }
    }

    /// Runs a call that has to wait for a slot.
    pub(crate) async fn run_later(&self, errand: Errand<'_>, place: Place) -> Option<Ended> {
        if !errand.permit.is_given().await {
            return None;
        }
        let id = errand.invocation.id;
        let _hand = self.0.work.take(id.uuid());
        let slot = place.slot().await?;
        if self.0.tasks.is_draining() {
            // It was not sent yet, so a process that stays can still send it.
            return None;
        }
        match self.0.store.start_invocation(errand.user, id, self.0.replica).await {
            Ok(Some(invocation)) => self.run(Errand { invocation, ..errand }, slot).await,
            // Cancelled while it waited.
            Ok(None) => None,
            Err(error) => {
                tracing::error!(invocation.id = %id, ?error, "a queued call could not be started");
                None
            }
        }
    }

    /// Sends the call. At most once: again only if the service says that it did not take it the
    /// first time, or that it is done with it and wants to be asked anew.
    async fn call(
        &self,
        errand: &Errand<'_>,
        stop: &CancellationToken,
        progress: &watch::Sender<Option<Progress>>,
        questions: mpsc::Sender<AskedInCall>,
        said: mpsc::Sender<LogMessage>,
    ) -> Left {
        let Errand { user, account, invocation, request, .. } = errand;
        let mut answers = match self.answers_to_send(errand) {
            Ok(answers) => answers,
            Err(outcome) => return Left::Ended(*outcome),
        };
        let (mut tries, mut rounds) = (Tries::default(), 0);
        let error = loop {
            let session = tokio::select! {
                session = self.session(*user, account, &mut tries, &errand.permit) => session,
                () = stop.cancelled() => return Left::Ended(self.stopped()),
            };
            let session = match session {
                Ok(session) => session,
                Err(NoSession::Mcp(McpError::Forbidden { scopes })) => return Left::Wants(scopes),
                Err(no_session) => {
                    let over = self.without_session(*user, account, no_session, &tries);
                    return Left::Ended(Box::pin(over).await);
                }
            };
            let call = Call {
                tool: &invocation.tool_name,
                permit: errand.permit.clone(),
                arguments: request.arguments.clone(),
                schema: errand.tool.map(|tool| &tool.definition.input_schema),
                answers: answers.clone(),
                progress: progress.clone(),
                questions: questions.clone(),
                said: said.clone(),
                stop: stop.clone(),
                limits: self.0.settings.call_limits,
            };
            match session.call(call).await {
                Ok(CallEnd::Answered(result)) => {
                    return Left::Ended(self.answered(errand, result));
                }
                // Nothing that a person could answer.
                Ok(CallEnd::Asks(round)) if round.questions.is_empty() && rounds < MAX_ROUNDS => {
                    rounds += 1;
                    answers = Some(without_answers(round));
                    tokio::select! {
                        () = tokio::time::sleep(ROUND_PAUSE) => {}
                        () = stop.cancelled() => return Left::Ended(self.stopped()),
                    }
                }
                Ok(CallEnd::Asks(round)) => return Left::Asks(round),
                Ok(CallEnd::Task(task)) => return Left::Began(task),
                Err(CallError::Stopped) => return Left::Ended(self.stopped()),
                Err(CallError::Unsupported) => return Left::Ended(self.unsupported(account)),
                Err(CallError::Failed(McpError::Forbidden { scopes })) => {
                    return Left::Wants(scopes);
                }
                Err(CallError::Failed(error))
                    if self.can_mend(account, &session, &error, &mut tries) => {}
                Err(CallError::Failed(error)) => break error,
            }
        };
        Left::Ended(Box::pin(self.failed(*user, account, error, &tries)).await)
    }

    pub(crate) fn answered(&self, errand: &Errand<'_>, mut result: InvocationResult) -> Outcome {
        if !result.is_tool_error {
            let content = result.structured_content.as_ref();
            let fits = |shape: &Arc<ArgumentSchema>| {
                content.is_some_and(|content| shape.violations(content).is_empty())
            };
            result.has_declared_shape = errand.shape.as_ref().map(fits);
        }
        let result = result.capped(MAX_RESULT);
        if !result.is_tool_error {
            return outcome(InvocationState::Succeeded, None, Some(result));
        }
        let name = &self.services().name(&errand.account.service);
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

    pub(crate) fn unsupported(&self, account: &Account) -> Outcome {
        let name = &self.services().name(&account.service);
        let message =
            format!("{name} asked for something in between that this server does not offer.");
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
        if matches!(error, McpError::Server { code: HEADER_MISMATCH, .. }) {
            // Its tools are not what they were when they were read.
            self.read_catalog_soon(user, account.id);
        }
        let problem = self.mcp_problem(account, &error);
        let state = match problem.code {
            ProblemCode::OutcomeUnknown => InvocationState::Interrupted,
            _ => InvocationState::Failed,
        };
        // The server's own words are worth more to the person than ours.
        let result = match error {
            McpError::Server { message, .. } => words_of_service(&message),
            _ => None,
        };
        outcome(state, Some(problem), result.map(|result| result.capped(MAX_RESULT)))
    }

    /// Passes progress on, the newest only, and not too often.
    pub(crate) async fn tell_progress(
        &self,
        user: UserId,
        id: InvocationId,
        mut progress: watch::Receiver<Option<Progress>>,
    ) {
        while progress.changed().await.is_ok() {
            let newest = progress.borrow_and_update().clone();
            let Some(newest) = newest else { continue };
            let noted = self.0.store.note_progress(user, id, self.0.replica, &newest);
            if let Err(error) = Box::pin(noted).await {
                tracing::warn!(invocation.id = %id, ?error, "progress could not be noted");
            }
            tokio::time::sleep(PROGRESS_EVERY).await;
        }
        std::future::pending::<()>().await;
    }
}

/// Registers a call when it is written down, and not before: what is registered and does not run
/// according to the database is stopped by the next heartbeat.
async fn begun(errand: &Errand<'_>, running: &Running) {
    if errand.permit.is_given().await {
        running.begin();
    }
    std::future::pending::<()>().await;
}

/// Whether to write down once more what became of a call, after a pause: a database that is away
/// for a while must not cost the person what is already here.
pub(crate) async fn writes_again(error: &attache_store::Error, tries: &mut u32) -> bool {
    if !error.is_temporary() || *tries == WRITE_TRIES {
        return false;
    }
    tracing::warn!(?error, "what became of a call is not written yet");
    *tries += 1;
    tokio::time::sleep(WRITE_PAUSE).await;
    true
}

/// What a service said of why it failed, where it said something.
pub(crate) fn words_of_service(words: &str) -> Option<InvocationResult> {
    (!words.is_empty()).then(|| InvocationResult {
        is_tool_error: true,
        content: vec![json!({ "type": "text", "text": words })],
        ..InvocationResult::default()
    })
}

pub(crate) fn outcome(
    state: InvocationState,
    problem: Option<Problem>,
    result: Option<InvocationResult>,
) -> Outcome {
    Outcome { state, problem, result, progress: None }
}
