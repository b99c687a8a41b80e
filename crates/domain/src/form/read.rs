//! Reading schemas into a shape, keyword by keyword.

use serde_json::{Map, Value};

use super::compile::Compiler;
use super::kinds::Kinds;
use super::shape::{Consequence, Named, Rule, Shape, Test, Union};
use super::work::TooLarge;

/// The most branches that a union is taken apart into.
pub(super) const MAX_BRANCHES: usize = 200;

impl<'a> Compiler<'a> {
    /// What a value is that has to fit all of these.
    pub(super) fn read(&mut self, schemas: &[&'a Value]) -> Result<Shape<'a>, TooLarge> {
        let mut shape = Shape::anything();
        for schema in schemas {
            self.absorb(&mut shape, schema)?;
        }
        Ok(shape)
    }

    /// Says that the value has to fit this schema as well. Those it refers to come after
    /// it, so that what stands beside a reference counts first.
    pub(super) fn absorb(
        &mut self,
        shape: &mut Shape<'a>,
        schema: &'a Value,
    ) -> Result<(), TooLarge> {
        shape.parts.push(schema);
        let mut open = vec![schema];
        let mut next = 0;
        while let Some(schema) = open.get(next).copied() {
            next += 1;
            self.work.take(1 + shape.seen.len() / 16)?;
            match schema {
                Value::Bool(true) => {}
                Value::Bool(false) => shape.is_impossible = true,
                Value::Object(_) if shape.seen.contains(&std::ptr::from_ref(schema)) => {}
                Value::Object(words) => {
                    shape.seen.push(schema);
                    for (word, value) in words {
                        self.work.take(1)?;
                        self.keyword(shape, words, word, value, &mut open)?;
                    }
                }
                _ => shape.is_opaque = true,
            }
        }
        if shape.kinds == Kinds::ANY && shape.values.is_none() && !shape.implied.is_empty() {
            shape.kinds = shape.implied;
        }
        Ok(())
    }

    fn keyword(
        &mut self,
        shape: &mut Shape<'a>,
        words: &'a Map<String, Value>,
        word: &'a str,
        value: &'a Value,
        open: &mut Vec<&'a Value>,
    ) -> Result<(), TooLarge> {
        match word {
            "$ref" | "$dynamicRef" | "$recursiveRef" => self.follow(shape, value, open),
            "allOf" => match value {
                Value::Array(all) => open.extend(all),
                _ => shape.is_opaque = true,
            },
            "anyOf" | "oneOf" => union(shape, word == "oneOf", value),
            "not" => self.negation(shape, value)?,
            "if" => {
                let branch = |word: &str, test| {
                    let then = words.get(word)?;
                    Some(Rule { test, then: Consequence::Fits(then) })
                };
                shape.object.rules.extend(branch("then", Test::Fits(value)));
                shape.object.rules.extend(branch("else", Test::FitsNot(value)));
            }
            "type" => match Kinds::of_type(value) {
                Some(kinds) => shape.narrow(kinds),
                None => shape.is_opaque = true,
            },
            "const" => shape.only(vec![Named { value, title: None, description: None }]),
            "enum" => self.listed(shape, words, value)?,
            "title" => shape.notes.title = shape.notes.title.or(value.as_str()),
            "description" => shape.notes.description = shape.notes.description.or(value.as_str()),
            "default" => shape.notes.default = shape.notes.default.or(Some(value)),
            "x-mcp-header" => shape.notes.header = shape.notes.header.or(value.as_str()),
            "writeOnly" => shape.notes.is_secret |= value == true,
            "minLength" | "maxLength" | "pattern" | "format" | "contentMediaType" => {
                text(shape, word, value);
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                number(shape, word, value);
            }
            "items" | "prefixItems" | "additionalItems" | "unevaluatedItems" | "contains"
            | "minItems" | "maxItems" | "uniqueItems" => list(shape, words, word, value),
            "properties"
            | "required"
            | "additionalProperties"
            | "unevaluatedProperties"
            | "patternProperties"
            | "propertyNames"
            | "minProperties"
            | "maxProperties"
            | "dependentRequired"
            | "dependentSchemas"
            | "dependencies" => {
                self.object(shape, words, word, value)?;
            }
            // Anything else is an annotation (2020-12 core, section 6.5), or a place where
            // other schemas are kept.
            _ => {}
        }
        Ok(())
    }

    /// A schema that grows from itself is followed so often and not further.
    fn follow(&self, shape: &mut Shape<'a>, value: &Value, open: &mut Vec<&'a Value>) {
        let Some(target) = value.as_str().and_then(|it| self.references.resolve(it)) else {
            shape.is_opaque = true;
            return;
        };
        if shape.seen.contains(&std::ptr::from_ref(target)) {
            return;
        }
        let is_same = |place: &&*const Value| std::ptr::eq(**place, target);
        if self.trail.iter().filter(is_same).count() >= self.bounds.levels {
            shape.is_opaque = true;
            return;
        }
        shape.followed.push(target);
        open.push(target);
    }

    fn negation(&mut self, shape: &mut Shape<'a>, value: &'a Value) -> Result<(), TooLarge> {
        match value {
            Value::Bool(false) => {}
            Value::Bool(true) => shape.is_impossible = true,
            Value::Object(words) if words.is_empty() => shape.is_impossible = true,
            Value::Object(words) => {
                let mut words = words.iter();
                match (words.next(), words.next()) {
                    // A property that must not be there.
                    (Some((word, Value::Array(names))), None)
                        if word == "required" && names.len() == 1 =>
                    {
                        shape.object.forbidden.extend(names[0].as_str());
                        shape.implied = shape.implied | Kinds::OBJECT;
                    }
                    _ => shape.has_more_to_say = true,
                }
            }
            _ => shape.is_opaque = true,
        }
        self.work.take(1)
    }

    fn listed(
        &mut self,
        shape: &mut Shape<'a>,
        words: &'a Map<String, Value>,
        value: &'a Value,
    ) -> Result<(), TooLarge> {
        let Value::Array(values) = value else {
            shape.is_opaque = true;
            return Ok(());
        };
        let names = words.get("enumNames").and_then(Value::as_array);
        let title = |place: usize| names.and_then(|names| names.get(place)?.as_str());
        let known = shape.values.as_ref().map_or(1, Vec::len);
        self.work.take(values.len().saturating_mul(known))?;
        let named = |(place, value)| Named { value, title: title(place), description: None };
        shape.only(values.iter().enumerate().map(named).collect());
        Ok(())
    }
}

fn union<'a>(shape: &mut Shape<'a>, is_exclusive: bool, value: &'a Value) {
    match value {
        Value::Array(branches) if branches.len() <= MAX_BRANCHES || all_constant(branches) => {
            shape.unions.push(Union { branches, is_exclusive });
        }
        _ => shape.is_opaque = true,
    }
}

fn all_constant(branches: &[Value]) -> bool {
    branches.iter().all(|branch| branch.get("const").is_some())
}

fn text<'a>(shape: &mut Shape<'a>, word: &str, value: &'a Value) {
    shape.implied = shape.implied | Kinds::STRING;
    let text = &mut shape.text;
    match word {
        "minLength" => text.min = text.min.max(count(value)),
        "maxLength" => text.max = least(text.max, count(value)),
        "pattern" => text.pattern = text.pattern.or(value.as_str()),
        "format" => text.format = text.format.or(value.as_str()),
        _ => text.media = text.media.or(value.as_str()),
    }
}

