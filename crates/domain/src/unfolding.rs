//! How large a schema is once its references are followed.

use std::collections::HashMap;

use serde_json::Value;

/// How many values there are in a schema, each reference within it counted as what it
/// leads to. Stops at the top of its range instead of wrapping around.
///
/// A validator follows references again each time it meets them, so forty definitions
/// that each refer twice to the next one keep it busy for years. A reference that leads
/// back to where it stands counts once: validators stop there by themselves, or go on
/// with the arguments, which end.
pub(crate) fn unfolded(schema: &Value) -> u64 {
    Unfolding { schema, known: HashMap::new() }.measure(schema)
}

struct Unfolding<'a> {
    schema: &'a Value,
    /// What a reference leads to; `None` while it is being measured.
    known: HashMap<&'a str, Option<u64>>,
}

impl<'a> Unfolding<'a> {
    fn measure(&mut self, value: &'a Value) -> u64 {
        match value {
            Value::Array(items) => self.sum(items.iter()),
            Value::Object(fields) => {
                let inner = self.sum(fields.values());
                match fields.get("$ref") {
                    Some(Value::String(reference)) => inner.saturating_add(self.follow(reference)),
                    _ => inner,
                }
            }
            _ => 1,
        }
    }

    fn sum(&mut self, values: impl Iterator<Item = &'a Value>) -> u64 {
        values.fold(1, |sum: u64, value| sum.saturating_add(self.measure(value)))
    }

    fn follow(&mut self, reference: &'a str) -> u64 {
        match self.known.get(reference) {
            Some(Some(size)) => return *size,
            Some(None) => return 1,
            None => {}
        }
        let Some(pointer) = reference.strip_prefix('#') else { return 1 };
        let Some(target) = self.schema.pointer(pointer) else { return 1 };
        self.known.insert(reference, None);
        let size = self.measure(target);
        self.known.insert(reference, Some(size));
        size
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_counts_as_what_it_leads_to() {
        let plain = json!({ "a": { "type": "string" }, "b": { "type": "string" } });
        let shared = json!({
            "$defs": { "text": { "type": "string" } },
            "a": { "$ref": "#/$defs/text" },
            "b": { "$ref": "#/$defs/text" },
        });
        assert!(unfolded(&shared) >= unfolded(&plain));
        assert!(unfolded(&shared) < 20);
    }

    #[test]
    fn definitions_that_double_at_each_step_are_measured_in_no_time() {
        let mut definitions = serde_json::Map::new();
        for step in 0..200 {
            let next = json!({ "$ref": format!("#/$defs/d{}", step + 1) });
            definitions.insert(format!("d{step}"), json!({ "allOf": [next, next] }));
        }
        definitions.insert("d200".to_owned(), json!(false));
        let schema = json!({ "$defs": definitions, "$ref": "#/$defs/d0" });
        assert!(unfolded(&schema) > 1_000_000);
    }

    #[test]
    fn a_tree_that_grows_from_itself_is_small() {
        let tree = json!({ "$ref": "#/$defs/node", "$defs": { "node": { "properties": {
            "left": { "$ref": "#/$defs/node" }, "right": { "$ref": "#/$defs/node" } } } } });
        assert!(unfolded(&tree) < 60);
        assert!(unfolded(&json!({ "$ref": "#" })) < 10);
    }
}
