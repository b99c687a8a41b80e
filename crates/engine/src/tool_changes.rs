//! Tools that changed: what became of them, and whether a person accepts it.

use std::collections::HashMap;

use attache_domain::{Detail, Problem, ProblemCode, Tool, ToolChange, ToolId, UserId, Viewer};
use attache_store::{ChangeAcceptance, Written};

use crate::{Engine, Result};

impl Engine {
    /// Whether a tool does not run before its viewer accepts what became of it.
    pub fn is_held(&self, tool: &Tool) -> bool {
        self.0.settings.holds_changed_tools && tool.changed_at.is_some()
    }

    pub(crate) fn check_held(&self, tool: &Tool) -> Result<(), Problem> {
        if !self.is_held(tool) {
            return Ok(());
        }
        let message = "This tool changed. See what is different, and accept it before it runs.";
        let problem = Problem::new(ProblemCode::ToolHeld, message);
        Err(problem.with(Detail::ToolChanged(tool.id)))
    }

    /// How these tools were, as far as they are not any more what the viewer knew.
    pub async fn tool_changes(
        &self,
        user: UserId,
        ids: &[ToolId],
    ) -> Result<HashMap<ToolId, ToolChange>> {
        Ok(self.0.store.tool_changes(user, ids).await?)
    }

    /// Takes a person's word that they accept what became of a tool. `digest` names what they saw
    /// ([`attache_domain::ToolDefinition::digest_of_parts`]).
    #[tracing::instrument(name = "engine.accept_tool_change", skip_all, fields(viewer.id = %viewer.id, tool.id = %id))]
    pub async fn accept_tool_change(
        &self,
        viewer: &Viewer,
        id: ToolId,
        digest: &str,
    ) -> Result<Written<Tool>> {
        match self.0.store.accept_tool_change(viewer.id, id, digest).await? {
            ChangeAcceptance::Accepted(accepted) => {
                tracing::info!(target: "attache::audit", action = "ACCEPT", tool.id = %id, "a change of a tool was accepted");
                Ok(*accepted)
            }
            ChangeAcceptance::Moved => {
                let message = "This tool is not what you saw any more. Look at it again.";
                let problem = Problem::new(ProblemCode::ToolChanged, message).at("digest");
                Err(problem.with(Detail::ToolChanged(id)).into())
            }
            ChangeAcceptance::Unknown => Err(Problem::not_found("tool").at("toolId").into()),
        }
    }
}
