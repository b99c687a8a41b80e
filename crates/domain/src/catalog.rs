//! What one account offers, and how fresh that knowledge is.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ToolId};
use crate::{Problem, ToolDefinition};

/// The tools one account offers, and how fresh that knowledge is.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalog {
    /// Whose tools.
    pub account: AccountId,
    /// Whether they are being read.
    pub state: CatalogState,
    /// How many there are.
    pub tool_count: i32,
    /// Those that the service lists and that are not offered. At most 100.
    pub rejected: Vec<RejectedTool>,
    /// When they were last read. `None` before the first time.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Until when that holds, where the service said so, and where it was out of reach.
    pub fresh_until: Option<DateTime<Utc>>,
    /// Why the last read failed. The previous tools stay.
    pub problem: Option<Problem>,
    /// Grows with every change.
    pub revision: i32,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a service said when it was asked for its tools.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// The tools, in the service's order.
    pub tools: Vec<ToolDefinition>,
    /// Those that are not offered.
    pub rejected: Vec<RejectedTool>,
    /// How long that holds, where the service says so.
    pub holds: Option<Duration>,
}

/// A tool that a service lists and that is not offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedTool {
    /// Its name, or as much of it as there is.
    pub name: String,
    /// Why, as the rest of a sentence about the tool.
    pub reason: String,
}

impl RejectedTool {
    /// The longest name that is kept, in characters.
    const MAX_NAME: usize = 256;

    /// Cuts the name to a bearable length, and leaves out what no text should have in it.
    pub fn new(name: &str, reason: impl Into<String>) -> Self {
        let name = name.chars().filter(|c| !c.is_control()).take(Self::MAX_NAME).collect();
        Self { name, reason: reason.into() }
    }
}

/// Whether the tools are being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CatalogState {
    /// For the first time.
    Loading,
    /// No; what is here is what the service said last.
    Ready,
    /// Again; the current tools stay usable.
    Refreshing,
    /// No; the last read failed.
    Failed,
}

impl CatalogState {
    /// The state while a read runs, given what was known before.
    pub fn reading(fetched_before: bool) -> Self {
        if fetched_before { Self::Refreshing } else { Self::Loading }
    }
}

/// A tool as it is stored, as far as a comparison needs it.
#[derive(Clone, Debug)]
pub struct KnownTool {
    /// Its id.
    pub id: ToolId,
    /// Its name on the wire.
    pub name: String,
    /// The digest of its definition.
    pub digest: [u8; 32],
    /// Whether the service had stopped offering it.
    pub is_removed: bool,
}

/// What has to be written so that the stored tools equal the offered ones.
#[derive(Debug, Default, PartialEq)]
pub struct CatalogChange {
    /// Offered for the first time.
    pub added: Vec<ToolDefinition>,
    /// Offered before, but not like this; or offered again.
    pub changed: Vec<(ToolId, ToolDefinition)>,
    /// No longer offered.
    pub removed: Vec<ToolId>,
}

impl CatalogChange {
    /// Compares what is stored with what the service offers now.
    ///
    /// A name offered twice counts once, the first time: MCP asks for unique
    /// names, and a tool that nobody can address is no tool.
    pub fn between(known: &[KnownTool], offered: Vec<ToolDefinition>) -> Self {
        let mut unmatched: HashMap<&str, &KnownTool> =
            known.iter().map(|tool| (tool.name.as_str(), tool)).collect();
        let mut seen = std::collections::HashSet::new();
        let mut change = Self::default();
        for definition in offered {
            if !seen.insert(definition.name.clone()) {
                continue;
            }
            match unmatched.remove(definition.name.as_str()) {
                None => change.added.push(definition),
                Some(tool) if tool.is_removed || tool.digest != definition.digest() => {
                    change.changed.push((tool.id, definition));
                }
                Some(_) => {}
            }
        }
        change.removed =
            unmatched.into_values().filter(|tool| !tool.is_removed).map(|tool| tool.id).collect();
        change.removed.sort();
        change
    }

    /// Whether nothing has to be written.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Clock, new_id};

    fn definition(name: &str, description: &str) -> ToolDefinition {
        ToolDefinition {
            name: name.to_owned(),
            title: None,
            description: Some(description.to_owned()),
            input_schema: json!({"type": "object"}),
            output_schema: None,
            hints: crate::ToolHints::default(),
            icons: Vec::new(),
            app: None,
        }
    }

    fn known(definition: &ToolDefinition, is_removed: bool) -> KnownTool {
        KnownTool {
            id: new_id(&Clock::system()),
            name: definition.name.clone(),
            digest: definition.digest(),
            is_removed,
        }
    }

    #[test]
    fn only_what_differs_is_written() {
        let (kept, edited, gone) =
            (definition("kept", "a"), definition("edited", "a"), definition("gone", "a"));
        let stored = [known(&kept, false), known(&edited, false), known(&gone, false)];
        let offered = vec![kept, definition("edited", "b"), definition("new", "a")];

        let change = CatalogChange::between(&stored, offered);

        assert_eq!(change.added, [definition("new", "a")]);
        assert_eq!(change.changed, [(stored[1].id, definition("edited", "b"))]);
        assert_eq!(change.removed, [stored[2].id]);
    }

    #[test]
    fn a_tool_that_comes_back_keeps_its_id() {
        let tool = definition("back", "a");
        let stored = [known(&tool, true)];
        let change = CatalogChange::between(&stored, vec![tool.clone()]);
        assert_eq!(change.changed, [(stored[0].id, tool)]);
        assert!(CatalogChange::between(&stored, Vec::new()).is_empty());
    }

    #[test]
    fn a_name_offered_twice_counts_once() {
        let change = CatalogChange::between(
            &[],
            vec![definition("twin", "first"), definition("twin", "second")],
        );
        assert_eq!(change.added, [definition("twin", "first")]);
    }
}
