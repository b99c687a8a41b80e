//! From what a value is to the fields that ask for it.

use serde_json::{Value, json};

use super::compile::Compiler;
use super::kinds::Kinds;
use super::place::Place;
use super::settle::Settled;
use super::shape::{Notes, Shape};
use super::work::TooLarge;
use super::{FieldKind, FormField, ListField};

/// The longest name of a header that is shown.
const MAX_HEADER: usize = 128;

impl<'a> Compiler<'a> {
    /// Asks for a value that fits all of these.
    pub(super) fn emit(
        &mut self,
        place: &Place<'a>,
        schemas: &[&'a Value],
    ) -> Result<(), TooLarge> {
        let shape = self.read(schemas)?;
        self.emit_shape(place, shape)
    }

    pub(super) fn emit_shape(
        &mut self,
        place: &Place<'a>,
        shape: Shape<'a>,
    ) -> Result<(), TooLarge> {
        let mark = self.trail.len();
        self.trail.extend(&shape.followed);
        let settled = self.settle(shape)?;
        self.emit_settled(place, settled)?;
        self.trail.truncate(mark);
        Ok(())
    }

    fn emit_settled(&mut self, place: &Place<'a>, settled: Settled<'a>) -> Result<(), TooLarge> {
        let Settled { shape, is_nullable, alternatives, .. } = &settled;
        let is_nullable = *is_nullable;
        if shape.is_impossible && !place.is_required && place.required_when.is_empty() {
            // It may never be there, so nobody is asked for it.
            return Ok(());
        }
        if shape.is_impossible || shape.is_opaque {
            return self.json(place, shape, is_nullable);
        }
        self.is_complete &= !shape.has_more_to_say;
        if !alternatives.is_empty() {
            if place.depth >= self.bounds.depth {
                return self.json(place, shape, is_nullable);
            }
            return self.union(place, settled);
        }
        if shape.values.is_some() {
            return self.choice(place, shape, is_nullable);
        }
        let is_deep = place.depth >= self.bounds.depth;
        match shape.kinds {
            Kinds::STRING => self.field(place, shape, is_nullable, FieldKind::Text(shape.text())),
            Kinds::INTEGER | Kinds::NUMBER => {
                self.field(place, shape, is_nullable, FieldKind::Number(shape.number()))
            }
            Kinds::BOOLEAN => self.field(place, shape, is_nullable, FieldKind::Boolean),
            Kinds::ARRAY if !is_deep => self.list(place, shape, is_nullable),
            Kinds::OBJECT if !is_deep && shape.object.has_fields() => {
                let group = self.put(place, shape, is_nullable, FieldKind::Group)?;
                let given = place.given.or(shape.notes.default);
                self.members(&Place { given, ..place.within(group) }, shape)
            }
            _ => self.json(place, shape, is_nullable),
        }
    }

    fn list(
        &mut self,
        place: &Place<'a>,
        shape: &Shape<'a>,
        is_nullable: bool,
    ) -> Result<(), TooLarge> {
        let list = &shape.list;
        if list.is_tuple || list.items.is_empty() {
            return self.json(place, shape, is_nullable);
        }
        let items = self.read(&list.items)?;
        let is_empty = items.is_impossible || items.is_contradictory();
        if is_empty {
            return self.json(place, shape, is_nullable);
        }
        if self.choices(place, shape, &items, is_nullable)? {
            return Ok(());
        }
        let kind = FieldKind::List(ListField {
            min_items: limit(list.min),
            max_items: limit(list.max),
            has_unique_items: list.is_unique,
        });
        let key = self.put(place, shape, is_nullable, kind)?;
        self.emit_shape(&place.item(key), items)
    }

    /// What fields cannot ask for.
    pub(super) fn json(
        &mut self,
        place: &Place<'a>,
        shape: &Shape<'a>,
        is_nullable: bool,
    ) -> Result<(), TooLarge> {
        let schema = match shape.parts.as_slice() {
            [one] => self.work.value(one)?,
            parts => {
                let parts: Result<Vec<Value>, TooLarge> =
                    parts.iter().map(|part| self.work.value(part)).collect();
                json!({ "allOf": parts? })
            }
        };
        self.field(place, shape, is_nullable, FieldKind::Json(schema))
    }

    pub(super) fn field(
        &mut self,
        place: &Place<'a>,
        shape: &Shape<'a>,
        is_nullable: bool,
        kind: FieldKind,
    ) -> Result<(), TooLarge> {
        self.put(place, shape, is_nullable, kind).map(|_| ())
    }

    /// Puts a field on the list and says its key.
    pub(super) fn put(
        &mut self,
        place: &Place<'a>,
        shape: &Shape<'a>,
        is_nullable: bool,
        kind: FieldKind,
    ) -> Result<String, TooLarge> {
        let Notes { title, description, default, header, .. } = shape.notes;
        let default = place.given.value(default);
        let label = self.work.text(title.unwrap_or(&place.label))?;
        let description = description.map(|it| self.work.text(it)).transpose()?;
        let default_value = default.map(|it| self.work.value(it)).transpose()?;
        let pointer = self.work.text(&place.pointer)?;
        self.push(FormField {
            key: String::new(),
            pointer,
            parent_key: place.parent.clone(),
            label,
            description,
            is_required: place.is_required,
            is_nullable,
            default_value,
            header: header.filter(|it| it.len() <= MAX_HEADER).map(str::to_owned),
            shown_when: place.shown_when.clone(),
            required_when: place.required_when.clone(),
            kind,
        })
    }
}

/// A bound as the contract has it. What is beyond it bounds nothing that could be sent.
pub(super) fn limit(count: Option<u64>) -> Option<i32> {
    count.map(|it| i32::try_from(it).unwrap_or(i32::MAX))
}
