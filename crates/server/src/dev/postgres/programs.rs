//! Finding PostgreSQL's programs on this machine, and somebody to run them as.

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where packages put them when they are not on the path.
const PLACES: [&str; 4] =
    ["/opt/homebrew/bin", "/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"];

/// Debian, and what is built like it, keeps versions apart here.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A directory with `initdb` and `postgres`.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    pub(super) directory: PathBuf,
    /// The major version, for example `15`.
    pub(super) version: String,
}

/// All that are installed, newest packages first.
pub(super) fn find(path: Option<OsString>) -> Vec<Programs> {
    let mut places: Vec<PathBuf> =
        path.map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let mut packaged: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect();
    packaged.sort_by(|(one, _), (other, _)| other.cmp(one));
    places.extend(packaged.into_iter().map(|(_, place)| place.join("bin")));
    places.extend(PLACES.map(PathBuf::from));
    places.into_iter().filter_map(programs_in).collect()
}

fn programs_in(directory: PathBuf) -> Option<Programs> {
    if !directory.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(directory.join("postgres")).arg("--version").output().ok()?;
    let version = major(&String::from_utf8_lossy(&output.stdout))?;
    Some(Programs { directory, version })
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15.
fn major(line: &str) -> Option<String> {
    let version = line.split_once("(PostgreSQL) ")?.1;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Somebody to run as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl User {
    /// Postgres refuses to run as root. `Some` when we are: the account its package
    /// made, or nobody.
    pub(super) fn instead_of_root() -> Option<Self> {
        let output = Command::new("id").arg("-u").output().ok()?;
        if output.stdout.trim_ascii() != b"0" {
            return None;
        }
        let accounts = fs::read_to_string("/etc/passwd").ok()?;
        ["postgres", "nobody"].iter().find_map(|name| account(&accounts, name))
    }

    /// Whether they can go there. Home directories are often closed.
    pub(super) fn can_reach(self, directory: &Path) -> bool {
        let mut command = command("/bin/sh", Some(self));
        command.args(["-c", "cd \"$1\"", "sh"]).arg(directory).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

fn account(accounts: &str, name: &str) -> Option<User> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let mut numbers = fields.skip(1).map(str::parse);
        Some(User { uid: numbers.next()?.ok()?, gid: numbers.next()?.ok()? })
    })
}

/// A command with a clean environment, run as `user`.
pub(super) fn command(program: impl AsRef<Path>, user: Option<User>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir("/");
    command.stdin(Stdio::null());
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_the_program_says() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(major(debian).as_deref(), Some("15"));
        assert_eq!(major("postgres (PostgreSQL) 18beta1").as_deref(), Some("18"));
        assert_eq!(major("something else"), None);
    }

    #[test]
    fn accounts_are_read_as_passwd_has_them() {
        let accounts =
            "root:x:0:0::/root:/bin/sh\npostgres:x:106:113:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(account(accounts, "postgres"), Some(User { uid: 106, gid: 113 }));
        assert_eq!(account(accounts, "nobody"), None);
    }
}
