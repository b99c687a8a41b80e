//! Whether a value that is there already belongs to a shape. It decides which variant is
//! shown first, so it may be generous; whether arguments are valid is decided elsewhere.

use serde_json::{Map, Value};

use super::compile::Compiler;
use super::given::Given;
use super::kinds::Kinds;
use super::settle::Alternative;
use super::shape::{Named, Shape};
use super::work::TooLarge;

/// How deep into a value it is looked.
const MAX_DEPTH: usize = 6;

impl<'a> Compiler<'a> {
    /// Which alternative a value that is there already belongs to: of those that it fits,
    /// the first of those that ask for most of it.
    pub(super) fn chosen(
        &mut self,
        given: Given<'a>,
        alternatives: &[Alternative<'a>],
    ) -> Result<Option<usize>, TooLarge> {
        let none = Map::new();
        let value = given.value(None).filter(|it| !it.is_null());
        let (members, is_whole) = match (given, value) {
            // Of the arguments as a whole, only some may be there.
            (Given::Root(presets, _), _) => (presets, false),
            (_, Some(value)) => (value.as_object().unwrap_or(&none), true),
            (_, None) => return Ok(None),
        };
        let mut best = None;
        for (number, Alternative { shape, .. }) in alternatives.iter().enumerate() {
            let fits = match value {
                Some(value) => self.fits_within(shape, value, MAX_DEPTH)?,
                None => self.fits_members(shape, members, MAX_DEPTH)?,
            };
            let asked = members.keys().filter(|it| shape.object.property(it).is_some()).count();
            let has_all = shape.object.required.iter().all(|it| members.contains_key(*it));
            let rank = (has_all, asked);
            if fits && (is_whole || asked > 0) && best.is_none_or(|(most, _)| rank > most) {
                best = Some((rank, number));
            }
        }
        Ok(best.map(|(_, number)| number))
    }

    pub(super) fn fits(&mut self, shape: &Shape<'a>, value: &Value) -> Result<bool, TooLarge> {
        self.fits_within(shape, value, MAX_DEPTH)
    }

    fn fits_within(
        &mut self,
        shape: &Shape<'a>,
        value: &Value,
        depth: usize,
    ) -> Result<bool, TooLarge> {
        self.work.take(1)?;
        if shape.is_opaque || depth == 0 {
            return Ok(true);
        }
        let is_listed = |values: &Vec<_>| values.iter().any(|it: &Named<'a>| it.value == value);
        if shape.is_impossible
            || !shape.kinds.has(Kinds::of(value))
            || !shape.values.as_ref().is_none_or(is_listed)
        {
            return Ok(false);
        }
        for union in shape.unions.clone() {
            let mut is_any = false;
            for branch in union.branches {
                let branch = self.read(&[branch])?;
                if self.fits_within(&branch, value, depth - 1)? {
                    is_any = true;
                    break;
                }
            }
            if !is_any {
                return Ok(false);
            }
        }
        match value {
            Value::Object(members) => self.fits_object(shape, members, depth),
            Value::Array(items) if !shape.list.items.is_empty() && !shape.list.is_tuple => {
                let item = self.read(&shape.list.items)?;
                for value in items {
                    if !self.fits_within(&item, value, depth - 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Value::String(text) => Ok(shape.fits_text(text)),
            Value::Number(number) => Ok(number.as_f64().is_none_or(|it| shape.fits_number(it))),
            _ => Ok(true),
        }
    }

    fn fits_object(
        &mut self,
        shape: &Shape<'a>,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Result<bool, TooLarge> {
        let object = &shape.object;
        if !object.required.iter().all(|name| members.contains_key(*name)) {
            return Ok(false);
        }
        Ok(members.keys().all(|name| object.allows(name))
            && self.fits_members(shape, members, depth)?)
    }

    /// Whether those members that are there, and known, fit.
    fn fits_members(
        &mut self,
        shape: &Shape<'a>,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Result<bool, TooLarge> {
        let object = &shape.object;
        for (name, value) in members {
            if let Some(schemas) = object.property(name) {
                let property = self.read(schemas)?;
                if !self.fits_within(&property, value, depth - 1)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

impl Shape<'_> {
    pub(super) fn fits_text(&self, text: &str) -> bool {
        let count = text.chars().count() as u64;
        self.text.min.is_none_or(|min| count >= min) && self.text.max.is_none_or(|max| count <= max)
    }

    pub(super) fn fits_number(&self, value: f64) -> bool {
        let number = &self.number;
        number.min.is_none_or(|it| value >= it)
            && number.max.is_none_or(|it| value <= it)
            && number.above.is_none_or(|it| value > it)
            && number.below.is_none_or(|it| value < it)
            && number.multiple_of.is_none_or(|it| it == 0.0 || value % it == 0.0)
    }
}
