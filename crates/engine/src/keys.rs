//! The keys that everything is sealed with.

use attache_store::KeyRing;

use crate::{Engine, Result};

impl Engine {
    /// Seals and opens with another ring from now on. One that lacks a key that something is
    /// sealed with is refused, and the one from before stays.
    pub async fn replace_ring(&self, ring: KeyRing) -> Result<()> {
        Ok(self.0.store.replace_ring(ring).await?)
    }
}
