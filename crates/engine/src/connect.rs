//! Beginning to connect an account, and giving up.

use std::sync::Arc;

use attache_domain::{
    Account, AccountId, AccountState, AttemptState, ConnectAttempt, ConnectAttemptId,
    ConnectMethod, Detail, Problem, ProblemCode, UserId, Viewer, digest, new_id,
};
use attache_store::{AttemptDraft, Begun, IdempotencyKey, Written};
use attache_upstream::{
    Access, AuthorizationRequest, EgressError, OAuthError, OAuthProvider, Trail, state_hash,
};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use secrecy::SecretString;

use crate::clients::NotKnown;
use crate::read::{MAX_ACCOUNTS, MAX_PENDING};
use crate::scopes::{Wish, scopes};
use crate::{Engine, Error, Offer, Result};

/// The most attempts a viewer can have pending at one service.
const MAX_PENDING_HERE: i64 = 3;

/// The most attempts a viewer can begin in a minute.
pub(crate) const MAX_PER_MINUTE: u32 = 20;

/// The most accounts a viewer can have at one service.
const MAX_ACCOUNTS_HERE: i64 = 10;

/// What to begin.
#[derive(Clone, Debug)]
pub struct BeginConnect {
    /// What to connect.
    pub target: ConnectTarget,
    /// Where the frontend goes on, by the operator's name for it.
    pub return_to: Option<String>,
    /// What to ask for; the service's default scopes when left out.
    pub scopes: Option<Vec<String>>,
    /// Whether an account that is connected again may become somebody else's.
    pub allows_other_identity: bool,
    /// The client's name for the intent.
    pub idempotency_key: Option<String>,
}

/// What there is to begin with.
pub(crate) struct Begin<'a> {
    pub(crate) provider: &'a OAuthProvider,
    pub(crate) account: Option<&'a Account>,
    pub(crate) scopes: Wish<'a>,
    pub(crate) return_to: String,
    pub(crate) allows_other_identity: bool,
}

/// What to connect.
#[derive(Clone, Debug)]
pub enum ConnectTarget {
    /// A new account at the service with this code.
    Service(String),
    /// This account again.
    Account(AccountId),
}

