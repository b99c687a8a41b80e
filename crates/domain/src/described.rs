//! How a service describes what it offers, within bounds.

use serde_json::Value;

use crate::icon::Icon;

/// The longest name, and the longest URI, in characters.
const MAX_NAME: usize = 256;
const MAX_URI: usize = 2048;
const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 4_000;
const MAX_MIME_TYPE: usize = 200;

/// What a service calls something that it offers. Every text is its own, and untrusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Described {
    /// The name on the wire, at most 256 characters.
    pub name: String,
    /// The title to show, at most 200 characters.
    pub title: Option<String>,
    /// What it is, at most 4,000 characters.
    pub description: Option<String>,
    /// Pictures for it, at most 8.
    pub icons: Vec<Icon>,
}

impl Described {
    /// Reads the fields that resources, prompts and their arguments share. `None` where there
    /// is no name to speak of.
    pub(crate) fn read(raw: &Value) -> Option<Self> {
        Some(Self {
            name: word(&raw["name"], MAX_NAME)?,
            title: text(&raw["title"], MAX_TITLE),
            description: text(&raw["description"], MAX_DESCRIPTION),
            icons: Icon::read_all(&raw["icons"]),
        })
    }

    /// The title to show; falls back to the name.
    pub fn display_title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// A URI or a template of some.
pub(crate) fn uri(raw: &Value) -> Option<String> {
    word(raw, MAX_URI)
}

pub(crate) fn mime_type(raw: &Value) -> Option<String> {
    word(raw, MAX_MIME_TYPE)
}

/// Something that is sent back as it is, so that it is kept whole or not at all.
pub(crate) fn word(raw: &Value, limit: usize) -> Option<String> {
    let word = raw.as_str()?;
    let is_fine = !word.is_empty()
        && word.chars().nth(limit).is_none()
        && !word.chars().any(char::is_control);
    is_fine.then(|| word.to_owned())
}

/// Something to read, cut to a length.
pub(crate) fn text(raw: &Value, limit: usize) -> Option<String> {
    Some(cut(raw.as_str()?, limit))
}

/// A text of somebody else's, but for its length in characters, and for NUL, which no database takes.
pub fn cut(text: &str, limit: usize) -> String {
    text.chars().filter(|character| *character != '\0').take(limit).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_cut_and_names_are_whole_or_missing() {
        let long = json!({
            "name": "n", "title": "é".repeat(300), "description": "x\0y", "icons": 7,
        });
        let read = Described::read(&long).unwrap();
        assert_eq!(read.title.unwrap().chars().count(), MAX_TITLE);
        assert_eq!(read.description.as_deref(), Some("xy"));
        for odd in [json!({}), json!({ "name": "" }), json!({ "name": "a\nb" }), json!([1])] {
            assert_eq!(Described::read(&odd), None, "{odd}");
        }
        assert_eq!(Described::read(&json!({ "name": "n".repeat(MAX_NAME + 1) })), None);
        assert!(Described::read(&json!({ "name": "n".repeat(MAX_NAME) })).is_some());
    }
}
