//! The key ring: the keys that seal data keys, kept outside the database.
//!
//! The ring is a JSON document that names every key, its state and which one seals
//! now. Keys are found by id and never tried in turn, so neither order nor luck
//! decides what opens what.

mod document;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use attache_domain::Clock;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use zeroize::Zeroizing;

use self::document::ALGORITHM;
pub use self::document::{KeyFacts, KeyState, Material, RingDocument};

/// The bytes of one key: two AES-256 keys, one for the MAC and one for the cipher
/// (RFC 5297, section 2.6).
pub(crate) type KeyBytes = Zeroizing<[u8; 64]>;

/// The keys that seal data keys.
pub struct KeyRing {
    primary: u32,
    keys: BTreeMap<u32, RingKey>,
}

/// One key of the ring.
pub(crate) struct RingKey {
    pub(crate) name: String,
    pub(crate) bytes: KeyBytes,
}

/// Why a document is not a usable key ring.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RingError {
    /// Not JSON, or not of the expected shape. The parser's words are left out:
    /// they may quote the document.
    #[error("the key ring is not a \"siv-keyring\" document of version 1")]
    Malformed,
    /// The primary key is missing or may not seal.
    #[error("the primary key {0:?} is not an enabled key of the ring")]
    NoPrimary(String),
    /// Two keys share a name, an id or their bytes.
    #[error("the key {0:?} repeats the name, the id or the bytes of another key")]
    Repeated(String),
    /// The bytes cannot be a key.
    #[error("the key {0:?} is not 64 random bytes in base64")]
    WeakKey(String),
    /// The bytes of a key that is kept elsewhere cannot be had.
    #[error("the bytes of the key {0:?} cannot be had: {1}")]
    Elsewhere(String, String),
    /// There is no such key.
    #[error("there is no key {0:?} in the ring")]
    Unknown(String),
    /// The key is kept for old backups only.
    #[error("the key {0:?} is disabled")]
    Disabled(String),
    /// The key is still of use.
    #[error("the key {0:?} is still in use")]
    InUse(String),
}

impl KeyRing {
    /// Reads a ring.
    pub fn parse(document: &SecretString) -> Result<Self, RingError> {
        let document = RingDocument::parse(document)?;
        let primary_name = document.primary().to_owned();
        let mut keys = BTreeMap::new();
        let (mut names, mut materials) = (BTreeSet::new(), BTreeSet::new());
        let mut primary = None;
        for entry in document.keys {
            if entry.alg != ALGORITHM {
                return Err(RingError::Malformed);
            }
            if entry.state == KeyState::Disabled {
                names.insert(entry.name);
                continue;
            }
            let Material::Here { b64 } = &entry.material else {
                let what = "its bytes were not brought".to_owned();
                return Err(RingError::Elsewhere(entry.name, what));
            };
            let bytes = key_bytes(b64).ok_or_else(|| RingError::WeakKey(entry.name.clone()))?;
            if !names.insert(entry.name.clone())
                || !materials.insert(bytes.to_vec())
                || keys.contains_key(&entry.id)
            {
                return Err(RingError::Repeated(entry.name));
            }
            if entry.name == primary_name && entry.state == KeyState::Enabled {
                primary = Some(entry.id);
            }
            keys.insert(entry.id, RingKey { name: entry.name, bytes });
        }
        let primary = primary.ok_or(RingError::NoPrimary(primary_name))?;
        Ok(Self { primary, keys })
    }

    /// A new ring with one key, as the document to keep.
    pub fn generate(clock: &Clock) -> SecretString {
        RingDocument::generate(clock).print()
    }

    pub(crate) fn primary(&self) -> (u32, &RingKey) {
        (self.primary, &self.keys[&self.primary])
    }

    /// The ids of all keys, that of the primary first.
    pub(crate) fn ids(&self) -> Vec<i64> {
        let others = self.keys.keys().filter(|id| **id != self.primary);
        std::iter::once(&self.primary).chain(others).map(|id| i64::from(*id)).collect()
    }

