//! Taking apart what a value may be: nothing, one of several, or one thing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::compile::Compiler;
use super::kinds::Kinds;
use super::label::humanized;
use super::read::MAX_BRANCHES;
use super::shape::{Named, Shape, Union};
use super::work::TooLarge;

/// What a value is, as far as a schema leaves no choice.
#[derive(Debug)]
pub(super) struct Settled<'a> {
    pub(super) shape: Shape<'a>,
    /// Whether the value may be null as well.
    pub(super) is_nullable: bool,
    /// What there is to choose from; empty when there is no choice.
    pub(super) alternatives: Vec<Alternative<'a>>,
    /// Whether a value must not fit two of the alternatives.
    pub(super) is_exclusive: bool,
}

/// One thing that a value may be.
#[derive(Debug)]
pub(super) struct Alternative<'a> {
    /// All that is said about it, what holds for every alternative included.
    pub(super) shape: Shape<'a>,
    pub(super) title: Option<String>,
    pub(super) description: Option<&'a str>,
}

impl<'a> Compiler<'a> {
    pub(super) fn settle(&mut self, shape: Shape<'a>) -> Result<Settled<'a>, TooLarge> {
        let mut settled =
            Settled { shape, is_nullable: false, alternatives: Vec::new(), is_exclusive: false };
        while !settled.shape.is_impossible && !settled.shape.is_opaque {
            if settled.shape.unions.is_empty() {
                break;
            }
            let union = settled.shape.unions.remove(0);
            let (mut alternatives, has_null) = self.split(&settled.shape, &union)?;
            settled.is_nullable |= has_null;
            if let Some(values) = constants(&alternatives, has_null) {
                for named in &values {
                    self.work.measure(named.value)?;
                }
                let count = values.len();
                let values = distinct(values);
                settled.shape.has_more_to_say |= union.is_exclusive && values.len() < count;
                let known = settled.shape.values.as_ref().map_or(0, Vec::len);
                self.work.take(count.saturating_mul(known))?;
                settled.shape.only(values);
                continue;
            }
            match alternatives.len() {
                0 if has_null => settled.shape.narrow(Kinds::NULL),
                0 => settled.shape.is_impossible = true,
                1 => {
                    let default = settled.shape.notes.default;
                    settled.shape = alternatives.remove(0).shape;
                    settled.shape.notes.default = default.or(settled.shape.notes.default);
                    self.trail.extend(&settled.shape.followed);
                    // Where null fits both of two, it fits neither of `oneOf`.
                    let fits_twice =
                        has_null && union.is_exclusive && settled.shape.kinds.has(Kinds::NULL);
                    if fits_twice {
                        settled.shape.has_more_to_say = true;
                    }
                }
                count if count > MAX_BRANCHES => settled.shape.is_opaque = true,
                _ => {
                    settled.alternatives = alternatives;
                    settled.is_exclusive = union.is_exclusive;
                    return Ok(settled);
                }
            }
        }
        self.without_null(&mut settled)?;
        Ok(settled)
    }

    /// Finds null among what is left, and the kinds when there are several.
    fn without_null(&mut self, settled: &mut Settled<'a>) -> Result<(), TooLarge> {
        let shape = &mut settled.shape;
        shape.is_impossible |= shape.is_contradictory();
        if shape.values.is_some() {
            let mut values = shape.fitting_values().unwrap_or_default();
            shape.is_impossible |= values.is_empty();
            if values.len() > 1 && values.iter().any(|it| it.value.is_null()) {
                values.retain(|it| !it.value.is_null());
                settled.is_nullable = true;
            }
            shape.values = Some(values);
            return Ok(());
        }
        if shape.kinds == Kinds::ANY {
            return Ok(());
        }
        if shape.kinds == Kinds::NULL {
            static NULL: Value = Value::Null;
            shape.values = Some(vec![Named { value: &NULL, title: None, description: None }]);
            settled.is_nullable = false;
            return Ok(());
        }
        settled.is_nullable |= shape.kinds.has(Kinds::NULL);
        shape.kinds = shape.kinds.without(Kinds::NULL);
        if shape.kinds.each().count() < 2 {
            return Ok(());
        }
        for kind in shape.kinds.each() {
            self.work.take(shape.size())?;
            let mut one = shape.clone();
            one.kinds = kind;
            one.followed.clear();
            one.notes.default = None;
            settled.alternatives.push(Alternative { shape: one, title: None, description: None });
        }
        Ok(())
    }

    /// The branches of a union with what is said beside it, but for those that nothing
    /// fits and those that only null does; and whether there is one of the latter.
    fn split(
        &mut self,
        base: &Shape<'a>,
        union: &Union<'a>,
    ) -> Result<(Vec<Alternative<'a>>, bool), TooLarge> {
        let mut alternatives = Vec::with_capacity(union.branches.len());
        let mut has_null = false;
        for branch in union.branches {
            self.work.take(base.size())?;
            let mut shape = base.clone();
            shape.followed.clear();
            // What the union suggests is for one of the branches only.
            shape.notes.default = None;
            self.absorb(&mut shape, branch)?;
            if shape.is_impossible || shape.is_contradictory() {
                continue;
            }
            let values = shape.fitting_values();
            let is_null = values.is_some_and(|all| all.iter().all(|it| it.value.is_null()));
            if is_null || shape.kinds == Kinds::NULL {
                // What else is to be chosen from has to take null as well.
                has_null |= self.fits(&shape, &Value::Null)?;
                continue;
            }
            let (title, description) = self.heading(branch);
            alternatives.push(Alternative { shape, title, description });
        }
        Ok((alternatives, has_null))
    }

    /// What a branch is called, by itself or where it refers to.
    fn heading(&self, branch: &'a Value) -> (Option<String>, Option<&'a str>) {
        let reference = branch.get("$ref").and_then(Value::as_str);
        let target = reference.and_then(|it| self.references.resolve(it));
        let word = |word: &str| {
            let own = branch.get(word).and_then(Value::as_str);
            own.or_else(|| target?.get(word)?.as_str())
        };
        let definition = || {
            let (place, name) = reference?.rsplit_once('/')?;
            matches!(place, "#/$defs" | "#/definitions").then(|| humanized(name))
        };
        (word("title").map(str::to_owned).or_else(definition), word("description"))
    }
}

/// The values of alternatives that are nothing but values.
fn constants<'a>(alternatives: &[Alternative<'a>], has_null: bool) -> Option<Vec<Named<'a>>> {
    if has_null && alternatives.len() < 2 {
        return None;
    }
    let mut all = Vec::new();
    for Alternative { shape, title, description } in alternatives {
        let is_plain = shape.unions.is_empty() && !shape.is_opaque && !shape.has_more_to_say;
        let values = shape.fitting_values().filter(|_| is_plain)?;
        if let [one] = values.as_slice() {
            let branch = *shape.parts.last()?;
            let title = branch.get("title").and_then(Value::as_str).filter(|_| title.is_some());
            let title = title.or(one.title);
            all.push(Named { title, description: *description, ..*one });
        } else {
            all.extend(values);
        }
    }
    (!all.is_empty()).then_some(all)
}

fn distinct(values: Vec<Named<'_>>) -> Vec<Named<'_>> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|it| seen.insert(it.value.to_string())).collect()
}
