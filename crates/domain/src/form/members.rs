//! The properties of an object, and what holds of them only under a condition.

use serde_json::Value;

use super::compile::Compiler;
use super::condition::Condition;
use super::place::Place;
use super::shape::{ObjectRules, Shape};
use super::work::TooLarge;

/// A property for which the service wrote no schema.
static ANYTHING: Value = Value::Bool(true);

/// One property, or one of several ways in which it is asked for.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    pub(super) schemas: Vec<&'a Value>,
    pub(super) is_required: bool,
    pub(super) shown_when: Vec<Condition>,
    pub(super) required_when: Vec<Condition>,
    /// Whether it is how the property is asked for where no rule says otherwise.
    pub(super) is_plain: bool,
}

impl<'a> Member<'a> {
    pub(super) fn new(name: &'a str, schemas: &[&'a Value], is_required: bool) -> Self {
        let schemas = match schemas {
            [] => vec![&ANYTHING],
            schemas => schemas.to_vec(),
        };
        let (shown_when, required_when) = (Vec::new(), Vec::new());
        Self { name, schemas, is_required, shown_when, required_when, is_plain: false }
    }

    fn plain(name: &'a str, schemas: &[&'a Value], is_required: bool) -> Self {
        Self { is_plain: true, ..Self::new(name, schemas, is_required) }
    }

    /// Whether its conditions can hold at once.
    fn is_ever_shown(&self) -> bool {
        let shown = &self.shown_when;
        !shown.iter().any(|one| shown.iter().any(|other| one.excludes(other)))
    }
}

impl ObjectRules<'_> {
    /// Whether there is anything to ask for by name. An object of which nothing is known
    /// has no fields; one that has to be empty has none either, but is known.
    pub(super) fn has_fields(&self) -> bool {
        let is_closed = self.allowed.as_ref().is_some_and(|it| it.is_empty()) && !self.is_open;
        !self.properties.is_empty() || !self.required.is_empty() || is_closed
    }
}

impl<'a> Compiler<'a> {
    /// Asks for the properties of an object.
    pub(super) fn members(&mut self, place: &Place<'a>, shape: &Shape<'a>) -> Result<(), TooLarge> {
        let object = &shape.object;
        self.is_complete &= !object.has_count_to_say();
        self.work.take(object.properties.len() + object.required.len())?;
        let mut members: Vec<Member<'a>> = Vec::new();
        for (name, schemas) in &object.properties {
            if object.allows(name) {
                members.push(Member::plain(name, schemas, object.required.contains(name)));
            }
        }
        for name in &object.required {
            if object.property(name).is_none() {
                members.push(Member::plain(name, &[], true));
            }
        }
        for rule in &object.rules {
            self.apply(&place.pointer, object, rule, &mut members)?;
        }
        members.retain(Member::is_ever_shown);
        for member in members {
            let place = Place {
                is_required: member.is_required,
                shown_when: member.shown_when,
                required_when: member.required_when,
                ..place.member(member.name)
            };
            self.emit(&place, &member.schemas)?;
        }
        Ok(())
    }
}
