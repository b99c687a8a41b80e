//! What waits to be read by a program.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

/// How many messages may wait, and how large those together may be, in bytes, behind which another
/// one waits. The library has an answer for whatever a program asks, also for one that asks without
/// end and reads none.
const MESSAGES: usize = 256;
const BYTES: usize = 16 * 1024 * 1024;

/// Counts what waits.
#[derive(Default)]
pub(super) struct Queue(Arc<Waiting>);

#[derive(Default)]
struct Waiting {
    messages: AtomicUsize,
    bytes: AtomicUsize,
}

/// A place in the queue, until dropped.
pub(super) struct Place {
    waiting: Arc<Waiting>,
    bytes: usize,
}

impl Queue {
    /// A place for a message. `None` where too much waits already.
    pub(super) fn place(&self, message: &impl Serialize) -> Option<Place> {
        let Self(waiting) = self;
        let is_full = waiting.messages.load(Ordering::Relaxed) >= MESSAGES
            || waiting.bytes.load(Ordering::Relaxed) >= BYTES;
        if is_full {
            return None;
        }
        let mut length = Length(0);
        // What cannot be written is not sent either.
        let _ = serde_json::to_writer(&mut length, message);
        let Length(bytes) = length;
        waiting.messages.fetch_add(1, Ordering::Relaxed);
        waiting.bytes.fetch_add(bytes, Ordering::Relaxed);
        Some(Place { waiting: waiting.clone(), bytes })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.waiting.messages.fetch_sub(1, Ordering::Relaxed);
        self.waiting.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// How much was written.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_much_waits_and_who_leaves_makes_room() {
        let queue = Queue::default();
        let mut places: Vec<_> = (0..MESSAGES).filter_map(|_| queue.place(&"x")).collect();
        assert_eq!(places.len(), MESSAGES);
        assert!(queue.place(&"x").is_none());
        places.clear();
        // A large one may go where nothing else is in front of it.
        let large = queue.place(&"x".repeat(BYTES));
        assert!(large.is_some() && queue.place(&"x").is_none());
        drop(large);
        assert!(queue.place(&"x").is_some());
    }
}
