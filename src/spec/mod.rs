//! What a run is asked to do: parameters as data, and the one validator that the
//! address, the controls and the command all go through.

mod address;
mod decimal;

use std::collections::BTreeMap;

pub use address::Address;
pub use decimal::decimal;

use serde::{Deserialize, Serialize};

use crate::exhibits::Exhibit;
use crate::fib::MAX_N;

/// The most workers a run may ask for.
pub const MAX_WORKERS: u32 = 64;
/// The most tasks a list may have.
pub const MAX_TASKS: usize = 64;

/// The word for many sizes.
const SWEEP: &str = "sweep";

/// What a parameter accepts, and what it is when nobody says.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A whole number from `min` to `max`.
    Whole { min: u32, max: u32, default: u32 },
    /// A number from `min` to `max`.
    Real { min: f64, max: f64, default: f64 },
    /// A number of workers from 1 to [`MAX_WORKERS`]; by default the device's own count.
    Workers,
    /// A number of ranks from 2 to [`MAX_WORKERS`]; by default the device's own count, but
    /// at least 4.
    Ranks,
    /// A size from 1 to `max` bytes, or `sweep` for many sizes.
    Bytes { max: u32 },
    /// A number that starts the random order; by default from the clock.
    Seed,
    /// 1 to [`MAX_TASKS`] numbers from 1 to [`MAX_N`], separated by commas.
    Tasks { default: &'static [u32] },
    /// One of these names, each with the words the control shows.
    Choice { options: &'static [(&'static str, &'static str)], default: &'static str },
}

/// One knob of an exhibit: its name is the same in the address, the command and the report.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The name in addresses, commands and reports.
    pub name: &'static str,
    /// The words beside the control.
    pub label: &'static str,
    /// One sentence of help.
    pub help: &'static str,
    /// Range and default.
    pub kind: Kind,
}

/// Parameters of every exhibit that compares workers with the serial program.
pub const COMMON: &[Parameter] = &[
    Parameter {
        name: "workers",
        label: "Workers",
        help: "How many workers share the tasks. The default is what the browser claims to have.",
        kind: Kind::Workers,
    },
    Parameter {
        name: "runtime",
        label: "Runtime",
        help: "Threads share one memory; processes have one each and exchange messages.",
        kind: Kind::Choice {
            options: &[
                ("best", "best available"),
                ("threads", "threads"),
                ("processes", "processes"),
                ("serial", "serial"),
            ],
            default: "best",
        },
    },
    SECONDS,
    SEED,
];

/// How long a run may take.
pub const SECONDS: Parameter = Parameter {
    name: "seconds",
    label: "Seconds",
    help: "How long the measurement may take. More seconds give a narrower interval.",
    kind: Kind::Whole { min: 1, max: 60, default: 10 },
};

/// The runtime of exhibits that consist of processes.
pub const PROCESSES: Parameter = Parameter {
    name: "runtime",
    label: "Runtime",
    help: "Processes have a memory each and exchange messages; nothing else would do here.",
    kind: Kind::Choice {
        options: &[("best", "best available"), ("processes", "processes")],
        default: "best",
    },
};

/// The parameter that every exhibit has.
pub const SEED: Parameter = Parameter {
    name: "seed",
    label: "Seed",
    help: "Starts the random order of the samples. The same seed gives the same order.",
    kind: Kind::Seed,
};

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Whole(u32),
    /// A number.
    Real(f64),
    /// A list of whole numbers.
    List(Vec<u32>),
    /// The name of a choice.
    Name(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Whole(number) => write!(f, "{number}"),
            Value::Real(number) => write!(f, "{number}"),
            Value::Name(name) => f.write_str(name),
            Value::List(numbers) => {
                let words: Vec<_> = numbers.iter().map(u32::to_string).collect();
                f.write_str(&words.join(","))
            }
        }
    }
}

