//! How tokens live and end, and what became of them.

use std::time::Duration;

/// How tokens live and end. May be changed while the playground runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long access tokens last.
    pub lifetime: Duration,
    /// What becomes of a refresh token that was used.
    pub reuse: Reuse,
    /// Whether renewing ends the access token from before.
    pub ends_old_access: bool,
    /// Whether revoking a token ends all that came of the same consent (RFC 7009, section 2.1).
    pub revokes_consents: bool,
    /// Whether revoking a token ends everything the person gave to the client.
    pub revokes_grants: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lifetime: Duration::from_hours(24),
            reuse: Reuse::EndsFamily,
            ends_old_access: false,
            revokes_consents: false,
            revokes_grants: false,
        }
    }
}

/// What becomes of a refresh token that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// It is spent; using it again ends all that came of the same consent (RFC 9700,
    /// section 4.14.2).
    EndsFamily,
    /// It can be used for so long, as often as anybody likes, and is spent then.
    Leeway(Duration),
    /// It stays good.
    NonRotating,
}

/// What the token endpoint did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Codes that were exchanged.
    pub codes: usize,
    /// Renewals, by whatever refresh token.
    pub refreshes: usize,
    /// Spent refresh tokens that were used again, each of which ended a family.
    pub reuses: usize,
}
