//! What viewers decide about tools.

use attache_domain::{EventKind, Tool, ToolId, ToolSettings, ToolSettingsPatch, UserId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::data_keys::Purpose;
use crate::error::{During, Result};
use crate::row;
use crate::schema::{tool_settings, tools};
use crate::tools::{load_views, presets_place};
use crate::{Store, Written};

impl Store {
    /// Changes the settings of a tool. `None` when there is no such tool.
    pub async fn update_tool_settings(
        &self,
        user: UserId,
        id: ToolId,
        patch: ToolSettingsPatch,
    ) -> Result<Option<Written<Tool>>> {
        if load_views(&mut *self.read().await?, user, &[id]).await?.is_empty() {
            return Ok(None);
        }
        let keys = self.keys(user, Purpose::Content).await?;
        let mut tx = self.begin(user).await?;
        let now = tx.now();
        // The row of the tool is the lock: two windows that change different settings
        // at once take turns, and neither undoes what the other did.
        let revision: Option<i32> = diesel::update(tools::table.find(id.uuid()))
            .filter(tools::user_id.eq(user.uuid()))
            .filter(tools::is_removed.eq(false))
            .set((tools::revision.eq(tools::revision + 1), tools::updated_at.eq(now)))
            .returning(tools::revision)
            .get_result(tx.sql())
            .await
            .optional()
            .during("touch a tool")?;
        let before = load_views(tx.sql(), user, &[id]).await?.pop();
        let (Some(revision), Some(before)) = (revision, before) else {
            tx.rollback().await?;
            return Ok(None);
        };
        let before = before.into_tool(Some(&keys))?;
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
