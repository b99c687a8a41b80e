//! Schemas made at random, of the constructs that forms know.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A schema of arguments, with a definition that grows from itself.
pub(crate) fn schema() -> impl Strategy<Value = Value> {
    (members(3), vec(value(2), 2), any::<bool>()).prop_map(|(mut schema, definitions, is_tree)| {
        let [first, second] = &definitions[..] else { unreachable!("two were asked for") };
        let mut node = json!({ "type": "object", "properties": { "name": { "type": "string" } } });
        if is_tree {
            node["properties"]["next"] = json!({ "$ref": "#/$defs/node" });
        }
        schema["$defs"] = json!({ "first": first, "second": second, "node": node });
        schema
    })
}

/// What a value may be, so many levels deep.
fn value(depth: u32) -> BoxedStrategy<Value> {
    if depth == 0 {
        return leaf().boxed();
    }
    prop_oneof![
        6 => leaf(),
        2 => members(depth),
        2 => list(depth),
        2 => value(depth - 1).prop_map(|it| nullable(&it)),
        2 => tagged(depth),
        1 => kinds(depth),
        1 => merged(depth),
        1 => reference(),
    ]
    .boxed()
}

fn reference() -> impl Strategy<Value = Value> {
    prop_oneof![Just("first"), Just("second"), Just("node")]
        // Definitions are made of leaves and more, but a reference in them may go round.
        .prop_map(|name| json!({ "$ref": format!("#/$defs/{name}") }))
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        (option::of(0..4_u8), option::of(4..9_u8)).prop_map(|(min, max)| {
            let mut schema = json!({ "type": "string" });
            if let Some(min) = min {
                schema["minLength"] = min.into();
            }
            if let Some(max) = max {
                schema["maxLength"] = max.into();
            }
            schema
        }),
        prop_oneof![Just("email"), Just("date-time"), Just("uri"), Just("password")]
            .prop_map(|format| json!({ "type": "string", "format": format })),
        (option::of(-9..3_i8), option::of(4..9_i8), 1..3_u8).prop_map(|(min, max, step)| {
            let mut schema = json!({ "type": "integer", "multipleOf": step });
            if let Some(min) = min {
                schema["exclusiveMinimum"] = min.into();
            }
            if let Some(max) = max {
                schema["maximum"] = max.into();
            }
            schema
        }),
        Just(json!({ "type": "number", "exclusiveMinimum": 0 })),
        Just(json!({ "type": "boolean", "default": true })),
        Just(json!({ "enum": ["a", "b", 3, null] })),
        Just(json!({ "const": "fixed" })),
        Just(json!({ "oneOf": [{ "const": 1, "title": "One" }, { "const": 2 }] })),
        Just(json!({ "type": "array", "items": { "enum": ["x", "y", "z"] }, "minItems": 1 })),
        Just(json!({ "type": ["string", "null"], "x-mcp-header": "Word" })),
        Just(json!({ "type": ["string", "number", "boolean"] })),
        Just(json!({ "anyOf": [{ "type": "string", "maxLength": 3 }, { "type": "null" }],
            "default": null })),
    ]
}

fn nullable(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn list(depth: u32) -> impl Strategy<Value = Value> {
    (value(depth - 1), 0..2_u8, option::of(2..4_u8)).prop_map(|(items, min, max)| {
        let mut schema = json!({ "type": "array", "items": items, "minItems": min });
        if let Some(max) = max {
            schema["maxItems"] = max.into();
        }
        schema
    })
}

/// An object: properties, what is needed, whether there may be others, and what holds
/// under a condition.
fn members(depth: u32) -> BoxedStrategy<Value> {
    let property = prop_oneof![Just("a"), Just("b/c"), Just("d~e"), Just("snake_case"), Just("-")];
    let properties = vec((property, value(depth - 1), any::<bool>()), 0..4);
    (properties, any::<bool>(), 0..8_u8, leaf())
        .prop_map(|(properties, is_closed, condition, extra)| {
            let mut required = Vec::new();
            let mut named = Map::new();
            for (name, schema, is_required) in properties {
                if is_required && !required.contains(&name) {
                    required.push(name);
                }
                named.insert(name.to_owned(), schema);
            }
            let mut schema = json!({ "type": "object", "properties": named, "required": required });
            conditional(&mut schema, condition, &extra);
            if is_closed {
                schema["additionalProperties"] = false.into();
            }
            schema
        })
        .boxed()
}

fn conditional(schema: &mut Value, condition: u8, extra: &Value) {
    let is_on = json!({ "properties": { "mode": { "const": "on" } }, "required": ["mode"] });
    let mode = json!({ "enum": ["on", "off", "auto"] });
    let then = json!({ "properties": { "more": extra }, "required": ["more"] });
    match condition {
        0 => {
            schema["properties"]["mode"] = mode;
            schema["properties"]["more"] = json!(true);
            schema["if"] = is_on;
            schema["then"] = then;
        }
        1 => {
            schema["properties"]["mode"] = mode;
            schema["properties"]["more"] = json!({ "type": "string" });
            schema["if"] = json!({ "properties": { "mode": { "enum": ["on", "off"] } } });
            schema["then"] = json!({ "required": ["more"] });
            schema["else"] = json!({ "properties": { "more": { "maxLength": 2 } } });
        }
        2 => {
            schema["properties"]["left"] = json!({ "type": "integer" });
            schema["properties"]["right"] = extra.clone();
            schema["dependentRequired"] = json!({ "left": ["right"] });
        }
        3 => {
            schema["properties"]["left"] = json!({ "type": "integer" });
            schema["properties"]["more"] = json!(true);
            schema["dependentSchemas"] = json!({ "left": then });
        }
        _ => {}
    }
}

/// One of several objects, told apart by a property.
fn tagged(depth: u32) -> impl Strategy<Value = Value> {
    let branches = vec(members(depth), 2..4);
    (branches, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(branches, is_one, is_required, has_shared)| {
            let tag = |(number, mut branch): (usize, Value)| {
                branch["properties"]["tag"] = json!({ "const": format!("kind_{number}") });
                if is_required {
                    branch["required"].as_array_mut().unwrap().push(json!("tag"));
                }
                branch
            };
            let branches: Vec<Value> = branches.into_iter().enumerate().map(tag).collect();
            let mut schema = json!({ if is_one { "oneOf" } else { "anyOf" }: branches });
            let is_open = |it: &Value| it.get("additionalProperties").is_none();
            if has_shared && schema["oneOf"].as_array().is_none_or(|all| all.iter().all(is_open)) {
                schema["properties"] = json!({ "shared": { "type": "string" } });
                schema["type"] = json!("object");
            }
            schema
        },
    )
}

/// One of several kinds of values.
fn kinds(depth: u32) -> impl Strategy<Value = Value> {
    (members(depth), list(depth), any::<bool>()).prop_map(|(object, list, is_one)| {
        json!({ if is_one { "oneOf" } else { "anyOf" }: [
            { "type": "string", "maxLength": 5 }, object, list, { "type": "integer" },
        ] })
    })
}

/// Two objects at once.
fn merged(depth: u32) -> impl Strategy<Value = Value> {
    (members(depth), members(depth)).prop_map(|(one, other)| json!({ "allOf": [one, other] }))
}
