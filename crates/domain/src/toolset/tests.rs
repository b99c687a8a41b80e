use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::{Clock, new_id};

const ALL: [ToolDialect; 4] =
    [ToolDialect::Openai, ToolDialect::Anthropic, ToolDialect::Gemini, ToolDialect::Mcp];

/// What a vendor's documentation says a schema of arguments may be.
fn published(dialect: ToolDialect) -> Value {
    let kinds = ["string", "number", "integer", "boolean", "array", "object", "null"];
    let count = json!({ "type": "integer", "minimum": 0 });
    let (number, text) = (json!({ "type": "number" }), json!({ "type": "string" }));
    let named = json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/schema" } });
    let several = json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/schema" } });
    let names = json!({ "type": "array", "items": text });
    match dialect {
        ToolDialect::Openai => {
            let formats = [
                "date-time",
                "time",
                "date",
                "duration",
                "email",
                "hostname",
                "ipv4",
                "ipv6",
                "uuid",
            ];
            json!({
                "allOf": [{ "$ref": "#/$defs/schema" }],
                "properties": { "type": { "const": "object" }, "anyOf": false },
                "required": ["type", "properties"],
                "$defs": { "schema": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "type": { "anyOf": [
                            { "enum": kinds }, { "type": "array", "items": { "enum": kinds } } ] },
                        "description": text, "properties": named, "required": names,
                        "additionalProperties": {}, "items": { "$ref": "#/$defs/schema" },
                        "enum": { "type": "array" }, "const": {}, "anyOf": several,
                        "format": { "enum": formats }, "pattern": text, "minimum": number,
                        "maximum": number, "exclusiveMinimum": number,
                        "exclusiveMaximum": number, "multipleOf": number, "minItems": count,
                        "maxItems": count,
                    },
                } },
            })
        }
        ToolDialect::Gemini => json!({
            "allOf": [{ "$ref": "#/$defs/schema" }],
            "properties": { "type": { "const": "object" }, "anyOf": false },
            "required": ["type"],
            "$defs": { "schema": {
                "type": "object",
                "additionalProperties": false,
                "anyOf": [{ "required": ["type"] }, { "required": ["anyOf"] }],
                "properties": {
                    "type": { "enum": kinds }, "title": text, "description": text,
                    "format": { "enum": ["enum", "date-time", "float", "double", "int32", "int64"] },
                    "nullable": { "type": "boolean" },
                    "enum": { "type": "array", "items": text }, "default": {},
                    "maxItems": count, "minItems": count, "minProperties": count,
                    "maxProperties": count, "minLength": count, "maxLength": count,
                    "pattern": text, "minimum": number, "maximum": number, "anyOf": several,
                    "items": { "$ref": "#/$defs/schema" }, "properties": named,
                    "required": names,
                },
            } },
        }),
        ToolDialect::Anthropic => json!({
            "$ref": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": { "const": "object" }, "anyOf": false, "oneOf": false, "allOf": false,
                "properties": { "propertyNames": { "pattern": "^[a-zA-Z0-9_.-]{1,64}$" } },
            },
        }),
        ToolDialect::Mcp => json!({ "type": "object" }),
    }
}

fn tool(name: &str, input_schema: Value) -> ToolDefinition {
    ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: Some("Does something.".to_owned()),
        input_schema,
        output_schema: None,
        hints: ToolHints::default(),
        icons: Vec::new(),
        app: None,
    }
}

fn schema(dialect: ToolDialect, definition: &Value) -> &Value {
    match dialect {
        ToolDialect::Openai => &definition["function"]["parameters"],
        ToolDialect::Anthropic => &definition["input_schema"],
        ToolDialect::Gemini => &definition["parameters"],
        ToolDialect::Mcp => &definition["inputSchema"],
    }
}

