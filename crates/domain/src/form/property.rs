//! One property's schema, read into a way to ask for its value.

use serde_json::{Map, Value};

use super::{ChoiceField, FieldKind, FormOption, NumberField, TextField, TextFormat};

/// How to ask for the value that `schema` describes.
pub(super) fn kind(schema: &Value) -> FieldKind {
    schema
        .as_object()
        .and_then(|object| {
            if object.contains_key("enum") || object.contains_key("const") {
                return choice(object);
            }
            match object.get("type")?.as_str()? {
                "string" => text(object),
                "number" => number(object, false),
                "integer" => number(object, true),
                "boolean" => says_only(object, &[]).then_some(FieldKind::Boolean),
                "array" => choices(object),
                _ => None,
            }
        })
        .unwrap_or_else(|| FieldKind::Json(schema.clone()))
}

fn text(schema: &Map<String, Value>) -> Option<FieldKind> {
    let known = ["minLength", "maxLength", "pattern"];
    let media = schema.get("contentMediaType").and_then(Value::as_str).unwrap_or_default();
    let format = match schema.get("format").and_then(Value::as_str) {
        Some("email" | "idn-email") => TextFormat::Email,
        Some("uri" | "url" | "iri") => TextFormat::Url,
        Some("date") => TextFormat::Date,
        Some("time") => TextFormat::Time,
        Some("date-time") => TextFormat::DateTime,
        Some("multiline" | "textarea" | "markdown") => TextFormat::Multiline,
        _ if media.starts_with("text/") => TextFormat::Multiline,
        _ => TextFormat::Plain,
    };
    says_only(schema, &known).then(|| {
        FieldKind::Text(TextField {
            format,
            min_length: count(schema, "minLength"),
            max_length: count(schema, "maxLength"),
            pattern: schema.get("pattern").and_then(Value::as_str).map(str::to_owned),
        })
    })
}

fn number(schema: &Map<String, Value>, is_integer: bool) -> Option<FieldKind> {
    // A field cannot show an open bound. It shows a closed one at the same place, and
    // the one value in question is left to the check of the arguments.
    let known = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
    let bound = |closed: &str, open: &str| {
        schema.get(closed).or_else(|| schema.get(open)).and_then(Value::as_f64)
    };
    says_only(schema, &known).then(|| {
        FieldKind::Number(NumberField {
            is_integer,
            minimum: bound("minimum", "exclusiveMinimum"),
            maximum: bound("maximum", "exclusiveMaximum"),
            multiple_of: schema.get("multipleOf").and_then(Value::as_f64),
        })
    })
}

fn choice(schema: &Map<String, Value>) -> Option<FieldKind> {
    let options = options(schema)?;
    says_only(schema, &["enum", "const"]).then_some(FieldKind::Choice(ChoiceField {
        options,
        allows_multiple: false,
        min_items: None,
        max_items: None,
    }))
}

/// A list is a choice of several when its items are a choice and none counts twice.
fn choices(schema: &Map<String, Value>) -> Option<FieldKind> {
    let items = schema.get("items")?.as_object()?;
    if !says_only(items, &["enum"])
        || !says_only(schema, &["items", "minItems", "maxItems", "uniqueItems"])
    {
        return None;
    }
    Some(FieldKind::Choice(ChoiceField {
        options: options(items)?,
        allows_multiple: true,
        min_items: count(schema, "minItems"),
        max_items: count(schema, "maxItems"),
    }))
}

/// The values to choose from; `None` when one of them cannot be shown on a line.
fn options(schema: &Map<String, Value>) -> Option<Vec<FormOption>> {
    let constant = schema.get("const").map(std::slice::from_ref);
    let values = constant.or_else(|| schema.get("enum")?.as_array().map(Vec::as_slice))?;
    values
        .iter()
        .map(|value| {
            let label = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(yes) => (if *yes { "Yes" } else { "No" }).to_owned(),
                Value::Null => "None".to_owned(),
                Value::Array(_) | Value::Object(_) => return None,
            };
            Some(FormOption { value: value.clone(), label })
        })
        .collect()
}

/// Whether a schema constrains its value by no keyword beyond the `known` ones.
/// Words outside the vocabularies are annotations (2020-12, section 6.5) and
/// constrain nothing.
fn says_only(schema: &Map<String, Value>, known: &[&str]) -> bool {
    schema.keys().map(String::as_str).all(|word| known.contains(&word) || !constrains(word))
}

#[rustfmt::skip]
fn constrains(word: &str) -> bool {
    matches!(
        word,
        "$ref" | "$dynamicRef" | "$recursiveRef" | "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then"
            | "else" | "dependentSchemas" | "dependentRequired" | "dependencies" | "properties"
            | "patternProperties" | "additionalProperties" | "unevaluatedProperties" | "propertyNames"
            | "minProperties" | "maxProperties" | "required" | "items" | "prefixItems"
            | "additionalItems" | "unevaluatedItems" | "contains" | "minContains" | "maxContains"
            | "minItems" | "maxItems" | "uniqueItems" | "enum" | "const" | "minLength" | "maxLength"
            | "pattern" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum"
            | "multipleOf" | "contentSchema"
    )
}

fn count(schema: &Map<String, Value>, word: &str) -> Option<i32> {
    schema.get(word).and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_knows_its_format_and_limits() {
        let FieldKind::Text(field) =
            kind(&json!({"type": "string", "format": "date-time", "minLength": 3}))
        else {
            panic!("not text");
        };
        assert_eq!((field.format, field.min_length), (TextFormat::DateTime, Some(3)));
    }

    #[test]
    fn an_enum_is_a_choice_whatever_its_type() {
        let FieldKind::Choice(field) = kind(&json!({"enum": ["a", 2, null]})) else {
            panic!("not a choice");
        };
        let labels: Vec<_> = field.options.iter().map(|o| o.label.as_str()).collect();
        assert_eq!(labels, ["a", "2", "None"]);
        assert!(!field.allows_multiple);
    }

    #[test]
    fn a_list_of_an_enum_is_a_choice_of_several() {
        let schema = json!({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "maxItems": 2});
        let FieldKind::Choice(field) = kind(&schema) else { panic!("not a choice") };
        assert_eq!((field.allows_multiple, field.max_items), (true, Some(2)));
    }

    #[test]
    fn a_constraint_that_a_field_cannot_show_makes_it_json() {
        for schema in [
            json!({"type": "string", "not": {"const": "x"}}),
            json!({"type": ["string", "null"]}),
            json!({"type": "array", "items": {"type": "string"}}),
            json!({"enum": [{"a": 1}]}),
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            json!({}),
            json!(true),
        ] {
            assert_eq!(kind(&schema), FieldKind::Json(schema.clone()), "{schema}");
        }
    }

    #[test]
    fn words_that_no_vocabulary_knows_do_not_constrain() {
        assert_eq!(kind(&json!({"type": "boolean", "visible": true})), FieldKind::Boolean);
    }
}
