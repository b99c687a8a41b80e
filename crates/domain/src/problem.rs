//! Every refusal, with its sentence for the person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ToolId};

/// A refusal that a person can understand and act on.
///
/// A problem carries no internals: its message is written here or in the use
/// case that refuses, never by a third party. That is what makes it safe to keep
/// a problem beside an invocation and to show it on any screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable and machine readable.
    pub code: ProblemCode,
    /// One plain sentence.
    pub message: String,
    /// Which input field caused it, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// What the person can act on.
    #[serde(default, skip_serializing_if = "Detail::is_none")]
    pub detail: Detail,
}

/// Data a client can act on, by kind of problem.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// The message says it all.
    #[default]
    None,
    /// Arguments do not fit the schema.
    Violations(Vec<Violation>),
    /// The tool moved on since it was shown.
    ToolChanged(ToolId),
    /// A person has to confirm the call first.
    ConfirmationRequired(ToolId),
    /// The account has to be connected again first.
    ReauthorizationRequired(AccountId),
    /// Too much, too soon; when to try again.
    RetryAt(DateTime<Utc>),
}

impl Detail {
    fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// One place where arguments do not fit a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// JSON Pointer (RFC 6901) into the arguments.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

/// Says what kind of refusal it is. Clients treat codes they do not know like
/// [`Refused`](Self::Refused).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProblemCode {
    /// A refusal with no more specific code.
    Refused,
    /// Missing, or not the viewer's to see: the two are never told apart.
    NotFound,
    /// An input field cannot be used as it is.
    InvalidInput,
    /// Arguments do not fit the tool's schema.
    ArgumentsInvalid,
    /// A person has to confirm this exact call.
    ConfirmationRequired,
    /// The idempotency key was used for something else.
    IdempotencyKeyReused,
    /// There may be no more of these at once.
    LimitReached,
    /// Too much, too soon.
    RateLimited,
    /// The account has to be connected again.
    ReauthorizationRequired,
    /// Renewing the account's access was interrupted, and what is held is not accepted any
    /// more: the account has to be connected again.
    RefreshInterrupted,
    /// The account was disconnected in the meantime.
    AccountDisconnected,
    /// The service could not be reached.
    ServiceUnavailable,
    /// The service was reached and said no, or said something unusable.
    ServiceRefused,
    /// The service does not take this server before its operator has registered it there.
    RegistrationRefused,
    /// The tool moved on since it was shown.
    ToolChanged,
    /// The viewer switched the tool off.
    ToolDisabled,
    /// The tool changed, and does not run before the viewer accepts that.
    ToolHeld,
    /// The tool ran and reported failure itself.
    ToolReportedError,
    /// The person or the authorization server declined.
    AuthorizationDenied,
    /// The attempt took too long.
    AuthorizationExpired,
    /// The callback does not belong to an attempt of this viewer.
    AuthorizationMismatch,
    /// The service asked the person something, and nobody answered in time.
    ElicitationExpired,
    /// A call waited for the person to approve of it, and nobody did in time.
    ApprovalExpired,
    /// It was sent, and what became of it is unknown.
    OutcomeUnknown,
    /// The call has not ended, and only what ended can be erased or repeated.
    InvocationOpen,
    /// What a call sent is not kept any more, so it cannot be sent again.
    ArgumentsErased,
}

impl Problem {
    /// A problem with nothing to add to its message.
    pub fn new(code: ProblemCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: Vec::new(), detail: Detail::None }
    }

    /// Missing or foreign.
    pub fn not_found(what: &str) -> Self {
        Self::new(ProblemCode::NotFound, format!("There is no such {what}."))
    }

    /// An input field cannot be used as it is.
    pub fn invalid_input(field: &str, message: impl Into<String>) -> Self {
        Self::new(ProblemCode::InvalidInput, message).at(field)
    }

    /// The same problem, blamed on a field of the mutation's input.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        self.path = vec!["input".to_owned(), field.to_owned()];
        self
    }

    /// The same problem, with something to act on.
    #[must_use]
    pub fn with(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    /// The same problem without what it says of the arguments that it is about.
    #[must_use]
    pub fn without_content(mut self) -> Self {
        if matches!(self.detail, Detail::Violations(_)) {
            self.detail = Detail::None;
            self.path = Vec::new();
        }
        self
    }

    /// The account's credentials are no longer accepted.
    pub fn reauthorization_required(account: AccountId, service: &str) -> Self {
        Self::new(
            ProblemCode::ReauthorizationRequired,
            format!("{service} no longer accepts this connection. Connect the account again."),
        )
        .with(Detail::ReauthorizationRequired(account))
    }

    /// The callback cannot be matched, whatever the reason: one sentence for
    /// unknown, foreign, replayed and forged alike, so that it teaches nothing.
    pub fn authorization_mismatch() -> Self {
        Self::new(
            ProblemCode::AuthorizationMismatch,
            "This sign-in could not be matched to a connection you started. Start again.",
        )
    }

    /// The service could not be reached.
    pub fn service_unavailable(service: &str) -> Self {
        Self::new(
            ProblemCode::ServiceUnavailable,
            format!("{service} could not be reached. Try again later."),
        )
    }

    /// The service was reached and did not do it.
    pub fn service_refused(service: &str) -> Self {
        Self::new(ProblemCode::ServiceRefused, format!("{service} did not accept the request."))
    }

    /// The service wants somebody to introduce this server.
    pub fn registration_refused(service: &str) -> Self {
        Self::new(
            ProblemCode::RegistrationRefused,
            format!(
                "{service} does not let this server sign people in yet: whoever runs it has to register it at {service} first."
            ),
        )
    }

    /// The account went away under a call.
    pub fn account_disconnected() -> Self {
        Self::new(ProblemCode::AccountDisconnected, "The account was disconnected in the meantime.")
    }

    /// The call was sent, and nobody knows what became of it.
    pub fn outcome_unknown(service: &str) -> Self {
        Self::new(
            ProblemCode::OutcomeUnknown,
            format!(
                "The connection was lost after the call was sent; {service} may or may not have acted."
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_without_content_names_no_place_in_the_arguments() {
        let message = "Some arguments do not fit.";
        let problem = Problem::new(ProblemCode::ArgumentsInvalid, message).at("arguments");
        let place = Violation { pointer: "/name".to_owned(), message: "It is needed.".to_owned() };
        let told = problem.with(Detail::Violations(vec![place])).without_content();
        assert_eq!(told, Problem::new(ProblemCode::ArgumentsInvalid, message));
        let unrelated = Problem::not_found("tool").at("toolId");
        assert_eq!(unrelated.clone().without_content(), unrelated);
    }
}
