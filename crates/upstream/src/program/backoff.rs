//! Accounts whose processes are left alone for a while, because they end at once.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use attache_domain::AccountId;
use lru::LruCache;
use tokio::time::Instant;

/// How many accounts are remembered.
const KNOWN: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");

/// How long an account is left alone after the second failure, and at most.
const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_mins(1);

/// After so long without a failure, the next one is the first.
const FORGIVEN: Duration = Duration::from_mins(3);

/// Counts failures in a row. The first one costs nothing: anything may end once.
pub(super) struct Backoff(Mutex<LruCache<AccountId, Failures>>);

struct Failures {
    count: u32,
    last: Instant,
}

impl Default for Backoff {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KNOWN)))
    }
}

impl Backoff {
    pub(super) fn failed(&self, account: AccountId, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.get(&account).filter(|it| now - it.last < FORGIVEN);
        let count = before.map_or(1, |it| it.count.saturating_add(1));
        known.put(account, Failures { count, last: now });
    }

    pub(super) fn is_resting(&self, account: AccountId, now: Instant) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.peek(&account).is_some_and(|it| now < it.last + rest(it.count))
    }
}

fn rest(failures: u32) -> Duration {
    match failures.checked_sub(2) {
        None => Duration::ZERO,
        Some(more) => (FIRST * 2_u32.saturating_pow(more.min(10))).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use attache_domain::{Clock, new_id};

    use super::*;

    #[test]
    fn failures_in_a_row_cost_more_and_more_and_are_forgiven() {
        let (backoff, account) = (Backoff::default(), new_id(&Clock::system()));
        let mut now = Instant::now();
        let mut rests = Vec::new();
        for _ in 0..8 {
            backoff.failed(account, now);
            let began = now;
            while backoff.is_resting(account, now) {
                now += Duration::from_secs(1);
            }
            rests.push((now - began).as_secs());
        }
        assert_eq!(rests, [0, 2, 4, 8, 16, 32, 60, 60]);
        backoff.failed(account, now + FORGIVEN);
        assert!(!backoff.is_resting(account, now + FORGIVEN));
    }
}
