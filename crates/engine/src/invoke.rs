//! Accepting a call to a tool, and stopping one.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use attache_domain::{
    Account, AccountState, ArgumentSchema, ClientId, Detail, EventCursor, Invocation, InvocationId,
    InvocationRequest, InvocationState, Problem, ProblemCode, Tool, ToolId, UserId, Viewer, digest,
    new_id,
};
use attache_store::{
    Acceptance, CallContext, IdempotencyKey, InvocationDraft, Payload, Target, Written,
};
use attache_upstream::{Permission, Permit};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value};
use tokio::sync::Notify;

use crate::approve::Agreement;
use crate::connect::{check_key, key_reused};
use crate::run::{Ended, Errand};
use crate::slots::{Place, Slot};
use crate::targets::Known;
use crate::{Engine, Error, Event, Result};

/// The longest a caller can wait for the end.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// The longest prompt, in characters.
const MAX_PROMPT: usize = 4000;

/// The longest name of a conversation, in characters.
const MAX_CONVERSATION: usize = 64;

/// What to call.
#[derive(Clone, Debug)]
pub struct Invoke {
    /// Which tool.
    pub tool: ToolId,
    /// What to pass. Presets fill in what is left out.
    pub arguments: Value,
    /// The client's name for the intent.
    pub idempotency_key: String,
    /// The revision of the tool that the person saw.
    pub expected_revision: Option<i32>,
    /// Whether the person confirmed this exact call.
    pub is_confirmed: bool,
    /// What happens where they have to and did not.
    pub if_unconfirmed: Unconfirmed,
    /// The conversation it belongs to.
    pub conversation: Option<String>,
    /// The person's own words.
    pub prompt: Option<String>,
    /// How long to wait for the end before answering.
    pub wait: Duration,
    /// The client that asks for it, as its token says.
    pub client: Option<ClientId>,
    /// The call that it repeats. Then the intent is to repeat that one, whatever it passed.
    pub repeats: Option<InvocationId>,
}

/// What happens to a call that a person has to confirm and did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unconfirmed {
    /// It is refused.
    Refuse,
    /// It waits for them to approve of it.
    AwaitApproval,
}

/// An invocation, with what it carries where that is at hand.
#[derive(Debug)]
pub struct Invoked {
    /// The invocation.
    pub invocation: Invocation,
    /// What it sent and got back, where it need not be read again.
    pub payload: Option<Payload>,
}

impl From<Invocation> for Invoked {
    fn from(invocation: Invocation) -> Self {
        Self { invocation, payload: None }
    }
}

/// A call that is written down.
struct Accepted {
    invocation: Invocation,
    cursor: EventCursor,
    request: InvocationRequest,
    /// None before somebody approves of it.
    running: Option<Prepared>,
}

/// A call that runs while it is polled, from when it is permitted.
struct Prepared {
    run: BoxFuture<'static, Option<Ended>>,
    /// Rung when the service asks the person something.
    asked: Arc<Notify>,
}

/// The right to run now, or a place in the line.
enum Turn {
    Now(Slot),
    Later(Place),
}

