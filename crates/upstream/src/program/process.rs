//! One process: what is said to it, what it says, and its end.

use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{NotStarted, Program, words};
use crate::mcp::SessionCredential;

/// How long a process may take to end by itself when its standard input is closed, and again when
/// it is asked to (MCP, stdio, shutdown).
const PATIENCE: Duration = Duration::from_secs(2);

/// How long to listen for last words.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A process that runs. Dropping it ends the process.
pub(crate) struct Running {
    pub(crate) input: ChildStdin,
    pub(crate) output: ChildStdout,
    /// Cancelled when it is dropped.
    pub(crate) end: DropGuard,
    /// Whether it stopped talking before anybody stopped listening.
    pub(crate) fell_silent: Arc<AtomicBool>,
}

/// The two halves of a process: what its session has of it, and what waits for its end. The place
/// is free when it has ended.
pub(super) fn take(
    mut child: Child,
    program: &Program,
    credential: &SessionCredential,
    end: CancellationToken,
    place: OwnedSemaphorePermit,
) -> Result<(Running, impl Future<Output = ()> + Send + 'static), NotStarted> {
    let missing = || NotStarted::System(io::Error::other("the process has no pipes"));
    let input = child.stdin.take().ok_or_else(missing)?;
    let output = child.stdout.take().ok_or_else(missing)?;
    let words = child.stderr.take();
    let hidden = words::Hidden::new(program, credential);
    let command: Arc<str> = program.command.display().to_string().into();
    let name = command.clone();
    let listening = async move {
        if let Some(words) = words {
            words::log(words, &name, &hidden).await;
        }
    };
    let fell_silent = Arc::new(AtomicBool::new(false));
    let guard = end.clone().drop_guard();
    let running = Running { input, output, end: guard, fell_silent: fell_silent.clone() };
    let keeper = async move {
        let group = group(&child);
        let mut listening = Box::pin(listening);
        let mut has_spoken = false;
        let mut life = Box::pin(live(child, group, &end));
        let status = loop {
            tokio::select! {
                status = &mut life => break status,
                () = &mut listening, if !has_spoken => has_spoken = true,
            }
        };
        drop(life);
        // What it started goes with it.
        signal(group, Signal::KILL);
        if !has_spoken {
            let _ = timeout(LAST_WORDS, listening).await;
        }
        match status {
            Ok((status, true)) if !fell_silent.load(Ordering::SeqCst) => {
                tracing::debug!(program = &*command, %status, "a program has ended");
            }
            Ok((status, _)) => {
                tracing::warn!(program = &*command, %status, "a program ended by itself");
            }
            Err(error) => tracing::error!(program = &*command, %error, "a program is lost"),
        }
        drop(place);
    };
    Ok((running, keeper))
}

/// Waits until it ends, and says whether that was wanted. The input of who is not needed any more
/// is closed by then; who goes on nevertheless is asked to end, and then ended.
async fn live(
    mut child: Child,
    group: Option<Pid>,
    end: &CancellationToken,
) -> io::Result<(ExitStatus, bool)> {
    tokio::select! {
        biased;
        status = child.wait() => return Ok((status?, false)),
        () = end.cancelled() => {}
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
