//! The nets, and how one more is cast.
//!
//! A net has a short form, which is a test like any other, and long forms, which only
//! `cargo lab soak` runs. Natively a long form is an ignored test of any test target; of the
//! built page it is a function that `tests/end_to_end/main.rs` lists under `in_soak!` for the
//! browsers that it suits. Both ask [`Share::asked`](super::share::Share::asked) for their time
//! and their seed, go on until the time is up, and note each case.

/// A net by its name.
#[derive(Debug)]
pub struct Net {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it tries: a phrase.
    pub about: &'static str,
    /// Where its long forms stand.
    pub forms: &'static [Form],
}

/// A long form.
#[derive(Debug)]
pub enum Form {
    /// An ignored test: its target (`lib`, or the name of a file or folder of `tests/`) and its
    /// path there.
    Native {
        /// The target.
        target: &'static str,
        /// The test's path.
        test: &'static str,
    },
    /// A test of the built page, by the name of its function.
    Page {
        /// The function.
        test: &'static str,
    },
}

impl Form {
    /// The test target in which it stands.
    pub fn target(&self) -> &'static str {
        match self {
            Form::Native { target, .. } => target,
            Form::Page { .. } => "end_to_end",
        }
    }

    /// The test.
    pub fn name(&self) -> &'static str {
        match self {
            Form::Native { test, .. } | Form::Page { test } => test,
        }
    }
}

/// Every net.
pub const NETS: &[Net] = &[
    Net {
        name: "any-file",
        about: "reports and notebooks with something changed, through import and every picture",
        forms: &[
            Form::Native { target: "files", test: "net::any_file" },
            Form::Page { test: "any_file" },
        ],
    },
    Net {
        name: "any-host",
        about: "each file of the page missing, silent, cut, slow or another one, on all hosts",
        forms: &[Form::Page { test: "any_host" }],
    },
    Net {
        name: "any-run",
        about: "random parameters of every exhibit, on devices and clocks of all kinds",
        forms: &[
            Form::Native { target: "lib", test: "host::soak::any_run::any_run" },
            Form::Page { test: "any_run" },
        ],
    },
    Net {
        name: "deadlocks",
        about: "rings with a mistake in them: an arrow for every rank that waits",
        forms: &[Form::Page { test: "deadlocks" }],
    },
    Net {
        name: "slow-children",
        about: "children that live one by one for longer than any of them is waited for",
        forms: &[Form::Page { test: "slow_children" }],
    },
    Net {
        name: "joins",
        about: "random tasks that split themselves, on one to eight workers",
        forms: &[Form::Native { target: "scheduler", test: "joins" }, Form::Page { test: "joins" }],
    },
    Net {
        name: "model",
        about: "the scheduler's hand-over, walked through with more and more preemptions",
        forms: &[Form::Native { target: "scheduler", test: "model" }],
    },
    Net {
        name: "visits",
        about: "every page visited, every exhibit run, half of the runs stopped; nothing is left",
        forms: &[Form::Page { test: "visits" }],
    },
    Net {
        name: "python-ways",
        about: "processes of Python that wait for the service worker, also for a minute",
        forms: &[Form::Page { test: "python_ways" }],
    },
    Net {
        name: "python-peers",
        about: "CPython's own tests of processes and threads, and mpi4py's, one by one",
        forms: &[Form::Page { test: "python_peers" }],
    },
];
