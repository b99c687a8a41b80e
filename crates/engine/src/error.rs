//! How a use case ends when it does not succeed.

use attache_domain::{Problem, ProblemCode};

/// A use case did not succeed.
///
/// The two halves never mix: a refusal is for the person and carries no internals; a
/// fault is for the operator, and the person learns only that there was one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The person can understand it and act on it.
    #[error("refused: {:?}", .0.code)]
    Refused(Box<Problem>),
    /// It is our fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Something that is our fault, with its causes.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error("the store failed")]
    Store(#[source] attache_store::Error),
    /// A task that was doing the work is gone.
    #[error("the task that was doing it is gone")]
    Task(#[source] tokio::task::JoinError),
    /// Something stored does not fit this version of the program.
    #[error("something stored cannot be read")]
    Stored(#[source] serde_json::Error),
}

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn refused(code: ProblemCode, message: impl Into<String>) -> Self {
        Problem::new(code, message).into()
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl From<attache_store::Error> for Error {
    fn from(error: attache_store::Error) -> Self {
        Self::Fault(Fault::Store(error))
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Fault(Fault::Task(error))
    }
}

impl Fault {
    /// Whether trying again later can help.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_temporary())
    }
}
