//! Connecting an account with a key, or with nothing.

use attache_domain::{
    Account, AccountId, AccountState, ConnectMethod, Problem, ProblemCode, Viewer, new_id,
};
use attache_store::{AccountDraft, AccountOutcome, Identity, Tokens, Written};
use attache_upstream::{McpError, SessionCredential, SessionKey};
use secrecy::{ExposeSecret, SecretString};

use crate::discard::RULES;
use crate::{Engine, Error, Offer, Result};

/// The longest key that is taken: it has to fit into a header.
const MAX_KEY: usize = 16 * 1024;

/// What to connect with.
#[derive(Debug)]
pub struct ConnectWithKey {
    /// Where.
    pub service: String,
    /// The key, at services that take one.
    pub api_key: Option<SecretString>,
    /// The account whose key it replaces.
    pub account: Option<AccountId>,
}

impl Engine {
    /// Connects an account at a service that takes a key, or nothing, instead of
    /// OAuth. A key is shown to the service before it is kept.
    #[tracing::instrument(name = "engine.connect_with_key", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn connect_with_key(
        &self,
        viewer: &Viewer,
        input: ConnectWithKey,
    ) -> Result<Written<Account>> {
        let (offer, account) = match input.account {
            None => (self.open_service(&input.service)?, None),
            Some(id) => {
                let (offer, account) = self.connectable_account(viewer, id).await?;
                if account.service.as_str() != input.service {
                    return Err(Problem::not_found("account").at("accountId").into());
                }
                (offer, Some(account))
            }
        };
        let key = check_key(offer, input.api_key)?;
        if key.is_none()
            && let Some(known) = self.open_account(viewer, offer).await?
        {
            return Ok(known);
        }
        self.check_room(viewer, offer, account.is_none()).await?;
        self.0.store.see(viewer).await?;
        let again = account.map(|account| (account.id, account.generation));
        let draft = AccountDraft {
            id: new_id(&self.0.clock),
            again,
            service: offer.service.code.clone(),
            // Everybody is the same at a service that wants nothing, so that there is
            // one account however often somebody clicks.
            identity: key.is_none().then(|| Identity { subject: String::new(), label: None }),
            granted_scopes: Vec::new(),
            tokens: key.clone().map(Tokens::ApiKey),
            attempt: None,
            allows_other_identity: true,
            requested_scopes: Vec::new(),
            replica: self.0.replica,
        };
        let session = match again {
            Some((account, generation)) => SessionKey { account, generation: generation + 1 },
            None => SessionKey { account: draft.id, generation: 1 },
        };
        if let Some(key) = &key {
            self.show_key(offer, session, key).await?;
        }
        match self.0.store.connect_account(viewer.id, &draft, RULES).await? {
            AccountOutcome::Connected(connected) => {
                let ((account, _), cursor) = *connected;
                self.begin_reading_catalog(viewer.id, account.clone());
                Ok((account, cursor))
            }
            AccountOutcome::Superseded
            | AccountOutcome::OtherIdentity
            | AccountOutcome::AttemptOver => {
                self.0.upstream.sessions().close(session);
                let message = "The account changed in the meantime. Try again.";
                Err(Error::refused(ProblemCode::Refused, message))
            }
        }
    }

    /// The account that the viewer has at a service that wants nothing: a second one
    /// would be the same.
    async fn open_account(
        &self,
        viewer: &Viewer,
        offer: &Offer,
    ) -> Result<Option<Written<Account>>> {
        let accounts = self.accounts(viewer).await?;
        let known = accounts.into_iter().find(|account| {
            account.service == offer.service.code && account.state == AccountState::Connected
        });
        Ok(match known {
            Some(account) => Some((account, self.event_cursor(viewer).await?)),
            None => None,
        })
    }

    /// Shows a key to the service, so that a mistyped one is refused here and not
    /// found out later. The session it opens is the one the account will use.
    async fn show_key(&self, offer: &Offer, session: SessionKey, key: &SecretString) -> Result<()> {
        let url = &offer.provider.mcp_url;
        // The first version of what the account is about to hold.
        let shown = SessionCredential::bearer(1, key).map_err(|_| Problem::not_found("key"))?;
        let opened = self.0.upstream.sessions().open(session, url, shown).await;
        let Err(error) = opened else { return Ok(()) };
        let name = &offer.service.name;
        tracing::info!(service = %offer.service.code, error = &error as &dyn std::error::Error, "a key was not accepted");
        Err(match error {
            McpError::Unauthorized | McpError::Forbidden { .. } => {
                let message = format!("{name} does not accept this key.");
                Problem::new(ProblemCode::ServiceRefused, message).at("apiKey").into()
            }
            _ => Problem::service_unavailable(name).into(),
        })
    }
}

/// The key, if the service wants one; nothing, if it wants nothing.
fn check_key(offer: &Offer, key: Option<SecretString>) -> Result<Option<SecretString>> {
    let name = &offer.service.name;
    let invalid = |message: String| Err(Problem::invalid_input("apiKey", message).into());
    match (offer.service.connect_method, key) {
        (ConnectMethod::ApiKey, Some(key)) => {
            let key = key.expose_secret().trim();
            let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
            if key.is_empty() || key.len() > MAX_KEY || !is_visible {
                return invalid("This is not a key: it has spaces or odd characters.".to_owned());
            }
            Ok(Some(key.into()))
        }
        (ConnectMethod::ApiKey, None) => invalid(format!("{name} needs a key.")),
        (ConnectMethod::None, None) => Ok(None),
        (ConnectMethod::None, Some(_)) => invalid(format!("{name} needs no key.")),
        (ConnectMethod::OAuth, _) => {
            let message = format!("{name} is connected through its sign-in page.");
            Err(Problem::invalid_input("serviceCode", message).into())
        }
    }
}
