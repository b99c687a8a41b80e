//! Who watches what in a session.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// Which resources somebody watches in a session of the older revisions.
#[derive(Default)]
pub(super) struct Watched(Mutex<HashMap<String, (usize, watch::Sender<u64>)>>);

impl Watched {
    pub(super) fn watch(&self, uri: &str) -> watch::Receiver<u64> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, changes) =
            watched.entry(uri.to_owned()).or_insert_with(|| (0, watch::Sender::new(0)));
        *count += 1;
        changes.subscribe()
    }

    /// Whether that was the last who watched it.
    pub(super) fn let_go(&self, uri: &str) -> bool {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((count, _)) = watched.get_mut(uri) else { return false };
        *count -= 1;
        let is_last = *count == 0;
        if is_last {
            watched.remove(uri);
        }
        is_last
    }

    /// Tells whoever watches a resource, or what it is a part of.
    pub(super) fn tell(&self, changed: &str) {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (uri, (_, changes)) in watched.iter() {
            let rest = changed.strip_prefix(uri.as_str());
            let is_part = rest.is_some_and(|it| it.starts_with(['/', '#']) || uri.ends_with('/'));
            if rest == Some("") || is_part {
                changes.send_modify(|count| *count += 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_watches_is_told_and_the_last_one_is_known() {
        let watched = Watched::default();
        let (mut one, other) = (watched.watch("note://a"), watched.watch("note://b"));
        let again = watched.watch("note://a");
        watched.tell("note://a");
        watched.tell("note://ab");
        watched.tell("note://a/part");
        assert_eq!((*one.borrow_and_update(), *other.borrow(), *again.borrow()), (2, 0, 2));
        assert!(!watched.let_go("note://a"));
        assert!(watched.let_go("note://a"));
        assert!(!watched.let_go("note://a"), "nobody is left");
        watched.tell("note://a");
        assert!(watched.0.lock().unwrap().contains_key("note://b"));
    }
}
