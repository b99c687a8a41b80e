//! The kinds of fields.

use async_graphql::SimpleObject;

use super::part::{FormCondition, FormOption, FormVariant, TextFormat};
use crate::scalars::Json;

/// What is said of every field.
pub(super) struct Shared {
    pub(super) key: String,
    pub(super) pointer: String,
    pub(super) parent_key: Option<String>,
    pub(super) label: String,
    pub(super) description: Option<String>,
    pub(super) is_required: bool,
    pub(super) is_nullable: bool,
    pub(super) default_value: Option<Json>,
    pub(super) shown_when: Vec<FormCondition>,
    pub(super) required_when: Vec<FormCondition>,
}

/// Defines a kind of field: what is said of every field, and what is its own.
macro_rules! kind {
    (
        $(#[$about:meta])*
        $name:ident { $($(#[$doc:meta])* $own:ident: $type:ty,)* }
    ) => {
        #[derive(SimpleObject)]
        $(#[$about])*
        pub(crate) struct $name {
            /// Unique within the form, and the same in every form of the same schema.
            pub(super) key: String,
            /// JSON Pointer (RFC 6901). `-` stands for any item of a list.
            pub(super) pointer: String,
            /// The key of the group, list or variant it is part of.
            pub(super) parent_key: Option<String>,
            /// The name to show.
            pub(super) label: String,
            /// What it means. Written by the service.
            pub(super) description: Option<String>,
            /// Whether it is needed, given that what it is part of is there.
            pub(super) is_required: bool,
            /// Whether null may be sent as well.
            pub(super) is_nullable: bool,
            /// The viewer's preset, or else what the service suggests.
            pub(super) default_value: Option<Json>,
            /// It counts only while all of these hold. What does not count is not sent. At most 50.
            pub(super) shown_when: Vec<FormCondition>,
            /// It is needed while one of these holds, too. At most 50.
            pub(super) required_when: Vec<FormCondition>,
            $($(#[$doc])* $own: $type,)*
        }

        impl $name {
            pub(super) fn new(shared: Shared, $($own: $type),*) -> Self {
                let Shared {
                    key,
                    pointer,
                    parent_key,
                    label,
                    description,
                    is_required,
                    is_nullable,
                    default_value,
                    shown_when,
                    required_when,
                } = shared;
                Self {
                    key,
                    pointer,
                    parent_key,
                    label,
                    description,
                    is_required,
                    is_nullable,
                    default_value,
                    shown_when,
                    required_when,
                    $($own,)*
                }
            }
        }
    };
}

kind! {
    /// Text.
    FormTextField {
        /// What kind of text is wanted.
        format: TextFormat,
        /// The least number of characters.
        min_length: Option<i32>,
        /// The greatest number of characters.
        max_length: Option<i32>,
        /// An ECMA-262 pattern. A hint for immediate feedback; the server decides.
        pattern: Option<String>,
        /// The service has the value repeated in the header `Mcp-Param-` and this, where
        /// what is in between can read it.
        header: Option<String>,
    }
}

kind! {
    /// A number.
    FormNumberField {
        /// Whether fractions are refused.
        is_integer: bool,
        /// The least value. The server may refuse exactly this one.
        minimum: Option<f64>,
        /// The greatest value. The server may refuse exactly this one.
        maximum: Option<f64>,
        /// What the value is a multiple of.
        multiple_of: Option<f64>,
        /// The service has the value repeated in the header `Mcp-Param-` and this.
        header: Option<String>,
    }
}

kind! {
    /// Yes or no.
    FormBooleanField {
        /// The service has the value repeated in the header `Mcp-Param-` and this.
        header: Option<String>,
    }
}

kind! {
    /// One of a list, or several where `allowsMultiple`: the value is a list then. Where a
    /// value is needed and there is but one option, that is the default: nobody has to be
    /// asked.
    FormChoiceField {
        /// What there is to choose from. At most as many as the schema lists.
        options: Vec<FormOption>,
        /// Whether several may be chosen, none of them twice.
        allows_multiple: bool,
        /// The least number of choices.
        min_items: Option<i32>,
        /// The greatest number of choices.
        max_items: Option<i32>,
        /// The service has the value repeated in the header `Mcp-Param-` and this.
        header: Option<String>,
    }
}

kind! {
    /// A list. One field is part of it, at `<pointer>/-`, and asks for one item; a person
    /// adds as many as there are to be.
    FormListField {
        /// The least number of items.
        min_items: Option<i32>,
        /// The greatest number of items.
        max_items: Option<i32>,
        /// Whether no two items may be the same.
        has_unique_items: bool,
    }
}

kind! {
    /// An object: a heading over the fields that are part of it. One that is not required and
    /// has no default is left out unless somebody enters something in it.
    FormGroupField {}
}

kind! {
    /// A choice of what the value is. The fields of the chosen variant count, those of the
    /// others do not. Where its pointer is that of the group around it, or empty, the
    /// members of the variant go beside those that are there.
    FormVariantField {
        /// What there is to choose from. At most 200.
        variants: Vec<FormVariant>,
        /// The key of the variant that the default belongs to.
        default_variant: Option<String>,
    }
}

kind! {
    /// A part of the schema no simpler field can express; edit it as JSON.
    #[graphql(name = "FormJSONField")]
    FormJsonField {
        /// What the value has to fit. References in it lead into the schema of the form.
        schema: Json,
    }
}
