//! The key ring, wherever its keys are.

use attache_store::{KeyRing, RingDocument, RingError};
use secrecy::SecretString;

use super::Invalid;
use super::reader::Mistakes;
use super::variables::Variables;

const NAME: &str = "ATTACHE_KEYS";

/// The ring with all its keys in it.
pub(super) fn read(variables: &Variables<'_>, mistakes: &Mistakes) -> Option<SecretString> {
    let what = "the key ring; `attache keys generate` makes one";
    let kept = variables.required(NAME, what, mistakes)?;
    let whole = RingDocument::parse(&kept)
        .and_then(|document| document.resolve(|material| variables.bring(material)))
        .map(|document| document.print());
    let checked = whole.and_then(|whole| {
        KeyRing::parse(&whole)?;
        Ok::<_, RingError>(whole)
    });
    checked.map_err(|error| mistakes.add(NAME, error.to_string())).ok()
}

/// The ring as it is kept, for those who change it or look whether it changed.
pub fn ring_document(variables: &Variables<'_>) -> Result<SecretString, Invalid> {
    alone(|mistakes| variables.required(NAME, "the key ring", mistakes))
}

/// The ring with all its keys in it, and nothing else of the configuration.
pub fn key_ring(variables: &Variables<'_>) -> Result<SecretString, Invalid> {
    alone(|mistakes| read(variables, mistakes))
}

fn alone(read: impl FnOnce(&Mistakes) -> Option<SecretString>) -> Result<SecretString, Invalid> {
    let mistakes = Mistakes::default();
    let found = read(&mistakes);
    match (found, mistakes.into_list()) {
        (Some(found), mistakes) if mistakes.is_empty() => Ok(found),
        (_, mistakes) => Err(Invalid(mistakes)),
    }
}
