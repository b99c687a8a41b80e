//! A schema, reduced to what a vendor takes.

mod references;
mod words;

use serde_json::{Map, Value, json};

use self::words::{CONSTRAINTS, KINDS, is_plain, is_well_formed};
use super::merge;
use super::rules::Rules;
use crate::form::escaped;

/// How many values are looked at, each 64 bytes of a text counting as one. What lies beyond is any
/// value.
const MAX_WORK: usize = 20_000;

/// How many references may lead to one another.
const MAX_CHAIN: usize = 64;

/// The most losses that are named.
const MAX_LOSSES: usize = 100;

/// Something of a schema that a vendor does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaLoss {
    /// Where. JSON Pointer into the schema as the service wrote it.
    pub pointer: String,
    /// Which keyword, or what about it.
    pub keyword: String,
}

/// The schema that the vendor is told, and what is not in it.
pub(super) fn reduce(schema: &Value, rules: &Rules) -> (Value, Vec<SchemaLoss>) {
    if rules.takes_everything() {
        return (schema.clone(), Vec::new());
    }
    let mut reducer =
        Reducer { root: schema, rules, losses: Vec::new(), work: 0, choices: 0, trail: Vec::new() };
    let reduced = reducer.top(schema);
    // A request with one schema that is none is refused with all the others.
    if rules.keywords.is_empty() && !jsonschema::draft202012::meta::is_valid(&reduced) {
        let losses = vec![SchemaLoss { pointer: String::new(), keyword: "invalid".to_owned() }];
        return (json!({ "type": "object", "properties": {} }), losses);
    }
    (reduced, reducer.losses)
}

struct Reducer<'a> {
    root: &'a Value,
    rules: &'a Rules,
    losses: Vec<SchemaLoss>,
    work: usize,
    choices: usize,
    /// The references that are being followed.
    trail: Vec<String>,
}

