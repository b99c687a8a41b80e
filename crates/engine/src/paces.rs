//! How often viewers try what costs more than a row in the database.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use attache_domain::{Detail, Problem, ProblemCode, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;

use crate::Result;

/// How many viewers' tries are counted.
const COUNTED: NonZeroUsize = NonZeroUsize::new(10_000).expect("not zero");

/// Counts tries, in this process.
pub(crate) struct Paces {
    per_minute: u32,
    /// How often somebody tried, and since when.
    tries: Mutex<LruCache<UserId, (DateTime<Utc>, u32)>>,
}

impl Paces {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_minute, tries: Mutex::new(LruCache::new(COUNTED)) }
    }

    /// Counts a try, and refuses it where there were too many within a minute.
    pub(crate) fn check(&self, viewer: UserId, now: DateTime<Utc>) -> Result<()> {
        let minute = TimeDelta::minutes(1);
        let mut paces = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, tries) = paces.get_or_insert_mut(viewer, || (now, 0));
        if now - *since >= minute {
            (*since, *tries) = (now, 0);
        }
        *tries += 1;
        if *tries <= self.per_minute {
            return Ok(());
        }
        let problem = Problem::new(ProblemCode::RateLimited, "Too many tries. Wait a minute.");
        Err(problem.with(Detail::RetryAt(*since + minute)).into())
    }
}