fn number(shape: &mut Shape<'_>, word: &str, value: &Value) {
    shape.implied = shape.implied | Kinds::NUMBER;
    // Draft 4 has booleans for open bounds; they say nothing that a field shows.
    let Some(value) = value.as_f64() else { return };
    let number = &mut shape.number;
    match word {
        "minimum" => number.min = Some(number.min.map_or(value, |known| known.max(value))),
        "maximum" => number.max = Some(number.max.map_or(value, |known| known.min(value))),
        "exclusiveMinimum" => {
            number.above = Some(number.above.map_or(value, |known| known.max(value)));
        }
        "exclusiveMaximum" => {
            number.below = Some(number.below.map_or(value, |known| known.min(value)));
        }
        _ => match number.multiple_of {
            Some(known) if known % value == 0.0 => {}
            Some(known) if value % known != 0.0 => shape.has_more_to_say = true,
            _ => number.multiple_of = Some(value),
        },
    }
}

fn list<'a>(shape: &mut Shape<'a>, words: &Map<String, Value>, word: &str, value: &'a Value) {
    shape.implied = shape.implied | Kinds::ARRAY;
    let list = &mut shape.list;
    match word {
        "items" => match value {
            Value::Array(_) => list.is_tuple = true,
            _ => list.items.push(value),
        },
        "prefixItems" => list.is_tuple = true,
        "unevaluatedItems" if words.contains_key("items") => {}
        "additionalItems" => {}
        "minItems" => list.min = list.min.max(count(value)),
        "maxItems" => list.max = least(list.max, count(value)),
        "uniqueItems" => list.is_unique |= value == true,
        _ => shape.has_more_to_say = true,
    }
}

/// A bound on how many. Some write `2.0`.
pub(super) fn count(value: &Value) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    let whole = |it: f64| (it.fract() == 0.0 && (0.0..1e15).contains(&it)).then_some(it as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(whole))
}

pub(super) fn least(known: Option<u64>, other: Option<u64>) -> Option<u64> {
    [known, other].into_iter().flatten().min()
}
