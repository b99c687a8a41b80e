//! How a person is asked before a tool runs, and what they decided.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ToolHints;

/// How a person is asked before tools run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConfirmationPolicy {
    /// Every time.
    Always,
    /// The first time in a conversation; every time outside of one.
    OncePerConversation,
    /// Unless the service claims that the tool only reads.
    #[default]
    UnlessReadOnly,
    /// Not at all.
    Never,
}

/// How a person is asked before one tool runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ToolConfirmation {
    /// As before all tools of which the person said nothing else.
    #[default]
    Default,
    /// See [`ConfirmationPolicy::Always`].
    Always,
    /// See [`ConfirmationPolicy::OncePerConversation`].
    OncePerConversation,
    /// See [`ConfirmationPolicy::UnlessReadOnly`].
    UnlessReadOnly,
    /// See [`ConfirmationPolicy::Never`].
    Never,
}

impl ToolConfirmation {
    /// What it comes to, where the person wants `default` for everything else.
    pub fn or(self, default: ConfirmationPolicy) -> ConfirmationPolicy {
        match self {
            Self::Default => default,
            Self::Always => ConfirmationPolicy::Always,
            Self::OncePerConversation => ConfirmationPolicy::OncePerConversation,
            Self::UnlessReadOnly => ConfirmationPolicy::UnlessReadOnly,
            Self::Never => ConfirmationPolicy::Never,
        }
    }
}

/// Whether a person has to agree to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// To this very call.
    Each,
    /// To the first one in its conversation.
    First,
    /// No.
    No,
}

impl ConfirmationPolicy {
    /// Whether a person has to agree to a call of a tool that claims this of itself.
    pub fn consent(self, hints: ToolHints, is_in_conversation: bool) -> Consent {
        match self {
            Self::Never => Consent::No,
            Self::UnlessReadOnly if hints.read_only == Some(true) => Consent::No,
            Self::OncePerConversation if is_in_conversation => Consent::First,
            Self::Always | Self::OncePerConversation | Self::UnlessReadOnly => Consent::Each,
        }
    }
}

/// That a person was asked to agree to a call, and what they decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// What became of it. `None` while it waits.
    pub decision: Option<ApprovalDecision>,
    /// Whether the person changed the arguments.
    pub is_edited: bool,
    /// When they were asked.
    pub requested_at: DateTime<Utc>,
    /// Until when they can decide.
    pub expires_at: DateTime<Utc>,
    /// When they did.
    pub decided_at: Option<DateTime<Utc>>,
}

/// What became of asking a person to agree to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApprovalDecision {
    /// They agreed.
    Approved,
    /// They did not.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// The call was given up before.
    Withdrawn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_that_only_reads_is_asked_about_where_the_person_wants_it() {
        let reads = ToolHints { read_only: Some(true), ..ToolHints::default() };
        let unsure = ToolHints::default();
        for (policy, hints, inside, expected) in [
            (ConfirmationPolicy::Always, reads, true, Consent::Each),
            (ConfirmationPolicy::OncePerConversation, reads, true, Consent::First),
            (ConfirmationPolicy::OncePerConversation, reads, false, Consent::Each),
            (ConfirmationPolicy::UnlessReadOnly, reads, false, Consent::No),
            (ConfirmationPolicy::UnlessReadOnly, unsure, true, Consent::Each),
            (ConfirmationPolicy::Never, unsure, false, Consent::No),
        ] {
            assert_eq!(policy.consent(hints, inside), expected, "{policy:?}");
        }
    }

    #[test]
    fn what_is_said_of_a_tool_goes_before_the_default() {
        let default = ConfirmationPolicy::Never;
        assert_eq!(ToolConfirmation::Default.or(default), default);
        assert_eq!(ToolConfirmation::Always.or(default), ConfirmationPolicy::Always);
    }
}
