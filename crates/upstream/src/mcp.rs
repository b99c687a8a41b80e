//! Speaking MCP to a service on a person's behalf.

mod ask;
mod call;
mod call_headers;
mod client;
mod credential;
mod error;
mod extensions;
mod handler;
mod list;
mod logs;
mod offers;
mod patience;
mod questions;
mod reading;
mod rejections;
mod round;
mod session;
mod sessions;
mod task;
mod watched;
mod watching;
mod written;

pub use ask::{AskError, Question};
pub use call::{Answers, Call, CallEnd, CallError, CallLimits};
pub use credential::{NotAHeader, SessionCredential};
pub use error::McpError;
pub(crate) use error::retry_after;
pub use list::ListError;
pub use offers::{ListPrompts, ListResourceTemplates, ListResources, Next, Offers};
pub use questions::AskedInCall;
pub use reading::{Completable, Complete, GetPrompt, ReadResource, Texts};
pub use round::InputRound;
pub use session::Session;
pub use sessions::{SessionKey, Sessions};
pub use task::{AnswerTask, CancelTask, GetTask, Task, TaskId, TaskState};
pub use watching::{ResourceWatch, WatchResource};
