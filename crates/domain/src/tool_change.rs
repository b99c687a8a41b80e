//! What is different about a tool, since its viewer looked at it last.

use chrono::{DateTime, Utc};

use crate::ToolDefinition;

/// How a tool was that its viewer knew, where it is not like that any more.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolChange {
    /// How it was.
    pub former: ToolDefinition,
    /// When it changed last.
    pub changed_at: DateTime<Utc>,
}

/// A part of a tool that a person or a model relies on. Pictures are none: some services sign
/// their URLs anew each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolPart {
    /// The title to show.
    Title,
    /// What it says it does.
    Description,
    /// What it takes.
    InputSchema,
    /// What it answers with.
    OutputSchema,
    /// What the service claims about it.
    Hints,
    /// The page that shows its calls.
    App,
}

impl ToolPart {
    /// What differs between two definitions. The order of names in a schema does not count.
    pub fn between(former: &ToolDefinition, now: &ToolDefinition) -> Vec<Self> {
        let parts = [
            (Self::Title, former.display_title() != now.display_title()),
            (Self::Description, former.description != now.description),
            (Self::InputSchema, former.input_schema != now.input_schema),
            (Self::OutputSchema, former.output_schema != now.output_schema),
            (Self::Hints, former.hints != now.hints),
            (Self::App, former.app != now.app),
        ];
        parts.into_iter().filter_map(|(part, differs)| differs.then_some(part)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Icon, ToolHints};

    fn definition() -> ToolDefinition {
        ToolDefinition {
            name: "roll".to_owned(),
            title: None,
            description: Some("Rolls.".to_owned()),
            input_schema: json!({"type": "object", "title": "Dice"}),
            output_schema: None,
            hints: ToolHints::default(),
            icons: Vec::new(),
            app: None,
        }
    }

    #[test]
    fn each_part_that_differs_is_named_and_nothing_else() {
        let former = definition();
        assert_eq!(ToolPart::between(&former, &former), []);
        let now = ToolDefinition {
            title: Some("Roll".to_owned()),
            output_schema: Some(json!({})),
            hints: ToolHints { destructive: Some(true), ..former.hints },
            ..former.clone()
        };
        let parts = [ToolPart::Title, ToolPart::OutputSchema, ToolPart::Hints];
        assert_eq!(ToolPart::between(&former, &now), parts);
        assert_ne!(former.digest_of_parts(), now.digest_of_parts());
        let now = ToolDefinition { description: None, input_schema: json!({}), ..former.clone() };
        let parts = [ToolPart::Description, ToolPart::InputSchema];
        assert_eq!(ToolPart::between(&former, &now), parts);
    }

    #[test]
    fn the_same_in_other_words_is_no_change() {
        let former = definition();
        let icons = Icon::read_all(&json!([{"src": "https://a.example/1.png"}]));
        assert_eq!(icons.len(), 1);
        let now = ToolDefinition {
            title: Some(former.name.clone()),
            input_schema: json!({"title": "Dice", "type": "object"}),
            icons,
            ..former.clone()
        };
        assert_eq!(ToolPart::between(&former, &now), []);
        let pictured = ToolDefinition { icons: now.icons, ..former.clone() };
        assert_eq!(former.digest_of_parts(), pictured.digest_of_parts());
    }
}
