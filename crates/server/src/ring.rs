//! Following the key ring while the server runs.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use attache_engine::Engine;
use attache_store::KeyRing;
use secrecy::{ExposeSecret, SecretString};

use crate::config::Invalid;

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// How long a ring that cannot be used is left alone.
const PAUSE: Duration = Duration::from_secs(10);

type Read = dyn Fn() -> Result<SecretString, Invalid> + Send + Sync;

/// Loads the ring whenever its file changed. Never returns.
pub(crate) async fn follow(engine: &Engine, file: &Path, read: Arc<Read>) {
    let mut loaded: Option<SecretString> = None;
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        let now = match content(file).await {
            Ok(now) => now,
            Err(error) => {
                tracing::warn!(%error, "the file with the key ring cannot be read");
                continue;
            }
        };
        if loaded.as_ref().is_none_or(|loaded| loaded.expose_secret() != now.expose_secret()) {
            if load(engine, read.clone()).await {
                loaded = Some(now);
            } else {
                // What cannot be used now may be later: a database, or a command, may be away.
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// `false` when the ring is not in use.
async fn load(engine: &Engine, read: Arc<Read>) -> bool {
    // Keys may come from commands, which take their time.
    let ring = match tokio::task::spawn_blocking(move || read()).await {
        Ok(Ok(ring)) => ring,
        Ok(Err(error)) => {
            tracing::error!(%error, "the new key ring is not used");
            return false;
        }
        Err(error) => {
            tracing::error!(%error, "the new key ring could not be read");
            return false;
        }
    };
    let ring = match KeyRing::parse(&ring) {
        Ok(ring) => ring,
        Err(error) => {
            tracing::error!(%error, "the new key ring is not used");
            return false;
        }
    };
    let description = format!("{ring:?}");
    match engine.replace_ring(ring).await {
        Ok(()) => {
            tracing::info!(ring = %description, "the key ring was loaded");
            true
        }
        Err(error) => {
            tracing::error!(?error, "the new key ring is not used");
            false
        }
    }
}

async fn content(file: &Path) -> io::Result<SecretString> {
    let file = file.to_owned();
    let read = move || std::fs::read_to_string(file).map(SecretString::from);
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}
