//! Questions that a server of the older revisions asks while it holds a call open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use attache_domain::{Answer, ElicitationAction, Question};
use rmcp::model::RequestId;
use rmcp::service::InboundStreamOrigin;
use serde_json::Value;
use tokio::sync::{Notify, Semaphore, mpsc, oneshot, watch};
use tokio::time::timeout;

/// How long a question waits for its call to be known. A call's id is known only after it was
/// sent, and a fast server may be faster than that.
const INTRODUCTION: Duration = Duration::from_secs(5);

/// How many questions of a session wait for that. A server that asks more at once is not asking
/// about calls.
const STRANGERS: usize = 16;

/// A question that a server asks while it holds a call open. Dropping it counts as dismissing it.
pub struct AskedInCall {
    /// What it asks.
    pub question: Question,
    reply: oneshot::Sender<Answer>,
}

impl AskedInCall {
    /// Gives the server its answer.
    pub fn answer(self, answer: Answer) {
        // The server may have given up meanwhile.
        let _ = self.reply.send(answer);
    }

    /// Waits until the server wants no answer any more.
    pub async fn withdrawn(&mut self) {
        self.reply.closed().await;
    }
}

/// Brings questions to the call they are about, by the stream they came on, and never to another.
pub(super) struct Questions {
    calls: Mutex<HashMap<RequestId, Sink>>,
    something_new: Notify,
    strangers: Semaphore,
}

impl Default for Questions {
    fn default() -> Self {
        Self {
            calls: Mutex::default(),
            something_new: Notify::default(),
            strangers: Semaphore::new(STRANGERS),
        }
    }
}

#[derive(Clone)]
struct Sink {
    questions: mpsc::Sender<AskedInCall>,
    /// How many questions of the call wait.
    pending: watch::Sender<usize>,
}

/// One more question waits, until dropped.
struct Waiting(watch::Sender<usize>);

