//! Payloads of mutations: what came of it, why it was refused, and where the effects
//! are in the event log.

mod call;
mod leave;
mod settings;

use async_graphql::{Result, SimpleObject};
use attache_engine::{Error, Written};

pub(crate) use self::call::{
    AnswerElicitationPayload, ApproveInvocationPayload, CancelInvocationPayload,
    EraseInvocationPayload, InvokeFromModelPayload, InvokeToolPayload, RejectInvocationPayload,
    RepeatInvocationPayload,
};
pub(crate) use self::leave::{
    DisconnectPayload, EraseViewerPayload, RemoveServicePayload, RevocationState,
};
pub(crate) use self::settings::{
    AcceptToolChangePayload, SelectServicesPayload, UpdateToolSettingsPayload,
    UpdateViewerSettingsPayload,
};
use crate::account::Account;
use crate::attempt::ConnectAttempt;
use crate::caller::Caller;
use crate::fault;
use crate::problem::Problem;
use crate::scalars::EventCursor;
use crate::service::Service;

/// How a mutation ended, unless by our own fault.
pub(crate) struct Outcome<T> {
    pub(crate) value: Option<T>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) cursor: EventCursor,
}

impl<T> Outcome<T> {
    /// A refusal becomes a problem of the payload; a fault becomes an error of the field.
    pub(crate) async fn of(
        caller: &Caller,
        result: attache_engine::Result<Written<T>>,
    ) -> Result<Self> {
        match result {
            Ok((value, cursor)) => {
                Ok(Self { value: Some(value), problems: Vec::new(), cursor: EventCursor(cursor) })
            }
            Err(Error::Refused(problem)) => {
                let problems = vec![Problem::resolve(caller, *problem).await?];
                let cursor = caller.engine.event_cursor(&caller.viewer).await;
                let cursor = EventCursor(cursor.map_err(|error| fault::error(&error))?);
                Ok(Self { value: None, problems, cursor })
            }
            Err(Error::Fault(fault)) => Err(fault::masked(&fault)),
        }
    }
}

/// What came of adding a service.
#[derive(SimpleObject)]
pub(crate) struct AddServicePayload {
    /// The service.
    pub(crate) service: Option<Service>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of beginning to connect.
#[derive(SimpleObject)]
pub(crate) struct BeginConnectPayload {
    /// The attempt. Send the person to its `authorizationUrl`.
    pub(crate) attempt: Option<ConnectAttempt>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of the person's return.
#[derive(SimpleObject)]
#[graphql(name = "CompleteOAuthPayload")]
pub(crate) struct CompleteOAuthPayload {
    /// The attempt.
    pub(crate) attempt: Option<ConnectAttempt>,
    /// The account, when there is one now.
    pub(crate) account: Option<Account>,
    /// Why there is none; empty when there is, or may still be. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of connecting with a key.
#[derive(SimpleObject)]
pub(crate) struct ConnectWithKeyPayload {
    /// The account.
    pub(crate) account: Option<Account>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of giving up an attempt.
#[derive(SimpleObject)]
pub(crate) struct CancelConnectPayload {
    /// The attempt as it is now.
    pub(crate) attempt: Option<ConnectAttempt>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of asking for the tools again.
#[derive(SimpleObject)]
pub(crate) struct RefreshCatalogPayload {
    /// The account; its catalog says how the reading goes.
    pub(crate) account: Option<Account>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}
