//! Which services a viewer works with, and what they decide about tools.

use attache_domain::{
    ConfirmationPolicy, Detail, Problem, ProblemCode, ServiceCode, ServiceId, Tool, ToolId,
    ToolSettingsPatch, UserId, Viewer,
};
use attache_store::Written;
use serde_json::{Map, Value};

use crate::{Engine, Result};

/// The most services a viewer can choose.
const MAX_SELECTED: usize = 50;

/// The largest presets of one tool, in bytes of JSON.
const MAX_PRESETS: usize = 16 * 1024;

impl Engine {
    /// The services the viewer chose and that are still offered, in their order.
    pub async fn selection(&self, viewer: &Viewer) -> Result<Vec<ServiceCode>> {
        let mut chosen = self.0.store.selection(viewer.id).await?;
        let own = if chosen.iter().any(ServiceCode::is_own) {
            self.own_offers(viewer.id).await?
        } else {
            Vec::new()
        };
        chosen.retain(|code| {
            self.services().get(code).is_some() || own.iter().any(|it| it.service.code == *code)
        });
        Ok(chosen)
    }

    /// Replaces the services the viewer works with.
    #[tracing::instrument(name = "engine.select_services", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn select_services(
        &self,
        viewer: &Viewer,
        ids: &[ServiceId],
    ) -> Result<Written<Vec<ServiceCode>>> {
        let mut chosen: Vec<ServiceCode> = Vec::new();
        for offer in self.offers_by_id(viewer.id, ids).await? {
            let offer = offer.ok_or_else(|| Problem::not_found("service").at("serviceIds"))?;
            if !chosen.contains(&offer.service.code) {
                chosen.push(offer.service.code.clone());
            }
        }
        if chosen.len() > MAX_SELECTED {
            let message = format!("Choose at most {MAX_SELECTED} services.");
            return Err(Problem::invalid_input("serviceIds", message).into());
        }
        self.0.store.see(viewer).await?;
        let ((), cursor) = self.0.store.select_services(viewer.id, &chosen).await?;
        Ok((chosen, cursor))
    }

    /// How the viewer is asked before tools of which they said nothing else.
    pub async fn default_confirmation(&self, user: UserId) -> Result<ConfirmationPolicy> {
        Ok(self.0.store.default_confirmation(user).await?)
    }

    /// Decides how the viewer is asked before tools of which they said nothing else.
    #[tracing::instrument(name = "engine.set_default_confirmation", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn set_default_confirmation(
        &self,
        viewer: &Viewer,
        policy: ConfirmationPolicy,
    ) -> Result<Written<ConfirmationPolicy>> {
        self.0.store.see(viewer).await?;
        let ((), cursor) = self.0.store.set_default_confirmation(viewer.id, policy).await?;
        tracing::info!(target: "attache::audit", ?policy, "a viewer decided how they are asked");
        Ok((policy, cursor))
    }

    /// Changes the viewer's settings for a tool.
    #[tracing::instrument(name = "engine.update_tool_settings", skip_all, fields(viewer.id = %viewer.id, tool.id = %id))]
    pub async fn update_tool_settings(
        &self,
        viewer: &Viewer,
        id: ToolId,
        patch: ToolSettingsPatch,
    ) -> Result<Written<Tool>> {
        if let Some(presets) = &patch.preset_arguments {
            self.check_presets(viewer, id, presets).await?;
        }
        let updated = self.0.store.update_tool_settings(viewer.id, id, patch).await?;
        Ok(updated.ok_or_else(|| Problem::not_found("tool").at("toolId"))?)
    }

    /// Presets that do not fit are refused where they are made, and not every time
    /// the tool is called.
    async fn check_presets(
        &self,
        viewer: &Viewer,
        id: ToolId,
        presets: &Map<String, Value>,
    ) -> Result<()> {
        if serde_json::to_string(presets).is_ok_and(|json| json.len() > MAX_PRESETS) {
            return Err(Problem::invalid_input("patch", "The presets are too large.").into());
        }
        let tool = self.tools_by_id(viewer.id, &[id]).await?.remove(&id);
        let tool = tool.ok_or_else(|| Problem::not_found("tool").at("toolId"))?;
        let violations = self.0.schemas.of(&tool.definition).preset_violations(presets);
        if violations.is_empty() {
            return Ok(());
        }
        let message = "Some presets do not fit.";
        let problem = Problem::new(ProblemCode::ArgumentsInvalid, message).at("patch");
        Err(problem.with(Detail::Violations(violations)).into())
    }
}
