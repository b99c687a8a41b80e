//! What a person brings back from an authorization server.
//!
//! Every byte of a callback may be an attacker's. Nothing is believed before the
//! state was found, and nothing of it is ever shown.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Plan, state_hash};

const MAX_URL: usize = 8 * 1024;
const MAX_CODE: usize = 4 * 1024;
const MAX_STATE: usize = 256;

/// A callback, taken apart.
#[derive(Debug)]
pub struct Callback {
    /// Where it came in, without its query.
    landed_at: Url,
    state: SecretString,
    issuer: Option<String>,
    outcome: CallbackOutcome,
}

/// What the authorization server decided.
#[derive(Debug)]
pub enum CallbackOutcome {
    /// Consent was given; this code buys tokens.
    Code(SecretString),
    /// Consent was not given. The error code of RFC 6749, section 4.1.2.1.
    Refused(String),
}

/// Why a callback is not believed. For the audit trail; people see one sentence for
/// all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Not a callback at all.
    #[error("the callback cannot be read")]
    Unreadable,
    /// A parameter occurs twice, so that two readers could disagree.
    #[error("the callback repeats a parameter")]
    Repeated,
    /// No attempt of this viewer has this state.
    #[error("the state is unknown")]
    UnknownState,
    /// It came in where callbacks of another server come in.
    #[error("the callback landed in the wrong place")]
    WrongPlace,
    /// It names another issuer, or none where one was announced (RFC 9207).
    #[error("the callback names the wrong issuer")]
    WrongIssuer,
}

impl Callback {
    /// Takes a callback apart: the complete URL the person was redirected to.
    pub fn parse(url: &str) -> Result<Self, Mismatch> {
        if url.len() > MAX_URL {
            return Err(Mismatch::Unreadable);
        }
        let mut landed_at = Url::parse(url).map_err(|_| Mismatch::Unreadable)?;
        if landed_at.fragment().is_some() {
            return Err(Mismatch::Unreadable);
        }
        let one = |name: &str| {
            let mut values = landed_at.query_pairs().filter(|(key, _)| key == name);
            let value = values.next().map(|(_, value)| value.into_owned());
            if values.next().is_some() { Err(Mismatch::Repeated) } else { Ok(value) }
        };
        let (state, issuer) = (one("state")?, one("iss")?);
        let (code, error) = (one("code")?, one("error")?);
        let outcome = match (code, error) {
            (Some(code), None) if is_visible(&code, MAX_CODE) => CallbackOutcome::Code(code.into()),
            (None, Some(error)) if is_visible(&error, 64) => CallbackOutcome::Refused(error),
            _ => return Err(Mismatch::Unreadable),
        };
        let state = state.filter(|state| is_visible(state, MAX_STATE));
        let state = state.ok_or(Mismatch::Unreadable)?.into();
        landed_at.set_query(None);
        Ok(Self { landed_at, state, issuer, outcome })
    }

    /// What the attempt it belongs to can be found by.
    pub fn state_hash(&self) -> [u8; 32] {
        state_hash(self.state.expose_secret())
    }

    /// Checks that it comes from where the person was sent. Must be done before the
    /// attempt is consumed, so that a forged callback cannot burn it.
    pub fn check(&self, plan: &Plan) -> Result<(), Mismatch> {
        if self.landed_at.as_str() != plan.redirect_uri.as_str() {
            return Err(Mismatch::WrongPlace);
        }
        match &self.issuer {
            Some(issuer) if *issuer != plan.client.issuer => Err(Mismatch::WrongIssuer),
            None if plan.names_itself => Err(Mismatch::WrongIssuer),
            _ => Ok(()),
        }
    }

    /// What the authorization server decided, once it was checked.
    pub fn into_outcome(self) -> CallbackOutcome {
        self.outcome
    }
}

fn is_visible(text: &str, limit: usize) -> bool {
    !text.is_empty() && text.len() <= limit && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialect::Dialect;
    use crate::oauth::{ClientIdentity, ClientKind, IdentityPlan};
    use crate::provider::ClientAuth;

    const LANDED: &str = "https://app.example/oauth/callback/github-01";

    fn plan(names_itself: bool) -> Plan {
        Plan {
            client: ClientIdentity {
                issuer: "https://as.example".to_owned(),
                token_endpoint: "https://as.example/token".parse().unwrap(),
                revocation_endpoint: None,
                client_id: "me".to_owned(),
                client_auth: ClientAuth::None,
                resource: "https://mcp.example".to_owned(),
                kind: ClientKind::Configured,
                dialect: Dialect::default(),
            },
            redirect_uri: LANDED.parse().unwrap(),
            names_itself,
            scopes: vec![],
            identity: IdentityPlan::Standard { userinfo: None },
            return_to: String::new(),
            generation: None,
            allows_other_identity: false,
        }
    }

    fn check(query: &str, names_itself: bool) -> Result<(), Mismatch> {
        Callback::parse(&format!("{LANDED}?{query}"))?.check(&plan(names_itself))
    }

    #[test]
    fn the_issuer_table_of_rfc_9207_holds() {
        let right = "code=c&state=s&iss=https%3A%2F%2Fas.example";
        let wrong = "code=c&state=s&iss=https%3A%2F%2Fas.example%2F";
        let absent = "code=c&state=s";
        for announced in [true, false] {
            assert_eq!(check(right, announced), Ok(()));
            assert_eq!(check(wrong, announced), Err(Mismatch::WrongIssuer));
        }
        assert_eq!(check(absent, true), Err(Mismatch::WrongIssuer));
        assert_eq!(check(absent, false), Ok(()));
        let denied = "error=access_denied&state=s&iss=https%3A%2F%2Fevil.example";
        assert_eq!(check(denied, false), Err(Mismatch::WrongIssuer));
    }

    #[test]
    fn a_parameter_that_occurs_twice_is_not_chosen_from() {
        for query in
            ["code=c&state=s&code=d", "code=c&state=s&state=t", "code=c&state=s&iss=a&iss=b"]
        {
            assert_eq!(check(query, false), Err(Mismatch::Repeated), "{query}");
        }
    }

    #[test]
    fn a_callback_of_another_context_is_refused() {
        for place in [
            "https://app.example/oauth/callback/github-02",
            "https://app.example/oauth/callback/github-01/",
            "https://app.example:8443/oauth/callback/github-01",
            "http://app.example/oauth/callback/github-01",
            "https://evil.example/oauth/callback/github-01",
        ] {
            let callback = Callback::parse(&format!("{place}?code=c&state=s")).unwrap();
            assert_eq!(callback.check(&plan(false)), Err(Mismatch::WrongPlace), "{place}");
        }
    }

    #[test]
    fn what_is_neither_consent_nor_refusal_is_unreadable() {
        let long = format!("code={}&state=s", "c".repeat(MAX_CODE + 1));
        for query in [
            "",
            "state=s",
            "code=c",
            "code=&state=s",
            "code=c&error=e&state=s",
            "code=c%0a&state=s",
            &long,
        ] {
            assert_eq!(check(query, false), Err(Mismatch::Unreadable), "{query}");
        }
        assert!(Callback::parse(&format!("{LANDED}?code=c&state=s#fragment")).is_err());
    }

    proptest! {
        #[test]
        fn no_url_makes_the_parser_panic(url in ".{0,300}") {
            let _ = Callback::parse(&url);
        }

        #[test]
        fn no_query_makes_the_parser_panic(query in "[a-z=&%0-9]{0,200}") {
            let _ = check(&query, true);
        }
    }
}
