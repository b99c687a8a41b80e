//! Settling what nobody else will: what lapsed, and what its process left behind.
//!
//! A sweep acts for all viewers and may run in several processes at once. Each thing
//! is settled on its own, in its owner's transaction, because each belongs to another
//! event log; what there is to settle at once is bounded.

use std::sync::Arc;

use attache_domain::{
    Account, ArgumentSchema, Invocation, InvocationId, InvocationRequest, Problem, Tool, UserId,
};
use attache_store::{Adopted, Sweeper};
use attache_upstream::Permit;
use chrono::TimeDelta;

use crate::run::Errand;
use crate::slots::Slot;
use crate::{Engine, Result};

/// The most of one kind that a sweep settles.
const AT_ONCE: i64 = 100;

/// How long an account may be disconnecting before somebody else removes it.
const REMOVAL: TimeDelta = TimeDelta::seconds(20);

impl Engine {
    /// Settles what lapsed and what was left behind. Runs every second. What cannot be
    /// settled keeps nothing else from it: the next sweep finds it again.
    pub(crate) async fn sweep(&self) -> Result<()> {
        let now = self.0.clock.now();
        let store = &self.0.store;
        let me = Sweeper { replica: self.0.replica, busy: self.0.work.ids() };
        for (user, id) in store.lapsed_attempts(now, AT_ONCE).await? {
            settled("an attempt that lapsed", self.lapse(user, id).await);
        }
        for (user, id) in store.adopt_exchanges(&me, now, AT_ONCE).await? {
            let (engine, hand) = (self.clone(), self.0.work.take(id.uuid()));
            self.0.tasks.spawn(async move {
                settled("an exchange", Box::pin(engine.recover_exchange(user, id)).await);
                drop(hand);
            });
        }
        for orphan in store.orphaned_invocations(&me, now, AT_ONCE).await? {
            let problem = Problem::outcome_unknown(&self.services().name(&orphan.service));
            tracing::warn!(invocation.id = %orphan.id, "a call was lost");
            let interrupted = store.interrupt_invocation(&orphan, &problem).await;
            settled("a call that was lost", interrupted.map_err(Into::into));
        }
        for Adopted { user, id, is_queued } in store.adopt_invocations(&me, now, AT_ONCE).await? {
            if is_queued {
                settled("a queued call", self.resume_queued(user, id).await);
            } else {
                settled("a task", self.resume_task(user, id).await);
            }
        }
        for (user, id) in store.adopt_catalogs(&me, now, AT_ONCE).await? {
            let (engine, hand) = (self.clone(), self.0.work.take(id.uuid()));
            self.0.tasks.spawn(async move {
                engine.read_claimed_catalog(user, id).await;
                drop(hand);
            });
        }
        for (user, id, service) in store.lapsed_elicitations(now, AT_ONCE).await? {
            settled("a question", self.lapse_question(user, id, &service).await);
        }
        for (user, id, service) in store.lapsed_approvals(now, AT_ONCE).await? {
            settled("an approval", self.lapse_approval(user, id, &service).await);
        }
        for (user, id) in store.overdue_removals(now - REMOVAL, AT_ONCE).await? {
            self.remove(user, id).await;
        }
        for slots in [&self.0.slots, &self.0.questions, &self.0.listeners] {
            slots.tidy();
        }
        Ok(())
    }

    /// Goes on with a call that was just queued; where that fails, a sweep does, a little later.
    pub(crate) async fn resume_soon(&self, user: UserId, id: InvocationId) {
        if let Err(error) = self.resume_queued(user, id).await {
            tracing::warn!(invocation.id = %id, ?error, "a call does not go on yet");
        }
    }

    /// Runs a call that was accepted and never sent.
    pub(crate) async fn resume_queued(&self, user: UserId, id: InvocationId) -> Result<()> {
        let Some(parts) = self.parts_of_call(user, id).await? else { return Ok(()) };
        let continuation = self.0.store.continuation(user, &parts.invocation).await?;
        let slot: Option<Slot> = self.0.slots.take(user);
        let place = if slot.is_none() { self.0.slots.line_up(user) } else { None };
        let (engine, hand) = (self.clone(), self.0.work.take(id.uuid()));
        self.0.tasks.spawn(async move {
            let slot = match (slot, place) {
                (Some(slot), _) => Some(slot),
                (None, Some(place)) => place.slot().await,
                // The line is too long. It is in nobody's hand then, and a later sweep
                // tries again.
                (None, None) => None,
            };
            // What was not sent yet is left to a process that stays.
            let slot = slot.filter(|_| !engine.0.tasks.is_draining());
            let Some(slot) = slot else { return };
            let started = engine.0.store.start_invocation(user, id, engine.0.replica).await;
            if let Ok(Some(invocation)) = started {
                let parts = Parts { invocation, ..parts };
                engine.run(Errand { continuation, ..parts.errand(user) }, slot).await;
            }
            drop(hand);
        });
        Ok(())
    }
}

/// What a call goes on with in another process than the one that accepted it.
pub(crate) struct Parts {
    pub(crate) invocation: Invocation,
    account: Account,
    tool: Option<Tool>,
    shape: Option<Arc<ArgumentSchema>>,
    request: InvocationRequest,
}

impl Parts {
    /// Nobody waits for such a call to ask something.
    pub(crate) fn errand(&self, user: UserId) -> Errand<'_> {
        Errand {
            user,
            permit: Permit::given(),
            invocation: self.invocation.clone(),
            account: &self.account,
            tool: self.tool.as_ref(),
            shape: self.shape.clone(),
            request: self.request.clone(),
            continuation: None,
            asked: Arc::default(),
        }
    }
}

impl Engine {
    /// Reads what a call goes on with. `None` where some of it is gone.
    pub(crate) async fn parts_of_call(
        &self,
        user: UserId,
        id: InvocationId,
    ) -> Result<Option<Parts>> {
        let Some(invocation) = self.invocations_by_id(user, &[id]).await?.remove(&id) else {
            return Ok(None);
        };
        let account = invocation.account;
        let account = self.accounts_by_id(user, &[account]).await?.remove(&account);
        let payload = self.payloads(user, std::slice::from_ref(&invocation)).await?.remove(&id);
        let tool = self.tools_by_id(user, &[invocation.tool]).await?.remove(&invocation.tool);
        let (Some(account), Some(payload)) = (account, payload) else { return Ok(None) };
        let shape = tool.as_ref().and_then(|tool| self.0.schemas.of_result(&tool.definition));
        Ok(Some(Parts { invocation, account, tool, shape, request: payload.request }))
    }
}

fn settled(what: &'static str, result: Result<()>) {
    if let Err(error) = result {
        tracing::error!(?error, what, "something could not be settled yet");
    }
}
