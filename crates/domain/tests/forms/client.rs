//! A client that knows nothing but the fields: what the book tells a frontend to do.

use std::collections::HashMap;

use attache_domain::{ChoiceField, FieldKind, Form, FormField, NumberField, TextField, TextFormat};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value, json};

/// Where values come from.
enum Source {
    /// What is filled in already.
    Defaults,
    /// Somebody who enters this and that.
    Person(Box<StdRng>),
}

/// Builds arguments.
pub(crate) struct Client<'a> {
    children: HashMap<Option<&'a str>, Vec<&'a FormField>>,
    source: Source,
    /// Something had to be entered that a field does not describe: a pattern, JSON.
    pub(crate) has_guessed: bool,
}

/// The arguments that somebody makes of a form, and whether that took a guess.
pub(crate) fn filled_in(form: &Form, seed: u64) -> (Value, bool) {
    let mut client = Client::new(form, Source::Person(Box::new(StdRng::seed_from_u64(seed))));
    let arguments = client.members(None, "");
    (Value::Object(arguments), client.has_guessed)
}

/// The arguments of a form that nobody touches.
pub(crate) fn untouched(form: &Form) -> Value {
    Value::Object(Client::new(form, Source::Defaults).members(None, ""))
}

impl<'a> Client<'a> {
    fn new(form: &'a Form, source: Source) -> Self {
        let mut children: HashMap<Option<&str>, Vec<&FormField>> = HashMap::new();
        for field in &form.fields {
            children.entry(field.parent_key.as_deref()).or_default().push(field);
        }
        Self { children, source, has_guessed: false }
    }

