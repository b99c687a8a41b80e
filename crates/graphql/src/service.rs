//! Services.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use attache_domain as domain;
use attache_domain::{PageKey, ServiceCode};

use crate::account::Account;
use crate::caller::ContextExt;
use crate::form::Form;
use crate::scalars::Url;

/// A service, as the operator configured it or the viewer who added it said.
#[derive(Clone)]
pub(crate) struct Service(pub(crate) domain::Service);

/// How an account is connected.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ConnectMethod")]
pub(crate) enum ConnectMethod {
    /// A page at the service asks the person for consent.
    #[graphql(name = "OAUTH")]
    OAuth,
    /// The person pastes a key they made at the service.
    ApiKey,
    /// Nothing to grant: one click connects.
    None,
}

/// Which revisions of MCP a server speaks.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ProtocolEra")]
pub(crate) enum ProtocolEra {
    /// Those without sessions, from 2026-07-28 on.
    Modern,
    /// Those that begin with `initialize`, up to 2025-11-25.
    Legacy,
}

/// Which services to list.
#[derive(Default, InputObject)]
pub(crate) struct ServiceFilter {
    /// Matches the name or code.
    pub(crate) search: Option<String>,
    /// Only services that the viewer chose, or did not.
    pub(crate) is_selected: Option<bool>,
    /// Only services at which the viewer has an account, or has none.
    pub(crate) is_connected: Option<bool>,
}

/// A third-party product this server knows how to connect to.
#[Object]
impl Service {
    /// Globally unique and opaque.
    pub(crate) async fn id(&self) -> ID {
        ID(self.0.code.id().to_string())
    }

    /// Stable and readable: upper case letters, digits and underscores, for example `GITHUB`.
    /// That of a service which the viewer added begins with `OWN_`.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// The name to show.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// One or two sentences.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// A picture.
    async fn icon_url(&self) -> Option<Url> {
        self.0.icon_url.clone().map(Url)
    }

    /// Where the product lives.
    async fn homepage_url(&self) -> Option<Url> {
        self.0.homepage_url.clone().map(Url)
    }

    /// Where a person manages this app's access at the service.
    async fn settings_url(&self) -> Option<Url> {
        self.0.settings_url.clone().map(Url)
    }

    /// Whether the viewer added it with `addService`; nobody else sees it.
    async fn is_own(&self) -> bool {
        self.0.code.is_own()
    }

    /// Where the MCP server is, of a service that the viewer added; null at others.
    async fn mcp_url(&self) -> Option<Url> {
        self.0.mcp_url.clone().map(Url)
    }

    /// How an account is connected.
    async fn connect_method(&self) -> ConnectMethod {
        self.0.connect_method.into()
    }

    /// What `connectWithKey` asks for, at a service with `connectMethod: API_KEY`; null at
    /// others.
    async fn key_form(&self) -> Option<Form> {
        self.0.key_form.as_ref().map(|form| Form(form.form()))
    }

    /// False when the operator has paused new connections.
    async fn accepts_connections(&self) -> bool {
        self.0.accepts_connections
    }

    /// What the server asks for unless `beginConnect` says otherwise. At most as many
    /// as the operator configured.
    async fn default_scopes(&self) -> &[String] {
        &self.0.default_scopes
    }

    /// Whether the viewer selected this service.
    async fn is_selected(&self, ctx: &Context<'_>) -> Result<bool> {
        let caller = ctx.caller()?;
        let selection = caller.selection().await?;
        Ok(selection.contains(&self.0.code))
    }

    /// The viewer's accounts at this service, newest first. At most 10.
    #[graphql(complexity = "5 * child_complexity + 1")]
    async fn accounts(&self, ctx: &Context<'_>) -> Result<Vec<Account>> {
        let caller = ctx.caller()?;
        let accounts = caller.accounts().await?;
        let here = accounts.iter().filter(|account| account.service == self.0.code);
        Ok(here.cloned().map(Account).collect())
    }
}

/// Services are listed by name.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct ServiceKey(String, ServiceCode);

impl PageKey for ServiceKey {
    const LIST: &'static str = "services";
}

impl ServiceKey {
    pub(crate) fn of(service: &domain::Service) -> Self {
        Self(service.name.to_lowercase(), service.code.clone())
    }

    pub(crate) fn is_after(&self, other: &Self) -> bool {
        (&self.0, &self.1) > (&other.0, &other.1)
    }
}

impl ServiceFilter {
    /// Whether the service's own words match.
    pub(crate) fn matches_text(&self, service: &domain::Service) -> bool {
        let Some(search) = &self.search else { return true };
        let search = search.to_lowercase();
        service.name.to_lowercase().contains(&search)
            || service.code.as_str().to_lowercase().contains(&search)
    }
}
