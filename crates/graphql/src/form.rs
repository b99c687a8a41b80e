//! Forms.

use async_graphql::{Enum, Interface, Object, SimpleObject};
use attache_domain as domain;
use attache_domain::FieldKind;

use crate::scalars::Json;

/// The arguments of a tool, or what a service wants to see, as fields.
pub(crate) struct Form(pub(crate) domain::Form);

/// What to ask a person for: a JSON Schema, or a key, read into fields. The list is flat
/// and in display order; each field says where its value belongs.
#[Object]
impl Form {
    /// The fields, in display order. At most as many as the schema has properties.
    async fn fields(&self) -> Vec<FormField> {
        self.0.fields.iter().cloned().map(FormField::from).collect()
    }

    /// False when part of the schema has no field of its own. That part appears as a
    /// `FormJSONField`, and the raw schema is always available next to the form.
    async fn is_complete(&self) -> bool {
        self.0.is_complete
    }
}

/// One input. The value belongs at `pointer` in the arguments object.
#[derive(Interface)]
#[graphql(
    field(name = "pointer", ty = "&String", desc = "JSON Pointer (RFC 6901)."),
    field(name = "label", ty = "&String", desc = "The name to show."),
    field(
        name = "description",
        ty = "&Option<String>",
        desc = "What it means. Written by the service."
    ),
    field(name = "is_required", ty = "&bool", desc = "Whether the call needs it."),
    field(
        name = "default_value",
        ty = "&Option<Json>",
        desc = "The viewer's preset, or else what the service suggests."
    )
)]
pub(crate) enum FormField {
    Text(FormTextField),
    Number(FormNumberField),
    Boolean(FormBooleanField),
    Choice(FormChoiceField),
    Json(FormJsonField),
}

/// What kind of text is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::TextFormat")]
pub(crate) enum TextFormat {
    /// One line.
    Plain,
    /// One line that nobody else may read: a password, a key. Never returned.
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

/// Text.
#[derive(SimpleObject)]
pub(crate) struct FormTextField {
    /// JSON Pointer (RFC 6901).
    pointer: String,
    /// The name to show.
    label: String,
    /// What it means. Written by the service.
    description: Option<String>,
    /// Whether the call needs it.
    is_required: bool,
    /// The viewer's preset, or else what the service suggests.
    default_value: Option<Json>,
    /// What kind of text is wanted.
    format: TextFormat,
    /// The least number of characters.
    min_length: Option<i32>,
    /// The greatest number of characters.
    max_length: Option<i32>,
    /// An ECMA-262 pattern. A hint for immediate feedback; the server decides.
    pattern: Option<String>,
}

/// A number.
#[derive(SimpleObject)]
pub(crate) struct FormNumberField {
    /// JSON Pointer (RFC 6901).
    pointer: String,
    /// The name to show.
    label: String,
    /// What it means. Written by the service.
    description: Option<String>,
    /// Whether the call needs it.
    is_required: bool,
    /// The viewer's preset, or else what the service suggests.
    default_value: Option<Json>,
    /// Whether fractions are refused.
    is_integer: bool,
    /// The least value.
    minimum: Option<f64>,
    /// The greatest value.
    maximum: Option<f64>,
    /// What the value is a multiple of.
    multiple_of: Option<f64>,
}

/// Yes or no.
#[derive(SimpleObject)]
pub(crate) struct FormBooleanField {
    /// JSON Pointer (RFC 6901).
    pointer: String,
    /// The name to show.
    label: String,
    /// What it means. Written by the service.
    description: Option<String>,
    /// Whether the call needs it.
    is_required: bool,
    /// The viewer's preset, or else what the service suggests.
    default_value: Option<Json>,
}

/// One of a list, or several where `allowsMultiple`: the value is a list then.
#[derive(SimpleObject)]
pub(crate) struct FormChoiceField {
    /// JSON Pointer (RFC 6901).
    pointer: String,
    /// The name to show.
    label: String,
    /// What it means. Written by the service.
    description: Option<String>,
    /// Whether the call needs it.
    is_required: bool,
    /// The viewer's preset, or else what the service suggests.
    default_value: Option<Json>,
    /// What there is to choose from. At most as many as the schema lists.
    options: Vec<FormOption>,
    /// Whether several may be chosen.
    allows_multiple: bool,
    /// The least number of choices.
    min_items: Option<i32>,
    /// The greatest number of choices.
    max_items: Option<i32>,
}

/// One thing to choose.
#[derive(SimpleObject)]
pub(crate) struct FormOption {
    /// The value to send.
    value: Json,
    /// The name to show.
    label: String,
}

/// A part of the schema no simpler field can express; edit it as JSON.
#[derive(SimpleObject)]
#[graphql(name = "FormJSONField")]
pub(crate) struct FormJsonField {
    /// JSON Pointer (RFC 6901). Empty for the arguments as a whole.
    pointer: String,
    /// The name to show.
    label: String,
    /// What it means. Written by the service.
    description: Option<String>,
    /// Whether the call needs it.
    is_required: bool,
    /// The viewer's preset, or else what the service suggests.
    default_value: Option<Json>,
    /// What the value has to fit.
    schema: Json,
}

impl From<domain::FormField> for FormField {
    fn from(field: domain::FormField) -> Self {
        let domain::FormField { pointer, label, description, is_required, default_value, kind } =
            field;
        let default_value = default_value.map(Json);
        match kind {
            FieldKind::Text(text) => Self::Text(FormTextField {
                pointer,
                label,
                description,
                is_required,
                default_value,
                format: text.format.into(),
                min_length: text.min_length,
                max_length: text.max_length,
                pattern: text.pattern,
            }),
            FieldKind::Number(number) => Self::Number(FormNumberField {
                pointer,
                label,
                description,
                is_required,
                default_value,
                is_integer: number.is_integer,
                minimum: number.minimum,
                maximum: number.maximum,
                multiple_of: number.multiple_of,
            }),
            FieldKind::Boolean => Self::Boolean(FormBooleanField {
                pointer,
                label,
                description,
                is_required,
                default_value,
            }),
            FieldKind::Choice(choice) => Self::Choice(FormChoiceField {
                pointer,
                label,
                description,
                is_required,
                default_value,
                options: choice
                    .options
                    .into_iter()
                    .map(|option| FormOption { value: Json(option.value), label: option.label })
                    .collect(),
                allows_multiple: choice.allows_multiple,
                min_items: choice.min_items,
                max_items: choice.max_items,
            }),
            FieldKind::Json(schema) => Self::Json(FormJsonField {
                pointer,
                label,
                description,
                is_required,
                default_value,
                schema: Json(schema),
            }),
        }
    }
}
