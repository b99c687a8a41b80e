//! Where a field goes.

use super::condition::Condition;
use super::escaped;
use super::given::Given;
use super::label::humanized;

/// A place in the arguments and in the form.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub(super) pointer: String,
    pub(super) parent: Option<String>,
    /// What to call it if the service does not say.
    pub(super) label: String,
    pub(super) is_required: bool,
    pub(super) given: Given<'a>,
    pub(super) shown_when: Vec<Condition>,
    pub(super) required_when: Vec<Condition>,
    /// How many groups, lists and variants are around it.
    pub(super) depth: usize,
}

impl<'a> Place<'a> {
    /// The arguments as a whole.
    pub(super) fn root(given: Given<'a>) -> Self {
        Self {
            pointer: String::new(),
            parent: None,
            label: "Arguments".to_owned(),
            is_required: true,
            given,
            shown_when: Vec::new(),
            required_when: Vec::new(),
            depth: 0,
        }
    }

    /// The place of a property of the object that is here. Its parent is where the members
    /// of the object are.
    pub(super) fn member(&self, name: &str) -> Self {
        Self {
            pointer: format!("{}/{}", self.pointer, escaped(name)),
            parent: self.parent.clone(),
            label: humanized(name),
            is_required: false,
            given: self.given.inside(name),
            shown_when: Vec::new(),
            required_when: Vec::new(),
            depth: self.depth,
        }
    }

    /// The place of any item of the list that is here, whose key is `list`.
    pub(super) fn item(&self, list: String) -> Self {
        Self {
            pointer: format!("{}/-", self.pointer),
            label: "Item".to_owned(),
            given: Given::NOTHING,
            ..self.within(list)
        }
    }

    /// The same value, below the field with that key, which says whether it is there.
    pub(super) fn within(&self, key: String) -> Self {
        Self {
            parent: Some(key),
            is_required: true,
            shown_when: Vec::new(),
            required_when: Vec::new(),
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}
