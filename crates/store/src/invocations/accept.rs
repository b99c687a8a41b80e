//! Accepting a call: one statement, one commit; and what is read before the first one.

use attache_domain::{
    Account, ClientId, ConfirmationPolicy, EventCursor, Invocation, InvocationId,
    InvocationRequest, InvocationState, ReplicaId, Tool, ToolId, UserId,
};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures_util::future::try_join3;
use uuid::Uuid;

use super::repeats;
use crate::Store;
use crate::accounts::AccountRow;
use crate::approvals::{self, TooMany};
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::idempotency::{IdempotencyKey, KnownIntent};
use crate::row::{self, text_of};
use crate::schema::{idempotency_keys, tools, viewers};
use crate::tools::{ToolView, views};

/// All there is to know before a call is accepted.
#[derive(Debug)]
pub struct CallContext {
    /// The tool and its account, when there is such a tool.
    pub target: Option<Target>,
    /// What came of the same intent before.
    pub known: Option<KnownIntent>,
}

/// What can be called.
#[derive(Debug)]
pub struct Target {
    /// The tool.
    pub tool: Tool,
    /// The account that it belongs to.
    pub account: Account,
    /// How the viewer is asked before tools of which they said nothing else.
    pub default_confirmation: ConfirmationPolicy,
}

/// A call about to be accepted.
pub struct InvocationDraft<'a> {
    /// The call as it begins: running when it is sent at once, queued when it has to wait for a
    /// slot, and waiting for approval until `expires_at` otherwise.
    pub invocation: &'a Invocation,
    /// What is called, as it was read.
    pub target: &'a Target,
    /// The client that asks for it.
    pub client: Option<&'a ClientId>,
    /// What is sent.
    pub request: &'a InvocationRequest,
    /// Who sends it. Nobody, while it waits for approval.
    pub replica: Option<ReplicaId>,
    /// Until when it waits for approval, where it does.
    pub expires_at: DateTime<Utc>,
    /// The call that it repeats.
    pub repeats: Option<InvocationId>,
    /// The client's name for the intent.
    pub key: &'a IdempotencyKey,
}

/// What came of a draft.
#[derive(Debug)]
pub enum Acceptance {
    /// The call is written down, and with it the event with this cursor.
    Accepted(EventCursor),
    /// The tool or its account has moved on since it was read, or the intent is known; reading
    /// the context again tells which.
    MovedOn,
    /// Too many calls of the viewer wait for approval already.
    TooMany,
}

type TargetRow = (ToolView, AccountRow);
type IntentRow = (Uuid, Vec<u8>);

impl Store {
    /// Reads all there is to know before a call is accepted. The three questions travel
    /// together.
    pub async fn call_context(
        &self,
        user: UserId,
        tool: ToolId,
        key: &IdempotencyKey,
    ) -> Result<CallContext> {
        let connection = self.read().await?;
        let target = views()
            .filter(tools::user_id.eq(user.uuid()))
            .filter(tools::id.eq(tool.uuid()))
            .select((ToolView::as_select(), AccountRow::as_select()));
        let known = idempotency_keys::table
            .find((user.uuid(), key.operation, &key.key))
            .select((idempotency_keys::entity_id, idempotency_keys::input_hash));
        let default = viewers::table.find(user.uuid()).select(viewers::default_confirmation);
        let (mut one, mut other, mut third) = (&*connection, &*connection, &*connection);
        let (target, known, default): (Vec<TargetRow>, Vec<IntentRow>, Vec<String>) =
            try_join3(target.load(&mut one), known.load(&mut other), default.load(&mut third))
                .await
                .during("read the context of a call")?;
        drop(connection);
        let known = known
            .into_iter()
            .next()
            .map(|(entity, hash)| KnownIntent { entity, is_same_input: hash == key.input_hash });
        let target = match target.into_iter().next() {
            None => None,
            Some((tool, account)) => {
                let tool = self.tools_from(user, vec![tool]).await?.pop();
                let account = account.try_into()?;
                let default = default.into_iter().next();
                let default = default.map(|text| row::state("viewers", &text)).transpose()?;
                let default_confirmation = default.unwrap_or_default();
                tool.map(|tool| Target { tool, account, default_confirmation })
            }
        };
        Ok(CallContext { target, known })
    }

