//! When an access token is to be renewed.

use chrono::{DateTime, TimeDelta, Utc};

/// The longest time before its end at which a token is renewed by itself.
const SOFT: TimeDelta = TimeDelta::minutes(15);

/// The longest time before its end at which a token is not relied on any more.
const HARD: TimeDelta = TimeDelta::seconds(60);

/// How long a new token is left alone by the background, however short its life: whoever needs
/// it renews it then. Servers that anybody may name decide how long tokens live.
const REST: TimeDelta = TimeDelta::seconds(30);

/// Two instants in the life of an access token. Both are a share of its life, because a
/// fixed margin would renew a token of a few minutes all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// From here on it is renewed in the background, while it still works.
    pub due_at: DateTime<Utc>,
    /// From here on nothing is sent with it any more.
    pub fresh_until: DateTime<Utc>,
}

impl Freshness {
    /// The life of a token. `jitter` spreads tokens that were issued together, from 0 to
    /// 255: without it they would all be renewed in the same second for ever after.
    pub fn of(issued_at: DateTime<Utc>, expires_at: DateTime<Utc>, jitter: u8) -> Self {
        let life = (expires_at - issued_at).max(TimeDelta::zero());
        let soft = (life / 4).min(SOFT);
        let spread = soft / 2 * i32::from(jitter) / 255;
        let due_at = (expires_at - soft + spread).max(issued_at + REST);
        Self { due_at, fresh_until: fresh_until(issued_at, expires_at) }
    }
}

/// Until when a token can be relied on.
pub fn fresh_until(issued_at: DateTime<Utc>, expires_at: DateTime<Utc>) -> DateTime<Utc> {
    let life = (expires_at - issued_at).max(TimeDelta::zero());
    expires_at - (life / 10).min(HARD)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn long_lives_have_fixed_margins_and_short_ones_a_share() {
        let day = Freshness::of(at(0), at(86_400), 0);
        assert_eq!((day.due_at, day.fresh_until), (at(86_400 - 900), at(86_400 - 60)));
        let minute = Freshness::of(at(0), at(60), 0);
        assert_eq!((minute.due_at, minute.fresh_until), (at(45), at(54)));
    }

    proptest! {
        #[test]
        fn a_token_is_first_used_then_due_then_no_longer_fresh(
            life in 1_i64..1_000_000_000, jitter: u8
        ) {
            let (issued, expires) = (at(1_000_000), at(1_000_000 + life));
            let freshness = Freshness::of(issued, expires, jitter);
            prop_assert!(issued < freshness.due_at);
            prop_assert!(freshness.due_at <= freshness.fresh_until);
            prop_assert!(freshness.fresh_until <= expires);
        }

        #[test]
        fn a_life_that_ends_before_it_begins_is_over_at_once(back in 0_i64..1000, jitter: u8) {
            let freshness = Freshness::of(at(5000), at(5000 - back), jitter);
            prop_assert_eq!(freshness.fresh_until, at(5000 - back));
        }
    }
}
