//! What a reference within a schema leads to. Nothing is ever fetched.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use super::work::{TooLarge, Work};

/// The places in a schema that references can lead to.
#[derive(Debug)]
pub(super) struct References<'a> {
    root: &'a Value,
    /// By anchor (`#name`) and by `$id`; `None` where two places bear the same name.
    names: HashMap<Cow<'a, str>, Option<&'a Value>>,
    /// Some part of the schema is a resource of its own (2020-12 core, section 8.2.1), in
    /// which pointers begin elsewhere.
    has_resources: bool,
}

impl<'a> References<'a> {
    /// Looks for names in all of the schema.
    pub(super) fn of(root: &'a Value, work: &mut Work) -> Result<Self, TooLarge> {
        let mut found = Self { root, names: HashMap::new(), has_resources: false };
        let mut open = vec![root];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(items) => {
                    work.take(items.len())?;
                    open.extend(items);
                }
                Value::Object(members) => {
                    work.take(members.len())?;
                    for (word, inner) in members {
                        match (word.as_str(), inner) {
                            ("$anchor" | "$dynamicAnchor", Value::String(name)) => {
                                found.name(Cow::Owned(format!("#{name}")), value);
                            }
                            // Drafts 6 and 7 write an anchor like this.
                            ("$id", Value::String(name)) => {
                                let is_anchor = name.starts_with('#');
                                let is_root = std::ptr::eq(value, root);
                                found.has_resources |= !is_root && !is_anchor;
                                found.name(Cow::Borrowed(name), value);
                            }
                            // What is in there are values, not schemas.
                            ("enum" | "const" | "default" | "examples", _) => {}
                            _ => open.push(inner),
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    fn name(&mut self, name: Cow<'a, str>, place: &'a Value) {
        self.names
            .entry(name)
            .and_modify(|known| {
                *known = known.filter(|known| std::ptr::eq(*known, place));
            })
            .or_insert(Some(place));
    }

    /// The schema that a reference leads to; `None` when that is elsewhere or nowhere, or
    /// takes more than this to find out.
    pub(super) fn resolve(&self, reference: &str) -> Option<&'a Value> {
        if let Some(named) = self.names.get(reference) {
            return *named;
        }
        let fragment = reference.strip_prefix('#')?;
        if self.has_resources {
            return None;
        }
        let pointer = decoded(fragment)?;
        self.root.pointer(&pointer)
    }
}

/// A URI fragment without its percent signs (RFC 6901, section 6).
fn decoded(fragment: &str) -> Option<Cow<'_, str>> {
    if !fragment.contains('%') {
        return Some(Cow::Borrowed(fragment));
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}
