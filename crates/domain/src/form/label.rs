//! What to call things that a service gave no title.

use serde_json::Value;

/// The longest label made of a value, in characters.
const MAX_VALUE: usize = 60;

/// `issue_number` and `issueNumber` as "Issue number".
pub(super) fn humanized(name: &str) -> String {
    let mut label = String::with_capacity(name.len() + 4);
    let mut previous = ' ';
    for c in name.chars() {
        match c {
            '_' | '-' | ' ' | '.' => label.push(' '),
            c if c.is_uppercase() && previous.is_lowercase() => {
                label.push(' ');
                label.extend(c.to_lowercase());
            }
            c => label.push(c),
        }
        previous = c;
    }
    let mut letters = label.trim().chars();
    letters
        .next()
        .map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

/// A value to choose, as it is shown.
pub(super) fn of_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => (if *yes { "Yes" } else { "No" }).to_owned(),
        Value::Null => "None".to_owned(),
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            match text.char_indices().nth(MAX_VALUE) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_programmers_become_words() {
        let names = ["issue_number", "issueNumber", "isURL", "a-b.c", "__", ""];
        let shown = names.map(humanized);
        assert_eq!(shown, ["Issue number", "Issue number", "Is uRL", "A b c", "__", ""]);
    }

    #[test]
    fn a_value_is_shown_on_one_line() {
        let values = [json!("a"), json!(2), json!(true), json!(null), json!({ "a": [1] })];
        let shown = values.map(|value| of_value(&value));
        assert_eq!(shown, ["a", "2", "Yes", "None", r#"{"a":[1]}"#]);
        assert_eq!(of_value(&json!(["é".repeat(99)])).chars().count(), MAX_VALUE + 1);
    }
}
