//! Speaking MCP to a service on a person's behalf.

mod call;
mod client;
mod credential;
mod error;
mod handler;
mod list;
mod patience;
mod questions;
mod round;
mod session;
mod sessions;

pub use call::{Answers, Call, CallEnd, CallError, CallLimits};
pub use credential::{NotAHeader, SessionCredential};
pub use error::McpError;
pub(crate) use error::retry_after;
pub use list::{ListError, Listing};
pub use questions::AskedInCall;
pub use round::InputRound;
pub use session::Session;
pub use sessions::{SessionKey, Sessions};