fn lost(dialect: ToolDialect, input_schema: Value) -> (Value, Vec<String>) {
    let ModelTool { definition, losses } = dialect.tool("it", &tool("it", input_schema));
    let keywords = losses.iter().map(|loss| format!("{} {}", loss.pointer, loss.keyword)).collect();
    (schema(dialect, &definition).clone(), keywords)
}

/// One of each construct, and what breaks other products.
fn odd_schemas() -> Vec<Value> {
    let text = json!({ "type": "string" });
    let tree = json!({ "type": "object", "properties": { "children": {
        "type": "array", "items": { "$ref": "#/$defs/node" } } } });
    vec![
        json!({}),
        json!(true),
        json!(false),
        json!({ "type": "object" }),
        json!({ "type": "array", "items": text }),
        json!({ "type": "object", "properties": { "a": {}, "b": true, "c": { "not": {} } } }),
        json!({ "properties": { "a": { "type": ["string", "null"] } } }),
        json!({ "properties": { "a": { "anyOf": [text, { "type": "null" }] } } }),
        json!({ "properties": { "a": { "oneOf": [{ "const": 1 }, { "type": "object",
            "properties": { "x": text }, "required": ["x", "y"] }] } } }),
        json!({ "anyOf": [{ "properties": { "a": text }, "required": ["a"] },
            { "properties": { "b": text }, "required": ["b"] }] }),
        json!({ "allOf": [{ "properties": { "a": text } }, { "required": ["a"] }], "if": {} }),
        json!({ "$ref": "#/$defs/node", "$defs": { "node": tree } }),
        json!({ "properties": { "a": { "$ref": "https://example.com/x" } } }),
        json!({ "properties": { "a": { "$dynamicRef": "#x" }, "b c": text, "ü": text } }),
        json!({ "properties": { "a": { "type": "array", "items": [text, text] } } }),
        json!({ "properties": { "a": { "enum": [1, "two", null] }, "b": { "const": [1] } } }),
        json!({ "properties": { "a": { "type": "string", "format": "uri", "minLength": 2 } } }),
        json!({ "type": "object", "additionalProperties": { "type": "integer" }, "required": 7 }),
        json!({ "type": "nonsense", "properties": 3 }),
        json!({ "properties": { "a": { "patternProperties": { "^x": text }, "x-mcp-header": "A",
            "dependentRequired": { "a": ["b"] } } } }),
    ]
}

