//! A person decides about a call, or nobody does.

use attache_domain::{
    ApprovalDecision, Invocation, InvocationId, InvocationRequest, InvocationState, Problem,
    ReplicaId, UserId,
};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::approve_in;
use crate::data_keys::Purpose;
use crate::envelope::{Kind, Place};
use crate::error::{During, Result};
use crate::invocations::{Leaving, leave};
use crate::row;
use crate::schema::{approvals, invocation_payloads};
use crate::{Store, Written};

/// What a person decides about a call.
#[derive(Clone, Copy, Debug)]
pub enum Approving<'a> {
    /// They agree.
    Approve {
        /// To these arguments instead of what was asked about.
        edited: Option<&'a InvocationRequest>,
        /// To the tool as it is now.
        tool_digest: [u8; 32],
        /// Whether that is for the whole of its conversation.
        for_conversation: bool,
        /// Who sends it.
        replica: ReplicaId,
    },
    /// They do not.
    Reject,
    /// They did not say.
    Expire(&'a Problem),
}

/// What came of a decision.
#[derive(Debug)]
pub enum Approved {
    /// It counts. The call is as it is now; where it is queued, it goes on with this process.
    Counts(Box<Written<Invocation>>),
    /// Nobody has to decide any more: it was approved of, or was not, or nobody said.
    TooLate(Option<ApprovalDecision>),
    /// There is no such call.
    Unknown,
}

impl Store {
    /// The digest of the tool that the viewer is asked about.
    pub async fn asked_about(&self, user: UserId, id: InvocationId) -> Result<Option<Vec<u8>>> {
        approvals::table
            .find(id.uuid())
            .filter(approvals::user_id.eq(user.uuid()))
            .select(approvals::tool_digest)
            .first(&mut self.read().await?)
            .await
            .optional()
            .during("look up what a person is asked about")
    }

    /// Writes a decision about a call down, once.
    pub async fn decide(
        &self,
        user: UserId,
        invocation: &Invocation,
        decided: Approving<'_>,
    ) -> Result<Approved> {
        let keys = self.keys(user, Purpose::Content).await?;
        let mut tx = self.begin(user).await?;
        let now = tx.now();
        let (decision, state, problem, replica) = match decided {
            Approving::Approve { replica, .. } => {
                (ApprovalDecision::Approved, InvocationState::Queued, None, Some(replica))
            }
            Approving::Reject => {
                (ApprovalDecision::Rejected, InvocationState::Cancelled, None, None)
            }
            Approving::Expire(problem) => {
                (ApprovalDecision::Expired, InvocationState::Failed, Some(problem), None)
            }
        };
        // The call first, in the order of whoever cancels it.
        let leaving =
            Leaving { from: InvocationState::ApprovalRequired, to: state, problem, replica };
        let moved = leave(&mut tx, user, &[invocation.id.uuid()], leaving).await?.pop();
        let known: Option<(Option<String>, bool)> = approvals::table
            .find(invocation.id.uuid())
            .filter(approvals::user_id.eq(user.uuid()))
            .select((approvals::decision, approvals::expires_at.le(now)))
            .first(tx.sql())
            .await
            .optional()
            .during("look up what a person is asked about")?;
        let Some((before, is_late)) = known else {
            tx.rollback().await?;
            return Ok(Approved::Unknown);
        };
        let is_expiry = matches!(decided, Approving::Expire(_));
        let moved = match moved {
            Some(moved) if before.is_none() && is_late == is_expiry => moved,
            _ => {
                tx.rollback().await?;
                let before = before.map(|text| row::state(super::TABLE, &text)).transpose()?;
                return Ok(Approved::TooLate(before));
            }
        };
        let mut is_edited = false;
        if let Approving::Approve { edited, tool_digest, for_conversation, .. } = decided {
            if let Some(request) = edited {
                is_edited = true;
                let place = Place::once(moved.id, invocation.service.as_str(), Kind::Request);
                let json = serde_json::to_vec(request).expect("a request is plain JSON");
                diesel::update(invocation_payloads::table.find(moved.id))
                    .set(invocation_payloads::sealed_request.eq(keys.seal(place, &json)))
                    .execute(tx.sql())
                    .await
                    .during("write edited arguments down")?;
            }
            if let (true, Some(conversation)) = (for_conversation, &invocation.conversation) {
                let tool = invocation.tool.uuid();
                approve_in(&mut tx, user, conversation, tool, &tool_digest).await?;
            }
        }
        diesel::update(approvals::table.find(moved.id))
            .set((
                approvals::decision.eq(row::text_of(&decision)),
                approvals::is_edited.eq(is_edited),
                approvals::decided_at.eq(now),
            ))
            .execute(tx.sql())
            .await
            .during("write a decision down")?;
        let moved = moved.try_into()?;
        let cursor = tx.commit().await?;
        Ok(Approved::Counts(Box::new((moved, cursor))))
    }
}
