//! Reads a report of any schema that was ever written.
//!
//! What holds a report, a text of JSON or a browser's object, is a [`Source`]: it is asked
//! for its schema first, because a newer report may have fields of other kinds.

use serde::de::DeserializeOwned;
use thiserror::Error;

use super::{Report, SCHEMA, schema_1};

/// Plain data that can be read as a type.
pub trait Source: Sized {
    /// Reads all of it as a type; the error says what does not fit.
    fn read<T: DeserializeOwned>(&self) -> Result<T, String>;
    /// The field with this name, if it is an object and has one.
    fn field(&self, name: &str) -> Option<Self>;
    /// Its items, if it is a list.
    fn items(&self) -> Option<Vec<Self>>;
}

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
    /// It is something else.
    #[error("This file is not a report of the lab: {0}.")]
    Broken(String),
}

/// Reads a report; one of an older schema becomes one of [`SCHEMA`].
///
/// # Errors
///
/// If there is no report, or a newer one. The sentence is for the visitor.
pub fn report(source: &impl Source) -> Result<Report, Unreadable> {
    let schema: Option<f64> = source.field("schema").and_then(|schema| schema.read().ok());
    let broken = Unreadable::Broken;
    match schema {
        None | Some(0.0) => match source.read::<Report>() {
            Ok(_) => Err(Unreadable::NoSchema),
            Err(why) => Err(broken(why)),
        },
        Some(newer) if newer > f64::from(SCHEMA) => Err(Unreadable::Newer(newer.min(1e9) as u32)),
        Some(1.0) => source.read::<schema_1::Report>().map(Report::from).map_err(broken),
        Some(_) => source.read().map_err(broken),
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Source for serde_json::Value {
    fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        T::deserialize(self).map_err(|error| error.to_string())
    }

    fn field(&self, name: &str) -> Option<serde_json::Value> {
        self.get(name).cloned()
    }

    fn items(&self) -> Option<Vec<serde_json::Value>> {
        self.as_array().cloned()
    }
}
