//! Random text.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;

/// `prefix` and 192 random bits.
pub(crate) fn token(prefix: &str) -> String {
    let mut bytes = [0; 24];
    OsRng.try_fill_bytes(&mut bytes).expect("the operating system provides randomness");
    format!("{prefix}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
}
