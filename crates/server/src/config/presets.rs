//! Services that come with the program: what an operator would write about them otherwise.
//!
//! A preset is a table like `[services.CODE]`. What the operator writes goes on top of it, key
//! by key. Its comments say where each fact comes from, and when it was looked at.

use toml::{Table, Value};

macro_rules! preset {
    ($name:literal) => {
        ($name, include_str!(concat!("../../presets/", $name, ".toml")))
    };
}

const PRESETS: &[(&str, &str)] = &[
    preset!("airtable"),
    preset!("asana"),
    preset!("atlassian"),
    preset!("box"),
    preset!("calendly"),
    preset!("canva"),
    preset!("cloudflare"),
    preset!("cloudflare_docs"),
    preset!("deepwiki"),
    preset!("dropbox"),
    preset!("figma"),
    preset!("github"),
    preset!("gitlab"),
    preset!("gmail"),
    preset!("google_calendar"),
    preset!("google_drive"),
    preset!("hubspot"),
    preset!("huggingface"),
    preset!("intercom"),
    preset!("linear"),
    preset!("microsoft_learn"),
    preset!("monday"),
    preset!("neon"),
    preset!("notion"),
    preset!("paypal"),
    preset!("sentry"),
    preset!("slack"),
    preset!("square"),
    preset!("stripe"),
    preset!("supabase"),
    preset!("todoist"),
    preset!("vercel"),
    preset!("wix"),
    preset!("zapier"),
];

/// The names of all presets, in order.
pub fn preset_names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|(name, _)| *name)
}

/// A preset as it is written, comments included.
pub fn preset(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What an operator wrote, on top of a preset. `None` when there is no such preset.
pub(super) fn on_top_of(preset_name: &str, written: Table) -> Option<Table> {
    let base = preset(preset_name)?.parse().expect("a test reads every preset");
    Some(merged(base, written))
}

/// Tables are merged, and everything else is replaced.
fn merged(mut base: Table, top: Table) -> Table {
    for (key, value) in top {
        let value = match (base.remove(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => Value::Table(merged(below, above)),
            (_, value) => value,
        };
        base.insert(key, value);
    }
    base
}

#[cfg(test)]
#[path = "presets_tests.rs"]
mod tests;
