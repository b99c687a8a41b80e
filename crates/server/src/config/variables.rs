//! What the environment says: secrets, and what deployments set from outside.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use attache_store::Material;
use secrecy::SecretString;

use super::reader::Mistakes;

/// Everything with this prefix is ours, and a name that means nothing is a mistake.
const PREFIX: &str = "ATTACHE_";

/// Variables that are read before configuration is.
const READ_ELSEWHERE: [&str; 3] = ["ATTACHE_CONFIG", "ATTACHE_LOG", "ATTACHE_LOG_FORMAT"];

/// Reads a file that a variable names.
type ReadFile<'a> = &'a dyn Fn(&str) -> io::Result<String>;

/// Runs a command with an input, and returns what it prints.
type Run<'a> = &'a dyn Fn(&[String], &str) -> io::Result<String>;

/// The environment, and the files it points at.
pub struct Variables<'a> {
    values: BTreeMap<String, String>,
    read_file: ReadFile<'a>,
    run: Option<Run<'a>>,
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> Variables<'a> {
    /// Takes the variables with our prefix. `read_file` is called for each `…_FILE`.
    pub fn new(
        values: impl IntoIterator<Item = (String, String)>,
        read_file: ReadFile<'a>,
    ) -> Self {
        let ours = values.into_iter().filter(|(name, _)| name.starts_with(PREFIX));
        Self { values: ours.collect(), read_file, run: None, asked: RefCell::default() }
    }

    /// The same, with commands that bring keys from elsewhere.
    #[must_use]
    pub fn with_commands(self, run: Run<'a>) -> Self {
        Self { run: Some(run), ..self }
    }

    /// The bytes of a key of the ring, in base64, from where they are.
    pub(super) fn bring(&self, material: &Material) -> Result<SecretString, String> {
        match material {
            Material::Here { b64 } => Ok(b64.as_str().into()),
            Material::File { file } => {
                let text = (self.read_file)(file);
                text.map(Into::into).map_err(|error| format!("{file} cannot be read: {error}"))
            }
            Material::Variable { env } => {
                self.asked.borrow_mut().insert(env.clone());
                let value = self.values.get(env).map(|value| value.as_str().into());
                value.ok_or_else(|| format!("{env} is not set (names begin with {PREFIX})"))
            }
            Material::Command { command, wrapped } => {
                let run = self.run.ok_or("commands are not run here")?;
                let program = command.first().map_or("nothing", String::as_str);
                let printed = run(command, wrapped);
                printed.map(Into::into).map_err(|error| format!("{program}: {error}"))
            }
        }
    }

    /// A secret: `NAME`, or the content of the file that `NAME_FILE` names.
    pub(super) fn get(&self, name: &str, mistakes: &Mistakes) -> Option<SecretString> {
        let file_name = format!("{name}_FILE");
        self.asked.borrow_mut().extend([name.to_owned(), file_name.clone()]);
        let (value, file) = (self.values.get(name), self.values.get(&file_name));
        match (value, file) {
            (Some(_), Some(_)) => {
                mistakes.add(name, format!("set this or {file_name}, not both"));
                None
            }
            (Some(value), None) if value.is_empty() => {
                mistakes.add(name, "is empty");
                None
            }
            (Some(value), None) => Some(value.as_str().into()),
            (None, Some(file)) => match (self.read_file)(file) {
                Ok(content) => Some(content.trim_end_matches(['\r', '\n']).into()),
                Err(error) => {
                    mistakes.add(file_name, format!("{file} cannot be read: {error}"));
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// A secret without which nothing works.
    pub(super) fn required(
        &self,
        name: &str,
        what: &str,
        mistakes: &Mistakes,
    ) -> Option<SecretString> {
        let is_set =
            self.values.contains_key(name) || self.values.contains_key(&format!("{name}_FILE"));
        if !is_set {
            mistakes.add(name, format!("is needed (or {name}_FILE): {what}"));
        }
        self.get(name, mistakes)
    }

    /// Reports variables with our prefix that nobody asked for.
    pub(super) fn report_unknown(&self, mistakes: &Mistakes) {
        let asked = self.asked.borrow();
        for name in self.values.keys() {
            if !asked.contains(name) && !READ_ELSEWHERE.contains(&name.as_str()) {
                mistakes.add(name, "is not a variable that means anything");
            }
        }
    }
}
