//! The secrets of a development server, made once and kept beside its data.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use attache_domain::Clock;
use attache_store::KeyRing;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

/// The secrets of a development server.
pub(super) struct Keys {
    /// What seals the tokens.
    pub(super) ring: SecretString,
    /// What signs viewers in.
    pub(super) jwt: SecretString,
    /// What the playground knows this server by.
    pub(super) client: SecretString,
}

impl Keys {
    /// Reads them, or makes them.
    pub(super) fn open(file: &Path, clock: &Clock) -> io::Result<Self> {
        match fs::read_to_string(file) {
            Ok(text) => Self::read(&text).ok_or_else(|| {
                io::Error::other(format!("{} is not a file of keys", file.display()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let keys = Self {
                    ring: KeyRing::generate(clock),
                    jwt: secret(clock),
                    client: secret(clock),
                };
                write_private(file, &keys.write())?;
                Ok(keys)
            }
            Err(error) => Err(error),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let field = |name: &str| Some(SecretString::from(value.get(name)?.as_str()?));
        Some(Self { ring: field("ring")?, jwt: field("jwt")?, client: field("client")? })
    }

    fn write(&self) -> String {
        let (ring, jwt) = (self.ring.expose_secret(), self.jwt.expose_secret());
        json!({ "ring": ring, "jwt": jwt, "client": self.client.expose_secret() }).to_string()
    }
}

fn secret(clock: &Clock) -> SecretString {
    BASE64_URL_SAFE_NO_PAD.encode(clock.random::<32>()).into()
}

/// Writes what only its owner may read, at once or not at all.
pub(super) fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let aside = file.with_extension("new");
    let _ = fs::remove_file(&aside);
    let mut options = fs::OpenOptions::new();
    let mut writer = options.write(true).create_new(true).mode(0o600).open(&aside)?;
    writer.write_all(text.as_bytes())?;
    writer.sync_all()?;
    fs::rename(&aside, file)
}
