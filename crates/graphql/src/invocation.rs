//! Invocations.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use attache_domain as domain;
use attache_engine as engine;
use attache_engine::{Invoked, Payload};
use chrono::Utc;
use serde_json::Value;

use crate::approval::Approval;
use crate::attempt::ConnectAttempt;
use crate::caller::{Caller, ContextExt, MAX_FILTER_IDS};
use crate::content::InvocationResult;
use crate::elicitation::Elicitation;
use crate::fault;
use crate::loaders::Carried;
use crate::log_message::LogMessage;
use crate::problem::Problem;
use crate::scalars::{DateTime, Json};
use crate::service::Service;
use crate::tool::Tool;
use crate::toolset::ToolDialect;

/// One call to one tool.
#[derive(Clone)]
pub(crate) struct Invocation {
    invocation: domain::Invocation,
    /// What it carries, where that is at hand anyway.
    payload: Option<Arc<Payload>>,
}

impl From<domain::Invocation> for Invocation {
    fn from(invocation: domain::Invocation) -> Self {
        Self { invocation, payload: None }
    }
}

impl From<Invoked> for Invocation {
    fn from(invoked: Invoked) -> Self {
        let Invoked { invocation, payload } = invoked;
        Self { invocation, payload: payload.map(Arc::new) }
    }
}

/// How far a call got.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::InvocationState")]
pub(crate) enum InvocationState {
    /// Accepted, and not to be sent before the viewer approves of it; see `approval`.
    ApprovalRequired,
    /// Accepted, not yet sent.
    Queued,
    /// Sent, or about to be.
    Running,
    /// The service wants more permissions for it than the account has; see `connectAttempt`.
    /// Once the person consents the same call goes on.
    AwaitingAuthorization,
    /// The service asks the person something; see `elicitations`.
    AwaitingInput,
    /// Asked to stop.
    Cancelling,
    /// Final. The tool answered and reported no error.
    Succeeded,
    /// Final. The tool reported an error, or could not be reached.
    Failed,
    /// Final. Stopped on request.
    Cancelled,
    /// Final. The server lost track after sending: the service may or may not have
    /// acted. Never retried automatically.
    Interrupted,
}

/// What the viewer may do with an invocation.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::InvocationAction")]
pub(crate) enum InvocationAction {
    /// `approveInvocation`.
    Approve,
    /// `rejectInvocation`.
    Reject,
    /// `answerElicitation`.
    Answer,
    /// `cancelInvocation`.
    Cancel,
    /// `repeatInvocation`: run again with the same arguments, as a new invocation.
    Repeat,
    /// `eraseInvocation`.
    Erase,
}

/// How far the tool says it is.
#[derive(SimpleObject)]
pub(crate) struct InvocationProgress {
    /// Where it is. Grows.
    current: f64,
    /// Where it ends, when the tool knows.
    total: Option<f64>,
    /// What it is doing. Written by the service.
    message: Option<String>,
}

impl From<domain::Progress> for InvocationProgress {
    fn from(progress: domain::Progress) -> Self {
        let domain::Progress { current, total, message } = progress;
        Self { current, total, message }
    }
}

/// Which invocations to list.
#[derive(Default, InputObject)]
pub(crate) struct InvocationFilter {
    /// Only of this conversation.
    conversation_id: Option<String>,
    /// Only in these states. At most as many as there are.
    states: Option<Vec<InvocationState>>,
    /// Only at these services. At most 50 ids; more are ignored.
    service_ids: Option<Vec<ID>>,
    /// Only of these tools. At most 50 ids; more are ignored.
    tool_ids: Option<Vec<ID>>,
    /// Only accepted after this instant.
    created_after: Option<DateTime>,
    /// Only accepted before this instant.
    created_before: Option<DateTime>,
}

