//! A service wants more scopes for a call than the account has: the person is asked, and the
//! same call goes on.

use std::collections::HashMap;

use attache_domain::{
    Account, AccountId, ConnectAttempt, ConnectAttemptId, Invocation, InvocationId,
    InvocationState, Problem, ProblemCode, UserId,
};
use attache_store::{AttemptDraft, Outcome, Parked, StepUp, Written};
use attache_upstream::{Access, McpError};
use futures_util::future::BoxFuture;

use crate::connect::Begin;
use crate::run::outcome;
use crate::scopes::Wish;
use crate::{Engine, Error, Offer, Result};

/// How often a call asks for more before it is given up.
const MAX_REFUSALS: i16 = 2;

/// How often calls of one account may widen what is asked for while one of them asks.
const TRIES: u32 = 5;

impl Engine {
    /// The attempts that these calls wait for.
    pub async fn awaited_attempts(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, ConnectAttempt>> {
        let awaited = self.0.store.awaited_attempts(user, ids).await?;
        let attempts: Vec<ConnectAttemptId> = awaited.values().copied().collect();
        let attempts = self.attempts_by_id(user, &attempts).await?;
        let pair = |(id, attempt)| Some((id, attempts.get(&attempt)?.clone()));
        Ok(awaited.into_iter().filter_map(pair).collect())
    }

    /// Lets a call wait for consent to what it wants. `None` when it goes on already; an error is
    /// how it ends, because there is nothing to ask for, or nobody who wants it any more.
    pub(crate) async fn ask_for_more(
        &self,
        user: UserId,
        invocation: &Invocation,
        account: &Account,
        scopes: &[String],
    ) -> Result<Option<Written<Invocation>>, Box<Outcome>> {
        let failed = |problem| Box::new(outcome(InvocationState::Failed, Some(problem), None));
        let refused =
            || failed(self.mcp_problem(account, &McpError::Forbidden { scopes: scopes.to_vec() }));
        let offer = self.offer(user, &account.service).await;
        let offer = offer.ok().flatten().ok_or_else(refused)?;
        let wanted = wanted(&offer, account, scopes).ok_or_else(refused)?;
        let parked = self.park(user, invocation, account, &offer, &wanted).await;
        match parked {
            Ok(Some(Parked::Waits(written))) => {
                tracing::info!(target: "attache::audit", scopes = ?wanted, invocation.id = %invocation.id,
                    account.id = %account.id, "a call waits for consent to more scopes");
                Ok(Some(*written))
            }
            Ok(Some(Parked::Again(_))) => {
                self.go_on(user, account.id).await;
                Ok(None)
            }
            // Somebody stopped it, and the service did nothing.
            Ok(Some(Parked::Lost)) => {
                Err(Box::new(outcome(InvocationState::Cancelled, None, None)))
            }
            Ok(Some(Parked::Needs(_)) | None) => Err(refused()),
            Err(Error::Refused(problem)) => Err(failed(*problem)),
            Err(Error::Fault(error)) => {
                tracing::error!(?error, "nobody could be asked for more scopes");
                Err(failed(Problem::service_unavailable(&offer.service.name)))
            }
        }
    }

    /// `None` when it has asked often enough.
    async fn park(
        &self,
        user: UserId,
        invocation: &Invocation,
        account: &Account,
        offer: &Offer,
        wanted: &[String],
    ) -> Result<Option<Parked>> {
        if self.0.store.refusals(user, invocation.id).await? >= MAX_REFUSALS {
            return Ok(None);
        }
        let name = &offer.service.name;
        let message = format!("{name} is asked for more permissions in another attempt.");
        let superseded = Problem::new(ProblemCode::Refused, message);
        let replica = self.0.replica;
        let step_up = StepUp { invocation, account, replica, wanted, superseded: &superseded };
        let mut draft = None;
        for _ in 0..TRIES {
            match self.0.store.park_invocation(user, step_up, draft.as_ref()).await? {
                Parked::Needs(scopes) => {
                    draft = Some(self.wider(user, offer, account, scopes).await?);
                }
                parked => return Ok(Some(parked)),
            }
        }
        Ok(None)
    }

    /// An attempt that asks for these scopes beyond what the account has.
    async fn wider(
        &self,
        user: UserId,
        offer: &Offer,
        account: &Account,
        scopes: Vec<String>,
    ) -> Result<(AttemptDraft, Vec<String>)> {
        let Access::OAuth(provider) = &offer.provider.access else {
            return Err(Problem::service_refused(&offer.service.name).into());
        };
        // Whoever asks for more is the service, so nobody says where to go on afterwards: where the
        // person came from when they connected the account, if there still is such a place.
        let before = self.return_name(account.return_to.as_deref());
        let begin = Begin {
            provider,
            account: Some(account),
            scopes: Wish::Service(&scopes),
            return_to: before.or_else(|_| self.return_name(None))?,
            allows_other_identity: false,
        };
        Ok((self.draft(user, offer, begin).await?, scopes))
    }

    /// Goes on with the calls of an account that waited until it was connected again.
    ///
    /// Boxed, because such a call may ask for more again.
    pub(crate) fn go_on(&self, user: UserId, account: AccountId) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let resumed = self.0.store.resumed_invocations(user, account, self.0.replica).await;
            let ids = resumed.unwrap_or_else(|error| {
                // The sweep finds them, a little later.
                tracing::warn!(?error, "calls that waited for consent do not go on yet");
                Vec::new()
            });
            for id in ids {
                self.resume_soon(user, id).await;
            }
        })
    }
}

/// What is to be asked for. `None` when there is nothing, or the operator does not allow it: the
/// call would be refused again.
fn wanted(offer: &Offer, account: &Account, scopes: &[String]) -> Option<Vec<String>> {
    let allowed = offer.service.allowed_scopes.as_ref();
    let is_allowed = |scope: &String| allowed.is_none_or(|all| all.contains(scope));
    let missing = scopes.iter().filter(|scope| !account.granted_scopes.contains(scope));
    let mut wanted: Vec<String> = missing.cloned().collect();
    wanted.sort();
    wanted.dedup();
    (!wanted.is_empty() && wanted.iter().all(is_allowed)).then_some(wanted)
}
