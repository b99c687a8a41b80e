//! What pip installs, in an environment of its own for the Python of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{Program, Text, directory, run};

/// What pip needs to know.
const PACKAGES: [Text; 1] = [("requirements.txt", include_str!("../../requirements.txt"))];

/// What runs beside the packages.
const SCRIPTS: [Text; 1] = [("modern.py", include_str!("../../modern.py"))];

/// The Python that knows the packages.
pub(crate) fn python() -> Program {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| directory(&PACKAGES, &SCRIPTS, install));
    Program { executable: python_in(directory), directory }
}

/// It finds its packages by where it is itself, so that they can be moved with it.
fn python_in(directory: &Path) -> PathBuf {
    directory.join("venv/bin/python")
}

fn install(directory: &Path, installations: &Path) {
    let mut venv = Command::new("python3");
    run(venv.args(["-m", "venv", "venv"]).current_dir(directory), "python3-venv");
    let mut pip = Command::new(python_in(directory));
    pip.args(["-m", "pip", "install", "--requirement", "requirements.txt", "--require-hashes"]);
    // What is not built yet would be built by a script of its own.
    pip.args(["--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "--quiet"]);
    // The cache at home may be another user's.
    pip.arg("--cache-dir").arg(installations.join("pip-cache"));
    run(pip.current_dir(directory), "python3-venv");
}
