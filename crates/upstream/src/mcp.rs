//! Speaking MCP to a service on a person's behalf.

mod call;
mod error;
mod handler;
mod list;
mod session;
mod sessions;

pub use call::{Call, CallError, CallLimits};
pub use error::McpError;
pub(crate) use error::retry_after;
pub use list::{ListError, Listing};
pub use session::Session;
pub use sessions::{SessionKey, Sessions};
