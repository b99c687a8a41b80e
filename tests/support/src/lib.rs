#![doc = include_str!("../README.md")]

mod app;
mod client;
mod database;
mod journey;
mod logs;
mod process;
mod settings;
mod socket;

use std::io::Write as _;
use std::time::{Duration, Instant};

pub use app::{Setup, TestApp};
pub use client::document;
pub use client::{Client, Reply};
pub use database::Database;
pub use journey::Attempt;
pub use process::ServerProcess;
pub use settings::{FRONTEND, KEYED, NOTES, OPEN};
pub use socket::{Closed, Socket, Watch};

/// How long anything may take before a test gives up on it.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Looks again until there is something, or until the deadline.
///
/// # Panics
///
/// At the deadline, naming what was waited for.
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    eventually_within(DEADLINE, what, look).await
}

/// The same of something that takes its time, and is looked for less and less often.
///
/// # Panics
///
/// At the deadline, naming what was waited for.
pub async fn eventually_within<T>(
    deadline: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    let began = Instant::now();
    let mut pause = Duration::from_millis(10);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < deadline, "waited in vain: {what}");
        tokio::time::sleep(pause).await;
        if deadline > DEADLINE {
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }
}

/// How many rounds of a trial to run: `short` ones, or as many as `ATTACHE_TRIALS_ROUNDS` says.
///
/// # Panics
///
/// When it does not say a number.
#[expect(clippy::disallowed_methods, reason = "what a test does is not the server's configuration")]
pub fn rounds(short: usize) -> usize {
    std::env::var("ATTACHE_TRIALS_ROUNDS")
        .map_or(short, |rounds| rounds.parse().expect("a number of rounds"))
}

/// Where the randomness of a trial begins: somewhere else each time, or where
/// `ATTACHE_TRIALS_SEED` says, which is how a trial that failed is repeated.
///
/// # Panics
///
/// When it does not say a number.
#[expect(clippy::disallowed_methods, reason = "what a test does is not the server's configuration")]
pub fn seed() -> u64 {
    std::env::var("ATTACHE_TRIALS_SEED").map_or_else(
        |_| u64::from_le_bytes(attache_domain::Clock::system().random()),
        |seed| seed.parse().expect("a seed"),
    )
}

/// Says what a test measured, whether it succeeds or not.
pub fn report(text: &str) {
    // Not captured, unlike what is printed. A terminal that is gone is no fault of the test.
    let _ = writeln!(std::io::stdout(), "    {text}");
}
