//! Schemas that have to hold together, or of which one has to hold, as one.

use serde_json::{Map, Value};

/// Adds to `all` what `one` says as well. Returns the keywords of which only the first survives.
pub(super) fn both(all: &mut Map<String, Value>, one: &Map<String, Value>) -> Vec<String> {
    let mut lost = Vec::new();
    for (keyword, value) in one {
        match (all.get_mut(keyword), keyword.as_str()) {
            (None, _) => {
                all.insert(keyword.clone(), value.clone());
            }
            (Some(Value::Object(known)), "properties" | "$defs" | "definitions") => {
                for (name, schema) in value.as_object().into_iter().flatten() {
                    known.entry(name.clone()).or_insert_with(|| schema.clone());
                }
            }
            (Some(Value::Array(known)), "required") => {
                for name in value.as_array().into_iter().flatten() {
                    if !known.contains(name) {
                        known.push(name.clone());
                    }
                }
            }
            (Some(known), _) if *known == *value => {}
            (Some(_), "title" | "description" | "default" | "examples" | "$comment") => {}
            (Some(_), _) => lost.push(keyword.clone()),
        }
    }
    lost
}

/// An object that all of these are: with the properties of any, and what each of them requires.
pub(super) fn any(alternatives: &[Value]) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required: Option<Vec<Value>> = None;
    for alternative in alternatives {
        for (name, schema) in alternative["properties"].as_object().into_iter().flatten() {
            properties.entry(name.clone()).or_insert_with(|| schema.clone());
        }
        let needs = alternative["required"].as_array().cloned().unwrap_or_default();
        required = Some(match required {
            None => needs,
            Some(before) => before.into_iter().filter(|name| needs.contains(name)).collect(),
        });
    }
    let mut object = Map::from_iter([("type".to_owned(), "object".into())]);
    object.insert("properties".to_owned(), Value::Object(properties));
    if let Some(required) = required.filter(|names| !names.is_empty()) {
        object.insert("required".to_owned(), Value::Array(required));
    }
    object
}
