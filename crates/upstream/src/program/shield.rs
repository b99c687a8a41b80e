//! Keeping what this process holds from the programs that it starts.

use std::io;

/// Lets no process of the same user look into this one: neither at its memory nor at the environment
/// it was started with. A program that reads files for people would read those as well. Root is
/// kept from nothing.
pub fn shield() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    }
    Ok(())
}

/// Whether this process is root's, and its programs are where nobody says otherwise.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
