//! One call to one tool, from acceptance to its final state.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{AccountId, InvocationId, ToolId};
use crate::{Problem, ServiceCode, Tool};

/// One call to one tool. What was sent and what came back are kept apart, sealed,
/// and may be erased while the history stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// Its id.
    pub id: InvocationId,
    /// The account it ran with; the account itself may be gone.
    pub account: AccountId,
    /// The tool; it may be gone.
    pub tool: ToolId,
    /// Where it ran.
    pub service: ServiceCode,
    /// What the tool was called then.
    pub tool_name: String,
    /// The conversation it belongs to, as the client named it.
    pub conversation: Option<String>,
    /// How far it got.
    pub state: InvocationState,
    /// How far the tool last said it was.
    pub progress: Option<Progress>,
    /// Why it did not succeed.
    pub problem: Option<Problem>,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When it was about to be sent.
    pub started_at: Option<DateTime<Utc>>,
    /// When it reached a final state.
    pub finished_at: Option<DateTime<Utc>>,
    /// Grows with every change.
    pub revision: i32,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Invocation {
    /// A call to this tool that begins now.
    pub fn begun(
        id: InvocationId,
        tool: &Tool,
        conversation: Option<String>,
        state: InvocationState,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            account: tool.account,
            tool: tool.id,
            service: tool.service.clone(),
            tool_name: tool.definition.name.clone(),
            conversation,
            state,
            progress: None,
            problem: None,
            created_at: now,
            started_at: (state == InvocationState::Running).then_some(now),
            finished_at: None,
            revision: 1,
            updated_at: now,
        }
    }
}

/// What a person asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvocationRequest {
    /// What is sent to the tool.
    pub arguments: Map<String, Value>,
    /// The person's own words, when the client passed them.
    pub prompt: Option<String>,
}

/// How far a call got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvocationState {
    /// Nobody has agreed to it yet.
    ApprovalRequired,
    /// Accepted, not yet sent.
    Queued,
    /// About to be sent, or sent.
    Running,
    /// The service refused it for want of scopes, and the person is asked for consent to
    /// more.
    AwaitingAuthorization,
    /// The service asked the person something, and waits for the answer.
    AwaitingInput,
    /// A person asked for it to stop.
    Cancelling,
    /// Final. The tool answered and reported no error.
    Succeeded,
    /// Final. The tool reported an error, or could not be reached.
    Failed,
    /// Final. Stopped on request.
    Cancelled,
    /// Final. The server lost track after sending.
    Interrupted,
}

impl InvocationState {
    /// All states, for walks over the whole machine.
    pub const ALL: [Self; 10] = [
        Self::ApprovalRequired,
        Self::Queued,
        Self::Running,
        Self::AwaitingAuthorization,
        Self::AwaitingInput,
        Self::Cancelling,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Interrupted,
    ];

    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        !matches!(
            self,
            Self::ApprovalRequired
                | Self::Queued
                | Self::Running
                | Self::AwaitingAuthorization
                | Self::AwaitingInput
                | Self::Cancelling
        )
    }

    /// Whether nothing goes on before a person does something.
    pub fn waits_for_person(self) -> bool {
        matches!(self, Self::ApprovalRequired | Self::AwaitingAuthorization | Self::AwaitingInput)
    }

    /// Whether the machine has an edge to `next`.
    ///
    /// There are edges back to [`Queued`](Self::Queued) where the service said that it did
    /// nothing for want of scopes: at once, when the account has them by now, or after consent.
    /// So a call is acted on at most once. One that waits for a person's answer goes on where it
    /// is, if the service holds it open, or is queued with the answer. A call that is being cancelled may still succeed, because the
    /// service may have acted before it heard of it, and saying so is the truth.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::ApprovalRequired => {
                matches!(next, Self::Queued | Self::Cancelled | Self::Failed)
            }
            Self::Queued => matches!(next, Self::Running | Self::Cancelled | Self::Failed),
            Self::Running => {
                let waits = matches!(next, Self::AwaitingAuthorization | Self::AwaitingInput);
                waits || matches!(next, Self::Queued | Self::Cancelling) || next.is_final()
            }
            Self::AwaitingInput => {
                matches!(next, Self::Queued | Self::Running | Self::Cancelling) || next.is_final()
            }
            Self::AwaitingAuthorization => {
                matches!(next, Self::Queued | Self::Cancelled | Self::Failed)
            }
            Self::Cancelling => next.is_final(),
            Self::Succeeded | Self::Failed | Self::Cancelled | Self::Interrupted => false,
        }
    }
}

