//! A person answers: the call goes on once nothing is left to answer.

use attache_domain::{
    Answer, Elicitation, ElicitationAction, ElicitationId, ElicitationState, EventKind, Invocation,
    InvocationId, InvocationState, Problem, ReplicaId, UserId, uuids,
};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::ask::round_place;
use super::{ElicitationRow, Inquiry, Round, TABLE};
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::invocations::{InvocationRow, Leaving, leave};
use crate::payloads::open_json;
use crate::row;
use crate::schema::{continuations, elicitations, invocations};
use crate::signal::Signal;
use crate::transaction::Transaction;
use crate::{Store, Written};

#[derive(Queryable, Selectable)]
#[diesel(table_name = elicitations, check_for_backend(diesel::pg::Pg))]
struct AnswerRow {
    id: Uuid,
    service: String,
    sealed_question: Vec<u8>,
    sealed_answer: Option<Vec<u8>>,
}

/// What came of an answer.
#[derive(Debug)]
pub enum Answered {
    /// It counts. The call is as it is now; where it is queued, it goes on with this process.
    Counts(Box<Written<(Elicitation, Invocation)>>),
    /// The question does not wait any more.
    TooLate(Box<Elicitation>),
    /// There is no such question.
    Unknown,
}

/// What a call goes on with.
#[derive(Clone, Debug, Default)]
pub struct Continuation {
    /// The round that it ended with.
    pub round: Round,
    /// The answers, by the service's names of the questions.
    pub answers: Vec<(String, Answer)>,
}

impl Store {
    /// Writes an answer down, once. The call goes on when nothing else is left to answer.
    pub async fn answer_elicitation(
        &self,
        user: UserId,
        id: ElicitationId,
        answer: &Answer,
        replica: ReplicaId,
    ) -> Result<Answered> {
        let keys = self.keys(user, Purpose::Content).await?;
        let mut tx = self.begin(user).await?;
        let Some((invocation, is_held)) = lock(&mut tx, user, id).await? else {
            tx.rollback().await?;
            return Ok(Answered::Unknown);
        };
        let known: ElicitationRow = elicitations::table
            .find(id.uuid())
            .select(ElicitationRow::as_select())
            .first(tx.sql())
            .await
            .during("load a question")?;
        let is_open =
            known.state == row::text_of(&ElicitationState::Pending) && known.expires_at > tx.now();
        if !is_open {
            tx.rollback().await?;
            return Ok(Answered::TooLate(Box::new(known.try_into()?)));
        }
        let place = Place::once(known.id, &known.service, Kind::Answer);
        let sealed = keys.seal(place, &row::json(answer).to_string().into_bytes());
        let now = tx.now();
        let row: ElicitationRow = diesel::update(elicitations::table.find(id.uuid()))
            .set((
                elicitations::state.eq(row::text_of(&ElicitationState::Answered)),
                elicitations::action.eq(row::text_of(&answer.action)),
                elicitations::sealed_answer.eq(sealed),
                elicitations::revision.eq(elicitations::revision + 1),
                elicitations::updated_at.eq(now),
            ))
            .returning(ElicitationRow::as_returning())
            .get_result(tx.sql())
            .await
            .during("write an answer down")?;
        tx.emit(EventKind::ElicitationUpdated, row.id, row.revision);
        if answer.action == ElicitationAction::Cancel {
            super::withdraw(&mut tx, user, &[invocation.uuid()]).await?;
        }
        let step = match (answer.action, is_held) {
            (ElicitationAction::Cancel, true) => Some(InvocationState::Cancelling),
            (ElicitationAction::Cancel, false) => Some(InvocationState::Cancelled),
            _ if waits(&mut tx, invocation).await? => None,
            (_, true) => Some(InvocationState::Running),
            (_, false) => Some(InvocationState::Queued),
        };
        let moved = match step {
            Some(state) => go_on(&mut tx, user, invocation, state, None, replica).await?,
            None => load(&mut tx, invocation).await?,
        };
        let elicitation = row.try_into()?;
        let moved = moved.try_into()?;
        let cursor = tx.commit().await?;
        if is_held {
            self.0.signals.send(Signal::Answered(invocation));
        }
        if step == Some(InvocationState::Cancelling) {
            self.stop(invocation);
        }
        Ok(Answered::Counts(Box::new(((elicitation, moved), cursor))))
    }

