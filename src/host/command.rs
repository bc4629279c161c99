//! What one can type after `cargo lab`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use super::browser::Kind;
use super::{
    Usage, assemble, bench, bench_counter, bench_instrument, bench_joins, bench_python,
    bench_scaling, build_engines, compare, coverage, doctor, measure, page, project, record,
    run_python, soak, test,
};

/// Fib Lab: parallel programs in the browser, on your own cores.
#[derive(Debug, Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: What,
}

/// What `bench` measures in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Section {
    /// The chapter's list, and the page
    Chapter,
    /// The instrument itself: a program against itself, known ratios, what a pool reaches
    Instrument,
    /// How often its intervals hold, by simulation
    Coverage,
    /// Adding to one counter, in five ways
    Counting,
    /// What splitting a task costs, in every browser and natively
    Joins,
    /// What scaling does, and the race on the front page
    Scaling,
    /// CPython in the page: its start, further processes, calls, memory, Stop
    Python,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes the tools ready, builds the page and serves it on 127.0.0.1
    Serve {
        /// The port to serve on
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Builds the page for release; the engines always are
        #[arg(long)]
        release: bool,
    },
    /// Runs every test and ends with one line: N passed, N failed
    Test {
        /// Runs only these: host, wasm, e2e or ways, separated by commas
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
        /// The browsers, separated by commas: chromium, firefox, webkit
        #[arg(long, value_delimiter = ',')]
        browser: Vec<String>,
        /// Runs only tests with this in their names
        #[arg(long, value_name = "NAME")]
        filter: Option<String>,
    },
    /// Casts every net in its long form and ends with one line: N passed, N failed
    Soak {
        /// How many minutes in all, shared among the nets and the browsers
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=1440))]
        minutes: u32,
        /// The browsers, separated by commas: chromium, firefox, webkit
        #[arg(long, value_delimiter = ',')]
        browser: Vec<String>,
        /// Casts only these nets, separated by commas, such as any-host
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Leaves a page in dist/ that any web server can serve
    Build {
        /// Leaves out CPython, which the page can run programs in
        #[arg(long)]
        without_python: bool,
    },
    /// Runs an exhibit of the built page in a real headless browser
    Measure {
        /// The exhibit, such as pool-map
        exhibit: String,
        /// Its parameters, as in the address: --tasks 38,37 --workers 2
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        parameters: Vec<String>,
    },
    /// Measures the runs that are shipped with the page, and keeps those that are quiet
    Record {
        /// The exhibits, such as pool-map; all where none is named
        exhibits: Vec<String>,
        /// How often each is tried before the old one stays
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=50))]
        tries: u32,
    },
    /// Runs a Python program in the page's CPython, in a real headless browser
    Python {
        /// The program, and files that lie beside it
        #[arg(required = true, value_name = "PROGRAM.py")]
        files: Vec<PathBuf>,
        /// What the program finds in sys.argv, behind --
        #[arg(last = true)]
        arguments: Vec<String>,
        /// What cpu_count() says
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=15))]
        workers: Option<u32>,
        /// Starts so many ranks of it
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=16))]
        mpirun: u32,
        /// chromium, firefox or webkit
        #[arg(long, default_value = "chromium")]
        browser: String,
        /// Prints the run's report instead of what the program writes
        #[arg(long)]
        json: bool,
    },
    /// Prints the figures that the README states, as ratios within one run
    Bench {
        /// Only the scores that Lighthouse gives the page
        #[arg(long)]
        lighthouse: bool,
        /// Only this section
        #[arg(long, value_enum, conflicts_with = "lighthouse")]
        only: Option<Section>,
    },
    /// Compares the six fibs here with native Rust, CPython and JavaScript
    Compare {
        /// How many workers share the list
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
        workers: u32,
        /// How many rounds; six are needed for an interval of 96.9 %
        #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
        rounds: u32,
    },
    /// Says which toolchain, tools and browsers are there, and what to type for the rest
    Doctor,
    /// Prints what a shell needs so that trunk and wasm-pack work as typed: eval "$(cargo lab env)"
    Env,
    /// Builds both engines; Trunk calls this
    #[command(hide = true)]
    Engines,
    /// Puts the pages together after a build; Trunk calls this
    #[command(hide = true)]
    Assemble,
}

/// Runs the command line and says how it went by the exit code: 0, 1 for a failure,
/// 2 for a wrong command line.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            // Clap's first line is the error; the rest is advice that the help repeats.
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            let line = line.strip_prefix("error: ").unwrap_or(line);
            return usage(&format!("{line}; cargo lab --help lists what is allowed"));
        }
        Err(help) => {
            // A closed pipe is no reason to fail.
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    match run(arguments.command) {
        Ok(code) => code,
        Err(error) => match error.downcast_ref::<Usage>() {
            Some(wrong) => usage(&wrong.0),
            None => {
                eprintln!("lab: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

fn usage(line: &str) -> ExitCode {
    eprintln!("lab: {line}");
    ExitCode::from(2)
}

fn run(what: What) -> Result<ExitCode> {
    match what {
        What::Serve { port, release } => page::serve(port, release)?,
        What::Build { without_python } => {
            page::build(&project().join("dist"), without_python)?;
            super::say("the page is in dist/");
        }
        What::Test { only, browser, filter } => {
            return test::run(&only, &browsers(&browser)?, filter.as_deref());
        }
        What::Soak { minutes, browser, only } => {
            return soak::run(minutes, &browsers(&browser)?, &only);
        }
        What::Measure { exhibit, parameters } => {
            return measure::run(&exhibit, &parameters);
        }
        What::Record { exhibits, tries } => return record::run(&exhibits, tries),
        What::Python { files, arguments, workers, mpirun, browser, json } => {
            let browser = Kind::named(&browser)?;
            let request =
                run_python::Request { files, arguments, workers, ranks: mpirun, browser, json };
            return run_python::run(&request);
        }
        What::Bench { lighthouse: true, .. } => bench::run_lighthouse()?,
        What::Bench { only, .. } => {
            let is_asked = |section| only.is_none_or(|asked| asked == section);
            if is_asked(Section::Chapter) {
                bench::run()?;
            }
            if is_asked(Section::Instrument) {
                bench_instrument::run()?;
            }
            if is_asked(Section::Coverage) {
                coverage::run();
            }
            if is_asked(Section::Counting) {
                bench_counter::run()?;
            }
            if is_asked(Section::Joins) {
                bench_joins::run()?;
            }
            if is_asked(Section::Scaling) {
                bench_scaling::run()?;
            }
            if is_asked(Section::Python) {
                bench_python::run()?;
            }
        }
        What::Compare { workers, rounds } => compare::run(workers, rounds)?,
        What::Doctor => return doctor::run(),
        What::Env => doctor::print_env()?,
        What::Engines => build_engines::build(&staging()?)?,
        What::Assemble => {
            let release = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
            assemble::assemble(&staging()?, release)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The browsers with these names.
fn browsers(names: &[String]) -> Result<Vec<Kind>, Usage> {
    names.iter().map(|name| Kind::named(name)).collect()
}

/// The folder in which Trunk is putting a page together.
fn staging() -> Result<PathBuf, Usage> {
    std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from).ok_or_else(|| {
        Usage("this is called by Trunk; to build the page: cargo lab build".to_owned())
    })
}