/// What the defaults of some parameters depend on.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// How many cores the browser claims.
    pub cores: u32,
    /// A number from the clock.
    pub seed: u32,
}

/// Why a value was not taken as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One sentence: what is wrong and what is allowed.
    pub sentence: String,
}

impl Parameter {
    /// The value when nobody says.
    pub fn default(&self, device: Device) -> Value {
        match self.kind {
            Kind::Whole { default, .. } => Value::Whole(default),
            Kind::Real { default, .. } => Value::Real(default),
            Kind::Workers => Value::Whole(device.cores.clamp(1, MAX_WORKERS)),
            Kind::Ranks => Value::Whole(device.cores.clamp(4, MAX_WORKERS)),
            Kind::Bytes { .. } => Value::Name(SWEEP.to_owned()),
            Kind::Seed => Value::Whole(device.seed),
            Kind::Tasks { default } => Value::List(default.to_vec()),
            Kind::Choice { default, .. } => Value::Name(default.to_owned()),
        }
    }

    /// What is allowed, as the end of a sentence.
    pub fn allowed(&self) -> String {
        match self.kind {
            Kind::Whole { min, max, .. } => format!("a whole number from {min} to {max}"),
            Kind::Real { min, max, .. } => format!("a number from {min} to {max}"),
            Kind::Workers => format!("a whole number from 1 to {MAX_WORKERS}"),
            Kind::Ranks => format!(
                "a whole number from 2 to {MAX_WORKERS}: a single rank would have nobody to send to"
            ),
            Kind::Bytes { max } => format!("a whole number from 1 to {max}, or {SWEEP}"),
            Kind::Seed => format!("a whole number from 0 to {}", u32::MAX),
            Kind::Tasks { .. } => {
                format!("1 to {MAX_TASKS} whole numbers from 1 to {MAX_N}, separated by commas")
            }
            Kind::Choice { options, .. } => {
                let names: Vec<_> = options.iter().map(|(name, _)| *name).collect();
                format!("one of {}", names.join(", "))
            }
        }
    }

    fn range(&self) -> (u32, u32) {
        match self.kind {
            Kind::Whole { min, max, .. } => (min, max),
            Kind::Workers => (1, MAX_WORKERS),
            Kind::Ranks => (2, MAX_WORKERS),
            Kind::Bytes { max } => (1, max),
            Kind::Seed | Kind::Real { .. } | Kind::Choice { .. } => (0, u32::MAX),
            Kind::Tasks { .. } => (1, MAX_N),
        }
    }

    /// Takes the text exactly or refuses it.
    pub fn parse(&self, text: &str) -> Result<Value, Refusal> {
        match self.clamp(text) {
            (Some(value), None) => Ok(value),
            (_, refusal) => Err(refusal.unwrap_or_else(|| self.refuse(text))),
        }
    }

    /// Takes what can be taken of the text: out-of-range numbers go to the nearest
    /// allowed one, nonsense is no value at all; either way with the reason.
    pub fn clamp(&self, text: &str) -> (Option<Value>, Option<Refusal>) {
        let text = text.trim();
        let refusal = || Some(self.refuse(text));
        match self.kind {
            Kind::Bytes { .. } if text == SWEEP => (Some(Value::Name(SWEEP.to_owned())), None),
            Kind::Whole { .. } | Kind::Workers | Kind::Ranks | Kind::Bytes { .. } | Kind::Seed => {
                match self.clamp_number(text) {
                    None => (None, refusal()),
                    Some((number, exact)) => {
                        (Some(Value::Whole(number)), if exact { None } else { refusal() })
                    }
                }
            }
            Kind::Real { min, max, .. } => match decimal(text) {
                None => (None, refusal()),
                Some(number) => {
                    let clamped = number.clamp(min, max);
                    let exact = clamped == number;
                    (Some(Value::Real(clamped)), if exact { None } else { refusal() })
                }
            },
            Kind::Choice { options, .. } => match options.iter().find(|(name, _)| *name == text) {
                Some((name, _)) => (Some(Value::Name((*name).to_owned())), None),
                None => (None, refusal()),
            },
            Kind::Tasks { .. } => {
                let parsed: Vec<_> =
                    text.split(',').map(|part| self.clamp_number(part.trim())).collect();
                let numbers: Vec<u32> =
                    parsed.iter().flatten().map(|(n, _)| *n).take(MAX_TASKS).collect();
                let exact = parsed.len() <= MAX_TASKS
                    && parsed.iter().all(|part| matches!(part, Some((_, true))));
                let value = (!numbers.is_empty()).then_some(Value::List(numbers));
                (value, if exact { None } else { refusal() })
            }
        }
    }

