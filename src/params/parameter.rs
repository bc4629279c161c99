//! One knob of an exhibit, and the one validator that the address, the controls and the
//! command all go through.

use serde::{Deserialize, Serialize};

use super::decimal::decimal;
use crate::fib::MAX_N;
use crate::theory::by_hand::{self, MOST_LANES};

/// The most workers a run may ask for.
pub const MAX_WORKERS: u32 = 64;
/// The fewest fresh starts that a run can be spread over: from fewer no verdict follows.
pub const LEAST_STARTS: u32 = 6;
/// The most fresh starts.
pub const MOST_STARTS: u32 = 12;
/// The most tasks a list may have.
pub const MAX_TASKS: usize = by_hand::MOST_TASKS;

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
    /// A number of workers from 2 to [`MAX_WORKERS`], for programs in which they meet; by
    /// default the device's own count, but at least 2.
    Several,
    /// A size from 1 to `max` bytes, or `sweep` for many sizes.
    Bytes { max: u32 },
    /// A number of fresh starts: 1, or from [`LEAST_STARTS`] to [`MOST_STARTS`].
    Starts,
    /// A number that starts the random order; by default from the clock.
    Seed,
    /// 1 to [`MAX_TASKS`] numbers from 1 to [`MAX_N`], separated by commas.
    Tasks { default: &'static [u32] },
    /// Which lane does which tasks, as [`by_hand::parse`] reads it; by default the first does all.
    Lanes,
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

/// The parameters of an exhibit: its own, then those that it shares with others.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The exhibit's name.
    pub exhibit: &'static str,
    /// Its own parameters.
    pub own: &'static [Parameter],
    /// Parameters that it shares with others.
    pub shared: &'static [Parameter],
}

impl Table {
    /// Its own parameters, then the shared ones.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        self.own.iter().chain(self.shared)
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters().find(|parameter| parameter.name == name)
    }
}

/// Parameters of every exhibit that compares workers with the serial program.
pub const COMMON: &[Parameter] = &[
    Parameter {
        name: "workers",
        label: "Workers",
        help: "How many workers share the tasks. The default is what the browser claims to have.",
        kind: Kind::Workers,
    },
    RUNTIME,
    STARTS,
    SECONDS,
    SEED,
];

/// Over how many fresh starts of the engines a run is spread.
pub const STARTS: Parameter = Parameter {
    name: "starts",
    label: "Starts",
    help: "1: all blocks run in the same engines. 6 to 12: the engines are started anew so often, and \
           the interval also holds what differs from start to start.",
    kind: Kind::Starts,
};

