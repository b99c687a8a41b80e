//! A service goes on with a call by itself, as a task of MCP, and is asked about it at its own
//! pace. Nothing waits at the service, so any process goes on asking where one stopped.

use std::collections::HashMap;
use std::time::Duration;

use attache_domain::{
    Answer, Elicitation, ElicitationAction, ElicitationId, ElicitationState, InvocationId,
    InvocationResult, InvocationState, Problem, ProblemCode, Progress, UserId, new_id,
};
use attache_store::{Asked, AskedQuestion, Asking, Inquiry, TaskBegun};
use attache_upstream::{
    AnswerTask, CancelTask, GetTask, InputRound, Question, Task, TaskId, TaskState,
};
use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::ask::declined;
use crate::hub::Running;
use crate::inquire::{PATIENCE, Unanswered};
use crate::run::{Errand, Left, outcome, words_of_service, writes_again};
use crate::{Engine, Result};

/// The most questions of one task.
const MAX_QUESTIONS: usize = 20;

/// When to ask a service again that did not answer.
const RETRY: Duration = Duration::from_secs(15);

/// How long it may take to tell a service that nobody waits any more.
const COURTESY: Duration = Duration::from_secs(5);

/// A task that goes on with a call.
struct Followed<'a> {
    errand: &'a Errand<'a>,
    task: TaskId,
    /// When nobody asks about it any more.
    expires_at: DateTime<Utc>,
}

impl Engine {
    /// Follows the task that a call became, until it is over.
    pub(crate) async fn follow_task(
        &self,
        errand: &Errand<'_>,
        task: Task,
        running: &Running,
        progress: &watch::Sender<Option<Progress>>,
    ) -> Left {
        let expires_at = self.in_time(self.0.settings.call_limits.task);
        let (user, invocation) = (errand.user, &errand.invocation);
        let mut tries = 0;
        let begun = loop {
            let (store, replica) = (&self.0.store, self.0.replica);
            match store.begin_task(user, invocation, replica, &task.id, expires_at).await {
                Err(error) if writes_again(&error, &mut tries).await => {}
                begun => break begun,
            }
        };
        let followed = Followed { errand, task: task.id, expires_at };
        match begun {
            Ok(TaskBegun::Kept) => {
                tracing::info!(invocation.id = %invocation.id, "a call goes on as a task");
            }
            Ok(TaskBegun::TooMany) => {
                self.cancel_task(&followed).await;
                let message =
                    "Too many calls go on for a long time. Let some of them finish first.";
                return failed(ProblemCode::LimitReached, message.to_owned(), None);
            }
            // Somebody ended it meanwhile.
            Ok(TaskBegun::Lost) => {
                self.cancel_task(&followed).await;
                return Left::Ended(outcome(InvocationState::Cancelled, None, None));
            }
            // It ends with this process, and until then it is as good as any.
            Err(error) => {
                tracing::error!(invocation.id = %invocation.id, ?error, "a task is not written down");
            }
        }
        self.attend_while(&followed, task.pace, running, progress).await
    }

    /// Goes on asking about a call that another process had in hand, or this one before.
    pub(crate) async fn resume_task(&self, user: UserId, id: InvocationId) -> Result<()> {
        let Some(parts) = self.parts_of_call(user, id).await? else { return Ok(()) };
        let known = self.0.store.server_task::<TaskId>(user, &parts.invocation).await?;
        let Some((task, expires_at)) = known else { return Ok(()) };
        let (engine, hand) = (self.clone(), self.0.work.take(id.uuid()));
        self.0.tasks.spawn(async move {
            let running = engine.0.hub.run(id);
            let progress = watch::Sender::new(parts.invocation.progress.clone());
            let errand = parts.errand(user);
            let followed = Followed { errand: &errand, task, expires_at };
            tracing::info!(invocation.id = %id, "a task is followed again");
            let left = engine.attend_while(&followed, Duration::ZERO, &running, &progress).await;
            engine.settle_call(&errand, left, &progress).await;
            drop(hand);
        });
        Ok(())
    }

