//! Inputs of mutations.

mod completion;
mod own_service;

use std::str::FromStr;

use async_graphql::{ID, InputObject, OneofObject};
use attache_domain::Problem;
use attache_engine::Result;

pub(crate) use self::completion::CompletionInput;
pub(crate) use self::own_service::{AddServiceInput, RemoveServiceInput};
use crate::scalars::{Json, Url};
use crate::tool::ConfirmationPolicy;

/// Which services to work with.
#[derive(InputObject)]
pub(crate) struct SelectServicesInput {
    /// The whole selection, in order. Duplicates are ignored. At most 50.
    pub(crate) service_ids: Vec<ID>,
}

/// What to connect. Exactly one.
#[derive(OneofObject)]
pub(crate) enum ConnectTargetInput {
    /// Connect a new account at the service with this code.
    ServiceCode(String),
    /// Reauthorize this account, or ask it for more scopes.
    AccountId(ID),
}

/// How to begin connecting.
#[derive(InputObject)]
pub(crate) struct BeginConnectInput {
    /// What to connect.
    pub(crate) target: ConnectTargetInput,
    /// The operator-configured place to return the person to, by name. Omit for the
    /// default.
    pub(crate) return_to: Option<String>,
    /// Omit to ask for the service's default scopes. Never more than the operator
    /// allows. At most 100.
    pub(crate) scopes: Option<Vec<String>>,
    /// Whether the account that is connected again may become that of whoever signs in.
    /// Without it, another identity is refused.
    #[graphql(default = false)]
    pub(crate) allows_other_identity: bool,
    /// See `InvokeToolInput.idempotencyKey`. Without one, each call starts a new
    /// attempt.
    pub(crate) idempotency_key: Option<String>,
}

/// How the person came back. Exactly one. Only the viewer who began may complete.
#[derive(OneofObject)]
#[graphql(name = "CompleteOAuthInput")]
pub(crate) enum CompleteOAuthInput {
    /// The complete URL the person was redirected to, query included, when the
    /// redirect lands on the frontend. The server reads `code`, `state`, `iss` and
    /// `error` itself.
    CallbackUrl(Url),
    /// The `ticket` in the URL of the page the person came back to, when the redirect
    /// landed on this server first. Only the browser that came back has it, so nobody
    /// can make another person consent to their own attempt.
    Ticket(String),
}

/// What to connect with.
#[derive(InputObject)]
pub(crate) struct ConnectWithKeyInput {
    /// The service's code.
    pub(crate) service_code: String,
    /// The key, at a service whose `keyForm` has but one field. Stored sealed, never
    /// returned.
    #[graphql(secret)]
    pub(crate) api_key: Option<String>,
    /// Or the values of the service's `keyForm`, as one object. Refused, as `apiKey`, for
    /// `NONE`. Stored sealed, never returned.
    #[graphql(secret)]
    pub(crate) values: Option<Json>,
    /// Replaces the key of this account instead of adding one.
    pub(crate) account_id: Option<ID>,
}

/// Which attempt to give up.
#[derive(InputObject)]
pub(crate) struct CancelConnectInput {
    /// The attempt.
    pub(crate) attempt_id: ID,
}

/// What to disconnect. Exactly one.
#[derive(OneofObject)]
pub(crate) enum DisconnectInput {
    /// One account.
    AccountId(ID),
    /// Every account the viewer has at the service with this code.
    ServiceCode(String),
}

/// Whether to erase the viewer.
#[derive(InputObject)]
pub(crate) struct EraseViewerInput {
    /// The person confirmed it. It cannot be undone.
    pub(crate) is_confirmed: bool,
}

/// Whose tools to ask for again.
#[derive(InputObject)]
pub(crate) struct RefreshCatalogInput {
    /// The account.
    pub(crate) account_id: ID,
}

/// Which tool's settings to change, and how.
#[derive(InputObject)]
pub(crate) struct UpdateToolSettingsInput {
    /// The tool.
    pub(crate) tool_id: ID,
    /// What to change.
    pub(crate) patch: ToolSettingsPatchInput,
}

/// What to change. What is left out, or null, keeps its value.
#[derive(InputObject)]
pub(crate) struct ToolSettingsPatchInput {
    /// Whether it may be invoked.
    pub(crate) is_enabled: Option<bool>,
    /// Whether it is shown first.
    pub(crate) is_pinned: Option<bool>,
    /// How the viewer is asked before it runs.
    pub(crate) confirmation: Option<ConfirmationPolicy>,
    /// Arguments filled in ahead, by name: all of them, replacing those before.
    pub(crate) preset_arguments: Option<Json>,
}

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
    /// Groups invocations of one chat. Any string up to 64 characters.
    pub(crate) conversation_id: Option<String>,
    /// What the person asked for, kept beside the result. Up to 4,000 characters.
    pub(crate) prompt: Option<String>,
    /// Wait up to this many milliseconds for a final state before answering, for
    /// callers that would rather not subscribe. At most 30,000.
    #[graphql(default = 0)]
    pub(crate) wait_ms: i32,
}

/// Which invocation to stop.
#[derive(InputObject)]
pub(crate) struct CancelInvocationInput {
    /// The invocation.
    pub(crate) invocation_id: ID,
}

/// An id of the right kind. Any other text is the id of nothing, like that of
/// something that is gone.
pub(crate) fn id<T: FromStr>(id: &ID, what: &str, field: &str) -> Result<T> {
    id.parse().map_err(|_| Problem::not_found(what).at(field).into())
}
