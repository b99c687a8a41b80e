//! A service asks a person something in the middle of a call.
//!
//! Services of the newest revision end the call with their questions, so nothing runs while the
//! person thinks, and any process goes on with the answers. Older ones hold the call open, so its
//! process waits for the answer, which may be given through any other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use attache_domain::{
    Answer, ElicitationAction, ElicitationId, ElicitationState, Invocation, InvocationState,
    Problem, ProblemCode, new_id,
};
use attache_store::{Asked, AskedQuestion, Asking, Continuation, Inquiry, Outcome, Round, Written};
use attache_upstream::{Answers, AskedInCall, InputRound};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::select_all;
use serde_json::Value;
use tokio::sync::{Notify, mpsc};

use crate::Engine;
use crate::run::{Errand, outcome, writes_again};

/// The most questions that one call may ask while it is held open.
const MAX_QUESTIONS: usize = 20;

/// How long the process of a call relies on signals before it looks by itself.
const TRUST: Duration = Duration::from_secs(2);

impl Engine {
    /// Lets a call wait that the service ended with questions. `None` when somebody else ended
    /// it; an error is how it ends.
    pub(crate) async fn ask(
        &self,
        errand: &Errand<'_>,
        round: InputRound,
    ) -> Result<Option<Written<Invocation>>, Box<Outcome>> {
        let failed = |problem| Box::new(outcome(InvocationState::Failed, Some(problem), None));
        let name = &self.services().name(&errand.account.service);
        let InputRound { questions, declined, state, takes_answers } = round;
        if questions.is_empty() {
            return Err(Box::new(self.unsupported(errand.account)));
        }
        // In the order in which they are asked; ids of one millisecond have none of their own.
        let mut ids: Vec<ElicitationId> = questions.iter().map(|_| new_id(&self.0.clock)).collect();
        ids.sort();
        let questions: Vec<AskedQuestion> = ids
            .into_iter()
            .zip(questions)
            .map(|(id, (name, question))| AskedQuestion {
                id,
                inquiry: Inquiry { name, question, is_of_task: false },
            })
            .collect();
        let asked = questions.iter().map(|question| question.id).collect();
        let round = Round { state, asked, declined, takes_answers };
        let expires_at = self.in_time(self.0.settings.questions.ended);
        let asking = Asking {
            invocation: &errand.invocation,
            replica: self.0.replica,
            questions: &questions,
            round: Some(&round),
            expires_at,
        };
        let mut tries = 0;
        let asked = loop {
            match self.0.store.ask(errand.user, asking).await {
                Err(error) if writes_again(&error, &mut tries).await => {}
                asked => break asked,
            }
        };
        match asked {
            Ok(Asked::Waits(written)) => {
                tracing::info!(invocation.id = %errand.invocation.id, questions = questions.len(),
                    "a call waits for answers");
                Ok(Some(*written))
            }
            Ok(Asked::TooMany) => {
                let message = "Too many questions wait for you. Answer some of them first.";
                Err(failed(Problem::new(ProblemCode::LimitReached, message)))
            }
            Ok(Asked::TooOften) => {
                let message = format!("{name} asks again and again and does not come to an end.");
                Err(failed(Problem::new(ProblemCode::ServiceRefused, message)))
            }
            // Somebody stops it, and nothing runs at the service.
            Ok(Asked::Lost) => Err(Box::new(outcome(InvocationState::Cancelled, None, None))),
            Err(error) => {
                tracing::error!(invocation.id = %errand.invocation.id, ?error, "nobody could be asked");
                Err(failed(Problem::service_unavailable(name)))
            }
        }
    }

    /// What goes back to the service. An error is how the call ends, because without the person
    /// having been there, a page that comes first would come first again.
    pub(crate) fn answers_to_send(
        &self,
        errand: &Errand<'_>,
    ) -> Result<Option<Answers>, Box<Outcome>> {
        let Some(Continuation { round, answers }) = &errand.continuation else { return Ok(None) };
        if round.takes_answers {
            let given = answers.iter().map(|(name, answer)| (name.clone(), answer.wire()));
            let given = given.chain(declined(&round.declined)).collect();
            return Ok(Some(Answers { given, state: round.state.clone() }));
        }
        if answers.iter().all(|(_, answer)| answer.action == ElicitationAction::Accept) {
            return Ok(None);
        }
        let name = &self.services().name(&errand.account.service);
        let message = format!("{name} does not do this before its page was visited.");
        let problem = Problem::new(ProblemCode::ServiceRefused, message);
        Err(Box::new(outcome(InvocationState::Failed, Some(problem), None)))
    }

