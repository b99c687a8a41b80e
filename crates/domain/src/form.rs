//! A JSON Schema, read into a flat list of fields.
//!
//! The fields are in display order, and each says where its value belongs (`pointer`) and
//! which field it is part of (`parent_key`). What no field can express is edited as JSON.
//! The form is complete when arguments that the schema accepts can be built from its
//! fields alone, and nothing but a check of single values (a pattern, a format, an open
//! bound) can still refuse them.
//!
//! Schemas are written by strangers. Nothing is ever fetched, and the work for a form is
//! counted and bounded (`work.rs`); a schema that wants more is read less far, and in the
//! end edited as JSON as a whole.
//!
//! Everything that schemas say about one value is gathered first (`shape.rs`, `read.rs`),
//! then taken apart into alternatives (`settle.rs`), and then made into fields (`emit.rs`).

mod apart;
mod compile;
mod condition;
mod emit;
mod fits;
mod given;
mod kinds;
mod label;
mod members;
mod place;
mod primitive;
mod read;
mod read_object;
mod references;
mod rules;
mod settle;
mod shape;
mod union;
mod work;

use serde_json::Value;

pub use condition::Condition;

/// The arguments of a tool, as fields in the order the service wrote them.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The fields, in display order: what is part of a field comes after it. At most 1,000.
    pub fields: Vec<FormField>,
    /// False when some part of the schema can only be edited as JSON, or says something
    /// about several values at once that the fields do not.
    pub is_complete: bool,
}

/// One input, or what holds several together.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// What identifies the field in its form, and in every form of the same schema. The
    /// pointer, unless an earlier field has that already.
    pub key: String,
    /// Where the value belongs in the arguments. JSON Pointer (RFC 6901); below a list,
    /// `-` stands for any of its items.
    pub pointer: String,
    /// The key of the group, list or variant it is part of.
    pub parent_key: Option<String>,
    /// The name to show.
    pub label: String,
    /// What it means. The service's own words.
    pub description: Option<String>,
    /// Whether it is needed, given that what it is part of is there.
    pub is_required: bool,
    /// Whether null may be sent instead.
    pub is_nullable: bool,
    /// The viewer's preset, or else what the service suggests.
    pub default_value: Option<Value>,
    /// The service has the value repeated in the header `Mcp-Param-` and this.
    pub header: Option<String>,
    /// It only counts while all of these hold. At most 50.
    pub shown_when: Vec<Condition>,
    /// It is needed while one of these holds. At most 50.
    pub required_when: Vec<Condition>,
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
    /// As many as somebody adds of the one field that is part of it.
    List(ListField),
    /// An object, made of the fields that are part of it.
    Group,
    /// One of several things, each made of fields of its own.
    Variant(VariantField),
    /// Anything else, as JSON that fits this schema. References in it lead into the
    /// schema of the form.
    Json(Value),
}

/// How many items a list has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListField {
    /// The least number of items.
    pub min_items: Option<i32>,
    /// The greatest number of items.
    pub max_items: Option<i32>,
    /// Whether no two items may be the same.
    pub has_unique_items: bool,
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantField {
    /// What there is to choose from, at least two and at most 200.
    pub variants: Vec<FormVariant>,
    /// The key of the one that the default belongs to.
    pub default_variant: Option<String>,
}

/// One thing that a value may be. The fields whose `parent_key` is its key make the value:
/// one field at the same pointer, or the members of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormVariant {
    /// What identifies it in its form.
    pub key: String,
    /// The name to show.
    pub label: String,
    /// What it means. The service's own words.
    pub description: Option<String>,
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
    /// What it means. The service's own words.
    pub description: Option<String>,
}

/// A property's name as one step of a JSON Pointer (RFC 6901, section 3).
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
#[path = "form/hostile_tests.rs"]
mod hostile_tests;