impl InvocationFilter {
    /// Ids of things that do not exist match nothing.
    pub(crate) async fn read(self, caller: &Caller) -> Result<domain::InvocationFilter> {
        let services = match &self.service_ids {
            Some(ids) => Some(Box::pin(caller.service_codes(ids)).await?),
            None => None,
        };
        Ok(domain::InvocationFilter {
            conversation: self.conversation_id,
            states: self.states.map(|states| states.into_iter().map(Into::into).collect()),
            services,
            tools: self.tool_ids.map(|ids| {
                ids.iter().take(MAX_FILTER_IDS).filter_map(|id| id.parse().ok()).collect()
            }),
            created_after: self.created_after.map(|at| at.0),
            created_before: self.created_before.map(|at| at.0),
        })
    }
}

/// One call to one tool, from acceptance to its final state.
#[Object]
impl Invocation {
    /// Globally unique and opaque.
    pub(crate) async fn id(&self) -> ID {
        ID(self.invocation.id.to_string())
    }

    /// Null when the tool or its account is gone; the history stays.
    async fn tool(&self, ctx: &Context<'_>) -> Result<Option<Tool>> {
        self.load_tool(ctx).await.map(|tool| tool.map(Tool))
    }

    /// Where it ran.
    async fn service(&self, ctx: &Context<'_>) -> Result<Service> {
        ctx.caller()?.service(&self.invocation.service).await
    }

    /// What the tool was called when it ran.
    async fn tool_name(&self) -> &str {
        &self.invocation.tool_name
    }

    /// The conversation it belongs to, as the client named it.
    async fn conversation_id(&self) -> Option<&str> {
        self.invocation.conversation.as_deref()
    }

    /// What the person asked for, in their words, when the client passed it. Null once erased,
    /// by retention or by the viewer.
    async fn prompt(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let payload = self.payload(ctx).await?;
        Ok(payload.and_then(|payload| payload.request.prompt.clone()))
    }

    /// What was sent. Null once erased, by retention or by the viewer.
    async fn arguments(&self, ctx: &Context<'_>) -> Result<Option<Json>> {
        let payload = self.payload(ctx).await?;
        Ok(payload.map(|payload| Json(Value::Object(payload.request.arguments.clone()))))
    }

    /// How far it got.
    async fn state(&self) -> InvocationState {
        self.invocation.state.into()
    }

    /// How far the tool said it was. Null once erased by the viewer.
    async fn progress(&self) -> Option<InvocationProgress> {
        self.invocation.progress.clone().map(Into::into)
    }

    /// While it is `AWAITING_AUTHORIZATION`: the attempt whose `authorizationUrl` the person
    /// is to be sent to. All such calls of an account wait for the same one. When it ends
    /// otherwise, they fail with its problem.
    async fn connect_attempt(&self, ctx: &Context<'_>) -> Result<Option<ConnectAttempt>> {
        if self.invocation.state != domain::InvocationState::AwaitingAuthorization {
            return Ok(None);
        }
        let attempt = ctx.caller()?.loaders().awaited.load_one(self.invocation.id).await;
        Ok(attempt.map_err(fault::shared)?.map(ConnectAttempt))
    }

    /// What the tool answered. Null until it did, and once erased, by retention or by the viewer.
    // A result may be a megabyte, so it weighs more than its fields do.
    #[graphql(complexity = "250 + child_complexity")]
    async fn result(&self, ctx: &Context<'_>) -> Result<Option<InvocationResult>> {
        if !self.invocation.state.is_final() {
            return Ok(None);
        }
        let payload = self.payload(ctx).await?;
        Ok(payload.and_then(|payload| payload.result.clone()).map(InvocationResult))
    }

    /// What to tell the model that called, in its own words: `call` is its call as it came. Null
    /// until there is a final state.
    #[graphql(complexity = 250)]
    async fn model_reply(
        &self,
        ctx: &Context<'_>,
        dialect: ToolDialect,
        call: Json,
    ) -> Result<Option<Json>> {
        if !self.invocation.state.is_final() {
            return Ok(None);
        }
        let payload = self.payload(ctx).await?;
        let result = payload.and_then(|payload| payload.result.clone());
        Ok(Some(Json(engine::model_reply(&self.invocation, result, dialect.into(), &call.0))))
    }

