//! The public keys of an issuer (RFC 7517), fetched by one task and read by everybody.
//!
//! Verifying never waits for the network, except for a key nobody has seen yet, and
//! then everybody who waits shares one fetch. Names of keys are made up easily, so
//! strangers cannot cause more than one fetch in half a minute.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use attache_domain::Clock;
use attache_upstream::{Egress, EgressError};
use chrono::{DateTime, TimeDelta, Utc};
use http::header::{ACCEPT, CACHE_CONTROL};
use http::{HeaderMap, Request, StatusCode};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use tokio::sync::{Notify, watch};
use url::Url;

use super::Rejected;

/// The least time between two fetches.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// How long keys are good for when the issuer does not say, and at least.
const FRESH: Duration = Duration::from_mins(5);

/// How long keys are good for at most, also when the issuer cannot be reached.
const STALE: TimeDelta = TimeDelta::hours(24);

/// How long somebody with an unknown key waits for the fetch.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest set that is read, in bytes and in keys.
const MAX_BYTES: usize = 256 * 1024;
const MAX_KEYS: usize = 100;

/// The least modulus of an RSA key, in bits, counted in Base64 digits of six.
const MIN_RSA_DIGITS: usize = 2048 / 6;

/// The keys of one issuer.
pub(crate) struct Jwks {
    url: Url,
    egress: Egress,
    clock: Clock,
    known: watch::Sender<Known>,
    wanted: Notify,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Key>,
    /// When the issuer last answered.
    since: Option<DateTime<Utc>>,
    /// How often it answered.
    readings: u64,
    /// When the last fetch began.
    tried: Option<DateTime<Utc>>,
    /// How many fetches are over, and whether another one is under way.
    fetches: u64,
    is_fetching: bool,
}

#[derive(Clone)]
struct Key {
    key: Arc<DecodingKey>,
    algorithms: &'static [Algorithm],
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("the key set could not be fetched")]
    Egress(#[source] EgressError),
    #[error("the issuer answered {0}")]
    Status(StatusCode),
    #[error("the answer is not a key set")]
    Body(#[source] serde_json::Error),
}

impl Known {
    fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.since.is_some_and(|since| now - since <= STALE)
    }

    fn key(&self, kid: &str, now: DateTime<Utc>) -> Option<&Key> {
        self.is_good(now).then(|| self.keys.get(kid)).flatten()
    }

    fn may_fetch(&self, now: DateTime<Utc>) -> bool {
        self.tried.is_none_or(|tried| now - tried >= PAUSE)
    }
}

impl Jwks {
    pub(super) fn new(url: Url, egress: Egress, clock: Clock) -> Self {
        let known = watch::Sender::new(Known::default());
        Self { url, egress, clock, known, wanted: Notify::new() }
    }

    /// The key with this name, if it may be used with this algorithm.
    pub(super) async fn find(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Arc<DecodingKey>, Rejected> {
        let kid = kid.ok_or(Rejected::UnknownKey)?;
        let key = match self.look_up(kid) {
            Some(key) => key,
            None => self.fetch_for(kid).await.ok_or(Rejected::UnknownKey)?,
        };
        if key.algorithms.contains(&algorithm) { Ok(key.key) } else { Err(Rejected::Algorithm) }
    }

    /// Which set of keys is good now: another number whenever one was read. `None` while there is
    /// none, or none that is good.
    pub(super) fn reading(&self) -> Option<u64> {
        let known = self.known.borrow();
        known.is_good(self.clock.now()).then_some(known.readings)
    }

    fn look_up(&self, kid: &str) -> Option<Key> {
        self.known.borrow().key(kid, self.clock.now()).cloned()
    }

    /// Waits for the fetch that is under way, or for a new one if it is time for one.
    async fn fetch_for(&self, kid: &str) -> Option<Key> {
        let mut known = self.known.subscribe();
        let seen = {
            let known = known.borrow();
            if !known.is_fetching && !known.may_fetch(self.clock.now()) {
                return None;
            }
            known.fetches
        };
        self.wanted.notify_one();
        let fetched = known.wait_for(|known| known.fetches > seen);
        tokio::time::timeout(PATIENCE, fetched).await.ok()?.ok()?;
        self.look_up(kid)
    }

    /// Fetches at once, whenever the keys grow old, and when one is missing.
    pub(super) async fn keep_fresh(&self) {
        loop {
            let now = self.clock.now();
            self.known.send_modify(|known| (known.tried, known.is_fetching) = (Some(now), true));
            let fetched = self.fetch().await;
            let now = self.clock.now();
            let mut pause = PAUSE.to_std().unwrap_or(FRESH);
            self.known.send_modify(|known| {
                known.is_fetching = false;
                known.fetches += 1;
                match fetched {
                    Ok((keys, fresh)) => {
                        tracing::debug!(keys = keys.len(), "read the issuer's keys");
                        (known.keys, known.since, pause) = (keys, Some(now), fresh);
                        known.readings += 1;
                    }
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, "the issuer's keys could not be read");
                    }
                }
            });
            let _ = tokio::time::timeout(pause, self.asked()).await;
        }
    }

    /// Waits until a key is missing and it is time to look again.
    async fn asked(&self) {
        loop {
            self.wanted.notified().await;
            if self.known.borrow().may_fetch(self.clock.now()) {
                return;
            }
        }
    }

    async fn fetch(&self) -> Result<(HashMap<String, Key>, Duration), FetchError> {
        let mut request = Request::get(self.url.as_str()).body(Vec::new()).expect("a URL is a URI");
        request.headers_mut().insert(ACCEPT, "application/json".parse().expect("a header value"));
        let answer = self.egress.send(request, MAX_BYTES).await.map_err(FetchError::Egress)?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status(answer.status()));
        }
        let keys = read(answer.body()).map_err(FetchError::Body)?;
        Ok((keys, freshness(answer.headers())))
    }
}

