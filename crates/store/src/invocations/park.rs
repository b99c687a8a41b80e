//! Calls that wait for a person's consent to more scopes.

use std::collections::HashMap;

use attache_domain::{
    Account, AccountId, AttemptState, ConnectAttemptId, EventKind, Invocation, InvocationId,
    InvocationState, Problem, ReplicaId, UserId, uuids,
};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{InvocationRow, Leaving, leave, owned_by};
use crate::attempts::{self, AttemptDraft};
use crate::data_keys::{Purpose, UserKeys};
use crate::error::{During, Result};
use crate::row;
use crate::schema::{connect_attempts, consents, invocations};
use crate::transaction::Transaction;
use crate::{Store, Written};

/// What a call wants that was refused.
#[derive(Clone, Copy, Debug)]
pub struct StepUp<'a> {
    /// The call.
    pub invocation: &'a Invocation,
    /// The account, as it was when the call was sent.
    pub account: &'a Account,
    /// Who sent it.
    pub replica: ReplicaId,
    /// The scopes that it wants and the account has not.
    pub wanted: &'a [String],
    /// What an attempt that is given up in favour of a wider one says.
    pub superseded: &'a Problem,
}

/// What came of letting a call wait.
#[derive(Debug)]
pub enum Parked {
    /// It waits.
    Waits(Box<Written<Invocation>>),
    /// The account was connected again meanwhile, so the call is queued again.
    Again(Box<Written<Invocation>>),
    /// It takes an attempt for these scopes, beyond what the account has.
    Needs(Vec<String>),
    /// It is no longer this process's.
    Lost,
}

impl Store {
    /// Lets a call wait for consent. All calls of an account wait for one attempt, which asks
    /// for all that they want: the one there is, if that is enough, or else `draft`, which asks
    /// for the scopes that come with it.
    pub async fn park_invocation(
        &self,
        user: UserId,
        step_up: StepUp<'_>,
        draft: Option<&(AttemptDraft, Vec<String>)>,
    ) -> Result<Parked> {
        let mut tries = 0;
        loop {
            let keys = self.keys(user, Purpose::Credentials).await?;
            match self.try_park(user, step_up, draft, &keys).await {
                Err(error) if self.has_lost_keys(user, &error, &mut tries) => {}
                done => return done,
            }
        }
    }

    async fn try_park(
        &self,
        user: UserId,
        step_up: StepUp<'_>,
        draft: Option<&(AttemptDraft, Vec<String>)>,
        keys: &UserKeys,
    ) -> Result<Parked> {
        let StepUp { account, wanted, .. } = step_up;
        let mut tx = self.begin(user).await?;
        // Who connects or disconnects it comes before or after.
        let is_same = crate::accounts::hold(&mut tx, user, account.id, account.generation).await?;
        if !is_same {
            let queued = refused(&mut tx, user, step_up, None).await?;
            return finish(tx, queued, Parked::Again).await;
        }
        let waiting = waiting(&mut tx, user, account.id).await?;
        let covers =
            |scopes: &[String], wanted: &[String]| wanted.iter().all(|it| scopes.contains(it));
        let enough = waiting.iter().find(|(_, scopes)| covers(scopes, wanted)).map(|(id, _)| *id);
        if let Some(attempt) = enough {
            let parked = refused(&mut tx, user, step_up, Some(attempt)).await?;
            return finish(tx, parked, Parked::Waits).await;
        }
        let mut all: Vec<String> = waiting.values().flatten().cloned().collect();
        all.extend(wanted.iter().cloned());
        all.sort();
        all.dedup();
        let Some((draft, scopes)) = draft.filter(|(_, scopes)| covers(scopes, &all)) else {
            tx.rollback().await?;
            return Ok(Parked::Needs(all));
        };
        attempts::insert(&mut tx, user, draft, keys).await?;
        for before in waiting.into_keys() {
            supersede(&mut tx, user, before, draft.id, step_up.superseded).await?;
        }
        tracing::debug!(?scopes, "calls wait for consent to more scopes");
        let parked = refused(&mut tx, user, step_up, Some(draft.id)).await?;
        finish(tx, parked, Parked::Waits).await
    }

