//! Calls that services go on with by themselves, as tasks of MCP. What a service calls a task is
//! sealed.

use attache_domain::{Invocation, ReplicaId, UserId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Store;
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::invocations::hold;
use crate::payloads::open_json;
use crate::row;
use crate::schema::{invocations, server_tasks};

/// The most tasks of a viewer that are under way at once.
const MAX_TASKS: i64 = 50;

/// What came of writing a task down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskBegun {
    /// Whichever process runs goes on asking about it.
    Kept,
    /// Too many tasks of the viewer are under way.
    TooMany,
    /// The call is no longer this process's.
    Lost,
}

impl Store {
    /// Writes down what a service calls the task that goes on with a call, so that a process that
    /// takes it over can ask about it.
    pub async fn begin_task<Task: Serialize + Sync>(
        &self,
        user: UserId,
        invocation: &Invocation,
        replica: ReplicaId,
        task: &Task,
        expires_at: DateTime<Utc>,
    ) -> Result<TaskBegun> {
        let keys = self.keys(user, Purpose::Content).await?;
        let sealed = keys.seal(place(invocation), &row::json(task).to_string().into_bytes());
        let mut tx = self.begin(user).await?;
        if !hold(&mut tx, user, invocation.id, replica).await? {
            tx.rollback().await?;
            return Ok(TaskBegun::Lost);
        }
        diesel::insert_into(server_tasks::table)
            .values((
                server_tasks::invocation_id.eq(invocation.id.uuid()),
                server_tasks::user_id.eq(user.uuid()),
                server_tasks::sealed_task.eq(sealed),
                server_tasks::expires_at.eq(expires_at),
            ))
            .on_conflict_do_nothing()
            .execute(tx.sql())
            .await
            .during("write a task down")?;
        let under_way: i64 = server_tasks::table
            .inner_join(invocations::table.on(invocations::id.eq(server_tasks::invocation_id)))
            .filter(server_tasks::user_id.eq(user.uuid()))
            .filter(invocations::finished_at.is_null())
            .count()
            .get_result(tx.sql())
            .await
            .during("count the tasks of a viewer")?;
        if under_way > MAX_TASKS {
            tx.rollback().await?;
            return Ok(TaskBegun::TooMany);
        }
        tx.commit().await?;
        Ok(TaskBegun::Kept)
    }

    /// What the service calls the task that goes on with a call, and until when it is asked about.
    pub async fn server_task<Task: DeserializeOwned>(
        &self,
        user: UserId,
        invocation: &Invocation,
    ) -> Result<Option<(Task, DateTime<Utc>)>> {
        let found: Option<(Vec<u8>, DateTime<Utc>)> = server_tasks::table
            .find(invocation.id.uuid())
            .filter(server_tasks::user_id.eq(user.uuid()))
            .select((server_tasks::sealed_task, server_tasks::expires_at))
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("look up a task")?;
        let Some((sealed, expires_at)) = found else { return Ok(None) };
        let keys = self.keys_of(user, Purpose::Content, [sealed.as_slice()]).await?;
        let task = open_json(&keys, "server_tasks", "task", place(invocation), &sealed)?;
        Ok(Some((task, expires_at)))
    }
}

fn place(invocation: &Invocation) -> Place<'_> {
    Place::once(invocation.id.uuid(), invocation.service.as_str(), Kind::Task)
}
