//! From a schema to the fields.

use serde_json::{Map, Value};

use super::{FieldKind, Form, FormField, escaped, property};

/// Keywords that constrain an object beyond its properties one by one. A form
/// that ignored them would promise arguments that the service then refuses.
const BEYOND_PROPERTIES: [&str; 14] = [
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "const",
];

impl Form {
    /// Reads a schema. `presets` are the viewer's own values, by name; they are
    /// shown instead of the service's defaults.
    pub fn compile(schema: &Value, presets: &Map<String, Value>) -> Self {
        let Some(properties) = flat_properties(schema) else {
            return Self { fields: vec![whole(schema, presets)], is_complete: false };
        };
        let required: Vec<&str> = schema["required"]
            .as_array()
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let fields: Vec<FormField> = properties
            .iter()
            .map(|(name, property)| FormField {
                pointer: format!("/{}", escaped(name)),
                label: property["title"].as_str().map_or_else(|| humanized(name), str::to_owned),
                description: property["description"].as_str().map(str::to_owned),
                is_required: required.contains(&name.as_str()),
                default_value: presets.get(name).or_else(|| property.get("default")).cloned(),
                kind: property::kind(property),
            })
            .collect();
        let is_complete = !fields.iter().any(|field| matches!(field.kind, FieldKind::Json(_)));
        Self { fields, is_complete }
    }
}

/// The properties, when they are all there is to know about the arguments.
fn flat_properties(schema: &Value) -> Option<Map<String, Value>> {
    let object = schema.as_object()?;
    let is_object = match object.get("type") {
        Some(kind) => kind == "object",
        None => object.contains_key("properties"),
    };
    let is_open = match object.get("additionalProperties") {
        None | Some(Value::Bool(_)) => false,
        Some(Value::Object(rest)) => !rest.is_empty(),
        Some(_) => true,
    };
    if !is_object || is_open || BEYOND_PROPERTIES.iter().any(|word| object.contains_key(*word)) {
        return None;
    }
    match object.get("properties") {
        None => Some(Map::new()),
        Some(properties) => properties.as_object().cloned(),
    }
}

/// One field for the whole of the arguments.
fn whole(schema: &Value, presets: &Map<String, Value>) -> FormField {
    FormField {
        pointer: String::new(),
        label: schema["title"].as_str().unwrap_or("Arguments").to_owned(),
        description: schema["description"].as_str().map(str::to_owned),
        is_required: true,
        default_value: (!presets.is_empty()).then(|| Value::Object(presets.clone())),
        kind: FieldKind::Json(schema.clone()),
    }
}

/// `issue_number` and `issueNumber` as "Issue number", for services that give no title.
fn humanized(name: &str) -> String {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compile(schema: &Value) -> Form {
        Form::compile(schema, &Map::new())
    }

    #[test]
    fn fields_come_in_the_order_the_service_wrote_them() {
        let form = compile(&json!({
            "type": "object",
            "properties": {
                "zone": {"type": "string"},
                "amount": {"type": "integer", "minimum": 1},
                "isUrgent": {"type": "boolean", "default": false},
            },
            "required": ["amount"],
        }));
        let seen: Vec<_> = form
            .fields
            .iter()
            .map(|f| (f.pointer.as_str(), f.label.as_str(), f.is_required))
            .collect();
        assert_eq!(
            seen,
            [
                ("/zone", "Zone", false),
                ("/amount", "Amount", true),
                ("/isUrgent", "Is urgent", false)
            ]
        );
        assert_eq!(form.fields[2].default_value, Some(json!(false)));
        assert!(form.is_complete);
    }

    #[test]
    fn what_has_no_field_is_edited_as_json_and_the_form_says_so() {
        let form = compile(&json!({
            "type": "object",
            "properties": {"where": {"type": "object", "properties": {"x": {"type": "number"}}}},
        }));
        assert!(matches!(form.fields[0].kind, FieldKind::Json(_)));
        assert!(!form.is_complete);
    }

    #[test]
    fn a_schema_that_says_more_than_its_properties_is_one_json_field() {
        for schema in [
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "anyOf": []}),
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"$ref": "#/$defs/x"}),
            json!({"type": "array"}),
            json!(true),
        ] {
            let form = compile(&schema);
            assert_eq!(form.fields.len(), 1, "{schema}");
            assert_eq!(form.fields[0].pointer, "");
            assert_eq!(form.fields[0].kind, FieldKind::Json(schema));
            assert!(!form.is_complete);
        }
    }

    #[test]
    fn a_tool_without_arguments_has_an_empty_complete_form() {
        for schema in [json!({"type": "object"}), json!({"type": "object", "properties": {}})] {
            assert_eq!(compile(&schema), Form { fields: vec![], is_complete: true });
        }
    }

    #[test]
    fn presets_are_shown_instead_of_defaults() {
        let schema =
            json!({"type": "object", "properties": {"a": {"type": "string", "default": "theirs"}}});
        let presets = Map::from_iter([("a".to_owned(), json!("mine"))]);
        assert_eq!(Form::compile(&schema, &presets).fields[0].default_value, Some(json!("mine")));
    }

    #[test]
    fn names_with_slashes_and_tildes_keep_their_pointer() {
        let form = compile(&json!({"type": "object", "properties": {"a/b~c": {"type": "string"}}}));
        let pointer = &form.fields[0].pointer;
        assert_eq!(json!({"a/b~c": 1}).pointer(pointer), Some(&json!(1)));
    }
}