/// Reads a set. Keys of kinds that are not known here are passed over, as RFC 7517,
/// section 5 wants it.
fn read(json: &[u8]) -> Result<HashMap<String, Key>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let set: Set = serde_json::from_slice(json)?;
    let keys = set.keys.into_iter().take(MAX_KEYS);
    let keys = keys.filter_map(|key| usable(serde_json::from_value(key).ok()?));
    Ok(keys.collect())
}

/// A key for signatures, with its name and what it may be used with.
fn usable(jwk: Jwk) -> Option<(String, Key)> {
    let common = &jwk.common;
    let is_for_signatures =
        common.public_key_use.as_ref().is_none_or(|what| *what == PublicKeyUse::Signature);
    let verifies = common
        .key_operations
        .as_ref()
        .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    let fitting: &'static [Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) if rsa.n.trim_end_matches('=').len() >= MIN_RSA_DIGITS => {
            match common.key_algorithm {
                None => &[Algorithm::RS256, Algorithm::PS256],
                Some(KeyAlgorithm::RS256) => &[Algorithm::RS256],
                Some(KeyAlgorithm::PS256) => &[Algorithm::PS256],
                Some(_) => return None,
            }
        }
        AlgorithmParameters::EllipticCurve(curve) => match (&curve.curve, common.key_algorithm) {
            (EllipticCurve::P256, None | Some(KeyAlgorithm::ES256)) => &[Algorithm::ES256],
            (EllipticCurve::P384, None | Some(KeyAlgorithm::ES384)) => &[Algorithm::ES384],
            _ => return None,
        },
        AlgorithmParameters::OctetKeyPair(pair) => match (&pair.curve, common.key_algorithm) {
            (EllipticCurve::Ed25519, None | Some(KeyAlgorithm::EdDSA)) => &[Algorithm::EdDSA],
            _ => return None,
        },
        _ => return None,
    };
    if !is_for_signatures || !verifies {
        return None;
    }
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some((jwk.common.key_id?, Key { key: Arc::new(key), algorithms: fitting }))
}

/// How long the issuer says its keys are good for (RFC 9111, section 5.2.2.1), within
/// bounds.
fn freshness(headers: &HeaderMap) -> Duration {
    let value = headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or("");
    let seconds = value.split(',').find_map(|part| part.trim().strip_prefix("max-age="));
    let seconds = seconds.and_then(|seconds| seconds.trim_matches('"').parse().ok());
    let longest = STALE.to_std().unwrap_or(FRESH);
    seconds.map_or(FRESH, Duration::from_secs).clamp(FRESH, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_weak_or_for_something_else_are_passed_over() {
        let x = "A".repeat(43);
        let set = format!(
            r#"{{"keys": [
                {{"kty":"EC","crv":"P-256","kid":"encrypts","use":"enc","x":"{x}","y":"{x}"}},
                {{"kty":"EC","crv":"P-521","kid":"other curve","x":"{x}","y":"{x}"}},
                {{"kty":"oct","kid":"a secret","k":"{x}"}},
                {{"kty":"RSA","kid":"weak","n":"{x}","e":"AQAB"}},
                {{"kty":"quantum","kid":"not invented yet"}},
                {{"kty":"OKP","crv":"Ed25519","x":"{x}"}},
                {{"kty":"OKP","crv":"Ed25519","kid":"good","x":"{x}"}}
            ]}}"#
        );
        let keys = read(set.as_bytes()).unwrap();
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["good"]);
    }

    #[test]
    fn keys_are_good_for_a_day_when_the_issuer_cannot_be_reached() {
        let clock = Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap(), 1);
        let egress = Egress::new(attache_upstream::Policy::default());
        let jwks = Jwks::new(Url::parse("https://login.example/keys").unwrap(), egress, clock);
        assert_eq!(jwks.reading(), None, "none were read yet");
        let now = jwks.clock.now();
        jwks.known.send_modify(|known| (known.since, known.readings) = (Some(now), 1));
        jwks.clock.advance(STALE);
        assert_eq!(jwks.reading(), Some(1));
        jwks.clock.advance(TimeDelta::seconds(1));
        assert_eq!(jwks.reading(), None);
    }

    #[test]
    fn freshness_is_the_issuers_to_say_within_bounds() {
        let fresh = |value: &'static str| {
            freshness(&HeaderMap::from_iter([(CACHE_CONTROL, value.parse().unwrap())]))
        };
        assert_eq!(freshness(&HeaderMap::new()), FRESH);
        assert_eq!(fresh("public, max-age=3600"), Duration::from_hours(1));
        assert_eq!(fresh("max-age=1"), FRESH);
        assert_eq!(fresh("max-age=31536000"), Duration::from_hours(24));
        assert_eq!(fresh("max-age=soon"), FRESH);
    }
}
