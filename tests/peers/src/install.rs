//! The peers come from npm, exactly as `package-lock.json` pins them, once per lock file.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};

/// What npm needs to know.
const PACKAGES: [(&str, &str); 2] = [
    ("package.json", include_str!("../package.json")),
    ("package-lock.json", include_str!("../package-lock.json")),
];

/// What runs beside the packages, where Node looks for what it imports.
const SCRIPTS: [(&str, &str); 3] = [
    ("everything.mjs", include_str!("../everything.mjs")),
    ("provider.mjs", include_str!("../provider.mjs")),
    ("tether.mjs", include_str!("../tether.mjs")),
];

/// Where the peers are, and their scripts with them.
pub(crate) fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let installations = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers");
        let directory = installations.join(fingerprint());
        if !directory.exists() {
            install(&installations, &directory);
        }
        for (name, text) in SCRIPTS {
            replace(&directory, name, text);
        }
        directory
    })
}

/// The Node that runs the peers. It is one of them: the machine's own only installs.
pub(crate) fn node() -> PathBuf {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let package = format!("node-{}-{arch}", std::env::consts::OS);
    let node = directory().join("node_modules").join(&package).join("bin/node");
    assert!(node.exists(), "package.json does not name {package}, the Node of this machine");
    node
}

/// Other packages are other installations; a changed script is not.
fn fingerprint() -> String {
    let hash = PACKAGES.iter().fold(Sha256::new(), |hash, (_, text)| hash.chain_update(text));
    hash.finalize().iter().take(6).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Installs beside the destination and moves there when all is in place, so that what is
/// there is whole, whoever else installs or was interrupted.
fn install(installations: &Path, destination: &Path) {
    fs::create_dir_all(installations).expect("the target directory is ours");
    let unfinished = TempDir::with_prefix_in("unfinished-", installations).expect("a directory");
    for (name, text) in PACKAGES {
        fs::write(unfinished.path().join(name), text).expect("a file");
    }
    run_npm(unfinished.path(), &installations.join("npm-cache"));
    let finished = unfinished.keep();
    if let Err(error) = fs::rename(&finished, destination) {
        let _ = fs::remove_dir_all(&finished);
        assert!(destination.exists(), "{} cannot be made: {error}", destination.display());
    }
}

fn run_npm(directory: &Path, cache: &Path) {
    let output = Command::new("npm")
        // Node is an optional dependency, because each machine needs another one. No package
        // needs a script of its own to run.
        .args(["ci", "--include=optional", "--ignore-scripts"])
        .args(["--no-audit", "--no-fund", "--no-update-notifier"])
        .current_dir(directory)
        // The cache at home may be another user's.
        .env("npm_config_cache", cache)
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("`npm` is missing, which installs the peers: `apt-get install -y npm`")
        }
        Err(error) => panic!("`npm` does not run: {error}"),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`npm ci` failed with {}:\n{said}", output.status);
}

/// Somebody else may be reading the file, or writing the same.
fn replace(directory: &Path, name: &str, text: &str) {
    let mut file = NamedTempFile::new_in(directory).expect("a file");
    file.write_all(text.as_bytes()).expect("a file that can be written");
    file.persist(directory.join(name)).expect("a file that can be moved");
}
