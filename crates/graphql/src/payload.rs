//! Payloads of mutations: what came of it, why it was refused, and where the effects
//! are in the event log.

use async_graphql::{Enum, ID, Result, SimpleObject};
use attache_domain::RevocationState as KnownState;
use attache_engine::{Error, Written};

use crate::account::Account;
use crate::approval::ViewerSettings;
use crate::attempt::ConnectAttempt;
use crate::caller::Caller;
use crate::elicitation::Elicitation;
use crate::fault;
use crate::invocation::Invocation;
use crate::problem::Problem;
use crate::scalars::EventCursor;
use crate::service::Service;
use crate::tool::Tool;

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

/// What came of choosing services.
#[derive(SimpleObject)]
pub(crate) struct SelectServicesPayload {
    /// The selection, in order. At most 50.
    pub(crate) selected_services: Option<Vec<Service>>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
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

/// What came of removing a service.
#[derive(SimpleObject)]
pub(crate) struct RemoveServicePayload {
    /// The service that is gone.
    pub(crate) removed_service_id: Option<ID>,
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

/// What came of disconnecting.
#[derive(SimpleObject)]
pub(crate) struct DisconnectPayload {
    /// The accounts whose credentials are deleted here. At most 10.
    pub(crate) disconnected_account_ids: Vec<ID>,
    /// What is known of the credentials at the service itself. Null when there were
    /// none. Ask again with the same input to learn how it went on.
    pub(crate) revocation: Option<RevocationState>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of erasing the viewer.
#[derive(SimpleObject)]
pub(crate) struct EraseViewerPayload {
    /// That nothing is left.
    pub(crate) is_erased: Option<bool>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the viewer's event log ended. Followers are told `SnapshotRequired`.
    pub(crate) cursor: EventCursor,
}

/// What is known of credentials at their service.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum RevocationState {
    /// Queued; the server keeps trying.
    Pending,
    /// The service confirmed that the credentials no longer work.
    Done,
    /// The service offers no way to revoke; `Service.settingsUrl` is where a person can.
    Unsupported,
    /// They still work, because another account lives on the same grant of the service and
    /// would end with them. They end with the last such account.
    Spared,
    /// The server gave up after three days. The credentials may still work there;
    /// `Service.settingsUrl` is where a person can end them.
    Failed,
}

impl From<KnownState> for RevocationState {
    fn from(state: KnownState) -> Self {
        match state {
            KnownState::Pending | KnownState::Held => Self::Pending,
            KnownState::Dead => Self::Failed,
            KnownState::Done => Self::Done,
            KnownState::Unsupported => Self::Unsupported,
            KnownState::Spared => Self::Spared,
        }
    }
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

/// What came of changing settings.
#[derive(SimpleObject)]
pub(crate) struct UpdateToolSettingsPayload {
    /// The tool with its settings as they are now.
    pub(crate) tool: Option<Tool>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of calling a tool.
#[derive(SimpleObject)]
pub(crate) struct InvokeToolPayload {
    /// The invocation; its state says how it goes.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of a language model's call.
#[derive(SimpleObject)]
pub(crate) struct InvokeFromModelPayload {
    /// The invocation. `APPROVAL_REQUIRED` where the person has to agree first.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1. Fit to be told to the model.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of agreeing to an invocation.
#[derive(SimpleObject)]
pub(crate) struct ApproveInvocationPayload {
    /// The invocation as it is now.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of not agreeing to an invocation.
#[derive(SimpleObject)]
pub(crate) struct RejectInvocationPayload {
    /// The invocation as it is now.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of changing the viewer's settings.
#[derive(SimpleObject)]
pub(crate) struct UpdateViewerSettingsPayload {
    /// The settings as they are now.
    pub(crate) settings: Option<ViewerSettings>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of an answer.
#[derive(SimpleObject)]
pub(crate) struct AnswerElicitationPayload {
    /// The question as it is now.
    pub(crate) elicitation: Option<Elicitation>,
    /// The call as it is now. It goes on once nothing else is left to answer.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}

/// What came of asking an invocation to stop.
#[derive(SimpleObject)]
pub(crate) struct CancelInvocationPayload {
    /// The invocation as it is now.
    pub(crate) invocation: Option<Invocation>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}
