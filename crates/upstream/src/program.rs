//! Programs on this machine that speak MCP over their standard input and output. Only operators
//! name them.

mod backoff;
mod launch;
mod process;
mod shield;
mod starter;
mod words;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use attache_domain::AccountId;
use secrecy::SecretString;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::launch::Launch;
pub(crate) use self::process::{Life, Running};
pub use self::shield::{is_root, shield};
use self::starter::Starter;
use crate::mcp::SessionCredential;
use crate::program::backoff::Backoff;

/// How long to wait for a place when as many processes run as may.
const PLACE: Duration = Duration::from_secs(6);

/// How long all processes together may take to end: somewhat longer than one may.
const END: Duration = Duration::from_secs(5);

/// A program that speaks MCP over its standard input and output.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it is, as an absolute path.
    pub command: PathBuf,
    /// What it is started with. Never anything of a person.
    pub arguments: Vec<String>,
    /// Where it is started.
    pub directory: PathBuf,
    /// All of its environment, but for what a person entered.
    pub variables: Vec<Variable>,
    /// Whom it runs as, where not as the server.
    pub user: Option<SystemUser>,
    /// What it may take of the machine.
    pub limits: ProgramLimits,
    /// How long a process is kept that nobody asks anything.
    pub idle: Duration,
    /// Whether what it writes to standard error goes to the log.
    pub logs: bool,
}

/// An environment variable of a program.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SecretString,
    /// Whether nobody may see it.
    pub is_secret: bool,
}

/// A user of the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemUser {
    /// The number of the user.
    pub user: u32,
    /// The number of the group. There are no others.
    pub group: u32,
}

/// What each process of a program may take of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramLimits {
    /// Memory of its own, in bytes (`RLIMIT_DATA`: what it only reserves does not count).
    pub memory: u64,
    /// Time on the processors, in all.
    pub cpu_time: Duration,
    /// Open files.
    pub open_files: u32,
    /// Processes and threads of its user, whoever started them.
    pub processes: Option<u32>,
}

impl Default for ProgramLimits {
    fn default() -> Self {
        Self {
            memory: 1024 * 1024 * 1024,
            cpu_time: Duration::from_hours(1),
            open_files: 1024,
            processes: None,
        }
    }
}

/// How processes are started.
#[derive(Clone, Debug)]
pub struct ProgramRules {
    /// The program that [`Launch`] is part of: this one.
    pub launcher: PathBuf,
    /// How many processes may run at once.
    pub running: usize,
}

impl Default for ProgramRules {
    fn default() -> Self {
        // On Linux, the very file that this process runs, also after it was replaced.
        Self { launcher: PathBuf::from("/proc/self/exe"), running: 64 }
    }
}

/// Why a process was not started.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// This way does not lead to programs.
    #[error("programs are not run here")]
    NotHere,
    /// As many run as may.
    #[error("as many programs run as may")]
    NoPlace,
    /// The last ones of this account ended at once.
    #[error("the program ended at once, and is left alone for a while")]
    Resting,
    /// The operating system does not start it.
    #[error("the program cannot be started")]
    System(#[source] io::Error),
}

/// The processes that run. Cheap to clone.
#[derive(Clone)]
pub struct Programs(Arc<Inner>);

struct Inner {
    rules: ProgramRules,
    places: Arc<Semaphore>,
    starter: Starter,
    backoff: Arc<Backoff>,
    /// Whatever waits for a process to end.
    keepers: TaskTracker,
    end: CancellationToken,
}

impl Programs {
    /// None of them runs yet.
    pub fn new(rules: ProgramRules) -> Self {
        Self(Arc::new(Inner {
            places: Arc::new(Semaphore::new(rules.running)),
            rules,
            starter: Starter::default(),
            backoff: Arc::default(),
            keepers: TaskTracker::new(),
            end: CancellationToken::new(),
        }))
    }

    /// Starts a process, with what the person entered in its environment.
    pub(crate) async fn start(
        &self,
        program: &Program,
        account: Option<AccountId>,
        credential: &SessionCredential,
    ) -> Result<Running, NotStarted> {
        let inner = &self.0;
        let place = timeout(PLACE, inner.places.clone().acquire_owned());
        let place = place.await.ok().and_then(Result::ok).ok_or(NotStarted::NoPlace)?;
        if inner.end.is_cancelled() {
            return Err(NotStarted::NotHere);
        }
        // The child would find out as well, and could not say it.
        if let Err(error) = program.command.metadata()
            && error.kind() == io::ErrorKind::NotFound
        {
            return Err(NotStarted::System(error));
        }
        let mut launch = Launch::command(program, &inner.rules.launcher);
        launch.envs(program.variables.iter().map(|it| (&it.name, it.exposed())));
        launch.envs(credential.variables());
        let child = inner.starter.start(launch).await.map_err(NotStarted::System)?;
        let end = inner.end.child_token();
        let (running, keeper) = process::take(child, program, credential, end, place)?;
        let backoff = inner.backoff.clone();
        inner.keepers.spawn(async move {
            if let (true, Some(account)) = (keeper.await, account) {
                backoff.failed(account, Instant::now());
            }
        });
        Ok(running)
    }

    /// Whether nothing can be started before something ends.
    pub(crate) fn is_full(&self) -> bool {
        self.0.places.available_permits() == 0
    }

    /// Whether processes of an account are worth starting: not while it is left alone.
    pub(crate) fn check(&self, account: AccountId) -> Result<(), NotStarted> {
        if self.0.backoff.is_resting(account, Instant::now()) {
            return Err(NotStarted::Resting);
        }
        Ok(())
    }

    /// A process of an account did not get as far as saying hello.
    pub(crate) fn failed(&self, account: AccountId) {
        self.0.backoff.failed(account, Instant::now());
    }

    /// Ends all processes, and starts none from now on.
    pub(crate) async fn end(&self) {
        self.0.end.cancel();
        self.0.keepers.close();
        if timeout(END, self.0.keepers.wait()).await.is_err() {
            tracing::warn!("programs did not end in time");
        }
    }
}

impl Variable {
    fn exposed(&self) -> &str {
        secrecy::ExposeSecret::expose_secret(&self.value)
    }
}
