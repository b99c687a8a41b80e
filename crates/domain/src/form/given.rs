//! Values that are there before anybody enters one.

use serde_json::{Map, Value};

/// What is filled in at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given<'a> {
    /// The arguments as a whole: the viewer's own values by name, and the service's.
    Root(&'a Map<String, Value>, Option<&'a Value>),
    /// The viewer filled in what is around it, so that what is missing was left out.
    Preset(Option<&'a Value>),
    /// What the service suggests for what is around it.
    Suggested(Option<&'a Value>),
}

impl<'a> Given<'a> {
    pub(super) const NOTHING: Self = Self::Suggested(None);

    pub(super) const fn at_root(
        presets: &'a Map<String, Value>,
        default: Option<&'a Value>,
    ) -> Self {
        Self::Root(presets, default)
    }

    /// The value itself, where `default` is what the service suggests for it.
    pub(super) fn value(self, default: Option<&'a Value>) -> Option<&'a Value> {
        match self {
            Self::Root(..) => None,
            Self::Preset(value) => value,
            Self::Suggested(value) => value.or(default),
        }
    }

    /// With the service's suggestion for this very place.
    pub(super) fn or(self, default: Option<&'a Value>) -> Self {
        match self {
            Self::Suggested(value) => Self::Suggested(value.or(default)),
            Self::Root(presets, known) => Self::Root(presets, known.or(default)),
            Self::Preset(_) => self,
        }
    }

    /// What is given for a property.
    pub(super) fn inside(self, name: &str) -> Self {
        match self {
            Self::Root(presets, default) => match presets.get(name) {
                Some(value) => Self::Preset(Some(value)),
                None => Self::Suggested(default.and_then(|it| it.get(name))),
            },
            Self::Preset(Some(value)) => Self::Preset(value.get(name)),
            Self::Preset(None) => Self::NOTHING,
            Self::Suggested(value) => Self::Suggested(value.and_then(|it| it.get(name))),
        }
    }
}
