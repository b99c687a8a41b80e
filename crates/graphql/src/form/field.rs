//! A field of a form.

use async_graphql::Interface;
use attache_domain as domain;
use attache_domain::FieldKind;

use super::part::FormCondition;
use super::shape::{
    FormBooleanField, FormChoiceField, FormGroupField, FormJsonField, FormListField,
    FormNumberField, FormTextField, FormVariantField, Shared,
};
use crate::scalars::Json;

/// One input, or what holds several together. The value belongs at `pointer` in the
/// arguments object. Treat a kind that you do not know as JSON to edit.
#[derive(Interface)]
#[graphql(
    field(
        name = "key",
        ty = "&String",
        desc = "Unique within the form, and the same in every form of the same schema. Equal to \
                `pointer`, but where several fields have the same one."
    ),
    field(
        name = "pointer",
        ty = "&String",
        desc = "JSON Pointer (RFC 6901). `-` stands for any item of a list."
    ),
    field(
        name = "parent_key",
        ty = "&Option<String>",
        desc = "The key of the group, list or variant it is part of; null at the top."
    ),
    field(name = "label", ty = "&String", desc = "The name to show."),
    field(
        name = "description",
        ty = "&Option<String>",
        desc = "What it means. Written by the service."
    ),
    field(
        name = "is_required",
        ty = "&bool",
        desc = "Whether it is needed, given that what it is part of is there."
    ),
    field(name = "is_nullable", ty = "&bool", desc = "Whether null may be sent as well."),
    field(
        name = "default_value",
        ty = "&Option<Json>",
        desc = "The viewer's preset, or else what the service suggests."
    ),
    field(
        name = "shown_when",
        ty = "&Vec<FormCondition>",
        desc = "It counts only while all of these hold. What does not count is not sent. At \
                most 50, as a rule none."
    ),
    field(
        name = "required_when",
        ty = "&Vec<FormCondition>",
        desc = "It is needed while one of these holds, too. At most 50, as a rule none."
    )
)]
pub(crate) enum FormField {
    Text(FormTextField),
    Number(FormNumberField),
    Boolean(FormBooleanField),
    Choice(FormChoiceField),
    List(FormListField),
    Group(FormGroupField),
    Variant(FormVariantField),
    Json(FormJsonField),
}

impl From<domain::FormField> for FormField {
    fn from(field: domain::FormField) -> Self {
        let conditions = |all: Vec<domain::Condition>| all.into_iter().map(Into::into).collect();
        let header = field.header;
        let shared = Shared {
            key: field.key,
            pointer: field.pointer,
            parent_key: field.parent_key,
            label: field.label,
            description: field.description,
            is_required: field.is_required,
            is_nullable: field.is_nullable,
            default_value: field.default_value.map(Json),
            shown_when: conditions(field.shown_when),
            required_when: conditions(field.required_when),
        };
        match field.kind {
            FieldKind::Text(domain::TextField { format, min_length, max_length, pattern }) => {
                let format = format.into();
                let field =
                    FormTextField::new(shared, format, min_length, max_length, pattern, header);
                Self::Text(field)
            }
            FieldKind::Number(domain::NumberField {
                is_integer,
                minimum,
                maximum,
                multiple_of,
            }) => {
                let field =
                    FormNumberField::new(shared, is_integer, minimum, maximum, multiple_of, header);
                Self::Number(field)
            }
            FieldKind::Boolean => Self::Boolean(FormBooleanField::new(shared, header)),
            FieldKind::Choice(choice) => {
                let domain::ChoiceField { options, allows_multiple, min_items, max_items } = choice;
                let options = options.into_iter().map(Into::into).collect();
                let field = FormChoiceField::new(
                    shared,
                    options,
                    allows_multiple,
                    min_items,
                    max_items,
                    header,
                );
                Self::Choice(field)
            }
            FieldKind::List(domain::ListField { min_items, max_items, has_unique_items }) => {
                Self::List(FormListField::new(shared, min_items, max_items, has_unique_items))
            }
            FieldKind::Group => Self::Group(FormGroupField::new(shared)),
            FieldKind::Variant(domain::VariantField { variants, default_variant }) => {
                let variants = variants.into_iter().map(Into::into).collect();
                Self::Variant(FormVariantField::new(shared, variants, default_variant))
            }
            FieldKind::Json(schema) => Self::Json(FormJsonField::new(shared, Json(schema))),
        }
    }
}
