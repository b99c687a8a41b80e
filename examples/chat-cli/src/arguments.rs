//! Arguments as a person types them: an object of JSON, or `name=value` for each.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

/// What was typed, as an object. A value that is no JSON is a text.
pub(crate) fn read(typed: &str) -> Result<Value> {
    if typed.starts_with('{') {
        return serde_json::from_str(typed).context("this is not JSON");
    }
    let mut arguments = Map::new();
    for pair in words(typed) {
        let (name, value) = pair.split_once('=').with_context(|| {
            format!("{pair:?} is neither name=value nor a part of an object of JSON")
        })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        arguments.insert(name.to_owned(), value);
    }
    Ok(arguments.into())
}

/// The words of a line. Spaces between quotes do not part them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => {
                is_quoted = !is_quoted;
                word.push('"');
            }
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            letter => word.push(letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_typed_becomes_an_object() {
        assert_eq!(read("").unwrap(), json!({}));
        assert_eq!(
            read(r#"name="Ada Lovelace" loud=true count=2 date=2026-12-24"#).unwrap(),
            json!({ "name": "Ada Lovelace", "loud": true, "count": 2, "date": "2026-12-24" })
        );
        assert_eq!(read(r#"code="12345""#).unwrap(), json!({ "code": "12345" }));
        assert_eq!(read(r#"{ "a": [1] }"#).unwrap(), json!({ "a": [1] }));
        assert!(read("hello").is_err());
        assert!(read("{").is_err());
    }
}
