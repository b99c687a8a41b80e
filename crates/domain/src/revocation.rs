//! What becomes of credentials at their service when they are not wanted any more.

use serde::{Deserialize, Serialize};

/// What is known of a credential at its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RevocationState {
    /// To be revoked, and tried until it is.
    Pending,
    /// To be revoked with the account: to do it now might end the account's own grant.
    Held,
    /// The service confirmed.
    Done,
    /// The service has no way to revoke.
    Unsupported,
    /// Left alive, because another account lives on the same grant. It ends with that.
    Spared,
    /// Given up on. The token is kept for the operator to try again.
    Dead,
}

impl RevocationState {
    /// Several credentials as one: as long as one is not known to be dead, the person has
    /// not heard the end of it. `None` when there are none.
    pub fn overall(states: &[Self]) -> Option<Self> {
        let worst_first =
            [Self::Dead, Self::Pending, Self::Held, Self::Spared, Self::Unsupported, Self::Done];
        worst_first.into_iter().find(|state| states.contains(state))
    }
}

/// What else ends at a service when one token is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReach {
    /// What came of the same act of consent, or less.
    Consent,
    /// Everything that the client holds of the same account there, whoever consented.
    Account,
}

#[cfg(test)]
mod tests {
    use super::RevocationState::{Dead, Done, Pending, Unsupported};
    use super::*;

    #[test]
    fn one_token_that_may_live_is_what_a_person_hears_of() {
        assert_eq!(RevocationState::overall(&[]), None);
        assert_eq!(RevocationState::overall(&[Done, Done]), Some(Done));
        assert_eq!(RevocationState::overall(&[Done, Unsupported]), Some(Unsupported));
        assert_eq!(RevocationState::overall(&[Unsupported, Pending]), Some(Pending));
        assert_eq!(RevocationState::overall(&[Pending, Dead, Done]), Some(Dead));
    }
}
