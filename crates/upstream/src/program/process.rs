//! One process: what is said to it, what it says, and its end.

use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{NotStarted, Program, words};
use crate::mcp::SessionCredential;

/// How long a process may take to end by itself when its standard input is closed, and again when
/// it is asked to (MCP, stdio, shutdown).
const PATIENCE: Duration = Duration::from_secs(2);

/// A process that ends by itself before this ended at once.
const YOUNG: Duration = Duration::from_secs(10);

/// How long to listen for last words.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A process that runs. Dropping it ends the process.
pub(crate) struct Running {
    /// Ends the life when it is dropped, before the input is.
    pub(crate) end: DropGuard,
    pub(crate) input: ChildStdin,
    pub(crate) output: ChildStdout,
    pub(crate) life: Life,
}

/// What those know of a process who speak with it, and what they may tell of it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Life {
    program: Arc<str>,
    end: CancellationToken,
    fell_silent: Arc<AtomicBool>,
    was_greeted: Arc<AtomicBool>,
}

impl Life {
    fn new(program: &Program, end: CancellationToken) -> Self {
        let program = program.command.display().to_string().into();
        Self { program, end, fell_silent: Arc::default(), was_greeted: Arc::default() }
    }

    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        let (program, end) = ("/usr/bin/notes".into(), CancellationToken::new());
        Self { program, end, fell_silent: Arc::default(), was_greeted: Arc::default() }
    }

    /// The program, to be named in the log.
    pub(crate) fn program(&self) -> &str {
        &self.program
    }

    /// It said hello, so that its end is one of its own, and not that of a greeting.
    pub(crate) fn greeted(&self) {
        self.was_greeted.store(true, Ordering::SeqCst);
    }

    /// Ends the process, whatever else it is in the middle of.
    pub(crate) fn end(&self) {
        self.end.cancel();
    }

    /// It talks no more. Whether anybody wanted that is known by whether it was to end.
    pub(crate) fn fall_silent(&self) {
        if !self.is_over() {
            self.fell_silent.store(true, Ordering::SeqCst);
        }
        self.end();
    }

    /// Whether it has ended, or is about to.
    pub(crate) fn is_over(&self) -> bool {
        self.end.is_cancelled()
    }

    /// Waits until it is over.
    pub(crate) async fn over(&self) {
        self.end.cancelled().await;
    }
}

/// The two halves of a process: what its session has of it, and what waits for its end, and says
/// whether it ended by itself soon after it had said hello. The place is free when it has ended.
pub(super) fn take(
    mut child: Child,
    program: &Program,
    credential: &SessionCredential,
    end: CancellationToken,
    place: OwnedSemaphorePermit,
) -> Result<(Running, impl Future<Output = bool> + Send + 'static), NotStarted> {
    let missing = || NotStarted::System(io::Error::other("the process has no pipes"));
    let input = child.stdin.take().ok_or_else(missing)?;
    let output = child.stdout.take().ok_or_else(missing)?;
    let words = child.stderr.take();
    let hidden = words::Hidden::new(program, credential);
    let life = Life::new(program, end);
    let name = life.program.clone();
    let listening = async move {
        if let Some(words) = words {
            words::log(words, &name, &hidden).await;
        }
    };
    let end = life.end.clone().drop_guard();
    let running = Running { input, output, life: life.clone(), end };
    let born = Instant::now();
    let keeper = async move {
        let group = group(&child);
        let mut listening = Box::pin(listening);
        let mut has_spoken = false;
        let mut living = Box::pin(live(child, group, &life));
        let status = loop {
            tokio::select! {
                status = &mut living => break status,
                () = &mut listening, if !has_spoken => has_spoken = true,
            }
        };
        drop(living);
        // What it started goes with it.
        signal(group, Signal::KILL);
        // Whatever got away from its group may hold its output open, which then has no end. Its last
        // answers are heard before.
        if timeout(PATIENCE, life.over()).await.is_err() {
            life.end();
        }
        if !has_spoken {
            let _ = timeout(LAST_WORDS, listening).await;
        }
        let program = life.program();
        let ended_by_itself = match status {
            Ok((status, true)) if !life.fell_silent.load(Ordering::SeqCst) => {
                tracing::debug!(program, %status, "a program has ended");
                false
            }
            Ok((status, _)) => {
                tracing::warn!(program, %status, "a program ended by itself");
                true
            }
            Err(error) => {
                tracing::error!(program, %error, "a program is lost");
                false
            }
        };
        drop(place);
        ended_by_itself && life.was_greeted.load(Ordering::SeqCst) && born.elapsed() < YOUNG
    };
    Ok((running, keeper))
}

/// Waits until it ends, and says whether that was wanted. The input of who is not needed any more
/// is closed by then; who goes on nevertheless is asked to end, and then ended.
async fn live(mut child: Child, group: Option<Pid>, life: &Life) -> io::Result<(ExitStatus, bool)> {
    tokio::select! {
        biased;
        status = child.wait() => return Ok((status?, false)),
        () = life.over() => {}
    }
    for insistence in [Signal::TERM, Signal::KILL] {
        if let Ok(status) = timeout(PATIENCE, child.wait()).await {
            return Ok((status?, true));
        }
        signal(group, insistence);
    }
    Ok((child.wait().await?, true))
}

/// The group that the process leads.
fn group(child: &Child) -> Option<Pid> {
    child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
}

fn signal(group: Option<Pid>, signal: Signal) {
    if let Some(group) = group {
        // There may be nobody left.
        let _ = kill_process_group(group, signal);
    }
}
