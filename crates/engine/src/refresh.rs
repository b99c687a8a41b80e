//! Renewing an account's tokens: once, whoever needs them and however many do.

use std::sync::Arc;
use std::time::Duration;

use attache_domain::{Account, Problem, ProblemCode, ServiceCode, UserId};
use attache_store::{Claim, Credential, Origin, Page, PageKey, RefreshEnd, Renewal, Turn};
use attache_upstream::{
    ClientIdentity, KeepError, OAuthError, Proof, RefreshFailure, SessionKey, TokenAnswer,
};
use chrono::TimeDelta;
use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::discard::RULES;
use crate::flights::Pilot;
use crate::outbox::pause;
use crate::{Engine, Error, shown};

/// How many renewals one service is asked for at once, by all processes together when
/// nobody waits for them, and by each when somebody does.
pub(crate) const AT_ONCE: u32 = 8;

/// How many services' permits are kept without looking whether anybody needs them: viewers add
/// services, too.
const MANY: usize = 1_000;

/// How long somebody waits for another process to renew.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often somebody looks meanwhile.
const LOOK: Duration = Duration::from_millis(50);

/// How long a service is left alone whose client the operator has taken away.
const NO_CLIENT: TimeDelta = TimeDelta::minutes(5);

/// How long a database that is away is waited for with tokens in hand.
const STORE_PAUSE: Duration = Duration::from_millis(200);

/// Why there is no credential that can be relied on.
#[derive(Clone, Debug)]
pub(crate) enum NoCredential {
    /// The account holds none, or none any more.
    Gone,
    /// The service does not accept the grant any more: the person has to consent again.
    Over,
    /// It cannot be renewed at the moment.
    Unavailable,
    /// It is our fault.
    Fault(Arc<Error>),
}

impl From<attache_store::Error> for NoCredential {
    fn from(error: attache_store::Error) -> Self {
        Self::Fault(Arc::new(error.into()))
    }
}

impl Engine {
    /// A credential that can be relied on: the stored one, or a new one, and whether it is new.
    /// `refused` is a version that the service does not accept, whatever it said about its life.
    pub(crate) async fn credential(
        &self,
        user: UserId,
        account: &Account,
        refused: Option<i64>,
    ) -> Result<(Credential, bool), NoCredential> {
        // Whoever joins a renewal that began before theirs was refused may have to ask twice.
        for _ in 0..3 {
            let stored = self.0.store.credential(user, account).await?.ok_or(NoCredential::Gone)?;
            let now = self.0.clock.now();
            let is_refused = refused == Some(stored.version);
            let is_fresh = stored.fresh_until.is_none_or(|until| now < until);
            if !is_refused && (is_fresh || !stored.is_renewable) {
                return Ok((stored, false));
            }
            if !stored.is_renewable {
                return Err(NoCredential::Over);
            }
            match self.renewed(user, account, stored.version).await {
                Ok(renewed) if Some(renewed.version) == refused => {}
                // It lives a little longer, which is better than nothing.
                Err(NoCredential::Unavailable)
                    if !is_refused && stored.expires_at.is_some_and(|at| now < at) =>
                {
                    return Ok((stored, false));
                }
                renewed => return renewed.map(|credential| (credential, true)),
            }
        }
        Err(NoCredential::Unavailable)
    }

    /// Renews a version of a credential, or waits for whoever does.
    async fn renewed(
        &self,
        user: UserId,
        account: &Account,
        version: i64,
    ) -> Result<Credential, NoCredential> {
        let landing = self.0.flights.join(account.id, |pilot| {
            let (engine, account) = (self.clone(), account.clone());
            self.0.tasks.spawn(async move {
                pilot.land(engine.fly(user, &account, version).await);
            });
        });
        let landing = tokio::time::timeout(PATIENCE, landing).await;
        landing.unwrap_or(Err(NoCredential::Unavailable))
    }