fn assert_published(dialect: ToolDialect, published: &Validator, input: &Value) {
    let ModelTool { definition, .. } = dialect.tool("it", &tool("it", input.clone()));
    let reduced = schema(dialect, &definition);
    let errors: Vec<String> = published
        .iter_errors(reduced)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{dialect:?}: {input}\n{reduced}\n{errors:#?}");
}

#[test]
fn every_schema_is_reduced_to_what_its_vendor_publishes() {
    for dialect in [ToolDialect::Openai, ToolDialect::Anthropic, ToolDialect::Gemini] {
        let published = jsonschema::validator_for(&published(dialect)).unwrap();
        for input in odd_schemas() {
            assert_published(dialect, &published, &input);
        }
    }
}

#[test]
fn mcp_gets_back_what_it_gave() {
    for input in odd_schemas() {
        assert_eq!(lost(ToolDialect::Mcp, input.clone()), (input, Vec::new()));
    }
}

#[test]
fn what_is_left_out_is_named_where_it_was() {
    let input = json!({ "type": "object", "properties": {
        "link": { "type": "string", "format": "uri", "maxLength": 9, "default": "x" },
        "kind": { "enum": [1, 2] },
    } });
    let (schema, losses) = lost(ToolDialect::Openai, input.clone());
    assert_eq!(losses, ["/properties/link format", "/properties/link maxLength"]);
    assert_eq!(schema["properties"]["link"]["description"], "Default: \"x\".");
    let (schema, losses) = lost(ToolDialect::Gemini, input);
    assert_eq!(losses, ["/properties/link format", "/properties/kind enum"]);
    assert_eq!(schema["properties"]["link"]["maxLength"], 9);
    assert_eq!(schema["properties"]["kind"]["description"], "One of 1, 2.");
}

#[test]
fn references_are_followed_as_far_as_they_do_not_lead_back() {
    let node = json!({ "type": "object", "properties": {
        "name": { "$ref": "#/$defs/text" }, "next": { "$ref": "#/$defs/node" } } });
    let input = json!({ "type": "object", "properties": { "list": { "$ref": "#/$defs/node" } },
        "$defs": { "node": node, "text": { "type": "string" } } });
    let (schema, losses) = lost(ToolDialect::Openai, input);
    assert_eq!(schema["properties"]["list"]["properties"]["name"], json!({ "type": "string" }));
    assert_eq!(losses, ["/properties/list/properties/next $ref"]);
}

#[test]
fn definitions_that_double_at_each_step_end() {
    let mut definitions = Map::new();
    for step in 0..60 {
        let next = json!({ "$ref": format!("#/$defs/d{}", step + 1) });
        let both = json!({ "type": "object", "properties": { "a": next, "b": next } });
        definitions.insert(format!("d{step}"), both);
    }
    let input = json!({ "$ref": "#/$defs/d0", "$defs": definitions });
    for dialect in ALL {
        let ModelTool { definition, .. } = dialect.tool("it", &tool("it", input.clone()));
        assert!(definition.to_string().len() < 4_000_000);
    }
}

#[test]
fn long_chains_and_long_texts_end() {
    let links: Map<String, Value> = (0..4000)
        .map(|n| (format!("l{n}"), json!({ "$ref": format!("#/d/l{}", n + 1) })))
        .collect();
    let chain = json!({ "$ref": "#/d/l0", "d": links });
    let texts: Map<String, Value> =
        (0..5000).map(|n| (format!("p{n}"), json!({ "$ref": "#/d/long" }))).collect();
    let long = json!({ "type": "string", "description": "x".repeat(100_000) });
    let texts = json!({ "type": "object", "properties": texts, "d": { "long": long } });
    for dialect in ALL {
        for input in [&chain, &texts] {
            let ModelTool { definition, .. } = dialect.tool("it", &tool("it", input.clone()));
            assert!(definition.to_string().len() < 4_000_000, "{dialect:?}");
        }
    }
}

#[test]
fn an_object_of_alternatives_keeps_what_all_of_them_have() {
    let alternative = |own: &str| {
        json!({ "type": "object", "required": ["kind", own],
        "properties": { "kind": { "type": "string" }, own: { "type": "string" } } })
    };
    let input = json!({ "oneOf": [alternative("url"), alternative("file")] });
    let (schema, losses) = lost(ToolDialect::Anthropic, input);
    let names: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["kind", "url", "file"]);
    assert_eq!((&schema["required"], losses), (&json!(["kind"]), vec![" oneOf".to_owned()]));
}

#[test]
fn names_are_plain_unique_and_lasting() {
    let clock = Clock::system();
    let (first, second) = (new_id(&clock), new_id(&clock));
    let github = "GITHUB".parse().unwrap();
    let (one, other) = (ModelName::of(&github, first), ModelName::of(&github, second));
    assert!(one.tool("create_issue").starts_with("github__create_issue_"));
    assert_ne!(one.tool("create_issue"), other.tool("create_issue"));
    assert_eq!(other.tool("create_issue"), ModelName::of(&github, second).tool("create_issue"));
    let long = "x".repeat(200);
    let names = ["a.b", "a_b", "a/b", long.as_str(), &long[1..], "会議", "会話", ""];
    let mut seen: Vec<String> = names.iter().map(|name| one.tool(name)).collect();
    for name in &seen {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        assert!(name.len() <= 64 && name.chars().all(is_plain), "{name}");
        assert!(name.starts_with(|c: char| c.is_ascii_alphabetic()) && one.may_be(name), "{name}");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), names.len());
}

