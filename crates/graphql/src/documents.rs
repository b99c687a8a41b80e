//! Documents that were read before.
//!
//! A client sends the same few documents over and over, and reading one costs more than
//! most of what is done with it. What is kept was measured by the guard, too.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::ServerError;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use lru::LruCache;

use crate::fault::{self, document_error};
use crate::guard;

/// How many are kept.
const KEPT: usize = 200;

/// The longest document that is kept, in bytes. Longer ones are read each time, so that
/// all that is kept together stays within a few megabytes.
const LONGEST: usize = 4 * 1024;

/// Documents by their text. Cheap to clone; clones share what is kept.
#[derive(Clone)]
pub(crate) struct Documents(Arc<Mutex<LruCache<String, ExecutableDocument>>>);

impl Default for Documents {
    fn default() -> Self {
        let kept = NonZeroUsize::new(KEPT).expect("not zero");
        Self(Arc::new(Mutex::new(LruCache::new(kept))))
    }
}

impl Documents {
    /// Reads a document and measures what it would grow to, or remembers both.
    pub(crate) fn read(&self, text: &str) -> Result<ExecutableDocument, ServerError> {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Ok(known.clone());
        }
        let document = parse_query(text).map_err(|error| {
            // The parser's message quotes the document at length.
            let place = error.positions().next().map_or_else(String::new, |position| {
                format!(" at line {}, column {}", position.line, position.column)
            });
            let message = format!("The document is not GraphQL{place}.");
            document_error(fault::PARSE_FAILED, message)
        })?;
        guard::check(&document)?;
        if text.len() <= LONGEST {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.put(text.to_owned(), document.clone());
        }
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(documents: &Documents) -> usize {
        documents.0.lock().unwrap().len()
    }

    #[test]
    fn what_is_kept_is_bounded_in_number_and_in_length() {
        let documents = Documents::default();
        for n in 0..KEPT + 50 {
            documents.read(&format!("query Q{n} {{ viewer {{ id }} }}")).unwrap();
        }
        assert_eq!(kept(&documents), KEPT);
        let documents = Documents::default();
        documents.read(&format!("{{ viewer {{ {} }} }}", "id ".repeat(LONGEST / 3))).unwrap();
        assert_eq!(kept(&documents), 0);
    }

    #[test]
    fn what_is_refused_is_refused_again_and_never_kept() {
        let documents = Documents::default();
        let circle = "{ viewer { ...A } } fragment A on Viewer { ...A }";
        for refused in ["{ viewer", circle] {
            let (first, again) = (documents.read(refused), documents.read(refused));
            assert_eq!(first.unwrap_err().message, again.unwrap_err().message);
        }
        assert_eq!(kept(&documents), 0);
    }
}
