//! What a service says while it works on a call, written down as it comes.

use std::time::Duration;

use attache_domain::{LogEntryId, LogMessage, new_id};
use tokio::sync::mpsc;

use crate::Engine;
use crate::run::Errand;

/// The most that is kept of one call.
const MAX_MESSAGES: usize = 100;

/// How much is written at once, and how often.
const BATCH: usize = 20;
const EVERY: Duration = Duration::from_millis(250);

/// How much may wait to be written.
const WAITING: usize = 50;

/// What was said of a call and is not written yet.
pub(crate) struct Said {
    incoming: mpsc::Receiver<LogMessage>,
    /// Taken, with the ids they get, and perhaps written.
    taken: Vec<(LogEntryId, LogMessage)>,
    count: usize,
}

impl Said {
    /// Where it comes from, and where it goes.
    pub(crate) fn channel() -> (mpsc::Sender<LogMessage>, Self) {
        let (sender, incoming) = mpsc::channel(WAITING);
        (sender, Self { incoming, taken: Vec::new(), count: 0 })
    }

    /// Takes what is there, as far as there is room for it.
    fn take(&mut self, engine: &Engine, first: Option<LogMessage>) {
        let mut messages: Vec<LogMessage> = first.into_iter().collect();
        while messages.len() < BATCH
            && let Ok(message) = self.incoming.try_recv()
        {
            messages.push(message);
        }
        messages.truncate(MAX_MESSAGES.saturating_sub(self.count));
        self.count += messages.len();
        // In the order in which it was said; ids of one millisecond have none of their own.
        let mut ids: Vec<LogEntryId> = messages.iter().map(|_| new_id(&engine.0.clock)).collect();
        ids.sort();
        self.taken.extend(ids.into_iter().zip(messages));
    }
}

impl Engine {
    /// Writes down what is said, for as long as the call runs.
    pub(crate) async fn write_log(&self, errand: &Errand<'_>, said: &mut Said) {
        while let Some(message) = said.incoming.recv().await {
            said.take(self, Some(message));
            self.write_taken(errand, said).await;
            tokio::time::sleep(EVERY).await;
        }
        std::future::pending::<()>().await;
    }

    /// Writes down what was said last, now that the call is over.
    pub(crate) async fn finish_log(&self, errand: &Errand<'_>, mut said: Said) {
        loop {
            said.take(self, None);
            if said.taken.is_empty() {
                return;
            }
            self.write_taken(errand, &mut said).await;
        }
    }

    async fn write_taken(&self, errand: &Errand<'_>, said: &mut Said) {
        if said.taken.is_empty() {
            return;
        }
        let Errand { user, invocation, .. } = errand;
        if let Err(error) = self.0.store.log_messages(*user, invocation, &said.taken).await {
            // Nothing depends on it.
            tracing::warn!(invocation.id = %invocation.id, ?error, "what a service said is not kept");
        }
        said.taken.clear();
    }
}
