//! What processes tell each other: that something changed, never what.
//!
//! A signal is a hint. Everything it hints at is in a table, and everybody who
//! waits for one also looks by themselves from time to time, so a lost signal costs
//! seconds and never data. That is why signals are not sent inside the transaction
//! they announce: `NOTIFY` takes a lock that every other notifying commit in the
//! database waits for, which would serialise all commits. They are collected after
//! the commit instead, and one task sends whatever has come together.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use attache_domain::{InvocationId, UserId};
use tokio::sync::Notify;
use uuid::Uuid;

/// A hint to look into the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// A viewer's event log has grown.
    Changed(UserId),
    /// Somebody wants a running invocation to stop.
    Stop(InvocationId),
    /// Something that a running invocation waits for was answered, or will not be.
    Answered(InvocationId),
    /// A running invocation has told how far it is.
    Progressed(UserId, InvocationId),
    /// Some of a person's keys were destroyed.
    KeysGone(UserId),
}

impl Signal {
    /// The text form: a letter and the ids.
    fn encode(self) -> String {
        match self {
            Self::Changed(user) => format!("v{}", user.uuid().simple()),
            Self::Stop(invocation) => format!("x{}", invocation.uuid().simple()),
            Self::Answered(invocation) => format!("a{}", invocation.uuid().simple()),
            Self::KeysGone(user) => format!("k{}", user.uuid().simple()),
            Self::Progressed(user, invocation) => {
                format!("p{}{}", user.uuid().simple(), invocation.uuid().simple())
            }
        }
    }

    fn decode(text: &str) -> Option<Self> {
        let id = |at: usize| Uuid::try_parse(text.get(at..at + 32)?).ok();
        match (text.as_bytes().first()?, text.len()) {
            (b'v', 33) => Some(Self::Changed(UserId::from_uuid(id(1)?))),
            (b'x', 33) => Some(Self::Stop(InvocationId::from_uuid(id(1)?))),
            (b'a', 33) => Some(Self::Answered(InvocationId::from_uuid(id(1)?))),
            (b'k', 33) => Some(Self::KeysGone(UserId::from_uuid(id(1)?))),
            (b'p', 65) => {
                Some(Self::Progressed(UserId::from_uuid(id(1)?), InvocationId::from_uuid(id(33)?)))
            }
            _ => None,
        }
    }
}

/// Postgres refuses payloads of 8000 bytes and more.
const MAX_PAYLOAD: usize = 7900;

pub(crate) struct Signals {
    on_signal: Box<dyn Fn(Signal) + Send + Sync>,
    /// What other processes have not been told yet. A set: ten changes of one
    /// viewer are one hint.
    untold: Mutex<BTreeSet<Signal>>,
    something_untold: Notify,
}

impl Signals {
    pub(crate) fn new(on_signal: impl Fn(Signal) + Send + Sync + 'static) -> Self {
        Self {
            on_signal: Box::new(on_signal),
            untold: Mutex::default(),
            something_untold: Notify::new(),
        }
    }

    /// Tells this process at once, and the others soon.
    pub(crate) fn send(&self, signal: Signal) {
        (self.on_signal)(signal);
        self.untold.lock().unwrap_or_else(PoisonError::into_inner).insert(signal);
        self.something_untold.notify_one();
    }

    /// Tells this process what another one said.
    pub(crate) fn receive(&self, payload: &str) {
        payload.split(' ').filter_map(Signal::decode).for_each(&self.on_signal);
    }

    /// Waits for something to tell, and takes it as payloads that fit.
    pub(crate) async fn untold(&self) -> Vec<String> {
        self.something_untold.notified().await;
        let untold =
            std::mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner));
        let mut payloads: Vec<String> = Vec::new();
        for signal in untold.into_iter().map(Signal::encode) {
            match payloads.last_mut() {
                Some(payload) if payload.len() + 1 + signal.len() <= MAX_PAYLOAD => {
                    payload.push(' ');
                    payload.push_str(&signal);
                }
                _ => payloads.push(signal),
            }
        }
        payloads
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use attache_domain::{Clock, new_id};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_signal_survives_its_text_form() {
        let clock = Clock::system();
        for signal in [
            Signal::Changed(new_id(&clock)),
            Signal::Stop(new_id(&clock)),
            Signal::Answered(new_id(&clock)),
            Signal::Progressed(new_id(&clock), new_id(&clock)),
            Signal::KeysGone(new_id(&clock)),
        ] {
            assert_eq!(Signal::decode(&signal.encode()), Some(signal));
        }
    }

    proptest! {
        #[test]
        fn no_payload_makes_the_listener_panic(payload in ".{0,200}") {
            Signals::new(|_| {}).receive(&payload);
        }
    }

    #[test]
    fn many_signals_arrive_complete_in_payloads_that_postgres_takes() {
        let heard = Arc::new(Mutex::new(BTreeSet::new()));
        let signals = Signals::new(|_| {});
        let sent: BTreeSet<_> =
            (0..1000).map(|_| Signal::Changed(new_id(&Clock::system()))).collect();
        for signal in &sent {
            signals.send(*signal);
        }

        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let payloads = runtime.block_on(signals.untold());

        assert!(payloads.iter().all(|payload| payload.len() < 8000));
        let listener = Signals::new({
            let heard = heard.clone();
            move |signal| {
                heard.lock().unwrap().insert(signal);
            }
        });
        for payload in &payloads {
            listener.receive(payload);
        }
        assert_eq!(*heard.lock().unwrap(), sent);
    }
}
