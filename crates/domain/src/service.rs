//! Services: the third-party products an operator lets people connect.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::id::{OwnServiceId, ServiceId, derived_uuid, new_id};
use crate::{Clock, KeyForm};

/// A service's stable, readable name: upper case letters, digits and
/// underscores, at most 32, starting with a letter. For example `GITHUB`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceCode(String);

/// How the codes of services begin that viewers added. Operators have no such codes.
const OWN: &str = "OWN_";

/// The text is not a service code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "a service code is 1 to 32 upper case letters, digits and underscores, starting with a letter"
)]
pub struct NotAServiceCode;

impl ServiceCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code of a service that a viewer adds, which nobody else's has.
    pub fn of_own_service(clock: &Clock) -> Self {
        let id: OwnServiceId = new_id(clock);
        Self(id.to_string().to_ascii_uppercase())
    }

    /// Whether it is the code of a service that a viewer added.
    pub fn is_own(&self) -> bool {
        self.0.starts_with(OWN)
    }

    /// The id of the service, which follows from its code.
    pub fn id(&self) -> ServiceId {
        ServiceId::from_uuid(derived_uuid(&[b"service", self.0.as_bytes()]))
    }
}

impl FromStr for ServiceCode {
    type Err = NotAServiceCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_uppercase());
        let fits = text.len() <= 32
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if starts_well && fits { Ok(Self(text.to_owned())) } else { Err(NotAServiceCode) }
    }
}

impl TryFrom<String> for ServiceCode {
    type Error = NotAServiceCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ServiceCode> for String {
    fn from(code: ServiceCode) -> Self {
        code.0
    }
}

impl fmt::Display for ServiceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person is told about a service, as the operator configured it or the viewer who
/// added it said.
#[derive(Clone, Debug)]
pub struct Service {
    /// The stable name.
    pub code: ServiceCode,
    /// The name to show.
    pub name: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// A picture.
    pub icon_url: Option<Url>,
    /// Where the product lives.
    pub homepage_url: Option<Url>,
    /// Where a person manages this app's access at the service.
    pub settings_url: Option<Url>,
    /// Where its MCP server is, as the viewer said who added it. An operator keeps that to
    /// themselves.
    pub mcp_url: Option<Url>,
    /// How an account is connected.
    pub connect_method: ConnectMethod,
    /// What a person enters, where they connect with a key.
    pub key_form: Option<KeyForm>,
    /// False when the operator has paused new connections.
    pub accepts_connections: bool,
    /// What is asked for unless the client asks for less.
    pub default_scopes: Vec<String>,
    /// Everything a client may ask for, which holds the default scopes. `None` where the
    /// operator leaves that to the service.
    pub allowed_scopes: Option<Vec<String>>,
}

impl Service {
    /// A service that is no longer offered, or was removed, and that somebody still has an
    /// account or a history at. Nothing is known of it but its code.
    pub fn retired(code: ServiceCode) -> Self {
        Self {
            name: if code.is_own() { "A removed service".to_owned() } else { code.to_string() },
            code,
            description: None,
            icon_url: None,
            homepage_url: None,
            settings_url: None,
            mcp_url: None,
            connect_method: ConnectMethod::None,
            key_form: None,
            accepts_connections: false,
            default_scopes: Vec::new(),
            allowed_scopes: None,
        }
    }
}

/// How an account is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConnectMethod {
    /// A page at the service asks for consent.
    #[serde(rename = "OAUTH")]
    OAuth,
    /// The person pastes a key.
    ApiKey,
    /// Nothing to grant.
    None,
}

/// Which revisions of MCP a server speaks, where it need not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProtocolEra {
    /// Those without sessions, from 2026-07-28 on.
    Modern,
    /// Those that begin with `initialize`, up to 2025-11-25.
    Legacy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_an_own_service_is_a_code_and_says_so() {
        let code = ServiceCode::of_own_service(&Clock::system());
        assert_eq!(code.as_str().parse(), Ok(code.clone()));
        assert!(code.is_own());
        assert!(!"OWNER".parse::<ServiceCode>().is_ok_and(|code| code.is_own()));
    }

    #[test]
    fn codes_are_shouted() {
        for good in ["GITHUB", "A", "S3_V2"] {
            assert!(good.parse::<ServiceCode>().is_ok(), "{good}");
        }
        for bad in ["", "github", "1PASSWORD", "GIT HUB", "_X", "É", &"A".repeat(33)] {
            assert!(bad.parse::<ServiceCode>().is_err(), "{bad}");
        }
    }
}
