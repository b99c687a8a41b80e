//! Accounts.

use async_graphql::{Context, Enum, ID, Object, Result};
use attache_domain as domain;

use crate::caller::ContextExt;
use crate::catalog::Catalog;
use crate::fault;
use crate::input::CompletionInput;
use crate::offer_page::{PromptPage, ResourcePage, ResourceTemplatePage};
use crate::problem::Problem;
use crate::prompt::PromptReading;
use crate::reading::{Completion, ResourceReading};
use crate::scalars::{DateTime, Json};
use crate::service::Service;

/// What a question to a service costs. Four fit into one operation, so that nobody asks fifty
/// accounts at once.
const QUESTION: usize = 10_000;

/// The viewer's account at a service.
#[derive(Clone)]
pub(crate) struct Account(pub(crate) domain::Account);

/// Whether an account can be used.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::AccountState")]
pub(crate) enum AccountState {
    /// It can.
    Connected,
    /// The service no longer accepts the stored credentials.
    NeedsReauthorization,
    /// Credentials are being revoked and deleted.
    Disconnecting,
}

/// What the viewer may do with an account.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::AccountAction")]
pub(crate) enum AccountAction {
    /// Connect it again: `beginConnect` or `connectWithKey` with its id.
    Reauthorize,
    /// `refreshCatalog`.
    RefreshCatalog,
    /// `disconnect`.
    Disconnect,
}

/// The viewer's account at a service. Credentials are held by the server and are
/// never part of this API.
#[Object]
impl Account {
    /// Globally unique and opaque.
    pub(crate) async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Where it is.
    async fn service(&self, ctx: &Context<'_>) -> Result<Service> {
        ctx.caller()?.service(&self.0.service).await
    }

    /// How the service names the account, for example a login or a workspace.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// Whether it can be used.
    async fn state(&self) -> AccountState {
        self.0.state.into()
    }

    /// Why the account needs attention.
    async fn problem(&self, ctx: &Context<'_>) -> Result<Option<Problem>> {
        Problem::maybe(ctx.caller()?, self.0.problem.clone()).await
    }

    /// What the service granted. At most as many as were asked for.
    async fn granted_scopes(&self) -> &[String] {
        &self.0.granted_scopes
    }

    /// What was asked for and not granted: what needs it will ask the person again. At most
    /// as many as were asked for.
    async fn missing_scopes(&self) -> Vec<&String> {
        self.0.missing_scopes().collect()
    }

    /// The tools it offers.
    async fn catalog(&self, ctx: &Context<'_>) -> Result<Catalog> {
        let found = ctx.caller()?.loaders().catalogs.load_one(self.0.id).await;
        let found = found.map_err(fault::shared)?;
        // Account and catalog come and go together; between two reads both may go.
        found
            .map(Catalog)
            .ok_or_else(|| fault::error(&domain::Problem::account_disconnected().into()))
    }

    /// A page of its resources: what the service lets people read. Empty where it has none.
    #[graphql(complexity = "QUESTION + child_complexity")]
    async fn resources(&self, ctx: &Context<'_>, after: Option<String>) -> Result<ResourcePage> {
        let caller = ctx.caller()?;
        let page =
            Box::pin(caller.engine.resources(&caller.viewer, &self.0, after.as_deref())).await;
        ResourcePage::new(caller, page).await
    }

    /// A page of the templates of its resources. Empty where it has none.
    #[graphql(complexity = "QUESTION + child_complexity")]
    async fn resource_templates(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
    ) -> Result<ResourceTemplatePage> {
        let caller = ctx.caller()?;
        let page = caller.engine.resource_templates(&caller.viewer, &self.0, after.as_deref());
        ResourceTemplatePage::new(caller, Box::pin(page).await).await
    }

    /// A page of its prompts. Empty where it has none.
    #[graphql(complexity = "QUESTION + child_complexity")]
    async fn prompts(&self, ctx: &Context<'_>, after: Option<String>) -> Result<PromptPage> {
        let caller = ctx.caller()?;
        let page = Box::pin(caller.engine.prompts(&caller.viewer, &self.0, after.as_deref())).await;
        PromptPage::new(caller, page).await
    }

    /// Reads a resource, also one behind a template, and the page of a `ToolApp`.
    #[graphql(complexity = "QUESTION + child_complexity")]
    async fn resource(&self, ctx: &Context<'_>, uri: String) -> Result<ResourceReading> {
        let caller = ctx.caller()?;
        let read =
            Box::pin(caller.engine.resource(&caller.viewer, &self.0, uri, caller.client.as_ref()))
                .await;
        ResourceReading::new(caller, read).await
    }

    /// Fills in a prompt. `arguments` are texts by name.
    #[graphql(complexity = "QUESTION + child_complexity")]
    async fn prompt(
        &self,
        ctx: &Context<'_>,
        name: String,
        arguments: Option<Json>,
    ) -> Result<PromptReading> {
        let caller = ctx.caller()?;
        let arguments = arguments.as_ref().map(|arguments| &arguments.0);
        let client = caller.client.as_ref();
        let read = caller.engine.prompt(&caller.viewer, &self.0, name, arguments, client);
        PromptReading::new(caller, Box::pin(read).await).await
    }

    /// Suggests what would fit into a blank of a prompt or of a template.
    #[graphql(complexity = "QUESTION + child_complexity")]
    async fn completion(&self, ctx: &Context<'_>, input: CompletionInput) -> Result<Completion> {
        let caller = ctx.caller()?;
        let read = Box::pin(caller.engine.completion(&caller.viewer, &self.0, input.into())).await;
        Completion::new(caller, read).await
    }

    /// When it was connected first.
    async fn connected_at(&self) -> DateTime {
        DateTime(self.0.connected_at)
    }

    /// What the viewer may do now, so that no client repeats the state machine. At
    /// most 3.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<AccountAction>> {
        let service = ctx.caller()?.service(&self.0.service).await?;
        let actions = self.0.available_actions(service.0.connect_method);
        Ok(actions.into_iter().map(Into::into).collect())
    }

    /// Grows with every change.
    pub(crate) async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// When it last changed.
    pub(crate) async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}
