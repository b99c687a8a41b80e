//! What the server owes to whoever is served beside programs.

use std::io;

use attache_engine::Offer;
use attache_upstream::Access;

use crate::config::Config;

/// Keeps what is held here from the programs that are started here, where there are any. To be
/// called before anything is.
pub fn shield(config: &Config) -> io::Result<()> {
    let programs: Vec<_> = config.services.iter().filter_map(|it| it.provider.program()).collect();
    if programs.is_empty() {
        return Ok(());
    }
    attache_upstream::shield()?;
    if attache_upstream::is_root() && programs.iter().any(|program| program.user.is_none()) {
        tracing::warn!("a program runs as root, who may see everything; give it a user of its own");
    }
    let with_keys = config.services.iter().filter(|it| takes_keys(it));
    let with_keys: Vec<_> = with_keys.map(|it| it.service.code.as_str()).collect();
    if !with_keys.is_empty() {
        let services = with_keys.join(", ");
        tracing::warn!(
            services,
            "programs are given people's keys; none of them may read files or run commands for people"
        );
    }
    Ok(())
}

/// Whether it is a program that people give keys to. Its processes run as one user, so that one of
/// them could read what the others were given.
fn takes_keys(offer: &Offer) -> bool {
    offer.provider.program().is_some() && matches!(offer.provider.access, Access::ApiKey)
}
