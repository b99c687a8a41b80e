//! Settings of the development server that are chosen on the command line.

use toml::{Table, Value};

use crate::config::Invalid;

/// The configuration with these lines of TOML in place of what it says.
pub(super) fn replaced(toml: &str, settings: &[String]) -> Result<String, Invalid> {
    let mistake = |line: &str, error: &toml::de::Error| {
        let what = format!("{line:?} is no line of TOML: {}", error.message());
        Invalid::one("--set", what)
    };
    let mut config: Table = toml.parse().map_err(|error| mistake("attache.toml", &error))?;
    for line in settings {
        merge(&mut config, line.parse().map_err(|error| mistake(line, &error))?);
    }
    Ok(config.to_string())
}

fn merge(config: &mut Table, settings: Table) {
    for (name, setting) in settings {
        match (config.get_mut(&name), setting) {
            (Some(Value::Table(section)), Value::Table(settings)) => merge(section, settings),
            (_, setting) => {
                config.insert(name, setting);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_replaces_what_was_and_leaves_the_rest() {
        let toml = "a = 1\n[b]\nc = 2\nd = 3\n";
        let settings = ["b.c = 5".to_owned(), "b.e.f = \"6\"".to_owned()];
        let config: Table = replaced(toml, &settings).unwrap().parse().unwrap();
        let expected: Table = "a = 1\n[b]\nc = 5\nd = 3\ne = { f = \"6\" }".parse().unwrap();
        assert_eq!(config, expected);
    }

    #[test]
    fn what_is_no_setting_is_named() {
        let invalid = replaced("", &["b.c".to_owned()]).unwrap_err().to_string();
        assert!(invalid.contains("--set: \"b.c\" is no line of TOML"), "{invalid}");
    }
}
