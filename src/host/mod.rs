//! The `lab` command: makes the tools ready, builds, serves, drives real browsers,
//! and measures from a terminal.

pub mod apt;
pub mod assemble;
pub mod bench;
mod bench_counter;
pub mod bench_instrument;
mod bench_joins;
mod bench_python;
pub mod bench_python_pool;
pub mod bench_scaling;
pub mod book;
pub mod browser;
pub mod build_engines;
pub mod c_compiler;
pub mod command;
pub mod compare;
pub mod coverage;
pub mod cpython;
mod cross_references;
pub mod doctor;
pub mod editor;
pub mod everything;
mod for_teachers;
pub mod fragments;
pub mod front;
pub mod headers;
mod in_lessons;
pub mod licences;
pub mod lighthouse;
pub mod measure;
pub mod npm_tools;
pub mod page;
pub mod pages;
pub mod process;
pub mod python;
pub mod record;
pub mod route;
pub mod run_python;
pub mod server;
pub mod shell;
pub mod soak;
pub mod test;
pub mod tinker;
pub mod tools;
pub mod transfer_size;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What the user typed cannot be done as typed: one line says what is wrong and what
/// is allowed. The command exits with 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where the lab keeps its tools: outside every checkout, so that a fresh clone finds them.
pub fn cache() -> Result<PathBuf> {
    let base = dirs::cache_dir().context("this user has no cache folder; set HOME")?;
    Ok(base.join("fib-lab"))
}

/// Says what is being done, on standard error, so that standard output stays for results.
pub fn say(what: impl std::fmt::Display) {
    eprintln!("lab: {what}");
}
