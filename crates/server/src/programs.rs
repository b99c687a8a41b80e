//! What the server owes to whoever is served beside programs.

use std::io;

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
    Ok(())
}
