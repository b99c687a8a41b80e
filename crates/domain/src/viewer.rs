//! Who is asking.

use std::fmt;

use crate::id::{UserId, derived_uuid, digest};

/// The organisation a viewer belongs to. Viewers of different tenants never
/// share anything, even where issuer and subject are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantId(pub [u8; 16]);

/// SHA-256 of tenant, issuer and subject: names a person without saying who it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UserKey(pub [u8; 32]);

/// The signed-in person a request speaks for.
///
/// A person is `(tenant, issuer, subject)` of their bearer token, never an email
/// address and never the subject alone. Attaché stores neither issuer nor
/// subject; the id follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Who they are to the API and to the database.
    pub id: UserId,
    /// Whose they are.
    pub tenant: TenantId,
    /// What their sealed rows are bound to.
    pub key: UserKey,
}

impl Viewer {
    /// The person that `issuer` calls `subject`, within `tenant` (empty when the
    /// deployment has only one).
    pub fn new(tenant: &str, issuer: &str, subject: &str) -> Self {
        let words: [&[u8]; 4] =
            [b"viewer", tenant.as_bytes(), issuer.as_bytes(), subject.as_bytes()];
        Self {
            id: UserId::from_uuid(derived_uuid(&words)),
            tenant: TenantId(derived_uuid(&[b"tenant", tenant.as_bytes()]).into_bytes()),
            key: UserKey(digest(&words)),
        }
    }
}

/// The words of somebody whom no token can speak for: a subject is never empty.
const HOUSE: [&[u8]; 4] = [b"house", b"", b"", b""];

impl Viewer {
    /// Nobody: the owner of what belongs to the installation and to no person, so that it is
    /// sealed like everything else.
    pub fn house() -> Self {
        Self {
            id: UserId::from_uuid(derived_uuid(&HOUSE)),
            tenant: TenantId(derived_uuid(&[b"house"]).into_bytes()),
            key: UserKey(digest(&HOUSE)),
        }
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TenantId({})", uuid::Uuid::from_bytes(self.0))
    }
}

impl fmt::Debug for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_subject_of_another_issuer_or_tenant_is_another_person() {
        let ada = Viewer::new("", "https://a.example", "ada");
        assert_eq!(ada, Viewer::new("", "https://a.example", "ada"));
        assert_ne!(ada.id, Viewer::new("", "https://b.example", "ada").id);
        assert_ne!(ada.id, Viewer::new("acme", "https://a.example", "ada").id);
    }
}
