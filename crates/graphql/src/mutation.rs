//! Writes.

use std::time::Duration;

use async_graphql::{Context, ID, Object, Result};
use attache_domain::{Problem as DomainProblem, ToolSettingsPatch};
use attache_engine::{
    AnswerElicitation, ApproveInvocation, BeginConnect, CallbackInput, ConnectTarget,
    ConnectWithKey, DisconnectTarget, Error, Invoke, InvokeFromModel, RepeatInvocation,
};
use serde_json::Value;

use crate::account::Account;
use crate::attempt::ConnectAttempt;
use crate::caller::ContextExt;
use crate::elicitation::Elicitation;
use crate::input::{
    AcceptToolChangeInput, AddServiceInput, AnswerElicitationInput, ApproveInvocationInput,
    BeginConnectInput, CancelConnectInput, CancelInvocationInput, CompleteOAuthInput,
    ConnectTargetInput, ConnectWithKeyInput, DisconnectInput, EraseInvocationInput,
    EraseViewerInput, InvokeFromModelInput, InvokeToolInput, RefreshCatalogInput,
    RejectInvocationInput, RemoveServiceInput, RepeatInvocationInput, SelectServicesInput,
    ToolSettingsPatchInput, UpdateToolSettingsInput, UpdateViewerSettingsInput, id,
};
use crate::payload::{
    AcceptToolChangePayload, AddServicePayload, AnswerElicitationPayload, ApproveInvocationPayload,
    BeginConnectPayload, CancelConnectPayload, CancelInvocationPayload, CompleteOAuthPayload,
    ConnectWithKeyPayload, DisconnectPayload, EraseInvocationPayload, EraseViewerPayload,
    InvokeFromModelPayload, InvokeToolPayload, Outcome, RefreshCatalogPayload,
    RejectInvocationPayload, RemoveServicePayload, RepeatInvocationPayload, SelectServicesPayload,
    UpdateToolSettingsPayload, UpdateViewerSettingsPayload,
};
use crate::problem::Problem;
use crate::service::Service;
use crate::tool::Tool;

pub(crate) struct Mutation;

