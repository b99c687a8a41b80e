//! What holds of an object only under a condition, said by its fields.

use serde_json::{Map, Value};

use super::compile::Compiler;
use super::condition::Condition;
use super::escaped;
use super::members::Member;
use super::shape::{Consequence, ObjectRules, Rule, Shape, Test};
use super::work::TooLarge;

/// The most conditions of either sort that one field has.
const MAX_CONDITIONS: usize = 50;

impl<'a> Compiler<'a> {
    /// Says by the members what a rule says of the object at `pointer`. A rule that they
    /// cannot say makes the form incomplete.
    pub(super) fn apply(
        &mut self,
        pointer: &str,
        object: &ObjectRules<'a>,
        rule: &Rule<'a>,
        members: &mut Vec<Member<'a>>,
    ) -> Result<(), TooLarge> {
        self.work.take(1 + members.len() / 8)?;
        let mut then = Shape::anything();
        match rule.then {
            Consequence::Fits(schema) => self.absorb(&mut then, schema)?,
            Consequence::Required(names) => {
                self.work.take(names.len())?;
                then.object.required.extend(names.iter().filter_map(Value::as_str));
            }
        }
        if then.says_nothing() {
            return Ok(());
        }
        let Some((name, condition)) = condition(pointer, object, rule.test) else {
            self.is_complete = false;
            return Ok(());
        };
        if !members.iter().any(|member| member.name == name) {
            // Nobody is asked for the value, so there is none.
            self.is_complete &= !condition.is_met_when_absent;
            return Ok(());
        }
        self.is_complete &= !then.is_more_than_members();
        for (name, schemas) in &then.object.properties {
            let is_required = then.object.required.contains(name);
            if object.allows(name) {
                let member = Member::new(name, schemas, is_required);
                self.refine(members, &condition, member)?;
            }
        }
        for name in &then.object.required {
            self.is_complete &= object.allows(name);
            if then.object.property(name).is_some() || !object.allows(name) {
                continue;
            }
            self.work.take(members.len() / 8)?;
            let mut is_asked = false;
            for member in members.iter_mut().filter(|member| member.name == *name) {
                is_asked = true;
                let has_room = member.required_when.len() < MAX_CONDITIONS;
                self.is_complete &= has_room || member.is_required;
                if !member.is_required && has_room {
                    self.copy(&condition)?;
                    member.required_when.push(condition.clone());
                }
            }
            if !is_asked {
                self.refine(members, &condition, Member::new(name, &[], true))?;
            }
        }
        Ok(())
    }

    /// Asks for a property in another way while a condition holds.
    fn refine(
        &mut self,
        members: &mut Vec<Member<'a>>,
        condition: &Condition,
        mut member: Member<'a>,
    ) -> Result<(), TooLarge> {
        self.work.take(1 + members.len() / 8)?;
        self.copy(condition)?;
        let same = |it: &Member<'a>| it.name == member.name;
        let others = || members.iter().filter(|it| same(it) && !it.is_plain);
        let is_apart = |it: &Member<'a>| it.shown_when.iter().any(|it| it.excludes(condition));
        if !others().all(is_apart) || others().count() >= MAX_CONDITIONS {
            self.is_complete = false;
            return Ok(());
        }
        let last = members.iter().rposition(same);
        let base = members.iter_mut().find(|it| same(it) && it.is_plain);
        member.shown_when.push(condition.clone());
        let (Some(base), Some(last)) = (base, last) else {
            members.push(member);
            return Ok(());
        };
        let is_known = |schema: &&'a Value| {
            base.schemas.iter().any(|it| std::ptr::eq(*it, *schema)) || says_nothing(schema)
        };
        self.work.take(member.schemas.len() * base.schemas.len())?;
        if member.schemas.iter().all(is_known) {
            let has_room = base.required_when.len() < MAX_CONDITIONS;
            self.is_complete &= has_room || base.is_required || !member.is_required;
            if member.is_required && !base.is_required && has_room {
                base.required_when.push(condition.clone());
            }
            return Ok(());
        }
        member.is_required |= base.is_required;
        member.required_when.clone_from(&base.required_when);
        member.schemas.splice(0..0, base.schemas.iter().copied());
        base.shown_when.push(condition.negated());
        members.insert(last + 1, member);
        Ok(())
    }

    /// What it costs to have a condition once more.
    fn copy(&mut self, condition: &Condition) -> Result<(), TooLarge> {
        condition.values.iter().try_for_each(|value| self.work.measure(value))
    }
}

