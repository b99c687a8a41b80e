//! Connecting an account with a key, or with nothing.

use std::sync::PoisonError;

use attache_domain::{
    Account, AccountId, AccountState, ConnectMethod, Detail, Problem, ProblemCode, ServiceCode,
    Viewer, new_id,
};
use attache_store::{AccountDraft, AccountOutcome, Identity, Tokens, Written};
use attache_upstream::{McpError, SessionKey};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::discard::RULES;
use crate::shown;
use crate::{Engine, Error, Offer, Result};

/// What to connect with. It cannot be printed.
pub struct ConnectWithKey {
    /// Where.
    pub service: String,
    /// The key, at services that take but one value.
    pub api_key: Option<SecretString>,
    /// The values of the service's form.
    pub values: Option<Value>,
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
            None => (self.open_service(viewer, &input.service).await?, None),
            Some(id) => {
                let (offer, account) = self.connectable_account(viewer, id).await?;
                if account.service.as_str() != input.service {
                    return Err(Problem::not_found("account").at("accountId").into());
                }
                (offer, Some(account))
            }
        };
        let field = if input.values.is_some() { "values" } else { "apiKey" };
        let key = check_key(&offer, input.api_key, input.values)?;
        if key.is_none()
            && let Some(known) = self.open_account(viewer, &offer).await?
        {
            return Ok(known);
        }
        self.check_room(viewer, &offer, account.is_none()).await?;
        // Each try shows a key to the service, or starts a program.
        self.0.connecting.check(viewer.id, self.0.clock.now())?;
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
            tokens: key
                .as_ref()
                .map(|key| Tokens::ApiKey(Value::from(key.clone()).to_string().into())),
            attempt: None,
            allows_other_identity: true,
            requested_scopes: Vec::new(),
            return_to: None,
            replica: self.0.replica,
        };
        let session = match again {
            Some((account, generation)) => SessionKey { account, generation: generation + 1 },
            None => SessionKey { account: draft.id, generation: 1 },
        };
        // Before anything is opened, so that it is closed also when nobody waits any more.
        let mut opened = Opened::new(self, &draft.service, session)?;
        if let Some(key) = &key {
            self.show_key(&offer, session, key).await.map_err(|problem| problem.at(field))?;
        }
        match self.0.store.connect_account(viewer.id, &draft, RULES).await? {
            AccountOutcome::Connected(connected) => {
                opened.is_kept = true;
                let ((account, _), cursor) = *connected;
                self.welcome(viewer.id, account.clone());
                Ok((account, cursor))
            }
            AccountOutcome::Superseded
            | AccountOutcome::OtherIdentity
            | AccountOutcome::AttemptOver
            | AccountOutcome::ServiceRemoved => {
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
    async fn show_key(
        &self,
        offer: &Offer,
        session: SessionKey,
        key: &Map<String, Value>,
    ) -> Result<(), Problem> {
        let name = &offer.service.name;
        // The first version of what the account is about to hold.
        let shown = offer.service.key_form.as_ref().and_then(|form| shown::key(form, 1, key));
        let shown = shown.ok_or_else(|| Problem::service_refused(name))?;
        let sessions = self.upstream(&offer.service.code).sessions();
        let Err(error) = sessions.open(session, &offer.provider, shown).await else {
            return Ok(());
        };
        tracing::info!(service = %offer.service.code, error = &error as &dyn std::error::Error, "a key was not accepted");
        Err(match error {
            McpError::Unauthorized | McpError::Forbidden { .. } => {
                let message = format!("{name} does not accept this key.");
                Problem::new(ProblemCode::ServiceRefused, message)
            }
            _ => Problem::service_unavailable(name),
        })
    }
}

/// A session of an account that there is not yet. Closed when dropped, unless there is by then.
struct Opened<'a> {
    engine: &'a Engine,
    service: &'a ServiceCode,
    session: SessionKey,
    is_kept: bool,
}

impl<'a> Opened<'a> {
    /// One at a time: whoever came second would find the session of the first one open, and keep a
    /// key that the service never saw.
    fn new(engine: &'a Engine, service: &'a ServiceCode, session: SessionKey) -> Result<Self> {
        let mut shown = engine.0.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if !shown.insert(session) {
            let message = "This account is being connected already. Wait a moment and try again.";
            return Err(Error::refused(ProblemCode::Refused, message));
        }
        Ok(Self { engine, service, session, is_kept: false })
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.engine.upstream(self.service).sessions().close(self.session);
        }
        let mut shown = self.engine.0.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.remove(&self.session);
    }
}

/// What was entered, if the service wants something; nothing, if it wants nothing.
fn check_key(
    offer: &Offer,
    key: Option<SecretString>,
    values: Option<Value>,
) -> Result<Option<Map<String, Value>>> {
    let name = &offer.service.name;
    let invalid = |field, message: String| Err(Problem::invalid_input(field, message).into());
    let Some(form) = &offer.service.key_form else {
        return match (offer.service.connect_method, key, values) {
            (ConnectMethod::OAuth, ..) => {
                let message = format!("{name} is connected through its sign-in page.");
                invalid("serviceCode", message)
            }
            (_, None, None) => Ok(None),
            (_, Some(_), _) => invalid("apiKey", format!("{name} needs no key.")),
            (_, None, Some(_)) => invalid("values", format!("{name} needs no key.")),
        };
    };
    match (key, values) {
        (Some(_), Some(_)) => {
            invalid("values", "Give the key or the values, and not both.".to_owned())
        }
        (key, None) => {
            let Some(field) = form.only_field() else {
                return invalid("values", format!("{name} needs more than a key."));
            };
            let key = key.as_ref().map_or(Value::Null, |key| key.expose_secret().into());
            let entered = Map::from_iter([(field.name.clone(), key)]);
            let read = form.read(&entered).map_err(|violations| {
                let message = violations.into_iter().next().map(|it| it.message);
                Problem::invalid_input("apiKey", message.unwrap_or_default())
            });
            Ok(Some(read?))
        }
        (None, Some(Value::Object(entered))) => {
            let read = form.read(&entered).map_err(|violations| {
                let message = "Some values do not fit.";
                let problem = Problem::new(ProblemCode::ArgumentsInvalid, message).at("values");
                problem.with(Detail::Violations(violations))
            });
            Ok(Some(read?))
        }
        (None, Some(_)) => {
            invalid("values", "The values are an object of names and texts.".to_owned())
        }
    }
}