impl Engine {
    /// Accepts a call to a tool, and waits for its end if asked to.
    ///
    /// To be awaited to its end, in a task that outlives whoever asked: who waits for the
    /// call runs it.
    #[tracing::instrument(name = "engine.invoke", skip_all, fields(viewer.id = %viewer.id, tool.id = %input.tool))]
    pub async fn invoke(&self, viewer: &Viewer, input: Invoke) -> Result<Written<Invoked>> {
        check_input(&input)?;
        let key = idempotency_key(&input);
        if self.0.tasks.is_draining() {
            let message = "The server is restarting. Try again in a moment.";
            return Err(Error::refused(ProblemCode::Refused, message));
        }
        // What was true a moment ago mostly still is, and accepting makes sure of it. A
        // refusal is only believed of what was just read.
        if let Some(known) = self.0.targets.remembered(viewer.id, input.tool) {
            match self.accept(viewer, &known, &input, &key).await {
                Ok(Some(accepted)) => return self.launch(viewer, accepted, input.wait).await,
                Ok(None) | Err(Error::Refused(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        // Once more if the tool moved on between the reading and the writing.
        for _ in 0..2 {
            let context = self.0.store.call_context(viewer.id, input.tool, &key);
            let CallContext { target, known } = Box::pin(context).await?;
            if let Some(known) = known {
                if !known.is_same_input {
                    return Err(key_reused());
                }
                let former = self.known_invocation(viewer, known.entity, input.wait);
                return Box::pin(former).await;
            }
            let target = target.ok_or_else(|| Problem::not_found("tool").at("toolId"))?;
            let schema = self.0.schemas.of(&target.tool.definition);
            let shape = self.0.schemas.of_result(&target.tool.definition);
            let known = Known { target: Arc::new(target), schema, shape };
            let accepted = self.accept(viewer, &known, &input, &key).await?;
            let Some(accepted) = accepted else { continue };
            self.0.targets.remember(viewer.id, known);
            return self.launch(viewer, accepted, input.wait).await;
        }
        let message = "This tool is changing. Look at it again before you run it.";
        let problem = Problem::new(ProblemCode::ToolChanged, message);
        Err(problem.with(Detail::ToolChanged(input.tool)).into())
    }

    /// Checks the call against the tool and writes it down, while what it takes to send it is made
    /// ready. `None` when the tool is not any more what was checked against, or the intent is known.
    async fn accept(
        &self,
        viewer: &Viewer,
        known: &Known,
        input: &Invoke,
        key: &IdempotencyKey,
    ) -> Result<Option<Accepted>> {
        let Known { target, schema, .. } = known;
        let Target { tool, account, .. } = &**target;
        self.check_callable(tool, account)?;
        let request = request(tool, schema, input)?;
        let agreement = self.agreement(viewer, target, input).await?;
        let turn = match agreement {
            Agreement::Missing => None,
            Agreement::Given | Agreement::GivenForConversation => Some(self.turn(viewer)?),
        };
        let state = match turn {
            Some(Turn::Now(_)) => InvocationState::Running,
            Some(Turn::Later(_)) => InvocationState::Queued,
            None => InvocationState::ApprovalRequired,
        };
        let (id, now) = (new_id(&self.0.clock), self.0.clock.now());
        let invocation = Invocation::begun(id, tool, input.conversation.clone(), state, now);
        let draft = InvocationDraft {
            invocation: &invocation,
            target,
            client: input.client.as_ref(),
            request: &request,
            replica: turn.is_some().then_some(self.0.replica),
            expires_at: self.in_time(self.0.settings.questions.ended),
            repeats: input.repeats,
            key,
        };
        let (permission, permit) = Permission::pending();
        let mut running = turn.map(|turn| {
            let (call, sent) = (invocation.clone(), request.clone());
            self.prepared(viewer.id, known.clone(), call, sent, turn, permit)
        });
        let writing = async {
            let acceptance = self.0.store.accept_invocation(viewer.id, draft).await?;
            let is_accepted = matches!(acceptance, Acceptance::Accepted(_));
            if is_accepted && agreement == Agreement::GivenForConversation {
                let conversation = input.conversation.as_deref();
                Box::pin(self.remember_agreement(viewer, tool, conversation)).await;
            }
            Ok::<_, Error>(acceptance)
        };
        let acceptance = match &mut running {
            None => writing.await,
            Some(running) => tokio::select! {
                // The database is asked first, and what else there is to do is done meanwhile.
                biased;
                acceptance = writing => acceptance,
                _ = &mut running.run => unreachable!("no call ends before it is written down"),
            },
        };
        let cursor = match acceptance? {
            Acceptance::Accepted(cursor) => cursor,
            Acceptance::MovedOn => return Ok(None),
            Acceptance::TooMany => {
                let message = "Too many calls wait for your approval. Decide about some first.";
                return Err(Error::refused(ProblemCode::LimitReached, message));
            }
        };
        permission.give();
        tracing::info!(invocation.id = %invocation.id, account.id = %account.id,
            state = ?invocation.state, "a call was accepted");
        Ok(Some(Accepted { invocation, cursor, request, running }))
    }

    /// Asks an invocation to stop. One that is over stays as it is.
    #[tracing::instrument(name = "engine.cancel_invocation", skip_all, fields(viewer.id = %viewer.id, invocation.id = %id))]
    pub async fn cancel_invocation(
        &self,
        viewer: &Viewer,
        id: InvocationId,
    ) -> Result<Written<Invocation>> {
        if let Some(cancelled) = self.0.store.cancel_invocation(viewer.id, id).await? {
            return Ok(cancelled);
        }
        let cursor = self.event_cursor(viewer).await?;
        let invocation = self.invocations_by_id(viewer.id, &[id]).await?.remove(&id);
        let invocation =
            invocation.ok_or_else(|| Problem::not_found("invocation").at("invocationId"))?;
        Ok((invocation, cursor))
    }

    pub(crate) async fn known_invocation(
        &self,
        viewer: &Viewer,
        entity: uuid::Uuid,
        wait: Duration,
    ) -> Result<Written<Invoked>> {
        let id = InvocationId::from_uuid(entity);
        let end = async {
            let mut events = pin!(self.invocation_events(viewer, id, None).await?);
            // The stream ends when the invocation does.
            while let Some(delivery) = events.next().await.transpose()? {
                if matches!(delivery.event, Event::Invocation(it) if it.state.waits_for_person()) {
                    break;
                }
            }
            Ok::<_, Error>(())
        };
        if let (false, Ok(ended)) = (wait.is_zero(), tokio::time::timeout(wait, end).await) {
            ended?;
        }
        let cursor = self.event_cursor(viewer).await?;
        let known = self.invocations_by_id(viewer.id, &[id]).await?.remove(&id);
        let known = known.ok_or_else(|| Problem::not_found("invocation"))?;
        Ok((known.into(), cursor))
    }

    /// Whether the account can be used now.
    pub(crate) fn check_usable(&self, account: &Account) -> Result<(), Problem> {
        match account.state {
            AccountState::Connected => Ok(()),
            AccountState::NeedsReauthorization => {
                let name = &self.services().name(&account.service);
                Err(Problem::reauthorization_required(account.id, name))
            }
            AccountState::Disconnecting => Err(Problem::account_disconnected()),
        }
    }

    /// Whether the viewer may call the tool now.
    pub(crate) fn check_callable(&self, tool: &Tool, account: &Account) -> Result<()> {
        self.check_usable(account)?;
        if !tool.settings.is_enabled {
            let message = "You switched this tool off.";
            return Err(Error::refused(ProblemCode::ToolDisabled, message));
        }
        Ok(self.check_held(tool)?)
    }

    fn turn(&self, viewer: &Viewer) -> Result<Turn> {
        if let Some(slot) = self.0.slots.take(viewer.id) {
            return Ok(Turn::Now(slot));
        }
        let place = self.0.slots.line_up(viewer.id);
        place.map(Turn::Later).ok_or_else(|| {
            let message = "Too many calls are waiting. Let some of them finish first.";
            Error::refused(ProblemCode::LimitReached, message)
        })
    }

    /// The run of a call, which waits for its permit.
    fn prepared(
        &self,
        user: UserId,
        known: Known,
        invocation: Invocation,
        request: InvocationRequest,
        turn: Turn,
        permit: Permit,
    ) -> Prepared {
        let (engine, asked) = (self.clone(), Arc::new(Notify::new()));
        let rung = asked.clone();
        let run = async move {
            let Known { target, shape, .. } = known;
            let errand = Errand {
                user,
                permit,
                invocation,
                account: &target.account,
                tool: Some(&target.tool),
                shape,
                request,
                continuation: None,
                asked: rung,
            };
            // Whoever sends what is written down meanwhile comes first.
            tokio::task::yield_now().await;
            match turn {
                Turn::Now(slot) => engine.run(errand, slot).await,
                Turn::Later(place) => Box::pin(engine.run_later(errand, place)).await,
            }
        };
        Prepared { run: Box::pin(run), asked }
    }

    /// Runs a call on, and waits for its end if asked to.
    async fn launch(
        &self,
        viewer: &Viewer,
        accepted: Accepted,
        wait: Duration,
    ) -> Result<Written<Invoked>> {
        let Accepted { invocation, cursor, request, running } = accepted;
        let Some(Prepared { mut run, asked }) = running else {
            let payload = Some(Payload { request, result: None });
            return Ok((Invoked { invocation, payload }, cursor));
        };
        if wait.is_zero() {
            self.0.tasks.spawn(run);
            let payload = Some(Payload { request, result: None });
            return Ok((Invoked { invocation, payload }, cursor));
        }
        // Whoever waits runs it; waking another task for it and being woken by that would be
        // for nothing.
        tokio::select! {
            ended = &mut run => {
                if let Some(Ended { invocation, result, cursor }) = ended {
                    let payload = Some(Payload { request, result });
                    return Ok((Invoked { invocation, payload }, cursor));
                }
                // Ended by somebody else.
            }
            () = tokio::time::sleep(wait) => drop(self.0.tasks.spawn(run)),
            // The person is asked something, and whoever waits may be who asks them.
            () = asked.notified() => drop(self.0.tasks.spawn(run)),
        }
        // What the database says is true.
        Box::pin(self.known_invocation(viewer, invocation.id.uuid(), Duration::ZERO)).await
    }
}

fn check_input(input: &Invoke) -> Result<()> {
    check_key(&input.idempotency_key)?;
    object(&input.arguments)?;
    if input.conversation.as_ref().is_some_and(|it| it.chars().count() > MAX_CONVERSATION) {
        let message = format!("A conversation's name has at most {MAX_CONVERSATION} characters.");
        return Err(Problem::invalid_input("conversationId", message).into());
    }
    if input.prompt.as_ref().is_some_and(|prompt| prompt.chars().count() > MAX_PROMPT) {
        let message = format!("A prompt has at most {MAX_PROMPT} characters.");
        return Err(Problem::invalid_input("prompt", message).into());
    }
    check_wait(input.wait)
}

pub(crate) fn check_wait(wait: Duration) -> Result<()> {
    if wait > MAX_WAIT {
        let message =
            format!("Wait between 0 and {} ms; longer is for subscriptions.", MAX_WAIT.as_millis());
        return Err(Problem::invalid_input("waitMs", message).into());
    }
    Ok(())
}

/// What is sent, once it is clear that it may be.
fn request(tool: &Tool, schema: &ArgumentSchema, input: &Invoke) -> Result<InvocationRequest> {
    if input.expected_revision.is_some_and(|revision| revision != tool.revision) {
        let message = "This tool has changed. Look at it again before you run it.";
        let problem = Problem::new(ProblemCode::ToolChanged, message);
        return Err(problem.with(Detail::ToolChanged(tool.id)).into());
    }
    let arguments = check_arguments(tool, schema, &input.arguments)?;
    Ok(InvocationRequest { arguments, prompt: input.prompt.clone() })
}

/// What a call passes: what is given, and presets for the rest, if it fits.
pub(crate) fn check_arguments(
    tool: &Tool,
    schema: &ArgumentSchema,
    given: &Value,
) -> Result<Map<String, Value>> {
    fitting(schema, tool.arguments(object(given)?.clone()))
}

/// Arguments, if they fit.
pub(crate) fn fitting(
    schema: &ArgumentSchema,
    arguments: Map<String, Value>,
) -> Result<Map<String, Value>> {
    let arguments = Value::Object(arguments);
    let violations = schema.violations(&arguments);
    if !violations.is_empty() {
        let message = "Some arguments do not fit.";
        let problem = Problem::new(ProblemCode::ArgumentsInvalid, message).at("arguments");
        return Err(problem.with(Detail::Violations(violations)).into());
    }
    let Value::Object(arguments) = arguments else { unreachable!("made an object above") };
    Ok(arguments)
}

fn object(arguments: &Value) -> Result<&Map<String, Value>> {
    match arguments {
        Value::Object(arguments) => Ok(arguments),
        _ => {
            let message = "Arguments are an object of names and values.";
            Err(Problem::invalid_input("arguments", message).into())
        }
    }
}

/// What makes two calls the same: what is called and what is passed. How long the
/// caller waits does not.
fn idempotency_key(input: &Invoke) -> IdempotencyKey {
    if let Some(former) = input.repeats {
        return repeat_key(former, &input.idempotency_key);
    }
    let arguments = canonical(&input.arguments);
    let conversation = format!("{:?}", input.conversation);
    let prompt = format!("{:?}", input.prompt);
    let input_hash = digest(&[
        input.tool.uuid().as_bytes(),
        arguments.as_bytes(),
        conversation.as_bytes(),
        prompt.as_bytes(),
    ]);
    IdempotencyKey { operation: "invokeTool", key: input.idempotency_key.clone(), input_hash }
}

/// What makes two repetitions the same: what is repeated.
pub(crate) fn repeat_key(former: InvocationId, key: &str) -> IdempotencyKey {
    let input_hash = digest(&[former.uuid().as_bytes()]);
    IdempotencyKey { operation: "repeatInvocation", key: key.to_owned(), input_hash }
}

/// JSON with the names of objects in order, so that two ways of writing the same
/// value are the same text.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_names_does_not_make_another_call() {
        let (one, other) = (
            json!({"a": 1, "b": {"c": [1, 2], "d": null}}),
            json!({"b": {"d": null, "c": [1, 2]}, "a": 1}),
        );
        assert_eq!(canonical(&one), canonical(&other));
        assert_ne!(canonical(&one), canonical(&json!({"a": 1, "b": {"c": [2, 1], "d": null}})));
    }
}
