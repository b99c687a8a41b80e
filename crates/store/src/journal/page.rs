//! One page: a file of fixed size, so that writing on it needs no more room.
//!
//! ```text
//! length of the key, u32 BE | the key, JSON | length of the answer, u32 BE | the answer, sealed
//! ```

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use attache_domain::{AccountId, ConnectAttemptId, ServiceCode, UserId};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::data_keys::UserKeys;
use crate::envelope::{Kind, Place};
use crate::refreshes::Turn;

pub(super) const EXTENSION: &str = "page";

/// Room for the largest answer that is read, sealed, and for its key.
const SIZE: usize = 80 * 1024;

/// What an answer is about. Holds no secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKey {
    /// New tokens for an account, and the turn they were asked for in.
    Refresh {
        /// Whose account.
        user: UserId,
        /// Which account.
        account: AccountId,
        /// At which service.
        service: ServiceCode,
        /// The account's generation.
        generation: i64,
        /// The credential's version before.
        version: i64,
        /// Names the turn.
        lease: Uuid,
        /// At which endpoints and as whom the tokens were obtained.
        client: Value,
        /// When they were asked for.
        asked_at: DateTime<Utc>,
    },
    /// The first tokens of an account.
    Exchange {
        /// Whose attempt.
        user: UserId,
        /// Which attempt.
        attempt: ConnectAttemptId,
        /// At which service.
        service: ServiceCode,
        /// At which endpoints and as whom the tokens are obtained.
        client: Value,
    },
}

impl PageKey {
    /// The key of the answer to what was asked in this turn at `asked_at`.
    pub fn of(turn: &Turn, asked_at: DateTime<Utc>) -> Self {
        Self::Refresh {
            user: turn.user,
            account: turn.account,
            service: turn.service.clone(),
            generation: turn.generation,
            version: turn.version,
            lease: turn.lease,
            client: turn.client.clone(),
            asked_at,
        }
    }

    /// Whose it is.
    pub fn user(&self) -> UserId {
        match self {
            Self::Refresh { user, .. } | Self::Exchange { user, .. } => *user,
        }
    }

    pub(super) fn place(&self) -> Place<'_> {
        match self {
            Self::Refresh { account, service, generation, version, .. } => Place {
                row: account.uuid(),
                generation: *generation,
                service: service.as_str(),
                kind: Kind::RawResponse,
                version: *version,
            },
            Self::Exchange { attempt, service, .. } => {
                Place::once(attempt.uuid(), service.as_str(), Kind::RawResponse)
            }
        }
    }
}

/// A page whose process is gone.
#[derive(Debug)]
pub struct OrphanedPage {
    /// What it is about.
    pub key: PageKey,
    pub(super) file: PathBuf,
    pub(super) sealed: Option<Vec<u8>>,
}

pub(super) fn sealed(keys: &UserKeys, key: &PageKey, answer: &SecretString) -> Vec<u8> {
    keys.seal(key.place(), answer.expose_secret().as_bytes())
}

/// Makes a page with nothing on it yet, and makes sure that the disk has it.
pub(super) fn create(path: &Path, key: &PageKey) -> io::Result<()> {
    let mut blank = prefixed(&serde_json::to_vec(key)?)?;
    blank.resize(SIZE, 0);
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(&blank)?;
    file.sync_all()?;
    let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
    File::open(folder)?.sync_all()
}

/// Writes on a page that was made before.
pub(super) fn write(path: &Path, key: &PageKey, sealed: &[u8]) -> io::Result<()> {
    let start = prefixed(&serde_json::to_vec(key)?)?.len();
    let answer = prefixed(sealed)?;
    if start + answer.len() > SIZE {
        return Err(io::Error::other("an answer is larger than its page"));
    }
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(start as u64))?;
    file.write_all(&answer)?;
    file.sync_data()
}

pub(super) fn read(file: PathBuf) -> io::Result<OrphanedPage> {
    let mut bytes = Vec::new();
    File::open(&file)?.take(SIZE as u64).read_to_end(&mut bytes)?;
    let mut rest = bytes.as_slice();
    let key = serde_json::from_slice(take(&mut rest)?)?;
    let sealed = take(&mut rest).ok().filter(|sealed| !sealed.is_empty()).map(<[u8]>::to_vec);
    Ok(OrphanedPage { key, file, sealed })
}

fn prefixed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    Ok([&length.to_be_bytes(), bytes].concat())
}

fn take<'a>(bytes: &mut &'a [u8]) -> io::Result<&'a [u8]> {
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(cut)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (taken, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
    *bytes = rest;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use attache_domain::{Clock, new_id};
    use proptest::prelude::*;

    use super::*;

    fn key() -> PageKey {
        let clock = Clock::system();
        PageKey::Exchange {
            user: new_id(&clock),
            attempt: new_id(&clock),
            service: "NOTES".parse().unwrap(),
            client: Value::Null,
        }
    }

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.page");
        (folder, path)
    }

    #[test]
    fn a_page_is_blank_until_it_is_written_on() {
        let ((_folder, path), key) = (file(), key());
        create(&path, &key).unwrap();
        let size = path.metadata().unwrap().len();
        let blank = read(path.clone()).unwrap();
        assert_eq!((&blank.key, blank.sealed), (&key, None));

        write(&path, &key, b"sealed").unwrap();
        let written = read(path.clone()).unwrap();
        assert_eq!((written.key, written.sealed.as_deref()), (key, Some(&b"sealed"[..])));
        assert_eq!(path.metadata().unwrap().len(), size, "it takes no more room");
    }

    #[test]
    fn an_answer_that_does_not_fit_is_refused() {
        let ((_folder, path), key) = (file(), key());
        create(&path, &key).unwrap();
        assert!(write(&path, &key, &vec![1; SIZE]).is_err());
        assert_eq!(read(path).unwrap().sealed, None);
    }

    proptest! {
        #[test]
        fn no_page_makes_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let (_folder, path) = file();
            std::fs::write(&path, bytes).unwrap();
            let _ = read(path);
        }
    }
}
