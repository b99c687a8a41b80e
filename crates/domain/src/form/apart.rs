//! Telling alternatives apart, so that what is built for one of them fits no other.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::compile::Compiler;
use super::kinds::Kinds;
use super::settle::Alternative;
use super::shape::{ObjectRules, Shape};
use super::work::TooLarge;

impl<'a> Compiler<'a> {
    /// Looks for a property of which each alternative allows other values than the rest (a
    /// discriminator, whether or not the schema says so). It is needed from then on: what
    /// leaves it out cannot be told apart.
    pub(super) fn tell_apart(
        &mut self,
        alternatives: &mut [Alternative<'a>],
    ) -> Result<Option<&'a str>, TooLarge> {
        let is_object = |it: &Alternative<'a>| it.shape.kinds == Kinds::OBJECT;
        if !alternatives.iter().all(is_object) {
            return Ok(None);
        }
        let Some(first) = alternatives.first() else { return Ok(None) };
        let names: Vec<&'a str> = first.shape.object.offered().collect();
        for name in names {
            let mut seen: BTreeSet<String> = BTreeSet::new();
            let mut is_telling = true;
            for alternative in alternatives.iter() {
                let object = &alternative.shape.object;
                let Some(schemas) = object.property(name).filter(|_| object.allows(name)) else {
                    is_telling = false;
                    break;
                };
                let property = self.read(schemas)?;
                let values = property.fitting_values().unwrap_or_default();
                self.work.take(1 + values.len())?;
                is_telling = !values.is_empty()
                    && values
                        .iter()
                        .all(|it| is_short(it.value) && seen.insert(it.value.to_string()));
                if !is_telling {
                    break;
                }
            }
            if is_telling {
                for alternative in alternatives {
                    alternative.shape.object.required.insert(name);
                }
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Sees to it that what is built for one alternative fits no other one, if need be by
    /// not asking for what another one needs. Where that cannot be seen to, the form is
    /// not complete.
    pub(super) fn exclude(&mut self, alternatives: &mut [Alternative<'a>]) -> Result<(), TooLarge> {
        // Applied in the end: the other alternatives accept what is no longer asked for.
        let mut dropped: Vec<(usize, &'a str)> = Vec::new();
        for (number, Alternative { shape: mine, .. }) in alternatives.iter().enumerate() {
            for (other, Alternative { shape: theirs, .. }) in alternatives.iter().enumerate() {
                let needed = &theirs.object.required;
                self.work
                    .take(1 + needed.len() + mine.object.required.len() + dropped.len() / 8)?;
                if number == other || mine.is_never(theirs) {
                    continue;
                }
                match needed.iter().find(|name| !mine.object.required.contains(*name)) {
                    Some(name) => dropped.push((number, name)),
                    None => self.is_complete = false,
                }
            }
        }
        for (number, name) in dropped {
            alternatives[number].shape.object.forbidden.insert(name);
        }
        Ok(())
    }
}

/// What tells things apart is a word, not a treatise.
fn is_short(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= 256,
        Value::Array(_) | Value::Object(_) => false,
        _ => true,
    }
}

impl Shape<'_> {
    /// Whether nothing that is built for this one can fit the other one.
    fn is_never(&self, other: &Self) -> bool {
        if let (Some(mine), Some(theirs)) = (&self.values, &other.values) {
            return !mine.iter().any(|one| theirs.iter().any(|it| it.value == one.value));
        }
        if !self.kinds.meets(other.kinds) {
            return true;
        }
        if self.kinds != Kinds::OBJECT || other.kinds != Kinds::OBJECT {
            return false;
        }
        let (mine, theirs) = (&self.object, &other.object);
        let is_lacking = |name: &&str| mine.property(name).is_none() || !mine.allows(name);
        theirs.required.iter().any(|name| is_lacking(name) && !mine.required.contains(name))
            || mine.required.iter().any(|name| !theirs.allows(name))
    }
}

impl ObjectRules<'_> {
    /// Leaves out properties that were asked for already.
    pub(super) fn leave_out(&mut self, names: &HashMap<&str, usize>) {
        self.properties.retain(|(name, _)| !names.contains_key(name));
        self.required.retain(|name| !names.contains_key(name));
        self.places =
            self.properties.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    }
}
