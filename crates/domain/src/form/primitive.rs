//! Text, numbers, and choices from a list.

use super::compile::Compiler;
use super::emit::limit;
use super::kinds::Kinds;
use super::label;
use super::place::Place;
use super::shape::{Named, Shape};
use super::work::TooLarge;
use super::{ChoiceField, FieldKind, FormOption, NumberField, TextField, TextFormat};

impl Shape<'_> {
    pub(super) fn text(&self) -> TextField {
        let text = &self.text;
        let media = text.media.unwrap_or_default();
        let format = match text.format {
            _ if self.notes.is_secret => TextFormat::Secret,
            Some("password") => TextFormat::Secret,
            Some("email" | "idn-email") => TextFormat::Email,
            Some("uri" | "url" | "iri") => TextFormat::Url,
            Some("date") => TextFormat::Date,
            Some("time") => TextFormat::Time,
            Some("date-time") => TextFormat::DateTime,
            Some("multiline" | "textarea" | "markdown") => TextFormat::Multiline,
            _ if media.starts_with("text/") => TextFormat::Multiline,
            _ => TextFormat::Plain,
        };
        TextField {
            format,
            min_length: limit(text.min),
            max_length: limit(text.max),
            pattern: text.pattern.map(str::to_owned),
        }
    }

    pub(super) fn number(&self) -> NumberField {
        let number = &self.number;
        let is_integer = self.kinds == Kinds::INTEGER;
        // An open bound of whole numbers is a closed one further in. Of others, a field
        // shows a closed one at the same place, and the one value in question is left to
        // the check of the arguments.
        let (mut above, mut below) = (number.above, number.below);
        if is_integer {
            above = above.map(|it| it.floor() + 1.0);
            below = below.map(|it| it.ceil() - 1.0);
        }
        NumberField {
            is_integer,
            minimum: number.min.into_iter().chain(above).reduce(f64::max),
            maximum: number.max.into_iter().chain(below).reduce(f64::min),
            multiple_of: number.multiple_of,
        }
    }
}

impl<'a> Compiler<'a> {
    /// One of the values that are left.
    pub(super) fn choice(
        &mut self,
        place: &Place<'a>,
        shape: &Shape<'a>,
        is_nullable: bool,
    ) -> Result<(), TooLarge> {
        let values = shape.values.as_deref().unwrap_or_default();
        let options = self.options(values)?;
        // What is needed and can be but one thing is filled in, so that a client that
        // sends what it is given sends the right thing.
        let mut only = shape.clone();
        if let ([one], true) = (values, place.is_required) {
            only.notes.default = Some(one.value);
        }
        let kind = FieldKind::Choice(ChoiceField {
            options,
            allows_multiple: false,
            min_items: None,
            max_items: None,
        });
        self.field(place, &only, is_nullable, kind)
    }

    /// Several of the values that are left, where that is what a list asks for: its items
    /// are a choice, and there are enough of them without taking one twice.
    pub(super) fn choices(
        &mut self,
        place: &Place<'a>,
        list: &Shape<'a>,
        items: &Shape<'a>,
        is_nullable: bool,
    ) -> Result<bool, TooLarge> {
        let items = self.settle(items.clone())?;
        let Some(values) = &items.shape.values else { return Ok(false) };
        let is_plain = !items.is_nullable
            && !items.shape.is_impossible
            && !items.shape.is_opaque
            && !items.shape.has_more_to_say;
        if !is_plain || list.list.min.is_some_and(|min| min > values.len() as u64) {
            return Ok(false);
        }
        let kind = FieldKind::Choice(ChoiceField {
            options: self.options(values)?,
            allows_multiple: true,
            min_items: limit(list.list.min),
            max_items: limit(list.list.max),
        });
        self.field(place, list, is_nullable, kind)?;
        Ok(true)
    }

    fn options(&mut self, values: &[Named<'a>]) -> Result<Vec<FormOption>, TooLarge> {
        let mut options = Vec::with_capacity(values.len());
        for Named { value, title, description } in values {
            options.push(FormOption {
                value: self.work.value(value)?,
                label: match title {
                    Some(title) => self.work.text(title)?,
                    None => label::of_value(value),
                },
                description: description.map(|it| self.work.text(it)).transpose()?,
            });
        }
        Ok(options)
    }
}
