//! What this process is really working on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// Counts the hands on each thing. Whatever bears this process's name in the database
/// and is not in here has been lost, and the sweep looks after it.
#[derive(Clone, Default)]
pub(crate) struct Work(Arc<Mutex<HashMap<Uuid, usize>>>);

/// A hand on something, until dropped.
pub(crate) struct Hand {
    work: Work,
    id: Uuid,
}

impl Work {
    /// Takes something in hand: an invocation, an attempt, or an account whose catalog
    /// is read.
    pub(crate) fn take(&self, id: Uuid) -> Hand {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default() += 1;
        Hand { work: self.clone(), id }
    }

    /// Everything in hand.
    pub(crate) fn ids(&self) -> Vec<Uuid> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        let mut work = self.work.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hands) = work.get_mut(&self.id) {
            *hands -= 1;
            if *hands == 0 {
                work.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_in_hand_until_the_last_hand_lets_go() {
        let (work, id) = (Work::default(), Uuid::nil());
        let (one, other) = (work.take(id), work.take(id));
        drop(one);
        assert_eq!(work.ids(), [id]);
        drop(other);
        assert!(work.ids().is_empty());
    }
}