    /// Accepts a call: the invocation, what it sends, the intent and the event, in one
    /// statement and so in one commit.
    pub async fn accept_invocation(
        &self,
        user: UserId,
        draft: InvocationDraft<'_>,
    ) -> Result<Acceptance> {
        let keys = self.keys(user, Purpose::Content).await?;
        let Target { tool, account, default_confirmation } = draft.target;
        let invocation = draft.invocation;
        let service = invocation.service.as_str();
        let request = serde_json::to_vec(draft.request).expect("a request is plain JSON");
        let place = Place::once(invocation.id.uuid(), service, Kind::Request);
        let accept = Accept {
            user: user.uuid(),
            id: invocation.id.uuid(),
            account: account.id.uuid(),
            generation: account.generation,
            tool: tool.id.uuid(),
            tool_revision: tool.revision,
            service: service.to_owned(),
            tool_name: invocation.tool_name.clone(),
            conversation: invocation.conversation.clone(),
            client: draft.client.map(|client| client.as_str().to_owned()),
            state: text_of(&invocation.state),
            replica: draft.replica.map(|replica| replica.uuid()),
            default_confirmation: text_of(default_confirmation),
            started_at: invocation.started_at,
            operation: draft.key.operation,
            key: draft.key.key.clone(),
            input_hash: draft.key.input_hash.to_vec(),
            sealed_request: keys.seal(place, &request),
            now: invocation.created_at,
        };
        let waits = invocation.state == InvocationState::ApprovalRequired;
        let has_more = waits || draft.repeats.is_some();
        let seq: Option<i64> = if has_more {
            let more = Box::pin(self.accept_with_more(user, accept, &draft)).await?;
            let Ok(seq) = more else { return Ok(Acceptance::TooMany) };
            seq
        } else {
            let connection = &mut self.read().await?;
            accept.get_result(connection).await.optional().during("accept an invocation")?
        };
        let Some(seq) = seq else { return Ok(Acceptance::MovedOn) };
        self.announce(user);
        Ok(Acceptance::Accepted(EventCursor(seq)))
    }

    /// Accepts a call of which there is more to write down than of most: that it waits, or that it
    /// repeats another one.
    async fn accept_with_more(
        &self,
        user: UserId,
        accept: Accept,
        draft: &InvocationDraft<'_>,
    ) -> Result<Result<Option<i64>, TooMany>> {
        let id = accept.id;
        let mut tx = self.begin(user).await?;
        let seq: Option<i64> =
            accept.get_result(tx.sql()).await.optional().during("accept an invocation")?;
        if seq.is_none() {
            tx.rollback().await?;
            return Ok(Ok(None));
        }
        if draft.invocation.state == InvocationState::ApprovalRequired {
            let digest = draft.target.tool.definition.digest();
            let requested = approvals::request(&mut tx, user, id, digest, draft.expires_at).await?;
            if let Err(too_many) = requested {
                tx.rollback().await?;
                return Ok(Err(too_many));
            }
        }
        if let Some(former) = draft.repeats {
            repeats::note(&mut tx, user, id, former).await?;
        }
        tx.commit().await?;
        Ok(Ok(seq))
    }
}

