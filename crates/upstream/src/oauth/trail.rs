//! What was seen on the way to an authorization server, for an operator who tries a
//! service.

use std::fmt::{self, Write as _};

use http::StatusCode;
use url::Url;

use super::OAuthError;

/// What was seen on the way, in order. Holds no secret: nothing was shown to anybody.
#[derive(Clone, Debug, Default)]
pub struct Trail(Vec<String>);

impl Trail {
    pub(super) fn saw(&mut self, place: &Url, status: StatusCode) {
        self.0.push(format!("{place} answered {}", status.as_u16()));
    }

    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.0.push(what.into());
    }

    /// Adds what was thought of the last thing that was seen.
    pub(super) fn judged<T>(&mut self, result: &Result<T, OAuthError>) {
        if let (Err(error), Some(last)) = (result, self.0.last_mut()) {
            // Writing to a string cannot fail.
            let _ = write!(last, ", and {error}");
        }
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| writeln!(f, "  {step}"))
    }
}
