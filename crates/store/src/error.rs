//! What can go wrong with the database, and the only place where the names of its
//! constraints are matched.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

use crate::envelope::OpenError;
use crate::ring::RingError;

/// What went wrong. None of it is for a person to read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection could be had in time.
    #[error("no connection to the database")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A statement failed.
    #[error("could not {operation}")]
    Statement {
        /// What was being done, as an infinitive.
        operation: &'static str,
        /// What the database said.
        source: Diesel,
    },
    /// A sealed value does not open.
    #[error("could not open a sealed {what}")]
    Sealed {
        /// What was sealed.
        what: &'static str,
        /// Why not.
        source: OpenError,
    },
    /// A row says something that no version of this program wrote.
    #[error("a row of {table} makes no sense: {reason}")]
    Inconsistent {
        /// Where.
        table: &'static str,
        /// What about it.
        reason: String,
    },
    /// The migrations could not run.
    #[error("could not migrate the database")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database was migrated by another version of this program.
    #[error("the database schema is not the one this program was built for: {0}")]
    UnknownSchema(String),
    /// The database URL cannot be used.
    #[error("the database URL cannot be used")]
    Url(#[source] tokio_postgres::Error),
    /// TLS was asked for, and there is nobody to vouch for the server.
    #[error("the database URL asks for TLS, but this system has no certificate authorities")]
    NoAuthorities,
    /// The journal on this machine's disk cannot be used.
    #[error("could not use the journal")]
    Journal(#[source] std::io::Error),
    /// The ring cannot be used.
    #[error("the key ring cannot be used")]
    Ring(#[from] RingError),
    /// The ring holds other keys than the ones that sealed what is stored.
    #[error("the key ring does not fit this database: {0}")]
    WrongKeys(String),
}

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<Diesel> for Error {
    fn from(source: Diesel) -> Self {
        Self::Statement { operation: "finish a transaction", source }
    }
}

/// Names the operation that a statement was part of.
pub(crate) trait During<T> {
    fn during(self, operation: &'static str) -> Result<T>;
}

impl<T> During<T> for Result<T, Diesel> {
    fn during(self, operation: &'static str) -> Result<T> {
        self.map_err(|source| Error::Statement { operation, source })
    }
}

/// Whether a statement failed because `constraint` holds another row already.
pub(crate) fn is_taken(error: &Diesel, constraint: &str) -> bool {
    matches!(
        error,
        Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
            if info.constraint_name() == Some(constraint)
    )
}

/// Whether a statement failed because what a row refers to is not there, or what is to go is
/// referred to, by a constraint whose name ends like this.
pub(crate) fn is_missing(error: &Diesel, ending: &str) -> bool {
    matches!(
        error,
        Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, info)
            if info.constraint_name().is_some_and(|name| name.ends_with(ending))
    )
}

impl Error {
    /// Whether something is sealed with a key that is not known here, or not yet.
    pub(crate) fn is_unknown_key(&self) -> bool {
        matches!(self, Self::Sealed { source: OpenError::KeyMissing(_), .. })
    }

    /// Whether Postgres gave up on this to let somebody else go on.
    pub(crate) fn is_deadlock(&self) -> bool {
        let Self::Statement { source: Diesel::DatabaseError(_, information), .. } = self else {
            return false;
        };
        information.message().contains("deadlock")
    }

    /// Whether Postgres will not take this, however often it is tried.
    pub fn is_final(&self) -> bool {
        use DatabaseErrorKind::{CheckViolation, NotNullViolation, Unknown};
        let Self::Statement { source: Diesel::DatabaseError(kind, _), .. } = self else {
            return false;
        };
        matches!(kind, CheckViolation | NotNullViolation | Unknown)
            && !self.is_temporary()
            && !self.is_deadlock()
    }

    /// Whether trying again later can help.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unavailable(_)
            | Self::Statement { source: Diesel::BrokenTransactionManager, .. } => true,
            Self::Statement { source: Diesel::DatabaseError(kind, information), .. } => {
                let is_lost = matches!(
                    kind,
                    DatabaseErrorKind::ClosedConnection
                        | DatabaseErrorKind::UnableToSendCommand
                        | DatabaseErrorKind::SerializationFailure
                );
                // A database that is stopped says so, in one of these ways, on its last breath.
                let said = information.message();
                is_lost
                    || said.starts_with("terminating connection")
                    || said.starts_with("the database system is")
            }
            _ => false,
        }
    }
}