impl Waiting {
    fn begin(pending: &watch::Sender<usize>) -> Self {
        pending.send_modify(|count| *count += 1);
        Self(pending.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Questions {
    fn calls(&self) -> MutexGuard<'_, HashMap<RequestId, Sink>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings questions of a call to `questions` until the returned guard is dropped.
    pub(super) fn route(
        self: &Arc<Self>,
        call: RequestId,
        questions: mpsc::Sender<AskedInCall>,
    ) -> Questioned {
        let pending = watch::Sender::new(0);
        let waiting = pending.subscribe();
        self.calls().insert(call.clone(), Sink { questions, pending });
        self.something_new.notify_waiters();
        Questioned { questions: self.clone(), call, waiting }
    }

    /// Asks. What cannot be put to anybody is declined, and what nobody answers is dismissed.
    pub(super) async fn ask(&self, origin: Option<&InboundStreamOrigin>, params: &Value) -> Answer {
        let question = match Question::read(params) {
            Ok(question) => question,
            Err(error) => {
                tracing::warn!(%error, "a question was declined");
                return Answer::only(ElicitationAction::Decline);
            }
        };
        let Some(sink) = self.introduced(origin).await else {
            tracing::warn!("a question belongs to no call, and was declined");
            return Answer::only(ElicitationAction::Decline);
        };
        let _waiting = Waiting::begin(&sink.pending);
        let (reply, answer) = oneshot::channel();
        if sink.questions.try_send(AskedInCall { question, reply }).is_err() {
            return Answer::only(ElicitationAction::Decline);
        }
        answer.await.unwrap_or_else(|_| Answer::only(ElicitationAction::Cancel))
    }

    /// Where questions of that origin go, as soon as that is known.
    async fn introduced(&self, origin: Option<&InboundStreamOrigin>) -> Option<Sink> {
        let _place = self.strangers.try_acquire().ok()?;
        timeout(INTRODUCTION, self.sink(origin)).await.ok().flatten()
    }

    /// Where questions of that origin go. A stream of the session itself says nothing of calls,
    /// so a question on it is taken for one of the only call there is, if there is but one.
    async fn sink(&self, origin: Option<&InboundStreamOrigin>) -> Option<Sink> {
        let Some(InboundStreamOrigin::OutboundRequest(call)) = origin else {
            let calls = self.calls();
            let mut sinks = calls.values();
            return sinks.next().filter(|_| calls.len() == 1).cloned();
        };
        loop {
            let mut news = std::pin::pin!(self.something_new.notified());
            news.as_mut().enable();
            if let Some(sink) = self.calls().get(call) {
                return Some(sink.clone());
            }
            news.await;
        }
    }
}

/// A call that may be asked something, until dropped.
pub(super) struct Questioned {
    questions: Arc<Questions>,
    call: RequestId,
    /// How many of its questions wait.
    pub(super) waiting: watch::Receiver<usize>,
}

impl Drop for Questioned {
    fn drop(&mut self) {
        self.questions.calls().remove(&self.call);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use rmcp::model::NumberOrString;
    use serde_json::json;

    use super::*;

    fn call(id: i64) -> RequestId {
        NumberOrString::Number(id)
    }

    fn params(message: &str) -> Value {
        json!({ "message": message, "requestedSchema": { "type": "object", "properties": {} } })
    }

    #[tokio::test]
    async fn a_question_reaches_the_call_on_whose_stream_it_came_and_no_other() {
        let questions = Arc::new(Questions::default());
        let (to_one, mut one) = mpsc::channel(1);
        let (to_other, mut other) = mpsc::channel(1);
        let origin = InboundStreamOrigin::OutboundRequest(call(2));
        let params = params("Which?");
        let asking = questions.ask(Some(&origin), &params);
        let answering = async {
            let first = questions.route(call(1), to_one);
            let second = questions.route(call(2), to_other);
            let asked = other.recv().await.unwrap();
            assert_eq!((asked.question.message.as_str(), *second.waiting.borrow()), ("Which?", 1));
            asked.answer(Answer::only(ElicitationAction::Accept));
            (first, second)
        };
        let (answer, (_first, second)) = tokio::join!(asking, answering);
        assert_eq!(answer, Answer::only(ElicitationAction::Accept));
        assert_eq!(*second.waiting.borrow(), 0);
        assert!(one.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_question_of_nobody_knows_which_call_is_declined() {
        let questions = Arc::new(Questions::default());
        let (sink, mut asked) = mpsc::channel(1);
        let _one = questions.route(call(1), sink.clone());
        let _other = questions.route(call(2), sink);
        let answer = questions.ask(Some(&InboundStreamOrigin::Unassociated), &params("Hm?")).await;
        assert_eq!(answer, Answer::only(ElicitationAction::Decline));
        assert!(asked.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_flood_of_questions_about_no_call_is_declined_at_once() {
        let questions = Arc::new(Questions::default());
        let origin = InboundStreamOrigin::OutboundRequest(call(7));
        let params = params("Hm?");
        let ask = || questions.ask(Some(&origin), &params);
        let mut first = Box::pin(futures_util::future::join_all((0..STRANGERS).map(|_| ask())));
        assert!(futures_util::poll!(&mut first).is_pending());
        assert_eq!(ask().now_or_never(), Some(Answer::only(ElicitationAction::Decline)));
        drop(first);
        assert_eq!(ask().now_or_never(), None, "there is a place again");
    }

    #[tokio::test]
    async fn a_question_that_is_dropped_is_dismissed() {
        let questions = Arc::new(Questions::default());
        let (sink, mut asked) = mpsc::channel(1);
        let _call = questions.route(call(1), sink);
        let asking = async { questions.ask(None, &params("Well?")).await };
        let dropping = async { drop(asked.recv().await) };
        let (answer, ()) = tokio::join!(asking, dropping);
        assert_eq!(answer, Answer::only(ElicitationAction::Cancel));
    }
}
