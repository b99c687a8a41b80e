//! References and `allOf`, for vendors that take neither.

use serde_json::{Map, Value};

use super::words::size;
use super::{MAX_CHAIN, MAX_WORK, Reducer};
use crate::form::escaped;
use crate::toolset::merge;

impl Reducer<'_> {
    /// A schema without references and `allOf`, where those are not taken: on top, nowhere.
    pub(super) fn flat(&mut self, schema: &Value, at: &str, is_top: bool) -> Map<String, Value> {
        let mut object = match schema {
            Value::Object(object) => object.clone(),
            Value::Bool(false) => {
                self.lose(at, "false");
                Map::new()
            }
            _ => Map::new(),
        };
        if !self.rules.takes_references || is_top {
            if let Some(Value::String(reference)) = object.remove("$ref") {
                let found = self.follow(&reference, at, is_top);
                self.join(&mut object, &found, at);
            }
            if let Some(Value::Array(all)) = object.remove("allOf") {
                for (n, one) in all.iter().enumerate() {
                    let one = self.flat(one, &format!("{at}/allOf/{n}"), is_top);
                    self.join(&mut object, &one, at);
                }
            }
        }
        object
    }

    fn join(&mut self, all: &mut Map<String, Value>, one: &Map<String, Value>, at: &str) {
        for keyword in merge::both(all, one) {
            self.lose(at, &keyword);
        }
    }

    /// What a reference within the schema leads to.
    fn follow(&mut self, reference: &str, at: &str, is_top: bool) -> Map<String, Value> {
        self.work += 1;
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        let is_known = self.trail.iter().any(|known| known == reference);
        // A chain of references is followed on the stack.
        if self.trail.len() >= MAX_CHAIN {
            self.lose(at, "$ref");
            return Map::new();
        }
        let room = MAX_WORK.saturating_sub(self.work);
        let size = target.map_or(0, |target| size(target, room));
        let Some(target) = target.filter(|_| !is_known && size < room) else {
            self.lose(at, "$ref");
            return Map::new();
        };
        self.work += size;
        let target = target.clone();
        self.trail.push(reference.to_owned());
        // Where it leads on, the trail is still known.
        let found = self.flat(&target, at, is_top);
        let found = if self.rules.takes_references { found } else { self.inner(found, at) };
        self.trail.pop();
        found
    }

    /// Follows the references inside of what a reference led to, while it is known to be one.
    fn inner(&mut self, mut object: Map<String, Value>, at: &str) -> Map<String, Value> {
        for keyword in ["properties", "items", "anyOf", "oneOf"] {
            let Some(value) = object.get_mut(keyword) else { continue };
            match value {
                Value::Object(named) if keyword == "properties" => {
                    for (name, schema) in named.iter_mut() {
                        *schema = self.deep(schema, &format!("{at}/{keyword}/{}", escaped(name)));
                    }
                }
                Value::Array(all) => {
                    for (n, schema) in all.iter_mut().enumerate() {
                        *schema = self.deep(schema, &format!("{at}/{keyword}/{n}"));
                    }
                }
                Value::Object(_) => *value = self.deep(value, &format!("{at}/{keyword}")),
                _ => {}
            }
        }
        object
    }

    fn deep(&mut self, schema: &Value, at: &str) -> Value {
        self.work += 1;
        if self.work >= MAX_WORK || !schema.is_object() {
            return schema.clone();
        }
        let flat = self.flat(schema, at, false);
        Value::Object(self.inner(flat, at))
    }
}
