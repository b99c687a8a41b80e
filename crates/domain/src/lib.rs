#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod access;
mod account;
mod annotations;
mod app;
mod approval;
mod arguments;
mod attempt;
mod catalog;
mod clock;
mod completion;
mod content;
mod described;
mod elicitation;
mod event;
mod form;
mod freshness;
mod icon;
mod id;
mod invocation;
mod key_form;
mod log_message;
mod page;
mod parameter_header;
mod problem;
mod prompt;
mod resource;
mod revocation;
mod service;
mod tool;
mod tool_change;
mod toolset;
mod unfolding;
mod viewer;

pub use access::{Access, AccessFilter, AccessKind, ClientId};
pub use account::{Account, AccountAction, AccountState};
pub use annotations::{Annotations, Role};
pub use app::{AppAudience, AppCsp, AppFrame, AppPermission, ToolApp};
pub use approval::{Approval, ApprovalDecision, ConfirmationPolicy, Consent, ToolConfirmation};
pub use arguments::ArgumentSchema;
pub use attempt::{AttemptState, ConnectAttempt};
pub use catalog::{Catalog, CatalogChange, CatalogState, KnownTool, Offered, RejectedTool};
pub use clock::Clock;
pub use completion::Completion;
pub use content::{ContentBlock, EmbeddedResource, InvocationResult, Media, ResourceLink};
pub use described::{Described, cut};
pub use elicitation::{
    Answer, Ask, Elicitation, ElicitationAction, ElicitationState, NotAQuestion, Question,
};
pub use event::{Change, EventCursor, EventKind, LoggedEvent, NotAnEventCursor};
pub use form::{
    ChoiceField, Condition, FieldKind, Form, FormField, FormOption, FormVariant, ListField,
    NumberField, TextField, TextFormat, VariantField,
};
pub use freshness::{Freshness, fresh_until};
pub use icon::{Icon, IconTheme};
pub use id::{
    AccountId, ConnectAttemptId, ElicitationId, InvocationId, LogEntryId, OwnServiceId, ReplicaId,
    ServiceId, ToolId, UserId, digest, first_uuid_at, new_id, uuids,
};
pub use invocation::{
    Invocation, InvocationAction, InvocationFilter, InvocationRequest, InvocationState, Progress,
};
pub use key_form::{KeyField, KeyForm, NotAKeyForm, is_variable};
pub use log_message::{LogEntry, LogLevel, LogMessage};
pub use page::{MAX_PAGE, Page, PageKey, PageRequest};
pub use parameter_header::{BadHeader, ParameterHeaders};
pub use problem::{Detail, Problem, ProblemCode, Violation};
pub use prompt::{FilledPrompt, Prompt, PromptArgument, PromptMessage};
pub use resource::{Resource, ResourceContents, ResourceTemplate};
pub use revocation::{RevocationReach, RevocationState};
pub use service::{ConnectMethod, NotAServiceCode, ProtocolEra, Service, ServiceCode};
pub use tool::{Tool, ToolDefinition, ToolFilter, ToolHints, ToolSettings, ToolSettingsPatch};
pub use tool_change::{ToolChange, ToolPart};
pub use toolset::{
    ModelCall, ModelName, ModelTool, NotACall, SchemaLoss, ToolDialect, service_name,
};
pub use viewer::{TenantId, UserKey, Viewer};