/// Writes. Each mutation is one action a person takes. The field itself is null
/// only after an internal fault, which is then described in the top-level `errors`.
#[Object]
impl Mutation {
    /// Chooses which services the viewer works with. Replaces the previous choice.
    async fn select_services(
        &self,
        ctx: &Context<'_>,
        input: SelectServicesInput,
    ) -> Result<Option<SelectServicesPayload>> {
        let caller = ctx.caller()?;
        let ids: attache_engine::Result<Vec<_>> =
            input.service_ids.iter().map(|it| id(it, "service", "serviceIds")).collect();
        let result = match ids {
            Ok(ids) => Box::pin(caller.engine.select_services(&caller.viewer, &ids)).await,
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let selected_services = match value {
            Some(codes) => Some(caller.services(&codes).await?),
            None => None,
        };
        Ok(Some(SelectServicesPayload { selected_services, problems, cursor }))
    }

    /// Adds a service of the viewer's own by the URL of its MCP server, for nobody else to see.
    /// The server is asked how it is connected to, where the input does not say. What is there
    /// already is not added again. At most 20.
    async fn add_service(
        &self,
        ctx: &Context<'_>,
        input: AddServiceInput,
    ) -> Result<Option<AddServicePayload>> {
        let caller = ctx.caller()?;
        let result = Box::pin(caller.engine.add_service(&caller.viewer, input.into())).await;
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        Ok(Some(AddServicePayload { service: value.map(Service), problems, cursor }))
    }

    /// Removes a service that the viewer added, and disconnects its accounts.
    async fn remove_service(
        &self,
        ctx: &Context<'_>,
        input: RemoveServiceInput,
    ) -> Result<Option<RemoveServicePayload>> {
        let caller = ctx.caller()?;
        let result =
            Box::pin(caller.engine.remove_service(&caller.viewer, &input.service_code)).await;
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let removed_service_id = value.map(|id| ID(id.to_string()));
        Ok(Some(RemoveServicePayload { removed_service_id, problems, cursor }))
    }

    /// Starts connecting an account and returns the page to send the person to.
    async fn begin_connect(
        &self,
        ctx: &Context<'_>,
        input: BeginConnectInput,
    ) -> Result<Option<BeginConnectPayload>> {
        let caller = ctx.caller()?;
        let target = match input.target {
            ConnectTargetInput::ServiceCode(code) => Ok(ConnectTarget::Service(code)),
            ConnectTargetInput::AccountId(it) => {
                id(&it, "account", "target").map(ConnectTarget::Account)
            }
        };
        let result = match target {
            Ok(target) => {
                let (return_to, scopes) = (input.return_to, input.scopes);
                let idempotency_key = input.idempotency_key;
                let allows_other_identity = input.allows_other_identity;
                let begin = BeginConnect {
                    target,
                    return_to,
                    scopes,
                    allows_other_identity,
                    idempotency_key,
                };
                Box::pin(caller.engine.begin_connect(&caller.viewer, begin)).await
            }
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let attempt = value.map(ConnectAttempt);
        Ok(Some(BeginConnectPayload { attempt, problems, cursor }))
    }

    /// Finishes connecting, given the URL the authorization server redirected to.
    #[graphql(name = "completeOAuth")]
    async fn complete_oauth(
        &self,
        ctx: &Context<'_>,
        input: CompleteOAuthInput,
    ) -> Result<Option<CompleteOAuthPayload>> {
        let caller = ctx.caller()?;
        let input = match input {
            CompleteOAuthInput::CallbackUrl(url) => CallbackInput::Url(url.0.into()),
            CompleteOAuthInput::Ticket(ticket) => CallbackInput::Ticket(ticket.into()),
        };
        let result = Box::pin(caller.engine.complete_oauth(&caller.viewer, input)).await;
        let result = result.map(|completed| {
            let cursor = completed.cursor;
            (completed, cursor)
        });
        let Outcome { value, mut problems, cursor } = Outcome::of(caller, result).await?;
        let (mut attempt, mut account) = (None, None);
        if let Some(completed) = value {
            if let Some(problem) = completed.attempt.problem.clone() {
                problems.push(Problem::resolve(caller, problem).await?);
            }
            attempt = Some(ConnectAttempt(completed.attempt));
            account = completed.account.map(Account);
        }
        Ok(Some(CompleteOAuthPayload { attempt, account, problems, cursor }))
    }

    /// Connects an account at a service that takes a key, or nothing, instead of OAuth.
    async fn connect_with_key(
        &self,
        ctx: &Context<'_>,
        input: ConnectWithKeyInput,
    ) -> Result<Option<ConnectWithKeyPayload>> {
        let caller = ctx.caller()?;
        let account = input.account_id.map(|it| id(&it, "account", "accountId")).transpose();
        let result = match account {
            Ok(account) => {
                let api_key = input.api_key.map(Into::into);
                let values = input.values.map(|json| json.0);
                let service = input.service_code;
                let with = ConnectWithKey { service, api_key, values, account };
                Box::pin(caller.engine.connect_with_key(&caller.viewer, with)).await
            }
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        Ok(Some(ConnectWithKeyPayload { account: value.map(Account), problems, cursor }))
    }

    /// Abandons a pending attempt. Succeeds when it is already over.
    async fn cancel_connect(
        &self,
        ctx: &Context<'_>,
        input: CancelConnectInput,
    ) -> Result<Option<CancelConnectPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.attempt_id, "connection attempt", "attemptId") {
            Ok(id) => Box::pin(caller.engine.cancel_connect(&caller.viewer, id)).await,
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let attempt = value.map(ConnectAttempt);
        Ok(Some(CancelConnectPayload { attempt, problems, cursor }))
    }

    /// Revokes and deletes the stored credentials. Succeeds when already disconnected.
    async fn disconnect(
        &self,
        ctx: &Context<'_>,
        input: DisconnectInput,
    ) -> Result<Option<DisconnectPayload>> {
        let caller = ctx.caller()?;
        let target = match input {
            DisconnectInput::AccountId(it) => {
                id(&it, "account", "accountId").map(DisconnectTarget::Account)
            }
            DisconnectInput::ServiceCode(code) => Ok(DisconnectTarget::Service(code)),
        };
        let result = match target {
            Ok(target) => Box::pin(caller.engine.disconnect(&caller.viewer, target)).await,
            Err(refusal) => Err(refusal),
        };
        let result = result.map(|disconnected| {
            let cursor = disconnected.cursor;
            (disconnected, cursor)
        });
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let revocation = value.as_ref().and_then(|it| it.revocation).map(Into::into);
        let ids = value.map(|disconnected| disconnected.accounts).unwrap_or_default();
        let disconnected_account_ids = ids.into_iter().map(|id| ID(id.to_string())).collect();
        Ok(Some(DisconnectPayload { disconnected_account_ids, revocation, problems, cursor }))
    }

    /// Disconnects everything and deletes all there is of the viewer: accounts, settings,
    /// history and keys. Kept are the fact that it was done, and tokens until their services
    /// have revoked them, in nobody's name. Whoever comes back with the same token begins anew.
    async fn erase_viewer(
        &self,
        ctx: &Context<'_>,
        input: EraseViewerInput,
    ) -> Result<Option<EraseViewerPayload>> {
        let caller = ctx.caller()?;
        let result = if input.is_confirmed {
            Box::pin(caller.engine.erase_viewer(&caller.viewer)).await.map(|cursor| ((), cursor))
        } else {
            let message = "Erasing everything has to be confirmed.";
            Err(DomainProblem::invalid_input("isConfirmed", message).into())
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        Ok(Some(EraseViewerPayload { is_erased: value.map(|()| true), problems, cursor }))
    }

    /// Asks the service for its tools again. Returns at once; watch the catalog state.
    async fn refresh_catalog(
        &self,
        ctx: &Context<'_>,
        input: RefreshCatalogInput,
    ) -> Result<Option<RefreshCatalogPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.account_id, "account", "accountId") {
            Ok(id) => Box::pin(caller.engine.refresh_catalog(&caller.viewer, id)).await,
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        Ok(Some(RefreshCatalogPayload { account: value.map(Account), problems, cursor }))
    }

    /// Changes the viewer's own settings for one tool. Omitted fields keep their value.
    async fn update_tool_settings(
        &self,
        ctx: &Context<'_>,
        input: UpdateToolSettingsInput,
    ) -> Result<Option<UpdateToolSettingsPayload>> {
        let caller = ctx.caller()?;
        let asked = id(&input.tool_id, "tool", "toolId")
            .and_then(|id| patch(input.patch).map(|patch| (id, patch)));
        let result = match asked {
            Ok((id, patch)) => {
                Box::pin(caller.engine.update_tool_settings(&caller.viewer, id, patch)).await
            }
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        Ok(Some(UpdateToolSettingsPayload { tool: value.map(Tool), problems, cursor }))
    }

    /// Accepts what became of a tool, as the viewer saw it. Where the operator holds changed tools
    /// back, it runs again. Succeeds when it is accepted already.
    async fn accept_tool_change(
        &self,
        ctx: &Context<'_>,
        input: AcceptToolChangeInput,
    ) -> Result<Option<AcceptToolChangePayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.tool_id, "tool", "toolId") {
            Ok(id) => {
                Box::pin(caller.engine.accept_tool_change(&caller.viewer, id, &input.digest)).await
            }
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        Ok(Some(AcceptToolChangePayload { tool: value.map(Tool), problems, cursor }))
    }

    /// Accepts a call to a tool. Returns at once unless `waitMs` says otherwise; watch
    /// the invocation state.
    async fn invoke_tool(
        &self,
        ctx: &Context<'_>,
        input: InvokeToolInput,
    ) -> Result<Option<InvokeToolPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.tool_id, "tool", "toolId") {
            Ok(tool) => {
                let invoke = Invoke {
                    tool,
                    arguments: input.arguments.0,
                    idempotency_key: input.idempotency_key,
                    expected_revision: input.expected_tool_revision,
                    is_confirmed: input.is_confirmed,
                    if_unconfirmed: input.if_unconfirmed.into(),
                    conversation: input.conversation_id,
                    prompt: input.prompt,
                    wait: wait(input.wait_ms),
                    client: caller.client.clone(),
                    repeats: None,
                };
                Box::pin(caller.engine.invoke(&caller.viewer, invoke)).await
            }
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let invocation = value.map(Into::into);
        Ok(Some(InvokeToolPayload { invocation, problems, cursor }))
    }

    /// Accepts a language model's call to a tool of a `toolset`. Like `invokeTool`, but whatever
    /// the viewer has to agree to waits as `APPROVAL_REQUIRED`.
    async fn invoke_from_model(
        &self,
        ctx: &Context<'_>,
        input: InvokeFromModelInput,
    ) -> Result<Option<InvokeFromModelPayload>> {
        let caller = ctx.caller()?;
        let call = InvokeFromModel {
            dialect: input.dialect.into(),
            call: input.call.0,
            idempotency_key: input.idempotency_key,
            conversation: input.conversation_id,
            prompt: input.prompt,
            wait: wait(input.wait_ms),
            client: caller.client.clone(),
        };
        let result = Box::pin(caller.engine.invoke_from_model(&caller.viewer, call)).await;
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let invocation = value.map(Into::into);
        Ok(Some(InvokeFromModelPayload { invocation, problems, cursor }))
    }

    /// Agrees to an invocation that is `APPROVAL_REQUIRED`, perhaps with other arguments. It is
    /// sent once, here or after a restart.
    async fn approve_invocation(
        &self,
        ctx: &Context<'_>,
        input: ApproveInvocationInput,
    ) -> Result<Option<ApproveInvocationPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.invocation_id, "invocation", "invocationId") {
            Ok(invocation) => {
                let arguments = input.arguments.map(|json| json.0).filter(|json| !json.is_null());
                let expected_revision = input.expected_tool_revision;
                let approve = ApproveInvocation { invocation, arguments, expected_revision };
                Box::pin(caller.engine.approve_invocation(&caller.viewer, approve)).await
            }
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let invocation = value.map(Into::into);
        Ok(Some(ApproveInvocationPayload { invocation, problems, cursor }))
    }