/// The whole of accepting a call as one statement. What was checked is what is
/// accepted: when it begins, the tool, its settings (which count in its revision), its
/// account and the viewer's default are the ones that were read. `FOR SHARE` makes it wait
/// for a disconnect that is under way and then find the account changed, so no call can slip
/// in behind one. The owner and the account of the tool are compared and not searched for
/// (see this crate's README).
#[derive(QueryId)]
struct Accept {
    user: Uuid,
    id: Uuid,
    account: Uuid,
    generation: i64,
    tool: Uuid,
    tool_revision: i32,
    service: String,
    tool_name: String,
    conversation: Option<String>,
    client: Option<String>,
    state: String,
    replica: Option<Uuid>,
    default_confirmation: String,
    started_at: Option<DateTime<Utc>>,
    operation: &'static str,
    key: String,
    input_hash: Vec<u8>,
    sealed_request: Vec<u8>,
    now: DateTime<Utc>,
}

impl Query for Accept {
    type SqlType = BigInt;
}

impl QueryFragment<Pg> for Accept {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH account AS (SELECT id, label FROM accounts \
               WHERE state = 'CONNECTED' AND id = ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.account)?;
        out.push_sql(" AND user_id IS NOT DISTINCT FROM ");
        out.push_bind_param::<SqlUuid, _>(&self.user)?;
        out.push_sql(" AND generation = ");
        out.push_bind_param::<BigInt, _>(&self.generation)?;
        out.push_sql(" AND EXISTS (SELECT FROM tools WHERE NOT is_removed AND id = ");
        out.push_bind_param::<SqlUuid, _>(&self.tool)?;
        out.push_sql(" AND account_id IS NOT DISTINCT FROM ");
        out.push_bind_param::<SqlUuid, _>(&self.account)?;
        out.push_sql(" AND revision = ");
        out.push_bind_param::<Integer, _>(&self.tool_revision)?;
        out.push_sql(") AND EXISTS (SELECT FROM viewers WHERE id = ");
        out.push_bind_param::<SqlUuid, _>(&self.user)?;
        out.push_sql(" AND default_confirmation = ");
        out.push_bind_param::<Text, _>(&self.default_confirmation)?;
        out.push_sql(
            ") FOR SHARE), \
             intent AS (INSERT INTO idempotency_keys \
               (user_id, operation, key, input_hash, entity_id, created_at) SELECT ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.user)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.operation)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.key)?;
        out.push_sql(", ");
        out.push_bind_param::<Bytea, _>(&self.input_hash)?;
        out.push_sql(", ");
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(
            " FROM account ON CONFLICT DO NOTHING RETURNING user_id), \
             log AS (UPDATE event_logs SET last_seq = last_seq + 1 FROM intent \
               WHERE event_logs.user_id = intent.user_id \
               RETURNING event_logs.user_id, last_seq), \
             invocation AS (INSERT INTO invocations \
               (id, user_id, account_id, tool_id, service, tool_name, conversation_id, state, \
                replica_id, revision, created_at, started_at, updated_at) SELECT ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(", log.user_id, ");
        out.push_bind_param::<SqlUuid, _>(&self.account)?;
        out.push_sql(", ");
        out.push_bind_param::<SqlUuid, _>(&self.tool)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.service)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.tool_name)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.conversation)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.state)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.replica)?;
        out.push_sql(", 1, ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Timestamptz>, _>(&self.started_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(
            " FROM log), \
             payload AS (INSERT INTO invocation_payloads \
               (invocation_id, sealed_request) SELECT ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(", ");
        out.push_bind_param::<Bytea, _>(&self.sealed_request)?;
        out.push_sql(
            " FROM log), \
             access AS (INSERT INTO accesses \
               (user_id, account_id, account_label, kind, id, at, client, service, name) \
               SELECT log.user_id, account.id, account.label, 'TOOL', ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.client)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.service)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.tool_name)?;
        out.push_sql(
            " FROM log, account), \
             event AS (INSERT INTO events (user_id, seq, kind, entity_id, revision, at) \
               SELECT log.user_id, log.last_seq, 'INVOCATION_UPDATED', ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(", 1, ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(" FROM log) SELECT last_seq FROM log");
        Ok(())
    }
}
