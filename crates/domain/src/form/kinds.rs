//! The kinds of JSON values that a schema allows.

use std::ops::{BitAnd, BitOr};

use serde_json::Value;

/// A set of kinds. Whole numbers are a kind of their own, so that `integer` is part of
/// `number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    pub(super) const NUMBER: Self = Self(4 | 8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    pub(super) const ANY: Self = Self(127);

    /// Every kind that can be asked for, in the order in which they are offered.
    const ASKED: [Self; 5] = [Self::STRING, Self::NUMBER, Self::BOOLEAN, Self::ARRAY, Self::OBJECT];

    /// What the keyword `type` allows; `None` when it is no type that there is.
    pub(super) fn of_type(word: &Value) -> Option<Self> {
        match word {
            Value::String(name) => Self::named(name),
            Value::Array(names) => names
                .iter()
                .map(|name| name.as_str().and_then(Self::named))
                .try_fold(Self::NONE, |all, one| Some(all | one?)),
            _ => None,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    /// The kind of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if number.as_f64().is_some_and(|it| it.fract() != 0.0) => Self(8),
            Value::Number(_) => Self::INTEGER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every kind of `other` is in here.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn meets(self, other: Self) -> bool {
        !(self & other).is_empty()
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The set, one kind at a time; whole numbers and fractions together are one.
    pub(super) fn each(self) -> impl Iterator<Item = Self> {
        Self::ASKED.into_iter().map(move |kind| self & kind).filter(|kind| !kind.is_empty())
    }

    /// What to call it beside other kinds.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::STRING => "Text",
            Self::INTEGER => "Whole number",
            Self::BOOLEAN => "Yes or no",
            Self::ARRAY => "List",
            Self::OBJECT => "Group",
            _ if Self::NUMBER.has(self) => "Number",
            _ => "Something else",
        }
    }
}

impl BitAnd for Kinds {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
