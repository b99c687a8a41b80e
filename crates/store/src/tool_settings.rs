//! What viewers decide about tools.

use attache_domain::{EventKind, Tool, ToolId, ToolSettings, ToolSettingsPatch, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::error::{During, Result};
use crate::row;
use crate::schema::tool_settings;
use crate::tools::{Touched, presets_place};
use crate::{Store, Written};

impl Store {
    /// Changes the settings of a tool. `None` when there is no such tool.
    pub async fn update_tool_settings(
        &self,
        user: UserId,
        id: ToolId,
        patch: ToolSettingsPatch,
    ) -> Result<Option<Written<Tool>>> {
        let Some(touched) = self.touch_tool(user, id).await? else { return Ok(None) };
        let Touched { mut tx, keys, tool: before, revision } = touched;
        let now = tx.now();
        let settings = before.settings.patched(patch);
        if settings == before.settings {
            tx.rollback().await?;
            let unchanged = Tool { revision: revision - 1, ..before };
            return Ok(Some((unchanged, self.event_position(user).await?)));
        }
        let ToolSettings { is_enabled, is_pinned, confirmation, preset_arguments } = &settings;
        let sealed_presets = (!preset_arguments.is_empty()).then(|| {
            let json = serde_json::to_vec(preset_arguments).expect("arguments are plain JSON");
            keys.seal(presets_place(id.uuid(), before.service.as_str()), &json)
        });
        let values = (
            tool_settings::is_enabled.eq(is_enabled),
            tool_settings::is_pinned.eq(is_pinned),
            tool_settings::confirmation.eq(row::text_of(confirmation)),
            tool_settings::sealed_presets.eq(sealed_presets),
            tool_settings::updated_at.eq(now),
        );
        diesel::insert_into(tool_settings::table)
            .values((
                tool_settings::tool_id.eq(id.uuid()),
                tool_settings::user_id.eq(user.uuid()),
                values.clone(),
            ))
            .on_conflict(tool_settings::tool_id)
            .do_update()
            .set(values)
            .execute(tx.sql())
            .await
            .during("write the settings of a tool")?;
        tx.emit(EventKind::ToolUpdated, id.uuid(), revision);
        let tool = Tool { settings, ..before };
        Ok(Some((tool, tx.commit().await?)))
    }
}
