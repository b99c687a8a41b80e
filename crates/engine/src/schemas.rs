//! Compiled schemas of arguments and results, by the digest of the tool they belong to.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::{ArgumentSchema, ToolDefinition};
use lru::LruCache;
use serde_json::Value;

/// How many compiled schemas are kept.
const KEPT: usize = 1000;

pub(crate) struct Schemas(Mutex<LruCache<Key, Arc<ArgumentSchema>>>);

/// The digest of a tool, and which of its schemas.
type Key = ([u8; 32], Side);

/// What of a tool a schema describes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Side {
    Arguments,
    Result,
}

impl Default for Schemas {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(KEPT).expect("not zero"))))
    }
}

impl Schemas {
    /// The schema of a tool's arguments, compiled once for all who use the tool.
    pub(crate) fn of(&self, tool: &ToolDefinition) -> Arc<ArgumentSchema> {
        self.compiled((tool.digest(), Side::Arguments), &tool.input_schema)
    }

    /// The schema of what a tool answers, where it has one.
    pub(crate) fn of_result(&self, tool: &ToolDefinition) -> Option<Arc<ArgumentSchema>> {
        let schema = tool.output_schema.as_ref()?;
        Some(self.compiled((tool.digest(), Side::Result), schema))
    }

    fn compiled(&self, key: Key, schema: &Value) -> Arc<ArgumentSchema> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(schema) = kept.get(&key) {
            return schema.clone();
        }
        // Compiled outside the lock: a large schema must not hold up the others.
        drop(kept);
        let schema = Arc::new(ArgumentSchema::compile(schema));
        if !schema.is_readable() {
            tracing::info!("a schema of a tool cannot be read; what it describes goes unchecked");
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(key, schema.clone());
        schema
    }
}
