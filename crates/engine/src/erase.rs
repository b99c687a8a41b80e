//! Everything that is known of a viewer goes.

use attache_domain::{AccountId, EventCursor, ProblemCode, Viewer};
use attache_store::Erasure;

use crate::{Engine, Error, Result};

/// How often somebody may connect an account while their data is being erased.
const TRIES: u32 = 5;

impl Engine {
    /// Disconnects everything, then deletes whatever there is of the viewer. What stays is
    /// that and when it was done, and tokens until their services have revoked them. Says
    /// where the viewer's log ended; nothing to erase is no mistake.
    #[tracing::instrument(name = "engine.erase_viewer", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn erase_viewer(&self, viewer: &Viewer) -> Result<EventCursor> {
        for _ in 0..TRIES {
            let accounts = self.accounts(viewer).await?;
            let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
            if !ids.is_empty() {
                self.take_away(viewer.id, &ids).await?;
            }
            match self.0.store.erase(viewer.id).await? {
                Erasure::Done(cursor) => {
                    tracing::info!(target: "attache::audit", accounts = ids.len(),
                        "everything of a viewer was erased");
                    self.deliver_soon();
                    return Ok(cursor);
                }
                Erasure::Unknown => return Ok(EventCursor::default()),
                Erasure::Connected => {}
            }
        }
        let message = "An account is being connected at this moment. Try again.";
        Err(Error::refused(ProblemCode::LimitReached, message))
    }
}
