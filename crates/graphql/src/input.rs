//! Inputs of mutations.

use std::str::FromStr;

use async_graphql::{Enum, ID, InputObject, OneofObject};
use attache_domain::{KeyField, Problem};
use attache_engine::{AddService, BroughtClient, Result};

use crate::scalars::{Json, Url};
use crate::service::{ConnectMethod, ProtocolEra};
use crate::tool::ConfirmationPolicy;

/// Which services to work with.
#[derive(InputObject)]
pub(crate) struct SelectServicesInput {
    /// The whole selection, in order. Duplicates are ignored. At most 50.
    pub(crate) service_ids: Vec<ID>,
}

/// What to add.
#[derive(InputObject)]
pub(crate) struct AddServiceInput {
    /// The name to show. At most 80 characters.
    pub(crate) name: String,
    /// Where the MCP server is: a public https address. It is kept and shown as it is, so it
    /// should be no secret by itself.
    pub(crate) mcp_url: Url,
    /// How an account is connected. Leave it out, and the server is asked.
    pub(crate) connect_method: Option<ConnectMethod>,
    /// Which revisions of MCP it speaks. Leave it out, and the server is asked.
    pub(crate) protocol_era: Option<ProtocolEra>,
    /// What is entered to connect, for `API_KEY`. Leave it out for one key that is sent as a
    /// bearer token. At most 8.
    pub(crate) key_fields: Option<Vec<KeyFieldInput>>,
    /// A client that the person registered at the authorization server, with the redirect URI
    /// of `Viewer.ownClientRedirectUri`. Leave it out, and this server introduces itself.
    pub(crate) oauth_client: Option<OAuthClientInput>,
}

/// A value to enter, and the header that carries it.
#[derive(InputObject)]
pub(crate) struct KeyFieldInput {
    /// Its name among the values: letters, digits, `_` and `-`, at most 64.
    pub(crate) name: String,
    /// The name to show. At most 100 characters.
    pub(crate) label: String,
    /// The header. None that the connection or the protocol needs itself.
    pub(crate) header: String,
    /// What goes before the value in the header, for example `Bearer ` with the space.
    #[graphql(default)]
    pub(crate) prefix: String,
    /// Whether nobody may look over the person's shoulder.
    #[graphql(default = true)]
    pub(crate) is_secret: bool,
    /// Whether the server needs it.
    #[graphql(default = true)]
    pub(crate) is_required: bool,
}

/// A client that was registered at an authorization server by hand.
#[derive(InputObject)]
#[graphql(name = "OAuthClientInput")]
pub(crate) struct OAuthClientInput {
    /// The exact issuer to whom it is known. It is shown to no other.
    pub(crate) issuer: String,
    /// The client's id.
    pub(crate) client_id: String,
    /// The client's secret, if it has one. Stored sealed, never returned.
    #[graphql(secret)]
    pub(crate) client_secret: Option<String>,
    /// How the secret is carried; has no meaning without one.
    #[graphql(default_with = "ClientAuthentication::Basic")]
    pub(crate) client_authentication: ClientAuthentication,
}

/// How a client's secret is carried to the token endpoint (RFC 6749, section 2.3.1).
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ClientAuthentication {
    /// In an `Authorization: Basic` header.
    #[graphql(name = "CLIENT_SECRET_BASIC")]
    Basic,
    /// In the form.
    #[graphql(name = "CLIENT_SECRET_POST")]
    Post,
}

/// Which service to remove.
#[derive(InputObject)]
pub(crate) struct RemoveServiceInput {
    /// The code of a service that the viewer added.
    pub(crate) service_code: String,
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

impl From<AddServiceInput> for AddService {
    fn from(input: AddServiceInput) -> Self {
        let field = |field: KeyFieldInput| KeyField {
            name: field.name,
            label: field.label,
            description: None,
            header: field.header,
            prefix: field.prefix,
            is_secret: field.is_secret,
            is_required: field.is_required,
        };
        Self {
            name: input.name,
            mcp_url: input.mcp_url.0.into(),
            connect_method: input.connect_method.map(Into::into),
            protocol_era: input.protocol_era.map(Into::into),
            key_fields: input.key_fields.unwrap_or_default().into_iter().map(field).collect(),
            client: input.oauth_client.map(|client| BroughtClient {
                issuer: client.issuer,
                id: client.client_id,
                is_secret_in_form: client.client_authentication == ClientAuthentication::Post,
                secret: client.client_secret.map(Into::into),
            }),
        }
    }
}
