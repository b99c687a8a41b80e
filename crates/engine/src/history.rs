//! What a person does about calls that are over.

use std::collections::HashMap;
use std::time::Duration;

use attache_domain::{ClientId, Invocation, InvocationId, Problem, ProblemCode, UserId, Viewer};
use attache_store::{InvocationErasure, Written};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::connect::{check_key, key_reused};
use crate::invoke::{check_wait, repeat_key};
use crate::{Engine, Error, Invoke, Invoked, Result, Unconfirmed};

/// Which call to run again.
#[derive(Clone, Debug)]
pub struct RepeatInvocation {
    /// The call, which has ended.
    pub invocation: InvocationId,
    /// The client's name for the intent.
    pub idempotency_key: String,
    /// The revision of the tool that the person saw.
    pub expected_revision: Option<i32>,
    /// Whether the person confirmed this exact call.
    pub is_confirmed: bool,
    /// What happens where they have to and did not.
    pub if_unconfirmed: Unconfirmed,
    /// How long to wait for the end before answering.
    pub wait: Duration,
    /// The client that asks for it, as its token says.
    pub client: Option<ClientId>,
}

impl Engine {
    /// Runs a tool again with the arguments, the prompt and the conversation of a call that is
    /// over. It is a new call: whatever is asked of one is asked of it, by what the tool is now.
    #[tracing::instrument(name = "engine.repeat_invocation", skip_all, fields(viewer.id = %viewer.id, invocation.id = %input.invocation))]
    pub async fn repeat_invocation(
        &self,
        viewer: &Viewer,
        input: RepeatInvocation,
    ) -> Result<Written<Invoked>> {
        check_key(&input.idempotency_key)?;
        check_wait(input.wait)?;
        let id = input.invocation;
        let former = self.invocations_by_id(viewer.id, &[id]).await?.remove(&id);
        let former = former.ok_or_else(|| Problem::not_found("invocation").at("invocationId"))?;
        if !former.state.is_final() {
            let message = "This call has not ended.";
            let problem = Problem::new(ProblemCode::InvocationOpen, message);
            return Err(problem.at("invocationId").into());
        }
        let carried = self.payloads(viewer.id, std::slice::from_ref(&former)).await?.remove(&id);
        let Some(carried) = carried else {
            return self.repeated_before(viewer, &input).await;
        };
        let invoke = Invoke {
            tool: former.tool,
            arguments: Value::Object(carried.request.arguments),
            idempotency_key: input.idempotency_key,
            expected_revision: input.expected_revision,
            is_confirmed: input.is_confirmed,
            if_unconfirmed: input.if_unconfirmed,
            conversation: former.conversation,
            prompt: carried.request.prompt,
            wait: input.wait,
            client: input.client,
            repeats: Some(id),
        };
        self.invoke(viewer, invoke).await.map_err(blamed_on_the_former)
    }

    /// What was sent is gone, but the same intent may have run before it went.
    async fn repeated_before(
        &self,
        viewer: &Viewer,
        input: &RepeatInvocation,
    ) -> Result<Written<Invoked>> {
        let key = repeat_key(input.invocation, &input.idempotency_key);
        match self.0.store.known_intent(viewer.id, &key).await? {
            Some(known) if known.is_same_input => {
                self.known_invocation(viewer, known.entity, input.wait).await
            }
            Some(_) => Err(key_reused()),
            None => {
                let message = "What this call sent is erased, so it cannot be sent again.";
                let problem = Problem::new(ProblemCode::ArgumentsErased, message);
                Err(problem.at("invocationId").into())
            }
        }
    }

    /// The calls that these invocations repeat, as far as they do and the former are still known.
    pub async fn repeated_invocations(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, Invocation>> {
        Ok(self.0.store.repeated_invocations(user, ids).await?)
    }

    /// Erases what a call carried. That it was made stays, with where, when and how it ended.
    #[tracing::instrument(name = "engine.erase_invocation", skip_all, fields(viewer.id = %viewer.id, invocation.id = %id))]
    pub async fn erase_invocation(
        &self,
        viewer: &Viewer,
        id: InvocationId,
    ) -> Result<Written<Invocation>> {
        match self.0.store.erase_invocation(viewer.id, id).await? {
            InvocationErasure::Done(erased) => {
                tracing::info!(target: "attache::audit", action = "ERASE", invocation.id = %id, "what a call carried was erased");
                Ok(*erased)
            }
            InvocationErasure::Open => {
                let message = "This call has not ended. Cancel it first.";
                Err(Problem::new(ProblemCode::InvocationOpen, message).at("invocationId").into())
            }
            InvocationErasure::Unknown => {
                Err(Problem::not_found("invocation").at("invocationId").into())
            }
        }
    }

    /// When the viewer erased what these invocations carried, as far as they did.
    pub async fn invocation_erasures(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, DateTime<Utc>>> {
        Ok(self.0.store.invocation_erasures(user, ids).await?)
    }
}

/// Tool and arguments come from the former call, so whatever is wrong with them is said of it.
fn blamed_on_the_former(error: Error) -> Error {
    match error {
        Error::Refused(problem)
            if problem.path.last().is_some_and(|it| it == "toolId" || it == "arguments") =>
        {
            problem.at("invocationId").into()
        }
        other => other,
    }
}
