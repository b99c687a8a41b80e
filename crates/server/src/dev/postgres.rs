//! A Postgres of one's own: private, on a socket only, and gone with its owner.

mod place;
mod programs;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use attache_domain::Clock;
use secrecy::SecretString;

use self::place::Place;
use self::programs::{Programs, User};

/// How long one that was stopped may take to give its lock up.
const LOCK_PATIENCE: Duration = Duration::from_secs(15);

const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no Postgres.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Nothing to run.
    #[error(
        "PostgreSQL's programs (initdb and postgres) are not on this machine. Install them with \
         `apt-get install -y postgresql` (Debian, Ubuntu), `dnf install -y postgresql-server` \
         (Fedora) or `brew install postgresql@17` (macOS); nothing has to be configured or \
         started. Or set ATTACHE_DATABASE_URL to the URL of an empty database."
    )]
    NotInstalled,
    /// The data is another version's.
    #[error(
        "{} was made by PostgreSQL {version}, which is not installed. Install it, or remove \
         the directory to start afresh.", directory.display()
    )]
    Version {
        /// Where the data is.
        directory: PathBuf,
        /// Whose it is.
        version: String,
    },
    /// The operating system.
    #[error("{0}")]
    Io(&'static str, #[source] io::Error),
    /// `initdb` said no.
    #[error("initdb failed: {0}")]
    Initialize(String),
    /// It ended before it was ready.
    #[error("postgres did not start: {0}")]
    Start(String),
    /// Somebody else runs on the same data.
    #[error("{} is in use: another `attache dev` is running on it", .0.display())]
    InUse(PathBuf),
}

/// How to run it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where data, socket and log are kept.
    pub directory: PathBuf,
    /// Whether to remove all of it in the end, and to trade durability for speed.
    pub is_ephemeral: bool,
    /// `PATH`, to look for its programs.
    pub path: Option<OsString>,
}

/// A Postgres that runs for as long as this value lives, and not longer than this
/// process, however it ends.
#[derive(Debug)]
pub struct PrivatePostgres {
    watchdog: Child,
    place: Place,
    socket: PathBuf,
    password: String,
    version: String,
}

impl PrivatePostgres {
    /// Starts it, after making it when there is none. Blocks for a second or two.
    pub fn start(options: Options, clock: &Clock) -> Result<Self, PostgresError> {
        let user = User::instead_of_root();
        let place = Place::prepare(options.directory, options.is_ephemeral, user)?;
        let Programs { directory: programs, version } =
            choose(programs::find(options.path), &place)?;
        place.initialize(&programs, clock)?;
        let password = place.password()?;
        let socket = place.socket()?;
        let began = Instant::now();
        let watchdog = loop {
            match place.launch(&programs, &socket) {
                // The last one may still be writing its files.
                Err(PostgresError::InUse(_)) if began.elapsed() < LOCK_PATIENCE => place::pause(),
                result => break result?,
            }
        };
        Ok(Self { watchdog, place, socket, password, version })
    }

    /// The URL of one of its databases. `postgres` is always there.
    pub fn url(&self, database: &str) -> SecretString {
        let socket = self.socket.display().to_string().replace('%', "%25").replace('/', "%2F");
        format!("postgres://attache:{}@/{database}?host={socket}", self.password).into()
    }

    /// The major version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where it keeps its data.
    pub fn directory(&self) -> &Path {
        self.place.directory()
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        // The watchdog reads the other end.
        drop(self.watchdog.stdin.take());
        let began = Instant::now();
        while matches!(self.watchdog.try_wait(), Ok(None)) && began.elapsed() < STOP_PATIENCE {
            place::pause();
        }
    }
}

/// The programs that made the data, or the best ones when there is no data yet.
fn choose(mut found: Vec<Programs>, place: &Place) -> Result<Programs, PostgresError> {
    if let Some(version) = place.version() {
        found.retain(|programs| programs.version == version);
        let directory = place.directory().to_owned();
        return found.into_iter().next().ok_or(PostgresError::Version { directory, version });
    }
    found.into_iter().next().ok_or(PostgresError::NotInstalled)
}
