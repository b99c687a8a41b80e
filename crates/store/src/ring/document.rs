//! The key ring as it is kept, and how it changes.

use std::fmt;

use attache_domain::Clock;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{KeyBytes, RingError};

/// The key ring as it is kept: every key with its state, and where its bytes are. Prints
/// nothing but names.
#[derive(Serialize, Deserialize)]
pub struct RingDocument {
    format: String,
    version: u32,
    primary: String,
    pub(super) keys: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) id: u32,
    pub(super) alg: String,
    pub(super) state: KeyState,
    created: DateTime<Utc>,
    pub(super) material: Material,
}

/// Where the 64 bytes of a key are, in base64 everywhere.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Material {
    /// Here.
    Here {
        /// The bytes.
        b64: String,
    },
    /// In a file.
    File {
        /// Its path.
        file: String,
    },
    /// In a variable of the environment.
    Variable {
        /// Its name.
        env: String,
    },
    /// With a key management service: what a command prints that is given the wrapped bytes
    /// on its standard input.
    Command {
        /// The program, and its arguments.
        command: Vec<String>,
        /// The wrapped bytes.
        wrapped: String,
    },
}

/// What a key may be used for. Its life runs from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Loaded, to be promoted when every process has loaded it.
    Pending,
    /// Opens, and seals when it is the primary.
    Enabled,
    /// Opens what was sealed before.
    DecryptOnly,
    /// Not loaded: kept for old backups only.
    Disabled,
}

/// What is known of a key without its bytes.
#[derive(Clone, Debug)]
pub struct KeyFacts {
    /// Its name.
    pub name: String,
    /// Its id, which everything that it sealed bears.
    pub id: u32,
    /// What it may be used for.
    pub state: KeyState,
    /// Whether it is the one that seals.
    pub is_primary: bool,
    /// When it was made.
    pub created: DateTime<Utc>,
}

pub(super) const ALGORITHM: &str = "AES-256-SIV";

const FORMAT: &str = "siv-keyring";

impl RingDocument {
    /// Reads a document, without looking at the bytes of its keys.
    pub fn parse(document: &SecretString) -> Result<Self, RingError> {
        let document: Self =
            serde_json::from_str(document.expose_secret()).map_err(|_| RingError::Malformed)?;
        if document.format != FORMAT || document.version != 1 {
            return Err(RingError::Malformed);
        }
        Ok(document)
    }

    /// The document to keep.
    pub fn print(&self) -> SecretString {
        serde_json::to_string_pretty(self).expect("a ring is plain JSON").into()
    }

    /// A new ring with one key.
    pub(super) fn generate(clock: &Clock) -> Self {
        let mut document = Self {
            format: FORMAT.to_owned(),
            version: 1,
            primary: String::new(),
            keys: Vec::new(),
        };
        let name = document.add(clock, None);
        document.keys[0].state = KeyState::Enabled;
        document.primary = name;
        document
    }

    /// Adds a key that seals nothing yet: a new one, or one that is kept elsewhere. Its id is
    /// random, so that ids are never used twice even across rings. Says what it is called.
    pub fn add(&mut self, clock: &Clock, material: Option<Material>) -> String {
        let created = clock.now();
        let material = material.unwrap_or_else(|| {
            let bytes: KeyBytes = zeroize::Zeroizing::new(clock.random());
            Material::Here { b64: BASE64_STANDARD.encode(*bytes) }
        });
        let day = created.format("k%Y%m%d").to_string();
        let is_free = |name: &String| self.keys.iter().all(|key| key.name != *name);
        let mut names = (1..).map(|number| match number {
            1 => day.clone(),
            number => format!("{day}-{number}"),
        });
        let name = names.find(is_free).expect("numbers do not end");
        self.keys.push(Entry {
            name: name.clone(),
            id: u32::from_be_bytes(clock.random()),
            alg: ALGORITHM.to_owned(),
            state: KeyState::Pending,
            created,
            material,
        });
        name
    }

    /// Seals with this key from now on. The one before opens what it sealed.
    pub fn promote(&mut self, name: &str) -> Result<(), RingError> {
        let key = self.entry(name)?;
        // No process has it loaded.
        if key.state == KeyState::Disabled {
            return Err(RingError::Disabled(name.to_owned()));
        }
        key.state = KeyState::Enabled;
        if self.primary != name
            && let Ok(before) = self.entry(&self.primary.clone())
        {
            before.state = KeyState::DecryptOnly;
        }
        name.clone_into(&mut self.primary);
        Ok(())
    }