    /// Attends a task until it is over, is stopped, or is left to another process.
    async fn attend_while(
        &self,
        followed: &Followed<'_>,
        pace: Duration,
        running: &Running,
        progress: &watch::Sender<Option<Progress>>,
    ) -> Left {
        let Errand { user, invocation, .. } = followed.errand;
        let left = tokio::select! {
            biased;
            () = self.0.tasks.draining() => return Left::Adrift,
            () = running.stop.cancelled() => {
                if !self.is_stopped(followed).await {
                    return Left::Adrift;
                }
                self.stop_task(followed).await
            }
            left = Box::pin(self.attend(followed, pace, running, progress)) => left,
            () = self.tell_progress(*user, invocation.id, progress.subscribe()) => {
                unreachable!("progress is told for as long as there is a sender")
            }
        };
        self.withdraw_questions(followed.errand).await;
        left
    }

    async fn attend(
        &self,
        followed: &Followed<'_>,
        mut pace: Duration,
        running: &Running,
        progress: &watch::Sender<Option<Progress>>,
    ) -> Left {
        let name = &self.services().name(&followed.errand.account.service);
        // Whoever had it in hand before may have left questions behind.
        let mut has_asked = true;
        loop {
            tokio::select! {
                () = sleep(pace) => {}
                // A person answered what it asks.
                () = running.answered.notified() => {}
            }
            if self.0.clock.now() >= followed.expires_at {
                self.cancel_task(followed).await;
                let message = format!("{name} was still at it when nobody waited any more.");
                return unknown(message);
            }
            let task = match self.inquire_about(followed, GetTask(followed.task.clone())).await {
                Ok(task) => task,
                Err(Unanswered::NothingThere | Unanswered::NotOffered) => {
                    let message = format!("{name} does not know any more what became of this.");
                    return unknown(message);
                }
                // The task goes on meanwhile.
                Err(Unanswered::Because(error)) => {
                    tracing::info!(invocation.id = %followed.errand.invocation.id, ?error, "a task is not known of at the moment");
                    pace = RETRY;
                    continue;
                }
            };
            pace = task.pace;
            tell(progress, task.message);
            match task.state {
                TaskState::Working if has_asked => {
                    self.withdraw_questions(followed.errand).await;
                    has_asked = false;
                }
                TaskState::Working => {}
                TaskState::Asks(round) => {
                    has_asked = true;
                    if let Err(error) = self.ask_in_task(followed, round).await {
                        tracing::warn!(invocation.id = %followed.errand.invocation.id, ?error, "a task is not answered yet");
                    }
                }
                TaskState::Unsupported => {
                    self.cancel_task(followed).await;
                    return Left::Ended(self.unsupported(followed.errand.account));
                }
                TaskState::Done(result) => {
                    return Left::Ended(self.answered(followed.errand, result));
                }
                TaskState::Failed(why) => {
                    let message = format!("{name} could not do this. See what it says.");
                    return failed(ProblemCode::ServiceRefused, message, words_of_service(&why));
                }
                TaskState::Cancelled => {
                    let message = format!("{name} stopped this by itself.");
                    return failed(ProblemCode::ServiceRefused, message, None);
                }
            }
        }
    }

    /// Asks the person what a task asks, once, and brings it the answers there are. What a service
    /// asks stays there until it has its answer, so whatever was lost on the way is brought anew.
    async fn ask_in_task(
        &self,
        followed: &Followed<'_>,
        round: InputRound,
    ) -> Result<(), Unanswered> {
        let Errand { user, invocation, asked, .. } = followed.errand;
        let store = &self.0.store;
        let known = store.elicitations_of(*user, &[invocation.id]).await?;
        let ids: Vec<ElicitationId> = known.iter().map(|it| it.id).collect();
        let names = store.inquiries(*user, &ids).await?;
        let by_name: HashMap<&str, &Elicitation> = known
            .iter()
            .filter_map(|asked| Some((names.get(&asked.id)?, asked)))
            // What was asked before the task began may have had the same name.
            .filter(|(inquiry, _)| inquiry.is_of_task)
            .map(|(inquiry, asked)| (inquiry.name.as_str(), asked))
            .collect();
        let mut given: Vec<_> = declined(&round.declined).collect();
        let (mut settled, mut new) = (Vec::new(), Vec::new());
        for (name, question) in round.questions {
            match by_name.get(name.as_str()) {
                Some(it) if it.state == ElicitationState::Pending => {}
                Some(it) => settled.push((name, it.id)),
                None if known.len() + new.len() < MAX_QUESTIONS => {
                    let inquiry = Inquiry { name, question, is_of_task: true };
                    new.push(AskedQuestion { id: new_id(&self.0.clock), inquiry });
                }
                None => given.extend(declined(&[name])),
            }
        }
        let settled_ids: Vec<ElicitationId> = settled.iter().map(|(_, id)| *id).collect();
        let answers = store.answers(*user, &settled_ids).await?;
        for (name, id) in settled {
            let answer = answers.iter().find(|(of, _, _)| *of == id).map(|(_, _, it)| it.clone());
            // Nobody answered in time, or may any more.
            let answer = answer.unwrap_or_else(|| Answer::only(ElicitationAction::Cancel));
            given.push((name, answer.wire()));
        }
        if !new.is_empty() {
            match self.put_in_task(followed, &new).await? {
                Asked::Waits(_) => asked.notify_one(),
                Asked::TooMany | Asked::TooOften => {
                    let names: Vec<String> = new.into_iter().map(|it| it.inquiry.name).collect();
                    given.extend(declined(&names));
                }
                // Somebody stops it.
                Asked::Lost => {}
            }
        }
        if !given.is_empty() {
            let answers = AnswerTask { task: followed.task.clone(), given };
            self.inquire_about(followed, answers).await?;
        }
        Ok(())
    }

