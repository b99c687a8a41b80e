//! Payloads of mutations by which viewers decide something for later.

use async_graphql::SimpleObject;

use crate::approval::ViewerSettings;
use crate::problem::Problem;
use crate::scalars::EventCursor;
use crate::service::Service;
use crate::tool::Tool;

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

/// What came of accepting a change of a tool.
#[derive(SimpleObject)]
pub(crate) struct AcceptToolChangePayload {
    /// The tool, without a change.
    pub(crate) tool: Option<Tool>,
    /// Why it was refused; empty when it was not. At most 1.
    pub(crate) problems: Vec<Problem>,
    /// Where the effects are in the event log.
    pub(crate) cursor: EventCursor,
}
