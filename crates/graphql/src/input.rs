//! Inputs of mutations.

mod call;
mod completion;
mod own_service;
mod settings;

use std::str::FromStr;

use async_graphql::{ID, InputObject, OneofObject};
use attache_domain::Problem;
use attache_engine::Result;

pub(crate) use self::call::{
    AnswerElicitationInput, ApproveInvocationInput, CancelInvocationInput, EraseInvocationInput,
    InvokeFromModelInput, InvokeToolInput, RejectInvocationInput, RepeatInvocationInput,
};
pub(crate) use self::completion::CompletionInput;
pub(crate) use self::own_service::{AddServiceInput, RemoveServiceInput};
pub(crate) use self::settings::{
    AcceptToolChangeInput, SelectServicesInput, ToolSettingsPatchInput, UpdateToolSettingsInput,
    UpdateViewerSettingsInput,
};
use crate::scalars::{Json, Url};

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

/// An id of the right kind. Any other text is the id of nothing, like that of
/// something that is gone.
pub(crate) fn id<T: FromStr>(id: &ID, what: &str, field: &str) -> Result<T> {
    id.parse().map_err(|_| Problem::not_found(what).at(field).into())
}
