//! Saying at which field it is that arguments do not fit.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};

use super::MAX_VIOLATIONS;
use crate::Violation;
use crate::form::escaped;

/// How many alternatives within alternatives are looked into.
const MAX_DEPTH: usize = 16;

/// Says it of one error. Of alternatives, the one that the value was most likely meant to be
/// is held against it: that it does not fit the others either is no news.
pub(super) fn blame(error: &ValidationError<'_>, depth: usize, found: &mut Vec<Violation>) {
    if found.len() >= MAX_VIOLATIONS {
        return;
    }
    let place = error.instance_path().as_str();
    let mut say = |pointer: String, message: &str| {
        found.push(Violation { pointer, message: message.to_owned() });
    };
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            say(format!("{place}/{}", escaped(name)), "This is required.");
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                say(format!("{place}/{}", escaped(name)), "There is no such argument.");
            }
        }
        Kind::FalseSchema => say(place.to_owned(), "This must not be given."),
        Kind::OneOfMultipleValid { .. } => {
            let message = "This fits several of what is possible here, and may fit but one.";
            say(place.to_owned(), message);
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            match meant(place, context).filter(|_| depth < MAX_DEPTH) {
                Some(Meant::Branch(errors)) => {
                    for error in errors {
                        blame(error, depth + 1, found);
                    }
                }
                Some(Meant::NoneAt(place)) => say(place, "This is none of what is possible here."),
                None => say(place.to_owned(), "This is none of what is possible here."),
            }
        }
        // The value is named, not repeated: it may be long, or private.
        _ => say(place.to_owned(), &sentence(&error.masked_with("This value").to_string())),
    }
}

/// What a value was meant to be.
enum Meant<'a, 'e> {
    /// This alternative, with what is wrong then.
    Branch(&'a [ValidationError<'e>]),
    /// One that there is not, by the value at this place.
    NoneAt(String),
}

/// How far a value is from an alternative; the least is the one that was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    /// It is of the right kind, and nothing in it says that it is something else.
    Near,
    /// A property of it, which may only have certain values, has another one.
    Told,
    /// It is of another kind altogether.
    Far,
}

/// The alternative that the value at `place` was meant to be; `None` if it is of none of
/// the kinds that are possible.
fn meant<'a, 'e>(place: &str, branches: &'a [Vec<ValidationError<'e>>]) -> Option<Meant<'a, 'e>> {
    let distance = |errors: &[ValidationError<'e>]| {
        errors.iter().map(|error| distance(place, error)).max().unwrap_or(Distance::Near)
    };
    // That a value may be null as well makes no alternative of it.
    let mut others = branches.iter().filter(|errors| !errors.iter().any(wants_null));
    if let (Some(only), None) = (others.next(), others.next()) {
        return Some(Meant::Branch(only));
    }
    let ranked = branches.iter().map(|errors| (distance(errors), errors.len(), errors));
    let (nearest, _, errors) = ranked.min_by_key(|(distance, count, _)| (*distance, *count))?;
    match nearest {
        Distance::Near => Some(Meant::Branch(errors)),
        Distance::Told => {
            let told = errors.iter().find(|it| self::distance(place, it) == Distance::Told)?;
            Some(Meant::NoneAt(told.instance_path().as_str().to_owned()))
        }
        Distance::Far => None,
    }
}

fn distance(place: &str, error: &ValidationError<'_>) -> Distance {
    let is_choice = matches!(error.kind(), Kind::Constant { .. } | Kind::Enum { .. });
    let is_kind = matches!(error.kind(), Kind::Type { .. } | Kind::FalseSchema);
    let below = error.instance_path().as_str().strip_prefix(place).unwrap_or_default();
    match below.strip_prefix('/') {
        None if is_kind || is_choice => Distance::Far,
        Some(name) if is_choice && !name.contains('/') => Distance::Told,
        _ => Distance::Near,
    }
}

fn wants_null(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Kind::Type { kind: TypeKind::Single(JsonType::Null) })
}

/// The library's clause as a sentence, of bearable length.
fn sentence(clause: &str) -> String {
    let mut text: String = clause.chars().take(300).collect();
    if text.chars().count() < clause.chars().count() {
        text.push('…');
    } else if !text.ends_with('.') {
        text.push('.');
    }
    text
}
