//! The keywords about objects.

use serde_json::{Map, Value};

use super::compile::Compiler;
use super::kinds::Kinds;
use super::read::{count, least};
use super::shape::{Consequence, ObjectRules, Rule, Shape, Test};
use super::work::TooLarge;

impl<'a> Compiler<'a> {
    pub(super) fn object(
        &mut self,
        shape: &mut Shape<'a>,
        words: &'a Map<String, Value>,
        word: &str,
        value: &'a Value,
    ) -> Result<(), TooLarge> {
        shape.implied = shape.implied | Kinds::OBJECT;
        let object = &mut shape.object;
        match (word, value) {
            ("properties", Value::Object(properties)) => {
                self.work.take(properties.len())?;
                for (name, schema) in properties {
                    object.add(name, schema);
                }
            }
            ("required", Value::Array(names)) => {
                self.work.take(names.len())?;
                object.required.extend(names.iter().filter_map(Value::as_str));
            }
            ("additionalProperties", Value::Bool(false)) => {
                let named = words.get("properties").and_then(Value::as_object);
                let named = named.into_iter().flat_map(Map::keys).map(String::as_str);
                self.work.take(1 + object.allowed.as_ref().map_or(0, |it| it.len()))?;
                object.allowed = Some(match object.allowed.take() {
                    None => named.collect(),
                    Some(known) => named.filter(|name| known.contains(name)).collect(),
                });
            }
            // The one is closed once everything else has been said, which is when fields are
            // made. The other draft 3 wrote at the property itself, and some still do.
            ("unevaluatedProperties" | "required", Value::Bool(_)) => {}
            ("additionalProperties" | "unevaluatedProperties", rest) => {
                let is_anything = *rest == true || rest.as_object().is_some_and(Map::is_empty);
                object.is_open = true;
                shape.has_more_to_say |= !is_anything;
            }
            ("patternProperties", _) => {
                object.is_open = true;
                shape.has_more_to_say = true;
            }
            ("minProperties", _) => object.min = object.min.max(count(value)),
            ("maxProperties", _) => object.max = least(object.max, count(value)),
            ("dependentRequired" | "dependentSchemas" | "dependencies", Value::Object(all)) => {
                self.work.take(all.len())?;
                object.rules.extend(all.iter().map(|(name, then)| dependent(name, then)));
            }
            ("propertyNames", _) => shape.has_more_to_say = true,
            _ => shape.is_opaque = true,
        }
        Ok(())
    }
}

fn dependent<'a>(name: &'a str, then: &'a Value) -> Rule<'a> {
    let then = match then {
        Value::Array(names) => Consequence::Required(names),
        schema => Consequence::Fits(schema),
    };
    Rule { test: Test::Present(name), then }
}

impl ObjectRules<'_> {
    /// Whether bounds on the number of properties can be broken by what fields make.
    pub(super) fn has_count_to_say(&self) -> bool {
        let required = self.required.len() as u64;
        let offered = self.offered().count() as u64;
        self.min.is_some_and(|min| min > required) || self.max.is_some_and(|max| max < offered)
    }
}
