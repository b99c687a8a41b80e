use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::*;

fn compile(schema: &Value) -> Form {
    Form::compile(schema, &Map::new())
}

fn is_one_json_field(form: &Form) -> bool {
    matches!(form.fields.as_slice(), [FormField { kind: FieldKind::Json(_), .. }])
        && !form.is_complete
}

/// Definitions of which each refers to the next one, so often.
fn doubling(word: &str, times: usize, steps: usize) -> Value {
    let mut definitions = Map::new();
    for step in 0..steps {
        let next = json!({ "$ref": format!("#/$defs/d{}", step + 1) });
        let all = vec![next; times];
        let inner = match word {
            "properties" => {
                let named = (0..times).map(|it| (format!("p{it}"), all[it].clone()));
                Value::Object(named.collect())
            }
            _ => all.into(),
        };
        definitions.insert(format!("d{step}"), json!({ "type": "object", word: inner }));
    }
    definitions.insert(format!("d{steps}"), json!({ "type": "string" }));
    json!({ "$defs": definitions, "$ref": "#/$defs/d0" })
}

#[test]
fn references_that_double_at_each_step_end() {
    // What is left are the upper levels, as many as there is room for.
    for (times, fields) in [(2, 62), (10, 110)] {
        let form = compile(&doubling("properties", times, 40));
        assert_eq!(form.fields.len(), fields, "{times}");
        assert!(!form.is_complete);
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        assert!(compile(&doubling(word, 3, 40)).fields.len() <= 1000, "{word}");
    }
}

#[test]
fn what_is_too_much_in_one_place_leaves_the_rest() {
    let branch = |it: usize| {
        json!({ "properties": { format!("p{it}"): { "type": "string" } },
        "required": [format!("p{it}")] })
    };
    let union: Vec<Value> = (0..200).map(branch).collect();
    let form = compile(&json!({ "type": "object",
        "properties": { "u": { "oneOf": union }, "name": { "type": "string" } } }));
    let kinds: Vec<_> = form.fields.iter().map(|it| (it.key.as_str(), &it.kind)).collect();
    assert!(matches!(kinds[..], [("/u", FieldKind::Json(_)), ("/name", FieldKind::Text(_))]));
}

#[test]
fn a_schema_of_many_megabytes_is_not_read() {
    let mut properties = Map::new();
    for number in 0..200_000 {
        properties.insert(format!("property_{number}"), json!({ "type": "string" }));
    }
    let schema = json!({ "type": "object", "properties": properties });
    assert!(is_one_json_field(&compile(&schema)));
    let schema = json!({ "type": "object", "properties": { "a": { "enum": vec!["x"; 500_000] } } });
    assert!(is_one_json_field(&compile(&schema)));
}

#[test]
fn a_long_text_is_not_copied_over_and_over() {
    let text = json!({ "type": "string", "description": "x".repeat(200_000), "default": "y".repeat(200_000) });
    let all = (0..900).map(|it| (format!("p{it}"), json!({ "$ref": "#/$defs/text" })));
    let all: Map<String, Value> = all.collect();
    let schema = json!({ "type": "object", "properties": all,
        "$defs": { "text": text } });
    assert!(is_one_json_field(&compile(&schema)));
}

#[test]
fn wide_unions_end() {
    let branch = |number: usize| {
        json!({ "type": "object", "required": [format!("p{number}")],
        "properties": { format!("p{number}"): { "type": "string" } } })
    };
    for word in ["anyOf", "oneOf"] {
        for count in [120, 3_000] {
            let branches: Vec<Value> = (0..count).map(branch).collect();
            let form =
                compile(&json!({ "type": "object", "properties": { "u": { word: branches } } }));
            assert!(form.fields.len() <= 1000);
            let is_taken_apart = form.fields.len() > count;
            assert_eq!(is_taken_apart, count < 200, "{word} {count}");
        }
    }
}

