//! Other programs: run with a clear word about what failed, and ended with their children.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a program to its end and shows what it prints, on standard error.
pub fn run(command: &mut Command) -> Result<()> {
    let words = words(command);
    command.stdout(std::io::stderr());
    let status = command.status().with_context(|| format!("could not start: {words}"))?;
    if !status.success() {
        bail!("this failed ({status}): {words}");
    }
    Ok(())
}

/// Runs a program to its end and returns what it prints on standard output.
pub fn read(command: &mut Command) -> Result<String> {
    let words = words(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start: {words}"))?;
    if !output.status.success() {
        bail!(
            "this failed ({}): {words}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub fn words(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The first file of this name on the search path, other than in `except`.
pub fn find(name: &str, except: Option<&Path>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .filter(|folder| Some(folder.as_path()) != except)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// The search path with these folders in front.
pub fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let rest = std::env::split_paths(&path).filter(|folder| !folders.contains(folder));
    Ok(std::env::join_paths(folders.iter().cloned().chain(rest))?)
}
