//! What a service says while it works on a call, written down as it comes.

use attache_domain::{LogEntryId, LogMessage, new_id};
use tokio::sync::mpsc;

use crate::Engine;
use crate::run::Errand;

/// The most that is kept of one run of a call.
const MAX_MESSAGES: usize = 100;

/// How much is written at once.
const BATCH: usize = 20;

/// How much may wait to be written.
const WAITING: usize = 50;

/// Where what is said goes, and where it comes from.
pub(crate) fn channel() -> (mpsc::Sender<LogMessage>, mpsc::Receiver<LogMessage>) {
    mpsc::channel(WAITING)
}

impl Engine {
    /// Writes down what is said, until nobody can say anything more. To be awaited to its end: a
    /// write that is given up costs a connection.
    pub(crate) async fn write_log(
        &self,
        errand: &Errand<'_>,
        mut said: mpsc::Receiver<LogMessage>,
    ) {
        let mut left = MAX_MESSAGES;
        let mut messages = Vec::new();
        while said.recv_many(&mut messages, BATCH).await > 0 {
            messages.truncate(left);
            left -= messages.len();
            // In the order in which it was said; ids of one millisecond have none of their own.
            let mut ids: Vec<LogEntryId> = messages.iter().map(|_| new_id(&self.0.clock)).collect();
            ids.sort();
            let entries: Vec<_> = ids.into_iter().zip(messages.drain(..)).collect();
            if entries.is_empty() {
                continue;
            }
            let Errand { user, invocation, .. } = errand;
            let (store, replica) = (&self.0.store, self.0.replica);
            if let Err(error) = store.log_messages(*user, invocation, replica, &entries).await {
                // Nothing depends on it.
                tracing::warn!(invocation.id = %invocation.id, ?error, "what a service said is not kept");
            }
        }
    }
}