    pub(crate) fn get(&self, id: u32) -> Option<&RingKey> {
        self.keys.get(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &RingKey)> {
        self.keys.iter().map(|(id, key)| (*id, key))
    }
}

impl RingKey {
    /// Shows whether two rings hold the same key, without showing the key: the SIV
    /// of nothing under a fixed header.
    pub(crate) fn check_value(&self) -> [u8; 16] {
        let sealed = Aes256Siv::new((&*self.bytes).into())
            .encrypt([b"kcv/v1"], &[])
            .expect("an empty message can be sealed");
        sealed.try_into().expect("the SIV of an empty message is 16 bytes")
    }
}

fn key_bytes(base64: &str) -> Option<KeyBytes> {
    let decoded = Zeroizing::new(BASE64_STANDARD.decode(base64).ok()?);
    let bytes: KeyBytes = Zeroizing::new(decoded.as_slice().try_into().ok()?);
    // The two halves are independent keys; equal halves or a constant byte mean
    // that somebody typed the key instead of drawing it.
    let is_constant = bytes.iter().all(|byte| *byte == bytes[0]);
    (!is_constant && bytes[..32] != bytes[32..]).then_some(bytes)
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.keys.values().map(|key| key.name.as_str()).collect();
        f.debug_struct("KeyRing").field("keys", &names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn document(edit: impl FnOnce(&mut serde_json::Value)) -> SecretString {
        let ring = KeyRing::generate(&Clock::system());
        let mut json = serde_json::from_str(ring.expose_secret()).unwrap();
        edit(&mut json);
        json.to_string().into()
    }

    #[test]
    fn a_generated_ring_can_be_read() {
        let ring = KeyRing::parse(&document(|_| {})).unwrap();
        let (id, key) = ring.primary();
        assert_eq!(ring.get(id).unwrap().check_value(), key.check_value());
    }

    #[test]
    fn only_an_enabled_key_can_be_the_primary() {
        for state in ["pending", "decrypt_only", "disabled"] {
            let result = KeyRing::parse(&document(|ring| ring["keys"][0]["state"] = state.into()));
            assert!(matches!(result, Err(RingError::NoPrimary(_))), "{state}");
        }
    }

    #[test]
    fn a_key_that_was_not_drawn_at_random_is_refused() {
        let half = [7_u8, 1].repeat(16);
        for bytes in [vec![0; 64], vec![9; 64], [half.clone(), half].concat(), vec![1, 2, 3]] {
            let b64 = BASE64_STANDARD.encode(bytes);
            let result = KeyRing::parse(&document(|ring| {
                ring["keys"][0]["material"]["b64"] = b64.into();
            }));
            assert!(matches!(result, Err(RingError::WeakKey(_))));
        }
    }

    #[test]
    fn no_two_keys_share_a_name_an_id_or_their_bytes() {
        for fields in [["id", "material"], ["name", "material"], ["name", "id"]] {
            let result = KeyRing::parse(&document(|ring| {
                let mut twin = ring["keys"][0].clone();
                let other: serde_json::Value =
                    serde_json::from_str(KeyRing::generate(&Clock::system()).expose_secret())
                        .unwrap();
                for field in fields {
                    twin[field] = other["keys"][0][field].clone();
                }
                if fields.contains(&"name") {
                    twin["name"] = "other".into();
                }
                ring["keys"].as_array_mut().unwrap().push(twin);
            }));
            assert!(matches!(result, Err(RingError::Repeated(_))), "{fields:?}");
        }
    }

    #[test]
    fn a_ring_does_not_print_its_keys() {
        let document = document(|_| {});
        let ring = KeyRing::parse(&document).unwrap();
        let b64 = BASE64_STANDARD.encode(*ring.primary().1.bytes);
        assert!(!format!("{ring:?}{document:?}").contains(&b64[..20]));
    }
}