    /// What a call of the viewer goes on with. Nothing, where it never ended with questions.
    pub async fn continuation(
        &self,
        user: UserId,
        invocation: &Invocation,
    ) -> Result<Option<Continuation>> {
        let sealed: Option<Vec<u8>> = continuations::table
            .find(invocation.id.uuid())
            .filter(continuations::user_id.eq(user.uuid()))
            .select(continuations::sealed_round)
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("look up how a call goes on")?;
        let Some(sealed) = sealed else { return Ok(None) };
        let keys = self.keys_of(user, Purpose::Content, [sealed.as_slice()]).await?;
        let place = round_place(invocation);
        let round: Round = open_json(&keys, "continuations", "round", place, &sealed)?;
        let answers = self.answers(user, &round.asked).await?;
        let answers = answers.into_iter().map(|(_, name, answer)| (name, answer)).collect();
        Ok(Some(Continuation { round, answers }))
    }

    /// The answers to these questions of the viewer, as far as they were answered, with the
    /// services' names of the questions.
    pub async fn answers(
        &self,
        user: UserId,
        ids: &[ElicitationId],
    ) -> Result<Vec<(ElicitationId, String, Answer)>> {
        let rows: Vec<AnswerRow> = elicitations::table
            .filter(elicitations::user_id.eq(user.uuid()))
            .filter(elicitations::id.eq_any(uuids(ids)))
            .filter(elicitations::sealed_answer.is_not_null())
            .select(AnswerRow::as_select())
            .load(&mut self.read().await?)
            .await
            .during("load answers")?;
        let questions = rows.iter().map(|row| row.sealed_question.as_slice());
        let answers = rows.iter().filter_map(|row| row.sealed_answer.as_deref());
        let sealed: Vec<&[u8]> = questions.chain(answers).collect();
        let keys = self.keys_of(user, Purpose::Content, sealed).await?;
        rows.into_iter()
            .filter_map(|row| row.sealed_answer.clone().map(|answer| (row, answer)))
            .map(|(row, answer)| {
                let place = |kind| Place::once(row.id, &row.service, kind);
                let question = (place(Kind::Question), &row.sealed_question);
                let asked: Inquiry = open_json(&keys, TABLE, "question", question.0, question.1)?;
                let answer = open_json(&keys, TABLE, "answer", place(Kind::Answer), &answer)?;
                Ok((ElicitationId::from_uuid(row.id), asked.name, answer))
            })
            .collect()
    }
}

/// Holds the call that a question of the viewer belongs to, and says whether the service holds
/// it open: whoever settles another question of the call comes before or after.
pub(super) async fn lock(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: ElicitationId,
) -> Result<Option<(InvocationId, bool)>> {
    let of = elicitations::table
        .filter(elicitations::id.eq(id.uuid()))
        .filter(elicitations::user_id.eq(user.uuid()))
        .select(elicitations::invocation_id);
    let locked: Option<(Uuid, Option<Uuid>)> = invocations::table
        .filter(invocations::id.eq_any(of))
        .select((invocations::id, invocations::replica_id))
        .for_update()
        .first(tx.sql())
        .await
        .optional()
        .during("hold a call that waits for an answer")?;
    Ok(locked.map(|(id, replica)| (InvocationId::from_uuid(id), replica.is_some())))
}

/// Whether something is left to answer.
pub(super) async fn waits(tx: &mut Transaction<'_>, invocation: InvocationId) -> Result<bool> {
    let pending: i64 = elicitations::table
        .filter(elicitations::invocation_id.eq(invocation.uuid()))
        .filter(elicitations::state.eq(row::text_of(&ElicitationState::Pending)))
        .count()
        .get_result(tx.sql())
        .await
        .during("look for what is left to answer")?;
    Ok(pending > 0)
}

/// Moves a call that waited for answers, or leaves it as it is: it may be being stopped. Queued, it
/// is this process's.
pub(super) async fn go_on(
    tx: &mut Transaction<'_>,
    user: UserId,
    id: InvocationId,
    to: InvocationState,
    problem: Option<&Problem>,
    replica: ReplicaId,
) -> Result<InvocationRow> {
    let replica = (to == InvocationState::Queued).then_some(replica);
    let leaving = Leaving { from: InvocationState::AwaitingInput, to, problem, replica };
    match leave(tx, user, &[id.uuid()], leaving).await?.pop() {
        Some(moved) => Ok(moved),
        None => load(tx, id).await,
    }
}

async fn load(tx: &mut Transaction<'_>, id: InvocationId) -> Result<InvocationRow> {
    invocations::table
        .find(id.uuid())
        .select(InvocationRow::as_select())
        .first(tx.sql())
        .await
        .during("load a call")
}
