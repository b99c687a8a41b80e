//! Everything that a schema and what it refers to say about one value, taken together.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::kinds::Kinds;

/// What is known about one value. It begins as anything, and each schema that the value
/// has to fit narrows it.
#[derive(Clone, Debug)]
pub(super) struct Shape<'a> {
    /// The kinds of values that are allowed.
    pub(super) kinds: Kinds,
    /// The kinds that keywords speak about, for schemas that name no type.
    pub(super) implied: Kinds,
    /// The schemas themselves, for what is edited as JSON.
    pub(super) parts: Vec<&'a Value>,
    /// Every schema that went in, those referred to included, by address.
    pub(super) seen: Vec<*const Value>,
    /// The references that were followed, by the address of where they lead.
    pub(super) followed: Vec<*const Value>,
    pub(super) notes: Notes<'a>,
    /// What `enum` and `const` leave to choose from.
    pub(super) values: Option<Vec<Named<'a>>>,
    pub(super) text: TextRules<'a>,
    pub(super) number: NumberRules,
    pub(super) list: ListRules<'a>,
    pub(super) object: ObjectRules<'a>,
    /// One of each of these is chosen.
    pub(super) unions: Vec<Union<'a>>,
    /// No value fits.
    pub(super) is_impossible: bool,
    /// Part of it cannot be read, so it can only be edited as JSON.
    pub(super) is_opaque: bool,
    /// It says something that fields do not.
    pub(super) has_more_to_say: bool,
}

/// What is said to people. The outermost schema that says something counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Notes<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) default: Option<&'a Value>,
    pub(super) header: Option<&'a str>,
    pub(super) is_secret: bool,
}

/// A value to choose.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub(super) value: &'a Value,
    pub(super) title: Option<&'a str>,
    pub(super) description: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TextRules<'a> {
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
    pub(super) pattern: Option<&'a str>,
    pub(super) format: Option<&'a str>,
    pub(super) media: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NumberRules {
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    /// Open bounds, which only matter exactly for whole numbers.
    pub(super) above: Option<f64>,
    pub(super) below: Option<f64>,
    pub(super) multiple_of: Option<f64>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct ListRules<'a> {
    /// What every item has to fit.
    pub(super) items: Vec<&'a Value>,
    /// Each place in the list has a schema of its own.
    pub(super) is_tuple: bool,
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
    pub(super) is_unique: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct ObjectRules<'a> {
    /// The properties in the order of the service, with all that each has to fit.
    pub(super) properties: Vec<(&'a str, Vec<&'a Value>)>,
    /// Where each property is in the list.
    pub(super) places: HashMap<&'a str, usize>,
    pub(super) required: BTreeSet<&'a str>,
    /// The only properties there may be, where that is said.
    pub(super) allowed: Option<BTreeSet<&'a str>>,
    pub(super) forbidden: BTreeSet<&'a str>,
    /// Names that the service does not list are welcome, and it says so.
    pub(super) is_open: bool,
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
    pub(super) rules: Vec<Rule<'a>>,
}

/// `anyOf` or `oneOf`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Union<'a> {
    pub(super) branches: &'a [Value],
    /// Whether the value may fit but one of them.
    pub(super) is_exclusive: bool,
}

/// Something that holds only under a condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule<'a> {
    pub(super) test: Test<'a>,
    pub(super) then: Consequence<'a>,
}

/// What a rule depends on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Test<'a> {
    /// The property is there.
    Present(&'a str),
    /// The object fits a schema.
    Fits(&'a Value),
    /// The object does not fit a schema.
    FitsNot(&'a Value),
}

/// What follows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Consequence<'a> {
    /// These names are needed.
    Required(&'a [Value]),
    /// The object has to fit this as well.
    Fits(&'a Value),
}

impl<'a> Shape<'a> {
    pub(super) fn anything() -> Self {
        Self {
            kinds: Kinds::ANY,
            implied: Kinds::NONE,
            parts: Vec::new(),
            seen: Vec::new(),
            followed: Vec::new(),
            notes: Notes::default(),
            values: None,
            text: TextRules::default(),
            number: NumberRules::default(),
            list: ListRules::default(),
            object: ObjectRules::default(),
            unions: Vec::new(),
            is_impossible: false,
            is_opaque: false,
            has_more_to_say: false,
        }
    }

    /// What copying it costs, in steps.
    pub(super) fn size(&self) -> usize {
        let values = self.values.as_ref().map_or(0, Vec::len);
        1 + values + self.seen.len() + self.object.properties.len() * 2 + self.object.required.len()
    }

    /// Leaves only the values that are also among these.
    pub(super) fn only(&mut self, values: Vec<Named<'a>>) {
        self.values = Some(match self.values.take() {
            None => values,
            Some(mut known) => {
                known.retain(|it| values.iter().any(|other| other.value == it.value));
                known
            }
        });
    }

    /// The values that are left once everything else that is said is looked at.
    pub(super) fn fitting_values(&self) -> Option<Vec<Named<'a>>> {
        let fits = |it: &&Named<'a>| {
            self.kinds.has(Kinds::of(it.value))
                && match it.value {
                    Value::String(text) => self.fits_text(text),
                    Value::Number(number) => number.as_f64().is_none_or(|it| self.fits_number(it)),
                    _ => true,
                }
        };
        Some(self.values.as_ref()?.iter().filter(fits).copied().collect())
    }

    /// Says that only these kinds are allowed.
    pub(super) fn narrow(&mut self, kinds: Kinds) {
        self.kinds = self.kinds & kinds;
        self.is_impossible |= self.kinds.is_empty();
    }
}

impl<'a> ObjectRules<'a> {
    /// What a property has to fit so far.
    pub(super) fn property(&self, name: &str) -> Option<&[&'a Value]> {
        self.places.get(name).map(|place| self.properties[*place].1.as_slice())
    }

    pub(super) fn add(&mut self, name: &'a str, schema: &'a Value) {
        let place = *self.places.entry(name).or_insert_with(|| {
            self.properties.push((name, Vec::new()));
            self.properties.len() - 1
        });
        self.properties[place].1.push(schema);
    }

    /// Whether a property of this name may be there.
    pub(super) fn allows(&self, name: &str) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.contains(name))
            && !self.forbidden.contains(name)
    }

    /// The names of the properties that may be there, in the order of the service.
    pub(super) fn offered(&self) -> impl Iterator<Item = &'a str> {
        self.properties.iter().map(|(name, _)| *name).filter(|name| self.allows(name))
    }
}

impl Shape<'_> {
    /// Whether bounds leave no value at all, where only one kind is left.
    pub(super) fn is_contradictory(&self) -> bool {
        if let Some(values) = self.fitting_values() {
            return values.is_empty();
        }
        let crossed = |min: Option<u64>, max: Option<u64>| min.zip(max).is_some_and(|(a, b)| a > b);
        match self.kinds {
            Kinds::STRING => crossed(self.text.min, self.text.max),
            Kinds::ARRAY => crossed(self.list.min, self.list.max),
            Kinds::INTEGER | Kinds::NUMBER => {
                let number = &self.number;
                let lower = number.min.into_iter().chain(number.above).reduce(f64::max);
                let upper = number.max.into_iter().chain(number.below).reduce(f64::min);
                lower.zip(upper).is_some_and(|(a, b)| a > b)
            }
            Kinds::OBJECT => {
                let object = &self.object;
                object.required.iter().any(|name| !object.allows(name))
            }
            _ => false,
        }
    }
}
