//! Forms.

mod field;
mod part;
mod shape;

use async_graphql::Object;
use attache_domain as domain;

use field::FormField;

/// The arguments of a tool, or what a service wants to see, as fields.
pub(crate) struct Form(pub(crate) domain::Form);

/// What to ask a person for: a JSON Schema, or a key, read into fields. The list is flat
/// and in display order: what is part of a field comes after it. Each field says where its
/// value belongs, and what it is part of.
#[Object]
impl Form {
    /// The fields, in display order. At most 1,000.
    async fn fields(&self) -> Vec<FormField> {
        self.0.fields.iter().cloned().map(FormField::from).collect()
    }

    /// Whether these fields are all that is needed: what is built from them fits the
    /// schema, but for what only the server checks (patterns, formats, open bounds). False when a
    /// part of the schema has no field of its own and appears as a `FormJSONField`, or
    /// when it ties values together in a way that no field shows. The raw schema is always
    /// available next to the form.
    async fn is_complete(&self) -> bool {
        self.0.is_complete
    }
}
