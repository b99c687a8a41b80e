//! How a person is asked before tools run, and what they decided.

use async_graphql::{Enum, SimpleObject};
use attache_domain as domain;
use attache_engine as engine;

use crate::scalars::DateTime;

/// How a person is asked before tools run.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ConfirmationPolicy")]
pub(crate) enum ConfirmationPolicy {
    /// Ask every time.
    Always,
    /// Ask the first time in a conversation, and every time outside of one. A tool that changes
    /// is asked about again.
    OncePerConversation,
    /// Ask unless the service claims the tool only reads. The default.
    UnlessReadOnly,
    /// Never ask.
    Never,
}

/// How a person is asked before one tool runs.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ToolConfirmation")]
pub(crate) enum ToolConfirmation {
    /// As `Viewer.settings` says. The default.
    Default,
    /// Ask every time.
    Always,
    /// Ask the first time in a conversation, and every time outside of one. A tool that changes
    /// is asked about again.
    OncePerConversation,
    /// Ask unless the service claims the tool only reads.
    UnlessReadOnly,
    /// Never ask.
    Never,
}

/// What the viewer decided for everything of which they said nothing else.
#[derive(SimpleObject)]
pub(crate) struct ViewerSettings {
    /// How they are asked before tools run whose own setting is `DEFAULT`.
    default_confirmation: ConfirmationPolicy,
}

impl From<domain::ConfirmationPolicy> for ViewerSettings {
    fn from(policy: domain::ConfirmationPolicy) -> Self {
        Self { default_confirmation: policy.into() }
    }
}

/// What happens to a call that the viewer has to confirm and did not.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "engine::Unconfirmed")]
pub(crate) enum UnconfirmedCall {
    /// It is refused with `ConfirmationRequired`.
    Refuse,
    /// It is accepted, and waits as `APPROVAL_REQUIRED` for `approveInvocation`.
    AwaitApproval,
}

/// That the viewer was asked to agree to a call, and what they decided.
#[derive(SimpleObject)]
pub(crate) struct Approval {
    /// What became of it. Null while it waits.
    decision: Option<ApprovalDecision>,
    /// Whether the viewer changed the arguments.
    is_edited: bool,
    /// When they were asked.
    requested_at: DateTime,
    /// Until when they can decide.
    expires_at: DateTime,
    /// When they did.
    decided_at: Option<DateTime>,
}

impl From<domain::Approval> for Approval {
    fn from(approval: domain::Approval) -> Self {
        Self {
            decision: approval.decision.map(Into::into),
            is_edited: approval.is_edited,
            requested_at: DateTime(approval.requested_at),
            expires_at: DateTime(approval.expires_at),
            decided_at: approval.decided_at.map(DateTime),
        }
    }
}

/// What became of asking the viewer to agree to a call.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ApprovalDecision")]
pub(crate) enum ApprovalDecision {
    /// They agreed.
    Approved,
    /// They did not.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// The call was given up before.
    Withdrawn,
}
