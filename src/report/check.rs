//! What a run answered, and what is right: a value, a range, or anything at all.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::fib;

/// What was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// fib of this number.
    Fib(u32),
    /// The token that comes back to rank 0.
    Token,
    /// How far a shared counter got.
    Count,
    /// How many of so many elements stand where they belong.
    Sorted(u32),
    /// In how many ways so many queens stand on a board without attacking each other.
    Queens(u32),
    /// Something that this build does not know.
    #[default]
    #[serde(other)]
    Unknown,
}

/// What is right.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Want {
    /// Exactly this.
    Value(String),
    /// Everything from `low` to `high`.
    Range {
        /// The least.
        low: f64,
        /// The greatest.
        high: f64,
    },
}

/// One answer, and whether it is right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was asked.
    pub what: What,
    /// What came out: a text, because a number may be larger than JSON's are exact.
    pub got: String,
    /// What is right; absent where anything is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub want: Option<Want>,
    /// Who computed it, from 0.
    pub worker: u32,
    /// The arm whose sample it comes from, where each has answers of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arm: Option<String>,
    /// Whether it is right; absent where anything is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<bool>,
}

impl Check {
    /// The check of an answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::check::{Check, Want, What};
    /// let range = Some(Want::Range { low: 2.0, high: 2000.0 });
    /// assert_eq!(Check::new(What::Count, "1999".into(), range, 0).right, Some(true));
    /// // Where anything is right, nothing is wrong.
    /// assert_eq!(Check::new(What::Count, "1999".into(), None, 0).right, None);
    /// ```
    pub fn new(what: What, got: String, want: Option<Want>, worker: u32) -> Check {
        let right = want.as_ref().map(|want| match want {
            Want::Value(value) => *value == got,
            Want::Range { low, high } => {
                got.parse().is_ok_and(|got: f64| (*low..=*high).contains(&got))
            }
        });
        Check { what, got, want, worker, arm: None, right }
    }

    /// The check of an answer to fib(n), against fast doubling: another way to compute it
    /// than any program of the lab is measured with.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::check::Check;
    /// assert_eq!(Check::fib(20, 6765, 0).right, Some(true));
    /// assert_eq!(Check::fib(20, 6766, 0).right, Some(false));
    /// ```
    pub fn fib(n: u32, got: u64, worker: u32) -> Check {
        let want = Want::Value(fib::fast_doubling(n).to_string());
        Check::new(What::Fib(n), got.to_string(), Some(want), worker)
    }
}

impl<'de> Deserialize<'de> for Want {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Want, D::Error> {
        deserializer.deserialize_any(Wanted)
    }
}

/// Reads a [`Want`]. What the derive makes of an untagged enum is several times as much of
/// what a visitor loads.
struct Wanted;

impl<'de> Visitor<'de> for Wanted {
    type Value = Want;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a value, or the least and the greatest")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Want, E> {
        Ok(Want::Value(value.to_owned()))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Want, M::Error> {
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        while let Some((name, value)) = map.next_entry::<String, f64>()? {
            match name.as_str() {
                "low" => low = value,
                "high" => high = value,
                _ => {}
            }
        }
        Ok(Want::Range { low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_check_survives_json() {
        let range = Want::Range { low: 2.0, high: 20.0 };
        for check in [
            Check::fib(92, 7_540_113_804_746_346_429, 3),
            Check::new(What::Token, "P0".to_owned(), Some(Want::Value("P0P1".to_owned())), 0),
            Check::new(What::Count, "21".to_owned(), Some(range), 0),
            Check::new(What::Count, "21".to_owned(), None, 0),
        ] {
            let json = serde_json::to_value(&check).unwrap();
            assert_eq!(serde_json::from_value::<Check>(json).unwrap(), check);
        }
    }

    #[test]
    fn a_check_reads_as_the_design_states_it() {
        let json = serde_json::to_string(&Check::fib(20, 6765, 1)).unwrap();
        let right = r#"{"what":{"fib":20},"got":"6765","want":"6765","worker":1,"right":true}"#;
        assert_eq!(json, right);
    }
}
