//! The directory of a private Postgres: making it, and running Postgres in it.

use std::fmt::Write;
use std::fs::{self, File, Permissions};
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use attache_domain::{Clock, digest};

use super::PostgresError;
use super::programs::{User, command};

const WATCHDOG: &str = include_str!("watchdog.sh");

/// How long a start may take, a recovery after a crash included.
const START_PATIENCE: Duration = Duration::from_mins(1);

/// How often to look. There is nothing to be woken by.
const LOOK: Duration = Duration::from_millis(10);

/// The longest path of a socket that operating systems take, in bytes.
const MAX_SOCKET: usize = 100;

/// Where clusters go when root's own directories are closed to whom Postgres runs as.
const FOR_ROOT: &str = "/var/lib/attache";

/// The directory, and whom Postgres runs as in it.
#[derive(Debug)]
pub(super) struct Place {
    directory: PathBuf,
    is_ephemeral: bool,
    user: Option<User>,
}

impl Place {
    /// Makes the directory, where Postgres can reach it.
    pub(super) fn prepare(
        wanted: PathBuf,
        is_ephemeral: bool,
        user: Option<User>,
    ) -> Result<Self, PostgresError> {
        let wanted = std::path::absolute(wanted).map_err(io("finding the data directory"))?;
        let parent = wanted.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(io("making the data directory"))?;
        let directory = match user {
            Some(user) if !user.can_reach(parent) => {
                let elsewhere = Path::new(FOR_ROOT).join(format!("dev-{}", name(&wanted)));
                fs::create_dir_all(FOR_ROOT).map_err(io("making the data directory"))?;
                if !is_ephemeral && fs::symlink_metadata(&wanted).is_err() {
                    symlink(&elsewhere, &wanted).map_err(io("pointing to the data directory"))?;
                }
                elsewhere
            }
            _ => wanted,
        };
        let place = Self { directory, is_ephemeral, user };
        place.make_directory(&place.directory)?;
        Ok(place)
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Who made the data. `None` when there is none.
    pub(super) fn version(&self) -> Option<String> {
        let version = fs::read_to_string(self.data().join("PG_VERSION")).ok()?;
        Some(version.trim().to_owned())
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn make_directory(&self, directory: &Path) -> Result<(), PostgresError> {
        let made = || {
            fs::create_dir_all(directory)?;
            fs::set_permissions(directory, Permissions::from_mode(0o700))?;
            self.give(directory)
        };
        made().map_err(io("making the data directory"))
    }

    fn give(&self, path: &Path) -> io::Result<()> {
        match self.user {
            Some(user) => chown(path, Some(user.uid), Some(user.gid)),
            None => Ok(()),
        }
    }

    /// Makes a cluster, if there is none.
    pub(super) fn initialize(&self, programs: &Path, clock: &Clock) -> Result<(), PostgresError> {
        if self.version().is_some() {
            return Ok(());
        }
        let password = hex(&clock.random::<24>());
        let file = self.directory.join("password");
        let written = || {
            fs::write(&file, "")?;
            fs::set_permissions(&file, Permissions::from_mode(0o600))?;
            self.give(&file)?;
            fs::write(&file, password)
        };
        written().map_err(io("writing the password of the database"))?;
        // Made aside and renamed, so that one that was interrupted never looks finished.
        let aside = self.directory.join("data.new");
        let _ = fs::remove_dir_all(&aside);
        let mut initdb = command(programs.join("initdb"), self.user);
        initdb.arg("-D").arg(&aside).arg("--pwfile").arg(&file);
        initdb.args(["-U", "attache", "-A", "scram-sha-256"]);
        initdb.args(["-E", "UTF8", "--locale=C", "--no-instructions"]);
        if self.is_ephemeral {
            initdb.arg("--no-sync");
        }
        let output = initdb.output().map_err(io("running initdb"))?;
        if !output.status.success() {
            return Err(PostgresError::Initialize(last_lines(&output.stderr)));
        }
        fs::rename(&aside, self.data()).map_err(io("moving the new database into place"))
    }

    pub(super) fn password(&self) -> Result<String, PostgresError> {
        let file = self.directory.join("password");
        fs::read_to_string(file).map_err(io("reading the password of the database"))
    }

    /// The directory of the socket. Where the path is too long for one, it is elsewhere.
    pub(super) fn socket(&self) -> Result<PathBuf, PostgresError> {
        let mut directory = self.directory.join("socket");
        if directory.as_os_str().len() + "/.s.PGSQL.5432".len() > MAX_SOCKET {
            let name = format!("attache-{}", name(&self.directory));
            directory = std::env::temp_dir().join(name);
        }
        self.make_directory(&directory)?;
        Ok(directory)
    }

    /// Starts Postgres and waits until it takes connections.
    pub(super) fn launch(&self, programs: &Path, socket: &Path) -> Result<Child, PostgresError> {
        let log = self.directory.join("log");
        let output = empty(&log).map_err(io("opening the log of the database"))?;
        let mut watchdog = command("/bin/sh", self.user);
        watchdog.args(["-c", WATCHDOG, "attache-postgres"]);
        watchdog.arg(if self.is_ephemeral { self.directory.as_path() } else { Path::new("") });
        watchdog.arg(programs.join("postgres")).arg("-D").arg(self.data());
        let socket = format!("unix_socket_directories={}", socket.display());
        let mut settings = vec!["listen_addresses=", "unix_socket_permissions=0700", &socket];
        settings.extend(["shared_buffers=32MB", "jit=off"]);
        if self.is_ephemeral {
            settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
            // One for every test that runs at once, on a machine with many cores.
            settings.push("max_connections=500");
        }
        watchdog.args(settings.into_iter().flat_map(|setting| ["-c", setting]));
        watchdog.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(output);
        // A group of its own: Ctrl-C is the server's to hear, and it stops Postgres last.
        watchdog.process_group(0);
        let mut watchdog = watchdog.spawn().map_err(io("running postgres"))?;
        let began = Instant::now();
        let pid = first_line(&mut watchdog).map_err(io("running postgres"))?;
        loop {
            if let Some(status) = watchdog.try_wait().map_err(io("watching postgres"))? {
                let said = fs::read(&log).unwrap_or_default();
                // Whoever is still there writes, too, and may have the last word.
                let is_locked = String::from_utf8_lossy(&said).contains("lock file");
                return Err(if is_locked {
                    PostgresError::InUse(self.directory.clone())
                } else {
                    PostgresError::Start(format!("{status}; {}", last_lines(&said)))
                });
            }
            if self.is_ready(&pid) {
                return Ok(watchdog);
            }
            if began.elapsed() > START_PATIENCE {
                let said = last_lines(&fs::read(&log).unwrap_or_default());
                return Err(PostgresError::Start(format!("it is still not ready; {said}")));
            }
            pause();
        }
    }

    /// The eighth line of this file says so since PostgreSQL 10. A file that a killed
    /// one left behind names another process.
    fn is_ready(&self, pid: &str) -> bool {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let mut lines = file.lines();
        lines.next() == Some(pid) && lines.nth(6).is_some_and(|line| line.trim() == "ready")
    }
}

/// Not a runtime's business: this runs before there is anything else to do.
#[expect(clippy::disallowed_methods, reason = "polls a file, on a thread of its own")]
pub(super) fn pause() {
    std::thread::sleep(LOOK);
}

/// An empty file to which several processes may write, each after what is there.
fn empty(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).append(true).open(path)?;
    file.set_len(0)?;
    Ok(file)
}

fn io(what: &'static str) -> impl FnOnce(io::Error) -> PostgresError {
    move |error| PostgresError::Io(what, error)
}

fn first_line(child: &mut Child) -> io::Result<String> {
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    Ok(line.trim().to_owned())
}

/// A short name for a long path.
fn name(path: &Path) -> String {
    hex(&digest(&[path.as_os_str().as_encoded_bytes()])[..8])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn last_lines(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(3)..].join(" / ")
}
