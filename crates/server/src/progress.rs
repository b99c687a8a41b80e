//! How far something is: one line that moves on a terminal, lines elsewhere.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often lines are written where they stay.
const EVERY: Duration = Duration::from_secs(5);

/// Tells how far something is, on the standard error.
pub(crate) struct Progress {
    is_terminal: bool,
    began: Instant,
    told: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { is_terminal: io::stderr().is_terminal(), began: Instant::now(), told: None }
    }

    /// `done` of `all` are done. What else there is to say comes after it.
    pub(crate) fn tell(&mut self, done: u64, all: u64, rest: &str) {
        if !self.is_terminal && self.told.is_some_and(|told| told.elapsed() < EVERY) {
            return;
        }
        self.told = Some(Instant::now());
        let estimate = match estimate(done, all, self.began.elapsed()) {
            Some(left) => format!(", about {} s left", left.as_secs() + 1),
            None => String::new(),
        };
        let line = format!("{done} of {all}{estimate}{rest}");
        let mut out = io::stderr().lock();
        // Nobody who does not read it misses anything.
        let _ = if self.is_terminal {
            write!(out, "\r\x1b[K{line}").and_then(|()| out.flush())
        } else {
            writeln!(out, "{line}")
        };
    }

    /// Leaves the line that moves.
    pub(crate) fn end(self) {
        if self.is_terminal && self.told.is_some() {
            let _ = writeln!(io::stderr());
        }
    }
}

/// How long the rest takes, if it goes on like this.
fn estimate(done: u64, all: u64, elapsed: Duration) -> Option<Duration> {
    let left = all.checked_sub(done).filter(|left| *left > 0)?;
    let per_one = elapsed.checked_div(u32::try_from(done).ok()?)?;
    Some(per_one.saturating_mul(u32::try_from(left).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_estimated_by_what_was_done() {
        let ten = Duration::from_secs(10);
        assert_eq!(estimate(0, 100, ten), None);
        assert_eq!(estimate(100, 100, ten), None);
        assert_eq!(estimate(50, 100, ten), Some(ten));
        assert_eq!(estimate(10, 100, ten), Some(Duration::from_secs(90)));
    }
}
