//! Refusals.

use async_graphql::{Enum, Interface, Result, SimpleObject};
use attache_domain as domain;
use attache_domain::Detail;

use crate::account::Account;
use crate::caller::Caller;
use crate::fault;
use crate::scalars::DateTime;
use crate::tool::Tool;

/// Adding a value is not a breaking change.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ProblemCode")]
pub(crate) enum ProblemCode {
    /// A refusal with no more specific code.
    Refused,
    /// Missing, or not yours to see.
    NotFound,
    /// An input field cannot be used as it is; see `path`.
    InvalidInput,
    /// Arguments do not fit the tool's schema.
    ArgumentsInvalid,
    /// Ask the person first.
    ConfirmationRequired,
    /// The key was used for something else.
    IdempotencyKeyReused,
    /// There may be no more of these at once.
    LimitReached,
    /// Too much, too soon.
    RateLimited,
    /// Connect the account again first.
    ReauthorizationRequired,
    /// Renewing the account's access was interrupted, and what the server holds is not
    /// accepted any more. To be connected again, as with `REAUTHORIZATION_REQUIRED`.
    RefreshInterrupted,
    /// The account was disconnected in the meantime.
    AccountDisconnected,
    /// The service could not be reached.
    ServiceUnavailable,
    /// The service was reached and said no.
    ServiceRefused,
    /// The service does not let this server sign people in before its operator has
    /// registered it there. Trying again does not help; telling the operator does.
    RegistrationRefused,
    /// The tool changed since it was shown.
    ToolChanged,
    /// The viewer switched the tool off.
    ToolDisabled,
    /// The tool changed, and does not run before the viewer accepts that: `acceptToolChange`.
    ToolHeld,
    /// The tool ran and reported failure itself.
    ToolReportedError,
    /// The person or the authorization server said no.
    AuthorizationDenied,
    /// Signing in took too long.
    AuthorizationExpired,
    /// The sign-in does not belong to a connection of this viewer.
    AuthorizationMismatch,
    /// The service asked the person something, and nobody answered in time.
    ElicitationExpired,
    /// A call waited for the viewer to approve of it, and nobody did in time.
    ApprovalExpired,
    /// It was sent, and what became of it is unknown.
    OutcomeUnknown,
    /// The call has not ended: cancel it first, or wait for its end.
    InvocationOpen,
    /// What the call sent is erased, so it cannot be sent again.
    ArgumentsErased,
}

/// A refusal a person can understand and act on. New implementing types may appear:
/// every client can fall back to `message`.
#[derive(Interface)]
#[graphql(
    field(
        name = "code",
        ty = "&ProblemCode",
        desc = "Stable and machine readable. Treat unknown codes like `REFUSED`."
    ),
    field(
        name = "message",
        ty = "&String",
        desc = "One sentence for the person, in plain language, free of internals."
    ),
    field(
        name = "path",
        ty = "&Option<Vec<String>>",
        desc = "Which input field caused it, from the outside in, for example `[\"input\", \"returnTo\"]`. At most 4 names."
    )
)]
pub(crate) enum Problem {
    Generic(GenericProblem),
    Arguments(ArgumentsInvalid),
    Changed(ToolChanged),
    Confirmation(ConfirmationRequired),
    Reauthorization(ReauthorizationRequired),
    Rate(RateLimited),
}

/// A problem with nothing to add to its message.
#[derive(SimpleObject)]
pub(crate) struct GenericProblem {
    /// Stable and machine readable.
    code: ProblemCode,
    /// One sentence for the person.
    message: String,
    /// Which input field caused it. At most 4 names.
    path: Option<Vec<String>>,
}

/// Arguments or an answer do not fit the schema.
#[derive(SimpleObject)]
pub(crate) struct ArgumentsInvalid {
    /// Stable and machine readable.
    code: ProblemCode,
    /// One sentence for the person.
    message: String,
    /// Which input field caused it. At most 4 names.
    path: Option<Vec<String>>,
    /// Where they do not fit. At most 50.
    violations: Vec<Violation>,
}

/// One place where arguments do not fit.
#[derive(SimpleObject)]
pub(crate) struct Violation {
    /// JSON Pointer into the arguments; matches `FormField.pointer`.
    pointer: String,
    /// What is wrong there.
    message: String,
}

