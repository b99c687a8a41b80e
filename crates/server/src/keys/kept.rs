//! Where the ring is kept, and changing it there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use attache_server::config;
use attache_store::{RingDocument, RingError};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{print, with_variables};

/// The ring as it is kept.
pub(crate) fn read() -> Result<RingDocument> {
    Ok(RingDocument::parse(&with_variables(config::ring_document)?)?)
}

/// The file that holds the ring, if one does.
pub(crate) fn file() -> Option<PathBuf> {
    std::env::var_os("ATTACHE_KEYS_FILE").map(PathBuf::from)
}

/// Changes the ring where it is kept. One that is not in a file is printed, for the operator
/// to put where it belongs.
pub(crate) fn change<T>(
    change: impl FnOnce(&mut RingDocument) -> Result<T, RingError>,
) -> Result<T> {
    let Some(file) = file() else {
        let mut ring = read()?;
        let done = change(&mut ring)?;
        print(&format!("{}\n", ring.print().expose_secret()))?;
        return Ok(done);
    };
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Whoever changes it at the same time waits, and sees this change.
    let lock = File::open(folder).and_then(|folder| folder.lock().map(|()| folder));
    let _lock = lock.with_context(|| format!("{} cannot be locked", folder.display()))?;
    let mut ring = read()?;
    let done = change(&mut ring)?;
    replace(&file, &ring.print()).with_context(|| format!("{} is not written", file.display()))?;
    Ok(done)
}

/// Whoever reads it sees the one or the other, whole.
fn replace(file: &Path, content: &SecretString) -> io::Result<()> {
    let new = file.with_extension("new");
    let mut out =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    out.write_all(content.expose_secret().as_bytes())?;
    out.write_all(b"\n")?;
    out.sync_all()?;
    fs::rename(new, file)
}

/// Asks a command for a key: what it was wrapped as on its standard input, the key on its
/// standard output.
pub(crate) fn ask(command: &[String], wrapped: &str) -> io::Result<String> {
    let [program, arguments @ ..] = command else {
        return Err(io::Error::other("there is no program"));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(wrapped.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(io::Error::other(output.status.to_string()));
    }
    String::from_utf8(output.stdout).map_err(|_| io::Error::other("what it printed is not text"))
}
