//! Ending a call: one statement, one commit.

use attache_domain::{
    EventCursor, Invocation, InvocationResult, InvocationState, Problem, Progress, ReplicaId,
    UserId,
};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{
    BigInt, Bytea, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::row::{json, text_of};
use crate::{Store, Written};

/// How a call ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// A final state.
    pub state: InvocationState,
    /// Why it is not success.
    pub problem: Option<Problem>,
    /// What the tool answered.
    pub result: Option<InvocationResult>,
    /// How far the tool last said it was.
    pub progress: Option<Progress>,
}

impl Store {
    /// Writes how a call ended, and what came back. `None` when it is no longer this
    /// process's: it was cut short, or taken for lost, and what came back is dropped.
    pub async fn finish_invocation(
        &self,
        user: UserId,
        invocation: &Invocation,
        replica: ReplicaId,
        outcome: &Outcome,
    ) -> Result<Option<Written<Invocation>>> {
        debug_assert!(outcome.state.is_final());
        let now = self.clock().now();
        let sealed_result = match &outcome.result {
            None => None,
            Some(result) => {
                let keys = self.keys(user, Purpose::Content).await?;
                let result = serde_json::to_vec(result).expect("a result is plain JSON");
                Some(keys.seal(result_place(invocation), &result))
            }
        };
        let finish = Finish {
            id: invocation.id.uuid(),
            user: user.uuid(),
            replica: replica.uuid(),
            state: text_of(&outcome.state),
            problem: outcome.problem.as_ref().map(json),
            progress: outcome.progress.as_ref().map(json),
            sealed_result,
            now,
        };
        let written: Option<(i64, i32)> = finish
            .get_result(&mut self.read().await?)
            .await
            .optional()
            .during("finish an invocation")?;
        let Some((seq, revision)) = written else {
            return Ok(None);
        };
        self.announce(user);
        let finished = Invocation {
            state: outcome.state,
            problem: outcome.problem.clone(),
            progress: outcome.progress.clone(),
            finished_at: Some(now),
            updated_at: now,
            revision,
            ..invocation.clone()
        };
        Ok(Some((finished, EventCursor(seq))))
    }
}

pub(crate) fn result_place(invocation: &Invocation) -> Place<'_> {
    Place::once(invocation.id.uuid(), invocation.service.as_str(), Kind::Result)
}

/// The whole of ending a call as one statement. The lease is the fence: a process
/// that was taken for dead finds its name gone from the row. The owner is compared and not searched
/// for (see this crate's README).
#[derive(QueryId)]
struct Finish {
    id: Uuid,
    user: Uuid,
    replica: Uuid,
    state: String,
    problem: Option<Value>,
    progress: Option<Value>,
    sealed_result: Option<Vec<u8>>,
    now: DateTime<Utc>,
}

impl Query for Finish {
    type SqlType = (BigInt, Integer);
}

impl QueryFragment<Pg> for Finish {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH finished AS (UPDATE invocations SET state = ");
        out.push_bind_param::<Text, _>(&self.state)?;
        out.push_sql(", problem = ");
        out.push_bind_param::<Nullable<Jsonb>, _>(&self.problem)?;
        out.push_sql(", progress = ");
        out.push_bind_param::<Nullable<Jsonb>, _>(&self.progress)?;
        out.push_sql(", replica_id = NULL, revision = revision + 1, finished_at = ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(", updated_at = ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(" AND user_id IS NOT DISTINCT FROM ");
        out.push_bind_param::<SqlUuid, _>(&self.user)?;
        out.push_sql(" AND replica_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.replica)?;
        out.push_sql(
            " RETURNING id, user_id, revision), \
             payload AS (UPDATE invocation_payloads SET sealed_result = ",
        );
        out.push_bind_param::<Nullable<Bytea>, _>(&self.sealed_result)?;
        out.push_sql(
            " FROM finished WHERE invocation_id = finished.id), \
             log AS (UPDATE event_logs SET last_seq = last_seq + 1 \
               FROM finished WHERE event_logs.user_id = finished.user_id \
               RETURNING event_logs.user_id, event_logs.last_seq), \
             event AS (INSERT INTO events (user_id, seq, kind, entity_id, revision, at) \
               SELECT log.user_id, log.last_seq, 'INVOCATION_UPDATED', finished.id, finished.revision, ",
        );
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(
            " FROM log, finished) SELECT log.last_seq, finished.revision FROM log, finished",
        );
        Ok(())
    }
}
