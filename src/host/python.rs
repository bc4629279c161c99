//! The Python of this system for which extensions in C can be compiled.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::{apt, process};

/// What tests that compile for Python have in their names.
pub const NEEDS_HEADERS: &str = "needs_pythons_headers";

/// A Python, and the folder with its headers.
#[derive(Clone, Debug)]
pub struct Python {
    /// The interpreter.
    pub program: PathBuf,
    /// Where its `Python.h` lies.
    pub include: PathBuf,
}

/// The first Python with headers: that on the path, or the system's own.
pub fn with_headers() -> Option<Python> {
    ["python3", "/usr/bin/python3"].into_iter().find_map(|program| {
        let asked = ["-c", "import sysconfig; print(sysconfig.get_path('include'))"];
        let include = PathBuf::from(process::read(Command::new(program).args(asked)).ok()?);
        let found = include.join("Python.h").is_file();
        found.then(|| Python { program: PathBuf::from(program), include })
    })
}

/// Installs the headers and a compiler where they are missing and the user may.
///
/// # Errors
///
/// What to type where they cannot be installed.
pub fn ensure_headers() -> Result<()> {
    if with_headers().is_none() || process::find("cc", None).is_none() {
        apt::install(&["python3-dev", "gcc"], "compiling an extension of Python")?;
    }
    Ok(())
}
