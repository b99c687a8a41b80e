//! What a person enters at a service that takes keys, and how it gets there: in headers, or in the
//! environment of a program.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Violation;
use crate::form::{FieldKind, Form, FormField, TextField, TextFormat};

/// The most fields of a form.
const MAX_FIELDS: usize = 8;

/// The longest value, in bytes: it has to fit into a header.
const MAX_VALUE: usize = 16 * 1024;

/// Headers that are the connection's or the protocol's, and no person's to set.
const RESERVED: [&str; 17] = [
    "accept",
    "connection",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "last-event-id",
    "origin",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "range",
];

/// Beginnings of further such headers.
const RESERVED_PREFIXES: [&str; 7] =
    ["accept-", "access-control-", "content-", "mcp-", "proxy-", "sec-", "x-forwarded-"];

/// One value to enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyField {
    /// Its name among the values: letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// The name to show.
    pub label: String,
    /// Where to find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The header that carries it (RFC 9110, section 5.1). None, where a variable does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub header: String,
    /// The environment variable that carries it, where the service is a program that the operator
    /// runs. One form has headers, or variables, and not both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// What goes before it, for example `Bearer ` with the space.
    #[serde(default)]
    pub prefix: String,
    /// Whether nobody may look over the person's shoulder. It is sealed all the same.
    #[serde(default = "yes", rename = "secret")]
    pub is_secret: bool,
    /// Whether the service needs it.
    #[serde(default = "yes", rename = "required")]
    pub is_required: bool,
}

fn yes() -> bool {
    true
}

/// What a person enters to connect, at least one value of which is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<KeyField>", into = "Vec<KeyField>")]
pub struct KeyForm(Vec<KeyField>);

/// The fields make no form.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotAKeyForm {
    /// How many.
    #[error("a key has 1 to {MAX_FIELDS} fields, and at least one of them is required")]
    Count,
    /// A name.
    #[error("{0:?} is not the name of a field: letters, digits, `_` and `-`, at most 64")]
    Name(String),
    /// A label.
    #[error("the field {0:?} needs a label of at most 100 characters; a description has 500")]
    Label(String),
    /// A header.
    #[error("{0:?} is not a header that a key may be in")]
    Header(String),
    /// A variable.
    #[error("{0:?} is not a variable that a key may be in")]
    Variable(String),
    /// Some of it in headers, and some of it elsewhere.
    #[error("the fields of a key are all in headers, or all in variables")]
    Mixed,
    /// A prefix.
    #[error("the prefix of {0:?} has characters that no header may have, or too many")]
    Prefix(String),
    /// Twice the same.
    #[error("{0:?} is there twice")]
    Twice(String),
}

impl KeyForm {
    /// One key, in an `Authorization` header (RFC 6750, section 2.1).
    pub fn bearer() -> Self {
        Self(vec![KeyField {
            name: "apiKey".to_owned(),
            label: "API key".to_owned(),
            description: None,
            header: "Authorization".to_owned(),
            variable: None,
            prefix: "Bearer ".to_owned(),
            is_secret: true,
            is_required: true,
        }])
    }

    /// The fields, in the order in which they are asked for.
    pub fn fields(&self) -> &[KeyField] {
        &self.0
    }

    /// Whether it is for a program, which gets its values in its environment.
    pub fn is_for_program(&self) -> bool {
        self.0.iter().any(|field| field.variable.is_some())
    }

