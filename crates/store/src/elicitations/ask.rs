//! A service asks: the call waits for the answers.

use attache_domain::{
    ElicitationId, ElicitationState, EventKind, Invocation, InvocationState, ReplicaId, UserId,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Inquiry;
use crate::data_keys::{Purpose, UserKeys};
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::invocations::{InvocationRow, owned_by};
use crate::row;
use crate::schema::{continuations, elicitations, invocations};
use crate::transaction::Transaction;
use crate::{Store, Written};

/// The most questions of a viewer that wait at once.
const MAX_PENDING: i64 = 100;

/// The most often a call may end with questions.
const MAX_ROUNDS: i16 = 10;

/// What a call is asked in the middle.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The call.
    pub invocation: &'a Invocation,
    /// Who runs it.
    pub replica: ReplicaId,
    /// The questions. At least one.
    pub questions: &'a [AskedQuestion],
    /// How it goes on, where the questions ended it. Nothing, where the service holds it open
    /// and the process goes on running it.
    pub round: Option<&'a Round>,
    /// Until when the questions can be answered.
    pub expires_at: DateTime<Utc>,
}

/// One question, and the id it gets.
#[derive(Clone, Debug)]
pub struct AskedQuestion {
    /// Its id.
    pub id: ElicitationId,
    /// What is asked.
    pub inquiry: Inquiry,
}

/// How a call goes on that ended with questions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// What the service wants back, byte for byte (MCP, `requestState`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The questions of this round that wait for the person.
    #[serde(default)]
    pub asked: Vec<ElicitationId>,
    /// The service's names of what could not be put to the person, and counts as declined.
    #[serde(default)]
    pub declined: Vec<String>,
    /// Whether the service takes answers at all: one that sent the person to a page and refused
    /// the call until then (MCP 2025-11-25, error -32042) does not.
    #[serde(default)]
    pub takes_answers: bool,
}

/// What came of asking.
#[derive(Debug)]
pub enum Asked {
    /// The call waits.
    Waits(Box<Written<Invocation>>),
    /// The call ended with questions too often.
    TooOften,
    /// Too many questions of the viewer wait already.
    TooMany,
    /// It is no longer this process's, or is being stopped.
    Lost,
}

impl Store {
    /// Lets a call wait for the answers to questions.
    pub async fn ask(&self, user: UserId, asking: Asking<'_>) -> Result<Asked> {
        let keys = self.keys(user, Purpose::Content).await?;
        let mut tx = self.begin(user).await?;
        let row = wait(&mut tx, user, asking).await?;
        let Some(row) = row else {
            tx.rollback().await?;
            return Ok(Asked::Lost);
        };
        let pending: i64 = elicitations::table
            .filter(elicitations::user_id.eq(user.uuid()))
            .filter(elicitations::state.eq(row::text_of(&ElicitationState::Pending)))
            .count()
            .get_result(tx.sql())
            .await
            .during("count pending questions")?;
        if pending >= MAX_PENDING {
            tx.rollback().await?;
            return Ok(Asked::TooMany);
        }
        if let Some(round) = asking.round
            && begin_round(&mut tx, user, asking, round, &keys).await? > MAX_ROUNDS
        {
            tx.rollback().await?;
            return Ok(Asked::TooOften);
        }
        insert(&mut tx, user, asking, &keys).await?;
        tx.emit(EventKind::InvocationUpdated, row.id, row.revision);
        let invocation = row.try_into()?;
        let cursor = tx.commit().await?;
        Ok(Asked::Waits(Box::new((invocation, cursor))))
    }
}

/// The call waits, if it is this process's and nobody is stopping it.
async fn wait(
    tx: &mut Transaction<'_>,
    user: UserId,
    asking: Asking<'_>,
) -> Result<Option<InvocationRow>> {
    let now = tx.now();
    let replica = asking.replica.uuid();
    let from = [InvocationState::Running, InvocationState::AwaitingInput];
    diesel::update(invocations::table.find(asking.invocation.id.uuid()))
        .filter(owned_by(user))
        .filter(invocations::replica_id.eq(replica))
        .filter(invocations::state.eq_any(from.iter().map(row::text_of)))
        .set((
            invocations::state.eq(row::text_of(&InvocationState::AwaitingInput)),
            invocations::replica_id.eq(asking.round.is_none().then_some(replica)),
            invocations::revision.eq(invocations::revision + 1),
            invocations::updated_at.eq(now),
        ))
        .returning(InvocationRow::as_returning())
        .get_result(tx.sql())
        .await
        .optional()
        .during("let a call wait for an answer")
}

/// How often the call ended with questions, this time included.
async fn begin_round(
    tx: &mut Transaction<'_>,
    user: UserId,
    asking: Asking<'_>,
    round: &Round,
    keys: &UserKeys,
) -> Result<i16> {
    let invocation = asking.invocation;
    let place = round_place(invocation);
    let sealed = keys.seal(place, &row::json(round).to_string().into_bytes());
    diesel::insert_into(continuations::table)
        .values((
            continuations::invocation_id.eq(invocation.id.uuid()),
            continuations::user_id.eq(user.uuid()),
            continuations::rounds.eq(1),
            continuations::sealed_round.eq(&sealed),
        ))
        .on_conflict(continuations::invocation_id)
        .do_update()
        .set((
            continuations::rounds.eq(continuations::rounds + 1),
            continuations::sealed_round.eq(&sealed),
        ))
        .returning(continuations::rounds)
        .get_result(tx.sql())
        .await
        .during("write down how a call goes on")
}

pub(super) fn round_place(invocation: &Invocation) -> Place<'_> {
    Place::once(invocation.id.uuid(), invocation.service.as_str(), Kind::Round)
}

async fn insert(
    tx: &mut Transaction<'_>,
    user: UserId,
    asking: Asking<'_>,
    keys: &UserKeys,
) -> Result<()> {
    let (now, invocation) = (tx.now(), asking.invocation);
    let service = invocation.service.as_str();
    let rows: Vec<_> = asking
        .questions
        .iter()
        .map(|AskedQuestion { id, inquiry }| {
            let place = Place::once(id.uuid(), service, Kind::Question);
            let sealed = keys.seal(place, &row::json(inquiry).to_string().into_bytes());
            (
                elicitations::id.eq(id.uuid()),
                elicitations::user_id.eq(user.uuid()),
                elicitations::invocation_id.eq(invocation.id.uuid()),
                elicitations::service.eq(service),
                elicitations::state.eq(row::text_of(&ElicitationState::Pending)),
                elicitations::sealed_question.eq(sealed),
                elicitations::revision.eq(1),
                elicitations::created_at.eq(now),
                elicitations::expires_at.eq(asking.expires_at),
                elicitations::updated_at.eq(now),
            )
        })
        .collect();
    let ids: Vec<Uuid> = diesel::insert_into(elicitations::table)
        .values(rows)
        .returning(elicitations::id)
        .get_results(tx.sql())
        .await
        .during("write questions down")?;
    for id in ids {
        tx.emit(EventKind::ElicitationUpdated, id, 1);
    }
    Ok(())
}
