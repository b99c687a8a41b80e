//! How many calls each viewer may have under way at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use attache_domain::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many calls one viewer may have under way, in one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Running at once.
    pub running: usize,
    /// Waiting for that.
    pub waiting: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { running: 8, waiting: 32 }
    }
}

/// Hands out slots, viewer by viewer, so that nobody takes what is another's.
#[derive(Default)]
pub(crate) struct Slots {
    room: Room,
    viewers: Mutex<HashMap<UserId, Arc<OfViewer>>>,
}

struct OfViewer {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// The right to run one call, until dropped.
pub(crate) struct Slot {
    _permit: OwnedSemaphorePermit,
    _of_viewer: Arc<OfViewer>,
}

/// A place in the line for a slot.
pub(crate) struct Place(Option<Arc<OfViewer>>);

impl Slots {
    pub(crate) fn new(room: Room) -> Self {
        Self { room, viewers: Mutex::default() }
    }

    fn of(&self, user: UserId) -> Arc<OfViewer> {
        let mut viewers = self.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        viewers
            .entry(user)
            .or_insert_with(|| {
                let free = Arc::new(Semaphore::new(self.room.running));
                Arc::new(OfViewer { free, waiting: AtomicUsize::new(0) })
            })
            .clone()
    }

    /// A slot, if one is free.
    pub(crate) fn take(&self, user: UserId) -> Option<Slot> {
        let of_viewer = self.of(user);
        let permit = of_viewer.free.clone().try_acquire_owned().ok()?;
        Some(Slot { _permit: permit, _of_viewer: of_viewer })
    }

    /// A place in the line, if it is not too long.
    pub(crate) fn line_up(&self, user: UserId) -> Option<Place> {
        let of_viewer = self.of(user);
        let place = Place(Some(of_viewer.clone()));
        let before = of_viewer.waiting.fetch_add(1, Ordering::SeqCst);
        // Dropping the place gives it back.
        (before < self.room.waiting).then_some(place)
    }

    /// Forgets viewers who have nothing under way.
    pub(crate) fn tidy(&self) {
        let mut viewers = self.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        viewers.retain(|_, of_viewer| Arc::strong_count(of_viewer) > 1);
    }
}

impl Place {
    /// Waits for the slot at the end of the line. First come, first served.
    pub(crate) async fn slot(mut self) -> Option<Slot> {
        let of_viewer = self.0.clone()?;
        // The semaphore is never closed, so there is always a slot in the end.
        let permit = of_viewer.free.clone().acquire_owned().await.ok()?;
        drop(Self(self.0.take()));
        Some(Slot { _permit: permit, _of_viewer: of_viewer })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(of_viewer) = self.0.take() {
            of_viewer.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use attache_domain::{Clock, new_id};

    use super::*;

    #[test]
    fn one_viewer_cannot_take_anothers_slots() {
        let (slots, clock) = (Slots::default(), Clock::system());
        let (ada, grace) = (new_id(&clock), new_id(&clock));
        let taken: Vec<_> = std::iter::from_fn(|| slots.take(ada)).collect();
        assert_eq!(taken.len(), Room::default().running);
        assert!(slots.take(grace).is_some());
        drop(taken);
        assert!(slots.take(ada).is_some());
    }

    #[tokio::test]
    async fn the_line_is_bounded_and_moves() {
        let (slots, ada) = (Slots::default(), new_id(&Clock::system()));
        let mut taken: Vec<_> = std::iter::from_fn(|| slots.take(ada)).collect();
        let mut line: Vec<_> = std::iter::from_fn(|| slots.line_up(ada)).collect();
        assert_eq!(line.len(), Room::default().waiting);
        taken.pop();
        assert!(line.remove(0).slot().await.is_some());
        assert!(slots.line_up(ada).is_some());
    }

    #[test]
    fn viewers_with_nothing_under_way_are_forgotten() {
        let (slots, ada) = (Slots::default(), new_id(&Clock::system()));
        let slot = slots.take(ada);
        slots.tidy();
        assert_eq!(slots.viewers.lock().unwrap().len(), 1);
        drop(slot);
        slots.tidy();
        assert!(slots.viewers.lock().unwrap().is_empty());
    }
}
