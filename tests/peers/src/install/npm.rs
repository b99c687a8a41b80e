//! What comes from npm, and the Node that runs it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{Program, Text, directory, run};

/// What npm needs to know.
const PACKAGES: [Text; 2] = [
    ("package.json", include_str!("../../package.json")),
    ("package-lock.json", include_str!("../../package-lock.json")),
];

/// What runs beside the packages, where Node looks for what it imports.
const SCRIPTS: [Text; 3] = [
    ("everything.mjs", include_str!("../../everything.mjs")),
    ("provider.mjs", include_str!("../../provider.mjs")),
    ("tether.mjs", include_str!("../../tether.mjs")),
];

/// The Node that runs the peers. It is one of them: the machine's own only installs.
pub(crate) fn node() -> Program {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| directory(&PACKAGES, &SCRIPTS, install));
    let arch = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let package = format!("node-{}-{arch}", std::env::consts::OS);
    let executable = directory.join("node_modules").join(&package).join("bin/node");
    assert!(executable.exists(), "package.json does not name {package}, the Node of this machine");
    Program { executable, directory }
}

fn install(directory: &Path, installations: &Path) {
    let mut npm = Command::new("npm");
    // Node is an optional dependency, because each machine needs another one. No package
    // needs a script of its own to run.
    npm.args(["ci", "--include=optional", "--ignore-scripts"]);
    npm.args(["--no-audit", "--no-fund", "--no-update-notifier"]);
    // The cache at home may be another user's.
    npm.env("npm_config_cache", installations.join("npm-cache"));
    run(npm.current_dir(directory), "npm");
}