    /// The field of a form that has but one.
    pub fn only_field(&self) -> Option<&KeyField> {
        match self.0.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// What a frontend renders. Values go where the pointers say, into one object.
    pub fn form(&self) -> Form {
        let field = |field: &KeyField| FormField {
            key: format!("/{}", field.name),
            pointer: format!("/{}", field.name),
            parent_key: None,
            label: field.label.clone(),
            description: field.description.clone(),
            is_required: field.is_required,
            is_nullable: false,
            default_value: None,
            header: None,
            shown_when: Vec::new(),
            required_when: Vec::new(),
            kind: FieldKind::Text(TextField {
                format: if field.is_secret { TextFormat::Secret } else { TextFormat::Plain },
                min_length: field.is_required.then_some(1),
                max_length: i32::try_from(MAX_VALUE).ok(),
                pattern: None,
            }),
        };
        Form { fields: self.0.iter().map(field).collect(), is_complete: true }
    }

    /// The values that somebody entered, without spaces around them; or what is wrong with
    /// them. Optional values that are empty are left out.
    pub fn read(&self, entered: &Map<String, Value>) -> Result<Map<String, Value>, Vec<Violation>> {
        let mut violations = Vec::new();
        let mut violation = |name: &str, message: &str| {
            let pointer = format!("/{}", crate::form::escaped(name));
            violations.push(Violation { pointer, message: message.to_owned() });
        };
        for name in entered.keys().filter(|name| self.0.iter().all(|it| it.name != **name)) {
            violation(name, "The service does not ask for this.");
        }
        let mut values = Map::new();
        for field in &self.0 {
            let text = match entered.get(&field.name) {
                None | Some(Value::Null) => "",
                Some(Value::String(text)) => text.trim(),
                Some(_) => {
                    violation(&field.name, "This has to be text.");
                    continue;
                }
            };
            let is_printable =
                |byte: u8| byte.is_ascii_graphic() || (byte == b' ' && !field.is_secret);
            if text.is_empty() {
                if field.is_required {
                    violation(&field.name, "This is needed.");
                }
            } else if text.len() > MAX_VALUE || !text.bytes().all(is_printable) {
                violation(&field.name, "This is no key: it has spaces or odd characters.");
            } else {
                values.insert(field.name.clone(), text.into());
            }
        }
        if violations.is_empty() { Ok(values) } else { Err(violations) }
    }
}

impl TryFrom<Vec<KeyField>> for KeyForm {
    type Error = NotAKeyForm;

    fn try_from(fields: Vec<KeyField>) -> Result<Self, NotAKeyForm> {
        if fields.len() > MAX_FIELDS || !fields.iter().any(|field| field.is_required) {
            return Err(NotAKeyForm::Count);
        }
        for (place, field) in fields.iter().enumerate() {
            let KeyField { name, label, header, variable, prefix, .. } = field;
            let is_named = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            if name.is_empty() || name.len() > 64 || !name.bytes().all(is_named) {
                return Err(NotAKeyForm::Name(name.clone()));
            }
            let is_shown = |text: &str, limit: usize| {
                text.chars().count() <= limit && !text.chars().any(char::is_control)
            };
            let description = field.description.as_deref().unwrap_or_default();
            if label.trim().is_empty() || !is_shown(label, 100) || !is_shown(description, 500) {
                return Err(NotAKeyForm::Label(name.clone()));
            }
            match variable {
                None if !is_free(header) => return Err(NotAKeyForm::Header(header.clone())),
                Some(variable) if !is_variable(variable) => {
                    return Err(NotAKeyForm::Variable(variable.clone()));
                }
                Some(_) if !header.is_empty() => return Err(NotAKeyForm::Mixed),
                _ => {}
            }
            if variable.is_some() != fields[0].variable.is_some() {
                return Err(NotAKeyForm::Mixed);
            }
            let is_prefix = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
            if prefix.len() > 64 || !prefix.bytes().all(is_prefix) {
                return Err(NotAKeyForm::Prefix(name.clone()));
            }
            let mut others = fields[..place].iter();
            let is_same = |it: &KeyField| match variable {
                Some(_) => it.variable == *variable,
                None => it.header.eq_ignore_ascii_case(header),
            };
            if others.any(|it| it.name == *name || is_same(it)) {
                return Err(NotAKeyForm::Twice(name.clone()));
            }
        }
        Ok(Self(fields))
    }
}

impl From<KeyForm> for Vec<KeyField> {
    fn from(form: KeyForm) -> Self {
        form.0
    }
}

/// Whether it is the name of an environment variable (POSIX, section 8.1) that no loader of
/// programs acts on.
pub fn is_variable(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=64).contains(&name.len())
        && name.bytes().all(is_letter)
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.starts_with("LD_")
        && !name.starts_with("DYLD_")
}

/// Whether a header is a name (RFC 9110, section 5.6.2) that nobody else needs.
fn is_free(header: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let lower = header.to_ascii_lowercase();
    (1..=64).contains(&header.len())
        && header.bytes().all(is_token)
        && !RESERVED.contains(&lower.as_str())
        && !RESERVED_PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
}

#[cfg(test)]
#[path = "key_form_tests.rs"]
mod tests;
