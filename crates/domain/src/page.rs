//! Keyset pagination: a page begins after a key, never at an offset.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The most items a page can hold.
pub const MAX_PAGE: usize = 100;

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest<K> {
    /// How many items, at most [`MAX_PAGE`].
    pub first: usize,
    /// The key of the last item already seen.
    pub after: Option<K>,
}

/// A page, and whether there is more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Whether more follow.
    pub has_next: bool,
    /// Whether some came before.
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// Makes a page of a query that asked for one item more than the page holds.
    pub fn from_probe<K>(mut items: Vec<T>, request: &PageRequest<K>) -> Self {
        let has_next = items.len() > request.first;
        items.truncate(request.first);
        Self { items, has_next, has_previous: request.after.is_some() }
    }
}

/// What a page is sorted by. Each list has a key type of its own, and a cursor of
/// one list does not open another.
pub trait PageKey: Serialize + DeserializeOwned {
    /// Marks the cursors of one list.
    const LIST: &'static str;

    /// The opaque text form.
    fn to_cursor(&self) -> String {
        let json = serde_json::to_vec(&(Self::LIST, self)).expect("a key is plain JSON");
        BASE64_URL_SAFE_NO_PAD.encode(json)
    }

    /// Reads the text form; `None` when it is not a cursor of this list.
    fn from_cursor(cursor: &str) -> Option<Self> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (list, key): (String, Self) = serde_json::from_slice(&json).ok()?;
        (list == Self::LIST).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct ByName(String);
    impl PageKey for ByName {
        const LIST: &'static str = "names";
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct ByTitle(String);
    impl PageKey for ByTitle {
        const LIST: &'static str = "titles";
    }

    #[test]
    fn a_cursor_opens_only_its_own_list() {
        let cursor = ByName("x".to_owned()).to_cursor();
        assert_eq!(ByName::from_cursor(&cursor), Some(ByName("x".to_owned())));
        assert_eq!(ByTitle::from_cursor(&cursor), None);
        assert_eq!(ByName::from_cursor("%%%"), None);
    }

    #[test]
    fn one_item_more_than_asked_means_there_is_a_next_page() {
        let request = PageRequest::<ByName> { first: 2, after: None };
        let page = Page::from_probe(vec![1, 2, 3], &request);
        assert_eq!((page.items, page.has_next, page.has_previous), (vec![1, 2], true, false));
    }
}