    /// Puts the questions of a call that the service holds open, and brings the answers back,
    /// for as long as the call runs.
    pub(crate) async fn put_questions(
        &self,
        errand: &Errand<'_>,
        mut questions: mpsc::Receiver<AskedInCall>,
        answered: &Notify,
        has_asked: &AtomicBool,
    ) {
        let mut waiting: Vec<(ElicitationId, AskedInCall)> = Vec::new();
        let mut count = 0;
        loop {
            let is_waiting = !waiting.is_empty();
            let withdrawn = async {
                if waiting.is_empty() {
                    return std::future::pending().await;
                }
                let each = waiting.iter_mut().map(|(_, asked)| asked.withdrawn().boxed());
                select_all(each).await.1
            };
            tokio::select! {
                Some(asked) = questions.recv() => {
                    count += 1;
                    has_asked.store(true, Ordering::Relaxed);
                    let put = if count <= MAX_QUESTIONS { self.put(errand, &asked).await } else { None };
                    match put {
                        Some(id) => {
                            waiting.push((id, asked));
                            errand.asked.notify_one();
                        }
                        None => asked.answer(Answer::only(ElicitationAction::Decline)),
                    }
                }
                place = withdrawn => {
                    let (id, _) = waiting.remove(place);
                    self.withdraw(errand, Some(id)).await;
                }
                () = answered.notified() => self.bring_answers(errand, &mut waiting).await,
                () = tokio::time::sleep(TRUST), if is_waiting => {
                    self.bring_answers(errand, &mut waiting).await;
                }
            }
        }
    }

    /// Writes down a question of a call that the service holds open. `None` when nobody can be
    /// asked.
    async fn put(&self, errand: &Errand<'_>, asked: &AskedInCall) -> Option<ElicitationId> {
        let id = new_id(&self.0.clock);
        let question = asked.question.clone();
        let inquiry = Inquiry { name: String::new(), question, is_of_task: false };
        let asking = Asking {
            invocation: &errand.invocation,
            replica: self.0.replica,
            questions: &[AskedQuestion { id, inquiry }],
            round: None,
            expires_at: self.in_time(self.0.settings.questions.held),
        };
        match self.0.store.ask(errand.user, asking).await {
            Ok(Asked::Waits(_)) => {
                tracing::info!(invocation.id = %errand.invocation.id, "a call waits for an answer");
                Some(id)
            }
            Ok(Asked::TooMany | Asked::TooOften | Asked::Lost) => None,
            Err(error) => {
                tracing::error!(invocation.id = %errand.invocation.id, ?error, "nobody could be asked");
                None
            }
        }
    }

    /// Brings the answers there are. A question that nobody answers any more is dismissed.
    async fn bring_answers(
        &self,
        errand: &Errand<'_>,
        waiting: &mut Vec<(ElicitationId, AskedInCall)>,
    ) {
        let ids: Vec<ElicitationId> = waiting.iter().map(|(id, _)| *id).collect();
        let found = async {
            let states = self.0.store.elicitations_by_id(errand.user, &ids).await?;
            let answers = self.0.store.answers(errand.user, &ids).await?;
            Ok::<_, attache_store::Error>((states, answers))
        };
        let (states, mut answers) = match found.await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(invocation.id = %errand.invocation.id, ?error, "answers are not read yet");
                return;
            }
        };
        let is_pending = |id: &ElicitationId| {
            states.iter().any(|it| it.id == *id && it.state == ElicitationState::Pending)
        };
        for (id, asked) in waiting.extract_if(.., |(id, _)| !is_pending(id)) {
            let answer = answers.iter().position(|(of, _, _)| *of == id);
            let dismissed = || Answer::only(ElicitationAction::Cancel);
            asked.answer(answer.map_or_else(dismissed, |at| answers.remove(at).2));
        }
    }

    /// The call is over, and with it what it asked.
    pub(crate) async fn withdraw_questions(&self, errand: &Errand<'_>) {
        self.withdraw(errand, None).await;
    }

    async fn withdraw(&self, errand: &Errand<'_>, only: Option<ElicitationId>) {
        let Errand { user, invocation, .. } = errand;
        let withdrawn =
            self.0.store.withdraw_questions(*user, invocation, self.0.replica, only).await;
        if let Err(error) = withdrawn {
            // They lapse by themselves.
            tracing::warn!(invocation.id = %invocation.id, ?error, "questions are not withdrawn");
        }
    }

    pub(crate) fn in_time(&self, limit: Duration) -> DateTime<Utc> {
        self.0.clock.now() + TimeDelta::from_std(limit).unwrap_or(TimeDelta::days(1))
    }
}

/// What goes back to a service that asked nothing that a person could answer.
pub(crate) fn without_answers(round: InputRound) -> Answers {
    Answers { given: declined(&round.declined).collect(), state: round.state }
}

pub(crate) fn declined(names: &[String]) -> impl Iterator<Item = (String, Value)> {
    let decline = Answer::only(ElicitationAction::Decline).wire();
    names.iter().map(move |name| (name.clone(), decline.clone()))
}
