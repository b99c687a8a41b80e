//! A choice between things of different shapes.

use std::collections::BTreeSet;

use super::compile::Compiler;
use super::given::Given;
use super::kinds::Kinds;
use super::label;
use super::place::Place;
use super::settle::{Alternative, Settled};
use super::shape::Shape;
use super::work::TooLarge;
use super::{FieldKind, FormVariant, VariantField};

impl<'a> Compiler<'a> {
    /// Asks which of several things it is to be, and for what each of them needs.
    pub(super) fn union(
        &mut self,
        place: &Place<'a>,
        settled: Settled<'a>,
    ) -> Result<(), TooLarge> {
        let Settled { shape: base, is_nullable, mut alternatives, is_exclusive } = settled;
        let telling = self.tell_apart(&mut alternatives)?;
        if is_exclusive && telling.is_none() {
            self.exclude(&mut alternatives)?;
        }
        for Alternative { shape, .. } in &mut alternatives {
            self.is_complete &= !shape.has_more_to_say && !shape.object.has_count_to_say();
            (shape.object.min, shape.object.max) = (None, None);
        }
        let shared = self.shared(&base, &alternatives)?;
        let has_shared = !shared.object.properties.is_empty();
        let mut place = place.clone();
        let mut is_nullable = is_nullable;
        if has_shared {
            // What holds for all of them is asked for once, before the choice.
            let is_root = place.pointer.is_empty() && place.parent.is_none();
            if !is_root {
                let group = self.put(&place, &base, is_nullable, FieldKind::Group)?;
                is_nullable = false;
                let given = place.given.or(base.notes.default);
                place = Place { given, ..place.within(group) };
            }
            self.members(&place, &shared)?;
            for Alternative { shape, .. } in &mut alternatives {
                shape.object.leave_out(&shared.object.places);
            }
        }
        let chosen = self.chosen(place.given.or(base.notes.default), &alternatives)?;
        let labels = self.labels(&base, &alternatives, telling)?;
        let keys = self.variants(&place, &base, is_nullable, &alternatives, labels, chosen)?;
        for (number, (alternative, key)) in alternatives.into_iter().zip(keys).enumerate() {
            let given = match chosen {
                Some(chosen) if chosen != number => Given::NOTHING,
                _ => place.given.or(base.notes.default),
            };
            let place = Place { given, ..place.within(key) };
            self.variant(&place, alternative.shape, has_shared)?;
        }
        Ok(())
    }

    /// Puts the choice itself on the list and says the keys of the variants.
    fn variants(
        &mut self,
        place: &Place<'a>,
        base: &Shape<'a>,
        is_nullable: bool,
        alternatives: &[Alternative<'a>],
        labels: Vec<String>,
        chosen: Option<usize>,
    ) -> Result<Vec<String>, TooLarge> {
        let empty = VariantField { variants: Vec::new(), default_variant: None };
        let key = self.put(place, base, is_nullable, FieldKind::Variant(empty))?;
        let at = self.fields.len() - 1;
        let mut variants = Vec::with_capacity(alternatives.len());
        for (number, (label, alternative)) in labels.into_iter().zip(alternatives).enumerate() {
            let key = self.claim(&format!("{key}#{}", number + 1), Some(&key));
            let description = alternative.description;
            let description = description.map(|it| self.work.text(it)).transpose()?;
            self.work.take(1 + key.len() / 16)?;
            variants.push(FormVariant { key, label, description });
        }
        let keys: Vec<String> = variants.iter().map(|variant| variant.key.clone()).collect();
        let default_variant = chosen.map(|number| keys[number].clone());
        self.fields[at].kind = FieldKind::Variant(VariantField { variants, default_variant });
        Ok(keys)
    }

    /// What one variant needs. The members of an object are asked for without a heading,
    /// because the variant is one.
    fn variant(
        &mut self,
        place: &Place<'a>,
        shape: Shape<'a>,
        has_shared: bool,
    ) -> Result<(), TooLarge> {
        let is_plain = shape.kinds == Kinds::OBJECT
            && shape.unions.is_empty()
            && shape.values.is_none()
            && !shape.is_opaque
            && (has_shared || shape.object.has_fields());
        if !is_plain {
            return self.emit_shape(place, shape);
        }
        let mark = self.trail.len();
        self.trail.extend(&shape.followed);
        self.members(place, &shape)?;
        self.trail.truncate(mark);
        Ok(())
    }

    /// What all alternatives ask for in the same way.
    fn shared(
        &mut self,
        base: &Shape<'a>,
        alternatives: &[Alternative<'a>],
    ) -> Result<Shape<'a>, TooLarge> {
        let mut shared = Shape::anything();
        let is_plain = |it: &Alternative<'a>| {
            let shape = &it.shape;
            shape.kinds == Kinds::OBJECT
                && shape.unions.is_empty()
                && shape.object.rules.is_empty()
                && shape.values.is_none()
                && !shape.is_opaque
        };
        if !alternatives.iter().all(is_plain) {
            return Ok(shared);
        }
        self.work.take(base.object.properties.len() * alternatives.len())?;
        for (name, schemas) in &base.object.properties {
            let is_required = base.object.required.contains(name);
            let is_same = |it: &Alternative<'a>| {
                let object = &it.shape.object;
                object.property(name).is_some_and(|it| it.len() == schemas.len())
                    && object.required.contains(name) == is_required
                    && object.allows(name)
            };
            if !alternatives.iter().all(is_same) {
                continue;
            }
            for schema in schemas {
                shared.object.add(name, schema);
            }
            if is_required {
                shared.object.required.insert(name);
            }
        }
        Ok(shared)
    }

    /// What to call the alternatives, no two of them the same.
    fn labels(
        &mut self,
        base: &Shape<'a>,
        alternatives: &[Alternative<'a>],
        telling: Option<&'a str>,
    ) -> Result<Vec<String>, TooLarge> {
        let are_objects = alternatives.iter().all(|it| it.shape.kinds == Kinds::OBJECT);
        let mut taken = BTreeSet::new();
        let mut labels = Vec::with_capacity(alternatives.len());
        for Alternative { shape, title, .. } in alternatives {
            let needed = shape.object.required.difference(&base.object.required).next();
            let needed = needed.filter(|_| are_objects);
            let value = match telling {
                Some(name) => self.told(shape, name)?,
                None => None,
            };
            let label = match (title, value, needed) {
                (Some(title), ..) => self.work.text(title)?,
                (None, Some(value), _) => value,
                (None, None, Some(name)) => label::humanized(name),
                (None, None, None) => shape.kinds.label().to_owned(),
            };
            let mut one = label.clone();
            let mut count = 2;
            while !taken.insert(one.clone()) {
                one = format!("{label} {count}");
                count += 1;
            }
            labels.push(one);
        }
        Ok(labels)
    }

    /// The values of the property that tells an alternative from the others.
    fn told(&mut self, shape: &Shape<'a>, name: &str) -> Result<Option<String>, TooLarge> {
        let Some(schemas) = shape.object.property(name) else { return Ok(None) };
        let property = self.read(schemas)?;
        let values = property.fitting_values().unwrap_or_default();
        Ok(match values.as_slice() {
            [only] => Some(match only.value.as_str() {
                Some(text) => label::humanized(text),
                None => label::of_value(only.value),
            }),
            _ => None,
        })
    }
}
