//! Inputs of mutations that are about calls.

use async_graphql::{ID, InputObject};

use crate::approval::UnconfirmedCall;
use crate::elicitation::ElicitationAction;
use crate::scalars::Json;
use crate::toolset::ToolDialect;

/// What to call.
#[derive(InputObject)]
pub(crate) struct InvokeToolInput {
    /// The tool.
    pub(crate) tool_id: ID,
    /// Checked against the tool's schema before anything is sent.
    pub(crate) arguments: Json,
    /// Chosen by the client, one per intent, 16 to 64 characters; a UUID is fine.
    /// The same key with the same input returns the same invocation for 24 hours; the
    /// same key with a different input is refused.
    pub(crate) idempotency_key: String,
    /// The `revision` of the tool the person saw. Refused with `ToolChanged` if it
    /// moved on.
    pub(crate) expected_tool_revision: Option<i32>,
    /// The person confirmed this exact call. Needed when `ConfirmationRequired` says
    /// so.
    #[graphql(default = false)]
    pub(crate) is_confirmed: bool,
    /// What happens where that is needed and missing.
    #[graphql(default_with = "UnconfirmedCall::Refuse")]
    pub(crate) if_unconfirmed: UnconfirmedCall,
    /// Groups invocations of one chat. Any string up to 64 characters.
    pub(crate) conversation_id: Option<String>,
    /// What the person asked for, kept beside the result. Up to 4,000 characters.
    pub(crate) prompt: Option<String>,
    /// Wait up to this many milliseconds for a final state, or for something that a person has
    /// to do first, before answering, for callers that would rather not subscribe. At most
    /// 30,000.
    #[graphql(default = 0)]
    pub(crate) wait_ms: i32,
}

/// A language model's call, as it came.
#[derive(InputObject)]
pub(crate) struct InvokeFromModelInput {
    /// Whose words.
    pub(crate) dialect: ToolDialect,
    /// The call: an entry of OpenAI's `tool_calls` (or a `function_call` item of its Responses),
    /// Anthropic's `tool_use` block, Gemini's part with a `functionCall`, the parameters of MCP's
    /// `tools/call`.
    pub(crate) call: Json,
    /// Groups invocations of one chat. Any string up to 64 characters.
    pub(crate) conversation_id: Option<String>,
    /// What the person asked for, kept beside the result. Up to 4,000 characters.
    pub(crate) prompt: Option<String>,
    /// As for `invokeTool`. Omit it where the model names its calls and there is a conversation:
    /// then the same call in it is the same intent. Not with MCP, which counts anew each time.
    pub(crate) idempotency_key: Option<String>,
    /// As for `invokeTool`. At most 30,000.
    #[graphql(default = 0)]
    pub(crate) wait_ms: i32,
}

/// Which invocation the viewer agrees to.
#[derive(InputObject)]
pub(crate) struct ApproveInvocationInput {
    /// The invocation.
    pub(crate) invocation_id: ID,
    /// With these arguments instead. Checked like those of `invokeTool`.
    pub(crate) arguments: Option<Json>,
    /// The `revision` of the tool the viewer saw. Needed where the tool changed since they were
    /// asked, which is refused with `ToolChanged`.
    pub(crate) expected_tool_revision: Option<i32>,
}

/// Which invocation the viewer does not agree to.
#[derive(InputObject)]
pub(crate) struct RejectInvocationInput {
    /// The invocation.
    pub(crate) invocation_id: ID,
}

/// Which invocation to stop.
#[derive(InputObject)]
pub(crate) struct CancelInvocationInput {
    /// The invocation.
    pub(crate) invocation_id: ID,
}

/// What to run again, with the arguments, the prompt and the conversation that it had.
#[derive(InputObject)]
pub(crate) struct RepeatInvocationInput {
    /// An invocation that has ended. Its arguments are checked against what the tool is now, and
    /// presets of now fill in what they leave out.
    pub(crate) invocation_id: ID,
    /// As for `invokeTool`. The same key with the same invocation is the same intent.
    pub(crate) idempotency_key: String,
    /// The `revision` of the tool the person saw. Refused with `ToolChanged` if it
    /// moved on.
    pub(crate) expected_tool_revision: Option<i32>,
    /// The person confirmed that it runs again. Needed when `ConfirmationRequired` says so.
    #[graphql(default = false)]
    pub(crate) is_confirmed: bool,
    /// What happens where that is needed and missing.
    #[graphql(default_with = "UnconfirmedCall::Refuse")]
    pub(crate) if_unconfirmed: UnconfirmedCall,
    /// As for `invokeTool`. At most 30,000.
    #[graphql(default = 0)]
    pub(crate) wait_ms: i32,
}

/// What to erase.
#[derive(InputObject)]
pub(crate) struct EraseInvocationInput {
    /// An invocation that has ended.
    pub(crate) invocation_id: ID,
}

/// An answer to a question in the middle of a call.
#[derive(InputObject)]
pub(crate) struct AnswerElicitationInput {
    /// The question.
    pub(crate) elicitation_id: ID,
    /// What the person decided.
    pub(crate) action: ElicitationAction,
    /// What they filled in: an object that fits the form. Only to `ACCEPT` a form. At most
    /// 64 KiB of JSON.
    pub(crate) content: Option<Json>,
}
