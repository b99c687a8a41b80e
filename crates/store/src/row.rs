//! Between rows and the words of the domain.

use attache_domain::{Problem, ServiceCode};
use serde::Serialize;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_json::Value;

use crate::error::{Error, Result};

/// The words of a text, which the database alone reads and writes.
#[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
#[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
pub struct Tsvector;

/// A state as the database writes it: its name, the same as in the API.
pub(crate) fn text_of<T: Serialize>(state: &T) -> String {
    match serde_json::to_value(state) {
        Ok(Value::String(name)) => name,
        other => unreachable!("a state is a name, not {other:?}"),
    }
}

/// Reads a state back.
pub(crate) fn state<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T> {
    let deserializer: StrDeserializer<'_, ValueError> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|error| inconsistent(table, error))
}

/// A value kept as JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("what is stored is plain JSON")
}

/// Reads a value kept as JSON.
pub(crate) fn from_json<T: DeserializeOwned>(table: &'static str, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| inconsistent(table, error))
}

/// Reads a problem kept beside a state.
pub(crate) fn problem(table: &'static str, value: Option<Value>) -> Result<Option<Problem>> {
    value.map(|value| from_json(table, value)).transpose()
}

pub(crate) fn inconsistent(table: &'static str, reason: impl std::fmt::Display) -> Error {
    Error::Inconsistent { table, reason: reason.to_string() }
}

/// Reads a service's code.
pub(crate) fn service(table: &'static str, code: &str) -> Result<ServiceCode> {
    code.parse().map_err(|error| inconsistent(table, error))
}
