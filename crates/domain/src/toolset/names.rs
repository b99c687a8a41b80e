//! What tools are called where one list holds those of many accounts.

use crate::ServiceCode;
use crate::id::{AccountId, digest};

/// The longest name that every vendor takes: `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`.
const MAX_NAME: usize = 64;

/// What stands between a service and its tool.
const BETWEEN: &str = "__";

/// What a model calls the tools of one account. A name follows from service, account and tool
/// alone, so that it stays the same whatever else comes and goes: caches of prompts hit, and a
/// call in an old conversation finds its tool, or none, but never the one of another account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelName {
    prefix: String,
    suffix: String,
}

impl ModelName {
    /// The names of an account's tools, which end in a mark of the account.
    pub fn of(service: &ServiceCode, account: AccountId) -> Self {
        let suffix = format!("_{}", mark(&[account.uuid().as_bytes()]));
        Self { prefix: format!("{}{BETWEEN}", service_name(service)), suffix }
    }

    /// The name of a tool. One that does not fit as it is ends in a mark of what it was.
    pub fn tool(&self, name: &str) -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        let room = MAX_NAME - self.prefix.len() - self.suffix.len();
        if plain == name && plain.len() <= room {
            return format!("{}{plain}{}", self.prefix, self.suffix);
        }
        let mark = mark(&[name.as_bytes()]);
        let kept = &plain[..plain.len().min(room - mark.len() - 1)];
        format!("{}{kept}_{mark}{}", self.prefix, self.suffix)
    }

    /// Whether a name may be one of these.
    pub fn may_be(&self, name: &str) -> bool {
        name.starts_with(&self.prefix) && name.ends_with(&self.suffix)
    }
}

/// What a service is called in the names of its tools: its code in small letters. A viewer's own
/// services have long codes, of which a mark is enough.
pub fn service_name(service: &ServiceCode) -> String {
    if service.is_own() {
        return format!("own_{}", mark(&[service.as_str().as_bytes()]));
    }
    let name = service.as_str().to_lowercase();
    if name.len() <= MAX_NAME / 2 {
        return name;
    }
    format!("{}_{}", &name[..MAX_NAME / 2 - 7], mark(&[name.as_bytes()]))
}

/// Six letters and digits that follow from some words.
fn mark(words: &[&[u8]]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    digest(words)[..6].iter().map(|byte| LETTERS[usize::from(byte & 31)] as char).collect()
}