    /// The nearest allowed number and whether it is the one written; `None` for no number.
    fn clamp_number(&self, text: &str) -> Option<(u32, bool)> {
        let (min, max) = self.range();
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number = if digits.len() < text.len() {
            // Negative: below every range, except that −0 is 0.
            i128::from(digits.bytes().all(|b| b == b'0')) - 1
        } else {
            digits.parse::<i128>().unwrap_or(i128::MAX)
        };
        let clamped = number.clamp(i128::from(min), i128::from(max));
        Some((u32::try_from(clamped).unwrap_or(max), clamped == number))
    }

    fn refuse(&self, text: &str) -> Refusal {
        let shown: String = text.chars().take(40).collect();
        Refusal {
            sentence: format!("{} is “{shown}”, but allowed is {}.", self.name, self.allowed()),
        }
    }
}

/// Everything a run is asked to do. As JSON: one flat object, `exhibit` among the
/// parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    pub fn defaults(exhibit: &Exhibit, device: Device) -> RunSpec {
        RunSpec {
            exhibit: exhibit.name.to_owned(),
            values: exhibit
                .parameters()
                .map(|parameter| (parameter.name.to_owned(), parameter.default(device)))
                .collect(),
        }
    }

    /// A whole number; the parameter's absence counts as 0.
    pub fn whole(&self, name: &str) -> u32 {
        match self.values.get(name) {
            Some(Value::Whole(number)) => *number,
            _ => 0,
        }
    }

    /// A number, if there is one.
    pub fn real(&self, name: &str) -> Option<f64> {
        match self.values.get(name) {
            Some(Value::Real(number)) => Some(*number),
            // JSON does not tell 2 from 2.0.
            Some(Value::Whole(number)) => Some(f64::from(*number)),
            _ => None,
        }
    }

    /// A name; empty when there is none.
    pub fn name(&self, name: &str) -> &str {
        match self.values.get(name) {
            Some(Value::Name(text)) => text,
            _ => "",
        }
    }

    /// A list; empty when there is none.
    pub fn list(&self, name: &str) -> &[u32] {
        match self.values.get(name) {
            Some(Value::List(numbers)) => numbers,
            _ => &[],
        }
    }

    /// Sets a parameter from text, exactly or not at all.
    pub fn set(&mut self, exhibit: &Exhibit, name: &str, text: &str) -> Result<(), Refusal> {
        let parameter = exhibit.parameter(name).ok_or_else(|| Refusal {
            sentence: format!(
                "{} has no parameter “{name}”; it has {}.",
                exhibit.name,
                exhibit.parameters().map(|p| p.name).collect::<Vec<_>>().join(", ")
            ),
        })?;
        self.values.insert(name.to_owned(), parameter.parse(text)?);
        Ok(())
    }

    /// The query of the address that describes this run, without `?`.
    ///
    /// Parameters at their default are left out, except those that depend on the device.
    pub fn query(&self, exhibit: &Exhibit) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("exhibit", exhibit.name);
        for parameter in exhibit.parameters() {
            let Some(value) = self.values.get(parameter.name) else { continue };
            let depends_on_device = matches!(parameter.kind, Kind::Workers | Kind::Ranks);
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
