//! What a person does about calls that are over.

use std::collections::HashMap;

use attache_domain::{Invocation, InvocationId, Problem, ProblemCode, UserId, Viewer};
use attache_store::{InvocationErasure, Written};
use chrono::{DateTime, Utc};

use crate::{Engine, Result};

impl Engine {
    /// Erases what a call carried. That it was made stays, with where, when and how it ended.
    #[tracing::instrument(name = "engine.erase_invocation", skip_all, fields(viewer.id = %viewer.id, invocation.id = %id))]
    pub async fn erase_invocation(
        &self,
        viewer: &Viewer,
        id: InvocationId,
    ) -> Result<Written<Invocation>> {
        match self.0.store.erase_invocation(viewer.id, id).await? {
            InvocationErasure::Done(erased) => {
                tracing::info!(target: "attache::audit", action = "ERASE", invocation.id = %id, "what a call carried was erased");
                Ok(*erased)
            }
            InvocationErasure::Open => {
                let message = "This call has not ended. Cancel it first.";
                Err(Problem::new(ProblemCode::InvocationOpen, message).at("invocationId").into())
            }
            InvocationErasure::Unknown => {
                Err(Problem::not_found("invocation").at("invocationId").into())
            }
        }
    }

    /// When the viewer erased what these invocations carried, as far as they did.
    pub async fn invocation_erasures(
        &self,
        user: UserId,
        ids: &[InvocationId],
    ) -> Result<HashMap<InvocationId, DateTime<Utc>>> {
        Ok(self.0.store.invocation_erasures(user, ids).await?)
    }
}
