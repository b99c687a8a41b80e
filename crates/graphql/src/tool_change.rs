//! What became of tools.

use async_graphql::{Enum, Object};
use attache_domain as domain;

use crate::scalars::{DateTime, Json};
use crate::tool::ToolHints;

/// What is different about a tool, and how it was.
pub(crate) struct ToolChange {
    pub(crate) change: domain::ToolChange,
    /// The tool as it is shown beside it.
    pub(crate) now: domain::ToolDefinition,
}

/// A part of a tool that people and models rely on.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ToolPart")]
pub(crate) enum ToolPart {
    /// `Tool.title`.
    Title,
    /// `Tool.description`.
    Description,
    /// `Tool.inputSchema`, and with it the form.
    InputSchema,
    /// `Tool.outputSchema`.
    OutputSchema,
    /// `Tool.hints`.
    Hints,
    /// `Tool.app`.
    App,
}

/// How a tool was. Written by the service: untrusted text.
pub(crate) struct FormerTool(domain::ToolDefinition);

/// What is different about a tool since the viewer saw it first, or accepted a change of it last.
#[Object]
impl ToolChange {
    /// What differs. At most 6.
    async fn parts(&self) -> Vec<ToolPart> {
        let parts = domain::ToolPart::between(&self.change.former, &self.now);
        parts.into_iter().map(Into::into).collect()
    }

    /// How it was.
    async fn former(&self) -> FormerTool {
        FormerTool(self.change.former.clone())
    }

    /// Names the tool as it is shown here, for `acceptToolChange`.
    async fn digest(&self) -> String {
        self.now.digest_of_parts()
    }

    /// When it changed last.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.change.changed_at)
    }
}

/// How a tool was that changed.
#[Object]
impl FormerTool {
    /// The title that was shown.
    async fn title(&self) -> &str {
        self.0.display_title()
    }

    /// What it said it does.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// What the service claimed about it.
    async fn hints(&self) -> ToolHints {
        self.0.hints.into()
    }

    /// The arguments it took.
    #[graphql(complexity = 50)]
    async fn input_schema(&self) -> Json {
        Json(self.0.input_schema.clone())
    }

    /// The structured result it had.
    #[graphql(complexity = 50)]
    async fn output_schema(&self) -> Option<Json> {
        self.0.output_schema.clone().map(Json)
    }
}