impl Engine {
    /// Begins to connect an account: works out where to send the person, and
    /// remembers what must be true when they come back.
    #[tracing::instrument(name = "engine.begin_connect", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn begin_connect(
        &self,
        viewer: &Viewer,
        input: BeginConnect,
    ) -> Result<Written<ConnectAttempt>> {
        let (offer, account) = self.connect_target(viewer, &input.target).await?;
        let Access::OAuth(provider) = &offer.provider.access else {
            let message =
                format!("{} is not connected through a sign-in page.", offer.service.name);
            return Err(Problem::invalid_input("target", message).into());
        };
        let key = idempotency_key(&input)?;
        if let Some(key) = &key
            && let Some(known) = self.known_attempt(viewer, key).await?
        {
            return Ok(known);
        }
        let return_to = self.return_name(input.return_to.as_deref())?;
        self.check_room(viewer, &offer, account.is_none()).await?;
        let begin = Begin {
            provider,
            account: account.as_ref(),
            scopes: input.scopes.as_deref().map_or(Wish::Usual, Wish::Viewer),
            return_to,
            allows_other_identity: input.allows_other_identity,
        };
        let draft = self.draft(viewer.id, &offer, begin).await?;
        self.0.store.see(viewer).await?;
        match self.0.store.begin_attempt(viewer.id, &draft, key.as_ref()).await? {
            Begun::New(attempt) => Ok(*attempt),
            // A twin of this request was faster.
            Begun::KeyTaken => {
                let key = key.expect("a key was taken, so there is one");
                let known = self.known_attempt(viewer, &key).await?;
                Ok(known.ok_or_else(|| Problem::not_found("connection attempt"))?)
            }
        }
    }

    /// Gives an attempt up. One that is over, or being exchanged, stays as it is.
    #[tracing::instrument(name = "engine.cancel_connect", skip_all, fields(viewer.id = %viewer.id, attempt.id = %id))]
    pub async fn cancel_connect(
        &self,
        viewer: &Viewer,
        id: ConnectAttemptId,
    ) -> Result<Written<ConnectAttempt>> {
        let problem = Problem::new(ProblemCode::Refused, "You cancelled this connection.");
        let (from, to) = ([AttemptState::Pending], AttemptState::Abandoned);
        let ended = self.0.store.end_attempt(viewer.id, id, &from, to, &problem).await?;
        match ended {
            Some(ended) => Ok(ended),
            None => self.attempt(viewer, id).await,
        }
    }

    /// An attempt as it is, and where the log stands.
    pub(crate) async fn attempt(
        &self,
        viewer: &Viewer,
        id: ConnectAttemptId,
    ) -> Result<Written<ConnectAttempt>> {
        let cursor = self.event_cursor(viewer).await?;
        let attempt = self.attempts_by_id(viewer.id, &[id]).await?.remove(&id);
        let attempt =
            attempt.ok_or_else(|| Problem::not_found("connection attempt").at("attemptId"))?;
        Ok((attempt, cursor))
    }

    async fn connect_target(
        &self,
        viewer: &Viewer,
        target: &ConnectTarget,
    ) -> Result<(Arc<Offer>, Option<Account>)> {
        match target {
            ConnectTarget::Service(code) => Ok((self.open_service(viewer, code).await?, None)),
            ConnectTarget::Account(id) => {
                let (offer, account) = self.connectable_account(viewer, *id).await?;
                Ok((offer, Some(account)))
            }
        }
    }

    /// A service that can be connected to now.
    pub(crate) async fn open_service(&self, viewer: &Viewer, code: &str) -> Result<Arc<Offer>> {
        let offer = self
            .offer_named(viewer.id, code)
            .await?
            .ok_or_else(|| Problem::not_found("service").at("serviceCode"))?;
        if !offer.service.accepts_connections {
            let message = format!("New connections to {} are paused.", offer.service.name);
            return Err(Error::refused(ProblemCode::Refused, message));
        }
        Ok(offer)
    }

    /// One of the viewer's accounts that can be connected again.
    pub(crate) async fn connectable_account(
        &self,
        viewer: &Viewer,
        id: AccountId,
    ) -> Result<(Arc<Offer>, Account)> {
        let account = self.accounts_by_id(viewer.id, &[id]).await?.remove(&id);
        let account = account
            .filter(|account| account.state != AccountState::Disconnecting)
            .ok_or_else(|| Problem::not_found("account").at("accountId"))?;
        let offer = self.open_service(viewer, account.service.as_str()).await?;
        Ok((offer, account))
    }

    /// Refuses a viewer who has too much under way, or too many accounts already.
    pub(crate) async fn check_room(
        &self,
        viewer: &Viewer,
        offer: &Offer,
        is_new: bool,
    ) -> Result<()> {
        let (code, name) = (&offer.service.code, &offer.service.name);
        if is_new {
            let (all, here) = self.0.store.account_counts(viewer.id, code).await?;
            if all >= MAX_ACCOUNTS {
                let message = format!("You can connect at most {MAX_ACCOUNTS} accounts.");
                return Err(Error::refused(ProblemCode::LimitReached, message));
            }
            if here >= MAX_ACCOUNTS_HERE {
                let message =
                    format!("You can connect at most {MAX_ACCOUNTS_HERE} accounts of {name}.");
                return Err(Error::refused(ProblemCode::LimitReached, message));
            }
        }
        if offer.service.connect_method != ConnectMethod::OAuth {
            return Ok(());
        }
        let minute = TimeDelta::minutes(1);
        let now = self.0.clock.now();
        let pressure = self.0.store.attempt_pressure(viewer.id, code, now - minute).await?;
        if pressure.recent >= i64::from(MAX_PER_MINUTE) {
            let problem = Problem::new(ProblemCode::RateLimited, "Too many tries. Wait a minute.");
            return Err(problem.with(Detail::RetryAt(now + minute)).into());
        }
        if pressure.pending >= MAX_PENDING || pressure.pending_at_service >= MAX_PENDING_HERE {
            let message = format!("Finish or cancel the connections to {name} that you started.");
            return Err(Error::refused(ProblemCode::LimitReached, message));
        }
        Ok(())
    }

    pub(crate) async fn draft(
        &self,
        user: UserId,
        offer: &Offer,
        begin: Begin<'_>,
    ) -> Result<AttemptDraft> {
        let name = &offer.service.name;
        let Begin { provider, account, return_to, allows_other_identity, .. } = begin;
        let upstream = self.upstream(&offer.service.code);
        // Nobody signs in at a program: no configuration says so.
        let url = offer.provider.mcp_url().ok_or_else(|| Problem::service_unavailable(name))?;
        let place = upstream.destination(provider, url, &mut Trail::default()).await;
        let place = place.map_err(|error| refusal(&error, name))?;
        let scopes = scopes(offer, &place, account, begin.scopes)?;
        let client = self.client_at(user, offer, provider, &place, &scopes).await;
        let client = client.map_err(|not_known| match not_known {
            NotKnown::OAuth(error) => refusal(&error, name).into(),
            NotKnown::Fault(error) => error,
        })?;
        let clock = &self.0.clock;
        let random = || -> String { BASE64_URL_SAFE_NO_PAD.encode(clock.random::<32>()) };
        let (state, verifier) = (random(), SecretString::from(random()));
        let state_hash = state_hash(&state);
        let request = AuthorizationRequest {
            server: place.server,
            client: client.identity,
            redirect_uri: client.redirect_uri,
            scopes,
            state: state.into(),
            verifier: verifier.clone(),
            return_to,
            generation: account.map(|account| account.generation),
            allows_other_identity,
        };
        let authorization = upstream.authorize(provider, request);
        let authorization = authorization.map_err(|error| refusal(&error, name))?;
        Ok(AttemptDraft {
            id: new_id(clock),
            service: offer.service.code.clone(),
            account: account.map(|account| account.id),
            expires_at: clock.now() + self.0.settings.time_to_return,
            state_hash,
            plan: serde_json::to_value(&authorization.plan).expect("a plan is plain JSON"),
            url: authorization.url,
            verifier,
        })
    }

    /// The attempt that the same intent began before.
    async fn known_attempt(
        &self,
        viewer: &Viewer,
        key: &IdempotencyKey,
    ) -> Result<Option<Written<ConnectAttempt>>> {
        let Some(known) = self.0.store.known_intent(viewer.id, key).await? else {
            return Ok(None);
        };
        if !known.is_same_input {
            return Err(key_reused());
        }
        self.attempt(viewer, ConnectAttemptId::from_uuid(known.entity)).await.map(Some)
    }

    /// What follows once an account is connected, however it came to be: the auditor is told, and its
    /// tools are read.
    pub(crate) fn welcome(&self, user: UserId, account: Account) {
        tracing::info!(target: "attache::audit", service = %account.service, viewer.id = %user,
            account.id = %account.id, "an account was connected");
        self.begin_reading_catalog(user, account);
    }

    pub(crate) fn return_name(&self, name: Option<&str>) -> Result<String> {
        let returns = &self.0.settings.returns;
        let found = match name {
            Some(name) => returns.iter().find(|(known, _)| known == name),
            None => returns.first(),
        };
        let (name, _) = found.ok_or_else(|| {
            Problem::invalid_input("returnTo", "There is no such place to return to.")
        })?;
        Ok(name.clone())
    }
}

