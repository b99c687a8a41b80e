//! The envelope around every sealed value: AES-256-SIV (RFC 5297) with a random
//! nonce as its last header.
//!
//! ```text
//! 0xA5 | format 1 | algorithm 1 | key id, u32 BE | nonce 16 | SIV 16 | ciphertext
//! ```
//!
//! The headers say where the value belongs: tenant, person, row, generation,
//! service, kind and version. A value that is moved to another row, person or kind
//! does not open, and neither does one of which a single bit was changed. Should a
//! nonce ever repeat, the only thing to be learned is that two values in the same
//! place are equal; that is why this is SIV and not GCM.

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use attache_domain::{TenantId, UserKey};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::ring::KeyBytes;

const MAGIC: u8 = 0xA5;
const FORMAT: u8 = 1;
const ALGORITHM: u8 = 1;
const HEADER: usize = 7;
const NONCE: usize = 16;
const SIV: usize = 16;

/// Plaintexts are padded to a multiple of this, because the length of a token
/// tells who issued it.
const BUCKET: usize = 64;

/// What kind of secret it is. Part of what a sealed value is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    DataKey,
    ClientSecret,
    AccessToken,
    RefreshToken,
    ApiKey,
    AuthorizationUrl,
    Verifier,
    Callback,
    RawResponse,
    Outbox,
    Presets,
    Request,
    Result,
    Question,
    Answer,
    Round,
    Task,
    Log,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::DataKey => "dek",
            Self::ClientSecret => "dcr_registration",
            Self::AccessToken => "access",
            Self::RefreshToken => "refresh",
            Self::ApiKey => "api_key",
            Self::AuthorizationUrl => "authorization_url",
            Self::Verifier => "pkce",
            Self::Callback => "callback",
            Self::RawResponse => "raw_response",
            Self::Outbox => "outbox",
            Self::Presets => "presets",
            Self::Request => "request",
            Self::Result => "result",
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Round => "round",
            Self::Task => "task",
            Self::Log => "log",
        }
    }
}

/// Where a sealed value belongs. Whoever opens it must name the same place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) row: Uuid,
    pub(crate) generation: i64,
    pub(crate) service: &'a str,
    pub(crate) kind: Kind,
    pub(crate) version: i64,
}

impl<'a> Place<'a> {
    /// A value of a row that is written once and never replaced.
    pub(crate) fn once(row: Uuid, service: &'a str, kind: Kind) -> Self {
        Self { row, generation: 0, service, kind, version: 1 }
    }
}

/// Whose a sealed value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserKey,
}

/// Why an envelope does not open. The two are kept apart for operators only: a
/// missing key is their mistake, a refusal is somebody's attack or a broken disk.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OpenError {
    /// Not an envelope of a known format.
    #[error("a sealed value has an unknown format")]
    UnknownFormat,
    /// The ring, or the person, has no such key.
    #[error("a sealed value names the key {0}, which is not at hand")]
    KeyMissing(u32),
    /// Changed, or moved from another place.
    #[error("a sealed value was changed or belongs elsewhere")]
    Refused,
}

/// The id of the key that an envelope names.
pub(crate) fn key_id(envelope: &[u8]) -> Result<u32, OpenError> {
    match envelope {
        [MAGIC, FORMAT, ALGORITHM, a, b, c, d, rest @ ..] if rest.len() >= NONCE + SIV => {
            Ok(u32::from_be_bytes([*a, *b, *c, *d]))
        }
        _ => Err(OpenError::UnknownFormat),
    }
}

/// Seals `plaintext` at `place`.
pub(crate) fn seal(
    key_id: u32,
    key: &KeyBytes,
    owner: Owner,
    place: Place<'_>,
    nonce: [u8; NONCE],
    plaintext: &[u8],
) -> Vec<u8> {
    let mut envelope = vec![MAGIC, FORMAT, ALGORITHM];
    envelope.extend(key_id.to_be_bytes());
    envelope.extend(nonce);
    let sealed = with_headers(&envelope[1..HEADER], owner, place, nonce, |headers| {
        Aes256Siv::new((&**key).into()).encrypt(headers, &padded(plaintext))
    })
    .expect("ten headers are fewer than the 126 that S2V allows");
    envelope.extend(sealed);
    envelope
}

/// Opens an envelope that was sealed at `place`.
pub(crate) fn open(
    key: &KeyBytes,
    owner: Owner,
    place: Place<'_>,
    envelope: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    key_id(envelope)?;
    let (header, rest) = envelope.split_at(HEADER);
    let (nonce, sealed) = rest.split_at(NONCE);
    let nonce = nonce.try_into().map_err(|_| OpenError::UnknownFormat)?;
    let plaintext = with_headers(&header[1..], owner, place, nonce, |headers| {
        Aes256Siv::new((&**key).into()).decrypt(headers, sealed)
    })
    .map_err(|_| OpenError::Refused)?;
    unpadded(Zeroizing::new(plaintext))
}

fn with_headers<T>(
    header: &[u8],
    owner: Owner,
    place: Place<'_>,
    nonce: [u8; NONCE],
    seal_or_open: impl FnOnce([&[u8]; 10]) -> T,
) -> T {
    seal_or_open([
        b"attache/sealed/v1",
        header,
        &owner.tenant.0,
        &owner.user.0,
        place.row.as_bytes(),
        &place.generation.to_be_bytes(),
        place.service.as_bytes(),
        place.kind.as_str().as_bytes(),
        &place.version.to_be_bytes(),
        &nonce,
    ])
}

/// ISO/IEC 7816-4 padding: one 0x80, then zeros.
fn padded(plaintext: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = (plaintext.len() / BUCKET + 1) * BUCKET;
    let mut padded = Zeroizing::new(Vec::with_capacity(length));
    padded.extend_from_slice(plaintext);
    padded.push(0x80);
    padded.resize(length, 0);
    padded
}

fn unpadded(mut padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let end = padded.iter().rposition(|byte| *byte != 0);
    match end {
        Some(end) if padded[end] == 0x80 => {
            padded.truncate(end);
            Ok(padded)
        }
        _ => Err(OpenError::Refused),
    }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
