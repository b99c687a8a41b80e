//! What becomes of attempts that were not completed.

use attache_domain::{
    AttemptState, ConnectAttempt, ConnectAttemptId, Problem, ProblemCode, UserId,
};
use attache_upstream::{Plan, TokenAnswer};
use secrecy::ExposeSecret;

use super::plan;
use crate::{Engine, Result};

impl Engine {
    /// Settles an exchange whose process is gone: from the answer that was kept, if
    /// there is one.
    pub(crate) async fn recover_exchange(&self, user: UserId, id: ConnectAttemptId) -> Result<()> {
        // Once more, when the answer comes home from a journal just as the attempt is given up.
        for _ in 0..2 {
            let Some(exchange) = self.0.store.exchange(user, id).await? else {
                return Ok(());
            };
            let plan = plan(&exchange)?;
            let secrets = self.0.store.open_exchange(&exchange).await?;
            if let Some(response) = secrets.response {
                let (dialect, now) = (&plan.client.dialect, self.0.clock.now());
                let answer = TokenAnswer::read(dialect, response.expose_secret().as_bytes(), now);
                return self.settle(user, &exchange.attempt, &plan, answer).await;
            }
            let message = "Connecting was interrupted. Start again.";
            let problem = Problem::new(ProblemCode::OutcomeUnknown, message);
            if self.0.store.end_unanswered(user, id, &problem).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Ends an attempt that nobody came back for.
    pub(crate) async fn lapse(&self, user: UserId, id: ConnectAttemptId) -> Result<()> {
        let message = "Signing in took too long. Start again.";
        let problem = Problem::new(ProblemCode::AuthorizationExpired, message);
        let (from, to) = ([AttemptState::Pending], AttemptState::Abandoned);
        self.0.store.end_attempt(user, id, &from, to, &problem).await?;
        Ok(())
    }

    /// Sends to the outbox what an unusable answer holds in tokens. The end of the
    /// attempt deletes the answer.
    pub(super) async fn salvage(
        &self,
        user: UserId,
        attempt: &ConnectAttempt,
        plan: &Plan,
    ) -> Result<()> {
        let Some(exchange) = self.0.store.exchange(user, attempt.id).await? else {
            return Ok(());
        };
        let Some(answer) = self.0.store.open_exchange(&exchange).await?.response else {
            return Ok(());
        };
        let client = serde_json::to_value(&plan.client).expect("a client is plain JSON");
        let origin = self.no_account(&attempt.service);
        self.discard_answer(user, origin, &client, &answer).await
    }

    /// Whether an attempt has the tokens that were got for it, or has made an account of
    /// them.
    pub(crate) async fn has_use_of(&self, user: UserId, id: ConnectAttemptId) -> Result<bool> {
        let is_open = self.0.store.exchange(user, id).await?.is_some();
        Ok(is_open || self.has_succeeded(user, id).await?)
    }

    pub(super) async fn has_succeeded(&self, user: UserId, id: ConnectAttemptId) -> Result<bool> {
        let attempt = self.0.store.attempts_by_id(user, &[id]).await?.pop();
        Ok(attempt.is_some_and(|attempt| attempt.state == AttemptState::Succeeded))
    }
}
