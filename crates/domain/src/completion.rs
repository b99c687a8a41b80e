//! What would fit into a blank.

use serde_json::Value;

/// The most completions in one answer (MCP, `CompleteResult`), and the longest, in characters.
const MAX_VALUES: usize = 100;
const MAX_VALUE: usize = 2_000;

/// Values that would fit into a blank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completion {
    /// The values, best first, at most 100.
    pub values: Vec<String>,
    /// How many there are, as the service says.
    pub total: Option<u64>,
    /// Whether there are more.
    pub has_more: bool,
}

impl Completion {
    /// Reads what a service suggests. `None` where it suggests something else than values.
    pub fn read(raw: &Value) -> Option<Self> {
        let said = raw["completion"]["values"].as_array()?;
        let values = said.iter().filter_map(Value::as_str);
        let values = values.filter(|value| value.chars().nth(MAX_VALUE).is_none());
        let values: Vec<String> = values.take(MAX_VALUES).map(str::to_owned).collect();
        Some(Self {
            total: raw["completion"]["total"].as_u64(),
            has_more: raw["completion"]["hasMore"] == true || values.len() < said.len(),
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn more_values_than_may_be_are_said_to_be_more() {
        let raw = json!({ "completion": { "values": vec!["a"; 500], "total": 500 } });
        let read = Completion::read(&raw).unwrap();
        assert_eq!((read.values.len(), read.total, read.has_more), (MAX_VALUES, Some(500), true));
        assert_eq!(Completion::read(&json!({ "completion": {} })), None);
        let none = Completion::read(&json!({ "completion": { "values": [] } }));
        assert_eq!(none, Some(Completion::default()));
    }
}
