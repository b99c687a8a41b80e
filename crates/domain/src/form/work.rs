//! How much may be done for one form, whatever the schema.

use serde_json::Value;

/// The most that one reading of a schema may cost, in steps: a step is one schema or one
/// keyword looked at, or 32 bytes copied. Real schemas take hundreds; this takes milliseconds.
const MAX_STEPS: usize = 60_000;

/// The schema asks for more than a form may have, or than may be done for one.
#[derive(Debug)]
pub(super) struct TooLarge;

/// What is left to be done.
#[derive(Debug)]
pub(super) struct Work {
    left: usize,
}

impl Work {
    pub(super) const fn new() -> Self {
        Self { left: MAX_STEPS }
    }

    /// Takes so many steps.
    pub(super) fn take(&mut self, steps: usize) -> Result<(), TooLarge> {
        self.left = self.left.checked_sub(steps).ok_or(TooLarge)?;
        Ok(())
    }

    /// Copies text.
    pub(super) fn text(&mut self, text: &str) -> Result<String, TooLarge> {
        self.take(1 + text.len() / 32)?;
        Ok(text.to_owned())
    }

    /// Copies a value, once it is known to be small enough.
    pub(super) fn value(&mut self, value: &Value) -> Result<Value, TooLarge> {
        self.measure(value)?;
        Ok(value.clone())
    }

    /// Goes through all of a value, without recursion: nobody promised that it is not deep.
    pub(super) fn measure(&mut self, value: &Value) -> Result<(), TooLarge> {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => self.take(1 + text.len() / 32)?,
                Value::Array(items) => {
                    self.take(1 + items.len())?;
                    open.extend(items);
                }
                Value::Object(members) => {
                    let names: usize = members.keys().map(|name| 1 + name.len() / 32).sum();
                    self.take(1 + names)?;
                    open.extend(members.values());
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => self.take(1)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_copied_counts_by_its_length() {
        let mut work = Work::new();
        assert!(work.text(&"x".repeat(MAX_STEPS * 16)).is_ok());
        assert!(work.text(&"x".repeat(MAX_STEPS * 17)).is_err());
    }

    #[test]
    fn work_ends_and_stays_at_its_end() {
        let mut work = Work::new();
        let value = json!({ "a": [1, 2, { "b": "c" }] });
        let copies = std::iter::from_fn(|| work.value(&value).ok()).count();
        assert!((MAX_STEPS / 20..MAX_STEPS / 5).contains(&copies), "{copies}");
        assert!(work.value(&value).is_err());
    }
}
