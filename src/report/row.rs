//! A row of a comparison of programming models: one job by one of them, beside its own serial
//! program.

use serde::{Deserialize, Serialize};

/// How a program is made parallel, and what runs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Not at all: a loop in native code.
    Serial,
    /// Threads of one memory, in native code.
    Threads,
    /// Processes with a memory each that are handed one task after another, in native code.
    Processes,
    /// Ranks that scatter and gather by messages, in native code.
    Ranks,
    /// Threads of an interpreter that have to hold one lock.
    OneLock,
    /// The same threads in native code, without the lock while they compute.
    LockReleased,
    /// Workers that run a browser's own JavaScript.
    Javascript,
    /// A pool of processes of CPython.
    Cpython,
    /// A model that this build does not know.
    #[default]
    #[serde(other)]
    Unknown,
}

impl Model {
    /// Every model, in the order of the rows.
    pub const ALL: [Model; 8] = [
        Model::Serial,
        Model::Threads,
        Model::Processes,
        Model::Ranks,
        Model::OneLock,
        Model::LockReleased,
        Model::Javascript,
        Model::Cpython,
    ];

    /// The id of the arm in which all workers do the job.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::Model;
    /// assert_eq!((Model::OneLock.id(), Model::OneLock.base()), ("one-lock", "one-lock-serial"));
    /// // Their serial program is the loop itself, in the same engine.
    /// assert_eq!(Model::Ranks.base(), Model::Serial.id());
    /// ```
    pub fn id(self) -> &'static str {
        match self {
            Model::Serial => "serial",
            Model::Threads => "threads",
            Model::Processes => "processes",
            Model::Ranks => "ranks",
            Model::OneLock => "one-lock",
            Model::LockReleased => "lock-released",
            Model::Javascript => "javascript",
            Model::Cpython => "cpython",
            Model::Unknown => "unknown",
        }
    }

    /// What it is called, in the middle of a sentence.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::Model;
    /// assert_eq!(Model::Javascript.words(), "JavaScript workers");
    /// ```
    pub fn words(self) -> &'static str {
        match self {
            Model::Serial => "the loop without workers",
            Model::Threads => "threads",
            Model::Processes => "processes",
            Model::Ranks => "ranks and messages",
            Model::OneLock => "bytecode under one lock",
            Model::LockReleased => "native code, lock released",
            Model::Javascript => "JavaScript workers",
            Model::Cpython => "CPython's Pool",
            Model::Unknown => "another model",
        }
    }

    /// The id of the arm of its own serial program.
    pub fn base(self) -> &'static str {
        match self {
            Model::Serial | Model::Processes | Model::Ranks | Model::Unknown => "serial",
            Model::Threads => "threads-serial",
            Model::OneLock => "one-lock-serial",
            Model::LockReleased => "lock-released-serial",
            Model::Javascript => "javascript-serial",
            Model::Cpython => "cpython-serial",
        }
    }
}

/// A row: what was measured of a model stands in the points of its two arms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// The model.
    pub model: Model,
    /// Whether it was measured after all others, in blocks of its own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
    /// Why it was not measured, in a sentence; empty where it was.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
}

impl Row {
    /// The row of a model that was measured in the blocks of the run.
    ///
    /// # Examples
    ///
    /// ```
    /// use fib_lab::report::{Model, Row};
    /// assert!(Row::measured(Model::Threads).is_measured());
    /// let missing = Row::missing(Model::Threads, "No memory is shared here.");
    /// assert!(!missing.is_measured());
    /// ```
    pub fn measured(model: Model) -> Row {
        Row { model, ..Row::default() }
    }

    /// The row of a model that was not measured, and why.
    pub fn missing(model: Model, words: impl Into<String>) -> Row {
        Row { model, words: words.into(), apart: false }
    }

    /// Whether there are figures of it.
    pub fn is_measured(&self) -> bool {
        self.words.is_empty()
    }
}