/// What the person is told when an authorization server cannot be used.
pub(crate) fn refusal(error: &OAuthError, service: &str) -> Problem {
    tracing::warn!(%service, error = error as &dyn std::error::Error, "an authorization server cannot be used");
    match error {
        // Trying again leads to the same place.
        OAuthError::Egress(EgressError::Refused(_)) => Problem::service_refused(service),
        OAuthError::Egress(_) | OAuthError::Status { .. } => Problem::service_unavailable(service),
        OAuthError::NotRegistered => Problem::registration_refused(service),
        _ => Problem::service_refused(service),
    }
}

pub(crate) fn key_reused() -> Error {
    let message = "This idempotency key was used for something else.";
    Problem::new(ProblemCode::IdempotencyKeyReused, message).at("idempotencyKey").into()
}

/// Whether a client's name for an intent has the right length.
pub(crate) fn check_key(key: &str) -> Result<()> {
    if (16..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    let message = "An idempotency key is 16 to 64 visible ASCII characters.";
    Err(Problem::invalid_input("idempotencyKey", message).into())
}

fn idempotency_key(input: &BeginConnect) -> Result<Option<IdempotencyKey>> {
    let Some(key) = &input.idempotency_key else {
        return Ok(None);
    };
    check_key(key)?;
    let target = format!("{:?}", input.target);
    let scopes = format!("{:?}", input.scopes);
    let return_to = format!("{:?}", input.return_to);
    let others = [u8::from(input.allows_other_identity)];
    let words = [target.as_bytes(), scopes.as_bytes(), return_to.as_bytes(), &others];
    let input_hash = digest(&words);
    Ok(Some(IdempotencyKey { operation: "beginConnect", key: key.clone(), input_hash }))
}
