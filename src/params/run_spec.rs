//! A run: an exhibit and a value for each of its parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::parameter::{Device, Kind, Refusal, Table, Value};

/// Everything a run is asked to do. As JSON: one flat object, `exhibit` among the
/// parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Value>", into = "BTreeMap<String, Value>")]
pub struct RunSpec {
    /// Which exhibit.
    pub exhibit: String,
    /// Every parameter of the exhibit, by name.
    pub values: BTreeMap<String, Value>,
}

impl From<BTreeMap<String, Value>> for RunSpec {
    fn from(mut values: BTreeMap<String, Value>) -> RunSpec {
        let exhibit = values.remove("exhibit").map(|value| value.to_string());
        RunSpec { exhibit: exhibit.unwrap_or_default(), values }
    }
}

impl From<RunSpec> for BTreeMap<String, Value> {
    fn from(spec: RunSpec) -> BTreeMap<String, Value> {
        let mut values = spec.values;
        values.insert("exhibit".to_owned(), Value::Name(spec.exhibit));
        values
    }
}

impl RunSpec {
    /// The exhibit with its defaults on this device.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{COMMON, Device, RunSpec, Table};
    /// let table = Table { exhibit: "made-up", own: &[], shared: COMMON };
    /// let spec = RunSpec::defaults(table, Device { cores: 4, seed: 1 });
    /// assert_eq!((spec.whole("workers"), spec.name("runtime")), (4, "best"));
    /// ```
    pub fn defaults(table: impl Into<Table>, device: Device) -> RunSpec {
        let table = table.into();
        let values =
            table.parameters().map(|parameter| (parameter.name, parameter.default(device)));
        RunSpec::of(table, values)
    }

    /// The exhibit with these values. A map that is collected sorts them first, and that
    /// sort is 5 KB of the page.
    pub fn of(
        table: impl Into<Table>,
        values: impl Iterator<Item = (&'static str, Value)>,
    ) -> RunSpec {
        let exhibit = table.into().exhibit.to_owned();
        let mut spec = RunSpec { exhibit, values: BTreeMap::new() };
        for (name, value) in values {
            spec.values.insert(name.to_owned(), value);
        }
        spec
    }

    /// A whole number; the parameter's absence counts as 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{COMMON, Device, RunSpec, Table};
    /// let table = Table { exhibit: "made-up", own: &[], shared: COMMON };
    /// let spec = RunSpec::defaults(table, Device { cores: 4, seed: 1 });
    /// assert_eq!((spec.whole("workers"), spec.whole("runtime")), (4, 0));
    /// ```
    pub fn whole(&self, name: &str) -> u32 {
        match self.values.get(name) {
            Some(Value::Whole(number)) => *number,
            _ => 0,
        }
    }

    /// A number, if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{RunSpec, Value};
    /// let values = [("held".to_owned(), Value::Real(0.5))].into();
    /// let spec = RunSpec { exhibit: "made-up".into(), values };
    /// assert_eq!((spec.real("held"), spec.real("ratio")), (Some(0.5), None));
    /// ```
    pub fn real(&self, name: &str) -> Option<f64> {
        match self.values.get(name) {
            Some(Value::Real(number)) => Some(*number),
            // JSON does not tell 2 from 2.0.
            Some(Value::Whole(number)) => Some(f64::from(*number)),
            _ => None,
        }
    }

    /// A name; empty when there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{COMMON, Device, RunSpec, Table};
    /// let table = Table { exhibit: "made-up", own: &[], shared: COMMON };
    /// let spec = RunSpec::defaults(table, Device { cores: 4, seed: 1 });
    /// assert_eq!((spec.name("runtime"), spec.name("workers")), ("best", ""));
    /// ```
    pub fn name(&self, name: &str) -> &str {
        match self.values.get(name) {
            Some(Value::Name(text)) => text,
            _ => "",
        }
    }

    /// A list; empty when there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{RunSpec, Value};
    /// let values = [("tasks".to_owned(), Value::List(vec![38, 37]))].into();
    /// let spec = RunSpec { exhibit: "made-up".into(), values };
    /// assert_eq!(spec.list("tasks"), [38, 37]);
    /// assert!(spec.list("workers").is_empty());
    /// ```
    pub fn list(&self, name: &str) -> &[u32] {
        match self.values.get(name) {
            Some(Value::List(numbers)) => numbers,
            _ => &[],
        }
    }

    /// Sets a parameter from text, exactly or not at all.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] if the exhibit has no such parameter, or the value is not allowed; then
    /// nothing has changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{COMMON, Device, RunSpec, Table};
    /// let table = Table { exhibit: "made-up", own: &[], shared: COMMON };
    /// let mut spec = RunSpec::defaults(table, Device { cores: 4, seed: 1 });
    /// spec.set(table, "workers", "2").unwrap();
    /// assert_eq!(spec.whole("workers"), 2);
    /// let refusal = spec.set(table, "cores", "2").unwrap_err();
    /// assert!(refusal.sentence.contains("no parameter “cores”"));
    /// ```
    pub fn set(&mut self, table: impl Into<Table>, name: &str, text: &str) -> Result<(), Refusal> {
        let table = table.into();
        let parameter = table.parameter(name).ok_or_else(|| Refusal {
            sentence: format!(
                "{} has no parameter “{name}”; it has {}.",
                table.exhibit,
                table.parameters().map(|p| p.name).collect::<Vec<_>>().join(", ")
            ),
        })?;
        self.values.insert(name.to_owned(), parameter.parse(text)?);
        Ok(())
    }

    /// The query of the address that describes this run, without `?`.
    ///
    /// Parameters at their default are left out, except those that depend on the device.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{COMMON, Device, RunSpec, Table};
    /// let table = Table { exhibit: "made-up", own: &[], shared: COMMON };
    /// let mut spec = RunSpec::defaults(table, Device { cores: 4, seed: 1 });
    /// spec.set(table, "seconds", "3").unwrap();
    /// assert_eq!(spec.query(table), "exhibit=made-up&workers=4&seconds=3");
    /// ```
    pub fn query(&self, table: impl Into<Table>) -> String {
        let table = table.into();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("exhibit", table.exhibit);
        for parameter in table.parameters() {
            let Some(value) = self.values.get(parameter.name) else { continue };
            let depends_on_device =
                matches!(parameter.kind, Kind::Workers | Kind::Ranks | Kind::Several);
            let device = Device { cores: 1, seed: 0 };
            let skipped = matches!(parameter.kind, Kind::Seed)
                || (!depends_on_device && *value == parameter.default(device));
            if !skipped {
                query.append_pair(parameter.name, &value.to_string());
            }
        }
        // Commas are allowed in a query and keep the address readable.
        query.finish().replace("%2C", ",")
    }
}
