//! What the specification knows, and what has the shape that it wants.

use serde_json::Value;

/// Keywords of the specification that constrain a value.
pub(super) const CONSTRAINTS: [&str; 29] = [
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "prefixItems",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "if",
    "not",
    "$dynamicRef",
];

/// The types there are.
pub(super) const KINDS: [&str; 7] =
    ["string", "number", "integer", "boolean", "array", "object", "null"];

/// How many values there are in one, up to `limit`.
pub(super) fn size(value: &Value, limit: usize) -> usize {
    let sum = |mut values: &mut dyn Iterator<Item = &Value>| {
        let mut sum = 1;
        for value in &mut values {
            if sum >= limit {
                break;
            }
            sum += size(value, limit - sum);
        }
        sum
    };
    match value {
        Value::Array(items) => sum(&mut items.iter()),
        Value::Object(fields) => sum(&mut fields.values()),
        // What is copied has to be paid for.
        Value::String(text) => 1 + text.len() / 64,
        _ => 1,
    }
}

/// Whether a keyword says something of the kind that the specification wants.
pub(super) fn is_well_formed(keyword: &str, value: &Value) -> bool {
    match keyword {
        "type" => value.as_str().is_some_and(|kind| KINDS.contains(&kind)),
        "title" | "description" | "format" | "pattern" => value.is_string(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            value.is_number()
        }
        "minItems" | "maxItems" | "minLength" | "maxLength" | "minProperties" | "maxProperties" => {
            value.is_u64()
        }
        "required" => value.as_array().is_some_and(|names| names.iter().all(Value::is_string)),
        "nullable" | "additionalProperties" => value.is_boolean(),
        "const" | "default" => true,
        // Whatever is of the right shape was looked into before.
        _ => false,
    }
}

pub(super) fn is_plain(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (1..=64).contains(&name.len()) && name.chars().all(is_plain)
}
