//! What goes along with a question, within bounds.

use attache_domain::{Problem, ProblemCode};
use attache_upstream::Texts;
use serde_json::Value;

/// The longest URI, and the longest name, in characters.
const MAX_URI: usize = 2_048;
const MAX_NAME: usize = 256;

/// The most texts that go along with a question, and how many bytes they may have together.
const MAX_TEXTS: usize = 50;
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// An argument of a field cannot be used.
pub(crate) fn unusable(field: &str, message: &str) -> Problem {
    let path = vec![field.to_owned()];
    Problem { path, ..Problem::new(ProblemCode::InvalidInput, message) }
}

/// A URI, or a template of some.
pub(crate) fn uri(field: &str, text: String) -> Result<String, Problem> {
    word(field, text, MAX_URI)
}

/// What something is called.
pub(crate) fn name(field: &str, text: String) -> Result<String, Problem> {
    word(field, text, MAX_NAME)
}

/// Something short that is sent as it is.
fn word(field: &str, text: String, limit: usize) -> Result<String, Problem> {
    let is_fine = !text.is_empty()
        && text.chars().nth(limit).is_none()
        && !text.chars().any(char::is_control);
    is_fine.then_some(text).ok_or_else(|| unusable(field, "This is empty, too long, or no text."))
}

/// Texts by name, which is all that a blank takes.
pub(crate) fn texts(field: &str, values: Option<&Value>) -> Result<Texts, Problem> {
    let fields = match values {
        None | Some(Value::Null) => return Ok(Texts::new()),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err(unusable(field, "This has to be an object of texts.")),
    };
    let mut texts = Texts::new();
    let mut room = MAX_BYTES;
    for (name, value) in fields {
        let Some(value) = value.as_str() else {
            return Err(unusable(field, "Each of these has to be a text."));
        };
        let left = room.checked_sub(name.len() + value.len());
        let (Some(left), true) = (left, texts.len() < MAX_TEXTS) else {
            return Err(unusable(field, "This is too much at once."));
        };
        room = left;
        texts.insert(name.clone(), value.to_owned());
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blanks_take_texts_and_not_too_many() {
        assert_eq!(texts("a", Some(&json!({ "b": "c" }))).unwrap()["b"], "c");
        let many: serde_json::Map<_, _> = (0..51).map(|n| (n.to_string(), json!("a"))).collect();
        let long = json!({ "a": "x".repeat(MAX_BYTES) });
        for odd in [json!([]), json!({ "a": 1 }), json!({ "a": null }), many.into(), long] {
            assert_eq!(texts("a", Some(&odd)).unwrap_err().path, ["a"]);
        }
        assert!(uri("uri", "note://\n".to_owned()).is_err());
    }
}
