//! Do these arguments fit this schema?

mod blame;

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
            blame::blame(&error, 0, &mut violations);
        }
        violations.truncate(MAX_VIOLATIONS);
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
    fn of_several_alternatives_the_one_that_was_meant_is_held_against_the_value() {
        let cat = json!({"properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
            "required": ["kind", "lives"]});
        let dog = json!({"properties": {"kind": {"const": "dog"}, "toys": {"type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["name"]}]}}},
            "required": ["kind"]});
        for word in ["anyOf", "oneOf"] {
            let schema = json!({"properties": {"pet": {word: [cat, dog, {"type": "null"}]}}});
            let found = |pet: Value| violations(&schema, &json!({"pet": pet}));
            let required = |place: &str| vec![(place.to_owned(), "This is required.".to_owned())];
            assert_eq!(found(json!({"kind": "cat"})), required("/pet/lives"));
            assert_eq!(
                found(json!({"kind": "dog", "toys": ["a", {}]})),
                required("/pet/toys/1/name")
            );
            let wrong = found(json!({"kind": "dog", "toys": "hunter2"}));
            assert_eq!((wrong.len(), wrong[0].0.as_str()), (1, "/pet/toys"));
            assert!(!wrong[0].1.contains("hunter2"), "{wrong:?}");
            let unknown = found(json!({"kind": "hunter2"}));
            let none = "This is none of what is possible here.".to_owned();
            assert_eq!(unknown, [("/pet/kind".to_owned(), none)]);
            assert_eq!(found(json!({})), required("/pet/kind"));
        }
    }

    #[test]
    fn a_value_of_none_of_the_kinds_is_blamed_itself() {
        let schema = json!({"properties": {"v": {"anyOf": [{"type": "string"}, {"type": "array"}]},
            "w": {"oneOf": [{"type": "integer"}, {"minimum": 3}]}}});
        let found = violations(&schema, &json!({"v": {"a": 1}, "w": 4}));
        let none = "This is none of what is possible here.".to_owned();
        let twice = "This fits several of what is possible here, and may fit but one.".to_owned();
        assert_eq!(found, [("/v".to_owned(), none), ("/w".to_owned(), twice)]);
        let schema =
            json!({"properties": {"v": {"anyOf": [{"type": "null"}, {"type": "string"}]}}});
        let message = "This value is not of type \"string\".".to_owned();
        assert_eq!(violations(&schema, &json!({"v": 4})), [("/v".to_owned(), message)]);
    }

    #[test]
    fn what_holds_under_a_condition_is_blamed_on_its_own_field() {
        let schema = json!({"if": {"properties": {"by": {"const": "mail"}}},
            "then": {"required": ["mail"]}, "else": {"properties": {"phone": {"minLength": 3}}},
            "dependentRequired": {"by": ["on"]}, "properties": {"no": false}});
        let places = |arguments: Value| {
            let found = violations(&schema, &arguments);
            found.into_iter().map(|(place, _)| place).collect::<Vec<_>>()
        };
        assert_eq!(places(json!({"by": "mail"})), ["/on", "/mail"]);
        assert_eq!(places(json!({"by": "phone", "on": 1, "phone": "1"})), ["/phone"]);
        assert_eq!(
            violations(&schema, &json!({"mail": 1, "no": 2})),
            [("/no".to_owned(), "This must not be given.".to_owned())]
        );
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