impl Shape<'_> {
    /// Nothing in it narrows anything.
    fn says_nothing(&self) -> bool {
        self.object.properties.is_empty()
            && self.object.required.is_empty()
            && !self.is_more_than_members()
    }

    /// It says more about an object than which members it has.
    fn is_more_than_members(&self) -> bool {
        let object = &self.object;
        self.is_impossible
            || self.is_opaque
            || self.has_more_to_say
            || self.values.is_some()
            || !self.unions.is_empty()
            || !object.rules.is_empty()
            || !object.forbidden.is_empty()
            || object.allowed.is_some()
            || object.min.is_some()
            || object.max.is_some()
    }
}

fn says_nothing(schema: &Value) -> bool {
    *schema == true || schema.as_object().is_some_and(Map::is_empty)
}

/// What a rule depends on, where that is one property: its name, and the condition.
fn condition<'a>(
    pointer: &str,
    object: &ObjectRules<'a>,
    test: Test<'a>,
) -> Option<(&'a str, Condition)> {
    match test {
        Test::Present(name) => {
            Some((name, Condition::present(format!("{pointer}/{}", escaped(name)))))
        }
        Test::FitsNot(schema) => {
            let (name, condition) = condition(pointer, object, Test::Fits(schema))?;
            Some((name, condition.negated()))
        }
        Test::Fits(schema) => fits(pointer, object, schema.as_object()?),
    }
}

fn fits<'a>(
    pointer: &str,
    object: &ObjectRules<'a>,
    words: &'a Map<String, Value>,
) -> Option<(&'a str, Condition)> {
    let mut properties = Vec::new();
    let mut names = Vec::new();
    for (word, value) in words {
        match (word.as_str(), value) {
            ("not", inner) if words.len() == 1 => {
                return condition(pointer, object, Test::FitsNot(inner));
            }
            ("properties", Value::Object(tests)) => properties.extend(tests),
            ("required", Value::Array(all)) => names.extend(all.iter().filter_map(Value::as_str)),
            ("type", kind) if kind == "object" => {}
            ("title" | "description" | "$comment", _) => {}
            _ => return None,
        }
    }
    let is_asked = |name: &&str| !object.required.contains(name);
    let place = |name: &str| format!("{pointer}/{}", escaped(name));
    match properties[..] {
        // Without a test, the only question is whether it is there.
        [] => {
            let mut open = names.into_iter().filter(is_asked);
            let name = open.next().filter(|_| open.next().is_none())?;
            Some((name, Condition::present(place(name))))
        }
        [(name, test)] => {
            let name = name.as_str();
            if names.iter().any(|it| *it != name && is_asked(it)) {
                return None;
            }
            let (values, is_negated) = tested(test)?;
            // Where the property has to be there anyway, nothing depends on its absence.
            let is_met_when_absent = !names.contains(&name) && is_asked(&name);
            let pointer = place(name);
            Some((name, Condition { pointer, values, is_negated, is_met_when_absent }))
        }
        _ => None,
    }
}

/// The values that a test is about, and whether it is about all others instead.
fn tested(test: &Value) -> Option<(Vec<Value>, bool)> {
    let words = test.as_object()?;
    let mut words =
        words.iter().filter(|(word, _)| !matches!(word.as_str(), "title" | "description" | "type"));
    let (word, value) = words.next()?;
    if words.next().is_some() {
        return None;
    }
    match word.as_str() {
        "const" => Some((vec![value.clone()], false)),
        "enum" => Some((value.as_array()?.clone(), false)),
        "not" => {
            let (values, is_negated) = tested(value)?;
            Some((values, !is_negated))
        }
        _ => None,
    }
}
