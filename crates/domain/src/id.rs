//! Typed ids: `acct_01h…` on the outside (TypeID), a UUID inside.
//!
//! The prefix is checked on the way in, so that a tool's id can never be taken
//! for an account's. Clients treat ids as opaque.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use type_safe_id::{StaticType, TypeSafeId};
use uuid::Uuid;

use crate::Clock;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident = $prefix:literal, $tag:ident;)*) => {$(
        #[doc = concat!("Marks ids that begin with `", $prefix, "_`.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $tag;

        impl StaticType for $tag {
            const TYPE: &'static str = $prefix;
        }

        $(#[$doc])*
        pub type $id = TypeSafeId<$tag>;
    )*};
}

ids! {
    /// A person, as one issuer names them.
    UserId = "usr", UserTag;
    /// A third-party product.
    ServiceId = "svc", ServiceTag;
    /// A service that a viewer added: in capitals, its code.
    OwnServiceId = "own", OwnServiceTag;
    /// One try at connecting an account.
    ConnectAttemptId = "att", ConnectAttemptTag;
    /// A person's account at a service.
    AccountId = "acct", AccountTag;
    /// A tool that one account offers.
    ToolId = "tool", ToolTag;
    /// One call to one tool.
    InvocationId = "inv", InvocationTag;
    /// A question that a service asks in the middle of a call.
    ElicitationId = "elct", ElicitationTag;
    /// Something that a service said while it worked on a call.
    LogEntryId = "log", LogEntryTag;
    /// One running server process.
    ReplicaId = "rep", ReplicaTag;
}

/// A new id of any kind, taken from the clock.
pub fn new_id<T: StaticType>(clock: &Clock) -> TypeSafeId<T> {
    TypeSafeId::from_uuid(clock.uuid())
}

/// The least UUIDv7 of an instant: sorts before every id made then or later, and after
/// every one made a millisecond earlier.
pub fn first_uuid_at(instant: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(instant.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// The UUIDs inside some ids.
pub fn uuids<T: StaticType>(ids: &[TypeSafeId<T>]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

/// An id that follows from what it names: the same words always give the same
/// UUID (version 8, RFC 9562 section 5.8, over SHA-256).
pub(crate) fn derived_uuid(words: &[&[u8]]) -> Uuid {
    uuid::Builder::from_custom_bytes(prefix(digest(words))).into_uuid()
}

/// SHA-256 over words that cannot run into each other, whatever they contain.
pub fn digest(words: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for word in words {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word);
    }
    hash.finalize().into()
}

fn prefix(digest: [u8; 32]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn an_id_survives_its_text_form() {
        let id: AccountId = new_id(&Clock::system());
        assert_eq!(id.to_string().parse::<AccountId>().unwrap(), id);
        assert!(id.to_string().starts_with("acct_"));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let tool: ToolId = new_id(&Clock::system());
        assert!(tool.to_string().parse::<AccountId>().is_err());
    }

    #[test]
    fn ids_sort_by_the_instant_they_were_made_at() {
        let clock = Clock::manual(Clock::system().now(), 1);
        let before: AccountId = new_id(&clock);
        clock.advance(TimeDelta::milliseconds(1));
        let first = first_uuid_at(clock.now());
        assert!(before.uuid() < first);
        assert!((0..100).all(|_| new_id::<AccountTag>(&clock).uuid() >= first));
    }

    #[test]
    fn words_cannot_be_shifted_from_one_field_to_the_next() {
        assert_ne!(derived_uuid(&[b"ab", b"c"]), derived_uuid(&[b"a", b"bc"]));
    }
}