    fn of(&self, parent: Option<&str>) -> Vec<&'a FormField> {
        self.children.get(&parent).cloned().unwrap_or_default()
    }

    fn chance(&mut self, percent: u32) -> bool {
        match &mut self.source {
            Source::Defaults => false,
            Source::Person(random) => random.random_range(0..100) < percent,
        }
    }

    fn pick(&mut self, count: usize) -> usize {
        match &mut self.source {
            Source::Defaults => 0,
            Source::Person(random) => random.random_range(0..count.max(1)),
        }
    }

    /// The object at a pointer, made of the fields that are part of `parent`.
    fn members(&mut self, parent: Option<&str>, pointer: &str) -> Map<String, Value> {
        let fields = self.of(parent);
        let mut wanted: HashMap<&str, Value> = HashMap::new();
        let mut object = Map::new();
        // What is entered in one field may show another one, or make it needed.
        for _ in 0..8 {
            let mut next = Map::new();
            for field in &fields {
                if !field.shown_when.iter().all(|it| it.is_met(look(&object, it, field))) {
                    continue;
                }
                let is_required = field.is_required
                    || field.required_when.iter().any(|it| it.is_met(look(&object, it, field)));
                if !wanted.contains_key(field.key.as_str())
                    && let Some(value) = self.value(field, is_required)
                {
                    wanted.insert(&field.key, value);
                }
                let Some(value) = wanted.get(field.key.as_str()) else { continue };
                match (value, field.pointer == pointer) {
                    (Value::Object(members), true) => next.extend(members.clone()),
                    (_, true) => panic!("{} is not an object", field.key),
                    (value, false) => {
                        next.insert(name(&field.pointer), value.clone());
                    }
                }
            }
            if next == object {
                return object;
            }
            object = next;
        }
        object
    }

    /// What is entered into a field; `None` when it is left alone.
    fn value(&mut self, field: &FormField, is_required: bool) -> Option<Value> {
        if matches!(self.source, Source::Defaults) {
            return self.default(field, is_required);
        }
        let is_filled = is_required || field.default_value.is_some() || self.chance(50);
        if !is_filled {
            return None;
        }
        if field.is_nullable && self.chance(20) {
            return Some(Value::Null);
        }
        Some(match &field.kind {
            FieldKind::Text(text) => self.text(text),
            FieldKind::Number(number) => self.number(number),
            FieldKind::Boolean => self.chance(50).into(),
            FieldKind::Choice(choice) => self.choice(choice),
            FieldKind::List(list) => {
                let least = usize::try_from(list.min_items.unwrap_or(0)).unwrap();
                let most = list.max_items.map_or(least + 2, |it| usize::try_from(it).unwrap());
                let count = (least + self.pick(3)).min(most);
                let item = self.of(Some(&field.key))[0];
                let mut items: Vec<Value> = Vec::new();
                for _ in 0..count * 20 {
                    let value = self.value(item, true).unwrap();
                    if items.len() < count && !(list.has_unique_items && items.contains(&value)) {
                        items.push(value);
                    }
                }
                self.has_guessed |= items.len() < least;
                Value::Array(items)
            }
            FieldKind::Group => Value::Object(self.members(Some(&field.key), &field.pointer)),
            FieldKind::Variant(variant) => {
                let one = self.pick(variant.variants.len());
                self.variant(field, &variant.variants[one].key)
            }
            FieldKind::Json(_) => {
                self.has_guessed = true;
                json!({})
            }
        })
    }

    fn default(&mut self, field: &FormField, is_required: bool) -> Option<Value> {
        let default = field.default_value.clone();
        if default == Some(Value::Null) {
            return default;
        }
        match &field.kind {
            // Nobody entered anything, so it takes a default of its own to be there.
            FieldKind::Group if is_required || default.is_some() => {
                Some(Value::Object(self.members(Some(&field.key), &field.pointer)))
            }
            FieldKind::Group => None,
            FieldKind::Variant(variant) => {
                let chosen = variant.default_variant.as_ref()?;
                Some(self.variant(field, chosen))
            }
            _ => default,
        }
    }

    /// A variant is a value of its own, or the members of an object.
    fn variant(&mut self, field: &FormField, key: &str) -> Value {
        let fields = self.of(Some(key));
        match fields.iter().find(|it| it.pointer == field.pointer) {
            Some(one) => {
                assert_eq!(fields.len(), 1, "{key}");
                self.value(one, true).unwrap_or(Value::Null)
            }
            None => Value::Object(self.members(Some(key), &field.pointer)),
        }
    }

    fn text(&mut self, text: &TextField) -> Value {
        self.has_guessed |= text.pattern.is_some();
        let sample = match text.format {
            TextFormat::Email => "ada@example.com",
            TextFormat::Url => "https://example.com/",
            TextFormat::Date => "2026-11-22",
            TextFormat::Time => "09:30:00Z",
            TextFormat::DateTime => "2026-11-22T09:30:00Z",
            TextFormat::Plain | TextFormat::Secret | TextFormat::Multiline => "",
        };
        let least = usize::try_from(text.min_length.unwrap_or(0)).unwrap();
        let most = text.max_length.map_or(least + 9, |it| usize::try_from(it).unwrap());
        if !sample.is_empty() {
            let is_long = text.max_length.is_some() && sample.len() > most;
            self.has_guessed |= is_long || sample.len() < least;
            return sample.into();
        }
        let count = (least + self.pick(9)).min(most);
        (0..count).map(|_| ['a', 'b', 'é', '7', ' '][self.pick(5)]).collect::<String>().into()
    }

    /// A whole number where there is one; bounds that may be open are kept away from.
    fn number(&mut self, field: &NumberField) -> Value {
        let step = field.multiple_of.unwrap_or(if field.is_integer { 1.0 } else { 0.25 });
        let (low, high) = match (field.minimum, field.maximum) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, low + step * 20.0),
            (None, Some(high)) => (high - step * 20.0, high),
            (None, None) => (-step * 10.0, step * 10.0),
        };
        let first = (low / step).ceil();
        let count = (high / step).floor() - first;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
        let places = count.clamp(0.0, 1000.0) as usize;
        let inner = !field.is_integer && places >= 2;
        let place = if inner { 1 + self.pick(places - 1) } else { self.pick(places + 1) };
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let mut value = (first + place as f64) * step;
        if count < 0.0 {
            value = f64::midpoint(low, high);
            self.has_guessed |= field.is_integer || field.multiple_of.is_some();
        }
        self.has_guessed |= field.multiple_of.is_some_and(|it| it.fract() != 0.0);
        #[expect(clippy::cast_possible_truncation, reason = "small")]
        let whole = value as i64;
        if value.fract() == 0.0 { whole.into() } else { value.into() }
    }

    fn choice(&mut self, choice: &ChoiceField) -> Value {
        if !choice.allows_multiple {
            let one = self.pick(choice.options.len());
            return choice.options[one].value.clone();
        }
        let all = choice.options.len();
        let least = usize::try_from(choice.min_items.unwrap_or(0)).unwrap();
        let most = choice.max_items.map_or(all, |it| usize::try_from(it).unwrap().min(all));
        let count = (least + self.pick(3)).min(most);
        let first = self.pick(all);
        let chosen = (0..count).map(|it| choice.options[(first + it) % all].value.clone());
        Value::Array(chosen.collect())
    }
}

/// The last step of a pointer.
fn name(pointer: &str) -> String {
    pointer.rsplit('/').next().unwrap().replace("~1", "/").replace("~0", "~")
}

/// The value that a condition is about. It is always beside the field.
fn look<'v>(
    object: &'v Map<String, Value>,
    condition: &attache_domain::Condition,
    field: &FormField,
) -> Option<&'v Value> {
    let place = |pointer: &str| pointer.rsplit_once('/').unwrap().0.to_owned();
    assert_eq!(place(&condition.pointer), place(&field.pointer));
    object.get(&name(&condition.pointer))
}
