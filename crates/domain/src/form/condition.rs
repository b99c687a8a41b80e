//! When a field counts.

use serde_json::Value;

/// A condition on the value at another place. In a list, `-` is the same item in both.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Which value. JSON Pointer (RFC 6901).
    pub pointer: String,
    /// The values in question; there may be none.
    pub values: Vec<Value>,
    /// Whether the value has to be another one than those, instead of one of them.
    pub is_negated: bool,
    /// Whether the condition holds while there is no value.
    pub is_met_when_absent: bool,
}

impl Condition {
    /// There is a value, whatever it is.
    pub(super) const fn present(pointer: String) -> Self {
        Self { pointer, values: Vec::new(), is_negated: true, is_met_when_absent: false }
    }

    /// Whether it holds for the value at its pointer.
    pub fn is_met(&self, value: Option<&Value>) -> bool {
        value
            .map_or(self.is_met_when_absent, |value| self.values.contains(value) != self.is_negated)
    }

    /// Holds when this one does not.
    pub(super) fn negated(&self) -> Self {
        Self {
            is_negated: !self.is_negated,
            is_met_when_absent: !self.is_met_when_absent,
            ..self.clone()
        }
    }

    /// Whether the two can never hold at once.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        if self.pointer != other.pointer || (self.is_met_when_absent && other.is_met_when_absent) {
            return false;
        }
        match (self.is_negated, other.is_negated) {
            (false, false) => !self.values.iter().any(|value| other.values.contains(value)),
            (false, true) => self.values.iter().all(|value| other.values.contains(value)),
            (true, false) => other.excludes(self),
            (true, true) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn condition() -> impl Strategy<Value = Condition> {
        (proptest::sample::subsequence(vec![1, 2, 3], 0..=3), any::<bool>(), any::<bool>())
            .prop_map(|(values, is_negated, is_met_when_absent)| Condition {
                pointer: "/a".to_owned(),
                values: values.into_iter().map(Value::from).collect(),
                is_negated,
                is_met_when_absent,
            })
    }

    proptest! {
        #[test]
        fn what_excludes_each_other_is_never_met_at_once(one in condition(), other in condition()) {
            let values: Vec<Value> = (0..5).map(Value::from).collect();
            for value in values.iter().map(Some).chain([None]) {
                let is_both = one.is_met(value) && other.is_met(value);
                prop_assert!(!(one.excludes(&other) && is_both), "{value:?}");
                prop_assert_ne!(one.is_met(value), one.negated().is_met(value));
            }
            prop_assert!(one.excludes(&one.negated()));
        }
    }

    #[test]
    fn a_condition_of_another_value_excludes_nothing() {
        let one = Condition::present("/a".to_owned());
        let other = Condition { pointer: "/b".to_owned(), ..one.negated() };
        assert!(!one.excludes(&other));
        assert!(one.is_met(Some(&Value::Null)) && !one.is_met(None));
    }
}