    /// Calls of an account that go on with this process, because the account was connected
    /// again.
    pub async fn resumed_invocations(
        &self,
        user: UserId,
        account: AccountId,
        replica: ReplicaId,
    ) -> Result<Vec<InvocationId>> {
        let ids: Vec<Uuid> = invocations::table
            .inner_join(consents::table.on(consents::invocation_id.eq(invocations::id)))
            .filter(consents::user_id.eq(user.uuid()))
            .filter(consents::account_id.eq(account.uuid()))
            .filter(invocations::replica_id.eq(replica.uuid()))
            .filter(invocations::state.eq(row::text_of(&InvocationState::Queued)))
            .select(invocations::id)
            .load(&mut self.read().await?)
            .await
            .during("look for calls that go on")?;
        Ok(ids.into_iter().map(InvocationId::from_uuid).collect())
    }

    /// How often a call was refused for want of scopes.
    pub async fn refusals(&self, user: UserId, id: InvocationId) -> Result<i16> {
        let refusals: Option<i16> = consents::table
            .find(id.uuid())
            .filter(consents::user_id.eq(user.uuid()))
            .select(consents::refusals)
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("count the refusals of a call")?;
        Ok(refusals.unwrap_or_default())
    }

    /// The attempts that these calls wait for.
    pub async fn awaited_attempts(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, ConnectAttemptId>> {
        let rows: Vec<(Uuid, Option<Uuid>)> = consents::table
            .filter(consents::user_id.eq(user.uuid()))
            .filter(consents::invocation_id.eq_any(uuids(ids)))
            .filter(consents::attempt_id.is_not_null())
            .select((consents::invocation_id, consents::attempt_id))
            .load(&mut self.read().await?)
            .await
            .during("look for what calls wait for")?;
        let pair = |(id, attempt): (Uuid, Option<Uuid>)| {
            Some((InvocationId::from_uuid(id), ConnectAttemptId::from_uuid(attempt?)))
        };
        Ok(rows.into_iter().filter_map(pair).collect())
    }
}

async fn finish(
    tx: Transaction<'_>,
    written: Option<Invocation>,
    parked: impl FnOnce(Box<Written<Invocation>>) -> Parked,
) -> Result<Parked> {
    let Some(invocation) = written else {
        tx.rollback().await?;
        return Ok(Parked::Lost);
    };
    let cursor = tx.commit().await?;
    Ok(parked(Box::new((invocation, cursor))))
}

/// The attempts that calls of the account wait for, and all that they want. One whose code is
/// being exchanged asks for nothing any more.
async fn waiting(
    tx: &mut Transaction<'_>,
    user: UserId,
    account: AccountId,
) -> Result<HashMap<ConnectAttemptId, Vec<String>>> {
    let rows: Vec<(Uuid, Vec<String>)> = consents::table
        .inner_join(connect_attempts::table)
        .filter(consents::user_id.eq(user.uuid()))
        .filter(consents::account_id.eq(account.uuid()))
        .filter(connect_attempts::state.eq(row::text_of(&AttemptState::Pending)))
        .select((connect_attempts::id, consents::wanted_scopes))
        // Whoever ends one of them comes before or after.
        .for_share()
        .load(tx.sql())
        .await
        .during("look for calls that wait for consent")?;
    let mut waiting: HashMap<ConnectAttemptId, Vec<String>> = HashMap::new();
    for (attempt, wanted) in rows {
        waiting.entry(ConnectAttemptId::from_uuid(attempt)).or_default().extend(wanted);
    }
    Ok(waiting)
}

/// The service refused a call that is in this process's hands: it waits for an attempt, or is
/// queued again where it is. `None` when it is not in this process's hands any more.
async fn refused(
    tx: &mut Transaction<'_>,
    user: UserId,
    step_up: StepUp<'_>,
    attempt: Option<ConnectAttemptId>,
) -> Result<Option<Invocation>> {
    let (now, replica) = (tx.now(), step_up.replica.uuid());
    let (state, replica_left) = match attempt {
        Some(_) => (InvocationState::AwaitingAuthorization, None),
        None => (InvocationState::Queued, Some(replica)),
    };
    // Questions of it that nobody could take back lapse by themselves.
    let from = [InvocationState::Running, InvocationState::AwaitingInput];
    let row: Option<InvocationRow> =
        diesel::update(invocations::table.find(step_up.invocation.id.uuid()))
            .filter(owned_by(user))
            .filter(invocations::replica_id.eq(replica))
            .filter(invocations::state.eq_any(from.iter().map(row::text_of)))
            .set((
                invocations::state.eq(row::text_of(&state)),
                invocations::replica_id.eq(replica_left),
                invocations::revision.eq(invocations::revision + 1),
                invocations::updated_at.eq(now),
            ))
            .returning(InvocationRow::as_returning())
            .get_result(tx.sql())
            .await
            .optional()
            .during("let a call wait for consent")?;
    let Some(row) = row else { return Ok(None) };
    let waits_for = (
        consents::attempt_id.eq(attempt.map(|attempt| attempt.uuid())),
        consents::wanted_scopes.eq(step_up.wanted),
    );
    diesel::insert_into(consents::table)
        .values((
            waits_for,
            consents::invocation_id.eq(row.id),
            consents::user_id.eq(user.uuid()),
            consents::account_id.eq(step_up.account.id.uuid()),
            consents::refusals.eq(1),
        ))
        .on_conflict(consents::invocation_id)
        .do_update()
        .set((waits_for, consents::refusals.eq(consents::refusals + 1)))
        .execute(tx.sql())
        .await
        .during("write down what a call wants")?;
    tx.emit(EventKind::InvocationUpdated, row.id, row.revision);
    row.try_into().map(Some)
}

/// Moves the calls that wait for one attempt to another, and gives the first up.
async fn supersede(
    tx: &mut Transaction<'_>,
    user: UserId,
    before: ConnectAttemptId,
    now_for: ConnectAttemptId,
    problem: &Problem,
) -> Result<()> {
    let ids: Vec<Uuid> = diesel::update(consents::table)
        .filter(consents::user_id.eq(user.uuid()))
        .filter(consents::attempt_id.eq(before.uuid()))
        .set(consents::attempt_id.eq(now_for.uuid()))
        .returning(consents::invocation_id)
        .get_results(tx.sql())
        .await
        .during("let calls wait for another consent")?;
    move_parked(tx, user, &ids, InvocationState::AwaitingAuthorization, None, None).await?;
    let (from, to) = ([AttemptState::Pending], AttemptState::Abandoned);
    attempts::end(tx, user, before, &from, to, Some(problem), None).await?;
    Ok(())
}

/// Ends the calls that waited for an attempt that came to nothing.
pub(crate) async fn fail_parked(
    tx: &mut Transaction<'_>,
    user: UserId,
    attempt: ConnectAttemptId,
    problem: &Problem,
) -> Result<()> {
    let ids: Vec<Uuid> = diesel::update(consents::table)
        .filter(consents::user_id.eq(user.uuid()))
        .filter(consents::attempt_id.eq(attempt.uuid()))
        .set(consents::attempt_id.eq(None::<Uuid>))
        .returning(consents::invocation_id)
        .get_results(tx.sql())
        .await
        .during("look for calls that waited for consent")?;
    move_parked(tx, user, &ids, InvocationState::Failed, Some(problem), None).await
}

/// Queues the calls of an account again that waited for consent: it was just connected.
pub(crate) async fn resume_parked(
    tx: &mut Transaction<'_>,
    user: UserId,
    account: AccountId,
    replica: ReplicaId,
) -> Result<()> {
    let ids: Vec<Uuid> = diesel::update(consents::table)
        .filter(consents::user_id.eq(user.uuid()))
        .filter(consents::account_id.eq(account.uuid()))
        .filter(consents::attempt_id.is_not_null())
        .set(consents::attempt_id.eq(None::<Uuid>))
        .returning(consents::invocation_id)
        .get_results(tx.sql())
        .await
        .during("look for calls that waited for consent")?;
    move_parked(tx, user, &ids, InvocationState::Queued, None, Some(replica)).await
}

/// These calls are over, and wait for nothing any more.
pub(super) async fn stop_waiting(
    tx: &mut Transaction<'_>,
    user: UserId,
    ids: &[Uuid],
) -> Result<()> {
    diesel::update(consents::table)
        .filter(consents::user_id.eq(user.uuid()))
        .filter(consents::invocation_id.eq_any(ids))
        .set(consents::attempt_id.eq(None::<Uuid>))
        .execute(tx.sql())
        .await
        .during("let calls wait no longer")?;
    Ok(())
}

/// Moves those of these calls that wait for consent.
async fn move_parked(
    tx: &mut Transaction<'_>,
    user: UserId,
    ids: &[Uuid],
    to: InvocationState,
    problem: Option<&Problem>,
    replica: Option<ReplicaId>,
) -> Result<()> {
    let leaving = Leaving { from: InvocationState::AwaitingAuthorization, to, problem, replica };
    leave(tx, user, ids, leaving).await?;
    Ok(())
}
