//! Compiled schemas of arguments, by the digest of the tool they belong to.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::{ArgumentSchema, ToolDefinition};
use lru::LruCache;

/// How many compiled schemas are kept.
const KEPT: usize = 1000;

pub(crate) struct Schemas(Mutex<LruCache<[u8; 32], Arc<ArgumentSchema>>>);

impl Default for Schemas {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(KEPT).expect("not zero"))))
    }
}

impl Schemas {
    /// The schema of a tool's arguments, compiled once for all who use the tool.
    pub(crate) fn of(&self, tool: &ToolDefinition) -> Arc<ArgumentSchema> {
        let digest = tool.digest();
        let kept = |schemas: &Self| {
            let mut kept = schemas.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(&digest).cloned()
        };
        if let Some(schema) = kept(self) {
            return schema;
        }
        // Compiled outside the lock: a large schema must not hold up the others.
        let schema = Arc::new(ArgumentSchema::compile(&tool.input_schema));
        if !schema.is_readable() {
            tracing::info!("the schema of a tool cannot be read; its arguments go unchecked");
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(digest, schema.clone());
        schema
    }
}
