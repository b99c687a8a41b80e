//! What a person types to find tools, as Postgres is asked for it.

use uuid::Uuid;

/// The most words of a search that count.
const MAX_WORDS: usize = 8;

/// From here on, Unicode is mostly of scripts that do not part words.
const WITHOUT_SPACES: char = '\u{2e80}';

/// What a person types, to be found in names, titles and descriptions.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// Words that all have to be there, each at least as the beginning of one. By an index, the
    /// best first.
    Words {
        /// For `to_tsquery`.
        words: String,
        /// The word that only the viewer's tools have.
        viewer: String,
        /// What was typed, for whoever types a whole name.
        whole: String,
    },
    /// A text as it is, for scripts that do not part words. By looking at each tool.
    Text(String),
    /// Nothing that could be found.
    Nothing,
}

impl Search {
    pub(super) fn new(typed: &str, viewer: Uuid) -> Self {
        if typed.chars().any(|c| c >= WITHOUT_SPACES) {
            return Self::Text(containing(typed));
        }
        let mut parted = String::with_capacity(typed.len() + 8);
        let mut previous = ' ';
        for c in typed.chars() {
            // As the database parts them.
            if c.is_uppercase() && (previous.is_lowercase() || previous.is_ascii_digit()) {
                parted.push(' ');
            }
            parted.push(if c.is_alphanumeric() { c } else { ' ' });
            previous = c;
        }
        let words: Vec<String> =
            parted.split_whitespace().take(MAX_WORDS).map(|word| format!("{word}:*")).collect();
        if words.is_empty() {
            return Self::Nothing;
        }
        Self::Words {
            words: words.join(" & "),
            viewer: format!("'@{viewer}'"),
            whole: typed.trim().to_owned(),
        }
    }
}

/// A pattern for `ILIKE` that takes the text literally.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(typed: &str) -> Option<String> {
        match Search::new(typed, Uuid::nil()) {
            Search::Words { words, .. } => Some(words),
            Search::Text(_) | Search::Nothing => None,
        }
    }

    #[test]
    fn names_are_parted_however_they_are_written() {
        for typed in ["roll_dice", "rollDice", "roll-dice", " roll   dice "] {
            let parted = words(typed).unwrap().to_lowercase();
            assert_eq!(parted, "roll:* & dice:*", "{typed}");
        }
    }

    #[test]
    fn what_a_person_types_is_not_a_pattern() {
        assert_eq!(
            Search::new("50%_\\骰", Uuid::nil()),
            Search::Text("%50\\%\\_\\\\骰%".to_owned())
        );
        assert_eq!(Search::new("%_'", Uuid::nil()), Search::Nothing);
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_the_query(typed in ".{0,60}") {
            if let Some(words) = words(&typed) {
                let is_plain = |word: &str| word.strip_suffix(":*")
                    .is_some_and(|word| word.chars().all(char::is_alphanumeric));
                prop_assert!(words.split(" & ").all(is_plain), "{}", words);
            }
        }
    }
}