    /// Does not agree to an invocation that is `APPROVAL_REQUIRED`. It is over and was never
    /// sent.
    async fn reject_invocation(
        &self,
        ctx: &Context<'_>,
        input: RejectInvocationInput,
    ) -> Result<Option<RejectInvocationPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.invocation_id, "invocation", "invocationId") {
            Ok(id) => Box::pin(caller.engine.reject_invocation(&caller.viewer, id)).await,
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let invocation = value.map(Into::into);
        Ok(Some(RejectInvocationPayload { invocation, problems, cursor }))
    }

    /// Changes what the viewer decided for everything of which they said nothing else.
    async fn update_viewer_settings(
        &self,
        ctx: &Context<'_>,
        input: UpdateViewerSettingsInput,
    ) -> Result<Option<UpdateViewerSettingsPayload>> {
        let caller = ctx.caller()?;
        let policy = input.default_confirmation.into();
        let result = Box::pin(caller.engine.set_default_confirmation(&caller.viewer, policy)).await;
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let settings = value.map(Into::into);
        Ok(Some(UpdateViewerSettingsPayload { settings, problems, cursor }))
    }

    /// Asks a running invocation to stop. Cooperative: the service may already have
    /// acted. Succeeds when the invocation is already over.
    async fn cancel_invocation(
        &self,
        ctx: &Context<'_>,
        input: CancelInvocationInput,
    ) -> Result<Option<CancelInvocationPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.invocation_id, "invocation", "invocationId") {
            Ok(id) => Box::pin(caller.engine.cancel_invocation(&caller.viewer, id)).await,
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let invocation = value.map(Into::into);
        Ok(Some(CancelInvocationPayload { invocation, problems, cursor }))
    }

    /// Runs a tool again with the arguments of an invocation that has ended, as a new invocation.
    /// Refused, or made to wait, for the same reasons as `invokeTool`.
    async fn repeat_invocation(
        &self,
        ctx: &Context<'_>,
        input: RepeatInvocationInput,
    ) -> Result<Option<RepeatInvocationPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.invocation_id, "invocation", "invocationId") {
            Ok(invocation) => {
                let repeat = RepeatInvocation {
                    invocation,
                    idempotency_key: input.idempotency_key,
                    expected_revision: input.expected_tool_revision,
                    is_confirmed: input.is_confirmed,
                    if_unconfirmed: input.if_unconfirmed.into(),
                    wait: wait(input.wait_ms),
                    client: caller.client.clone(),
                };
                Box::pin(caller.engine.repeat_invocation(&caller.viewer, repeat)).await
            }
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let invocation = value.map(Into::into);
        Ok(Some(RepeatInvocationPayload { invocation, problems, cursor }))
    }

    /// Erases what an invocation carried: prompt, arguments, result, progress, questions and their
    /// answers. That it was made stays, with where, when and how it ended. Only of one that has
    /// ended; succeeds when it is erased already. It cannot be undone.
    async fn erase_invocation(
        &self,
        ctx: &Context<'_>,
        input: EraseInvocationInput,
    ) -> Result<Option<EraseInvocationPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.invocation_id, "invocation", "invocationId") {
            Ok(id) => Box::pin(caller.engine.erase_invocation(&caller.viewer, id)).await,
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let invocation = value.map(Into::into);
        Ok(Some(EraseInvocationPayload { invocation, problems, cursor }))
    }

    /// Answers a question that a service asked in the middle of a call. The first answer counts;
    /// the same decision again succeeds.
    async fn answer_elicitation(
        &self,
        ctx: &Context<'_>,
        input: AnswerElicitationInput,
    ) -> Result<Option<AnswerElicitationPayload>> {
        let caller = ctx.caller()?;
        let result = match id(&input.elicitation_id, "elicitation", "elicitationId") {
            Ok(elicitation) => {
                let content = input.content.map(|json| json.0).filter(|json| !json.is_null());
                let action = input.action.into();
                let answer = AnswerElicitation { elicitation, action, content };
                Box::pin(caller.engine.answer_elicitation(&caller.viewer, answer)).await
            }
            Err(refusal) => Err(refusal),
        };
        let Outcome { value, problems, cursor } = Outcome::of(caller, result).await?;
        let (elicitation, invocation) = value.unzip();
        let (elicitation, invocation) = (elicitation.map(Elicitation), invocation.map(Into::into));
        Ok(Some(AnswerElicitationPayload { elicitation, invocation, problems, cursor }))
    }
}

/// Less than nothing is refused like too much.
fn wait(millis: i32) -> Duration {
    Duration::from_millis(millis.try_into().unwrap_or(u64::MAX))
}

fn patch(patch: ToolSettingsPatchInput) -> attache_engine::Result<ToolSettingsPatch> {
    let preset_arguments = match patch.preset_arguments.map(|json| json.0) {
        None | Some(Value::Null) => None,
        Some(Value::Object(presets)) => Some(presets),
        Some(_) => {
            let message = "Presets are an object of names and values.";
            return Err(Error::from(DomainProblem::invalid_input("patch", message)));
        }
    };
    Ok(ToolSettingsPatch {
        is_enabled: patch.is_enabled,
        is_pinned: patch.is_pinned,
        confirmation: patch.confirmation.map(Into::into),
        preset_arguments,
    })
}
