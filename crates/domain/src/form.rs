//! A JSON Schema, read into a flat list of fields.
//!
//! This first compiler reads objects whose properties are text, numbers, booleans
//! and choices. Every other property becomes a field to edit as JSON, and a schema
//! that says more than its properties becomes one such field as a whole; the form
//! then says that it is not complete. Nothing is ever fetched or followed.

mod compile;
mod property;

use serde_json::Value;

/// The arguments of a tool, as fields in the order the service wrote them.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The fields, in display order.
    pub fields: Vec<FormField>,
    /// False when some part of the schema can only be edited as JSON.
    pub is_complete: bool,
}

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Where the value belongs in the arguments. JSON Pointer (RFC 6901).
    pub pointer: String,
    /// The name to show.
    pub label: String,
    /// What it means. The service's own words.
    pub description: Option<String>,
    /// Whether the call needs it.
    pub is_required: bool,
    /// The viewer's preset, or else what the service suggests.
    pub default_value: Option<Value>,
    /// How to ask for it.
    pub kind: FieldKind,
}

/// How to ask for a value.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Text.
    Text(TextField),
    /// A number.
    Number(NumberField),
    /// Yes or no.
    Boolean,
    /// One or several of a list.
    Choice(ChoiceField),
    /// Anything else, as JSON that fits this schema.
    Json(Value),
}

/// How to ask for text.
#[derive(Clone, Debug, PartialEq)]
pub struct TextField {
    /// What kind of text.
    pub format: TextFormat,
    /// The least number of characters.
    pub min_length: Option<i32>,
    /// The greatest number of characters.
    pub max_length: Option<i32>,
    /// An ECMA-262 pattern.
    pub pattern: Option<String>,
}

/// What kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    /// One line.
    Plain,
    /// One line that nobody else may read: a password, a key.
    Secret,
    /// Several lines.
    Multiline,
    /// An email address.
    Email,
    /// An absolute URL.
    Url,
    /// A date, RFC 3339 `full-date`.
    Date,
    /// A time, RFC 3339 `full-time`.
    Time,
    /// An instant, RFC 3339 `date-time`.
    DateTime,
}

/// How to ask for a number.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberField {
    /// Whether fractions are refused.
    pub is_integer: bool,
    /// The least value.
    pub minimum: Option<f64>,
    /// The greatest value.
    pub maximum: Option<f64>,
    /// What the value is a multiple of.
    pub multiple_of: Option<f64>,
}

/// How to ask for one or several of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceField {
    /// What there is to choose from.
    pub options: Vec<FormOption>,
    /// Whether several may be chosen; the value is a list then.
    pub allows_multiple: bool,
    /// The least number of choices.
    pub min_items: Option<i32>,
    /// The greatest number of choices.
    pub max_items: Option<i32>,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct FormOption {
    /// The value to send.
    pub value: Value,
    /// The name to show.
    pub label: String,
}

/// A property's name as one step of a JSON Pointer (RFC 6901, section 3).
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