#[test]
fn calls_are_taken_as_they_come() {
    let arguments = json!({ "a": 1 });
    let text = arguments.to_string();
    let calls = [
        (
            ToolDialect::Openai,
            json!({ "id": "call_1", "type": "function",
            "function": { "name": "it", "arguments": text } }),
        ),
        (
            ToolDialect::Openai,
            json!({ "type": "function_call", "call_id": "call_1", "name": "it",
            "arguments": text }),
        ),
        (
            ToolDialect::Anthropic,
            json!({ "type": "tool_use", "id": "call_1", "name": "it",
            "input": arguments }),
        ),
        (
            ToolDialect::Gemini,
            json!({ "functionCall": { "id": "call_1", "name": "it",
            "args": arguments } }),
        ),
        (
            ToolDialect::Mcp,
            json!({ "id": "call_1", "method": "tools/call",
            "params": { "name": "it", "arguments": arguments } }),
        ),
    ];
    for (dialect, call) in calls {
        let read = ModelCall::read(dialect, &call).unwrap();
        assert_eq!((read.id.as_deref(), read.name.as_str()), (Some("call_1"), "it"), "{call}");
        assert_eq!(Value::Object(read.arguments), arguments, "{call}");
    }
    let broken = json!({ "function": { "name": "it", "arguments": "{\"a\": " } });
    assert_eq!(ModelCall::read(ToolDialect::Openai, &broken), Err(NotACall::Arguments));
    for (dialect, odd) in ALL.iter().flat_map(|it| [(*it, json!(7)), (*it, json!({}))]) {
        assert_eq!(ModelCall::read(dialect, &odd), Err(NotACall::Shape));
    }
}

#[test]
fn a_result_is_told_in_the_vendors_words() {
    let result = InvocationResult {
        content: vec![json!({ "type": "text", "text": "Hi" }), json!({ "type": "image" })],
        structured_content: Some(json!({ "a": 1 })),
        ..InvocationResult::default()
    };
    let reply = |dialect: ToolDialect| dialect.reply(Some("call_1"), "it", &result);
    assert_eq!(
        reply(ToolDialect::Openai),
        json!({ "role": "tool", "tool_call_id": "call_1", "content": "Hi\n[image]" })
    );
    assert_eq!(reply(ToolDialect::Anthropic)["tool_use_id"], "call_1");
    assert_eq!(reply(ToolDialect::Gemini)["functionResponse"]["response"]["output"]["a"], 1);
    assert_eq!(reply(ToolDialect::Mcp)["content"][1]["type"], "image");
}

fn any_schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!({ "type": "string", "format": "uri", "enum": ["a", "b"] })),
        Just(json!({ "type": ["integer", "null"], "minimum": 1, "default": 2 })),
        Just(json!({ "const": 3 })),
        Just(json!({ "$ref": "#" })),
        Just(json!({ "$ref": "#/properties/a" })),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::btree_map("[a-z ü]{1,3}", inner.clone(), 0..3)
                .prop_map(|it| json!({ "type": "object", "properties": it, "required": ["a"] })),
            inner.clone().prop_map(|it| json!({ "type": "array", "items": it })),
            proptest::collection::vec(inner.clone(), 1..3).prop_map(|it| json!({ "anyOf": it })),
            proptest::collection::vec(inner.clone(), 1..3).prop_map(|it| json!({ "oneOf": it })),
            proptest::collection::vec(inner, 1..3).prop_map(|it| json!({ "allOf": it })),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_a_service_says_a_vendor_is_told_what_it_takes(input in any_schema()) {
        for dialect in [ToolDialect::Openai, ToolDialect::Anthropic, ToolDialect::Gemini] {
            let published = jsonschema::validator_for(&published(dialect)).unwrap();
            assert_published(dialect, &published, &input);
        }
    }
}
