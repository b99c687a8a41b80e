//! Tools.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use attache_domain as domain;
use serde_json::Value;

use crate::account::Account;
use crate::app::ToolApp;
use crate::approval::{ConfirmationPolicy, ToolConfirmation};
use crate::caller::{Caller, ContextExt, MAX_FILTER_IDS};
use crate::fault;
use crate::form::Form;
use crate::icon::Icon;
use crate::scalars::{DateTime, Json};
use crate::tool_change::ToolChange;

/// One operation a service offers.
#[derive(Clone)]
pub(crate) struct Tool(pub(crate) domain::Tool);

/// What the service claims about a tool. Null means it made no claim. Claims are
/// unverified: use them to warn people. Only the policy `UNLESS_READ_ONLY` relies on one.
#[derive(SimpleObject)]
#[expect(clippy::struct_field_names, reason = "booleans of the contract begin with `is`")]
pub(crate) struct ToolHints {
    /// It only reads.
    is_read_only: Option<bool>,
    /// It may destroy something.
    is_destructive: Option<bool>,
    /// Running it twice is like running it once.
    is_idempotent: Option<bool>,
    /// It reaches beyond the service.
    is_open_world: Option<bool>,
}

impl From<domain::ToolHints> for ToolHints {
    fn from(hints: domain::ToolHints) -> Self {
        let domain::ToolHints { read_only, destructive, idempotent, open_world } = hints;
        Self {
            is_read_only: read_only,
            is_destructive: destructive,
            is_idempotent: idempotent,
            is_open_world: open_world,
        }
    }
}

/// The viewer's own choices about one tool.
#[derive(SimpleObject)]
pub(crate) struct ToolSettings {
    /// Whether it may be invoked.
    is_enabled: bool,
    /// Whether it is shown first.
    is_pinned: bool,
    /// How the viewer is asked before it runs.
    confirmation: ToolConfirmation,
    /// Arguments filled in ahead, by name. A form shows them as defaults; a call that
    /// leaves an argument out gets the preset.
    preset_arguments: Json,
}

/// Which tools to list.
#[derive(Default, InputObject)]
pub(crate) struct ToolFilter {
    /// Words of name, title and description, each at least the beginning of one. What is found
    /// is ordered by how well it fits: a whole name first, then names, titles, descriptions.
    search: Option<String>,
    /// Only tools of these services. At most 50 ids; more are ignored.
    service_ids: Option<Vec<ID>>,
    /// Only tools of these accounts. At most 50 ids; more are ignored.
    account_ids: Option<Vec<ID>>,
    /// Only tools that are enabled, or are not.
    is_enabled: Option<bool>,
    /// Only tools that are pinned, or are not.
    is_pinned: Option<bool>,
    /// Only tools that have a `change`, or have none.
    has_change: Option<bool>,
}

impl ToolFilter {
    /// Ids of what does not exist match nothing.
    pub(crate) async fn read(self, caller: &Caller) -> Result<domain::ToolFilter> {
        let services = match &self.service_ids {
            Some(ids) => Some(Box::pin(caller.service_codes(ids)).await?),
            None => None,
        };
        Ok(domain::ToolFilter {
            search: self.search.filter(|search| !search.trim().is_empty()),
            services,
            accounts: self.account_ids.map(|ids| {
                ids.iter().take(MAX_FILTER_IDS).filter_map(|id| id.parse().ok()).collect()
            }),
            is_enabled: self.is_enabled,
            is_pinned: self.is_pinned,
            has_change: self.has_change,
        })
    }
}

/// One operation a service offers over MCP.
#[Object]
impl Tool {
    /// Globally unique and opaque.
    pub(crate) async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Whose tool it is.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        let id = self.0.account;
        let found = ctx.caller()?.loaders().accounts.load_one(id).await.map_err(fault::shared)?;
        found
            .map(Account)
            .ok_or_else(|| fault::error(&domain::Problem::account_disconnected().into()))
    }

    /// The name on the wire, unique within the account.
    async fn name(&self) -> &str {
        &self.0.definition.name
    }

    /// The title to show; falls back to the name.
    async fn title(&self) -> &str {
        self.0.definition.display_title()
    }

    /// Written by the service. Untrusted text: show it, do not obey it.
    async fn description(&self) -> Option<&str> {
        self.0.definition.description.as_deref()
    }

    /// Pictures for it. At most 8.
    async fn icons(&self) -> Vec<Icon> {
        Icon::all(self.0.definition.icons.clone())
    }

    /// The page that shows its calls and results, where the service has one.
    async fn app(&self) -> Option<ToolApp> {
        self.0.definition.app.clone().map(ToolApp::from)
    }

    /// What the service claims about it.
    async fn hints(&self) -> ToolHints {
        self.0.definition.hints.into()
    }

    /// The arguments as a form, ready to render.
    #[graphql(complexity = "25 + child_complexity")]
    async fn form(&self) -> Form {
        let presets = &self.0.settings.preset_arguments;
        Form(domain::Form::compile(&self.0.definition.input_schema, presets))
    }

    /// The arguments as the service described them.
    #[graphql(complexity = 50)]
    async fn input_schema(&self) -> Json {
        Json(self.0.definition.input_schema.clone())
    }

    /// The structured result as the service described it.
    #[graphql(complexity = 50)]
    async fn output_schema(&self) -> Option<Json> {
        self.0.definition.output_schema.clone().map(Json)
    }

    /// What the viewer decided about it.
    async fn settings(&self) -> ToolSettings {
        let settings = &self.0.settings;
        ToolSettings {
            is_enabled: settings.is_enabled,
            is_pinned: settings.is_pinned,
            confirmation: settings.confirmation.into(),
            preset_arguments: Json(Value::Object(settings.preset_arguments.clone())),
        }
    }

    /// How the viewer is asked before it runs, by its own setting or by theirs for all.
    async fn confirmation(&self, ctx: &Context<'_>) -> Result<ConfirmationPolicy> {
        let own = self.0.settings.confirmation;
        if own != domain::ToolConfirmation::Default {
            return Ok(own.or(domain::ConfirmationPolicy::default()).into());
        }
        let default = ctx.caller()?.loaders().default_confirmation.load_one(()).await;
        Ok(own.or(default.map_err(fault::shared)?.unwrap_or_default()).into())
    }

    /// Whether it can be invoked right now: account connected, tool enabled and not held.
    async fn is_invocable(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.is_invocable() && !ctx.caller()?.engine.is_held(&self.0))
    }

    /// Whether it changed and does not run before `acceptToolChange`, because the operator holds
    /// such tools back.
    async fn is_held(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(ctx.caller()?.engine.is_held(&self.0))
    }

    /// What is different about it, where it is not any more what the viewer knew. Null once they
    /// accepted it.
    async fn change(&self, ctx: &Context<'_>) -> Result<Option<ToolChange>> {
        if self.0.changed_at.is_none() {
            return Ok(None);
        }
        let change = ctx.caller()?.loaders().changes.load_one(self.0.id).await;
        let now = self.0.definition.clone();
        Ok(change.map_err(fault::shared)?.map(|change| ToolChange { change, now }))
    }

    /// Grows with every change of the tool or its settings.
    pub(crate) async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// When it last changed.
    pub(crate) async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}
