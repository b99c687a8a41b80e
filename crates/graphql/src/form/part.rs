//! What fields are made of.

use async_graphql::{Enum, SimpleObject};
use attache_domain as domain;

use crate::scalars::Json;

/// What kind of text is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::TextFormat")]
pub(crate) enum TextFormat {
    /// One line.
    Plain,
    /// One line that nobody else may read: a password, a key. Do not show what is entered.
    Secret,
    /// Several lines.
    Multiline,
    /// An email address.
    Email,
    /// An absolute URL.
    Url,
    /// A date, for example `2026-11-22`.
    Date,
    /// A time with an offset, for example `09:30:00Z`.
    Time,
    /// An instant, for example `2026-11-22T09:30:00Z`.
    DateTime,
}

/// One thing to choose.
#[derive(SimpleObject)]
pub(crate) struct FormOption {
    /// The value to send.
    value: Json,
    /// The name to show.
    label: String,
    /// What it means. Written by the service.
    description: Option<String>,
}

/// One thing that a value may be. The fields whose `parentKey` is its `key` make the
/// value: either one field at the pointer of the choice, or the members of an object.
#[derive(SimpleObject)]
pub(crate) struct FormVariant {
    /// Unique within the form.
    key: String,
    /// The name to show.
    label: String,
    /// What it means. Written by the service.
    description: Option<String>,
}

/// A condition on the value of another field: that it is one of `values`, or, where
/// `isNegated`, that there is one and it is none of them.
#[derive(SimpleObject)]
pub(crate) struct FormCondition {
    /// The pointer of the other field. In a list, `-` is the same item in both.
    pointer: String,
    /// The values in question; where there are none and it is negated, any value will do.
    /// At most as many as the schema lists.
    values: Vec<Json>,
    /// Whether it has to be another value instead.
    is_negated: bool,
    /// Whether the condition holds as long as there is no value.
    is_met_when_absent: bool,
}

impl From<domain::FormOption> for FormOption {
    fn from(option: domain::FormOption) -> Self {
        let domain::FormOption { value, label, description } = option;
        Self { value: Json(value), label, description }
    }
}

impl From<domain::FormVariant> for FormVariant {
    fn from(variant: domain::FormVariant) -> Self {
        let domain::FormVariant { key, label, description } = variant;
        Self { key, label, description }
    }
}

impl From<domain::Condition> for FormCondition {
    fn from(condition: domain::Condition) -> Self {
        let domain::Condition { pointer, values, is_negated, is_met_when_absent } = condition;
        let values = values.into_iter().map(Json).collect();
        Self { pointer, values, is_negated, is_met_when_absent }
    }
}
