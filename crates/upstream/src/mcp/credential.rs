//! What a session shows with each request, or gives to a program when it is started.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// What a session shows with each request: a bearer token, or whatever headers the
/// service asks for. Its values are marked sensitive and print as such. A program gets it once, in
/// environment variables.
#[derive(Clone, Debug, Default)]
pub struct SessionCredential {
    /// Which version of the stored credential it is. Nothing, where nothing is stored.
    pub version: i64,
    /// Until when it can be relied on, when that is known.
    pub fresh_until: Option<DateTime<Utc>>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    variables: Vec<Entered>,
}

/// What a person entered for a program.
#[derive(Clone, Debug)]
struct Entered {
    /// The variable it is in.
    name: String,
    /// Of that, how much goes before it, in bytes.
    prefix: usize,
    value: SecretString,
}

/// Something does not fit into a header.
#[derive(Debug, thiserror::Error)]
#[error("it does not fit into a header")]
pub struct NotAHeader;

impl SessionCredential {
    /// A token in an `Authorization` header (RFC 6750, section 2.1).
    pub fn bearer(version: i64, token: &SecretString) -> Result<Self, NotAHeader> {
        let text = SecretString::from(format!("Bearer {}", token.expose_secret()));
        Self::headers(version, [(AUTHORIZATION.as_str(), text)])
    }

    /// Values in headers of the service's choosing.
    pub fn headers<'a>(
        version: i64,
        headers: impl IntoIterator<Item = (&'a str, SecretString)>,
    ) -> Result<Self, NotAHeader> {
        let sensitive = |(name, text): (&str, SecretString)| {
            let mut value = HeaderValue::from_str(text.expose_secret()).map_err(|_| NotAHeader)?;
            value.set_sensitive(true);
            Ok((HeaderName::try_from(name).map_err(|_| NotAHeader)?, value))
        };
        let headers = headers.into_iter().map(sensitive).collect::<Result<_, _>>()?;
        Ok(Self { version, headers, ..Self::default() })
    }

    /// Values in environment variables of the operator's choosing: names, what goes before the
    /// value, and the value.
    pub fn for_program<'a>(
        version: i64,
        entered: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>,
    ) -> Self {
        let entered = entered.into_iter().map(|(name, prefix, value)| Entered {
            name: name.to_owned(),
            prefix: prefix.len(),
            value: format!("{prefix}{value}").into(),
        });
        Self { version, variables: entered.collect(), ..Self::default() }
    }

    /// The environment variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|it| (it.name.as_str(), it.value.expose_secret()))
    }

    /// What was entered for them.
    pub(crate) fn entered(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|it| it.value.expose_secret().split_at(it.prefix).1)
    }

    /// The same, good until then.
    #[must_use]
    pub fn until(self, fresh_until: Option<DateTime<Utc>>) -> Self {
        Self { fresh_until, ..self }
    }

    /// Whether it can be relied on at `now`.
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.fresh_until.is_none_or(|until| now < until)
    }
}

/// The credential of a session, which is replaced while the session goes on: a session
/// outlives a token. Clones share it.
#[derive(Clone)]
pub(super) struct Shown {
    credential: Arc<RwLock<Arc<SessionCredential>>>,
    /// The newest version that was not accepted; none is 0.
    refused: Arc<AtomicI64>,
}

impl Shown {
    pub(super) fn new(credential: SessionCredential) -> Self {
        let credential = Arc::new(RwLock::new(Arc::new(credential)));
        Self { credential, refused: Arc::default() }
    }

    pub(super) fn now(&self) -> Arc<SessionCredential> {
        self.credential.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A version was not accepted.
    pub(super) fn refuse(&self, version: i64) {
        self.refused.fetch_max(version, Ordering::SeqCst);
    }

    /// The newest version that was not accepted.
    pub(super) fn refused(&self) -> i64 {
        self.refused.load(Ordering::SeqCst)
    }

    /// Shows another one from the next request on. An older one does not replace a newer
    /// one: two requests may bring theirs in any order.
    pub(super) fn replace(&self, credential: SessionCredential) {
        let mut shown = self.credential.write().unwrap_or_else(PoisonError::into_inner);
        if credential.version > shown.version {
            *shown = Arc::new(credential);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(version: i64) -> SessionCredential {
        SessionCredential::bearer(version, &format!("token-{version}").into()).unwrap()
    }

    #[test]
    fn a_newer_credential_replaces_an_older_one_and_never_the_other_way() {
        let shown = Shown::new(bearer(1));
        shown.replace(bearer(3));
        shown.replace(bearer(2));
        assert_eq!(shown.now().headers[0].1, "Bearer token-3");
    }

    #[test]
    fn a_credential_does_not_print_its_secret() {
        let printed = format!("{:?}", bearer(7));
        assert!(!printed.contains("token-7"), "{printed}");
    }

    #[test]
    fn what_is_no_header_value_is_refused() {
        assert!(SessionCredential::bearer(1, &"line\nbreak".into()).is_err());
    }
}
