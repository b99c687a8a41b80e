//! Tools that were called, as they were read.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::{ArgumentSchema, ToolId, UserId};
use attache_store::Target;
use attache_upstream::SessionKey;
use lru::LruCache;

use crate::session::session_key;

/// How many are remembered.
const KEPT: usize = 1000;

/// What somebody called before, so that calling it again need not begin with reading
/// it. Whoever relies on it has to make sure that it is still so.
pub(crate) struct Targets(Mutex<LruCache<(UserId, ToolId), Known>>);

/// What can be called, ready to be called.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) target: Arc<Target>,
    /// What its arguments are checked against.
    pub(crate) schema: Arc<ArgumentSchema>,
    /// What it says that its results look like.
    pub(crate) shape: Option<Arc<ArgumentSchema>>,
}

impl Default for Targets {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(KEPT).expect("not zero"))))
    }
}

impl Targets {
    /// What the viewer called before.
    pub(crate) fn remembered(&self, user: UserId, tool: ToolId) -> Option<Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(user, tool)).cloned()
    }

    /// Remembers what the viewer called. Presets are sealed where they are kept, and are
    /// not kept open here.
    pub(crate) fn remember(&self, user: UserId, known: Known) {
        let tool = &known.target.tool;
        let key = (user, tool.id);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tool.settings.preset_arguments.is_empty() {
            kept.put(key, known);
        } else {
            kept.pop(&key);
        }
    }

    /// Forgets the tools of accounts that have none of these sessions any more: they were
    /// disconnected, or nobody called them for a while.
    pub(crate) fn keep(&self, sessions: &HashSet<SessionKey>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_kept = |known: &Known| sessions.contains(&session_key(&known.target.account));
        let gone: Vec<_> =
            kept.iter().filter(|(_, it)| !is_kept(it)).map(|(key, _)| *key).collect();
        for key in gone {
            kept.pop(&key);
        }
    }
}
