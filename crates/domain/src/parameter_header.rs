//! Arguments that a service wants repeated as headers of HTTP (MCP 2026-07-28, `x-mcp-header`), so
//! that what stands between can route a call without reading it.

use serde_json::{Map, Value};

const KEYWORD: &str = "x-mcp-header";

/// The most headers of one tool, and the longest name of one. Beyond that, servers refuse requests
/// as a whole.
const MAX_HEADERS: usize = 32;
const MAX_NAME: usize = 100;

/// Keywords whose values name schemas.
const NAMED_SCHEMAS: [&str; 5] =
    ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties"];

/// Keywords whose values are data, in which nothing is a keyword.
const DATA: [&str; 5] = ["const", "default", "dependentRequired", "enum", "examples"];

/// Which arguments are repeated as headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterHeaders(Vec<ParameterHeader>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct ParameterHeader {
    path: Vec<String>,
    name: String,
}

/// Why a tool's headers cannot be sent. Such a tool is not offered (MCP 2026-07-28).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHeader {
    /// The keyword is on the schema as a whole, in a list, in an alternative, or the like.
    #[error("it wants something repeated as a header that is not a property of its own")]
    Misplaced,
    /// The name is no text, is empty or too long, or has characters that headers cannot have.
    #[error("it wants a value repeated as a header whose name cannot be one")]
    BadName,
    /// Names of headers do not differ by case alone.
    #[error("it wants two values repeated as the same header")]
    Twice,
    /// Only texts, whole numbers and booleans can be repeated.
    #[error("it wants a value repeated as a header that is no text, whole number or boolean")]
    BadType,
    /// There are more than can be sent.
    #[error("it wants too many values repeated as headers")]
    TooMany,
}

impl ParameterHeaders {
    /// Reads them from the schema of a tool's arguments, whose depth is bounded.
    pub fn read(schema: &Value) -> Result<Self, BadHeader> {
        let mut found = Self::default();
        found.read_schema(schema, Some(&mut Vec::new()))?;
        Ok(found)
    }

    /// `path` leads to the schema by way of properties alone, where something does.
    fn read_schema(
        &mut self,
        schema: &Value,
        mut path: Option<&mut Vec<String>>,
    ) -> Result<(), BadHeader> {
        let Value::Object(keywords) = schema else {
            let Value::Array(items) = schema else { return Ok(()) };
            return items.iter().try_for_each(|item| self.read_schema(item, None));
        };
        for (keyword, value) in keywords {
            match (keyword.as_str(), value) {
                (KEYWORD, name) => self.add(keywords, name, path.as_deref())?,
                ("properties", Value::Object(properties)) => {
                    for (name, property) in properties {
                        let Some(path) = path.as_deref_mut() else {
                            self.read_schema(property, None)?;
                            continue;
                        };
                        path.push(name.clone());
                        self.read_schema(property, Some(path))?;
                        path.pop();
                    }
                }
                (named, Value::Object(schemas)) if NAMED_SCHEMAS.contains(&named) => {
                    schemas.values().try_for_each(|schema| self.read_schema(schema, None))?;
                }
                (data, _) if DATA.contains(&data) => {}
                (_, inner) => self.read_schema(inner, None)?,
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        keywords: &Map<String, Value>,
        name: &Value,
        path: Option<&Vec<String>>,
    ) -> Result<(), BadHeader> {
        let path = path.filter(|path| !path.is_empty()).ok_or(BadHeader::Misplaced)?.clone();
        let name = name.as_str().filter(|name| is_token(name)).ok_or(BadHeader::BadName)?;
        if self.0.iter().any(|header| header.name.eq_ignore_ascii_case(name)) {
            return Err(BadHeader::Twice);
        }
        if !matches!(
            keywords.get("type").and_then(Value::as_str),
            Some("string" | "integer" | "boolean")
        ) {
            return Err(BadHeader::BadType);
        }
        if self.0.len() == MAX_HEADERS {
            return Err(BadHeader::TooMany);
        }
        self.0.push(ParameterHeader { path, name: name.to_owned() });
        Ok(())
    }

    /// The headers of a call, by the names that follow `Mcp-Param-`, with their values as text.
    /// What is absent or null has none.
    pub fn of(&self, arguments: &Map<String, Value>) -> Vec<(&str, String)> {
        let value = |path: &[String]| {
            let (first, rest) = path.split_first()?;
            rest.iter().try_fold(arguments.get(first)?, |value, name| value.get(name))
        };
        let header = |header: &'_ ParameterHeader| {
            let text = match value(&header.path)? {
                Value::String(text) => text.clone(),
                Value::Bool(truth) => truth.to_string(),
                Value::Number(number) => number.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
            };
            Some(text)
        };
        self.0.iter().filter_map(|it| Some((it.name.as_str(), header(it)?))).collect()
    }
}

/// A token of HTTP (RFC 9110, section 5.6.2).
fn is_token(name: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(is_fine)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(name: &Value, kind: &str) -> Value {
        json!({ "type": kind, "x-mcp-header": name })
    }

    fn read(properties: &Value) -> Result<ParameterHeaders, BadHeader> {
        ParameterHeaders::read(&json!({ "type": "object", "properties": properties }))
    }

    #[test]
    fn values_are_found_where_they_are() {
        let headers = read(&json!({
            "region": named(&json!("Region"), "string"),
            "inner": { "type": "object", "properties": {
                "count": named(&json!("Count"), "integer"), "dry": named(&json!("Dry"), "boolean") } },
        }))
        .unwrap();
        let arguments = json!({ "region": "eu", "inner": { "count": 3, "dry": false } });
        let mut values = headers.of(arguments.as_object().unwrap());
        values.sort();
        let text = |text: &str| text.to_owned();
        assert_eq!(values, [("Count", text("3")), ("Dry", text("false")), ("Region", text("eu"))]);
        let arguments = json!({ "region": null, "inner": 7 });
        assert_eq!(headers.of(arguments.as_object().unwrap()), []);
    }

    #[test]
    fn what_cannot_be_a_header_is_said() {
        let text = |name: &str| named(&json!(name), "string");
        for (properties, why) in [
            (json!({ "a": text("") }), BadHeader::BadName),
            (json!({ "a": text("no: colon") }), BadHeader::BadName),
            (json!({ "a": named(&json!(7), "string") }), BadHeader::BadName),
            (json!({ "a": text("A"), "b": text("a") }), BadHeader::Twice),
            (json!({ "a": named(&json!("A"), "number") }), BadHeader::BadType),
            (json!({ "a": { "type": "array", "items": text("A") } }), BadHeader::Misplaced),
            (json!({ "a": { "anyOf": [text("A")] } }), BadHeader::Misplaced),
        ] {
            assert_eq!(read(&properties), Err(why), "{properties}");
        }
        let whole = json!({ "type": "object", "x-mcp-header": "A" });
        assert_eq!(ParameterHeaders::read(&whole), Err(BadHeader::Misplaced));
    }

    #[test]
    fn a_property_may_be_named_like_the_keyword() {
        let properties =
            json!({ "x-mcp-header": { "type": "string" }, "enum": { "type": "string" } });
        assert_eq!(read(&properties), Ok(ParameterHeaders::default()));
        let data =
            json!({ "a": { "default": { "x-mcp-header": 1 }, "enum": [{ "x-mcp-header": 1 }] } });
        assert_eq!(read(&data), Ok(ParameterHeaders::default()));
    }
}