    async fn put_in_task(
        &self,
        followed: &Followed<'_>,
        questions: &[AskedQuestion],
    ) -> Result<Asked, attache_store::Error> {
        let asking = Asking {
            invocation: &followed.errand.invocation,
            replica: self.0.replica,
            questions,
            round: None,
            expires_at: self.in_time(self.0.settings.questions.ended),
        };
        self.0.store.ask(followed.errand.user, asking).await
    }

    /// Whether somebody wants it stopped, and it is not that another process has it by now.
    async fn is_stopped(&self, followed: &Followed<'_>) -> bool {
        let Errand { user, invocation, .. } = followed.errand;
        let found = self.invocations_by_id(*user, &[invocation.id]).await;
        let invocation = found.ok().and_then(|mut found| found.remove(&invocation.id));
        invocation.is_some_and(|it| it.state == InvocationState::Cancelling || it.state.is_final())
    }

    /// The person wants it stopped. A result that is there already wins over that.
    async fn stop_task(&self, followed: &Followed<'_>) -> Left {
        self.cancel_task(followed).await;
        let last = self.inquire_about(followed, GetTask(followed.task.clone()));
        match tokio::time::timeout(COURTESY, last).await {
            Ok(Ok(Task { state: TaskState::Done(result), .. })) => {
                Left::Ended(self.answered(followed.errand, result))
            }
            _ => Left::Ended(outcome(InvocationState::Cancelled, None, None)),
        }
    }

    async fn cancel_task(&self, followed: &Followed<'_>) {
        let cancel = self.inquire_about(followed, CancelTask(followed.task.clone()));
        // The service is told as a courtesy; it may be gone.
        let _ = tokio::time::timeout(COURTESY, cancel).await;
    }

    async fn inquire_about<Q: Question>(
        &self,
        followed: &Followed<'_>,
        question: Q,
    ) -> Result<Q::Answer, Unanswered> {
        let Errand { user, account, .. } = followed.errand;
        // In a day it may have been connected again, with other credentials.
        let account = self.accounts_by_id(*user, &[account.id]).await?.remove(&account.id);
        let account = account.ok_or_else(Problem::account_disconnected)?;
        self.inquire_now(*user, &account, &question, Instant::now() + PATIENCE).await
    }
}

fn failed(code: ProblemCode, message: String, said: Option<InvocationResult>) -> Left {
    let problem = Problem::new(code, message);
    Left::Ended(outcome(InvocationState::Failed, Some(problem), said))
}

/// Nobody will ever know what became of it.
fn unknown(message: String) -> Left {
    let problem = Problem::new(ProblemCode::OutcomeUnknown, message);
    Left::Ended(outcome(InvocationState::Interrupted, Some(problem), None))
}

/// A task tells in words how far it is, and not in numbers.
fn tell(progress: &watch::Sender<Option<Progress>>, message: Option<String>) {
    if message.is_none() {
        return;
    }
    progress.send_if_modified(|last| {
        if last.as_ref().is_some_and(|last| last.message == message) {
            return false;
        }
        let (current, total) = last.as_ref().map_or((0.0, None), |it| (it.current, it.total));
        *last = Some(Progress { current, total, message });
        true
    });
}