#[test]
fn unions_of_unions_end() {
    let mut schema = json!({ "type": "string" });
    for _ in 0..12 {
        schema = json!({ "anyOf": [schema, { "type": "object", "properties": { "x": schema } }] });
    }
    assert!(
        compile(&json!({ "type": "object", "properties": { "u": schema } })).fields.len() <= 1000
    );
    let pair = |it: usize| json!({ "anyOf": [{ "required": [format!("a{it}")] }, { "required": [format!("b{it}")] }] });
    let all: Vec<Value> = (0..30).map(pair).collect();
    assert!(compile(&json!({ "type": "object", "allOf": all })).fields.len() <= 1000);
}

#[test]
fn deep_schemas_end() {
    let mut text = String::new();
    for _ in 0..120 {
        let _ = write!(text, r#"{{"type":"array","items":"#);
    }
    text.push_str("{}");
    text.push_str(&"}".repeat(120));
    let deep: Value = serde_json::from_str(&text).unwrap_or_default();
    let form = compile(&json!({ "type": "object", "properties": { "deep": deep } }));
    assert!(form.fields.len() > 10 && form.fields.len() < 30, "{}", form.fields.len());
    // Not with `json!`, which goes through all of a value each time.
    let mut deeper = Map::new();
    for _ in 0..500 {
        let properties = Map::from_iter([("x".to_owned(), Value::Object(deeper))]);
        deeper = Map::from_iter([("properties".to_owned(), Value::Object(properties))]);
    }
    let deeper = Value::Object(deeper);
    assert!(!compile(&deeper).is_complete);
}

#[test]
fn rules_in_great_number_end() {
    let names: Vec<String> = (0..300).map(|it| format!("p{it}")).collect();
    let properties = names.iter().map(|name| (name.clone(), json!({ "type": "string" })));
    let dependent = names.iter().map(|name| (name.clone(), json!(names)));
    let schema = json!({ "type": "object", "properties": properties.collect::<Map<_, _>>(),
        "dependentRequired": dependent.collect::<Map<_, _>>() });
    let form = compile(&schema);
    assert!(!form.is_complete);
    assert!(form.fields.iter().all(|field| field.required_when.len() <= 50));
}

#[test]
fn references_in_circles_end() {
    for schema in [
        json!({ "$ref": "#" }),
        json!({ "allOf": [{ "$ref": "#" }], "type": "object" }),
        json!({ "$ref": "#/$defs/a", "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } } }),
        json!({ "anyOf": [{ "$ref": "#" }, { "type": "object", "properties": { "x": { "$ref": "#" } } }] }),
        json!({ "type": "object", "properties": { "x": { "oneOf": [{ "$ref": "#/properties/x" }, { "$ref": "#" }] } } }),
        json!({ "type": "object", "if": { "$ref": "#" }, "then": { "$ref": "#" }, "else": { "$ref": "#" } }),
        json!({ "type": "object", "dependentSchemas": { "a": { "$ref": "#" } }, "properties": { "a": {} } }),
        json!({ "not": { "$ref": "#" } }),
    ] {
        assert!(compile(&schema).fields.len() <= 1000, "{schema}");
    }
}

#[test]
fn nonsense_is_no_reason_to_fail() {
    let junk = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!("x"),
        json!([1]),
        json!({ "a": [] }),
        json!([{}]),
    ];
    #[rustfmt::skip]
    let words = ["type", "properties", "required", "items", "prefixItems", "additionalProperties", "anyOf", "oneOf",
        "allOf", "not", "if", "then", "else", "enum", "const", "enumNames", "minLength", "maxLength", "minItems",
        "minimum", "exclusiveMinimum", "multipleOf", "pattern", "format", "default", "title", "$ref", "$defs", "$id",
        "$anchor", "$dynamicRef", "dependentRequired", "dependentSchemas", "dependencies", "patternProperties",
        "propertyNames", "minProperties", "uniqueItems", "contains", "unevaluatedProperties", "x-mcp-header"];
    for word in words {
        for value in &junk {
            let schema = json!({ word: value });
            compile(&schema);
            compile(&json!({ "type": "object", "if": schema, "then": schema, "else": schema,
                "properties": { "a": schema, "b": { "type": ["string", "object", "array", "integer"], word: value } } }));
        }
    }
    for schema in junk {
        assert!(compile(&schema).fields.len() <= 1);
    }
}
