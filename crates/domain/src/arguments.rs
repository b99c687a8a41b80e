//! Do these arguments fit this schema?

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value};

use crate::Violation;
use crate::form::escaped;
use crate::unfolding::unfolded;

/// The most violations reported at once. Beyond a screenful, more do not help.
const MAX_VIOLATIONS: usize = 50;

/// The most values that a schema may have with its references followed.
const MAX_UNFOLDED: u64 = 200_000;

/// How often one pattern may backtrack before the value is refused.
const BACKTRACK_LIMIT: usize = 100_000;

/// A compiled schema of arguments. JSON Schema 2020-12 unless it names another
/// draft; references are resolved within the schema and never fetched.
pub struct ArgumentSchema(Option<Validator>);

impl ArgumentSchema {
    /// Compiles a schema.
    ///
    /// A schema that cannot be compiled checks nothing: services with a broken
    /// schema work in other clients, and the service has the last word anyway.
    /// One that unfolds to more than can be walked through checks nothing either.
    pub fn compile(schema: &Value) -> Self {
        if unfolded(schema) > MAX_UNFOLDED {
            return Self(None);
        }
        let options = jsonschema::options()
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT));
        Self(options.build(schema).ok())
    }

    /// Whether the schema could be read.
    pub fn is_readable(&self) -> bool {
        self.0.is_some()
    }

    /// Where the arguments do not fit; empty when they do.
    pub fn violations(&self, arguments: &Value) -> Vec<Violation> {
        let Some(validator) = &self.0 else {
            return Vec::new();
        };
        let mut violations = Vec::new();
        for error in validator.iter_errors(arguments).take(MAX_VIOLATIONS) {
            let place = error.instance_path().as_str().to_owned();
            match error.kind() {
                ValidationErrorKind::Required { property } => {
                    let name = property.as_str().unwrap_or_default();
                    violations.push(Violation {
                        pointer: format!("{place}/{}", escaped(name)),
                        message: "This is required.".to_owned(),
                    });
                }
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    violations.extend(unexpected.iter().map(|name| Violation {
                        pointer: format!("{place}/{}", escaped(name)),
                        message: "There is no such argument.".to_owned(),
                    }));
                }
                // The value is named, not repeated: it may be long, or private.
                _ => violations.push(Violation {
                    pointer: place,
                    message: sentence(&error.masked_with("This value").to_string()),
                }),
            }
        }
        violations
    }

    /// Where values filled in ahead do not fit. What they leave out is not missing
    /// yet, so only what is said about the values themselves counts.
    pub fn preset_violations(&self, presets: &Map<String, Value>) -> Vec<Violation> {
        let mut violations = self.violations(&Value::Object(presets.clone()));
        let places: Vec<String> =
            presets.keys().map(|name| format!("/{}", escaped(name))).collect();
        violations.retain(|violation| {
            places.iter().any(|place| {
                let rest = violation.pointer.strip_prefix(place.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        });
        violations
    }
}

/// The library's clause as a sentence, of bearable length.
fn sentence(clause: &str) -> String {
    let mut text: String = clause.chars().take(300).collect();
    if text.chars().count() < clause.chars().count() {
        text.push('…');
    } else if !text.ends_with('.') {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn violations(schema: &Value, arguments: &Value) -> Vec<(String, String)> {
        ArgumentSchema::compile(schema)
            .violations(arguments)
            .into_iter()
            .map(|v| (v.pointer, v.message))
            .collect()
    }

    #[test]
    fn a_missing_argument_is_blamed_on_its_own_field() {
        let schema = json!({"type": "object", "required": ["a/b"]});
        assert_eq!(
            violations(&schema, &json!({})),
            [("/a~1b".to_owned(), "This is required.".to_owned())]
        );
    }

    #[test]
    fn an_unknown_argument_is_blamed_on_its_own_field() {
        let schema = json!({"type": "object", "properties": {}, "additionalProperties": false});
        let found = violations(&schema, &json!({"x": 1}));
        assert_eq!(found, [("/x".to_owned(), "There is no such argument.".to_owned())]);
    }

    #[test]
    fn a_wrong_value_is_named_but_not_repeated() {
        let schema = json!({"properties": {"n": {"type": "integer"}}});
        let found = violations(&schema, &json!({"n": "hunter2"}));
        assert_eq!(found[0].0, "/n");
        assert!(!found[0].1.contains("hunter2"), "{}", found[0].1);
        assert!(found[0].1.starts_with("This value"), "{}", found[0].1);
    }

    #[test]
    fn a_reference_to_elsewhere_is_never_followed() {
        let schema = ArgumentSchema::compile(&json!({"$ref": "http://127.0.0.1:9/schema.json"}));
        assert!(!schema.is_readable());
        assert!(schema.violations(&json!({})).is_empty());
    }

    #[test]
    fn a_schema_that_explodes_is_not_walked_through() {
        let mut definitions = serde_json::Map::new();
        for step in 0..40 {
            let next = json!({ "$ref": format!("#/$defs/d{}", step + 1) });
            definitions.insert(format!("d{step}"), json!({ "allOf": [next, next] }));
        }
        definitions.insert("d40".to_owned(), json!(false));
        let schema = json!({ "type": "object", "$defs": definitions, "$ref": "#/$defs/d0" });
        let schema = ArgumentSchema::compile(&schema);
        assert!(!schema.is_readable());
        assert!(schema.violations(&json!({})).is_empty());
    }

    #[test]
    fn a_pattern_that_explodes_is_given_up() {
        let schema = json!({"properties": {"s": {"type": "string", "pattern": "^(a+)+(?=b)$"}}});
        let found = violations(&schema, &json!({"s": "a".repeat(200)}));
        assert_eq!(found.len(), 1);
    }
}
