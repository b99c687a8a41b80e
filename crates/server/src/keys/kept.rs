//! Where the ring is kept, and changing it there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use attache_server::config::{self, Invalid};
use attache_store::{RingDocument, RingError};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{print, with_variables};

/// How long a command may take that brings a key.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most that is read of what it prints, in bytes.
const MAX_KEY: u64 = 4096;

/// The ring as it is kept.
pub(crate) fn read() -> Result<RingDocument> {
    Ok(RingDocument::parse(&with_variables(config::ring_document)?)?)
}

/// The file that holds the ring, if one does.
pub(crate) fn file() -> Option<PathBuf> {
    std::env::var_os("ATTACHE_KEYS_FILE").map(PathBuf::from)
}

/// Makes a file of a new ring, which only its owner may read. One that is there is a ring that
/// something may be sealed with.
pub(crate) fn create(file: &Path, ring: &SecretString) -> Result<()> {
    let name = file.display();
    let mut out = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(out) => out,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let what =
                "is there already, and what it seals would be lost with it; name another file";
            return Err(Invalid::one(name.to_string(), what).into());
        }
        Err(error) => {
            return Err(Invalid::one(name.to_string(), format!("cannot be made: {error}")).into());
        }
    };
    let written = writeln!(out, "{}", ring.expose_secret()).and_then(|()| out.sync_all());
    written.with_context(|| format!("{name} is not written"))
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
    // A link stays one.
    let file =
        fs::canonicalize(&file).with_context(|| format!("{} is not there", file.display()))?;
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Whoever changes it at the same time waits, and sees this change.
    let lock = File::open(folder).and_then(|folder| folder.lock().map(|()| folder));
    let lock = lock.with_context(|| format!("{} cannot be locked", folder.display()))?;
    let mut ring = read()?;
    let done = change(&mut ring)?;
    replace(&file, &lock, &ring.print())
        .with_context(|| format!("{} is not written", file.display()))?;
    Ok(done)
}

/// Whoever reads it sees the one or the other, whole, also after a loss of power.
fn replace(file: &Path, folder: &File, content: &SecretString) -> io::Result<()> {
    let before = fs::metadata(file)?;
    let new = file.with_extension("new");
    // What an interrupted change left behind.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    out.write_all(content.expose_secret().as_bytes())?;
    out.write_all(b"\n")?;
    // Whoever could read it still can, and nobody else.
    std::os::unix::fs::fchown(&out, Some(before.uid()), Some(before.gid()))?;
    out.set_permissions(before.permissions())?;
    out.sync_all()?;
    fs::rename(new, file)?;
    folder.sync_all()
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
    let (send, printed) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut text = String::new();
            let read = output.take(MAX_KEY).read_to_string(&mut text);
            // Nobody waits any more for a command that takes too long.
            let _ = send.send(read.map(|_| text));
        });
    }
    let Ok(printed) = printed.recv_timeout(PATIENCE) else {
        child.kill()?;
        child.wait()?;
        return Err(io::Error::new(io::ErrorKind::TimedOut, "it takes too long"));
    };
    let (printed, status) = (printed?, child.wait()?);
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    Ok(printed)
}