    /// Why it is not `SUCCEEDED`. Null when it is, or when the viewer cancelled it.
    async fn problem(&self, ctx: &Context<'_>) -> Result<Option<Problem>> {
        Problem::maybe(ctx.caller()?, self.invocation.problem.clone()).await
    }

    /// Where the viewer was asked to agree to it: what they decided.
    async fn approval(&self, ctx: &Context<'_>) -> Result<Option<Approval>> {
        let approval = ctx.caller()?.loaders().approvals.load_one(self.invocation.id).await;
        Ok(approval.map_err(fault::shared)?.map(Into::into))
    }

    /// What the service asked in the middle of it, in order. At most 100; none once erased.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn elicitations(&self, ctx: &Context<'_>) -> Result<Vec<Elicitation>> {
        let asked = ctx.caller()?.loaders().asked.load_one(self.invocation.id).await;
        let asked = asked.map_err(fault::shared)?.unwrap_or_default();
        Ok(asked.into_iter().map(Elicitation).collect())
    }

    /// What the service said while it worked on it, in order, as far as that matters and it says
    /// such things. At most 100.
    #[graphql(complexity = "50 * child_complexity + 1")]
    async fn log(&self, ctx: &Context<'_>) -> Result<Vec<LogMessage>> {
        let said = ctx.caller()?.loaders().logs.load_one(self.invocation.id).await;
        let said = said.map_err(fault::shared)?.unwrap_or_default();
        Ok(said.into_iter().map(Into::into).collect())
    }

    /// What the viewer may do now. At most 2.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<InvocationAction>> {
        let is_final = self.invocation.state.is_final();
        let is_tool_there = is_final && self.load_tool(ctx).await?.is_some();
        let is_request_there = is_tool_there && self.payload(ctx).await?.is_some();
        let is_erased = is_final && self.load_erasure(ctx).await?.is_some();
        let actions = self.invocation.available_actions(is_tool_there, is_request_there, is_erased);
        Ok(actions.into_iter().map(Into::into).collect())
    }

    /// The invocation that it repeats, when it does. Null as well once that one is gone.
    async fn repeats(&self, ctx: &Context<'_>) -> Result<Option<Invocation>> {
        let former = ctx.caller()?.loaders().repeated.load_one(self.invocation.id).await;
        Ok(former.map_err(fault::shared)?.map(Into::into))
    }

    /// When it was accepted.
    async fn created_at(&self) -> DateTime {
        DateTime(self.invocation.created_at)
    }

    /// When it was about to be sent.
    async fn started_at(&self) -> Option<DateTime> {
        self.invocation.started_at.map(DateTime)
    }

    /// When it reached a final state.
    async fn finished_at(&self) -> Option<DateTime> {
        self.invocation.finished_at.map(DateTime)
    }

    /// When the viewer erased what it carried, with `eraseInvocation`. Null when they did not.
    async fn erased_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.load_erasure(ctx).await?.map(DateTime))
    }

    /// Grows with every change.
    pub(crate) async fn revision(&self) -> i32 {
        self.invocation.revision
    }

    /// When it last changed.
    pub(crate) async fn updated_at(&self) -> DateTime {
        DateTime(self.invocation.updated_at)
    }
}

impl Invocation {
    async fn load_tool(&self, ctx: &Context<'_>) -> Result<Option<domain::Tool>> {
        let id = self.invocation.tool;
        ctx.caller()?.loaders().tools.load_one(id).await.map_err(fault::shared)
    }

    async fn load_erasure(&self, ctx: &Context<'_>) -> Result<Option<chrono::DateTime<Utc>>> {
        let id = self.invocation.id;
        ctx.caller()?.loaders().erasures.load_one(id).await.map_err(fault::shared)
    }

    async fn payload(&self, ctx: &Context<'_>) -> Result<Option<Arc<Payload>>> {
        if let Some(payload) = &self.payload {
            return Ok(Some(payload.clone()));
        }
        let carried = Carried(self.invocation.clone());
        let payload = ctx.caller()?.loaders().payloads.load_one(carried);
        Box::pin(payload).await.map_err(fault::shared)
    }
}
