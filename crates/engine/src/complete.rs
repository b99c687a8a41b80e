//! A person comes back from an authorization server.

mod recover;

use std::sync::Arc;
use std::time::Duration;

use attache_domain::{
    Account, AttemptState, ConnectAttempt, ConnectAttemptId, EventCursor, Problem, ProblemCode,
    UserId, Viewer, digest, new_id,
};
use attache_store::{
    AccountDraft, AccountOutcome, Exchange, ExchangeSecrets, Identity, PageKey, Tokens,
};
use attache_upstream::{
    Callback, CallbackOutcome, KeepError, Mismatch, OAuthError, Plan, TokenAnswer,
};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::connect::refusal;
use crate::discard::RULES;
use crate::{Engine, Error, Fault, Result};

/// How often an answer is offered to a database that is away.
const KEEP_PAUSE: Duration = Duration::from_millis(200);

/// How a person came back.
#[derive(Clone, Debug)]
pub enum CallbackInput {
    /// To the frontend, with this URL.
    Url(String),
    /// To this server, which kept the callback and gave their browser this ticket.
    Ticket(SecretString),
}

/// Where an attempt is after the person came back.
#[derive(Debug)]
pub struct Completed {
    /// The attempt.
    pub attempt: ConnectAttempt,
    /// The account, once there is one.
    pub account: Option<Account>,
    /// Where this is in the event log.
    pub cursor: EventCursor,
}

impl Engine {
    /// Finishes connecting an account. Only the viewer who began may: who brings
    /// another's callback learns nothing and gets nothing.
    #[tracing::instrument(name = "engine.complete_oauth", skip_all, fields(viewer.id = %viewer.id))]
    pub async fn complete_oauth(&self, viewer: &Viewer, input: CallbackInput) -> Result<Completed> {
        let (attempt, callback) = match input {
            CallbackInput::Url(url) => {
                let callback = Callback::parse(&url).map_err(|why| refused(viewer, why))?;
                let attempt = self.attempt_of(viewer, &callback).await?;
                (attempt, Some(callback))
            }
            CallbackInput::Ticket(ticket) => {
                let hash = digest(&[ticket.expose_secret().as_bytes()]);
                let attempt = self.0.store.attempt_by_ticket(viewer.id, &hash).await?;
                (attempt.ok_or_else(|| refused(viewer, Mismatch::UnknownState))?, None)
            }
        };
        if attempt.state != AttemptState::Pending {
            return self.completed(viewer, attempt.id).await;
        }
        if attempt.expires_at <= self.0.clock.now() {
            self.lapse(viewer.id, attempt.id).await?;
            return self.completed(viewer, attempt.id).await;
        }
        let Some(exchange) = self.0.store.exchange(viewer.id, attempt.id).await? else {
            return self.completed(viewer, attempt.id).await;
        };
        let plan = plan(&exchange)?;
        let secrets = self.0.store.open_exchange(&exchange).await?;
        let callback = match (callback, &secrets.callback) {
            (Some(callback), _) => callback,
            (None, Some(kept)) => {
                Callback::parse(kept.expose_secret()).map_err(|why| refused(viewer, why))?
            }
            (None, None) => return self.completed(viewer, attempt.id).await,
        };
        // Before the attempt is consumed: a forged callback must not burn it.
        callback.check(&plan).map_err(|why| refused(viewer, why))?;
        match callback.into_outcome() {
            CallbackOutcome::Refused(error) => {
                self.end_declined(viewer.id, &attempt, &error).await?;
            }
            CallbackOutcome::Code(code) => {
                let claim = self.0.store.claim_exchange(viewer.id, attempt.id, self.0.replica);
                let hand = self.0.work.take(attempt.id.uuid());
                if let Some((attempt, _)) = claim.await? {
                    Box::pin(self.redeem(viewer.id, attempt, plan, secrets, code)).await?;
                }
                drop(hand);
            }
        }
        self.completed(viewer, attempt.id).await
    }

    /// Keeps a callback that came to this server, for the person to come for, and says
    /// where the frontend goes on, and with which ticket. Nothing is exchanged: a
    /// redirect carries no session, so nobody has proven yet who came back.
    ///
    /// The ticket is what ties the browser that came back to the viewer who completes.
    /// Without it, whoever began an attempt could make somebody else consent to it.
    #[tracing::instrument(name = "engine.receive_callback", skip_all)]
    pub async fn receive_callback(&self, url: &str) -> Result<Url> {
        let mismatch = || Error::from(Problem::authorization_mismatch());
        let callback = Callback::parse(url).map_err(|why| audited(why, mismatch()))?;
        let found = self.0.store.exchange_by_state(&callback.state_hash()).await?;
        let exchange = found.ok_or_else(|| audited(Mismatch::UnknownState, mismatch()))?;
        let plan = plan(&exchange)?;
        callback.check(&plan).map_err(|why| audited(why, mismatch()))?;
        let ticket = BASE64_URL_SAFE_NO_PAD.encode(self.0.clock.random::<32>());
        let (kept, hash) = (SecretString::from(url), digest(&[ticket.as_bytes()]));
        if !self.0.store.keep_callback(&exchange, &kept, &hash).await? {
            return Err(audited(Mismatch::UnknownState, mismatch()));
        }
        let returns = &self.0.settings.returns;
        let place = returns.iter().find(|(name, _)| *name == plan.return_to);
        let (_, place) = place.or_else(|| returns.first()).ok_or_else(mismatch)?;
        let mut place = place.clone();
        place
            .query_pairs_mut()
            .append_pair("attempt", &exchange.attempt.id.to_string())
            .append_pair("ticket", &ticket);
        Ok(place)
    }

