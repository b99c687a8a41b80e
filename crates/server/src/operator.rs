//! The use cases for whoever runs Attaché: the same, beside the servers, without serving.

use attache_domain::Clock;
use attache_engine::{Engine, Hub, Services};
use attache_store::{Journal, Store};

use crate::config::Config;
use crate::serve::{StartError, open_store, settings, ways};

/// What is remembered, without the use cases: for work on how it is sealed.
pub async fn open_vault(config: &Config, clock: &Clock) -> Result<Store, StartError> {
    open_store(config, Journal::none(), clock, &Hub::default()).await
}

/// The use cases on the configured database. Nothing goes on by itself, but servers hear of what is
/// done; what was begun is
/// waited for by [`Engine::drain`].
pub async fn open(config: Config, clock: Clock) -> Result<Engine, StartError> {
    let hub = Hub::default();
    // Nothing that an operator does buys tokens.
    let store = open_store(&config, Journal::none(), &clock, &hub).await?;
    let settings = settings(&config);
    let ways = ways(&config, &clock);
    let services = Services::new(config.services);
    let engine = Engine::idle(store, ways, hub, services, settings, clock);
    engine.begin_telling();
    Ok(engine)
}