/// On what a pool runs.
pub const RUNTIME: Parameter = Parameter {
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
};

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
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{COMMON, Device, Value};
    /// let workers = COMMON.iter().find(|parameter| parameter.name == "workers").unwrap();
    /// assert_eq!(workers.default(Device { cores: 8, seed: 1 }), Value::Whole(8));
    /// ```
    pub fn default(&self, device: Device) -> Value {
        match self.kind {
            Kind::Whole { default, .. } => Value::Whole(default),
            Kind::Real { default, .. } => Value::Real(default),
            Kind::Workers => Value::Whole(device.cores.clamp(2, MAX_WORKERS)),
            Kind::Ranks => Value::Whole(device.cores.clamp(4, MAX_WORKERS)),
            Kind::Several => Value::Whole(device.cores.clamp(2, MAX_WORKERS)),
            Kind::Bytes { .. } => Value::Name(SWEEP.to_owned()),
            Kind::Seed => Value::Whole(device.seed),
            Kind::Starts => Value::Whole(1),
            Kind::Tasks { default } => Value::List(default.to_vec()),
            Kind::Lanes => Value::Name(String::new()),
            Kind::Choice { default, .. } => Value::Name(default.to_owned()),
        }
    }

    /// What is allowed, as the end of a sentence.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::SECONDS;
    /// assert_eq!(SECONDS.allowed(), "a whole number from 1 to 60");
    /// ```
    pub fn allowed(&self) -> String {
        match self.kind {
            Kind::Whole { min, max, .. } => format!("a whole number from {min} to {max}"),
            Kind::Real { min, max, .. } => format!("a number from {min} to {max}"),
            Kind::Workers => format!("a whole number from 1 to {MAX_WORKERS}"),
            Kind::Ranks => format!(
                "a whole number from 2 to {MAX_WORKERS}: a single rank would have nobody to send to"
            ),
            Kind::Several => format!(
                "a whole number from 2 to {MAX_WORKERS}: a single worker would have nobody to meet"
            ),
            Kind::Bytes { max } => format!("a whole number from 1 to {max}, or {SWEEP}"),
            Kind::Seed => format!("a whole number from 0 to {}", u32::MAX),
            Kind::Starts => format!(
                "1, or a whole number from {LEAST_STARTS} to {MOST_STARTS}: from fewer starts nothing \
                 could be concluded"
            ),
            Kind::Tasks { .. } => {
                format!("1 to {MAX_TASKS} whole numbers from 1 to {MAX_N}, separated by commas")
            }
            Kind::Lanes => format!(
                "the places of tasks in the list, from 0, each once: 0.2_1.3 gives 0 and 2 to the first \
                 lane, 1 and 3 to the second; {MOST_LANES} lanes at most"
            ),
            Kind::Choice { options, .. } => {
                let names: Vec<_> = options.iter().map(|(name, _)| *name).collect();
                format!("one of {}", names.join(", "))
            }
        }
    }

    pub(super) fn range(&self) -> (u32, u32) {
        match self.kind {
            Kind::Whole { min, max, .. } => (min, max),
            Kind::Workers => (1, MAX_WORKERS),
            Kind::Ranks | Kind::Several => (2, MAX_WORKERS),
            Kind::Bytes { max } => (1, max),
            Kind::Starts => (1, MOST_STARTS),
            Kind::Seed | Kind::Real { .. } | Kind::Lanes | Kind::Choice { .. } => (0, u32::MAX),
            Kind::Tasks { .. } => (1, MAX_N),
        }
    }

    /// Takes the text exactly or refuses it.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] for anything that is not allowed exactly as it is written.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{Kind, Parameter, Value};
    /// let kind = Kind::Tasks { default: &[30] };
    /// let tasks = Parameter { name: "tasks", label: "Tasks", help: "What is done.", kind };
    /// assert_eq!(tasks.parse("38, 37"), Ok(Value::List(vec![38, 37])));
    /// assert!(tasks.parse("46").unwrap_err().sentence.contains("from 1 to 45"));
    /// ```
    pub fn parse(&self, text: &str) -> Result<Value, Refusal> {
        match self.clamp(text) {
            (Some(value), None) => Ok(value),
            (_, refusal) => Err(refusal.unwrap_or_else(|| self.refuse(text))),
        }
    }

    /// Takes what can be taken of the text: out-of-range numbers go to the nearest
    /// allowed one, nonsense is no value at all; either way with the reason.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::params::{COMMON, Value};
    /// let workers = COMMON.iter().find(|parameter| parameter.name == "workers").unwrap();
    /// let (value, refusal) = workers.clamp("99");
    /// assert_eq!(value, Some(Value::Whole(64)));
    /// assert!(refusal.is_some());
    /// assert_eq!(workers.clamp("many").0, None);
    /// ```
    pub fn clamp(&self, text: &str) -> (Option<Value>, Option<Refusal>) {
        let text = text.trim();
        let refusal = || Some(self.refuse(text));
        match self.kind {
            Kind::Bytes { .. } if text == SWEEP => (Some(Value::Name(SWEEP.to_owned())), None),
            Kind::Whole { .. }
            | Kind::Workers
            | Kind::Ranks
            | Kind::Several
            | Kind::Bytes { .. }
            | Kind::Starts
            | Kind::Seed => match self.clamp_number(text) {
                None => (None, refusal()),
                Some((number, exact)) => {
                    (Some(Value::Whole(number)), if exact { None } else { refusal() })
                }
            },
            Kind::Real { min, max, .. } => match decimal(text) {
                None => (None, refusal()),
                Some(number) => {
                    let clamped = number.clamp(min, max);
                    let exact = clamped == number;
                    (Some(Value::Real(clamped)), if exact { None } else { refusal() })
                }
            },
            Kind::Lanes => match by_hand::parse(text) {
                Some(_) => (Some(Value::Name(text.to_owned())), None),
                None => (None, refusal()),
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
        let mut clamped = number.clamp(i128::from(min), i128::from(max));
        let least = i128::from(LEAST_STARTS);
        if matches!(self.kind, Kind::Starts) && (2..least).contains(&clamped) {
            // The nearer of the two.
            clamped = if clamped - 1 < least - clamped { 1 } else { least };
        }
        Some((u32::try_from(clamped).unwrap_or(max), clamped == number))
    }

    fn refuse(&self, text: &str) -> Refusal {
        let shown: String = text.chars().take(40).collect();
        Refusal {
            sentence: format!("{} is “{shown}”, but allowed is {}.", self.name, self.allowed()),
        }
    }
}
