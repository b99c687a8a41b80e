//! The peers come from npm and by pip, exactly as their lock files pin them, once per
//! lock file.

mod npm;
mod pip;

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};

pub(crate) use npm::node;
pub(crate) use pip::python;

/// A file by its name, and what is in it.
type Text = (&'static str, &'static str);

/// What runs a peer, and where it runs: beside its scripts.
pub(crate) struct Program {
    pub(crate) executable: PathBuf,
    pub(crate) directory: &'static Path,
}

/// Where `packages` are, and the scripts with them. Installs them where they are not, with
/// `install`, which is given where to and where it may keep downloads.
fn directory(packages: &[Text], scripts: &[Text], install: impl FnOnce(&Path, &Path)) -> PathBuf {
    let installations = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers");
    let directory = installations.join(fingerprint(packages));
    if !directory.exists() {
        install_beside(&installations, &directory, packages, install);
    }
    for (name, text) in scripts {
        replace(&directory, name, text);
    }
    directory
}

/// Other packages are other installations; a changed script is not.
fn fingerprint(packages: &[Text]) -> String {
    let hash = packages.iter().fold(Sha256::new(), |hash, (_, text)| hash.chain_update(text));
    hash.finalize().iter().take(6).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Installs beside the destination and moves there when all is in place, so that what is
/// there is whole, whoever else installs or was interrupted.
fn install_beside(
    installations: &Path,
    destination: &Path,
    packages: &[Text],
    install: impl FnOnce(&Path, &Path),
) {
    fs::create_dir_all(installations).expect("the target directory is ours");
    let unfinished = TempDir::with_prefix_in("unfinished-", installations).expect("a directory");
    for (name, text) in packages {
        fs::write(unfinished.path().join(name), text).expect("a file");
    }
    install(unfinished.path(), installations);
    let finished = unfinished.keep();
    if let Err(error) = fs::rename(&finished, destination) {
        let _ = fs::remove_dir_all(&finished);
        assert!(destination.exists(), "{} cannot be made: {error}", destination.display());
    }
}

/// Runs an installer to its end. `package` is what brings it on Debian.
fn run(command: &mut Command, package: &str) {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("`{name}` is missing, which installs peers: `apt-get install -y {package}`")
        }
        Err(error) => panic!("`{name}` does not run: {error}"),
    };
    // Some say on one, and some on the other, what they are missing.
    let said = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
    let status = output.status;
    assert!(status.success(), "{command:?} failed with {status}:\n{}\n{}", said[0], said[1]);
}

/// Somebody else may be reading the file, or writing the same.
fn replace(directory: &Path, name: &str, text: &str) {
    let mut file = NamedTempFile::new_in(directory).expect("a file");
    file.write_all(text.as_bytes()).expect("a file that can be written");
    file.persist(directory.join(name)).expect("a file that can be moved");
}
