//! Asking a service for what is not kept here.

use std::sync::Arc;
use std::time::Duration;

use attache_domain::{Account, Problem, ProblemCode, UserId};
use attache_upstream::{AskError, McpError, Permit, Question};
use tokio::time::{Instant, timeout_at};

use crate::session::{NoSession, Tries, session_key};
use crate::slots::{Room, Slot};
use crate::{Engine, Error, Result};

/// How long a question may take, from the wait for its turn to its answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How many questions one viewer may have under way, in one process.
pub(crate) const ROOM: Room = Room { running: 8, waiting: 32 };

/// What JSON-RPC says of parameters that lead to nothing, and what older servers say of resources.
const NOTHING_THERE: [i32; 2] = [-32602, -32002];

/// Why a question was not answered.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The service has nothing of the kind.
    NotOffered,
    /// The service does not know what it was asked about.
    NothingThere,
    /// Something else, which says itself what it is.
    Because(Error),
}

impl<E: Into<Error>> From<E> for Unanswered {
    fn from(error: E) -> Self {
        Self::Because(error.into())
    }
}

impl Engine {
    /// Asks when it is the viewer's turn. Goes on when nobody waits any more: it is over soon, and
    /// what it learns about the account's credentials is worth knowing.
    pub(crate) async fn inquire<Q: Question>(
        &self,
        user: UserId,
        account: &Account,
        question: Q,
    ) -> Result<Q::Answer, Unanswered> {
        let (engine, account) = (self.clone(), account.clone());
        let deadline = Instant::now() + PATIENCE;
        let asking = self.0.tasks.spawn(async move {
            let _turn = engine.turn_to_inquire(user, deadline).await?;
            engine.inquire_now(user, &account, &question, deadline).await
        });
        asking.await.map_err(Error::from)?
    }

    async fn turn_to_inquire(&self, user: UserId, deadline: Instant) -> Result<Slot, Problem> {
        let questions = &self.0.questions;
        if let Some(slot) = questions.take(user) {
            return Ok(slot);
        }
        let slot = match questions.line_up(user) {
            Some(place) => timeout_at(deadline, place.slot()).await.ok().flatten(),
            None => None,
        };
        slot.ok_or_else(|| {
            let message = "Too many things are being read at once. Try again in a moment.";
            Problem::new(ProblemCode::LimitReached, message)
        })
    }

    /// Asks on the account's session, and once more where what was in the way can be mended.
    pub(crate) async fn inquire_now<Q: Question>(
        &self,
        user: UserId,
        account: &Account,
        question: &Q,
        deadline: Instant,
    ) -> Result<Q::Answer, Unanswered> {
        let name = self.services().name(&account.service);
        self.check_usable(account)?;
        let (mut tries, permit) = (Tries::default(), Permit::given());
        loop {
            let session = self.session(user, account, &mut tries, &permit);
            let session = timeout_at(deadline, session).await;
            let session = match session.unwrap_or(Err(NoSession::Mcp(McpError::TimedOut))) {
                Ok(session) => session,
                Err(none) => return Err(self.unasked(user, account, none, &tries).await.into()),
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let error = match question.ask(&session, left).await {
                Ok(answer) => return Ok(answer),
                Err(AskError::NotOffered) => return Err(Unanswered::NotOffered),
                Err(AskError::WantsInput) => {
                    let message = format!(
                        "{name} wants to ask something back before it shows this, which it can only do in a call."
                    );
                    return Err(Problem::new(ProblemCode::ServiceRefused, message).into());
                }
                Err(AskError::Failed(error)) => error,
            };
            match error {
                McpError::Server { code, .. } if NOTHING_THERE.contains(&code) => {
                    return Err(Unanswered::NothingThere);
                }
                error if self.can_mend(account, &session, &error, &mut tries) => {}
                // Asking is safe to repeat: once, on a session of its own.
                McpError::Lost if tries.may_read_again() => {
                    self.upstream(&account.service).sessions().close(session_key(account));
                }
                error => {
                    let none = NoSession::Mcp(error);
                    return Err(self.unasked(user, account, none, &tries).await.into());
                }
            }
        }
    }

    /// What the person is told when there is no answer.
    async fn unasked(
        &self,
        user: UserId,
        account: &Account,
        none: NoSession,
        tries: &Tries,
    ) -> Error {
        let name = &self.services().name(&account.service);
        match none {
            NoSession::Over | NoSession::Mcp(McpError::Unauthorized) => {
                self.mark_unauthorized(user, account, tries).await;
                Problem::reauthorization_required(account.id, name).into()
            }
            NoSession::NoCredential => Problem::account_disconnected().into(),
            NoSession::NotOffered | NoSession::Unavailable => {
                Problem::service_unavailable(name).into()
            }
            NoSession::Mcp(McpError::TooLarge) => {
                let message = format!("The answer of {name} is too large to be shown.");
                Problem::new(ProblemCode::ServiceRefused, message).into()
            }
            NoSession::Mcp(error) => {
                tracing::info!(
                    service = %account.service,
                    error = &error as &dyn std::error::Error,
                    "a question was not answered"
                );
                self.listing_problem(account, &error).into()
            }
            NoSession::Fault(error) => {
                tracing::error!(?error, "a question could not be asked");
                Arc::into_inner(error).unwrap_or_else(|| Problem::service_unavailable(name).into())
            }
        }
    }
}
