//! Places in the lists of services.

use attache_domain::{AccountId, PageKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest cursor of ours, in bytes: one of a service, and what we need to know of it.
const MAX_CURSOR: usize = 4 * 1024;

/// A kind of list.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum List {
    #[serde(rename = "r")]
    Resources,
    #[serde(rename = "t")]
    Templates,
    #[serde(rename = "p")]
    Prompts,
}

/// Where a page begins, in the words of one service for one account: nobody else is asked for it.
#[derive(Serialize, Deserialize)]
pub(super) struct OfferKey {
    pub(super) list: List,
    pub(super) account: Uuid,
    /// In the service's words.
    pub(super) cursor: String,
    /// Which page it is, from 1.
    pub(super) page: u32,
}

impl PageKey for OfferKey {
    const LIST: &'static str = "offers";
}

impl OfferKey {
    /// Reads a cursor of this list of this account.
    pub(super) fn read(list: List, account: AccountId, cursor: &str) -> Option<Self> {
        let key = (cursor.len() <= MAX_CURSOR).then(|| Self::from_cursor(cursor))??;
        (key.list == list && key.account == account.uuid()).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use attache_domain::{Clock, new_id};

    use super::*;

    #[test]
    fn a_cursor_opens_one_list_of_one_account() {
        let clock = Clock::system();
        let (mine, other): (AccountId, AccountId) = (new_id(&clock), new_id(&clock));
        let cursor = "x".repeat(2048);
        let made = OfferKey { list: List::Prompts, account: mine.uuid(), cursor, page: 7 };
        let cursor = made.to_cursor();
        assert_eq!(OfferKey::read(List::Prompts, mine, &cursor).unwrap().page, 7);
        assert!(OfferKey::read(List::Resources, mine, &cursor).is_none());
        assert!(OfferKey::read(List::Prompts, other, &cursor).is_none());
        assert!(OfferKey::read(List::Prompts, mine, &"x".repeat(MAX_CURSOR + 1)).is_none());
    }
}