/// What a person may do with an invocation now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvocationAction {
    /// Agree to it, perhaps with other arguments.
    Approve,
    /// Not agree to it.
    Reject,
    /// Answer what the service asks.
    Answer,
    /// Ask it to stop.
    Cancel,
    /// Run again with the same arguments, as a new invocation.
    Repeat,
    /// Erase what it carried.
    Erase,
}

impl Invocation {
    /// What the viewer may do now. `is_tool_there` says whether the tool still
    /// exists, `is_request_there` whether the arguments are still known, `is_erased` whether the
    /// viewer erased what it carried.
    pub fn available_actions(
        &self,
        is_tool_there: bool,
        is_request_there: bool,
        is_erased: bool,
    ) -> Vec<InvocationAction> {
        match self.state {
            InvocationState::ApprovalRequired => {
                vec![InvocationAction::Approve, InvocationAction::Reject]
            }
            InvocationState::Queued
            | InvocationState::Running
            | InvocationState::AwaitingAuthorization => vec![InvocationAction::Cancel],
            InvocationState::AwaitingInput => {
                vec![InvocationAction::Answer, InvocationAction::Cancel]
            }
            InvocationState::Cancelling => Vec::new(),
            InvocationState::Succeeded
            | InvocationState::Failed
            | InvocationState::Cancelled
            | InvocationState::Interrupted => {
                let repeat = is_tool_there && is_request_there;
                let repeat = repeat.then_some(InvocationAction::Repeat);
                let erase = (!is_erased).then_some(InvocationAction::Erase);
                repeat.into_iter().chain(erase).collect()
            }
        }
    }
}

/// How far a tool says it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Where it is. Grows.
    pub current: f64,
    /// Where it ends, when the tool knows.
    pub total: Option<f64>,
    /// What it is doing. The service's own words.
    pub message: Option<String>,
}

/// Which invocations to list. Empty matches all.
#[derive(Clone, Debug, Default)]
pub struct InvocationFilter {
    /// Only of this conversation.
    pub conversation: Option<String>,
    /// Only in these states.
    pub states: Option<Vec<InvocationState>>,
    /// Only at these services.
    pub services: Option<Vec<ServiceCode>>,
    /// Only of these tools.
    pub tools: Option<Vec<ToolId>>,
    /// Only accepted after this instant.
    pub created_after: Option<DateTime<Utc>>,
    /// Only accepted before this instant.
    pub created_before: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_state() -> impl Strategy<Value = InvocationState> {
        proptest::sample::select(InvocationState::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn a_walk_ends_in_the_first_final_state(steps in prop::collection::vec(any_state(), 1..20)) {
            let mut state = InvocationState::Queued;
            let mut finals = 0;
            for next in steps {
                if state.may_become(next) {
                    prop_assert!(!state.is_final());
                    finals += usize::from(next.is_final());
                    state = next;
                }
            }
            prop_assert!(finals <= 1);
        }

        #[test]
        fn only_a_call_that_was_approved_refused_or_answered_is_queued(state in any_state()) {
            let may = matches!(
                state,
                InvocationState::ApprovalRequired
                    | InvocationState::Running
                    | InvocationState::AwaitingAuthorization
                    | InvocationState::AwaitingInput
            );
            prop_assert_eq!(state.may_become(InvocationState::Queued), may);
        }

        #[test]
        fn only_what_may_have_been_sent_can_be_interrupted(state in any_state()) {
            let sent = matches!(
                state,
                InvocationState::Running
                    | InvocationState::AwaitingInput
                    | InvocationState::Cancelling
            );
            prop_assert_eq!(state.may_become(InvocationState::Interrupted), sent);
        }
    }
}