impl Reducer<'_> {
    fn lose(&mut self, at: &str, keyword: &str) {
        if self.losses.len() < MAX_LOSSES {
            self.losses.push(SchemaLoss { pointer: at.to_owned(), keyword: keyword.to_owned() });
        }
    }

    /// The arguments as a whole: an object, whatever the schema says.
    fn top(&mut self, schema: &Value) -> Value {
        let mut object = self.flat(schema, "", true);
        for keyword in ["anyOf", "oneOf"] {
            if let Some(Value::Array(alternatives)) = object.remove(keyword) {
                self.lose("", keyword);
                let alternatives: Vec<Value> = alternatives
                    .iter()
                    .enumerate()
                    .map(|(n, one)| Value::Object(self.flat(one, &format!("/{keyword}/{n}"), true)))
                    .collect();
                merge::both(&mut object, &merge::any(&alternatives));
            }
        }
        object.insert("type".to_owned(), "object".into());
        let mut top = self.object(object, "", 0);
        if top.get("properties").is_none() {
            top.insert("properties".to_owned(), json!({}));
        }
        Value::Object(top)
    }

    fn schema(&mut self, schema: &Value, at: &str, depth: usize) -> Value {
        self.work += 1;
        if self.work >= MAX_WORK || depth > self.rules.max_depth {
            self.lose(at, "depth");
            return json!({ "type": "object" });
        }
        let object = self.flat(schema, at, false);
        Value::Object(self.object(object, at, depth))
    }

    fn object(&mut self, object: Map<String, Value>, at: &str, depth: usize) -> Map<String, Value> {
        let mut reduced = Map::new();
        for (keyword, value) in object {
            let place = format!("{at}/{}", escaped(&keyword));
            match (keyword.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    let properties = self.properties(&properties, &place, depth);
                    reduced.insert(keyword, Value::Object(properties));
                }
                ("items", items @ (Value::Object(_) | Value::Bool(_))) => {
                    let items = self.schema(&items, &place, depth + 1);
                    reduced.insert(keyword, items);
                }
                ("anyOf" | "oneOf", Value::Array(alternatives)) => {
                    self.alternatives(&mut reduced, &keyword, &alternatives, at, depth);
                }
                ("type", Value::Array(types)) => self.types(&mut reduced, types, at),
                ("enum", Value::Array(choices)) => self.enumeration(&mut reduced, choices, at),
                ("const", value) if !self.rules.takes("const") => {
                    self.enumeration(&mut reduced, vec![value], at);
                }
                ("format", Value::String(format)) if !self.rules.takes_format(&format) => {
                    self.lose(at, "format");
                }
                ("$defs" | "definitions", value) if self.rules.takes_references => {
                    reduced.insert(keyword, value);
                }
                (word, value) if self.rules.takes(word) => {
                    // A vendor refuses a request for one word of which it expects something else.
                    if self.rules.keywords.is_empty() || is_well_formed(word, &value) {
                        reduced.insert(keyword, value);
                    } else {
                        self.lose(at, word);
                    }
                }
                ("default", value) => describe(&mut reduced, &format!("Default: {value}.")),
                (word, _) if CONSTRAINTS.contains(&word) => self.lose(at, word),
                // Annotations, and words outside of the specification, constrain nothing.
                _ => {}
            }
        }
        self.settle(&mut reduced);
        reduced
    }

    fn properties(
        &mut self,
        properties: &Map<String, Value>,
        at: &str,
        depth: usize,
    ) -> Map<String, Value> {
        let mut reduced = Map::new();
        for (name, schema) in properties {
            let place = format!("{at}/{}", escaped(name));
            if self.rules.wants_plain_names && !is_plain(name) {
                self.lose(&place, "name");
                continue;
            }
            let schema = self.schema(schema, &place, depth + 1);
            reduced.insert(name.clone(), schema);
        }
        reduced
    }

    /// One of several. That exactly one has to fit is left to the check of the arguments.
    fn alternatives(
        &mut self,
        reduced: &mut Map<String, Value>,
        keyword: &str,
        alternatives: &[Value],
        at: &str,
        depth: usize,
    ) {
        let is_null = |schema: &Value| schema["type"] == "null";
        let has_null = alternatives.iter().any(is_null) && !self.rules.takes_type_lists;
        let mut shapes: Vec<Value> = Vec::new();
        for (n, schema) in alternatives.iter().enumerate() {
            if !(has_null && is_null(schema)) {
                shapes.push(self.schema(schema, &format!("{at}/{keyword}/{n}"), depth + 1));
            }
        }
        if has_null {
            reduced.insert("nullable".to_owned(), true.into());
        }
        match shapes.as_slice() {
            [Value::Object(only)] => {
                merge::both(reduced, only);
            }
            [] => {}
            _ if reduced.contains_key("anyOf") => self.lose(at, keyword),
            _ => {
                let word = if self.rules.takes(keyword) { keyword } else { "anyOf" };
                reduced.insert(word.to_owned(), Value::Array(shapes));
            }
        }
    }

    fn types(&mut self, reduced: &mut Map<String, Value>, mut types: Vec<Value>, at: &str) {
        types.retain(|kind| kind.as_str().is_some_and(|kind| KINDS.contains(&kind)));
        if types.is_empty() {
            self.lose(at, "type");
            return;
        }
        if self.rules.takes_type_lists {
            reduced.insert("type".to_owned(), Value::Array(types));
            return;
        }
        if types.iter().any(|kind| kind == "null") {
            reduced.insert("nullable".to_owned(), true.into());
        }
        let mut others = types.into_iter().filter(|kind| kind != "null");
        if let Some(first) = others.next() {
            reduced.insert("type".to_owned(), first);
        }
        if others.next().is_some() {
            self.lose(at, "type");
        }
    }

    fn enumeration(&mut self, reduced: &mut Map<String, Value>, choices: Vec<Value>, at: &str) {
        self.choices += choices.len();
        let is_taken = self.rules.takes_any_choice || choices.iter().all(Value::is_string);
        if is_taken && self.choices <= self.rules.max_choices {
            reduced.insert("enum".to_owned(), Value::Array(choices));
            return;
        }
        self.lose(at, "enum");
        let names: Vec<String> = choices.iter().take(20).map(Value::to_string).collect();
        describe(reduced, &format!("One of {}.", names.join(", ")));
    }

    /// Makes sure that what is there fits together, and that a type is where one is wanted.
    fn settle(&self, reduced: &mut Map<String, Value>) {
        if let Some(Value::Array(mut required)) = reduced.remove("required") {
            let properties = reduced.get("properties").and_then(Value::as_object);
            let is_there = |name: &Value| {
                name.as_str().is_some_and(|name| properties.is_some_and(|it| it.contains_key(name)))
            };
            required.retain(is_there);
            if !required.is_empty() {
                reduced.insert("required".to_owned(), Value::Array(required));
            }
        }
        if self.rules.takes_type_lists || reduced.contains_key("type") {
            return;
        }
        let kind = match reduced {
            _ if reduced.contains_key("anyOf") => return,
            _ if reduced.contains_key("properties") => "object",
            _ if reduced.contains_key("items") => "array",
            _ => "string",
        };
        reduced.insert("type".to_owned(), kind.into());
    }
}

/// Adds a sentence to what a schema says of itself.
fn describe(reduced: &mut Map<String, Value>, sentence: &str) {
    let said = reduced.get("description").and_then(Value::as_str).unwrap_or_default();
    let text = format!("{said} {sentence}").trim().to_owned();
    reduced.insert("description".to_owned(), text.into());
}
