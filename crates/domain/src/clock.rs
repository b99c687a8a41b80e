//! The only source of the present instant and of randomness.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use rand::rngs::{OsRng, StdRng};
use rand::{RngCore, SeedableRng, TryRngCore};
use uuid::Uuid;

/// Tells the time and deals random bytes.
///
/// Cheap to clone; clones share one source. Tests hold a [`Clock::manual`] and
/// move it by hand, so that nothing in Attaché has to wait for real time to see
/// an attempt expire.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<Mutex<Manual>>),
}

struct Manual {
    now: DateTime<Utc>,
    random: StdRng,
}

impl Clock {
    /// The operating system's clock and its cryptographic randomness.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`advance`](Self::advance)d, with
    /// randomness that repeats for the same `seed`. For tests only.
    pub fn manual(start: DateTime<Utc>, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed);
        Self(Source::Manual(Arc::new(Mutex::new(Manual { now: start, random }))))
    }

    /// The present instant, in whole microseconds: what Postgres can keep, so
    /// that an instant is equal to itself after a visit to the database.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
            Source::System => Utc::now(),
            Source::Manual(manual) => manual.lock().unwrap_or_else(PoisonError::into_inner).now,
        };
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// Moves a manual clock forward. Has no effect on the system clock.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Manual(manual) = &self.0 {
            manual.lock().unwrap_or_else(PoisonError::into_inner).now += by;
        }
    }

    /// `N` random bytes, fit for keys and nonces when the source is the system.
    ///
    /// # Panics
    ///
    /// When the operating system has no randomness to give: nothing secret can
    /// be made then, and going on would be worse.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::System => {
                OsRng.try_fill_bytes(&mut bytes).expect("the operating system provides randomness");
            }
            Source::Manual(manual) => {
                let mut manual = manual.lock().unwrap_or_else(PoisonError::into_inner);
                manual.random.fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A new UUIDv7 (RFC 9562, section 5.7): sorts by the time it was made.
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Source::System => f.write_str("Clock::system"),
            Source::Manual(_) => f.write_str("Clock::manual"),
        }
    }
}
