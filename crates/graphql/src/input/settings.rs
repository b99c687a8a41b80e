//! Inputs of mutations by which viewers decide something for later.

use async_graphql::{ID, InputObject};

use crate::approval::{ConfirmationPolicy, ToolConfirmation};
use crate::scalars::Json;

/// Which services to work with.
#[derive(InputObject)]
pub(crate) struct SelectServicesInput {
    /// The whole selection, in order. Duplicates are ignored. At most 50.
    pub(crate) service_ids: Vec<ID>,
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
    pub(crate) confirmation: Option<ToolConfirmation>,
    /// Arguments filled in ahead, by name: all of them, replacing those before.
    pub(crate) preset_arguments: Option<Json>,
}

/// Which change of a tool the viewer accepts.
#[derive(InputObject)]
pub(crate) struct AcceptToolChangeInput {
    /// The tool.
    pub(crate) tool_id: ID,
    /// The `ToolChange.digest` of what they saw. Refused with `ToolChanged` if the tool is not
    /// that any more.
    pub(crate) digest: String,
}

/// What the viewer decides for everything of which they said nothing else.
#[derive(InputObject)]
pub(crate) struct UpdateViewerSettingsInput {
    /// How they are asked before tools run whose own setting is `DEFAULT`.
    pub(crate) default_confirmation: ConfirmationPolicy,
}
