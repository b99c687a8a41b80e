//! Events.

use async_graphql::{ID, Interface, Result, SimpleObject};
use attache_engine::{Delivery, Event as EngineEvent};

use crate::account::Account;
use crate::approval::ViewerSettings;
use crate::attempt::ConnectAttempt;
use crate::caller::Caller;
use crate::catalog::Catalog;
use crate::elicitation::Elicitation;
use crate::invocation::{Invocation, InvocationProgress};
use crate::log_message::LogMessage;
use crate::payload::RevocationState;
use crate::scalars::{DateTime, EventCursor};
use crate::service::Service;
use crate::tool::Tool;

/// Something that happened to the viewer's data. New implementing types may appear:
/// a client skips what it does not know and still stores the cursor.
#[derive(Interface)]
#[graphql(
    field(
        name = "cursor",
        ty = "&EventCursor",
        desc = "Store this after applying the event and resume from it. Short-lived events repeat the current position instead of advancing it."
    ),
    field(name = "at", ty = "&DateTime", desc = "When it happened.")
)]
pub(crate) enum Event {
    Selection(SelectionUpdated),
    Settings(ViewerSettingsUpdated),
    ServiceAdded(ServiceAdded),
    ServiceRemoved(ServiceRemoved),
    Attempt(ConnectAttemptUpdated),
    Account(AccountUpdated),
    Removed(AccountRemoved),
    Catalog(CatalogUpdated),
    Tool(ToolUpdated),
    Revocation(RevocationUpdated),
    Invocation(InvocationUpdated),
    Progress(InvocationProgressed),
    Logged(InvocationLogged),
    Elicitation(ElicitationUpdated),
    Resource(ResourceUpdated),
    CaughtUp(CaughtUp),
    SnapshotRequired(SnapshotRequired),
}

/// The viewer chose other services, perhaps in another window.
#[derive(SimpleObject)]
pub(crate) struct SelectionUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// The whole selection, in order. At most 50.
    selected_services: Vec<Service>,
}

/// The viewer decided something for all tools, perhaps in another window.
#[derive(SimpleObject)]
pub(crate) struct ViewerSettingsUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// The settings.
    settings: ViewerSettings,
}

/// The viewer added a service, perhaps in another window.
#[derive(SimpleObject)]
pub(crate) struct ServiceAdded {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// The service.
    service: Service,
}

/// The viewer removed a service that they had added. Its accounts go with it, each with an
/// event of its own.
#[derive(SimpleObject)]
pub(crate) struct ServiceRemoved {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// Which service.
    service_id: ID,
}

/// An attempt is new or moved.
#[derive(SimpleObject)]
pub(crate) struct ConnectAttemptUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// The attempt.
    attempt: ConnectAttempt,
}

/// An account is new or changed.
#[derive(SimpleObject)]
pub(crate) struct AccountUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// The account.
    account: Account,
}

/// Remove the account, its catalog and its tools. Invocations stay.
#[derive(SimpleObject)]
pub(crate) struct AccountRemoved {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// Which account.
    account_id: ID,
}

/// It is known what became of the credentials of an account that was disconnected. Comes
/// when the last of them is settled at the service, perhaps long after `AccountRemoved`.
#[derive(SimpleObject)]
pub(crate) struct RevocationUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// Which account.
    account_id: ID,
    /// Where it was.
    service: Service,
    /// What is known of its credentials there, never `PENDING`.
    revocation: RevocationState,
}

/// The catalog changed state, contents or both. Apply as one action.
#[derive(SimpleObject)]
pub(crate) struct CatalogUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// Whose catalog.
    account_id: ID,
    /// The catalog.
    catalog: Catalog,
    /// Tools that are new or changed. At most 2,000.
    upserted_tools: Vec<Tool>,
    /// Tools that are gone. At most 2,000.
    #[graphql(name = "removedToolIds")]
    removed_tool_ids: Vec<ID>,
}

/// The viewer's settings for the tool changed, or they accepted a change of it, perhaps in another
/// window.
#[derive(SimpleObject)]
pub(crate) struct ToolUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// The tool.
    tool: Tool,
}

/// An invocation is new or moved.
#[derive(SimpleObject)]
pub(crate) struct InvocationUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// The invocation.
    invocation: Invocation,
}

/// A question is new or settled.
#[derive(SimpleObject)]
pub(crate) struct ElicitationUpdated {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// The question.
    elicitation: Elicitation,
}

/// Short-lived: may be coalesced, is never replayed.
#[derive(SimpleObject)]
pub(crate) struct InvocationProgressed {
    /// The current position.
    cursor: EventCursor,
    /// When it was noticed.
    at: DateTime,
    /// Which invocation.
    invocation_id: ID,
    /// How far it is.
    progress: InvocationProgress,
}

