//! Refetching by id.

use std::str::FromStr;

use async_graphql::{ID, Interface, Result};
use attache_domain::{
    AccountId, ConnectAttemptId, ElicitationId, InvocationId, ServiceId, ToolId, UserId,
};

use crate::account::Account;
use crate::attempt::ConnectAttempt;
use crate::caller::Caller;
use crate::catalog::Catalog;
use crate::elicitation::Elicitation;
use crate::fault;
use crate::invocation::Invocation;
use crate::scalars::DateTime;
use crate::service::Service;
use crate::tool::Tool;
use crate::viewer::Viewer;

/// An object that can be refetched by a globally unique, opaque id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Globally unique and opaque."))]
pub(crate) enum Node {
    Viewer(Viewer),
    Service(Service),
    ConnectAttempt(ConnectAttempt),
    Account(Account),
    Tool(Tool),
    Invocation(Invocation),
    Elicitation(Elicitation),
}

/// A node the server changes over time. `revision` grows with every change; a client
/// applies an update only when it is newer than what it already holds.
#[derive(Interface)]
#[graphql(
    field(name = "revision", ty = "i32", desc = "Grows with every change."),
    field(name = "updated_at", ty = "DateTime", desc = "When it last changed.")
)]
pub(crate) enum Versioned {
    ConnectAttempt(ConnectAttempt),
    Account(Account),
    Catalog(Catalog),
    Tool(Tool),
    Invocation(Invocation),
    Elicitation(Elicitation),
}

impl Node {
    /// Looks nodes up, one query for each kind, in the order asked. What is gone and
    /// what is somebody else's are both null.
    pub(crate) async fn load(caller: &Caller, ids: &[ID]) -> Result<Vec<Option<Self>>> {
        let (user, engine) = (caller.user(), &caller.engine);
        let accounts = of::<AccountId>(ids);
        let accounts = engine.accounts_by_id(user, &accounts);
        let attempts = of::<ConnectAttemptId>(ids);
        let attempts = engine.attempts_by_id(user, &attempts);
        let tools = of::<ToolId>(ids);
        let tools = engine.tools_by_id(user, &tools);
        let invocations = of::<InvocationId>(ids);
        let invocations = engine.invocations_by_id(user, &invocations);
        let elicitations = of::<ElicitationId>(ids);
        let elicitations = engine.elicitations_by_id(user, &elicitations);
        let service_ids = of::<ServiceId>(ids);
        let offers = engine.offers_by_id(user, &service_ids);
        let (accounts, attempts, tools, invocations, elicitations, offers) =
            futures_util::try_join!(accounts, attempts, tools, invocations, elicitations, offers)
                .map_err(|error| fault::error(&error))?;
        let mut nodes = Vec::with_capacity(ids.len());
        for id in ids {
            nodes.push(if let Ok(id) = id.parse::<AccountId>() {
                accounts.get(&id).cloned().map(|it| Self::Account(Account(it)))
            } else if let Ok(id) = id.parse::<ConnectAttemptId>() {
                attempts.get(&id).cloned().map(|it| Self::ConnectAttempt(ConnectAttempt(it)))
            } else if let Ok(id) = id.parse::<ToolId>() {
                tools.get(&id).cloned().map(|it| Self::Tool(Tool(it)))
            } else if let Ok(id) = id.parse::<InvocationId>() {
                invocations.get(&id).cloned().map(|it| Self::Invocation(it.into()))
            } else if let Ok(id) = id.parse::<ElicitationId>() {
                elicitations.get(&id).cloned().map(|it| Self::Elicitation(Elicitation(it)))
            } else if let Ok(id) = id.parse::<ServiceId>() {
                let mut offers = offers.iter().flatten();
                let offer = offers.find(|offer| offer.service.code.id() == id);
                offer.map(|offer| Self::Service(Service(offer.service.clone())))
            } else if id.parse::<UserId>().is_ok_and(|id| id == user) {
                Some(Self::Viewer(Viewer::load(caller).await?))
            } else {
                None
            });
        }
        Ok(nodes)
    }
}

/// The ids of one kind.
fn of<T: FromStr>(ids: &[ID]) -> Vec<T> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}
