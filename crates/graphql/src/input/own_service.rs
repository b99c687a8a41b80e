//! Services that a viewer adds.

use async_graphql::{Enum, InputObject};
use attache_domain::KeyField;
use attache_engine::{AddService, BroughtClient};

use crate::scalars::Url;
use crate::service::{ConnectMethod, ProtocolEra};

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

impl From<AddServiceInput> for AddService {
    fn from(input: AddServiceInput) -> Self {
        let field = |field: KeyFieldInput| KeyField {
            name: field.name,
            label: field.label,
            description: None,
            header: field.header,
            variable: None,
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
