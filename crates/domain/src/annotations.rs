//! Hints of services about what they offer.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// Hints of a service about something it offers (MCP, `Annotations`). Unverified.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// Whom it is for. At most both.
    pub audience: Vec<Role>,
    /// How much it matters, from 0 to 1.
    pub priority: Option<f64>,
    /// When it last changed.
    pub modified_at: Option<DateTime<Utc>>,
}

/// Who speaks, or is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// Whoever talks with the person.
    Assistant,
}

impl Annotations {
    pub(crate) fn read(raw: &Value) -> Self {
        let audience = raw["audience"].as_array();
        let said = audience.into_iter().flatten().flat_map(Role::deserialize);
        let said: Vec<Role> = said.take(2).collect();
        let priority = raw["priority"].as_f64().filter(|it| (0.0..=1.0).contains(it));
        Self {
            audience: [Role::User, Role::Assistant]
                .into_iter()
                .filter(|role| said.contains(role))
                .collect(),
            // The library reads it with less precision than it then seems to have.
            priority: priority.map(|it| (it * 1e4).round() / 1e4),
            modified_at: raw["lastModified"].as_str().and_then(instant),
        }
    }
}

/// An instant, or the beginning of a day.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc());
    let day = || text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    instant.or_else(|_| day()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hints_that_make_no_sense_are_no_hints() {
        let read = Annotations::read(&json!({
            "audience": ["assistant", "user", "assistant", "cat"],
            "priority": 0.9_f32,
            "lastModified": "2025-01-12",
        }));
        assert_eq!(read.audience, [Role::User, Role::Assistant]);
        assert_eq!(read.priority, Some(0.9));
        assert_eq!(read.modified_at, Some("2025-01-12T00:00:00Z".parse().unwrap()));
        let odd = json!({ "audience": "user", "priority": 7, "lastModified": "soon" });
        assert_eq!(Annotations::read(&odd), Annotations::default());
    }
}