    async fn fly(
        &self,
        user: UserId,
        account: &Account,
        version: i64,
    ) -> Result<Credential, NoCredential> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if self.0.breakers.open_until(&account.service, self.0.clock.now()).is_some() {
                return Err(NoCredential::Unavailable);
            }
            let permit = self.renewal_permit(&account.service).await;
            match self.0.store.claim_refresh(user, account, version).await? {
                Claim::Ours(turn) => return self.take_turn(*turn, permit).await,
                Claim::Over => return Err(NoCredential::Over),
                Claim::Later(_) => return Err(NoCredential::Unavailable),
                Claim::Moved => {
                    let stored = self.0.store.credential(user, account).await?;
                    return stored.ok_or(NoCredential::Gone);
                }
                Claim::Busy => drop(permit),
            }
            let [jitter] = self.0.clock.random::<1>();
            tokio::time::sleep(LOOK + Duration::from_millis(u64::from(jitter) / 8)).await;
        }
        Err(NoCredential::Unavailable)
    }

    /// Asks the service for new tokens, once, and writes down what became of it.
    #[tracing::instrument(name = "engine.refresh", skip_all, fields(account.id = %turn.account, service = %turn.service))]
    pub(crate) async fn take_turn(
        &self,
        turn: Turn,
        _permit: OwnedSemaphorePermit,
    ) -> Result<Credential, NoCredential> {
        let now = self.0.clock.now();
        let Ok(client) = ClientIdentity::deserialize(&turn.client) else {
            tracing::error!("the client of a credential cannot be read");
            return self.not_now(&turn, NO_CLIENT).await;
        };
        if turn.is_doubtful
            && let Some(renewal) = self.kept_renewal(&turn, &client).await?
        {
            return self.store_renewal(&turn, &renewal).await;
        }
        let proof = self.proof(turn.user, &turn.service, &client).await;
        let Some(proof) = proof.map_err(|error| NoCredential::Fault(Arc::new(error)))? else {
            tracing::error!(
                "tokens cannot be renewed: the service, or its client, is configured no more"
            );
            return self.not_now(&turn, NO_CLIENT).await;
        };
        let page = match self.0.store.begin_page(PageKey::of(&turn, now)).await {
            Ok(page) => Arc::new(page),
            // Without a place for the answer, the old token had better not be spent.
            Err(error) => {
                tracing::error!(?error, "there is no room for new tokens, so none are asked for");
                return self.not_now(&turn, TimeDelta::seconds(30)).await;
            }
        };
        let answer = self.ask_for_tokens(&turn, &client, &proof, &page).await;
        let ended = match answer {
            Ok(answer) => {
                let renewal = renewal(answer, now);
                self.store_renewal(&turn, &renewal).await
            }
            Err(error) => self.not_renewed(&turn, &client, &error).await,
        };
        // A fault leaves the page to whoever finds it.
        if !matches!(ended, Err(NoCredential::Fault(_)))
            && let Some(page) = Arc::into_inner(page)
        {
            page.discard().await;
        }
        ended
    }

    /// The tokens that an earlier turn brought, if they are in a journal on this machine. To ask
    /// for others would end the grant at services that take a refresh token once.
    async fn kept_renewal(
        &self,
        turn: &Turn,
        client: &ClientIdentity,
    ) -> Result<Option<Renewal>, NoCredential> {
        let Some((answer, asked_at)) = self.0.store.kept_answer(turn).await? else {
            return Ok(None);
        };
        let body = answer.expose_secret().as_bytes();
        let Ok(answer) = TokenAnswer::read(&client.dialect, body, asked_at) else {
            return Ok(None);
        };
        tracing::warn!(target: "attache::audit", "tokens of an earlier turn were in a journal");
        Ok(Some(renewal(answer, asked_at)))
    }

    async fn ask_for_tokens(
        &self,
        turn: &Turn,
        client: &ClientIdentity,
        proof: &Proof,
        page: &Arc<Page>,
    ) -> Result<TokenAnswer, OAuthError> {
        let keep = |answer: SecretString| {
            let page = page.clone();
            async move {
                // The tokens are in hand all the same, and about to be stored.
                if let Err(error) = page.keep(&answer).await {
                    tracing::error!(?error, "new tokens could not be written to the journal");
                }
                Ok::<_, KeepError>(())
            }
            .boxed()
        };
        self.upstream(&turn.service).refresh(client, proof, &turn.refresh, &keep).await
    }

    /// Stores new tokens. They are known to nobody else, so a database that is away is
    /// waited for as long as this process lives.
    async fn store_renewal(
        &self,
        turn: &Turn,
        renewal: &Renewal,
    ) -> Result<Credential, NoCredential> {
        let stored = loop {
            match self.0.store.commit_refresh(turn, renewal, false).await {
                Err(error) if error.is_temporary() => {
                    tracing::warn!(?error, "new tokens are not stored yet");
                    tokio::time::sleep(STORE_PAUSE).await;
                }
                stored => break stored,
            }
        };
        match stored {
            Ok(Some(credential)) => {
                self.0.breakers.close(&turn.service);
                tracing::info!(target: "attache::audit", version = credential.version, "tokens were renewed");
                self.show(turn, &credential);
                Ok(credential)
            }
            Ok(None) => {
                tracing::warn!(target: "attache::audit", "tokens were renewed too late, and are revoked");
                self.discard_renewal(turn, renewal.clone()).await?;
                Err(NoCredential::Gone)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Shows a new token from now on, in a session that is warm.
    fn show(&self, turn: &Turn, credential: &Credential) {
        let key = SessionKey { account: turn.account, generation: turn.generation };
        let session = self.upstream(&turn.service).sessions().warm(key);
        if let (Some(session), Ok(shown)) = (session, shown::token(credential)) {
            session.renew(shown);
        }
    }

    /// Sends tokens to the outbox that were bought for a credential that moved on.
    pub(crate) async fn discard_renewal(
        &self,
        turn: &Turn,
        renewal: Renewal,
    ) -> Result<(), attache_store::Error> {
        let origin = Origin {
            account: turn.account,
            generation: turn.generation,
            service: &turn.service,
            subject: turn.subject.as_deref(),
            is_renewed: true,
        };
        let tokens = renewal.into_tokens(turn.client.clone());
        self.0.store.discard_tokens(turn.user, origin, &tokens, RULES).await?;
        self.deliver_soon();
        Ok(())
    }

    /// Nothing was asked. Not before then.
    async fn not_now(&self, turn: &Turn, wait: TimeDelta) -> Result<Credential, NoCredential> {
        let until = self.0.clock.now() + wait;
        self.0.store.end_refresh(turn, RefreshEnd::Later(until)).await?;
        Err(NoCredential::Unavailable)
    }

    async fn not_renewed(
        &self,
        turn: &Turn,
        client: &ClientIdentity,
        error: &OAuthError,
    ) -> Result<Credential, NoCredential> {
        let now = self.0.clock.now();
        let backoff = pause(&self.0.clock, turn.failures);
        // A token that stays good when it was used leaves nothing to find out.
        let failure = match error.refresh_failure() {
            RefreshFailure::Unknown if client.dialect.leeway().is_none() => {
                RefreshFailure::NotDone { after: None }
            }
            failure => failure,
        };
        let end = match failure {
            RefreshFailure::Over => {
                let problem = self.grant_is_over(turn);
                tracing::warn!(target: "attache::audit", error = error as &dyn std::error::Error, code = ?problem.code,
                    "a grant is over");
                self.0.store.end_refresh(turn, RefreshEnd::Over(&problem)).await?;
                return Err(NoCredential::Over);
            }
            RefreshFailure::Client => {
                let until = self.0.breakers.fault(&turn.service, now);
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    pause_s = (until - now).num_seconds(),
                    "the service does not accept this server; its accounts wait until that is mended"
                );
                RefreshEnd::Later(until + backoff)
            }
            RefreshFailure::NotDone { after } => {
                if let Some(after) = after {
                    self.0.breakers.rest(&turn.service, now, after);
                }
                let asked = after.and_then(|it| TimeDelta::from_std(it).ok()).unwrap_or_default();
                tracing::warn!(error = error as &dyn std::error::Error, "tokens were not renewed");
                RefreshEnd::Later(now + backoff.max(asked))
            }
            RefreshFailure::Unknown => {
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    "nobody knows whether tokens were renewed"
                );
                RefreshEnd::Uncertain(
                    now + if turn.is_doubtful { backoff } else { TimeDelta::seconds(1) },
                )
            }
        };
        self.0.store.end_refresh(turn, end).await?;
        Err(NoCredential::Unavailable)
    }

    /// What the person is told whose grant is over. When an earlier try ended without anybody
    /// knowing how, that is why.
    fn grant_is_over(&self, turn: &Turn) -> Problem {
        let name = &self.services().name(&turn.service);
        let problem = Problem::reauthorization_required(turn.account, name);
        if !turn.is_doubtful {
            return problem;
        }
        let message =
            format!("Renewing access to {name} was interrupted. Connect the account again.");
        Problem { code: ProblemCode::RefreshInterrupted, message, ..problem }
    }

    /// The right to ask a service for tokens.
    pub(crate) async fn renewal_permit(&self, service: &ServiceCode) -> OwnedSemaphorePermit {
        self.renewal_permits(service).acquire_owned().await.expect("it is never closed")
    }

    pub(crate) fn renewal_permits(&self, service: &ServiceCode) -> Arc<Semaphore> {
        let mut permits =
            self.0.renewal_permits.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if permits.len() > MANY {
            // Those that nobody holds or waits for are as good as new ones.
            permits.retain(|_, permits| Arc::strong_count(permits) > 1);
        }
        let fresh = || Arc::new(Semaphore::new(AT_ONCE as usize));
        permits.entry(service.clone()).or_insert_with(fresh).clone()
    }

    /// Flies a turn that was taken in the background, so that whoever needs the account's
    /// tokens meanwhile can join.
    pub(crate) async fn fly_turn(&self, turn: Turn) {
        let permit = self.renewal_permit(&turn.service).await;
        let pilot: Option<Pilot> = self.0.flights.begin(turn.account);
        let landing = self.take_turn(turn, permit).await;
        if let Err(NoCredential::Fault(error)) = &landing {
            tracing::error!(?error, "tokens could not be renewed");
        }
        if let Some(pilot) = pilot {
            pilot.land(landing);
        }
    }
}

/// Tokens that were asked for at `asked_at`: their life counts from then, because it may
/// have begun when the service read the request.
pub(crate) fn renewal(answer: TokenAnswer, asked_at: chrono::DateTime<chrono::Utc>) -> Renewal {
    Renewal {
        access: answer.access,
        refresh: answer.refresh,
        issued_at: asked_at,
        lifetime: answer.lifetime.and_then(|it| TimeDelta::from_std(it).ok()),
        scopes: answer.scopes,
    }
}
