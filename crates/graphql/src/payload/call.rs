//! Payloads of mutations that are about calls.

use async_graphql::SimpleObject;

use crate::elicitation::Elicitation;
use crate::invocation::Invocation;
use crate::problem::Problem;
use crate::scalars::EventCursor;

/// What came of calling a tool.
#[derive(SimpleObject)]
pub(crate) struct InvokeToolPayload {
    /// The invocation; its state says how it goes.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of a language model's call.
#[derive(SimpleObject)]
pub(crate) struct InvokeFromModelPayload {
    /// The invocation. `APPROVAL_REQUIRED` where the person has to agree first.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1. Fit to be told to the model.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of agreeing to an invocation.
#[derive(SimpleObject)]
pub(crate) struct ApproveInvocationPayload {
    /// The invocation as it is now.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of not agreeing to an invocation.
#[derive(SimpleObject)]
pub(crate) struct RejectInvocationPayload {
    /// The invocation as it is now.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of an answer.
#[derive(SimpleObject)]
pub(crate) struct AnswerElicitationPayload {
    /// The question as it is now.
    pub(crate) elicitation: Option<Elicitation>,
    /// The call as it is now. It goes on once nothing else is left to answer.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of asking an invocation to stop.
#[derive(SimpleObject)]
pub(crate) struct CancelInvocationPayload {
    /// The invocation as it is now.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of erasing what an invocation carried.
#[derive(SimpleObject)]
pub(crate) struct EraseInvocationPayload {
    /// The invocation as it is now.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of running an invocation again.
#[derive(SimpleObject)]
pub(crate) struct RepeatInvocationPayload {
    /// The new invocation; it says what it `repeats`.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}
