//! Who in this process waits for what.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use attache_domain::{EventCursor, InvocationId, UserId};
use attache_store::Signal;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Brings signals to those who wait for them. Cheap to clone.
///
/// Nothing is queued here: a mailbox knows *that* something happened, and its owner
/// reads *what* from the database. However slow an owner is, a mailbox holds one flag
/// and the ids of the viewer's running invocations.
#[derive(Clone, Default)]
pub struct Hub(Arc<Inner>);

#[derive(Default)]
struct Inner {
    mailboxes: Mutex<HashMap<UserId, Vec<Weak<Mailbox>>>>,
    running: Mutex<HashMap<InvocationId, Reins>>,
}

/// How a running invocation is reached.
struct Reins {
    stop: CancellationToken,
    answered: Arc<Notify>,
}

impl Hub {
    /// What the store calls for every signal.
    pub fn listener(&self) -> impl Fn(Signal) + Send + Sync + use<> {
        let hub = self.clone();
        move |signal| hub.hear(signal)
    }

    fn hear(&self, signal: Signal) {
        match signal {
            Signal::Changed(user) => self.each_mailbox(user, Mailbox::wake),
            Signal::Progressed(user, invocation) => {
                self.each_mailbox(user, |mailbox| mailbox.note_progress(invocation));
            }
            Signal::KeysGone(_) => {}
            Signal::Stop(invocation) => {
                let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(reins) = running.get(&invocation) {
                    reins.stop.cancel();
                }
            }
            Signal::Answered(invocation) => {
                let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(reins) = running.get(&invocation) {
                    reins.answered.notify_one();
                }
            }
        }
    }

    fn each_mailbox(&self, user: UserId, deliver: impl Fn(&Mailbox)) {
        let mut mailboxes = self.0.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(of_user) = mailboxes.get_mut(&user) else {
            return;
        };
        of_user.retain(|mailbox| match mailbox.upgrade() {
            Some(mailbox) => {
                deliver(&mailbox);
                true
            }
            None => false,
        });
        if of_user.is_empty() {
            mailboxes.remove(&user);
        }
    }

    /// A mailbox for what happens to `user` from now on.
    pub(crate) fn mailbox(&self, user: UserId) -> Arc<Mailbox> {
        let mailbox = Arc::new(Mailbox::default());
        let mut mailboxes = self.0.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let of_user = mailboxes.entry(user).or_default();
        of_user.retain(|mailbox| mailbox.strong_count() > 0);
        of_user.push(Arc::downgrade(&mailbox));
        mailbox
    }

    /// Where those who follow a log have read to: the least of each viewer's.
    pub(crate) fn followed(&self) -> Vec<(UserId, EventCursor)> {
        let mailboxes = self.0.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let least = |of_user: &Vec<Weak<Mailbox>>| {
            of_user.iter().filter_map(Weak::upgrade).map(|mailbox| mailbox.read_to()).min()
        };
        mailboxes.iter().filter_map(|(user, of_user)| Some((*user, least(of_user)?))).collect()
    }

    /// Registers a running invocation, to be stopped by the token.
    pub(crate) fn run(&self, id: InvocationId) -> Running {
        let running = self.prepare(id);
        running.begin();
        running
    }

    /// The same of an invocation that is not written down yet: it is registered as soon as it
    /// [begins](Running::begin).
    pub(crate) fn prepare(&self, id: InvocationId) -> Running {
        let (stop, answered) = (CancellationToken::new(), Arc::new(Notify::new()));
        Running { hub: self.clone(), id, stop, answered }
    }

    /// The invocations that are running in this process.
    pub(crate) fn running(&self) -> Vec<InvocationId> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Stops everything that is running in this process.
    pub(crate) fn stop_all(&self) {
        let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.values().for_each(|reins| reins.stop.cancel());
    }
}

/// A running invocation, or one that is about to run, until dropped.
pub(crate) struct Running {
    hub: Hub,
    id: InvocationId,
    pub(crate) stop: CancellationToken,
    /// Rung when something that it waits for was answered, or will not be.
    pub(crate) answered: Arc<Notify>,
}

impl Running {
    /// Registers it.
    pub(crate) fn begin(&self) {
        let mut running = self.hub.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        let reins = Reins { stop: self.stop.clone(), answered: self.answered.clone() };
        running.insert(self.id, reins);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = self.hub.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        // A call that waited and went on here may be running again before this is dropped.
        let is_this = |reins: &Reins| Arc::ptr_eq(&reins.answered, &self.answered);
        if running.get(&self.id).is_some_and(is_this) {
            running.remove(&self.id);
        }
    }
}

/// Knows that something happened.
#[derive(Default)]
pub(crate) struct Mailbox {
    something: Notify,
    progressed: Mutex<BTreeSet<InvocationId>>,
    read_to: Mutex<EventCursor>,
}

impl Mailbox {
    fn wake(&self) {
        self.something.notify_one();
    }

    fn note_progress(&self, invocation: InvocationId) {
        self.progressed.lock().unwrap_or_else(PoisonError::into_inner).insert(invocation);
        self.wake();
    }

    /// Waits until something happened since the last wait.
    pub(crate) async fn something(&self) {
        self.something.notified().await;
    }

    /// Takes the invocations that told how far they are.
    pub(crate) fn progressed(&self) -> BTreeSet<InvocationId> {
        std::mem::take(&mut *self.progressed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Says how far the owner has read.
    pub(crate) fn set_read_to(&self, cursor: EventCursor) {
        *self.read_to.lock().unwrap_or_else(PoisonError::into_inner) = cursor;
    }

    fn read_to(&self) -> EventCursor {
        *self.read_to.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use attache_domain::{Clock, new_id};

    use super::*;

    #[tokio::test]
    async fn a_mailbox_that_nobody_read_holds_one_wake_and_every_id_once() {
        let (hub, user) = (Hub::default(), new_id(&Clock::system()));
        let invocation = new_id(&Clock::system());
        let mailbox = hub.mailbox(user);
        for _ in 0..1000 {
            hub.hear(Signal::Changed(user));
            hub.hear(Signal::Progressed(user, invocation));
        }
        mailbox.something().await;
        assert_eq!(mailbox.progressed(), BTreeSet::from([invocation]));
        let again = tokio::time::timeout(std::time::Duration::ZERO, mailbox.something());
        assert!(again.await.is_err());
    }

    #[test]
    fn a_mailbox_hears_of_its_own_viewer_only_and_goes_when_dropped() {
        let (hub, clock) = (Hub::default(), Clock::system());
        let (ada, grace) = (new_id(&clock), new_id(&clock));
        let mailbox = hub.mailbox(ada);
        hub.hear(Signal::Progressed(grace, new_id(&clock)));
        assert!(mailbox.progressed().is_empty());
        drop(mailbox);
        hub.hear(Signal::Changed(ada));
        assert!(hub.followed().is_empty());
        assert!(hub.0.mailboxes.lock().unwrap().is_empty());
    }

    #[test]
    fn an_invocation_is_stopped_by_a_signal_while_it_runs() {
        let (hub, id) = (Hub::default(), new_id(&Clock::system()));
        let running = hub.run(id);
        hub.hear(Signal::Stop(id));
        assert!(running.stop.is_cancelled());
        let again = hub.run(id);
        drop(running);
        hub.hear(Signal::Stop(id));
        assert!(again.stop.is_cancelled(), "who ran it before does not take the reins along");
        drop(again);
        assert!(hub.running().is_empty());
    }
}
