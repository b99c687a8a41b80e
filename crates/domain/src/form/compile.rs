//! From a schema to the fields.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::given::Given;
use super::kinds::Kinds;
use super::place::Place;
use super::references::References;
use super::work::{TooLarge, Work};
use super::{FieldKind, Form, FormField};

/// The most fields of a form.
const MAX_FIELDS: usize = 1000;

/// How far a schema is unfolded. Where that makes too much of it, it is tried again with
/// less, so that a form for the upper levels is had rather than none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// How often one reference is followed on the way to a field. From there on, what
    /// grows from itself is edited as JSON.
    pub(super) levels: usize,
    /// How many groups, lists and variants may be within each other.
    pub(super) depth: usize,
}

const TRIES: [Bounds; 5] = [
    Bounds { levels: 3, depth: 16 },
    Bounds { levels: 2, depth: 8 },
    Bounds { levels: 1, depth: 4 },
    Bounds { levels: 1, depth: 1 },
    Bounds { levels: 1, depth: 0 },
];

/// One reading of a schema.
#[derive(Debug)]
pub(super) struct Compiler<'a> {
    pub(super) references: References<'a>,
    pub(super) work: Work,
    pub(super) bounds: Bounds,
    /// The references that were followed on the way to where we are, by address.
    pub(super) trail: Vec<*const Value>,
    pub(super) fields: Vec<FormField>,
    pub(super) keys: HashSet<String>,
    pub(super) is_complete: bool,
}

impl Form {
    /// Reads a schema. `presets` are the viewer's own values, by name; they are
    /// shown instead of the service's defaults.
    pub fn compile(schema: &Value, presets: &Map<String, Value>) -> Self {
        let form = TRIES.into_iter().find_map(|bounds| attempt(schema, presets, bounds).ok());
        form.flatten().unwrap_or_else(|| whole(schema, presets))
    }
}

/// `None` when the schema is not one of an object that has fields.
fn attempt(
    schema: &Value,
    presets: &Map<String, Value>,
    bounds: Bounds,
) -> Result<Option<Form>, TooLarge> {
    let mut work = Work::new();
    let mut compiler = Compiler {
        references: References::of(schema, &mut work)?,
        work,
        bounds,
        trail: Vec::new(),
        fields: Vec::new(),
        keys: HashSet::new(),
        is_complete: true,
    };
    let is_read = compiler.root(schema, presets)?;
    let Compiler { fields, is_complete, .. } = compiler;
    Ok(is_read.then_some(Form { fields, is_complete }))
}

/// One field for the whole of the arguments.
fn whole(schema: &Value, presets: &Map<String, Value>) -> Form {
    let text = |word| schema.get(word).and_then(Value::as_str).map(str::to_owned);
    let field = FormField {
        key: String::new(),
        pointer: String::new(),
        parent_key: None,
        label: text("title").unwrap_or_else(|| "Arguments".to_owned()),
        description: text("description"),
        is_required: true,
        is_nullable: false,
        default_value: (!presets.is_empty()).then(|| Value::Object(presets.clone())),
        header: None,
        shown_when: Vec::new(),
        required_when: Vec::new(),
        kind: FieldKind::Json(schema.clone()),
    };
    Form { fields: vec![field], is_complete: false }
}

impl<'a> Compiler<'a> {
    /// The fields of the arguments, which are an object whatever else the schema allows.
    fn root(
        &mut self,
        schema: &'a Value,
        presets: &'a Map<String, Value>,
    ) -> Result<bool, TooLarge> {
        let mut shape = self.read(&[schema])?;
        shape.narrow(Kinds::OBJECT);
        self.trail.extend(&shape.followed);
        let given = Given::at_root(presets, shape.notes.default);
        let settled = self.settle(shape)?;
        let shape = &settled.shape;
        if shape.is_impossible || shape.is_opaque || shape.values.is_some() {
            return Ok(false);
        }
        let is_map = shape.object.is_open && shape.object.properties.is_empty();
        if is_map && settled.alternatives.is_empty() {
            return Ok(false);
        }
        let place = Place::root(given);
        if settled.alternatives.is_empty() {
            self.is_complete &= !shape.has_more_to_say;
            self.members(&place, &settled.shape)?;
        } else {
            self.union(&place, settled)?;
        }
        Ok(true)
    }

    /// Puts a field on the list and says its key.
    pub(super) fn push(&mut self, mut field: FormField) -> Result<String, TooLarge> {
        self.work.take(1)?;
        if self.fields.len() >= MAX_FIELDS {
            return Err(TooLarge);
        }
        field.key = self.claim(&field.pointer, field.parent_key.as_deref());
        let key = field.key.clone();
        self.is_complete &= !matches!(field.kind, FieldKind::Json(_));
        self.fields.push(field);
        Ok(key)
    }

    /// A key that nothing has yet: the pointer, or else one that says whose pointer it is.
    pub(super) fn claim(&mut self, pointer: &str, parent: Option<&str>) -> String {
        let mut key = pointer.to_owned();
        if self.keys.contains(&key) {
            key = format!("{}:{pointer}", parent.unwrap_or_default());
        }
        let first = key.clone();
        let mut count = 2;
        while !self.keys.insert(key.clone()) {
            key = format!("{first}~{count}");
            count += 1;
        }
        key
    }
}
