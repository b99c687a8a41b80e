//! Services that are left alone for a while, because asking them again does no good.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use attache_domain::ServiceCode;
use chrono::{DateTime, TimeDelta, Utc};

/// How long a service is left alone that does not accept this server, at first and at
/// most.
const FIRST: TimeDelta = TimeDelta::seconds(30);
const LONGEST: TimeDelta = TimeDelta::minutes(15);

/// The longest that a service is left alone because it asks for it.
const LONGEST_REST: TimeDelta = TimeDelta::minutes(10);

/// How many breakers are kept without looking whether they matter.
const MANY: usize = 1_000;

/// When each service may be asked for tokens again.
#[derive(Default)]
pub(crate) struct Breakers(Mutex<HashMap<ServiceCode, Breaker>>);

#[derive(Clone, Copy)]
struct Breaker {
    faults: u32,
    until: DateTime<Utc>,
}

impl Breakers {
    /// Until when this service is left alone, if it is.
    pub(crate) fn open_until(
        &self,
        service: &ServiceCode,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let breakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        breakers.get(service).map(|breaker| breaker.until).filter(|until| now < *until)
    }

    /// The service does not accept this server, which an operator has to mend. Each time in
    /// a row it is left alone for longer. Returns until when.
    pub(crate) fn fault(&self, service: &ServiceCode, now: DateTime<Utc>) -> DateTime<Utc> {
        let mut breakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = of(&mut breakers, service, now);
        // Several were asking when it began, which is one fault.
        if breaker.until <= now {
            let doubled = FIRST * 2_i32.saturating_pow(breaker.faults.min(10));
            breaker.faults += 1;
            breaker.until = now + doubled.min(LONGEST);
        }
        breaker.until
    }

    /// The service asks to be left alone.
    pub(crate) fn rest(&self, service: &ServiceCode, now: DateTime<Utc>, pause: Duration) {
        let pause = TimeDelta::from_std(pause).unwrap_or(LONGEST_REST).min(LONGEST_REST);
        let mut breakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = of(&mut breakers, service, now);
        breaker.until = breaker.until.max(now + pause);
    }

    /// The service does what it is asked.
    pub(crate) fn close(&self, service: &ServiceCode) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(service);
    }
}

/// The breaker of a service. Viewers add services, too, so that there may be many which nobody
/// asks any more.
fn of<'a>(
    breakers: &'a mut HashMap<ServiceCode, Breaker>,
    service: &ServiceCode,
    now: DateTime<Utc>,
) -> &'a mut Breaker {
    if breakers.len() > MANY {
        breakers.retain(|_, breaker| now < breaker.until + LONGEST);
    }
    breakers.entry(service.clone()).or_insert(Breaker { faults: 0, until: now })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_left_alone_longer_each_time_and_not_for_ever() {
        let (breakers, service) = (Breakers::default(), "NOTES".parse().unwrap());
        let mut now = DateTime::UNIX_EPOCH;
        let mut pauses = Vec::new();
        for _ in 0..20 {
            let until = breakers.fault(&service, now);
            assert_eq!(breakers.fault(&service, now), until, "one fault, however many see it");
            assert_eq!(breakers.open_until(&service, now), Some(until));
            assert_eq!(breakers.open_until(&service, until), None);
            pauses.push(until - now);
            now = until;
        }
        assert!(pauses.is_sorted() && pauses[0] == FIRST && pauses[19] == LONGEST, "{pauses:?}");
        breakers.close(&service);
        assert_eq!(breakers.fault(&service, now) - now, FIRST);
    }

    #[test]
    fn a_rest_is_as_long_as_asked_within_reason() {
        let (breakers, service) = (Breakers::default(), "NOTES".parse().unwrap());
        let now = DateTime::UNIX_EPOCH;
        breakers.rest(&service, now, Duration::from_secs(7));
        assert_eq!(breakers.open_until(&service, now), Some(now + TimeDelta::seconds(7)));
        breakers.rest(&service, now, Duration::from_hours(24));
        assert_eq!(breakers.open_until(&service, now), Some(now + LONGEST_REST));
        assert_eq!(breakers.open_until(&"OTHER".parse().unwrap(), now), None);
    }
}