    /// The viewer's attempt that a callback belongs to.
    async fn attempt_of(&self, viewer: &Viewer, callback: &Callback) -> Result<ConnectAttempt> {
        let state = callback.state_hash();
        if let Some(attempt) = self.0.store.attempt_by_state(viewer.id, &state).await? {
            return Ok(attempt);
        }
        // It may be another viewer's, who was made to open a link of this one's.
        self.0.store.note_mismatch(&state, &Problem::authorization_mismatch()).await?;
        Err(refused(viewer, Mismatch::UnknownState))
    }

    async fn completed(&self, viewer: &Viewer, id: ConnectAttemptId) -> Result<Completed> {
        let (attempt, cursor) = self.attempt(viewer, id).await?;
        let account = match attempt.account {
            Some(id) if attempt.state == AttemptState::Succeeded => {
                self.accounts_by_id(viewer.id, &[id]).await?.remove(&id)
            }
            _ => None,
        };
        Ok(Completed { attempt, account, cursor })
    }

    async fn end_declined(
        &self,
        user: UserId,
        attempt: &ConnectAttempt,
        error: &str,
    ) -> Result<()> {
        let name = &self.services().name(&attempt.service);
        let (state, problem) = if error == "access_denied" {
            let message = format!("Access to {name} was not granted.");
            (AttemptState::Denied, Problem::new(ProblemCode::AuthorizationDenied, message))
        } else {
            tracing::warn!(service = %attempt.service, %error, "consent failed");
            (AttemptState::Failed, Problem::service_refused(name))
        };
        let from = [AttemptState::Pending];
        self.0.store.end_attempt(user, attempt.id, &from, state, &problem).await?;
        Ok(())
    }

    /// Exchanges the code. The answer is kept before it is read.
    async fn redeem(
        &self,
        user: UserId,
        attempt: ConnectAttempt,
        plan: Plan,
        secrets: ExchangeSecrets,
        code: SecretString,
    ) -> Result<()> {
        let Some(proof) = self.proof(user, &attempt.service, &plan.client).await? else {
            tracing::warn!(service = %attempt.service, "the client changed during an attempt");
            let problem = Problem::service_refused(&self.services().name(&attempt.service));
            return self.fail(user, attempt.id, &problem).await;
        };
        let key = PageKey::Exchange {
            user,
            attempt: attempt.id,
            service: attempt.service.clone(),
            client: serde_json::to_value(&plan.client).expect("a client is plain JSON"),
        };
        let page = match self.0.store.begin_page(key).await {
            Ok(page) => Arc::new(page),
            // Without a place for the tokens, the code had better not be spent.
            Err(error) => {
                tracing::error!(?error, "there is no room for tokens, so none are asked for");
                let name = &self.services().name(&attempt.service);
                return self.fail(user, attempt.id, &Problem::service_unavailable(name)).await;
            }
        };
        let keep = |body: SecretString| {
            let (store, attempt, page) = (self.0.store.clone(), attempt.clone(), page.clone());
            async move {
                if let Err(error) = page.keep(&body).await {
                    tracing::error!(?error, "tokens could not be written to the journal");
                }
                // They are known to nobody else, so a database that is away is waited for as
                // long as this process lives.
                loop {
                    match store.keep_response(user, &attempt, &body).await {
                        Err(error) if error.is_temporary() => {
                            tracing::warn!(?error, "a token response is not kept yet");
                            tokio::time::sleep(KEEP_PAUSE).await;
                        }
                        kept => return kept.map_err(|error| Box::new(error) as KeepError),
                    }
                }
            }
            .boxed()
        };
        let answer = self
            .upstream(&attempt.service)
            .exchange(&plan, &proof, &code, &secrets.verifier, &keep)
            .await;
        let is_kept = !matches!(answer, Err(OAuthError::Keep(_)));
        if is_kept && let Some(page) = Arc::into_inner(page) {
            page.discard().await;
        }
        self.settle(user, &attempt, &plan, answer).await
    }

