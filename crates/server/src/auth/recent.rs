//! Tokens that were verified a moment ago.
//!
//! A client shows the same token with everything it asks, and verifying one costs more than much of
//! what is asked. Tokens are remembered by their digests, so that none is kept, and only those that
//! were good, so that nobody without one fills what is remembered.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use attache_domain::digest;
use chrono::{DateTime, Utc};
use lru::LruCache;

use super::SignedIn;

/// How many are remembered: those of a few thousand people at a time, in a megabyte or two.
const KEPT: usize = 4000;

/// Tokens that were good when they were verified.
pub(super) struct Recent(Mutex<LruCache<Digest, Verified>>);

type Digest = [u8; 32];

struct Verified {
    signed_in: SignedIn,
    /// Which reading of the issuer's keys was good before it was verified.
    reading: u64,
}

impl Default for Recent {
    fn default() -> Self {
        let kept = NonZeroUsize::new(KEPT).expect("not zero");
        Self(Mutex::new(LruCache::new(kept)))
    }
}

impl Recent {
    /// What a token is known by.
    pub(super) fn name(token: &str) -> Digest {
        digest(&[token.as_bytes()])
    }

    /// Whose it is, if it was verified with the keys that are good now and is not over.
    pub(super) fn find(
        &self,
        token: &Digest,
        reading: u64,
        now: DateTime<Utc>,
    ) -> Option<SignedIn> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let verified = kept.get(token)?;
        let is_good = verified.reading == reading && now < verified.signed_in.until;
        is_good.then(|| verified.signed_in.clone())
    }

    /// Remembers one that was verified. `reading` is what was asked for before the keys were used, so
    /// it is never newer than they are.
    pub(super) fn keep(&self, token: Digest, reading: u64, signed_in: &SignedIn) {
        let verified = Verified { signed_in: signed_in.clone(), reading };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(token, verified);
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

#[cfg(test)]
mod tests {
    use attache_domain::Viewer;

    use super::*;

    #[test]
    fn what_is_remembered_is_bounded_and_goes_with_the_keys_and_with_time() {
        let recent = Recent::default();
        let until = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (earlier, viewer) = (until - chrono::TimeDelta::seconds(1), Viewer::house());
        let signed_in = SignedIn { viewer, client: None, until };
        for n in 0..KEPT + 10 {
            recent.keep(Recent::name(&n.to_string()), 1, &signed_in);
        }
        assert_eq!(recent.kept(), KEPT);
        let newest = Recent::name(&(KEPT + 9).to_string());
        assert!(recent.find(&newest, 1, earlier).is_some());
        assert!(recent.find(&newest, 2, earlier).is_none(), "other keys are good now");
        assert!(recent.find(&newest, 1, until).is_none(), "it is over");
        assert!(recent.find(&Recent::name("0"), 1, earlier).is_none());
    }
}