/// A service said something while it worked on an invocation; see `Invocation.log`.
#[derive(SimpleObject)]
pub(crate) struct InvocationLogged {
    /// Store this after applying the event.
    cursor: EventCursor,
    /// When it happened.
    at: DateTime,
    /// Which invocation.
    invocation_id: ID,
    /// What it said.
    message: LogMessage,
}

/// A resource changed at its service: read it again. Of `resourceEvents` only; may stand for
/// several changes, and is never replayed.
#[derive(SimpleObject)]
pub(crate) struct ResourceUpdated {
    /// Where the log stood when listening began.
    cursor: EventCursor,
    /// When it was heard of.
    at: DateTime,
    /// Whose account it is listened to with.
    account_id: ID,
    /// Where it is.
    uri: String,
}

/// Replay is done; what follows is live.
#[derive(SimpleObject)]
pub(crate) struct CaughtUp {
    /// The current position.
    cursor: EventCursor,
    /// When that was.
    at: DateTime,
}

/// The position asked for is no longer in the log. Last event of the stream: read
/// the state again, then subscribe from the new position.
#[derive(SimpleObject)]
pub(crate) struct SnapshotRequired {
    /// The position asked for.
    cursor: EventCursor,
    /// When that was noticed.
    at: DateTime,
}

impl Event {
    pub(crate) async fn new(caller: &Caller, delivery: Delivery) -> Result<Self> {
        let (cursor, at) = (EventCursor(delivery.cursor), DateTime(delivery.at));
        Ok(match delivery.event {
            EngineEvent::Selection(codes) => Self::Selection(SelectionUpdated {
                cursor,
                at,
                selected_services: caller.services(&codes).await?,
            }),
            EngineEvent::Settings(policy) => {
                let settings = policy.into();
                Self::Settings(ViewerSettingsUpdated { cursor, at, settings })
            }
            EngineEvent::ServiceAdded(service) => {
                Self::ServiceAdded(ServiceAdded { cursor, at, service: Service(*service) })
            }
            EngineEvent::ServiceRemoved(id) => {
                let service_id = ID(id.to_string());
                Self::ServiceRemoved(ServiceRemoved { cursor, at, service_id })
            }
            EngineEvent::Attempt(attempt) => {
                let attempt = ConnectAttempt(attempt);
                Self::Attempt(ConnectAttemptUpdated { cursor, at, attempt })
            }
            EngineEvent::Account(account) => {
                let account = Account(account);
                Self::Account(AccountUpdated { cursor, at, account })
            }
            EngineEvent::AccountRemoved(id) => {
                let account_id = ID(id.to_string());
                Self::Removed(AccountRemoved { cursor, at, account_id })
            }
            EngineEvent::Revocation { account, service, state } => {
                Self::Revocation(RevocationUpdated {
                    cursor,
                    at,
                    account_id: ID(account.to_string()),
                    service: caller.service(&service).await?,
                    revocation: state.into(),
                })
            }
            EngineEvent::Catalog { account, catalog, upserted, removed } => {
                Self::Catalog(CatalogUpdated {
                    cursor,
                    at,
                    account_id: ID(account.to_string()),
                    catalog: Catalog(catalog),
                    upserted_tools: upserted.into_iter().map(Tool).collect(),
                    removed_tool_ids: removed.iter().map(|id| ID(id.to_string())).collect(),
                })
            }
            EngineEvent::Tool(tool) => Self::Tool(ToolUpdated { cursor, at, tool: Tool(tool) }),
            EngineEvent::Invocation(invocation) => {
                let invocation = invocation.into();
                Self::Invocation(InvocationUpdated { cursor, at, invocation })
            }
            EngineEvent::Elicitation(elicitation) => {
                let elicitation = Elicitation(elicitation);
                Self::Elicitation(ElicitationUpdated { cursor, at, elicitation })
            }
            EngineEvent::Progress(id, progress) => Self::Progress(InvocationProgressed {
                cursor,
                at,
                invocation_id: ID(id.to_string()),
                progress: progress.into(),
            }),
            EngineEvent::Logged(id, message) => {
                let (invocation_id, message) = (ID(id.to_string()), message.into());
                Self::Logged(InvocationLogged { cursor, at, invocation_id, message })
            }
            EngineEvent::Resource { account, uri } => {
                let account_id = ID(account.to_string());
                Self::Resource(ResourceUpdated { cursor, at, account_id, uri })
            }
            EngineEvent::CaughtUp => Self::CaughtUp(CaughtUp { cursor, at }),
            EngineEvent::SnapshotRequired => {
                Self::SnapshotRequired(SnapshotRequired { cursor, at })
            }
        })
    }
}