/// The tool changed since it was shown. Review it and try again; where the code is `TOOL_HELD`,
/// accept its `change` first.
#[derive(SimpleObject)]
pub(crate) struct ToolChanged {
    /// Stable and machine readable.
    code: ProblemCode,
    /// One sentence for the person.
    message: String,
    /// Which input field caused it. At most 4 names.
    path: Option<Vec<String>>,
    /// The tool as it is now.
    tool: Tool,
}

/// Ask the person, then send the same input with `isConfirmed: true`.
#[derive(SimpleObject)]
pub(crate) struct ConfirmationRequired {
    /// Stable and machine readable.
    code: ProblemCode,
    /// One sentence for the person.
    message: String,
    /// Which input field caused it. At most 4 names.
    path: Option<Vec<String>>,
    /// What wants to run.
    tool: Tool,
}

/// The account must be connected again first.
#[derive(SimpleObject)]
pub(crate) struct ReauthorizationRequired {
    /// Stable and machine readable.
    code: ProblemCode,
    /// One sentence for the person.
    message: String,
    /// Which input field caused it. At most 4 names.
    path: Option<Vec<String>>,
    /// Which account.
    account: Account,
}

/// Too much, too soon. Covers both our limits and the service's.
#[derive(SimpleObject)]
pub(crate) struct RateLimited {
    /// Stable and machine readable.
    code: ProblemCode,
    /// One sentence for the person.
    message: String,
    /// Which input field caused it. At most 4 names.
    path: Option<Vec<String>>,
    /// When to try again.
    retry_at: DateTime,
}

impl Problem {
    /// The problem with the things it points at. Where those are gone, the sentence
    /// alone has to do.
    pub(crate) async fn resolve(caller: &Caller, problem: domain::Problem) -> Result<Self> {
        let domain::Problem { code, message, path, detail } = problem;
        let (code, path) = (code.into(), (!path.is_empty()).then_some(path));
        let generic = |message, path| Self::Generic(GenericProblem { code, message, path });
        Ok(match detail {
            Detail::None => generic(message, path),
            Detail::Violations(violations) => {
                let violations = violations
                    .into_iter()
                    .map(|it| Violation { pointer: it.pointer, message: it.message })
                    .collect();
                Self::Arguments(ArgumentsInvalid { code, message, path, violations })
            }
            Detail::RetryAt(at) => {
                Self::Rate(RateLimited { code, message, path, retry_at: DateTime(at) })
            }
            Detail::ToolChanged(id) | Detail::ConfirmationRequired(id) => {
                let tool = Box::pin(caller.loaders().tools.load_one(id)).await;
                match tool.map_err(fault::shared)? {
                    None => generic(message, path),
                    Some(tool)
                        if matches!(code, ProblemCode::ToolChanged | ProblemCode::ToolHeld) =>
                    {
                        Self::Changed(ToolChanged { code, message, path, tool: Tool(tool) })
                    }
                    Some(tool) => Self::Confirmation(ConfirmationRequired {
                        code,
                        message,
                        path,
                        tool: Tool(tool),
                    }),
                }
            }
            Detail::ReauthorizationRequired(id) => {
                let account = Box::pin(caller.loaders().accounts.load_one(id)).await;
                match account.map_err(fault::shared)? {
                    None => generic(message, path),
                    Some(account) => Self::Reauthorization(ReauthorizationRequired {
                        code,
                        message,
                        path,
                        account: Account(account),
                    }),
                }
            }
        })
    }

    /// The same for a problem that may not be there.
    pub(crate) async fn maybe(
        caller: &Caller,
        problem: Option<domain::Problem>,
    ) -> Result<Option<Self>> {
        match problem {
            None => Ok(None),
            Some(problem) => Self::resolve(caller, problem).await.map(Some),
        }
    }

    /// What was found, or why it was not: a refusal goes beside what is missing, and a fault is
    /// an error.
    pub(crate) async fn apart<T>(
        caller: &Caller,
        found: attache_engine::Result<T>,
    ) -> Result<(Option<T>, Option<Self>)> {
        match found {
            Ok(found) => Ok((Some(found), None)),
            Err(attache_engine::Error::Refused(problem)) => {
                Ok((None, Some(Self::resolve(caller, *problem).await?)))
            }
            Err(error) => Err(fault::error(&error)),
        }
    }
}
