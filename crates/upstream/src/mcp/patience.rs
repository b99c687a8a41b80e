//! How long a call is waited for.

use tokio::time::{Instant, sleep_until};

use super::call::CallLimits;

/// Runs out when there was no sign of life for too long, or when it takes too long in all. Stands
/// still while a person is asked something: their time is not the server's.
pub(super) struct Patience {
    limits: CallLimits,
    sign: Instant,
    end: Instant,
    /// Since when a person is being asked.
    paused: Option<Instant>,
}

impl Patience {
    pub(super) fn new(limits: CallLimits, now: Instant) -> Self {
        Self { limits, sign: now, end: now + limits.total, paused: None }
    }

    /// There was a sign of life.
    pub(super) fn sign(&mut self, now: Instant) {
        self.sign = now;
    }

    /// So many questions wait for a person now.
    pub(super) fn people(&mut self, waiting: usize, now: Instant) {
        if waiting > 0 {
            self.paused.get_or_insert(now);
        } else if let Some(since) = self.paused.take() {
            self.end += now - since;
            self.sign = now;
        }
    }

    /// When it runs out. Not at all, while a person is asked.
    fn end(&self) -> Option<Instant> {
        self.paused.is_none().then(|| self.end.min(self.sign + self.limits.idle))
    }

    /// Waits until it runs out.
    pub(super) async fn over(&self) {
        match self.end() {
            Some(end) => sleep_until(end).await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn time_in_which_a_person_is_asked_does_not_count() {
        let seconds = Duration::from_secs;
        let limits = CallLimits { idle: seconds(10), total: seconds(30), ..CallLimits::default() };
        let start = Instant::now();
        let mut patience = Patience::new(limits, start);
        assert_eq!(patience.end(), Some(start + seconds(10)));
        patience.people(1, start + seconds(5));
        patience.people(2, start + seconds(100));
        assert_eq!(patience.end(), None);
        patience.people(0, start + seconds(605));
        assert_eq!(patience.end(), Some(start + seconds(615)));
        patience.sign(start + seconds(614));
        assert_eq!(patience.end(), Some(start + seconds(624)));
        patience.sign(start + seconds(623));
        assert_eq!(patience.end(), Some(start + seconds(630)), "600 of them were the person's");
    }
}
