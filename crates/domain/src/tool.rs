//! One operation a service offers over MCP.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::app::ToolApp;
use crate::icon::Icon;
use crate::id::{AccountId, ToolId};
use crate::{ServiceCode, ToolConfirmation};

/// A tool as its service describes it. Every text in it is the service's own and
/// untrusted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolDefinition {
    /// The name on the wire.
    pub name: String,
    /// The title to show.
    pub title: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// JSON Schema of the arguments, word for word.
    pub input_schema: Value,
    /// JSON Schema of the structured result, word for word.
    pub output_schema: Option<Value>,
    /// What the service claims about it.
    pub hints: ToolHints,
    /// Pictures for it, at most 8. Definitions that were stored before there were any have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub icons: Vec<Icon>,
    /// The page that shows its calls, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<ToolApp>,
}

impl ToolDefinition {
    /// SHA-256 of the whole definition: changes when anything a person might
    /// have relied on changes.
    pub fn digest(&self) -> [u8; 32] {
        let text = serde_json::to_vec(self).expect("a definition is plain JSON");
        Sha256::digest(text).into()
    }

    /// Names the parts of the definition that count as a change ([`ToolPart`](crate::ToolPart)):
    /// SHA-256 in base64url, 43 characters.
    pub fn digest_of_parts(&self) -> String {
        let parts = Self { icons: Vec::new(), ..self.clone() };
        BASE64_URL_SAFE_NO_PAD.encode(parts.digest())
    }

    /// The title to show; falls back to the name.
    pub fn display_title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// What a service claims about a tool (MCP tool annotations). `None` where it
/// claims nothing. Unverified: a reason to warn. Only the policy that is named after one
/// of them relies on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolHints {
    /// It only reads.
    pub read_only: Option<bool>,
    /// It may destroy.
    pub destructive: Option<bool>,
    /// Twice is like once.
    pub idempotent: Option<bool>,
    /// It reaches beyond the service.
    pub open_world: Option<bool>,
}

/// A tool of one account, with the viewer's settings for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Its id.
    pub id: ToolId,
    /// Whose it is.
    pub account: AccountId,
    /// Where that account is.
    pub service: ServiceCode,
    /// What the service says about it.
    pub definition: ToolDefinition,
    /// What the viewer decided about it.
    pub settings: ToolSettings,
    /// Whether the account can be used.
    pub is_account_connected: bool,
    /// When it changed last, where it is not any more what the viewer knew.
    pub changed_at: Option<DateTime<Utc>>,
    /// Grows with every change of definition or settings.
    pub revision: i32,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Tool {
    /// Whether it can be invoked right now, as far as account and settings go.
    pub fn is_invocable(&self) -> bool {
        self.is_account_connected && self.settings.is_enabled
    }

    /// The arguments of a call: what was given, and the presets for the rest.
    pub fn arguments(&self, given: Map<String, Value>) -> Map<String, Value> {
        let mut arguments = given;
        for (name, preset) in &self.settings.preset_arguments {
            arguments.entry(name.clone()).or_insert_with(|| preset.clone());
        }
        arguments
    }
}

/// The viewer's own choices about one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolSettings {
    /// Whether it may be invoked at all.
    pub is_enabled: bool,
    /// Whether it is shown first.
    pub is_pinned: bool,
    /// How a person is asked before it runs.
    pub confirmation: ToolConfirmation,
    /// Arguments filled in ahead, by name.
    pub preset_arguments: Map<String, Value>,
}

impl Default for ToolSettings {
    fn default() -> Self {
        Self {
            is_enabled: true,
            is_pinned: false,
            confirmation: ToolConfirmation::Default,
            preset_arguments: Map::new(),
        }
    }
}

/// What a viewer changes in [`ToolSettings`]; `None` keeps a value.
#[derive(Clone, Debug, Default)]
pub struct ToolSettingsPatch {
    /// See [`ToolSettings::is_enabled`].
    pub is_enabled: Option<bool>,
    /// See [`ToolSettings::is_pinned`].
    pub is_pinned: Option<bool>,
    /// See [`ToolSettings::confirmation`].
    pub confirmation: Option<ToolConfirmation>,
    /// See [`ToolSettings::preset_arguments`]; replaces them all.
    pub preset_arguments: Option<Map<String, Value>>,
}

impl ToolSettings {
    /// The settings after the patch.
    #[must_use]
    pub fn patched(&self, patch: ToolSettingsPatch) -> Self {
        Self {
            is_enabled: patch.is_enabled.unwrap_or(self.is_enabled),
            is_pinned: patch.is_pinned.unwrap_or(self.is_pinned),
            confirmation: patch.confirmation.unwrap_or(self.confirmation),
            preset_arguments: patch
                .preset_arguments
                .unwrap_or_else(|| self.preset_arguments.clone()),
        }
    }
}

/// Which tools to list. Empty matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ToolFilter {
    /// Words of name, title and description, each at least the beginning of one.
    pub search: Option<String>,
    /// Only tools of these services.
    pub services: Option<Vec<ServiceCode>>,
    /// Only tools of these accounts.
    pub accounts: Option<Vec<AccountId>>,
    /// Only tools that are, or are not, switched on.
    pub is_enabled: Option<bool>,
    /// Only tools that are, or are not, pinned.
    pub is_pinned: Option<bool>,
    /// Only tools that are not, or are, what the viewer knew.
    pub has_change: Option<bool>,
}
