//! A person agrees to a call, perhaps with other arguments, or does not.

use attache_domain::{
    Account, ApprovalDecision, Consent, Detail, Invocation, InvocationId, InvocationRequest,
    Problem, ProblemCode, ServiceCode, Tool, UserId, Viewer,
};
use attache_store::{Approved, Approving, Target, Written};
use serde_json::Value;

use crate::invoke::{Invoke, Unconfirmed, check_arguments, fitting};
use crate::{Engine, Result};

/// That a person agrees to a call.
#[derive(Clone, Debug)]
pub struct ApproveInvocation {
    /// To which.
    pub invocation: InvocationId,
    /// With these arguments instead. Presets fill in what is left out.
    pub arguments: Option<Value>,
    /// The revision of the tool that the person saw, where it changed since they were asked.
    pub expected_revision: Option<i32>,
}

/// Whether a person agreed to a call that is about to be accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// Not yet: it waits for that.
    Missing,
    /// They did.
    Given,
    /// They did, and for the whole of its conversation.
    GivenForConversation,
}

/// What is there of a call that waits.
struct Waiting {
    invocation: Invocation,
    request: InvocationRequest,
    tool: Tool,
    account: Account,
}

impl Engine {
    /// Whether the viewer agreed to a call: by confirming it, by what they decided before, or not
    /// yet, in which case it waits if it may.
    pub(crate) async fn agreement(
        &self,
        viewer: &Viewer,
        target: &Target,
        input: &Invoke,
    ) -> Result<Agreement> {
        let Target { tool, default_confirmation, .. } = target;
        let policy = tool.settings.confirmation.or(*default_confirmation);
        let conversation = input.conversation.as_deref();
        let consent = policy.consent(tool.definition.hints, conversation.is_some());
        let is_agreed = match (consent, conversation) {
            (Consent::No, _) => true,
            (Consent::First, Some(_)) if input.is_confirmed => {
                return Ok(Agreement::GivenForConversation);
            }
            (Consent::First, Some(conversation)) => {
                let digest = tool.definition.digest();
                let approved =
                    self.0.store.is_approved_in(viewer.id, conversation, tool.id, digest);
                Box::pin(approved).await?
            }
            (Consent::Each | Consent::First, _) => input.is_confirmed,
        };
        if is_agreed {
            return Ok(Agreement::Given);
        }
        if input.if_unconfirmed == Unconfirmed::AwaitApproval {
            return Ok(Agreement::Missing);
        }
        let message = format!("Confirm that {} may run.", tool.definition.display_title());
        let problem = Problem::new(ProblemCode::ConfirmationRequired, message);
        Err(problem.with(Detail::ConfirmationRequired(tool.id)).into())
    }

    /// Remembers that the viewer agreed to a tool for a whole conversation. Where that cannot be
    /// written they are asked again, which is no reason to fail a call that was accepted.
    pub(crate) async fn remember_agreement(
        &self,
        viewer: &Viewer,
        tool: &Tool,
        conversation: Option<&str>,
    ) {
        let Some(conversation) = conversation else { return };
        let digest = tool.definition.digest();
        let remembered = self.0.store.approve_in(viewer.id, conversation, tool.id, digest).await;
        if let Err(error) = remembered {
            tracing::warn!(tool.id = %tool.id, ?error, "an agreement was not remembered");
        }
    }

    /// Takes a person's agreement to a call, which goes on from here.
    #[tracing::instrument(name = "engine.approve_invocation", skip_all, fields(viewer.id = %viewer.id, invocation.id = %input.invocation))]
    pub async fn approve_invocation(
        &self,
        viewer: &Viewer,
        input: ApproveInvocation,
    ) -> Result<Written<Invocation>> {
        let Waiting { invocation, request, tool, account } =
            self.waiting(viewer, input.invocation).await?;
        self.check_callable(&tool, &account)?;
        let tool_digest = tool.definition.digest();
        let asked = self.0.store.asked_about(viewer.id, invocation.id).await?;
        let is_same = match input.expected_revision {
            Some(revision) => revision == tool.revision,
            None => asked.is_none_or(|asked| asked == tool_digest),
        };
        if !is_same {
            let message = "This tool has changed. Look at it again before you agree.";
            let problem = Problem::new(ProblemCode::ToolChanged, message);
            return Err(problem.with(Detail::ToolChanged(tool.id)).into());
        }
        let is_edited = input.arguments.is_some();
        let schema = self.0.schemas.of(&tool.definition);
        let arguments = match input.arguments {
            Some(edited) => check_arguments(&tool, &schema, &edited)?,
            // Sent as they are, whatever the presets are by now.
            None => fitting(&schema, request.arguments)?,
        };
        let edited = InvocationRequest { arguments, prompt: request.prompt };
        let default = self.0.store.default_confirmation(viewer.id).await?;
        let policy = tool.settings.confirmation.or(default);
        let is_in_conversation = invocation.conversation.is_some();
        let consent = policy.consent(tool.definition.hints, is_in_conversation);
        let approving = Approving::Approve {
            edited: is_edited.then_some(&edited),
            tool_digest,
            for_conversation: consent == Consent::First,
            replica: self.0.replica,
        };
        let written = self.decide(viewer, &invocation, approving).await?;
        tracing::info!(target: "attache::audit", is_edited, invocation.id = %invocation.id,
            account.id = %account.id, "a call was approved");
        self.resume_soon(viewer.id, invocation.id).await;
        Ok(written)
    }

