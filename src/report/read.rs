//! Reads a report of any schema that was ever written.
//!
//! What holds a report, a text of JSON or a browser's object, is a [`Source`]: it is asked
//! for its schema first, because a newer report may have fields of other kinds.

use serde::de::DeserializeOwned;
use thiserror::Error;

use super::limits::{LISTS, TooMuch};
use super::{Report, SCHEMA, schema_1};

/// Plain data that can be read as a type.
pub trait Source: Sized {
    /// Reads all of it as a type.
    fn read<T: DeserializeOwned>(&self) -> Result<T, Misfit>;
    /// The field with this name, if it is an object and has one.
    fn field(&self, name: &str) -> Option<Self>;
    /// Its items, if it is a list.
    fn items(&self) -> Option<Vec<Self>>;
    /// How many items it has, if it is a list.
    fn length(&self) -> Option<usize>;
}

/// Data that do not fit a type: a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Misfit(pub String);

/// Why something is no report that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It is of a schema that this build does not know.
    #[error(
        "This report was written by a newer lab (schema {0}, and this page reads up to {SCHEMA}). \
         Reload the page to get its newest version."
    )]
    Newer(u32),
    /// It does not say which schema it is of.
    #[error("This is not a report of the lab: it names no schema.")]
    NoSchema,
    /// It is more than any report.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// It is something else.
    #[error("This file is not a report of the lab: {0}.")]
    Broken(String),
}

impl From<Misfit> for Unreadable {
    fn from(misfit: Misfit) -> Unreadable {
        Unreadable::Broken(misfit.to_string())
    }
}

/// Reads a report; one of an older schema becomes one of [`SCHEMA`].
///
/// # Errors
///
/// If there is no report, or a newer one. The sentence is for the visitor.
///
/// # Examples
///
// `wasm-pack test` compiles examples too, and reports are read from JavaScript there.
#[cfg_attr(not(target_arch = "wasm32"), doc = "```")]
#[cfg_attr(target_arch = "wasm32", doc = "```ignore")]
/// use fib_lab::report::{SCHEMA, read};
/// use serde_json::json;
/// let old = read::report(&json!({ "schema": 1, "efficiency": 0.9 })).unwrap();
/// assert_eq!((old.schema, old.efficiency.unwrap().median), (SCHEMA, 0.9));
/// assert_eq!(read::report(&json!({ "schema": 9 })), Err(read::Unreadable::Newer(9)));
/// ```
pub fn report(source: &impl Source) -> Result<Report, Unreadable> {
    let schema: Option<f64> = source.field("schema").and_then(|schema| schema.read().ok());
    if let Some(newer) = schema.filter(|schema| *schema > f64::from(SCHEMA)) {
        return Err(Unreadable::Newer(newer.min(1e9) as u32));
    }
    let is_too_long = |(name, most): (&str, usize)| {
        source.field(name).and_then(|list| list.length()).is_some_and(|length| length > most)
    };
    // Before they are read: what is read takes more room.
    if LISTS.into_iter().any(is_too_long) {
        return Err(TooMuch::Long.into());
    }
    match schema {
        None | Some(0.0) => {
            source.read::<Report>()?;
            Err(Unreadable::NoSchema)
        }
        Some(1.0) => Ok(source.read::<schema_1::Report>()?.into()),
        Some(_) => Ok(source.read()?),
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Source for serde_json::Value {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Misfit> {
        T::deserialize(self).map_err(|error| Misfit(error.to_string()))
    }

    fn field(&self, name: &str) -> Option<serde_json::Value> {
        self.get(name).cloned()
    }

    fn items(&self) -> Option<Vec<serde_json::Value>> {
        self.as_array().cloned()
    }

    fn length(&self) -> Option<usize> {
        self.as_array().map(Vec::len)
    }
}
