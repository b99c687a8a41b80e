//! Reading TOML with a memory for mistakes.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use toml::{Table, Value};
use url::Url;

/// Something the operator has to mend, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The key in `attache.toml`, or the name of a variable.
    pub key: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.what)
    }
}

/// All that is wrong.
#[derive(Default)]
pub(super) struct Mistakes(RefCell<BTreeSet<Mistake>>);

impl Mistakes {
    pub(super) fn add(&self, key: impl Into<String>, what: impl Into<String>) {
        self.0.borrow_mut().insert(Mistake { key: key.into(), what: what.into() });
    }

    pub(super) fn into_list(self) -> Vec<Mistake> {
        self.0.into_inner().into_iter().collect()
    }
}

/// A table of the file, and where it is. Remembers which of its keys were asked for.
pub(super) struct Section<'a> {
    path: String,
    table: Table,
    asked: RefCell<BTreeSet<String>>,
    mistakes: &'a Mistakes,
}

impl<'a> Section<'a> {
    /// The file as a whole.
    pub(super) fn parse(toml: &str, mistakes: &'a Mistakes) -> Option<Self> {
        match toml.parse::<Table>() {
            Ok(table) => Some(Self::new(String::new(), table, mistakes)),
            Err(error) => {
                mistakes.add("attache.toml", error.message().to_owned());
                None
            }
        }
    }

    fn new(path: String, table: Table, mistakes: &'a Mistakes) -> Self {
        Self { path, table, asked: RefCell::default(), mistakes }
    }

    /// The same place, with another content.
    pub(super) fn with(&self, change: impl FnOnce(Table) -> Option<Table>) -> Option<Self> {
        let table = change(self.table.clone())?;
        Some(Self::new(self.path.clone(), table, self.mistakes))
    }

    fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Says that something about `key` is wrong.
    pub(super) fn mistake(&self, key: &str, what: impl Into<String>) {
        self.mistakes.add(self.path(key), what);
    }

    /// The names of everything in it.
    pub(super) fn names(&self) -> Vec<String> {
        self.table.keys().cloned().collect()
    }

    /// Whether it says anything at all.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    /// A table inside this one; empty when there is none.
    pub(super) fn section(&self, key: &str) -> Section<'a> {
        let table = match self.value(key) {
            Some(Value::Table(table)) => table.clone(),
            Some(_) => {
                self.mistake(key, "must be a table");
                Table::new()
            }
            None => Table::new(),
        };
        Section::new(self.path(key), table, self.mistakes)
    }

    /// Reports keys that nobody asked for: a misspelled key must not be a silent one.
    pub(super) fn report_unknown(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys().filter(|key| !asked.contains(*key)) {
            self.mistake(key, "is not a key that means anything here");
        }
    }

    pub(super) fn string(&self, key: &str) -> Option<String> {
        match self.value(key)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            _ => {
                self.mistake(key, "must be a text in quotes, and not empty");
                None
            }
        }
    }

    pub(super) fn required_string(&self, key: &str) -> Option<String> {
        if self.value(key).is_none() {
            self.mistake(key, "is needed");
        }
        self.string(key)
    }

    pub(super) fn strings(&self, key: &str) -> Option<Vec<String>> {
        let items = match self.value(key)? {
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)),
            _ => {
                self.mistake(key, "must be a list of texts");
                return None;
            }
        };
        let texts: Option<Vec<String>> = items.collect();
        if texts.is_none() {
            self.mistake(key, "must be a list of texts");
        }
        texts
    }

    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        if value.as_bool().is_none() {
            self.mistake(key, "must be true or false");
        }
        value.as_bool()
    }

    pub(super) fn integer(&self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let number = self.value(key)?.as_integer().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            self.mistake(key, format!("must be from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// A list of ports.
    pub(super) fn ports(&self, key: &str) -> Option<Vec<u16>> {
        let numbers = self.value(key)?.as_array().map(|all| all.iter().map(Value::as_integer));
        let port = |number: Option<i64>| u16::try_from(number?).ok().filter(|port| *port > 0);
        let ports: Option<Vec<u16>> = numbers.and_then(|all| all.map(port).collect());
        if ports.is_none() {
            self.mistake(key, "must be a list of ports, from 1 to 65535");
        }
        ports
    }

    /// A text that means something.
    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(&self, key: &str) -> Option<T> {
        match self.string(key)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.mistake(key, error.to_string());
                None
            }
        }
    }

    /// A list of texts that mean something.
    pub(super) fn all_parsed<T: FromStr<Err: fmt::Display>>(&self, key: &str) -> Option<Vec<T>> {
        let mut values = Vec::new();
        for text in self.strings(key)? {
            match text.parse() {
                Ok(value) => values.push(value),
                Err(error) => self.mistake(key, format!("{text:?}: {error}")),
            }
        }
        Some(values)
    }

    /// An absolute http or https URL.
    pub(super) fn url(&self, key: &str) -> Option<Url> {
        let text = self.string(key)?;
        match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url),
            Ok(_) => {
                self.mistake(key, "must begin with https://");
                None
            }
            Err(error) => {
                self.mistake(key, format!("is not a URL: {error}"));
                None
            }
        }
    }

    pub(super) fn required_url(&self, key: &str) -> Option<Url> {
        if self.value(key).is_none() {
            self.mistake(key, "is needed");
        }
        self.url(key)
    }

    /// A length of time: a number and a unit, for example `90s`, `10m`, `24h`, `30d`.
    pub(super) fn duration(&self, key: &str) -> Option<Duration> {
        let text = self.string(key)?;
        let duration = parse_duration(&text);
        if duration.is_none() {
            self.mistake(key, "must be a length of time like \"90s\", \"10m\", \"24h\" or \"30d\"");
        }
        duration
    }

    /// A table that is data. `T` knows its keys.
    pub(super) fn data<T: DeserializeOwned + Default>(&self, key: &str) -> T {
        let Some(value) = self.value(key) else { return T::default() };
        value.clone().try_into().unwrap_or_else(|error: toml::de::Error| {
            self.mistake(key, error.message().to_owned());
            T::default()
        })
    }

    /// A table of texts.
    pub(super) fn pairs(&self, key: &str) -> Vec<(String, String)> {
        let section = self.section(key);
        let names = section.names();
        names.into_iter().filter_map(|name| Some((name.clone(), section.string(&name)?))).collect()
    }
}

/// A length of time: a number and a unit, for example `90s`, `10m`, `24h`, `30d`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().ok()?;
    let seconds = match unit.trim() {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    number.checked_mul(seconds).filter(|seconds| *seconds > 0).map(Duration::from_secs)
}