    /// Takes a person's refusal. The call is over and was never sent.
    #[tracing::instrument(name = "engine.reject_invocation", skip_all, fields(viewer.id = %viewer.id, invocation.id = %id))]
    pub async fn reject_invocation(
        &self,
        viewer: &Viewer,
        id: InvocationId,
    ) -> Result<Written<Invocation>> {
        let invocation = self.invocations_by_id(viewer.id, &[id]).await?.remove(&id);
        let invocation = invocation.ok_or_else(not_found)?;
        let written = self.decide(viewer, &invocation, Approving::Reject).await?;
        tracing::info!(target: "attache::audit", decision = "REJECTED", invocation.id = %id, "a call was rejected");
        Ok(written)
    }

    async fn decide(
        &self,
        viewer: &Viewer,
        invocation: &Invocation,
        approving: Approving<'_>,
    ) -> Result<Written<Invocation>> {
        match self.0.store.decide(viewer.id, invocation, approving).await? {
            Approved::Counts(written) => Ok(*written),
            Approved::Unknown => {
                let message = "This call needs no approval.";
                Err(Problem::new(ProblemCode::Refused, message).at("invocationId").into())
            }
            Approved::TooLate(decision) => {
                let (code, message) = match decision {
                    Some(ApprovalDecision::Approved) => {
                        (ProblemCode::Refused, "This call was approved already.")
                    }
                    Some(ApprovalDecision::Rejected) => {
                        (ProblemCode::Refused, "This call was rejected already.")
                    }
                    Some(ApprovalDecision::Withdrawn) => {
                        (ProblemCode::Refused, "This call was given up.")
                    }
                    Some(ApprovalDecision::Expired) | None => {
                        (ProblemCode::ApprovalExpired, "Nobody approved of this call in time.")
                    }
                };
                Err(Problem::new(code, message).at("invocationId").into())
            }
        }
    }

    async fn waiting(&self, viewer: &Viewer, id: InvocationId) -> Result<Waiting> {
        let user = viewer.id;
        let invocation = self.invocations_by_id(user, &[id]).await?.remove(&id);
        let invocation = invocation.ok_or_else(not_found)?;
        let payload = self.payloads(user, std::slice::from_ref(&invocation)).await?.remove(&id);
        let payload = payload.ok_or_else(not_found)?;
        let tool = self.tools_by_id(user, &[invocation.tool]).await?.remove(&invocation.tool);
        let tool = tool.ok_or_else(|| Problem::not_found("tool").at("invocationId"))?;
        let account = self.accounts_by_id(user, &[tool.account]).await?.remove(&tool.account);
        let account = account.ok_or_else(|| Problem::not_found("account").at("invocationId"))?;
        Ok(Waiting { invocation, request: payload.request, tool, account })
    }

    /// Nobody approved of a call in time.
    pub(crate) async fn lapse_approval(
        &self,
        user: UserId,
        id: InvocationId,
        service: &ServiceCode,
    ) -> Result<()> {
        let Some(invocation) = self.invocations_by_id(user, &[id]).await?.remove(&id) else {
            return Ok(());
        };
        let name = &self.services().name(service);
        let message = format!("Nobody approved of this call to {name} in time.");
        let problem = Problem::new(ProblemCode::ApprovalExpired, message);
        self.0.store.decide(user, &invocation, Approving::Expire(&problem)).await?;
        Ok(())
    }
}

fn not_found() -> Problem {
    Problem::not_found("invocation").at("invocationId")
}