    /// Keeps this key for old backups only.
    pub fn disable(&mut self, name: &str) -> Result<(), RingError> {
        if self.primary == name {
            return Err(RingError::InUse(name.to_owned()));
        }
        self.entry(name)?.state = KeyState::Disabled;
        Ok(())
    }

    /// Destroys a key that is disabled.
    pub fn destroy(&mut self, name: &str) -> Result<(), RingError> {
        if self.entry(name)?.state != KeyState::Disabled {
            return Err(RingError::InUse(name.to_owned()));
        }
        self.keys.retain(|key| key.name != name);
        Ok(())
    }

    fn entry(&mut self, name: &str) -> Result<&mut Entry, RingError> {
        let found = self.keys.iter_mut().find(|key| key.name == name);
        found.ok_or_else(|| RingError::Unknown(name.to_owned()))
    }

    /// Brings the bytes of keys that are kept elsewhere. What cannot be brought is named
    /// with `bring`'s own words.
    pub fn resolve(
        mut self,
        mut bring: impl FnMut(&Material) -> Result<SecretString, String>,
    ) -> Result<Self, RingError> {
        for key in &mut self.keys {
            let is_here = matches!(key.material, Material::Here { .. });
            if is_here || key.state == KeyState::Disabled {
                continue;
            }
            let b64 = bring(&key.material)
                .map_err(|what| RingError::Elsewhere(key.name.clone(), what))?;
            key.material = Material::Here { b64: b64.expose_secret().trim().to_owned() };
        }
        Ok(self)
    }

    /// The keys, without their bytes, in the order of the document.
    pub fn keys(&self) -> impl Iterator<Item = KeyFacts> {
        self.keys.iter().map(|key| KeyFacts {
            name: key.name.clone(),
            id: key.id,
            state: key.state,
            is_primary: key.name == self.primary,
            created: key.created,
        })
    }

    pub(super) fn primary(&self) -> &str {
        &self.primary
    }
}

impl fmt::Debug for RingDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.keys.iter().map(|key| key.name.as_str()).collect();
        f.debug_struct("RingDocument").field("keys", &names).finish_non_exhaustive()
    }
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Material(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::super::KeyRing;
    use super::*;

    #[test]
    fn a_ring_rotates_step_by_step_and_back() {
        let clock = Clock::system();
        let mut ring = RingDocument::generate(&clock);
        let old = ring.primary().to_owned();
        let new = ring.add(&clock, None);
        assert_ne!(new, old);
        let seals_with = |ring: &RingDocument, name: &str| {
            let parsed = KeyRing::parse(&ring.print()).unwrap();
            parsed.primary().1.name == name && parsed.iter().count() == 2
        };
        assert!(seals_with(&ring, &old));
        ring.promote(&new).unwrap();
        assert!(seals_with(&ring, &new));
        ring.promote(&old).unwrap();
        assert!(seals_with(&ring, &old));
        ring.promote(&new).unwrap();
        assert_eq!(ring.disable(&new), Err(RingError::InUse(new.clone())));
        assert_eq!(ring.destroy(&old), Err(RingError::InUse(old.clone())));
        ring.disable(&old).unwrap();
        assert_eq!(KeyRing::parse(&ring.print()).unwrap().iter().count(), 1);
        ring.destroy(&old).unwrap();
        assert_eq!(ring.keys().count(), 1);
        assert_eq!(ring.promote("nobody"), Err(RingError::Unknown("nobody".to_owned())));
    }

    #[test]
    fn bytes_are_brought_from_wherever_they_are() {
        let clock = Clock::system();
        let mut ring = RingDocument::generate(&clock);
        let b64 = BASE64_STANDARD.encode(clock.random::<64>());
        for place in [
            serde_json::json!({ "file": "/run/secrets/key" }),
            serde_json::json!({ "env": "ATTACHE_KEY" }),
            serde_json::json!({ "command": ["kms", "decrypt"], "wrapped": "AAAA" }),
        ] {
            ring.add(&clock, Some(serde_json::from_value(place).unwrap()));
        }
        let kept = ring.print();
        assert!(KeyRing::parse(&kept).is_err(), "it has no bytes yet");
        let parse = || RingDocument::parse(&kept).unwrap();
        let mut brought = 0;
        let whole = parse().resolve(|_| {
            brought += 1;
            Ok(BASE64_STANDARD.encode(clock.random::<64>()).into())
        });
        assert_eq!(KeyRing::parse(&whole.unwrap().print()).unwrap().iter().count(), 4);
        assert_eq!(brought, 3);
        let missing = parse().resolve(|_| Err("is not there".to_owned())).unwrap_err();
        assert!(missing.to_string().contains("is not there"), "{missing}");
        assert!(!format!("{:?}", parse()).contains(&b64));
    }
}