    /// Makes an account of what the token endpoint answered, or ends the attempt.
    async fn settle(
        &self,
        user: UserId,
        attempt: &ConnectAttempt,
        plan: &Plan,
        answer: Result<TokenAnswer, OAuthError>,
    ) -> Result<()> {
        let name = self.services().name(&attempt.service);
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                if matches!(&error, OAuthError::Refused(code) if code == "invalid_client") {
                    self.forget_client(user, &attempt.service, &plan.client).await?;
                }
                if let OAuthError::Keep(_) = &error {
                    // The answer is on its page, and may be coming home from there right now.
                    let problem = refusal(&error, &name);
                    self.0.store.end_unanswered(user, attempt.id, &problem).await?;
                    return Ok(());
                }
                self.salvage(user, attempt, plan).await?;
                return self.fail(user, attempt.id, &refusal(&error, &name)).await;
            }
        };
        let draft = match self.account_draft(attempt, plan, &answer).await {
            Ok(draft) => draft,
            Err((error, draft)) => {
                self.discard_draft(user, &draft).await?;
                return self.fail(user, attempt.id, &refusal(&error, &name)).await;
            }
        };
        // An attempt for an account that is gone by now must not make another of it.
        let is_orphaned = plan.generation.is_some() && attempt.account.is_none();
        let outcome = if is_orphaned {
            AccountOutcome::Superseded
        } else {
            match self.0.store.connect_account(user, &draft, RULES).await {
                // Trying again for ever would keep the attempt from ending, and the tokens from
                // being revoked.
                Err(error) if error.is_final() => {
                    tracing::error!(?error, service = %attempt.service, "an account cannot be stored");
                    self.discard_draft(user, &draft).await?;
                    return self.fail(user, attempt.id, &Problem::service_refused(&name)).await;
                }
                outcome => outcome?,
            }
        };
        if !matches!(outcome, AccountOutcome::Connected(_))
            && self.has_succeeded(user, attempt.id).await?
        {
            // Another process took this one for dead and went on from the answer it had
            // kept. The tokens are the account's.
            return Ok(());
        }
        let problem = match outcome {
            AccountOutcome::Connected(connected) => {
                let ((account, _), _) = *connected;
                let id = account.id;
                self.welcome(user, account);
                self.go_on(user, id).await;
                return Ok(());
            }
            AccountOutcome::AttemptOver => None,
            AccountOutcome::ServiceRemoved => {
                let message = "You removed this service while you were signing in.";
                Some(Problem::new(ProblemCode::Refused, message))
            }
            AccountOutcome::Superseded => {
                let message = "The account changed while you were signing in. Start again.";
                Some(Problem::new(ProblemCode::Refused, message))
            }
            AccountOutcome::OtherIdentity => {
                let message =
                    format!("You signed in to {name} with another account than this one.");
                Some(Problem::new(ProblemCode::AuthorizationMismatch, message))
            }
        };
        self.discard_draft(user, &draft).await?;
        match problem {
            Some(problem) => self.fail(user, attempt.id, &problem).await,
            None => Ok(()),
        }
    }

    /// The account to connect. Whose it is, is asked of the service where it can say;
    /// when it should say and does not, the account is not connected.
    async fn account_draft(
        &self,
        attempt: &ConnectAttempt,
        plan: &Plan,
        answer: &TokenAnswer,
    ) -> Result<AccountDraft, (OAuthError, AccountDraft)> {
        let now = self.0.clock.now();
        let lifetime = answer.lifetime.and_then(|it| chrono::TimeDelta::from_std(it).ok());
        let mut draft = AccountDraft {
            id: new_id(&self.0.clock),
            again: attempt.account.zip(plan.generation),
            service: attempt.service.clone(),
            identity: None,
            granted_scopes: answer.scopes.clone().unwrap_or_else(|| plan.scopes.clone()),
            tokens: Some(Tokens::OAuth {
                access: answer.access.clone(),
                refresh: answer.refresh.clone(),
                issued_at: now,
                expires_at: lifetime.map(|lifetime| now + lifetime),
                client: serde_json::to_value(&plan.client).expect("a client is plain JSON"),
            }),
            attempt: Some(attempt.id),
            allows_other_identity: plan.allows_other_identity,
            requested_scopes: plan.scopes.clone(),
            return_to: Some(plan.return_to.clone()),
            replica: self.0.replica,
        };
        match self.upstream(&attempt.service).identify(plan, answer).await {
            Ok(who) => {
                draft.identity = who.map(|who| Identity { subject: who.subject, label: who.label });
                Ok(draft)
            }
            Err(error) => Err((error, draft)),
        }
    }

    async fn fail(&self, user: UserId, id: ConnectAttemptId, problem: &Problem) -> Result<()> {
        let (from, to) = ([AttemptState::Exchanging], AttemptState::Failed);
        self.0.store.end_attempt(user, id, &from, to, problem).await?;
        Ok(())
    }
}

fn plan(exchange: &Exchange) -> Result<Plan> {
    serde_json::from_value(exchange.plan.clone()).map_err(|error| Fault::Stored(error).into())
}

/// One sentence for every kind of mismatch, and the reason for the audit trail.
fn refused(viewer: &Viewer, why: Mismatch) -> Error {
    tracing::warn!(target: "attache::audit", reason = %why, viewer.id = %viewer.id, "a callback was refused");
    Problem::authorization_mismatch().into()
}

fn audited(why: Mismatch, error: Error) -> Error {
    tracing::warn!(target: "attache::audit", reason = %why, "a callback was refused");
    error
}
